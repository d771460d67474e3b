/* log_memory.c: topics and their entries. Everything is kept: tests look at what was aborted, too. How transactions end
 * stands in log_memory_ends.c. */
#include "log_memory.h"

#include "base/arena.h"
#include "base/text.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct log_memory *log_memory_new(void)
{
    struct log_memory *memory = must_alloc(sizeof *memory);
    memory->now = (struct instant){1};
    return memory;
}

static void free_entry(struct memory_entry *entry)
{
    struct log_header *headers = (struct log_header *)(uintptr_t)entry->record.headers;
    for (size_t i = 0; i < entry->record.header_count; i++) {
        free((char *)(uintptr_t)headers[i].name);
        free((void *)(uintptr_t)headers[i].value);
    }
    free(headers);
    free((void *)(uintptr_t)entry->record.key);
    free((void *)(uintptr_t)entry->record.value);
    free(entry);
}

void memory_free_offsets(struct memory_offset *offsets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(offsets[i].group);
        free(offsets[i].topic);
        free(offsets[i].metadata);
    }
    free(offsets);
}

void log_memory_free(struct log_memory *memory)
{
    if (memory == NULL)
        return;
    for (size_t t = 0; t < memory->topic_count; t++) {
        struct memory_topic *topic = &memory->topics[t];
        for (int32_t p = 0; p < topic->partition_count; p++) {
            for (size_t i = topic->partitions[p].shared; i < topic->partitions[p].count; i++)
                free_entry(topic->partitions[p].entries[i]);
            free(topic->partitions[p].entries);
        }
        free(topic->partitions);
        free(topic->name);
    }
    for (size_t i = 0; i < memory->producer_count; i++) {
        free(memory->producers[i].transactional_id);
        memory_free_offsets(memory->producers[i].offsets, memory->producers[i].offset_count);
    }
    memory_free_offsets(memory->offsets, memory->offset_count);
    free(memory->topics);
    free(memory->producers);
    free(memory->markers);
    free(memory->late);
    free(memory);
}

void log_memory_create(struct log_memory *memory, const char *name, int32_t partitions)
{
    memory->topics = must_realloc(memory->topics, (memory->topic_count + 1) * sizeof *memory->topics);
    memory->topics[memory->topic_count++] =
        (struct memory_topic){.name = must_copy_text(name),
                              .partitions = must_alloc((size_t)partitions * sizeof(struct memory_partition)),
                              .partition_count = partitions};
}

void log_memory_set_time(struct log_memory *memory, struct instant now)
{
    memory->now = now;
}

/* Entries are never changed again once their transaction has ended, so a copy shares them. */
struct log_memory *log_memory_copy(const struct log_memory *memory)
{
    struct log_memory *copy = log_memory_new();
    copy->now = memory->now;
    assert(memory->marker_count == 0 && memory->late_count == 0);
    for (size_t t = 0; t < memory->topic_count; t++) {
        const struct memory_topic *topic = &memory->topics[t];
        log_memory_create(copy, topic->name, topic->partition_count);
        for (int32_t p = 0; p < topic->partition_count; p++) {
            const struct memory_partition *from = &topic->partitions[p];
            struct memory_partition *to = &copy->topics[t].partitions[p];
            *to = (struct memory_partition){.count = from->count, .shared = from->count};
            to->entries = must_alloc((from->count + 1) * sizeof(struct memory_entry *));
            for (size_t i = 0; i < from->count; i++) {
                assert(from->entries[i]->state != ENTRY_OPEN);
                to->entries[i] = from->entries[i];
            }
        }
    }
    for (size_t i = 0; i < memory->producer_count; i++) {
        int producer = memory_producer(copy, memory->producers[i].transactional_id);
        copy->producers[producer].epoch = memory->producers[i].epoch;
    }
    for (size_t i = 0; i < memory->offset_count; i++) {
        const struct memory_offset *offset = &memory->offsets[i];
        memory_set_offset(
            copy, offset->group,
            &(struct log_offset){offset->topic, offset->partition, offset->next, offset->metadata});
    }
    return copy;
}

static struct memory_topic *find_topic(const struct log_memory *memory, const char *name)
{
    for (size_t i = 0; i < memory->topic_count; i++)
        if (text_equal(memory->topics[i].name, name))
            return &memory->topics[i];
    return NULL;
}

