/* explain_debt.c: what a debt is, and how its late interest comes about, for `task show` and `task explain`. */
#include "explain_debt.h"

#include "domain/catalogue.h"
#include "domain/plan.h"
#include "domain/task_debt.h"

#include <stdio.h>

const char *explain_debt_words(const struct tool *tool, const struct task *task,
                               const struct registry *pinned, struct instant now, struct arena *arena)
{
    struct task_debt debt;
    bool is_debt = task_debt_at(task, registry_template(pinned, task->template_code), date_of(now), &debt);
    return is_debt ? task_debt_render(&debt, tool->language, arena) : "";
}

/* One instalment: "首期 2023-03-10 500000元，未付0元". */
static const char *instalment_words(const struct tool *tool, const struct task *task,
                                    const struct debt_lists *lists, uint32_t index, struct date as_of,
                                    struct arena *arena)
{
    const struct repayment repayment = debt_repayment(lists);
    const struct node *node = plan_node(task, lists->numbers[index]);
    char due[DATE_TEXT];
    date_to_text(node->date, due);
    return arena_format(arena, tool_text(tool, "%s %s %s元，未付%s元", "%s %s %s yuan, outstanding %s"),
                        node->name, due, yuan_render(node->amount_fen, arena),
                        yuan_render(instalment_outstanding(&repayment, index, as_of), arena));
}

static void fill_lists(const struct task *task, const struct registry *pinned, struct debt_lists *ret_lists)
{
    task_debt_payments(task, registry_template(pinned, task->template_code), ret_lists);
    task_debt_instalments(task, ret_lists);
}

void explain_debt_print(const struct tool *tool, const struct task *task, const struct registry *pinned,
                        struct instant now, struct arena *arena)
{
    struct task_debt debt;
    if (!task_debt_at(task, registry_template(pinned, task->template_code), date_of(now), &debt))
        return;
    printf(tool_text(tool, "\n欠款\n  %s\n", "\ndebt\n  %s\n"),
           task_debt_render(&debt, tool->language, arena));
    struct debt_lists lists;
    fill_lists(task, pinned, &lists);
    for (uint32_t i = 0; i < lists.instalment_count; i++)
        printf("  %s\n", instalment_words(tool, task, &lists, i, debt.as_of, arena));
    if (date_is_set(debt.since))
        printf("  %s\n", task_debt_formula(&debt, tool->language, arena));
}

void explain_debt_put(struct json_writer *json, const struct tool *tool, const struct task *task,
                      const struct registry *pinned, struct instant now, struct arena *arena)
{
    struct task_debt debt;
    if (!task_debt_at(task, registry_template(pinned, task->template_code), date_of(now), &debt))
        return;
    json_open_object(json, "debt");
    json_put_number(json, "amount_fen", debt.amount_fen);
    json_put_number(json, "paid_fen", debt.paid_fen);
    json_put_number(json, "outstanding_fen", debt.outstanding_fen);
    json_put_number(json, "late_interest_fen", debt.interest_fen);
    json_put_given(json, "formula", task_debt_formula(&debt, tool->language, arena));
    struct debt_lists lists;
    fill_lists(task, pinned, &lists);
    json_open_array(json, "instalments");
    for (uint32_t i = 0; i < lists.instalment_count; i++)
        json_put_text(json, NULL, instalment_words(tool, task, &lists, i, debt.as_of, arena));
    json_close_array(json);
    json_close_object(json);
}
