/* core_world.c: the loop in one process: rows in memory, turn_take for every command, internal commands at once, wakes
 * in the order of their moments, notices accepted at once. What is written is encoded and decoded as on the wire, so
 * a story also proves that nothing is lost there. */
#include "core_world.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "calendar_patch.h"
#include "domain/registry_index.h"
#include "domain/task_recompute.h"
#include "domain/turn.h"
#include "wire/messages.h"
#include "wire/records.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WORLD_BYTES = 1024 * 1024 * 1024, WAKES_AT_ONE_MOMENT = 10000 };

static const struct registry *registry_at(const void *context, uint32_t version)
{
    const struct core_world *world = context;
    return version == 0 || version > world->version_count ? NULL : world->versions[version - 1];
}

struct bytes core_keep(struct core_world *world, const struct wire_message *message, const void *record)
{
    size_t count;
    const void *data = wire_encode(message, record, world->turn, &count);
    return (struct bytes){arena_copy(world->arena, data, count), count};
}

void core_restore(const struct wire_message *message, struct bytes bytes, struct arena *arena,
                  void *ret_record)
{
    struct wire_fault fault;
    bool decoded =
        wire_decode(message, bytes.data, bytes.count, LIMIT_REGISTRY_BYTES, arena, ret_record, &fault);
    if (!decoded)
        log_error("what was written does not read back message=%s field=%s rule=%s", wire_name(message),
                  fault.field, fault.rule);
    assert(decoded);
}

static struct kept_row *row_of(struct core_world *world, const char *key)
{
    struct kept_row *row = NULL;
    HASH_FIND_STR(world->rows, key, row);
    if (row == NULL) {
        row = must_alloc(sizeof *row + strlen(key) + 1);
        memcpy(row->key, key, strlen(key) + 1);
        HASH_ADD_STR(world->rows, key, row);
    }
    return row;
}

void core_add_bytes(struct core_world *world, struct bytes **list, size_t *count, struct bytes bytes)
{
    *list = arena_grown(world->arena, *list, *count, sizeof **list);
    (*list)[(*count)++] = bytes;
}

void core_enqueue(struct core_world *world, const struct command *command)
{
    assert(world->tail < QUEUE);
    core_restore(&wire_command, core_keep(world, &wire_command, command), world->arena,
                 &world->queue[world->tail++]);
}

/* --- the ledger of this world --------------------------------------------------------------------------------------- */

static struct fate fate_of(const struct turn *turn)
{
    if (turn->answer.given)
        return (struct fate){true, turn->answer.refusal.code};
    if (turn->event_count == 0)
        return (struct fate){true, REFUSAL_NONE};
    return (struct fate){true, turn->events[turn->event_count - 1].refusal.code};
}

/* The ledger encodes a row after the bytes that it came from. That comes to the same, in every story. */
static struct bytes keep_row(struct core_world *world, const struct row *after, const struct row *before,
                             struct bytes origin)
{
    const struct wire_origin came_from = {before, origin.data, origin.count};
    const struct bytes kept = core_keep(world, &wire_row, after);
    size_t count;
    if (origin.data == NULL)
        return kept;
    const void *data = wire_encode_after(&wire_row, after, &came_from, world->turn, &count);
    assert(count == kept.count && memcmp(data, kept.data, count) == 0);
    return kept;
}

static struct fate take(struct core_world *world, const struct command *command)
{
    struct turn turn;
    struct row before;
    struct kept_row *kept = row_of(world, command->task_id);
    if (world->taken != NULL)
        world->taken(world->taken_context, command, kept->value);
    arena_reset(world->turn);
    if (kept->value.data != NULL)
        core_restore(&wire_row, kept->value, world->turn, &before);
    turn_take(kept->value.data != NULL ? &before : NULL, command, &world->ruleset, world->turn, &turn);
    for (uint32_t i = 0; i < turn.event_count; i++)
        core_add_bytes(world, &kept->events, &kept->event_count,
                       core_keep(world, &wire_event, &turn.events[i]));
    if (turn.event_count > 0) {
        kept->value = keep_row(world, turn.after, &before, kept->value);
        if (turn.after->kind == ROW_TASK) {
            kept->next_wake = turn.after->task.next_wake;
            kept->wake_seq = turn.after->task.wake_seq;
        }
    }
    for (uint32_t i = 0; i < turn.internal_count; i++)
        core_enqueue(world, &turn.internals[i]);
    for (uint32_t i = 0; i < turn.event_count; i++)
        core_accept_notices(world, kept, &turn.events[i], turn.after);
    return fate_of(&turn);
}

