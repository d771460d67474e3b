/* task_requirements.c: what registration and assignment ask for. No deadline, no registration (domain.md §1.6). */
#include "domain/task_requirements.h"

#include <stddef.h>

#include "base/text.h"
#include "domain/actor.h"
#include "domain/family.h"
#include "domain/task_due.h"

static const struct refusal fine;

static struct refusal missing(const struct situation *situation, const char *field)
{
    return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", field, NULL);
}

static struct refusal unknown(const struct situation *situation, const char *field, const char *value)
{
    return refusal_make(situation->arena, REFUSAL_UNKNOWN_WORD, "field", field, "value", value, NULL);
}

static struct refusal known_unit(const struct situation *situation, const char *field, const char *unit)
{
    bool known = text_empty(unit) || registry_unit(situation->registry, unit) != NULL;
    return known ? fine : unknown(situation, field, unit);
}

static struct refusal known_urgency(const struct situation *situation, const char *urgency)
{
    bool known = text_empty(urgency) || word_value(LIST_URGENCY, urgency) != URGENCY_NONE;
    return known ? fine : unknown(situation, "urgency", urgency);
}

/* --- Draft ------------------------------------------------------------------------------------------------------- */

static struct refusal name_template(const struct situation *situation)
{
    const struct body_draft *draft = &situation->command->body.draft;
    if (situation->template_ == NULL)
        return unknown(situation, "template_code", draft->template_code);
    return known_urgency(situation, draft->urgency);
}
const struct requirement must_name_template = {"template and urgency are in the registry", name_template};

static struct refusal name_known_units(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    if (body->trigger == TRIGGER_DRAFT)
        return known_unit(situation, "lead_unit", body->draft.lead_unit);
    struct refusal refusal = fine;
    for (uint32_t i = 0; !REFUSED(refusal) && i < body->registration.co_units.count; i++)
        refusal = known_unit(situation, "co_units", body->registration.co_units.items[i]);
    return refusal;
}
const struct requirement must_name_known_units = {"units are in the registry", name_known_units};

/* --- Register ---------------------------------------------------------------------------------------------------- */

/* 政府督查工作条例 §11: the supervised lane needs the government's decision or its head's instruction or approval. */
static struct refusal be_authorised(const struct situation *situation)
{
    const struct approval *approval = &situation->command->body.registration.approval;
    if (situation->template_->lane != LANE_SUPERVISED)
        return fine;
    const char *absent = text_empty(approval->person)        ? "approval.person"
                         : text_empty(approval->kind)        ? "approval.kind"
                         : !date_is_set(approval->date)      ? "approval.date"
                         : text_empty(approval->document_no) ? "approval.document_no"
                                                             : NULL;
    if (absent != NULL)
        return refusal_make(situation->arena, REFUSAL_NO_APPROVAL, "field", absent, NULL);
    if (registry_person(situation->registry, approval->person) == NULL)
        return unknown(situation, "approval.person", approval->person);
    return fine;
}
const struct requirement must_be_authorised = {"the lane's authority (§11)", be_authorised};

static const char *lead_of(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    if (body->trigger == TRIGGER_REGISTER && !text_empty(body->registration.lead_unit))
        return body->registration.lead_unit;
    return situation->task->lead_unit;
}

static struct refusal name_active_lead(const struct situation *situation)
{
    const char *lead = lead_of(situation);
    if (text_empty(lead))
        return missing(situation, "lead_unit");
    const struct registry_unit *unit = registry_unit(situation->registry, lead);
    if (unit == NULL)
        return unknown(situation, "lead_unit", lead);
    if (!unit->active)
        return refusal_make(situation->arena, REFUSAL_UNIT_INACTIVE, "field", "lead_unit", "unit", lead,
                            NULL);
    return fine;
}
const struct requirement must_name_active_lead = {"one active lead unit", name_active_lead};

static struct refusal name_known_leader(const struct situation *situation)
{
    const struct body_register *registration = &situation->command->body.registration;
    const char *leader = registration->leader;
    if (!text_empty(leader) && registry_person(situation->registry, leader) == NULL)
        return unknown(situation, "leader", leader);
    return known_urgency(situation, registration->urgency);
}
const struct requirement must_name_known_leader = {"a leader of the registry, if one is named",
                                                   name_known_leader};

