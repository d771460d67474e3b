/* task_requirements_family.c: what a split asks for, and whether a task can be opened as its parent wishes. */
#include <stddef.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/actor.h"
#include "domain/family.h"
#include "domain/task_due.h"
#include "domain/task_requirements.h"

static const struct refusal fine;

static struct refusal unmet(const struct situation *situation, const char *field, const char *rule,
                            const char *value)
{
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", field, "rule", rule, "value", value,
                        NULL);
}

static struct refusal active_unit(const struct situation *situation, const char *field, const char *id)
{
    const struct registry_unit *unit = registry_unit(situation->registry, id);
    if (text_empty(id))
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", field, NULL);
    if (unit == NULL)
        return refusal_make(situation->arena, REFUSAL_UNKNOWN_WORD, "field", field, "value", id, NULL);
    if (!unit->active)
        return refusal_make(situation->arena, REFUSAL_UNIT_INACTIVE, "field", field, "unit", id, NULL);
    return fine;
}

static struct refusal later_than_parent(const struct situation *situation, const char *field,
                                        struct date date)
{
    char text[DATE_TEXT];
    date_to_text(date, text);
    return unmet(situation, field, "later_than_parent", text);
}

/* --- Split ------------------------------------------------------------------------------------------------------- */

static struct refusal split_own_work(const struct situation *situation)
{
    const struct task *task = situation->task;
    if (task->lane == LANE_MONITORED)
        return unmet(situation, "lane", "short_procedure", word_of(LIST_LANE, (int)task->lane)->code);
    if (family_is_standing(situation))
        return unmet(situation, "template_code", "recurring", task->template_code);
    if (task->family.depth + 1 > LIMIT_CHILD_DEPTH)
        return unmet(situation, "depth", "too_many", arena_format(situation->arena, "%d", LIMIT_CHILD_DEPTH));
    if (situation->command->body.split.item_count == 0)
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", "items", NULL);
    if (family_open_children(task) + situation->command->body.split.item_count > LIMIT_CHILDREN)
        return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", "children", "limit",
                            arena_format(situation->arena, "%d", LIMIT_CHILDREN), NULL);
    return fine;
}
const struct requirement must_split_own_work = {"full procedure, depth ≤ 4, room for the parts",
                                                split_own_work};

static struct refusal check_item(const struct situation *situation, uint32_t index)
{
    const struct split_item *item = &situation->command->body.split.items[index];
    const struct clock *ladder = task_ladder_clock(situation->task);
    const char *at = arena_format(situation->arena, "items[%u]", index);
    const char *date = arena_format(situation->arena, "%s.due_date", at);
    const char *code = item->template_code;
    char text[DATE_TEXT];
    const struct registry_template *template_ =
        text_empty(code) ? situation->template_ : registry_template(situation->registry, code);
    if (template_ == NULL)
        return refusal_make(situation->arena, REFUSAL_UNKNOWN_WORD, "field",
                            arena_format(situation->arena, "%s.template_code", at), "value", code, NULL);
    if (template_->recurrence.every != EVERY_NONE)
        return unmet(situation, at, "recurring", template_->code);
    if (text_empty(item->title))
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field",
                            arena_format(situation->arena, "%s.title", at), NULL);
    struct refusal refusal =
        active_unit(situation, arena_format(situation->arena, "%s.lead_unit", at), item->lead_unit);
    if (REFUSED(refusal))
        return refusal;
    if (!date_is_set(item->due_date))
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", date, NULL);
    if (item->due_date.days < date_of(situation->command->received_at).days) {
        date_to_text(item->due_date, text);
        return refusal_make(situation->arena, REFUSAL_DATE_PAST, "field", date, "value", text, NULL);
    }
    bool later = ladder != NULL && item->due_date.days > ladder->last_day.days;
    return later ? later_than_parent(situation, date, item->due_date) : fine;
}

static struct refusal split_well(const struct situation *situation)
{
    struct refusal refusal = fine;
    for (uint32_t i = 0; !REFUSED(refusal) && i < situation->command->body.split.item_count; i++)
        refusal = check_item(situation, i);
    return refusal;
}
const struct requirement must_split_well = {"active units, no part due after the whole", split_well};

/* --- the child ------------------------------------------------------------------------------------------------------- */

