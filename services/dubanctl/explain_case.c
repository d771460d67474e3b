/* explain_case.c: see explain_case.h. The row is the fold of the events up to the moment; every version of a clock's end
 * is the clock that an event carried, computed again from its own terms by the calendars that it names. */
#include "explain_case.h"

#include <stdlib.h>

#include "base/text.h"
#include "domain/catalogue.h"
#include "domain/statutory.h"
#include "domain/task_cap.h"

const char *explain_word(const struct explain_case *explained, enum vocabulary_list list, int value)
{
    const struct word *word = word_of(list, value);
    return explained->source->language == LANGUAGE_ZH ? word->zh : word->en;
}

const char *explain_pick(const struct explain_case *explained, const char *zh, const char *en)
{
    return explained->source->language == LANGUAGE_ZH ? zh : en;
}

const char *explain_list(const struct explain_case *explained, const char *list, const char *text)
{
    return arena_format(explained->arena, "%s%s%s", list,
                        text_empty(list) ? "" : explain_pick(explained, "、", ", "), text);
}

const char *explain_unit(const struct explain_case *explained, const char *id)
{
    const struct registry_unit *unit = registry_unit(explained->registry, id);
    return unit == NULL ? id : unit->name;
}

/* --- how the days add up ------------------------------------------------------------------------------------------- */

static bool leg_end(const struct calendar *calendar, const struct deadline_terms *terms, uint32_t extensions,
                    struct date *ret_end)
{
    struct deadline_terms part = *terms;
    struct deadline end;
    part.extension_count = extensions;
    if (deadline_compute(calendar, &part, &end) != DEADLINE_FINE)
        return false;
    *ret_end = end.unrolled;
    return true;
}

/* Only what is counted in days adds up; a month is not so many days. */
static void sum_leg(const struct calendar *calendar, const struct duration *amount, struct date after,
                    struct date until, struct explained_version *version)
{
    bool working = amount->unit == UNIT_WORKING_DAY;
    if (!working && amount->unit != UNIT_CALENDAR_DAY)
        return;
    struct explained_sum sum = {.unit = amount->unit, .after = after, .until = until};
    sum.days = until.days - after.days;
    sum.counted = amount->amount;
    if (working)
        sum.rest = sum.days - calendar_working_days_between(calendar, after, until);
    sum.paused = sum.days - sum.rest - sum.counted;
    version->sums[version->sum_count++] = sum;
}

static void sum_up(const struct calendar *calendar, const struct deadline_terms *terms,
                   struct explained_version *version, struct arena *arena)
{
    struct date after = date_of(terms->start), until;
    version->sums = ARENA_ARRAY(arena, struct explained_sum, terms->extension_count + 1);
    for (uint32_t leg = 0; leg <= terms->extension_count; leg++) {
        const struct duration *amount = leg == 0 ? &terms->rule.period : &terms->extensions[leg - 1];
        if (deadline_unit_is_of_time(terms->rule.period.unit) || !leg_end(calendar, terms, leg, &until))
            return;
        sum_leg(calendar, amount, after, until, version);
        after = until;
    }
}

/* --- one version of an end ----------------------------------------------------------------------------------------- */

static const struct registry *registry_of(const struct explain_source *source, uint32_t version)
{
    const struct ruleset *ruleset = source->ruleset;
    const struct registry *registry = NULL;
    if (version != 0 && ruleset->registry_at != NULL)
        registry = ruleset->registry_at(ruleset->context, version);
    return registry == NULL ? ruleset->registry : registry;
}

static const struct calendar *calendar_of(const struct explain_case *explained, uint32_t version)
{
    const struct explain_source *source = explained->source;
    const struct calendar *calendar =
        source->calendar_at == NULL ? NULL : source->calendar_at(source->context, version);
    return calendar == NULL ? explained->calendar : calendar;
}

static bool counts_work(enum deadline_unit unit)
{
    return unit == UNIT_WORKING_DAY || unit == UNIT_WORKING_HOUR;
}

static const char *papers_of(const struct explain_case *explained, const struct calendar *calendar,
                             const struct deadline_terms *terms, const struct deadline *deadline)
{
    bool needed = counts_work(terms->rule.period.unit) || deadline->unrolled.days != deadline->last_day.days;
    int first = date_year(date_of(terms->start)), last = date_year(deadline->last_day);
    const char *papers = "";
    for (uint32_t i = 0; i < terms->extension_count; i++)
        needed = needed || counts_work(terms->extensions[i].unit);
    for (int year = first < last ? first : last; needed && year <= last; year++) {
        const struct calendar_year *notice = calendar_year_find(calendar, year);
        if (notice != NULL)
            papers = explain_list(explained, papers, notice->paper);
    }
    return papers;
}