static void take_queued(struct core_world *world)
{
    while (world->head < world->tail)
        take(world, &world->queue[world->head++]);
    world->head = world->tail = 0;
}

static struct kept_row *next_to_wake(struct core_world *world, struct instant before)
{
    struct kept_row *least = NULL;
    for (struct kept_row *row = world->rows; row != NULL; row = row->hh.next) {
        if (!instant_is_set(row->next_wake) || row->next_wake.ms >= before.ms)
            continue;
        if (least == NULL || row->next_wake.ms < least->next_wake.ms ||
            (row->next_wake.ms == least->next_wake.ms && strcmp(row->key, least->key) < 0))
            least = row;
    }
    return least;
}

static enum status advance(void *self, struct instant now)
{
    struct core_world *world = self;
    struct kept_row *row;
    unsigned left = WAKES_AT_ONE_MOMENT;
    while ((row = next_to_wake(world, now)) != NULL) {
        struct command wake;
        arena_reset(world->turn);
        wire_blank(&wire_command, &wake);
        /* As on the real clock: a wake goes out 1 ms after its moment, and notices are accepted then. */
        world->now = instant_max(world->now, instant_add(row->next_wake, 1));
        wake.task_id = row->key;
        wake.command_id = arena_format(world->arena, "wake/%s/%" PRIu64, row->key, row->wake_seq);
        wake.origin = ORIGIN_WATCHER;
        wake.actor.door = DOOR_INSIDE;
        wake.received_at = row->next_wake;
        wake.body.trigger = TRIGGER_WAKE;
        wake.body.wake = (struct body_wake){
            .wake_seq = row->wake_seq, .due = row->next_wake, .released_at = row->next_wake};
        take(world, &wake);
        take_queued(world);
        if (--left == 0) {
            log_error("a row does not move when woken task=%s wake_seq=%" PRIu64, row->key, row->wake_seq);
            return STATUS_FATAL;
        }
    }
    world->now = now;
    return STATUS_OK;
}

/* What intake does, without the doors: the body with all checks of foreign input, then the command. */
static struct fate admit(struct core_world *world, const struct act *act)
{
    struct command command;
    struct wire_fault fault;
    arena_reset(world->turn);
    wire_blank(&wire_command, &command);
    command.body.trigger = act->trigger;
    if (!wire_from_json(wire_body_of(act->trigger), act->data, strlen(act->data), LIMIT_COMMAND_BYTES,
                        world->arena, wire_body_record(&command.body, act->trigger), &fault))
        return (struct fate){true, fault.code};
    bool person = !text_empty(act->person);
    const char *source =
        person ? arena_format(world->arena, "urn:duban:person:%s", act->person) : act->system;
    struct digest id = digest_of_texts(act->unit, source, act->id, NULL);
    struct digest task = digest_of_texts(act->unit, source, act->reference, NULL);
    char text[ID_TEXT];
    digest_to_id(&id, text);
    command.command_id = arena_text(world->arena, text);
    digest_to_id(&task, text);
    command.task_id = act->trigger == TRIGGER_DRAFT ? arena_text(world->arena, text) : act->task_id;
    command.origin = ORIGIN_OUTSIDE;
    command.actor.unit = act->unit;
    command.actor.person = act->person;
    command.actor.system = act->system;
    command.actor.door = person ? DOOR_HTTP : DOOR_KAFKA;
    command.received_at = world->now;
    command.message = (struct message_id){act->unit, source, act->id};
    command.content = digest_of(act->data, strlen(act->data));
    return take(world, &command);
}

static void adopt(struct core_world *world, const struct registry *registry)
{
    struct registry *version = ARENA_NEW(world->arena, struct registry);
    *version = *registry;
    version->version = world->version_count + 1;
    version->index = registry_index_new(version, world->arena);
    world->versions =
        arena_grown(world->arena, world->versions, world->version_count, sizeof *world->versions);
    world->versions[world->version_count++] = version;
    world->ruleset.registry = version;
    world->ruleset.calendar =
        calendar_build(world->arena, version->calendars, version->calendar_count, version->version);
}

