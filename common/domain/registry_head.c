/* registry_head.c: the aggregate "registry" and the partitions' side of it. A version is published, adopted by each
 * partition in its own transaction, and in force when all of them have it (design §3). */
#include <stddef.h>

#include "base/text.h"
#include "domain/actor.h"
#include "domain/aggregates.h"
#include "domain/remembered.h"
#include "domain/task_event.h"
#include "domain/task_life.h"

/* --- the fold ---------------------------------------------------------------------------------------------------- */

static bool has_adopted(const struct registry_head *head, uint32_t partition)
{
    for (uint32_t i = 0; i < head->adopted_count; i++) {
        if (head->adopted[i] == partition)
            return true;
    }
    return false;
}

struct registry_head registry_head_apply(const struct registry_head *before, const struct event *event,
                                         struct arena *arena)
{
    struct registry_head head = before == NULL ? (struct registry_head){.id = ""} : *before;
    head.id = event->task_id;
    head.seq = event->seq;
    head.now = event->now;
    if (event->type == EVENT_REGISTRY_PUBLISHED) {
        head.version = event->body.adopt_registry.version;
        head.digest = event->body.adopt_registry.digest;
        head.adopted = NULL;
        head.adopted_count = 0;
    } else if (event->type == EVENT_REGISTRY_ADOPTED) {
        head.adopted = arena_grown(arena, head.adopted, head.adopted_count, sizeof(*head.adopted));
        head.adopted[head.adopted_count++] = event->body.registry_applied.partition;
    } else if (event->type == EVENT_REGISTRY_IN_FORCE) {
        head.in_force = event->body.registry_applied.version;
    }
    struct memory memory = {head.messages, head.message_count};
    memory = memory_after(&memory, event, arena);
    head.messages = memory.messages;
    head.message_count = memory.count;
    return head;
}

/* --- ApplyRegistry -------------------------------------------------------------------------------------------------- */

static struct event head_event(const struct turn_input *input, const struct registry_head *head,
                               enum event_type type)
{
    struct instant now = input->command->received_at;
    if (head != NULL)
        now = instant_max(now, head->now);
    return aggregate_event(input, head == NULL ? 1 : head->seq + 1, now, type);
}

static struct refusal not_entitled(const struct turn_input *input)
{
    return refusal_make(input->arena, REFUSAL_NOT_ENTITLED, "trigger", "apply_registry", "who",
                        "administrator", NULL);
}

/* Version 1 has nobody who could be entitled by a registry: the secret of intake's settings stands for them. */
static struct refusal check_sender(const struct turn_input *input, uint32_t current)
{
    const struct ruleset *ruleset = input->ruleset;
    const struct command *command = input->command;
    const char *secret = ruleset->bootstrap_secret;
    if (current == 0) {
        const char *given = command->body.apply_registry.bootstrap_secret;
        struct digest ours = digest_of_texts(secret, NULL), theirs = digest_of_texts(given, NULL);
        bool right = !text_empty(secret) && digest_equal(&ours, &theirs); /* in constant time */
        return right ? (struct refusal){0} : refusal_make(input->arena, REFUSAL_WRONG_SECRET, NULL);
    }
    if (ruleset->registry == NULL)
        return refusal_make(input->arena, REFUSAL_NO_REGISTRY, NULL);
    uint32_t capacities = actor_capacities(NULL, &command->actor, ruleset->registry, NULL);
    return (capacities & CAPACITY_ADMINISTRATOR) != 0 ? (struct refusal){0} : not_entitled(input);
}

static void publish(const struct turn_input *input, const struct registry_head *head, struct turn *turn)
{
    const struct body_apply_registry *apply = &input->command->body.apply_registry;
    uint32_t version = apply->base_version + 1;
    struct event event = head_event(input, head, EVENT_REGISTRY_PUBLISHED);
    /* The event names version and digest; the content goes to duban.registry, the secret nowhere. */
    event.body = (struct body){.trigger = TRIGGER_ADOPT_REGISTRY};
    event.body.adopt_registry =
        (struct body_adopt_registry){version, digest_of(apply->content, apply->content_bytes)};
    turn->publish = apply;
    turn->publish_version = version;
    turn_add_event(turn, &event, input->arena);
    for (uint32_t i = 0; i < input->ruleset->partition_count; i++) {
        struct command *adopt = internal_add(&turn->internals, &turn->internal_count, input->arena, &event,
                                             TRIGGER_ADOPT_REGISTRY, partition_key(i, input->arena));
        adopt->body.adopt_registry = event.body.adopt_registry;
    }
}