static struct explained_version version_of(const struct explain_case *explained, const struct clock *clock,
                                           const struct event *event)
{
    struct explained_version version = {
        .clock = clock, .event = event, .papers = "", .basis = "", .laws = ""};
    const struct calendar *calendar = calendar_of(explained, clock->calendar_version);
    const struct registry_template *template_ =
        registry_template(explained->pinned, explained->task->template_code);
    const struct office_hours *hours = registry_office_hours_in_force(
        registry_of(explained->source, clock->calendar_version), explained->pinned, template_);
    struct deadline_terms terms = clock_terms(clock, hours);
    struct deadline deadline;
    terms.asked_at = event->now;
    explain_basis(explained, clock, &version);
    if (deadline_compute(calendar, &terms, &deadline) != DEADLINE_FINE)
        return version;
    version.computed = deadline.due;
    version.reasons = deadline_reasons(calendar, &terms, &deadline, explained->arena);
    version.papers = papers_of(explained, calendar, &terms, &deadline);
    sum_up(calendar, &terms, &version, explained->arena);
    return version;
}

/* An event that only meets, holds or pauses a clock leaves its end as it was. */
static bool end_differs(const struct explained_clock *clock, const struct clock *now)
{
    if (clock->version_count == 0)
        return true;
    const struct clock *before = clock->versions[clock->version_count - 1].clock;
    return before->version != now->version || before->due.ms != now->due.ms ||
           before->pause_count != now->pause_count || before->started_at.ms != now->started_at.ms;
}

static void gather_versions(struct explain_case *explained, struct explained_clock *clock)
{
    for (uint32_t i = 0; i < explained->event_count; i++) {
        const struct event *event = &explained->source->events[i];
        for (uint32_t k = 0; k < event->clock_count; k++) {
            const struct clock *seen = &event->clocks[k];
            if (seen->id != clock->clock->id || seen->key != clock->clock->key || !end_differs(clock, seen))
                continue;
            clock->versions = arena_grown(explained->arena, clock->versions, clock->version_count,
                                          sizeof(*clock->versions));
            clock->versions[clock->version_count++] = version_of(explained, seen, event);
        }
    }
}

/* By the ledger's own rule: of C-DUE from its first start, of a statutory clock from its own; less what was lawfully
 * suspended. */
static void find_cap(const struct explain_case *explained, struct explained_clock *clock)
{
    const struct registry_template *template_ =
        registry_template(explained->pinned, explained->task->template_code);
    const struct registry_statutory *law = statutory_row(template_, clock->clock);
    struct deadline_terms terms;
    struct deadline end;
    if (!cap_terms(template_, clock->clock, explained->task->round,
                   registry_office_hours_in_force(explained->registry, explained->pinned, template_), &terms))
        return;
    terms.asked_at = explained->source->at;
    if (deadline_compute(explained->calendar, &terms, &end) != DEADLINE_FINE)
        return;
    clock->cap = terms.rule.period;
    clock->cap_basis =
        law != NULL ? law->basis : cap_in_force(template_, date_of(clock->clock->first_start))->basis;
    clock->cap_day = end.last_day;
}

/* --- the whole ------------------------------------------------------------------------------------------------------ */

static bool is_of_unit(const struct clock *clock)
{
    return clock->id == CLOCK_DUE || clock->id == CLOCK_REWORK;
}

static int by_start(const void *a, const void *b)
{
    const struct clock *x = ((const struct explained_clock *)a)->clock;
    const struct clock *y = ((const struct explained_clock *)b)->clock;
    if (is_of_unit(x) != is_of_unit(y))
        return is_of_unit(x) ? -1 : 1;
    if (x->started_at.ms != y->started_at.ms)
        return x->started_at.ms < y->started_at.ms ? -1 : 1;
    return x->id != y->id ? (int)x->id - (int)y->id : (int)x->key - (int)y->key;
}

bool explain_case_make(const struct explain_source *source, struct arena *arena,
                       struct explain_case *ret_case)
{
    struct explain_case explained = {.source = source, .arena = arena};
    while (explained.event_count < source->event_count &&
           source->events[explained.event_count].now.ms <= source->at.ms)
        explained.task = task_apply(explained.task, &source->events[explained.event_count++], arena);
    if (explained.task == NULL)
        return false;
    const struct task *task = explained.task;
    bool to_the_end = explained.event_count == source->event_count;
    explained.registry = to_the_end ? source->ruleset->registry : registry_of(source, task->registry_version);
    explained.pinned = registry_of(source, task->template_version);
    explained.calendar = source->ruleset->calendar;
    explained.clocks = ARENA_ARRAY(arena, struct explained_clock, task->clock_count + 1);
    for (uint32_t i = 0; i < task->clock_count; i++)
        explained.clocks[explained.clock_count++].clock = &task->clocks[i];
    if (explained.clock_count > 1)
        qsort(explained.clocks, explained.clock_count, sizeof(*explained.clocks), by_start);
    for (uint32_t i = 0; i < explained.clock_count; i++) {
        gather_versions(&explained, &explained.clocks[i]);
        find_cap(&explained, &explained.clocks[i]);
        explain_rungs(&explained, &explained.clocks[i]);
    }
    *ret_case = explained;
    return true;
}
