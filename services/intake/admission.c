/* admission.c: one order for both doors: envelope → who → trigger → body → task → registry's words → mask → ids →
 * bytes. The first fault ends it. What is refused before the sender is known is dead: nobody to answer may exist. */
#include "admission.h"

#include "admission_registry.h"
#include "admission_rules.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/row.h"
#include "domain/task_life.h"
#include "masking.h"
#include "service/identity.h"
#include "wire/messages.h"

#include <string.h>

/* What both doors hand on once they know the sender. */
struct candidate {
    const struct cloud_event *event;
    struct actor actor;
    struct inbox_position inbox;
    struct instant received_at;
    const struct registry *registry; /* NULL: only ApplyRegistry comes so far */
    const struct admission_bootstrap *bootstrap;
};

static bool refuse(struct admission *ret, struct refusal refusal)
{
    ret->refusal = refusal;
    ret->dead = ret->dead || refusal.code == REFUSAL_MALFORMED || refusal.code == REFUSAL_MESSAGE_TOO_LARGE ||
                refusal.code == REFUSAL_CONTENT_TYPE;
    return false;
}

/* The piece of input that a fault quotes may name somebody; it is kept where the sentence cannot do without it. */
static bool refuse_fault(struct admission *ret, const struct wire_fault *fault, struct arena *arena)
{
    struct wire_fault told = *fault;
    bool quoted = fault->code == REFUSAL_UNKNOWN_WORD || fault->code == REFUSAL_NO_SUCH_DATE ||
                  fault->code == REFUSAL_DEADLINE_VAGUE || fault->code == REFUSAL_FIELD_RANGE ||
                  fault->code == REFUSAL_CONTENT_TYPE;
    told.value = quoted ? masking_text(fault->value, arena) : "";
    return refuse(ret, wire_fault_refusal(&told, arena));
}

static bool refuse_size(struct admission *ret, uint32_t limit, struct arena *arena)
{
    return refuse(
        ret, refusal_make(arena, REFUSAL_MESSAGE_TOO_LARGE, "limit", arena_format(arena, "%u", limit), NULL));
}

static bool refuse_field(struct admission *ret, enum refusal_code code, const char *field, const char *rule,
                         struct arena *arena)
{
    return refuse(ret, refusal_make(arena, code, "field", field, "rule", rule, NULL));
}

static void begin(struct admission *ret, struct instant received_at)
{
    memset(ret, 0, sizeof *ret);
    wire_blank(&wire_command, &ret->command);
    ret->command.origin = ORIGIN_OUTSIDE;
    ret->command.received_at = received_at;
}

/* --- which task -------------------------------------------------------------------------------------------------- */

static const char *id_of(struct digest digest, struct arena *arena)
{
    char id[ID_TEXT];
    digest_to_id(&digest, id);
    return arena_text(arena, id);
}

/* Nobody can take up another's reference: the unit is the authenticated one. */
static const char *task_of_reference(const struct candidate *candidate, const char *reference,
                                     struct arena *arena)
{
    return id_of(digest_of_texts(candidate->actor.unit, candidate->event->source, reference, NULL), arena);
}

static bool find_draft(const struct candidate *candidate, const struct body *body, struct arena *arena,
                       struct admission *ret)
{
    const struct cloud_event *event = candidate->event;
    ret->command.task_id = task_of_reference(candidate, body->draft.reference, arena);
    if (!text_empty(event->reference) && !text_equal(event->reference, body->draft.reference))
        return refuse_field(ret, REFUSAL_FIELD_RANGE, "reference", "as_in_data", arena);
    if (!text_empty(event->task) && !text_equal(event->task, ret->command.task_id))
        return refuse_field(ret, REFUSAL_FIELD_RANGE, "task", "derived_from_reference", arena);
    return true;
}

static bool find_task(const struct candidate *candidate, const struct body *body, struct arena *arena,
                      struct admission *ret)
{
    const struct cloud_event *event = candidate->event;
    if (body->trigger == TRIGGER_DRAFT)
        return find_draft(candidate, body, arena, ret);
    if (body->trigger == TRIGGER_APPLY_REGISTRY) {
        ret->command.task_id = KEY_REGISTRY;
        return text_empty(event->task) || text_equal(event->task, KEY_REGISTRY) ||
               refuse_field(ret, REFUSAL_FIELD_RANGE, "task", KEY_REGISTRY, arena);
    }
    if (!text_empty(event->task)) {
        ret->command.task_id = event->task;
        return id_is_valid(event->task) || refuse_field(ret, REFUSAL_FIELD_RANGE, "task", "task_id", arena);
    }
    if (text_empty(event->reference))
        return refuse_field(ret, REFUSAL_FIELD_MISSING, "task", "task_or_reference", arena);
    ret->command.task_id = task_of_reference(candidate, event->reference, arena);
    return true;
}

