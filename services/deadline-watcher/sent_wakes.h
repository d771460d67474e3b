/* sent_wakes.h: the wakes that were sent and that no row has answered yet, by the moment at which each is sent again.
 *
 * Lazy like the wheel: an answered wake stays until it comes to the top or until the answered ones outnumber the others.
 * What is still open only the caller knows; it says so by `is_open`. */
#ifndef DUBAN_DEADLINE_WATCHER_SENT_WAKES_H
#define DUBAN_DEADLINE_WATCHER_SENT_WAKES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sent_wake {
    int64_t again_ms;
    uint32_t slot;
    uint32_t ticket; /* tells this sending from others of the slot */
    uint32_t times;  /* sent */
    uint32_t heard;  /* sign of life of the partition when it was first sent */
};

struct sent_wakes {
    struct sent_wake *items; /* a heap */
    size_t count, room;
};

typedef bool (*sent_wake_is_open)(const void *context, const struct sent_wake *wake);

void sent_wakes_release(struct sent_wakes *wakes);
void sent_wakes_add(struct sent_wakes *wakes, struct sent_wake wake);
/* The open one that is due first; NULL: none. Until the next call. */
struct sent_wake *sent_wakes_least(struct sent_wakes *wakes, sent_wake_is_open is_open, const void *context);
/* The least one is due later from now on. */
void sent_wakes_postpone(struct sent_wakes *wakes, int64_t again_ms);
/* Forgets what is not open, once that is more than half. `open`: how many are. */
void sent_wakes_tidy(struct sent_wakes *wakes, size_t open, sent_wake_is_open is_open, const void *context);

#endif
