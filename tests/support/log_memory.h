/* log_memory.h: the log behind log_port_memory.h: topics as arrays of entries, offsets of groups, epochs of producers.
 * Internal to tests/support. */
#ifndef DUBAN_TESTS_LOG_MEMORY_H
#define DUBAN_TESTS_LOG_MEMORY_H

#include "log_port_memory.h"

enum entry_state {
    ENTRY_OPEN, /* of a transaction that has not ended: hides itself and all after it */
    ENTRY_COMMITTED,
    ENTRY_ABORTED,
    ENTRY_MARKER, /* end of a transaction: takes an offset, holds nothing */
};

struct memory_entry {
    enum entry_state state;
    int producer; /* index; -1: written without a transaction */
    struct log_record record;
};

struct memory_partition {
    struct memory_entry **entries; /* the index is the offset */
    size_t count;
    size_t stable; /* nothing before it is open */
};

struct memory_topic {
    char *name;
    struct memory_partition *partitions;
    int32_t partition_count;
};

/* One per transactional id; a higher epoch fences the ports with a lower one. */
struct memory_producer {
    char *transactional_id;
    int epoch;
};

struct memory_offset {
    char *group, *topic, *metadata;
    int32_t partition;
    int64_t next;
};

struct log_memory {
    struct memory_topic *topics;
    size_t topic_count;
    struct memory_producer *producers;
    size_t producer_count;
    struct memory_offset *offsets;
    size_t offset_count;
    struct instant now;
};

/* Asserts that it exists: an engine that names a wrong topic is a fault. */
struct memory_partition *memory_partition(const struct log_memory *memory, const char *topic,
                                          int32_t partition);
int64_t memory_write(struct log_memory *memory, const struct log_message *message, int producer);
int memory_producer(struct log_memory *memory, const char *transactional_id); /* made when new */
void memory_end_transaction(struct log_memory *memory, int producer, bool commit);
int64_t memory_stable_end(struct memory_partition *partition); /* before the first open entry */
struct memory_offset *memory_offset(const struct log_memory *memory, const char *group, const char *topic,
                                    int32_t partition); /* NULL: none */
void memory_set_offset(struct log_memory *memory, const char *group, const struct log_offset *offset);

#endif
