/* deadline.c: the arithmetic of domain.md §2.4. A deadline is a chain of legs: the rule's period counted from the
 * start, then each extension counted on from where the leg before ended; rolling and the cutoff come once, at the
 * end. The ladder's moments are the same counting over the finished deadline. */
#include "domain/deadline.h"

#include <assert.h>

#include "base/limits.h"
#include "domain/counting.h"

enum {
    FIRST_DAY = 10957, /* 2000-01-01 */
    LAST_DAY = 47846,  /* 2100-12-31 */
    MONTHS_PER_YEAR = 12,
    HOURS_PER_DAY = 24,
    MINUTES_PER_DAY = 24 * 60,
    PERCENT = 100,
};

static const struct unit_rule {
    enum measure measure;
    int32_t limit;
    int32_t ms; /* of one, for time */
    bool rolls; /* 民法典 §203 applies unless the rule says otherwise */
    bool can_extend;
    bool can_be_paused;
} unit_rules[UNIT_COUNT] = {
  /* clang-format off */
    [UNIT_NONE]         = {MEASURE_NONE,         0,                                   0,             false, false, false},
    [UNIT_MINUTE]       = {MEASURE_TIME,         LIMIT_PERIOD_DAYS * MINUTES_PER_DAY, MS_PER_MINUTE, false, true,  true},
    [UNIT_HOUR]         = {MEASURE_TIME,         LIMIT_PERIOD_DAYS * HOURS_PER_DAY,   MS_PER_HOUR,   false, true,  true},
    [UNIT_WORKING_DAY]  = {MEASURE_WORKING_DAYS, LIMIT_PERIOD_DAYS,                   0,             false, true,  true},
    [UNIT_CALENDAR_DAY] = {MEASURE_DAYS,         LIMIT_PERIOD_DAYS,                   0,             true,  true,  true},
    [UNIT_MONTH]        = {MEASURE_DAYS,         LIMIT_PERIOD_MONTHS,                 0,             true,  true,  true},
    [UNIT_DATE]         = {MEASURE_WORKING_DAYS, 0,                                   0,             false, false, false},
    [UNIT_WORKING_HOUR] = {MEASURE_OFFICE_TIME,  LIMIT_PERIOD_DAYS * HOURS_PER_DAY,   MS_PER_HOUR,   false, true,  true},
    [UNIT_WORKING_MINUTE] = {MEASURE_OFFICE_TIME, LIMIT_PERIOD_DAYS * MINUTES_PER_DAY, MS_PER_MINUTE, false, true,  true},
  /* clang-format on */
};

static const struct unit_rule *unit_rule_of(enum deadline_unit unit)
{
    assert(unit < UNIT_COUNT);
    return &unit_rules[unit];
}

static bool is_time(enum measure measure)
{
    return measure == MEASURE_TIME || measure == MEASURE_OFFICE_TIME;
}

bool deadline_unit_is_of_time(enum deadline_unit unit)
{
    return is_time(unit_rule_of(unit)->measure);
}

bool deadline_unit_is_of_office_time(enum deadline_unit unit)
{
    return unit_rule_of(unit)->measure == MEASURE_OFFICE_TIME;
}

bool deadline_unit_asks_calendar(enum deadline_unit unit)
{
    return unit == UNIT_WORKING_DAY || deadline_unit_is_of_office_time(unit);
}

int32_t deadline_unit_limit(enum deadline_unit unit)
{
    return unit_rule_of(unit)->limit;
}

/* --- faults -------------------------------------------------------------------------------------------------- */

