/* C-CO while the lead's work stands still (domain.md §3.5): in 中止 and 暂缓 the co-unit's time stands still with C-DUE, and
 * what was left goes on afterwards. A licence (XK), 20 working days from 1 February 2023: due on 1 March. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"

static const struct clock *co(const char *key)
{
    return task_clock(desk_task(desk, key), CLOCK_CO, 1);
}

/* Finance cooperates for so many working days from the 2nd of February. */
static const char *with_co_unit(const char *template_code, const char *due, int32_t working_days)
{
    const char *key = desk_signed(desk, template_code, "housing", due);
    struct body invite = say(TRIGGER_INVITE), accept = say(TRIGGER_ANSWER_INVITE);
    invite.invite.unit = "finance";
    invite.invite.matter = "核对付款凭证";
    invite.invite.period = (struct duration){UNIT_WORKING_DAY, working_days};
    accept.answer_invite.accepts = true;
    desk_act(desk, key, "housing-handler", "2023-02-02T10:00", invite);
    desk_act(desk, key, "finance-handler", "2023-02-02T11:00", accept);
    assert_int_equal(co(key)->status, CLOCK_RUNNING);
    return key;
}

static void ask(const char *key, const char *at, enum request_kind kind, const char *until)
{
    struct body body = say(TRIGGER_REQUEST);
    body.request.kind = kind;
    body.request.pause_reason = kind == REQUEST_SUSPENSION ? "鉴定" : "";
    body.request.until = text_empty(until) ? DATE_NONE : date_at(until);
    body.request.measures = "补正材料";
    body.request.applicant_told = true;
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-handler", at, body)), REFUSAL_NONE);
}

static void grant(const char *key, const char *person, const char *at, enum request_kind kind)
{
    struct body body = say(TRIGGER_DECIDE);
    body.decide.kind = kind;
    body.decide.granted = true;
    assert_int_equal(desk_refusal(desk_act(desk, key, person, at, body)), REFUSAL_NONE);
}

static void suspend(const char *key)
{
    ask(key, "2023-02-06T10:00", REQUEST_SUSPENSION, "");
    grant(key, "housing-head", "2023-02-06T11:00", REQUEST_SUSPENSION);
    assert_int_equal(desk_task(desk, key)->state, STATE_SUSPENDED);
}

#define assert_ends(key, day) assert_int_equal(co(key)->last_day.days, date_at(day).days)

static void a_suspension_stops_it_and_what_was_left_goes_on(void **state)
{
    (void)state;
    const char *key = with_co_unit("XK", NULL, 10);
    assert_ends(key, "2023-02-16");
    uint32_t version = co(key)->version;
    suspend(key);
    assert_int_equal(co(key)->status, CLOCK_PAUSED);
    assert_int_equal(co(key)->timer_count, 0);
    assert_int_equal(co(key)->paused_at.ms, instant_at("2023-02-06T10:00").ms); /* since it was asked for */
    assert_int_equal(
        desk_refusal(desk_act(desk, key, "finance-handler", "2023-02-08T10:00", say(TRIGGER_CO_REPORT))),
        REFUSAL_WRONG_STATE);
    desk_act(desk, key, "housing-handler", "2023-02-13T10:00", say(TRIGGER_RESUME));
    assert_int_equal(co(key)->status, CLOCK_RUNNING);
    assert_int_equal(co(key)->version, version + 1);
    assert_ends(key, "2023-02-23"); /* the 7th to the 13th do not count */
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_DUE, 0)->last_day.days,
                     date_at("2023-03-08").days);
    desk_act(desk, key, "finance-handler", "2023-02-23T10:00", say(TRIGGER_CO_REPORT));
    assert_int_equal(co(key)->status, CLOCK_MET);
    assert_false(desk_task(desk, key)->was_late);
}

static void its_alarms_are_silent_as_long_as_nothing_can_be_done(void **state)
{
    (void)state;
    const char *key = with_co_unit("XK", NULL, 10);
    suspend(key);
    uint32_t rungs = desk_count(desk, key, EVENT_RUNG_REACHED);
    desk_watch(desk, key, instant_at("2023-04-10T10:00"));
    assert_int_equal(desk_count(desk, key, EVENT_RUNG_REACHED), rungs);
    assert_int_equal(desk_task(desk, key)->miss_count, 0);
    desk_act(desk, key, "housing-handler", "2023-04-10T10:00", say(TRIGGER_RESUME));
    desk_watch(desk, key, instant_at("2023-04-21T10:00")); /* its eight working days end with the 20th */
    assert_int_equal(co(key)->status, CLOCK_MISSED);
    assert_string_equal(desk_task(desk, key)->misses[0].unit, "finance");
    assert_true(desk_count(desk, key, EVENT_RUNG_REACHED) > rungs);
}

static void one_that_was_late_before_stays_late_once_and_is_silent(void **state)
{
    (void)state;
    const char *key = with_co_unit("XK", NULL, 1);
    desk_watch(desk, key, instant_at("2023-02-06T09:30"));
    assert_int_equal(co(key)->status, CLOCK_MISSED);
    uint32_t rungs = desk_count(desk, key, EVENT_RUNG_REACHED);
    suspend(key);
    assert_int_equal(co(key)->status, CLOCK_MISSED);
    desk_watch(desk, key, instant_at("2023-02-07T10:00")); /* its fourth rung would have come */
    assert_int_equal(desk_count(desk, key, EVENT_RUNG_REACHED), rungs);
    desk_act(desk, key, "housing-handler", "2023-02-20T10:00", say(TRIGGER_RESUME));
    desk_watch(desk, key, instant_at("2023-02-24T10:00"));
    assert_int_equal(co(key)->status, CLOCK_MISSED);
    assert_int_equal(desk_task(desk, key)->miss_count, 1);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE_REVOKED), 0);
    assert_false(desk_task(desk, key)->misses[0].revoked);
}

