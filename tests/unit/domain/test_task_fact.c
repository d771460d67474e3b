/* A due date that binds a fact (domain.md §3.4): who has the fact on record, dated in time, is not late while his report is
 * waited for, five working days; what is verified afterwards decides. T1: 支付 by 28 February 2023. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"
#include "domain/catalogue.h"

static struct desk *desk;

static int set_up(void **state)
{
    (void)state;
    desk = desk_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

static const char *funds(void)
{
    return desk_signed(desk, "T1", "finance", NULL);
}

static void record(const char *key, const char *at, const char *on)
{
    struct body fact = say(TRIGGER_RECORD_FACT);
    fact.record_fact.kind = "支付";
    fact.record_fact.occurred_on = date_at(on);
    assert_int_equal(desk_refusal(desk_act(desk, key, "finance-handler", at, fact)), REFUSAL_NONE);
}

static void report(const char *key, const char *at, const char *on)
{
    struct body body = desk_report(desk, "国库支付凭证");
    body.report_done.completed_on = date_at(on);
    assert_int_equal(desk_refusal(desk_act(desk, key, "finance-head", at, body)), REFUSAL_NONE);
}

static void close_on(const char *key, const char *at, const char *on)
{
    struct body body = say(TRIGGER_CLOSE);
    body.close.completed_on = date_at(on);
    assert_int_equal(desk_refusal(desk_act(desk, key, "projects-clerk", at, body)), REFUSAL_NONE);
}

static const struct clock *due(const char *key)
{
    return task_clock(desk_task(desk, key), CLOCK_DUE, 0);
}

/* Recorded at …, dated …; late in the night after the end, and after the five days. */
static void only_a_fact_on_record_and_dated_in_time_holds_the_end(void **state)
{
    (void)state;
    static const struct {
        const char *at, *on;
        bool late_at_night;
    } rows[] = {
        {"2023-02-28T16:00", "2023-02-28", false},
        {"2023-02-27T16:00", "2023-02-20", false},
        {"2023-02-10T16:00", "2023-02-10", true }, /* five working days ago: where is the report? */
        {"2023-03-01T08:00", "2023-02-28", true }, /* told too late: only the verified date takes it back */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *key = funds();
        record(key, rows[i].at, rows[i].on);
        desk_watch(desk, key, instant_at("2023-03-01T08:30"));
        assert_int_equal(desk_count(desk, key, EVENT_OVERDUE), rows[i].late_at_night);
        assert_int_equal(desk_task(desk, key)->was_late, rows[i].late_at_night);
        assert_int_equal(task_light(desk_task(desk, key), instant_at("2023-03-01T08:30")),
                         rows[i].late_at_night ? LIGHT_RED : LIGHT_YELLOW);
        desk_watch(desk, key, instant_at("2023-03-07T09:01"));
        assert_int_equal(desk_count(desk, key, EVENT_OVERDUE), 1);
    }
}

static void without_a_report_the_miss_is_of_the_end_itself(void **state)
{
    (void)state;
    const char *key = funds();
    record(key, "2023-02-28T16:00", "2023-02-28");
    desk_watch(desk, key, instant_at("2023-03-07T08:59"));
    assert_int_equal(desk_task(desk, key)->miss_count, 0);
    desk_watch(desk, key, instant_at("2023-03-07T09:01"));
    const struct miss *miss = &desk_task(desk, key)->misses[0];
    assert_int_equal(miss->due.ms, instant_at("2023-03-01T00:00").ms);
    assert_string_equal(
        event_render(desk_last(desk, key, EVENT_OVERDUE), desk->registry, LANGUAGE_ZH, desk->arena),
        "办理时限已于 2023-02-28 24:00 到期,认定区财政局超期");
    /* ends before rungs, rungs ascending, at one moment */
    const struct desk_row *row = desk_row(desk, key);
    const struct event *last = &row->events[row->event_count - 1];
    assert_int_equal(last[-3].type, EVENT_OVERDUE);
    for (uint32_t rung = 3; rung <= 5; rung++)
        assert_int_equal(last[(int)rung - 5].rung, rung);
}

static void reported_meanwhile_and_verified_it_was_never_late(void **state)
{
    (void)state;
    const char *key = funds();
    record(key, "2023-02-28T16:00", "2023-02-28");
    report(key, "2023-03-03T10:00", "2023-02-28");
    assert_int_equal(due(key)->status, CLOCK_PAUSED);
    close_on(key, "2023-03-06T10:00", "2023-02-28");
    assert_int_equal(due(key)->status, CLOCK_MET);
    assert_int_equal(desk_task(desk, key)->miss_count, 0);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE_REVOKED), 0);
}

