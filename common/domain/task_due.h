/* task_due.h: the unit's own time: which due date a task gets, and how rulings, extensions, instructions and returns
 * change it (domain.md §3.3 rows 3, 5, 8, 9, 17, 18, 27, 33; §3.5). */
#ifndef DUBAN_DOMAIN_TASK_DUE_H
#define DUBAN_DOMAIN_TASK_DUE_H

#include "domain/task_clocks.h"

/* The rule that assignment would start: what the command says, else what stands on the task, else the template's.
 * False: there is none. */
bool due_rule(const struct situation *situation, struct deadline_rule *ret_rule);
/* The wording in place of a date or period, where there is nothing else: 尽快 and the like. */
const char *due_vague_wording(const struct situation *situation);

/* A bare date, else the period, with the template's roll and cutoff. */
struct deadline_rule due_rule_of(const struct situation *situation, struct date date, struct duration period);
/* A period, or a date, with the template's roll and cutoff. */
struct deadline_rule due_rule_of_period(const struct situation *situation, struct duration period);
struct deadline_rule due_rule_of_date(const struct situation *situation, struct date date);

/* The rule for another lead unit: periods start again, dates stay unless `later` is set. */
struct deadline_rule due_rule_for_another(const struct situation *situation, struct date later);
struct refusal due_end_of(const struct situation *situation, const struct deadline_rule *rule,
                          struct instant start, struct deadline *ret_deadline);
/* The end of C-REWORK, were it started now; not set when that clock is off. */
struct refusal due_end_of_rework(const struct situation *situation, struct deadline *ret_deadline);

/* C-DUE from now, with the ladder anew. */
struct refusal due_start(const struct situation *situation, struct event *event,
                         const struct deadline_rule *rule);
/* What granting the request would make of the clock that carries the ladder; version + 1, not yet scheduled. */
struct clock due_extended(const struct situation *situation, const struct clock *clock,
                          const struct pending_request *request);
/* Working days between the ends before and after it: what the limits of a template count. */
struct refusal due_asked_working_days(const struct situation *situation,
                                      const struct pending_request *request, int32_t *ret_days);
struct refusal due_extend(const struct situation *situation, struct event *event,
                          const struct pending_request *request);
/* Last day = date (decision card ①). */
struct refusal due_set_date(const struct situation *situation, struct event *event, struct date date);
/* Received: the unit's time stands still while the report is reviewed. */
struct refusal due_pause(const struct situation *situation, struct event *event);
/* What an act received at `at`, in time, leaves of the clock. */
void due_note_left(const struct situation *situation, const struct clock *clock, struct instant at,
                   struct report *report);
/* Returned in time: max(what was left, C-REWORK from now) as a new due version. */
struct refusal due_continue(const struct situation *situation, struct event *event);
/* Returned late, or reopened: C-REWORK alone carries the ladder, from its first alarm on. */
struct refusal due_rework(const struct situation *situation, struct event *event);

#endif
