/* explain_plan.c: the unit's plan and its schedule line, as a section of the note. */
#include "explain_plan.h"

#include "base/text.h"
#include "domain/catalogue.h"

void explain_plan_write(struct note *note)
{
    const struct explain_case *explained = note->explained;
    const struct task *task = explained->task;
    enum language language = explained->source->language;
    const struct registry_template *template_ =
        explained->pinned == NULL ? NULL : registry_template(explained->pinned, task->template_code);
    bool checked = date_is_set(task->pace.as_of);
    if (task->node_count > 0 || checked)
        note_section(note, PICK(note, "推进计划和序时进度", "Plan and schedule"));
    for (uint32_t i = 0; i < task->node_count; i++)
        note_item(note, PICK(note, "节点:%s。", "node: %s."),
                  node_render(task, &task->nodes[i], language, note->arena));
    if (!checked)
        return;
    note_item(note, "%s(%s)%s", pace_render(&task->pace, language, note->arena),
              pace_word(&task->pace, language), PICK(note, "。", "."));
    if (template_ != NULL && !text_empty(template_->schedule.measure))
        note_part(note, "%s%s", pace_formula(task, &template_->schedule, language, note->arena),
                  PICK(note, "。", "."));
}
