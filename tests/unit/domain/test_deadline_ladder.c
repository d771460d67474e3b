/* The moments at which a deadline warns, and the words in which it explains itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "deadline_builder.h"
#include "deadline_fixture.h"

enum { OPENING = 8 * 60 + 30, CLOSE = 17 * 60 + 30 };

/* --- the ladder --------------------------------------------------------------------------------------------- */

static void working_days_before_and_after_the_last_day_open_with_the_offices(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_date("2023-02-01T10:00", "2023-12-31"); /* a Sunday */
    struct deadline deadline = deadline_of(&terms);
    assert_instant(deadline_before_working_days(calendar, &deadline, 0, OPENING), "2023-12-29T08:30");
    assert_instant(deadline_before_working_days(calendar, &deadline, 1, OPENING), "2023-12-28T08:30");
    assert_instant(deadline_before_working_days(calendar, &deadline, 5, OPENING), "2023-12-22T08:30");
    assert_instant(deadline_after_working_days(calendar, &terms, &deadline, 1, OPENING), "2024-01-02T08:30");
    assert_instant(deadline_after_working_days(calendar, &terms, &deadline, 3, OPENING), "2024-01-04T08:30");
    terms = terms_of_period("2023-09-20T10:00", 10, UNIT_WORKING_DAY); /* 21–28 September, 7–10 October */
    deadline = deadline_of(&terms);
    assert_day(deadline.last_day, "2023-10-10");
    assert_instant(deadline_before_working_days(calendar, &deadline, 3, OPENING), "2023-10-07T08:30");
    assert_instant(deadline_before_working_days(calendar, &deadline, 5, OPENING), "2023-09-27T08:30");
}

static void percents_of_days_are_whole_days_rounded_towards_the_due(void **state)
{
    (void)state;
    struct deadline_terms terms =
        terms_of_period("2023-03-06T10:00", 5, UNIT_WORKING_DAY); /* 13 March, a Monday */
    struct deadline deadline = deadline_of(&terms);
    assert_instant(deadline_percent_left(calendar, &terms, &deadline, 30, OPENING), "2023-03-10T08:30");
    assert_instant(deadline_percent_left(calendar, &terms, &deadline, 15, OPENING), "2023-03-13T08:30");
    assert_instant(deadline_percent_left(calendar, &terms, &deadline, 100, OPENING), "2023-03-06T08:30");
    assert_instant(deadline_percent_over(calendar, &terms, &deadline, 50, OPENING), "2023-03-15T08:30");
    assert_instant(deadline_percent_over(calendar, &terms, &deadline, 100, OPENING), "2023-03-20T08:30");
    assert_instant(deadline_percent_over(calendar, &terms, &deadline, 200, OPENING), "2023-03-27T08:30");

    terms = terms_of_period("2023-03-01T10:00", 30, UNIT_CALENDAR_DAY); /* 31 March */
    deadline = deadline_of(&terms);
    assert_instant(deadline_percent_left(calendar, &terms, &deadline, 30, OPENING), "2023-03-22T08:30");
    assert_instant(deadline_percent_over(calendar, &terms, &deadline, 50, OPENING), "2023-04-15T08:30");

    terms = terms_of_date("2023-03-01T10:00", "2023-03-31"); /* 22 working days */
    deadline = deadline_of(&terms);
    assert_instant(deadline_percent_left(calendar, &terms, &deadline, 20, OPENING), "2023-03-27T08:30");
}

static void less_than_a_day_over_is_the_due_instant_itself(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T10:00", 1, UNIT_WORKING_DAY);
    struct deadline deadline = deadline_of(&terms);
    assert_instant(deadline_percent_over(calendar, &terms, &deadline, 50, OPENING), "2023-03-08T00:00");
    assert_instant(deadline_percent_over(calendar, &terms, &deadline, 100, OPENING), "2023-03-08T08:30");
}

static void percents_of_minutes_are_exact(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T10:00", 30, UNIT_MINUTE);
    struct deadline deadline = deadline_of(&terms);
    assert_instant(deadline_percent_left(calendar, &terms, &deadline, 50, OPENING), "2023-03-06T10:15");
    assert_instant(deadline_percent_left(calendar, &terms, &deadline, 0, OPENING), "2023-03-06T10:30");
    assert_instant(deadline_percent_over(calendar, &terms, &deadline, 100, OPENING), "2023-03-06T11:00");
    terms_pause(&terms, arena, "2023-03-06T10:10", "2023-03-06T11:10");
    deadline = deadline_of(&terms);
    assert_instant(deadline_percent_left(calendar, &terms, &deadline, 50, OPENING), "2023-03-06T11:15");
    assert_instant(deadline_percent_over(calendar, &terms, &deadline, 50, OPENING), "2023-03-06T11:45");
}

