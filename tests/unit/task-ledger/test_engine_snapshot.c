/* The ledger on a log in memory, with snapshots: whatever a snapshot holds, and whatever became of it, a ledger that
 * starts again knows what the log says and nothing else. */
#include "ledger_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"
#include "task-ledger/ledger_metrics.h"

enum { TASKS = 6, IDLE_TURNS = 64 };

static struct ledger_harness harness;
static char *directory;

static int set_up(void **state)
{
    (void)state;
    directory = scratch_new();
    harness_init(&harness);
    harness.state_directory = directory;
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

static const char *task_of(int index)
{
    char reference[16];
    snprintf(reference, sizeof(reference), "W-%d", index);
    return harness_task_of(&harness, reference);
}

static void draft_all(void)
{
    for (int i = 0; i < TASKS; i++) {
        char reference[16];
        snprintf(reference, sizeof(reference), "W-%d", i);
        struct command command = harness_draft(&harness, reference, i);
        harness_send(&harness, &command);
    }
    harness_must_settle(&harness);
}

static void register_all(void)
{
    for (int i = 0; i < TASKS; i++) {
        char id[32];
        snprintf(id, sizeof(id), "register-%d", i);
        struct command command =
            harness_by_person(&harness, "hotline-clerk", task_of(i), TRIGGER_REGISTER, id);
        command.body.registration.lead_unit = "housing";
        harness_send(&harness, &command);
    }
    harness_must_settle(&harness);
}

/* Turns without work: snapshots that are due are finished. */
static void idle(void)
{
    for (int i = 0; i < IDLE_TURNS; i++)
        assert_int_equal(engine_turn(harness.engine, 0), STATUS_OK);
}

static int is_snapshot(const struct dirent *entry)
{
    return strstr(entry->d_name, ".snapshot") != NULL;
}

/* Does this with each snapshot there is; returns how many there are. */
static int each_snapshot(void (*visit)(const char *name))
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_snapshot, alphasort);
    for (int i = 0; i < count; i++) {
        if (visit != NULL)
            visit(entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return count;
}

static void restart(void)
{
    harness_kill(&harness);
    harness_start(&harness);
    harness_must_settle(&harness);
}

static double restored(const char *how)
{
    return metrics_value(harness.metrics, LEDGER_RESTORES, &how);
}

static double written(void)
{
    const char *outcome = "written";
    return metrics_value(harness.metrics, LEDGER_SNAPSHOTS, &outcome);
}

static void assert_all_registered(void)
{
    for (int i = 0; i < TASKS; i++)
        assert_int_equal(harness_task(&harness, task_of(i)).state, STATE_REGISTERED);
    harness_check_history(&harness);
}

static void a_restart_reads_the_snapshot_and_what_came_since(void **state)
{
    (void)state;
    draft_all();
    idle();
    assert_in_range(each_snapshot(NULL), 1, 2 * HARNESS_PARTITIONS);
    assert_true(written() >= 1);
    register_all();
    restart();
    assert_true(restored("snapshot") >= 1);
    assert_all_registered();
}

static void rows_that_change_while_a_snapshot_is_written_are_right_afterwards(void **state)
{
    (void)state;
    draft_all();
    /* One turn begins a snapshot, each further one writes to it: change rows in between. */
    for (int i = 0; i < TASKS; i++) {
        char id[32];
        assert_int_equal(engine_turn(harness.engine, 0), STATUS_OK);
        snprintf(id, sizeof(id), "register-%d", i);
        struct command command =
            harness_by_person(&harness, "hotline-clerk", task_of(i), TRIGGER_REGISTER, id);
        command.body.registration.lead_unit = "housing";
        harness_send(&harness, &command);
    }
    harness_must_settle(&harness);
    idle();
    restart();
    assert_all_registered();
}

static void spoil(const char *name)
{
    char path[1024];
    snprintf(path, sizeof(path), "%s/%s", directory, name);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -40, SEEK_END), 0);
    assert_int_equal(fputc('?', file), '?');
    fclose(file);
}

static void with_every_snapshot_spoilt_the_log_is_read_whole(void **state)
{
    (void)state;
    draft_all();
    register_all();
    idle();
    harness_kill(&harness);
    assert_true(each_snapshot(spoil) > 0);
    double before = restored("snapshot");
    harness_start(&harness);
    harness_must_settle(&harness);
    assert_true(restored("snapshot") == before);
    assert_all_registered();
}

static void a_directory_that_cannot_be_written_stops_nothing(void **state)
{
    (void)state;
    char path[1024];
    snprintf(path, sizeof(path), "%s/file", directory);
    fclose(fopen(path, "w"));
    harness_stop(&harness);
    harness.state_directory = path;
    harness_start(&harness);
    draft_all();
    idle();
    register_all();
    restart();
    assert_all_registered();
    const char *outcome = "failed";
    assert_true(metrics_value(harness.metrics, LEDGER_SNAPSHOTS, &outcome) >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_restart_reads_the_snapshot_and_what_came_since, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_that_change_while_a_snapshot_is_written_are_right_afterwards,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(with_every_snapshot_spoilt_the_log_is_read_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_directory_that_cannot_be_written_stops_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("engine_snapshot", tests, NULL, NULL);
}
