/* The task-ledger as a program on a real broker (BROKER, PREFIX, BIN): commands in, rows and events out,
 * once, whatever happens to the process. What stands in its topics is copied into a log in memory, where
 * the promises about history are checked by the same code that the unit tests use. */
#include "base/text.h"
#include "ledger_harness.h"
#include "runtime/log_admin.h"
#include "runtime/log_publisher.h"
#include "runtime/log_reader.h"
#include "runtime/loop.h"
#include "scratch.h"
#include "wire/messages.h"
#include "wire/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CEILING_MS = 120 * 1000, ASK_MS = 20 * 1000 };

struct stage {
    struct ledger_harness harness; /* commands and promises; runs no engine here */
    struct arena *arena;
    char prefix[96]; /* of this test alone */
    struct log_client client;
    struct loop *loop;
    struct loop_timer *ceiling;
    struct log_publisher *publisher;
    struct log_reader *reader;
    bool too_late;
    pid_t ledgers[2];        /* 0: does not run */
    struct log_end ends[64]; /* to be read up to */
    size_t end_count;
};

static int test_number;

/* --- topics ------------------------------------------------------------------------------------------- */

static const enum topic written[] = {TOPIC_COMMANDS, TOPIC_INTERNAL, TOPIC_EVENTS,      TOPIC_ANSWERS,
                                     TOPIC_TASKS,    TOPIC_REGISTRY, TOPIC_DEAD_LETTERS};
enum { WRITTEN = sizeof(written) / sizeof(written[0]) };

static void create_topics(struct stage *stage)
{
    struct log_admin *admin = log_admin_new(&stage->client);
    assert_non_null(admin);
    for (size_t i = 0; i < TOPIC_COUNT; i++) {
        if (topic_row((enum topic)i)->per_unit)
            continue;
        struct topic_setting rows[TOPIC_SETTINGS + 1];
        struct log_setting settings[TOPIC_SETTINGS + 1] = {
            {NULL, NULL}
        };
        char text[LOG_ADMIN_TEXT];
        topic_settings((enum topic)i, rows);
        for (size_t k = 0; rows[k].name != NULL; k++)
            settings[k] = (struct log_setting){rows[k].name, rows[k].value};
        const struct log_topic_plan plan = {
            .name = topic_name(stage->prefix, (enum topic)i, "", stage->arena),
            .partitions = (int32_t)topic_partitions((enum topic)i, HARNESS_PARTITIONS),
            .replication = 1,
            .settings = settings,
        };
        if (log_admin_create(admin, &plan, 1, ASK_MS, text) != STATUS_OK)
            fail_msg("topic %s: %s", plan.name, text);
    }
    log_admin_free(admin);
}

/* --- what the ledger writes, as it comes -------------------------------------------------------------- */

static enum status copy_record(void *context, const struct log_record *record)
{
    struct stage *stage = context;
    const struct log_message message = {
        .topic = record->topic + strlen(stage->prefix),
        .partition = record->partition,
        .key = record->key,
        .key_bytes = record->key_bytes,
        .value = record->value,
        .value_bytes = record->value_bytes,
    };
    log_memory_append(stage->harness.memory, &message);
    return STATUS_OK;
}

static void give_up(void *context, const char *reason)
{
    (void)context;
    fail_msg("%s", reason);
}

static void be_too_late(void *context)
{
    struct stage *stage = context;
    stage->too_late = true;
}

static void follow(struct stage *stage)
{
    const struct log_reader_options options = {
        .client = stage->client,
        .mode = LOG_READER_FOLLOW,
        .on_record = copy_record,
        .on_fatal = give_up,
        .context = stage,
    };
    struct log_topic topics[WRITTEN];
    size_t count = 0;
    for (size_t i = 0; i < WRITTEN; i++)
        if (written[i] != TOPIC_COMMANDS)
            topics[count++] = (struct log_topic){topic_name(stage->prefix, written[i], "", stage->arena),
                                                 (int32_t)topic_partitions(written[i], HARNESS_PARTITIONS)};
    stage->reader = log_reader_new(stage->loop, &options);
    log_reader_start(stage->reader, topics, count);
}

/* --- the program -------------------------------------------------------------------------------------- */

static void start_ledger(struct stage *stage, int index)
{
    char program[512], instance[16], log[512];
    snprintf(program, sizeof(program), "%s/task-ledger", getenv("BIN"));
    snprintf(instance, sizeof(instance), "%d", index);
    snprintf(log, sizeof(log), "%s/ledger-%d.log", scratch_root(), index);
    const pid_t pid = fork();
    assert_int_not_equal(pid, -1);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
        if (out >= 0)
            dup2(out, STDERR_FILENO);
        char partitions[16];
        snprintf(partitions, sizeof(partitions), "%d", HARNESS_PARTITIONS);
        execl(program, program, "--brokers", stage->client.brokers, "--prefix", stage->prefix, "--partitions",
              partitions, "--instance", instance, "--bootstrap-secret", harness_secret, "--deployment",
              "test", "--batch-records", "25", (char *)NULL);
        _exit(127);
    }
    stage->ledgers[index] = pid;
}

