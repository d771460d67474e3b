/* event_commands.c: events as lines: `events tail` as they come, `events export` all of them. */
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "domain/catalogue.h"
#include "follow.h"
#include "lookup.h"
#include "output.h"
#include "task_names.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "words.h"

#include <inttypes.h>
#include <stdio.h>

struct lines {
    const struct tool *tool;
    const struct registry *registry;
    struct task_names *names;
    struct arena *arena;
    const char *task;     /* id; "": all */
    enum event_type type; /* NONE: all */
    bool as_json;
};

static bool wanted(const struct lines *lines, const struct event *event)
{
    return (text_empty(lines->task) || text_equal(lines->task, event->task_id)) &&
           (lines->type == EVENT_NONE || lines->type == event->type);
}

static bool read_event(const struct log_record *record, struct arena *arena, struct event *ret_event)
{
    struct digest hash;
    struct wire_fault fault;
    enum event_record_fault broken =
        event_record_decode(record->value, record->value_bytes, arena, ret_event, &hash, &fault);
    if (broken != EVENT_RECORD_FINE)
        log_error("an event cannot be read topic=%s partition=%d offset=%" PRId64 " fault=%s", record->topic,
                  record->partition, record->offset, event_record_fault_code(broken));
    return broken == EVENT_RECORD_FINE;
}

static enum status print_event(struct lines *lines, const struct log_record *record)
{
    struct event event;
    arena_reset(lines->arena);
    if (!read_event(record, lines->arena, &event))
        return STATUS_FATAL;
    task_names_event(lines->names, &event, lines->registry);
    if (!wanted(lines, &event))
        return STATUS_OK;
    if (lines->as_json)
        puts(wire_to_json(&wire_event, &event, lines->arena));
    else
        printf("%s  %s  %s\n", words_moment(event.now, lines->arena),
               task_names_of(lines->names, event.task_id),
               event_render(&event, lines->registry, lines->tool->language, lines->arena));
    return STATUS_OK;
}

static int lines_init(const struct tool *tool, const struct registry_follower *follower, struct lines *lines)
{
    const char *type = tool_option(tool, "event"), *task = tool_option(tool, "task");
    *lines = (struct lines){
        .tool = tool,
        .registry = registry_newest(follower),
        .names = task_names_new(),
        .arena = arena_new(LIMIT_ARENA_BYTES),
        .task = "",
        .type = (enum event_type)words_value(LIST_EVENT, type),
        .as_json = tool->json,
    };
    if (!text_empty(type) && lines->type == EVENT_NONE)
        return tool_usage(tool, "--event=%s is no event", type);
    return text_empty(task) ? TOOL_OK : lookup_task_id(tool, task, tool->arena, &lines->task);
}

static void lines_release(struct lines *lines)
{
    task_names_free(lines->names);
    arena_free(lines->arena);
}

/* --- events export ------------------------------------------------------------------------------------------------------- */

static enum status export_event(void *context, const struct log_record *record)
{
    return print_event(context, record);
}

int events_export(const struct tool *tool, int count, char **arguments)
{
    (void)arguments;
    struct registry_follower *follower;
    struct lines lines;
    if (count != 0)
        return tool_wrong_count(tool, count);
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    code = lines_init(tool, follower, &lines);
    lines.as_json = true;
    int32_t partition = text_empty(lines.task)
                            ? ALL_PARTITIONS
                            : (int32_t)partition_of(lines.task, (uint32_t)tool->partitions);
    if (code == TOOL_OK)
        code = lookup_scan(tool, TOPIC_EVENTS, partition, export_event, &lines);
    lines_release(&lines);
    registry_follower_free(follower);
    return code;
}

/* --- events tail ----------------------------------------------------------------------------------------------------------- */

static void on_event(void *context, enum topic topic, const struct log_record *record)
{
    (void)topic;
    (void)print_event(context, record); /* what cannot be read was said; the rest is still worth seeing */
    fflush(stdout);
}

/* Names of the tasks that are there already. */
static enum status learn_name(void *context, const struct log_record *record)
{
    struct lines *lines = context;
    struct row row;
    struct wire_fault fault;
    arena_reset(lines->arena);
    if (record->value != NULL &&
        wire_decode(&wire_row, record->value, record->value_bytes, LIMIT_ROW_BYTES, lines->arena, &row,
                    &fault) &&
        row.kind == ROW_TASK)
        task_names_row(lines->names, &row.task, lines->registry);
    return STATUS_OK;
}

static int follow_events(const struct tool *tool, struct lines *lines, int64_t last)
{
    const struct follow_topic topics[] = {
        {TOPIC_EVENTS, last}
    };
    const struct follow_options options = {
        .topics = topics, .count = 1, .on_record = on_event, .context = lines};
    int code;
    struct loop *loop = loop_new();
    struct follow *follow = follow_new(tool, loop, &options, &code);
    if (follow != NULL)
        code = follow_run(follow);
    follow_free(follow);
    loop_free(loop);
    return code;
}

int events_tail(const struct tool *tool, int count, char **arguments)
{
    (void)arguments;
    struct registry_follower *follower;
    struct lines lines;
    int64_t last = 0;
    const char *wish = tool_option(tool, "last");
    if (count != 0)
        return tool_wrong_count(tool, count);
    if (!text_empty(wish) && !text_to_int64(wish, 0, INT32_MAX, &last))
        return tool_usage(tool, "--last must be a whole number from 0, not \"%s\"", wish);
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    code = lines_init(tool, follower, &lines);
    if (code == TOOL_OK && !lines.as_json)
        code = lookup_scan(tool, TOPIC_TASKS, ALL_PARTITIONS, learn_name, &lines);
    if (code == TOOL_OK)
        code = follow_events(tool, &lines, last);
    lines_release(&lines);
    registry_follower_free(follower);
    return code;
}
