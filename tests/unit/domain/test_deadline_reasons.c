/* Why a deadline lies where it lies: codes with values, each excluded range with the notice it rests on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "deadline_builder.h"
#include "deadline_fixture.h"
#include "domain/deadline_reasons.h"

static const struct deadline_reason *reasons_of(const struct deadline_terms *terms)
{
    struct deadline deadline = {0};
    assert_int_equal(deadline_compute(calendar, terms, &deadline), DEADLINE_FINE);
    return deadline_reasons(calendar, terms, &deadline, arena);
}

/* "code value value …; code …", without empty values. */
static void assert_reasons(const struct deadline_terms *terms, const char *expected)
{
    const char *text = "";
    for (const struct deadline_reason *reason = reasons_of(terms); reason != NULL; reason = reason->next) {
        text = arena_format(arena, "%s%s%s", text, text[0] == '\0' ? "" : "; ", reason->code);
        for (unsigned i = 0; i < reason->value_count; i++)
            if (reason->values[i].value[0] != '\0')
                text = arena_format(arena, "%s %s", text, reason->values[i].value);
    }
    assert_string_equal(text, expected);
}

static void holidays_make_up_days_and_weekends_of_a_count_are_named(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-01-18T10:00", 7, UNIT_WORKING_DAY);
    terms_extend(&terms, arena, 3, UNIT_WORKING_DAY);
    assert_reasons(&terms, "start_day 2023-01-18 民法典 §201; period 7 working_day; "
                           "holiday 2023-01-21 2023-01-27 春节 国办发明电〔2022〕16号; "
                           "make_up_day 2023-01-28 2023-01-29 春节补班 国办发明电〔2022〕16号; "
                           "extension 3 working_day; weekend 2; cutoff 2023-02-06 24:00 民法典 §203");
}

static void what_counts_by_the_calendar_day_excludes_nothing_and_may_roll(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-08-07T10:00", 60, UNIT_CALENDAR_DAY);
    terms.rule.cutoff_minute = 17 * 60 + 30;
    assert_reasons(&terms, "start_day 2023-08-07 民法典 §201; period 60 calendar_day; "
                           "roll 2023-10-06 2023-10-07 中秋节、国庆节 国办发明电〔2022〕16号 民法典 §203; "
                           "cutoff 2023-10-07 17:30 民法典 §203");
    terms_extend(&terms, arena, 1, UNIT_WORKING_DAY); /* only this leg knows rest days */
    assert_reasons(&terms,
                   "start_day 2023-08-07 民法典 §201; period 60 calendar_day; "
                   "extension 1 working_day; make_up_day 2023-10-07 国庆节补班 国办发明电〔2022〕16号; "
                   "cutoff 2023-10-07 17:30 民法典 §203");
}

static void months_dates_and_hours_have_their_own_beginnings(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-03-01T10:00", 1, UNIT_MONTH);
    assert_reasons(&terms, "start_day 2023-03-01 民法典 §201; period 1 month 民法典 §202; "
                           "roll 2023-04-01 2023-04-03 民法典 §203; cutoff 2023-04-03 24:00 民法典 §203");
    terms = terms_of_date("2023-03-01T10:00", "2023-03-31");
    terms_pause(&terms, arena, "2023-03-08T09:00", "2023-03-13T16:00"); /* moves no date, explains none */
    assert_reasons(&terms, "date 2023-03-31; cutoff 2023-03-31 24:00 民法典 §203");
    terms = terms_of_period("2023-03-10T17:00", 1, UNIT_WORKING_HOUR);
    terms_pause(&terms, arena, "2023-03-13T08:45", "2023-03-13T09:30");
    assert_reasons(&terms, "start_moment 2023-03-10T17:00:00+08:00 民法典 §201; period 1 working_hour; "
                           "office_hours 08:30-12:00, 14:00-17:30; weekend 2; "
                           "pause 2023-03-13T08:45:00+08:00 2023-03-13T09:30:00+08:00; "
                           "end_moment 2023-03-13T09:45:00+08:00");
}

static void an_unpublished_year_is_named(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_date("2026-12-01T10:00", "2027-01-04");
    terms.rule.roll = ROLL_ON;
    assert_reasons(&terms, "date 2027-01-04; cutoff 2027-01-04 24:00 民法典 §203; provisional 2027");
}

static void reasons_are_sentences_in_both_languages(void **state)
{
    (void)state;
    struct deadline_terms terms = terms_of_period("2023-01-18T10:00", 5, UNIT_WORKING_DAY);
    const struct deadline_reason *start = reasons_of(&terms), *holiday = start->next->next;
    assert_string_equal(deadline_reason_text(start->next, LANGUAGE_ZH, arena), "期间为5个工作日。");
    assert_string_equal(deadline_reason_text(start->next, LANGUAGE_EN, arena),
                        "The period is 5 working days.");
    assert_string_equal(deadline_reason_text(holiday, LANGUAGE_EN, arena),
                        "2023-01-21 to 2023-01-27 春节: holiday, not counted (国办发明电〔2022〕16号).");
    for (const struct deadline_reason *reason = start; reason != NULL; reason = reason->next) {
        assert_null(strchr(deadline_reason_text(reason, LANGUAGE_ZH, arena), '?'));
        assert_null(strchr(deadline_reason_text(reason, LANGUAGE_EN, arena), '?'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holidays_make_up_days_and_weekends_of_a_count_are_named),
        cmocka_unit_test(what_counts_by_the_calendar_day_excludes_nothing_and_may_roll),
        cmocka_unit_test(months_dates_and_hours_have_their_own_beginnings),
        cmocka_unit_test(an_unpublished_year_is_named),
        cmocka_unit_test(reasons_are_sentences_in_both_languages),
    };
    return cmocka_run_group_tests(tests, deadline_set_up, deadline_tear_down);
}
