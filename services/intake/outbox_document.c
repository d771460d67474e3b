/* outbox_document.c: see outbox_document.h. */
#include "outbox_document.h"

#include "base/limits.h"
#include "base/text.h"
#include "domain/catalogue.h"

#include <inttypes.h>
#include <string.h>

static const char *code_of(enum vocabulary_list list, int value)
{
    return word_of(list, value)->code;
}

/* --- a refusal ------------------------------------------------------------------------------------------------- */

/* "sign,object" of a parameter as a list. */
static void put_codes(struct json_writer *json, const char *name, const char *codes, struct arena *arena)
{
    json_open_array(json, name);
    while (*codes != '\0') {
        size_t length = strcspn(codes, ",");
        json_put_text(json, NULL, arena_text_n(arena, codes, length));
        codes += length + (codes[length] == ',');
    }
    json_close_array(json);
}

void put_refusal(struct json_writer *json, const struct refusal *refusal, struct arena *arena)
{
    json_put_text(json, "code", refusal_code_text(refusal->code));
    json_put_given(json, "field", refusal_parameter(refusal, "field"));
    json_put_text(json, "zh", refusal_render(refusal, LANGUAGE_ZH, arena));
    json_put_text(json, "en", refusal_render(refusal, LANGUAGE_EN, arena));
    json_open_object(json, "parameters");
    for (unsigned i = 0; i < refusal->parameter_count; i++)
        json_put_text(json, refusal->parameters[i].name, refusal->parameters[i].value);
    json_close_object(json);
    if (!text_empty(refusal_parameter(refusal, "allowed")))
        put_codes(json, "allowed", refusal_parameter(refusal, "allowed"), arena);
}

void put_notes(struct json_writer *json, const struct event *event, const struct registry *registry,
               struct arena *arena)
{
    if (event->notes.count == 0)
        return;
    json_open_array(json, "notes");
    for (uint32_t i = 0; i < event->notes.count; i++) {
        const char *note = event->notes.items[i];
        json_open_object(json, NULL);
        json_put_text(json, "code", note_code(note, arena));
        json_put_text(json, "note", note);
        json_put_text(json, "zh", note_render(note, registry, LANGUAGE_ZH, arena));
        json_put_text(json, "en", note_render(note, registry, LANGUAGE_EN, arena));
        json_close_object(json);
    }
    json_close_array(json);
}

/* --- the frame --------------------------------------------------------------------------------------------------- */

static const char *id_of(struct digest digest, struct arena *arena)
{
    char id[ID_TEXT];
    digest_to_id(&digest, id);
    return arena_text(arena, id);
}

static struct cloud_event frame(const char *kind, const char *id, const char *task, struct instant time,
                                const struct registry *registry, struct arena *arena)
{
    return (struct cloud_event){
        .id = id,
        .source = arena_format(arena, "urn:duban:%s", registry == NULL ? "" : registry->deployment),
        .type = arena_format(arena, CLOUD_EVENT_TYPE_PREFIX "%s", kind),
        .time = time,
        .task = id_is_valid(task) ? task : "",
        .reference = "",
        .json = true,
    };
}

static void begin(struct buffer *text, struct json_writer *json)
{
    buffer_init(text, LIMIT_EVENT_BYTES);
    *json = (struct json_writer){.out = text};
    json_open_object(json, NULL);
}

static void finish(struct buffer *text, struct json_writer *json, struct cloud_event *event,
                   struct arena *arena)
{
    json_close_object(json);
    event->data = arena_copy(arena, text->data, text->length);
    event->data_bytes = text->length;
    buffer_release(text);
}

static void put_message(struct json_writer *json, const struct message_id *message)
{
    json_open_object(json, "message");
    json_put_given(json, "source", message->source);
    json_put_given(json, "id", message->id);
    json_close_object(json);
}

/* --- events -------------------------------------------------------------------------------------------------------- */

