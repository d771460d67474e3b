/* registry_check_people.c: units, their source systems, persons, tokens: does every name lead to somebody? */
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "domain/registry_check.h"
#include "domain/task_life.h"

/* A source system may send what the life table opens to systems (domain.md §3.3, the rows with U). Signing off,
 * approving, ruling and closing are a person's. */
static bool is_open_to_systems(enum trigger trigger)
{
    const uint32_t systems =
        CAPACITY_SYSTEM | CAPACITY_SYSTEM_OF_LEAD | CAPACITY_SYSTEM_OF_SOURCE | CAPACITY_SYSTEM_OF_CO;
    const struct trigger_row *row = trigger_row_of(trigger);
    return row != NULL && (row->capacities & systems) != 0;
}

static const char *const unit_kinds[] = {"部门", "街道", "乡镇", "园区", "督办单位", "专班", "企业", "政府"};

/* Slots of a notice that no person holds. */
static bool is_slot(enum role role)
{
    return role == ROLE_SOURCE_UNIT || role == ROLE_DECIDER;
}

/* --- units ---------------------------------------------------------------------------------------------------- */

static const char *unit_id_at(const struct registry *registry, uint32_t index)
{
    return registry->units[index].id;
}

static const char *unit_name_at(const struct registry *registry, uint32_t index)
{
    return registry->units[index].name;
}

static void check_system(struct check *check, const struct registry_system *system, const char *path)
{
    if (text_empty(system->source))
        check_fault_at(check, "missing", "", arena_format(check->arena, "%s.source", path));
    if (system->trigger_count == 0)
        check_fault_at(check, "missing", "", arena_format(check->arena, "%s.triggers", path));
    for (uint32_t i = 0; i < system->trigger_count; i++) {
        if (!is_open_to_systems(system->triggers[i]))
            check_fault_at(check, "trigger_forbidden", word_of(LIST_TRIGGER, (int)system->triggers[i])->code,
                           arena_format(check->arena, "%s.triggers[%u]", path, i));
    }
}

/* A source proves a unit, so it belongs to one unit only. */
static bool source_stands_before(const struct registry *registry, uint32_t unit, uint32_t system)
{
    const char *source = registry->units[unit].systems[system].source;
    for (uint32_t i = 0; i <= unit; i++) {
        uint32_t count = i < unit ? registry->units[i].system_count : system;
        for (uint32_t j = 0; j < count; j++) {
            if (text_equal(registry->units[i].systems[j].source, source))
                return true;
        }
    }
    return false;
}

static void check_systems(struct check *check, uint32_t index)
{
    const struct registry_unit *unit = &check->registry->units[index];
    if (unit->system_count > 0 && !unit->inbox)
        check_fault(check, "systems_without_inbox", unit->id, AT("units", index, "systems"));
    for (uint32_t i = 0; i < unit->system_count; i++) {
        const char *path = arena_format(check->arena, "units[%u].systems[%u]", index, i);
        check_system(check, &unit->systems[i], path);
        if (!text_empty(unit->systems[i].source) && source_stands_before(check->registry, index, i))
            check_fault_at(check, "duplicate_key", unit->systems[i].source,
                           arena_format(check->arena, "%s.source", path));
    }
}

static void check_role_held(struct check *check, uint32_t index, enum role role)
{
    if (registry_role_in_unit(check->registry, check->registry->units[index].id, role) == NULL)
        check_fault(check, "role_vacant", word_of(LIST_ROLE, (int)role)->code, AT("units", index, ""));
}

/* Whoever may get tasks needs those whom the ladder tells; whoever supervises needs clerk and head. */
static void check_posts(struct check *check, uint32_t index)
{
    const struct registry_unit *unit = &check->registry->units[index];
    if (!unit->active)
        return;
    if (unit->supervisor) {
        check_role_held(check, index, ROLE_CLERK);
        check_role_held(check, index, ROLE_SUPERVISOR_HEAD);
    } else if (unit->inbox) {
        check_role_held(check, index, ROLE_HANDLER);
        check_role_held(check, index, ROLE_DEPUTY_HEAD);
        check_role_held(check, index, ROLE_UNIT_HEAD);
    }
}

static void check_units(struct check *check)
{
    const struct registry *registry = check->registry;
    check_unique(check, "units", "id", registry->unit_count, unit_id_at);
    check_unique(check, "units", "name", registry->unit_count, unit_name_at);
    for (uint32_t i = 0; i < registry->unit_count; i++) {
        const struct registry_unit *unit = &registry->units[i];
        check_id(check, unit->id, false, AT("units", i, "id"));
        /* An inbox is a door, and so is "http". */
        if (text_equal(unit->id, "http"))
            check_fault(check, "reserved", unit->id, AT("units", i, "id"));
        check_present(check, unit->name, AT("units", i, "name"));
        bool known = false;
        for (size_t j = 0; j < sizeof(unit_kinds) / sizeof(unit_kinds[0]); j++)
            known = known || text_equal(unit->kind, unit_kinds[j]);
        if (!known)
            check_fault(check, "unknown_word", unit->kind, AT("units", i, "kind"));
        check_field_has_leader(check, unit->field, AT("units", i, "field"));
        /* 政府督查工作条例 §7: departments supervise only if designated. */
        if (unit->supervisor)
            check_present(check, unit->authority, AT("units", i, "authority"));
        check_systems(check, i);
        check_posts(check, i);
    }
}

