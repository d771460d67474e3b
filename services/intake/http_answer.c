/* http_answer.c: see http_answer.h. */
#include "http_answer.h"

#include "base/limits.h"
#include "base/text.h"
#include "domain/catalogue.h"
#include "outbox_document.h"

/* Where the number alone would not tell a caller what to do next; the rest follows from its group. */
static const struct {
    enum refusal_code code;
    int status;
} statuses[] = {
    {REFUSAL_TOO_OLD,           409},
    {REFUSAL_CLOCK_SKEW,        503},
    {REFUSAL_MESSAGE_TOO_LARGE, 413},
    {REFUSAL_CONTENT_TYPE,      415},
    {REFUSAL_UNAUTHENTICATED,   401},
    {REFUSAL_WRONG_ORIGIN,      403},
    {REFUSAL_NOT_ENTITLED,      403},
    {REFUSAL_WRONG_SOURCE,      403},
    {REFUSAL_UNKNOWN_TASK,      404},
    {REFUSAL_NO_REGISTRY,       503},
    {REFUSAL_ROOM_FULL,         429},
    {REFUSAL_REGISTRY_INVALID,  400},
    {REFUSAL_WRONG_SECRET,      401},
    {REFUSAL_INTERNAL,          500},
    {REFUSAL_UNAVAILABLE,       503},
};

int http_status_of(enum refusal_code code)
{
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (statuses[i].code == code)
            return statuses[i].status;
    }
    /* The message itself is wrong; or it met a state in which it cannot be. */
    return code < REFUSAL_UNAUTHENTICATED ? 400 : 409;
}

/* --- documents ------------------------------------------------------------------------------------------------- */

static void begin(struct buffer *text, struct json_writer *json, const char *command_id, const char *outcome)
{
    buffer_init(text, LIMIT_EVENT_BYTES);
    *json = (struct json_writer){.out = text};
    json_open_object(json, NULL);
    json_put_given(json, "command", command_id);
    json_put_text(json, "outcome", outcome);
}

static struct outcome finish(struct buffer *text, struct json_writer *json, int status, struct arena *arena)
{
    json_close_object(json);
    struct outcome outcome = {status, arena_text_n(arena, text->data, text->length)};
    buffer_release(text);
    return outcome;
}

static struct outcome refused_event(const struct event *event, struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    begin(&text, &json, event->cause, "refused");
    json_put_given(&json, "task", event->task_id);
    json_put_number(&json, "seq", (int64_t)event->seq);
    json_put_given(&json, "state", word_of(LIST_STATE, (int)event->state)->code);
    put_refusal(&json, &event->refusal, arena);
    return finish(&text, &json, http_status_of(event->refusal.code), arena);
}

struct outcome http_answer_event(const struct event *event, const struct registry *registry,
                                 struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    if (REFUSED(event->refusal))
        return refused_event(event, arena);
    begin(&text, &json, event->cause, "accepted");
    json_put_given(&json, "task", event->task_id);
    json_put_given(&json, "number", number_render(&event->number, registry, arena));
    json_put_text(&json, "event", word_of(LIST_EVENT, (int)event->type)->code);
    json_put_number(&json, "seq", (int64_t)event->seq);
    json_put_given(&json, "state", word_of(LIST_STATE, (int)event->state)->code);
    json_put_given(&json, "zh", event_render(event, registry, LANGUAGE_ZH, arena));
    json_put_given(&json, "en", event_render(event, registry, LANGUAGE_EN, arena));
    put_notes(&json, event, registry, arena);
    return finish(&text, &json, 200, arena);
}

/* The row remembers of the first answer which event it was, its code and the state after it. */
static struct outcome repeated(const struct answer_record *answer, struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    const struct refusal first = {.code = answer->first_refusal};
    begin(&text, &json, answer->command_id, REFUSED(first) ? "refused" : "accepted");
    json_put_bool(&json, "repeated", true);
    json_put_given(&json, "task", answer->task_id);
    json_put_number(&json, "seq", (int64_t)answer->first_seq);
    json_put_given(&json, "state", word_of(LIST_STATE, (int)answer->first_state)->code);
    if (REFUSED(first))
        put_refusal(&json, &first, arena);
    return finish(&text, &json, REFUSED(first) ? http_status_of(first.code) : 200, arena);
}

struct outcome http_answer_answer(const struct answer_record *answer, struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    if (answer->refusal.code == REFUSAL_DUPLICATE)
        return repeated(answer, arena);
    begin(&text, &json, answer->command_id, "refused");
    json_put_given(&json, "task", answer->task_id);
    put_refusal(&json, &answer->refusal, arena);
    return finish(&text, &json, http_status_of(answer->refusal.code), arena);
}

struct outcome http_answer_admission(const struct admission *admission, struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    uint32_t shown =
        admission->fault_count < LIMIT_FAULTS_SHOWN ? admission->fault_count : LIMIT_FAULTS_SHOWN;
    begin(&text, &json, admission->command.command_id, "refused");
    json_put_given(&json, "task", admission->command.task_id);
    put_refusal(&json, &admission->refusal, arena);
    if (shown > 0) {
        json_put_number(&json, "fault_count", admission->fault_count);
        json_open_array(&json, "faults");
        for (uint32_t i = 0; i < shown; i++) {
            json_open_object(&json, NULL);
            json_put_text(&json, "field", arena_text(arena, admission->faults[i].path));
            json_put_text(&json, "rule", arena_text(arena, admission->faults[i].rule));
            json_put_given(&json, "value", arena_text(arena, admission->faults[i].value));
            json_close_object(&json);
        }
        json_close_array(&json);
    }
    return finish(&text, &json, http_status_of(admission->refusal.code), arena);
}

struct outcome http_answer_pending(const char *command_id, const char *task_id, struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    begin(&text, &json, command_id, "pending");
    json_put_given(&json, "task", task_id);
    return finish(&text, &json, 202, arena);
}

struct outcome http_answer_refusal(enum refusal_code code, const char *rule, struct arena *arena)
{
    struct buffer text;
    struct json_writer json;
    struct refusal refusal = refusal_make(arena, code, NULL);
    if (!text_empty(rule))
        refusal = refusal_make(arena, code, "rule", rule, NULL);
    begin(&text, &json, "", "refused");
    put_refusal(&json, &refusal, arena);
    return finish(&text, &json, http_status_of(code), arena);
}
