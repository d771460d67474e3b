/* deadline_reasons.c: the derivation of a deadline, leg by leg. It computes nothing of its own: where a leg ended is
 * asked of deadline.c by leaving out the extensions behind it, so a reason cannot tell another story than the result. */
#include "domain/deadline_reasons.h"

#include "base/text.h"
#include "domain/sentence.h"
#include "domain/vocabulary.h"

#include <stdarg.h>

enum { MINUTES_PER_HOUR = 60, CLOSE_OF_DAY = 24 * 60 };

struct pattern {
    const char *code, *zh, *en;
};

/* clang-format off */
static const struct pattern patterns[] = {
    {"start_day",    "自{day}起算,当日不计入({basis})。", "Counted from {day}, which itself does not count ({basis})."},
    {"start_moment", "自{at}起算({basis})。", "Counted from {at} ({basis})."},
    {"date",         "期限定为{day}。", "A fixed date: {day}."},
    {"period",       "期间为{amount}{unit}[({basis})]。", "The period is {amount} {unit}[ ({basis})]."},
    {"extension",    "延期{amount}{unit}。", "Extended by {amount} {unit}."},
    {"office_hours", "只计工作时间:{hours}。", "Only office hours pass: {hours}."},
    {"holiday",      "{from}[至{until}][{name}]放假,不计入({paper})。", "{from}[ to {until}][ {name}]: holiday, not counted ({paper})."},
    {"make_up_day",  "{from}[至{until}][{name}],按工作日计入({paper})。", "{from}[ to {until}][ {name}]: worked, counted ({paper})."},
    {"weekend",      "其间周末{days}天不计入。", "{days} weekend days in between, not counted."},
    {"other_weekend", "其间另有周末{days}天不计入。", "{days} other weekend days in between, not counted."},
    {"pause",        "{from}至{until}中止,不计入。", "{from} to {until}: paused, not counted."},
    {"pause_basis",  "中止事由和依据:{basis}。", "Reason and basis of the pause: {basis}."},
    {"open_pause",   "{from}起中止,至今不计入。", "Paused since {from}, not counted up to now."},
    {"roll",         "期满日{from}[{name}]为休息日,顺延至{until}({basis}[;{paper}])。", "{from}[ {name}] is a rest day: moved to {until} ({basis}[; {paper}])."},
    {"cutoff",       "最后一日{day} {at}截止({basis})。", "The last day, {day}, ends at {at} ({basis})."},
    {"end_moment",   "{at}届满。", "Ends at {at}."},
    {"provisional",  "{year}年放假安排尚未公布,暂按周一至周五为工作日,本时限为暂定。", "No notice for {year} yet: Monday to Friday are taken as worked, the deadline is provisional."},
};
/* clang-format on */

static const char basis_of_days[] = "民法典 §201";
static const char basis_of_months[] = "民法典 §202";
static const char basis_of_ends[] = "民法典 §203";

struct derivation {
    const struct calendar *calendar;
    const struct deadline_terms *terms;
    const struct deadline *deadline;
    struct arena *arena;
    struct deadline_reason *first, *last;
};

/* --- values ---------------------------------------------------------------------------------------------------- */

static const char *date_value(const struct derivation *derivation, struct date date)
{
    char text[DATE_TEXT];
    date_to_text(date, text);
    return arena_text(derivation->arena, text);
}

static const char *instant_value(const struct derivation *derivation, struct instant at)
{
    char text[INSTANT_TEXT];
    instant_to_text(at, text);
    return arena_text(derivation->arena, text);
}

static const char *minute_value(const struct derivation *derivation, int minute)
{
    return minute == CLOSE_OF_DAY ? "24:00"
                                  : arena_format(derivation->arena, "%02d:%02d", minute / MINUTES_PER_HOUR,
                                                 minute % MINUTES_PER_HOUR);
}

