/* How transactions of the real log port end. Every error of librdkafka's transactional API falls in one of three classes,
 * and each has one answer here: try the same call again, abort and rewind, or replace the producer and let the engine
 * reload (an unclassified error counts as the last).
 *
 * A thread of its own sends offsets and commit and repeats them while they may be repeated; meanwhile the engine goes on
 * with records, and nothing else touches the producer. Judging, aborting and rewinding happen on the engine's thread,
 * because they change what it reads. */
#include "base/arena.h"
#include "base/limits.h"
#include "runtime/log_port_kafka_internal.h"
#include <assert.h>
#include <string.h>

enum { RETRY_POLL_MS = 5 };

typedef rd_kafka_error_t *(*transaction_call)(struct port_kafka *port);

/* Repeats a call while the library says that it may be repeated. */
static rd_kafka_error_t *persist(struct port_kafka *port, transaction_call call)
{
    struct monotonic began = monotonic_now();
    for (;;) {
        rd_kafka_error_t *error = call(port);
        if (error == NULL || !rd_kafka_error_is_retriable(error) ||
            monotonic_now().ns - began.ns > (int64_t)LOG_PORT_PATIENCE_MS * 1000 * 1000)
            return error;
        kafka_reach_lost(&port->reach, rd_kafka_error_string(error));
        rd_kafka_error_destroy(error);
        rd_kafka_poll(port->producer.handle, RETRY_POLL_MS);
    }
}

static rd_kafka_error_t *call_send_offsets(struct port_kafka *port)
{
    return rd_kafka_send_offsets_to_transaction(port->producer.handle, port->committer.offsets,
                                                port->committer.member, LOG_PORT_WAIT_MS);
}

static rd_kafka_error_t *call_commit(struct port_kafka *port)
{
    return rd_kafka_commit_transaction(port->producer.handle, -1);
}

static rd_kafka_error_t *call_abort(struct port_kafka *port)
{
    return rd_kafka_abort_transaction(port->producer.handle, -1);
}

/* --- aborting, and judging what went wrong ------------------------------------------------------------------------- */

/* After the outcome is known: a producer that may still have an EndTxn under way gets no further transaction. Nor does
 * one that gave up a record which may stand in the log: when it aborts, the library takes the numbers of purged records
 * back (rd_kafka_toppar_purge_queues), as if none of them had been sent; the broker takes the next transaction's records
 * of the same numbers for repeats, acknowledges and drops them, and that transaction commits without them. */
static void retire_if_doubtful(struct port_kafka *port)
{
    const bool ended_twice = atomic_load(&port->producer.ends_sent) > 1;
    port->producer.open = false;
    if (!ended_twice && !atomic_load(&port->producer.in_doubt))
        return;
    log_warn("%s, replacing the producer", ended_twice ? "the end of a transaction was sent more than once"
                                                       : "a record of an aborted transaction is in doubt");
    atomic_fetch_add(&port->rebuilt, 1);
    port_producer_discard(port);
}

enum log_outcome port_abort(void *self)
{
    struct port_kafka *port = self;
    assert(port->producer.open && !port_is_committing(port));
    atomic_fetch_add(&port->aborted, 1);
    rd_kafka_error_t *error = persist(port, call_abort);
    if (error != NULL) {
        enum log_outcome outcome = port_producer_replace(port, "a transaction cannot be aborted", error);
        rd_kafka_error_destroy(error);
        return outcome;
    }
    retire_if_doubtful(port);
    /* Partitions about to be given up need no rewinding: whoever gets them starts at the committed offset. */
    if (port->step != PORT_READING || port_rewind(port))
        return LOG_ABORTED;
    port->step = PORT_RELOAD;
    return LOG_REBUILT;
}

static enum log_outcome judge(struct port_kafka *port, const char *what, rd_kafka_error_t *error)
{
    enum log_outcome outcome;
    port_note_reason(port, error);
    if (rd_kafka_error_txn_requires_abort(error)) {
        log_warn("%s, aborting it reason=%s", what, rd_kafka_error_string(error));
        outcome = port_abort(port);
    } else {
        outcome = port_producer_replace(port, what, error);
    }
    rd_kafka_error_destroy(error);
    return outcome;
}

/* --- the thread ---------------------------------------------------------------------------------------------------- */

static void commit(struct port_kafka *port)
{
    struct port_committer *committer = &port->committer;
    committer->what = "the offsets of a transaction were refused";
    committer->error = persist(port, call_send_offsets);
    if (committer->error != NULL)
        return;
    committer->what = "a transaction cannot be committed";
    committer->error = persist(port, call_commit);
}

static void *run(void *context)
{
    struct port_kafka *port = context;
    struct port_committer *committer = &port->committer;
    pthread_mutex_lock(&committer->mutex);
    for (;;) {
        while (committer->stage != COMMIT_UNDER_WAY && !committer->stopping)
            pthread_cond_wait(&committer->changed, &committer->mutex);
        if (committer->stage != COMMIT_UNDER_WAY)
            break;
        pthread_mutex_unlock(&committer->mutex);
        commit(port);
        pthread_mutex_lock(&committer->mutex);
        committer->stage = COMMIT_ENDED;
        pthread_cond_broadcast(&committer->changed);
        port_ring(port);
    }
    pthread_mutex_unlock(&committer->mutex);
    return NULL;
}

