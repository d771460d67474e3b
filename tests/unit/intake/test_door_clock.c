/* Whether this machine's clock is the broker's: what a stamp proves, and what it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "intake/door_clock.h"

enum { NS_PER_MS = 1000 * 1000, STAMP = 1000000000 };

static struct door_clock door;

static struct monotonic at(int64_t ms)
{
    return (struct monotonic){ms * NS_PER_MS};
}

static void measure(int64_t sent_ms, int64_t heard_ms, int64_t stamped_ms)
{
    door_clock_measure(&door, at(sent_ms), at(heard_ms), (struct instant){stamped_ms});
}

static int64_t off(int64_t now_ms, int64_t wall_ms)
{
    return door_clock_off_ms(&door, at(now_ms), (struct instant){wall_ms});
}

static int forget(void **state)
{
    (void)state;
    door = (struct door_clock){0};
    return 0;
}

static void before_the_first_stamp_nothing_is_known(void **state)
{
    (void)state;
    assert_int_equal(off(0, STAMP), 0);
}

static void a_clock_that_is_behind_or_ahead_is_off_by_what_the_stamp_proves(void **state)
{
    (void)state;
    measure(100, 110, STAMP);
    assert_int_equal(off(110, STAMP), 0);
    assert_int_equal(off(110, STAMP + 10), 0);
    assert_int_equal(off(110, STAMP - 60000), -60000);
    assert_int_equal(off(110, STAMP + 10 + 60000), 60000);
}

static void a_clock_set_after_the_measurement_is_off_at_once(void **state)
{
    (void)state;
    measure(100, 110, STAMP);
    assert_int_equal(off(400, STAMP + 300), 0);
    assert_int_equal(off(401, STAMP + 301 - 7200000), -7200000 + 10);
}

static void a_slow_broker_proves_nothing_against_the_clock(void **state)
{
    (void)state;
    measure(100, 30100, STAMP);
    assert_int_equal(off(30100, STAMP), 0);         /* stamped as it was acknowledged */
    assert_int_equal(off(30100, STAMP + 30000), 0); /* stamped as it was sent */
    assert_true(off(30100, STAMP - 1) < 0);
    assert_true(off(30100, STAMP + 30001) > 0);
}

static void a_slow_answer_does_not_replace_what_is_known(void **state)
{
    (void)state;
    measure(100, 110, STAMP);
    measure(1000, 31000, STAMP + 20000);
    assert_int_equal(off(31000, STAMP + 30890 - 9000), -9000);
}

static void what_contradicts_the_old_measurement_replaces_it(void **state)
{
    (void)state;
    measure(100, 110, STAMP);
    measure(200, 210, STAMP + 3600000); /* the broker's clock was set */
    assert_int_equal(off(210, STAMP + 3600000), 0);
    assert_true(off(210, STAMP + 110) < -3500000);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup(name, forget)
    const struct CMUnitTest tests[] = {
        CASE(before_the_first_stamp_nothing_is_known),
        CASE(a_clock_that_is_behind_or_ahead_is_off_by_what_the_stamp_proves),
        CASE(a_clock_set_after_the_measurement_is_off_at_once),
        CASE(a_slow_broker_proves_nothing_against_the_clock),
        CASE(a_slow_answer_does_not_replace_what_is_known),
        CASE(what_contradicts_the_old_measurement_replaces_it),
    };
    return cmocka_run_group_tests_name("door clock", tests, NULL, NULL);
}
