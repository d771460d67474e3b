/* Where periods end: by hand, as the law and domain.md say. The same rules meet random cases in
 * test_deadline_walk.c; terms that are refused stand in test_deadline_faults.c,
 * the ladder's moments and the words in test_deadline_ladder.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

#include "deadline_builder.h"
#include "deadline_fixture.h"

enum { CLOSE = 17 * 60 + 30 };

static void assert_last_day(const struct deadline_terms *terms, const char *expected)
{
    assert_day(deadline_of(terms).last_day, expected);
}

/* --- periods ------------------------------------------------------------------------------------------------ */

static const struct vector {
    const char *start;
    int amount;
    enum deadline_unit unit;
    const char *last_day;
} vectors[] = {
    {"2023-01-18T00:00", 5,  UNIT_WORKING_DAY,  "2023-01-30"},
    {"2023-01-18T23:59", 5,  UNIT_WORKING_DAY,  "2023-01-30"}, /* the first day never counts */
    {"2023-09-27T10:00", 5,  UNIT_WORKING_DAY,  "2023-10-10"},
    {"2025-09-30T10:00", 5,  UNIT_WORKING_DAY,  "2025-10-14"},
    {"2026-02-13T10:00", 5,  UNIT_WORKING_DAY,  "2026-02-27"},
    {"2025-09-26T10:00", 10, UNIT_WORKING_DAY,  "2025-10-16"},
    {"2023-08-07T10:00", 60, UNIT_CALENDAR_DAY, "2023-10-07"}, /* a worked Saturday after the holiday */
    {"2023-03-01T10:00", 30, UNIT_CALENDAR_DAY, "2023-03-31"},
    {"2023-02-21T10:00", 30, UNIT_CALENDAR_DAY, "2023-03-23"},
    {"2023-01-31T10:00", 1,  UNIT_MONTH,        "2023-02-28"},
    {"2024-01-31T10:00", 1,  UNIT_MONTH,        "2024-02-29"},
    {"2023-11-30T10:00", 3,  UNIT_MONTH,        "2024-02-29"},
    {"2022-12-31T10:00", 1,  UNIT_MONTH,        "2023-01-31"},
    {"2023-03-01T10:00", 7,  UNIT_MONTH,        "2023-10-07"}, /* 1 October, rolled */
};

static void periods_end_on_the_days_of_the_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        struct deadline_terms terms = terms_of_period(vectors[i].start, vectors[i].amount, vectors[i].unit);
        assert_last_day(&terms, vectors[i].last_day);
    }
}

static void the_time_zone_of_the_server_changes_nothing(void **state)
{
    static const char *const zones[] = {"UTC", "America/New_York", "Pacific/Kiritimati", "Asia/Shanghai"};
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        periods_end_on_the_days_of_the_vectors(state);
    }
    unsetenv("TZ");
    tzset();
}

static void a_day_ends_at_midnight_or_at_the_close_of_business(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-24T10:00", 5, UNIT_WORKING_DAY);
    assert_instant(deadline_of(&terms).due, "2023-04-01T00:00");
    terms.rule.cutoff_minute = CLOSE;
    assert_instant(deadline_of(&terms).due, "2023-03-31T17:30");
    assert_int_equal(deadline_of(&terms).calendar_version, FIXTURE_VERSION);
}

static void minutes_and_hours_run_from_the_given_moment(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-31T23:45", 30, UNIT_MINUTE);
    struct deadline deadline = deadline_of(&terms);
    assert_instant(deadline.due, "2023-04-01T00:15");
    assert_day(deadline.last_day, "2023-04-01");
    terms = terms_of_period("2023-09-29T10:00", 48, UNIT_HOUR); /* holidays do not stop a clock of hours */
    assert_instant(deadline_of(&terms).due, "2023-10-01T10:00");
    terms_extend(&terms, arena, 30, UNIT_MINUTE);
    assert_instant(deadline_of(&terms).due, "2023-10-01T10:30");
}

static void an_act_at_the_due_instant_is_in_time_and_after_it_late(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-24T10:00", 5, UNIT_WORKING_DAY);
    struct deadline deadline = deadline_of(&terms);
    assert_false(deadline_is_missed(&deadline, instant_at("2023-04-01T00:00")));
    assert_true(deadline_is_missed(&deadline, instant_add(instant_at("2023-04-01T00:00"), 1)));
}

static void a_date_stays_on_a_rest_day_unless_the_rule_rolls_it(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_date("2023-02-01T10:00", "2023-12-31");
    assert_last_day(&terms, "2023-12-31");
    terms.rule.roll = ROLL_ON;
    struct deadline deadline = deadline_of(&terms);
    assert_day(deadline.last_day, "2024-01-02");
    assert_day(deadline.unrolled, "2023-12-31");
}

static void rolling_can_be_switched_off_and_does_nothing_to_working_days(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-08-07T10:00", 60, UNIT_CALENDAR_DAY);
    terms.rule.roll = ROLL_OFF;
    assert_last_day(&terms, "2023-10-06");
    terms = terms_of_period("2023-09-27T10:00", 5, UNIT_WORKING_DAY);
    terms.rule.roll = ROLL_ON;
    assert_last_day(&terms, "2023-10-10");
}

