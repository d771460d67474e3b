/* log_port.h: the log as the transactional engines (task-ledger, escalation-notifier) see it. They are
 * written against this interface only; behind it is librdkafka (log_port_kafka.h) or an array in memory
 * (tests/support).
 *
 * All calls block and belong to the engine's thread, except wakeup.
 *
 *   ASSIGNED    the partitions that are ours now, all of them, paused, each with its committed offset and
 *               metadata (begin at 0 when there is none and the log starts at 0). Load their state, then
 *               resume them. Comes again after REBUILT: then nothing in memory that was not committed may
 *               be believed.
 *   REVOKED     the partitions are still ours until the next poll: commit or abort the open transaction
 *               now. Keep their state: they often come back, and offset plus metadata prove whether anyone
 *               else wrote.
 *   LOST        they are no longer ours: abort, undo, commit nothing. Their state may be kept in the same
 *               way.
 *   RECORD      one record of a resumed partition (or of a followed one).
 *   END         a partition is read up to its end, `offsets[0]` says which and where.
 *   IDLE        nothing came within the timeout, or someone called wakeup.
 *   FATAL       the port is of no use any more; `reason` says why: stop the program.
 *
 * A transaction never spans a poll that returned ASSIGNED, REVOKED or LOST: the port asserts it. A commit may be
 * under way while the engine polls, decides and keeps what comes of it in memory: until its outcome has been
 * taken, polls tell of records and ends only, and no transaction begins. */
#ifndef DUBAN_RUNTIME_LOG_PORT_H
#define DUBAN_RUNTIME_LOG_PORT_H

#include "runtime/log_record.h"

enum log_event_kind {
    LOG_EVENT_IDLE,
    LOG_EVENT_RECORD,
    LOG_EVENT_END,
    LOG_EVENT_ASSIGNED,
    LOG_EVENT_REVOKED,
    LOG_EVENT_LOST,
    LOG_EVENT_FATAL,
};

/* Lives until the next call on the port. */
struct log_event {
    enum log_event_kind kind;
    const struct log_record *record;  /* RECORD */
    const struct log_offset *offsets; /* END, ASSIGNED, REVOKED, LOST */
    size_t offset_count;
    const char *reason; /* FATAL */
};

enum log_outcome {
    LOG_COMMITTED, /* (also: begun, aborted as asked) */
    /* Nothing was written: undo what the transaction did to memory. All our partitions were rewound to
     * their committed offsets and keep being read from there. */
    LOG_ABORTED,
    /* The outcome is not known, or the producer had to be replaced: an ASSIGNED event follows with the
     * offsets as the broker has them. Until then call nothing but poll. */
    LOG_REBUILT,
    LOG_FATAL, /* the next poll says why */
};

/* STATUS_OK goes on; anything else ends the restore and is its result. */
typedef enum status (*log_restored)(void *context, const struct log_record *record);

struct log_port_operations {
    void (*poll)(void *self, int64_t timeout_ms, struct log_event *ret_event);
    enum log_outcome (*begin)(void *self);
    void (*produce)(void *self, const struct log_message *message);
    void (*commit_start)(void *self, const struct log_offset *offsets, size_t count);
    bool (*commit_ended)(void *self, bool wait, enum log_outcome *ret_outcome);
    enum log_outcome (*abort)(void *self);
    void (*pause)(void *self, const char *topic, int32_t partition);
    void (*resume)(void *self, const char *topic, int32_t partition);
    void (*seek)(void *self, const char *topic, int32_t partition, int64_t next);
    enum status (*committed)(void *self, struct log_offset *offsets, size_t count);
    enum status (*watermarks)(void *self, const char *topic, int32_t partition, int64_t *ret_start,
                              int64_t *ret_end);
    enum status (*restore)(void *self, struct log_offset *offsets, size_t count, log_restored callback,
                           void *context);
    const struct log_position *(*positions)(void *self, size_t *ret_count);
    const char *(*reason)(void *self); /* NULL: never known */
    void (*wakeup)(void *self);
    void (*free)(void *self);
};

struct log_port {
    const struct log_port_operations *operations;
    void *self;
};

/* What the port reads; the same table for every implementation. Lists end with a NULL name; NULL is an
 * empty list. */
struct log_port_topics {
    /* Shared out by the group, `range`: partition n of each of them goes to the same member. */
    const struct log_topic *shared;
    /* All partitions go to whoever holds any shared partition, at offsets committed under the same group. */
    const struct log_topic *extra;
    /* Read by every member from the beginning, outside the group; never in an ASSIGNED event, never
     * committed, not paused, not rewound. */
    const struct log_topic *followed;
};

