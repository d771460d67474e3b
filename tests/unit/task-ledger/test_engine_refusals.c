/* What the single writer does with commands that it cannot read, cannot believe, or cannot store. */
#include "base/limits.h"
#include "district_fixture.h"
#include "ledger_harness.h"
#include "task-ledger/ledger_metrics.h"
#include "wire/messages.h"
#include "wire/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static int set_up(void **state)
{
    static struct ledger_harness harness;
    harness_init(&harness);
    harness_start(&harness);
    *state = &harness;
    return 0;
}

static int tear_down(void **state)
{
    harness_release(*state);
    return 0;
}

static void send_draft(struct ledger_harness *harness, const char *reference, int64_t offset)
{
    struct command draft = harness_draft(harness, reference, offset);
    harness_send(harness, &draft);
}

/* --- what is wrong ------------------------------------------------------------------------------------ */

static void what_cannot_be_read_is_a_dead_letter_and_the_offset_moves_on(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    const char *task = harness_task_of(harness, "A-1");
    const int32_t partition = (int32_t)partition_of(task, HARNESS_PARTITIONS);
    harness_send_bytes(harness, "commands", partition, task, "\xff\xff\xff", 3);
    harness_send_bytes(harness, "commands", partition, task, NULL, 0);
    harness_send_bytes(harness, "commands", partition, NULL, "", 0);
    /* A readable command under a foreign key. */
    struct command draft = harness_draft(harness, "A-1", 0);
    size_t bytes = 0;
    const void *value = wire_encode(&wire_command, &draft, harness->arena, &bytes);
    harness_send_bytes(harness, "commands", partition, "another", value, bytes);
    /* … and in a foreign partition. */
    harness_send_bytes(harness, "commands", (partition + 1) % HARNESS_PARTITIONS, task, value, bytes);
    harness_send(harness, &draft);
    harness_must_settle(harness);
    assert_int_equal(harness_count(harness, "dead-letters"), 5);
    assert_int_equal(harness_task(harness, task).seq, 1);
    harness_check_history(harness);
}

static void a_command_from_outside_cannot_speak_for_the_ledger(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    send_draft(harness, "A-1", 0);
    struct command forged = harness_by_person(harness, "hotline-clerk", harness_task_of(harness, "A-1"),
                                              TRIGGER_NUMBER_GRANTED, "forged");
    forged.origin = ORIGIN_LEDGER;
    forged.body.number_granted.number = (struct number){"事项", 2023, 99};
    harness_send(harness, &forged);
    struct command adoption =
        harness_by_person(harness, "hotline-clerk", "partition/0", TRIGGER_ADOPT_REGISTRY, "x");
    adoption.origin = ORIGIN_LEDGER;
    adoption.body.adopt_registry.version = 2;
    harness_send(harness, &adoption);
    harness_must_settle(harness);
    assert_int_equal(harness_answers(harness, forged.command_id, REFUSAL_WRONG_ORIGIN), 1);
    assert_int_equal(harness_answers(harness, adoption.command_id, REFUSAL_WRONG_ORIGIN), 1);
    assert_int_equal(harness_row(harness, "partition/0").partition.registry_version, 1);
}

static void a_door_whose_clock_is_ahead_of_the_logs_is_refused_and_leaves_nothing(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    harness_stop(harness);
    harness->clock_is_real = true;
    harness_start(harness);
    send_draft(harness, "A-1", 0); /* an inbox is stamped by the broker */
    struct command early =
        harness_by_person(harness, "hotline-clerk", harness_task_of(harness, "A-1"), TRIGGER_REJECT, "early");
    early.body.reject.reason_code = REJECT_REASON_REPEATED;
    early.body.reject.reason = "重复";
    harness->clock_ms = early.received_at.ms - CLOCK_SKEW_MS - 1; /* of the log */
    harness_send(harness, &early);
    harness_must_settle(harness);
    assert_int_equal(harness_answers(harness, early.command_id, REFUSAL_CLOCK_SKEW), 1);
    assert_int_equal(harness_task(harness, early.task_id).seq, 1);
    /* The sender says it again when the clocks agree: it is a new question. */
    harness->clock_ms++;
    harness_send(harness, &early);
    harness_must_settle(harness);
    assert_int_equal(harness_task(harness, early.task_id).seq, 2);
    harness_check_history(harness);
}

static void a_registry_that_breaks_a_rule_is_refused_by_field_and_rule(void **state)
{
    struct ledger_harness *harness = *state;
    struct registry *broken = district_fixture(harness->arena);
    broken->version = 0;
    broken->templates[0].supervisor = "nobody";
    struct command command = harness_apply_registry(harness, 0, broken, "broken");
    harness_send(harness, &command);
    harness_must_settle(harness);
    assert_int_equal(harness_answers(harness, command.command_id, REFUSAL_REGISTRY_INVALID), 1);
    assert_int_equal(harness_count(harness, "registry"), 0);
    harness_bootstrap(harness);
}

static void a_registry_that_is_not_one_is_refused(void **state)
{
    struct ledger_harness *harness = *state;
    struct command command = harness_apply_registry(harness, 0, harness->registry, "garbage");
    command.body.apply_registry.content = "\xff\xff\xff\xff";
    command.body.apply_registry.content_bytes = 4;
    harness_send(harness, &command);
    harness_must_settle(harness);
    assert_int_equal(harness_answers(harness, command.command_id, REFUSAL_REGISTRY_INVALID), 1);
    harness_bootstrap(harness);
}

/* A task of one's own, whose row stands in duban.tasks as if its events had made it as large as `bytes`:
 * facts first, then messages of senders long gone. */
