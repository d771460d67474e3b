/* registry.c: finding things in the registry: by its index, where it has one, else by a scan. */
#include "domain/registry.h"

#include "base/text.h"
#include "domain/registry_index.h"

/* Is the index to be asked for a key of this list? */
#define INDEXED(registry, list, items, count)                                                                \
    registry_index_knows((registry)->index, (list), (registry)->items, (registry)->count)

/* What stands at the place that the index names. */
#define FOUND(registry, list, items, key, role)                                                              \
    at_place((registry)->items, sizeof *(registry)->items,                                                   \
             registry_index_find((registry)->index, (list), (key), (role)))

static const void *at_place(const void *items, size_t item_bytes, uint32_t place)
{
    return place == REGISTRY_NO_PLACE ? NULL : (const char *)items + place * item_bytes;
}

const struct registry_unit *registry_unit(const struct registry *registry, const char *id)
{
    if (INDEXED(registry, REGISTRY_UNITS, units, unit_count))
        return FOUND(registry, REGISTRY_UNITS, units, id, ROLE_NONE);
    for (uint32_t i = 0; i < registry->unit_count; i++) {
        if (text_equal(registry->units[i].id, id))
            return &registry->units[i];
    }
    return NULL;
}

const struct registry_person *registry_person(const struct registry *registry, const char *id)
{
    if (INDEXED(registry, REGISTRY_PERSONS, persons, person_count))
        return FOUND(registry, REGISTRY_PERSONS, persons, id, ROLE_NONE);
    for (uint32_t i = 0; i < registry->person_count; i++) {
        if (text_equal(registry->persons[i].id, id))
            return &registry->persons[i];
    }
    return NULL;
}

const struct registry_template *registry_template(const struct registry *registry, const char *code)
{
    if (INDEXED(registry, REGISTRY_TEMPLATES, templates, template_count))
        return FOUND(registry, REGISTRY_TEMPLATES, templates, code, ROLE_NONE);
    for (uint32_t i = 0; i < registry->template_count; i++) {
        if (text_equal(registry->templates[i].code, code))
            return &registry->templates[i];
    }
    return NULL;
}

const struct registry_system *registry_system(const struct registry_unit *unit, const char *source)
{
    for (uint32_t i = 0; i < unit->system_count; i++) {
        if (text_equal(unit->systems[i].source, source))
            return &unit->systems[i];
    }
    return NULL;
}

const struct registry_token *registry_token(const struct registry *registry, const char *id)
{
    if (INDEXED(registry, REGISTRY_TOKENS, tokens, token_count))
        return FOUND(registry, REGISTRY_TOKENS, tokens, id, ROLE_NONE);
    for (uint32_t i = 0; i < registry->token_count; i++) {
        if (text_equal(registry->tokens[i].id, id))
            return &registry->tokens[i];
    }
    return NULL;
}

const struct registry_pause *registry_pause(const struct registry_template *template_, const char *code)
{
    for (uint32_t i = 0; i < template_->pause_count; i++) {
        if (text_equal(template_->pauses[i].code, code))
            return &template_->pauses[i];
    }
    return NULL;
}

const struct registry_form *registry_form(const struct registry *registry, const char *code)
{
    if (INDEXED(registry, REGISTRY_FORMS, forms, form_count))
        return FOUND(registry, REGISTRY_FORMS, forms, code, ROLE_NONE);
    for (uint32_t i = 0; i < registry->form_count; i++) {
        if (text_equal(registry->forms[i].code, code))
            return &registry->forms[i];
    }
    return NULL;
}

bool registry_person_has_role(const struct registry_person *person, enum role role)
{
    for (uint32_t i = 0; i < person->role_count; i++) {
        if (person->roles[i] == role)
            return true;
    }
    return false;
}

const struct registry_person *registry_role_in_unit(const struct registry *registry, const char *unit,
                                                    enum role role)
{
    if (INDEXED(registry, REGISTRY_PERSONS, persons, person_count))
        return FOUND(registry, REGISTRY_POSTS, persons, unit, role);
    for (uint32_t i = 0; i < registry->person_count; i++) {
        const struct registry_person *person = &registry->persons[i];
        if (text_equal(person->unit, unit) && registry_person_has_role(person, role))
            return person;
    }
    return NULL;
}

const struct registry_person *registry_role(const struct registry *registry, enum role role)
{
    if (INDEXED(registry, REGISTRY_PERSONS, persons, person_count))
        return at_place(registry->persons, sizeof *registry->persons,
                        registry_index_role(registry->index, role));
    for (uint32_t i = 0; i < registry->person_count; i++) {
        if (registry_person_has_role(&registry->persons[i], role))
            return &registry->persons[i];
    }
    return NULL;
}

