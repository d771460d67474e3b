/* near_heap.h: the wakes of the second that is near, least first: an eight-ary heap. Used by wake_queue.c only, and inline
 * because it is most of what a wake costs. */
#ifndef DUBAN_DEADLINE_WATCHER_NEAR_HEAP_H
#define DUBAN_DEADLINE_WATCHER_NEAR_HEAP_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct near {
    int64_t due_ms;
    uint32_t slot;
};

struct near_heap {
    struct near *items;
    size_t count, room;
};

enum { NEAR_ARITY = 8, NEAR_FIRST_ROOM = 64 };

static inline bool near_before(struct near a, struct near b)
{
    return a.due_ms != b.due_ms ? a.due_ms < b.due_ms : a.slot < b.slot;
}

static inline void near_push(struct near_heap *heap, struct near item)
{
    if (heap->count == heap->room) {
        heap->room = heap->room == 0 ? NEAR_FIRST_ROOM : heap->room * 2;
        heap->items = must_realloc(heap->items, heap->room * sizeof(*heap->items));
    }
    size_t index = heap->count++;
    for (size_t parent; index > 0 && near_before(item, heap->items[parent = (index - 1) / NEAR_ARITY]);
         index = parent)
        heap->items[index] = heap->items[parent];
    heap->items[index] = item;
}

static inline void near_sink(struct near_heap *heap, struct near item)
{
    size_t index = 0;
    for (;;) {
        size_t child = NEAR_ARITY * index + 1, last = child + NEAR_ARITY, least = child;
        if (child >= heap->count)
            break;
        if (last > heap->count)
            last = heap->count;
        while (++child < last) {
            if (near_before(heap->items[child], heap->items[least]))
                least = child;
        }
        if (!near_before(heap->items[least], item))
            break;
        heap->items[index] = heap->items[least];
        index = least;
    }
    heap->items[index] = item;
}

static inline void near_pop(struct near_heap *heap)
{
    struct near last = heap->items[--heap->count];
    if (heap->count > 0)
        near_sink(heap, last);
}

#endif
