/* deadline_readd.c: an official with a pencil: the reasons are read from first to last, and each leg is counted on by the
 * days or minutes that they name. It knows the weekdays, the law's rule of months and nothing of any calendar. */
#include <stdlib.h>

#include "base/text.h"
#include "deadline_trial.h"
#include "domain/deadline_reasons.h"
#include "domain/vocabulary.h"

enum { FRIDAY = 5, MOST_RANGES = 512, MOST_PAUSES = 8 };

struct range {
    struct date from, until;
    bool working;
};

struct sheet {
    const struct deadline_reason *reasons; /* all of them */
    struct arena *arena;
    struct range *ranges; /* of the leg that is counted */
    uint32_t range_count;
    struct deadline_pause pauses[MOST_PAUSES];
    uint32_t pause_count;
    int weekend_days; /* as the leg says */
    struct date day;  /* where the count stands */
    struct instant at;
};

static const char *value_of(const struct deadline_reason *reason, const char *name)
{
    for (unsigned i = 0; i < reason->value_count; i++)
        if (text_equal(reason->values[i].name, name))
            return reason->values[i].value;
    return "";
}

static struct date date_value(const struct deadline_reason *reason, const char *name)
{
    struct date date = DATE_NONE;
    return date_from_text(value_of(reason, name), &date) ? date : DATE_NONE;
}

static struct instant instant_value(const struct deadline_reason *reason, const char *name)
{
    struct instant at = INSTANT_NONE;
    return instant_from_text(value_of(reason, name), &at) ? at : INSTANT_NONE;
}

static bool is(const struct deadline_reason *reason, const char *code)
{
    return text_equal(reason->code, code);
}

/* --- what counts --------------------------------------------------------------------------------------------- */

static bool works(const struct sheet *sheet, struct date day)
{
    for (uint32_t i = 0; i < sheet->range_count; i++)
        if (sheet->ranges[i].from.days <= day.days && day.days <= sheet->ranges[i].until.days)
            return sheet->ranges[i].working;
    return date_weekday(day) <= FRIDAY;
}

static bool is_named(const struct sheet *sheet, struct date day)
{
    for (uint32_t i = 0; i < sheet->range_count; i++)
        if (sheet->ranges[i].from.days <= day.days && day.days <= sheet->ranges[i].until.days)
            return true;
    return false;
}

static void read_pauses(struct sheet *sheet, struct instant asked_at)
{
    for (const struct deadline_reason *reason = sheet->reasons; reason != NULL; reason = reason->next) {
        bool open = is(reason, "open_pause");
        if ((open || is(reason, "pause")) && sheet->pause_count < MOST_PAUSES)
            sheet->pauses[sheet->pause_count++] = (struct deadline_pause){
                instant_value(reason, "from"), open ? asked_at : instant_value(reason, "until")};
    }
}

static bool day_is_paused(const struct sheet *sheet, struct date day)
{
    for (uint32_t i = 0; i < sheet->pause_count; i++)
        if (date_of(sheet->pauses[i].from).days < day.days &&
            day.days <= date_of(sheet->pauses[i].until).days)
            return true;
    return false;
}

static bool minute_is_paused(const struct sheet *sheet, struct instant at)
{
    for (uint32_t i = 0; i < sheet->pause_count; i++)
        if (sheet->pauses[i].from.ms <= at.ms && at.ms < sheet->pauses[i].until.ms)
            return true;
    return false;
}

/* --- the legs ------------------------------------------------------------------------------------------------ */

static int number_of(const struct deadline_reason *reason, const char *name)
{
    int64_t number = 0;
    return text_to_int64(value_of(reason, name), 0, INT32_MAX, &number) ? (int)number : 0;
}

/* The holidays, make-up days and weekends behind a period or an extension, up to the next. */
static void read_leg(struct sheet *sheet, const struct deadline_reason *leg)
{
    sheet->range_count = 0;
    sheet->weekend_days = 0;
    for (const struct deadline_reason *reason = leg->next; reason != NULL && !is(reason, "extension");
         reason = reason->next) {
        if (is(reason, "weekend") || is(reason, "other_weekend"))
            sheet->weekend_days = number_of(reason, "days");
        if ((!is(reason, "holiday") && !is(reason, "make_up_day")) || sheet->range_count == MOST_RANGES)
            continue;
        struct date from = date_value(reason, "from"), until = date_value(reason, "until");
        sheet->ranges[sheet->range_count++] =
            (struct range){from, date_is_set(until) ? until : from, is(reason, "make_up_day")};
    }
}

static struct date months_on(struct date from, int months)
{
    struct civil day = civil_of_date(from);
    int number = day.year * 12 + day.month - 1 + months;
    struct date date = DATE_NONE;
    while (!date_from_civil(number / 12, number % 12 + 1, day.day, &date))
        day.day--;
    return date;
}

static int paused_days(const struct sheet *sheet, struct date after, struct date until)
{
    int count = 0;
    for (struct date day = date_add(after, 1); day.days <= until.days; day = date_add(day, 1))
        count += day_is_paused(sheet, day);
    return count;
}

