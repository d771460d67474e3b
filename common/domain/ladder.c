/* ladder.c: offsets of the registry's rungs become instants. Pure; called whenever a clock is armed, so that a
 * timer is nothing but a moment afterwards. */
#include "domain/ladder.h"

enum profile ladder_profile(const struct registry *registry, const struct registry_template *template_,
                            enum urgency urgency, uint32_t allowed_days)
{
    if (urgency == URGENCY_CRITICAL)
        return PROFILE_URGENT;
    if (template_->profile != PROFILE_NONE)
        return template_->profile;
    return allowed_days >= (uint32_t)registry->policy.long_from.amount ? PROFILE_LONG : PROFILE_SHORT;
}

static bool is_for(const struct registry_rung *row, uint32_t allowed_days)
{
    return allowed_days >= (uint32_t)row->allowed_from &&
           (row->allowed_below == 0 || allowed_days < (uint32_t)row->allowed_below);
}

const struct registry_rung *ladder_row(const struct registry *registry, enum profile profile,
                                       uint32_t allowed_days, uint32_t rung, uint32_t occurrence)
{
    if (rung == LADDER_TOP && occurrence == LADDER_TOP_AGAIN)
        occurrence = 1; /* what the cap had only warned of, by the same row */
    for (uint32_t i = 0; i < registry->rung_count; i++) {
        const struct registry_rung *row = &registry->ladder[i];
        if (row->profile == profile && row->rung == rung && row->occurrence == occurrence &&
            is_for(row, allowed_days))
            return row;
    }
    return NULL;
}

static int opening_minute(const struct ladder *ladder)
{
    return ladder->opening_minute != 0 ? ladder->opening_minute : ladder->registry->policy.opening_minute;
}

/* The end that the rungs below the top count against: with a legal cap never later than the day on which a fifth of it is
 * left, so that they come while something can still be done (domain.md §5, rule 3). An end that was set when that day
 * had passed begins them with the day it was set: none is passed over. */
static struct deadline counted_against(const struct ladder *ladder, const struct deadline *cap_end)
{
    struct deadline against = *ladder->deadline;
    if (cap_end == NULL)
        return against;
    struct date day = date_of(deadline_percent_left(ladder->calendar, ladder->cap, cap_end, LADDER_CAP_LEFT,
                                                    opening_minute(ladder)));
    if (instant_is_set(ladder->armed_at) && day.days < date_of(ladder->armed_at).days)
        day = date_of(ladder->armed_at);
    if (day.days < against.last_day.days) {
        against.last_day = against.unrolled = day;
        against.due = day_start(date_add(day, 1));
    }
    return against;
}

static struct instant offset_instant(const struct ladder *ladder, const struct registry_rung *row)
{
    int opening = opening_minute(ladder);
    switch (row->offset) {
    case OFFSET_START:
        return ladder->terms->start;
    case OFFSET_BEFORE_WORKING_DAYS:
        return deadline_before_working_days(ladder->calendar, ladder->deadline, row->amount, opening);
    case OFFSET_PERCENT_LEFT:
        return deadline_percent_left(ladder->calendar, ladder->terms, ladder->deadline, row->amount, opening);
    case OFFSET_DUE:
        return ladder->deadline->due;
    case OFFSET_AFTER_WORKING_DAYS:
        return deadline_after_working_days(ladder->calendar, ladder->terms, ladder->deadline, row->amount,
                                           opening);
    case OFFSET_PERCENT_OVER:
        return deadline_percent_over(ladder->calendar, ladder->terms, ladder->deadline, row->amount, opening);
    case OFFSET_NONE:
    case OFFSET_COUNT:
        break;
    }
    return INSTANT_NONE;
}

static struct instant rung_instant(const struct ladder *ladder, const struct registry_rung *row)
{
    int nine = ladder->registry->policy.nine_minute;
    struct instant at = offset_instant(ladder, row);
    if (ladder->after_the_night && row->rung >= LADDER_FIRST_ALARM) {
        struct instant morning = day_start(date_add(ladder->deadline->last_day, 1));
        return calendar_next_opening(ladder->calendar, instant_max(at, morning), nine);
    }
    return row->at_nine ? calendar_next_opening(ladder->calendar, at, nine) : at;
}

static bool is_quiet_after_progress(const struct ladder *ladder, const struct registry_rung *row,
                                    struct instant at)
{
    if (row->rung != 1 || !date_is_set(ladder->last_progress))
        return false;
    return calendar_working_days_between(ladder->calendar, ladder->last_progress, date_of(at)) <=
           LADDER_QUIET_DAYS;
}

