/* The feasibility lint (domain.md §1.6, §4 T2): what the registrar is shown, as notes and as sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "domain/catalogue.h"
#include "domain/feasibility.h"
#include "domain/sentence.h"

static struct arena *arena;
static const struct calendar *calendar;

static struct registry_minimum notices[] = {
    {"预公告", {UNIT_WORKING_DAY, 10},  "土地管理法实施条例 §26"},
    {"公告",    {UNIT_CALENDAR_DAY, 30}, ""                                },
};
static struct registry_template land = {.code = "T2", .minimums = notices, .minimum_count = 2};
static struct registry_template plain = {.code = "T1"};

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 22);
    calendar = calendar_fixture(arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct feasibility lint(const struct registry_template *template_, const char *today,
                               const char *start, const char *due, const char *wording)
{
    struct feasibility_terms terms = {
        .template_ = template_,
        .calendar = calendar,
        .today = date_at(today),
        .start = text_empty(start) ? DATE_NONE : date_at(start),
        .rule = {.period.unit = UNIT_DATE, .date = date_at(due)},
        .wording = wording,
    };
    struct deadline_terms deadline = {.rule = terms.rule, .start = day_start(terms.today)};
    assert_int_equal(deadline_compute(calendar, &deadline, &terms.deadline), DEADLINE_FINE);
    return feasibility_of(&terms, arena);
}

static const char *notes_of(const struct feasibility *feasibility)
{
    struct text_list notes = feasibility_notes(feasibility, arena);
    const char *text = "";
    for (uint32_t i = 0; i < notes.count; i++)
        text = arena_format(arena, "%s%s\n", text, notes.items[i]);
    return text;
}

static void the_land_taking_leaves_six_working_days(void **state)
{
    (void)state;
    struct feasibility found = lint(&land, "2023-02-06", "", "2023-03-31", "3月底前");
    assert_true(found.fits);
    assert_int_equal(found.left_after, 6);
    assert_string_equal(notes_of(&found),
                        "wording_read rule=month_end date=2023-03-31\n"
                        "minimum_period name=预公告 from=2023-02-06 to=2023-02-20 amount=10 "
                        "unit=working_day basis=土地管理法实施条例 §26\n"
                        "minimum_period name=公告 from=2023-02-21 to=2023-03-23 amount=30 unit=calendar_day\n"
                        "left_after_minimums days=6\n");
}

static void it_counts_from_the_start_that_is_given(void **state)
{
    (void)state;
    struct feasibility found = lint(&land, "2023-02-20", "2023-02-06", "2023-03-31", "");
    assert_int_equal(found.left_after, 6);
    found = lint(&land, "2023-02-06", "2023-02-20", "2023-03-31", "");
    assert_false(found.fits);
    assert_string_equal(strstr(notes_of(&found), "minimums_do"),
                        "minimums_do_not_fit ends=2023-04-06 last_day=2023-03-31\n");
}

/* The period must have ended before the day on which the thing is due: ending with it leaves no day for it. */
static void a_period_that_ends_with_the_last_day_does_not_fit(void **state)
{
    (void)state;
    assert_false(lint(&land, "2023-02-06", "", "2023-03-23", "").fits);
    assert_true(lint(&land, "2023-02-06", "", "2023-03-24", "").fits);
    assert_int_equal(lint(&land, "2023-02-06", "", "2023-03-24", "").left_after, 1);
}

