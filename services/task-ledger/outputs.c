/* outputs.c: one decision as records: events chained to the row's last one, the row after, an answer,
 * commands to other aggregates, a version of the registry. Everything is encoded before anything is
 * written, so that a decision that does not fit is refused as a whole. */
#include "engine_internal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "wire/topology.h"

struct encoded {
    const void *data;
    size_t bytes;
};

struct encoded_turn {
    struct encoded *events;
    struct encoded row;
};

static void produce(struct engine *engine, const char *topic, int32_t partition, const char *key,
                    struct encoded value)
{
    const struct log_message message = {
        .topic = topic,
        .partition = partition,
        .key = key,
        .key_bytes = key == NULL ? 0 : strlen(key),
        .value = value.data,
        .value_bytes = value.bytes,
    };
    held_outputs_add(engine->filling->outputs, &message);
}

static struct encoded encode(struct engine *engine, const struct wire_message *message, const void *record)
{
    struct encoded encoded = {0};
    encoded.data = wire_encode(message, record, engine->arena, &encoded.bytes);
    return encoded;
}

static void count_outcome(struct engine *engine, const char *outcome)
{
    metrics_add(engine->options.metrics, LEDGER_COMMANDS, &outcome, 1);
}

static void produce_answer(struct engine *engine, const struct partition *partition,
                           const struct command *command, const struct answer *answer)
{
    const struct answer_record record = {
        .command_id = command->command_id,
        .task_id = command->task_id,
        .trigger = command->body.trigger,
        .actor = command->actor,
        .message = command->message,
        .received_at = command->received_at,
        .refusal = answer->refusal,
        .first_seq = answer->first_seq,
        .first_refusal = answer->first_refusal,
        .first_state = answer->first_state,
    };
    if (answer->refusal.code == REFUSAL_INTERNAL)
        log_error("a decision failed, the row is untouched command=%s key=%s trigger=%s rule=%s",
                  command->command_id, command->task_id,
                  word_of(LIST_TRIGGER, (int)command->body.trigger)->code,
                  refusal_parameter(&answer->refusal, "rule"));
    produce(engine, engine->options.topics.answers, partition->number, command->task_id,
            encode(engine, &wire_answer, &record));
    count_outcome(engine, refusal_code_text(answer->refusal.code));
}

void outputs_refuse(struct engine *engine, const struct partition *partition, const struct command *command,
                    const struct refusal *refusal)
{
    const struct answer answer = {.given = true, .refusal = *refusal};
    produce_answer(engine, partition, command, &answer);
}

void outputs_dead_letter(struct engine *engine, const struct partition *partition, enum stream stream,
                         const struct waiting *record, const struct refusal *reason)
{
    const struct dead_letter letter = {
        .topic = engine_topic(engine, stream),
        .partition = partition->number,
        .offset = record->offset,
        .received_at = record->timestamp,
        .reason = *reason,
        .bytes = record->value_bytes,
        .digest = digest_of(record->value == NULL ? "" : record->value, record->value_bytes),
    };
    log_error(
        "record cannot be read, writing a dead letter topic=%s partition=%d offset=%lld reason=%s field=%s "
        "rule=%s",
        letter.topic, letter.partition, (long long)letter.offset, refusal_code_text(reason->code),
        refusal_parameter(reason, "field"), refusal_parameter(reason, "rule"));
    produce(engine, engine->options.topics.dead_letters, 0, NULL, encode(engine, &wire_dead_letter, &letter));
    metrics_add(engine->options.metrics, LEDGER_DEAD_LETTERS, NULL, 1);
}

static void write_row(struct engine *engine, struct partition *partition, const char *key, struct encoded row)
{
    task_table_put(partition->table, key, row.data, row.bytes);
    produce(engine, engine->options.topics.tasks, partition->number, key, row);
}

void outputs_partition_row(struct engine *engine, struct partition *partition)
{
    const struct row row = {.kind = ROW_PARTITION, .partition = partition->row};
    arena_reset(engine->arena);
    write_row(engine, partition, partition->key, encode(engine, &wire_row, &row));
}

