/* Requests to extend and their decision (domain.md §3.3 rows 17 and 18). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"

static const struct turn *ask(const char *key, const char *at, enum deadline_unit unit, int32_t amount)
{
    struct body body = say(TRIGGER_REQUEST);
    body.request.amount = (struct duration){unit, amount};
    return desk_act(desk, key, "housing-handler", at, body);
}

static const struct turn *ask_until(const char *key, const char *at, const char *until)
{
    struct body body = say(TRIGGER_REQUEST);
    body.request.until = date_at(until);
    return desk_act(desk, key, "housing-handler", at, body);
}

static const struct turn *decide(const char *key, const char *person, const char *at, bool granted)
{
    struct body body = say(TRIGGER_DECIDE);
    body.decide.granted = granted;
    return desk_act(desk, key, person, at, body);
}

static const struct clock *due_of(const char *key)
{
    return task_clock(desk_task(desk, key), CLOCK_DUE, 0);
}

static void a_granted_extension_counts_on_from_the_last_day_and_arms_anew(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-03-29T10:00"));
    assert_int_equal(desk_task(desk, key)->rung, 2);
    ask(key, "2023-03-29T10:00", UNIT_WORKING_DAY, 5);
    assert_non_null(task_request(desk_task(desk, key), REQUEST_EXTENSION));
    decide(key, "leader-land", "2023-03-29T15:00", true);
    const struct task *task = desk_task(desk, key);
    assert_int_equal(due_of(key)->version, 2);
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-04-10").days); /* 5 April is a holiday */
    assert_int_equal(task->rung, 0);
    assert_int_equal(task->extensions_granted, 1);
    assert_int_equal(task->extension_working_days, 5);
    assert_int_equal(task->request_count, 0);
}

static void what_is_asked_must_be_one_thing_and_later(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct body both = say(TRIGGER_REQUEST);
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-handler", "2023-02-02T10:00", both)),
                     REFUSAL_FIELD_MISSING);
    both.request.amount = (struct duration){UNIT_WORKING_DAY, 3};
    both.request.until = date_at("2023-04-30");
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-handler", "2023-02-02T10:00", both)),
                     REFUSAL_FIELD_RANGE);
    assert_int_equal(desk_refusal(ask_until(key, "2023-02-02T10:00", "2023-03-31")), REFUSAL_DUE_NOT_LATER);
    const struct turn *hours = ask(key, "2023-02-02T10:00", UNIT_HOUR, 3);
    assert_int_equal(desk_refusal(hours), REFUSAL_RULE_UNMET);
    assert_string_equal(desk_parameter(hours, "rule"), "extension_unit");
}

static void a_request_behind_the_due_instant_is_too_late(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    const struct turn *turn = ask(key, "2023-04-01T00:01", UNIT_WORKING_DAY, 3);
    assert_int_equal(desk_refusal(turn), REFUSAL_TOO_LATE);
    assert_string_equal(desk_parameter(turn, "due"), "2023-04-01T00:00:00+08:00");
    key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-03T10:00"));
    assert_int_equal(desk_refusal(ask(key, "2023-04-01T00:00", UNIT_WORKING_DAY, 3)), REFUSAL_NONE);
}

static void the_templates_limits_hold(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31"); /* once, ten working days */
    const struct turn *turn = ask(key, "2023-02-02T10:00", UNIT_WORKING_DAY, 11);
    assert_int_equal(desk_refusal(turn), REFUSAL_EXTENSION_LIMIT);
    assert_string_equal(desk_parameter(turn, "limit"), "10");
    assert_string_equal(desk_parameter(turn, "asked"), "11");
    assert_int_equal(desk_refusal(ask_until(key, "2023-02-02T10:00", "2023-04-28")), REFUSAL_EXTENSION_LIMIT);
    ask(key, "2023-02-02T10:00", UNIT_WORKING_DAY, 10);
    assert_int_equal(desk_refusal(ask(key, "2023-02-02T10:01", UNIT_WORKING_DAY, 1)), REFUSAL_ALREADY);
    decide(key, "leader-land", "2023-02-02T15:00", true);
    assert_int_equal(desk_refusal(ask(key, "2023-02-03T10:00", UNIT_WORKING_DAY, 1)),
                     REFUSAL_EXTENSION_LIMIT);
}

static void each_extension_of_a_ticket_has_its_own_limit(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL); /* three times three working days */
    assert_int_equal(desk_refusal(ask(key, "2023-02-02T10:00", UNIT_WORKING_DAY, 4)),
                     REFUSAL_EXTENSION_LIMIT);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(desk_refusal(ask(key, "2023-02-02T10:00", UNIT_WORKING_DAY, 3)), REFUSAL_NONE);
        assert_int_equal(desk_refusal(decide(key, "housing-head", "2023-02-02T10:30", true)), REFUSAL_NONE);
    }
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-02-21").days); /* 8 February and nine more */
    assert_int_equal(due_of(key)->extension_count, 3);
}

