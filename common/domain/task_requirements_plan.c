/* task_requirements_plan.c: what is asked of a plan, and of whoever says that a node of it is done. */
#include <stddef.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/plan.h"
#include "domain/task_clocks.h"
#include "domain/task_requirements.h"

static const struct refusal fine;

static struct refusal unfit(const struct situation *situation, const char *field, const char *rule,
                            const char *value)
{
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", field, "rule", rule, "value", value,
                        NULL);
}

static const char *field_of(const struct situation *situation, uint32_t index, const char *name)
{
    return arena_format(situation->arena, "nodes[%u].%s", index, name);
}

static const char *date_said(const struct situation *situation, struct date date)
{
    char text[DATE_TEXT];
    date_to_text(date, text);
    return arena_text(situation->arena, text);
}

/* --- Plan -------------------------------------------------------------------------------------------------------- */

static struct refusal room(const struct situation *situation, const char *field, uint32_t limit)
{
    return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", field, "limit",
                        arena_format(situation->arena, "%u", limit), NULL);
}

static struct refusal have_nodes(const struct situation *situation)
{
    const struct body_plan *plan = &situation->command->body.plan;
    if (plan->node_count == 0)
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", "nodes", NULL);
    if (plan->node_count > LIMIT_NODES)
        return room(situation, "nodes", LIMIT_NODES);
    if (plan_after(situation->task, plan, situation->arena).count > LIMIT_NODES_KEPT)
        return room(situation, "nodes", LIMIT_NODES_KEPT);
    return fine;
}
const struct requirement must_have_nodes = {"1 to 16 nodes", have_nodes};

static struct refusal check_date(const struct situation *situation, uint32_t index)
{
    const struct body_plan *plan = &situation->command->body.plan;
    const struct clock *ladder = task_ladder_clock(situation->task);
    struct date date = plan->nodes[index].date;
    const char *field = field_of(situation, index, "date");
    if (!date_is_set(date))
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", field, NULL);
    if (date.days < date_of(situation->command->received_at).days)
        return refusal_make(situation->arena, REFUSAL_DATE_PAST, "field", field, "value",
                            date_said(situation, date), NULL);
    if (index > 0 && date.days < plan->nodes[index - 1].date.days)
        return unfit(situation, field, "nodes_ascend", date_said(situation, date));
    if (ladder != NULL && date.days > ladder->last_day.days)
        return unfit(situation, field, "within_the_due_date", date_said(situation, date));
    return fine;
}

static struct refusal be_dated(const struct situation *situation)
{
    struct refusal refusal = fine;
    for (uint32_t i = 0; !REFUSED(refusal) && i < situation->command->body.plan.node_count; i++)
        refusal = check_date(situation, i);
    return refusal;
}
const struct requirement must_plan_within_due = {"dates that ascend, not past, within the due date",
                                                 be_dated};

static bool is_done_already(const struct task *task, const char *name)
{
    for (uint32_t i = 0; i < task->node_count; i++) {
        const struct node *node = &task->nodes[i];
        if (!node->superseded && date_is_set(node->done_on) && text_equal(node->name, name))
            return true;
    }
    return false;
}

static struct refusal check_name(const struct situation *situation, uint32_t index)
{
    const struct planned_node *nodes = situation->command->body.plan.nodes;
    const char *name = nodes[index].name, *field = field_of(situation, index, "name");
    if (text_empty(name))
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", field, NULL);
    for (uint32_t i = 0; i < index; i++) {
        if (text_equal(nodes[i].name, name))
            return unfit(situation, field, "duplicate_key", name);
    }
    return is_done_already(situation->task, name) ? unfit(situation, field, "node_done", name) : fine;
}

/* Values are cumulative: they never sink. */
static struct refusal check_value(const struct situation *situation, uint32_t index, int64_t *highest)
{
    int64_t value = situation->command->body.plan.nodes[index].value;
    const char *field = field_of(situation, index, "value");
    if (value == 0)
        return fine;
    if (text_empty(situation->template_->schedule.measure))
        return unfit(situation, field, "no_measure", situation->template_->code);
    if (value < *highest)
        return unfit(situation, field, "values_ascend",
                     arena_format(situation->arena, "%lld", (long long)value));
    *highest = value;
    return fine;
}

