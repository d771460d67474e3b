/* deadline_words.c: a deadline in words. Codes of faults, amounts of time, and the sentence by which a deadline
 * explains itself to those it binds (domain.md §5, rule 10). No arithmetic: it says what deadline.c computed. */
#include "domain/deadline.h"

#include "domain/vocabulary.h"

static const char *const weekdays_zh[] = {"", "一", "二", "三", "四", "五", "六", "日"};

static const char *const fault_codes[] = {
    [DEADLINE_FINE] = "",
    [DEADLINE_PERIOD_UNIT] = "period_unit",
    [DEADLINE_PERIOD_AMOUNT] = "period_amount",
    [DEADLINE_DATE] = "date",
    [DEADLINE_ROLL] = "roll",
    [DEADLINE_CUTOFF] = "cutoff",
    [DEADLINE_START] = "start",
    [DEADLINE_EXTENSION_UNIT] = "extension_unit",
    [DEADLINE_EXTENSION_AMOUNT] = "extension_amount",
    [DEADLINE_PAUSES] = "pauses",
    [DEADLINE_OFFICE_HOURS] = "office_hours",
    [DEADLINE_TOO_FAR] = "too_far",
};

const char *deadline_fault_code(enum deadline_fault fault)
{
    return fault_codes[fault];
}

static bool has_amount(const struct duration *duration)
{
    return duration->unit != UNIT_NONE && duration->unit != UNIT_DATE;
}

const char *duration_text_zh(const struct duration *duration, struct arena *arena)
{
    if (!has_amount(duration))
        return "";
    return arena_format(arena, "%d%s", duration->amount, word_of(LIST_UNIT, (int)duration->unit)->zh);
}

const char *duration_text_en(const struct duration *duration, struct arena *arena)
{
    if (!has_amount(duration))
        return "";
    return arena_format(arena, "%d %s%s", duration->amount, word_of(LIST_UNIT, (int)duration->unit)->en,
                        duration->amount == 1 ? "" : "s");
}

/* --- the derivation ------------------------------------------------------------------------------------------ */

static const char *day_zh(struct date date, struct arena *arena)
{
    struct civil day = civil_of_date(date);
    return arena_format(arena, "%d年%d月%d日", day.year, day.month, day.day);
}

static const char *day_and_weekday_zh(struct date date, struct arena *arena)
{
    return arena_format(arena, "%s(星期%s)", day_zh(date, arena), weekdays_zh[date_weekday(date)]);
}

static const char *instant_zh(struct instant t, struct arena *arena)
{
    struct civil c = civil_of(t);
    return arena_format(arena, "%s%02d:%02d", day_zh(date_of(t), arena), c.hour, c.minute);
}

static bool is_of_time(const struct deadline_terms *terms)
{
    return deadline_unit_is_of_time(terms->rule.period.unit);
}

static const char *beginning_zh(const struct deadline_terms *terms, struct arena *arena)
{
    const struct duration *period = &terms->rule.period;
    if (period->unit == UNIT_DATE)
        return arena_format(arena, "期限定为%s", day_and_weekday_zh(terms->rule.date, arena));
    if (is_of_time(terms))
        return arena_format(arena, "自%s起%s", instant_zh(terms->start, arena),
                            duration_text_zh(period, arena));
    return arena_format(arena, "自%s(当日不计入)起%s", day_zh(date_of(terms->start), arena),
                        duration_text_zh(period, arena));
}

static const char *extensions_zh(const struct deadline_terms *terms, struct arena *arena)
{
    const char *text = "";
    for (uint32_t i = 0; i < terms->extension_count; i++)
        text = arena_format(arena, "%s,延期%s", text, duration_text_zh(&terms->extensions[i], arena));
    return text;
}

