/* broker_world.c: the stage as a world. Events are kept as they come, by task; outboxes and notices are read up to
 * their ends when somebody asks. */
#include "broker_world.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/log_scan.h"
#include "wire/messages.h"
#include "wire/topology.h"
#include "wire/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>

enum { WORLD_BYTES = 512 * 1024 * 1024, QUIET_MS = 30000 };

/* An event or a notice, as it is written. */
struct bytes {
    const void *data;
    size_t count;
};

struct kept_events {
    struct bytes *items;
    size_t count;
    UT_hash_handle hh;
    char task_id[ID_TEXT];
};

/* Its newest record. */
struct kept_notice {
    struct bytes value;
    UT_hash_handle hh;
    char id[ID_TEXT];
};

struct sent_act {
    const char *id;
    bool by_system; /* told by the outbox */
    struct fate fate;
};

struct broker_world {
    struct stage_options options;
    struct stage stage;
    struct arena *arena;  /* as long as the world */
    struct arena *record; /* of one record */
    struct log_scanner *scanner;
    struct log_offset *outboxes;
    size_t outbox_count;
    struct log_offset notices_read;
    struct kept_events *events;
    struct kept_notice *notices;
    struct sent_act *acts;
    size_t act_count;
    bool begun, failed;
};

/* --- fates ------------------------------------------------------------------------------------------------------------ */

static const char *text_of(const struct tree *tree, const char *key)
{
    const struct tree *child = tree == NULL ? NULL : tree_child(tree, key);
    return child == NULL ? "" : child->text;
}

/* Acts with the same id come one after the other: the first without a fate is meant. */
static void settle_fate(struct broker_world *world, const char *id, bool by_system, const char *code,
                        bool repeated)
{
    for (size_t i = 0; i < world->act_count; i++) {
        struct sent_act *act = &world->acts[i];
        if (act->fate.known || act->by_system != by_system || !text_equal(act->id, id))
            continue;
        act->fate.known = true;
        act->fate.refusal = repeated ? REFUSAL_DUPLICATE : refusal_code_value(code);
        return;
    }
}

static const struct tree *parse(struct broker_world *world, const void *json, size_t bytes)
{
    const struct tree *tree = NULL;
    struct wire_fault fault;
    arena_reset(world->record);
    if (!tree_from_json(json, bytes, LIMIT_HTTP_BODY_BYTES, world->record, &tree, &fault)) {
        log_error("an answer is no JSON rule=%s answer=%.*s", fault.rule, (int)bytes, (const char *)json);
        world->failed = true;
    }
    return tree;
}

static void on_answer(void *context, const char *act_id, const char *json)
{
    struct broker_world *world = context;
    const struct tree *answer = parse(world, json, strlen(json));
    const char *outcome = text_of(answer, "outcome");
    if (text_equal(outcome, "accepted") || text_equal(outcome, "refused"))
        settle_fate(world, act_id, false, text_of(answer, "code"),
                    text_equal(text_of(answer, "repeated"), "true"));
}

static enum status read_letter(void *context, const struct log_record *record)
{
    struct broker_world *world = context;
    const struct tree *letter = parse(world, record->value, record->value_bytes);
    const struct tree *message = letter == NULL ? NULL : tree_child(letter, "message");
    if (message != NULL)
        settle_fate(world, text_of(message, "id"), true, text_of(tree_child(letter, "refusal"), "code"),
                    text_equal(text_of(letter, "event"), "repeated"));
    return STATUS_OK;
}

static enum status read_outboxes(struct broker_world *world)
{
    return log_scan(world->scanner, world->outboxes, world->outbox_count, QUIET_MS, read_letter, world);
}

static enum status act(void *self, const struct act *const *acts, size_t count)
{
    struct broker_world *world = self;
    bool by_system = false;
    for (size_t i = 0; i < count; i++) {
        world->acts = arena_grown(world->arena, world->acts, world->act_count, sizeof *world->acts);
        struct sent_act *sent = &world->acts[world->act_count++];
        *sent = (struct sent_act){.id = acts[i]->id, .by_system = text_empty(acts[i]->person)};
        by_system |= sent->by_system;
        if (acts[i]->trigger != TRIGGER_APPLY_REGISTRY)
            doors_send(world->stage.doors, acts[i]);
        else if (!stage_send_calendar(&world->stage, acts[i]))
            return STATUS_FATAL;
    }
    enum status status = doors_wait(world->stage.doors);
    if (status == STATUS_OK)
        status = stage_settle(&world->stage);
    if (status == STATUS_OK && by_system)
        status = read_outboxes(world);
    return world->failed ? STATUS_FATAL : status;
}

static struct fate fate(void *self, size_t number)
{
    const struct broker_world *world = self;
    return number < world->act_count ? world->acts[number].fate : (struct fate){0};
}

/* --- time --------------------------------------------------------------------------------------------------------------- */

static enum status advance(void *self, struct instant now)
{
    struct broker_world *world = self;
    enum status status = STATUS_OK;
    if (!world->begun)
        status = stage_begin(&world->stage, instant_add(now, -MS_PER_DAY));
    world->begun = true;
    while (status == STATUS_OK && stepper_now(world->stage.stepper).ms < now.ms) {
        struct instant alarm = stage_next_alarm(&world->stage);
        struct instant least = instant_add(stepper_now(world->stage.stepper), 1);
        bool before = instant_is_set(alarm) && alarm.ms < now.ms;
        status = stage_step(&world->stage, before ? instant_max(alarm, least) : now);
    }
    return world->failed ? STATUS_FATAL : status;
}

