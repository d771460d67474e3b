/* The single writer while things go wrong: aborted and ambiguous commits, kill -9, partitions that go and
 * come back. Whatever happens, the log afterwards says what it would have said without. */
#include "dice.h"
#include "ledger_harness.h"
#include "scratch.h"
#include "task-ledger/ledger_metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

enum { TASKS = 12, ROUNDS = 40, ACTS = 8 };

static void start(struct ledger_harness *harness)
{
    harness_init(harness);
    harness_start(harness);
    harness_bootstrap(harness);
}

static const char *reference_of(int index, char text[16])
{
    snprintf(text, 16, "W-%d", index);
    return text;
}

/* The life of every task, act by act: what comes next for each of them is sent in one go. */
static void send_act(struct ledger_harness *harness, int act)
{
    char reference[16];
    for (int i = 0; i < TASKS; i++) {
        const char *task = harness_task_of(harness, reference_of(i, reference));
        struct command command;
        char id[32];
        snprintf(id, sizeof(id), "act-%d-%d", act, i);
        switch (act) {
        case 0:
            command = harness_draft(harness, reference, i);
            break;
        case 1:
            command = harness_by_person(harness, "hotline-clerk", task, TRIGGER_REGISTER, id);
            command.body.registration.lead_unit = "housing";
            break;
        case 2:
            command = harness_by_person(harness, "hotline-clerk", task, TRIGGER_ASSIGN, id);
            break;
        case 3:
            command = harness_by_person(harness, "housing-handler", task, TRIGGER_SIGN, id);
            break;
        default:
            command = harness_by_person(harness, "housing-handler", task, TRIGGER_PROGRESS, id);
            command.body.progress.percent = (uint32_t)act;
            command.body.progress.note = "正在维修";
            break;
        }
        harness_send(harness, &command);
    }
}

/* What the world looks like when nothing goes wrong. */
struct outcome {
    uint64_t seq[TASKS];
    enum task_state states[TASKS];
    uint32_t percent[TASKS];
};

static struct outcome outcome_of(struct ledger_harness *harness)
{
    struct outcome outcome = {0};
    char reference[16];
    for (int i = 0; i < TASKS; i++) {
        struct task task = harness_task(harness, harness_task_of(harness, reference_of(i, reference)));
        outcome.seq[i] = task.seq;
        outcome.states[i] = task.state;
        outcome.percent[i] = task.percent;
    }
    return outcome;
}

static struct outcome undisturbed(void)
{
    struct ledger_harness harness;
    start(&harness);
    for (int act = 0; act < ACTS; act++) {
        send_act(&harness, act);
        harness_must_settle(&harness);
    }
    struct outcome outcome = outcome_of(&harness);
    harness_check_history(&harness);
    harness_release(&harness);
    for (int i = 0; i < TASKS; i++) {
        assert_int_equal(outcome.states[i], STATE_IN_PROGRESS);
        assert_int_equal(outcome.percent[i], ACTS - 1);
    }
    return outcome;
}

static void assert_outcome(struct ledger_harness *harness, const struct outcome *expected)
{
    struct outcome outcome = outcome_of(harness);
    for (int i = 0; i < TASKS; i++) {
        assert_int_equal(outcome.seq[i], expected->seq[i]);
        assert_int_equal(outcome.states[i], expected->states[i]);
        assert_int_equal(outcome.percent[i], expected->percent[i]);
    }
    harness_check_history(harness);
}

/* --- one fault at a time ------------------------------------------------------------------------------ */

static void send_two_drafts(struct ledger_harness *harness)
{
    struct command first = harness_draft(harness, "A-1", 0), second = harness_draft(harness, "A-2", 1);
    harness_send(harness, &first);
    harness_send(harness, &second);
}

static void one_fault_changes_nothing(enum log_memory_fault fault)
{
    struct ledger_harness harness;
    start(&harness);
    const size_t events = harness_count(&harness, "events");
    log_port_memory_fail(harness.port, 0, fault);
    send_two_drafts(&harness);
    harness_must_settle(&harness);
    assert_int_equal(harness_count(&harness, "events"), events + 2);
    const char *unknown = ""; /* the log in memory gives no reason */
    assert_int_equal((int)metrics_value(harness.metrics, LEDGER_ABORTS, &unknown), 1);
    harness_check_history(&harness);
    harness_release(&harness);
}

