/* task_answers.h: what the rungs of a task wait for (answer_slot.h), in the situation of one command. */
#ifndef DUBAN_DOMAIN_TASK_ANSWERS_H
#define DUBAN_DOMAIN_TASK_ANSWERS_H

#include "domain/answer_slot.h"
#include "domain/task_life.h"

/* The rung of that ladder has been reached: C-ACK for each recipient who must sign for it, C-ISSUE for each form that goes
 * out as a draft. Refuses what the arithmetic refuses. */
struct refusal answers_await(const struct situation *situation, struct event *event,
                             const struct clock *ladder, uint32_t rung, uint32_t occurrence);

/* What an Acknowledge speaks of: the slots of its rung that wait, or waited, for this person; the one that its notice
 * names, where the notice is known (a number of a receipt on paper is not). What an IssueForm speaks of: the form that its
 * notice names, else every form that waits. */
uint32_t answers_of_command(const struct situation *situation, const struct clock *ret_slots[LIMIT_AWAITED]);

#endif
