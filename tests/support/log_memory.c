/* The log in memory. Everything is kept: tests look at what was aborted, too. */
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

void log_memory_free(struct log_memory *memory)
{
    if (memory == NULL)
        return;
    for (size_t t = 0; t < memory->topic_count; t++) {
        struct memory_topic *topic = &memory->topics[t];
        for (int32_t p = 0; p < topic->partition_count; p++) {
            for (size_t i = 0; i < topic->partitions[p].count; i++)
                free_entry(topic->partitions[p].entries[i]);
            free(topic->partitions[p].entries);
        }
        free(topic->partitions);
        free(topic->name);
    }
    for (size_t i = 0; i < memory->producer_count; i++)
        free(memory->producers[i].transactional_id);
    for (size_t i = 0; i < memory->offset_count; i++) {
        free(memory->offsets[i].group);
        free(memory->offsets[i].topic);
        free(memory->offsets[i].metadata);
    }
    free(memory->topics);
    free(memory->producers);
    free(memory->offsets);
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

static struct memory_entry *append_entry(struct memory_partition *partition, enum entry_state state,
                                         int producer)
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
        append_entry(partition, producer < 0 ? ENTRY_COMMITTED : ENTRY_OPEN, producer);
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

void memory_end_transaction(struct log_memory *memory, int producer, bool commit)
{
    for (size_t t = 0; t < memory->topic_count; t++)
        for (int32_t p = 0; p < memory->topics[t].partition_count; p++) {
            struct memory_partition *partition = &memory->topics[t].partitions[p];
            bool touched = false;
            for (size_t i = (size_t)memory_stable_end(partition); i < partition->count; i++) {
                struct memory_entry *entry = partition->entries[i];
                if (entry->state != ENTRY_OPEN || entry->producer != producer)
                    continue;
                entry->state = commit ? ENTRY_COMMITTED : ENTRY_ABORTED;
                touched = true;
            }
            if (touched)
                append_entry(partition, ENTRY_MARKER, producer);
        }
}

struct memory_offset *memory_offset(const struct log_memory *memory, const char *group, const char *topic,
                                    int32_t partition)
{
    for (size_t i = 0; i < memory->offset_count; i++) {
        struct memory_offset *offset = &memory->offsets[i];
        if (offset->partition == partition && text_equal(offset->topic, topic) &&
            text_equal(offset->group, group))
            return offset;
    }
    return NULL;
}

void memory_set_offset(struct log_memory *memory, const char *group, const struct log_offset *offset)
{
    struct memory_offset *found = memory_offset(memory, group, offset->topic, offset->partition);
    if (found == NULL) {
        memory->offsets = must_realloc(memory->offsets, (memory->offset_count + 1) * sizeof *memory->offsets);
        found = &memory->offsets[memory->offset_count++];
        *found = (struct memory_offset){.group = must_copy_text(group),
                                        .topic = must_copy_text(offset->topic),
                                        .metadata = must_copy_text(""),
                                        .partition = offset->partition};
    }
    char *metadata = must_copy_text(offset->metadata != NULL ? offset->metadata : "");
    free(found->metadata);
    found->metadata = metadata;
    found->next = offset->next;
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
