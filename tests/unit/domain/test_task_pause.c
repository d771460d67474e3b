/* 中止: time that does not count (domain.md §1.3, §2.4, §3.3 rows 17 to 20, §3.5). A licence (XK) assigned on 1 February 2023
 * has twenty working days, until 1 March; the law stops its time for a hearing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "dice.h"
#include "district_fixture.h"

static const struct turn *ask(const char *key, const char *at, const char *reason)
{
    struct body body = say(TRIGGER_REQUEST);
    body.request.kind = REQUEST_SUSPENSION;
    body.request.pause_reason = reason;
    return desk_act(desk, key, "housing-handler", at, body);
}

static const struct turn *decide(const char *key, const char *at, enum request_kind kind, bool granted)
{
    struct body body = say(TRIGGER_DECIDE);
    body.decide.kind = kind;
    body.decide.granted = granted;
    return desk_act(desk, key, "housing-head", at, body);
}

static const struct turn *resume(const char *key, const char *at)
{
    return desk_act(desk, key, "housing-handler", at, say(TRIGGER_RESUME));
}

static const char *suspended(const char *asked, const char *granted)
{
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    ask(key, asked, "听证");
    decide(key, granted, REQUEST_SUSPENSION, true);
    assert_int_equal(desk_task(desk, key)->state, STATE_SUSPENDED);
    return key;
}

static const struct clock *due_of(const char *key)
{
    return task_clock(desk_task(desk, key), CLOCK_DUE, 0);
}

static void the_pause_counts_from_the_receipt_of_the_request(void **state)
{
    (void)state;
    const char *key = suspended("2023-02-10T10:00", "2023-02-14T16:00");
    assert_int_equal(due_of(key)->status, CLOCK_PAUSED);
    assert_int_equal(due_of(key)->timer_count, 0);
    assert_int_equal(due_of(key)->pauses[0].from.ms, instant_at("2023-02-10T10:00").ms);
    assert_string_equal(due_of(key)->pauses[0].basis, "听证(行政许可法 §45)");
    assert_int_equal(desk_watch(desk, key, instant_at("2023-02-17T09:00")), 0);
    resume(key, "2023-02-17T09:00");
    /* 13 to 17 February: five working days */
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-08").days);
    assert_int_equal(due_of(key)->version, 2);
    assert_int_equal(due_of(key)->status, CLOCK_RUNNING);
    assert_int_equal(desk_task(desk, key)->state, STATE_IN_PROGRESS);
    assert_int_equal(due_of(key)->first_due.ms, instant_at("2023-03-02T00:00").ms);
}

static void only_a_listed_reason_stops_the_time(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    const struct turn *turn = ask(key, "2023-02-10T10:00", "人手不足");
    assert_int_equal(desk_refusal(turn), REFUSAL_RULE_UNMET);
    assert_string_equal(desk_parameter(turn, "rule"), "no_lawful_reason");
    assert_string_equal(desk_parameter(turn, "listed"), "听证,鉴定");
    key = desk_signed(desk, "T12", "housing", "2023-03-31");
    turn = ask(key, "2023-02-10T10:00", "听证");
    assert_string_equal(desk_parameter(turn, "listed"), "none");
    assert_int_equal(desk_refusal(ask(key, "2023-02-10T10:00", "")), REFUSAL_RULE_UNMET);
}

static void a_miss_that_happened_while_it_was_pending_is_taken_back(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    ask(key, "2023-03-01T17:00", "听证");
    desk_watch(desk, key, instant_at("2023-03-02T10:00"));
    assert_true(desk_task(desk, key)->was_late);
    decide(key, "2023-03-02T10:00", REQUEST_SUSPENSION, true);
    assert_false(desk_task(desk, key)->was_late);
    assert_string_equal(desk_last(desk, key, EVENT_OVERDUE_REVOKED)->revoked[0].reason, "suspension_granted");
    /* Nothing of its time was left, so the next working day is. */
    resume(key, "2023-03-10T10:00");
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-13").days);
    assert_int_equal(desk_last(desk, key, EVENT_RESUMED)->notes.count, 1);
}

