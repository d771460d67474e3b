/* task_debt.h: what a task of a debt owes as of a day (T12 企业清欠): its amount, what was paid, what is overdue, and its
 * late interest as a reference (测算参考). Derived from the row, never stored, and decides nothing. */
#ifndef DUBAN_DOMAIN_TASK_DEBT_H
#define DUBAN_DOMAIN_TASK_DEBT_H

#include "base/limits.h"
#include "domain/event.h"
#include "domain/late_interest.h"
#include "domain/refusal.h"
#include "domain/registry.h"
#include "domain/task.h"

/* Payments and instalments of a task. */
struct debt_lists {
    struct instalment instalments[LIMIT_NODES_KEPT];
    uint32_t numbers[LIMIT_NODES_KEPT]; /* of their nodes */
    uint32_t instalment_count;
    struct payment payments[LIMIT_FACTS];
    uint32_t payment_count;
};

struct task_debt {
    int64_t amount_fen;
    int64_t paid_fen;
    int64_t outstanding_fen;
    int64_t interest_fen;
    struct date as_of;
    struct date since;      /* the first day that carries interest; none: none does */
    int32_t agreed_rate_bp; /* 0: the default */
    int32_t daily_rate_ppm;
    const char *basis; /* of the default rate, as in force when the debt was due; "" none */
};

struct repayment debt_repayment(const struct debt_lists *lists);

/* Nodes with an amount of the plan that holds. */
void task_debt_instalments(const struct task *task, struct debt_lists *ret_lists);
/* For task_apply: the nodes that payments have settled. */
void task_debt_apply_settled(struct task *task, const struct event *event, struct arena *arena);

/* Facts of the template's kinds that brought money, each voucher once. */
void task_debt_payments(const struct task *task, const struct registry_template *template_,
                        struct debt_lists *ret_lists);

/* The fact by whose receipt what was paid up to that day made up the debt; NULL: it does not, or not any more. Of a task
 * without an amount: the first fact that its due date asks for. */
const struct fact *task_debt_settling_fact(const struct task *task, const struct registry_template *template_,
                                           struct date by);
/* The day on which what is on record by `by` had paid the debt; none: it has not. */
struct date task_debt_paid_on(const struct task *task, const struct registry_template *template_,
                              struct date by);

/* False: the template (NULL: unknown) is of no debt, or the task names no amount. */
bool task_debt_at(const struct task *task, const struct registry_template *template_, struct date as_of,
                  struct task_debt *ret_debt);

/* In words (catalogue_debt.c): "欠款1200000元，已付500000元，未付700000元，逾期利息测算参考9850元" */
const char *task_debt_render(const struct task_debt *debt, enum language language, struct arena *arena);
/* How the interest was computed, with its rate and source; "" where there is none. */
const char *task_debt_formula(const struct task_debt *debt, enum language language, struct arena *arena);

#endif