/* Where an aggregate keeps the hash of its last event. */
static struct digest *chain_of(struct row *row)
{
    switch (row->kind) {
    case ROW_TASK:
        return &row->task.chain;
    case ROW_NUMBERS:
        return &row->numbers.chain;
    case ROW_REGISTRY:
        return &row->registry.chain;
    case ROW_NONE:
    case ROW_PARTITION:
    case ROW_KIND_COUNT:
        break;
    }
    return NULL;
}

/* A machine's command may use the whole row: a sender who has filled it must not keep the clocks from
 * running. */
static size_t row_limit_of(const struct command *command)
{
    return command->origin == ORIGIN_OUTSIDE ? LIMIT_ROW_BYTES - LIMIT_ROW_RESERVE_BYTES : LIMIT_ROW_BYTES;
}

static struct encoded encode_row(struct engine *engine, const struct row *row,
                                 const struct wire_origin *origin)
{
    struct encoded encoded = {0};
    if (origin->data == NULL)
        return encode(engine, &wire_row, row);
    encoded.data = wire_encode_after(&wire_row, row, origin, engine->arena, &encoded.bytes);
    return encoded;
}

/* NULL, or what is too large. */
static const char *encode_turn(struct engine *engine, const struct command *command,
                               const struct wire_origin *origin, struct turn *turn,
                               struct encoded_turn *ret_encoded)
{
    struct digest *after_chain = chain_of(turn->after);
    assert(after_chain != NULL); /* turn_take has left it as it was before the events */
    struct digest chain = *after_chain;
    ret_encoded->events = ARENA_ARRAY(engine->arena, struct encoded, turn->event_count);
    for (uint32_t i = 0; i < turn->event_count; i++) {
        struct encoded *event = &ret_encoded->events[i];
        struct digest previous = chain;
        event->data = event_record_encode(&turn->events[i], &previous, engine->arena, &event->bytes, &chain);
        if (event->bytes > LIMIT_EVENT_BYTES)
            return "event";
    }
    *after_chain = chain;
    ret_encoded->row = encode_row(engine, turn->after, origin);
    return ret_encoded->row.bytes > row_limit_of(command) ? "row" : NULL;
}

static void produce_internal(struct engine *engine, const struct command *command)
{
    const uint32_t partition = partition_of(command->task_id, (uint32_t)engine->options.partitions);
    produce(engine, engine->options.topics.internal, (int32_t)partition, command->task_id,
            encode(engine, &wire_command, command));
}

static void publish(struct engine *engine, const struct turn *turn)
{
    char key[16];
    snprintf(key, sizeof(key), "%u", turn->publish_version);
    produce(engine, engine->options.topics.registry, 0, key,
            (struct encoded){turn->publish->content, turn->publish->content_bytes});
}

/* What the command's own event says about it; events of wakes that went before are somebody else's. */
static const char *outcome_of(const struct turn *turn)
{
    const struct event *last = &turn->events[turn->event_count - 1];
    return last->type == EVENT_REFUSED ? refusal_code_text(last->refusal.code) : "accepted";
}

const char *outputs_turn(struct engine *engine, struct partition *partition, const struct command *command,
                         const struct wire_origin *origin, struct turn *turn)
{
    if (turn->event_count > 0) {
        struct encoded_turn encoded = {0};
        const char *too_large = encode_turn(engine, command, origin, turn, &encoded);
        if (too_large != NULL)
            return too_large;
        for (uint32_t i = 0; i < turn->event_count; i++)
            produce(engine, engine->options.topics.events, partition->number, command->task_id,
                    encoded.events[i]);
        write_row(engine, partition, command->task_id, encoded.row);
        metrics_add(engine->options.metrics, LEDGER_EVENTS, NULL, turn->event_count);
    }
    for (uint32_t i = 0; i < turn->internal_count; i++)
        produce_internal(engine, &turn->internals[i]);
    if (turn->publish != NULL)
        publish(engine, turn);
    if (turn->answer.given)
        produce_answer(engine, partition, command, &turn->answer);
    else
        count_outcome(engine, turn->event_count > 0 ? outcome_of(turn) : "no_effect");
    return NULL;
}