static void a_second_pause_does_not_overlap_the_first(void **state)
{
    (void)state;
    const char *key = suspended("2023-02-10T10:00", "2023-02-10T11:00");
    resume(key, "2023-02-14T10:00"); /* 13, 14 February: until 3 March */
    ask(key, "2023-02-14T10:30", "鉴定");
    decide(key, "2023-02-14T11:00", REQUEST_SUSPENSION, true);
    resume(key, "2023-02-15T10:00"); /* 15 February: until 6 March */
    assert_int_equal(due_of(key)->pause_count, 2);
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-06").days);
    assert_int_equal(due_of(key)->version, 3);
}

static void a_bare_date_does_not_move(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", "2023-03-10");
    ask(key, "2023-02-10T10:00", "听证");
    decide(key, "2023-02-10T11:00", REQUEST_SUSPENSION, true);
    resume(key, "2023-02-20T10:00");
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-10").days);
}

static void what_is_pending_besides_is_withdrawn_when_the_work_stands_still(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    struct body extension = say(TRIGGER_REQUEST);
    extension.request.amount = (struct duration){UNIT_WORKING_DAY, 3};
    desk_act(desk, key, "housing-handler", "2023-02-10T10:00", extension);
    ask(key, "2023-02-10T10:01", "听证");
    assert_int_equal(desk_task(desk, key)->request_count, 2);
    decide(key, "2023-02-10T11:00", REQUEST_SUSPENSION, true);
    const struct task *task = desk_task(desk, key);
    assert_int_equal(task->request_count, 0);
    assert_int_equal(task_clock(task, CLOCK_DECIDE, REQUEST_EXTENSION)->status, CLOCK_STOPPED);
    assert_int_equal(task_clock(task, CLOCK_DECIDE, REQUEST_SUSPENSION)->status, CLOCK_MET);
    assert_int_equal(task->extensions_granted, 0);
}

static void what_was_held_waits_for_the_last_answer(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    struct body extension = say(TRIGGER_REQUEST);
    extension.request.amount = (struct duration){UNIT_WORKING_DAY, 3};
    desk_act(desk, key, "housing-handler", "2023-03-01T10:00", extension);
    ask(key, "2023-03-01T10:01", "听证");
    desk_watch(desk, key, instant_at("2023-03-02T10:00"));
    decide(key, "2023-03-02T10:00", REQUEST_EXTENSION, false);
    desk_watch(desk, key, instant_at("2023-03-02T11:00"));
    assert_int_equal(desk_task(desk, key)->rung, 2);
    struct body body = say(TRIGGER_WITHDRAW_REQUEST);
    body.withdraw_request.kind = REQUEST_SUSPENSION;
    desk_act(desk, key, "housing-handler", "2023-03-02T11:00", body);
    desk_watch(desk, key, instant_at("2023-03-03T10:00"));
    assert_int_equal(desk_task(desk, key)->rung, 3);
}

static void a_return_of_late_work_stands_still_too(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    desk_watch(desk, key, instant_at("2023-03-02T08:00"));
    desk_act(desk, key, "housing-head", "2023-03-02T08:00", desk_report(desk, "许可决定书"));
    struct body body = say(TRIGGER_RETURN);
    body.return_.defects = "缺材料";
    desk_act(desk, key, "supervision-clerk", "2023-03-02T09:00", body); /* five working days: 9 March */
    ask(key, "2023-03-06T10:00", "听证");
    decide(key, "2023-03-06T11:00", REQUEST_SUSPENSION, true);
    const struct clock *rework = task_clock(desk_task(desk, key), CLOCK_REWORK, 0);
    assert_int_equal(rework->status, CLOCK_PAUSED);
    resume(key, "2023-03-08T10:00");
    rework = task_clock(desk_task(desk, key), CLOCK_REWORK, 0);
    assert_int_equal(rework->last_day.days, date_at("2023-03-13").days);
    assert_ptr_equal(task_ladder_clock(desk_task(desk, key)), rework);
}