static void an_aborted_transaction_is_undone_and_done_again(void **state)
{
    (void)state;
    one_fault_changes_nothing(LOG_MEMORY_ABORT);
}

static void an_ambiguous_commit_that_stands_is_not_done_again(void **state)
{
    (void)state;
    one_fault_changes_nothing(LOG_MEMORY_UNKNOWN_WRITTEN);
}

static void an_ambiguous_commit_that_was_lost_is_done_again(void **state)
{
    (void)state;
    one_fault_changes_nothing(LOG_MEMORY_UNKNOWN_LOST);
}

/* A task's draft is being committed while its registration is decided. */
static void decided_ahead(enum log_memory_fault fault)
{
    struct ledger_harness harness;
    start(&harness);
    const size_t events = harness_count(&harness, "events"), tasks = harness_count(&harness, "tasks");
    struct command first = harness_draft(&harness, "A-1", 0);
    struct command second =
        harness_by_person(&harness, "hotline-clerk", first.task_id, TRIGGER_REGISTER, "second");
    second.body.registration.lead_unit = "housing";
    log_port_memory_delay_commits(harness.port, 5);
    log_port_memory_fail(harness.port, 0, fault);
    harness_send(&harness, &first);
    assert_int_equal(engine_turn(harness.engine, 0), STATUS_OK);
    harness_send(&harness, &second); /* decided on the row that the first makes */
    assert_int_equal(engine_turn(harness.engine, 0), STATUS_OK);
    assert_int_equal(engine_in_flight(harness.engine), 2 + 2); /* both, and their transactions */
    assert_int_equal(harness_count(&harness, "events"), events);
    assert_int_equal(harness_count(&harness, "tasks"), tasks);
    harness_must_settle(&harness);
    assert_int_equal(harness_events_of(&harness, first.task_id, first.command_id), 1);
    assert_int_equal(harness_events_of(&harness, first.task_id, second.command_id), 1);
    harness_check_history(&harness);
    harness_release(&harness);
}

static void what_is_decided_ahead_is_undone_with_an_abort_and_done_again(void **state)
{
    (void)state;
    decided_ahead(LOG_MEMORY_ABORT);
}

static void what_is_decided_ahead_is_done_again_after_an_unknown_outcome(void **state)
{
    (void)state;
    decided_ahead(LOG_MEMORY_UNKNOWN_WRITTEN);
    decided_ahead(LOG_MEMORY_UNKNOWN_LOST);
}

/* The second is compared with the first, which nobody can read before its transaction is committed. */
static void two_versions_in_one_go(bool abort_first)
{
    struct ledger_harness harness;
    start(&harness);
    struct command second = harness_apply_registry(&harness, 1, harness.registry, "second");
    struct command third = harness_apply_registry(&harness, 2, harness.registry, "third");
    if (abort_first)
        log_port_memory_fail(harness.port, 0, LOG_MEMORY_ABORT);
    harness_send(&harness, &second);
    harness_send(&harness, &third);
    harness_must_settle(&harness);
    assert_int_equal(harness_row(&harness, KEY_REGISTRY).registry.in_force, 3);
    assert_int_equal(harness_count(&harness, "registry"), 3);
    harness_check_history(&harness);
    harness_release(&harness);
}

static void versions_follow_one_another_in_one_go(void **state)
{
    (void)state;
    two_versions_in_one_go(false);
}

static void a_version_that_was_aborted_is_not_waited_for(void **state)
{
    (void)state;
    two_versions_in_one_go(true);
}

static double restores(const struct ledger_harness *harness, const char *how)
{
    return metrics_value(harness->metrics, LEDGER_RESTORES, &how);
}

static void partitions_that_come_back_unchanged_are_not_read_again(void **state)
{
    (void)state;
    static const int32_t all[] = {0, 1, 2, 3};
    struct ledger_harness harness;
    start(&harness);
    const double before = restores(&harness, "read");
    log_port_memory_assign(harness.port, all, HARNESS_PARTITIONS, false);
    send_two_drafts(&harness);
    harness_must_settle(&harness);
    assert_int_equal((int)restores(&harness, "read"), (int)before);
    assert_int_equal((int)restores(&harness, "kept"), HARNESS_PARTITIONS);
    harness_check_history(&harness);
    harness_release(&harness);
}

