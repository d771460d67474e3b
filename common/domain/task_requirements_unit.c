/* task_requirements_unit.c: what is asked of objections, rulings, facts and reports. Whether something is in
 * time is decided by received_at against the stored due instant, not by which alarm has been applied. */
#include <stddef.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/actor.h"
#include "domain/task_confirm.h"
#include "domain/task_due.h"
#include "domain/task_requirements.h"

static const struct refusal fine;

static struct refusal too_late(const struct situation *situation, const struct clock *clock)
{
    char due[INSTANT_TEXT];
    instant_to_text(clock_asks_until(clock), due);
    return refusal_make(situation->arena, REFUSAL_TOO_LATE, "clock",
                        word_of(LIST_CLOCK, (int)clock->id)->code, "due", due, NULL);
}

static struct refusal already(const struct situation *situation, const char *what)
{
    return refusal_make(situation->arena, REFUSAL_ALREADY, "what", what, NULL);
}

static const char *number_text(const struct situation *situation, int64_t number)
{
    return arena_format(situation->arena, "%lld", (long long)number);
}

/* --- disputes --------------------------------------------------------------------------------------------------- */

static struct refusal first_objection(const struct situation *situation)
{
    const struct task *task = situation->task;
    for (uint32_t i = 0; i < task->objection_count; i++) {
        if (text_equal(task->objections[i].unit, task->lead_unit))
            return already(situation, "objection");
    }
    const struct clock *clock = task_clock(task, CLOCK_OBJECT, 0);
    if (clock != NULL && clock->status == CLOCK_MET)
        return already(situation, "final_ruling");
    if (task->objection_count >= LIMIT_OBJECTIONS)
        return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", "objections", "limit",
                            number_text(situation, LIMIT_OBJECTIONS), NULL);
    return fine;
}
const struct requirement must_be_first_objection = {"once per unit, not after a final ruling",
                                                    first_objection};

static struct refusal object_in_time(const struct situation *situation)
{
    const struct clock *clock = task_clock(situation->task, CLOCK_OBJECT, 0);
    const char *proposed = situation->command->body.object.proposed_unit;
    if (clock == NULL)
        return refusal_make(situation->arena, REFUSAL_NOT_NEEDED, "what", "objection", NULL);
    if (situation->command->received_at.ms > clock_asks_until(clock).ms)
        return too_late(situation, clock);
    if (text_equal(proposed, situation->task->lead_unit))
        return refusal_make(situation->arena, REFUSAL_SAME_UNIT, "field", "proposed_unit", NULL);
    if (!text_empty(proposed) && registry_unit(situation->registry, proposed) == NULL)
        return refusal_make(situation->arena, REFUSAL_UNKNOWN_WORD, "field", "proposed_unit", "value",
                            proposed, NULL);
    return fine;
}
const struct requirement must_object_in_time = {"received while C-OBJ runs", object_in_time};

static struct refusal entitled_to_rule(const struct situation *situation)
{
    uint32_t level = situation->task->dispute.level;
    uint32_t may = (level <= 1 ? CAPACITY_SUPERVISOR | CAPACITY_LEADER : 0u) |
                   (level >= 1 ? (uint32_t)CAPACITY_ARBITER : 0u);
    if ((situation->capacities & may) != 0)
        return fine;
    return refusal_make(situation->arena, REFUSAL_NOT_ENTITLED, "trigger", "adjudicate", "who",
                        level == 0 ? "supervisor" : "arbiter", NULL);
}
const struct requirement must_be_entitled_to_rule = {"the decider of this dispute", entitled_to_rule};

struct refusal unit_must_be_active(const struct situation *situation, const char *id)
{
    const struct registry_unit *unit = registry_unit(situation->registry, id);
    if (unit == NULL)
        return refusal_make(situation->arena, REFUSAL_UNKNOWN_WORD, "field", "unit", "value", id, NULL);
    if (!unit->active)
        return refusal_make(situation->arena, REFUSAL_UNIT_INACTIVE, "field", "unit", "unit", id, NULL);
    return fine;
}

static struct refusal name_ruled_unit(const struct situation *situation)
{
    return unit_must_be_active(situation, situation->command->body.adjudicate.unit);
}
const struct requirement must_name_ruled_unit = {"an active unit", name_ruled_unit};

static struct refusal name_other_unit(const struct situation *situation)
{
    const char *unit = situation->command->body.reassign.unit;
    if (text_equal(unit, situation->task->lead_unit))
        return refusal_make(situation->arena, REFUSAL_SAME_UNIT, "field", "unit", NULL);
    return unit_must_be_active(situation, unit);
}
const struct requirement must_name_other_unit = {"another active unit", name_other_unit};

static struct refusal not_later(const struct situation *situation, const char *field, struct date last_day)
{
    char text[DATE_TEXT];
    date_to_text(last_day, text);
    return refusal_make(situation->arena, REFUSAL_DUE_NOT_LATER, "field", field, "due", text, NULL);
}

