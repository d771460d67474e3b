/* task_effects_debt.c: payments settle the instalments of a debt's plan, by the day on which they happened (domain.md
 * §3.4), whenever they are told. A refund opens no instalment again: what is owed, and its interest, show it. */
#include <stddef.h>

#include "domain/plan.h"
#include "domain/task_clocks.h"
#include "domain/task_debt.h"
#include "domain/task_effects.h"

static const struct refusal fine;

/* The task with what this command adds: its fact, or its plan. */
static struct task task_with(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    struct task task = *situation->task;
    if (body->trigger == TRIGGER_PLAN) {
        struct node_list list = plan_after(&task, &body->plan, situation->arena);
        task.nodes = list.nodes;
        task.node_count = list.count;
        return task;
    }
    const struct body_record_fact *said = &body->record_fact;
    task.facts = arena_grown(situation->arena, task.facts, task.fact_count, sizeof(*task.facts));
    task.facts[task.fact_count++] = (struct fact){
        .kind = said->kind,
        .occurred_on = said->occurred_on,
        .amount_fen = said->amount_fen,
        .evidence = said->evidence,
    };
    return task;
}

static void settle_node(const struct situation *situation, struct event *event, const struct node *node,
                        struct date done_on)
{
    event->settled =
        arena_grown(situation->arena, event->settled, event->settled_count, sizeof(*event->settled));
    event->settled[event->settled_count++] = (struct settled_node){node->number, done_on};
    struct clock *clock = clocks_edit(situation, event, CLOCK_NODE, node->number);
    if (clock == NULL)
        return;
    clock->status = done_on.days <= node->date.days ? CLOCK_MET : CLOCK_MISSED;
    clock->ended_at = situation->command->received_at;
    clock_drop_timers(clock);
}

static struct refusal settle(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    struct debt_lists lists;
    struct date today = date_of(situation->command->received_at);
    if (situation->template_->debt.late_interest_ppm == 0)
        return fine;
    struct task task = task_with(situation);
    task_debt_payments(&task, situation->template_, &lists);
    task_debt_instalments(&task, &lists);
    struct repayment repayment = debt_repayment(&lists);
    for (uint32_t i = 0; i < lists.instalment_count; i++) {
        const struct node *node = plan_node(&task, lists.numbers[i]);
        struct date done_on = instalment_paid_on(&repayment, i, today);
        bool sooner = !date_is_set(node->done_on) || done_on.days < node->done_on.days;
        if (date_is_set(done_on) && sooner)
            settle_node(situation, event, node, done_on);
    }
    return fine;
}
const struct effect settle_instalments = {"payments settle the instalments, by the day they happened", settle,
                                          CLOCK_NODE};