static void a_date_before_the_start_is_past_not_faulty(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_date("2023-04-10T10:00", "2023-03-31");
    assert_instant(deadline_of(&terms).due, "2023-04-01T00:00");
    assert_int_equal(deadline_allowed_working_days(calendar, &terms,
                                                   &(struct deadline){.last_day = date_at("2023-03-31")}),
                     0);
}

/* --- extensions --------------------------------------------------------------------------------------------- */

static void an_extension_counts_on_from_the_unrolled_last_day(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-08-07T10:00", 60, UNIT_CALENDAR_DAY);
    assert_last_day(&terms, "2023-10-07");
    terms_extend(&terms, arena, 30, UNIT_CALENDAR_DAY); /* from 6 October: 5 November, a Sunday */
    struct deadline deadline = deadline_of(&terms);
    assert_day(deadline.unrolled, "2023-11-05");
    assert_day(deadline.last_day, "2023-11-06");
}

static void extensions_in_other_units_follow_in_the_order_granted(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-01-18T10:00", 5, UNIT_WORKING_DAY); /* 30 January */
    terms_extend(&terms, arena, 1, UNIT_MONTH);                                             /* 28 February */
    terms_extend(&terms, arena, 3, UNIT_WORKING_DAY);                                       /* 3 March */
    assert_last_day(&terms, "2023-03-03");
    terms = terms_of_date("2023-02-01T10:00", "2023-03-31");
    terms_extend(&terms, arena, 8,
                 UNIT_CALENDAR_DAY); /* 8 April, a Saturday: a part in calendar days rolls */
    assert_last_day(&terms, "2023-04-10");
    terms = terms_of_date("2023-02-01T10:00", "2023-12-31");
    terms_extend(&terms, arena, 1, UNIT_WORKING_DAY);
    assert_last_day(&terms, "2024-01-02");
}

/* --- pauses ------------------------------------------------------------------------------------------------- */

static void a_pause_excludes_the_days_after_its_first_up_to_its_last(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T10:00", 10, UNIT_WORKING_DAY);
    assert_last_day(&terms, "2023-03-20");
    terms_pause(&terms, arena, "2023-03-08T09:00", "2023-03-13T16:00"); /* excludes 9, 10 and 13 March */
    assert_last_day(&terms, "2023-03-23");
    terms = terms_of_period("2023-03-01T10:00", 30, UNIT_CALENDAR_DAY);
    terms_pause(&terms, arena, "2023-03-08T09:00", "2023-03-13T16:00"); /* five days */
    assert_last_day(&terms, "2023-04-06");                              /* 5 April is Qingming */
    terms = terms_of_period("2023-03-01T10:00", 1, UNIT_MONTH);
    terms_pause(&terms, arena, "2023-03-08T09:00", "2023-03-13T16:00");
    assert_last_day(&terms, "2023-04-06");
}

static void a_pause_within_one_day_or_after_expiry_excludes_nothing(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T10:00", 10, UNIT_WORKING_DAY);
    terms_pause(&terms, arena, "2023-03-08T09:00", "2023-03-08T16:00");
    terms_pause(&terms, arena, "2023-03-20T17:00", "2023-03-27T09:00"); /* begins on the last day */
    assert_last_day(&terms, "2023-03-20");
}

static void a_pause_is_clipped_to_the_start_day(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T10:00", 10, UNIT_WORKING_DAY);
    terms_pause(&terms, arena, "2023-02-01T09:00", "2023-03-07T16:00"); /* only 7 March counts */
    assert_last_day(&terms, "2023-03-21");
}

static void an_open_pause_excludes_up_to_the_day_of_asking(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T10:00", 10, UNIT_WORKING_DAY);
    terms_pause(&terms, arena, "2023-03-08T09:00", "");
    terms.asked_at = instant_at("2023-03-08T18:00");
    assert_last_day(&terms, "2023-03-20");
    terms.asked_at = instant_at("2023-03-15T00:00"); /* 9, 10, 13, 14, 15 */
    assert_last_day(&terms, "2023-03-27");
}

static void an_end_pushed_into_the_next_pause_is_pushed_on(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T10:00", 5, UNIT_WORKING_DAY); /* 13 March */
    terms_pause(&terms, arena, "2023-03-08T09:00", "2023-03-10T16:00");                     /* 15 March */
    terms_pause(&terms, arena, "2023-03-14T09:00", "2023-03-16T16:00");
    assert_last_day(&terms, "2023-03-17");
}

static void a_pause_of_hours_takes_exactly_its_duration(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T10:00", 2, UNIT_HOUR);
    terms_pause(&terms, arena, "2023-03-06T09:00", "2023-03-06T10:10"); /* ten minutes of it */
    terms_pause(&terms, arena, "2023-03-06T11:00", "2023-03-06T11:30");
    terms_pause(&terms, arena, "2023-03-06T12:40", "2023-03-06T13:40"); /* begins at the due: too late */
    assert_instant(deadline_of(&terms).due, "2023-03-06T12:40");
    terms_extend(&terms, arena, 30, UNIT_MINUTE); /* now it lies within */
    assert_instant(deadline_of(&terms).due, "2023-03-06T14:10");
}

