/* What a new version of the calendars does to time that stands still: it goes on standing still, and counts by the new
 * calendar when it goes on. A licence (XK) assigned on 1 February 2023 is due on 1 March. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar_change.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "domain/task_recompute.h"

/* 20 February becomes a day of rest; published on the 13th, and applied to the row. */
static void rest_on_20_february(const char *key)
{
    static const char *const changes[] = {"2023-02-20 off", NULL};
    desk_adopt(desk, calendar_change(desk->registry, 2023, changes, desk->arena),
               instant_at("2023-02-13T10:00"));
    struct command command = task_recompute_command(desk_task(desk, key), &desk->ruleset, desk->arena);
    desk_take(desk, &command);
}

static const char *granted(struct body request)
{
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    desk_act(desk, key, "housing-handler", "2023-02-10T10:00", request);
    struct body body = say(TRIGGER_DECIDE);
    body.decide.kind = request.request.kind;
    body.decide.granted = true;
    const char *decider =
        request.request.kind == REQUEST_SHELVING ? "supervision-clerk" : "housing-head"; /* as XK says */
    desk_act(desk, key, decider, "2023-02-10T11:00", body);
    return key;
}

static struct body hearing(void)
{
    struct body body = say(TRIGGER_REQUEST);
    body.request.kind = REQUEST_SUSPENSION;
    body.request.pause_reason = "听证";
    return body;
}

static struct body promise(const char *until)
{
    struct body body = say(TRIGGER_REQUEST);
    body.request.kind = REQUEST_SHELVING;
    body.request.until = date_at(until);
    body.request.measures = "补正材料";
    body.request.applicant_told = true;
    return body;
}

static const struct clock *due_of(const char *key)
{
    return task_clock(desk_task(desk, key), CLOCK_DUE, 0);
}

static void suspended_time_goes_on_standing_still(void **state)
{
    (void)state;
    const char *key = granted(hearing());
    rest_on_20_february(key);
    assert_int_equal(desk_task(desk, key)->state, STATE_SUSPENDED);
    assert_int_equal(due_of(key)->status, CLOCK_PAUSED);
    assert_int_equal(due_of(key)->timer_count, 0);
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-02").days);
    assert_int_equal(desk_watch(desk, key, instant_at("2023-02-17T10:00")), 0);
    desk_act(desk, key, "housing-handler", "2023-02-17T10:00", say(TRIGGER_RESUME));
    /* 13 to 17 February do not count, and neither does the 20th. */
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-09").days);
    assert_int_equal(due_of(key)->status, CLOCK_RUNNING);
}

/* The days of the pause are counted by the calendar that holds when it ends. */
static void a_pause_over_the_new_day_of_rest_excludes_one_day_less(void **state)
{
    (void)state;
    const char *key = granted(hearing());
    rest_on_20_february(key);
    desk_act(desk, key, "housing-handler", "2023-02-21T10:00", say(TRIGGER_RESUME));
    /* 13 to 17 and 21 February: six working days behind 2 March */
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-03-10").days);
}

static void a_promise_stays_and_is_still_looked_at(void **state)
{
    (void)state;
    ((struct registry_template *)registry_template(desk->registry, "XK"))->cap_count = 0;
    const char *key = granted(promise("2023-06-30"));
    assert_int_equal(desk_task(desk, key)->state, STATE_SHELVED);
    rest_on_20_february(key);
    assert_int_equal(due_of(key)->last_day.days, date_at("2023-06-30").days);
    assert_int_equal(due_of(key)->status, CLOCK_PAUSED);
    desk_watch(desk, key, instant_at("2023-03-13T10:00")); /* thirty days: Sunday, 12 March */
    assert_int_equal(desk_count(desk, key, EVENT_SHELF_REVIEW_DUE), 1);
    desk_watch(desk, key, instant_at("2023-07-01T00:01"));
    assert_int_equal(desk_count(desk, key, EVENT_SHELF_EXPIRED), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(suspended_time_goes_on_standing_still),
        TEST(a_pause_over_the_new_day_of_rest_excludes_one_day_less),
        TEST(a_promise_stays_and_is_still_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
