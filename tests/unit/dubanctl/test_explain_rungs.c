/* What the explanation says of reminders, misses and moments that have passed (services/dubanctl/explain_rungs.c): who was
 * told, who was not and why, and nothing that was not known then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"
#include "explain_desk.h"

static const char *text_at(const char *key, const char *at)
{
    return explain_desk_text(desk, key, at, LANGUAGE_ZH);
}

static const char *section(const char *text)
{
    return explain_desk_section(desk, text);
}

static void a_paused_clock_keeps_silent_and_says_since_when(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    const char *evidence = registry_template(desk->registry, "T12")->evidence[0];
    desk_act(desk, key, "housing-head", "2023-02-10T10:00", desk_report(desk, evidence));
    const char *text = text_at(key, "2023-02-10T11:00");
    assert_says(text, "自 2023-02-10 10:00 起暂停计时。\n");
    assert_says(text,
                "第1级、第2级、第2级（第2次）、第3级、第4级、第5级、第6级，均未发：时限自 2023-02-10 10:00 "
                "起暂停计时。\n");
    assert_says(text, "结论：办理时限登记至 2023-03-31 24:00，现暂停计时。\n");
}

/* Reported before the reminder, closed after it: the reminder fell into the review. */
static void a_reminder_that_fell_into_the_review_says_so(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct clock clock = *task_clock(desk_task(desk, key), CLOCK_DUE, 0);
    clock.timers = NULL;
    clock.timer_count = 0;
    clock.status = CLOCK_PAUSED;
    clock.paused_at = instant_at("2023-03-23T10:00");
    explain_desk_add_event(desk, key, "2023-03-23T10:00", EVENT_PROGRESSED, &clock);
    clock.status = CLOCK_MET;
    clock.ended_at = instant_at("2023-03-27T10:00");
    explain_desk_add_event(desk, key, "2023-03-27T10:00", EVENT_PROGRESSED, &clock);
    const char *text = section(text_at(key, "2023-03-27T11:00"));
    assert_says(text, "第1级，2023-03-24 08:30，未发：该时刻时限正暂停计时（自 2023-03-23 10:00 起）。\n");
    assert_says(text, "第2级、第2级（第2次）、第3级、第4级、第5级、第6级，均未发：该时限已于 2023-03-27 "
                      "10:00 了结（按期完成）。\n");
}

/* Late, and reported between two alarms: the review keeps silent though the clock does not stand still. */
static void an_alarm_during_the_review_of_a_late_report_is_explained(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    const char *evidence = registry_template(desk->registry, "T12")->evidence[0];
    desk_watch(desk, key, instant_at("2023-04-06T10:00"));
    desk_act(desk, key, "housing-head", "2023-04-07T10:00", desk_report(desk, evidence));
    desk_watch(desk, key, instant_at("2023-04-12T10:00"));
    const char *text = section(text_at(key, "2023-04-12T10:00"));
    assert_says(text, "第4级，2023-04-06 09:00 已到（第1版）");
    assert_says(text, "审核期间不发。\n");
    assert_says_not(text, "更高一级");
}

/* The money came in time, so the alarm waited for the report; closing it made the alarm needless. */
static void an_alarm_that_a_fact_held_until_it_was_needless_says_so(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct body fact = say(TRIGGER_RECORD_FACT);
    fact.record_fact.kind = "到账";
    fact.record_fact.occurred_on = date_at("2023-03-31");
    desk_act(desk, key, "housing-handler", "2023-03-31T15:00", fact);
    desk_watch(desk, key, instant_at("2023-04-03T10:00"));
    assert_int_equal(desk_count(desk, key, EVENT_RUNG_HELD), 1);
    struct clock clock = *task_clock(desk_task(desk, key), CLOCK_DUE, 0);
    clock.timers = NULL;
    clock.timer_count = 0;
    clock.status = CLOCK_MET;
    clock.ended_at = instant_at("2023-04-04T10:00");
    explain_desk_add_event(desk, key, "2023-04-04T10:00", EVENT_PROGRESSED, &clock);
    assert_says(section(text_at(key, "2023-04-04T11:00")),
                "第3级，2023-04-03 09:00，未发：届时暂缓，其后不必再发（事实已按期登记，等待申请办结）。\n");
}

static void of_a_moment_only_what_was_known_then_is_said(void **state)
{
    (void)state;
    const char *key = explain_desk_extended(desk);
    const char *before = text_at(key, "2023-03-29T12:00");
    assert_says(before, "一、办理时限：至 2023-03-31 24:00，计时中，区住建局\n");
    assert_says_not(before, "第2版");
    assert_says(before, "结论：办理时限至 2023-03-31 24:00，今日之后尚有 2 个工作日。\n");
    assert_says(text_at(key, "2023-02-01T09:00"), "结论：尚未交办，办理时限未起算。\n");
    const struct desk_row *row = desk_row(desk, key);
    const struct explain_source early = {.events = row->events,
                                         .event_count = row->event_count,
                                         .ruleset = &desk->ruleset,
                                         .at = instant_at("2023-01-31T09:00")};
    struct explain_case explained;
    assert_false(explain_case_make(&early, desk->arena, &explained));
}