static inline void log_port_poll(struct log_port *port, int64_t timeout_ms, struct log_event *ret_event)
{
    port->operations->poll(port->self, timeout_ms, ret_event);
}

/* Opens a transaction. LOG_COMMITTED: it is open. */
MUST_CHECK static inline enum log_outcome log_port_begin(struct log_port *port)
{
    return port->operations->begin(port->self);
}

/* Inside a transaction; a failure shows in the outcome of commit. May wait while the buffer is full. The value must live
 * until the outcome of the transaction has been taken. */
static inline void log_port_produce(struct log_port *port, const struct log_message *message)
{
    port->operations->produce(port->self, message);
}

/* Begins to end the transaction. `offsets` must name every partition the transaction touched (a transaction without
 * offsets is not fenced by the group's generation), and live until the outcome has been taken. metadata holds no zero
 * byte, at most LIMIT_OFFSET_METADATA bytes. */
static inline void log_port_commit_start(struct log_port *port, const struct log_offset *offsets,
                                         size_t count)
{
    port->operations->commit_start(port->self, offsets, count);
}

/* Takes the outcome of the commit that was started. False: it is still under way (never when asked to wait); a poll
 * that waits returns when it ends. */
MUST_CHECK static inline bool log_port_commit_ended(struct log_port *port, bool wait,
                                                    enum log_outcome *ret_outcome)
{
    return port->operations->commit_ended(port->self, wait, ret_outcome);
}

/* Both. */
MUST_CHECK static inline enum log_outcome log_port_commit(struct log_port *port,
                                                          const struct log_offset *offsets, size_t count)
{
    enum log_outcome outcome = LOG_FATAL;
    log_port_commit_start(port, offsets, count);
    while (!log_port_commit_ended(port, true, &outcome))
        continue;
    return outcome;
}

/* LOG_ABORTED as asked (rewound, see there), LOG_REBUILT or LOG_FATAL. */
MUST_CHECK static inline enum log_outcome log_port_abort(struct log_port *port)
{
    return port->operations->abort(port->self);
}

static inline void log_port_pause(struct log_port *port, const char *topic, int32_t partition)
{
    port->operations->pause(port->self, topic, partition);
}

static inline void log_port_resume(struct log_port *port, const char *topic, int32_t partition)
{
    port->operations->resume(port->self, topic, partition);
}

/* A paused partition stays paused. */
static inline void log_port_seek(struct log_port *port, const char *topic, int32_t partition, int64_t next)
{
    port->operations->seek(port->self, topic, partition, next);
}

/* Fills next and metadata (lives until the next call). STATUS_RETRY: the broker did not answer. */
MUST_CHECK static inline enum status log_port_committed(struct log_port *port, struct log_offset *offsets,
                                                        size_t count)
{
    return port->operations->committed(port->self, offsets, count);
}

/* First offset there is, and the high watermark. */
MUST_CHECK static inline enum status log_port_watermarks(struct log_port *port, const char *topic,
                                                         int32_t partition, int64_t *ret_start,
                                                         int64_t *ret_end)
{
    return port->operations->watermarks(port->self, topic, partition, ret_start, ret_end);
}

/* Reads partitions (of any topic) from offsets[i].next (0 also when the log starts later) up to the high
 * watermark as of now, read_committed, and sets offsets[i].next to where it ended. Records of one partition
 * come in order. STATUS_RETRY: the broker did not answer in time; STATUS_FATAL: an offset is beyond the end
 * of the log. */
MUST_CHECK static inline enum status log_port_restore(struct log_port *port, struct log_offset *offsets,
                                                      size_t count, log_restored callback, void *context)
{
    return port->operations->restore(port->self, offsets, count, callback, context);
}

/* Of all assigned and followed partitions, records handed out counted as read. Valid until the next call. */
static inline const struct log_position *log_port_positions(struct log_port *port, size_t *ret_count)
{
    return port->operations->positions(port->self, ret_count);
}

/* Why the last transaction that ended as anything but LOG_COMMITTED did so: a short word for metrics, "" unknown. */
static inline const char *log_port_reason(struct log_port *port)
{
    return port->operations->reason == NULL ? "" : port->operations->reason(port->self);
}

/* From any thread: a poll that waits, or the next one, returns at once. */
static inline void log_port_wakeup(struct log_port *port)
{
    port->operations->wakeup(port->self);
}

/* Leaves an open transaction to be aborted. Accepts NULL. Frees the port itself too. */
static inline void log_port_free(struct log_port *port)
{
    if (port != NULL)
        port->operations->free(port->self);
}

#endif
