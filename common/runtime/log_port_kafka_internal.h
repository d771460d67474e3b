/* log_port_kafka_internal.h: what the parts of the real log port share: log_port_kafka.c (life),
 * log_port_poll.c (reading), log_port_group.c (ownership, offsets), log_port_producer.c (transactions up to their end),
 * log_port_commit.c (their end). */
#ifndef DUBAN_RUNTIME_LOG_PORT_KAFKA_INTERNAL_H
#define DUBAN_RUNTIME_LOG_PORT_KAFKA_INTERNAL_H

#include "runtime/kafka_client.h"
#include "runtime/log_admin.h"
#include "runtime/log_port_kafka.h"
#include "runtime/log_scan.h"
#include <pthread.h>
#include <stdatomic.h>

enum {
    LOG_PORT_WAIT_MS = 5000,          /* one try of a request to the broker */
    LOG_PORT_PATIENCE_MS = 60 * 1000, /* retriable errors of one call: longer than a transaction can live */
    OWN_FENCE_MS = 60 * 1000,         /* so long after an outage a member may be fenced by its own past */
};

struct port_partition {
    char *topic;
    int32_t number;
    int64_t next;   /* max(last record handed out + 1, end-of-partition offset) */
    int64_t target; /* high watermark when we began */
    bool caught_up, failed;
    bool paused;
    bool followed;
};

/* What the next poll has to do before it may hand out records. */
enum port_step {
    PORT_READING,
    PORT_UNASSIGN, /* the engine has been told REVOKED or LOST: give the partitions up now */
    PORT_ASSIGN,   /* the group has given us `assignment` */
    PORT_RELOAD,   /* the producer was replaced: announce what we hold again */
};

/* The transactional producer; everything in it belongs to the engine's thread but the counter, and all of it to the
 * thread that commits while a commit is under way. */
enum { PORT_TOPICS = 16 }; /* that a program writes to; those beyond are found by name each time */

struct port_producer {
    rd_kafka_t *handle; /* NULL: there is none, or it must be replaced */
    rd_kafka_topic_t *topics[PORT_TOPICS];
    size_t topic_count;
    bool ready;           /* init_transactions is done */
    bool open;            /* a transaction is open */
    bool failed;          /* something in it could not be produced */
    bool fenced;          /* somebody else has our transactional id */
    atomic_bool in_doubt; /* a record of it was given up that may stand in the log */
    atomic_int ends_sent; /* EndTxn requests of the commit under way; counted on the library's threads */
};

enum commit_stage {
    COMMIT_NONE,
    COMMIT_UNDER_WAY, /* the thread is at it */
    COMMIT_ENDED,     /* and the engine has not asked yet */
};

/* Sending offsets and committing block, so a thread does it; what goes wrong is judged on the engine's own. */
struct port_committer {
    pthread_t thread;
    bool started;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    enum commit_stage stage; /* this and `stopping` under the mutex */
    bool stopping;
    bool refused; /* never tried: the transaction must be aborted */
    rd_kafka_topic_partition_list_t *offsets;
    rd_kafka_consumer_group_metadata_t
        *member;      /* as of the start: a generation that has moved makes it fail */
    const char *what; /* went wrong with `error` */
    rd_kafka_error_t *error;
};

struct port_kafka {
    struct log_port port;
    struct log_port_kafka_options options; /* texts are ours */
    struct log_topic *shared, *extra, *followed;

    rd_kafka_t *consumer;
    rd_kafka_queue_t *consumer_queue;
    rd_kafka_t *follower; /* reads `followed`; NULL when there are none */
    rd_kafka_queue_t *follower_queue;
    struct port_producer producer;
    struct port_committer committer;
    struct log_scanner *scanner; /* made when first needed */
    struct log_admin *admin;     /* likewise */

    int wake_fd;
    atomic_bool woken;

