/* calendar_tasks.c: see calendar_tasks.h. Nothing is computed here: each row takes the turn that RecomputeCalendar would
 * take in the ledger, and its event is printed instead of written. */
#include "calendar_tasks.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "domain/catalogue.h"
#include "domain/task_recompute.h"
#include "lookup.h"
#include "output.h"
#include "registry_change.h"

static const struct output_column columns[] = {
    {"task",        "",       "",            false},
    {"number",      "文号", "number",      false},
    {"title",       "事项", "title",       false},
    {"clock",       "时限", "clock",       false},
    {"before",      "原为", "before",      false},
    {"after",       "改为", "after",       false},
    {"provisional", "暂定", "provisional", false},
    {NULL,          "",       "",            false},
};

struct preview {
    const struct tool *tool;
    const struct registry *registry; /* in force */
    struct ruleset ruleset;          /* as if the changed one were */
    struct output *output;
    struct arena *arena; /* of one row */
    uint32_t tasks;
};

/* Programs read instants, people the end of a day. */
static const char *end_of(const struct preview *preview, struct instant due)
{
    if (!preview->tool->json)
        return due_render(due, preview->arena);
    char *text = arena_alloc(preview->arena, INSTANT_TEXT);
    instant_to_text(due, text);
    return text;
}

static const char *certainty(const struct tool *tool, const struct calendar_move *move)
{
    if (tool->json)
        return move->provisional ? "true" : "false";
    if (move->provisional)
        return tool_text(tool, "是", "yes");
    return move->was_provisional ? tool_text(tool, "转为确定", "no longer") : "";
}

static void print_move(struct preview *preview, const struct task *task, const struct calendar_move *move)
{
    const struct tool *tool = preview->tool;
    const struct word *word = word_of(LIST_CLOCK, (int)move->clock);
    const char *number = number_render(&task->number, preview->registry, preview->arena);
    const char *name = tool->json ? word->code : tool_text(tool, word->zh, word->en);
    const char *const cells[] = {
        task->id,
        text_empty(number) ? tool_text(tool, "未编号", "no number") : number,
        task->title,
        text_empty(move->name) ? name : move->name,
        end_of(preview, move->before),
        end_of(preview, move->after),
        certainty(tool, move),
    };
    output_row(preview->output, cells);
}

static void preview_row(struct preview *preview, const struct row *row)
{
    struct command command = task_recompute_command(&row->task, &preview->ruleset, preview->arena);
    struct turn turn;
    bool moved = false;
    turn_take(row, &command, &preview->ruleset, preview->arena, &turn);
    for (uint32_t i = 0; i < turn.event_count; i++) {
        for (uint32_t j = 0; j < turn.events[i].move_count; j++)
            print_move(preview, &row->task, &turn.events[i].moves[j]);
        moved = moved || turn.events[i].move_count > 0;
    }
    preview->tasks += moved;
}

/* The version that would follow, with other calendars and nothing else. */
static bool next_rules(struct registry_follower *follower, const struct calendar_files *next,
                       struct instant now, struct arena *arena, struct ruleset *ret_ruleset)
{
    const struct registry_version *newest = registry_follower_newest(follower);
    struct registry *registry = ARENA_NEW(arena, struct registry);
    struct calendar_files in_force = {newest->registry->calendars, newest->registry->calendar_count};
    struct calendar_files all = calendar_files_merged(&in_force, next, arena);
    *registry = *newest->registry;
    registry->version = newest->version + 1;
    registry->calendars = all.years;
    registry->calendar_count = all.count;
    *ret_ruleset = (struct ruleset){.deployment = "", .bootstrap_secret = ""};
    if (!registry_follower_rules(follower, newest->version, ret_ruleset))
        return false;
    ret_ruleset->registry = registry;
    ret_ruleset->calendar = calendar_build(arena, all.years, all.count, registry->version);
    ret_ruleset->calendar_since = registry->version;
    ret_ruleset->calendar_published_at = now;
    return true;
}

