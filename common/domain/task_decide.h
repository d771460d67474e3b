/* task_decide.h: what turn.c shares with task_decide.c. */
#ifndef DUBAN_DOMAIN_TASK_DECIDE_H
#define DUBAN_DOMAIN_TASK_DECIDE_H

#include "domain/task_life.h"

/* Everything a decision may look at; a Wake's timer is the task's next one. */
struct situation situation_of(const struct task *task, const struct command *command,
                              const struct ruleset *ruleset, struct arena *arena);

/* EVENT_REFUSED: the business refusal of somebody entitled to act on the task. */
struct event task_refused(const struct situation *situation, struct refusal refusal);

#endif
