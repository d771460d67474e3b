/* task_requirements_debt.c: what is asked of debts: their terms at registration, and a plan that pays all of them. */
#include <stddef.h>

#include "domain/catalogue.h"
#include "domain/plan.h"
#include "domain/task_requirements.h"

static const struct refusal fine;

static struct refusal state_debt(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    bool draft = body->trigger == TRIGGER_DRAFT;
    int32_t rate = draft ? body->draft.agreed_rate_bp : body->registration.agreed_rate_bp;
    struct date due = draft ? body->draft.debt_due_on : body->registration.debt_due_on;
    int64_t amount = draft ? body->draft.amount_fen : situation->task->amount_fen;
    bool is_debt = situation->template_->debt.late_interest_ppm > 0;
    const char *field = rate != 0 ? "agreed_rate_bp" : date_is_set(due) ? "debt_due_on" : NULL;
    if (field != NULL && !is_debt)
        return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", field, "rule", "not_a_debt", NULL);
    if (is_debt && (amount < 0 || (field != NULL && amount == 0)))
        return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "amount_fen", "rule",
                            "debt_without_amount", NULL);
    return fine;
}
const struct requirement must_state_debt = {"rate and due day only of a debt, with its amount", state_debt};

/* What holds of the new plan pays the whole debt: a plan without instalments is one of other steps. */
static struct refusal plan_whole_debt(const struct situation *situation)
{
    const struct task *task = situation->task;
    struct node_list list = plan_after(task, &situation->command->body.plan, situation->arena);
    int64_t sum = 0;
    for (uint32_t i = 0; i < list.count; i++)
        sum += list.nodes[i].superseded ? 0 : list.nodes[i].amount_fen;
    if (sum > 0 && situation->template_->debt.late_interest_ppm == 0)
        return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "nodes.amount_fen", "rule",
                            "not_a_debt", NULL);
    if (sum == 0 || sum == task->amount_fen)
        return fine;
    return refusal_make(situation->arena, REFUSAL_INSTALMENTS_SUM, "field", "nodes.amount_fen", "planned",
                        yuan_render(sum, situation->arena), "debt",
                        yuan_render(task->amount_fen, situation->arena), NULL);
}
const struct requirement must_plan_whole_debt = {"instalments that add up to the debt", plan_whole_debt};

/* Money settles an instalment, not somebody's word. */
static struct refusal not_claim_instalment(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    const char *name = body->trigger == TRIGGER_PROGRESS ? body->progress.node : body->record_fact.node;
    const struct node *node = plan_open_node(situation->task, name);
    if (node == NULL || node->amount_fen == 0)
        return fine;
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "node", "rule", "settled_by_payment",
                        "value", name, NULL);
}
const struct requirement must_not_claim_instalment = {"no instalment is reported done", not_claim_instalment};
