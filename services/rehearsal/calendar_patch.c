/* calendar_patch.c: see calendar_patch.h. */
#include "calendar_patch.h"

#include "base/arena.h"
#include "base/text.h"
#include "wire/messages.h"

#include <string.h>

struct patch {
    struct arena *arena;
    const char *rest; /* of the text */
    const char *fault;
};

static bool refuse(struct patch *patch, const char *what)
{
    patch->fault = what;
    return false;
}

static const char *next_word(struct patch *patch)
{
    const char *from = patch->rest + strspn(patch->rest, " ");
    size_t length = strcspn(from, " ");
    patch->rest = from + length;
    return arena_text_n(patch->arena, from, length);
}

static struct calendar_year *year_of(struct registry *registry, int32_t number, struct arena *arena)
{
    for (uint32_t i = 0; i < registry->calendar_count; i++) {
        if (registry->calendars[i].year == number)
            return &registry->calendars[i];
    }
    registry->calendars =
        arena_grown(arena, registry->calendars, registry->calendar_count, sizeof(*registry->calendars));
    struct calendar_year *year = &registry->calendars[registry->calendar_count++];
    *year = (struct calendar_year){.year = number, .paper = ""};
    return year;
}

static bool read_day(struct patch *patch, const char *word, struct calendar_day *ret_day)
{
    const char *equals = strchr(word, '=');
    if (equals == NULL ||
        !date_from_text(arena_text_n(patch->arena, word, (size_t)(equals - word)), &ret_day->date))
        return refuse(patch, "a day is YYYY-MM-DD=休 or YYYY-MM-DD=班");
    ret_day->working = text_equal(equals + 1, "班");
    ret_day->name = ret_day->working ? "补班" : "调休";
    return ret_day->working || text_equal(equals + 1, "休") ||
           refuse(patch, "a day is YYYY-MM-DD=休 or YYYY-MM-DD=班");
}

/* In its place, instead of what the notice said about that day. */
static void put_day(struct calendar_year *year, struct calendar_day day, struct arena *arena)
{
    struct calendar_day *days = ARENA_ARRAY(arena, struct calendar_day, year->day_count + 1);
    uint32_t count = 0, i = 0;
    while (i < year->day_count && year->days[i].date.days < day.date.days)
        days[count++] = year->days[i++];
    days[count++] = day;
    i += i < year->day_count && year->days[i].date.days == day.date.days;
    while (i < year->day_count)
        days[count++] = year->days[i++];
    year->days = days;
    year->day_count = count;
}

static bool read_days(struct patch *patch, struct calendar_year *year)
{
    const char *word;
    uint32_t count = 0;
    for (; !text_empty(word = next_word(patch)); count++) {
        struct calendar_day day;
        if (!read_day(patch, word, &day))
            return false;
        put_day(year, day, patch->arena);
    }
    return count > 0 || refuse(patch, "no day is changed");
}

bool calendar_patch(const struct registry *registry, const char *text, struct arena *arena,
                    struct registry *ret_registry, const char **ret_fault)
{
    struct patch patch = {.arena = arena, .rest = text};
    struct registry next = *registry;
    uint32_t fault_year, fault_day;
    int64_t number = 0;
    next.calendars = arena_copy(arena, next.calendars, next.calendar_count * sizeof(*next.calendars));
    bool read =
        text_to_int64(next_word(&patch), 2004, 2100, &number) || refuse(&patch, "年份 依据 日期=休|班 …");
    if (read) {
        struct calendar_year *year = year_of(&next, (int32_t)number, arena);
        year->paper = next_word(&patch);
        if (!date_is_set(year->published))
            date_from_civil((int)number - 1, 12, 1, &year->published);
        read = read_days(&patch, year);
    }
    enum calendar_fault fault = CALENDAR_FINE;
    if (read)
        fault = calendar_check(next.calendars, next.calendar_count, &fault_year, &fault_day);
    if (read && fault == CALENDAR_FINE) /* the registry's own rule: a notice speaks of the whole year */
        fault = calendar_check_notice(year_of(&next, (int32_t)number, arena), &fault_day);
    if (fault != CALENDAR_FINE)
        read = refuse(&patch, calendar_fault_code(fault));
    if (read)
        *ret_registry = next;
    else
        *ret_fault = patch.fault;
    return read;
}

const char *calendar_patch_command(const struct registry *content, uint32_t base_version, struct arena *arena)
{
    struct registry numbered = *content;
    numbered.version = 0; /* the ledger gives the number */
    return arena_format(arena, "{\"base_version\":%u,\"content\":%s}", base_version,
                        wire_to_json(&wire_registry, &numbered, arena));
}