static void a_pause_after_expiry_freezes_the_overrun(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T10:00", 5, UNIT_WORKING_DAY); /* 13 March */
    terms_pause(&terms, arena, "2023-03-14T10:00", "2023-03-16T10:00"); /* 15 and 16 March */
    struct deadline deadline = deadline_of(&terms);
    assert_day(deadline.last_day, "2023-03-13");
    assert_instant(deadline_after_working_days(calendar, &terms, &deadline, 1, OPENING), "2023-03-14T08:30");
    assert_instant(deadline_after_working_days(calendar, &terms, &deadline, 3, OPENING), "2023-03-20T08:30");
    assert_instant(deadline_percent_over(calendar, &terms, &deadline, 50, OPENING), "2023-03-17T08:30");
}

static void allowed_working_days_leave_pauses_out(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-06T10:00", 10, UNIT_WORKING_DAY);
    terms_pause(&terms, arena, "2023-03-08T09:00", "2023-03-13T16:00");
    struct deadline deadline = deadline_of(&terms);
    assert_int_equal(deadline_allowed_working_days(calendar, &terms, &deadline), 10);
    terms = terms_of_date("2023-03-23T10:00", "2023-03-31");
    deadline = deadline_of(&terms);
    assert_int_equal(deadline_allowed_working_days(calendar, &terms, &deadline), 6);
    terms = terms_of_period("2023-03-23T10:00", 30, UNIT_MINUTE);
    deadline = deadline_of(&terms);
    assert_int_equal(deadline_allowed_working_days(calendar, &terms, &deadline), 0);
}

/* --- words -------------------------------------------------------------------------------------------------- */

static void assert_explained(const struct deadline_terms *terms, const char *expected)
{
    struct deadline deadline = deadline_of(terms);
    assert_string_equal(deadline_explain(calendar, terms, &deadline, arena), expected);
}

static void a_deadline_explains_itself(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-01-18T10:00", 5, UNIT_WORKING_DAY);
    assert_explained(&terms,
                     "自2023年1月18日(当日不计入)起5个工作日,最后一日为2023年1月30日(星期一),当日24:00截止。"
                     "工作日依国办发明电〔2022〕16号计。");
    terms = terms_of_period("2023-08-07T10:00", 60, UNIT_CALENDAR_DAY);
    assert_explained(&terms,
                     "自2023年8月7日(当日不计入)起60日,期满日2023年10月6日(星期五)为休息日,中秋节、国庆节,"
                     "顺延至2023年10月7日(星期六),当日24:00截止。工作日依国办发明电〔2022〕16号计。");
    terms = terms_of_date("2023-02-01T10:00", "2023-03-31");
    terms.rule.cutoff_minute = CLOSE;
    assert_explained(&terms, "期限定为2023年3月31日(星期五),当日17:30截止。");
    terms = terms_of_period("2023-03-06T10:00", 30, UNIT_MINUTE);
    assert_explained(&terms, "自2023年3月6日10:00起30分钟,2023年3月6日10:30届满。");
    terms = terms_of_period("2026-12-25T10:00", 5, UNIT_WORKING_DAY);
    terms_pause(&terms, arena, "2026-12-28T09:00", "2026-12-29T09:00");
    terms_extend(&terms, arena, 3, UNIT_WORKING_DAY);
    assert_explained(&terms, "自2026年12月25日(当日不计入)起5个工作日,延期3个工作日,"
                             "2026年12月28日09:00至2026年12月29日09:00中止(不计入),"
                             "最后一日为2027年1月7日(星期四),当日24:00截止。工作日依国办发明电〔2025〕7号计。"
                             "2027年放假安排尚未公布,暂按周一至周五为工作日,本时限为暂定。");
}

static void durations_have_words_in_both_languages(void **state)
{
    (void)state;
    struct duration five = {UNIT_WORKING_DAY, 5}, one = {UNIT_MONTH, 1}, date = {UNIT_DATE, 0};
    assert_string_equal(duration_text_zh(&five, arena), "5个工作日");
    assert_string_equal(duration_text_en(&five, arena), "5 working days");
    assert_string_equal(duration_text_zh(&one, arena), "1个月");
    assert_string_equal(duration_text_en(&one, arena), "1 month");
    assert_string_equal(duration_text_zh(&date, arena), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(working_days_before_and_after_the_last_day_open_with_the_offices),
        cmocka_unit_test(percents_of_days_are_whole_days_rounded_towards_the_due),
        cmocka_unit_test(less_than_a_day_over_is_the_due_instant_itself),
        cmocka_unit_test(percents_of_minutes_are_exact),
        cmocka_unit_test(a_pause_after_expiry_freezes_the_overrun),
        cmocka_unit_test(allowed_working_days_leave_pauses_out),
        cmocka_unit_test(a_deadline_explains_itself),
        cmocka_unit_test(durations_have_words_in_both_languages),
    };
    return cmocka_run_group_tests(tests, deadline_set_up, deadline_tear_down);
}
