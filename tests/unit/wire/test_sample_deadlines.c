/* The tables of domain.md against the sample district: what the templates of §4 and the statutory periods of §2.1 come
 * to on days, by the registry's own rules and calendars. The dates stand here as the specification has them, or as
 * counted by hand from the notices; none is taken from the code. Run from the top of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/deadline.h"
#include "domain/recurrence.h"
#include "domain/task_cap.h"
#include "sample_district.h"

static struct arena *arena;
static const struct registry *district;
static const struct calendar *calendar;

static int load(void **state)
{
    int result = sample_district_load(state);
    struct sample_district *sample = *state;
    arena = sample->arena;
    district = &sample->files.registry;
    if (result == 0)
        calendar = calendar_build(arena, district->calendars, district->calendar_count, 1);
    return result;
}

static const struct registry_template *template_of(const char *code)
{
    const struct registry_template *template_ = registry_template(district, code);
    if (template_ == NULL)
        fail_msg("the district has no template %s", code);
    return template_;
}

static struct date date_at(const char *text)
{
    struct date date = DATE_NONE;
    if (!date_from_text(text, &date))
        fail_msg("%s is no date", text);
    return date;
}

static struct instant instant_at(const char *text)
{
    struct instant at = INSTANT_NONE;
    if (!instant_from_text(text, &at))
        fail_msg("%s is no instant", text);
    return at;
}

static const char *due_text(const struct deadline_terms *terms)
{
    struct deadline deadline;
    enum deadline_fault fault = deadline_compute(calendar, terms, &deadline);
    if (fault != DEADLINE_FINE)
        return deadline_fault_code(fault);
    assert_false(deadline.provisional);
    char *text = arena_alloc(arena, INSTANT_TEXT);
    instant_to_text(deadline.due, text);
    return text;
}

/* The last day of a period that is counted in days; what the law counts rolls as §2.4 says. */
static const char *last_day_text(struct duration period, struct duration extension, const char *start)
{
    struct deadline_terms terms = {.rule.period = period, .start = instant_at(start)};
    struct deadline deadline;
    if (extension.unit != UNIT_NONE) {
        terms.extensions = &extension;
        terms.extension_count = 1;
    }
    enum deadline_fault fault = deadline_compute(calendar, &terms, &deadline);
    if (fault != DEADLINE_FINE)
        return deadline_fault_code(fault);
    char *text = arena_alloc(arena, DATE_TEXT);
    date_to_text(deadline.last_day, text);
    return text;
}

/* --- §4 --------------------------------------------------------------------------------------------------------- */

