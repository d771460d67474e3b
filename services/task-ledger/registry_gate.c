/* registry_gate.c: where versions of the registry meet the partitions.
 *
 * A version is published by the partition that holds the aggregate `registry`, and adopted by each partition through an
 * internal command, so that the log says for every command by which version it was decided. The content travels on its own
 * topic; a partition that is told to adopt a version waits until the follower has it. */
#include "engine_internal.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/messages.h"

bool gate_must_wait(const struct engine *engine, const struct command *command)
{
    return command->body.trigger == TRIGGER_ADOPT_REGISTRY &&
           registry_follower_version(engine->registry, command->body.adopt_registry.version) == NULL;
}

void gate_close(struct engine *engine, struct partition *partition, uint32_t version)
{
    partition->awaited_version = version;
    engine_pause(engine, partition);
}

void gate_open(struct engine *engine)
{
    for (int32_t i = 0; i < engine->options.partitions; i++) {
        struct partition *partition = engine->partitions[i];
        if (partition == NULL || partition->awaited_version == 0 ||
            registry_follower_version(engine->registry, partition->awaited_version) == NULL)
            continue;
        partition->awaited_version = 0;
        engine_resume(engine, partition);
    }
}

/* The answer to the aggregate `registry`. Its cause is the adoption, which happens once per partition and version. */
static void confirm(struct engine *engine, const struct partition *partition, const struct command *adoption)
{
    struct command confirmation;
    wire_blank(&wire_command, &confirmation);
    const uint32_t version = partition->row.registry_version;
    const char *cause = arena_format(engine->arena, "%s#%u", partition->key, version);
    const char *trigger = word_of(LIST_TRIGGER, TRIGGER_REGISTRY_APPLIED)->code;
    struct digest digest = digest_of_texts("internal", cause, trigger, KEY_REGISTRY, NULL);
    char *id = arena_alloc(engine->arena, ID_TEXT);
    digest_to_id(&digest, id);
    confirmation.command_id = id;
    confirmation.task_id = KEY_REGISTRY;
    confirmation.origin = ORIGIN_LEDGER;
    confirmation.actor.door = DOOR_INSIDE;
    confirmation.received_at = adoption->received_at;
    confirmation.cause = cause;
    confirmation.hops = adoption->hops + 1;
    confirmation.body.trigger = TRIGGER_REGISTRY_APPLIED;
    confirmation.body.registry_applied.version = version;
    confirmation.body.registry_applied.partition = (uint32_t)partition->number;
    outputs_internal(engine, &confirmation);
}

enum status gate_adopt(struct engine *engine, struct partition *partition, const struct command *command)
{
    const struct body_adopt_registry *adopt = &command->body.adopt_registry;
    const struct registry_version *version = registry_follower_version(engine->registry, adopt->version);
    if (version == NULL || !digest_equal(&version->digest, &adopt->digest)) {
        log_error("published registry differs from what was decided, refusing it version=%u", adopt->version);
        return STATUS_FATAL;
    }
    if (adopt->version > partition->row.registry_version) {
        partition->row.registry_version = adopt->version;
        partition->row.registry_digest = adopt->digest;
        log_info("registry adopted partition=%d version=%u", partition->number, adopt->version);
        confirm(engine, partition, command);
    }
    return STATUS_OK;
}

static bool invalid(const char *field, const char *rule, struct arena *arena, struct refusal *ret_refusal)
{
    *ret_refusal = refusal_make(arena, REFUSAL_REGISTRY_INVALID, "field", field, "rule", rule, NULL);
    return false;
}

static bool check_model(const struct registry *registry, const struct registry *current, struct arena *arena,
                        struct arena *scratch, struct refusal *ret_refusal)
{
    struct registry_fault fault;
    uint32_t year = 0, day = 0;
    enum calendar_fault calendar = calendar_check(registry->calendars, registry->calendar_count, &year, &day);
    if (calendar != CALENDAR_FINE)
        return invalid(arena_format(arena, "calendars[%u].days[%u]", year, day),
                       calendar_fault_code(calendar), arena, ret_refusal);
    if (registry_check(registry, current, scratch, &fault, 1) > 0)
        return invalid(fault.path, fault.rule, arena, ret_refusal);
    return true;
}

bool gate_check(const struct registry *current, const struct body_apply_registry *content,
                struct arena *arena, struct refusal *ret_refusal)
{
    struct arena *scratch = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    struct registry registry;
    struct wire_fault fault;
    bool fine = false;
    if (wire_decode_foreign(&wire_registry, content->content, content->content_bytes, LIMIT_REGISTRY_BYTES,
                            scratch, &registry, &fault))
        fine = check_model(&registry, current, arena, scratch, ret_refusal);
    else
        fine = invalid(fault.field, fault.rule, arena, ret_refusal);
    arena_free(scratch);
    return fine;
}
