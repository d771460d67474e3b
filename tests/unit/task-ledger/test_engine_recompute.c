/* The cursor of RecomputeCalendar: every task of every partition sees every version of the calendars exactly once,
 * whatever dies meanwhile and whoever acts in between. */
#include "base/text.h"
#include "calendar_change.h"
#include "calendar_fixture.h"
#include "deadly_port.h"
#include "ledger_harness.h"
#include "task-ledger/ledger_metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

enum {
    TASKS = 12,
    /* A new version causes of every task the alarm that nobody has woken it for yet, and the recomputation; of the
     * registry: published, adopted by each partition, in force. */
    EVENTS = 2 * TASKS + 1 + HARNESS_PARTITIONS + 1,
};

static const char *task_of(struct ledger_harness *harness, int index)
{
    char reference[16];
    snprintf(reference, sizeof(reference), "W-%d", index);
    return harness_task_of(harness, reference);
}

/* Complaints with five working days from 2023-02-01 on: due on the 8th. */
static void assign_tasks(struct ledger_harness *harness)
{
    harness_bootstrap(harness);
    for (int i = 0; i < TASKS; i++) {
        char reference[16], id[32];
        snprintf(reference, sizeof(reference), "W-%d", i);
        struct command command = harness_draft(harness, reference, i);
        harness_send(harness, &command);
        snprintf(id, sizeof(id), "register-%d", i);
        command = harness_by_person(harness, "hotline-clerk", task_of(harness, i), TRIGGER_REGISTER, id);
        command.body.registration.lead_unit = "housing";
        harness_send(harness, &command);
        snprintf(id, sizeof(id), "assign-%d", i);
        command = harness_by_person(harness, "hotline-clerk", task_of(harness, i), TRIGGER_ASSIGN, id);
        harness_send(harness, &command);
    }
    harness_must_settle(harness);
}

/* The next version of the registry, with one day changed. */
static void publish(struct ledger_harness *harness, const char *change)
{
    const char *const changes[] = {change, NULL};
    const uint32_t base = harness->registry->version == 0 ? 1 : harness->registry->version;
    harness->registry->version = base;
    harness->registry = calendar_change(harness->registry, 2023, changes, harness->arena);
    struct registry content = *harness->registry;
    content.version = 0; /* as in files */
    char id[32];
    snprintf(id, sizeof(id), "publish-%u", base + 1);
    struct command command = harness_apply_registry(harness, base, &content, id);
    harness_send(harness, &command);
}

static size_t moved(struct ledger_harness *harness)
{
    size_t count = 0;
    for (int i = 0; i < TASKS; i++) {
        struct task task = harness_task(harness, task_of(harness, i));
        count += task_clock(&task, CLOCK_DUE, 0)->version > 1;
    }
    return count;
}

static void assert_all(struct ledger_harness *harness, const char *last_day, uint32_t version)
{
    for (int i = 0; i < TASKS; i++) {
        struct task task = harness_task(harness, task_of(harness, i));
        const struct clock *due = task_clock(&task, CLOCK_DUE, 0);
        assert_int_equal(due->last_day.days, date_at(last_day).days);
        assert_int_equal(due->version, version);
    }
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        char key[32];
        snprintf(key, sizeof(key), KEY_PARTITION_PREFIX "%d", p);
        struct row row = harness_row(harness, key);
        assert_false(row.partition.recomputing);
        assert_string_equal(row.partition.recomputed_key, "");
    }
    harness_check_history(harness);
}

static int set_up(void **state)
{
    static struct ledger_harness harness;
    harness_init(&harness);
    harness_start(&harness);
    assign_tasks(&harness);
    *state = &harness;
    return 0;
}

static int tear_down(void **state)
{
    harness_release(*state);
    return 0;
}

