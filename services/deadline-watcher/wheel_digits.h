/* wheel_digits.h: a second as digits of the wheel, one for each level. Used by wake_queue.c only. */
#ifndef DUBAN_DEADLINE_WATCHER_WHEEL_DIGITS_H
#define DUBAN_DEADLINE_WATCHER_WHEEL_DIGITS_H

#include "base/instant.h"

#include <stdint.h>

enum {
    LEVELS = 5,
    FIRST_BITS = 8,
    BITS = 6,
    BUCKETS = (1 << FIRST_BITS) + (LEVELS - 1) * (1 << BITS),
};

static inline uint32_t tick_of(int64_t ms)
{
    int64_t seconds = ms / MS_PER_SECOND;
    return seconds < 0 ? 0 : seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

static inline int shift_of(int level)
{
    return level == 0 ? 0 : FIRST_BITS + (level - 1) * BITS;
}

static inline uint32_t width_of(int level)
{
    return level == 0 ? 1u << FIRST_BITS : 1u << BITS;
}

static inline uint32_t first_bucket_of(int level)
{
    return level == 0 ? 0 : (1u << FIRST_BITS) + (uint32_t)(level - 1) * (1u << BITS);
}

static inline uint32_t digit_of(uint32_t tick, int level)
{
    return tick >> shift_of(level) & (width_of(level) - 1);
}

#endif