static void wordings_rest_days_and_short_notice_are_noted(void **state)
{
    /* clang-format off */
    static const struct {
        const char *due, *wording, *notes;
    } cases[] = {
        {"2023-12-31", "全年",
            "wording_read rule=year_end date=2023-12-31\ndue_on_rest_day last_working_day=2023-12-29\n"},
        {"2023-04-04", "4月1日前",
            "wording_read rule=day_before date=2023-03-31\nwording_differs date=2023-03-31 last_day=2023-04-04\n"},
        {"2023-02-17", "按还款计划", "few_working_days_left days=9\n"},
        {"2023-02-20", "按还款计划", ""},
        {"2027-03-31", "", "provisional_calendar year=2027\n"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct feasibility found = lint(&plain, "2023-02-06", "", cases[i].due, cases[i].wording);
        if (i == 4)
            found.provisional = true; /* a bare date asks no calendar */
        assert_string_equal(notes_of(&found), cases[i].notes);
    }
}

static void a_note_becomes_a_sentence_in_both_languages(void **state)
{
    /* clang-format off */
    static const struct {
        const char *note, *zh, *en;
    } cases[] = {
        {"minimum_period name=预公告 from=2023-02-06 to=2023-02-20 amount=10 unit=working_day basis=土地管理法实施条例 §26",
            "法定最短期间“预公告”10个工作日(土地管理法实施条例 §26):自 2023-02-06 起(当日不计入),至 2023-02-20 届满",
            "minimum period '预公告', 10 working days (土地管理法实施条例 §26): from 2023-02-06 (not counted) to 2023-02-20"},
        {"left_after_minimums days=6", "法定最短期间届满后,到期前只剩 6 个工作日",
            "6 working days are left after the minimum periods"},
        {"wording_read rule=day_before date=2023-03-31", "原文读作 2023-03-31(“X日前”不含该日,为其前一日)",
            "the wording is read as 2023-03-31 (before a day: the day before it)"},
        {"of_a_later_program x=1", "of_a_later_program x=1", "of_a_later_program x=1"},
    };
    /* clang-format on */
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(note_render(cases[i].note, NULL, LANGUAGE_ZH, arena), cases[i].zh);
        assert_string_equal(note_render(cases[i].note, NULL, LANGUAGE_EN, arena), cases[i].en);
    }
    for (unsigned i = 0; note_code_at(i) != NULL; i++) {
        const char *zh = note_render(note_code_at(i), NULL, LANGUAGE_ZH, arena);
        const char *en = note_render(note_code_at(i), NULL, LANGUAGE_EN, arena);
        assert_string_not_equal(zh, note_code_at(i));
        assert_string_not_equal(en, note_code_at(i));
        assert_string_not_equal(zh, en);
    }
}

static void a_parameter_ends_where_the_next_begins(void **state)
{
    static const char note[] = "code a=1 long=two words and 50 = half b=3";
    (void)state;
    assert_string_equal(note_code(note, arena), "code");
    assert_string_equal(note_parameter(note, "a", arena), "1");
    assert_string_equal(note_parameter(note, "long", arena), "two words and 50 = half");
    assert_string_equal(note_parameter(note, "b", arena), "3");
    assert_string_equal(note_parameter(note, "ong", arena), "");
}

/* The whole way: what was seen is kept in the event, and the registrar reads it in the event's sentence. */
static void registration_keeps_what_was_seen(void **state)
{
    (void)state;
    struct desk *desk = desk_new();
    struct registry_template *template_ =
        (struct registry_template *)(uintptr_t)registry_template(desk->registry, "T12");
    template_->minimums = notices;
    template_->minimum_count = 2;
    const char *key = desk_drafted(desk, "T12", "housing");
    struct body body = desk_registration("housing", "2023-03-31");
    body.registration.earliest_start = date_at("2023-02-06");
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", body);
    const struct event *event = desk_last(desk, key, EVENT_REGISTERED);
    assert_int_equal(event->notes.count, 3);
    assert_string_equal(event->notes.items[2], "left_after_minimums days=6");
    assert_int_equal(event->planned_day.days, date_at("2023-03-31").days);
    assert_int_equal(desk_task(desk, key)->planned_day.days, event->planned_day.days);
    assert_non_null(strstr(event_render(event, desk->registry, LANGUAGE_ZH, arena),
                           "请注意:法定最短期间“预公告”10个工作日"));
    desk_free(desk);
}

static void a_start_behind_the_end_is_a_slip(void **state)
{
    static const struct {
        const char *start, *rule;
    } cases[] = {
        {"2023-04-01", "after_due"   },
        {"2019-02-01", "too_long_ago"},
        {"2023-03-31", ""            }
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct desk *desk = desk_new();
        const char *key = desk_drafted(desk, "T12", "housing");
        struct body body = desk_registration("housing", "2023-03-31");
        body.registration.earliest_start = date_at(cases[i].start);
        const struct turn *turn = desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", body);
        bool refused = cases[i].rule[0] != '\0';
        assert_int_equal(desk_refusal(turn), refused ? REFUSAL_RULE_UNMET : REFUSAL_NONE);
        if (refused) {
            assert_string_equal(desk_parameter(turn, "field"), "earliest_start");
            assert_string_equal(desk_parameter(turn, "rule"), cases[i].rule);
        }
        desk_free(desk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_land_taking_leaves_six_working_days),
        cmocka_unit_test(it_counts_from_the_start_that_is_given),
        cmocka_unit_test(a_period_that_ends_with_the_last_day_does_not_fit),
        cmocka_unit_test(wordings_rest_days_and_short_notice_are_noted),
        cmocka_unit_test(a_note_becomes_a_sentence_in_both_languages),
        cmocka_unit_test(a_parameter_ends_where_the_next_begins),
        cmocka_unit_test(registration_keeps_what_was_seen),
        cmocka_unit_test(a_start_behind_the_end_is_a_slip),
    };
    return cmocka_run_group_tests_name("feasibility", tests, set_up, tear_down);
}