static const char *number_value(const struct derivation *derivation, int number)
{
    char text[INT64_TEXT];
    text_of_int64(number, text);
    return arena_text(derivation->arena, text);
}

static const char *blocks_value(const struct derivation *derivation, const struct office_block *blocks,
                                uint32_t count)
{
    const char *text = "";
    for (uint32_t i = 0; i < count; i++)
        text = arena_format(derivation->arena, "%s%s%s-%s", text, i == 0 ? "" : ", ",
                            minute_value(derivation, blocks[i].from_minute),
                            minute_value(derivation, blocks[i].until_minute));
    return text;
}

static const char *hours_value(const struct derivation *derivation)
{
    const struct office_hours *hours = derivation->terms->office_hours;
    if (hours == NULL)
        hours = &office_hours_sample;
    const char *text = blocks_value(derivation, hours->blocks, hours->block_count);
    for (uint32_t i = 0; i < hours->season_count; i++) {
        const struct office_season *season = &hours->seasons[i];
        text =
            arena_format(derivation->arena, "%s%s%02d-%02d..%02d-%02d %s", text, text_empty(text) ? "" : "; ",
                         season->from.month, season->from.day, season->until.month, season->until.day,
                         blocks_value(derivation, season->blocks, season->block_count));
    }
    return text;
}

/* The name and the value of each, ended by NULL. */
static void give(struct derivation *derivation, const char *code, ...) __attribute__((sentinel));

static void give(struct derivation *derivation, const char *code, ...)
{
    struct parameter *values = ARENA_ARRAY(derivation->arena, struct parameter, REFUSAL_PARAMETERS);
    struct deadline_reason *reason = ARENA_NEW(derivation->arena, struct deadline_reason);
    va_list arguments;
    va_start(arguments, code);
    *reason = (struct deadline_reason){.code = code, .values = values};
    for (const char *name; (name = va_arg(arguments, const char *)) != NULL; reason->value_count++)
        values[reason->value_count] = (struct parameter){name, va_arg(arguments, const char *)};
    va_end(arguments);
    if (derivation->last == NULL)
        derivation->first = reason;
    else
        derivation->last->next = reason;
    derivation->last = reason;
}

/* --- what did not count in one leg ----------------------------------------------------------------------------- */

static const char *paper_of(const struct derivation *derivation, struct date date)
{
    const struct calendar_year *notice = calendar_notice_of(derivation->calendar, date);
    return notice == NULL ? "" : notice->paper;
}

static bool goes_on(const struct calendar_day *first, struct date last, const struct calendar_day *next)
{
    return next->date.days == last.days + 1 && next->working == first->working &&
           text_equal(next->name, first->name);
}

/* The listed days in (after, until], each run of the same kind at once; then the weekends that no notice names. */
static void give_days(struct derivation *derivation, struct date after, struct date until)
{
    int rest = until.days - after.days - calendar_working_days_between(derivation->calendar, after, until);
    const struct calendar_day *day = calendar_day_after(derivation->calendar, after);
    bool holidays = false;
    while (day != NULL && day->date.days <= until.days) {
        const struct calendar_day *first = day;
        struct date last = first->date;
        for (day = calendar_day_after(derivation->calendar, last);
             day != NULL && day->date.days <= until.days && goes_on(first, last, day);
             day = calendar_day_after(derivation->calendar, last))
            last = day->date;
        if (!first->working)
            rest -= last.days - first->date.days + 1;
        holidays = holidays || !first->working;
        give(derivation, first->working ? "make_up_day" : "holiday", "from",
             date_value(derivation, first->date), "until",
             last.days == first->date.days ? "" : date_value(derivation, last), "name", first->name, "paper",
             paper_of(derivation, first->date), NULL);
    }
    if (rest > 0)
        give(derivation, holidays ? "other_weekend" : "weekend", "days", number_value(derivation, rest),
             NULL);
}

