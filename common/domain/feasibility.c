/* feasibility.c: see feasibility.h. The minimum periods run through deadline.c like any other period, so they count as
 * domain.md §2.4 says; only their order is decided here. */
#include "domain/feasibility.h"

#include "base/text.h"

enum { SHORT_NOTICE_WORKING_DAYS = 10 };

/* One after the other: each begins on the day after the one before it has ended. */
static void run_minimums(const struct feasibility_terms *terms, struct feasibility *feasibility,
                         struct arena *arena)
{
    const struct registry_template *template_ = terms->template_;
    struct date from = date_is_set(terms->start) ? terms->start : terms->today;
    feasibility->steps = ARENA_ARRAY(arena, struct feasibility_step, template_->minimum_count);
    for (uint32_t i = 0; i < template_->minimum_count; i++) {
        const struct registry_minimum *minimum = &template_->minimums[i];
        struct deadline_terms period = {.rule.period = minimum->amount, .start = day_start(from)};
        struct deadline end;
        if (deadline_compute(terms->calendar, &period, &end) != DEADLINE_FINE)
            return; /* beyond what can be computed, so beyond the date: the steps so far say it */
        feasibility->steps[feasibility->step_count++] =
            (struct feasibility_step){minimum, from, end.last_day};
        feasibility->provisional = feasibility->provisional || end.provisional;
        feasibility->ready = end.last_day;
        from = date_add(end.last_day, 1);
    }
}

static void judge_minimums(const struct feasibility_terms *terms, struct feasibility *feasibility)
{
    bool all = feasibility->step_count == terms->template_->minimum_count;
    feasibility->fits = all;
    if (!date_is_set(feasibility->ready))
        return;
    feasibility->left_after =
        calendar_working_days_between(terms->calendar, feasibility->ready, feasibility->last_day);
    feasibility->fits = all && feasibility->ready.days < feasibility->last_day.days;
}

struct feasibility feasibility_of(const struct feasibility_terms *terms, struct arena *arena)
{
    const struct calendar *calendar = terms->calendar;
    struct feasibility feasibility = {
        .last_day = terms->deadline.last_day,
        .provisional = terms->deadline.provisional,
        .left = calendar_working_days_between(calendar, terms->today, terms->deadline.last_day),
    };
    bool is_date = terms->rule.period.unit == UNIT_DATE;
    run_minimums(terms, &feasibility, arena);
    judge_minimums(terms, &feasibility);
    feasibility.read = wording_read(terms->wording, calendar, terms->today, arena, &feasibility.reading);
    feasibility.differs = feasibility.read && feasibility.reading.date.days != feasibility.last_day.days;
    if (!calendar_is_working(calendar, feasibility.last_day))
        feasibility.working_day = calendar_last_working_day_before(calendar, feasibility.last_day);
    feasibility.few = is_date && feasibility.left < SHORT_NOTICE_WORKING_DAYS;
    return feasibility;
}

/* --- notes --------------------------------------------------------------------------------------------------------- */

static void add(struct text_list *notes, struct arena *arena, const char *note)
{
    notes->items = arena_grown(arena, notes->items, notes->count, sizeof(*notes->items));
    notes->items[notes->count++] = note;
}

static const char *day(struct date date, struct arena *arena)
{
    char text[DATE_TEXT];
    date_to_text(date, text);
    return arena_text(arena, text);
}

static void note_minimums(const struct feasibility *feasibility, struct text_list *notes, struct arena *arena)
{
    for (uint32_t i = 0; i < feasibility->step_count; i++) {
        const struct feasibility_step *step = &feasibility->steps[i];
        const struct duration *amount = &step->minimum->amount;
        const char *basis = step->minimum->basis;
        add(notes, arena,
            arena_format(arena, "minimum_period name=%s from=%s to=%s amount=%d unit=%s%s%s",
                         step->minimum->name, day(step->from, arena), day(step->to, arena), amount->amount,
                         word_of(LIST_UNIT, (int)amount->unit)->code,
                         text_empty(basis) ? "" : " basis=", basis));
    }
    if (!feasibility->fits)
        add(notes, arena,
            arena_format(arena, "minimums_do_not_fit ends=%s last_day=%s", day(feasibility->ready, arena),
                         day(feasibility->last_day, arena)));
    else if (feasibility->step_count > 0)
        add(notes, arena, arena_format(arena, "left_after_minimums days=%d", feasibility->left_after));
}

struct text_list feasibility_notes(const struct feasibility *feasibility, struct arena *arena)
{
    struct text_list notes = {NULL, 0};
    if (feasibility->read)
        add(&notes, arena,
            arena_format(arena, "wording_read rule=%s date=%s", feasibility->reading.rule,
                         day(feasibility->reading.date, arena)));
    if (feasibility->differs)
        add(&notes, arena,
            arena_format(arena, "wording_differs date=%s last_day=%s", day(feasibility->reading.date, arena),
                         day(feasibility->last_day, arena)));
    note_minimums(feasibility, &notes, arena);
    if (feasibility->provisional)
        add(&notes, arena,
            arena_format(arena, "provisional_calendar year=%d", date_year(feasibility->last_day)));
    if (date_is_set(feasibility->working_day))
        add(&notes, arena,
            arena_format(arena, "due_on_rest_day last_working_day=%s", day(feasibility->working_day, arena)));
    if (feasibility->few)
        add(&notes, arena, arena_format(arena, "few_working_days_left days=%d", feasibility->left));
    return notes;
}
