/* calendar_files.c: see calendar_files.h. */
#include "calendar_files.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "calendar_json.h"
#include "service/json_writer.h"
#include "wire/messages.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char sample_district[] = "deploy/registry";

enum { LEVELS_ABOVE_PROGRAM = 5 };

static int say_fault(const struct tool *tool, const char *file, const char *field, const char *rule)
{
    return tool_refused(tool, "%s: %s%s%s", file, field, text_empty(field) ? "" : ": ", rule);
}

static bool ends_with(const char *text, const char *end)
{
    size_t bytes = strlen(text), wanted = strlen(end);
    return bytes >= wanted && strcmp(text + bytes - wanted, end) == 0;
}

static bool is_directory(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

/* --- one file -------------------------------------------------------------------------------------------------- */

static int read_text(const struct tool *tool, const char *path, struct arena *arena, const char **ret_text,
                     size_t *ret_bytes)
{
    bool standard = text_equal(path, "-");
    FILE *stream = standard ? stdin : fopen(path, "re");
    if (stream == NULL)
        return tool_refused(tool, "%s: %s", path, strerror(errno));
    char *text = arena_alloc(arena, LIMIT_REGISTRY_BYTES + 1);
    *ret_bytes = fread(text, 1, LIMIT_REGISTRY_BYTES + 1, stream);
    bool broken = ferror(stream) != 0;
    if (!standard)
        fclose(stream);
    *ret_text = text;
    if (broken)
        return tool_refused(tool, "%s: cannot be read", path);
    return *ret_bytes <= LIMIT_REGISTRY_BYTES ? TOOL_OK : say_fault(tool, path, "", "bytes<=524288");
}

static int read_year(const struct tool *tool, const char *path, const struct calendar_provenance *provenance,
                     struct arena *arena, struct calendar_year *ret_year)
{
    const char *text = "";
    size_t bytes = 0;
    int code = read_text(tool, path, arena, &text, &bytes);
    if (code != TOOL_OK)
        return code;
    if (ends_with(path, ".yaml")) {
        struct wire_fault fault;
        const char *position;
        if (wire_from_yaml(&wire_calendar_year, text, bytes, path, arena, ret_year, &fault, &position))
            return TOOL_OK;
        return say_fault(tool, position, fault.field, fault.rule);
    }
    struct calendar_json_fault fault = {"", ""};
    if (calendar_json_read(text, bytes, provenance, arena, ret_year, &fault))
        return TOOL_OK;
    return say_fault(tool, path, fault.field, fault.rule);
}

/* --- many ------------------------------------------------------------------------------------------------------- */

static int is_year_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && ends_with(entry->d_name, ".yaml");
}

