/* calendar_change.c: see calendar_change.h. */
#include "calendar_change.h"

#include "base/arena.h"
#include "base/text.h"
#include "calendar_fixture.h"

#include <assert.h>

static struct calendar_year *year_of(struct registry *registry, int32_t number, struct arena *arena)
{
    for (uint32_t i = 0; i < registry->calendar_count; i++) {
        if (registry->calendars[i].year == number)
            return &registry->calendars[i];
    }
    registry->calendars =
        arena_grown(arena, registry->calendars, registry->calendar_count, sizeof(*registry->calendars));
    struct calendar_year *year = &registry->calendars[registry->calendar_count++];
    *year = (struct calendar_year){
        .year = number, .paper = "国办发明电〔2026〕9号", .published = date_at("2026-11-05")};
    return year;
}

static void change_day(struct calendar_year *year, const char *change, struct arena *arena)
{
    const struct date date = date_at(arena_text_n(arena, change, 10));
    const struct calendar_day changed = {date, text_equal(change + 11, "on"), "调整"};
    struct calendar_day *days = ARENA_ARRAY(arena, struct calendar_day, year->day_count + 1);
    uint32_t count = 0;
    bool placed = false;
    for (uint32_t i = 0; i < year->day_count; i++) {
        if (!placed && year->days[i].date.days >= date.days) {
            days[count++] = changed;
            placed = true;
        }
        if (year->days[i].date.days != date.days)
            days[count++] = year->days[i];
    }
    if (!placed)
        days[count++] = changed;
    year->days = days;
    year->day_count = count;
}

struct registry *calendar_change(const struct registry *registry, int32_t year, const char *const *changes,
                                 struct arena *arena)
{
    struct registry *next = ARENA_NEW(arena, struct registry);
    *next = *registry;
    next->version++;
    next->calendars = arena_copy(arena, next->calendars, next->calendar_count * sizeof(*next->calendars));
    for (; *changes != NULL; changes++)
        change_day(year_of(next, year, arena), *changes, arena);
    uint32_t fault_year, fault_day;
    assert(calendar_check(next->calendars, next->calendar_count, &fault_year, &fault_day) == CALENDAR_FINE);
    return next;
}
