/* deadline_trial.c: see the header. */
#include "deadline_trial.h"

#include "base/limits.h"
#include "calendar_random.h"
#include "domain/deadline_reasons.h"

enum { FIRST_VERSION = 11 };

void trial_calendars_init(struct trial_calendars *calendars, struct dice *dice, struct arena *arena)
{
    const struct calendar_year *years = calendar_random_years(dice, arena);
    for (int i = 0; i < 2; i++) {
        calendars->computed[i] = calendar_build(arena, years, RANDOM_YEARS, FIRST_VERSION + (uint32_t)i);
        calendars->walked[i] = walker_calendar_new(years, RANDOM_YEARS);
        years = calendar_random_change(dice, arena, years);
    }
}

void trial_calendars_release(struct trial_calendars *calendars)
{
    for (int i = 0; i < 2; i++)
        walker_calendar_free(calendars->walked[i]);
}

static const char *day_text(struct date date, struct arena *arena)
{
    char text[DATE_TEXT];
    date_to_text(date, text);
    return arena_text(arena, text);
}

static const char *instant_text(struct instant at, struct arena *arena)
{
    char text[INSTANT_TEXT];
    instant_to_text(at, text);
    return arena_text(arena, text);
}

static bool is_same(const struct deadline *a, const struct deadline *b)
{
    return a->unrolled.days == b->unrolled.days && a->last_day.days == b->last_day.days &&
           a->due.ms == b->due.ms && a->provisional == b->provisional;
}

static const char *compare(const struct deadline *computed, const struct deadline *walked,
                           struct arena *arena)
{
    if (is_same(computed, walked))
        return NULL;
    return arena_format(arena, "computed %s (unrolled %s, due %s%s), walked %s (unrolled %s, due %s%s)",
                        day_text(computed->last_day, arena), day_text(computed->unrolled, arena),
                        instant_text(computed->due, arena), computed->provisional ? ", provisional" : "",
                        day_text(walked->last_day, arena), day_text(walked->unrolled, arena),
                        instant_text(walked->due, arena), walked->provisional ? ", provisional" : "");
}

/* Under one version: computed, walked, computed once more, explained. */
static const char *try_version(const struct calendar *calendar, const struct walker_calendar *walked,
                               const struct deadline_terms *terms, struct deadline *ret_deadline,
                               struct arena *arena)
{
    struct deadline again, by_steps;
    enum deadline_fault fault = deadline_compute(calendar, terms, ret_deadline);
    if (fault != DEADLINE_FINE)
        return arena_format(arena, "refused: %s", deadline_fault_code(fault));
    walker_use(walked);
    walker_deadline(terms, &by_steps);
    const char *difference = compare(ret_deadline, &by_steps, arena);
    if (difference != NULL)
        return difference;
    if (deadline_compute(calendar, terms, &again) != DEADLINE_FINE || !is_same(ret_deadline, &again) ||
        again.calendar_version != calendar_version(calendar))
        return "computed twice, with two results";
    return deadline_readd(terms, ret_deadline, calendar, arena);
}

/* A pause more, behind all others, never ends a period earlier, and never moves a date. */
static const char *try_pause(const struct calendar *calendar, const struct deadline_sample *sample,
                             const struct deadline *deadline, struct dice *dice, struct arena *arena)
{
    const struct deadline_terms *terms = &sample->terms;
    struct deadline_pause pauses[SAMPLE_PAUSES + 1];
    struct deadline_terms paused = *terms;
    struct deadline later;
    struct instant at = instant_add(terms->start, -MS_PER_DAY);
    for (uint32_t i = 0; i < terms->pause_count; i++) {
        pauses[i] = terms->pauses[i];
        if (!instant_is_set(pauses[i].until))
            return NULL; /* none can follow an open one */
        at = instant_max(at, pauses[i].until);
    }
    pauses[paused.pause_count].from = deadline_sample_minute(dice, at, INT64_C(20) * 24 * 60);
    pauses[paused.pause_count].until =
        deadline_sample_minute(dice, pauses[paused.pause_count].from, INT64_C(20) * 24 * 60);
    paused.pauses = pauses;
    paused.pause_count++;
    if (deadline_compute(calendar, &paused, &later) != DEADLINE_FINE)
        return "refused with one pause more";
    if (terms->rule.period.unit == UNIT_DATE && later.due.ms != deadline->due.ms)
        return "a pause moves a date";
    /* A month's end that is not there is made up for only from the first extension on. */
    bool plain = terms->extension_count == 0;
    if (plain && later.due.ms < deadline->due.ms)
        return arena_format(arena, "a pause from %s to %s ends it earlier, at %s",
                            instant_text(pauses[paused.pause_count - 1].from, arena),
                            instant_text(pauses[paused.pause_count - 1].until, arena),
                            instant_text(later.due, arena));
    return NULL;
}

/* Extensions are left out of the first and pauses of the second: a period in months forgets days of its start at a
 * month's end, while a pause gives each of them back, so the two together are not monotone by the law's own rule. */
static const char *try_order(const struct calendar *calendar, const struct deadline_sample *sample,
                             struct dice *dice)
{
    struct deadline_terms plain = sample->terms, other;
    struct deadline first, second;
    if (plain.rule.period.unit == UNIT_DATE)
        return NULL;
    plain.extension_count = 0;
    other = plain;
    other.rule.period.amount++;
    if (deadline_compute(calendar, &plain, &first) != DEADLINE_FINE ||
        deadline_compute(calendar, &other, &second) != DEADLINE_FINE)
        return "refused without its extensions";
    if (second.due.ms < first.due.ms)
        return "a longer period ends earlier";
    plain = sample->terms;
    plain.pause_count = 0;
    other = plain;
    other.start = deadline_sample_minute(dice, plain.start, INT64_C(5) * 24 * 60);
    if (deadline_compute(calendar, &plain, &first) != DEADLINE_FINE ||
        deadline_compute(calendar, &other, &second) != DEADLINE_FINE)
        return "refused without its pauses";
    return second.due.ms < first.due.ms ? "a later start ends earlier" : NULL;
}

const char *deadline_trial(const struct trial_calendars *calendars, const struct deadline_sample *sample,
                           struct dice *dice, struct arena *arena)
{
    struct deadline deadline;
    for (int i = 0; i < 2; i++) {
        const char *difference =
            try_version(calendars->computed[i], calendars->walked[i], &sample->terms, &deadline, arena);
        if (difference != NULL)
            return difference;
    }
    const char *difference = try_pause(calendars->computed[1], sample, &deadline, dice, arena);
    return difference != NULL ? difference : try_order(calendars->computed[1], sample, dice);
}
