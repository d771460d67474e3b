/* doors.c: inboxes by an idempotent producer, HTTP by one client; both on the loop. */
#include "doors.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/http_client.h"
#include "runtime/log_publisher.h"
#include "wire/cloud_event.h"
#include "wire/topology.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SECRET_BYTES = 32,
    HTTP_TIMEOUT_MS = 30000,
    REPEAT_AFTER_MS = 200,
    FLUSH_MS = 5000,
    POST_BYTES = LIMIT_HTTP_BODY_BYTES,
    URL_BYTES = 256,
};

struct token {
    const char *person;
    char text[LIMIT_CODE + 2 + 2 * SECRET_BYTES]; /* id.secret */
};

/* One act on its way by HTTP. */
struct post {
    struct doors *doors;
    struct loop_timer *again;
    char *act_id;
    char *json;
    const char *token; /* "" none */
    struct post *next;
};

struct doors {
    struct doors_options options;
    struct log_publisher *publisher;
    struct http_client *http;
    struct arena *arena;
    char url[URL_BYTES];
    struct token *tokens;
    size_t token_count;
    struct post *posts; /* all that are open */
    size_t open;
    int last_status;
    struct doors_count count;
    bool failed;
};

static void on_fatal(void *context, const char *reason)
{
    struct doors *doors = context;
    log_error("cannot publish to the inboxes reason=%s", reason);
    doors->failed = true;
}

struct doors *doors_new(const struct doors_options *options)
{
    struct doors *doors = must_alloc(sizeof *doors);
    doors->options = *options;
    doors->arena = arena_new(LIMIT_ARENA_BYTES);
    snprintf(doors->url, sizeof doors->url, "%s/v1/commands", options->intake_url);
    doors->http = http_client_new(options->loop);
    doors->publisher = log_publisher_new(options->loop, &options->client, on_fatal, doors);
    if (doors->http == NULL || doors->publisher == NULL) {
        doors_free(doors);
        return NULL;
    }
    return doors;
}

static void release_post(struct post *post)
{
    struct post **place = &post->doors->posts;
    while (*place != post)
        place = &(*place)->next;
    *place = post->next;
    post->doors->open--;
    loop_timer_free(post->again);
    free(post->act_id);
    free(post->json);
    free(post);
}

void doors_free(struct doors *doors)
{
    if (doors == NULL)
        return;
    http_client_free(doors->http);
    while (doors->posts != NULL)
        release_post(doors->posts);
    log_publisher_free(doors->publisher, FLUSH_MS);
    free(doors->tokens);
    arena_free(doors->arena);
    free(doors);
}

void doors_issue_tokens(struct doors *doors, struct registry *registry, struct arena *arena)
{
    doors->token_count = registry->person_count;
    doors->tokens = must_alloc(doors->token_count * sizeof *doors->tokens + 1);
    registry->tokens = ARENA_ARRAY(arena, struct registry_token, registry->person_count);
    registry->token_count = registry->person_count;
    for (size_t i = 0; i < doors->token_count; i++) {
        struct token *token = &doors->tokens[i];
        struct digest random, digest;
        char secret[DIGEST_HEX], hex[DIGEST_HEX];
        random_bytes(random.bytes, sizeof random.bytes);
        digest_to_hex(&random, secret);
        digest = digest_of(secret, strlen(secret));
        digest_to_hex(&digest, hex);
        token->person = arena_text(arena, registry->persons[i].id);
        const char *id = arena_format(arena, "t-%s", token->person);
        snprintf(token->text, sizeof token->text, "%s.%s", id, secret);
        registry->tokens[i] = (struct registry_token){id, token->person, arena_text(arena, hex), false};
    }
}

bool doors_write_tokens(const struct doors *doors, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *stream = file < 0 ? NULL : fdopen(file, "w");
    if (stream == NULL)
        return false;
    for (size_t i = 0; i < doors->token_count; i++)
        fprintf(stream, "%s %s\n", doors->tokens[i].person, doors->tokens[i].text);
    return fclose(stream) == 0;
}

static const char *token_of(const struct doors *doors, const char *person)
{
    for (size_t i = 0; i < doors->token_count; i++) {
        if (text_equal(doors->tokens[i].person, person))
            return doors->tokens[i].text;
    }
    return "";
}

static void send_post(void *context);

static void on_answer(void *context, const struct http_result *result)
{
    struct post *post = context;
    struct doors *doors = post->doors;
    if (result->status == 0 || result->status == 503 || result->status == 504) {
        doors->count.http_repeated++;
        loop_timer_start(post->again, REPEAT_AFTER_MS);
        return;
    }
    doors->last_status = result->status;
    if (result->status < 300)
        doors->count.http_accepted++;
    else
        doors->count.http_refused++;
    if (doors->options.on_answer != NULL)
        doors->options.on_answer(doors->options.context, post->act_id, result->body);
    else if (result->status >= 300 && result->status != 409)
        log_warn("a door refused an act, ignoring status=%d answer=%s act=%.300s", result->status,
                 result->body, post->json);
    release_post(post);
}