/* What the ladder is computed from: the end as it is, and the nearer one that a legal cap makes of it. */
struct ends {
    const struct ladder *own;
    struct ladder early;
    struct deadline against, cap_end; /* of `early`; of the cap */
    uint32_t allowed;
};

static void find_ends(const struct ladder *ladder, struct ends *ret_ends)
{
    int days = deadline_allowed_working_days(ladder->calendar, ladder->terms, ladder->deadline);
    bool capped = ladder->cap != NULL && !deadline_unit_is_of_time(ladder->terms->rule.period.unit) &&
                  deadline_compute(ladder->calendar, ladder->cap, &ret_ends->cap_end) == DEADLINE_FINE;
    ret_ends->own = ladder;
    ret_ends->early = *ladder;
    ret_ends->early.cap = capped ? ladder->cap : NULL;
    ret_ends->against = counted_against(ladder, capped ? &ret_ends->cap_end : NULL);
    ret_ends->early.deadline = &ret_ends->against;
    ret_ends->allowed = days > 0 ? (uint32_t)days : 0;
}

/* 法定上限将至: a tenth of the cap is left. It only warns: never before the rungs below, never when it is too late to
 * warn, and the rung itself comes when the end says so. None where there is nothing to warn of. */
static struct instant cap_warning(const struct ends *ends, struct instant top)
{
    const struct ladder *early = &ends->early;
    const struct registry_rung *below =
        ladder_row(early->registry, early->profile, ends->allowed, LADDER_TOP - 1, 1);
    if (early->cap == NULL || below == NULL)
        return INSTANT_NONE;
    struct instant at = deadline_percent_left(early->calendar, early->cap, &ends->cap_end, LADDER_CAP_AT_RISK,
                                              opening_minute(early));
    at = calendar_next_opening(early->calendar, instant_max(at, rung_instant(early, below)),
                               early->registry->policy.nine_minute);
    return at.ms <= ends->cap_end.due.ms && at.ms < top.ms ? at : INSTANT_NONE;
}

static void add_timer(const struct ladder *ladder, const struct registry_rung *row, uint32_t occurrence,
                      struct instant at, struct timer **timers, uint32_t *count, struct arena *arena)
{
    if (at.ms < ladder->now.ms || is_quiet_after_progress(ladder, row, at))
        return;
    *timers = arena_grown(arena, *timers, *count, sizeof(**timers));
    (*timers)[(*count)++] =
        (struct timer){.at = at, .kind = TIMER_RUNG, .rung = row->rung, .occurrence = occurrence};
}

struct timer *ladder_timers(const struct ladder *ladder, struct arena *arena, uint32_t *ret_count)
{
    struct timer *timers = NULL;
    uint32_t count = 0;
    struct ends ends;
    find_ends(ladder, &ends);
    for (uint32_t i = 0; i < ladder->registry->rung_count; i++) {
        const struct registry_rung *row = &ladder->registry->ladder[i];
        if (row->profile != ladder->profile || !is_for(row, ends.allowed) || row->rung < ladder->least_rung ||
            row->rung > ladder->most_rung)
            continue;
        bool top = row->rung == LADDER_TOP;
        struct instant at = rung_instant(top ? ladder : &ends.early, row);
        struct instant warning = top ? cap_warning(&ends, at) : INSTANT_NONE;
        if (instant_is_set(warning))
            add_timer(ladder, row, 1, warning, &timers, &count, arena);
        add_timer(ladder, row, instant_is_set(warning) ? LADDER_TOP_AGAIN : row->occurrence, at, &timers,
                  &count, arena);
    }
    *ret_count = count;
    return timers;
}

bool ladder_only_warns(const struct clock *clock, uint32_t rung, uint32_t occurrence)
{
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        const struct timer *timer = &clock->timers[i];
        if (timer->kind == TIMER_RUNG && timer->rung == LADDER_TOP && timer->occurrence == LADDER_TOP_AGAIN)
            return rung == LADDER_TOP && occurrence == 1;
    }
    return false;
}

struct instant ladder_nine_after(const struct registry_policy *policy, const struct calendar *calendar,
                                 struct instant from, int working_days)
{
    if (working_days > 0)
        from = day_start(calendar_add_working_days(calendar, date_of(from), working_days));
    return calendar_next_opening(calendar, from, policy->nine_minute);
}