/* The law's fact arrives while the time stands still: what happened in time stays in time. */
static void a_fact_closes_a_suspended_task_of_the_short_procedure(void **state)
{
    (void)state;
    struct registry_template *template_ = (struct registry_template *)registry_template(desk->registry, "XK");
    template_->lane = LANE_MONITORED;
    template_->binds = BINDS_FACT;
    template_->due_fact = "许可";
    const char *key = desk_drafted(desk, "XK", "housing");
    assert_int_equal(desk_task(desk, key)->state, STATE_IN_PROGRESS);
    ask(key, "2023-02-10T10:00", "听证");
    decide(key, "2023-02-10T11:00", REQUEST_SUSPENSION, true);
    struct body fact = say(TRIGGER_RECORD_FACT);
    fact.record_fact.kind = "许可";
    fact.record_fact.occurred_on =
        date_at("2023-03-06"); /* behind 1 March, before the end without the pause */
    desk_act(desk, key, "housing-handler", "2023-03-06T10:00", fact);
    const struct task *task = desk_task(desk, key);
    assert_true((IN(task->state) & STATES_DONE) != 0);
    assert_false(task->was_late);
    assert_int_equal(due_of(key)->status, CLOCK_MET);
}

static struct body step_of(enum step_kind kind, const char *day)
{
    struct body body = say(TRIGGER_STEP);
    body.step.kind = kind;
    body.step.taken_on = date_at(day);
    body.step.document_no = "访字〔2023〕5号";
    return body;
}

/* A statutory clock stands still where the reason covers it, and only there. */
static void a_reason_stops_the_statutory_clocks_that_it_covers(void **state)
{
    (void)state;
    static const char *covered[] = {"办理"};
    struct registry_pause hearing = {
        .code = "听证", .name = "听证", .basis = "信访工作条例 §36", .covers = covered, .cover_count = 1};
    struct registry_template *template_ =
        (struct registry_template *)registry_template(desk->registry, "T23");
    template_->pauses = &hearing;
    template_->pause_count = 1;
    const char *key = desk_signed(desk, "T23", "housing", NULL);
    desk_act(desk, key, "housing-handler", "2023-02-02T10:00", step_of(STEP_KIND_ACCEPT, "2023-02-02"));
    ask(key, "2023-02-06T10:00", "听证");
    decide(key, "2023-02-06T11:00", REQUEST_SUSPENSION, true);
    const struct clock *handle = task_ladder_named(desk_task(desk, key), "办理");
    assert_int_equal(handle->status, CLOCK_PAUSED);
    assert_int_equal(task_ladder_named(desk_task(desk, key), "告知")->status, CLOCK_RUNNING);
    struct date before = handle->last_day; /* sixty days from 2 February: 3 April */
    assert_int_equal(before.days, date_at("2023-04-03").days);
    resume(key, "2023-02-16T10:00");
    handle = task_ladder_named(desk_task(desk, key), "办理");
    assert_int_equal(handle->status, CLOCK_RUNNING);
    assert_int_equal(handle->last_day.days, date_at("2023-04-13").days); /* ten days more */
}

/* Whoever leads next does not inherit a standstill: what it had asked for is the former unit's. */
static void a_reassignment_ends_the_pause(void **state)
{
    (void)state;
    const char *key = suspended("2023-02-10T10:00", "2023-02-10T11:00");
    struct body body = say(TRIGGER_REASSIGN);
    body.reassign.unit = "finance";
    body.reassign.reason_code = REASSIGN_REASON_DUTIES_CHANGED;
    desk_act(desk, key, "supervision-clerk", "2023-02-14T10:00", body); /* 13, 14 February do not count */
    const struct clock *due = due_of(key);
    assert_int_equal(desk_task(desk, key)->state, STATE_ASSIGNED);
    assert_int_equal(due->status, CLOCK_RUNNING);
    assert_int_equal(due->pause_count, 1);
    assert_int_equal(due->pauses[0].until.ms, instant_at("2023-02-14T10:00").ms);
    assert_int_equal(due->last_day.days, date_at("2023-03-14").days); /* twenty from 14 February */
    body.reassign.unit = "housing";
    desk_act(desk, key, "supervision-clerk", "2023-02-28T10:00", body);
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-17").days); /* the cap, moved by two days */
}

