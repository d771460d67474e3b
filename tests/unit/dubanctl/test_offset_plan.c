/* What `dubanctl offsets reset` understands before it asks a broker (services/dubanctl/offset_plan.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dubanctl/lookup.h"
#include "dubanctl/offset_plan.h"

static void a_goal_is_an_end_or_an_offset(void **state)
{
    struct offset_goal goal;
    (void)state;
    assert_true(offset_goal_read("earliest", &goal));
    assert_int_equal(goal.kind, GOAL_EARLIEST);
    assert_true(offset_goal_read("latest", &goal));
    assert_int_equal(goal.kind, GOAL_LATEST);
    assert_true(offset_goal_read("120", &goal));
    assert_int_equal(goal.kind, GOAL_OFFSET);
    assert_int_equal(goal.offset, 120);
    assert_false(offset_goal_read("", &goal));
    assert_false(offset_goal_read("-1", &goal));
    assert_false(offset_goal_read("beginning", &goal));
    assert_int_equal(goal.offset, 120); /* untouched */
}

static void a_topic_gets_the_prefix_it_lacks(void **state)
{
    static const struct {
        const char *text, *topic;
        int32_t partition;
    } cases[] = {
        {"commands",         "duban.commands",      ALL_PARTITIONS},
        {"duban.commands:3", "duban.commands",      3             },
        {"inbox.finance:0",  "duban.inbox.finance", 0             },
    };
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    struct offset_target target;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(offset_target_read(cases[i].text, "duban.", arena, &target));
        assert_string_equal(target.topic, cases[i].topic);
        assert_int_equal(target.partition, cases[i].partition);
    }
    assert_false(offset_target_read("", "duban.", arena, &target));
    assert_false(offset_target_read(":1", "duban.", arena, &target));
    assert_false(offset_target_read("commands:x", "duban.", arena, &target));
    assert_false(offset_target_read("commands:-1", "duban.", arena, &target));
    arena_free(arena);
}

static void a_goal_outside_the_log_is_refused(void **state)
{
    const struct offset_goal earliest = {GOAL_EARLIEST, 0}, latest = {GOAL_LATEST, 0}, low = {GOAL_OFFSET, 9},
                             inside = {GOAL_OFFSET, 10}, end = {GOAL_OFFSET, 20}, high = {GOAL_OFFSET, 21};
    int64_t next = -7;
    (void)state;
    assert_true(offset_goal_in(&earliest, 10, 20, &next));
    assert_int_equal(next, 10);
    assert_true(offset_goal_in(&latest, 10, 20, &next));
    assert_int_equal(next, 20);
    assert_true(offset_goal_in(&inside, 10, 20, &next) && offset_goal_in(&end, 10, 20, &next));
    assert_false(offset_goal_in(&low, 10, 20, &next));
    assert_false(offset_goal_in(&high, 10, 20, &next));
    assert_false(offset_goal_in(&latest, -1, -1, &next)); /* the broker did not say */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_goal_is_an_end_or_an_offset),
        cmocka_unit_test(a_topic_gets_the_prefix_it_lacks),
        cmocka_unit_test(a_goal_outside_the_log_is_refused),
    };
    return cmocka_run_group_tests_name("offset_plan", tests, NULL, NULL);
}
