/* ledger_harness.c: starting and stopping the engine, and commands of the small district. What is read back
 * stands in ledger_history.c. */
#include "ledger_harness.h"

#include "base/text.h"
#include "district_fixture.h"
#include "task-ledger/ledger_metrics.h"
#include "wire/messages.h"
#include "wire/topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum { ARENA_BYTES = 512 * 1024 * 1024, MOST_TURNS = 100000 };

const char *const harness_secret = "open sesame";

static const struct log_topic shared[] = {
    {"commands", HARNESS_PARTITIONS},
    {"internal", HARNESS_PARTITIONS},
    {NULL,       0                 },
};
static const struct log_topic followed[] = {
    {"registry", 1},
    {NULL,       0},
};

void harness_init(struct ledger_harness *harness)
{
    static const char *const partitioned[] = {"commands", "internal", "events", "answers", "tasks"};
    struct civil start = {2023, 2, 1, 9, 0, 0, 0};
    struct date day;
    assert_true(date_from_civil(start.year, start.month, start.day, &day));
    *harness = (struct ledger_harness){
        .memory = log_memory_new(),
        .metrics = metrics_new(ledger_metrics),
        .arena = arena_new(ARENA_BYTES),
        .group = "ledger",
        .deployment = "test",
        .clock_ms = day_at(day, start.hour * 60).ms,
        .batch_records = 100,
        .state_directory = "",
    };
    harness->registry = district_fixture(harness->arena);
    for (size_t i = 0; i < sizeof(partitioned) / sizeof(partitioned[0]); i++)
        log_memory_create(harness->memory, partitioned[i], HARNESS_PARTITIONS);
    log_memory_create(harness->memory, "registry", 1);
    log_memory_create(harness->memory, "dead-letters", 1);
}

void harness_release(struct ledger_harness *harness)
{
    harness_stop(harness);
    log_memory_free(harness->memory);
    metrics_free(harness->metrics);
    arena_free(harness->arena);
}

/* Time stands still: what is measured does not matter here. */
static struct monotonic no_time(void)
{
    return (struct monotonic){0};
}

void harness_start(struct ledger_harness *harness)
{
    static const int32_t all[HARNESS_PARTITIONS] = {0, 1, 2, 3};
    const struct log_port_memory_options port = {
        .group_id = harness->group,
        .transactional_id = "ledger-0",
        .topics = {.shared = shared, .followed = followed},
    };
    harness->port = log_port_memory_new(harness->memory, &port);
    log_port_memory_assign(harness->port, all, HARNESS_PARTITIONS, false);
    const struct engine_options options = {
        .port = harness->between == NULL ? harness->port : harness->between(harness, harness->port),
        .topics = {.commands = "commands",
                   .internal = "internal",
                   .events = "events",
                   .answers = "answers",
                   .tasks = "tasks",
                   .registry = "registry",
                   .dead_letters = "dead-letters"},
        .partitions = HARNESS_PARTITIONS,
        .deployment = harness->deployment,
        .bootstrap_secret = harness_secret,
        .instance = "ledger-0",
        .batch_records = harness->batch_records,
        .state_directory = harness->state_directory,
        .clock_is_real = harness->clock_is_real,
        .snapshot_interval_ms = 0,
        .metrics = harness->metrics,
        .monotonic = no_time,
    };
    harness->engine = engine_new(&options);
}

void harness_stop(struct ledger_harness *harness)
{
    engine_free(harness->engine);
    log_port_free(harness->port);
    harness->engine = NULL;
    harness->port = NULL;
}

void harness_kill(struct ledger_harness *harness)
{
    engine_free(harness->engine);
    log_port_memory_kill(harness->port);
    harness->engine = NULL;
    harness->port = NULL;
}

static bool everything_applied(struct ledger_harness *harness)
{
    if (engine_in_flight(harness->engine) > 0 || *engine_not_ready(harness->engine) != '\0')
        return false;
    size_t count = 0;
    const struct log_position *positions = log_port_positions(harness->port, &count);
    for (size_t i = 0; i < count; i++)
        if (positions[i].next < log_memory_end(harness->memory, positions[i].topic, positions[i].partition))
            return false;
    return count == 2 * HARNESS_PARTITIONS + 1;
}

enum status harness_settle(struct ledger_harness *harness)
{
    for (int turn = 0; turn < MOST_TURNS; turn++) {
        enum status status = engine_turn(harness->engine, 0);
        if (status != STATUS_OK)
            return status;
        if (everything_applied(harness))
            return STATUS_OK;
    }
    fail_msg("the ledger does not settle: %s", engine_not_ready(harness->engine));
    return STATUS_FATAL;
}

void harness_must_settle(struct ledger_harness *harness)
{
    assert_int_equal(harness_settle(harness), STATUS_OK);
}