/* The names in the arena; a path that is one file is the only one. */
static int list_files(const struct tool *tool, const char *path, struct arena *arena, const char **ret_names,
                      uint32_t *ret_count)
{
    struct dirent **entries;
    const char *folder = arena_format(arena, "%s/calendars", path);
    *ret_count = 1;
    ret_names[0] = path;
    if (!is_directory(path))
        return TOOL_OK;
    if (!is_directory(folder))
        folder = path;
    int found = scandir(folder, &entries, is_year_file, alphasort);
    if (found < 0)
        return tool_refused(tool, "%s: %s", folder, strerror(errno));
    for (int i = 0; i < found; i++) {
        if (i < LIMIT_CALENDAR_YEARS)
            ret_names[i] = arena_format(arena, "%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    *ret_count = (uint32_t)found;
    if (found == 0)
        return tool_refused(tool, "%s: no <year>.yaml", folder);
    return found <= LIMIT_CALENDAR_YEARS ? TOOL_OK : say_fault(tool, folder, "", "count<=64");
}

static int check_years(const struct tool *tool, const char *const *names, const struct calendar_files *files)
{
    uint32_t year = 0, day = 0;
    enum calendar_fault fault = calendar_check(files->years, files->count, &year, &day);
    for (uint32_t i = 0; fault == CALENDAR_FINE && i < files->count; i++) {
        year = i;
        fault = calendar_check_notice(&files->years[i], &day);
    }
    if (fault == CALENDAR_FINE)
        return TOOL_OK;
    const char *field = "year";
    char date[DATE_TEXT];
    if (fault == CALENDAR_PAPER_MISSING)
        field = "paper";
    else if (fault == CALENDAR_PUBLISHED_MISSING)
        field = "published";
    else if (fault == CALENDAR_HALF_MISSING)
        field = "days";
    else if (fault >= CALENDAR_DAY_FOREIGN) {
        date_to_text(files->years[year].days[day].date, date);
        field = arena_format(tool->arena, "days[%u] (%s)", day, date);
    }
    return say_fault(tool, names[year], field, calendar_fault_code(fault));
}

int calendar_files_read(const struct tool *tool, const char *path,
                        const struct calendar_provenance *provenance, struct arena *arena,
                        struct calendar_files *ret_files)
{
    const char **names = ARENA_ARRAY(arena, const char *, LIMIT_CALENDAR_YEARS);
    uint32_t count = 0;
    int code = list_files(tool, path, arena, names, &count);
    if (code != TOOL_OK)
        return code;
    struct calendar_files files = {ARENA_ARRAY(arena, struct calendar_year, count), count};
    for (uint32_t i = 0; code == TOOL_OK && i < count; i++)
        code = read_year(tool, names[i], provenance, arena, &files.years[i]);
    if (code == TOOL_OK)
        code = check_years(tool, names, &files);
    if (code == TOOL_OK)
        *ret_files = files;
    return code;
}

/* The checkout that the program was built in, however deep its build directory lies. */
static const char *beside_program(struct arena *arena)
{
    char program[PATH_MAX];
    ssize_t bytes = readlink("/proc/self/exe", program, sizeof program - 1);
    if (bytes <= 0)
        return sample_district;
    program[bytes] = '\0';
    for (int level = 0; level < LEVELS_ABOVE_PROGRAM; level++) {
        char *slash = strrchr(program, '/');
        if (slash == NULL)
            break;
        *slash = '\0';
        const char *district = arena_format(arena, "%s/%s", program, sample_district);
        if (is_directory(district))
            return district;
    }
    return sample_district;
}

int calendar_files_in_force(const struct tool *tool, struct arena *arena, struct calendar_files *ret_files)
{
    static const struct calendar_provenance none = {.paper = ""};
    const char *path = tool_option(tool, "calendar");
    if (text_empty(path))
        path = is_directory(sample_district) ? sample_district : beside_program(arena);
    if (text_empty(tool_option(tool, "calendar")) && !is_directory(path))
        return tool_usage(tool, "there is no sample district here: --calendar=DIR");
    return calendar_files_read(tool, path, &none, arena, ret_files);
}

const struct calendar_year *calendar_files_year(const struct calendar_files *files, int year)
{
    for (uint32_t i = 0; i < files->count; i++) {
        if (files->years[i].year == year && files->years[i].day_count > 0)
            return &files->years[i];
    }
    return NULL;
}

struct calendar_files calendar_files_merged(const struct calendar_files *in_force,
                                            const struct calendar_files *next, struct arena *arena)
{
    uint32_t old = 0, new = 0;
    struct calendar_files all = {ARENA_ARRAY(arena, struct calendar_year, in_force->count + next->count), 0};
    while (old < in_force->count || new < next->count) {
        bool take_new = new < next->count &&
                        (old == in_force->count || next->years[new].year <= in_force->years[old].year);
        const struct calendar_year *year = take_new ? &next->years[new ++] : &in_force->years[old];
        if (!take_new || (old < in_force->count && year->year == in_force->years[old].year))
            old++;
        all.years[all.count++] = *year;
    }
    return all;
}

/* --- writing --------------------------------------------------------------------------------------------------- */

/* Plain where no reader could take it for something else, else quoted as JSON does, which YAML reads too. */
static void write_scalar(struct buffer *out, const char *text)
{
    bool plain = (unsigned char)*text >= 0x80;
    for (const char *at = text; *at != '\0'; at++)
        plain = plain && ((unsigned char)*at >= 0x80 || (*at >= '0' && *at <= '9'));
    if (plain) {
        buffer_append_text(out, text);
        return;
    }
    struct json_writer writer = {.out = out};
    json_put_text(&writer, NULL, text);
}

void calendar_year_write(const struct calendar_year *year, struct buffer *out)
{
    char date[DATE_TEXT];
    date_to_text(year->published, date);
    buffer_append_text(out, "# Every day that the notice names: holidays and make-up working days (补班).\n"
                            "# All other days follow the weekday.\n");
    buffer_format(out, "year: %d\npaper: ", year->year);
    write_scalar(out, year->paper);
    buffer_format(out, "\npublished: %s\ndays:\n", date);
    for (uint32_t i = 0; i < year->day_count; i++) {
        const struct calendar_day *day = &year->days[i];
        date_to_text(day->date, date);
        buffer_format(out, "  - {date: %s, working: %s, name: ", date, day->working ? "true" : "false");
        write_scalar(out, day->name);
        buffer_append_text(out, "}\n");
    }
}
