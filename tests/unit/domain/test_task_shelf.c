/* 暂缓办理(挂账): a dated promise (domain.md §3.3 rows 17, 18, 20; §3.5). T12 is due on 31 March 2023; the leader decides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"

static struct body promise(const char *until)
{
    struct body body = say(TRIGGER_REQUEST);
    body.request.kind = REQUEST_SHELVING;
    body.request.until = date_at(until);
    body.request.measures = "落实资金来源";
    body.request.applicant_told = true;
    return body;
}

static const struct turn *ask(const char *key, const char *at, struct body body)
{
    return desk_act(desk, key, "housing-handler", at, body);
}

static const struct turn *grant(const char *key, const char *at, enum request_kind kind)
{
    struct body body = say(TRIGGER_DECIDE);
    body.decide.kind = kind;
    body.decide.granted = true;
    return desk_act(desk, key, "leader-land", at, body);
}

static const char *shelved(const char *until)
{
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    assert_int_equal(desk_refusal(ask(key, "2023-03-20T10:00", promise(until))), REFUSAL_NONE);
    grant(key, "2023-03-20T11:00", REQUEST_SHELVING);
    assert_int_equal(desk_task(desk, key)->state, STATE_SHELVED);
    return key;
}

static const struct clock *clock_of(const char *key, enum clock_id id)
{
    return task_clock(desk_task(desk, key), id, 0);
}

static void what_shelving_asks_for(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct body body = promise("2023-06-30");
    body.request.measures = "";
    assert_int_equal(desk_refusal(ask(key, "2023-03-20T10:00", body)), REFUSAL_FIELD_MISSING);
    body = promise("2023-06-30");
    body.request.applicant_told = false;
    const struct turn *turn = ask(key, "2023-03-20T10:00", body);
    assert_string_equal(desk_parameter(turn, "rule"), "applicant_not_told");
    assert_int_equal(desk_refusal(ask(key, "2023-03-20T10:00", promise("2023-03-31"))),
                     REFUSAL_DUE_NOT_LATER);
    turn = ask(key, "2023-03-20T10:00", promise("2023-09-19")); /* 180 days: 16 September, a Saturday */
    assert_string_equal(desk_parameter(turn, "rule"), "promise_too_far");
    assert_string_equal(desk_parameter(turn, "due"), "2023-09-18");
    assert_int_equal(desk_refusal(ask(key, "2023-03-20T10:00", promise("2023-09-18"))), REFUSAL_NONE);
    ((struct registry_template *)registry_template(desk->registry, "T12"))->extensions_only = true;
    key = desk_signed(desk, "T12", "housing", "2023-03-31");
    turn = ask(key, "2023-03-20T10:00", promise("2023-06-30"));
    assert_string_equal(desk_parameter(turn, "rule"), "extensions_only");
}

static void the_promise_is_the_next_due_version_and_the_first_stays_visible(void **state)
{
    (void)state;
    const char *key = shelved("2023-06-30");
    const struct clock *due = clock_of(key, CLOCK_DUE);
    assert_int_equal(due->last_day.days, date_at("2023-06-30").days);
    assert_int_equal(due->version, 2);
    assert_int_equal(due->status, CLOCK_PAUSED);
    assert_int_equal(due->first_due.ms, instant_at("2023-04-01T00:00").ms);
    assert_int_equal(clock_of(key, CLOCK_SHELF)->due.ms, instant_at("2023-07-01T00:00").ms);
    assert_int_equal(task_light(desk_task(desk, key), instant_at("2023-04-03T10:00")), LIGHT_GREY);
    assert_int_equal(desk_task(desk, key)->extensions_granted, 0);
}