static void the_row_of_now_is_the_ledgers_own(void **state)
{
    (void)state;
    const char *key = explain_desk_extended(desk);
    struct explain_case explained;
    explain_desk_case(desk, key, "2023-03-29T16:00", LANGUAGE_ZH, &explained);
    assert_string_equal(task_text(explained.task, desk->arena), task_text(desk_task(desk, key), desk->arena));
}

static void a_miss_is_named_and_so_is_what_took_it_back(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct body ask = say(TRIGGER_REQUEST), decide = say(TRIGGER_DECIDE);
    ask.request.kind = decide.decide.kind = REQUEST_EXTENSION;
    ask.request.amount = (struct duration){UNIT_WORKING_DAY, 5};
    decide.decide.granted = true;
    desk_act(desk, key, "housing-handler", "2023-03-31T10:00", ask);
    desk_watch(desk, key, instant_at("2023-04-03T10:00"));
    const char *text = text_at(key, "2023-04-03T10:00");
    assert_says(text, "区住建局：办理时限（第1版）已于 2023-03-31 24:00 到期，2023-04-01 00:00 认定超期。\n");
    assert_says(text, "延期申请待批，批复前不发。\n");
    desk_act(desk, key, "leader-land", "2023-04-03T11:00", decide);
    assert_says(text_at(key, "2023-04-03T12:00"), "认定超期；2023-04-03 11:00 撤销：延期已获批准");
}

static void a_notice_says_whom_it_reached_and_when(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    const struct desk_row *row = desk_row(desk, key);
    uint64_t assigned = 0;
    for (uint32_t i = 0; i < row->event_count; i++)
        assigned = row->events[i].type == EVENT_RUNG_REACHED ? row->events[i].seq : assigned;
    desk_watch(desk, key, instant_at("2023-02-01T09:30"));
    for (uint32_t i = 0; i < row->event_count && assigned == 0; i++)
        assigned = row->events[i].type == EVENT_RUNG_REACHED ? row->events[i].seq : 0;
    assert_true(assigned > 0);
    const struct notice notices[] = {
        {.id = "n1",
         .event_seq = assigned,
         .event_type = EVENT_RUNG_REACHED,
         .role = ROLE_HANDLER,
         .person = "housing-handler",
         .status = NOTICE_ACCEPTED,
         .ending = "",
         .attempt_count = 1,
         .created_at = instant_at("2023-02-01T09:02"),
         .ended_at = instant_at("2023-02-01T09:05")},
        {.id = "n2",
         .event_seq = assigned,
         .event_type = EVENT_RUNG_REACHED,
         .role = ROLE_SECTION_HEAD,
         .person = "",
         .copied = true,
         .status = NOTICE_EXHAUSTED,
         .ending = "vacant",
         .created_at = instant_at("2023-02-01T09:02"),
         .ended_at = instant_at("2023-02-01T09:08")},
    };
    struct explain_source source = {.events = row->events,
                                    .event_count = row->event_count,
                                    .notices = notices,
                                    .notice_count = 2,
                                    .ruleset = &desk->ruleset,
                                    .at = instant_at("2023-02-01T10:00")};
    struct explain_case explained;
    assert_true(explain_case_make(&source, desk->arena, &explained));
    const struct explained_rung *rung = &explained.clocks[0].rungs[0];
    assert_int_equal(rung->told_count, 2);
    assert_int_equal(rung->told[0].status, NOTICE_ACCEPTED);
    assert_int_equal(rung->told[1].status, NOTICE_EXHAUSTED);
    source.at = instant_at("2023-02-01T09:06"); /* the second was still under way */
    assert_true(explain_case_make(&source, desk->arena, &explained));
    assert_int_equal(explained.clocks[0].rungs[0].told[0].status, NOTICE_ACCEPTED);
    assert_int_equal(explained.clocks[0].rungs[0].told[1].status, NOTICE_PENDING);
}

static void a_voluntary_unit_is_spared(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "water", "2023-03-31");
    assert_says(text_at(key, "2023-02-02T10:00"),
                "第3级、第4级、第5级、第6级，均未发：承办单位属自愿承担，不高于第2级。\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_paused_clock_keeps_silent_and_says_since_when, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reminder_that_fell_into_the_review_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_alarm_during_the_review_of_a_late_report_is_explained, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_alarm_that_a_fact_held_until_it_was_needless_says_so, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(of_a_moment_only_what_was_known_then_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_row_of_now_is_the_ledgers_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_miss_is_named_and_so_is_what_took_it_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_notice_says_whom_it_reached_and_when, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_voluntary_unit_is_spared, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("explain_rungs", tests, NULL, NULL);
}
