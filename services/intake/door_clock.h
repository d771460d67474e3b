/* door_clock.h: is this machine's clock the broker's? What comes through an inbox counts from the broker's time; what a
 * person says counts from ours (design §4), so a clock that is behind would make late acts timely, and one that is ahead
 * timely acts late.
 *
 * The broker stamps each of our watermarks (LogAppendTime) at some moment between its sending and its acknowledgement,
 * both read from the monotonic clock, which nobody sets. So a wall clock that is set while we run is noticed at the next
 * request, and a broker that is slow never looks like a clock that is wrong. Pure bookkeeping. */
#ifndef DUBAN_INTAKE_DOOR_CLOCK_H
#define DUBAN_INTAKE_DOOR_CLOCK_H

#include "base/instant.h"

/* The broker's wall time less our monotonic time lies between the two. All zero: not measured yet. */
struct door_clock {
    int64_t least_ms, most_ms;
    bool measured;
};

/* A record sent at `sent` and acknowledged at `heard` was stamped `stamped` by the broker. */
void door_clock_measure(struct door_clock *clock, struct monotonic sent, struct monotonic heard,
                        struct instant stamped);

/* ms by which `wall`, read at `now`, is certainly ahead of the broker's time, or behind it (negative). 0: it may be right,
 * or nothing is known. */
int64_t door_clock_off_ms(const struct door_clock *clock, struct monotonic now, struct instant wall);

#endif