static void it_is_looked_at_every_thirty_days(void **state)
{
    (void)state;
    const char *key = shelved("2023-06-30");
    desk_watch(desk, key, instant_at("2023-04-19T09:00")); /* 30 days: 19 April */
    assert_int_equal(desk_count(desk, key, EVENT_SHELF_REVIEW_DUE), 0);
    desk_watch(desk, key, instant_at("2023-04-19T09:01"));
    assert_int_equal(desk_count(desk, key, EVENT_SHELF_REVIEW_DUE), 1);
    desk_watch(desk, key, instant_at("2023-06-30T23:00")); /* 19 May; 18 June is a Sunday: the 19th */
    assert_int_equal(desk_count(desk, key, EVENT_SHELF_REVIEW_DUE), 3);
    assert_int_equal(desk_last(desk, key, EVENT_SHELF_REVIEW_DUE)->fired.at.ms,
                     instant_at("2023-06-19T09:00").ms);
    assert_int_equal(desk_task(desk, key)->state, STATE_SHELVED);
}

static void taken_off_early_the_promise_stays_and_the_ladder_comes(void **state)
{
    (void)state;
    const char *key = shelved("2023-06-30");
    desk_watch(desk, key, instant_at("2023-05-08T10:00"));
    desk_act(desk, key, "arrears-clerk", "2023-05-08T10:00", say(TRIGGER_UNSHELVE));
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->state, STATE_IN_PROGRESS);
    assert_int_equal(clock_of(key, CLOCK_SHELF)->status, CLOCK_MET);
    assert_int_equal(clock_of(key, CLOCK_DUE)->last_day.days, date_at("2023-06-30").days);
    assert_int_equal(clock_of(key, CLOCK_DUE)->version, 2);
    desk_watch(desk, key, instant_at("2023-07-03T10:00"));
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE), 1);
    assert_int_equal(desk_count(desk, key, EVENT_SHELF_REVIEW_DUE), 1);
}

static void a_broken_promise_is_a_miss_and_begins_at_rung_four(void **state)
{
    (void)state;
    const char *key = shelved("2023-06-30");
    desk_watch(desk, key, instant_at("2023-07-01T00:01"));
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->state, STATE_IN_PROGRESS);
    assert_true(task_has_miss(task, CLOCK_DUE, 2));
    assert_int_equal(task_light(task, instant_at("2023-07-01T00:00")), LIGHT_RED);
    desk_watch(desk, key, instant_at("2023-07-03T09:00"));
    assert_int_equal(desk_task(desk, key)->rung, 0);
    desk_watch(desk, key, instant_at("2023-07-03T09:01"));
    assert_int_equal(desk_task(desk, key)->rung, 4);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE), 0);
    desk_watch(desk, key, instant_at("2023-07-07T09:01"));
    assert_int_equal(desk_task(desk, key)->rung, 5);
}

static void asked_in_time_and_granted_late_it_takes_the_miss_back(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    ask(key, "2023-03-31T16:00", promise("2023-06-30"));
    desk_watch(desk, key, instant_at("2023-04-03T10:00"));
    assert_true(desk_task(desk, key)->was_late);
    grant(key, "2023-04-03T10:00", REQUEST_SHELVING);
    assert_false(desk_task(desk, key)->was_late);
    assert_string_equal(desk_last(desk, key, EVENT_OVERDUE_REVOKED)->revoked[0].reason, "shelving_granted");
}

static void earlier_lateness_stays(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-03T10:00"));
    struct body card = say(TRIGGER_INSTRUCT);
    card.instruct.card = CARD_EXTEND;
    card.instruct.until = date_at("2023-04-28");
    desk_act(desk, key, "leader-land", "2023-04-03T10:00", card);
    ask(key, "2023-04-10T10:00", promise("2023-06-30"));
    grant(key, "2023-04-10T11:00", REQUEST_SHELVING);
    assert_true(desk_task(desk, key)->was_late);
    assert_true(task_has_miss(desk_task(desk, key), CLOCK_DUE, 1));
}