/* --- commands ----------------------------------------------------------------------------------------- */

static struct command blank(struct ledger_harness *harness, const char *task, enum trigger trigger)
{
    struct command command;
    wire_blank(&wire_command, &command);
    command.task_id = arena_text(harness->arena, task);
    command.origin = ORIGIN_OUTSIDE;
    command.received_at = (struct instant){harness->clock_ms};
    harness->clock_ms += MS_PER_SECOND;
    command.body.trigger = trigger;
    wire_blank(wire_body_of(trigger), wire_body_record(&command.body, trigger));
    return command;
}

/* As intake does: ids and digest follow from what the sender said. */
static void identify(struct ledger_harness *harness, struct command *command, const char *source,
                     const char *id)
{
    char text[ID_TEXT];
    command->message = (struct message_id){command->actor.unit, source, arena_text(harness->arena, id)};
    struct digest digest = digest_of_texts(command->message.unit, source, id, NULL);
    digest_to_id(&digest, text);
    command->command_id = arena_text(harness->arena, text);
}

struct command harness_by_person(struct ledger_harness *harness, const char *person, const char *task,
                                 enum trigger trigger, const char *id)
{
    struct command command = blank(harness, task, trigger);
    command.actor = district_person(harness->registry, person);
    identify(harness, &command, "http", id);
    return command;
}

struct command harness_by_system(struct ledger_harness *harness, const char *ce_source, const char *task,
                                 enum trigger trigger, int64_t offset)
{
    struct command command = blank(harness, task, trigger);
    command.actor = district_system(harness->registry, ce_source);
    command.inbox = (struct inbox_position){command.actor.unit, offset};
    identify(harness, &command, ce_source, arena_format(harness->arena, "%lld", (long long)offset));
    return command;
}

static const char tickets[] = "urn:duban:hotline:tickets";

const char *harness_task_of(struct ledger_harness *harness, const char *reference)
{
    char id[ID_TEXT];
    struct digest digest = digest_of_texts("hotline", tickets, reference, NULL);
    digest_to_id(&digest, id);
    return arena_text(harness->arena, id);
}

struct command harness_draft(struct ledger_harness *harness, const char *reference, int64_t offset)
{
    struct command command =
        harness_by_system(harness, tickets, harness_task_of(harness, reference), TRIGGER_DRAFT, offset);
    command.body.draft.reference = arena_text(harness->arena, reference);
    command.body.draft.template_code = "T22";
    command.body.draft.title = "路灯不亮";
    command.body.draft.lead_unit = "housing";
    command.body.draft.source.kind = "工单";
    return command;
}

struct command harness_apply_registry(struct ledger_harness *harness, uint32_t base,
                                      const struct registry *content, const char *id)
{
    struct command command =
        harness_by_person(harness, "administrator", KEY_REGISTRY, TRIGGER_APPLY_REGISTRY, id);
    struct body_apply_registry *body = &command.body.apply_registry;
    body->base_version = base;
    if (base == 0)
        body->bootstrap_secret = harness_secret;
    body->content = wire_encode(&wire_registry, content, harness->arena, &body->content_bytes);
    return command;
}

int64_t harness_send_bytes(struct ledger_harness *harness, const char *topic, int32_t partition,
                           const char *key, const void *value, size_t bytes)
{
    const struct log_message message = {
        .topic = topic,
        .partition = partition,
        .key = key,
        .key_bytes = key == NULL ? 0 : strlen(key),
        .value = value,
        .value_bytes = bytes,
    };
    log_memory_set_time(harness->memory, (struct instant){harness->clock_ms});
    return log_memory_append(harness->memory, &message);
}

const void *harness_encode(struct ledger_harness *harness, const struct command *command, size_t *ret_bytes)
{
    struct command sent = *command;
    size_t bytes = 0;
    const void *body = wire_encode(&wire_body, &sent.body, harness->arena, &bytes);
    sent.content = digest_of(body, bytes);
    return wire_encode(&wire_command, &sent, harness->arena, ret_bytes);
}

int64_t harness_send(struct ledger_harness *harness, const struct command *command)
{
    size_t bytes = 0;
    const void *value = harness_encode(harness, command, &bytes);
    const uint32_t partition = partition_of(command->task_id, HARNESS_PARTITIONS);
    return harness_send_bytes(harness, "commands", (int32_t)partition, command->task_id, value, bytes);
}

void harness_bootstrap(struct ledger_harness *harness)
{
    harness->registry->version = 0; /* as in files: publishing numbers it */
    struct command command = harness_apply_registry(harness, 0, harness->registry, "bootstrap");
    harness_send(harness, &command);
    harness_must_settle(harness);
    assert_int_equal(harness_row(harness, KEY_REGISTRY).registry.in_force, 1);
}