/* Who is not to be reminded is not to sign either: his time to sign would pass in vain, and lift a rung that is silent. */
static void whoever_must_sign_for_its_rungs_is_waited_for_no_longer(void **state)
{
    (void)state;
    for (int shelved = 0; shelved < 2; shelved++) {
        const char *key = with_co_unit("XK", NULL, 1); /* the 3rd */
        desk_watch(desk, key, instant_at("2023-02-06T09:30"));
        const struct clock *sign = desk_awaited(desk, key, CLOCK_ACK, CLOCK_CO, 3);
        assert_non_null(sign);
        assert_int_equal(sign->status, CLOCK_RUNNING);
        uint32_t slot = sign->key;
        if (shelved) {
            ask(key, "2023-02-06T10:00", REQUEST_SHELVING, "2023-03-10");
            grant(key, "supervision-clerk", "2023-02-06T11:00", REQUEST_SHELVING);
        } else {
            suspend(key);
        }
        assert_int_equal(task_clock(desk_task(desk, key), CLOCK_ACK, slot)->status, CLOCK_STOPPED);
        uint32_t events = desk_row(desk, key)->event_count;
        desk_watch(desk, key, instant_at("2023-02-10T10:00"));
        assert_int_equal(desk_row(desk, key)->event_count, events);
    }
}

/* It passed while the decider slept: granted, it had not. */
static void a_miss_between_the_request_and_its_grant_is_taken_back(void **state)
{
    (void)state;
    const char *key = with_co_unit("XK", NULL, 3); /* the 7th */
    ask(key, "2023-02-06T10:00", REQUEST_SUSPENSION, "");
    desk_watch(desk, key, instant_at("2023-02-08T09:30"));
    assert_int_equal(co(key)->status, CLOCK_MISSED);
    grant(key, "housing-head", "2023-02-08T10:00", REQUEST_SUSPENSION);
    assert_int_equal(co(key)->status, CLOCK_PAUSED);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE_REVOKED), 1);
    desk_act(desk, key, "housing-handler", "2023-02-13T10:00", say(TRIGGER_RESUME));
    assert_ends(key, "2023-02-14");
}

static void shelving_stops_it_too(void **state)
{
    (void)state;
    const char *key = with_co_unit("XK", NULL, 10);
    ask(key, "2023-02-06T10:00", REQUEST_SHELVING, "2023-03-10");
    grant(key, "supervision-clerk", "2023-02-06T11:00", REQUEST_SHELVING);
    assert_int_equal(desk_task(desk, key)->state, STATE_SHELVED);
    assert_int_equal(co(key)->status, CLOCK_PAUSED);
    desk_act(desk, key, "housing-handler", "2023-02-13T10:00", say(TRIGGER_UNSHELVE));
    assert_int_equal(co(key)->status, CLOCK_RUNNING);
    assert_ends(key, "2023-02-23");
}

static void a_broken_promise_lets_it_go_on(void **state)
{
    (void)state;
    const char *key = with_co_unit("XK", NULL, 10);
    ask(key, "2023-02-06T10:00", REQUEST_SHELVING, "2023-03-10");
    grant(key, "supervision-clerk", "2023-02-06T11:00", REQUEST_SHELVING);
    desk_watch(desk, key, instant_at("2023-03-11T00:01"));
    assert_int_equal(desk_task(desk, key)->state, STATE_IN_PROGRESS);
    assert_int_equal(co(key)->status, CLOCK_RUNNING);
    assert_ends(key, "2023-03-22"); /* eight working days were left */
}

/* A date does not move; the co-unit's end is not to come behind it. */
static void its_end_stays_before_the_leads(void **state)
{
    (void)state;
    const char *key = with_co_unit("T12", "2023-03-20", 10);
    ask(key, "2023-02-06T10:00", REQUEST_SHELVING, "2023-03-24");
    grant(key, "leader-land", "2023-02-06T11:00", REQUEST_SHELVING);
    desk_act(desk, key, "housing-handler", "2023-03-14T10:00", say(TRIGGER_UNSHELVE));
    assert_ends(key, "2023-03-23"); /* by itself the 24th */
}

static void another_lead_unit_finds_it_running(void **state)
{
    (void)state;
    const char *key = with_co_unit("XK", NULL, 10);
    suspend(key);
    struct body body = say(TRIGGER_REASSIGN);
    body.reassign.unit = "natural-resources";
    body.reassign.reason_code = REASSIGN_REASON_DUTIES_CHANGED;
    desk_act(desk, key, "supervision-clerk", "2023-02-13T10:00", body);
    assert_int_equal(co(key)->status, CLOCK_RUNNING);
    assert_ends(key, "2023-02-23");
}

#define CO_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CO_TEST(a_suspension_stops_it_and_what_was_left_goes_on),
        CO_TEST(its_alarms_are_silent_as_long_as_nothing_can_be_done),
        CO_TEST(one_that_was_late_before_stays_late_once_and_is_silent),
        CO_TEST(whoever_must_sign_for_its_rungs_is_waited_for_no_longer),
        CO_TEST(a_miss_between_the_request_and_its_grant_is_taken_back),
        CO_TEST(shelving_stops_it_too),
        CO_TEST(a_broken_promise_lets_it_go_on),
        CO_TEST(its_end_stays_before_the_leads),
        CO_TEST(another_lead_unit_finds_it_running),
    };
    return cmocka_run_group_tests_name("task_co_pause", tests, NULL, NULL);
}
