/* task_wake.c: the order of a task's moments. */
#include "domain/task_wake.h"

#include <stdio.h>

#include "base/arena.h"
#include "domain/task_event.h"

/* Ends come before rungs; ends in the order of the clocks, whose deemed transitions (C-SIGN) come first. */
static bool comes_before(const struct clock *a_clock, const struct timer *a, const struct clock *b_clock,
                         const struct timer *b)
{
    const int64_t one[] = {a->at.ms, a->kind, a->rung, a->occurrence, a_clock->id, a_clock->key};
    const int64_t other[] = {b->at.ms, b->kind, b->rung, b->occurrence, b_clock->id, b_clock->key};
    for (size_t i = 0; i < sizeof(one) / sizeof(one[0]); i++) {
        if (one[i] != other[i])
            return one[i] < other[i];
    }
    return false;
}

const struct timer *task_next_timer(const struct task *task, const struct clock **ret_clock)
{
    _Static_assert(TIMER_EXPIRY < TIMER_RUNG, "at one instant, ends come before rungs");
    const struct clock *next_clock = NULL;
    const struct timer *next = NULL;
    for (uint32_t i = 0; i < task->clock_count; i++) {
        const struct clock *clock = &task->clocks[i];
        for (uint32_t j = 0; j < clock->timer_count; j++) {
            const struct timer *timer = &clock->timers[j];
            if (timer->held || (next != NULL && !comes_before(clock, timer, next_clock, next)))
                continue;
            next = timer;
            next_clock = clock;
        }
    }
    if (ret_clock != NULL)
        *ret_clock = next_clock;
    return next;
}

struct command task_wake_command(const struct task *task, const struct timer *timer,
                                 struct text_list missing_doors, struct arena *arena)
{
    char seq[24], due[24], id[ID_TEXT];
    snprintf(seq, sizeof(seq), "%llu", (unsigned long long)task->wake_seq);
    snprintf(due, sizeof(due), "%lld", (long long)timer->at.ms);
    struct digest digest = digest_of_texts("wake", task->id, seq, due, NULL);
    digest_to_id(&digest, id);
    struct command command = command_blank();
    command.command_id = arena_text(arena, id);
    command.task_id = task->id;
    command.origin = ORIGIN_WATCHER;
    command.received_at = timer->at;
    command.body.trigger = TRIGGER_WAKE;
    command.body.wake.wake_seq = task->wake_seq;
    command.body.wake.due = timer->at;
    command.body.wake.missing_doors = missing_doors;
    return command;
}
