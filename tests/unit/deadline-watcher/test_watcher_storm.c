/* Many wakes at one moment, and two watchers at once: what goes out, against a model of the ledger that answers each wake
 * once, drops the others, and writes rows which a watcher reads when the test lets it. */
#include "base/limits.h"
#include "district_fixture.h"
#include "watcher_core.h"
#include "wire/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    TASKS = 2000,
    PARTITIONS = 4,
    WINDOW = 16,
    WATCHERS = 2,
    LOG_ROOM = 4 * TASKS,
    WAKES_ROOM = 64 * TASKS,
    ONLY_ONE = 1,
};

static const struct instant nine = {INT64_C(1675213200000)};

struct task_model {
    char id[ID_TEXT];
    uint64_t wake_seq;
    struct instant due;
    uint32_t partition, applied;
};

struct sent_model {
    uint32_t task;
    uint64_t wake_seq;
};

struct town {
    struct arena *arena;
    const struct registry *registry;
    struct task_model tasks[TASKS];
    struct watcher_core *watchers[WATCHERS];
    uint32_t log[LOG_ROOM]; /* duban.tasks: the tasks whose rows moved, in order */
    uint64_t log_seq[LOG_ROOM];
    size_t log_end, read[WATCHERS];
    struct sent_model wakes[WAKES_ROOM]; /* duban.commands */
    size_t wakes_end, wakes_done;
    uint32_t dropped;
};

static void write_row(struct town *town, uint32_t task)
{
    assert_true(town->log_end < LOG_ROOM);
    town->log[town->log_end] = task;
    town->log_seq[town->log_end++] = town->tasks[task].wake_seq;
}

static void put_watermark(const struct town *town, struct watcher_core *core, struct instant at)
{
    for (uint32_t i = 0; i < town->registry->unit_count; i++)
        watcher_core_watermark(core, &(struct watermark){town->registry->units[i].id, "", at});
    watcher_core_watermark(core, &(struct watermark){"http", "one", at});
}

static int build(void **state)
{
    struct town *town = must_alloc(sizeof *town);
    town->arena = arena_new(1 << 20);
    town->registry = district_fixture(town->arena);
    for (int i = 0; i < WATCHERS; i++) {
        town->watchers[i] = watcher_core_new(&(struct watcher_core_settings){PARTITIONS, WINDOW, false});
        watcher_core_registry(town->watchers[i], town->registry);
        put_watermark(town, town->watchers[i], instant_add(nine, MS_PER_DAY));
    }
    for (uint32_t i = 0; i < TASKS; i++) {
        char name[16];
        snprintf(name, sizeof name, "t%u", i);
        const struct digest digest = digest_of_texts(name, NULL);
        struct task_model *task = &town->tasks[i];
        digest_to_id(&digest, task->id);
        task->wake_seq = 1;
        task->due = nine;
        task->partition = partition_of(task->id, PARTITIONS);
        write_row(town, i);
    }
    *state = town;
    return 0;
}

static int raze(void **state)
{
    struct town *town = *state;
    for (int i = 0; i < WATCHERS; i++)
        watcher_core_free(town->watchers[i]);
    arena_free(town->arena);
    free(town);
    return 0;
}

/* The watcher reads at most so many rows. A row that has been answered waits for nothing. */
static void read_rows(struct town *town, int watcher, size_t at_most)
{
    for (; at_most > 0 && town->read[watcher] < town->log_end; at_most--) {
        const size_t at = town->read[watcher]++;
        const struct task_model *task = &town->tasks[town->log[at]];
        const struct row_wake row = {
            .kind = ROW_TASK,
            .task = {.id = task->id,
                     .wake_seq = town->log_seq[at],
                     .next_wake = town->log_seq[at] == 1 ? nine : INSTANT_NONE}
        };
        assert_int_equal(watcher_core_row(town->watchers[watcher], &row), STATUS_OK);
    }
}

static uint32_t task_of(const struct town *town, const char *id)
{
    uint32_t task = 0;
    while (task < TASKS && strcmp(town->tasks[task].id, id) != 0)
        task++;
    assert_in_range(task, 0, TASKS - 1);
    return task;
}

