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
#include "deadline_walker.h"
#include "dice.h"
#include "domain/deadline.h"

enum {
    RANDOM_CASES = 12000, /* in each time zone */
    MOST_PAUSES = 3,
    MOST_EXTENSIONS = 3,
    OPENING = 8 * 60 + 30,
    DAYS_OF_2004_TO_2030 = 27 * 365,
};

static struct arena *arena;
static struct calendar *calendar;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    const struct calendar_year *years = calendar_fixture_years(arena);
    walker_init(years);
    calendar = calendar_build(arena, years, FIXTURE_YEARS, FIXTURE_VERSION);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* --- a random case ------------------------------------------------------------------------------------------ */

struct sample {
    struct deadline_terms terms;
    struct duration extensions[MOST_EXTENSIONS];
    struct deadline_pause pauses[MOST_PAUSES];
    struct office_hours office_hours;
    struct office_block blocks[3];
};

static struct duration random_duration(struct dice *dice, bool of_time)
{
    struct duration duration = {of_time ? UNIT_MINUTE : UNIT_WORKING_DAY, (int32_t)dice_roll(dice, 1, 30)};
    if (of_time && dice_chance(dice, 60))
        duration = (struct duration){UNIT_WORKING_HOUR, (int32_t)dice_roll(dice, 1, 24)};
    else if (of_time && dice_chance(dice, 50))
        duration = (struct duration){UNIT_HOUR, (int32_t)dice_roll(dice, 1, 72)};
    else if (!of_time && dice_chance(dice, 40))
        duration = (struct duration){UNIT_CALENDAR_DAY, (int32_t)dice_roll(dice, 1, 70)};
    else if (!of_time && dice_chance(dice, 40))
        duration = (struct duration){UNIT_MONTH, (int32_t)dice_roll(dice, 1, 14)};
    return duration;
}

/* Whole minutes, so that the walker can step by them. */
static struct instant random_minute(struct dice *dice, struct instant from, int64_t most_minutes)
{
    return instant_add(from, dice_roll(dice, 0, most_minutes) * MS_PER_MINUTE);
}

static void random_pauses(struct dice *dice, bool of_time, struct sample *sample)
{
    struct deadline_terms *terms = &sample->terms;
    int64_t span = of_time ? 24 * 60 : 20 * 24 * 60;
    struct instant at = instant_add(terms->start, -span / 2 * MS_PER_MINUTE);
    terms->pause_count = (uint32_t)dice_roll(dice, 0, MOST_PAUSES);
    terms->pauses = sample->pauses;
    for (uint32_t i = 0; i < terms->pause_count; i++) {
        sample->pauses[i].from = random_minute(dice, at, span);
        at = sample->pauses[i].until = random_minute(dice, sample->pauses[i].from, span / 2);
    }
    terms->asked_at = random_minute(dice, at, span);
    if (terms->pause_count > 0 && dice_chance(dice, 20))
        sample->pauses[terms->pause_count - 1].until = INSTANT_NONE;
}

/* One to three blocks, any of which may touch the next, midnight, or nothing. */
static void random_office_hours(struct dice *dice, struct sample *sample)
{
    struct office_hours *hours = &sample->office_hours;
    int32_t at = 0;
    sample->terms.office_hours = NULL;
    hours->blocks = sample->blocks;
    if (dice_chance(dice, 50))
        return;
    hours->block_count = (uint32_t)dice_roll(dice, 1, 3);
    for (uint32_t i = 0; i < hours->block_count; i++) {
        int32_t last = (int32_t)(i + 1) * 24 * 60 / (int32_t)hours->block_count;
        hours->blocks[i].from_minute = (int32_t)dice_roll(dice, at, last - 60);
        at = hours->blocks[i].until_minute =
            dice_chance(dice, 20) ? last : (int32_t)dice_roll(dice, hours->blocks[i].from_minute + 60, last);
    }
    sample->terms.office_hours = hours;
}