static void only_the_templates_decider_decides(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    assert_int_equal(desk_refusal(decide(key, "leader-land", "2023-02-02T10:00", true)),
                     REFUSAL_NONE_PENDING);
    ask(key, "2023-02-02T10:00", UNIT_WORKING_DAY, 5);
    assert_int_equal(task_decider(desk_task(desk, key), &desk->ruleset), ROLE_LEADER);
    static const char *const others[] = {"arrears-clerk", "housing-head", "district-head"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_int_equal(desk_refusal(decide(key, others[i], "2023-02-02T11:00", true)),
                         REFUSAL_NOT_ENTITLED);
    assert_int_equal(desk_refusal(decide(key, "leader-finance", "2023-02-02T11:00", true)),
                     REFUSAL_NOT_ENTITLED);
    assert_int_equal(desk_refusal(decide(key, "leader-land", "2023-02-02T11:00", true)), REFUSAL_NONE);
}

static void silence_grants_nothing_the_decider_is_reminded_then_one_level_up(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    ask(key, "2023-02-02T10:00", UNIT_WORKING_DAY, 5);
    desk_watch(desk, key, instant_at("2023-02-04T08:00"));
    assert_int_equal(desk_count(desk, key, EVENT_REQUEST_OVERDUE), 1);
    assert_int_equal(task_decider(desk_task(desk, key), &desk->ruleset), ROLE_LEADER);
    assert_int_equal(desk_refusal(decide(key, "district-head", "2023-02-04T09:00", true)),
                     REFUSAL_NOT_ENTITLED);
    desk_watch(desk, key, instant_at("2023-02-09T08:00"));
    assert_int_equal(desk_count(desk, key, EVENT_REQUEST_OVERDUE), 2);
    assert_int_equal(task_decider(desk_task(desk, key), &desk->ruleset), ROLE_DISTRICT_HEAD);
    assert_int_equal(due_of(key)->version, 1);
    /* the old decider still may */
    assert_int_equal(desk_refusal(decide(key, "leader-land", "2023-02-09T09:00", true)), REFUSAL_NONE);
}

static void while_a_request_is_pending_the_miss_is_recorded_and_alarms_wait(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    ask(key, "2023-03-31T23:00", UNIT_WORKING_DAY, 5);
    desk_watch(desk, key, instant_at("2023-04-20T08:00"));
    assert_true(task_has_miss(desk_task(desk, key), CLOCK_DUE, 1));
    assert_int_equal(desk_count(desk, key, EVENT_RUNG_HELD), 4); /* 3, 4, 5 and 6 */
    assert_null(desk_awaited(desk, key, CLOCK_ACK, CLOCK_DUE, 3));
}

static void a_late_grant_takes_the_miss_back(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    ask(key, "2023-03-31T23:00", UNIT_WORKING_DAY, 10);
    const struct turn *turn = decide(key, "leader-land", "2023-04-04T10:00", true);
    const struct event *last = &turn->events[turn->event_count - 1];
    assert_int_equal(last->type, EVENT_OVERDUE_REVOKED);
    assert_string_equal(last->revoked[0].reason, "extension_granted");
    assert_false(desk_task(desk, key)->was_late);
    desk_watch(desk, key, instant_at("2023-04-06T10:00"));
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE),
                     1); /* what was held is gone with the old due date */
    assert_int_equal(desk_task(desk, key)->rung, 0);
}

static void a_refusal_lets_it_stand_and_what_was_held_goes_out_at_nine(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    ask(key, "2023-03-31T23:00", UNIT_WORKING_DAY, 10);
    decide(key, "leader-land", "2023-04-04T10:00", false);
    assert_true(desk_task(desk, key)->was_late);
    assert_int_equal(due_of(key)->version, 1);
    desk_watch(desk, key, instant_at("2023-04-06T09:00"));
    assert_int_equal(desk_task(desk, key)->rung, 2); /* 5 April is Tomb-Sweeping Day */
    desk_watch(desk, key, instant_at("2023-04-06T09:01"));
    assert_int_equal(desk_task(desk, key)->rung, 4); /* rung 4 is due by then as well */
}

static void leaving_the_work_withdraws_the_request(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    ask(key, "2023-02-02T10:00", UNIT_WORKING_DAY, 5);
    desk_act(desk, key, "housing-head", "2023-02-02T11:00", desk_report(desk, "银行凭证"));
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->state, STATE_REPORTED);
    assert_int_equal(task->request_count, 0);
    assert_true(desk_last(desk, key, EVENT_REPORTED_DONE)->request_withdrawn);
    assert_int_equal(task_clock(task, CLOCK_DECIDE, REQUEST_EXTENSION)->status, CLOCK_STOPPED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_granted_extension_counts_on_from_the_last_day_and_arms_anew),
        TEST(what_is_asked_must_be_one_thing_and_later),
        TEST(a_request_behind_the_due_instant_is_too_late),
        TEST(the_templates_limits_hold),
        TEST(each_extension_of_a_ticket_has_its_own_limit),
        TEST(only_the_templates_decider_decides),
        TEST(silence_grants_nothing_the_decider_is_reminded_then_one_level_up),
        TEST(while_a_request_is_pending_the_miss_is_recorded_and_alarms_wait),
        TEST(a_late_grant_takes_the_miss_back),
        TEST(a_refusal_lets_it_stand_and_what_was_held_goes_out_at_nine),
        TEST(leaving_the_work_withdraws_the_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