static int end_ledger(struct stage *stage, int index, int signal_number)
{
    int result = 0;
    assert_int_equal(kill(stage->ledgers[index], signal_number), 0);
    assert_int_equal(waitpid(stage->ledgers[index], &result, 0), stage->ledgers[index]);
    stage->ledgers[index] = 0;
    return result;
}

/* Turns the loop until `holds`; what is read meanwhile stands in the harness. */
static void wait_until(struct stage *stage, bool (*holds)(struct stage *stage, size_t wanted), size_t wanted,
                       const char *what)
{
    loop_timer_start(stage->ceiling, CEILING_MS);
    stage->too_late = false;
    while (!holds(stage, wanted)) {
        for (int i = 0; i < 2; i++) {
            int result = 0;
            if (stage->ledgers[i] != 0 && waitpid(stage->ledgers[i], &result, WNOHANG) == stage->ledgers[i]) {
                stage->ledgers[i] = 0;
                fail_msg("the ledger ended by itself (status %d) while waiting for %s", result, what);
            }
        }
        if (stage->too_late)
            fail_msg("waited in vain for %s (%zu)", what, wanted);
        loop_turn(stage->loop);
    }
    loop_timer_stop(stage->ceiling);
}

static bool registry_is_in_force(struct stage *stage, size_t version)
{
    struct row row = harness_row(&stage->harness, KEY_REGISTRY);
    return row.kind == ROW_REGISTRY && row.registry.in_force == version;
}

static bool events_are_there(struct stage *stage, size_t wanted)
{
    return harness_count(&stage->harness, "events") >= wanted;
}

static bool all_is_read(struct stage *stage, size_t wanted)
{
    (void)wanted;
    size_t count = 0;
    const struct log_position *positions = log_reader_positions(stage->reader, &count);
    for (size_t i = 0; i < stage->end_count; i++)
        for (size_t k = 0; k < count; k++)
            if (text_equal(stage->ends[i].topic, positions[k].topic) &&
                stage->ends[i].partition == positions[k].partition && positions[k].next < stage->ends[i].end)
                return false;
    return true;
}

/* The ledger has ended: reads what it has written to the last record, and checks the promises. */
static void check_history(struct stage *stage)
{
    char text[LOG_ADMIN_TEXT];
    struct log_admin *admin = log_admin_new(&stage->client);
    stage->end_count = 0;
    for (size_t i = 0; i < WRITTEN; i++)
        for (uint32_t p = 0; p < topic_partitions(written[i], HARNESS_PARTITIONS); p++)
            stage->ends[stage->end_count++] =
                (struct log_end){topic_name(stage->prefix, written[i], "", stage->arena), (int32_t)p, 0};
    assert_int_equal(log_admin_ends(admin, stage->ends, stage->end_count, ASK_MS, text), STATUS_OK);
    log_admin_free(admin);
    wait_until(stage, all_is_read, 0, "the end of all topics");
    harness_check_history(&stage->harness);
}

static void send(struct stage *stage, const struct command *command)
{
    size_t bytes = 0;
    const void *value = harness_encode(&stage->harness, command, &bytes);
    const struct log_message message = {
        .topic = topic_name(stage->prefix, TOPIC_COMMANDS, "", stage->arena),
        .partition = (int32_t)partition_of(command->task_id, HARNESS_PARTITIONS),
        .key = command->task_id,
        .key_bytes = strlen(command->task_id),
        .value = value,
        .value_bytes = bytes,
    };
    assert_int_equal(log_publisher_publish(stage->publisher, &message, NULL, NULL), STATUS_OK);
}

static void send_draft(struct stage *stage, int index)
{
    char reference[16];
    snprintf(reference, sizeof(reference), "K-%d", index);
    struct command draft = harness_draft(&stage->harness, reference, index);
    send(stage, &draft);
}

static void bootstrap(struct stage *stage)
{
    stage->harness.registry->version = 0;
    struct command command = harness_apply_registry(&stage->harness, 0, stage->harness.registry, "bootstrap");
    send(stage, &command);
    wait_until(stage, registry_is_in_force, 1, "the first registry");
    /* Topics are read independently: its events may come after its row. Published, adopted by each, in force. */
    wait_until(stage, events_are_there, 1 + HARNESS_PARTITIONS + 1, "the events of the first registry");
}