static void random_sample(struct dice *dice, struct sample *sample)
{
    *sample = (struct sample){0};
    struct deadline_terms *terms = &sample->terms;
    bool of_time = dice_chance(dice, 15);
    bool published = dice_chance(dice, 60); /* most of the span has no notice, so half would meet none */
    terms->start = published ? random_minute(dice, instant_at("2021-11-01T00:00"), INT64_C(1900) * 24 * 60)
                             : random_minute(dice, instant_at("2004-01-01T00:00"),
                                             INT64_C(1) * DAYS_OF_2004_TO_2030 * 24 * 60);
    terms->rule.period = random_duration(dice, of_time);
    if (!of_time && dice_chance(dice, 20)) {
        terms->rule.period = (struct duration){UNIT_DATE, 0};
        terms->rule.date = date_add(date_of(terms->start), (int)dice_roll(dice, 0, 200));
    }
    if (!of_time && dice_chance(dice, 40))
        terms->rule.roll = dice_chance(dice, 50) ? ROLL_ON : ROLL_OFF;
    if (!of_time && dice_chance(dice, 30))
        terms->rule.cutoff_minute = 17 * 60 + 30;
    terms->extensions = sample->extensions;
    terms->extension_count = dice_chance(dice, 50) ? 0 : (uint32_t)dice_roll(dice, 1, MOST_EXTENSIONS);
    for (uint32_t i = 0; i < terms->extension_count; i++)
        sample->extensions[i] = random_duration(dice, of_time);
    random_pauses(dice, of_time, sample);
    random_office_hours(dice, sample);
}

/* --- the comparisons ---------------------------------------------------------------------------------------- */

static struct deadline compute(const struct deadline_terms *terms)
{
    struct deadline deadline = {0};
    enum deadline_fault fault = deadline_compute(calendar, terms, &deadline);
    assert_string_equal(deadline_fault_code(fault), "");
    return deadline;
}

static void compare_random_cases(struct dice *dice)
{
    for (int i = 0; i < RANDOM_CASES; i++) {
        struct sample sample;
        random_sample(dice, &sample);
        struct deadline computed = compute(&sample.terms), walked;
        walker_deadline(&sample.terms, &walked);
        assert_int_equal(computed.unrolled.days, walked.unrolled.days);
        assert_int_equal(computed.last_day.days, walked.last_day.days);
        assert_int_equal(computed.due.ms, walked.due.ms);
        assert_int_equal(computed.provisional, walked.provisional);
    }
}

static void computing_equals_walking_whatever_the_time_zone_of_the_server(void **state)
{
    static const char *const zones[] = {"UTC", "America/New_York"};
    struct dice dice = dice_new("computing_equals_walking_whatever_the_time_zone_of_the_server");
    (void)state;
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        compare_random_cases(&dice);
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

static void the_ladder_equals_walking(void **state)
{
    (void)state;
    struct dice dice = dice_new("the_ladder_equals_walking");
    for (int i = 0; i < RANDOM_CASES; i++) {
        struct sample sample;
        random_sample(&dice, &sample);
        if (walker_is_of_time(sample.terms.rule.period.unit))
            assert_ladder_of_time(&dice, &sample.terms);
        else
            assert_ladder_of_days(&dice, &sample.terms);
    }
}

/* Extensions are left out of the first and pauses of the second: a period in months forgets days of its start at a
 * month's end, while a pause gives each of them back, so the two together are not monotone by the law's own rule. */
static void a_longer_period_or_a_later_start_never_ends_earlier(void **state)
{
    (void)state;
    struct dice dice = dice_new("a_longer_period_or_a_later_start_never_ends_earlier");
    for (int i = 0; i < RANDOM_CASES; i++) {
        struct sample sample;
        random_sample(&dice, &sample);
        if (sample.terms.rule.period.unit == UNIT_DATE)
            continue;
        struct deadline_terms longer = sample.terms, later = sample.terms, plain = sample.terms;
        plain.extension_count = longer.extension_count = 0;
        longer.rule.period.amount++;
        assert_true(compute(&longer).due.ms >= compute(&plain).due.ms);
        plain = sample.terms;
        plain.pause_count = later.pause_count = 0;
        later.start = random_minute(&dice, plain.start, 5 * 24 * 60);
        assert_true(compute(&later).due.ms >= compute(&plain).due.ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computing_equals_walking_whatever_the_time_zone_of_the_server),
        cmocka_unit_test(the_ladder_equals_walking),
        cmocka_unit_test(a_longer_period_or_a_later_start_never_ends_earlier),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
