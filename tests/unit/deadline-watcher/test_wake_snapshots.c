/* The wakes of a partition in a file: what was saved comes back, what cannot be trusted does not, and saving gets in
 * nobody's way. */
#include "base/digest.h"
#include "deadline-watcher/wake_snapshots.h"
#include "scratch.h"
#include "wire/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTITIONS = 2, INTERVAL_MS = 1000, WAKES = 5000 };

struct bench {
    char *directory;
    struct watcher_core *core;
    struct wake_snapshots *snapshots;
    int64_t now_ms;
};

static struct bench bench;

static void open_watcher(const char *directory, const char *deployment)
{
    const struct watcher_core_settings settings = {.partitions = PARTITIONS, .wakes_in_flight = 10};
    bench.core = watcher_core_new(&settings);
    const struct wake_snapshots_options options = {.directory = directory,
                                                   .deployment = deployment,
                                                   .topic = "duban.tasks",
                                                   .interval_ms = INTERVAL_MS,
                                                   .core = bench.core,
                                                   .partitions = PARTITIONS};
    bench.snapshots = wake_snapshots_new(&options);
}

static void close_watcher(void)
{
    wake_snapshots_free(bench.snapshots);
    watcher_core_free(bench.core);
}

static void open_again(void)
{
    close_watcher();
    open_watcher(bench.directory, "district");
}

static int set_up(void **state)
{
    (void)state;
    bench = (struct bench){.directory = scratch_new(), .now_ms = 1};
    open_watcher(bench.directory, "district");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    close_watcher();
    scratch_free(bench.directory);
    return 0;
}

/* The n-th task of a partition wants to be woken; its record stands at that offset. */
static void take_row(uint32_t partition, uint32_t n, uint64_t wake_seq, int64_t due_ms, int64_t offset)
{
    char text[32], id[ID_TEXT];
    for (uint32_t tries = 0;; tries++) {
        snprintf(text, sizeof(text), "task %u %u", n, tries);
        const struct digest digest = digest_of_texts(text, NULL);
        digest_to_id(&digest, id);
        if (partition_of(id, PARTITIONS) == partition)
            break;
    }
    const struct row_wake row = {
        ROW_TASK, {id, wake_seq, {due_ms}}
    };
    assert_int_equal(watcher_core_row(bench.core, &row), STATUS_OK);
    wake_snapshots_read(bench.snapshots, partition, offset);
}

static void fill(uint32_t partition, uint32_t count, int64_t first_offset)
{
    for (uint32_t n = 0; n < count; n++)
        take_row(partition, n, 1, 1000 + n, first_offset + n);
}

static void save_all(void)
{
    bench.now_ms += INTERVAL_MS;
    for (uint32_t p = 0; p < PARTITIONS; p++)
        while (wake_snapshots_step(bench.snapshots, bench.now_ms))
            continue;
}

static void what_was_saved_comes_back(void **state)
{
    (void)state;
    fill(0, WAKES, 100);
    fill(1, 3, 7);
    save_all();
    assert_int_equal(wake_snapshots_take(bench.snapshots, WAKE_SNAPSHOT_WRITTEN), 2);
    open_again();
    wake_snapshots_load(bench.snapshots, 0, 0, 100 + WAKES);
    wake_snapshots_load(bench.snapshots, 1, 0, 10);
    assert_int_equal(wake_snapshots_next(bench.snapshots, 0), 100 + WAKES);
    assert_int_equal(wake_snapshots_next(bench.snapshots, 1), 10);
    assert_int_equal(wake_queue_count(watcher_core_queue(bench.core, 0)), WAKES);
    assert_int_equal(wake_queue_count(watcher_core_queue(bench.core, 1)), 3);
    const struct wake *least = wake_queue_least(watcher_core_queue(bench.core, 0));
    assert_int_equal(least->due.ms, 1000);
    assert_int_equal(least->wake_seq, 1);
}

static void the_tail_behind_it_wins(void **state)
{
    (void)state;
    fill(0, 10, 0);
    save_all();
    open_again();
    wake_snapshots_load(bench.snapshots, 0, 0, 20);
    take_row(0, 0, 2, 9000, 10);
    take_row(0, 1, 2, 0, 11); /* waits for nothing any more */
    struct wake_queue *queue = watcher_core_queue(bench.core, 0);
    assert_int_equal(wake_queue_count(queue), 9);
    assert_int_equal(wake_queue_least(watcher_core_queue(bench.core, 0))->due.ms, 1002);
}

static void what_is_unchanged_is_not_saved_again(void **state)
{
    (void)state;
    fill(0, 10, 0);
    save_all();
    save_all();
    assert_int_equal(wake_snapshots_take(bench.snapshots, WAKE_SNAPSHOT_WRITTEN), 1);
}

