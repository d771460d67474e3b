/* publish.c: a file of structured CloudEvents into the inbox of a unit, as the unit's own system would publish them.
 * The whole file is read and checked before the first is sent. */
#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "runtime/log_admin.h"
#include "runtime/log_publisher.h"
#include "wire/cloud_event.h"
#include "wire/messages.h"
#include "wire/topology.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct publishing {
    const struct tool *tool;
    const char *topic;
    struct loop *loop;
    struct log_publisher *publisher;
    const char *failure; /* "" none */
    int64_t delivered;
};

/* --- reading ------------------------------------------------------------------------------------------------------------- */

struct line_list {
    char **items;
    size_t count;
};

static void lines_free(struct line_list *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        free(lines->items[i]);
    free(lines->items);
}

static int read_lines(const struct tool *tool, const char *path, struct line_list *ret_lines)
{
    bool standard = text_equal(path, "-");
    FILE *file = standard ? stdin : fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t bytes;
    if (file == NULL)
        return tool_usage(tool, "%s: %s", path, strerror(errno));
    while ((bytes = getline(&line, &room, file)) >= 0) {
        if (bytes > 0 && line[bytes - 1] == '\n')
            line[bytes - 1] = '\0';
        ret_lines->items = must_realloc(ret_lines->items, (ret_lines->count + 1) * sizeof *ret_lines->items);
        ret_lines->items[ret_lines->count++] = must_copy_text(line);
    }
    bool broken = ferror(file) != 0;
    free(line);
    if (!standard)
        fclose(file);
    return broken ? tool_usage(tool, "%s: cannot be read", path) : TOOL_OK;
}

/* One line as an event with its body as canonical JSON. False: the fault says why. */
static bool read_event(const char *line, struct arena *arena, struct cloud_event *ret_event,
                       struct wire_fault *ret_fault)
{
    struct body *body = ARENA_NEW(arena, struct body);
    if (!cloud_event_from_json(line, strlen(line), arena, ret_event, ret_fault) ||
        !cloud_event_body(ret_event, arena, body, ret_fault))
        return false;
    const char *data =
        wire_to_json(wire_body_of(body->trigger), wire_body_record(body, body->trigger), arena);
    ret_event->json = true;
    ret_event->data = data;
    ret_event->data_bytes = strlen(data);
    if (!text_empty(ret_event->source))
        return true;
    *ret_fault = (struct wire_fault){REFUSAL_FIELD_MISSING, "source", "required", ""};
    return false;
}

static int check_lines(const struct tool *tool, const char *path, const struct line_list *lines,
                       struct arena *arena)
{
    size_t faults = 0;
    for (size_t i = 0; i < lines->count; i++) {
        struct cloud_event event;
        struct wire_fault fault;
        arena_reset(arena);
        if (text_empty(lines->items[i]) || read_event(lines->items[i], arena, &event, &fault))
            continue;
        struct refusal refusal = wire_fault_refusal(&fault, arena);
        fprintf(stderr, "%s:%zu: %s\n", path, i + 1, refusal_render(&refusal, tool->language, arena));
        faults++;
    }
    if (faults == 0)
        return TOOL_OK;
    return tool_refused(tool, "%zu of %zu lines are wrong; nothing was sent", faults, lines->count);
}

/* --- sending ------------------------------------------------------------------------------------------------------------- */

static void on_delivered(void *context, int64_t offset, const char *reason)
{
    struct publishing *publishing = context;
    if (offset >= 0)
        publishing->delivered++;
    else
        publishing->failure = arena_text(publishing->tool->arena, reason);
}

static void on_fatal(void *context, const char *reason)
{
    struct publishing *publishing = context;
    publishing->failure = arena_text(publishing->tool->arena, reason);
}