bool family_wants_more(const struct situation *situation)
{
    const struct body_open_child *open = &situation->command->body.open_child;
    struct deadline_rule rule;
    return open->kind == CHILD_MEETING && (text_empty(open->lead_unit) || !due_rule(situation, &rule));
}

static struct refusal name_template(const struct situation *situation)
{
    const struct body_open_child *open = &situation->command->body.open_child;
    if (text_empty(situation->template_->code))
        return refusal_make(situation->arena, REFUSAL_UNKNOWN_WORD, "field", "template_code", "value",
                            open->template_code, NULL);
    if (family_is_standing(situation))
        return unmet(situation, "template_code", "recurring", open->template_code);
    return fine;
}
const struct requirement must_name_child_template = {"a template that does not recur", name_template};

static struct refusal name_unit(const struct situation *situation)
{
    const struct body_open_child *open = &situation->command->body.open_child;
    struct task child = task_blank();
    if (text_empty(open->lead_unit) && open->kind == CHILD_MEETING)
        return fine;
    struct refusal refusal = active_unit(situation, "lead_unit", open->lead_unit);
    child.lead_unit = open->lead_unit;
    child.leader = open->leader;
    if (!REFUSED(refusal) && actor_leader(&child, situation->registry, situation->template_) == NULL)
        return refusal_make(situation->arena, REFUSAL_NO_LEADER, "unit", open->lead_unit, NULL);
    return refusal;
}
const struct requirement must_name_child_unit = {"one active lead unit, leader(task) resolves", name_unit};

static struct refusal fit_parent(const struct situation *situation)
{
    const struct body_open_child *open = &situation->command->body.open_child;
    struct deadline_rule rule;
    struct deadline end;
    if (open->depth > LIMIT_CHILD_DEPTH)
        return unmet(situation, "depth", "too_many", arena_format(situation->arena, "%u", open->depth));
    if (family_wants_more(situation))
        return fine;
    struct refusal refusal = must_have_deadline.check(situation);
    if (!REFUSED(refusal))
        refusal = must_have_basis_in_force.check(situation);
    if (REFUSED(refusal) || !date_is_set(open->latest) || !due_rule(situation, &rule))
        return refusal;
    refusal = due_end_of(situation, &rule, situation->now, &end);
    bool later = !REFUSED(refusal) && end.last_day.days > open->latest.days;
    return later ? later_than_parent(situation, "due", end.last_day) : refusal;
}
const struct requirement must_fit_parent = {"depth ≤ 4, a deadline not after the parent's, a basis in force",
                                            fit_parent};

/* --- the parent -------------------------------------------------------------------------------------------------------- */

/* A mark may have been dropped; the id tells whose child it is. */
static struct refusal be_parent(const struct situation *situation)
{
    const struct body_child *answer = &situation->command->body.child_opened;
    const struct task *task = situation->task;
    const struct child *known = family_child(task, answer->child);
    bool ours = text_equal(answer->parent, task->id) &&
                (known != NULL ||
                 (answer->number >= 1 && answer->number <= task->family.opened &&
                  text_equal(family_child_id(task->id, answer->number, situation->arena), answer->child)));
    if (!ours)
        return refusal_make(situation->arena, REFUSAL_NOT_NEEDED, "what", "child", NULL);
    if (known == NULL && task->family.child_count >= LIMIT_CHILDREN_KEPT)
        return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", "children", "limit",
                            arena_format(situation->arena, "%d", LIMIT_CHILDREN_KEPT), NULL);
    return fine;
}
const struct requirement must_be_parent = {"it asked for that task", be_parent};

static struct refusal children_closed(const struct situation *situation)
{
    const struct child *child = family_mandatory_child(situation->task);
    return child == NULL ? fine : unmet(situation, "children", "children_closed", child->title);
}
const struct requirement must_have_children_closed = {"mandatory parts closed", children_closed};

/* A fact belongs to one of the occurrences. */
static struct refusal name_occurrence(const struct situation *situation)
{
    if (!family_is_standing(situation))
        return fine;
    return unmet(situation, "task", "one_occurrence", situation->task->template_code);
}
const struct requirement must_name_occurrence = {"of a recurring task: one occurrence", name_occurrence};
