/* The queue of wakes: least first, follows the row, repeats until the row moves. */
#include "wake_queue.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct instant at(int64_t ms)
{
    return (struct instant){ms};
}

static int fresh_queue(void **state)
{
    *state = wake_queue_new();
    return 0;
}

static int free_queue(void **state)
{
    wake_queue_free(*state);
    return 0;
}

static void the_least_due_comes_first(void **state)
{
    struct wake_queue *queue = *state;
    wake_queue_set(queue, "b", 1, at(300));
    wake_queue_set(queue, "a", 1, at(100));
    wake_queue_set(queue, "c", 1, at(200));
    assert_string_equal(wake_queue_least(queue)->task_id, "a");
    assert_int_equal(wake_queue_least(queue)->due.ms, 100);
}

static void a_row_that_moves_moves_its_wake(void **state)
{
    struct wake_queue *queue = *state;
    wake_queue_set(queue, "a", 1, at(100));
    wake_queue_set(queue, "b", 1, at(200));
    wake_queue_set(queue, "a", 2, at(300));
    assert_string_equal(wake_queue_least(queue)->task_id, "b");
    wake_queue_set(queue, "a", 3, at(150));
    assert_string_equal(wake_queue_least(queue)->task_id, "a");
    assert_int_equal(wake_queue_count(queue), 2);
}

static void a_row_that_waits_for_nothing_is_forgotten(void **state)
{
    struct wake_queue *queue = *state;
    wake_queue_set(queue, "a", 1, at(100));
    wake_queue_set(queue, "a", 2, INSTANT_NONE);
    assert_null(wake_queue_least(queue));
    wake_queue_set(queue, "never-seen", 1, INSTANT_NONE);
    assert_int_equal(wake_queue_count(queue), 0);
}

static void a_sent_wake_stays_until_the_row_moves(void **state)
{
    struct wake_queue *queue = *state;
    wake_queue_set(queue, "a", 7, at(100));
    wake_queue_postpone(queue, at(500));
    wake_queue_set(queue, "a", 7, at(100)); /* the same row again: not due earlier for that */
    assert_int_equal(wake_queue_least(queue)->again.ms, 500);
    assert_int_equal(wake_queue_least(queue)->due.ms, 100);
    assert_int_equal(wake_queue_least(queue)->sent, 1);
    wake_queue_set(queue, "a", 8, at(400));
    assert_int_equal(wake_queue_least(queue)->again.ms, 400);
    assert_int_equal(wake_queue_least(queue)->sent, 0);
}

/* Against a plain array that is searched from end to end. */
static void any_sequence_agrees_with_a_plain_search(void **state)
{
    struct wake_queue *queue = *state;
    enum { TASKS = 50, STEPS = 20000 };
    const char *given = getenv("SEED");
    unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : 20230201u;
    print_message("SEED=%u\n", seed);
    int64_t again[TASKS] = {0};
    uint64_t seq[TASKS] = {0};
    for (int step = 0; step < STEPS; step++) {
        unsigned draw = (unsigned)rand_r(&seed);
        int task = (int)(draw % TASKS);
        char id[16];
        snprintf(id, sizeof id, "t%02d", task);
        if (draw % 7 == 0 && wake_queue_least(queue) != NULL) {
            long least = strtol(wake_queue_least(queue)->task_id + 1, NULL, 10);
            again[least] += 1 + (int64_t)(draw % 1000);
            wake_queue_postpone(queue, at(again[least]));
        } else {
            again[task] = draw % 5 == 0 ? 0 : 1 + (int64_t)(draw / 64 % 100000);
            wake_queue_set(queue, id, ++seq[task], at(again[task]));
        }
        int best = -1;
        for (int i = 0; i < TASKS; i++) {
            if (again[i] != 0 && (best < 0 || again[i] < again[best]))
                best = i;
        }
        if (best < 0) {
            assert_null(wake_queue_least(queue));
            continue;
        }
        snprintf(id, sizeof id, "t%02d", best);
        assert_string_equal(wake_queue_least(queue)->task_id, id);
        assert_int_equal(wake_queue_least(queue)->again.ms, again[best]);
    }
}

#define QUEUE_TEST(name) cmocka_unit_test_setup_teardown(name, fresh_queue, free_queue)

int main(void)
{
    const struct CMUnitTest tests[] = {
        QUEUE_TEST(the_least_due_comes_first),
        QUEUE_TEST(a_row_that_moves_moves_its_wake),
        QUEUE_TEST(a_row_that_waits_for_nothing_is_forgotten),
        QUEUE_TEST(a_sent_wake_stays_until_the_row_moves),
        QUEUE_TEST(any_sequence_agrees_with_a_plain_search),
    };
    return cmocka_run_group_tests_name("deadline-watcher/wake_queue", tests, NULL, NULL);
}
