/* plan.c: see plan.h. What is decided and what is folded come from the same functions. */
#include "domain/plan.h"

#include "base/text.h"

bool node_is_missed(const struct task *task, const struct node *node)
{
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        if (miss->clock == CLOCK_NODE && miss->key == node->number && !miss->revoked)
            return true;
    }
    return false;
}

bool node_is_open(const struct node *node)
{
    return !date_is_set(node->done_on) && !node->superseded;
}

const struct node *plan_open_node(const struct task *task, const char *name)
{
    for (uint32_t i = 0; i < task->node_count; i++) {
        if (node_is_open(&task->nodes[i]) && text_equal(task->nodes[i].name, name))
            return &task->nodes[i];
    }
    return NULL;
}

const struct node *plan_node(const struct task *task, uint32_t number)
{
    for (uint32_t i = 0; i < task->node_count; i++) {
        if (task->nodes[i].number == number)
            return &task->nodes[i];
    }
    return NULL;
}

bool plan_exists(const struct task *task)
{
    for (uint32_t i = 0; i < task->node_count; i++) {
        if (!task->nodes[i].superseded)
            return true;
    }
    return false;
}

uint32_t plan_open_misses(const struct task *task)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < task->node_count; i++)
        count += node_is_open(&task->nodes[i]) && node_is_missed(task, &task->nodes[i]);
    return count;
}

/* --- what an event leaves -------------------------------------------------------------------------------------------- */

static struct node *add(struct node_list *list, struct node node, struct arena *arena)
{
    list->nodes = arena_grown(arena, list->nodes, list->count, sizeof(*list->nodes));
    list->nodes[list->count] = node;
    return &list->nodes[list->count++];
}

/* Done nodes and missed ones; open ones go, and with them their numbers. */
static struct node_list keep(const struct task *task, bool done_hold, struct arena *arena)
{
    struct node_list list = {0};
    for (uint32_t i = 0; i < task->node_count; i++) {
        const struct node *node = &task->nodes[i];
        bool done = date_is_set(node->done_on);
        if (!done && !node->superseded && !node_is_missed(task, node))
            continue;
        struct node *kept = add(&list, *node, arena);
        kept->superseded = node->superseded || !done || !done_hold;
    }
    return list;
}

static bool is_taken(const struct node_list *list, uint32_t number)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->nodes[i].number == number)
            return true;
    }
    return false;
}

static uint32_t free_number(const struct node_list *list)
{
    uint32_t number = 1;
    while (is_taken(list, number))
        number++;
    return number;
}

struct node_list plan_after(const struct task *task, const struct body_plan *plan, struct arena *arena)
{
    struct node_list list = keep(task, true, arena);
    for (uint32_t i = 0; i < plan->node_count; i++) {
        const struct planned_node *planned = &plan->nodes[i];
        add(&list,
            (struct node){
                .number = free_number(&list),
                .name = planned->name,
                .date = planned->date,
                .evidence_class = planned->evidence_class,
                .value = planned->value,
                .mandatory = planned->mandatory,
                .amount_fen = planned->amount_fen,
            },
            arena);
    }
    return list;
}

const char *event_node_done(const struct event *event, struct date *ret_done_on)
{
    const struct body *body = &event->body;
    if (body->trigger == TRIGGER_PROGRESS) {
        bool dated = date_is_set(body->progress.done_on);
        *ret_done_on = dated ? body->progress.done_on : date_of(event->received_at);
        return body->progress.node;
    }
    *ret_done_on = body->trigger == TRIGGER_RECORD_FACT ? body->record_fact.occurred_on : DATE_NONE;
    return body->trigger == TRIGGER_RECORD_FACT ? body->record_fact.node : "";
}

/* --- the fold --------------------------------------------------------------------------------------------------------- */

static void set_nodes(struct task *task, struct node_list list)
{
    task->nodes = list.nodes;
    task->node_count = list.count;
}

void plan_apply_planned(struct task *task, const struct event *event, struct arena *arena)
{
    set_nodes(task, plan_after(task, &event->body.plan, arena));
}

void plan_apply_done(struct task *task, const struct event *event, struct arena *arena)
{
    struct date done_on;
    const struct node *done = plan_open_node(task, event_node_done(event, &done_on));
    if (done == NULL)
        return;
    struct node *nodes = arena_copy(arena, task->nodes, task->node_count * sizeof(*nodes));
    nodes[done - task->nodes].done_on = done_on;
    task->nodes = nodes;
}

void plan_apply_lead_change(struct task *task, struct arena *arena)
{
    set_nodes(task, keep(task, false, arena));
}
