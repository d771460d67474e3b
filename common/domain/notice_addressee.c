/* notice_addressee.c: who fills a role for a task, by the registry in force. A vacant role falls to the next in the
 * order, upwards, with a note that says so. */
#include "domain/notice.h"

#include <stddef.h>

#include "base/text.h"

enum place { PLACE_NONE, PLACE_LEAD, PLACE_SUPERVISOR, PLACE_DISTRICT, PLACE_LEADER, PLACE_SOURCE };

/* Where a role is looked for, and which one is next when it is vacant. */
static const struct slot {
    enum place place;
    enum role next;
} slots[ROLE_COUNT] = {
    [ROLE_HANDLER] = {PLACE_LEAD,       ROLE_SECTION_HEAD   },
    [ROLE_SECTION_HEAD] = {PLACE_LEAD,       ROLE_DEPUTY_HEAD    },
    [ROLE_DEPUTY_HEAD] = {PLACE_LEAD,       ROLE_UNIT_HEAD      },
    [ROLE_UNIT_HEAD] = {PLACE_LEAD,       ROLE_LEADER         },
    [ROLE_CLERK] = {PLACE_SUPERVISOR, ROLE_SUPERVISOR_HEAD},
    [ROLE_SUPERVISOR_HEAD] = {PLACE_SUPERVISOR, ROLE_OFFICE_DIRECTOR},
    [ROLE_OFFICE_DIRECTOR] = {PLACE_DISTRICT,   ROLE_ARBITER        },
    [ROLE_LEADER] = {PLACE_LEADER,     ROLE_OFFICE_DIRECTOR},
    [ROLE_ARBITER] = {PLACE_DISTRICT,   ROLE_DISTRICT_HEAD  },
    [ROLE_DISTRICT_HEAD] = {PLACE_DISTRICT,   ROLE_NONE           },
    [ROLE_AUDITOR] = {PLACE_DISTRICT,   ROLE_NONE           },
    [ROLE_ADMINISTRATOR] = {PLACE_DISTRICT,   ROLE_CLERK          },
    [ROLE_SOURCE_UNIT] = {PLACE_SOURCE,     ROLE_CLERK          },
};

static const struct registry_person *in_lead_unit(enum role role, const struct task *task,
                                                  const struct registry *registry)
{
    if (role == ROLE_HANDLER && !text_empty(task->handler)) {
        const struct registry_person *handler = registry_person(registry, task->handler);
        if (handler != NULL && text_equal(handler->unit, task->lead_unit) &&
            registry_person_has_role(handler, ROLE_HANDLER)) /* not the head who signed off a report */
            return handler;
    }
    return registry_role_in_unit(registry, task->lead_unit, role);
}

/* Whoever opens the mail there. */
static const struct registry_person *in_source_unit(const struct task *task, const struct registry *registry)
{
    static const enum role order[] = {ROLE_HANDLER, ROLE_CLERK, ROLE_SECTION_HEAD, ROLE_SUPERVISOR_HEAD,
                                      ROLE_UNIT_HEAD};
    const struct registry_person *found = NULL;
    for (size_t i = 0; found == NULL && i < sizeof(order) / sizeof(order[0]); i++)
        found = registry_role_in_unit(registry, task->source_unit, order[i]);
    return found;
}

static const struct registry_person *holder(enum role role, const struct task *task,
                                            const struct ruleset *ruleset)
{
    switch (slots[role].place) {
    case PLACE_NONE:
        return NULL;
    case PLACE_LEAD:
        return in_lead_unit(role, task, ruleset->registry);
    case PLACE_SUPERVISOR:
        return registry_role_in_unit(ruleset->registry, task->supervisor, role);
    case PLACE_DISTRICT:
        return registry_role(ruleset->registry, role);
    case PLACE_LEADER:
        return task_leader(task, ruleset);
    case PLACE_SOURCE:
        return in_source_unit(task, ruleset->registry);
    }
    return NULL;
}

const struct registry_person *notice_addressee(enum role role, const struct task *task,
                                               const struct ruleset *ruleset, const char **ret_note,
                                               struct arena *arena)
{
    enum role wanted = role;
    if (role == ROLE_DECIDER)
        wanted = task_decider(task, ruleset) != ROLE_NONE ? task_decider(task, ruleset) : ROLE_CLERK;
    for (enum role at = wanted; at != ROLE_NONE; at = slots[at].next) {
        const struct registry_person *person = holder(at, task, ruleset);
        if (person == NULL)
            continue;
        *ret_note = at == wanted ? ""
                                 : arena_format(arena, "%s空缺，改送%s", word_of(LIST_ROLE, (int)wanted)->zh,
                                                word_of(LIST_ROLE, (int)at)->zh);
        return person;
    }
    return NULL;
}

const struct task *notice_task_of_co_unit(const struct task *task, const char *unit, struct arena *arena)
{
    struct task *told = ARENA_NEW(arena, struct task);
    *told = *task;
    told->lead_unit = unit;
    told->handler = told->leader = "";
    return told;
}