static bool send_event(struct publishing *publishing, const struct cloud_event *event, struct arena *arena)
{
    struct cloud_header headers[CLOUD_HEADERS];
    struct log_header log_headers[CLOUD_HEADERS];
    size_t count = cloud_event_headers(event, arena, headers);
    for (size_t i = 0; i < count; i++)
        log_headers[i] = (struct log_header){headers[i].name, headers[i].value, headers[i].bytes};
    const char *key = text_empty(event->task) ? event->reference : event->task;
    const struct log_message message = {
        .topic = publishing->topic,
        .key = text_empty(key) ? NULL : key,
        .key_bytes = strlen(key),
        .value = event->data,
        .value_bytes = event->data_bytes,
        .headers = log_headers,
        .header_count = count,
    };
    enum status status;
    while ((status = log_publisher_publish(publishing->publisher, &message, on_delivered, publishing)) ==
               STATUS_RETRY &&
           text_empty(publishing->failure))
        loop_turn(publishing->loop);
    if (status == STATUS_REJECT)
        publishing->failure = "a message is too large";
    return status == STATUS_OK;
}

static void on_timeout(void *context)
{
    struct publishing *publishing = context;
    publishing->failure = "no confirmation in time";
}

static int send_lines(struct publishing *publishing, const struct line_list *lines, struct arena *arena)
{
    const struct tool *tool = publishing->tool;
    int64_t sent = 0;
    struct loop_timer *patience = loop_timer_new(publishing->loop, on_timeout, publishing);
    loop_timer_start(patience, tool->timeout_ms);
    for (size_t i = 0; i < lines->count && text_empty(publishing->failure); i++) {
        struct cloud_event event;
        struct wire_fault fault;
        arena_reset(arena);
        if (!text_empty(lines->items[i]) && read_event(lines->items[i], arena, &event, &fault))
            sent += send_event(publishing, &event, arena);
    }
    while (log_publisher_in_flight(publishing->publisher) > 0 && text_empty(publishing->failure))
        loop_turn(publishing->loop);
    loop_timer_free(patience);
    if (!text_empty(publishing->failure))
        return tool_unreachable(tool, publishing->topic,
                                arena_format(tool->arena, "%s; %" PRId64 " of %" PRId64 " were confirmed",
                                             publishing->failure, publishing->delivered, sent));
    printf(tool->json ? "{\"published\":%" PRId64 "}\n" : "%" PRId64 "\n", publishing->delivered);
    return TOOL_OK;
}

static void note_topic(void *context, const struct log_topic_state *state)
{
    *(bool *)context = state->exists;
}

/* A unit without an inbox would have us wait for nothing. */
static int find_inbox(const struct tool *tool, const char *topic)
{
    char text[LOG_ADMIN_TEXT];
    bool exists = false;
    struct log_admin *admin = log_admin_new(&tool->client);
    if (admin == NULL)
        return tool_usage(tool, "a setting of the broker is wrong");
    enum status status = log_admin_describe(admin, &topic, 1, tool->timeout_ms, note_topic, &exists, text);
    log_admin_free(admin);
    if (status != STATUS_OK)
        return tool_broker_failed(tool, status, text);
    return exists ? TOOL_OK : tool_refused(tool, "there is no topic %s", topic);
}

int publish_command(const struct tool *tool, int count, char **arguments)
{
    const char *unit = tool_option(tool, "unit");
    struct line_list lines = {0};
    if (count != 1)
        return tool_wrong_count(tool, count);
    if (text_empty(unit))
        return tool_usage(tool, "--unit=UNIT is missing: whose inbox?");
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct publishing publishing = {
        .tool = tool, .topic = topic_name(tool->prefix, TOPIC_INBOX, unit, tool->arena), .failure = ""};
    int code = read_lines(tool, arguments[0], &lines);
    if (code == TOOL_OK)
        code = check_lines(tool, arguments[0], &lines, arena);
    if (code == TOOL_OK)
        code = find_inbox(tool, publishing.topic);
    if (code == TOOL_OK) {
        publishing.loop = loop_new();
        publishing.publisher = log_publisher_new(publishing.loop, &tool->client, on_fatal, &publishing);
        code = publishing.publisher == NULL ? tool_usage(tool, "a setting of the broker is wrong")
                                            : send_lines(&publishing, &lines, arena);
        log_publisher_free(publishing.publisher, 0);
        loop_free(publishing.loop);
    }
    lines_free(&lines);
    arena_free(arena);
    return code;
}