/* The result without the extensions from this one on. */
static bool leg_end(const struct derivation *derivation, uint32_t extensions, struct deadline *ret_deadline)
{
    struct deadline_terms terms = *derivation->terms;
    if (extensions == terms.extension_count) {
        *ret_deadline = *derivation->deadline;
        return true;
    }
    terms.extension_count = extensions;
    return deadline_compute(derivation->calendar, &terms, ret_deadline) == DEADLINE_FINE;
}

/* Leg 0 is the rule's, leg n the n-th extension's. */
static void give_leg(struct derivation *derivation, uint32_t leg, enum deadline_unit unit)
{
    struct deadline before = {.unrolled = date_of(derivation->terms->start)}, end;
    if (!deadline_unit_asks_calendar(unit))
        return;
    if ((leg > 0 && !leg_end(derivation, leg - 1, &before)) || !leg_end(derivation, leg, &end))
        return;
    struct date after = before.unrolled;
    if (deadline_unit_is_of_office_time(unit)) {
        give(derivation, "office_hours", "hours", hours_value(derivation), NULL);
        after = date_add(after, -1); /* hours count on the first day too */
    }
    give_days(derivation, after, end.unrolled);
}

static void give_amount(struct derivation *derivation, const char *code, const struct duration *duration)
{
    give(derivation, code, "amount", number_value(derivation, duration->amount), "unit",
         word_of(LIST_UNIT, (int)duration->unit)->code, "basis",
         duration->unit == UNIT_MONTH ? basis_of_months : "", NULL);
}

/* --- the parts of the derivation ------------------------------------------------------------------------------- */

static void give_beginning(struct derivation *derivation)
{
    const struct deadline_terms *terms = derivation->terms;
    const struct duration *period = &terms->rule.period;
    if (period->unit == UNIT_DATE) {
        give(derivation, "date", "day", date_value(derivation, terms->rule.date), NULL);
        return;
    }
    if (deadline_unit_is_of_time(period->unit))
        give(derivation, "start_moment", "at", instant_value(derivation, terms->start), "basis",
             basis_of_days, NULL);
    else
        give(derivation, "start_day", "day", date_value(derivation, date_of(terms->start)), "basis",
             basis_of_days, NULL);
    give_amount(derivation, "period", period);
    give_leg(derivation, 0, period->unit);
}

static void give_extensions(struct derivation *derivation)
{
    const struct deadline_terms *terms = derivation->terms;
    for (uint32_t i = 0; i < terms->extension_count; i++) {
        give_amount(derivation, "extension", &terms->extensions[i]);
        give_leg(derivation, i + 1, terms->extensions[i].unit);
    }
}

/* A clock that was started again keeps the pauses of its earlier runs. */
static bool is_before(const struct deadline_pause *pause, struct instant start)
{
    return instant_is_set(pause->until) && pause->until.ms <= start.ms;
}

static bool is_unnamed(const struct deadline_pause *pause)
{
    return pause->basis == NULL || pause->basis[0] == '\0';
}

/* Only what the due depends on: a pause that begins after it explains nothing, and a date knows none. */
static void give_pauses(struct derivation *derivation)
{
    const struct deadline_terms *terms = derivation->terms;
    if (terms->rule.period.unit == UNIT_DATE)
        return;
    for (uint32_t i = 0; i < terms->pause_count && terms->pauses[i].from.ms < derivation->deadline->due.ms;
         i++) {
        const struct deadline_pause *pause = &terms->pauses[i];
        if (is_before(pause, terms->start))
            continue;
        const char *from = instant_value(derivation, pause->from);
        if (instant_is_set(pause->until))
            give(derivation, "pause", "from", from, "until", instant_value(derivation, pause->until), NULL);
        else
            give(derivation, "open_pause", "from", from, NULL);
        if (!is_unnamed(pause))
            give(derivation, "pause_basis", "basis", pause->basis, NULL);
    }
}

