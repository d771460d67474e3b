/* explain_debt.c: what a debt is, and how its late interest comes about, for `task show` and `task explain`. */
#include "explain_debt.h"

#include "domain/catalogue.h"
#include "domain/task_debt.h"

#include <stdio.h>

const char *explain_debt_words(const struct tool *tool, const struct task *task,
                               const struct registry *pinned, struct instant now, struct arena *arena)
{
    struct task_debt debt;
    bool is_debt = task_debt_at(task, registry_template(pinned, task->template_code), date_of(now), &debt);
    return is_debt ? task_debt_render(&debt, tool->language, arena) : "";
}

void explain_debt_print(const struct tool *tool, const struct task *task, const struct registry *pinned,
                        struct instant now, struct arena *arena)
{
    struct task_debt debt;
    if (!task_debt_at(task, registry_template(pinned, task->template_code), date_of(now), &debt))
        return;
    printf(tool_text(tool, "\n欠款\n  %s\n", "\ndebt\n  %s\n"),
           task_debt_render(&debt, tool->language, arena));
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
    json_close_object(json);
}
