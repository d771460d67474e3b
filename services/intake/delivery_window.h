/* delivery_window.h: which records of one partition are on their way, and up to where everything has arrived.
 *
 * Records are opened in ascending order of position (an offset, or a number that a door counts itself); each makes
 * any number of outputs, which arrive in any order. Only below the lowest record that still waits may offsets be
 * committed and may a watermark speak. Pure bookkeeping. */
#ifndef DUBAN_INTAKE_DELIVERY_WINDOW_H
#define DUBAN_INTAKE_DELIVERY_WINDOW_H

#include "base/instant.h"

#include <stddef.h>
#include <stdint.h>

struct delivery_window;
struct delivery; /* one record */

/* `on_advance` is called whenever delivery_window_next has risen; `owner` is what delivery_owner gives back, also after
 * the window is gone. */
struct delivery_window *delivery_window_new(void *owner, void (*on_advance)(void *context), void *context);
/* Accepts NULL. What is still on its way settles into nothing. */
void delivery_window_free(struct delivery_window *window);

/* The record at `position`, held until its own delivery_settle. The newest position once more, before it was settled:
 * the same record, for a second attempt. */
struct delivery *delivery_window_open(struct delivery_window *window, int64_t position,
                                      struct instant received_at);
void delivery_add(struct delivery *delivery);    /* one output was handed to the publisher */
void delivery_settle(struct delivery *delivery); /* one output arrived, or all were handed over */
void *delivery_owner(const struct delivery *delivery);

/* Everything below has arrived. -1 before the first record. */
int64_t delivery_window_next(const struct delivery_window *window);
size_t delivery_window_count(const struct delivery_window *window); /* on their way */
/* The least received_at of those on their way, which need not be the first one's: a clock can be put back. None when
 * empty. Looks at all of them. */
struct instant delivery_window_oldest(const struct delivery_window *window);

#endif
