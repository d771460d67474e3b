/* The single writer on a log in memory: what it writes, what it drops, and when it waits. */
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

static double counted(const struct ledger_harness *harness, enum ledger_metric metric, const char *label)
{
    return metrics_value(harness->metrics, metric, label == NULL ? NULL : &label);
}

static void send_draft(struct ledger_harness *harness, const char *reference, int64_t offset)
{
    struct command draft = harness_draft(harness, reference, offset);
    harness_send(harness, &draft);
}

/* --- commands become rows and events ------------------------------------------------------------------ */

static void the_first_registry_is_adopted_by_every_partition(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    assert_int_equal(harness_count(harness, "registry"), 1);
    const struct log_record *published = log_memory_at(harness->memory, "registry", 0, 0);
    struct digest digest = digest_of(published->value, published->value_bytes);
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        char key[32];
        snprintf(key, sizeof(key), KEY_PARTITION_PREFIX "%d", p);
        struct row row = harness_row(harness, key);
        assert_int_equal(row.kind, ROW_PARTITION);
        assert_int_equal(row.partition.registry_version, 1);
        assert_true(digest_equal(&row.partition.registry_digest, &digest));
        assert_string_equal(row.partition.deployment, "test");
    }
    harness_check_history(harness);
}

static void without_a_registry_a_command_is_answered_and_leaves_no_row(void **state)
{
    struct ledger_harness *harness = *state;
    struct command draft = harness_draft(harness, "A-1", 0);
    harness_send(harness, &draft);
    harness_must_settle(harness);
    assert_int_equal(harness_answers(harness, draft.command_id, REFUSAL_NO_REGISTRY), 1);
    assert_int_equal(harness_row(harness, draft.task_id).kind, ROW_NONE);
}

static void a_task_goes_through_its_number_and_is_numbered_by_event(void **state)
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
    struct command sign = harness_by_person(harness, "housing-handler", task, TRIGGER_SIGN, "s");
    harness_send(harness, &sign);
    harness_must_settle(harness);
    struct task row = harness_task(harness, task);
    assert_int_equal(row.state, STATE_IN_PROGRESS);
    assert_int_equal(row.number.sequence, 1);
    harness_check_history(harness);
}

static void what_comes_in_one_batch_is_one_transaction(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    const double before = counted(harness, LEDGER_TRANSACTIONS, "committed");
    char reference[16];
    for (int i = 0; i < 20; i++) {
        snprintf(reference, sizeof(reference), "B-%d", i);
        send_draft(harness, reference, i);
    }
    harness_must_settle(harness);
    assert_int_equal((int)(counted(harness, LEDGER_TRANSACTIONS, "committed") - before), 1);
    harness_check_history(harness);
}

static void a_small_batch_takes_everything_in_the_end(void **state)
{
    struct ledger_harness *harness = *state;
    harness_stop(harness);
    harness->batch_records = 1;
    harness_start(harness);
    harness_bootstrap(harness);
    char reference[16];
    for (int i = 0; i < 20; i++) {
        snprintf(reference, sizeof(reference), "B-%d", i);
        send_draft(harness, reference, i);
    }
    harness_must_settle(harness);
    for (int i = 0; i < 20; i++) {
        snprintf(reference, sizeof(reference), "B-%d", i);
        assert_int_equal(harness_task(harness, harness_task_of(harness, reference)).seq, 1);
    }
    harness_check_history(harness);
}

static void offsets_of_every_touched_partition_are_committed(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    send_draft(harness, "A-1", 0);
    harness_must_settle(harness);
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        char key[32];
        snprintf(key, sizeof(key), KEY_PARTITION_PREFIX "%d", p);
        struct partition_row row = harness_row(harness, key).partition;
        assert_int_equal(log_memory_committed(harness->memory, "ledger", "commands", p), row.next_command);
        assert_int_equal(log_memory_committed(harness->memory, "ledger", "internal", p), row.next_internal);
    }
}

/* --- what is dropped ---------------------------------------------------------------------------------- */

static void a_log_read_from_the_beginning_again_changes_nothing(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    send_draft(harness, "A-1", 0);
    send_draft(harness, "A-2", 1);
    harness_must_settle(harness);
    const size_t events = harness_count(harness, "events");
    harness_stop(harness);
    harness->group = "another group"; /* has committed nothing, so it begins at 0 */
    harness_start(harness);
    harness_must_settle(harness);
    assert_int_equal(harness_count(harness, "events"), events);
    assert_true(counted(harness, LEDGER_REPLAYS, "log") >= 3);
    send_draft(harness, "A-3", 2);
    harness_must_settle(harness);
    assert_int_equal(harness_count(harness, "events"), events + 1);
    harness_check_history(harness);
}

static void a_record_of_an_inbox_takes_effect_once(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    struct command draft = harness_draft(harness, "A-1", 7);
    harness_send(harness, &draft);
    harness_must_settle(harness);
    harness_send(harness, &draft); /* intake hands it over a second time */
    harness_must_settle(harness);
    assert_int_equal((int)counted(harness, LEDGER_REPLAYS, "inbox"), 1);
    assert_int_equal(harness_count(harness, "answers"), 0);
    assert_int_equal(harness_task(harness, draft.task_id).seq, 1);
    harness_check_history(harness);
}