enum deadline_fault deadline_check_rule(const struct deadline_rule *rule)
{
    enum deadline_unit unit = rule->period.unit;
    if (unit <= UNIT_NONE || unit >= UNIT_COUNT)
        return DEADLINE_PERIOD_UNIT;
    int32_t least = unit == UNIT_DATE ? 0 : 1;
    if (rule->period.amount < least || rule->period.amount > unit_rule_of(unit)->limit)
        return DEADLINE_PERIOD_AMOUNT;
    if (date_is_set(rule->date) != (unit == UNIT_DATE))
        return DEADLINE_DATE;
    if (rule->roll >= ROLL_COUNT || (deadline_unit_is_of_time(unit) && rule->roll != ROLL_DEFAULT))
        return DEADLINE_ROLL;
    if (rule->cutoff_minute < 0 || rule->cutoff_minute >= MINUTES_PER_DAY ||
        (deadline_unit_is_of_time(unit) && rule->cutoff_minute != 0))
        return DEADLINE_CUTOFF;
    return DEADLINE_FINE;
}

enum deadline_fault deadline_check_extension(const struct deadline_rule *rule,
                                             const struct duration *extension)
{
    if (extension->unit <= UNIT_NONE || extension->unit >= UNIT_COUNT)
        return DEADLINE_EXTENSION_UNIT;
    const struct unit_rule *unit = unit_rule_of(extension->unit);
    if (!unit->can_extend ||
        deadline_unit_is_of_time(extension->unit) != deadline_unit_is_of_time(rule->period.unit))
        return DEADLINE_EXTENSION_UNIT;
    if (extension->amount < 1 || extension->amount > unit->limit)
        return DEADLINE_EXTENSION_AMOUNT;
    return DEADLINE_FINE;
}

static bool in_range(struct date date)
{
    return date.days >= FIRST_DAY && date.days <= LAST_DAY;
}

static bool pauses_are_ordered(const struct deadline_terms *terms)
{
    struct instant before = INSTANT_NONE;
    for (uint32_t i = 0; i < terms->pause_count; i++) {
        const struct deadline_pause *pause = &terms->pauses[i];
        bool open = !instant_is_set(pause->until);
        if (open && i + 1 < terms->pause_count)
            return false;
        struct instant until = open ? instant_max(terms->asked_at, pause->from) : pause->until;
        if (pause->from.ms < before.ms || until.ms < pause->from.ms)
            return false;
        if (!in_range(date_of(pause->from)) || !in_range(date_of(until)))
            return false;
        before = until;
    }
    return true;
}

static enum deadline_fault check_terms(const struct deadline_terms *terms)
{
    enum deadline_fault fault = deadline_check_rule(&terms->rule);
    for (uint32_t i = 0; fault == DEADLINE_FINE && i < terms->extension_count; i++)
        fault = deadline_check_extension(&terms->rule, &terms->extensions[i]);
    if (fault != DEADLINE_FINE)
        return fault;
    if (!instant_is_set(terms->start) || !in_range(date_of(terms->start)))
        return DEADLINE_START;
    struct office_place place;
    if (terms->office_hours != NULL && office_hours_check(terms->office_hours, &place) != OFFICE_FINE)
        return DEADLINE_OFFICE_HOURS;
    return pauses_are_ordered(terms) ? DEADLINE_FINE : DEADLINE_PAUSES;
}

/* --- legs ---------------------------------------------------------------------------------------------------- */

static struct pauses all_pauses(const struct deadline_terms *terms)
{
    return (struct pauses){terms->pauses, terms->pause_count, terms->asked_at};
}

/* Before the due a bare date knows no pause; its overrun does. */
static struct pauses pauses_before_due(const struct deadline_terms *terms)
{
    struct pauses pauses = all_pauses(terms);
    if (!unit_rule_of(terms->rule.period.unit)->can_be_paused)
        pauses.count = 0;
    return pauses;
}

/* 民法典 §202: the corresponding day, or the month's last when there is none. */
static struct date corresponding_day(struct date date, int months)
{
    struct civil civil = civil_of_date(date);
    int month = civil.month - 1 + months;
    int year = civil.year + month / MONTHS_PER_YEAR;
    struct date ret = DATE_NONE;
    for (int day = civil.day; !date_from_civil(year, month % MONTHS_PER_YEAR + 1, day, &ret);)
        day--;
    return ret;
}

