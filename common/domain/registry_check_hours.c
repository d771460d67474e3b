/* registry_check_hours.c: can offices keep the hours that the registry gives them, and has every clock in working hours
 * hours to count? Nothing falls back silently on the hours of the sample district. */
#include "domain/registry_check.h"

static bool are_given(const struct office_hours *hours)
{
    return hours->block_count > 0 || hours->season_count > 0;
}

/* "policy.office_hours.seasons[0].blocks[1]": as far down as the fault lies. */
static const char *path_of(struct check *check, const char *path, enum office_fault fault,
                           const struct office_place *place)
{
    const char *at = path;
    if (place->season > 0)
        at = arena_format(check->arena, "%s.seasons[%u]", path, place->season - 1);
    switch (fault) {
    case OFFICE_BLOCK_RANGE:
    case OFFICE_BLOCK_BACKWARDS:
    case OFFICE_BLOCK_ORDER:
        return arena_format(check->arena, "%s.blocks[%u]", at, place->block);
    case OFFICE_BLOCK_MISSING:
        return arena_format(check->arena, "%s.blocks", at);
    case OFFICE_SEASONS_MANY:
    case OFFICE_SEASON_GAP:
        return arena_format(check->arena, "%s.seasons", path);
    case OFFICE_FINE:
    case OFFICE_SEASON_DAY:
    case OFFICE_SEASON_OVERLAP:
        break;
    }
    return at;
}

static void check_office_hours(struct check *check, const struct office_hours *hours, const char *path)
{
    struct office_place place = {0};
    if (!are_given(hours))
        return;
    enum office_fault fault = office_hours_check(hours, &place);
    if (fault != OFFICE_FINE)
        check_fault_at(check, office_fault_code(fault), "", path_of(check, path, fault, &place));
}

void check_hours_exist(struct check *check, const struct registry_template *template_,
                       enum deadline_unit unit, const char *path)
{
    if (deadline_unit_is_of_office_time(unit) && registry_office_hours(check->registry, template_) == NULL)
        check_fault_at(check, "office_hours_missing", word_of(LIST_UNIT, (int)unit)->code, path);
}

void check_hours(struct check *check)
{
    const struct registry *registry = check->registry;
    check_office_hours(check, &registry->policy.office_hours, "policy.office_hours");
    for (uint32_t i = 0; i < registry->template_count; i++)
        check_office_hours(check, &registry->templates[i].office_hours,
                           arena_format(check->arena, "templates[%u].office_hours", i));
}
