/* Deadlines against a second implementation that shares nothing with the first (deadline_walker.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "calendar_fixture.h"
#include "deadline_trial.h"
#include "domain/deadline.h"

enum {
    RANDOM_CASES = 10000,
    CASES_PER_CALENDAR = 500,
    OPENING = 8 * 60 + 30,
};

static struct arena *arena, *case_arena;
static struct trial_calendars calendars;
static const struct calendar *calendar;
static struct date first_day, last_day;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    case_arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    first_day = date_at("2004-01-01");
    last_day = date_at("2030-12-31");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    arena_free(case_arena);
    return 0;
}

static void new_calendars(struct dice *dice)
{
    arena_reset(arena);
    trial_calendars_init(&calendars, dice, arena);
    calendar = calendars.computed[0];
    walker_use(calendars.walked[0]);
}

/* Calls `check` for one case after the other; every few hundred with other calendars. */
static void for_random_cases(const char *test, int cases,
                             void (*check)(struct dice *, struct deadline_sample *))
{
    struct dice dice = dice_new(test);
    for (int i = 0; i < cases; i++) {
        struct deadline_sample sample;
        if (i % CASES_PER_CALENDAR == 0) {
            if (i > 0)
                trial_calendars_release(&calendars);
            new_calendars(&dice);
        }
        deadline_sample_draw(&dice, first_day, last_day, &sample);
        check(&dice, &sample);
        arena_reset(case_arena);
    }
    trial_calendars_release(&calendars);
}

/* --- the comparisons ---------------------------------------------------------------------------------------- */

static struct deadline compute(const struct deadline_terms *terms)
{
    struct deadline deadline = {0};
    enum deadline_fault fault = deadline_compute(calendar, terms, &deadline);
    assert_string_equal(deadline_fault_code(fault), "");
    return deadline;
}

static void try_case(struct dice *dice, struct deadline_sample *sample)
{
    const char *difference = deadline_trial(&calendars, sample, dice, case_arena);
    if (difference != NULL)
        fail_msg("%s: %s", difference, deadline_sample_text(sample, case_arena));
}

static void computing_equals_walking_whatever_the_time_zone_of_the_server(void **state)
{
    static const char *const zones[] = {"UTC", "America/New_York"};
    (void)state;
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        for_random_cases(zones[i], RANDOM_CASES, try_case);
    }
    unsetenv("TZ");
    tzset();
}

static void assert_ladder_of_days(struct dice *dice, const struct deadline_terms *terms)
{
    enum deadline_unit unit = terms->rule.period.unit;
    bool pauses = unit != UNIT_DATE;
    struct deadline deadline = compute(terms);
    struct date first = date_of(terms->start), last = deadline.last_day;
    int n = (int)dice_roll(dice, 0, 12), percent = (int)dice_roll(dice, 0, 100);

    struct date before = walker_back(terms, UNIT_WORKING_DAY, false, last, n);
    assert_int_equal(deadline_before_working_days(calendar, &deadline, n, OPENING).ms,
                     day_at(before, OPENING).ms);
    struct date after = walker_on(terms, UNIT_WORKING_DAY, last, n + 1);
    assert_int_equal(deadline_after_working_days(calendar, terms, &deadline, n + 1, OPENING).ms,
                     day_at(after, OPENING).ms);
    assert_int_equal(deadline_allowed_working_days(calendar, terms, &deadline),
                     walker_count(terms, UNIT_WORKING_DAY, pauses, first, last));

    int allowed = walker_count(terms, unit, pauses, first, last);
    int left = allowed * percent / 100;
    struct date at = left == allowed ? first : walker_back(terms, unit, pauses, last, left);
    assert_int_equal(deadline_percent_left(calendar, terms, &deadline, percent, OPENING).ms,
                     day_at(at, OPENING).ms);
    struct date over = walker_on(terms, unit, last, left);
    struct instant expected = left == 0 ? deadline.due : day_at(over, OPENING);
    assert_int_equal(deadline_percent_over(calendar, terms, &deadline, percent, OPENING).ms, expected.ms);
}

static void assert_ladder_of_time(struct dice *dice, const struct deadline_terms *terms)
{
    enum deadline_unit unit = terms->rule.period.unit;
    struct deadline deadline = compute(terms);
    int percent = (int)dice_roll(dice, 0, 100);
    int64_t allowed = 0;
    for (struct instant at = terms->start; at.ms < deadline.due.ms; at = instant_add(at, MS_PER_MINUTE))
        allowed += walker_minute_counts(terms, unit, at) ? MS_PER_MINUTE : 0;
    int64_t left = allowed * percent / 100;
    assert_int_equal(deadline_percent_left(calendar, terms, &deadline, percent, OPENING).ms,
                     walker_time(terms, unit, terms->start, allowed - left).ms);
    assert_int_equal(deadline_percent_over(calendar, terms, &deadline, percent, OPENING).ms,
                     walker_time(terms, unit, deadline.due, left).ms);
}

static void try_ladder(struct dice *dice, struct deadline_sample *sample)
{
    if (walker_is_of_time(sample->terms.rule.period.unit))
        assert_ladder_of_time(dice, &sample->terms);
    else
        assert_ladder_of_days(dice, &sample->terms);
}

static void the_ladder_equals_walking(void **state)
{
    (void)state;
    for_random_cases(__func__, RANDOM_CASES, try_ladder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computing_equals_walking_whatever_the_time_zone_of_the_server),
        cmocka_unit_test(the_ladder_equals_walking),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
