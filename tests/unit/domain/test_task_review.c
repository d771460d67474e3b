/* Reports, predecessors and returns (domain.md §3.3 rows 21 and 27, §3.5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"

static const struct clock *clock_of(const char *key, enum clock_id id)
{
    return task_clock(desk_task(desk, key), id, 0);
}

static const char *evidence_of(const char *key)
{
    return registry_template(desk->registry, desk_task(desk, key)->template_code)->evidence[0];
}

static const struct turn *report(const char *key, const char *at, const char *completed_on)
{
    struct body body = desk_report(desk, evidence_of(key));
    if (completed_on != NULL)
        body.report_done.completed_on = date_at(completed_on);
    return desk_act(desk, key, "housing-head", at, body);
}

static const struct turn *give_back(const char *key, const char *at)
{
    const char *clerk = arena_format(desk->arena, "%s-clerk", desk_task(desk, key)->supervisor);
    return desk_act(desk, key, clerk, at, say(TRIGGER_RETURN));
}

/* --- reports ----------------------------------------------------------------------------------------------------- */

static void a_report_pauses_the_units_time_and_starts_the_supervisors(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    report(key, "2023-03-20T10:00", "2023-03-17");
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->state, STATE_REPORTED);
    assert_int_equal(clock_of(key, CLOCK_DUE)->status, CLOCK_PAUSED);
    assert_int_equal(clock_of(key, CLOCK_DUE)->timer_count, 0);
    assert_int_equal(clock_of(key, CLOCK_REVIEW)->due.ms, instant_at("2023-03-22T00:00").ms);
    assert_true(task->report.in_time);
    assert_string_equal(task->handler, "housing-head");
    desk_watch(desk, key, instant_at("2023-05-01T00:00")); /* the review is late, the unit never */
    assert_true(task_has_miss(desk_task(desk, key), CLOCK_REVIEW, 1));
    assert_false(desk_task(desk, key)->was_late);
}

static void a_report_from_an_unsigned_task_signs_it_first(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T12", "housing", "2023-03-31");
    report(key, "2023-02-02T10:00", NULL);
    assert_int_equal(desk_task(desk, key)->state, STATE_REPORTED);
    assert_int_equal(clock_of(key, CLOCK_SIGN)->status, CLOCK_MET);
    assert_int_equal(clock_of(key, CLOCK_OBJECT)->status, CLOCK_STOPPED);
}

static void a_report_needs_a_signature_evidence_and_a_day_that_has_come(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct body body = desk_report(desk, "银行凭证");
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-handler", "2023-02-02T10:00", body)),
                     REFUSAL_NOT_ENTITLED);
    const struct turn *bare =
        desk_act(desk, key, "housing-section", "2023-02-02T10:00", say(TRIGGER_REPORT_DONE));
    assert_int_equal(desk_refusal(bare), REFUSAL_EVIDENCE_MISSING);
    assert_string_equal(desk_parameter(bare, "class"), "银行凭证");
    assert_int_equal(desk_refusal(report(key, "2023-02-02T10:00", "2023-02-03")), REFUSAL_FIELD_RANGE);
    struct body fact = say(TRIGGER_RECORD_FACT);
    fact.record_fact.kind = "到账";
    fact.record_fact.occurred_on = date_at("2023-02-02");
    fact.record_fact.evidence.class_code = "银行凭证"; /* said once is enough */
    desk_act(desk, key, "housing-handler", "2023-02-02T10:30", fact);
    assert_int_equal(
        desk_refusal(desk_act(desk, key, "housing-section", "2023-02-02T11:00", say(TRIGGER_REPORT_DONE))),
        REFUSAL_NONE);
}

static void predecessors_must_be_done_first(void **state)
{
    (void)state;
    const char *funds = desk_signed(desk, "T1", "finance", NULL);
    const char *key = desk_drafted(desk, "T12", "housing");
    struct body body = desk_registration("housing", "2023-03-31");
    body.registration.follows = (struct text_list){(const char *[]){funds}, 1};
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", body);
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:31", say(TRIGGER_ASSIGN));
    assert_int_equal(desk_task(desk, funds)->follower_count, 1);
    const struct turn *turn = report(key, "2023-02-20T10:00", NULL);
    assert_int_equal(desk_refusal(turn), REFUSAL_PREDECESSOR_OPEN);
    assert_string_equal(desk_parameter(turn, "task"), funds);
    desk_act(desk, funds, "finance-head", "2023-02-21T10:00", desk_report(desk, "国库支付凭证"));
    desk_act(desk, funds, "projects-clerk", "2023-02-21T11:00", say(TRIGGER_CLOSE));
    assert_int_equal(desk_task(desk, funds)->state, STATE_WRITTEN_OFF);
    assert_true(desk_task(desk, key)->predecessors[0].done);
    assert_int_equal(desk_refusal(report(key, "2023-02-22T10:00", NULL)), REFUSAL_NONE);
}