static void a_date_and_its_extensions_know_no_pause(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_date("2023-03-01T10:00", "2023-03-31");
    terms_pause(&terms, arena, "2023-03-08T09:00", "2023-04-13T16:00");
    assert_last_day(&terms, "2023-03-31");
    terms_extend(&terms, arena, 5, UNIT_WORKING_DAY);
    assert_last_day(&terms, "2023-04-10");
}

/* --- provisional -------------------------------------------------------------------------------------------- */

static void what_needs_an_unpublished_calendar_is_provisional(void **state)
{
    static const struct {
        const char *start;
        int amount;
        enum deadline_unit unit;
        enum roll roll;
        bool provisional;
    } rows[] = {
        {"2026-12-20T10:00", 5,  UNIT_WORKING_DAY,  ROLL_DEFAULT, false},
        {"2026-12-28T10:00", 5,  UNIT_WORKING_DAY,  ROLL_DEFAULT, true },
        {"2021-12-31T10:00", 1,  UNIT_WORKING_DAY,  ROLL_DEFAULT, true }, /* the start day is included */
        {"2022-01-01T10:00", 1,  UNIT_WORKING_DAY,  ROLL_DEFAULT, false},
        {"2026-12-28T10:00", 5,  UNIT_CALENDAR_DAY, ROLL_DEFAULT, true },
        {"2026-12-28T10:00", 5,  UNIT_CALENDAR_DAY, ROLL_OFF,     false}, /* counts without a calendar */
        {"2026-12-01T10:00", 30, UNIT_CALENDAR_DAY, ROLL_DEFAULT, false},
        {"2026-12-28T10:00", 90, UNIT_HOUR,         ROLL_DEFAULT, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct deadline_terms terms = terms_of_period(rows[i].start, rows[i].amount, rows[i].unit);
        terms.rule.roll = rows[i].roll;
        assert_int_equal(deadline_of(&terms).provisional, rows[i].provisional);
    }
    struct deadline_terms terms = terms_of_date("2026-10-01T10:00", "2027-03-31");
    assert_false(deadline_of(&terms).provisional);
    terms_extend(&terms, arena, 1, UNIT_WORKING_DAY);
    assert_true(deadline_of(&terms).provisional);
}

static void both_ends_of_the_count_may_make_it_provisional(void **state)
{
    (void)state;
    struct deadline_terms terms =
        terms_of_date("2022-01-05T10:00", "2021-12-31"); /* past, and its year unpublished */
    terms.rule.roll = ROLL_ON;
    assert_true(deadline_of(&terms).provisional);

    const struct calendar *until_2023 = calendar_build(arena, calendar_fixture_years(arena), 2, 1);
    terms = terms_of_date("2023-11-01T10:00", "2023-12-31"); /* a Sunday: rolls into the unpublished year */
    terms.rule.roll = ROLL_ON;
    struct deadline deadline = {0};
    assert_int_equal(deadline_compute(until_2023, &terms, &deadline), DEADLINE_FINE);
    assert_day(deadline.last_day, "2024-01-01");
    assert_true(deadline.provisional);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_end_on_the_days_of_the_vectors),
        cmocka_unit_test(the_time_zone_of_the_server_changes_nothing),
        cmocka_unit_test(a_day_ends_at_midnight_or_at_the_close_of_business),
        cmocka_unit_test(minutes_and_hours_run_from_the_given_moment),
        cmocka_unit_test(an_act_at_the_due_instant_is_in_time_and_after_it_late),
        cmocka_unit_test(a_date_stays_on_a_rest_day_unless_the_rule_rolls_it),
        cmocka_unit_test(rolling_can_be_switched_off_and_does_nothing_to_working_days),
        cmocka_unit_test(a_date_before_the_start_is_past_not_faulty),
        cmocka_unit_test(an_extension_counts_on_from_the_unrolled_last_day),
        cmocka_unit_test(extensions_in_other_units_follow_in_the_order_granted),
        cmocka_unit_test(a_pause_excludes_the_days_after_its_first_up_to_its_last),
        cmocka_unit_test(a_pause_within_one_day_or_after_expiry_excludes_nothing),
        cmocka_unit_test(a_pause_is_clipped_to_the_start_day),
        cmocka_unit_test(an_open_pause_excludes_up_to_the_day_of_asking),
        cmocka_unit_test(an_end_pushed_into_the_next_pause_is_pushed_on),
        cmocka_unit_test(a_pause_of_hours_takes_exactly_its_duration),
        cmocka_unit_test(a_date_and_its_extensions_know_no_pause),
        cmocka_unit_test(what_needs_an_unpublished_calendar_is_provisional),
        cmocka_unit_test(both_ends_of_the_count_may_make_it_provisional),
    };
    return cmocka_run_group_tests(tests, deadline_set_up, deadline_tear_down);
}
