/* plan.h: 推进计划, the milestones that the lead unit sets itself within its due date. Pure; decided and applied by the
 * same functions, so that a node has the same number in the event's clocks and in the row.
 *
 * A newer plan replaces what is open: done nodes stay, missed ones stay on record. When another unit takes the lead
 * nothing of the old plan binds it. No act moves a due date before an open node, for each only moves it later; where a
 * changed calendar shortens a period by days, the node keeps its own date. */
#ifndef DUBAN_DOMAIN_PLAN_H
#define DUBAN_DOMAIN_PLAN_H

#include "domain/event.h"

/* Its lateness is recorded and not taken back. */
bool node_is_missed(const struct task *task, const struct node *node);
/* To be done: neither done nor of a plan that no longer holds. */
bool node_is_open(const struct node *node);
/* The open node of that name; NULL when there is none. */
const struct node *plan_open_node(const struct task *task, const char *name);
const struct node *plan_node(const struct task *task, uint32_t number);
/* Nodes that hold, open or done: the unit has a plan. */
bool plan_exists(const struct task *task);
/* Missed nodes that are still to be done. */
uint32_t plan_open_misses(const struct task *task);

struct node_list {
    struct node *nodes;
    uint32_t count;
};

/* The row's nodes after a new plan; new ones take the least free numbers. */
struct node_list plan_after(const struct task *task, const struct body_plan *plan, struct arena *arena);
/* The node that the event's body says is done, and when; "" when it names none. */
const char *event_node_done(const struct event *event, struct date *ret_done_on);

/* For task_apply: what an event does to the row's nodes. */
void plan_apply_planned(struct task *task, const struct event *event, struct arena *arena);
void plan_apply_done(struct task *task, const struct event *event, struct arena *arena);
void plan_apply_lead_change(struct task *task, struct arena *arena);

#endif