static struct refusal have_deadline(const struct situation *situation)
{
    struct deadline_rule rule;
    const char *vague = due_vague_wording(situation);
    bool given = due_rule(situation, &rule);
    /* What recurs needs no date; one that is given ends it. */
    if (!given && family_is_standing(situation) && text_empty(vague))
        return fine;
    if (!given) {
        if (!text_empty(vague))
            return refusal_make(situation->arena, REFUSAL_DEADLINE_VAGUE, "field", "due", "value", vague,
                                NULL);
        return refusal_make(situation->arena, REFUSAL_NO_DEADLINE, "field", "due", NULL);
    }
    enum deadline_fault fault = deadline_check_rule(&rule);
    if (fault != DEADLINE_FINE)
        return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "due", "rule",
                            deadline_fault_code(fault), NULL);
    if (rule.period.unit == UNIT_DATE && rule.date.days < date_of(situation->command->received_at).days) {
        char text[DATE_TEXT];
        date_to_text(rule.date, text);
        return refusal_make(situation->arena, REFUSAL_DATE_PAST, "field", "due", "value", text, NULL);
    }
    return fine;
}
const struct requirement must_have_deadline = {"a deadline or a recurrence, not past, not 尽快",
                                               have_deadline};

/* A template lists the texts of its rule one after the other (2020, 2025): one of them must be in force. */
static struct refusal have_basis(const struct situation *situation)
{
    const struct registry_template *template_ = situation->template_;
    int32_t today = date_of(situation->command->received_at).days;
    for (uint32_t i = 0; i < template_->basis_count; i++) {
        const struct registry_legal_basis *basis = &template_->basis[i];
        if (basis->in_force_from.days <= today &&
            (!date_is_set(basis->in_force_until) || today <= basis->in_force_until.days))
            return fine;
    }
    if (template_->basis_count == 0)
        return fine;
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "basis", "rule", "not_in_force",
                        "value", template_->basis[template_->basis_count - 1].title, NULL);
}
const struct requirement must_have_basis_in_force = {"a legal basis in force", have_basis};

static struct refusal follow_others(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    const struct text_list *follows =
        body->trigger == TRIGGER_DRAFT ? &body->draft.follows : &body->registration.follows;
    for (uint32_t i = 0; i < follows->count; i++) {
        const char *task = follows->items[i];
        const char *rule = !id_is_valid(task)                              ? "task_id"
                           : text_equal(task, situation->command->task_id) ? "not_itself"
                                                                           : NULL;
        if (rule != NULL)
            return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "follows", "rule", rule,
                                "value", task, NULL);
    }
    return fine;
}
const struct requirement must_follow_others = {"predecessors are other tasks", follow_others};

/* A start that lies years back or behind the end is a slip, not a plan. */
static struct refusal start_before_due(const struct situation *situation)
{
    enum { DAYS_BACK = 3 * 366 };
    struct date start = situation->command->body.registration.earliest_start;
    struct deadline_rule rule;
    struct deadline end;
    if (!date_is_set(start) || !due_rule(situation, &rule))
        return fine;
    struct refusal refusal = due_end_of(situation, &rule, situation->now, &end);
    if (REFUSED(refusal))
        return refusal;
    const char *broken = start.days > end.last_day.days                          ? "after_due"
                         : start.days < date_of(situation->now).days - DAYS_BACK ? "too_long_ago"
                                                                                 : NULL;
    char text[DATE_TEXT];
    date_to_text(start, text);
    return broken == NULL ? fine
                          : refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "earliest_start",
                                         "rule", broken, "value", text, NULL);
}
const struct requirement must_start_before_due = {"an earliest start before the end, if one is given",
                                                  start_before_due};

bool task_may_register(const struct situation *situation)
{
    return !REFUSED(name_active_lead(situation)) && !REFUSED(have_deadline(situation)) &&
           !REFUSED(have_basis(situation));
}

/* --- Assign ------------------------------------------------------------------------------------------------------- */

static struct refusal not_wait(const struct situation *situation)
{
    if (!situation->task->kept_assign.kept)
        return fine;
    return refusal_make(situation->arena, REFUSAL_ALREADY, "what", "assign", NULL);
}
const struct requirement must_not_wait_for_number = {"not assigned before", not_wait};

static struct refusal have_leader(const struct situation *situation)
{
    if (actor_leader(situation->task, situation->registry, situation->template_) != NULL)
        return fine;
    return refusal_make(situation->arena, REFUSAL_NO_LEADER, "unit", situation->task->lead_unit, NULL);
}
const struct requirement must_have_leader = {"leader(task) resolves", have_leader};
