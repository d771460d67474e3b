/* apply.c: one record that waits. It is told apart first: applied before (dropped), not readable (dead
 * letter), from the wrong stream (refused), or a command that is decided. */
#include "engine_internal.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/messages.h"
#include "wire/topology.h"

/* A command may carry the content of a registry. */
enum { READ_BYTES = LIMIT_COMMAND_BYTES + LIMIT_REGISTRY_BYTES };

/* Only tasks, number books and the registry are decided; a partition's row changes by adoption alone. */
static bool address_fits(const struct engine *engine, const struct partition *partition,
                         const struct waiting *record, const struct command *command)
{
    if (strlen(record->key) != record->key_bytes || !text_equal(record->key, command->task_id) ||
        partition_of(command->task_id, (uint32_t)engine->options.partitions) != (uint32_t)partition->number)
        return false;
    enum row_kind kind = row_kind_of_key(command->task_id);
    bool adopts = command->body.trigger == TRIGGER_ADOPT_REGISTRY;
    return kind != ROW_NONE && (kind == ROW_PARTITION) == adopts;
}

static bool read_command(const struct engine *engine, const struct partition *partition,
                         const struct waiting *record, struct command *ret_command,
                         struct refusal *ret_reason)
{
    struct wire_fault fault;
    if (record->value == NULL) {
        *ret_reason = refusal_make(engine->arena, REFUSAL_MALFORMED, "rule", "value", NULL);
        return false;
    }
    if (!wire_decode(&wire_command, record->value, record->value_bytes, READ_BYTES, engine->arena,
                     ret_command, &fault)) {
        *ret_reason = wire_fault_refusal(&fault, engine->arena);
        return false;
    }
    if (!address_fits(engine, partition, record, ret_command)) {
        *ret_reason = refusal_make(engine->arena, REFUSAL_MALFORMED, "rule", "key", NULL);
        return false;
    }
    return true;
}

/* The row of a command's key, and what it was read from. False, said in the log: it cannot be read. */
static bool read_row(const struct engine *engine, struct partition *partition, const char *key,
                     struct row *row, const struct row **ret_before, struct wire_origin *ret_origin)
{
    *ret_before = NULL;
    *ret_origin = (struct wire_origin){0};
    if (row_kind_of_key(key) == ROW_PARTITION) { /* its newest state is not in the table yet */
        *row = (struct row){.kind = ROW_PARTITION, .partition = partition->row};
        *ret_before = row;
        return true;
    }
    struct row_bytes bytes = task_table_get(partition->table, key);
    struct wire_fault fault;
    if (bytes.data == NULL)
        return true;
    if (!wire_decode(&wire_row, bytes.data, bytes.bytes, LIMIT_ROW_BYTES, engine->arena, row, &fault)) {
        log_error("row cannot be read, is this program too old? key=%s field=%s rule=%s", key, fault.field,
                  fault.rule);
        return false;
    }
    *ret_before = row;
    *ret_origin = (struct wire_origin){row, bytes.data, bytes.bytes};
    return true;
}

/* The registry as of the version that the partition has adopted, or adopts with this command. */
static bool read_rules(const struct engine *engine, const struct partition *partition,
                       const struct command *command, struct ruleset *ret_ruleset)
{
    uint32_t version = partition->row.registry_version;
    if (command->body.trigger == TRIGGER_ADOPT_REGISTRY) {
        if (!gate_may_adopt(engine, command))
            return false;
        version = command->body.adopt_registry.version;
    }
    *ret_ruleset = (struct ruleset){
        .partition_count = (uint32_t)engine->options.partitions,
        .deployment = engine->options.deployment,
        .bootstrap_secret = engine->options.bootstrap_secret,
    };
    if (registry_follower_rules(engine->registry, version, ret_ruleset))
        return true;
    log_error("version of the registry has gone version=%u", version);
    return false;
}

/* A partition's row changes without an event, and is written at the end of the batch. */
static void take_adoption(struct partition *partition, const struct turn *turn)
{
    if (turn->after == NULL || turn->after->kind != ROW_PARTITION)
        return;
    const struct partition_row *after = &turn->after->partition;
    struct partition_row *row = &partition->row;
    if (row->registry_version != after->registry_version)
        log_info("registry adopted partition=%d version=%u recomputing=%s", partition->number,
                 after->registry_version, after->recomputing ? "yes" : "no");
    row->registry_version = after->registry_version;
    row->registry_digest = after->registry_digest;
    row->calendar_version = after->calendar_version;
    row->calendar_published_at = after->calendar_published_at;
    row->recomputing = after->recomputing;
    row->recomputed_key = ""; /* a version is adopted only between two cursors */
}

