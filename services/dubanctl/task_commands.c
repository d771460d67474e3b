/* task_commands.c: tasks as their rows say, and what happened to them. `task explain` is in explain.c. */
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "domain/catalogue.h"
#include "lookup.h"
#include "output.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "words.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- task list ------------------------------------------------------------------------------------------------------------ */

struct filter {
    enum task_state state;
    enum light light;
    const char *unit, *supervisor;
    struct instant now;
};

static int read_filter(const struct tool *tool, const struct registry *registry, struct filter *filter)
{
    const char *state = tool_option(tool, "state"), *light = tool_option(tool, "light");
    filter->state = (enum task_state)words_value(LIST_STATE, state);
    filter->light = (enum light)words_value(LIST_LIGHT, light);
    filter->unit = tool_option(tool, "unit");
    filter->supervisor = tool_option(tool, "supervisor");
    if (!text_empty(state) && filter->state == STATE_NONE)
        return tool_usage(tool, "--state=%s is no state", state);
    if (!text_empty(light) && filter->light == LIGHT_NONE)
        return tool_usage(tool, "--light=%s is none of green, yellow, red, grey", light);
    if (!text_empty(filter->unit) && registry != NULL && registry_unit(registry, filter->unit) == NULL)
        return tool_usage(tool, "--unit=%s is no unit of the registry", filter->unit);
    if (!text_empty(filter->supervisor) && registry != NULL &&
        registry_unit(registry, filter->supervisor) == NULL)
        return tool_usage(tool, "--supervisor=%s is no unit of the registry", filter->supervisor);
    return TOOL_OK;
}

static bool fits(const struct filter *filter, const struct task *task)
{
    return (filter->state == STATE_NONE || task->state == filter->state) &&
           (filter->light == LIGHT_NONE || task_light(task, filter->now) == filter->light) &&
           (text_empty(filter->unit) || text_equal(filter->unit, task->lead_unit)) &&
           (text_empty(filter->supervisor) || text_equal(filter->supervisor, task->supervisor));
}

/* In the order of numbers; tasks without one come last, in the order of their ids. */
struct listed {
    struct latest_value value;
    int32_t year;
    uint32_t sequence;
};

static int by_number(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    if ((x->sequence == 0) != (y->sequence == 0))
        return x->sequence == 0 ? 1 : -1;
    if (x->year != y->year)
        return x->year < y->year ? -1 : 1;
    if (x->sequence != y->sequence)
        return x->sequence < y->sequence ? -1 : 1;
    return strcmp(x->value.key, y->value.key);
}

static size_t select_tasks(const struct latest *rows, const struct filter *filter, struct arena *arena,
                           struct listed *ret_listed)
{
    size_t count = 0;
    for (size_t i = 0; i < latest_count(rows); i++) {
        struct latest_value value = latest_at(rows, i);
        struct row row;
        arena_reset(arena);
        if (row_kind_of_key(value.key) != ROW_TASK || !lookup_decode_row(&value, arena, &row) ||
            row.kind != ROW_TASK || !fits(filter, &row.task))
            continue;
        ret_listed[count++] = (struct listed){value, row.task.number.year, row.task.number.sequence};
    }
    if (count > 1)
        qsort(ret_listed, count, sizeof *ret_listed, by_number);
    return count;
}

static const struct output_column task_columns[] = {
    {"number",    "文号",       "number",    false},
    {"title",     "事项",       "title",     false},
    {"lead_unit", "承办单位", "lead unit", false},
    {"state",     "状态",       "state",     false},
    {"light",     "灯",          "light",     false},
    {"due",       "时限",       "due",       false},
    {"rung",      "级",          "rung",      true },
    {"misses",    "逾期",       "misses",    true },
    {"id",        "编号",       "id",        false},
    {NULL,        "",             "",          false},
};

static uint32_t standing_misses(const struct task *task)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < task->miss_count; i++)
        count += !task->misses[i].revoked;
    return count;
}

static void list_task(const struct tool *tool, struct output *output, const struct task *task,
                      const struct registry *registry, struct instant now, struct arena *arena)
{
    const struct clock *clock = task_ladder_clock(task);
    const char *const cells[] = {
        number_render(&task->number, registry, arena),
        task->title,
        words_unit(registry, task->lead_unit),
        words_of(tool, LIST_STATE, (int)task->state),
        words_of(tool, LIST_LIGHT, (int)task_light(task, now)),
        clock == NULL ? "" : due_render(clock->due, arena),
        arena_format(arena, "%u", task->rung),
        arena_format(arena, "%u", standing_misses(task)),
        task->id,
    };
    output_row_of(output, &wire_task, task, cells);
}