/* Only what the due depends on is named: a pause that begins after it explains nothing. */
static const char *pauses_zh(const struct deadline_terms *terms, const struct deadline *deadline,
                             struct arena *arena)
{
    const char *text = "";
    if (terms->rule.period.unit == UNIT_DATE)
        return text;
    for (uint32_t i = 0; i < terms->pause_count && terms->pauses[i].from.ms < deadline->due.ms; i++) {
        const struct deadline_pause *pause = &terms->pauses[i];
        bool open = !instant_is_set(pause->until);
        if (!open && pause->until.ms <= terms->start.ms) /* of an earlier run of the clock */
            continue;
        const char *until = open ? "今" : instant_zh(pause->until, arena);
        text = arena_format(arena, "%s,%s至%s", text, instant_zh(pause->from, arena), until);
        if (pause->basis != NULL && pause->basis[0] != '\0')
            text = arena_format(arena, "%s因%s", text, pause->basis);
        text = arena_format(arena, "%s中止", text);
    }
    return text[0] == '\0' ? text : arena_format(arena, "%s(不计入)", text);
}

static const char *last_day_zh(const struct calendar *calendar, const struct deadline *deadline,
                               struct arena *arena)
{
    const char *last = day_and_weekday_zh(deadline->last_day, arena);
    if (deadline->unrolled.days == deadline->last_day.days)
        return arena_format(arena, "最后一日为%s", last);
    const struct calendar_day *listed = calendar_day_find(calendar, deadline->unrolled);
    const char *why = listed != NULL ? arena_format(arena, "休息日,%s", listed->name) : "休息日";
    return arena_format(arena, "期满日%s为%s,顺延至%s", day_and_weekday_zh(deadline->unrolled, arena), why,
                        last);
}

static bool is_the_date_itself(const struct deadline_terms *terms, const struct deadline *deadline)
{
    return terms->rule.period.unit == UNIT_DATE && deadline->last_day.days == terms->rule.date.days;
}

static const char *end_zh(const struct calendar *calendar, const struct deadline_terms *terms,
                          const struct deadline *deadline, struct arena *arena)
{
    if (is_of_time(terms))
        return arena_format(arena, "%s届满", instant_zh(deadline->due, arena));
    const char *last_day = "";
    if (!is_the_date_itself(terms, deadline))
        last_day = arena_format(arena, "%s,", last_day_zh(calendar, deadline, arena));
    int minute = terms->rule.cutoff_minute == 0 ? 24 * 60 : terms->rule.cutoff_minute;
    return arena_format(arena, "%s当日%02d:%02d截止", last_day, minute / 60, minute % 60);
}

static bool asks_calendar(const struct deadline_terms *terms, const struct deadline *deadline)
{
    bool asks = deadline_unit_asks_calendar(terms->rule.period.unit) ||
                deadline->unrolled.days != deadline->last_day.days;
    for (uint32_t i = 0; i < terms->extension_count; i++)
        asks = asks || deadline_unit_asks_calendar(terms->extensions[i].unit);
    return asks || deadline->provisional;
}

/* The notices that were counted with, and the years that have none yet. */
static const char *calendar_zh(const struct calendar *calendar, const struct deadline_terms *terms,
                               const struct deadline *deadline, struct arena *arena)
{
    const char *papers = "", *missing = "";
    int first = date_year(date_of(terms->start)), last = date_year(deadline->last_day);
    if (!asks_calendar(terms, deadline))
        return "";
    for (int year = first < last ? first : last; year <= last; year++) {
        const struct calendar_year *listed = calendar_year_find(calendar, year);
        if (listed != NULL)
            papers = arena_format(arena, "%s%s%s", papers, papers[0] == '\0' ? "" : "、", listed->paper);
        else
            missing = arena_format(arena, "%s%s%d年", missing, missing[0] == '\0' ? "" : "、", year);
    }
    if (papers[0] != '\0')
        papers = arena_format(arena, "工作日依%s计。", papers);
    if (missing[0] != '\0')
        missing = arena_format(arena, "%s放假安排尚未公布,暂按周一至周五为工作日,本时限为暂定。", missing);
    return arena_format(arena, "%s%s", papers, missing);
}

const char *deadline_explain(const struct calendar *calendar, const struct deadline_terms *terms,
                             const struct deadline *deadline, struct arena *arena)
{
    return arena_format(arena, "%s%s%s,%s。%s", beginning_zh(terms, arena), extensions_zh(terms, arena),
                        pauses_zh(terms, deadline, arena), end_zh(calendar, terms, deadline, arena),
                        calendar_zh(calendar, terms, deadline, arena));
}