static void every_task_is_recomputed_once(void **state)
{
    struct ledger_harness *harness = *state;
    const size_t before = harness_count(harness, "events");
    publish(harness, "2023-02-06 off");
    harness_must_settle(harness);
    assert_all(harness, "2023-02-09", 2);
    assert_int_equal(harness_count(harness, "events") - before, EVENTS);
    assert_int_equal((int)metrics_value(harness->metrics, LEDGER_MOVED, NULL), TASKS);
    assert_int_equal((int)metrics_value(harness->metrics, LEDGER_RECOMPUTED, NULL), TASKS);
    assert_int_equal((int)metrics_value(harness->metrics, LEDGER_RECOMPUTE_REMAINING, NULL), 0);
}

/* The version was received before the request, and adopted after it: as if it had been the other way round. */
static void what_was_asked_too_late_by_the_old_dates_is_decided_after_the_adoption(void **state)
{
    struct ledger_harness *harness = *state;
    const char *task = task_of(harness, 0);
    struct command command = harness_by_person(harness, "housing-handler", task, TRIGGER_REQUEST, "request");
    command.received_at = instant_at("2023-02-09T10:00");
    command.body.request.kind = REQUEST_EXTENSION;
    command.body.request.amount = (struct duration){UNIT_WORKING_DAY, 3};
    command.body.request.reason = "等待材料";
    harness_send(harness, &command);
    harness_must_settle(harness);
    struct task row = harness_task(harness, task);
    assert_int_equal(row.request_count, 0);
    assert_int_equal(row.late_act_count, 1);
    harness_kill(harness);
    harness_start(harness);
    publish(harness, "2023-02-06 off");
    harness_must_settle(harness);
    row = harness_task(harness, task);
    assert_int_equal(row.request_count, 1);
    assert_int_equal(row.requests[0].received_at.ms, instant_at("2023-02-09T10:00").ms);
    assert_int_equal(row.late_act_count, 0);
    harness_check_history(harness);
    /* The sender who asks again hears how it ended. */
    const size_t answers = harness_count(harness, "answers"), events = harness_count(harness, "events");
    harness_send(harness, &command);
    harness_must_settle(harness);
    assert_int_equal(harness_count(harness, "answers"), answers + 1);
    assert_int_equal(harness_count(harness, "events"), events);
}

static void a_version_with_the_same_calendars_recomputes_nothing(void **state)
{
    struct ledger_harness *harness = *state;
    publish(harness, "2023-02-06 off");
    harness_must_settle(harness);
    publish(harness, "2023-02-06 off");
    harness_must_settle(harness);
    assert_int_equal(harness_row(harness, "partition/0").partition.registry_version, 3);
    assert_int_equal(harness_row(harness, "partition/0").partition.calendar_version, 2);
    assert_int_equal((int)metrics_value(harness->metrics, LEDGER_RECOMPUTED, NULL), TASKS);
    assert_all(harness, "2023-02-09", 2);
}

static void an_unfinished_cursor_is_in_flight(void **state)
{
    struct ledger_harness *harness = *state;
    harness_stop(harness);
    harness->batch_records = 2; /* one row of the cursor in a batch */
    harness_start(harness);
    harness_must_settle(harness);
    publish(harness, "2023-02-06 off");
    bool seen = false;
    while (moved(harness) < TASKS) {
        assert_int_equal(engine_turn(harness->engine, 0), STATUS_OK);
        const bool between = moved(harness) > 0 && moved(harness) < TASKS;
        if (between)
            assert_true(engine_in_flight(harness->engine) > 0);
        seen = seen || between;
    }
    assert_true(seen);
    harness_must_settle(harness);
    assert_all(harness, "2023-02-09", 2);
}

/* Killed after each possible number of turns, between two transactions. */
static void a_cursor_goes_on_where_it_was_when_the_program_restarts(void **state)
{
    (void)state;
    for (int turns = 1; turns < 3 * TASKS; turns++) {
        struct ledger_harness harness;
        harness_init(&harness);
        harness_start(&harness);
        assign_tasks(&harness);
        harness_stop(&harness);
        harness.batch_records = 2;
        harness_start(&harness);
        harness_must_settle(&harness);
        publish(&harness, "2023-02-06 off");
        for (int i = 0; i < turns; i++)
            assert_int_equal(engine_turn(harness.engine, 0), STATUS_OK);
        harness_kill(&harness);
        harness_start(&harness);
        harness_must_settle(&harness);
        assert_all(&harness, "2023-02-09", 2);
        harness_release(&harness);
    }
}

