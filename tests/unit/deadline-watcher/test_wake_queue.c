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

/* The id of the task that a test calls so. */
static const char *id_of(const char *name)
{
    static char ids[4][ID_TEXT];
    static int turn;
    struct digest digest = digest_of_texts(name, NULL);
    char *id = ids[turn++ % 4];
    digest_to_id(&digest, id);
    return id;
}

static void set(struct wake_queue *queue, const char *name, uint64_t wake_seq, struct instant due)
{
    assert_true(wake_queue_set(queue, id_of(name), wake_seq, due));
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
    set(queue, "b", 1, at(300));
    set(queue, "a", 1, at(100));
    set(queue, "c", 1, at(200));
    assert_string_equal(wake_queue_least(queue)->task_id, id_of("a"));
    assert_int_equal(wake_queue_least(queue)->due.ms, 100);
}

static void a_row_that_moves_moves_its_wake(void **state)
{
    struct wake_queue *queue = *state;
    set(queue, "a", 1, at(100));
    set(queue, "b", 1, at(200));
    set(queue, "a", 2, at(300));
    assert_string_equal(wake_queue_least(queue)->task_id, id_of("b"));
    set(queue, "a", 3, at(150));
    assert_string_equal(wake_queue_least(queue)->task_id, id_of("a"));
    assert_int_equal(wake_queue_count(queue), 2);
}

static void a_row_that_waits_for_nothing_is_forgotten(void **state)
{
    struct wake_queue *queue = *state;
    set(queue, "a", 1, at(100));
    set(queue, "a", 2, INSTANT_NONE);
    assert_null(wake_queue_least(queue));
    set(queue, "never-seen", 1, INSTANT_NONE);
    assert_int_equal(wake_queue_count(queue), 0);
}

static void a_sent_wake_stays_until_the_row_moves(void **state)
{
    struct wake_queue *queue = *state;
    set(queue, "a", 7, at(100));
    wake_queue_postpone(queue, at(500));
    set(queue, "a", 7, at(100)); /* the same row again: not due earlier for that */
    assert_int_equal(wake_queue_least(queue)->again.ms, 500);
    assert_int_equal(wake_queue_least(queue)->due.ms, 100);
    assert_int_equal(wake_queue_least(queue)->sent, 1);
    set(queue, "a", 8, at(400));
    assert_int_equal(wake_queue_least(queue)->again.ms, 400);
    assert_int_equal(wake_queue_least(queue)->sent, 0);
}

static void what_is_no_id_is_refused(void **state)
{
    struct wake_queue *queue = *state;
    assert_false(wake_queue_set(queue, "numbers/2023", 1, at(100)));
    assert_int_equal(wake_queue_count(queue), 0);
}

static void all_of_a_storm_come_once_each(void **state)
{
    struct wake_queue *queue = *state;
    enum { STORM = 5000 };
    char name[16];
    for (int i = 0; i < STORM; i++) {
        snprintf(name, sizeof name, "s%d", i);
        set(queue, name, 1, at(1675213200000));
    }
    for (int i = 0; i < STORM; i++) {
        assert_int_equal(wake_queue_least(queue)->again.ms, 1675213200000);
        wake_queue_postpone(queue, at(1675213210000 + i));
    }
    assert_int_equal(wake_queue_least(queue)->again.ms, 1675213210000);
}

/* Against a plain array that is searched from end to end. Moments lie seconds, days and years apart, so that every level
 * of the wheel takes part; what was postponed must not come before it. */
enum { TASKS = 50, STEPS = 40000 };

struct plain {
    char ids[TASKS][ID_TEXT];
    int64_t again[TASKS];
    uint64_t seq[TASKS];
};

static int64_t drawn_moment(unsigned *seed, int64_t from)
{
    static const int64_t spans[] = {2000, 300000, 20000000, 1500000000, 90000000000, 4000000000000};
    int64_t span = spans[(unsigned)rand_r(seed) % (sizeof spans / sizeof spans[0])];
    return from + 1 + (int64_t)rand_r(seed) * 2147 % span;
}

static int best_of(const struct plain *plain)
{
    int best = -1;
    for (int i = 0; i < TASKS; i++) {
        if (plain->again[i] != 0 && (best < 0 || plain->again[i] < plain->again[best]))
            best = i;
    }
    return best;
}

static int task_of(const struct plain *plain, const char *id)
{
    int task = 0;
    while (task < TASKS && !text_equal(plain->ids[task], id))
        task++;
    return task;
}

static void any_sequence_agrees_with_a_plain_search(void **state)
{
    struct wake_queue *queue = *state;
    const char *given = getenv("SEED");
    unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : 20230201u;
    static struct plain plain;
    plain = (struct plain){.seq = {0}};
    print_message("SEED=%u\n", seed);
    for (int i = 0; i < TASKS; i++) {
        char name[16];
        snprintf(name, sizeof name, "t%02d", i);
        memcpy(plain.ids[i], id_of(name), ID_TEXT);
    }
    for (int step = 0; step < STEPS; step++) {
        unsigned draw = (unsigned)rand_r(&seed);
        int task = (int)(draw % TASKS), best = best_of(&plain);
        int64_t now = best < 0 ? 1000 : plain.again[best];
        if (draw % 7 < 3 && best >= 0) {
            task = task_of(&plain, wake_queue_least(queue)->task_id);
            assert_in_range(task, 0, TASKS - 1);
            plain.again[task] = drawn_moment(&seed, now);
            wake_queue_postpone(queue, at(plain.again[task]));
        } else {
            plain.again[task] = draw % 5 == 0 ? 0 : drawn_moment(&seed, draw % 3 == 0 ? 1000 : now);
            assert_true(wake_queue_set(queue, plain.ids[task], ++plain.seq[task], at(plain.again[task])));
        }
        best = best_of(&plain);
        const struct wake *least = wake_queue_least(queue);
        assert_int_equal(least == NULL, best < 0);
        if (best >= 0) {
            assert_int_equal(least->again.ms, plain.again[best]);
            assert_int_equal(plain.again[task_of(&plain, least->task_id)], plain.again[best]);
        }
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
        QUEUE_TEST(what_is_no_id_is_refused),
        QUEUE_TEST(all_of_a_storm_come_once_each),
        QUEUE_TEST(any_sequence_agrees_with_a_plain_search),
    };
    return cmocka_run_group_tests_name("deadline-watcher/wake_queue", tests, NULL, NULL);
}
