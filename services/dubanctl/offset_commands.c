/* offset_commands.c: where a group goes on reading, and the recovery that a refused start names (design §2): a committed
 * offset that lies before what the log still holds is set anew by hand, because only a person can say whether what is
 * missing may be missed. The broker itself refuses while the group has members. */
#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "lookup.h"
#include "offset_plan.h"
#include "output.h"
#include "runtime/log_admin.h"

#include <inttypes.h>
#include <stdio.h>

enum { MOST_OFFSETS = 4096 };

struct offsets {
    const struct tool *tool;
    struct log_admin *admin;
    const char *group;
    struct log_offset *items; /* in the tool's arena */
    struct log_end *starts, *ends;
    size_t count;
    bool too_many;
    char text[LOG_ADMIN_TEXT];
};

static int open_admin(const struct tool *tool, const char *group, struct offsets *ret_offsets)
{
    *ret_offsets = (struct offsets){.tool = tool};
    ret_offsets->group = text_starts_with(group, tool->prefix)
                             ? group
                             : arena_format(tool->arena, "%s%s", tool->prefix, group);
    ret_offsets->items = ARENA_ARRAY(tool->arena, struct log_offset, MOST_OFFSETS);
    ret_offsets->admin = log_admin_new(&tool->client);
    return ret_offsets->admin == NULL ? tool_usage(tool, "a setting of the broker is wrong") : TOOL_OK;
}

static void add(struct offsets *offsets, const char *topic, int32_t partition, int64_t next)
{
    offsets->too_many = offsets->too_many || offsets->count == MOST_OFFSETS;
    if (offsets->too_many)
        return;
    offsets->items[offsets->count++] =
        (struct log_offset){arena_text(offsets->tool->arena, topic), partition, next, ""};
}

/* Where each of these partitions begins and ends. */
static int read_ends(struct offsets *offsets)
{
    const struct tool *tool = offsets->tool;
    offsets->starts = ARENA_ARRAY(tool->arena, struct log_end, offsets->count + 1);
    offsets->ends = ARENA_ARRAY(tool->arena, struct log_end, offsets->count + 1);
    for (size_t i = 0; i < offsets->count; i++)
        offsets->starts[i] = offsets->ends[i] =
            (struct log_end){offsets->items[i].topic, offsets->items[i].partition, LOG_OFFSET_NONE};
    enum status status =
        log_admin_starts(offsets->admin, offsets->starts, offsets->count, tool->timeout_ms, offsets->text);
    if (status == STATUS_OK)
        status =
            log_admin_ends(offsets->admin, offsets->ends, offsets->count, tool->timeout_ms, offsets->text);
    return status == STATUS_OK ? TOOL_OK : tool_broker_failed(tool, status, offsets->text);
}

/* --- offsets show ----------------------------------------------------------------------------------------------------- */

static const struct output_column columns[] = {
    {"topic",     "主题",    "topic",     false},
    {"partition", "分区",    "partition", true },
    {"next",      "下一条", "next",      true },
    {"start",     "最早",    "earliest",  true },
    {"end",       "末尾",    "end",       true },
    {"behind",    "落后",    "behind",    true },
    {"lost",      "已失",    "lost",      false},
    {NULL,        "",          "",          false},
};

static void note_committed(void *context, const struct log_offset *offset)
{
    add(context, offset->topic, offset->partition, offset->next);
}

static const char *number(const struct tool *tool, int64_t value)
{
    return value == LOG_OFFSET_NONE ? "" : arena_format(tool->arena, "%" PRId64, value);
}

static void print_offsets(const struct offsets *offsets)
{
    const struct tool *tool = offsets->tool;
    struct output *output = output_new(tool, columns);
    for (size_t i = 0; i < offsets->count; i++) {
        const struct log_offset *item = &offsets->items[i];
        int64_t start = offsets->starts[i].end, end = offsets->ends[i].end;
        bool lost = item->next != LOG_OFFSET_NONE && start != LOG_OFFSET_NONE && item->next < start;
        int64_t behind =
            item->next == LOG_OFFSET_NONE || end == LOG_OFFSET_NONE ? LOG_OFFSET_NONE : end - item->next;
        const char *const cells[] = {
            item->topic,
            arena_format(tool->arena, "%d", (int)item->partition),
            number(tool, item->next),
            number(tool, start),
            number(tool, end),
            number(tool, behind),
            lost ? tool_text(tool, "是", "yes") : "",
        };
        output_row(output, cells);
    }
    output_end(output);
}

