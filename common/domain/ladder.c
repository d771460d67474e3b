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

/* The end that the rungs count against: with a legal cap never later than the day on which a fifth of it is left, so
 * that they come while something can still be done (domain.md §5, rule 3). */
static struct deadline counted_against(const struct ladder *ladder, struct instant *ret_at_risk)
{
    struct deadline against = *ladder->deadline, end;
    const struct deadline_terms *cap = ladder->cap;
    *ret_at_risk = INSTANT_NONE;
    if (cap == NULL || deadline_unit_is_of_time(ladder->terms->rule.period.unit) ||
        deadline_compute(ladder->calendar, cap, &end) != DEADLINE_FINE)
        return against;
    int opening = opening_minute(ladder);
    struct date day = date_of(deadline_percent_left(ladder->calendar, cap, &end, LADDER_CAP_LEFT, opening));
    *ret_at_risk = deadline_percent_left(ladder->calendar, cap, &end, LADDER_CAP_AT_RISK, opening);
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

static struct instant rung_instant(const struct ladder *ladder, const struct registry_rung *row,
                                   struct instant at_risk)
{
    int nine = ladder->registry->policy.nine_minute;
    struct instant at = offset_instant(ladder, row);
    if (row->rung == LADDER_TOP && instant_is_set(at_risk) && at_risk.ms < at.ms)
        at = at_risk;
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

struct timer *ladder_timers(const struct ladder *given, struct arena *arena, uint32_t *ret_count)
{
    struct timer *timers = NULL;
    uint32_t count = 0;
    struct instant at_risk;
    struct deadline against = counted_against(given, &at_risk);
    struct ladder counted = *given;
    const struct ladder *ladder = &counted;
    counted.deadline = &against;
    int days = deadline_allowed_working_days(given->calendar, given->terms, given->deadline);
    uint32_t allowed = days > 0 ? (uint32_t)days : 0;
    for (uint32_t i = 0; i < ladder->registry->rung_count; i++) {
        const struct registry_rung *row = &ladder->registry->ladder[i];
        if (row->profile != ladder->profile || !is_for(row, allowed) || row->rung < ladder->least_rung ||
            row->rung > ladder->most_rung)
            continue;
        struct instant at = rung_instant(ladder, row, at_risk);
        if (at.ms < ladder->now.ms || is_quiet_after_progress(ladder, row, at))
            continue;
        timers = arena_grown(arena, timers, count, sizeof(*timers));
        timers[count++] =
            (struct timer){.at = at, .kind = TIMER_RUNG, .rung = row->rung, .occurrence = row->occurrence};
    }
    *ret_count = count;
    return timers;
}

struct instant ladder_nine_after(const struct registry_policy *policy, const struct calendar *calendar,
                                 struct instant from, int working_days)
{
    if (working_days > 0)
        from = day_start(calendar_add_working_days(calendar, date_of(from), working_days));
    return calendar_next_opening(calendar, from, policy->nine_minute);
}