/* The watcher sends all that it may, at most so many. Returns how many it sent. */
static uint32_t send_wakes(struct town *town, int watcher, struct instant now, uint32_t at_most)
{
    struct watcher_wake wake;
    uint32_t sent = 0;
    while (sent < at_most) {
        arena_reset(town->arena);
        if (!watcher_core_next(town->watchers[watcher], now, town->arena, &wake))
            break;
        const uint32_t task = task_of(town, wake.command.task_id);
        assert_int_equal(wake.partition, town->tasks[task].partition);
        assert_true(town->wakes_end < WAKES_ROOM);
        town->wakes[town->wakes_end++] = (struct sent_model){task, wake.wake_seq};
        watcher_core_sent(town->watchers[watcher], now);
        sent++;
    }
    return sent;
}

/* The ledger takes at most so many wakes. */
static void answer(struct town *town, size_t at_most)
{
    for (; at_most > 0 && town->wakes_done < town->wakes_end; at_most--) {
        const struct sent_model *wake = &town->wakes[town->wakes_done++];
        struct task_model *task = &town->tasks[wake->task];
        if (wake->wake_seq != task->wake_seq) {
            town->dropped++;
            continue;
        }
        task->wake_seq++;
        task->applied++;
        write_row(town, wake->task);
    }
}

static void each_was_woken_once(const struct town *town)
{
    for (uint32_t i = 0; i < TASKS; i++)
        assert_int_equal(town->tasks[i].applied, 1);
}

static void a_storm_goes_out_a_window_at_a_time_and_ends(void **state)
{
    struct town *town = *state;
    read_rows(town, 0, LOG_ROOM);
    assert_int_equal(watcher_core_count(town->watchers[0]), TASKS);
    uint32_t rounds = 0;
    while (watcher_core_count(town->watchers[0]) > 0) {
        send_wakes(town, 0, nine, UINT32_MAX);
        const size_t open = town->wakes_end - town->wakes_done;
        assert_in_range(open, 1, PARTITIONS * WINDOW);
        assert_int_equal(watcher_core_in_flight(town->watchers[0]), open);
        answer(town, 7);
        read_rows(town, 0, LOG_ROOM);
        rounds++;
    }
    assert_true(rounds >= TASKS / 7);
    assert_int_equal(town->wakes_end, TASKS); /* nothing was sent twice */
    assert_int_equal(watcher_core_in_flight(town->watchers[0]), 0);
    each_was_woken_once(town);
}

static void partitions_take_turns_and_a_full_one_does_not_stop_the_others(void **state)
{
    struct town *town = *state;
    uint32_t of_partition[PARTITIONS] = {0};
    read_rows(town, 0, LOG_ROOM);
    for (uint32_t round = 1; round <= WINDOW; round++) {
        assert_int_equal(send_wakes(town, 0, nine, PARTITIONS), PARTITIONS);
        for (uint32_t i = 0; i < PARTITIONS; i++)
            of_partition[town->tasks[town->wakes[town->wakes_end - 1 - i].task].partition]++;
        for (uint32_t i = 0; i < PARTITIONS; i++)
            assert_int_equal(of_partition[i], round);
    }
    assert_int_equal(send_wakes(town, 0, nine, UINT32_MAX), 0);
    answer(town, ONLY_ONE);
    read_rows(town, 0, LOG_ROOM);
    assert_int_equal(send_wakes(town, 0, nine, UINT32_MAX), ONLY_ONE);
    assert_int_equal(town->tasks[town->wakes[0].task].partition,
                     town->tasks[town->wakes[town->wakes_end - 1].task].partition);
}

/* The ledger is away: the window is sent again, later each time, and never more than it. */
static void without_answers_no_more_than_the_window_is_ever_sent(void **state)
{
    struct town *town = *state;
    struct instant now = nine;
    read_rows(town, 0, LOG_ROOM);
    for (int i = 0; i < 20; i++) {
        const uint32_t sent = send_wakes(town, 0, now, UINT32_MAX);
        assert_int_equal(sent, PARTITIONS * WINDOW);
        const struct instant next = watcher_core_next_timer(town->watchers[0], now);
        assert_true(next.ms > now.ms);
        now = next;
    }
    for (size_t i = PARTITIONS * WINDOW; i < town->wakes_end; i++)
        assert_true(town->wakes[i].wake_seq == 1);
    assert_int_equal(watcher_core_in_flight(town->watchers[0]), PARTITIONS * WINDOW);
}