/* --- what has happened ---------------------------------------------------------------------------------------------------- */

static struct bytes keep(struct broker_world *world, const void *data, size_t count)
{
    return (struct bytes){arena_copy(world->arena, data, count), count};
}

static bool restore(struct broker_world *world, const struct wire_message *message, struct bytes bytes,
                    void *ret_record)
{
    struct wire_fault fault;
    arena_reset(world->record);
    return wire_decode(message, bytes.data, bytes.count, LIMIT_EVENT_BYTES, world->record, ret_record,
                       &fault);
}

static void on_event(void *context, const struct event *event, const struct task *task)
{
    struct broker_world *world = context;
    struct kept_events *kept = NULL;
    size_t bytes;
    if (task == NULL)
        return;
    HASH_FIND_STR(world->events, event->task_id, kept);
    if (kept == NULL) {
        kept = ARENA_NEW(world->arena, struct kept_events);
        snprintf(kept->task_id, sizeof kept->task_id, "%s", event->task_id);
        HASH_ADD_STR(world->events, task_id, kept);
    }
    arena_reset(world->record);
    const void *data = wire_encode(&wire_event, event, world->record, &bytes);
    kept->items = arena_grown(world->arena, kept->items, kept->count, sizeof *kept->items);
    kept->items[kept->count++] = keep(world, data, bytes);
}

static void events(void *self, const char *task_id, void (*on_each)(void *context, const struct event *event),
                   void *context)
{
    struct broker_world *world = self;
    struct kept_events *kept = NULL;
    HASH_FIND_STR(world->events, task_id, kept);
    for (size_t i = 0; kept != NULL && i < kept->count; i++) {
        struct event event;
        if (restore(world, &wire_event, kept->items[i], &event))
            on_each(context, &event);
    }
}

static const struct task *task(void *self, const char *task_id, struct arena *arena)
{
    struct broker_world *world = self;
    return observer_task(world->stage.observer, task_id, arena);
}

static enum status read_notice(void *context, const struct log_record *record)
{
    struct broker_world *world = context;
    struct kept_notice *kept = NULL;
    if (record->key == NULL || record->key_bytes >= ID_TEXT || record->value == NULL)
        return STATUS_OK;
    HASH_FIND(hh, world->notices, record->key, record->key_bytes, kept);
    if (kept == NULL) {
        kept = ARENA_NEW(world->arena, struct kept_notice);
        memcpy(kept->id, record->key, record->key_bytes);
        HASH_ADD_STR(world->notices, id, kept);
    }
    kept->value = keep(world, record->value, record->value_bytes);
    return STATUS_OK;
}

static void notices(void *self, const char *task_id,
                    void (*on_notice)(void *context, const struct notice *notice), void *context)
{
    struct broker_world *world = self;
    if (log_scan(world->scanner, &world->notices_read, 1, QUIET_MS, read_notice, world) != STATUS_OK) {
        log_error("the notices cannot be read");
        world->failed = true;
    }
    for (struct kept_notice *kept = world->notices; kept != NULL; kept = kept->hh.next) {
        struct notice notice;
        if (restore(world, &wire_notice, kept->value, &notice) && text_equal(notice.task_id, task_id))
            on_notice(context, &notice);
    }
}

/* --- life ------------------------------------------------------------------------------------------------------------------ */

static void free_world(void *self)
{
    struct broker_world *world = self;
    HASH_CLEAR(hh, world->events);
    HASH_CLEAR(hh, world->notices);
    log_scanner_free(world->scanner);
    stage_close(&world->stage);
    arena_free(world->record);
    arena_free(world->arena);
    free(world);
}

static void name_topics(struct broker_world *world)
{
    const struct registry *registry = &world->stage.files.registry;
    const char *prefix = world->options.prefix;
    world->notices_read =
        (struct log_offset){.topic = topic_name(prefix, TOPIC_NOTICES, "", world->arena), .metadata = ""};
    world->outboxes = ARENA_ARRAY(world->arena, struct log_offset, registry->unit_count);
    for (uint32_t i = 0; i < registry->unit_count; i++) {
        if (registry->units[i].inbox)
            world->outboxes[world->outbox_count++] = (struct log_offset){
                .topic = topic_name(prefix, TOPIC_OUTBOX, registry->units[i].id, world->arena),
                .metadata = ""};
    }
}

bool broker_world_new(const struct stage_options *options, struct world *ret_world)
{
    static const struct world_operations operations = {advance, act, fate, task, events, notices, free_world};
    struct broker_world *world = must_alloc(sizeof *world);
    world->options = *options;
    world->options.on_event = on_event;
    world->options.on_answer = on_answer;
    world->options.context = world;
    world->arena = arena_new(WORLD_BYTES);
    world->record = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    *ret_world = (struct world){&operations, &world->stage.files.registry, world};
    if (stage_open(&world->stage, &world->options) != STATUS_OK)
        return false;
    name_topics(world);
    world->scanner = log_scanner_new(&world->options.client);
    return world->scanner != NULL;
}
