/* calendar_commands.c: how a year's notice comes into a district: read from one source, compared with another and with
 * what is in force, and shown day by day before anybody applies it. The registry itself is registry_commands.c's. */
#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "calendar_files.h"
#include "calendar_tasks.h"
#include "commands.h"
#include "lookup.h"
#include "output.h"
#include "words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DECEMBER_DAYS = 31, FILE_BYTES = 256 * 1024 };

static const struct calendar_provenance said_by_file = {.paper = ""};

/* --- import ------------------------------------------------------------------------------------------------------ */

/* Beside the target first, so that nobody ever reads half a year. */
static int write_file(const struct tool *tool, const char *path, const struct buffer *content)
{
    const char *part = arena_format(tool->arena, "%s.part", path);
    FILE *stream = fopen(part, "we");
    if (stream == NULL)
        return tool_refused(tool, "%s: %s", part, strerror(errno));
    bool written = fwrite(content->data, 1, content->length, stream) == content->length;
    written = fclose(stream) == 0 && written;
    if (written && rename(part, path) == 0)
        return TOOL_OK;
    int code = tool_refused(tool, "%s: %s", path, strerror(errno));
    remove(part);
    return code;
}

static int write_year(const struct tool *tool, const char *directory, const struct calendar_year *year,
                      struct arena *arena)
{
    struct buffer content;
    const char *path = arena_format(arena, "%s/%d.yaml", directory, year->year);
    int code = TOOL_OK;
    buffer_init(&content, FILE_BYTES);
    calendar_year_write(year, &content);
    if (text_empty(directory))
        fwrite(content.data, 1, content.length, stdout);
    else if (!tool_flag(tool, "replace") && access(path, F_OK) == 0)
        code = tool_refused(tool, "%s is there already; --replace writes it anew", path);
    else
        code = write_file(tool, path, &content);
    buffer_release(&content);
    return code;
}

int calendar_import(const struct tool *tool, int count, char **arguments)
{
    struct calendar_provenance provenance = {.paper = tool_option(tool, "paper")};
    const char *published = tool_option(tool, "published");
    if (count < 1 || count > 2)
        return tool_wrong_count(tool, count);
    if (!text_empty(published) && !date_from_text(published, &provenance.published))
        return tool_usage(tool, "--published: \"%s\" is no date", published);
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    struct calendar_files files;
    int code = calendar_files_read(tool, arguments[0], &provenance, arena, &files);
    for (uint32_t i = 0; code == TOOL_OK && i < files.count; i++) {
        if (files.years[i].day_count == 0)
            code = tool_refused(tool, "%s: days: year_empty", arguments[0]);
        else
            code = write_year(tool, count == 2 ? arguments[1] : "", &files.years[i], arena);
    }
    arena_free(arena);
    return code;
}

/* --- what differs ------------------------------------------------------------------------------------------------ */

static const struct output_column columns[] = {
    {"date",   "日期", "date",   false},
    {"before", "原为", "before", false},
    {"after",  "现为", "after",  false},
    {"paper",  "依据", "paper",  false},
    {NULL,     "",       "",       false},
};

static const char *kind_of(const struct tool *tool, const struct calendar *calendar, struct date date)
{
    const struct calendar_day *listed = calendar_day_find(calendar, date);
    const char *kind = calendar_is_working(calendar, date) ? tool_text(tool, "上班", "worked")
                                                           : tool_text(tool, "休息", "rest");
    if (listed == NULL || text_empty(listed->name))
        return kind;
    return arena_format(tool->arena, tool_text(tool, "%s(%s)", "%s (%s)"), kind, listed->name);
}

/* Prints each day of [first, last] that is worked by one and not by the other; how many there are. */
static uint32_t print_differences(const struct tool *tool, const struct calendar *before,
                                  const struct calendar *after, struct date first, struct date last)
{
    struct output *output = output_new(tool, columns);
    uint32_t found = 0;
    for (struct date day = first; day.days <= last.days; day = date_add(day, 1)) {
        if (calendar_is_working(before, day) == calendar_is_working(after, day))
            continue;
        const struct calendar_year *notice = calendar_notice_of(after, day);
        const char *const cells[] = {words_date(day, tool->arena), kind_of(tool, before, day),
                                     kind_of(tool, after, day), notice == NULL ? "" : notice->paper};
        output_row(output, cells);
        found++;
    }
    output_end(output);
    return found;
}

static void days_of_years(int first_year, int last_year, struct date *ret_first, struct date *ret_last)
{
    struct date first = DATE_NONE, after = DATE_NONE;
    bool possible = date_from_civil(first_year, 1, 1, &first) && date_from_civil(last_year + 1, 1, 1, &after);
    *ret_first = possible ? date_add(first, -DECEMBER_DAYS) : first;
    *ret_last = date_add(after, -1);
}

/* Two notices for one year, each taken alone. */
static uint32_t compare_years(const struct tool *tool, const struct calendar_year *before,
                              const struct calendar_year *after, struct arena *arena)
{
    struct date first, last;
    days_of_years(before->year, before->year, &first, &last);
    return print_differences(tool, calendar_build(arena, before, 1, 0), calendar_build(arena, after, 1, 0),
                             first, last);
}

/* --- check ------------------------------------------------------------------------------------------------------- */