static void a_promise_that_is_no_longer_later_is_not_granted(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    ask(key, "2023-03-20T10:00", promise("2023-04-05"));
    struct body extension = say(TRIGGER_REQUEST);
    extension.request.amount = (struct duration){UNIT_WORKING_DAY, 5}; /* 10 April */
    ask(key, "2023-03-20T10:01", extension);
    grant(key, "2023-03-20T11:00", REQUEST_EXTENSION);
    assert_int_equal(desk_refusal(grant(key, "2023-03-20T11:01", REQUEST_SHELVING)), REFUSAL_DUE_NOT_LATER);
    assert_int_equal(clock_of(key, CLOCK_DUE)->last_day.days, date_at("2023-04-10").days);
}

static void shelved_work_is_not_reported_done(void **state)
{
    (void)state;
    const char *key = shelved("2023-06-30");
    assert_int_equal(
        desk_refusal(desk_act(desk, key, "housing-head", "2023-04-10T10:00", desk_report(desk, "银行凭证"))),
        REFUSAL_WRONG_STATE);
    struct body progress = say(TRIGGER_PROGRESS);
    progress.progress.percent = 30;
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-handler", "2023-04-10T10:00", progress)),
                     REFUSAL_NONE);
    assert_int_equal(desk_task(desk, key)->percent, 30);
}

static void each_kind_may_have_its_own_decider(void **state)
{
    (void)state;
    struct registry_template *template_ =
        (struct registry_template *)registry_template(desk->registry, "T12");
    template_->shelving_decider = ROLE_CLERK;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    ask(key, "2023-03-20T10:00", promise("2023-06-30"));
    assert_int_equal(task_decider(desk_task(desk, key), &desk->ruleset), ROLE_CLERK);
    assert_int_equal(desk_refusal(grant(key, "2023-03-20T11:00", REQUEST_SHELVING)), REFUSAL_NOT_ENTITLED);
    struct body body = say(TRIGGER_DECIDE);
    body.decide.kind = REQUEST_SHELVING;
    body.decide.granted = true;
    desk_act(desk, key, "arrears-clerk", "2023-03-20T11:01", body);
    assert_int_equal(desk_task(desk, key)->state, STATE_SHELVED);
}

static void where_nothing_is_extended_the_supervisor_decides(void **state)
{
    (void)state;
    struct registry_template *template_ =
        (struct registry_template *)registry_template(desk->registry, "T12");
    template_->extension = (struct registry_extension){ROLE_NONE, 0, 0, 0};
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    ask(key, "2023-03-20T10:00", promise("2023-06-30"));
    assert_int_equal(task_decider(desk_task(desk, key), &desk->ruleset), ROLE_CLERK);
}

static void terminated_it_stops_everything(void **state)
{
    (void)state;
    const char *key = shelved("2023-06-30");
    struct body body = say(TRIGGER_TERMINATE);
    body.terminate.reason = "项目取消";
    desk_act(desk, key, "district-head", "2023-04-10T10:00", body);
    assert_int_equal(clock_of(key, CLOCK_SHELF)->status, CLOCK_STOPPED);
    /* nothing is left but the archive's own time */
    assert_int_equal(desk_task(desk, key)->next_wake.ms, clock_of(key, CLOCK_ARCHIVE)->due.ms);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_shelving_asks_for),
        TEST(the_promise_is_the_next_due_version_and_the_first_stays_visible),
        TEST(it_is_looked_at_every_thirty_days),
        TEST(taken_off_early_the_promise_stays_and_the_ladder_comes),
        TEST(a_broken_promise_is_a_miss_and_begins_at_rung_four),
        TEST(asked_in_time_and_granted_late_it_takes_the_miss_back),
        TEST(earlier_lateness_stays),
        TEST(a_promise_that_is_no_longer_later_is_not_granted),
        TEST(shelved_work_is_not_reported_done),
        TEST(each_kind_may_have_its_own_decider),
        TEST(where_nothing_is_extended_the_supervisor_decides),
        TEST(terminated_it_stops_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
