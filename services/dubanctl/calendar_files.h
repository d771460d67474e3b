/* calendar_files.h: years of the calendar from files: a district's calendars/<year>.yaml, or one file, which may also be
 * holiday-cn's JSON. Whatever cannot be computed with, or cannot be a whole notice, is refused with file, field and rule. */
#ifndef DUBAN_DUBANCTL_CALENDAR_FILES_H
#define DUBAN_DUBANCTL_CALENDAR_FILES_H

#include "domain/calendar.h"
#include "tool.h"

struct calendar_files {
    struct calendar_year *years; /* ascending, checked */
    uint32_t count;
};

/* What a JSON file does not say itself; "" and none: as far as it does. */
struct calendar_provenance {
    const char *paper;
    struct date published;
};

/* `path`: a directory of <year>.yaml, a district (its calendars/ is meant), or one *.yaml or *.json. Faults are said;
 * returns enum tool_exit, the years lie in the arena. */
int calendar_files_read(const struct tool *tool, const char *path,
                        const struct calendar_provenance *provenance, struct arena *arena,
                        struct calendar_files *ret_files);

/* What --calendar names, or the sample district's: beside the program's checkout, or under the working directory. */
int calendar_files_in_force(const struct tool *tool, struct arena *arena, struct calendar_files *ret_files);

/* NULL: none for that year, or an empty one. */
const struct calendar_year *calendar_files_year(const struct calendar_files *files, int year);

/* What is in force, with the years that `next` names in the place of its own. */
struct calendar_files calendar_files_merged(const struct calendar_files *in_force,
                                            const struct calendar_files *next, struct arena *arena);

/* A year as its YAML file. */
struct buffer;
void calendar_year_write(const struct calendar_year *year, struct buffer *out);

#endif