/* --- life of a test ----------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    const char *broker = getenv("BROKER"), *prefix = getenv("PREFIX");
    if (broker == NULL || prefix == NULL || getenv("BIN") == NULL) {
        fprintf(stderr, "BROKER=host:port, PREFIX=… and BIN=… name the broker and the programs to test\n");
        return -1;
    }
    struct stage *stage = must_alloc(sizeof(*stage));
    harness_init(&stage->harness);
    stage->arena = stage->harness.arena;
    snprintf(stage->prefix, sizeof(stage->prefix), "%sledger%d.", prefix, ++test_number);
    stage->client = (struct log_client){broker, "test-ledger", ""};
    create_topics(stage);
    stage->loop = loop_new();
    stage->ceiling = loop_timer_new(stage->loop, be_too_late, stage);
    stage->publisher = log_publisher_new(stage->loop, &stage->client, give_up, stage);
    follow(stage);
    *state = stage;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *stage = *state;
    for (int i = 0; i < 2; i++)
        if (stage->ledgers[i] != 0)
            end_ledger(stage, i, SIGKILL);
    log_reader_free(stage->reader);
    log_publisher_free(stage->publisher, 0);
    loop_timer_free(stage->ceiling);
    loop_free(stage->loop);
    harness_release(&stage->harness);
    free(stage);
    return 0;
}

/* --- what holds --------------------------------------------------------------------------------------- */

static void commands_become_rows_and_events(void **state)
{
    struct stage *stage = *state;
    start_ledger(stage, 0);
    bootstrap(stage);
    const size_t before = harness_count(&stage->harness, "events");
    for (int i = 0; i < 50; i++)
        send_draft(stage, i);
    wait_until(stage, events_are_there, before + 50, "50 events");
    assert_int_equal(end_ledger(stage, 0, SIGTERM), 0);
    check_history(stage);
    assert_int_equal(harness_count(&stage->harness, "events"), before + 50);
}

enum { DRAFTS = 400, KILLS = 6 };

/* Killed while it works, six times; the last one finishes. */
static void kill_minus_nine_loses_nothing_and_repeats_nothing(void **state)
{
    struct stage *stage = *state;
    start_ledger(stage, 0);
    bootstrap(stage);
    const size_t before = harness_count(&stage->harness, "events");
    for (int round = 0; round < KILLS; round++) {
        for (int i = 0; i < DRAFTS; i++)
            send_draft(stage, round * DRAFTS + i);
        /* Somewhere in the middle of this round's drafts. */
        wait_until(stage, events_are_there, before + (size_t)(round * DRAFTS) + 1,
                   "the first events of a round");
        end_ledger(stage, 0, SIGKILL);
        start_ledger(stage, 0);
    }
    const size_t expected = before + (size_t)KILLS * DRAFTS;
    wait_until(stage, events_are_there, expected, "all events");
    /* One more, so that anything written twice would stand before it. */
    send_draft(stage, KILLS * DRAFTS);
    wait_until(stage, events_are_there, expected + 1, "the last event");
    assert_int_equal(end_ledger(stage, 0, SIGTERM), 0);
    check_history(stage);
    assert_int_equal(harness_count(&stage->harness, "events"), expected + 1);
    assert_int_equal(harness_count(&stage->harness, "answers"), 0);
}

/* A second instance takes its share; when the first one dies, the second takes the rest. */
static void another_instance_takes_over(void **state)
{
    struct stage *stage = *state;
    start_ledger(stage, 0);
    bootstrap(stage);
    const size_t before = harness_count(&stage->harness, "events");
    start_ledger(stage, 1);
    for (int i = 0; i < DRAFTS; i++)
        send_draft(stage, i);
    wait_until(stage, events_are_there, before + DRAFTS, "events of two instances");
    end_ledger(stage, 0, SIGKILL);
    for (int i = 0; i < DRAFTS; i++)
        send_draft(stage, DRAFTS + i);
    wait_until(stage, events_are_there, before + 2 * DRAFTS, "events of the survivor");
    assert_int_equal(end_ledger(stage, 1, SIGTERM), 0);
    check_history(stage);
    assert_int_equal(harness_count(&stage->harness, "events"), before + 2 * DRAFTS);
}

static void topics_that_differ_from_the_table_are_a_refusal_to_start(void **state)
{
    struct stage *stage = *state;
    char prefix[sizeof(stage->prefix)];
    memcpy(prefix, stage->prefix, sizeof(prefix));
    snprintf(stage->prefix, sizeof(stage->prefix), "nowhere.");
    start_ledger(stage, 0);
    memcpy(stage->prefix, prefix, sizeof(prefix));
    int result = 0;
    assert_int_equal(waitpid(stage->ledgers[0], &result, 0), stage->ledgers[0]);
    stage->ledgers[0] = 0;
    assert_true(WIFEXITED(result));
    assert_int_equal(WEXITSTATUS(result), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(commands_become_rows_and_events),
        TEST(kill_minus_nine_loses_nothing_and_repeats_nothing),
        TEST(another_instance_takes_over),
        TEST(topics_that_differ_from_the_table_are_a_refusal_to_start),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
