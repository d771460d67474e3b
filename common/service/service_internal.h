/* service_internal.h: what the parts of the skeleton share: service.c (life), service_clock.c (time and timers),
 * service_engine.c (second thread), service_http.c (built-in pages). */
#ifndef DUBAN_SERVICE_SERVICE_INTERNAL_H
#define DUBAN_SERVICE_SERVICE_INTERNAL_H

#include "runtime/log_admin.h"
#include "service/service.h"
#include <pthread.h>
#include <stdatomic.h>

enum { SERVICE_READERS = 8, SERVICE_TOPICS = 64, SERVICE_TEXT = 256, CLOCK_TOPIC_PARTITIONS = 1 };

enum service_phase {
    PHASE_WAITING, /* for the broker */
    PHASE_PREPARING,
    PHASE_RUNNING,
    PHASE_STOPPING,
};

struct service_settings {
    const char *brokers, *kafka_options, *prefix, *instance, *clock, *state_directory, *http_address,
        *log_level;
    int64_t http_port, partitions;
};

/* The engine's last word about itself; under the service's mutex. */
struct engine_mailbox {
    struct service_engine_state state; /* positions and texts are copies */
    struct log_position *positions;
    size_t capacity;
    char not_ready[SERVICE_TEXT];
};

struct service {
    const struct service_descriptor *descriptor;
    struct service_settings settings;
    struct log_client client;
    bool stepped;
    char incarnation[17];
    void *state;

    struct loop *loop;
    struct loop_wakeup *wakeup; /* from the other threads */
    struct loop_timer *timer;   /* descriptor's on_timer */
    struct loop_timer *beat;    /* watchdog, readiness */
    struct http_server *http;
    struct metrics *metrics, *own_metrics;
    struct log_publisher *publisher;
    struct log_reader *inputs; /* the descriptor's inputs and the stepped clock; NULL: neither */
    struct log_reader *readers[SERVICE_READERS];
    size_t reader_count;
    bool told_ready;
    struct monotonic timer_retry; /* on_timer was called and did not move next_timer: not before this */

    pthread_t prepare_thread, engine_thread;
    bool prepare_started, engine_started;
    atomic_int phase; /* enum service_phase */
    atomic_bool stopping;

    pthread_mutex_t mutex; /* everything below */
    const char *topics[SERVICE_TOPICS];
    size_t topic_count;
    char *state_path;
    struct service_clock clock;
    char failure[SERVICE_TEXT];
    bool failed;
    struct log_port *port; /* the engine's, while it runs */
    struct engine_mailbox mailbox;
};

/* service_clock.c */
enum status service_take_clock(struct service *service, const struct log_record *record);
void service_refresh_timer(void *context); /* at the end of every turn */
void service_on_timer(void *context);
struct instant service_next_timer(struct service *service);

/* service_engine.c */
void service_engine_start(struct service *service);
void service_engine_stop(struct service *service);
void service_engine_wake(struct service *service);
void service_engine_release(struct service *service);

/* service_http.c */
extern const struct http_route service_routes[];
struct metrics *service_own_metrics(void);
/* One line; "" when ready. */
void service_not_ready(struct service *service, char ret_reason[SERVICE_TEXT]);

size_t service_in_flight(
    struct service *service); /* loop's side: publishes, the program's own, a due timer, starting */

#endif