static void give_end(struct derivation *derivation)
{
    const struct deadline *deadline = derivation->deadline;
    const struct deadline_rule *rule = &derivation->terms->rule;
    if (deadline_unit_is_of_time(rule->period.unit)) {
        give(derivation, "end_moment", "at", instant_value(derivation, deadline->due), NULL);
        return;
    }
    if (deadline->unrolled.days != deadline->last_day.days) {
        const struct calendar_day *listed = calendar_day_find(derivation->calendar, deadline->unrolled);
        give(derivation, "roll", "from", date_value(derivation, deadline->unrolled), "until",
             date_value(derivation, deadline->last_day), "name", listed == NULL ? "" : listed->name, "paper",
             paper_of(derivation, deadline->unrolled), "basis", basis_of_ends, NULL);
    }
    int minute = rule->cutoff_minute == 0 ? CLOSE_OF_DAY : rule->cutoff_minute;
    give(derivation, "cutoff", "day", date_value(derivation, deadline->last_day), "at",
         minute_value(derivation, minute), "basis", basis_of_ends, NULL);
}

static void give_uncertainty(struct derivation *derivation)
{
    int start = date_year(date_of(derivation->terms->start));
    int end = date_year(derivation->deadline->last_day);
    if (!derivation->deadline->provisional)
        return;
    for (int year = start < end ? start : end; year <= end; year++) {
        if (!calendar_is_published(derivation->calendar, year))
            give(derivation, "provisional", "year", number_value(derivation, year), NULL);
    }
}

const struct deadline_reason *deadline_reasons(const struct calendar *calendar,
                                               const struct deadline_terms *terms,
                                               const struct deadline *deadline, struct arena *arena)
{
    struct derivation derivation = {calendar, terms, deadline, arena, NULL, NULL};
    give_beginning(&derivation);
    give_extensions(&derivation);
    give_pauses(&derivation);
    give_end(&derivation);
    give_uncertainty(&derivation);
    return derivation.first;
}

/* --- sentences ------------------------------------------------------------------------------------------------- */

struct speaking {
    const struct deadline_reason *reason;
    enum language language;
};

static const char *raw_value(const struct deadline_reason *reason, const char *name)
{
    for (unsigned i = 0; i < reason->value_count; i++) {
        if (text_equal(reason->values[i].name, name))
            return reason->values[i].value;
    }
    return NULL;
}

/* Words for the unit; days and instants as people write them. */
static const char *spoken_value(const void *context, const char *name, struct arena *arena)
{
    const struct speaking *speaking = context;
    const char *value = raw_value(speaking->reason, name);
    bool zh = speaking->language == LANGUAGE_ZH;
    struct date date;
    struct instant at;
    if (value == NULL || text_empty(value))
        return value;
    if (text_equal(name, "unit")) {
        const struct word *word = word_of(LIST_UNIT, word_value(LIST_UNIT, value));
        bool one = text_equal(raw_value(speaking->reason, "amount"), "1");
        return zh ? word->zh : arena_format(arena, "%s%s", word->en, one ? "" : "s");
    }
    if (date_from_text(value, &date)) {
        struct civil day = civil_of_date(date);
        return zh ? arena_format(arena, "%d年%d月%d日", day.year, day.month, day.day) : value;
    }
    if (instant_from_text(value, &at)) {
        struct civil c = civil_of(at);
        return arena_format(arena, zh ? "%d年%d月%d日%02d:%02d" : "%d-%02d-%02d %02d:%02d", c.year, c.month,
                            c.day, c.hour, c.minute);
    }
    return value;
}

const char *deadline_reason_text(const struct deadline_reason *reason, enum language language,
                                 struct arena *arena)
{
    struct speaking speaking = {reason, language};
    struct gap_filler filler = {spoken_value, &speaking};
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        if (text_equal(patterns[i].code, reason->code))
            return sentence_fill(language == LANGUAGE_ZH ? patterns[i].zh : patterns[i].en, &filler, arena);
    }
    return reason->code;
}
