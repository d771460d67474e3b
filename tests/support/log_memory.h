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
    size_t shared; /* entries of the log that this one is a copy of: not ours to free */
};

struct memory_topic {
    char *name;
    struct memory_partition *partitions;
    int32_t partition_count;
};

struct memory_offset {
    char *group, *topic, *metadata;
    int32_t partition;
    int64_t next;
};

/* One per transactional id; a higher epoch fences the ports with a lower one. */
struct memory_producer {
    char *transactional_id;
    int epoch;
    struct memory_offset
        *offsets; /* of the transaction that has not ended: nobody may read the committed ones */
    size_t offset_count;
};

/* A transaction that has ended, but one of its partitions does not know yet. */
struct memory_marker {
    int producer;
    bool commit;
    struct memory_partition *partition; /* NULL: the offsets */
};

/* An EndTxn that was sent a second time and is still under way. */
struct memory_late_end {
    int producer, epoch;
};

struct log_memory {
    struct memory_topic *topics;
    size_t topic_count;
    struct memory_producer *producers;
    size_t producer_count;
    struct memory_offset *offsets;
    size_t offset_count;
    struct memory_marker *markers;
    size_t marker_count;
    bool markers_wait;
    struct memory_late_end *late;
    size_t late_count;
    struct instant now;
};

/* Asserts that it exists: an engine that names a wrong topic is a fault. */
struct memory_partition *memory_partition(const struct log_memory *memory, const char *topic,
                                          int32_t partition);
struct memory_entry *memory_append(struct memory_partition *partition, enum entry_state state, int producer);
int64_t memory_write(struct log_memory *memory, const struct log_message *message, int producer);
int memory_producer(struct log_memory *memory, const char *transactional_id); /* made when new */
void memory_end_transaction(struct log_memory *memory, int producer, bool commit);
void memory_finish_markers(struct log_memory *memory, int producer);
/* TxnOffsetCommit, after the group has agreed. */
void memory_pend_offsets(struct log_memory *memory, int producer, const char *group,
                         const struct log_offset *offsets, size_t count);
/* Some transaction that has not ended may still move that offset. */
bool memory_is_unstable(const struct log_memory *memory, const char *group, const char *topic,
                        int32_t partition);
void memory_send_late_end(struct log_memory *memory, int producer, int epoch);
int64_t memory_stable_end(struct memory_partition *partition); /* before the first open entry */
struct memory_offset *memory_offset(const struct log_memory *memory, const char *group, const char *topic,
                                    int32_t partition); /* NULL: none */
void memory_free_offsets(struct memory_offset *offsets, size_t count);
void memory_set_offset(struct log_memory *memory, const char *group, const struct log_offset *offset);

#endif
