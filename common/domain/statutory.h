/* statutory.h: 法定时限: which clocks of a template something starts, and which a step meets. Pure questions about the
 * registry's rows; the event's side stands in task_effects_step.c.
 *
 * Such a clock counts days and is met by the day of the step (告知, 答复送达 …), never by when its paper arrived and never
 * by the supervisor's closing (domain.md §3.4). Reassigning does not move it (§3.3 row 9). */
#ifndef DUBAN_DOMAIN_STATUTORY_H
#define DUBAN_DOMAIN_STATUTORY_H

#include "domain/registry.h"
#include "domain/task.h"

/* "draft", "register", "assign", or "step:" and the code of a step. False: nothing that starts a clock. */
bool statutory_start_read(const char *start, enum trigger *ret_trigger, enum step_kind *ret_step);

/* Does the row start by this, when it happens on that day? `step` is for TRIGGER_STEP only. */
bool statutory_is_started_by(const struct registry_statutory *row, enum trigger trigger, enum step_kind step,
                             struct date day);
bool statutory_is_met_by(const struct registry_statutory *row, enum step_kind step);
bool statutory_in_force(const struct registry_statutory *row, struct date day);
/* Is the step one that the template's statutes know at all? */
bool statutory_knows(const struct registry_template *template_, enum step_kind step);

/* The row that a running clock follows, by its name; NULL when the template has none any more. */
const struct registry_statutory *statutory_row(const struct registry_template *template_,
                                               const struct clock *clock);

/* What the law allows in all, for the ladder of that clock; UNIT_NONE: no cap. */
struct duration statutory_cap(const struct registry_template *template_, const struct clock *clock);

/* Silence has taken its step for done: the step itself may still be proved, as long as it is dated in time. */
bool statutory_is_deemed(const struct registry_template *template_, const struct clock *clock);

#endif
