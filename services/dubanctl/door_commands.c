/* door_commands.c: the doors that alarms wait for (design §4), how far each has come, and how a broken one is taken out
 * or let in again: on record, by a new version of the registry. */
#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "lookup.h"
#include "output.h"
#include "registry_change.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "words.h"

#include <stdio.h>

/* --- door list ------------------------------------------------------------------------------------------------------------ */

static const struct output_column door_columns[] = {
    {"door",     "收件口", "door",           false},
    {"name",     "单位",    "unit",           false},
    {"instance", "实例",    "instance",       false},
    {"at",       "收齐至", "complete until", false},
    {"behind",   "落后",    "behind",         false},
    {"excused",  "不等",    "excused",        false},
    {NULL,       "",          "",               false},
};

static bool is_excused(const struct registry *registry, const char *door)
{
    for (uint32_t i = 0; i < registry->excused_door_count; i++) {
        if (text_equal(registry->excused_doors[i], door))
            return true;
    }
    return false;
}

struct listing {
    const struct tool *tool;
    const struct registry *registry;
    struct instant now;
    const struct latest *marks;
    struct arena *arena;
    struct output *output;
};

static void list_mark(const struct listing *listing, const char *door, const char *instance,
                      struct instant at)
{
    const struct tool *tool = listing->tool;
    int64_t behind = listing->now.ms > at.ms ? listing->now.ms - at.ms : 0;
    const char *const cells[] = {
        door,
        text_equal(door, HTTP_DOOR_NAME) ? "" : words_unit(listing->registry, door),
        instance,
        words_moment(at, listing->arena),
        instant_is_set(at) ? words_span(tool, behind, listing->arena) : tool_text(tool, "未知", "unknown"),
        is_excused(listing->registry, door) ? tool_text(tool, "是", "yes") : "",
    };
    output_row(listing->output, cells);
}

/* Of an inbox the newest mark counts; http has one per instance. */
static void list_door(const struct listing *listing, const char *door)
{
    bool http = text_equal(door, HTTP_DOOR_NAME), found = false;
    struct instant newest = INSTANT_NONE;
    const char *instance = "";
    for (size_t i = 0; i < latest_count(listing->marks); i++) {
        struct latest_value value = latest_at(listing->marks, i);
        struct watermark mark;
        struct wire_fault fault;
        if (!wire_decode(&wire_watermark, value.value, value.bytes, LIMIT_COMMAND_BYTES, listing->arena,
                         &mark, &fault) ||
            !text_equal(mark.door, door))
            continue;
        if (http)
            list_mark(listing, door, mark.instance, mark.at);
        else if (mark.at.ms > newest.ms) {
            newest = mark.at;
            instance = mark.instance;
        }
        found = true;
    }
    if (!http || !found)
        list_mark(listing, door, instance, newest);
}

int door_list(const struct tool *tool, int count, char **arguments)
{
    (void)arguments;
    struct registry_follower *follower;
    struct latest *marks = NULL;
    if (count != 0)
        return tool_wrong_count(tool, count);
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    struct listing listing = {.tool = tool, .registry = registry_newest(follower)};
    if (listing.registry == NULL)
        code = tool_refused(tool, tool_text(tool, "登记册尚未发布", "no registry has been published yet"));
    if (code == TOOL_OK)
        code = lookup_now(tool, listing.registry, &listing.now);
    if (code == TOOL_OK)
        code = latest_read(tool, TOPIC_WATERMARKS, ALL_PARTITIONS, &marks);
    if (code == TOOL_OK) {
        listing.marks = marks;
        listing.arena = arena_new(LIMIT_ARENA_BYTES);
        listing.output = output_new(tool, door_columns);
        list_door(&listing, HTTP_DOOR_NAME);
        for (uint32_t i = 0; i < listing.registry->unit_count; i++) {
            if (listing.registry->units[i].inbox)
                list_door(&listing, listing.registry->units[i].id);
        }
        output_end(listing.output);
        arena_free(listing.arena);
    }
    latest_free(marks);
    registry_follower_free(follower);
    return code;
}

/* --- door excuse, door readmit ---------------------------------------------------------------------------------------------- */

static int find_door(const struct tool *tool, const struct registry *registry, const char *door)
{
    const struct registry_unit *unit = registry_unit(registry, door);
    if (text_equal(door, HTTP_DOOR_NAME) || (unit != NULL && unit->inbox))
        return TOOL_OK;
    return tool_usage(tool, "\"%s\" is no door: http, or a unit that has an inbox", door);
}

static int excuse(const struct tool *tool, void *context, struct arena *arena, struct registry *registry)
{
    const char *door = context;
    int code = find_door(tool, registry, door);
    if (code == TOOL_OK && is_excused(registry, door))
        code =
            tool_refused(tool, tool_text(tool, "收件口 %s 先前已不等", "door %s was excused before"), door);
    if (code != TOOL_OK)
        return code;
    registry->excused_doors = arena_grown(arena, registry->excused_doors, registry->excused_door_count,
                                          sizeof *registry->excused_doors);
    registry->excused_doors[registry->excused_door_count++] = door;
    return TOOL_OK;
}

static int readmit(const struct tool *tool, void *context, struct arena *arena, struct registry *registry)
{
    const char *door = context;
    const char **kept = ARENA_ARRAY(arena, const char *, registry->excused_door_count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < registry->excused_door_count; i++) {
        if (!text_equal(registry->excused_doors[i], door))
            kept[count++] = registry->excused_doors[i];
    }
    if (count == registry->excused_door_count)
        return tool_refused(tool, tool_text(tool, "收件口 %s 本来就等", "door %s is not excused"), door);
    registry->excused_doors = kept;
    registry->excused_door_count = count;
    return TOOL_OK;
}

int door_excuse(const struct tool *tool, int count, char **arguments)
{
    return count == 1 ? registry_change(tool, excuse, arguments[0]) : tool_wrong_count(tool, count);
}

int door_readmit(const struct tool *tool, int count, char **arguments)
{
    return count == 1 ? registry_change(tool, readmit, arguments[0]) : tool_wrong_count(tool, count);
}