static bool die_once(struct ledger_harness *harness, long steps)
{
    static volatile bool died;
    died = false;
    publish(harness, "2023-02-06 off");
    if (setjmp(deadly_death) == 0) {
        deadly_arm(steps);
        harness_must_settle(harness);
    } else {
        died = true;
        harness_kill(harness);
        harness_start(harness);
        harness_must_settle(harness);
    }
    deadly_arm(0);
    return died;
}

/* And before and after every single call of the log. */
static void a_kill_in_the_middle_of_a_transaction_repeats_nothing(void **state)
{
    (void)state;
    bool died = true;
    long steps = 1;
    for (; died; steps += 3) {
        struct ledger_harness harness;
        harness_init(&harness);
        harness.between = deadly_between;
        harness.batch_records = 6;
        harness_start(&harness);
        assign_tasks(&harness);
        const size_t before = harness_count(&harness, "events");
        died = die_once(&harness, steps);
        assert_all(&harness, "2023-02-09", 2);
        assert_int_equal(harness_count(&harness, "events") - before, EVENTS);
        harness_release(&harness);
    }
    assert_true(steps > 100);
}

static void two_versions_in_quick_succession_are_two_steps_for_every_task(void **state)
{
    struct ledger_harness *harness = *state;
    harness_stop(harness);
    harness->batch_records = 2;
    harness_start(harness);
    publish(harness, "2023-02-06 off");
    publish(harness, "2023-02-07 off");
    harness_must_settle(harness);
    assert_all(harness, "2023-02-10", 3);
    assert_int_equal(harness_row(harness, KEY_REGISTRY).registry.in_force, 3);
    for (int i = 0; i < TASKS; i++) {
        struct task task = harness_task(harness, task_of(harness, i));
        assert_int_equal(task_clock(&task, CLOCK_DUE, 0)->calendar_version, 3);
    }
}

static void a_command_in_between_recomputes_its_task_first(void **state)
{
    struct ledger_harness *harness = *state;
    harness_stop(harness);
    harness->batch_records = 2;
    harness_start(harness);
    harness_must_settle(harness);
    publish(harness, "2023-02-06 off");
    for (int i = 0; i < TASKS; i++) {
        char id[32];
        snprintf(id, sizeof(id), "sign-%d", i);
        struct command command =
            harness_by_person(harness, "housing-handler", task_of(harness, i), TRIGGER_SIGN, id);
        harness_send(harness, &command);
        assert_int_equal(engine_turn(harness->engine, 0), STATUS_OK);
    }
    harness_must_settle(harness);
    assert_all(harness, "2023-02-09", 2);
    for (int i = 0; i < TASKS; i++)
        assert_int_equal(harness_task(harness, task_of(harness, i)).state, STATE_IN_PROGRESS);
    assert_int_equal((int)metrics_value(harness->metrics, LEDGER_MOVED, NULL), TASKS);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_task_is_recomputed_once),
        TEST(what_was_asked_too_late_by_the_old_dates_is_decided_after_the_adoption),
        TEST(a_version_with_the_same_calendars_recomputes_nothing),
        TEST(an_unfinished_cursor_is_in_flight),
        cmocka_unit_test(a_cursor_goes_on_where_it_was_when_the_program_restarts),
        cmocka_unit_test(a_kill_in_the_middle_of_a_transaction_repeats_nothing),
        TEST(two_versions_in_quick_succession_are_two_steps_for_every_task),
        TEST(a_command_in_between_recomputes_its_task_first),
    };
    return cmocka_run_group_tests_name("engine_recompute", tests, NULL, NULL);
}
