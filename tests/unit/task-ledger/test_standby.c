/* Snapshots of partitions that another instance holds (standby.h), on a log in memory: whoever takes over from them knows
 * what the log says, and has read only the tail. */
#include "ledger_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "scratch.h"
#include "task-ledger/ledger_metrics.h"
#include "task-ledger/standby.h"

enum { TASKS = 6 };

static struct ledger_harness harness; /* the instance that holds all partitions; it keeps no snapshots */
static char *directory;               /* of the one that stands by */
static uint64_t records_read;

static int set_up(void **state)
{
    (void)state;
    directory = scratch_new();
    harness_init(&harness);
    harness_start(&harness);
    harness_bootstrap(&harness);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    harness_release(&harness);
    scratch_free(directory);
    return 0;
}

static void act(int64_t round)
{
    for (int i = 0; i < TASKS; i++) {
        char reference[32];
        snprintf(reference, sizeof(reference), "W-%d-%d", (int)round, i);
        struct command command = harness_draft(&harness, reference, round * TASKS + i);
        harness_send(&harness, &command);
    }
    harness_must_settle(&harness);
}

/* --- the log as the thread sees it ------------------------------------------------------------------------------ */

static enum status watermarks(void *self, const char *topic, int32_t partition, int64_t *ret_start,
                              int64_t *ret_end)
{
    return log_port_watermarks(self, topic, partition, ret_start, ret_end);
}

static enum status restore(void *self, struct log_offset *offsets, size_t count, log_restored callback,
                           void *context)
{
    const int64_t from = offsets[0].next;
    enum status status = log_port_restore(self, offsets, count, callback, context);
    records_read += (uint64_t)(offsets[0].next - from);
    return status;
}

static enum status broker_is_away(void *self, struct log_offset *offsets, size_t count, log_restored callback,
                                  void *context)
{
    (void)self;
    (void)offsets;
    (void)count;
    (void)callback;
    (void)context;
    return STATUS_RETRY;
}

static bool goes_on(void *context)
{
    (void)context;
    return false;
}

static bool is_given_up(void *context)
{
    (void)context;
    return true;
}

static enum standby_outcome refresh_by(int32_t partition, const struct standby_log *log,
                                       bool (*given_up)(void *), uint32_t *ret_refused)
{
    const struct snapshot_of of = {
        .deployment = "test", .topic = "tasks", .partition = partition, .writer = "standby"};
    return standby_refresh(directory, &of, log, given_up, NULL, ret_refused);
}

/* Of all partitions; how many had that outcome. */
static int refresh_all(enum standby_outcome outcome)
{
    const struct standby_log log = {watermarks, restore, harness.port};
    int found = 0;
    records_read = 0;
    for (int32_t i = 0; i < HARNESS_PARTITIONS; i++) {
        uint32_t refused;
        found += refresh_by(i, &log, goes_on, &refused) == outcome;
    }
    return found;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int files(void)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_visible, alphasort);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return count;
}

static int restored_from_snapshots(void)
{
    const char *how = "snapshot";
    return (int)metrics_value(harness.metrics, LEDGER_RESTORES, &how);
}

/* The other instance dies, ours has what it left in the directory. */
static void take_over(void)
{
    harness_kill(&harness);
    harness.state_directory = directory;
    harness_start(&harness);
    harness_must_settle(&harness);
}

/* --- rules -------------------------------------------------------------------------------------------------------- */

static void whoever_takes_over_from_it_knows_what_the_log_says(void **state)
{
    (void)state;
    act(0);
    assert_int_equal(refresh_all(STANDBY_WRITTEN), HARNESS_PARTITIONS);
    act(1); /* the tail */
    take_over();
    assert_int_equal(restored_from_snapshots(), HARNESS_PARTITIONS);
    act(2);
    harness_check_history(&harness);
}

static void a_round_reads_only_what_came_since_the_last_one(void **state)
{
    (void)state;
    act(0);
    assert_int_equal(refresh_all(STANDBY_WRITTEN), HARNESS_PARTITIONS);
    const uint64_t whole = records_read;
    assert_int_equal(refresh_all(STANDBY_CURRENT), HARNESS_PARTITIONS);
    assert_int_equal(records_read, 0);
    act(1);
    assert_int_equal(refresh_all(STANDBY_FAILED), 0);
    assert_in_range(records_read, 1, whole);
    take_over();
    harness_check_history(&harness);
}

static void a_file_that_the_log_does_not_reach_is_refused_and_made_anew(void **state)
{
    (void)state;
    const struct snapshot_of of = {
        .deployment = "test", .topic = "tasks", .partition = 0, .writer = "standby"};
    const struct standby_log log = {watermarks, restore, harness.port};
    struct snapshot_writer *writer = snapshot_begin(directory, &of, 4711);
    uint32_t refused = 0;
    assert_non_null(writer);
    assert_true(snapshot_publish(writer));
    act(0);
    assert_int_equal(refresh_by(0, &log, goes_on, &refused), STANDBY_WRITTEN);
    assert_int_equal(refused, 1);
    take_over();
    harness_check_history(&harness);
}

static void without_an_answer_of_the_broker_nothing_is_written(void **state)
{
    (void)state;
    const struct standby_log log = {watermarks, broker_is_away, harness.port};
    uint32_t refused;
    act(0);
    assert_int_equal(refresh_by(0, &log, goes_on, &refused), STANDBY_FAILED);
    assert_int_equal(files(), 0);
}

static void a_partition_that_comes_to_this_instance_is_left_alone_at_once(void **state)
{
    (void)state;
    const struct standby_log log = {watermarks, restore, harness.port};
    uint32_t refused;
    act(0);
    for (int32_t i = 0; i < HARNESS_PARTITIONS; i++)
        assert_int_equal(refresh_by(i, &log, is_given_up, &refused), STANDBY_FAILED);
    assert_int_equal(files(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whoever_takes_over_from_it_knows_what_the_log_says, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_round_reads_only_what_came_since_the_last_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_the_log_does_not_reach_is_refused_and_made_anew, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(without_an_answer_of_the_broker_nothing_is_written, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_partition_that_comes_to_this_instance_is_left_alone_at_once, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
