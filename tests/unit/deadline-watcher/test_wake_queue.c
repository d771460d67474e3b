/* The queue of wakes: least first, follows the row, repeats until the row moves. */
#include "wake_queue.h"

#include "base/limits.h"
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
    assert_null(wake_queue_repeat(queue));
    wake_queue_sent(queue, at(500));
    set(queue, "a", 7, at(100)); /* the same row again: not due earlier for that */
    assert_null(wake_queue_least(queue));
    assert_int_equal(wake_queue_repeat(queue)->again.ms, 500);
    assert_int_equal(wake_queue_repeat(queue)->due.ms, 100);
    assert_int_equal(wake_queue_repeat(queue)->sent, 1);
    assert_int_equal(wake_queue_in_flight(queue), 1);
    set(queue, "a", 8, at(400));
    assert_null(wake_queue_repeat(queue));
    assert_int_equal(wake_queue_least(queue)->due.ms, 400);
    assert_int_equal(wake_queue_least(queue)->sent, 0);
    assert_int_equal(wake_queue_in_flight(queue), 0);
}

static void a_row_that_is_gone_leaves_nothing_in_flight(void **state)
{
    struct wake_queue *queue = *state;
    set(queue, "a", 7, at(100));
    assert_int_equal(wake_queue_least(queue)->due.ms, 100);
    wake_queue_sent(queue, at(500));
    set(queue, "a", 8, INSTANT_NONE);
    set(queue, "b", 7, at(300)); /* in the same slot: what was sent before is not its own */
    assert_int_equal(wake_queue_in_flight(queue), 0);
    assert_null(wake_queue_repeat(queue));
    assert_int_equal(wake_queue_least(queue)->due.ms, 300);
}

/* Sends it so often that nobody expects an answer any more, if others answer. */
static void repeat_often(struct wake_queue *queue)
{
    for (int i = 0; i <= LIMIT_WAKE_REPEATS; i++)
        wake_queue_repeated(queue, at(wake_queue_repeat(queue)->again.ms + 1000));
}

static void a_wake_without_an_answer_is_not_counted_once_others_are_answered(void **state)
{
    struct wake_queue *queue = *state;
    set(queue, "a", 1, at(100));
    set(queue, "b", 1, at(INT64_C(1675213200000)));
    assert_int_equal(wake_queue_least(queue)->due.ms, 100);
    wake_queue_sent(queue, at(500));
    repeat_often(queue); /* nobody is answered: the ledger is away, and the window stays shut */
    assert_int_equal(wake_queue_in_flight(queue), 1);
    set(queue, "b", 2, at(INT64_C(1675213200001)));
    repeat_often(queue);
    assert_int_equal(wake_queue_in_flight(queue), 0);
    assert_string_equal(wake_queue_repeat(queue)->task_id, id_of("a")); /* it is repeated still */
    set(queue, "a", 2, at(200));
    assert_int_equal(wake_queue_in_flight(queue), 0);
    assert_int_equal(wake_queue_least(queue)->due.ms, 200);
}

static void the_oldest_is_found_among_sent_and_unsent(void **state)
{
    struct wake_queue *queue = *state;
    assert_false(instant_is_set(wake_queue_oldest(queue)));
    set(queue, "a", 1, at(100));
    set(queue, "b", 1, at(200));
    assert_int_equal(wake_queue_oldest(queue).ms, 100);
    wake_queue_sent(queue, at(5000));
    assert_int_equal(wake_queue_oldest(queue).ms, 100); /* not b, though that is the next to be looked at */
    set(queue, "a", 2, at(300));
    assert_int_equal(wake_queue_oldest(queue).ms, 200);
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
        assert_int_equal(wake_queue_least(queue)->due.ms, 1675213200000);
        wake_queue_sent(queue, at(1675213210000 + i));
    }
    assert_null(wake_queue_least(queue));
    for (int i = 0; i < STORM; i++) {
        assert_int_equal(wake_queue_repeat(queue)->again.ms, 1675213210000 + i);
        wake_queue_repeated(queue, at(1675213300000));
    }
}

/* Against a plain array that is searched from end to end. Moments lie seconds, days and years apart, so that every level
 * of the wheel takes part; what was postponed must not come before it. */
enum { TASKS = 50, STEPS = 40000 };

struct plain {
    char ids[TASKS][ID_TEXT];
    int64_t again[TASKS]; /* 0: waits for nothing */
    bool sent[TASKS];
    uint64_t seq[TASKS];
};

static int64_t drawn_moment(unsigned *seed, int64_t from)
{
    static const int64_t spans[] = {2000, 300000, 20000000, 1500000000, 90000000000, 4000000000000};
    int64_t span = spans[(unsigned)rand_r(seed) % (sizeof spans / sizeof spans[0])];
    return from + 1 + (int64_t)rand_r(seed) * 2147 % span;
}

static int best_of(const struct plain *plain, bool sent)
{
    int best = -1;
    for (int i = 0; i < TASKS; i++) {
        if (plain->again[i] != 0 && plain->sent[i] == sent &&
            (best < 0 || plain->again[i] < plain->again[best]))
            best = i;
    }
    return best;
}

static int task_of(const struct plain *plain, const char *id)
{
    int task = 0;
    while (task < TASKS && !text_equal(plain->ids[task], id))
        task++;
    assert_in_range(task, 0, TASKS - 1);
    return task;
}

static void agrees(const struct plain *plain, bool sent, const struct wake *wake)
{
    int best = best_of(plain, sent);
    assert_int_equal(wake == NULL, best < 0);
    if (wake == NULL)
        return;
    assert_int_equal(wake->again.ms, plain->again[best]);
    assert_int_equal(plain->again[task_of(plain, wake->task_id)], plain->again[best]);
    assert_int_equal(wake->sent != 0, sent);
}

/* Sends the least of those, if there is one. */
static bool send_least(struct wake_queue *queue, struct plain *plain, bool sent, unsigned *seed)
{
    int best = best_of(plain, sent);
    if (best < 0)
        return false;
    int64_t again = drawn_moment(seed, plain->again[best]);
    int task = task_of(plain, (sent ? wake_queue_repeat(queue) : wake_queue_least(queue))->task_id);
    (sent ? wake_queue_repeated : wake_queue_sent)(queue, at(again));
    plain->again[task] = again;
    plain->sent[task] = true;
    return true;
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
        int task = (int)(draw % TASKS), best = best_of(&plain, false);
        int64_t now = best < 0 ? 1000 : plain.again[best];
        if (draw % 7 >= 3 || !send_least(queue, &plain, draw % 3 == 0, &seed)) {
            plain.again[task] = draw % 5 == 0 ? 0 : drawn_moment(&seed, draw % 3 == 0 ? 1000 : now);
            plain.sent[task] = false;
            assert_true(wake_queue_set(queue, plain.ids[task], ++plain.seq[task], at(plain.again[task])));
        }
        agrees(&plain, false, wake_queue_least(queue));
        agrees(&plain, true, wake_queue_repeat(queue));
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
        QUEUE_TEST(a_row_that_is_gone_leaves_nothing_in_flight),
        QUEUE_TEST(a_wake_without_an_answer_is_not_counted_once_others_are_answered),
        QUEUE_TEST(the_oldest_is_found_among_sent_and_unsent),
        QUEUE_TEST(what_is_no_id_is_refused),
        QUEUE_TEST(all_of_a_storm_come_once_each),
        QUEUE_TEST(any_sequence_agrees_with_a_plain_search),
    };
    return cmocka_run_group_tests_name("deadline-watcher/wake_queue", tests, NULL, NULL);
}