static void whoever_follows_a_task_that_is_done_is_answered_at_once(void **state)
{
    (void)state;
    const char *funds = desk_signed(desk, "T1", "finance", NULL);
    desk_act(desk, funds, "finance-head", "2023-02-21T10:00", desk_report(desk, "国库支付凭证"));
    desk_act(desk, funds, "projects-clerk", "2023-02-21T11:00", say(TRIGGER_CLOSE));
    const char *unknown = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    const char *key = desk_drafted(desk, "T12", "housing");
    struct body body = desk_registration("housing", "2023-03-31");
    body.registration.follows = (struct text_list){
        (const char *[]){funds, unknown},
          2
    };
    desk_act(desk, key, "arrears-clerk", "2023-02-22T09:30", body);
    assert_true(desk_task(desk, key)->predecessors[0].done);
    assert_true(desk_task(desk, key)->predecessors[1].done); /* there is no such task to wait for */
    assert_string_equal(desk_last(desk, key, EVENT_PREDECESSOR_DONE)->notes.items[0],
                        "predecessor_unknown task=aaaaaaaaaaaaaaaaaaaaaaaaaa");
    body.registration.follows.items[0] = "not-an-id";
    key = desk_drafted(desk, "T12", "housing");
    assert_int_equal(desk_refusal(desk_act(desk, key, "arrears-clerk", "2023-02-22T09:30", body)),
                     REFUSAL_RULE_UNMET);
}

/* --- Return ------------------------------------------------------------------------------------------------------ */

static void returned_in_time_the_due_goes_on_with_what_was_left_or_the_rework_time(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    report(key, "2023-03-01T10:00", NULL);
    give_back(key, "2023-03-03T10:00");
    assert_int_equal(desk_task(desk, key)->state, STATE_REWORK);
    assert_int_equal(clock_of(key, CLOCK_DUE)->version, 2);
    assert_int_equal(clock_of(key, CLOCK_DUE)->last_day.days, date_at("2023-03-31").days); /* dates stay */
    assert_null(clock_of(key, CLOCK_REWORK));
    report(key, "2023-03-30T10:00", NULL);
    give_back(key, "2023-04-03T10:00");
    assert_int_equal(clock_of(key, CLOCK_DUE)->last_day.days,
                     date_at("2023-04-11").days); /* five working days */
    assert_false(desk_task(desk, key)->was_late);
}

static void working_days_that_were_left_are_given_back(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T22", "housing");
    struct body body = desk_registration("housing", NULL);
    body.registration.due.period = (struct duration){UNIT_WORKING_DAY, 15};
    desk_act(desk, key, "hotline-clerk", "2023-02-01T09:10", body);
    desk_act(desk, key, "hotline-clerk", "2023-02-01T09:11", say(TRIGGER_ASSIGN));
    report(key, "2023-02-08T10:00", NULL); /* five of fifteen are used */
    give_back(key, "2023-02-14T10:00");
    assert_int_equal(desk_task(desk, key)->report.left_days, 10);
    assert_int_equal(clock_of(key, CLOCK_DUE)->last_day.days, date_at("2023-02-28").days);
}

static void returned_late_the_rework_clock_alone_carries_the_ladder(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-04T10:00"));
    report(key, "2023-04-04T10:00", NULL);
    assert_int_equal(clock_of(key, CLOCK_DUE)->timer_count, 0);
    give_back(key, "2023-04-06T10:00");
    const struct task *task = desk_task(desk, key);
    assert_ptr_equal(task_ladder_clock(task), clock_of(key, CLOCK_REWORK));
    assert_int_equal(clock_of(key, CLOCK_REWORK)->last_day.days, date_at("2023-04-13").days);
    assert_int_equal(task->rung, 0);
    for (uint32_t i = 0; i < clock_of(key, CLOCK_REWORK)->timer_count; i++) {
        const struct timer *timer = &clock_of(key, CLOCK_REWORK)->timers[i];
        assert_true(timer->kind == TIMER_EXPIRY || timer->rung >= 3);
    }
    report(key, "2023-04-13T18:00", NULL);
    assert_int_equal(clock_of(key, CLOCK_REWORK)->status, CLOCK_MET);
    assert_true(desk_task(desk, key)->was_late);
}

static void the_second_return_alarms_the_unit_head_at_once(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    report(key, "2023-03-01T10:00", NULL);
    give_back(key, "2023-03-02T10:00");
    desk_watch(desk, key, instant_at("2023-03-02T10:01"));
    assert_int_equal(desk_task(desk, key)->rung, 0);
    report(key, "2023-03-03T10:00", NULL);
    give_back(key, "2023-03-06T10:00");
    desk_watch(desk, key, instant_at("2023-03-06T10:01"));
    assert_int_equal(desk_task(desk, key)->rung, 4);
    assert_int_equal(desk_task(desk, key)->returns, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_report_pauses_the_units_time_and_starts_the_supervisors),
        TEST(a_report_from_an_unsigned_task_signs_it_first),
        TEST(a_report_needs_a_signature_evidence_and_a_day_that_has_come),
        TEST(predecessors_must_be_done_first),
        TEST(whoever_follows_a_task_that_is_done_is_answered_at_once),
        TEST(returned_in_time_the_due_goes_on_with_what_was_left_or_the_rework_time),
        TEST(working_days_that_were_left_are_given_back),
        TEST(returned_late_the_rework_clock_alone_carries_the_ladder),
        TEST(the_second_return_alarms_the_unit_head_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
