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

enum log_memory_fault {
    LOG_MEMORY_ABORT,           /* the commit fails, nothing is written, kept partitions are rewound */
    LOG_MEMORY_UNKNOWN_WRITTEN, /* LOG_REBUILT, and the transaction stands in the log */
    LOG_MEMORY_UNKNOWN_LOST,    /* LOG_REBUILT, and it does not */
};

/* The commit after the next `after` ones meets with `fault`; one pending fault per port. */
void log_port_memory_fail(struct log_port *port, size_t after, enum log_memory_fault fault);

/* As kill -9: the port is freed and its open transaction stays open until a port with the same
 * transactional id begins one. */
void log_port_memory_kill(struct log_port *port);

#endif