static void what_changes_is_saved_after_its_interval(void **state)
{
    (void)state;
    fill(0, 10, 0);
    save_all();
    take_row(0, 0, 2, 9000, 10);
    assert_false(wake_snapshots_step(bench.snapshots, bench.now_ms + INTERVAL_MS - 1));
    save_all();
    assert_int_equal(wake_snapshots_take(bench.snapshots, WAKE_SNAPSHOT_WRITTEN), 2);
}

static void a_record_that_comes_while_it_is_written_is_saved_the_next_time(void **state)
{
    (void)state;
    fill(0, WAKES, 0);
    bench.now_ms += INTERVAL_MS;
    assert_true(wake_snapshots_step(bench.snapshots, bench.now_ms));
    take_row(0, 1, 2, 9000, WAKES);
    save_all();
    save_all();
    assert_int_equal(wake_snapshots_take(bench.snapshots, WAKE_SNAPSHOT_WRITTEN), 2);
    open_again();
    wake_snapshots_load(bench.snapshots, 0, 0, WAKES + 1);
    assert_int_equal(wake_snapshots_next(bench.snapshots, 0), WAKES + 1);
}

static void a_queue_that_outgrows_its_table_is_saved_from_the_beginning(void **state)
{
    (void)state;
    fill(0, WAKES, 0);
    bench.now_ms += INTERVAL_MS;
    assert_true(wake_snapshots_step(bench.snapshots, bench.now_ms));
    for (uint32_t n = WAKES; n < 8 * WAKES; n++)
        take_row(0, n, 1, 1000 + n, n);
    save_all();
    save_all();
    assert_int_equal(wake_snapshots_take(bench.snapshots, WAKE_SNAPSHOT_WRITTEN), 1);
    open_again();
    wake_snapshots_load(bench.snapshots, 0, 0, 8 * WAKES);
    assert_int_equal(wake_queue_count(watcher_core_queue(bench.core, 0)), 8 * WAKES);
}

/* --- what cannot be trusted -------------------------------------------------------------------------------------------- */

static void flip_last_byte_of(const char *name)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s", bench.directory, name);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, -1, SEEK_END), 0);
    const int last = fgetc(file);
    assert_int_equal(fseek(file, -1, SEEK_END), 0);
    fputc(last ^ 1, file);
    assert_int_equal(fclose(file), 0);
}

static void a_damaged_file_is_refused_and_the_older_one_taken(void **state)
{
    (void)state;
    fill(0, 10, 0);
    save_all();
    take_row(0, 0, 2, 9000, 10);
    save_all();
    flip_last_byte_of("partition-0-00000000000000000011.snapshot");
    open_again();
    wake_snapshots_load(bench.snapshots, 0, 0, 11);
    assert_int_equal(wake_snapshots_take(bench.snapshots, WAKE_SNAPSHOT_REFUSED), 1);
    assert_int_equal(wake_snapshots_next(bench.snapshots, 0), 10);
}

static void one_that_does_not_fit_the_log_is_refused(void **state)
{
    (void)state;
    fill(0, 10, 0);
    save_all();
    const int64_t bounds[][2] = {
        {0,  9 },
        {11, 20}
    };
    for (int i = 0; i < 2; i++) {
        open_again();
        wake_snapshots_load(bench.snapshots, 0, bounds[i][0], bounds[i][1]);
        assert_int_equal(wake_snapshots_take(bench.snapshots, WAKE_SNAPSHOT_REFUSED), 1);
        assert_int_equal(wake_snapshots_next(bench.snapshots, 0), 0);
        assert_int_equal(wake_queue_count(watcher_core_queue(bench.core, 0)), 0);
    }
}

static void one_of_another_deployment_is_refused(void **state)
{
    (void)state;
    fill(0, 10, 0);
    save_all();
    close_watcher();
    open_watcher(bench.directory, "another");
    wake_snapshots_load(bench.snapshots, 0, 0, 10);
    assert_int_equal(wake_snapshots_take(bench.snapshots, WAKE_SNAPSHOT_REFUSED), 1);
    assert_int_equal(wake_snapshots_next(bench.snapshots, 0), 0);
}

static void without_a_directory_nothing_is_saved(void **state)
{
    (void)state;
    close_watcher();
    open_watcher("", "district");
    fill(0, 10, 0);
    save_all();
    wake_snapshots_load(bench.snapshots, 1, 0, 10);
    assert_int_equal(wake_snapshots_take(bench.snapshots, WAKE_SNAPSHOT_WRITTEN), 0);
    assert_int_equal(wake_snapshots_take(bench.snapshots, WAKE_SNAPSHOT_FAILED), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_saved_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_tail_behind_it_wins, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_unchanged_is_not_saved_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_changes_is_saved_after_its_interval, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_record_that_comes_while_it_is_written_is_saved_the_next_time,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_queue_that_outgrows_its_table_is_saved_from_the_beginning, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_refused_and_the_older_one_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_does_not_fit_the_log_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_of_another_deployment_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_directory_nothing_is_saved, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("wake_snapshots", tests, NULL, NULL);
}