/* --- what is said ------------------------------------------------------------------------------------------------ */

static bool check_trigger(const struct candidate *candidate, struct arena *arena, struct admission *ret)
{
    const struct trigger_row *row = trigger_row_of(candidate->event->trigger);
    const char *code = word_of(LIST_TRIGGER, (int)candidate->event->trigger)->code;
    bool outside = row != NULL && row->origin == ORIGIN_OUTSIDE;
    return outside || refuse(ret, refusal_make(arena, REFUSAL_WRONG_ORIGIN, "trigger", code, NULL));
}

static bool read_body(const struct candidate *candidate, struct arena *arena, struct admission *ret)
{
    struct body *body = &ret->command.body;
    struct wire_fault fault;
    if (candidate->event->trigger == TRIGGER_APPLY_REGISTRY)
        return admission_read_registry(candidate->event, candidate->registry, candidate->bootstrap, arena,
                                       ret);
    if (!cloud_event_body(candidate->event, arena, body, &fault))
        return refuse_fault(ret, &fault, arena);
    struct refusal refusal =
        admission_rules_judge(body, candidate->registry, date_of(candidate->received_at), arena);
    return !REFUSED(refusal) || refuse(ret, refusal);
}

/* Masking may make a short name longer than its field. */
static bool mask(struct arena *arena, struct admission *ret)
{
    struct body *body = &ret->command.body;
    struct wire_fault fault;
    if (body->trigger == TRIGGER_APPLY_REGISTRY)
        return true;
    masking_apply(body, arena);
    return wire_check(&wire_body, body, arena, &fault) || refuse_fault(ret, &fault, arena);
}

/* The secret is no part of what is compared: a digest of it would stand in the registry's row for ever. */
static struct digest content_of(const struct body *body, struct arena *arena)
{
    struct body said = *body;
    size_t bytes;
    if (said.trigger == TRIGGER_APPLY_REGISTRY)
        said.apply_registry.bootstrap_secret = "";
    const void *data = wire_encode(&wire_body, &said, arena, &bytes);
    return digest_of(data, bytes);
}

static bool finish(const struct candidate *candidate, struct arena *arena, struct admission *ret)
{
    const struct cloud_event *event = candidate->event;
    struct command *command = &ret->command;
    if (!read_body(candidate, arena, ret) || !find_task(candidate, &command->body, arena, ret) ||
        !mask(arena, ret))
        return false;
    command->content = content_of(&command->body, arena);
    ret->record = wire_encode(&wire_command, command, arena, &ret->record_bytes);
    uint32_t limit = event->trigger == TRIGGER_APPLY_REGISTRY ? LIMIT_REGISTRY_BYTES + LIMIT_COMMAND_BYTES
                                                              : LIMIT_COMMAND_BYTES;
    return ret->record_bytes <= limit || refuse_size(ret, limit, arena);
}

/* From here on the sender is known and can be answered. */
static void identify(const struct candidate *candidate, struct arena *arena, struct admission *ret)
{
    const struct cloud_event *event = candidate->event;
    struct command *command = &ret->command;
    command->actor = candidate->actor;
    command->inbox = candidate->inbox;
    command->message =
        (struct message_id){.unit = candidate->actor.unit, .source = event->source, .id = event->id};
    command->command_id =
        id_of(digest_of_texts(candidate->actor.unit, event->source, event->id, NULL), arena);
    command->body.trigger = event->trigger;
}

/* --- the Kafka door ------------------------------------------------------------------------------------------------ */

static bool may_send(const struct registry_system *system, enum trigger trigger)
{
    for (uint32_t i = 0; i < system->trigger_count; i++) {
        if (system->triggers[i] == trigger)
            return true;
    }
    return false;
}

static const struct registry_system *authenticate_system(const struct inbox_input *input,
                                                         const struct registry *registry, const char *source,
                                                         struct arena *arena, struct admission *ret)
{
    const struct registry_unit *unit = registry_unit(registry, input->unit);
    const struct registry_system *system = unit == NULL ? NULL : registry_system(unit, source);
    if (system == NULL)
        (void)refuse(ret, refusal_make(arena, REFUSAL_WRONG_SOURCE, "source", source, NULL));
    return system;
}

void admission_of_record(const struct inbox_input *input, const struct registry *registry,
                         struct arena *arena, struct admission *ret)
{
    struct cloud_event event;
    struct wire_fault fault;
    begin(ret, input->received_at);
    ret->dead = true;
    if (!input->log_append_time) {
        (void)refuse(ret, refusal_make(arena, REFUSAL_TIMESTAMP_TYPE, "value", "CreateTime", NULL));
        return;
    }
    if (input->value_bytes > LIMIT_COMMAND_BYTES) {
        (void)refuse_size(ret, LIMIT_COMMAND_BYTES, arena);
        return;
    }
    if (!cloud_event_from_headers(input->headers, input->header_count, input->value, input->value_bytes,
                                  arena, &event, &fault)) {
        (void)refuse_fault(ret, &fault, arena);
        return;
    }
    ret->command.message = (struct message_id){.unit = input->unit, .source = event.source, .id = event.id};
    const struct registry_system *system = authenticate_system(input, registry, event.source, arena, ret);
    if (system == NULL)
        return;