static struct date leg_of_days(const struct calendar *calendar, const struct pauses *pauses,
                               struct date start, const struct duration *duration)
{
    enum measure measure = unit_rule_of(duration->unit)->measure;
    if (duration->unit == UNIT_MONTH)
        return push_past_pauses(calendar, measure, pauses, start, corresponding_day(start, duration->amount));
    return counted_day(calendar, measure, pauses, start, duration->amount);
}

/* Which time a unit of time counts. */
static struct time_kind time_kind_of(const struct calendar *calendar, const struct deadline_terms *terms,
                                     enum deadline_unit unit)
{
    const struct office_hours *hours =
        terms->office_hours != NULL ? terms->office_hours : &office_hours_sample;
    bool office = unit_rule_of(unit)->measure == MEASURE_OFFICE_TIME;
    return (struct time_kind){calendar, office ? hours : NULL};
}

static struct instant leg_of_time(const struct calendar *calendar, const struct deadline_terms *terms,
                                  struct instant start, const struct duration *duration)
{
    struct pauses pauses = all_pauses(terms);
    struct time_kind kind = time_kind_of(calendar, terms, duration->unit);
    return add_time(&kind, &pauses, start, (int64_t)duration->amount * unit_rule_of(duration->unit)->ms);
}

/* --- the deadline -------------------------------------------------------------------------------------------- */

/* Whether any part of the terms is in a unit for which `holds`. */
static bool any_unit(const struct deadline_terms *terms, bool (*holds)(enum deadline_unit))
{
    for (uint32_t i = 0; i < terms->extension_count; i++)
        if (holds(terms->extensions[i].unit))
            return true;
    return holds(terms->rule.period.unit);
}

static bool unit_rolls(enum deadline_unit unit)
{
    return unit_rule_of(unit)->rolls;
}

static enum deadline_fault compute_time(const struct calendar *calendar, const struct deadline_terms *terms,
                                        struct deadline *ret_deadline)
{
    struct instant due = leg_of_time(calendar, terms, terms->start, &terms->rule.period);
    for (uint32_t i = 0; i < terms->extension_count && in_range(date_of(due)); i++)
        due = leg_of_time(calendar, terms, due, &terms->extensions[i]);
    struct date day = date_of(due);
    if (!in_range(day))
        return DEADLINE_TOO_FAR;
    *ret_deadline = (struct deadline){
        .last_day = day,
        .due = due,
        .unrolled = day,
        .provisional = any_unit(terms, deadline_unit_asks_calendar) &&
                       !calendar_is_published_between(calendar, date_of(terms->start), day),
        .calendar_version = calendar_version(calendar),
    };
    return DEADLINE_FINE;
}

static struct instant end_of_day(const struct deadline_rule *rule, struct date day)
{
    return day_at(day, rule->cutoff_minute == 0 ? MINUTES_PER_DAY : rule->cutoff_minute);
}

static enum deadline_fault compute_days(const struct calendar *calendar, const struct deadline_terms *terms,
                                        struct deadline *ret_deadline)
{
    const struct deadline_rule *rule = &terms->rule;
    struct pauses pauses = pauses_before_due(terms);
    struct date first = date_of(terms->start);
    struct date last = rule->date;
    if (rule->period.unit != UNIT_DATE)
        last = leg_of_days(calendar, &pauses, first, &rule->period);
    for (uint32_t i = 0; i < terms->extension_count && in_range(last); i++)
        last = leg_of_days(calendar, &pauses, last, &terms->extensions[i]);

    bool roll = rule->roll == ROLL_ON || (rule->roll == ROLL_DEFAULT && any_unit(terms, unit_rolls));
    struct date rolled = roll ? calendar_next_working_day(calendar, last) : last;
    if (!in_range(last) || !in_range(rolled))
        return DEADLINE_TOO_FAR;
    if (first.days > rolled.days)
        first = rolled;
    *ret_deadline = (struct deadline){
        .last_day = rolled,
        .due = end_of_day(rule, rolled),
        .unrolled = last,
        .provisional = (roll || any_unit(terms, deadline_unit_asks_calendar)) &&
                       !calendar_is_published_between(calendar, first, rolled),
        .calendar_version = calendar_version(calendar),
    };
    return DEADLINE_FINE;
}