/* Dates stay unless a later one is given, which must be where less than C-REWORK is left (§3.3 row 8). */
static struct refusal leave_time(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    bool ruling = body->trigger == TRIGGER_ADJUDICATE;
    const char *unit = ruling ? body->adjudicate.unit : body->reassign.unit;
    struct date later = ruling ? body->adjudicate.due_date : body->reassign.due_date;
    const struct clock *due = task_clock(situation->task, CLOCK_DUE, 0);
    if (text_equal(unit, situation->task->lead_unit)) {
        if (!date_is_set(later))
            return fine;
        return refusal_make(situation->arena, REFUSAL_FIELD_RANGE, "field", "due_date", "rule", "same_unit",
                            NULL);
    }
    if (due == NULL) /* a recurring task has no date that could move */
        return date_is_set(later) ? refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "due_date",
                                                 "rule", "recurring", NULL)
                                  : fine;
    if (date_is_set(later) && later.days <= due->last_day.days)
        return not_later(situation, "due_date", due->last_day);
    struct deadline_rule rule = due_rule_for_another(situation, later);
    if (rule.period.unit != UNIT_DATE)
        return fine;
    struct deadline end, least;
    struct refusal refusal = due_end_of(situation, &rule, situation->now, &end);
    if (REFUSED(refusal))
        return refusal;
    refusal = due_end_of_rework(situation, &least);
    if (REFUSED(refusal) || end.due.ms >= least.due.ms)
        return refusal;
    return refusal_make(situation->arena, REFUSAL_DUE_TOO_CLOSE, "field", "due_date", NULL);
}
const struct requirement must_leave_time = {"C-REWORK is left to another unit", leave_time};

/* --- facts -------------------------------------------------------------------------------------------------------- */

static struct refusal lies_ahead(const struct situation *situation, const char *field, struct date date)
{
    if (date.days <= date_of(situation->command->received_at).days)
        return fine;
    char text[DATE_TEXT];
    date_to_text(date, text);
    return refusal_make(situation->arena, REFUSAL_FIELD_RANGE, "field", field, "rule", "not_in_the_future",
                        "value", text, NULL);
}

static struct refusal know_fact(const struct situation *situation)
{
    const struct registry_template *template_ = situation->template_;
    const char *kind = situation->command->body.record_fact.kind;
    bool known = text_equal(kind, template_->due_fact);
    for (uint32_t i = 0; !known && i < template_->fact_kind_count; i++)
        known = text_equal(kind, template_->fact_kinds[i]);
    if (!known)
        return refusal_make(situation->arena, REFUSAL_UNKNOWN_WORD, "field", "kind", "value", kind, NULL);
    if (situation->task->fact_count >= LIMIT_FACTS)
        return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", "facts", "limit",
                            number_text(situation, LIMIT_FACTS), NULL);
    return lies_ahead(situation, "occurred_on", situation->command->body.record_fact.occurred_on);
}
const struct requirement must_know_fact = {"a kind that the template lists, not in the future", know_fact};

/* --- reports ------------------------------------------------------------------------------------------------------ */

static bool has_evidence(const struct situation *situation, const char *class_code)
{
    const struct body_report_done *report = &situation->command->body.report_done;
    for (uint32_t i = 0; i < report->evidence_count; i++) {
        if (text_equal(report->evidence[i].class_code, class_code))
            return true;
    }
    /* What a system of record already said with a fact is not asked again. */
    for (uint32_t i = 0; i < situation->task->fact_count; i++) {
        if (text_equal(situation->task->facts[i].evidence.class_code, class_code))
            return true;
    }
    return task_is_confirmed_by_silence(situation->task) &&
           text_equal(class_code, situation->template_->debt.confirmation);
}

static struct refusal bring_evidence(const struct situation *situation)
{
    const struct registry_template *template_ = situation->template_;
    for (uint32_t i = 0; i < template_->evidence_count; i++) {
        if (!has_evidence(situation, template_->evidence[i]))
            return refusal_make(situation->arena, REFUSAL_EVIDENCE_MISSING, "class", template_->evidence[i],
                                NULL);
    }
    return fine;
}
const struct requirement must_bring_evidence = {"every mandatory class of evidence", bring_evidence};

static struct refusal predecessors_done(const struct situation *situation)
{
    for (uint32_t i = 0; i < situation->task->predecessor_count; i++) {
        const struct relation *predecessor = &situation->task->predecessors[i];
        if (!predecessor->done)
            return refusal_make(situation->arena, REFUSAL_PREDECESSOR_OPEN, "task", predecessor->task, NULL);
    }
    return fine;
}
const struct requirement must_have_predecessors_done = {"predecessors done", predecessors_done};

static struct refusal not_lie_ahead(const struct situation *situation)
{
    return lies_ahead(situation, "completed_on", situation->command->body.report_done.completed_on);
}
const struct requirement must_not_lie_ahead = {"completed by the day of the report", not_lie_ahead};
