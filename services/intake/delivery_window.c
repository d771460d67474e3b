/* delivery_window.c: a queue; whatever is settled at its head leaves. */
#include "delivery_window.h"

#include "base/arena.h"

#include <assert.h>
#include <stdlib.h>

struct delivery {
    struct delivery_window *window; /* NULL: the window is gone */
    void *owner;
    int64_t position;
    struct instant received_at;
    size_t held; /* outputs on their way, and one for the record itself until all were handed over */
    struct delivery *next;
};

struct delivery_window {
    void *owner;
    void (*on_advance)(void *context);
    void *context;
    struct delivery *first, *last;
    size_t count;
    int64_t next;
};

struct delivery_window *delivery_window_new(void *owner, void (*on_advance)(void *context), void *context)
{
    struct delivery_window *window = must_alloc(sizeof *window);
    *window =
        (struct delivery_window){.owner = owner, .on_advance = on_advance, .context = context, .next = -1};
    return window;
}

void delivery_window_free(struct delivery_window *window)
{
    if (window == NULL)
        return;
    for (struct delivery *delivery = window->first, *next; delivery != NULL; delivery = next) {
        next = delivery->next;
        delivery->window = NULL;
        if (delivery->held == 0)
            free(delivery);
    }
    free(window);
}

struct delivery *delivery_window_open(struct delivery_window *window, int64_t position,
                                      struct instant received_at)
{
    struct delivery *last = window->last;
    if (last != NULL && last->position == position)
        return last;
    assert(position >= window->next && (last == NULL || position > last->position));
    struct delivery *delivery = must_alloc(sizeof *delivery);
    *delivery = (struct delivery){.window = window,
                                  .owner = window->owner,
                                  .position = position,
                                  .received_at = received_at,
                                  .held = 1};
    if (last == NULL) {
        window->first = delivery;
        window->next = position;
    } else {
        last->next = delivery;
    }
    window->last = delivery;
    window->count++;
    return delivery;
}

void delivery_add(struct delivery *delivery)
{
    delivery->held++;
}

static void advance(struct delivery_window *window)
{
    while (window->first != NULL && window->first->held == 0) {
        struct delivery *done = window->first;
        window->first = done->next;
        /* Positions have gaps where the log holds markers: up to the next record nothing is missing. */
        window->next = done->next != NULL ? done->next->position : done->position + 1;
        window->count--;
        free(done);
    }
    if (window->first == NULL)
        window->last = NULL;
    if (window->on_advance != NULL)
        window->on_advance(window->context);
}

void delivery_settle(struct delivery *delivery)
{
    assert(delivery->held > 0);
    delivery->held--;
    if (delivery->held > 0)
        return;
    if (delivery->window == NULL)
        free(delivery);
    else if (delivery->window->first == delivery)
        advance(delivery->window);
}

void *delivery_owner(const struct delivery *delivery)
{
    return delivery->owner;
}

int64_t delivery_window_next(const struct delivery_window *window)
{
    return window->next;
}

size_t delivery_window_count(const struct delivery_window *window)
{
    return window->count;
}

struct instant delivery_window_oldest(const struct delivery_window *window)
{
    struct instant oldest = window->first == NULL ? INSTANT_NONE : window->first->received_at;
    for (const struct delivery *waiting = window->first; waiting != NULL; waiting = waiting->next)
        if (waiting->received_at.ms < oldest.ms)
            oldest = waiting->received_at;
    return oldest;
}