    enum port_step step;
    rd_kafka_topic_partition_list_t *assignment; /* what the group gave us and has not been taken up */
    bool revoke_pending, lost_pending;
    bool must_rejoin;
    bool must_replace; /* the consumer is dead: give up what it holds and make another */
    bool closing;      /* nobody is told any more */

    struct port_partition *partitions;
    size_t count;
    size_t found;   /* the one that was asked for last */
    uint64_t polls; /* tells when it is the follower's turn, and the producer's */

    rd_kafka_message_t *message; /* behind the record handed out last */
    struct kafka_headers headers;
    struct log_record record;
    struct log_offset *event_offsets;
    rd_kafka_topic_partition_list_t *committed; /* holds the metadata that was handed out */
    struct log_position *positions;

    struct kafka_reach reach;
    char fatal[KAFKA_ERROR_TEXT];
    atomic_llong rebuilt, aborted;
    const char *reason; /* of the last transaction that was not committed */
};

struct port_partition *port_find(struct port_kafka *port, const char *topic, int32_t number);
void port_fail(struct port_kafka *port, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* One of our consumers has met a fatal error. */
void port_consumer_failed(struct port_kafka *port, rd_kafka_t *consumer);
void port_ring(struct port_kafka *port); /* whoever waits in a poll looks again; from any thread */
/* Only while nothing is assigned. */
void port_replace_consumer(struct port_kafka *port);

struct port_partition *port_add(struct port_kafka *port, const char *topic, int32_t number, int64_t next,
                                bool followed);
void port_drop_assigned(struct port_kafka *port);

/* Fetches the committed offsets of all partitions of `list`. False: no answer. */
bool port_fetch_committed(struct port_kafka *port, rd_kafka_topic_partition_list_t *list);
/* Puts every assigned partition back to its committed offset. False: the broker did not answer, or it is lost. */
bool port_rewind(struct port_kafka *port);

/* Keeps what an event or an answer points into until the next one. Takes the list. */
void port_keep_committed(struct port_kafka *port, rd_kafka_topic_partition_list_t *list);
void port_terminate_metadata(rd_kafka_topic_partition_list_t *list);

void port_subscribe(struct port_kafka *port);
void port_on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t *list,
                       void *opaque);
bool port_take_up(struct port_kafka *port, struct log_event *ret_event);
bool port_reload(struct port_kafka *port, struct log_event *ret_event);
void port_announce_loss(struct port_kafka *port, struct log_event *ret_event);

/* log_port_poll.c */
void port_poll(void *self, int64_t timeout_ms, struct log_event *ret_event);
rd_kafka_t *port_reader_of(const struct port_kafka *port, const struct port_partition *partition);
void port_release_message(struct port_kafka *port);

/* log_port_producer.c */
bool port_producer_ensure(
    struct port_kafka *port); /* ready to begin; false: not yet, or port->fatal is set */
void port_producer_discard(struct port_kafka *port);
const char *port_reason(void *self);
enum log_outcome port_begin(void *self);
void port_produce(void *self, const struct log_message *message);
/* The producer is of no use any more, or what it did is not known. LOG_REBUILT. */
enum log_outcome port_producer_replace(struct port_kafka *port, const char *what,
                                       const rd_kafka_error_t *error);
/* Why a transaction was not committed; NULL: the producer was not ready. */
void port_note_reason(struct port_kafka *port, const rd_kafka_error_t *error);

/* log_port_commit.c */
void port_commit_start(void *self, const struct log_offset *offsets, size_t count);
bool port_commit_ended(void *self, bool wait, enum log_outcome *ret_outcome);
enum log_outcome port_abort(void *self);
bool port_is_committing(const struct port_kafka *port); /* started, and its outcome not taken */
bool port_commit_is_over(struct port_kafka *port);      /* and the engine has not asked yet */
void port_committer_init(struct port_kafka *port);
void port_committer_free(struct port_kafka *port); /* waits for the commit under way */

#endif