static int show(struct offsets *offsets)
{
    const struct tool *tool = offsets->tool;
    enum status status = log_admin_committed(offsets->admin, offsets->group, NULL, 0, tool->timeout_ms,
                                             note_committed, offsets, offsets->text);
    if (status != STATUS_OK)
        return tool_broker_failed(tool, status, offsets->text);
    if (offsets->count == 0)
        return tool_refused(tool,
                            tool_text(tool, "消费组 %s 没有提交过位置", "group %s has committed nothing"),
                            offsets->group);
    int code = read_ends(offsets);
    if (code == TOOL_OK)
        print_offsets(offsets);
    return code;
}

int offsets_show(const struct tool *tool, int count, char **arguments)
{
    struct offsets offsets;
    if (count != 1)
        return tool_wrong_count(tool, count);
    int code = open_admin(tool, arguments[0], &offsets);
    if (code == TOOL_OK)
        code = show(&offsets);
    log_admin_free(offsets.admin);
    return code;
}

/* --- offsets reset ---------------------------------------------------------------------------------------------------- */

struct wanted {
    struct offsets *offsets;
    const struct offset_target *target;
};

static void note_partitions(void *context, const struct log_topic_state *state)
{
    const struct wanted *wanted = context;
    if (!text_equal(state->name, wanted->target->topic))
        return; /* another topic that begins alike */
    for (int32_t i = 0; i < state->partitions; i++) {
        if (wanted->target->partition == ALL_PARTITIONS || wanted->target->partition == i)
            add(wanted->offsets, state->name, i, LOG_OFFSET_NONE);
    }
}

static int plan(struct offsets *offsets, const struct offset_target *target, const struct offset_goal *goal)
{
    const struct tool *tool = offsets->tool;
    struct wanted wanted = {offsets, target};
    enum status status = log_admin_list(offsets->admin, target->topic, tool->timeout_ms, note_partitions,
                                        &wanted, offsets->text);
    if (status != STATUS_OK)
        return tool_broker_failed(tool, status, offsets->text);
    if (offsets->count == 0)
        return tool_refused(tool, tool_text(tool, "没有这个主题或分区:%s", "no such topic or partition: %s"),
                            target->topic);
    int code = read_ends(offsets);
    for (size_t i = 0; code == TOOL_OK && i < offsets->count; i++) {
        int64_t start = offsets->starts[i].end, end = offsets->ends[i].end;
        if (!offset_goal_in(goal, start, end, &offsets->items[i].next))
            code = tool_refused(tool,
                                tool_text(tool, "%s 分区 %d 只有 %" PRId64 " 至 %" PRId64,
                                          "%s partition %d holds %" PRId64 " to %" PRId64 " only"),
                                offsets->items[i].topic, (int)offsets->items[i].partition, start, end);
    }
    return code;
}

static int commit(struct offsets *offsets)
{
    const struct tool *tool = offsets->tool;
    enum status status = log_admin_set_committed(offsets->admin, offsets->group, offsets->items,
                                                 offsets->count, tool->timeout_ms, offsets->text);
    if (status == STATUS_OK)
        return TOOL_OK;
    if (status == STATUS_REJECT)
        return tool_refused(tool,
                            tool_text(tool, "消费组 %s 未改动:%s。先停下它的程序",
                                      "group %s is unchanged: %s. Stop its programs first"),
                            offsets->group, offsets->text);
    return tool_broker_failed(tool, status, offsets->text);
}

int offsets_reset(const struct tool *tool, int count, char **arguments)
{
    struct offset_target target;
    struct offset_goal goal;
    struct offsets offsets;
    if (count != 2)
        return tool_wrong_count(tool, count);
    if (!offset_target_read(arguments[1], tool->prefix, tool->arena, &target))
        return tool_usage(tool, "%s is no TOPIC or TOPIC:PARTITION", arguments[1]);
    if (!offset_goal_read(tool_option(tool, "to"), &goal))
        return tool_usage(tool, "--to=%s is none of earliest, latest, or an offset", tool_option(tool, "to"));
    int code = open_admin(tool, arguments[0], &offsets);
    if (code == TOOL_OK)
        code = plan(&offsets, &target, &goal);
    if (code == TOOL_OK && tool_flag(tool, "yes"))
        code = commit(&offsets);
    if (code == TOOL_OK) {
        print_offsets(&offsets);
        if (!tool_flag(tool, "yes"))
            code = tool_refused(tool, "%s",
                                tool_text(tool, "未改动;确认后加 --yes", "unchanged; repeat it with --yes"));
    }
    log_admin_free(offsets.admin);
    return code;
}