const struct registry_person *registry_leader_of_field(const struct registry *registry, const char *field)
{
    if (text_empty(field))
        return NULL;
    if (INDEXED(registry, REGISTRY_PERSONS, persons, person_count))
        return FOUND(registry, REGISTRY_LEADERS, persons, field, ROLE_NONE);
    for (uint32_t i = 0; i < registry->person_count; i++) {
        const struct registry_person *person = &registry->persons[i];
        for (uint32_t j = 0; j < person->field_count; j++) {
            if (text_equal(person->fields[j], field))
                return person;
        }
    }
    return NULL;
}

static const struct registry_clock *clock_find(const struct registry_clock *clocks, uint32_t count,
                                               enum clock_id clock)
{
    for (uint32_t i = 0; i < count; i++) {
        if (clocks[i].clock == clock)
            return &clocks[i];
    }
    return NULL;
}

static const struct registry_clock *clock_in_force(const struct registry *registry,
                                                   const struct registry_template *template_,
                                                   enum clock_id clock)
{
    const struct registry_clock *own = NULL;
    if (template_ != NULL)
        own = clock_find(template_->clocks, template_->clock_count, clock);
    return own != NULL ? own : clock_find(registry->policy.clocks, registry->policy.clock_count, clock);
}

struct duration registry_clock_amount(const struct registry *registry,
                                      const struct registry_template *template_, enum clock_id clock,
                                      enum urgency urgency)
{
    const struct registry_clock *row = clock_in_force(registry, template_, clock);
    if (row == NULL)
        return (struct duration){UNIT_NONE, 0};
    return urgency == URGENCY_CRITICAL && row->urgent.unit != UNIT_NONE ? row->urgent : row->normal;
}

static bool office_hours_are_given(const struct office_hours *hours)
{
    return hours->block_count > 0 || hours->season_count > 0;
}

const struct office_hours *registry_office_hours(const struct registry *registry,
                                                 const struct registry_template *template_)
{
    if (template_ != NULL && office_hours_are_given(&template_->office_hours))
        return &template_->office_hours;
    const struct office_hours *hours = &registry->policy.office_hours;
    return office_hours_are_given(hours) ? hours : NULL;
}

const struct office_hours *registry_office_hours_in_force(const struct registry *registry,
                                                          const struct registry *pinned,
                                                          const struct registry_template *template_)
{
    const struct registry_template *current =
        registry == NULL || template_ == NULL ? NULL : registry_template(registry, template_->code);
    const struct office_hours *hours = NULL;
    if (registry != NULL && (template_ == NULL || current != NULL))
        hours = registry_office_hours(registry, current);
    return hours == NULL && pinned != NULL ? registry_office_hours(pinned, template_) : hours;
}

bool registry_clock_deemed(const struct registry *registry, const struct registry_template *template_,
                           enum clock_id clock)
{
    const struct registry_clock *row = clock_in_force(registry, template_, clock);
    return row != NULL && row->deemed;
}

static bool same_year(const struct calendar_year *a, const struct calendar_year *b)
{
    if (a->year != b->year || a->day_count != b->day_count)
        return false;
    for (uint32_t i = 0; i < a->day_count; i++) {
        if (a->days[i].date.days != b->days[i].date.days || a->days[i].working != b->days[i].working)
            return false;
    }
    return true;
}

bool registry_calendars_equal(const struct registry *a, const struct registry *b)
{
    if (a->calendar_count != b->calendar_count)
        return false;
    for (uint32_t i = 0; i < a->calendar_count; i++) {
        if (!same_year(&a->calendars[i], &b->calendars[i]))
            return false;
    }
    return true;
}

static bool same_blocks(const struct office_block *a, uint32_t a_count, const struct office_block *b,
                        uint32_t b_count)
{
    if (a_count != b_count)
        return false;
    for (uint32_t i = 0; i < a_count; i++) {
        if (a[i].from_minute != b[i].from_minute || a[i].until_minute != b[i].until_minute)
            return false;
    }
    return true;
}

static bool same_day(struct year_day a, struct year_day b)
{
    return a.month == b.month && a.day == b.day;
}

static bool same_hours(const struct office_hours *a, const struct office_hours *b)
{
    if (!same_blocks(a->blocks, a->block_count, b->blocks, b->block_count) ||
        a->season_count != b->season_count)
        return false;
    for (uint32_t i = 0; i < a->season_count; i++) {
        const struct office_season *one = &a->seasons[i], *other = &b->seasons[i];
        if (!same_day(one->from, other->from) || !same_day(one->until, other->until) ||
            !same_blocks(one->blocks, one->block_count, other->blocks, other->block_count))
            return false;
    }
    return true;
}

bool registry_hours_equal(const struct registry *a, const struct registry *b)
{
    if (a->policy.opening_minute != b->policy.opening_minute ||
        !same_hours(&a->policy.office_hours, &b->policy.office_hours))
        return false;
    for (uint32_t i = 0; i < a->template_count; i++) {
        const struct registry_template *other = registry_template(b, a->templates[i].code);
        if (other != NULL && !same_hours(&a->templates[i].office_hours, &other->office_hours))
            return false;
    }
    return true;
}