static void partitions_that_stay_away_are_forgotten(void **state)
{
    (void)state;
    static const int32_t one[] = {2};
    struct ledger_harness harness;
    start(&harness);
    log_port_memory_assign(harness.port, one, 1, false);
    for (int turn = 0; turn < 10; turn++)
        assert_int_equal(engine_turn(harness.engine, 0), STATUS_OK);
    assert_null(engine_table(harness.engine, 0));
    assert_non_null(engine_table(harness.engine, 2));
    harness_release(&harness);
}

/* --- any faults, at any step -------------------------------------------------------------------------- */

/* Some of the partitions, then all again. */
static void shuffle_partitions(struct ledger_harness *harness, struct dice *dice)
{
    static const int32_t all[] = {0, 1, 2, 3};
    const size_t count = (size_t)dice_roll(dice, 0, HARNESS_PARTITIONS);
    log_port_memory_assign(harness->port, all, count, dice_chance(dice, 50));
    for (int64_t turns = dice_roll(dice, 0, 3); turns > 0; turns--)
        assert_int_equal(engine_turn(harness->engine, 0), STATUS_OK);
    log_port_memory_assign(harness->port, all, HARNESS_PARTITIONS, dice_chance(dice, 50));
}

static void disturb(struct ledger_harness *harness, struct dice *dice)
{
    switch (dice_roll(dice, 0, 5)) {
    case 0:
        log_port_memory_fail(harness->port, (size_t)dice_roll(dice, 0, 3), LOG_MEMORY_ABORT);
        break;
    case 1:
        log_port_memory_fail(harness->port, (size_t)dice_roll(dice, 0, 3), LOG_MEMORY_UNKNOWN_WRITTEN);
        break;
    case 2:
        log_port_memory_fail(harness->port, (size_t)dice_roll(dice, 0, 3), LOG_MEMORY_UNKNOWN_LOST);
        break;
    case 3:
        shuffle_partitions(harness, dice);
        break;
    case 4:
        harness_kill(harness);
        harness->batch_records = (uint32_t)dice_roll(dice, 1, 20);
        harness_start(harness);
        break;
    default:
        break;
    }
}

static void any_faults_at_any_step_change_nothing(void **state)
{
    (void)state;
    struct dice dice = dice_new("engine_faults");
    const struct outcome expected = undisturbed();
    for (int round = 0; round < ROUNDS; round++) {
        struct ledger_harness harness;
        char *snapshots = scratch_new();
        start(&harness);
        if (dice_chance(&dice, 50)) /* the ledgers after this one */
            harness.state_directory = snapshots;
        for (int act = 0; act < ACTS; act++) {
            send_act(&harness, act);
            for (int64_t steps = dice_roll(&dice, 0, 6); steps > 0; steps--) {
                disturb(&harness, &dice);
                for (int64_t turns = dice_roll(&dice, 0, 4); turns > 0; turns--)
                    assert_int_equal(engine_turn(harness.engine, 0), STATUS_OK);
            }
            harness_must_settle(&harness);
        }
        assert_outcome(&harness, &expected);
        harness_kill(&harness); /* and once more from the log alone */
        harness_start(&harness);
        harness_must_settle(&harness);
        assert_outcome(&harness, &expected);
        harness_release(&harness);
        scratch_free(snapshots);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_aborted_transaction_is_undone_and_done_again),
        cmocka_unit_test(an_ambiguous_commit_that_stands_is_not_done_again),
        cmocka_unit_test(an_ambiguous_commit_that_was_lost_is_done_again),
        cmocka_unit_test(what_is_decided_ahead_is_undone_with_an_abort_and_done_again),
        cmocka_unit_test(what_is_decided_ahead_is_done_again_after_an_unknown_outcome),
        cmocka_unit_test(versions_follow_one_another_in_one_go),
        cmocka_unit_test(a_version_that_was_aborted_is_not_waited_for),
        cmocka_unit_test(partitions_that_come_back_unchanged_are_not_read_again),
        cmocka_unit_test(partitions_that_stay_away_are_forgotten),
        cmocka_unit_test(any_faults_at_any_step_change_nothing),
    };
    return cmocka_run_group_tests_name("engine_faults", tests, NULL, NULL);
}