/* As the ledger's cursor: every task is looked at, once. */
static struct fate publish(struct core_world *world, const struct act *act)
{
    struct registry next;
    const char *fault;
    if (!calendar_patch(world->ruleset.registry, act->data, world->arena, &next, &fault))
        return (struct fate){true, REFUSAL_REGISTRY_INVALID};
    adopt(world, &next);
    world->ruleset.calendar_since = world->version_count;
    world->ruleset.calendar_published_at = world->now;
    for (struct kept_row *row = world->rows; row != NULL; row = row->hh.next) {
        struct row before;
        if (row->value.data == NULL || row_kind_of_key(row->key) != ROW_TASK)
            continue;
        arena_reset(world->turn);
        core_restore(&wire_row, row->value, world->turn, &before);
        struct command command = task_recompute_command(&before.task, &world->ruleset, world->arena);
        command.task_id = row->key;
        take(world, &command);
    }
    take_queued(world);
    world->ruleset.calendar_since = 0;
    return (struct fate){true, REFUSAL_NONE};
}

static enum status act_all(void *self, const struct act *const *acts, size_t count)
{
    struct core_world *world = self;
    for (size_t i = 0; i < count; i++) {
        struct fate *fates = arena_grown(world->arena, world->fates, world->fate_count, sizeof *fates);
        world->fates = fates;
        bool publishes = acts[i]->trigger == TRIGGER_APPLY_REGISTRY;
        world->fates[world->fate_count] = publishes ? publish(world, acts[i]) : admit(world, acts[i]);
        world->fate_count++;
        take_queued(world);
    }
    return STATUS_OK;
}

static struct fate fate(void *self, size_t number)
{
    const struct core_world *world = self;
    return number < world->fate_count ? world->fates[number] : (struct fate){0};
}

static const struct task *task(void *self, const char *task_id, struct arena *arena)
{
    struct core_world *world = self;
    struct kept_row *kept = row_of(world, task_id);
    struct row *row = ARENA_NEW(arena, struct row);
    if (kept->value.data == NULL)
        return NULL;
    core_restore(&wire_row, kept->value, arena, row);
    return row->kind == ROW_TASK ? &row->task : NULL;
}

static void events(void *self, const char *task_id,
                   void (*on_event)(void *context, const struct event *event), void *context)
{
    struct core_world *world = self;
    struct kept_row *kept = row_of(world, task_id);
    for (size_t i = 0; i < kept->event_count; i++) {
        struct event event;
        arena_reset(world->turn);
        core_restore(&wire_event, kept->events[i], world->turn, &event);
        on_event(context, &event);
    }
}

static void notices(void *self, const char *task_id,
                    void (*on_notice)(void *context, const struct notice *notice), void *context)
{
    struct core_world *world = self;
    struct kept_row *kept = row_of(world, task_id);
    for (size_t i = 0; i < kept->notice_count; i++) {
        struct notice notice;
        arena_reset(world->turn);
        core_restore(&wire_notice, kept->notices[i], world->turn, &notice);
        on_notice(context, &notice);
    }
}

static void free_world(void *self)
{
    struct core_world *world = self;
    struct kept_row *row, *next;
    HASH_ITER(hh, world->rows, row, next)
    {
        HASH_DEL(world->rows, row);
        free(row);
    }
    free(world->queue);
    arena_free(world->turn);
    arena_free(world->arena);
    free(world);
}

struct world core_world_new(const struct registry *registry)
{
    static const struct world_operations operations = {advance, act_all, fate,      task,
                                                       events,  notices, free_world};
    struct core_world *world = must_alloc(sizeof *world);
    world->arena = arena_new(WORLD_BYTES);
    world->turn = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    world->queue = must_alloc(QUEUE * sizeof *world->queue);
    world->ruleset = (struct ruleset){
        .registry_at = registry_at,
        .context = world,
        .partition_count = 1,
        .deployment = "story",
        .bootstrap_secret = "",
    };
    adopt(world, registry);
    return (struct world){&operations, registry, world};
}
