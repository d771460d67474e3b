/* service.h: the frame of every program. A program's main.c is a descriptor and one call of service_main;
 * settings, signals, waiting for the broker, readers, publisher, clock, timers, HTTP, /healthz, /readyz,
 * /metrics and /settled are here.
 *
 * Life: settings → log → loop, HTTP → wait for the broker → prepare (own thread) → start → readers and
 * records → stop. All callbacks come on the loop's thread unless stated otherwise.
 *
 * A program with an engine (task-ledger, escalation-notifier) has a second thread, which runs `engine` with
 * a log_port; the loop's thread keeps HTTP, signals and the clock. They share what this header says is safe
 * from both. */
#ifndef DUBAN_SERVICE_SERVICE_H
#define DUBAN_SERVICE_SERVICE_H

#include "base/settings.h"
#include "runtime/http_server.h"
#include "runtime/log_port.h"
#include "runtime/log_publisher.h"
#include "runtime/log_reader.h"
#include "runtime/metrics.h"

struct service;

enum { SERVICE_ALL_PARTITIONS = 0 }; /* as many as the setting `partitions` (P of the topology) says */

/* A topic that the loop follows from its beginning. */
struct service_input {
    const char *topic;  /* without the prefix: "tasks" */
    int32_t partitions; /* SERVICE_ALL_PARTITIONS or a number */
    bool from_end;      /* only what comes from now on */
    /* As log_reader's on_record: STATUS_RETRY offers it again, STATUS_FATAL stops the program. */
    enum status (*on_record)(struct service *service, const struct log_record *record);
    void (*on_caught_up)(struct service *service, int32_t partition); /* may be NULL */
    /* After prepare: the offset to begin at, for what a program knows from elsewhere; NULL: the beginning. */
    int64_t (*begin)(struct service *service, int32_t partition);
};

enum service_engine_kind { ENGINE_SHARED, ENGINE_EXTRA, ENGINE_FOLLOWED }; /* as in struct log_port_topics */

struct service_engine_topic {
    const char *topic; /* without the prefix */
    int32_t partitions;
    enum service_engine_kind kind;
};

struct service_descriptor {
    const char *name;                   /* "deadline-watcher": also group, transactional id, log tag */
    const char *summary;                /* one line for --help */
    const struct setting *settings;     /* ends with a NULL key; may be NULL */
    const struct service_input *inputs; /* ends with a NULL topic; may be NULL */
    const struct http_route *routes;    /* ends with a NULL method; context is the service; may be NULL */
    const struct metric *metrics;       /* ends with a NULL name; may be NULL */
    const struct service_engine_topic *engine_topics; /* ends with a NULL topic; with `engine` only */

    /* Any of these may be NULL. */

    /* Checks of the settings that need no broker, allocation of the state. */
    enum status (*configure)(struct service *service);
    /* On a thread of its own, once the broker answers; may block and must touch nothing of the loop:
     * compare the topics with the table. STATUS_RETRY: again in a second. Anything else but STATUS_OK stops
     * the program. */
    enum status (*prepare)(struct service *service);
    /* After prepare, before the first record. */
    enum status (*start)(struct service *service);
    void (*stop)(struct service *service);    /* before the readers and the publisher go */
    void (*release)(struct service *service); /* last: what configure and start made */

    /* Stepped clock: time has moved. Before on_timer. */
    void (*on_clock)(struct service *service, struct instant now);
    /* When on_timer wants to be called; INSTANT_NONE: not at all. Asked after every turn, so keep it cheap. */
    struct instant (*next_timer)(struct service *service);
    /* service_now() has reached next_timer(). Never before every input is caught up. */
    void (*on_timer)(struct service *service, struct instant now);

    /* Work under way that the skeleton does not see (an open HTTP delivery); publishes in flight are
     * counted already. */
    size_t (*in_flight)(struct service *service);
    /* NULL: ready. Else why not, one line for /readyz. Inputs that are not caught up are reported already. */
    const char *(*not_ready)(struct service *service);
    /* Before /metrics is written. */
    void (*on_metrics)(struct service *service);

    /* The engine is single by construction (one partition decides who is active): all instances share one
     * transactional id, so that a new active fences the old one. Otherwise each instance has its own. */
    bool engine_is_single;
    /* On the engine's thread. Returns when service_stopping(); other than STATUS_OK stops the program. */
    enum status (*engine)(struct service *service, struct log_port *port);
};

/* 0: stopped in order; 1: could not go on; 2: wrong settings. */
int service_main(const struct service_descriptor *descriptor, int argc, char **argv);

/* --- what a program may ask; constant after configure, safe from any thread --------------------------- */
const char *service_name(const struct service *service);
const char *service_prefix(const struct service *service);            /* "duban." */
const char *service_topic(struct service *service, const char *name); /* prefix + name, lives for ever */
const char *service_instance(const struct service *service);          /* setting `instance` */
const char *service_state_directory(struct service *service); /* made when first asked for; "": none */
int32_t service_partitions(const struct service *service);    /* P */
const struct log_client *service_client(const struct service *service);
struct metrics *service_metrics(const struct service *service); /* rows of descriptor->metrics */
bool service_is_stepped(const struct service *service);         /* setting `clock` */

/* Real wall time of this turn, or the time of the stepped clock (INSTANT_NONE before its first step). On
 * the engine's thread use service_clock instead. */
struct instant service_now(struct service *service);
void *service_state(const struct service *service); /* whatever was set below */
void service_set_state(struct service *service, void *state);

/* Ends the program in order, exit status 1; `reason` is logged. From any thread. */
void service_fail(struct service *service, const char *reason);

/* --- loop's thread ------------------------------------------------------------------------------------ */
struct loop *service_loop(const struct service *service);
struct http_server *service_http(const struct service *service);        /* NULL when http-port is 0 */
struct log_publisher *service_publisher(const struct service *service); /* from `start` to `stop` */

/* Publishes and counts. The topic is given without the prefix. Result and callback as in log_publisher.h. */
MUST_CHECK enum status service_publish(struct service *service, const char *topic,
                                       const struct log_message *message, log_delivered on_delivered,
                                       void *context);

/* A reader that the program made itself (intake's inboxes) appears in /settled, and its handled count too.
 * The program frees it in `stop`. */
void service_add_reader(struct service *service, struct log_reader *reader);
bool service_caught_up(const struct service *service); /* every follower has read to its end as of start */

/* --- engine's thread ---------------------------------------------------------------------------------- */
struct service_clock {
    int64_t seq;        /* 0 before the first step, and always with the real clock */
    struct instant now; /* real: read now */
};

/* What the engine has done up to now, as /settled and /readyz show it. The engine publishes it once per
 * turn, when memory, positions and counters fit together (an open transaction counts as in flight). */
struct service_engine_state {
    const struct log_position *positions;
    size_t position_count;
    int64_t clock_seq; /* of the service_clock this turn used */
    int64_t handled, published;
    size_t in_flight;
    struct instant next_timer;
    const char
        *not_ready; /* one line; "" when ready; an engine that is not ready does not count as settled */
};

bool service_stopping(const struct service *service);        /* any thread */
struct service_clock service_clock(struct service *service); /* any thread; a step wakes the port */
void service_engine_publish(struct service *service, const struct service_engine_state *state); /* copies */

#endif
