/* wake_queue.c: a binary heap over `again`, and a hash from task id to its entry, so that a row that moves finds
 * its place in the heap. */
#include "wake_queue.h"

#include "base/arena.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>

struct entry {
    struct wake wake;
    size_t index; /* in the heap */
    UT_hash_handle hh;
    char task_id[];
};

struct wake_queue {
    struct entry **heap;
    size_t count, capacity;
    struct entry *by_task;
};

struct wake_queue *wake_queue_new(void)
{
    return must_alloc(sizeof(struct wake_queue));
}

void wake_queue_free(struct wake_queue *queue)
{
    if (queue == NULL)
        return;
    HASH_CLEAR(hh, queue->by_task);
    for (size_t i = 0; i < queue->count; i++)
        free(queue->heap[i]);
    free(queue->heap);
    free(queue);
}

static bool before(const struct entry *a, const struct entry *b)
{
    if (a->wake.again.ms != b->wake.again.ms)
        return a->wake.again.ms < b->wake.again.ms;
    return strcmp(a->task_id, b->task_id) < 0;
}

static void put(struct wake_queue *queue, size_t index, struct entry *entry)
{
    queue->heap[index] = entry;
    entry->index = index;
}

/* Moves the entry at `index` to where it belongs. */
static void settle(struct wake_queue *queue, size_t index)
{
    struct entry *entry = queue->heap[index];
    while (index > 0 && before(entry, queue->heap[(index - 1) / 2])) {
        put(queue, index, queue->heap[(index - 1) / 2]);
        index = (index - 1) / 2;
    }
    for (size_t child; (child = 2 * index + 1) < queue->count; index = child) {
        if (child + 1 < queue->count && before(queue->heap[child + 1], queue->heap[child]))
            child++;
        if (!before(queue->heap[child], entry))
            break;
        put(queue, index, queue->heap[child]);
    }
    put(queue, index, entry);
}

static void insert(struct wake_queue *queue, struct entry *entry)
{
    if (queue->count == queue->capacity) {
        queue->capacity = queue->capacity ? queue->capacity * 2 : 64;
        queue->heap = must_realloc(queue->heap, queue->capacity * sizeof *queue->heap);
    }
    put(queue, queue->count++, entry);
    settle(queue, entry->index);
}

static void drop(struct wake_queue *queue, struct entry *entry)
{
    size_t index = entry->index;
    HASH_DEL(queue->by_task, entry);
    struct entry *last = queue->heap[--queue->count];
    if (last != entry) {
        put(queue, index, last);
        settle(queue, index);
    }
    free(entry);
}

void wake_queue_set(struct wake_queue *queue, const char *task_id, uint64_t wake_seq, struct instant due)
{
    struct entry *entry = NULL;
    HASH_FIND_STR(queue->by_task, task_id, entry);
    if (entry != NULL && !instant_is_set(due)) {
        drop(queue, entry);
        return;
    }
    if (!instant_is_set(due) || (entry != NULL && entry->wake.wake_seq == wake_seq))
        return;
    if (entry == NULL) {
        size_t bytes = strlen(task_id) + 1;
        entry = must_alloc(sizeof *entry + bytes);
        memcpy(entry->task_id, task_id, bytes);
        entry->wake.task_id = entry->task_id;
        entry->wake.again = due;
        HASH_ADD_STR(queue->by_task, task_id, entry);
        insert(queue, entry);
    }
    entry->wake.wake_seq = wake_seq;
    entry->wake.due = entry->wake.again = due;
    entry->wake.sent = 0;
    settle(queue, entry->index);
}

const struct wake *wake_queue_least(const struct wake_queue *queue)
{
    return queue->count == 0 ? NULL : &queue->heap[0]->wake;
}

void wake_queue_postpone(struct wake_queue *queue, struct instant again)
{
    assert(queue->count > 0);
    queue->heap[0]->wake.again = again;
    queue->heap[0]->wake.sent++;
    settle(queue, 0);
}

size_t wake_queue_count(const struct wake_queue *queue)
{
    return queue->count;
}
