/* registry_gate.c: where versions of the registry meet the partitions.
 *
 * A version is published by the partition that holds the aggregate `registry`, and adopted by each
 * partition through an internal command, so that the log says for every command by which version it was
 * decided. The content travels on its own topic; a partition that is told to adopt a version waits until
 * the follower has it. */
#include "engine_internal.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/messages.h"

/* A registry is compared with the one it replaces, which may have been published a moment ago. */
static uint32_t base_of(const struct engine *engine, const struct partition *partition)
{
    struct row row;
    struct wire_fault fault;
    struct row_bytes bytes = task_table_get(partition->table, KEY_REGISTRY);
    bool readable = bytes.data != NULL && wire_decode(&wire_row, bytes.data, bytes.bytes, LIMIT_ROW_BYTES,
                                                      engine->arena, &row, &fault);
    return readable && row.kind == ROW_REGISTRY ? row.registry.version : 0;
}

uint32_t gate_awaits(const struct engine *engine, const struct partition *partition,
                     const struct command *command)
{
    uint32_t version = 0;
    if (command->body.trigger == TRIGGER_ADOPT_REGISTRY)
        version = command->body.adopt_registry.version;
    else if (command->body.trigger == TRIGGER_APPLY_REGISTRY)
        version = base_of(engine, partition);
    return version == 0 || registry_follower_version(engine->registry, version) != NULL ? 0 : version;
}

void gate_close(struct engine *engine, struct partition *partition, uint32_t version)
{
    partition->awaited_version = version;
    engine_pause(engine, partition);
}

void gate_give_up(struct engine *engine, struct partition *partition)
{
    partition->awaited_version = 0;
    engine_resume(engine, partition);
}

void gate_open(struct engine *engine)
{
    for (int32_t i = 0; i < engine->options.partitions; i++) {
        struct partition *partition = engine->partitions[i];
        if (partition == NULL || partition->awaited_version == 0 ||
            registry_follower_version(engine->registry, partition->awaited_version) == NULL)
            continue;
        gate_give_up(engine, partition);
    }
}

bool gate_may_adopt(const struct engine *engine, const struct command *command)
{
    const struct body_adopt_registry *adopt = &command->body.adopt_registry;
    const struct registry_version *version = registry_follower_version(engine->registry, adopt->version);
    if (version != NULL && digest_equal(&version->digest, &adopt->digest))
        return true;
    log_error("published registry differs from what was decided, refusing it version=%u", adopt->version);
    return false;
}

static bool invalid(const char *field, const char *rule, struct arena *arena, struct refusal *ret_refusal)
{
    *ret_refusal = refusal_make(arena, REFUSAL_REGISTRY_INVALID, "field", field, "rule", rule, NULL);
    return false;
}

static bool check_model(const struct registry *registry, const struct registry *base, struct arena *arena,
                        struct arena *scratch, struct refusal *ret_refusal)
{
    struct registry_fault fault;
    uint32_t year = 0, day = 0;
    enum calendar_fault calendar = calendar_check(registry->calendars, registry->calendar_count, &year, &day);
    if (calendar != CALENDAR_FINE)
        return invalid(arena_format(arena, "calendars[%u].days[%u]", year, day),
                       calendar_fault_code(calendar), arena, ret_refusal);
    if (registry_check(registry, base, scratch, &fault, 1) > 0)
        return invalid(fault.path, fault.rule, arena, ret_refusal);
    return true;
}

bool gate_check(const struct engine *engine, const struct body_apply_registry *content, struct arena *arena,
                struct refusal *ret_refusal)
{
    const struct registry_version *base = registry_follower_version(engine->registry, content->base_version);
    struct arena *scratch = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    struct registry registry;
    struct wire_fault fault;
    bool fine = false;
    if (wire_decode_foreign(&wire_registry, content->content, content->content_bytes, LIMIT_REGISTRY_BYTES,
                            scratch, &registry, &fault))
        fine = check_model(&registry, base == NULL ? NULL : base->registry, arena, scratch, ret_refusal);
    else
        fine = invalid(fault.field, fault.rule, arena, ret_refusal);
    arena_free(scratch);
    return fine;
}