static const char *add_days(struct sheet *sheet, int amount, bool working)
{
    int rest_days = 0;
    while (amount > 0) {
        sheet->day = date_add(sheet->day, 1);
        bool rest = working && !works(sheet, sheet->day);
        rest_days += rest && !is_named(sheet, sheet->day);
        amount -= !rest && !day_is_paused(sheet, sheet->day);
    }
    return working && rest_days != sheet->weekend_days ? "the weekends do not add up" : NULL;
}

static void add_months(struct sheet *sheet, int amount)
{
    struct date from = sheet->day, before;
    struct date end = months_on(from, amount);
    sheet->day = end;
    do {
        before = sheet->day;
        sheet->day = date_add(end, paused_days(sheet, from, sheet->day));
    } while (sheet->day.days != before.days);
}

static bool office_is_open(const struct sheet *sheet, const struct office_hours *hours, struct instant at)
{
    uint32_t count;
    struct date day = date_of(at);
    const struct office_block *blocks = office_hours_on(hours, day, &count);
    int minute = (int)((at.ms - day_start(day).ms) / MS_PER_MINUTE);
    for (uint32_t i = 0; i < count; i++)
        if (blocks[i].from_minute <= minute && minute < blocks[i].until_minute)
            return works(sheet, day);
    return false;
}

static void add_minutes(struct sheet *sheet, int64_t minutes, const struct office_hours *hours)
{
    for (; minutes > 0; sheet->at = instant_add(sheet->at, MS_PER_MINUTE))
        minutes -=
            !minute_is_paused(sheet, sheet->at) && (hours == NULL || office_is_open(sheet, hours, sheet->at));
}

static const char *add_leg(struct sheet *sheet, const struct deadline_reason *leg,
                           const struct deadline_terms *terms)
{
    enum deadline_unit unit = (enum deadline_unit)word_value(LIST_UNIT, value_of(leg, "unit"));
    const struct office_hours *hours =
        terms->office_hours == NULL ? &office_hours_sample : terms->office_hours;
    int amount = number_of(leg, "amount");
    read_leg(sheet, leg);
    switch (unit) {
    case UNIT_WORKING_DAY:
    case UNIT_CALENDAR_DAY:
        return add_days(sheet, amount, unit == UNIT_WORKING_DAY);
    case UNIT_MONTH:
        add_months(sheet, amount);
        return NULL;
    case UNIT_MINUTE:
    case UNIT_HOUR:
        add_minutes(sheet, (int64_t)amount * (unit == UNIT_HOUR ? 60 : 1), NULL);
        return NULL;
    case UNIT_WORKING_HOUR:
    case UNIT_WORKING_MINUTE:
        add_minutes(sheet, (int64_t)amount * (unit == UNIT_WORKING_HOUR ? 60 : 1), hours);
        return NULL;
    case UNIT_NONE:
    case UNIT_DATE:
    case UNIT_COUNT:
        break;
    }
    return "a leg without a unit";
}

/* --- the whole ----------------------------------------------------------------------------------------------- */

static const char *read_reason(struct sheet *sheet, const struct deadline_reason *reason,
                               const struct deadline_terms *terms, const struct deadline *deadline)
{
    if (is(reason, "start_day") || is(reason, "date"))
        sheet->day = date_value(reason, "day");
    if (is(reason, "start_moment"))
        sheet->at = instant_value(reason, "at");
    if (is(reason, "period") || is(reason, "extension"))
        return add_leg(sheet, reason, terms);
    if (is(reason, "roll")) {
        if (date_value(reason, "from").days != sheet->day.days)
            return "it does not roll from where the count ends";
        sheet->day = date_value(reason, "until");
    }
    if (is(reason, "cutoff")) {
        if (date_value(reason, "day").days != sheet->day.days || sheet->day.days != deadline->last_day.days)
            return "the days do not add up";
        const char *at = value_of(reason, "at");
        int minute = ((at[0] - '0') * 10 + at[1] - '0') * 60 + (at[3] - '0') * 10 + at[4] - '0';
        if (day_at(sheet->day, minute).ms != deadline->due.ms)
            return "the last day ends at another time";
    }
    if (is(reason, "end_moment") &&
        (instant_value(reason, "at").ms != sheet->at.ms || sheet->at.ms != deadline->due.ms))
        return "the time does not add up";
    return NULL;
}

const char *deadline_readd(const struct deadline_terms *terms, const struct deadline *deadline,
                           const struct calendar *calendar, struct arena *arena)
{
    struct sheet sheet = {.reasons = deadline_reasons(calendar, terms, deadline, arena), .arena = arena};
    bool uncertain = false, ended = false;
    read_pauses(&sheet, terms->asked_at);
    sheet.ranges = ARENA_ARRAY(arena, struct range, MOST_RANGES);
    for (const struct deadline_reason *reason = sheet.reasons; reason != NULL; reason = reason->next) {
        const char *difference = read_reason(&sheet, reason, terms, deadline);
        if (difference != NULL)
            return arena_format(arena, "%s (%s)", difference, reason->code);
        uncertain = uncertain || is(reason, "provisional");
        ended = ended || is(reason, "cutoff") || is(reason, "end_moment");
    }
    if (!ended)
        return "the reasons come to no end";
    return uncertain == deadline->provisional
               ? NULL
               : "provisional for no year that is named, or the other way round";
}
