/* sent_wakes.c: an eight-ary heap. It holds no more than a few thousand as long as the ledger answers. */
#include "sent_wakes.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>

enum { ARITY = 8, FIRST_ROOM = 64, ANSWERED_ALLOWED = 1024 };

void sent_wakes_release(struct sent_wakes *wakes)
{
    free(wakes->items);
}

static bool before(const struct sent_wake *a, const struct sent_wake *b)
{
    return a->again_ms != b->again_ms ? a->again_ms < b->again_ms : a->slot < b->slot;
}

static void rise(struct sent_wakes *wakes, size_t index, struct sent_wake wake)
{
    for (size_t parent; index > 0 && before(&wake, &wakes->items[parent = (index - 1) / ARITY]);
         index = parent)
        wakes->items[index] = wakes->items[parent];
    wakes->items[index] = wake;
}

static void sink(struct sent_wakes *wakes, struct sent_wake wake)
{
    size_t index = 0;
    for (;;) {
        size_t child = ARITY * index + 1, last = child + ARITY, least = child;
        if (child >= wakes->count)
            break;
        if (last > wakes->count)
            last = wakes->count;
        while (++child < last) {
            if (before(&wakes->items[child], &wakes->items[least]))
                least = child;
        }
        if (!before(&wakes->items[least], &wake))
            break;
        wakes->items[index] = wakes->items[least];
        index = least;
    }
    wakes->items[index] = wake;
}

void sent_wakes_add(struct sent_wakes *wakes, struct sent_wake wake)
{
    if (wakes->count == wakes->room) {
        wakes->room = wakes->room == 0 ? FIRST_ROOM : wakes->room * 2;
        wakes->items = must_realloc(wakes->items, wakes->room * sizeof(*wakes->items));
    }
    rise(wakes, wakes->count++, wake);
}

struct sent_wake *sent_wakes_least(struct sent_wakes *wakes, sent_wake_is_open is_open, const void *context)
{
    while (wakes->count > 0 && !is_open(context, &wakes->items[0])) {
        struct sent_wake last = wakes->items[--wakes->count];
        if (wakes->count > 0)
            sink(wakes, last);
    }
    return wakes->count > 0 ? &wakes->items[0] : NULL;
}

void sent_wakes_postpone(struct sent_wakes *wakes, int64_t again_ms)
{
    assert(wakes->count > 0 && again_ms >= wakes->items[0].again_ms);
    struct sent_wake wake = wakes->items[0];
    wake.again_ms = again_ms;
    sink(wakes, wake);
}

void sent_wakes_tidy(struct sent_wakes *wakes, size_t open, sent_wake_is_open is_open, const void *context)
{
    if (wakes->count <= 2 * open + ANSWERED_ALLOWED)
        return;
    size_t all = wakes->count;
    wakes->count = 0;
    for (size_t i = 0; i < all; i++) {
        struct sent_wake wake = wakes->items[i];
        if (is_open(context, &wake)) /* writes at or before what was read */
            rise(wakes, wakes->count++, wake);
    }
}