static int list_tasks(const struct tool *tool, const struct registry *registry)
{
    struct filter filter = {0};
    struct latest *rows;
    int code = read_filter(tool, registry, &filter);
    if (code == TOOL_OK)
        code = lookup_now(tool, registry, &filter.now);
    if (code == TOOL_OK)
        code = latest_read(tool, TOPIC_TASKS, ALL_PARTITIONS, &rows);
    if (code != TOOL_OK)
        return code;
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct listed *listed = must_alloc((latest_count(rows) + 1) * sizeof *listed);
    size_t count = select_tasks(rows, &filter, arena, listed);
    struct output *output = output_new(tool, task_columns);
    for (size_t i = 0; i < count; i++) {
        struct row row;
        arena_reset(arena);
        if (lookup_decode_row(&listed[i].value, arena, &row))
            list_task(tool, output, &row.task, registry, filter.now, arena);
    }
    output_end(output);
    free(listed);
    arena_free(arena);
    latest_free(rows);
    return TOOL_OK;
}

int task_list(const struct tool *tool, int count, char **arguments)
{
    (void)arguments;
    if (count != 0)
        return tool_wrong_count(tool, count);
    struct registry_follower *follower;
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    code = list_tasks(tool, registry_newest(follower));
    registry_follower_free(follower);
    return code;
}

/* --- task history ----------------------------------------------------------------------------------------------------------- */

static const struct output_column event_columns[] = {
    {"seq",   "序号", "no.",   true },
    {"now",   "时间", "time",  false},
    {"actor", "何人", "actor", false},
    {"event", "经过", "what",  false},
    {"state", "状态", "state", false},
    {NULL,    "",       "",      false},
};

struct history {
    const struct tool *tool;
    const char *key;
    const struct registry *registry;
    struct arena *arena;
    struct output *output;
    size_t count;
};

static enum status take_event(void *context, const struct log_record *record)
{
    struct history *history = context;
    struct event event;
    struct digest hash;
    struct wire_fault fault;
    if (record->key_bytes != strlen(history->key) ||
        memcmp(record->key, history->key, record->key_bytes) != 0)
        return STATUS_OK;
    arena_reset(history->arena);
    enum event_record_fault broken =
        event_record_decode(record->value, record->value_bytes, history->arena, &event, &hash, &fault);
    if (broken != EVENT_RECORD_FINE) {
        log_error("an event cannot be read topic=%s partition=%d offset=%" PRId64 " fault=%s", record->topic,
                  record->partition, record->offset, event_record_fault_code(broken));
        return STATUS_FATAL;
    }
    const char *const cells[] = {
        arena_format(history->arena, "%" PRIu64, event.seq),
        words_moment(event.now, history->arena),
        words_actor(history->tool, &event.actor, history->registry, history->arena),
        event_render(&event, history->registry, history->tool->language, history->arena),
        words_of(history->tool, LIST_STATE, (int)event.state),
    };
    output_row_of(history->output, &wire_event, &event, cells);
    history->count++;
    return STATUS_OK;
}

/* A task, or another aggregate by its key: registry, numbers/事项-2023. */
int task_history(const struct tool *tool, int count, char **arguments)
{
    if (count != 1)
        return tool_wrong_count(tool, count);
    struct registry_follower *follower;
    struct arena *names = arena_new(LIMIT_ARENA_BYTES);
    struct history history = {.tool = tool, .key = arguments[0]};
    int code = lookup_registry(tool, &follower);
    if (code == TOOL_OK) {
        enum row_kind kind = row_kind_of_key(arguments[0]);
        if (kind == ROW_TASK || kind == ROW_NONE)
            code = lookup_task_id(tool, arguments[0], names, &history.key);
        history.registry = registry_newest(follower);
        history.arena = arena_new(LIMIT_ARENA_BYTES);
        history.output = output_new(tool, event_columns);
        int32_t partition = (int32_t)partition_of(history.key, (uint32_t)tool->partitions);
        if (code == TOOL_OK)
            code = lookup_scan(tool, TOPIC_EVENTS, partition, take_event, &history);
        output_end(history.output);
        if (code == TOOL_OK && history.count == 0)
            code = tool_refused(tool, tool_text(tool, "没有这个事项:%s", "no such task: %s"), arguments[0]);
        arena_free(history.arena);
        registry_follower_free(follower);
    }
    arena_free(names);
    return code;
}