static void each_template_is_due_when_the_speech_says(void **state)
{
    static const struct {
        const char *code, *start;
        bool urgent;
        const char *due;
    } rows[] = {
        {"T1",   "2023-02-06T09:00:00+08:00", false, "2023-03-01T00:00:00+08:00"},
        {"T2",   "2023-02-06T09:00:00+08:00", false, "2023-04-01T00:00:00+08:00"},
        {"T3",   "2023-02-06T09:00:00+08:00", false, "2023-09-29T00:00:00+08:00"},
        {"T5",   "2023-02-06T09:00:00+08:00", false, "2023-04-01T00:00:00+08:00"},
        {"T6",   "2023-02-06T09:00:00+08:00", false, "2023-07-01T00:00:00+08:00"},
        {"T7",   "2023-02-06T09:00:00+08:00", false, "2023-09-29T00:00:00+08:00"},
        {"T8",   "2023-02-06T09:00:00+08:00", false, "2023-04-01T00:00:00+08:00"},
        {"T9",   "2023-02-06T09:00:00+08:00", false,
         "2024-01-01T00:00:00+08:00"                                            }, /* a Sunday: a date does not roll */
        {"T21",  "2023-02-06T09:00:00+08:00", false, "2023-04-01T00:00:00+08:00"},
        {"T13",  "2023-02-06T09:00:00+08:00", false, "2023-03-09T00:00:00+08:00"}, /* 30 days: 8 March */
        {"T13",  "2023-03-23T09:00:00+08:00", false,
         "2023-04-24T00:00:00+08:00"                                            }, /* 22 April rolls to Sunday 23, worked */
        {"T22",  "2023-01-18T10:00:00+08:00", false,
         "2023-01-31T00:00:00+08:00"                                            }, /* 28 and 29 January are worked */
        {"T22",  "2023-09-27T10:00:00+08:00", false, "2023-10-11T00:00:00+08:00"},
        {"T22",  "2023-01-18T23:50:00+08:00", true,  "2023-01-19T00:20:00+08:00"},
        {"T22H", "2023-01-18T10:00:00+08:00", false, "2023-01-20T12:00:00+08:00"}, /* 5.5 + 7 + 3.5 hours */
        {"T23",  "2023-08-07T10:00:00+08:00", false,
         "2023-10-08T00:00:00+08:00"                                            }, /* rolls to a working Saturday */
        {"T24",  "2023-02-06T10:00:00+08:00", false, "2023-03-09T00:00:00+08:00"},
        {"T25",  "2023-09-20T10:00:00+08:00", false, "2023-10-18T00:00:00+08:00"},
        {"T25P", "2023-01-18T10:00:00+08:00", false, "2023-01-31T00:00:00+08:00"},
        {"T32",  "2023-02-06T10:00:00+08:00", false, "2023-02-28T00:00:00+08:00"}, /* Sunday 26 rolls */
        {"T33",  "2023-02-06T10:00:00+08:00", false, "2024-01-01T00:00:00+08:00"},
        {"T34",  "2022-11-30T10:00:00+08:00", false, "2023-03-01T00:00:00+08:00"}, /* no 30 February */
        {"T31",  "2023-02-06T10:00:00+08:00", false, "2023-02-22T00:00:00+08:00"},
        {"T31",  "2023-02-06T10:00:00+08:00", true,
         "2023-02-14T00:00:00+08:00"                                            }, /* 11 February is a Saturday */
        {"XK",   "2023-02-06T10:00:00+08:00", false, "2023-03-07T00:00:00+08:00"},
        {"JB",   "2023-02-06T10:00:00+08:00", false, "2023-02-28T00:00:00+08:00"},
        {"ZFJ",  "2025-06-03T10:00:00+08:00", false, "2025-07-04T00:00:00+08:00"},
        {"ZFQ",  "2025-08-04T10:00:00+08:00", false,
         "2025-10-10T00:00:00+08:00"                                            }, /* 3 October rolls behind 国庆 */
        {"QR",   "2023-08-30T10:00:00+08:00", false, "2023-10-08T00:00:00+08:00"}, /* … to a working Saturday */
        {"XFC",  "2023-02-06T10:00:00+08:00", false, "2023-03-09T00:00:00+08:00"},
        {"XFH",  "2023-02-06T10:00:00+08:00", false, "2023-03-09T00:00:00+08:00"},
        {"XXGK", "2023-01-18T10:00:00+08:00", false,
         "2023-02-21T00:00:00+08:00"                                            }, /* 28 and 29 January are worked */
        {"LH",   "2023-02-06T10:00:00+08:00", false, "2023-04-12T00:00:00+08:00"}, /* but for 5 April */
        {"TS",   "2023-02-06T10:00:00+08:00", false, "2023-04-12T00:00:00+08:00"},
        {"WJ",   "2023-02-06T10:00:00+08:00", false, "2023-03-09T00:00:00+08:00"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct registry_template *template_ = template_of(rows[i].code);
        bool dated = date_is_set(template_->due_date);
        struct deadline_terms terms = {
            .rule = {.period = rows[i].urgent ? template_->due_urgent : template_->due,
                     .date = template_->due_date,
                     .roll = template_->roll,
                     .cutoff_minute = template_->cutoff_minute},
            .start = instant_at(rows[i].start),
            .office_hours = template_->office_hours.block_count > 0 ? &template_->office_hours : NULL,
        };
        if (dated)
            terms.rule.period = (struct duration){UNIT_DATE, 0};
        const char *due = due_text(&terms);
        if (!text_equal(due, rows[i].due))
            fail_msg("%s from %s: %s, not %s", rows[i].code, rows[i].start, due, rows[i].due);
    }
}

static void what_the_speech_leaves_open_asks_for_a_date(void **state)
{
    static const char *const codes[] = {"T4",  "T10", "T11", "T12", "T15", "T18", "T19", "T20",
                                        "T26", "T27", "T28", "T29", "T30", "T35", "T36"};
    (void)state;
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        const struct registry_template *template_ = template_of(codes[i]);
        assert_false(date_is_set(template_->due_date));
        assert_int_equal(template_->due.unit, UNIT_NONE);
        assert_true(template_->date_required);
    }
    assert_string_equal(template_of("T4")->follows, "T2");
    assert_string_equal(template_of("T2")->follows, "T1");
}