/* --- persons -------------------------------------------------------------------------------------------------- */

static const char *person_id_at(const struct registry *registry, uint32_t index)
{
    return registry->persons[index].id;
}

static void check_roles(struct check *check, uint32_t index)
{
    const struct registry_person *person = &check->registry->persons[index];
    const struct registry_unit *unit = registry_unit(check->registry, person->unit);
    struct place place = AT("persons", index, "roles");
    if (person->role_count == 0)
        check_fault(check, "missing", "", place);
    check_addressees(check, person->roles, person->role_count, place);
    for (uint32_t i = 0; i < person->role_count; i++) {
        enum role role = person->roles[i];
        const char *code = word_of(LIST_ROLE, (int)role)->code;
        if (is_slot(role))
            check_fault(check, "role_not_held", code, place);
        bool supervises = role == ROLE_CLERK || role == ROLE_SUPERVISOR_HEAD;
        if (supervises && unit != NULL && !unit->supervisor)
            check_fault(check, "not_a_supervisor", person->unit, place);
    }
}

/* A field leads to one leader, or leader(task) would depend on the order of the file. */
static void check_fields(struct check *check, uint32_t index)
{
    const struct registry_person *person = &check->registry->persons[index];
    struct place place = AT("persons", index, "fields");
    if (person->field_count > 0 && !registry_person_has_role(person, ROLE_LEADER))
        check_fault(check, "fields_without_leader_role", person->id, place);
    for (uint32_t i = 0; i < person->field_count; i++) {
        if (check_present(check, person->fields[i], place) &&
            registry_leader_of_field(check->registry, person->fields[i]) != person)
            check_fault(check, "two_leaders", person->fields[i], place);
    }
}

static bool mails_are_sent(const struct registry *registry)
{
    for (uint32_t i = 0; i < registry->channel_count; i++) {
        if (registry->channels[i].enabled && text_equal(registry->channels[i].code, "smtp"))
            return true;
    }
    return false;
}

static bool looks_like_mail(const char *mail)
{
    size_t local = strcspn(mail, "@");
    return local > 0 && mail[local] == '@' && mail[local + 1] != '\0' && strpbrk(mail, " \t<>,;\r\n") == NULL;
}

static void check_persons(struct check *check)
{
    const struct registry *registry = check->registry;
    check_unique(check, "persons", "id", registry->person_count, person_id_at);
    bool mails = mails_are_sent(registry);
    for (uint32_t i = 0; i < registry->person_count; i++) {
        const struct registry_person *person = &registry->persons[i];
        check_id(check, person->id, false, AT("persons", i, "id"));
        check_present(check, person->name, AT("persons", i, "name"));
        check_unit(check, person->unit, AT("persons", i, "unit"));
        check_roles(check, i);
        check_fields(check, i);
        if (!text_empty(person->deputy))
            check_person(check, person->deputy, AT("persons", i, "deputy"));
        if (!text_empty(person->deputy) && text_equal(person->deputy, person->id))
            check_fault(check, "own_deputy", person->id, AT("persons", i, "deputy"));
        if ((mails || !text_empty(person->mail)) && !looks_like_mail(person->mail))
            check_fault(check, "mail_address", person->mail, AT("persons", i, "mail"));
    }
}

/* Roles that the rules fall back on: without them a dispute, an escalation or a registry has nobody. */
static void check_district_posts(struct check *check)
{
    static const enum role needed[] = {ROLE_ARBITER, ROLE_DISTRICT_HEAD, ROLE_OFFICE_DIRECTOR,
                                       ROLE_ADMINISTRATOR};
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        if (registry_role(check->registry, needed[i]) == NULL)
            check_fault_at(check, "role_vacant", word_of(LIST_ROLE, (int)needed[i])->code, "persons");
    }
}

/* --- tokens --------------------------------------------------------------------------------------------------- */

static const char *token_id_at(const struct registry *registry, uint32_t index)
{
    return registry->tokens[index].id;
}

static void check_tokens(struct check *check)
{
    const struct registry *registry = check->registry;
    check_unique(check, "tokens", "id", registry->token_count, token_id_at);
    for (uint32_t i = 0; i < registry->token_count; i++) {
        const struct registry_token *token = &registry->tokens[i];
        check_id(check, token->id, true, AT("tokens", i, "id"));
        /* A revoked token may outlive its person. */
        if (!token->revoked)
            check_person(check, token->person, AT("tokens", i, "person"));
        struct digest digest;
        if (!digest_from_hex(token->digest, &digest))
            check_fault(check, "digest", "", AT("tokens", i, "digest"));
    }
}

void check_people(struct check *check)
{
    check_units(check);
    check_persons(check);
    check_district_posts(check);
    check_tokens(check);
}
