/* family.h: tasks that open tasks (domain.md §3.3 row 16, §4 T14, T16, T17): parts of a task, the occurrences of a
 * recurring one, what a meeting resolves. They talk through duban.internal only:
 *
 *   parent  OpenChild        →  child   opened as child: registered (or, of minutes that want more, drafted)
 *   parent  ← ChildOpened       child   … or ← ChildRefused, which the parent notes
 *   parent  ← ChildClosed       child   when it has ended; ChildOpened once more when it is opened again
 *   meeting DirectByMeeting  →  task    ← ChildOpened (taken up) or ← ChildRefused
 *
 * The mark in the parent's row is pending until an answer comes, so nothing is orphaned. The id of a child follows from
 * the parent's id and its number, so a repeat opens nothing twice and there are no cycles. */
#ifndef DUBAN_DOMAIN_FAMILY_H
#define DUBAN_DOMAIN_FAMILY_H

#include "domain/task_life.h"

/* The id of the n-th child. "duban/child" is no id of a unit, so no source system can occupy it. */
const char *family_child_id(const char *parent, uint32_t number, struct arena *arena);
/* "<reference of the parent>/<n>", or the child's id where that would be too long. */
const char *family_child_reference(const struct task *parent, uint32_t number, struct arena *arena);

/* The mark of that task; NULL when there is none. */
const struct child *family_child(const struct task *task, const char *child);
/* How many have not ended. */
uint32_t family_open_children(const struct task *task);
/* The first mandatory part that has not ended; NULL: none. */
const struct child *family_mandatory_child(const struct task *task);
static inline bool child_is_under_way(const struct child *child)
{
    return child->status == CHILD_PENDING || child->status == CHILD_OPEN;
}

/* It recurs, and is not itself one of the occurrences: it has no due date, only the moment of the next one. */
bool family_is_standing(const struct situation *situation);
/* Starts C-OCCURRENCE of a standing task. */
struct refusal family_start_occurrences(const struct situation *situation, struct event *event);
/* clocks_compute for C-OCCURRENCE: when the first one behind the day of started_at is opened. Refuses where none comes. */
struct refusal family_compute_occurrence(const struct situation *situation, const struct clock *clock,
                                         struct deadline *ret_deadline);
/* That moment as a rule, so that the clock explains itself like any other. */
struct deadline_rule family_opening_rule(struct instant opens_at);

/* What the event makes the ledger tell parents and children (internal_command.c). */
void family_followups(const struct task *after, const struct event *event, struct arena *arena,
                      struct command **internals, uint32_t *count);
/* The parent, or the meeting, that asked in vain is told why. Nothing for other commands. */
void family_refuse(const struct command *command, const struct task *task, const struct event *cause,
                   struct refusal refusal, struct arena *arena, struct command **internals, uint32_t *count);

/* A resolution without a unit or a date: it is drafted, and the registrar completes it. */
bool family_wants_more(const struct situation *situation);

/* meeting.c: who presided; "" when nobody is named and nobody resolves. */
const char *meeting_chair(const struct situation *situation);
/* The task and the answer of DirectByMeeting. */
void meeting_direct(const struct task *meeting, const struct event *event, const struct child *direction,
                    struct arena *arena, struct command **internals, uint32_t *count);
/* The resolution that made the mark; NULL: none. */
const struct resolution *meeting_resolution(const struct event *event, const struct child *child);

/* task_apply_family.c: the fold of marks. */
void apply_opened_as_child(struct task *task, const struct event *event, struct arena *arena);
void apply_children(struct task *task, const struct event *event, struct arena *arena);

#endif