/* The example of §4: begun on 02-06, the ten working days end on 02-20, the notice on 03-23, and 6 are left. */
static void the_minimums_of_the_land_taking_leave_six_working_days(void **state)
{
    static const char *const ends[] = {"2023-02-20", "2023-03-23"};
    const struct registry_template *template_ = template_of("T2");
    struct date begins = date_at("2023-02-06"), ends_on = DATE_NONE;
    (void)state;
    assert_int_equal(template_->minimum_count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        struct deadline_terms terms = {
            .rule = {.period = template_->minimums[i].amount, .roll = ROLL_OFF},
            .start = day_start(begins),
        };
        struct deadline deadline;
        assert_int_equal(deadline_compute(calendar, &terms, &deadline), DEADLINE_FINE);
        ends_on = deadline.last_day;
        assert_int_equal(ends_on.days, date_at(ends[i]).days);
        begins = date_add(ends_on, 1);
    }
    assert_int_equal(calendar_working_days_between(calendar, ends_on, template_->due_date), 6);
}

static void recurring_duties_come_on_their_days(void **state)
{
    static const struct {
        const char *code, *after, *day, *due;
    } rows[] = {
        {"T14", "2023-01-01", "2023-03-31", "2023-03-31"},
        {"T14", "2023-03-31", "2024-03-31", "2024-03-31"}, /* a Sunday: 3月31日前 is a date */
        {"T16", "2023-01-31", "2023-02-28", "2023-02-28"},
        {"T16", "2023-08-31", "2023-09-28", "2023-09-28"}, /* the 29th begins the holiday */
        {"T16", "2023-11-30", "2023-12-29", "2023-12-29"},
        {"T17", "2023-02-06", "2023-02-10", "2023-02-13"},
        {"T17", "2023-04-21", "2023-04-28", "2023-05-04"}, /* the minutes after 劳动节 */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct occurrence occurrence;
        assert_true(recurrence_next(&template_of(rows[i].code)->recurrence, calendar,
                                    district->policy.opening_minute, date_at(rows[i].after), &occurrence));
        char day[DATE_TEXT], due[DATE_TEXT];
        date_to_text(occurrence.day, day);
        date_to_text(occurrence.due_day, due);
        if (!text_equal(day, rows[i].day) || !text_equal(due, rows[i].due))
            fail_msg("%s after %s: on %s, due %s", rows[i].code, rows[i].after, day, due);
    }
}

/* --- §2.1 ------------------------------------------------------------------------------------------------------- */

static void statutory_periods_end_on_the_days_of_the_law(void **state)
{
    /* clang-format off */
    static const struct {
        const char *code, *name, *start, *last, *extended;
    } rows[] = {
        {"T13", "转交", "2025-06-03T10:00:00+08:00", "2025-06-17", NULL},
        {"T13", "答复", "2025-06-03T10:00:00+08:00", "2025-07-03", "2025-09-01"},
        {"T23", "告知", "2023-02-06T10:00:00+08:00", "2023-02-21", NULL},
        {"T23", "办理", "2023-08-07T10:00:00+08:00", "2023-10-07", "2023-11-06"}, /* 60 + 30 from the unrolled day */
        {"T24", "转办", "2023-02-06T10:00:00+08:00", "2023-02-13", NULL},
        {"T24", "受理", "2024-02-07T10:00:00+08:00", "2024-02-18", NULL}, /* 8, 9 and Sunday 18, worked */
        {"T24", "答复", "2023-02-06T10:00:00+08:00", "2023-03-08", "2023-04-07"},
        {"TS", "受理", "2023-01-18T10:00:00+08:00", "2023-02-01", NULL},
        {"TS", "调解", "2023-02-06T10:00:00+08:00", "2023-04-11", NULL},
        {"XK", "补正告知", "2023-01-18T10:00:00+08:00", "2023-01-30", NULL},
        {"LH", "补正告知", "2023-01-18T10:00:00+08:00", "2023-01-30", NULL},
        {"XXGK", "征求意见", "2023-02-06T10:00:00+08:00", "2023-02-27", NULL},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct registry_template *template_ = template_of(rows[i].code);
        const struct registry_statutory *found = NULL;
        for (uint32_t k = 0; k < template_->statutory_count; k++) {
            if (text_equal(template_->statutory[k].name, rows[i].name))
                found = &template_->statutory[k];
        }
        if (found == NULL)
            fail_msg("%s has no %s", rows[i].code, rows[i].name);
        const struct duration none = {UNIT_NONE, 0};
        const char *last = last_day_text(found->amount, none, rows[i].start);
        if (!text_equal(last, rows[i].last))
            fail_msg("%s %s: %s, not %s", rows[i].code, rows[i].name, last, rows[i].last);
        assert_int_equal(found->extension.unit != UNIT_NONE, rows[i].extended != NULL);
        if (rows[i].extended == NULL)
            continue;
        const char *extended = last_day_text(found->amount, found->extension, rows[i].start);
        if (!text_equal(extended, rows[i].extended))
            fail_msg("%s %s extended: %s, not %s", rows[i].code, rows[i].name, extended, rows[i].extended);
    }
}

