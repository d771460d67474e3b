/* partition.c: the row of a partition and its two queues. */
#include "partition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/messages.h"

enum { CHUNK_BYTES = 32 * 1024 };

static void reset_queues(struct partition *partition)
{
    for (int stream = 0; stream < STREAM_COUNT; stream++)
        partition->waiting[stream] = (struct waiting_queue){.last = &partition->waiting[stream].first};
}

struct partition *partition_new(int32_t number)
{
    struct partition *partition = must_alloc(sizeof(*partition));
    partition->number = number;
    snprintf(partition->key, sizeof(partition->key), KEY_PARTITION_PREFIX "%d", number);
    partition->table = task_table_new();
    partition->row_arena = arena_new(LIMIT_ARENA_BYTES);
    reset_queues(partition);
    return partition;
}

void partition_free(struct partition *partition)
{
    if (partition == NULL)
        return;
    partition_drop_waiting(partition);
    for (int stream = 0; stream < STREAM_COUNT; stream++)
        free(partition->waiting[stream].oldest); /* at most one is kept, empty */
    partition_forget_keys(partition);
    task_table_free(partition->table);
    arena_free(partition->row_arena);
    free(partition);
}

void partition_clear(struct partition *partition)
{
    partition_drop_waiting(partition);
    partition_forget_keys(partition);
    task_table_free(partition->table);
    partition->table = task_table_new();
    arena_reset(partition->row_arena);
    partition->row = (struct partition_row){0};
    partition->ready = false;
    partition->kept = false;
    partition->unsaved = 0;
    partition->awaited_version = 0;
    partition->token[0] = '\0';
}

enum status partition_load_row(struct partition *partition, const char *deployment)
{
    arena_reset(partition->row_arena);
    struct row_bytes bytes = task_table_get(partition->table, partition->key);
    if (bytes.data == NULL) {
        partition->row = (struct partition_row){
            .id = partition->key,
            .deployment = arena_text(partition->row_arena, deployment),
            .recomputed_key = "",
        };
        return STATUS_OK;
    }
    struct row row;
    struct wire_fault fault;
    if (!wire_decode(&wire_row, bytes.data, bytes.bytes, LIMIT_ROW_BYTES, partition->row_arena, &row,
                     &fault)) {
        log_error("row of a partition cannot be read key=%s field=%s rule=%s", partition->key, fault.field,
                  fault.rule);
        return STATUS_FATAL;
    }
    if (row.kind != ROW_PARTITION || !text_equal(row.partition.deployment, deployment)) {
        log_error("partition belongs to another deployment, refusing it key=%s deployment=%s ours=%s",
                  partition->key, row.kind == ROW_PARTITION ? row.partition.deployment : "", deployment);
        return STATUS_FATAL;
    }
    partition->row = row.partition;
    return STATUS_OK;
}

void partition_forget_keys(struct partition *partition)
{
    free(partition->recompute);
    partition->recompute = NULL;
}

int64_t *partition_next(struct partition *partition, enum stream stream)
{
    return stream == STREAM_INTERNAL ? &partition->row.next_internal : &partition->row.next_command;
}

static struct inbox_mark *mark_of(const struct partition *partition, const char *inbox)
{
    for (uint32_t i = 0; i < partition->row.inbox_count; i++)
        if (text_equal(partition->row.inboxes[i].inbox, inbox))
            return &partition->row.inboxes[i];
    return NULL;
}

bool partition_has_applied(const struct partition *partition, const struct inbox_position *position)
{
    if (text_empty(position->inbox))
        return false;
    const struct inbox_mark *mark = mark_of(partition, position->inbox);
    return mark != NULL && position->offset <= mark->offset;
}

void partition_mark(struct partition *partition, const struct inbox_position *position)
{
    if (text_empty(position->inbox))
        return;
    struct inbox_mark *mark = mark_of(partition, position->inbox);
    if (mark == NULL) {
        struct partition_row *row = &partition->row;
        row->inboxes =
            arena_grown(partition->row_arena, row->inboxes, row->inbox_count, sizeof(*row->inboxes));
        mark = &row->inboxes[row->inbox_count++];
        mark->inbox = arena_text(partition->row_arena, position->inbox);
    }
    mark->offset = position->offset;
}

/* --- what waits ------------------------------------------------------------------------------------------------------- */

struct waiting_chunk {
    struct waiting_chunk *next; /* newer */
    size_t capacity, used;
    size_t records; /* that still wait */
    _Alignas(_Alignof(struct waiting)) char data[];
};

static void *take_room(struct waiting_queue *queue, size_t bytes)
{
    struct waiting_chunk *chunk = queue->newest;
    bytes = (bytes + _Alignof(struct waiting) - 1) / _Alignof(struct waiting) * _Alignof(struct waiting);
    if (chunk == NULL || bytes > chunk->capacity - chunk->used) {
        const size_t capacity = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
        chunk = must_realloc(NULL, sizeof(*chunk) + capacity);
        *chunk = (struct waiting_chunk){.capacity = capacity};
        if (queue->newest != NULL && queue->newest->records == 0) {
            free(queue->newest); /* the only one, kept though empty, and too small */
            queue->newest = NULL;
        }
        if (queue->newest != NULL)
            queue->newest->next = chunk;
        else
            queue->oldest = chunk;
        queue->newest = chunk;
    }
    void *room = chunk->data + chunk->used;
    chunk->used += bytes;
    chunk->records++;
    return room;
}

/* Of the record that came first. An empty chunk is kept when it is the only one, unless it was made for something
 * large. */
static void give_room(struct waiting_queue *queue)
{
    struct waiting_chunk *chunk = queue->oldest;
    if (--chunk->records > 0)
        return;
    chunk->used = 0;
    if (chunk == queue->newest && chunk->capacity <= CHUNK_BYTES)
        return;
    queue->oldest = chunk->next;
    if (queue->oldest == NULL)
        queue->newest = NULL;
    free(chunk);
}

void partition_queue(struct partition *partition, enum stream stream, const struct log_record *record)
{
    struct waiting_queue *queue = &partition->waiting[stream];
    struct waiting *waiting =
        take_room(queue, sizeof(*waiting) + record->key_bytes + 1 + record->value_bytes);
    char *bytes = (char *)(waiting + 1);
    *waiting = (struct waiting){
        .offset = record->offset,
        .timestamp = record->timestamp,
        .key = bytes,
        .key_bytes = record->key_bytes,
    };
    if (record->key_bytes > 0)
        memcpy(bytes, record->key, record->key_bytes);
    bytes[record->key_bytes] = '\0';
    if (record->value != NULL) {
        waiting->value = bytes + record->key_bytes + 1;
        waiting->value_bytes = record->value_bytes;
        memcpy(bytes + record->key_bytes + 1, record->value, record->value_bytes);
    }
    *queue->last = waiting;
    queue->last = &waiting->next;
    queue->count++;
}

void partition_drop_first(struct partition *partition, enum stream stream)
{
    struct waiting_queue *queue = &partition->waiting[stream];
    queue->first = queue->first->next;
    if (queue->first == NULL)
        queue->last = &queue->first;
    queue->count--;
    give_room(queue);
}

size_t partition_drop_waiting(struct partition *partition)
{
    size_t dropped = 0;
    partition->adoption_waits = false;
    for (int stream = 0; stream < STREAM_COUNT; stream++)
        for (; partition->waiting[stream].first != NULL; dropped++)
            partition_drop_first(partition, (enum stream)stream);
    return dropped;
}