static const char *moment(struct instant at)
{
    char text[INSTANT_TEXT];
    instant_to_text(at, text);
    text[16] = '\0'; /* minutes are enough */
    return arena_text(desk->arena, text);
}

static void only_so_many_pauses(void **state)
{
    (void)state;
    struct registry_template *template_ = (struct registry_template *)registry_template(desk->registry, "XK");
    template_->suspension_decider = ROLE_CLERK; /* so that no unit says more than a row remembers */
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    struct instant at = instant_at("2023-02-02T10:00");
    struct body yes = say(TRIGGER_DECIDE);
    yes.decide.kind = REQUEST_SUSPENSION;
    yes.decide.granted = true;
    for (uint32_t i = 0; i < LIMIT_PAUSES_PER_CLOCK; i++) {
        assert_int_equal(desk_refusal(ask(key, moment(at), "听证")), REFUSAL_NONE);
        desk_act(desk, key, "supervision-clerk", moment(at), yes);
        at = instant_add(at, MS_PER_DAY);
        desk_act(desk, key, i % 2 == 0 ? "housing-handler" : "supervision-clerk", moment(at),
                 say(TRIGGER_RESUME));
    }
    const struct turn *turn = ask(key, moment(at), "听证");
    assert_int_equal(desk_refusal(turn), REFUSAL_ROW_FULL);
    assert_string_equal(desk_parameter(turn, "field"), "pauses");
}

/* Day by day: whatever the day of the pause and of the way back, the end never comes earlier, and by the working days
 * in between it comes later. */
static void a_pause_never_makes_the_end_earlier(void **state)
{
    (void)state;
    struct dice dice = dice_new("test_task_pause");
    for (int i = 0; i < 60; i++) {
        desk_free(desk);
        desk = desk_new();
        const char *key = desk_signed(desk, "XK", "housing", NULL);
        struct date last_day = due_of(key)->last_day, from = date_at("2023-02-01");
        from = date_add(from, (int)dice_roll(&dice, 1, last_day.days - from.days - 1));
        struct date until = date_add(from, (int)dice_roll(&dice, 0, 60));
        const char *asked = moment(instant_add(day_start(from), dice_roll(&dice, 0, 23) * MS_PER_HOUR));
        const char *resumed = moment(instant_add(day_start(until), 24 * MS_PER_HOUR - MS_PER_MINUTE));
        desk_watch(desk, key, instant_at(asked));
        ask(key, asked, "听证");
        decide(key, asked, REQUEST_SUSPENSION, true);
        desk_watch(desk, key, instant_at(resumed));
        resume(key, resumed);
        const struct calendar *calendar = desk->ruleset.calendar;
        int excluded = calendar_working_days_between(calendar, from, until);
        assert_true(due_of(key)->last_day.days >= last_day.days);
        assert_int_equal(due_of(key)->last_day.days,
                         calendar_add_working_days(calendar, last_day, excluded).days);
        assert_false(desk_task(desk, key)->was_late);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(the_pause_counts_from_the_receipt_of_the_request),
        TEST(only_a_listed_reason_stops_the_time),
        TEST(a_miss_that_happened_while_it_was_pending_is_taken_back),
        TEST(a_second_pause_does_not_overlap_the_first),
        TEST(a_bare_date_does_not_move),
        TEST(what_is_pending_besides_is_withdrawn_when_the_work_stands_still),
        TEST(what_was_held_waits_for_the_last_answer),
        TEST(a_return_of_late_work_stands_still_too),
        TEST(a_fact_closes_a_suspended_task_of_the_short_procedure),
        TEST(a_reason_stops_the_statutory_clocks_that_it_covers),
        TEST(a_reassignment_ends_the_pause),
        TEST(only_so_many_pauses),
        TEST(a_pause_never_makes_the_end_earlier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
