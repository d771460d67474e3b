/* log_port_memory.h: a log in memory and ports on it, for tests and simulation of the engines. One thread.
 *
 * It behaves as the real one where an engine could notice: transactions take effect as a whole or not at all,
 * each touched partition gets a marker that uses up an offset, records of an open transaction hold back
 * what comes after them, committed offsets carry metadata, a second port with the same transactional id
 * fences the first, a port that lost its partitions cannot commit. */
#ifndef DUBAN_TESTS_LOG_PORT_MEMORY_H
#define DUBAN_TESTS_LOG_PORT_MEMORY_H

#include "runtime/log_port.h"

struct log_memory;

struct log_memory *log_memory_new(void);
void log_memory_free(struct log_memory *memory); /* after its ports */

void log_memory_create(struct log_memory *memory, const char *topic, int32_t partitions);

/* What stands there now, for a log that goes its own way; its ports must have no transaction open. Frees of the two in
 * this order: copies, then the original. */
struct log_memory *log_memory_copy(const struct log_memory *memory);

/* Time stamped on every record appended from now on (as LogAppendTime). */
void log_memory_set_time(struct log_memory *memory, struct instant now);

/* What anyone else writes; returns the offset. */
int64_t log_memory_append(struct log_memory *memory, const struct log_message *message);

/* Committed records of a partition in order; markers and aborted records are skipped. The record lives as
 * long as the memory. NULL: no such. */
size_t log_memory_count(const struct log_memory *memory, const char *topic, int32_t partition);
const struct log_record *log_memory_at(const struct log_memory *memory, const char *topic, int32_t partition,
                                       size_t index);
int64_t log_memory_end(const struct log_memory *memory, const char *topic, int32_t partition);
int64_t log_memory_committed(const struct log_memory *memory, const char *group_id, const char *topic,
                             int32_t partition); /* LOG_OFFSET_NONE: none */

struct log_port_memory_options {
    const char *group_id;
    const char *transactional_id;
    struct log_port_topics topics;
};

struct log_port *log_port_memory_new(struct log_memory *memory,
                                     const struct log_port_memory_options *options);

/* The port's share of every shared topic from now on: its next polls say REVOKED (if it had any) and
 * ASSIGNED. A new port has none. `lost`: LOST instead of REVOKED, and whatever it commits before is
 * aborted. */
void log_port_memory_assign(struct log_port *port, const int32_t *partitions, size_t count, bool lost);

/* The same in two steps, for a group of several ports: the members give up what they hold, and when all have, each is
 * given its share. */
void log_port_memory_revoke(struct log_port *port, bool lost);
bool log_port_memory_is_idle(const struct log_port *port); /* holds nothing and waits for nothing */
void log_port_memory_give(struct log_port *port, const int32_t *partitions, size_t count);
/* True once after the port has left the group on its own accord, because it was fenced. */
bool log_port_memory_has_left(struct log_port *port);

enum log_memory_fault {
    LOG_MEMORY_ABORT,           /* the commit fails, nothing is written, kept partitions are rewound */
    LOG_MEMORY_UNKNOWN_WRITTEN, /* LOG_REBUILT, and the transaction stands in the log */
    LOG_MEMORY_UNKNOWN_LOST,    /* LOG_REBUILT, and it does not */
    LOG_MEMORY_UNKNOWN_LATE,    /* LOG_REBUILT, and its end is still under way */
    LOG_MEMORY_END_TWICE,       /* committed, but its end was sent twice, and the second is still under way */
};

/* The commit after the next `after` ones meets with `fault`; one pending fault per port. */
void log_port_memory_fail(struct log_port *port, size_t after, enum log_memory_fault fault);

/* A commit that is not waited for does a step (its offsets, its end) only when it has been asked for so often in between.
 * 1 for a new port. */
void log_port_memory_delay_commits(struct log_port *port, size_t asks);

/* Where a port is in a call: what happens to the world there, happens in the midst of the engine's work. */
enum log_memory_moment {
    LOG_MEMORY_AT_POLL,
    LOG_MEMORY_AT_ASK,   /* committed, watermarks */
    LOG_MEMORY_AT_STEER, /* pause, resume, seek */
    LOG_MEMORY_AT_RESTORE,
    LOG_MEMORY_AT_BEGIN,
    LOG_MEMORY_AT_PRODUCE,
    LOG_MEMORY_AT_OFFSETS, /* before the group is asked whether the offsets may be committed */
    LOG_MEMORY_AT_END,     /* the group has agreed, the transaction has not ended */
    LOG_MEMORY_AT_ENDED,   /* it has, and the engine does not know yet */
};

/* `watcher` may leave by longjmp (the process has died there), but not from AT_ASK, AT_STEER and AT_RESTORE. */
void log_port_memory_watch(struct log_port *port,
                           void (*watcher)(void *context, enum log_memory_moment moment), void *context);

/* --- what a broker takes its time with ---------------------------------------------------------------- */

/* Markers of transactions that end from now on wait until they are written one by one; until then what is in their
 * partitions is hidden, and their offsets cannot be read. False: all that wait are written, and none waits. */
void log_memory_delay_markers(struct log_memory *memory, bool delay);
size_t log_memory_markers(const struct log_memory *memory); /* that wait */
void log_memory_write_marker(struct log_memory *memory, size_t index);
/* The oldest EndTxn that is under way arrives, and ends whatever its producer has open, unless it is of an older epoch.
 * False: there is none. */
bool log_memory_deliver_end(struct log_memory *memory);
/* The coordinator gives up the open transaction of that id, if any, and fences its producer. */
void log_memory_expire(struct log_memory *memory, const char *transactional_id);

/* As kill -9: the port is freed and its open transaction stays open until a port with the same
 * transactional id begins one. */
void log_port_memory_kill(struct log_port *port);

#endif