static void put_clocks(struct json_writer *json, const struct event *event)
{
    if (event->clock_count == 0)
        return;
    json_open_array(json, "due");
    for (uint32_t i = 0; i < event->clock_count; i++) {
        const struct clock *clock = &event->clocks[i];
        json_open_object(json, NULL);
        json_put_text(json, "clock", code_of(LIST_CLOCK, (int)clock->id));
        json_put_text(json, "status", code_of(LIST_CLOCK_STATUS, (int)clock->status));
        json_put_given(json, "unit", clock->unit);
        json_put_date(json, "last_day", clock->last_day);
        json_put_instant(json, "due", clock->due);
        json_put_number(json, "version", clock->version);
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_misses(struct json_writer *json, const struct event *event)
{
    if (event->miss_count == 0)
        return;
    json_open_array(json, "misses");
    for (uint32_t i = 0; i < event->miss_count; i++) {
        const struct miss *miss = &event->misses[i];
        json_open_object(json, NULL);
        json_put_text(json, "clock", code_of(LIST_CLOCK, (int)miss->clock));
        json_put_given(json, "unit", miss->unit);
        json_put_instant(json, "due", miss->due);
        json_put_number(json, "version", miss->version);
        json_close_object(json);
    }
    json_close_array(json);
}

/* A copy of the seal outside of the house: whoever has it can prove later what was archived. */
static void put_seal(struct json_writer *json, const struct seal *sealed)
{
    char hex[DIGEST_HEX];
    if (digest_is_zero(&sealed->chain))
        return;
    digest_to_hex(&sealed->chain, hex);
    json_open_object(json, "sealed");
    json_put_number(json, "events", (int64_t)sealed->events);
    json_put_text(json, "chain", hex);
    json_close_object(json);
}

static void put_event(struct json_writer *json, const struct event *event, const char *unit,
                      const struct registry *registry, struct arena *arena)
{
    json_put_text(json, "task", event->task_id);
    json_put_given(json, "number", number_render(&event->number, registry, arena));
    json_put_given(json, "reference", event->reference);
    json_put_text(json, "event", code_of(LIST_EVENT, (int)event->type));
    json_put_number(json, "seq", (int64_t)event->seq);
    json_put_given(json, "state", code_of(LIST_STATE, (int)event->state));
    json_put_instant(json, "now", event->now);
    json_put_instant(json, "received_at", event->received_at);
    json_put_given(json, "lead_unit", event->lead_unit);
    json_put_given(json, "by", event->actor.unit);
    json_put_given(json, "zh", event_render(event, registry, LANGUAGE_ZH, arena));
    json_put_given(json, "en", event_render(event, registry, LANGUAGE_EN, arena));
    put_clocks(json, event);
    put_misses(json, event);
    put_notes(json, event, registry, arena);
    put_seal(json, &event->sealed);
    if (REFUSED(event->refusal)) {
        json_open_object(json, "refusal");
        put_refusal(json, &event->refusal, arena);
        json_close_object(json);
    }
    /* Another unit's message ids are nobody's business. */
    if (text_equal(event->message.unit, unit) && !text_empty(event->message.id))
        put_message(json, &event->message);
}

struct cloud_event outbox_of_event(const struct event *event, const char *unit,
                                   const struct registry *registry, struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    const char *seq = arena_format(arena, "%" PRIu64, event->seq);
    const char *id = id_of(digest_of_texts("event", event->task_id, seq, unit, NULL), arena);
    struct cloud_event result =
        frame(code_of(LIST_EVENT, (int)event->type), id, event->task_id, event->now, registry, arena);
    result.reference = event->reference;
    begin(&text, &json);
    put_event(&json, event, unit, registry, arena);
    finish(&text, &json, &result, arena);
    return result;
}

/* --- answers and refusals of the door ------------------------------------------------------------------------------ */

static void put_first(struct json_writer *json, const struct answer_record *answer)
{
    json_open_object(json, "first");
    json_put_number(json, "seq", (int64_t)answer->first_seq);
    json_put_given(json, "state", code_of(LIST_STATE, (int)answer->first_state));
    if (answer->first_refusal != REFUSAL_NONE)
        json_put_text(json, "refused", refusal_code_text(answer->first_refusal));
    json_close_object(json);
}

struct cloud_event outbox_of_answer(const struct answer_record *answer, const struct registry *registry,
                                    struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    bool repeated = answer->refusal.code == REFUSAL_DUPLICATE;
    const char *code = refusal_code_text(answer->refusal.code);
    const char *id = id_of(digest_of_texts("answer", answer->command_id, code, NULL), arena);
    struct cloud_event result =
        frame(repeated ? "repeated" : "refused", id, answer->task_id, answer->received_at, registry, arena);
    begin(&text, &json);
    json_put_given(&json, "task", result.task);
    json_put_text(&json, "event", repeated ? "repeated" : "refused");
    json_put_given(&json, "trigger", code_of(LIST_TRIGGER, (int)answer->trigger));
    json_put_instant(&json, "received_at", answer->received_at);
    if (repeated) {
        put_first(&json, answer);
    } else {
        json_open_object(&json, "refusal");
        put_refusal(&json, &answer->refusal, arena);
        json_close_object(&json);
    }
    put_message(&json, &answer->message);
    finish(&text, &json, &result, arena);
    return result;
}

struct cloud_event outbox_of_refusal(const struct admission *admission, const struct input_place *place,
                                     const struct registry *registry, struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    const struct command *command = &admission->command;
    const char *offset = arena_format(arena, "%d/%" PRId64, (int)place->partition, place->offset);
    const char *id = id_of(digest_of_texts("refusal", place->topic, offset, NULL), arena);
    struct cloud_event result = frame("refused", id, command->task_id, command->received_at, registry, arena);
    begin(&text, &json);
    json_put_given(&json, "task", result.task);
    json_put_text(&json, "event", "refused");
    json_put_given(&json, "trigger", code_of(LIST_TRIGGER, (int)command->body.trigger));
    json_put_instant(&json, "received_at", command->received_at);
    json_put_text(&json, "topic", place->topic);
    json_put_number(&json, "offset", place->offset);
    json_open_object(&json, "refusal");
    put_refusal(&json, &admission->refusal, arena);
    json_close_object(&json);
    put_message(&json, &command->message);
    finish(&text, &json, &result, arena);
    return result;
}
