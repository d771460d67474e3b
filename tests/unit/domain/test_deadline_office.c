/* Working hours: only the time in which offices are open passes (domain.md §2.4). The same rules meet random cases in
 * test_deadline_walk.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "deadline_builder.h"
#include "deadline_fixture.h"

/* The blocks of office hours or of a season, and how many. */
#define BLOCKS(...)                                                                                          \
    .blocks = (struct office_block[]){__VA_ARGS__},                                                          \
    .block_count = sizeof((struct office_block[]){__VA_ARGS__}) / sizeof(struct office_block)

static void assert_due(const struct deadline_terms *terms, const char *expected)
{
    assert_instant(deadline_of(terms).due, expected);
}

static void only_open_hours_pass_and_the_end_is_a_closing_time_never_an_opening(void **state)
{
    static const struct {
        const char *start;
        int hours;
        const char *due;
    } rows[] = {
        {"2023-03-06T08:30", 1,  "2023-03-06T09:30"},
        {"2023-03-06T11:30", 1,  "2023-03-06T14:30"}, /* half an hour before lunch, half after */
        {"2023-03-06T08:30", 7,  "2023-03-06T17:30"}, /* a whole day: its close, not the next opening */
        {"2023-03-06T14:00", 7,  "2023-03-07T12:00"}, /* and so with the noon */
        {"2023-03-06T07:00", 1,  "2023-03-06T09:30"}, /* before the opening */
        {"2023-03-06T12:00", 1,  "2023-03-06T15:00"}, /* at the close of the morning */
        {"2023-03-06T13:10", 1,  "2023-03-06T15:00"}, /* in the noon break */
        {"2023-03-06T17:30", 1,  "2023-03-07T09:30"}, /* at the close */
        {"2023-03-10T23:00", 1,  "2023-03-13T09:30"}, /* Friday night */
        {"2023-03-11T10:00", 1,  "2023-03-13T09:30"}, /* Saturday */
        {"2023-01-20T16:30", 2,  "2023-01-28T09:30"}, /* over Spring Festival to a worked Saturday */
        {"2023-09-28T17:00", 8,  "2023-10-08T09:00"}, /* 7 and 8 October are worked */
        {"2023-03-06T08:30", 70, "2023-03-17T17:30"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct deadline_terms terms = terms_of_period(rows[i].start, rows[i].hours, UNIT_WORKING_HOUR);
        assert_due(&terms, rows[i].due);
    }
}

static void the_last_day_is_the_day_of_the_due_instant(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-10T17:00", 1, UNIT_WORKING_HOUR);
    struct deadline deadline = deadline_of(&terms);
    assert_int_equal(deadline.last_day.days, date_at("2023-03-13").days);
    assert_int_equal(deadline.unrolled.days, date_at("2023-03-13").days);
    terms.rule.roll = ROLL_ON;
    assert_int_equal(deadline_compute(calendar, &terms, &deadline), DEADLINE_ROLL);
    terms.rule.roll = ROLL_DEFAULT;
    terms.rule.cutoff_minute = 17 * 60;
    assert_int_equal(deadline_compute(calendar, &terms, &deadline), DEADLINE_CUTOFF);
}

static void office_hours_are_given_as_data(void **state)
{
    struct office_hours summer = {BLOCKS({8 * 60, 12 * 60}, {15 * 60, 18 * 60}, {18 * 60, 24 * 60})};
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-07-03T11:00", 2, UNIT_WORKING_HOUR);
    terms.office_hours = &summer;
    assert_due(&terms, "2023-07-03T16:00");
    terms.rule.period.amount = 10; /* one in the morning, nine up to midnight */
    assert_due(&terms, "2023-07-04T00:00");
    terms.rule.period.amount = 11;
    assert_due(&terms, "2023-07-04T09:00");
}

static void a_pause_takes_the_office_time_in_it(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T08:30", 7, UNIT_WORKING_HOUR);
    terms_pause(&terms, arena, "2023-03-06T11:00", "2023-03-06T15:00"); /* two hours of it are open */
    assert_due(&terms, "2023-03-07T10:30");
    terms = terms_of_period("2023-03-06T08:30", 7, UNIT_WORKING_HOUR);
    terms_pause(&terms, arena, "2023-03-06T12:00",
                "2023-03-06T14:00"); /* the noon break costs nothing anyway */
    assert_due(&terms, "2023-03-06T17:30");
    terms = terms_of_period("2023-03-06T08:30", 7, UNIT_WORKING_HOUR);
    terms_pause(&terms, arena, "2023-03-06T17:30", "2023-03-09T09:00"); /* begins at the due: too late */
    assert_due(&terms, "2023-03-06T17:30");
    terms_extend(&terms, arena, 1, UNIT_WORKING_HOUR); /* now it lies within, to half past nine on the 9th */
    assert_due(&terms, "2023-03-09T10:00");
}

static void units_of_time_extend_each_other_from_the_due_instant(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T16:30", 1, UNIT_WORKING_HOUR);
    terms_extend(&terms, arena, 2, UNIT_HOUR); /* by the clock: the evening counts */
    assert_due(&terms, "2023-03-06T19:30");
    terms_extend(&terms, arena, 1, UNIT_WORKING_HOUR);
    assert_due(&terms, "2023-03-07T09:30");
    terms_extend(&terms, arena, 1, UNIT_WORKING_DAY);
    struct deadline deadline;
    assert_int_equal(deadline_compute(calendar, &terms, &deadline), DEADLINE_EXTENSION_UNIT);
}

static void percents_are_of_the_office_time(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T14:00", 7, UNIT_WORKING_HOUR); /* 7th, 12:00 */
    struct deadline deadline = deadline_of(&terms);
    assert_instant(deadline_percent_left(calendar, &terms, &deadline, 50, 510), "2023-03-06T17:30");
    assert_instant(deadline_percent_left(calendar, &terms, &deadline, 100, 510), "2023-03-06T14:00");
    assert_instant(deadline_percent_left(calendar, &terms, &deadline, 0, 510), "2023-03-07T12:00");
    assert_instant(deadline_percent_over(calendar, &terms, &deadline, 100, 510), "2023-03-08T12:00");
}

static void working_hours_in_an_unpublished_year_are_provisional(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2026-12-31T17:00", 1, UNIT_WORKING_HOUR);
    assert_true(deadline_of(&terms).provisional);
    assert_due(&terms, "2027-01-01T09:00"); /* Monday to Friday, for want of a notice */
    terms = terms_of_period("2026-12-31T16:30", 1, UNIT_WORKING_HOUR);
    assert_false(deadline_of(&terms).provisional);
    terms = terms_of_period("2026-12-31T17:00", 20, UNIT_HOUR);
    assert_false(deadline_of(&terms).provisional);
    terms_extend(&terms, arena, 1, UNIT_WORKING_HOUR);
    assert_true(deadline_of(&terms).provisional);
}

static void impossible_office_hours_are_refused_by_block(void **state)
{
    const struct {
        struct office_hours hours;
        enum office_fault fault;
        uint32_t index;
    } rows[] = {
        {{BLOCKS({510, 720})},                                                                    OFFICE_FINE,            9},
        {{BLOCKS({510, 720}, {720, 1440})},                                                       OFFICE_FINE,            9},
        {{.block_count = 0},                                                                      OFFICE_BLOCK_MISSING,   0},
        {{.blocks = (struct office_block[]){{510, 720}}, .block_count = LIMIT_OFFICE_BLOCKS + 1},
         OFFICE_BLOCK_MISSING,                                                                                            0},
        {{BLOCKS({510, 720}, {840, 1441})},                                                       OFFICE_BLOCK_RANGE,     1},
        {{BLOCKS({-1, 720})},                                                                     OFFICE_BLOCK_RANGE,     0},
        {{BLOCKS({720, 510})},                                                                    OFFICE_BLOCK_BACKWARDS, 0},
        {{BLOCKS({510, 720}, {1320, 120})},                                                       OFFICE_BLOCK_BACKWARDS, 1}, /* over midnight */
        {{BLOCKS({510, 510})},                                                                    OFFICE_BLOCK_BACKWARDS, 0},
        {{BLOCKS({510, 720}, {700, 1050})},                                                       OFFICE_BLOCK_ORDER,     1},
        {{BLOCKS({840, 1050}, {510, 720})},                                                       OFFICE_BLOCK_ORDER,     1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct office_place place = {.block = 9};
        assert_int_equal(office_hours_check(&rows[i].hours, &place), rows[i].fault);
        assert_int_equal(place.block, rows[i].index);
        struct deadline_terms terms = terms_of_period("2023-03-06T14:00", 7, UNIT_WORKING_DAY);
        struct deadline deadline;
        terms.office_hours = &rows[i].hours;
        enum deadline_fault expected = rows[i].fault == OFFICE_FINE ? DEADLINE_FINE : DEADLINE_OFFICE_HOURS;
        assert_int_equal(deadline_compute(calendar, &terms, &deadline), expected);
    }
}

static void ten_years_of_hours_cost_no_more_than_one(void **state)
{
    (void)state;
    struct office_hours minute = {BLOCKS({600, 601})};
    struct deadline_terms terms =
        terms_of_period("2023-03-06T10:00", deadline_unit_limit(UNIT_WORKING_HOUR), UNIT_WORKING_HOUR);
    struct deadline deadline;
    assert_int_equal(deadline_compute(calendar, &terms, &deadline), DEADLINE_FINE);
    terms.office_hours = &minute; /* five million working days */
    assert_int_equal(deadline_compute(calendar, &terms, &deadline), DEADLINE_TOO_FAR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_open_hours_pass_and_the_end_is_a_closing_time_never_an_opening),
        cmocka_unit_test(the_last_day_is_the_day_of_the_due_instant),
        cmocka_unit_test(office_hours_are_given_as_data),
        cmocka_unit_test(a_pause_takes_the_office_time_in_it),
        cmocka_unit_test(units_of_time_extend_each_other_from_the_due_instant),
        cmocka_unit_test(percents_are_of_the_office_time),
        cmocka_unit_test(working_hours_in_an_unpublished_year_are_provisional),
        cmocka_unit_test(impossible_office_hours_are_refused_by_block),
        cmocka_unit_test(ten_years_of_hours_cost_no_more_than_one),
    };
    return cmocka_run_group_tests(tests, deadline_set_up, deadline_tear_down);
}