struct memory_partition *memory_partition(const struct log_memory *memory, const char *topic,
                                          int32_t partition)
{
    struct memory_topic *found = find_topic(memory, topic);
    assert(found != NULL && partition >= 0 && partition < found->partition_count);
    return &found->partitions[partition];
}

/* A terminating zero for the eyes of whoever debugs. */
static void *copy_bytes(const void *data, size_t bytes)
{
    if (data == NULL)
        return NULL;
    char *copy = must_alloc(bytes + 1);
    memcpy(copy, data, bytes);
    return copy;
}

struct memory_entry *memory_append(struct memory_partition *partition, enum entry_state state, int producer)
{
    struct memory_entry *entry = must_alloc(sizeof *entry);
    entry->state = state;
    entry->producer = producer;
    entry->record.offset = (int64_t)partition->count;
    partition->entries =
        must_realloc(partition->entries, (partition->count + 1) * sizeof(struct memory_entry *));
    partition->entries[partition->count++] = entry;
    return entry;
}

int64_t memory_write(struct log_memory *memory, const struct log_message *message, int producer)
{
    struct memory_partition *partition = memory_partition(memory, message->topic, message->partition);
    struct memory_entry *entry =
        memory_append(partition, producer < 0 ? ENTRY_COMMITTED : ENTRY_OPEN, producer);
    struct log_record *record = &entry->record;
    record->topic = find_topic(memory, message->topic)->name;
    record->partition = message->partition;
    record->key = copy_bytes(message->key, message->key_bytes);
    record->key_bytes = message->key_bytes;
    record->value = copy_bytes(message->value, message->value_bytes);
    record->value_bytes = message->value_bytes;
    record->timestamp = memory->now;
    record->log_append_time = true;
    struct log_header *headers = must_alloc((message->header_count + 1) * sizeof *headers);
    for (size_t i = 0; i < message->header_count; i++)
        headers[i] = (struct log_header){
            must_copy_text(message->headers[i].name),
            copy_bytes(message->headers[i].value, message->headers[i].value_bytes),
            message->headers[i].value_bytes,
        };
    record->headers = headers;
    record->header_count = message->header_count;
    return record->offset;
}

int64_t log_memory_append(struct log_memory *memory, const struct log_message *message)
{
    return memory_write(memory, message, -1);
}

int memory_producer(struct log_memory *memory, const char *transactional_id)
{
    for (size_t i = 0; i < memory->producer_count; i++)
        if (text_equal(memory->producers[i].transactional_id, transactional_id))
            return (int)i;
    memory->producers =
        must_realloc(memory->producers, (memory->producer_count + 1) * sizeof *memory->producers);
    memory->producers[memory->producer_count] =
        (struct memory_producer){.transactional_id = must_copy_text(transactional_id)};
    return (int)memory->producer_count++;
}

int64_t memory_stable_end(struct memory_partition *partition)
{
    while (partition->stable < partition->count && partition->entries[partition->stable]->state != ENTRY_OPEN)
        partition->stable++;
    return (int64_t)partition->stable;
}

size_t log_memory_count(const struct log_memory *memory, const char *topic, int32_t partition)
{
    const struct memory_partition *found = memory_partition(memory, topic, partition);
    size_t count = 0;
    for (size_t i = 0; i < found->count; i++)
        count += found->entries[i]->state == ENTRY_COMMITTED;
    return count;
}

const struct log_record *log_memory_at(const struct log_memory *memory, const char *topic, int32_t partition,
                                       size_t index)
{
    const struct memory_partition *found = memory_partition(memory, topic, partition);
    for (size_t i = 0; i < found->count; i++)
        if (found->entries[i]->state == ENTRY_COMMITTED && index-- == 0)
            return &found->entries[i]->record;
    return NULL;
}

int64_t log_memory_end(const struct log_memory *memory, const char *topic, int32_t partition)
{
    return (int64_t)memory_partition(memory, topic, partition)->count;
}

int64_t log_memory_committed(const struct log_memory *memory, const char *group_id, const char *topic,
                             int32_t partition)
{
    const struct memory_offset *offset = memory_offset(memory, group_id, topic, partition);
    return offset != NULL ? offset->next : LOG_OFFSET_NONE;
}
