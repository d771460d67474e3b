/* actor.h: who somebody is to a task. */
#ifndef DUBAN_DOMAIN_ACTOR_H
#define DUBAN_DOMAIN_ACTOR_H

#include "domain/turn.h"

/* As task_capacities, with the template that the task pinned (it names the matter, hence the leader). */
uint32_t actor_capacities(const struct task *task, const struct actor *actor, const struct registry *registry,
                          const struct registry_template *template_);

/* Does the actor, or whom it acts for (代), hold the role? `unit` "" means anywhere. */
bool actor_holds(const struct registry *registry, const struct actor *actor, enum role role,
                 const char *unit);

/* Do two of (person, principal) share somebody? Empty ones are nobody. */
bool actor_same_person(const char *person, const char *principal, const char *other_person,
                       const char *other_principal);

/* domain.md §6: leader(task), in the order ① to ⑤. */
const struct registry_person *actor_leader(const struct task *task, const struct registry *registry,
                                           const struct registry_template *template_);

/* Who decides requests of that kind. */
enum role actor_decider_of(const struct registry_template *template_, enum request_kind kind);
/* The role one level above a decider. */
enum role actor_one_level_up(enum role decider);

#endif
