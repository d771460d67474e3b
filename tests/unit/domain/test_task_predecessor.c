/* A predecessor that is due after its follower (common/domain/task_predecessor.h): who is told, when, and how often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar_fixture.h"
#include "desk_bench.h"

static const char *follower_of(const char *predecessor, const char *due)
{
    const char *key = desk_drafted(desk, "T12", "housing");
    struct body body = desk_registration("housing", due);
    body.registration.follows = (struct text_list){(const char *[]){predecessor}, 1};
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:30", body);
    return key;
}

static void extend(const char *key, const char *until)
{
    struct body ask = say(TRIGGER_REQUEST), decide = say(TRIGGER_DECIDE);
    ask.request.kind = decide.decide.kind = REQUEST_EXTENSION;
    ask.request.until = date_at(until);
    decide.decide.granted = true;
    desk_act(desk, key, "finance-handler", "2023-02-02T10:00", ask);
    desk_act(desk, key, "leader-finance", "2023-02-02T11:00", decide);
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_DUE, 0)->last_day.days, date_at(until).days);
}

static uint32_t told(const char *key)
{
    return desk_count(desk, key, EVENT_PREDECESSOR_LATER);
}

static void a_follower_that_is_due_first_is_told_at_once(void **state)
{
    (void)state;
    const char *first = desk_signed(desk, "T12", "finance", "2023-03-31");
    const char *second = follower_of(first, "2023-03-30");
    assert_int_equal(told(second), 1);
    const struct event *event = desk_last(desk, second, EVENT_PREDECESSOR_LATER);
    assert_int_equal(event->notes.count, 1);
    assert_string_equal(event->notes.items[0],
                        "predecessor_later task=督办〔2023〕1号 last_day=2023-03-31 own_last_day=2023-03-30");
    assert_int_equal(event->state, STATE_REGISTERED); /* it is told, and nothing else */
}

static void the_same_day_or_a_later_one_is_no_matter(void **state)
{
    (void)state;
    const char *first = desk_signed(desk, "T12", "finance", "2023-03-31");
    assert_int_equal(told(follower_of(first, "2023-03-31")), 0);
    assert_int_equal(told(follower_of(first, "2023-04-28")), 0);
}

static void an_extension_tells_whom_it_overtakes_once(void **state)
{
    (void)state;
    const char *first = desk_signed(desk, "T12", "finance", "2023-03-20");
    const char *second = follower_of(first, "2023-03-22"), *third = follower_of(first, "2023-03-31");
    extend(first, "2023-03-24");
    assert_int_equal(told(second), 1);
    assert_int_equal(told(third), 0);
    desk_watch(desk, first, instant_at("2023-03-23T10:00")); /* rungs, pauses and the like repeat nothing */
    assert_int_equal(told(second), 1);
}

/* Before the predecessor is assigned it is judged by the day that its registration promised. */
static void a_predecessor_that_is_only_registered_counts_by_its_date(void **state)
{
    (void)state;
    const char *first = desk_drafted(desk, "T12", "finance");
    desk_act(desk, first, "arrears-clerk", "2023-02-01T09:10", desk_registration("finance", "2023-03-31"));
    const char *second = follower_of(first, "2023-03-15");
    assert_int_equal(told(second), 1);
    desk_act(desk, first, "arrears-clerk", "2023-02-01T09:40", say(TRIGGER_ASSIGN));
    assert_int_equal(told(second), 1); /* the same day */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_follower_that_is_due_first_is_told_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_day_or_a_later_one_is_no_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_extension_tells_whom_it_overtakes_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_predecessor_that_is_only_registered_counts_by_its_date, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("task_predecessor", tests, NULL, NULL);
}