static void refuse_base(const struct turn_input *input, const struct registry_head *head, uint32_t current,
                        struct turn *turn)
{
    const struct body_apply_registry *apply = &input->command->body.apply_registry;
    struct refusal refusal = refusal_make(input->arena, REFUSAL_VERSION_CONFLICT, "base",
                                          arena_format(input->arena, "%u", apply->base_version), "current",
                                          arena_format(input->arena, "%u", current), NULL);
    if (head == NULL) {
        turn_answer(turn, refusal);
        return;
    }
    struct event event = head_event(input, head, EVENT_REFUSED);
    event.body = (struct body){.trigger = TRIGGER_NONE};
    event.refusal = refusal;
    turn_add_event(turn, &event, input->arena);
}

static void take_apply(const struct turn_input *input, const struct registry_head *head, struct turn *turn)
{
    uint32_t current = head == NULL ? 0 : head->version;
    if (head != NULL && turn_answer_known(input, head->messages, head->message_count, head->now, turn))
        return;
    struct refusal refusal = check_sender(input, current);
    if (REFUSED(refusal))
        turn_answer(turn, refusal);
    else if (input->command->body.apply_registry.base_version != current)
        refuse_base(input, head, current, turn);
    else
        publish(input, head, turn);
}

/* --- adoption ---------------------------------------------------------------------------------------------------------- */

static void take_applied(const struct turn_input *input, const struct registry_head *head, struct turn *turn)
{
    const struct body_registry_applied *applied = &input->command->body.registry_applied;
    bool stale = head == NULL || applied->version != head->version || has_adopted(head, applied->partition) ||
                 applied->partition >= input->ruleset->partition_count;
    if (stale)
        return; /* overtaken by a newer version */
    struct event event = head_event(input, head, EVENT_REGISTRY_ADOPTED);
    turn_add_event(turn, &event, input->arena);
    if (turn->after->registry.adopted_count < input->ruleset->partition_count)
        return;
    struct event in_force = head_event(input, &turn->after->registry, EVENT_REGISTRY_IN_FORCE);
    turn_add_event(turn, &in_force, input->arena);
}

void registry_head_take(const struct turn_input *input, struct turn *turn)
{
    const struct registry_head *head = input->before == NULL ? NULL : &input->before->registry;
    if (input->command->body.trigger == TRIGGER_APPLY_REGISTRY)
        take_apply(input, head, turn);
    else
        take_applied(input, head, turn);
}

/* Other calendars: every task of the partition is looked at again. Before the first version there are none. */
static void adopt_version(const struct turn_input *input, const struct body_adopt_registry *adopt,
                          struct partition_row *row)
{
    if (input->ruleset->calendar_since > row->calendar_version) {
        row->recomputing = row->registry_version > 0;
        row->calendar_version = input->ruleset->calendar_since;
        row->calendar_published_at = input->command->received_at;
        row->recomputed_key = "";
    }
    row->registry_version = adopt->version;
    row->registry_digest = adopt->digest;
}

/* The row leaves no event: it is the engine's own bookkeeping, and the registry's events tell the story. */
void partition_take(const struct turn_input *input, struct turn *turn)
{
    const struct body_adopt_registry *adopt = &input->command->body.adopt_registry;
    struct row *row = ARENA_NEW(input->arena, struct row);
    if (input->before != NULL)
        *row = *input->before;
    else
        row->partition =
            (struct partition_row){.deployment = input->ruleset->deployment, .recomputed_key = ""};
    row->kind = ROW_PARTITION;
    row->partition.id = input->command->task_id;
    if (adopt->version > row->partition.registry_version)
        adopt_version(input, adopt, &row->partition);
    turn->after = row;
    struct event cause = aggregate_event(input, adopt->version, input->command->received_at, EVENT_NONE);
    struct command *applied = internal_add(&turn->internals, &turn->internal_count, input->arena, &cause,
                                           TRIGGER_REGISTRY_APPLIED, KEY_REGISTRY);
    int64_t partition = 0;
    (void)text_to_int64(input->command->task_id + sizeof(KEY_PARTITION_PREFIX) - 1, 0, UINT32_MAX,
                        &partition);
    applied->body.registry_applied = (struct body_registry_applied){adopt->version, (uint32_t)partition};
}
