/* actor.c: capacities of an actor to a task, and leader(task). People, roles and leaders are always those of the
 * registry in force; a token proves the person, never the role. */
#include "domain/actor.h"

#include <stddef.h>

#include "base/text.h"

/* --- leader(task) ---------------------------------------------------------------------------------------------- */

const struct registry_person *actor_leader(const struct task *task, const struct registry *registry,
                                           const struct registry_template *template_)
{
    const struct registry_unit *lead = registry_unit(registry, task->lead_unit);
    const struct registry_person *candidates[] = {
        text_empty(task->leader) ? NULL : registry_person(registry, task->leader),
        template_ == NULL ? NULL : registry_leader_of_field(registry, template_->matter),
        lead == NULL ? NULL : registry_leader_of_field(registry, lead->field),
        registry_role(registry, ROLE_ARBITER),
        registry_role(registry, ROLE_DISTRICT_HEAD),
    };
    for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
        if (candidates[i] != NULL)
            return candidates[i];
    }
    return NULL;
}

const struct registry_person *task_leader(const struct task *task, const struct ruleset *ruleset)
{
    const struct registry *pinned = task->template_version == 0
                                        ? ruleset->registry
                                        : ruleset->registry_at(ruleset->context, task->template_version);
    const struct registry_template *template_ =
        pinned == NULL ? NULL : registry_template(pinned, task->template_code);
    return actor_leader(task, ruleset->registry, template_);
}

/* --- persons ------------------------------------------------------------------------------------------------------ */

/* The deputy may act for the person; a deputy's deputy keeps the first principal, so the chain is followed. */
static bool may_act_for(const struct registry *registry, const struct registry_person *principal,
                        const char *person)
{
    for (int depth = 0; principal != NULL && depth < 3; depth++) {
        if (text_equal(principal->deputy, person))
            return true;
        principal = text_empty(principal->deputy) ? NULL : registry_person(registry, principal->deputy);
    }
    return false;
}

/* The actor, and whom it acts for: up to two persons whose roles count. */
static uint32_t identities(const struct registry *registry, const struct actor *actor,
                           const struct registry_person *ret_persons[2])
{
    uint32_t count = 0;
    if (text_empty(actor->person))
        return 0;
    const struct registry_person *person = registry_person(registry, actor->person);
    if (person == NULL || !text_equal(person->unit, actor->unit))
        return 0;
    ret_persons[count++] = person;
    const struct registry_person *principal =
        text_empty(actor->principal) ? NULL : registry_person(registry, actor->principal);
    if (principal != NULL && may_act_for(registry, principal, actor->person))
        ret_persons[count++] = principal;
    return count;
}

bool actor_holds(const struct registry *registry, const struct actor *actor, enum role role, const char *unit)
{
    const struct registry_person *persons[2];
    uint32_t count = identities(registry, actor, persons);
    for (uint32_t i = 0; i < count; i++) {
        if (registry_person_has_role(persons[i], role) &&
            (text_empty(unit) || text_equal(persons[i]->unit, unit)))
            return true;
    }
    return false;
}

bool actor_same_person(const char *person, const char *principal, const char *other_person,
                       const char *other_principal)
{
    const char *const one[] = {person, principal}, *const other[] = {other_person, other_principal};
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
            if (!text_empty(one[i]) && text_equal(one[i], other[j]))
                return true;
        }
    }
    return false;
}

/* --- capacities --------------------------------------------------------------------------------------------------- */

/* A role of the registry gives a capacity: anywhere, or only in the unit that the task names. */
enum place { ANYWHERE, IN_A_SUPERVISOR, IN_THE_SUPERVISOR, IN_THE_LEAD_UNIT, IN_A_CO_UNIT };

static const struct role_capacity {
    enum role role;
    enum place place;
    uint32_t capacities;
} role_capacities[] = {
    {ROLE_CLERK,           IN_A_SUPERVISOR,   CAPACITY_CLERK                                },
    {ROLE_SUPERVISOR_HEAD, IN_A_SUPERVISOR,   CAPACITY_CLERK                                },
    {ROLE_CLERK,           IN_THE_SUPERVISOR, CAPACITY_SUPERVISOR                           },
    {ROLE_SUPERVISOR_HEAD, IN_THE_SUPERVISOR, CAPACITY_SUPERVISOR | CAPACITY_SUPERVISOR_HEAD},
    {ROLE_HANDLER,         IN_THE_LEAD_UNIT,  CAPACITY_LEAD                                 },
    {ROLE_SECTION_HEAD,    IN_THE_LEAD_UNIT,  CAPACITY_LEAD | CAPACITY_SIGNS_OFF            },
    {ROLE_DEPUTY_HEAD,     IN_THE_LEAD_UNIT,  CAPACITY_LEAD | CAPACITY_SIGNS_OFF            },
    {ROLE_UNIT_HEAD,       IN_THE_LEAD_UNIT,  CAPACITY_LEAD | CAPACITY_SIGNS_OFF            },
    {ROLE_HANDLER,         IN_A_CO_UNIT,      CAPACITY_CO                                   },
    {ROLE_SECTION_HEAD,    IN_A_CO_UNIT,      CAPACITY_CO                                   },
    {ROLE_DEPUTY_HEAD,     IN_A_CO_UNIT,      CAPACITY_CO                                   },
    {ROLE_UNIT_HEAD,       IN_A_CO_UNIT,      CAPACITY_CO                                   },
    {ROLE_ARBITER,         ANYWHERE,          CAPACITY_ARBITER                              },
    {ROLE_DISTRICT_HEAD,   ANYWHERE,          CAPACITY_DISTRICT_HEAD                        },
    {ROLE_AUDITOR,         ANYWHERE,          CAPACITY_AUDITOR                              },
    {ROLE_ADMINISTRATOR,   ANYWHERE,          CAPACITY_ADMINISTRATOR                        },
};

