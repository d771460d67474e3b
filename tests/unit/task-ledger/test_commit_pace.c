/* When the next transaction may begin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "task-ledger/commit_pace.h"

static struct monotonic at_ms(int64_t ms)
{
    return (struct monotonic){ms * 1000 * 1000};
}

static void the_first_commit_waits_for_nothing(void **state)
{
    (void)state;
    const struct commit_pace pace = {0};
    assert_int_equal(commit_pace_rest_ms(&pace, at_ms(0)), 0);
    assert_int_equal(commit_pace_rest_ms(&pace, at_ms(1000)), 0);
}

static void the_ledger_rests_as_long_as_a_commit_takes(void **state)
{
    (void)state;
    struct commit_pace pace = {0};
    commit_pace_note(&pace, at_ms(1000), at_ms(1020));
    assert_int_equal(commit_pace_rest_ms(&pace, at_ms(1020)), 20);
    assert_int_equal(commit_pace_rest_ms(&pace, at_ms(1035)), 5);
    assert_int_equal(commit_pace_rest_ms(&pace, at_ms(1040)), 0);
}

static void who_comes_alone_is_committed_at_once(void **state)
{
    (void)state;
    struct commit_pace pace = {0};
    commit_pace_note(&pace, at_ms(1000), at_ms(1020));
    assert_int_equal(commit_pace_rest_ms(&pace, at_ms(5000)), 0);
}

static void slow_commits_are_made_seldom_but_nobody_waits_long(void **state)
{
    (void)state;
    struct commit_pace pace = {0};
    int64_t now = 0, rest = 0;
    for (int i = 0; i < 100; i++) {
        commit_pace_note(&pace, at_ms(now), at_ms(now + 40));
        rest = commit_pace_rest_ms(&pace, at_ms(now + 40));
        now += 40 + rest;
    }
    assert_int_equal(rest, 40);
    commit_pace_note(&pace, at_ms(now), at_ms(now + 60000));
    assert_int_equal(commit_pace_rest_ms(&pace, at_ms(now + 60000)), COMMIT_PACE_MOST_REST_MS);
}

static void one_slow_commit_is_forgotten(void **state)
{
    (void)state;
    struct commit_pace pace = {0};
    commit_pace_note(&pace, at_ms(0), at_ms(1000));
    for (int64_t now = 2000; now < 2000 + 40 * 100; now += 100)
        commit_pace_note(&pace, at_ms(now), at_ms(now + 4));
    assert_in_range(commit_pace_rest_ms(&pace, pace.ended), 4, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_commit_waits_for_nothing),
        cmocka_unit_test(the_ledger_rests_as_long_as_a_commit_takes),
        cmocka_unit_test(who_comes_alone_is_committed_at_once),
        cmocka_unit_test(slow_commits_are_made_seldom_but_nobody_waits_long),
        cmocka_unit_test(one_slow_commit_is_forgotten),
    };
    return cmocka_run_group_tests_name("commit_pace", tests, NULL, NULL);
}
