/* Obligations that come again (domain.md §4, T14, T16, T17): on which day, due when, opened when, whatever the notices
 * say. The days are those of the notices for 2023 and 2024. */
#include "domain/recurrence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"

enum { OPENING = 8 * 60 + 30, CHAIN = 400 };

static struct arena *arena;
static const struct calendar *calendar;

static const struct recurrence yearly = {
    .every = EVERY_YEAR, .month = 3, .month_day = 31, .create_before = 20};
static const struct recurrence monthly = {
    .every = EVERY_MONTH, .last_working_day = true, .create_before = 10};
static const struct recurrence weekly = {
    .every = EVERY_WEEK, .weekday = 5, .due_after = {UNIT_WORKING_DAY, 1},
            .create_before = 2
};
static const struct recurrence on_the_31st = {.every = EVERY_MONTH, .month_day = 31};

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    calendar = calendar_fixture(arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct occurrence next(const struct recurrence *recurrence, struct date after)
{
    struct occurrence occurrence;
    assert_true(recurrence_next(recurrence, calendar, OPENING, after, &occurrence));
    return occurrence;
}

static void assert_date(struct date actual, const char *expected)
{
    char text[DATE_TEXT];
    date_to_text(actual, text);
    assert_string_equal(text, expected);
}

static void each_kind_comes_on_its_day_and_is_opened_in_time(void **state)
{
    /* clang-format off */
    static const struct {
        const struct recurrence *recurrence;
        const char *after, *day, *due, *opens, *label;
    } rows[] = {
        {&yearly, "2023-01-01", "2023-03-31", "2023-03-31", "2023-03-03", "2023"},
        {&yearly, "2023-03-30", "2023-03-31", "2023-03-31", "2023-03-03", "2023"},
        {&yearly, "2023-03-31", "2024-03-31", "2024-03-31", "2024-03-04", "2024"}, /* a Sunday */
        {&monthly, "2023-01-31", "2023-02-28", "2023-02-28", "2023-02-14", "2023-02"},
        {&monthly, "2023-08-31", "2023-09-28", "2023-09-28", "2023-09-14", "2023-09"},
        {&monthly, "2022-12-31", "2023-01-31", "2023-01-31", "2023-01-12", "2023-01"},
        {&weekly, "2023-02-06", "2023-02-10", "2023-02-13", "2023-02-08", "2023-02-10"},
        {&weekly, "2023-01-20", "2023-01-28", "2023-01-29", "2023-01-19", "2023-01-28"}, /* Saturday, worked */
        {&weekly, "2023-06-16", "2023-06-25", "2023-06-26", "2023-06-20", "2023-06-25"}, /* Sunday, worked */
        {&on_the_31st, "2023-01-31", "2023-02-28", "2023-02-28", "2023-02-28", "2023-02"},
        {&on_the_31st, "2024-02-28", "2024-02-29", "2024-02-29", "2024-02-29", "2024-02"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct occurrence occurrence = next(rows[i].recurrence, date_at(rows[i].after));
        char day[DATE_TEXT], due[DATE_TEXT], opens[DATE_TEXT];
        date_to_text(occurrence.day, day);
        date_to_text(occurrence.due_day, due);
        date_to_text(date_of(occurrence.opens_at), opens);
        const char *label = recurrence_label(rows[i].recurrence, &occurrence, arena);
        if (!text_equal(day, rows[i].day) || !text_equal(due, rows[i].due) ||
            !text_equal(opens, rows[i].opens) || !text_equal(label, rows[i].label))
            fail_msg("row %zu, after %s: on %s, due %s, opens %s, label %s", i, rows[i].after, day, due,
                     opens, label);
        assert_true(occurrence.opens_at.ms == day_at(date_of(occurrence.opens_at), OPENING).ms);
        assert_false(occurrence.provisional);
        assert_int_equal(occurrence.left_out_count, 0);
    }
}

/* Friday 29 September 2023 begins a holiday that lasts to the end of its week and beyond. */
static void a_week_without_a_working_day_from_its_weekday_on_is_left_out(void **state)
{
    (void)state;
    struct occurrence occurrence = next(&weekly, date_at("2023-09-22"));
    assert_date(occurrence.day, "2023-10-07");
    assert_date(occurrence.planned, "2023-10-06");
    assert_date(occurrence.left_out, "2023-09-29");
    assert_int_equal(occurrence.left_out_count, 1);
    assert_date(occurrence.due_day, "2023-10-08");
}

static void after_its_last_day_it_comes_no_more(void **state)
{
    struct recurrence ends = weekly;
    struct occurrence occurrence;
    (void)state;
    ends.until = date_at("2023-02-10");
    assert_true(recurrence_next(&ends, calendar, OPENING, date_at("2023-02-09"), &occurrence));
    memset(&occurrence, 0x5a, sizeof occurrence);
    struct occurrence before = occurrence;
    assert_false(recurrence_next(&ends, calendar, OPENING, date_at("2023-02-10"), &occurrence));
    assert_memory_equal(&occurrence, &before, sizeof occurrence);
    struct recurrence never = {.every = EVERY_NONE};
    assert_false(recurrence_next(&never, calendar, OPENING, date_at("2023-02-10"), &occurrence));
}

static void a_year_without_a_notice_makes_it_provisional(void **state)
{
    (void)state;
    assert_true(next(&weekly, date_at("2027-01-05")).provisional);
    assert_true(next(&monthly, date_at("2026-12-31")).provisional);
    assert_false(next(&weekly, date_at("2026-06-01")).provisional);
}

/* One behind the other, none twice, none in the past of the one before, and the weekly ones only on working days. */
static void a_chain_of_them_goes_forward_by_one_period_each(void **state)
{
    static const struct recurrence *const kinds[] = {&yearly, &monthly, &weekly, &on_the_31st};
    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct date after = date_at("2022-01-01");
        for (int k = 0; k < CHAIN && after.days < date_at("2026-11-30").days; k++) {
            struct occurrence occurrence = next(kinds[i], after);
            assert_true(occurrence.day.days > after.days);
            assert_true(occurrence.day.days <= occurrence.period_last.days);
            assert_true(occurrence.due_day.days >= occurrence.day.days);
            assert_true(occurrence.opens_at.ms <= day_at(occurrence.day, OPENING).ms);
            if (kinds[i] == &weekly || kinds[i] == &monthly)
                assert_true(calendar_is_working(calendar, occurrence.day));
            /* Whatever day of its period is asked from, the next one is the same. */
            struct occurrence again = next(kinds[i], date_add(occurrence.day, -1));
            assert_int_equal(again.day.days, occurrence.day.days);
            struct occurrence following = next(kinds[i], occurrence.day);
            assert_true(following.day.days > occurrence.period_last.days);
            after = occurrence.day;
        }
    }
}

static void a_rule_that_makes_no_sense_names_its_field(void **state)
{
    static const struct {
        struct recurrence recurrence;
        const char *field;
    } rows[] = {
        {{.every = EVERY_WEEK, .weekday = 0},                "weekday"  },
        {{.every = EVERY_WEEK, .weekday = 8},                "weekday"  },
        {{.every = EVERY_MONTH},                             "month_day"},
        {{.every = EVERY_MONTH, .month_day = 32},            "month_day"},
        {{.every = EVERY_YEAR, .month = 13, .month_day = 1}, "month"    },
        {{.every = EVERY_YEAR, .month_day = 1},              "month"    },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *field = "";
        const char *fault = recurrence_fault(&rows[i].recurrence, &field);
        if (fault == NULL || strstr(field, rows[i].field) == NULL)
            fail_msg("row %zu: %s %s", i, fault == NULL ? "no fault" : fault, field);
    }
    static const struct recurrence *const sound[] = {&yearly, &monthly, &weekly, &on_the_31st};
    const char *field;
    for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++)
        assert_null(recurrence_fault(sound[i], &field));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_comes_on_its_day_and_is_opened_in_time),
        cmocka_unit_test(a_week_without_a_working_day_from_its_weekday_on_is_left_out),
        cmocka_unit_test(after_its_last_day_it_comes_no_more),
        cmocka_unit_test(a_year_without_a_notice_makes_it_provisional),
        cmocka_unit_test(a_chain_of_them_goes_forward_by_one_period_each),
        cmocka_unit_test(a_rule_that_makes_no_sense_names_its_field),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