static void send_post(void *context)
{
    struct post *post = context;
    char bearer[sizeof post->doors->tokens->text + 8];
    snprintf(bearer, sizeof bearer, "Bearer %s", post->token);
    const struct http_header headers[] = {
        {"Content-Type",  "application/json"},
        {"Authorization", bearer            }
    };
    const struct http_call call = {
        .method = "POST",
        .url = post->doors->url,
        .headers = headers,
        .header_count = post->token[0] == '\0' ? 1 : 2,
        .body = post->json,
        .body_bytes = strlen(post->json),
        .timeout_ms = HTTP_TIMEOUT_MS,
    };
    http_client_send(post->doors->http, &call, on_answer, post);
}

static void start_post(struct doors *doors, const char *act_id, const char *json, const char *token)
{
    struct post *post = must_alloc(sizeof *post);
    *post = (struct post){.doors = doors, .token = token, .next = doors->posts};
    post->act_id = must_copy_text(act_id);
    post->json = must_copy_text(json);
    post->again = loop_timer_new(doors->options.loop, send_post, post);
    doors->posts = post;
    doors->open++;
    send_post(post);
}

enum status doors_post(struct doors *doors, const char *json)
{
    doors->last_status = 0;
    start_post(doors, "", json, "");
    enum status status = doors_wait(doors);
    return status == STATUS_OK && doors->last_status >= 300 ? STATUS_REJECT : status;
}

static void send_by_http(struct doors *doors, const struct act *act)
{
    const char *type = word_of(LIST_TRIGGER, (int)act->trigger)->code;
    const char *task =
        act->task_id[0] == '\0' ? "" : arena_format(doors->arena, "\"task\":\"%s\",", act->task_id);
    const char *json =
        arena_format(doors->arena,
                     "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"urn:duban:person:%s\","
                     "\"type\":\"" CLOUD_EVENT_TYPE_PREFIX "%s\",%s\"data\":%s}",
                     act->id, act->person, type, task, act->data);
    doors->count.by_http++;
    start_post(doors, act->id, json, token_of(doors, act->person));
}

static void on_delivered(void *context, int64_t offset, const char *reason)
{
    struct doors *doors = context;
    if (offset < 0) {
        log_error("an inbox did not take an act reason=%s", reason);
        doors->failed = true;
    }
}

static void send_by_kafka(struct doors *doors, const struct act *act)
{
    const struct cloud_event event = {
        .id = act->id,
        .source = act->system,
        .type = arena_format(doors->arena, CLOUD_EVENT_TYPE_PREFIX "%s",
                             word_of(LIST_TRIGGER, (int)act->trigger)->code),
        .time = act->at,
        .task = act->task_id,
        .reference = "",
        .json = true,
    };
    struct cloud_header headers[CLOUD_HEADERS];
    struct log_header log_headers[CLOUD_HEADERS];
    size_t count = cloud_event_headers(&event, doors->arena, headers);
    for (size_t i = 0; i < count; i++)
        log_headers[i] = (struct log_header){headers[i].name, headers[i].value, headers[i].bytes};
    const struct log_message message = {
        .topic = topic_name(doors->options.prefix, TOPIC_INBOX, act->unit, doors->arena),
        .key = act->reference,
        .key_bytes = strlen(act->reference),
        .value = act->data,
        .value_bytes = strlen(act->data),
        .headers = log_headers,
        .header_count = count,
    };
    doors->count.by_kafka++;
    enum status status;
    while ((status = log_publisher_publish(doors->publisher, &message, on_delivered, doors)) == STATUS_RETRY)
        loop_turn(doors->options.loop);
    doors->failed |= status != STATUS_OK;
}

void doors_send(struct doors *doors, const struct act *act)
{
    arena_reset(doors->arena);
    if (act->person[0] == '\0')
        send_by_kafka(doors, act);
    else
        send_by_http(doors, act);
}

enum status doors_wait(struct doors *doors)
{
    while ((doors->open > 0 || log_publisher_in_flight(doors->publisher) > 0) && !doors->failed) {
        loop_turn(doors->options.loop);
        if (loop_stopping(doors->options.loop))
            return STATUS_FATAL;
    }
    return doors->failed ? STATUS_FATAL : STATUS_OK;
}

struct doors_count doors_count(const struct doors *doors)
{
    return doors->count;
}
