/* registry_check_history.c: what a version may not do to the one before it. Tasks, inboxes and numbers outlive a
 * version and go on referring to what it named. */
#include "base/text.h"
#include "domain/registry_check.h"

static void check_units_stay(struct check *check)
{
    for (uint32_t i = 0; i < check->previous->unit_count; i++) {
        const char *id = check->previous->units[i].id;
        /* A unit that is no more is set inactive: its tasks and its topics keep its id. */
        if (registry_unit(check->registry, id) == NULL)
            check_fault_at(check, "unit_vanished", id, "units");
    }
}

static void check_number_kinds_stay(struct check *check)
{
    for (uint32_t i = 0; i < check->previous->number_kind_count; i++) {
        const struct registry_number_kind *before = &check->previous->number_kinds[i];
        bool kept = false;
        for (uint32_t j = 0; j < check->registry->number_kind_count; j++) {
            const struct registry_number_kind *now = &check->registry->number_kinds[j];
            kept = kept || (text_equal(now->kind, before->kind) && text_equal(now->prefix, before->prefix));
        }
        /* Numbers that were given out are printed with the prefix in force. */
        if (!kept)
            check_fault_at(check, "number_kind_changed", before->kind, "number_kinds");
    }
}

static const struct calendar_year *year_of(const struct registry *registry, int32_t year)
{
    for (uint32_t i = 0; i < registry->calendar_count; i++) {
        if (registry->calendars[i].year == year)
            return &registry->calendars[i];
    }
    return NULL;
}

static bool lists(const struct calendar_year *year, struct date date)
{
    for (uint32_t i = 0; i < year->day_count; i++) {
        if (year->days[i].date.days == date.days)
            return true;
    }
    return false;
}

/* A later notice may turn a working day into a holiday and back; a day that disappears is a damaged file (it has
 * happened to the public data of 2020). */
static void check_calendars_stay(struct check *check)
{
    for (uint32_t i = 0; i < check->previous->calendar_count; i++) {
        const struct calendar_year *before = &check->previous->calendars[i];
        const struct calendar_year *now = year_of(check->registry, before->year);
        for (uint32_t j = 0; j < before->day_count; j++) {
            if (now != NULL && lists(now, before->days[j].date))
                continue;
            char text[DATE_TEXT];
            date_to_text(before->days[j].date, text);
            check_fault_at(check, "calendar_day_lost", text, "calendars");
            break; /* one a year says enough */
        }
    }
}

void check_history(struct check *check)
{
    check_units_stay(check);
    check_number_kinds_stay(check);
    check_calendars_stay(check);
    /* Stepped time in a district that works for real would date its acts by a script. */
    if (check->registry->rehearsal && !check->previous->rehearsal)
        check_fault_at(check, "rehearsal_later", "", "rehearsal");
}
