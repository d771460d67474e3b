/* intake_players.c: departments, persons, the ledger and the driver of the clock, as far as the door can tell. */
#include "intake_stage_internal.h"

#include "base/text.h"
#include "newer_event.h"
#include "wire/cloud_event.h"
#include "wire/event_record.h"
#include "wire/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

enum { HTTP_MS = 60 * 1000 };

/* --- departments -------------------------------------------------------------------------------------------------------- */

struct stage_letter stage_letter(const char *id, const char *type, const char *task, const char *json)
{
    return (struct stage_letter){.unit = "finance",
                                 .id = id,
                                 .source = STAGE_SOURCE,
                                 .type = type,
                                 .task = task,
                                 .content_type = "application/json",
                                 .value = json,
                                 .bytes = strlen(json)};
}

static void on_written(void *context, int64_t offset, const char *reason)
{
    (void)context;
    if (offset < 0)
        fail_msg("not written: %s", reason);
}

static void publish(struct stage *stage, const struct log_message *message)
{
    enum status status;
    while ((status = log_publisher_publish(stage->publisher, message, on_written, NULL)) == STATUS_RETRY)
        loop_turn(stage->loop);
    assert_int_equal(status, STATUS_OK);
}

void stage_send(struct stage *stage, const struct stage_letter *letter)
{
    const struct log_header headers[] = {
        {"ce_id",        letter->id,           strlen(letter->id)          },
        {"ce_source",    letter->source,       strlen(letter->source)      },
        {"ce_type",      letter->type,         strlen(letter->type)        },
        {"ce_task",      letter->task,         strlen(letter->task)        },
        {"content-type", letter->content_type, strlen(letter->content_type)},
    };
    const struct log_message message = {
        .topic = topic_name(stage->prefix, TOPIC_INBOX, letter->unit, stage->arena),
        .value = letter->value,
        .value_bytes = letter->bytes,
        .headers = headers,
        .header_count = sizeof(headers) / sizeof(headers[0]),
    };
    publish(stage, &message);
}

/* --- persons ------------------------------------------------------------------------------------------------------------ */

struct pending_call {
    struct stage *stage;
    struct call *call;
};

static void on_answer(void *context, const struct http_result *result)
{
    struct pending_call *pending = context;
    *pending->call = (struct call){
        .done = true,
        .status = result->status,
        .body = arena_text_n(pending->stage->arena, result->body, result->body_bytes),
        .retry_after_s = result->retry_after_s,
    };
}

static struct call *send_call(struct stage *stage, const char *method, const char *path, const char *token,
                              const void *body, size_t bytes)
{
    struct pending_call *pending = ARENA_NEW(stage->arena, struct pending_call);
    *pending = (struct pending_call){stage, ARENA_NEW(stage->arena, struct call)};
    const struct http_header headers[] = {
        {"Content-Type", "application/json"},
        { "Authorization", arena_format(stage->arena,               "Bearer %s", token)},
    };
    const struct http_call call = {
        .method = method,
        .url = arena_format(stage->arena, "http://127.0.0.1:%u%s", stage->port, path),
        .headers = headers,
        .header_count = text_empty(token) ? 1 : 2,
        .body = body,
        .body_bytes = bytes,
        .timeout_ms = HTTP_MS,
    };
    http_client_send(stage->http, &call, on_answer, pending);
    return pending->call;
}

struct call *stage_post(struct stage *stage, const char *token, const char *query, const char *body,
                        size_t bytes)
{
    return send_call(stage, "POST", arena_format(stage->arena, "/v1/commands%s", query), token, body, bytes);
}

struct call *stage_get(struct stage *stage, const char *token, const char *path)
{
    return send_call(stage, "GET", path, token, NULL, 0);
}

static bool is_done(struct stage *stage, const void *wanted)
{
    (void)stage;
    return ((const struct call *)wanted)->done;
}

void stage_wait_call(struct stage *stage, struct call *call)
{
    stage_wait(stage, is_done, call, "an answer over HTTP");
}

/* --- the ledger and the driver -------------------------------------------------------------------------------------------- */

static void publish_record(struct stage *stage, enum topic topic, const char *key, const void *value,
                           size_t bytes)
{
    const struct log_message message = {
        .topic = topic_name(stage->prefix, topic, "", stage->arena),
        .partition = topic_row(topic)->partitioned ? (int32_t)partition_of(key, STAGE_PARTITIONS) : 0,
        .key = key,
        .key_bytes = strlen(key),
        .value = value,
        .value_bytes = bytes,
    };
    publish(stage, &message);
}

void stage_publish_registry(struct stage *stage)
{
    size_t bytes;
    const void *value = wire_encode(&wire_registry, stage->registry, stage->arena, &bytes);
    publish_record(stage, TOPIC_REGISTRY, "1", value, bytes);
}

static const void *record_of(struct stage *stage, const struct event *event, size_t *ret_bytes)
{
    static const struct digest previous;
    struct digest hash;
    return event_record_encode(event, &previous, stage->arena, ret_bytes, &hash);
}

void stage_publish_event(struct stage *stage, const struct event *event)
{
    size_t bytes;
    const void *value = record_of(stage, event, &bytes);
    publish_record(stage, TOPIC_EVENTS, event->task_id, value, bytes);
}

void stage_publish_newer_event(struct stage *stage, const struct event *event)
{
    size_t bytes;
    const void *value = record_of(stage, event, &bytes);
    value = newer_event(value, bytes, stage->arena, &bytes);
    publish_record(stage, TOPIC_EVENTS, event->task_id, value, bytes);
}

void stage_publish_answer(struct stage *stage, const struct answer_record *answer)
{
    size_t bytes;
    const void *value = wire_encode(&wire_answer, answer, stage->arena, &bytes);
    publish_record(stage, TOPIC_ANSWERS, answer->task_id, value, bytes);
}

void stage_publish_clock(struct stage *stage, uint64_t seq, struct instant now)
{
    const struct clock_tick tick = {seq, now};
    size_t bytes;
    const void *value = wire_encode(&wire_clock_tick, &tick, stage->arena, &bytes);
    publish_record(stage, TOPIC_CLOCK, "clock", value, bytes);
}
