/* task_debt.c: see task_debt.h. Late interest runs from the day the contract wanted the debt paid, where it is known: a
 * plan of instalments postpones the supervision, not the interest. Else from the plan's days, else from C-DUE's. */
#include "domain/task_debt.h"

#include "base/arena.h"
#include "base/text.h"

/* --- payments ------------------------------------------------------------------------------------------------------ */

static bool pays(const struct registry_debt *debt, const struct fact *fact)
{
    for (uint32_t i = 0; i < debt->payment_kind_count; i++) {
        if (text_equal(debt->payment_kinds[i], fact->kind))
            return fact->amount_fen != 0;
    }
    return false;
}

/* The debtor's bank and the creditor's report the same money: one voucher of one amount counts once, from its
 * earliest day. */
static bool told_before(const struct task *task, uint32_t index)
{
    const struct fact *fact = &task->facts[index];
    for (uint32_t i = 0; i < task->fact_count && !text_empty(fact->evidence.reference); i++) {
        const struct fact *other = &task->facts[i];
        bool first = other->occurred_on.days < fact->occurred_on.days ||
                     (other->occurred_on.days == fact->occurred_on.days && i < index);
        if (i != index && first && other->amount_fen == fact->amount_fen &&
            text_equal(other->evidence.reference, fact->evidence.reference))
            return true;
    }
    return false;
}

void task_debt_payments(const struct task *task, const struct registry_template *template_,
                        struct debt_lists *ret_lists)
{
    ret_lists->payment_count = 0;
    for (uint32_t i = 0; i < task->fact_count && i < LIMIT_FACTS; i++) {
        const struct fact *fact = &task->facts[i];
        if (pays(&template_->debt, fact) && !told_before(task, i))
            ret_lists->payments[ret_lists->payment_count++] =
                (struct payment){fact->occurred_on, fact->amount_fen};
    }
}

static void one_instalment(struct debt_lists *lists, struct date due, int64_t amount_fen)
{
    lists->instalments[0] = (struct instalment){due, amount_fen};
    lists->instalment_count = 1;
}

const struct fact *task_debt_settling_fact(const struct task *task, const struct registry_template *template_,
                                           struct date by)
{
    const struct fact *settling = NULL;
    int64_t paid = 0;
    for (uint32_t i = 0; i < task->fact_count; i++) {
        const struct fact *fact = &task->facts[i];
        if (fact->occurred_on.days > by.days)
            continue;
        if (task->amount_fen <= 0) {
            if (settling == NULL && text_equal(fact->kind, template_->due_fact))
                settling = fact;
            continue;
        }
        if (!pays(&template_->debt, fact) || told_before(task, i))
            continue;
        paid += fact->amount_fen;
        if (paid < task->amount_fen)
            settling = NULL;
        else if (settling == NULL)
            settling = fact;
    }
    return settling;
}

struct date task_debt_paid_on(const struct task *task, const struct registry_template *template_,
                              struct date by)
{
    const struct fact *settling = task_debt_settling_fact(task, template_, by);
    struct debt_lists lists;
    if (settling == NULL || task->amount_fen <= 0)
        return settling == NULL ? DATE_NONE : settling->occurred_on;
    task_debt_payments(task, template_, &lists);
    one_instalment(&lists, by, task->amount_fen);
    struct repayment repayment = debt_repayment(&lists);
    return instalment_paid_on(&repayment, 0, by);
}

/* --- instalments --------------------------------------------------------------------------------------------------- */

struct repayment debt_repayment(const struct debt_lists *lists)
{
    return (struct repayment){lists->instalments, lists->instalment_count, lists->payments,
                              lists->payment_count};
}

void task_debt_instalments(const struct task *task, struct debt_lists *ret_lists)
{
    ret_lists->instalment_count = 0;
    for (uint32_t i = 0; i < task->node_count && i < LIMIT_NODES_KEPT; i++) {
        const struct node *node = &task->nodes[i];
        if (node->superseded || node->amount_fen == 0)
            continue;
        ret_lists->numbers[ret_lists->instalment_count] = node->number;
        ret_lists->instalments[ret_lists->instalment_count++] =
            (struct instalment){node->date, node->amount_fen};
    }
}

void task_debt_apply_settled(struct task *task, const struct event *event, struct arena *arena)
{
    if (event->settled_count == 0)
        return;
    task->nodes = arena_copy(arena, task->nodes, task->node_count * sizeof(*task->nodes));
    for (uint32_t i = 0; i < event->settled_count; i++) {
        for (uint32_t j = 0; j < task->node_count; j++) {
            if (task->nodes[j].number == event->settled[i].number)
                task->nodes[j].done_on = event->settled[i].done_on;
        }
    }
}

/* --- interest ------------------------------------------------------------------------------------------------------ */

static void fill_dues(const struct task *task, struct debt_lists *lists)
{
    const struct clock *due = task_clock(task, CLOCK_DUE, 0);
    task_debt_instalments(task, lists);
    if (date_is_set(task->debt_due_on))
        one_instalment(lists, task->debt_due_on, task->amount_fen);
    else if (lists->instalment_count == 0 && due != NULL)
        one_instalment(lists, due->last_day, task->amount_fen);
}

static const char *basis_on(const struct registry_debt *debt, struct date day)
{
    for (uint32_t i = 0; i < debt->basis_count; i++) {
        const struct registry_legal_basis *basis = &debt->basis[i];
        if (!date_is_set(basis->in_force_until) || day.days <= basis->in_force_until.days)
            return basis->title;
    }
    return "";
}

bool task_debt_at(const struct task *task, const struct registry_template *template_, struct date as_of,
                  struct task_debt *ret_debt)
{
    if (template_ == NULL || template_->debt.late_interest_ppm == 0 || task->amount_fen <= 0)
        return false;
    struct debt_lists lists;
    task_debt_payments(task, template_, &lists);
    fill_dues(task, &lists);
    struct late_interest_terms terms = {
        .repayment = debt_repayment(&lists),
        .agreed_rate_bp = task->agreed_rate_bp,
        .daily_rate_ppm = template_->debt.late_interest_ppm,
    };
    int64_t paid = repayment_paid(&terms.repayment, as_of);
    struct date since = late_interest_since(&terms, as_of);
    *ret_debt = (struct task_debt){
        .amount_fen = task->amount_fen,
        .paid_fen = paid,
        .outstanding_fen = paid < task->amount_fen ? task->amount_fen - paid : 0,
        .interest_fen = late_interest_fen(&terms, as_of),
        .as_of = as_of,
        .since = since,
        .agreed_rate_bp = task->agreed_rate_bp,
        .daily_rate_ppm = template_->debt.late_interest_ppm,
        .basis = basis_on(&template_->debt, date_is_set(since) ? since : as_of),
    };
    return true;
}