static void a_sender_who_repeats_gets_the_first_answer(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    send_draft(harness, "A-1", 0);
    const char *task = harness_task_of(harness, "A-1");
    struct command registration = harness_by_person(harness, "hotline-clerk", task, TRIGGER_REGISTER, "r");
    registration.body.registration.lead_unit = "housing";
    harness_send(harness, &registration);
    harness_must_settle(harness);
    const uint64_t seq = harness_task(harness, task).seq;
    harness_send(harness, &registration);
    harness_must_settle(harness);
    assert_int_equal(harness_task(harness, task).seq, seq);
    assert_int_equal(harness_answers(harness, registration.command_id, REFUSAL_DUPLICATE), 1);
    assert_int_equal(harness_events_of(harness, task, registration.command_id), 1);
}

/* --- partitions and versions -------------------------------------------------------------------------- */

static void a_partition_waits_for_the_version_it_shall_adopt(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    struct registry *second = district_fixture(harness->arena);
    second->version = 0;
    size_t content_bytes = 0, bytes = 0;
    const void *content = wire_encode(&wire_registry, second, harness->arena, &content_bytes);
    const char *task = harness_task_of(harness, "A-1");
    const int32_t partition = (int32_t)partition_of(task, HARNESS_PARTITIONS);
    char key[32];
    snprintf(key, sizeof(key), KEY_PARTITION_PREFIX "%d", partition);
    struct command adoption =
        harness_by_person(harness, "administrator", key, TRIGGER_ADOPT_REGISTRY, "adopt");
    adoption.origin = ORIGIN_LEDGER;
    adoption.body.adopt_registry.version = 2;
    adoption.body.adopt_registry.digest = digest_of(content, content_bytes);
    const void *value = wire_encode(&wire_command, &adoption, harness->arena, &bytes);
    harness_send_bytes(harness, "internal", partition, key, value, bytes);
    send_draft(harness, "A-1", 0);
    for (int turn = 0; turn < 20; turn++)
        assert_int_equal(engine_turn(harness->engine, 0), STATUS_OK);
    assert_string_equal(engine_not_ready(harness->engine), "waiting for a version of the registry");
    assert_int_equal(harness_row(harness, task).kind, ROW_NONE);

    harness_send_bytes(harness, "registry", 0, "2", content, content_bytes);
    harness_must_settle(harness);
    assert_int_equal(harness_row(harness, key).partition.registry_version, 2);
    assert_int_equal(harness_task(harness, task).registry_version, 2);
}

static void a_published_version_that_differs_from_the_decision_stops_the_ledger(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    struct command adoption =
        harness_by_person(harness, "administrator", "partition/0", TRIGGER_ADOPT_REGISTRY, "adopt");
    adoption.origin = ORIGIN_LEDGER;
    adoption.body.adopt_registry.version = 1;
    adoption.body.adopt_registry.digest = digest_of("another", 7);
    size_t bytes = 0;
    const void *value = wire_encode(&wire_command, &adoption, harness->arena, &bytes);
    harness_send_bytes(harness, "internal", 0, "partition/0", value, bytes);
    assert_int_equal(harness_settle(harness), STATUS_FATAL);
}

static void a_partition_of_another_deployment_is_refused(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    harness_stop(harness);
    harness->deployment = "elsewhere";
    harness_start(harness);
    assert_int_equal(harness_settle(harness), STATUS_FATAL);
}

static void a_partition_without_the_rows_of_its_offsets_is_refused(void **state)
{
    struct ledger_harness *harness = *state;
    harness_bootstrap(harness);
    /* Someone moves the group forward: what stands between would never be decided. */
    struct command draft = harness_draft(harness, "A-1", 0);
    harness_stop(harness);
    const int64_t offset = harness_send(harness, &draft);
    static const struct log_topic shared[] = {
        {"commands", HARNESS_PARTITIONS},
        {NULL,       0                 }
    };
    const struct log_port_memory_options options = {
        .group_id = harness->group, .transactional_id = "intruder", .topics = {.shared = shared}};
    const int32_t partition = (int32_t)partition_of(draft.task_id, HARNESS_PARTITIONS);
    struct log_port *intruder = log_port_memory_new(harness->memory, &options);
    log_port_memory_assign(intruder, &partition, 1, false);
    struct log_event event;
    do
        log_port_poll(intruder, 0, &event);
    while (event.kind != LOG_EVENT_ASSIGNED);
    assert_int_equal(log_port_begin(intruder), LOG_COMMITTED);
    const struct log_offset moved = {"commands", partition, offset + 1, ""};
    assert_int_equal(log_port_commit(intruder, &moved, 1), LOG_COMMITTED);
    log_port_free(intruder);
    harness_start(harness);
    assert_int_equal(harness_settle(harness), STATUS_FATAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_registry_is_adopted_by_every_partition),
        TEST(without_a_registry_a_command_is_answered_and_leaves_no_row),
        TEST(a_task_goes_through_its_number_and_is_numbered_by_event),
        TEST(what_comes_in_one_batch_is_one_transaction),
        TEST(a_small_batch_takes_everything_in_the_end),
        TEST(offsets_of_every_touched_partition_are_committed),
        TEST(a_log_read_from_the_beginning_again_changes_nothing),
        TEST(a_record_of_an_inbox_takes_effect_once),
        TEST(a_sender_who_repeats_gets_the_first_answer),
        TEST(a_partition_waits_for_the_version_it_shall_adopt),
        TEST(a_published_version_that_differs_from_the_decision_stops_the_ledger),
        TEST(a_partition_of_another_deployment_is_refused),
        TEST(a_partition_without_the_rows_of_its_offsets_is_refused),
    };
    return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