static int check_year(const struct tool *tool, const struct calendar_year *year,
                      const struct calendar_files *second, const struct calendar_files *in_force,
                      struct arena *arena)
{
    const struct calendar_year *other = calendar_files_year(second, year->year);
    const struct calendar_year *current = calendar_files_year(in_force, year->year);
    if (year->day_count == 0)
        return tool_refused(tool, "%d: days: year_empty", year->year);
    if (other == NULL)
        return tool_refused(tool, "%d: days: year_missing_in_second_source", year->year);
    uint32_t differences = compare_years(tool, year, other, arena);
    if (differences > 0)
        return tool_refused(tool, "%d: days: sources_differ (%u)", year->year, differences);
    if (current == NULL || tool_flag(tool, "replace"))
        return TOOL_OK;
    differences = compare_years(tool, current, year, arena);
    if (differences > 0)
        return tool_refused(tool, "%d: days: contradicts_in_force (%u); --replace if the notice has changed",
                            year->year, differences);
    return TOOL_OK;
}

/* Every year is looked at, so that one run shows all that is wrong. */
static int check_years(const struct tool *tool, const struct calendar_files *first,
                       const struct calendar_files *second, const struct calendar_files *in_force,
                       struct arena *arena)
{
    int code = TOOL_OK;
    for (uint32_t i = 0; i < first->count; i++) {
        if (check_year(tool, &first->years[i], second, in_force, arena) != TOOL_OK)
            code = TOOL_REFUSED;
    }
    return code;
}

int calendar_check_command(const struct tool *tool, int count, char **arguments)
{
    struct calendar_files first, second, in_force;
    if (count != 2)
        return tool_wrong_count(tool, count);
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    int code = calendar_files_read(tool, arguments[0], &said_by_file, arena, &first);
    if (code == TOOL_OK)
        code = calendar_files_read(tool, arguments[1], &said_by_file, arena, &second);
    if (code == TOOL_OK)
        code = calendar_files_in_force(tool, arena, &in_force);
    if (code == TOOL_OK)
        code = check_years(tool, &first, &second, &in_force, arena);
    if (code == TOOL_OK && !tool->json)
        printf("%s\n", tool_text(tool, "两个来源一致,与现行放假安排不矛盾",
                                 "both sources agree, and contradict nothing in force"));
    arena_free(arena);
    return code;
}

/* --- diff -------------------------------------------------------------------------------------------------------- */

static int show_differences(const struct tool *tool, const struct calendar_files *in_force,
                            const struct calendar_files *next, const char *path, struct arena *arena)
{
    struct calendar_files all = calendar_files_merged(in_force, next, arena);
    uint32_t year, day;
    enum calendar_fault fault = calendar_check(all.years, all.count, &year, &day);
    struct date first, last;
    if (fault != CALENDAR_FINE)
        return tool_refused(tool, "%s: year %d: %s", path, all.years[year].year, calendar_fault_code(fault));
    const struct calendar *before = calendar_build(arena, in_force->years, in_force->count, 0);
    const struct calendar *after = calendar_build(arena, all.years, all.count, 0);
    days_of_years(all.years[0].year, all.years[all.count - 1].year, &first, &last);
    uint32_t found = print_differences(tool, before, after, first, last);
    for (uint32_t i = 0; i < next->count && !tool->json; i++) {
        const struct calendar_year *notice = &next->years[i];
        if (notice->day_count > 0 && !calendar_is_published(before, notice->year))
            printf(tool_text(tool, "%d年:新公布,%s\n", "%d: newly published, %s\n"), notice->year,
                   notice->paper);
    }
    if (!tool->json)
        printf(tool_text(tool, "%u天有变化。%s\n", "%u days change. %s\n"), found,
               tool_flag(tool, "tasks") ? ""
                                        : tool_text(tool, "加 --tasks 列出时限随之变动的事项。",
                                                    "--tasks lists the tasks that they move."));
    return TOOL_OK;
}

/* With tasks it is the registry of the log that counts, and not a directory. */
static int read_in_force(const struct tool *tool, struct arena *arena,
                         struct registry_follower **ret_follower, struct calendar_files *ret_files)
{
    if (!tool_flag(tool, "tasks"))
        return calendar_files_in_force(tool, arena, ret_files);
    int code = lookup_registry(tool, ret_follower);
    const struct registry *registry = code == TOOL_OK ? registry_newest(*ret_follower) : NULL;
    if (code == TOOL_OK && registry == NULL)
        return tool_refused(tool, tool_text(tool, "登记册尚未发布", "no registry has been published yet"));
    if (code == TOOL_OK)
        *ret_files = (struct calendar_files){registry->calendars, registry->calendar_count};
    return code;
}

int calendar_diff(const struct tool *tool, int count, char **arguments)
{
    struct calendar_files next, in_force;
    struct registry_follower *follower = NULL;
    if (count != 1)
        return tool_wrong_count(tool, count);
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    int code = calendar_files_read(tool, arguments[0], &said_by_file, arena, &next);
    if (code == TOOL_OK)
        code = read_in_force(tool, arena, &follower, &in_force);
    if (code == TOOL_OK)
        code = show_differences(tool, &in_force, &next, arguments[0], arena);
    if (code == TOOL_OK && tool_flag(tool, "tasks"))
        code = calendar_tasks_show(tool, follower, &next);
    registry_follower_free(follower);
    arena_free(arena);
    return code;
}