    ret->dead = false;
    const struct candidate candidate = {
        .event = &event,
        .actor = {.unit = input->unit,
                  .person = "",
                  .system = system->source,
                  .principal = "",
                  .door = DOOR_KAFKA},
        .inbox = {.inbox = input->unit,     .offset = input->offset},
        .received_at = input->received_at,
        .registry = registry,
    };
    identify(&candidate, arena, ret);
    if (!check_trigger(&candidate, arena, ret))
        return;
    if (!may_send(system, event.trigger)) {
        const char *code = word_of(LIST_TRIGGER, (int)event.trigger)->code;
        (void)refuse(ret, refusal_make(arena, REFUSAL_NOT_ENTITLED, "trigger", code, NULL));
        return;
    }
    (void)finish(&candidate, arena, ret);
}

/* --- the HTTP door ------------------------------------------------------------------------------------------------- */

static bool is_json(const char *content_type)
{
    size_t length = strcspn(content_type, "; \t");
    static const char *const types[] = {"application/json", "application/cloudevents+json"};
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (strlen(types[i]) == length && strncasecmp(content_type, types[i], length) == 0)
            return true;
    }
    return false;
}

static bool read_envelope(const struct person_input *input, struct arena *arena,
                          struct cloud_event *ret_event, struct admission *ret)
{
    struct wire_fault fault;
    if (!is_json(input->content_type))
        return refuse(ret, refusal_make(arena, REFUSAL_CONTENT_TYPE, "value",
                                        masking_text(input->content_type, arena), NULL));
    if (input->body_bytes > LIMIT_HTTP_BODY_BYTES)
        return refuse_size(ret, LIMIT_HTTP_BODY_BYTES, arena);
    if (!cloud_event_from_json(input->body, input->body_bytes, arena, ret_event, &fault))
        return refuse_fault(ret, &fault, arena);
    if (ret_event->trigger != TRIGGER_APPLY_REGISTRY && input->body_bytes > LIMIT_COMMAND_BYTES)
        return refuse_size(ret, LIMIT_COMMAND_BYTES, arena);
    return true;
}

/* "urn:duban:person:<id>", or that and ":…" for a program that this person uses. */
static bool source_is_own(const char *source, const char *own)
{
    size_t length = strlen(own);
    return strncmp(source, own, length) == 0 && (source[length] == '\0' || source[length] == ':');
}

static bool authenticate_person(const struct person_input *input, const struct registry *registry,
                                struct cloud_event *event, struct actor *ret_actor, struct arena *arena,
                                struct admission *ret)
{
    const char *own = BOOTSTRAP_SOURCE;
    *ret_actor = (struct actor){.unit = "", .person = "", .system = "", .principal = "", .door = DOOR_HTTP};
    if (registry == NULL && event->trigger != TRIGGER_APPLY_REGISTRY)
        return refuse(ret, refusal_make(arena, REFUSAL_NO_REGISTRY, NULL));
    if (registry != NULL) {
        *ret_actor = identity_actor(input->person);
        own = arena_format(arena, PERSON_SOURCE_PREFIX "%s", input->person->id);
    }
    if (text_empty(event->source))
        event->source = own;
    return source_is_own(event->source, own) ||
           refuse(ret, refusal_make(arena, REFUSAL_WRONG_SOURCE, "source", event->source, NULL));
}

void admission_of_request(const struct person_input *input, const struct registry *registry,
                          struct arena *arena, struct admission *ret)
{
    struct cloud_event event;
    struct actor actor;
    begin(ret, input->received_at);
    ret->dead = true;
    if (registry != NULL && input->person == NULL) {
        (void)refuse(ret, refusal_make(arena, REFUSAL_UNAUTHENTICATED, "rule", "token", NULL));
        return;
    }
    if (!read_envelope(input, arena, &event, ret) ||
        !authenticate_person(input, registry, &event, &actor, arena, ret))
        return;

    ret->dead = false;
    const struct admission_bootstrap bootstrap = {.secret = input->bootstrap_secret,
                                                  .stepped = input->stepped};
    const struct candidate candidate = {
        .event = &event,
        .actor = actor,
        .inbox = {.inbox = ""},
        .received_at = input->received_at,
        .registry = registry,
        .bootstrap = &bootstrap,
    };
    identify(&candidate, arena, ret);
    if (check_trigger(&candidate, arena, ret))
        (void)finish(&candidate, arena, ret);
}