static void the_most_overdue_goes_first(void **state)
{
    struct town *town = *state;
    const struct instant earlier = instant_add(nine, -MS_PER_HOUR);
    read_rows(town, 0, LOG_ROOM);
    const struct row_wake row = {
        .kind = ROW_TASK, .task = {.id = town->tasks[TASKS - 1].id, .wake_seq = 2, .next_wake = earlier}
    };
    assert_int_equal(watcher_core_row(town->watchers[0], &row), STATUS_OK);
    send_wakes(town, 0, nine, PARTITIONS);
    bool found = false;
    for (size_t i = 0; i < PARTITIONS; i++)
        found = found || town->wakes[i].task == TASKS - 1;
    assert_true(found);
}

/* Two watchers, each at its own pace, some wakes lost on the way, one of the two begins anew: every task is woken once. */
static void two_watchers_wake_every_task_once(void **state)
{
    struct town *town = *state;
    const char *given = getenv("SEED");
    unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : 20230201u;
    struct instant now = nine;
    print_message("SEED=%u\n", seed);
    for (uint32_t i = 0; watcher_core_count(town->watchers[0]) > 0 || town->read[0] < town->log_end; i++) {
        const int watcher = rand_r(&seed) % WATCHERS;
        read_rows(town, watcher, (size_t)(rand_r(&seed) % 64));
        if (town->read[watcher] >= TASKS) /* caught up with what stood there when it began */
            send_wakes(town, watcher, now, (uint32_t)(rand_r(&seed) % 64));
        if (rand_r(&seed) % 8 == 0 && town->wakes_done < town->wakes_end)
            town->wakes_end--; /* lost */
        answer(town, (size_t)(rand_r(&seed) % 64));
        now = instant_add(now, rand_r(&seed) % 1000);
        if (i == 100) {
            watcher_core_free(town->watchers[1]);
            town->watchers[1] = watcher_core_new(&(struct watcher_core_settings){PARTITIONS, WINDOW, false});
            watcher_core_registry(town->watchers[1], town->registry);
            put_watermark(town, town->watchers[1], instant_add(nine, MS_PER_DAY));
            town->read[1] = 0;
        }
    }
    each_was_woken_once(town);
    assert_true(town->dropped > 0);
}

/* Doors are shut: nothing goes out, and the metric tells how late the oldest is, whatever else is looked at first. */
static void the_oldest_pending_is_told_while_doors_are_shut(void **state)
{
    struct town *town = *state;
    struct watcher_core *shut = watcher_core_new(&(struct watcher_core_settings){PARTITIONS, WINDOW, false});
    const struct instant later = instant_add(nine, MS_PER_HOUR), now = instant_add(nine, 2 * MS_PER_HOUR);
    struct watcher_wake wake;
    watcher_core_registry(shut, town->registry);
    put_watermark(town, shut, nine);
    struct row_wake row = {
        .kind = ROW_TASK, .task = {.id = town->tasks[0].id, .wake_seq = 1, .next_wake = nine}
    };
    assert_int_equal(watcher_core_row(shut, &row), STATUS_OK);
    assert_true(watcher_core_next(shut, now, town->arena, &wake)); /* sent, and not answered */
    watcher_core_sent(shut, now);
    for (uint32_t i = 1; i < TASKS; i++) {
        row.task = (struct task_wake){.id = town->tasks[i].id, .wake_seq = 1, .next_wake = later};
        assert_int_equal(watcher_core_row(shut, &row), STATUS_OK);
    }
    assert_false(watcher_core_next(shut, now, town->arena, &wake));
    assert_int_equal(watcher_core_oldest_pending_ms(shut, now), 2 * MS_PER_HOUR);
    row.task = (struct task_wake){.id = town->tasks[0].id, .wake_seq = 2, .next_wake = INSTANT_NONE};
    assert_int_equal(watcher_core_row(shut, &row), STATUS_OK);
    assert_int_equal(watcher_core_oldest_pending_ms(shut, now), MS_PER_HOUR);
    assert_int_equal(watcher_core_oldest_pending_ms(shut, nine), 0);
    watcher_core_free(shut);
}

#define TOWN_TEST(name) cmocka_unit_test_setup_teardown(name, build, raze)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TOWN_TEST(a_storm_goes_out_a_window_at_a_time_and_ends),
        TOWN_TEST(partitions_take_turns_and_a_full_one_does_not_stop_the_others),
        TOWN_TEST(without_answers_no_more_than_the_window_is_ever_sent),
        TOWN_TEST(the_most_overdue_goes_first),
        TOWN_TEST(two_watchers_wake_every_task_once),
        TOWN_TEST(the_oldest_pending_is_told_while_doors_are_shut),
    };
    return cmocka_run_group_tests_name("deadline-watcher/storm", tests, NULL, NULL);
}
