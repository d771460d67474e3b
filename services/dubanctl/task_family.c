/* task_family.c: see task_family.h. The row of a relative says what it is now; a mark only says what was asked for, and
 * stands in where nobody has answered yet, or where the answer was no. */
#include "task_family.h"

#include "base/text.h"
#include "domain/catalogue.h"
#include "domain/family.h"
#include "words.h"

const struct output_column relative_columns[RELATIVE_CELLS + 1] = {
    {"relation", "关系",       "relation", false},
    {"number",   "文号",       "number",   false},
    {"title",    "事项",       "title",    false},
    {"unit",     "承办单位", "unit",     false},
    {"state",    "状态",       "state",    false},
    {"due",      "时限",       "due",      false},
    {"id",       "编号",       "id",       false},
    {NULL,       "",             "",         false},
};

struct gathering {
    const struct family_question *question;
    struct relative *relatives;
    uint32_t count;
};

/* `task` or `mark` may be NULL, both only of a parent. */
static const char *relation_of(const struct family_question *question, enum child_kind kind,
                               const struct task *task, const struct child *mark)
{
    if (kind == CHILD_NONE)
        return tool_text(question->tool, "上级事项", "parent");
    const char *word = words_of(question->tool, LIST_CHILD, (int)kind);
    bool mandatory =
        task != NULL && kind != CHILD_DIRECTION ? task->family.mandatory : mark != NULL && mark->mandatory;
    return !mandatory
               ? word
               : arena_format(question->arena, tool_text(question->tool, "%s(必办)", "%s (mandatory)"), word);
}

static void add(struct gathering *gathering, const char *id, enum child_kind kind, const struct task *task,
                const struct child *mark)
{
    const struct family_question *question = gathering->question;
    struct arena *arena = question->arena;
    gathering->relatives =
        arena_grown(arena, gathering->relatives, gathering->count, sizeof(*gathering->relatives));
    const char **cells = gathering->relatives[gathering->count++].cells;
    const char *unit = task != NULL ? task->lead_unit : mark != NULL ? mark->lead_unit : "";
    const struct clock *due = task == NULL ? NULL : task_clock(task, CLOCK_DUE, 0);
    cells[0] = relation_of(question, kind, task, mark);
    cells[1] = task == NULL ? "" : number_render(&task->number, question->registry, arena);
    cells[2] = arena_text(arena, task != NULL ? task->title : mark != NULL ? mark->title : "");
    cells[3] = arena_text(arena, words_unit(question->registry, unit));
    cells[4] = task != NULL   ? words_of(question->tool, LIST_STATE, (int)task->state)
               : mark != NULL ? words_of(question->tool, LIST_CHILD_STATUS, (int)mark->status)
                              : "";
    cells[5] = due != NULL                              ? due_render(due->due, arena)
               : mark != NULL && date_is_set(mark->due) ? words_date(mark->due, arena)
                                                        : "";
    cells[6] = id;
}

const struct relative *task_relatives(const struct family_question *question, uint32_t *ret_count)
{
    struct gathering gathering = {.question = question};
    const struct family *family = &question->task->family;
    if (!text_empty(family->parent))
        add(&gathering, family->parent, CHILD_NONE, question->find(question->context, family->parent), NULL);
    for (uint32_t number = 1; number <= family->opened; number++) {
        const char *id = family_child_id(question->task->id, number, question->arena);
        const struct child *mark = family_child(question->task, id);
        const struct task *row = question->find(question->context, id);
        if (mark != NULL || row != NULL)
            add(&gathering, id, mark != NULL ? mark->kind : row->family.kind, row, mark);
    }
    for (uint32_t i = 0; i < family->child_count; i++) {
        const struct child *mark = &family->children[i];
        if (mark->kind == CHILD_DIRECTION)
            add(&gathering, mark->task, mark->kind, question->find(question->context, mark->task), mark);
    }
    *ret_count = gathering.count;
    return gathering.relatives;
}