void port_committer_init(struct port_kafka *port)
{
    pthread_mutex_init(&port->committer.mutex, NULL);
    pthread_cond_init(&port->committer.changed, NULL);
}

static void start_thread(struct port_kafka *port)
{
    struct port_committer *committer = &port->committer;
    if (committer->started)
        return;
    int error = pthread_create(&committer->thread, NULL, run, port);
    assert(error == 0);
    committer->started = true;
}

static void set_stage(struct port_committer *committer, enum commit_stage stage)
{
    pthread_mutex_lock(&committer->mutex);
    committer->stage = stage;
    pthread_cond_broadcast(&committer->changed);
    pthread_mutex_unlock(&committer->mutex);
}

static void release(struct port_committer *committer)
{
    if (committer->offsets != NULL)
        rd_kafka_topic_partition_list_destroy(committer->offsets);
    if (committer->member != NULL)
        rd_kafka_consumer_group_metadata_destroy(committer->member);
    committer->offsets = NULL;
    committer->member = NULL;
}

void port_committer_free(struct port_kafka *port)
{
    struct port_committer *committer = &port->committer;
    if (committer->started) {
        pthread_mutex_lock(&committer->mutex);
        committer->stopping = true;
        pthread_cond_broadcast(&committer->changed);
        pthread_mutex_unlock(&committer->mutex);
        pthread_join(committer->thread, NULL);
    }
    if (committer->error != NULL)
        rd_kafka_error_destroy(committer->error);
    release(committer);
    pthread_cond_destroy(&committer->changed);
    pthread_mutex_destroy(&committer->mutex);
}

/* --- what the engine asks ------------------------------------------------------------------------------------------ */

/* The member id is empty between two memberships; the broker would then check nothing. */
static bool is_member(struct port_kafka *port)
{
    char *id = rd_kafka_memberid(port->consumer);
    bool member = id != NULL && id[0] != '\0';
    if (id != NULL)
        rd_kafka_mem_free(port->consumer, id);
    return member && !rd_kafka_assignment_lost(port->consumer);
}

static rd_kafka_topic_partition_list_t *list_of(const struct log_offset *offsets, size_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++) {
        assert(offsets[i].metadata == NULL || strlen(offsets[i].metadata) <= LIMIT_OFFSET_METADATA);
        kafka_partition_set_metadata(
            kafka_list_add(list, offsets[i].topic, offsets[i].partition, offsets[i].next),
            offsets[i].metadata);
    }
    return list;
}

bool port_is_committing(const struct port_kafka *port)
{
    return port->committer.refused || port->committer.offsets != NULL;
}

void port_commit_start(void *self, const struct log_offset *offsets, size_t count)
{
    struct port_kafka *port = self;
    struct port_committer *committer = &port->committer;
    assert(port->producer.open && count > 0 && !port_is_committing(port));
    committer->refused = port->producer.failed || !is_member(port);
    if (committer->refused) {
        port->reason = port->producer.failed ? "delivery" : "not_a_member";
        return;
    }
    committer->offsets = list_of(offsets, count);
    committer->member = rd_kafka_consumer_group_metadata(port->consumer);
    start_thread(port);
    set_stage(committer, COMMIT_UNDER_WAY);
}

static bool has_ended(struct port_committer *committer, bool wait)
{
    pthread_mutex_lock(&committer->mutex);
    while (wait && committer->stage == COMMIT_UNDER_WAY)
        pthread_cond_wait(&committer->changed, &committer->mutex);
    const bool ended = committer->stage != COMMIT_UNDER_WAY;
    pthread_mutex_unlock(&committer->mutex);
    return ended;
}

bool port_commit_is_over(struct port_kafka *port)
{
    return port_is_committing(port) && (port->committer.refused || has_ended(&port->committer, false));
}

static enum log_outcome conclude(struct port_kafka *port)
{
    struct port_committer *committer = &port->committer;
    rd_kafka_error_t *error = committer->error;
    const bool refused = committer->refused;
    set_stage(committer, COMMIT_NONE);
    release(committer);
    committer->refused = false;
    committer->error = NULL;
    if (refused)
        return port_abort(port);
    if (error != NULL)
        return judge(port, committer->what, error);
    retire_if_doubtful(port);
    kafka_reach_found(&port->reach);
    return LOG_COMMITTED;
}

bool port_commit_ended(void *self, bool wait, enum log_outcome *ret_outcome)
{
    struct port_kafka *port = self;
    assert(port_is_committing(port));
    if (!port->committer.refused && !has_ended(&port->committer, wait))
        return false;
    *ret_outcome = conclude(port);
    return true;
}