static void show_rows(struct preview *preview, const struct latest *rows)
{
    preview->output = output_new(preview->tool, columns);
    for (size_t i = 0; i < latest_count(rows); i++) {
        struct latest_value value = latest_at(rows, i);
        struct row row;
        arena_reset(preview->arena);
        if (row_kind_of_key(value.key) == ROW_TASK && lookup_decode_row(&value, preview->arena, &row))
            preview_row(preview, &row);
    }
    output_end(preview->output);
    if (!preview->tool->json)
        printf(tool_text(preview->tool, "%u件事项的时限会变动。\n", "The clocks of %u tasks would move.\n"),
               preview->tasks);
}

int calendar_tasks_show(const struct tool *tool, struct registry_follower *follower,
                        const struct calendar_files *next)
{
    struct latest *rows = NULL;
    struct instant now;
    const struct registry *registry = registry_newest(follower);
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    struct preview preview = {.tool = tool, .registry = registry, .arena = arena_new(LIMIT_ARENA_BYTES)};
    int code = lookup_now(tool, registry, &now);
    if (code == TOOL_OK)
        code = latest_read(tool, TOPIC_TASKS, ALL_PARTITIONS, &rows);
    if (code == TOOL_OK && !next_rules(follower, next, now, arena, &preview.ruleset))
        code = tool_internal(tool, "a version of the registry is missing");
    if (code == TOOL_OK)
        show_rows(&preview, rows);
    latest_free(rows);
    arena_free(preview.arena);
    arena_free(arena);
    return code;
}

/* --- apply -------------------------------------------------------------------------------------------------------- */

struct publication {
    const struct calendar_files *next;
    const char *path;
};

static int contradicts(const struct tool *tool, const struct registry *registry,
                       const struct calendar_files *next)
{
    const struct calendar_files in_force = {registry->calendars, registry->calendar_count};
    int code = TOOL_OK;
    for (uint32_t i = 0; i < next->count && code == TOOL_OK; i++) {
        const struct calendar_year *current = calendar_files_year(&in_force, next->years[i].year);
        const struct registry one = {.calendars = &next->years[i], .calendar_count = 1};
        const struct registry other = {.calendars = (struct calendar_year *)(uintptr_t)current,
                                       .calendar_count = 1};
        if (current != NULL && !registry_calendars_equal(&one, &other))
            code = tool_refused(tool, "%d: days: contradicts_in_force; --replace if the notice has changed",
                                next->years[i].year);
    }
    return code;
}

static int put_years(const struct tool *tool, void *context, struct arena *arena, struct registry *registry)
{
    const struct publication *publication = context;
    const struct calendar_files in_force = {registry->calendars, registry->calendar_count};
    const struct calendar_files all = calendar_files_merged(&in_force, publication->next, arena);
    uint32_t year, day;
    int code = tool_flag(tool, "replace") ? TOOL_OK : contradicts(tool, registry, publication->next);
    if (code != TOOL_OK)
        return code;
    enum calendar_fault fault = calendar_check(all.years, all.count, &year, &day);
    if (fault != CALENDAR_FINE)
        return tool_refused(tool, "%s: year %d: %s", publication->path, all.years[year].year,
                            calendar_fault_code(fault));
    registry->calendars = all.years;
    registry->calendar_count = all.count;
    return TOOL_OK;
}

int calendar_apply(const struct tool *tool, int count, char **arguments)
{
    static const struct calendar_provenance said_by_file = {.paper = ""};
    struct calendar_files next;
    if (count != 1)
        return tool_wrong_count(tool, count);
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    int code = calendar_files_read(tool, arguments[0], &said_by_file, arena, &next);
    for (uint32_t i = 0; code == TOOL_OK && i < next.count; i++) {
        if (next.years[i].day_count == 0)
            code = tool_refused(tool, "%s: days: year_empty", arguments[0]);
    }
    struct publication publication = {&next, arguments[0]};
    if (code == TOOL_OK)
        code = registry_change(tool, put_years, &publication);
    arena_free(arena);
    return code;
}
