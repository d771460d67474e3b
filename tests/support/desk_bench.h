/* desk_bench.h: one desk per test, for the many files that need no more: `desk`, and the functions that open and close
 * it. */
#ifndef DUBAN_TESTS_DESK_BENCH_H
#define DUBAN_TESTS_DESK_BENCH_H

#include "desk.h"

static struct desk *desk;

static inline int set_up(void **state)
{
    (void)state;
    desk = desk_new();
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

#endif
