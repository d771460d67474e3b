/* simulated.h: what common/runtime and common/service are to a program whose code is real: the same functions, on the log
 * in memory and on the simulation's clock. These files are linked instead of the real ones; a program cannot tell.
 *
 *   simulated_loop.c       loop.h: timers, deferred calls, wake-ups; time is the member's own clock
 *   simulated_publisher.c  log_publisher.h: what is published is appended later, acknowledged later still, or refused
 *   simulated_reader.c     log_reader.h as a member of a group; log_ends.h: a question, and its answer later
 *   simulated_edges.c      http_server.h and mail.h: persons who ask, a relay that takes letters
 *   simulated_service.c    service.h: the followers, and one turn of it all
 *
 * A process that dies does so in the midst of a turn: from then on nothing that it does reaches anybody, and when the
 * turn is over it is released. */
#ifndef DUBAN_TESTS_SIMULATED_H
#define DUBAN_TESTS_SIMULATED_H

#include "service/service.h"
#include "sim_internal.h"

struct deferred {
    loop_callback callback;
    void *context;
    struct deferred *next;
};

struct loop {
    struct service *service;
    struct loop_timer *timers;
    struct loop_wakeup *wakeups;
    struct deferred *deferred, **last_deferred;
};

struct outgoing {
    struct log_message message; /* a copy */
    log_delivered on_delivered;
    void *context;
    bool appended;
    int64_t offset;
    struct instant stamp; /* when it was appended */
    struct outgoing *next;
};

struct log_publisher {
    struct service *service;
    struct outgoing *first, **last;
    size_t count;
    bool lose;            /* the next one is refused */
    const char *refused;  /* and so is everything for that topic; NULL */
    struct instant stamp; /* of the record whose report is being handed out */
};

enum { SERVICE_FOLLOWERS = 20 };

struct follower {
    const struct service_input *input;
    int32_t partition;
    int64_t next, until; /* until: its end when the service started */
};

struct service {
    struct sim_member *member;
    const struct service_descriptor *descriptor;
    struct metrics *metrics; /* of all schedules */
    struct loop loop;
    struct log_publisher publisher;
    struct follower followers[SERVICE_FOLLOWERS];
    size_t follower_count;
    struct log_reader *reader; /* one at most */
    struct log_ends *ends;     /* likewise */
    struct mailer *mailer;     /* likewise */
    void *state;
    bool dead;
    const char *failed; /* why it has given up; NULL */
    bool excused;       /* it may: a record was refused */
};

/* Whose time goes by; NULL: nobody's. */
void simulated_clock_of(const struct sim *sim);

/* The coordinator of the readers' group. Who is dead keeps its seat until it is given up. */
struct reader_seat {
    bool in, ready;
    char **topics;
    int32_t *partitions;
    size_t count;
};

struct reader_group {
    struct reader_seat seats[SIM_PAIR];
    int generation; /* of the last sharing out */
    bool joining;
    uint8_t pattern;
};

/* What of its work a service does in one turn. */
enum service_work {
    WORK_READ = 1,
    WORK_APPEND = 2,
    WORK_ACKNOWLEDGE = 4,
    WORK_ALL = 7,
};

void simulated_start(struct service *service, struct sim_member *member,
                     const struct service_descriptor *descriptor, struct metrics *metrics);
/* STATUS_FATAL: it gave up, and nobody had refused anything. */
enum status simulated_turn(struct service *service, unsigned work, int records);
/* As kill -9. */
void simulated_kill(struct service *service);
const char *simulated_unrest(const struct service *service);

/* --- between the files -------------------------------------------------------------------------------------------- */

/* A call that reaches out. False: the process has died, and the call with it. */
bool simulated_lives(struct service *service);
struct instant simulated_now(const struct service *service);
const struct log_record *simulated_read(struct sim *sim, const char *topic, int32_t partition, int64_t *next);

void simulated_loop_run(struct loop *loop);   /* what is due now */
void simulated_loop_flush(struct loop *loop); /* deferred calls and wake-ups only */
void simulated_loop_release(struct loop *loop);
void simulated_append(struct log_publisher *publisher, int records);
void simulated_acknowledge(struct log_publisher *publisher, int records);
void simulated_drop(struct log_publisher *publisher);
void simulated_reader_turn(struct log_reader *reader, int records);
void simulated_reader_commit(struct log_reader *reader);
void simulated_seat_clear(struct reader_seat *seat);
const char *simulated_reader_unrest(const struct log_reader *reader);
void simulated_ends_turn(struct log_ends *ends);
void simulated_mailer_turn(struct mailer *mailer);
size_t simulated_mailer_count(const struct mailer *mailer);

/* --- the world around them: tests/simulation/district.c ------------------------------------------------------------ */

struct reader_group *district_readers(struct sim *sim);
int64_t district_monotonic_ms(const struct sim *sim);
void district_published(struct service *service, const struct log_message *message); /* not appended yet */
void district_appended(struct service *service, const struct log_record *record);
void district_replied(struct service *service, struct http_ticket ticket, int status);
struct mail;
struct mail_result;
void district_mailed(struct service *service, const struct mail *mail, struct mail_result *ret_result);

#endif