static void write_large_row(struct ledger_harness *harness, const char *task, size_t bytes)
{
    enum { FACTS = 60, REFERENCE_BYTES = 500, DESCRIPTION_BYTES = 4000 };
    struct row row = harness_row(harness, task);
    char *description = arena_alloc(harness->arena, DESCRIPTION_BYTES + 1);
    memset(description, 'x', DESCRIPTION_BYTES);
    row.task.description = description;
    row.task.facts = ARENA_ARRAY(harness->arena, struct fact, FACTS);
    char *reference = arena_alloc(harness->arena, REFERENCE_BYTES + 1);
    memset(reference, 'x', REFERENCE_BYTES);
    for (; row.task.fact_count < FACTS; row.task.fact_count++)
        row.task.facts[row.task.fact_count] = (struct fact){
            .kind = "回访", .evidence = {"办理答复", reference, ""}
        };
    for (size_t size = 0, step = 0;; step = size) {
        const void *data = wire_encode(&wire_row, &row, harness->arena, &size);
        if (size + (size - step) > bytes && step > 0) {
            harness_send_bytes(harness, "tasks", (int32_t)partition_of(task, HARNESS_PARTITIONS), task, data,
                               size);
            return;
        }
        row.task.messages = arena_grown(harness->arena, row.task.messages, row.task.message_count,
                                        sizeof(*row.task.messages));
        row.task.messages[row.task.message_count] = row.task.messages[0];
        row.task.messages[row.task.message_count++].unit = "elsewhere";
        assert_in_range(row.task.message_count, 1, LIMIT_MESSAGE_IDS - 8);
    }
}

static struct command send_fact(struct ledger_harness *harness, const char *task, const char *id)
{
    char *reference = arena_alloc(harness->arena, LIMIT_LINE);
    memset(reference, 'y', LIMIT_LINE - 1);
    struct command fact = harness_by_person(harness, "housing-handler", task, TRIGGER_RECORD_FACT, id);
    fact.body.record_fact.kind = "回访";
    assert_true(date_from_text("2023-02-01", &fact.body.record_fact.occurred_on));
    fact.body.record_fact.evidence = (struct evidence){"办理答复", reference, ""};
    harness_send(harness, &fact);
    harness_must_settle(harness);
    return fact;
}

static void a_command_that_would_overfill_its_row_is_refused_but_clocks_run_on(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    send_draft(harness, "A-1", 0);
    const char *task = harness_task_of(harness, "A-1");
    struct command registration = harness_by_person(harness, "hotline-clerk", task, TRIGGER_REGISTER, "r");
    registration.body.registration.lead_unit = "housing";
    harness_send(harness, &registration);
    struct command assign = harness_by_person(harness, "hotline-clerk", task, TRIGGER_ASSIGN, "a");
    harness_send(harness, &assign);
    harness_must_settle(harness);
    harness_stop(harness);
    write_large_row(harness, task, LIMIT_ROW_BYTES - LIMIT_ROW_RESERVE_BYTES - 300);
    harness_start(harness);

    /* The refusal itself still fits: it is an event, and remembered. */
    const struct task before = harness_task(harness, task);
    struct command fact = send_fact(harness, task, "f1");
    struct task after = harness_task(harness, task);
    assert_int_equal(after.seq, before.seq + 1);
    assert_int_equal(after.fact_count, before.fact_count);
    assert_string_equal(after.messages[after.message_count - 1].command_id, fact.command_id);
    assert_int_equal(after.messages[after.message_count - 1].refusal, REFUSAL_ROW_FULL);
    /* A few more, and it does not: it is an answer, and the row stays as it is. */
    for (int i = 2; harness_answers(harness, fact.command_id, REFUSAL_ROW_FULL) == 0; i++) {
        assert_in_range(i, 2, 20);
        after = harness_task(harness, task);
        fact = send_fact(harness, task, arena_format(harness->arena, "f%d", i));
    }
    assert_int_equal(harness_task(harness, task).seq, after.seq);

    struct command wake = harness_by_person(harness, "hotline-clerk", task, TRIGGER_WAKE, "wake");
    wake.origin = ORIGIN_WATCHER;
    wake.received_at = after.next_wake;
    wake.body.wake = (struct body_wake){
        after.wake_seq, after.next_wake, after.next_wake, {NULL, 0}
    };
    harness_send(harness, &wake);
    harness_must_settle(harness);
    const struct task woken = harness_task(harness, task);
    assert_true(woken.wake_seq > after.wake_seq);

    /* Once more, as a second watcher would: the task waits for another moment now. */
    assert_int_equal((int)metrics_value(harness->metrics, LEDGER_SUPERSEDED, NULL), 0);
    wake.command_id = "wake again";
    harness_send(harness, &wake);
    harness_must_settle(harness);
    assert_int_equal((int)metrics_value(harness->metrics, LEDGER_SUPERSEDED, NULL), 1);
    assert_int_equal(harness_task(harness, task).seq, woken.seq);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_cannot_be_read_is_a_dead_letter_and_the_offset_moves_on),
        TEST(a_command_from_outside_cannot_speak_for_the_ledger),
        TEST(a_door_whose_clock_is_ahead_of_the_logs_is_refused_and_leaves_nothing),
        TEST(a_registry_that_breaks_a_rule_is_refused_by_field_and_rule),
        TEST(a_registry_that_is_not_one_is_refused),
        TEST(a_command_that_would_overfill_its_row_is_refused_but_clocks_run_on),
    };
    return cmocka_run_group_tests_name("engine_refusals", tests, NULL, NULL);
}