static void another_verified_day_is_late_after_all(void **state)
{
    (void)state;
    const char *key = funds();
    record(key, "2023-02-28T16:00", "2023-02-28");
    report(key, "2023-03-03T10:00", "2023-02-28");
    close_on(key, "2023-03-06T10:00", "2023-03-02");
    assert_int_equal(due(key)->status, CLOCK_MISSED);
    assert_true(desk_task(desk, key)->was_late);
}

static void who_reports_a_later_day_himself_is_late(void **state)
{
    (void)state;
    const char *key = funds();
    record(key, "2023-02-28T16:00", "2023-02-28");
    report(key, "2023-03-03T10:00", "2023-03-02");
    assert_int_equal(due(key)->status, CLOCK_MISSED);
    assert_true(desk_task(desk, key)->was_late);
}

/* Nothing was left when it was reported: what comes now is C-REWORK, and the date is decided by the closing. */
static void returned_it_gains_no_time(void **state)
{
    (void)state;
    const char *key = funds();
    record(key, "2023-02-28T16:00", "2023-02-28");
    report(key, "2023-03-03T10:00", "2023-02-28");
    desk_act(desk, key, "projects-clerk", "2023-03-06T10:00", say(TRIGGER_RETURN));
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_REWORK, 0)->status, CLOCK_RUNNING);
    assert_int_equal(due(key)->version, 1);
    assert_int_equal(due(key)->last_day.days, date_at("2023-02-28").days);
    report(key, "2023-03-08T10:00", "2023-03-07");
    close_on(key, "2023-03-09T10:00", "2023-03-07");
    assert_int_equal(due(key)->status, CLOCK_MISSED);
    assert_true(desk_task(desk, key)->was_late);
    assert_int_equal(desk_task(desk, key)->misses[0].due.ms, instant_at("2023-03-01T00:00").ms);
}

static void returned_and_proved_it_was_in_time(void **state)
{
    (void)state;
    const char *key = funds();
    record(key, "2023-02-28T16:00", "2023-02-28");
    report(key, "2023-03-03T10:00", "2023-02-28");
    desk_act(desk, key, "projects-clerk", "2023-03-06T10:00", say(TRIGGER_RETURN));
    report(key, "2023-03-08T10:00", "2023-02-28");
    close_on(key, "2023-03-09T10:00", "2023-02-28");
    assert_int_equal(due(key)->status, CLOCK_MET);
    assert_false(desk_task(desk, key)->was_late);
}

/* Of a debt the date asks for all of the money. */
static void an_instalment_does_not_hold_the_end_of_the_debt(void **state)
{
    (void)state;
    district_ask_creditor(desk->registry, desk->arena);
    for (int whole = 0; whole < 2; whole++) {
        const char *key = desk_drafted(desk, "T12", "housing");
        struct task *task = (struct task *)desk_task(desk, key);
        task->amount_fen = 1000;
        desk_act(desk, key, "arrears-clerk", "2023-02-01T09:01", desk_registration("housing", "2023-03-31"));
        desk_act(desk, key, "arrears-clerk", "2023-02-01T09:02", say(TRIGGER_ASSIGN));
        desk_act(desk, key, "housing-handler", "2023-02-01T09:03", say(TRIGGER_SIGN));
        struct body fact = say(TRIGGER_RECORD_FACT);
        fact.record_fact.kind = "到账";
        fact.record_fact.occurred_on = date_at("2023-03-30");
        fact.record_fact.amount_fen = whole ? 1000 : 999;
        desk_act(desk, key, "housing-handler", "2023-03-30T10:00", fact);
        desk_watch(desk, key, instant_at("2023-04-01T00:01"));
        assert_int_equal(desk_task(desk, key)->was_late, !whole);
    }
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(only_a_fact_on_record_and_dated_in_time_holds_the_end),
        CASE(without_a_report_the_miss_is_of_the_end_itself),
        CASE(reported_meanwhile_and_verified_it_was_never_late),
        CASE(another_verified_day_is_late_after_all),
        CASE(who_reports_a_later_day_himself_is_late),
        CASE(returned_it_gains_no_time),
        CASE(returned_and_proved_it_was_in_time),
        CASE(an_instalment_does_not_hold_the_end_of_the_debt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