enum status apply_decide(struct engine *engine, struct partition *partition, const struct command *command)
{
    struct row row;
    const struct row *before = NULL;
    struct wire_origin origin;
    struct ruleset ruleset;
    if (!read_row(engine, partition, command->task_id, &row, &before, &origin) ||
        !read_rules(engine, partition, command, &ruleset))
        return STATUS_FATAL;
    if (row_kind_of_key(command->task_id) == ROW_TASK)
        recompute_rules(partition, command->task_id, &ruleset);
    struct turn turn = {0};
    struct refusal refusal = {0};
    turn_take(before, command, &ruleset, engine->arena, &turn);
    if (turn.publish == NULL || gate_check(engine, turn.publish, engine->arena, &refusal)) {
        const char *too_large = outputs_turn(engine, partition, command, &origin, &turn);
        if (too_large == NULL) {
            take_adoption(partition, &turn);
            if (command->body.trigger == TRIGGER_WAKE && turn.event_count == 0)
                metrics_add(engine->options.metrics, LEDGER_SUPERSEDED, NULL, 1);
            recompute_count(engine, &turn);
            return STATUS_OK;
        }
        refusal = refusal_make(engine->arena, REFUSAL_ROW_FULL, "field", too_large, "limit",
                               arena_format(engine->arena, "%d", LIMIT_ROW_BYTES), NULL);
    }
    turn_refuse(before, command, &ruleset, refusal, engine->arena, &turn);
    if (outputs_turn(engine, partition, command, &origin, &turn) != NULL)
        outputs_refuse(engine, partition, command, &refusal);
    return STATUS_OK;
}

static void count_replay(struct engine *engine, const char *known_by)
{
    metrics_add(engine->options.metrics, LEDGER_REPLAYS, &known_by, 1);
}

/* An origin is only a claim; the topic proves it, because nobody else writes to duban.internal. */
static bool origin_fits(const struct command *command, enum stream stream)
{
    return (command->origin == ORIGIN_LEDGER) == (stream == STREAM_INTERNAL);
}

/* Nothing is received after it stood in the log. A person's door (an inbox is stamped by the broker) whose clock is so
 * far ahead would settle questions of timeliness for a time that has not come. The log's own time decides, so that a
 * replay decides the same. */
static bool clock_fits(const struct engine *engine, const struct waiting *record,
                       const struct command *command)
{
    return !engine->options.clock_is_real || command->actor.door != DOOR_HTTP ||
           command->received_at.ms <= record->timestamp.ms + CLOCK_SKEW_MS;
}

static enum status apply_command(struct engine *engine, struct partition *partition, enum stream stream,
                                 const struct waiting *record, const struct command *command)
{
    if (partition_has_applied(partition, &command->inbox)) {
        count_replay(engine, "inbox");
        return STATUS_OK;
    }
    partition_mark(partition, &command->inbox);
    if (!origin_fits(command, stream)) {
        struct refusal refusal = refusal_make(engine->arena, REFUSAL_WRONG_ORIGIN, NULL);
        outputs_refuse(engine, partition, command, &refusal);
        return STATUS_OK;
    }
    if (!clock_fits(engine, record, command)) {
        struct refusal refusal = refusal_make(engine->arena, REFUSAL_CLOCK_SKEW, NULL);
        outputs_refuse(engine, partition, command, &refusal);
        return STATUS_OK;
    }
    return apply_decide(engine, partition, command);
}

/* One record that has not been applied before; *ret_waits: it stays first in its queue. */
static enum status apply_new(struct engine *engine, struct partition *partition, enum stream stream,
                             const struct waiting *record, bool *ret_waits)
{
    struct command command;
    struct refusal reason;
    arena_reset(engine->arena);
    bool condemned = breadcrumbs_condemn(engine->crumbs, partition->number, stream, record->offset);
    if (condemned)
        reason = refusal_make(engine->arena, REFUSAL_INTERNAL, "what", "deaths", NULL);
    bool readable = !condemned && read_command(engine, partition, record, &command, &reason);
    *ret_waits = true;
    if (readable && command.body.trigger == TRIGGER_ADOPT_REGISTRY && partition->row.recomputing &&
        origin_fits(&command, stream)) {
        partition->adoption_waits = true;
        return STATUS_OK;
    }
    const uint32_t awaited = readable ? gate_awaits(engine, partition, &command) : 0;
    if (awaited > 0 && origin_fits(&command, stream)) {
        gate_close(engine, partition, awaited);
        return STATUS_OK;
    }
    *ret_waits = false;
    batch_touch(engine, partition);
    *partition_next(partition, stream) = record->offset + 1;
    engine->filling->records++;
    if (readable)
        return apply_command(engine, partition, stream, record, &command);
    if (condemned) {
        log_error("record quarantined, the program has died of it too often partition=%d offset=%lld",
                  partition->number, (long long)record->offset);
        metrics_add(engine->options.metrics, LEDGER_QUARANTINED, NULL, 1);
    }
    outputs_dead_letter(engine, partition, stream, record, &reason);
    return STATUS_OK;
}

/* The rows of the records behind, one step further with each. */
static void look_ahead(const struct partition *partition, const struct waiting *record)
{
    int step = TASK_TABLE_STEPS;
    for (record = record->next; record != NULL && step-- > 0; record = record->next)
        task_table_fetch(partition->table, record->key, (enum task_table_step)step);
}

enum status apply_first(struct engine *engine, struct partition *partition, enum stream stream)
{
    const struct waiting *record = partition->waiting[stream].first;
    enum status status = STATUS_OK;
    if (record->offset < *partition_next(partition, stream)) {
        count_replay(engine, "log");
        engine->handled++;
    } else {
        bool waits;
        look_ahead(partition, record);
        breadcrumbs_enter(engine->crumbs, partition->number, stream, record->offset);
        status = apply_new(engine, partition, stream, record, &waits);
        breadcrumbs_leave(engine->crumbs);
        if (waits)
            return status;
    }
    partition_drop_first(partition, stream);
    engine->waiting--;
    return status;
}