static bool is_at(enum place place, const struct registry_unit *unit, const struct task *task)
{
    switch (place) {
    case ANYWHERE:
        return true;
    case IN_A_SUPERVISOR:
        return unit != NULL && unit->supervisor;
    case IN_THE_SUPERVISOR:
        return unit != NULL && task != NULL && text_equal(unit->id, task->supervisor);
    case IN_THE_LEAD_UNIT:
        return unit != NULL && task != NULL && text_equal(unit->id, task->lead_unit);
    case IN_A_CO_UNIT:
        return unit != NULL && task != NULL && task_co_key(task, unit->id) != 0;
    }
    return false;
}

static bool is_awaited(const struct task *task, const char *person)
{
    for (uint32_t i = 0; i < task->clock_count; i++) {
        if (task->clocks[i].id == CLOCK_ACK && text_equal(task->clocks[i].person, person))
            return true;
    }
    return false;
}

static uint32_t person_capacities(const struct task *task, const struct registry_person *person,
                                  const struct registry *registry, const struct registry_template *template_)
{
    const struct registry_unit *unit = registry_unit(registry, person->unit);
    uint32_t capacities = 0;
    for (size_t i = 0; i < sizeof(role_capacities) / sizeof(role_capacities[0]); i++) {
        const struct role_capacity *row = &role_capacities[i];
        if (registry_person_has_role(person, row->role) && is_at(row->place, unit, task))
            capacities |= row->capacities;
    }
    if (task != NULL && actor_leader(task, registry, template_) == person)
        capacities |= CAPACITY_LEADER;
    if (task != NULL && is_awaited(task, person->id))
        capacities |= CAPACITY_RECIPIENT;
    return capacities;
}

static uint32_t system_capacities(const struct task *task, const struct actor *actor,
                                  const struct registry *registry)
{
    const struct registry_unit *unit = registry_unit(registry, actor->unit);
    if (unit == NULL || registry_system(unit, actor->system) == NULL)
        return 0;
    uint32_t capacities = CAPACITY_SYSTEM;
    if (task != NULL && text_equal(task->lead_unit, actor->unit))
        capacities |= CAPACITY_SYSTEM_OF_LEAD;
    if (task != NULL && text_equal(task->source_unit, actor->unit))
        capacities |= CAPACITY_SYSTEM_OF_SOURCE;
    if (task != NULL && task_co_key(task, actor->unit) != 0)
        capacities |= CAPACITY_SYSTEM_OF_CO;
    return capacities;
}

uint32_t actor_capacities(const struct task *task, const struct actor *actor, const struct registry *registry,
                          const struct registry_template *template_)
{
    if (!text_empty(actor->system))
        return system_capacities(task, actor, registry);
    const struct registry_person *persons[2];
    uint32_t count = identities(registry, actor, persons);
    uint32_t capacities = 0;
    for (uint32_t i = 0; i < count; i++)
        capacities |= person_capacities(task, persons[i], registry, template_);
    return capacities;
}

uint32_t task_capacities(const struct task *task, const struct actor *actor, const struct registry *registry)
{
    if (registry == NULL)
        return 0;
    const struct registry_template *template_ =
        task == NULL ? NULL : registry_template(registry, task->template_code);
    return actor_capacities(task, actor, registry, template_);
}

/* --- who decides -------------------------------------------------------------------------------------------------- */

enum role actor_decider_of(const struct registry_template *template_, enum request_kind kind)
{
    enum role own = kind == REQUEST_SUSPENSION ? template_->suspension_decider
                    : kind == REQUEST_SHELVING ? template_->shelving_decider
                                               : ROLE_NONE;
    if (own != ROLE_NONE)
        return own;
    /* Where nothing is ever extended, the supervisor decides the rest. */
    return template_->extension.decider != ROLE_NONE ? template_->extension.decider : ROLE_CLERK;
}

enum role actor_one_level_up(enum role decider)
{
    switch ((int)decider) {
    case ROLE_UNIT_HEAD:
        return ROLE_CLERK;
    case ROLE_CLERK:
    case ROLE_SUPERVISOR_HEAD:
        return ROLE_LEADER;
    case ROLE_LEADER:
        return ROLE_DISTRICT_HEAD;
    }
    return ROLE_DISTRICT_HEAD;
}

enum role task_decider(const struct task *task, const struct ruleset *ruleset)
{
    if (task->dispute.open)
        return task->dispute.level == 0 ? ROLE_CLERK : ROLE_ARBITER;
    const struct registry *pinned = task->template_version == 0
                                        ? ruleset->registry
                                        : ruleset->registry_at(ruleset->context, task->template_version);
    const struct registry_template *template_ =
        pinned == NULL ? NULL : registry_template(pinned, task->template_code);
    if (task->request_count == 0 || template_ == NULL)
        return ROLE_NONE;
    const struct pending_request *request = &task->requests[task->request_count - 1];
    enum role decider = actor_decider_of(template_, request->kind);
    return request->level < 2 ? decider : actor_one_level_up(decider);
}