static struct refusal be_named(const struct situation *situation)
{
    struct refusal refusal = fine;
    int64_t highest = 0;
    for (uint32_t i = 0; !REFUSED(refusal) && i < situation->command->body.plan.node_count; i++) {
        refusal = check_name(situation, i);
        if (!REFUSED(refusal))
            refusal = check_value(situation, i, &highest);
    }
    return refusal;
}
const struct requirement must_name_nodes_once = {"each node once; values only with a measure, never sinking",
                                                 be_named};

/* --- a node is done ----------------------------------------------------------------------------------------------- */

static const char *node_said(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    return body->trigger == TRIGGER_PROGRESS ? body->progress.node : body->record_fact.node;
}

static bool proves(const struct situation *situation, const char *class_code)
{
    const struct body *body = &situation->command->body;
    const struct evidence *evidence =
        body->trigger == TRIGGER_PROGRESS ? &body->progress.evidence : &body->record_fact.evidence;
    if (text_empty(class_code) || text_equal(evidence->class_code, class_code))
        return true;
    /* What a system of record already said with a fact is not asked again. */
    for (uint32_t i = 0; i < situation->task->fact_count; i++) {
        if (text_equal(situation->task->facts[i].evidence.class_code, class_code))
            return true;
    }
    return false;
}

static struct refusal check_done_on(const struct situation *situation, const struct body_progress *progress)
{
    if (!date_is_set(progress->done_on))
        return fine;
    if (text_empty(progress->node))
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", "node", NULL);
    if (progress->done_on.days <= date_of(situation->command->received_at).days)
        return fine;
    return refusal_make(situation->arena, REFUSAL_FIELD_RANGE, "field", "done_on", "rule",
                        "not_in_the_future", "value", date_said(situation, progress->done_on), NULL);
}

static struct refusal name_open_node(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    const char *name = node_said(situation);
    if (body->trigger == TRIGGER_PROGRESS) {
        struct refusal refusal = check_done_on(situation, &body->progress);
        if (REFUSED(refusal))
            return refusal;
    }
    if (text_empty(name))
        return fine;
    const struct node *node = plan_open_node(situation->task, name);
    if (node == NULL && is_done_already(situation->task, name))
        return refusal_make(situation->arena, REFUSAL_ALREADY, "what", "node", NULL);
    if (node == NULL)
        return refusal_make(situation->arena, REFUSAL_UNKNOWN_WORD, "field", "node", "value", name, NULL);
    if (!proves(situation, node->evidence_class))
        return refusal_make(situation->arena, REFUSAL_EVIDENCE_MISSING, "class", node->evidence_class, NULL);
    return fine;
}
const struct requirement must_name_open_node = {"an open node with its evidence, if one is named",
                                                name_open_node};

static struct refusal value_fits(const struct situation *situation)
{
    const struct body_record_fact *fact = &situation->command->body.record_fact;
    const struct registry_schedule *schedule = &situation->template_->schedule;
    bool measured = !text_empty(schedule->measure) && text_equal(fact->kind, schedule->fact);
    if (measured && fact->value <= 0)
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", "value", NULL);
    if (!measured && fact->value != 0)
        return unfit(situation, "value", "no_measure", fact->kind);
    return fine;
}
const struct requirement must_measure_fact = {
    "a value with the fact that the schedule line counts, and only then", value_fits};

/* --- the report ---------------------------------------------------------------------------------------------------- */

static struct refusal have_mandatory_nodes(const struct situation *situation)
{
    for (uint32_t i = 0; i < situation->task->node_count; i++) {
        const struct node *node = &situation->task->nodes[i];
        if (node->mandatory && node_is_open(node))
            return unfit(situation, "node", "mandatory_node_open", node->name);
    }
    return fine;
}
const struct requirement must_have_mandatory_nodes = {"mandatory nodes done", have_mandatory_nodes};