static void clocks_of_the_law_end_on_its_days(void **state)
{
    /* clang-format off */
    static const struct {
        const char *code;
        enum clock_id clock;
        const char *start, *last;
    } rows[] = {
        {"T23", CLOCK_REGISTER, "2023-02-06T10:00:00+08:00", "2023-02-21"}, /* 15 days, §22 */
        {"T23", CLOCK_OBSERVE, "2023-02-06T10:00:00+08:00", "2023-03-08"}, /* 30 days to ask, §35 */
        {"JB", CLOCK_RULE, "2023-01-18T10:00:00+08:00", "2023-02-01"}, /* 7 working days */
        {"T23", CLOCK_OBJECT, "2023-01-18T10:00:00+08:00", "2023-01-30"}, /* 5 working days, 信访工作条例 §23 */
        {"T1", CLOCK_APPEAL, "2023-02-06T10:00:00+08:00", "2023-03-08"}, /* 30 days, 政府督查工作条例 §17 */
        {"T1", CLOCK_APPEAL_DECIDE, "2023-02-06T10:00:00+08:00", "2023-03-08"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct duration none = {UNIT_NONE, 0};
        struct duration amount =
            registry_clock_amount(district, template_of(rows[i].code), rows[i].clock, URGENCY_NORMAL);
        assert_string_equal(last_day_text(amount, none, rows[i].start), rows[i].last);
    }
}

/* 60 + 30 of 信访 (§34), 90 in all of a complaint from 2025 on (§25), 20 + 10 of a licence (§42), 15 + 15 of a clue. */
static void caps_of_the_law_stand_in_the_registry(void **state)
{
    static const struct {
        const char *code, *day;
        struct duration cap;
    } rows[] = {
        {"T23", "2023-02-06", {UNIT_CALENDAR_DAY, 90}},
        {"T13", "2025-06-01", {UNIT_CALENDAR_DAY, 90}},
        {"XK",  "2023-02-06", {UNIT_WORKING_DAY, 30} },
        {"JB",  "2023-02-06", {UNIT_WORKING_DAY, 30} },
        {"T25", "2023-02-06", {UNIT_WORKING_DAY, 15} },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct registry_cap *cap = cap_in_force(template_of(rows[i].code), date_at(rows[i].day));
        assert_non_null(cap);
        assert_int_equal(cap->amount.unit, rows[i].cap.unit);
        assert_int_equal(cap->amount.amount, rows[i].cap.amount);
    }
    assert_null(
        cap_in_force(template_of("T13"), date_at("2025-05-31")));      /* the rules of 2020 had no numbers */
    assert_int_equal(template_of("T12")->debt.late_interest_ppm, 500); /* 0.05 % a day, §17 */
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_template_is_due_when_the_speech_says),
        cmocka_unit_test(what_the_speech_leaves_open_asks_for_a_date),
        cmocka_unit_test(the_minimums_of_the_land_taking_leave_six_working_days),
        cmocka_unit_test(recurring_duties_come_on_their_days),
        cmocka_unit_test(statutory_periods_end_on_the_days_of_the_law),
        cmocka_unit_test(clocks_of_the_law_end_on_its_days),
        cmocka_unit_test(caps_of_the_law_stand_in_the_registry),
    };
    return cmocka_run_group_tests(tests, load, sample_district_unload);
}
