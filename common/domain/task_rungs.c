/* task_rungs.c: the rungs among the timers of a clock: how high it goes, which are still to come, one that is dropped or
 * comes at another moment. */
#include "domain/task_clocks.h"

#include <string.h>

#include "domain/ladder.h"
#include "domain/task_co.h"

uint32_t clock_highest_rung(const struct situation *situation, const struct clock *clock)
{
    const struct registry_unit *unit = registry_unit(situation->registry, clock->unit);
    bool of_unit = clock->party == PARTY_LEAD || clock->party == PARTY_CO_UNIT;
    if (unit != NULL && unit->voluntary && of_unit)
        return LADDER_VOLUNTARY_RUNG;
    return clock->id == CLOCK_CO ? CO_TOP_RUNG : LADDER_TOP;
}

void clock_drop_timer_at(struct clock *clock, uint32_t index)
{
    clock->timer_count--;
    memmove(&clock->timers[index], &clock->timers[index + 1],
            (clock->timer_count - index) * sizeof(*clock->timers));
}

bool clock_has_rung_after(const struct clock *clock, uint32_t rung, struct instant at)
{
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        const struct timer *timer = &clock->timers[i];
        if (timer->kind == TIMER_RUNG && timer->rung == rung && timer->at.ms > at.ms)
            return true;
    }
    return false;
}

void clock_drop_rung(struct clock *clock, uint32_t rung)
{
    for (uint32_t i = clock->timer_count; i-- > 0;) {
        if (clock->timers[i].kind == TIMER_RUNG && clock->timers[i].rung == rung)
            clock_drop_timer_at(clock, i);
    }
}

/* What has only been warned of comes as itself. */
static uint32_t last_occurrence(const struct clock *clock, uint32_t rung)
{
    uint32_t last = 1;
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        const struct timer *timer = &clock->timers[i];
        if (rung == LADDER_TOP && timer->kind == TIMER_RUNG && timer->rung == rung &&
            timer->occurrence > last)
            last = timer->occurrence;
    }
    return last;
}

void clock_move_rung(const struct situation *situation, struct clock *clock, uint32_t rung, struct instant at)
{
    if (rung > clock_highest_rung(situation, clock))
        return;
    uint32_t occurrence = last_occurrence(clock, rung);
    clock_drop_rung(clock, rung);
    clock->timers = arena_grown(situation->arena, clock->timers, clock->timer_count, sizeof(*clock->timers));
    clock->timers[clock->timer_count++] =
        (struct timer){.at = at, .kind = TIMER_RUNG, .rung = rung, .occurrence = occurrence};
}