enum deadline_fault deadline_compute(const struct calendar *calendar, const struct deadline_terms *terms,
                                     struct deadline *ret_deadline)
{
    enum deadline_fault fault = check_terms(terms);
    if (fault != DEADLINE_FINE)
        return fault;
    return deadline_unit_is_of_time(terms->rule.period.unit) ? compute_time(calendar, terms, ret_deadline)
                                                             : compute_days(calendar, terms, ret_deadline);
}

/* --- the ladder ---------------------------------------------------------------------------------------------- */

struct instant deadline_before_working_days(const struct calendar *calendar, const struct deadline *deadline,
                                            int n, int opening_minute)
{
    assert(n >= 0);
    struct date last = calendar_last_working_day_before(calendar, date_add(deadline->last_day, 1));
    return day_at(calendar_add_working_days(calendar, last, -n), opening_minute);
}

static struct instant days_over(const struct calendar *calendar, enum measure measure,
                                const struct deadline_terms *terms, const struct deadline *deadline, int n,
                                int opening_minute)
{
    struct pauses pauses = all_pauses(terms);
    struct date day = counted_day(calendar, measure, &pauses, deadline->last_day, n);
    return instant_max(deadline->due, day_at(day, opening_minute));
}

struct instant deadline_after_working_days(const struct calendar *calendar,
                                           const struct deadline_terms *terms,
                                           const struct deadline *deadline, int n, int opening_minute)
{
    assert(n >= 0);
    return days_over(calendar, MEASURE_WORKING_DAYS, terms, deadline, n, opening_minute);
}

/* Counted days from the start to the last day, in the rule's own kind of day. */
static int allowed_days(const struct calendar *calendar, enum measure measure,
                        const struct deadline_terms *terms, const struct deadline *deadline)
{
    struct pauses pauses = pauses_before_due(terms);
    return count_days(calendar, measure, &pauses, date_of(terms->start), deadline->last_day);
}

/* A part of a whole, rounded down: towards the due, on either side of it. */
static int64_t part(int64_t whole, int percent)
{
    return whole * percent / PERCENT;
}

struct instant deadline_percent_left(const struct calendar *calendar, const struct deadline_terms *terms,
                                     const struct deadline *deadline, int percent, int opening_minute)
{
    assert(percent >= 0 && percent <= PERCENT);
    enum measure measure = unit_rule_of(terms->rule.period.unit)->measure;
    struct pauses pauses = pauses_before_due(terms);
    if (is_time(measure)) {
        struct time_kind kind = time_kind_of(calendar, terms, terms->rule.period.unit);
        int64_t allowed = count_time(&kind, &pauses, terms->start, deadline->due);
        return add_time(&kind, &pauses, terms->start, allowed - part(allowed, percent));
    }
    int allowed = allowed_days(calendar, measure, terms, deadline);
    int passed = allowed - (int)part(allowed, percent);
    struct date day = counted_day(calendar, measure, &pauses, date_of(terms->start), passed);
    return day_at(day, opening_minute);
}

struct instant deadline_percent_over(const struct calendar *calendar, const struct deadline_terms *terms,
                                     const struct deadline *deadline, int percent, int opening_minute)
{
    assert(percent >= 0);
    enum measure measure = unit_rule_of(terms->rule.period.unit)->measure;
    if (is_time(measure)) {
        struct time_kind kind = time_kind_of(calendar, terms, terms->rule.period.unit);
        struct pauses pauses = all_pauses(terms);
        int64_t allowed = count_time(&kind, &pauses, terms->start, deadline->due);
        return add_time(&kind, &pauses, deadline->due, part(allowed, percent));
    }
    int over = (int)part(allowed_days(calendar, measure, terms, deadline), percent);
    return days_over(calendar, measure, terms, deadline, over, opening_minute);
}

int deadline_allowed_working_days(const struct calendar *calendar, const struct deadline_terms *terms,
                                  const struct deadline *deadline)
{
    return allowed_days(calendar, MEASURE_WORKING_DAYS, terms, deadline);
}
