/* rung_fate.h: what became of each rung of a clock: why somebody is, was, will be or will not be told. Judged by the
 * row alone; the moments are computed as the ledger computes them when it arms the clock. Pure. */
#ifndef DUBAN_DUBANCTL_RUNG_FATE_H
#define DUBAN_DUBANCTL_RUNG_FATE_H

#include "domain/calendar.h"
#include "domain/registry.h"
#include "domain/task.h"

enum rung_fate {
    RUNG_WAITS,   /* its timer runs */
    RUNG_HELD,    /* reached, but held: a request is pending, the fact is there, an instruction says so */
    RUNG_REACHED, /* it came in this due version */
    RUNG_PASSED,  /* its moment is past, and it has no timer: it came, or was past when the clock was armed */
    RUNG_PAUSED,  /* the clock stands still */
    RUNG_OVER,    /* the clock has ended */
    RUNG_SPARED,  /* 自愿承担: not above the second */
    RUNG_LEFT_OUT, /* left out when the clock was armed: progress was reported, or the ladder began higher */
    RUNG_FATE_COUNT,
};

struct rung_view {
    const struct registry_rung *row;
    struct instant at; /* its timer's moment, else the one computed */
    enum rung_fate fate;
};

struct rung_question {
    const struct task *task;
    const struct clock *clock;
    const struct registry *pinned; /* the registry version of the task: its ladder */
    const struct registry *registry;
    const struct calendar *calendar;
    struct instant now;
};

/* One view per row of the clock's profile, in the registry's order; none for a clock without a ladder. */
struct rung_view *rung_views(const struct rung_question *question, struct arena *arena, uint32_t *ret_count);

/* "rung_waits" as code; Chinese and English. */
const struct word *rung_fate_word(enum rung_fate fate);

/* The deadline of a clock from what its row says, with the office hours of `registry`. False: the arithmetic refuses (a calendar that has changed). */
bool clock_deadline(const struct clock *clock, const struct task *task, const struct registry *pinned,
                    const struct registry *registry, const struct calendar *calendar,
                    struct deadline_terms *ret_terms, struct deadline *ret_deadline);

#endif
