/* registry_check_templates.c: can each kind of task be registered, timed, verified and closed as it says? */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/registry_check.h"
#include "domain/statutory.h"

enum { FULL_PERCENT = 100 };

static const char *template_code_at(const struct registry *registry, uint32_t index)
{
    return registry->templates[index].code;
}

/* --- where the due date comes from ---------------------------------------------------------------------------- */

static void check_rule(struct check *check, const struct registry_template *template_, struct duration period,
                       struct date date, struct place place)
{
    struct deadline_rule rule = {
        .period = period, .date = date, .roll = template_->roll, .cutoff_minute = template_->cutoff_minute};
    enum deadline_fault fault = deadline_check_rule(&rule);
    if (fault != DEADLINE_FINE)
        check_fault(check, deadline_fault_code(fault), word_of(LIST_UNIT, (int)period.unit)->code, place);
    check_hours_exist(check, template_, period.unit,
                      arena_format(check->arena, "%s[%u].%s", place.list, place.index, place.field));
}

/* Exactly one source: the template's date, its period, its recurrence, or whoever registers. */
static void check_due(struct check *check, uint32_t index)
{
    const struct registry_template *template_ = &check->registry->templates[index];
    bool has_date = date_is_set(template_->due_date), has_period = template_->due.unit != UNIT_NONE;
    int sources =
        has_date + has_period + template_->date_required + (template_->recurrence.every != EVERY_NONE);
    if (sources == 0)
        check_fault(check, "deadline_missing", template_->code, AT("templates", index, ""));
    if (sources > 1)
        check_fault(check, "deadline_twice", template_->code, AT("templates", index, ""));
    if (template_->due_step != STEP_KIND_NONE && !has_period)
        check_fault(check, "step_without_period", word_of(LIST_STEP, (int)template_->due_step)->code,
                    AT("templates", index, "due_step"));
    else if (template_->due_step != STEP_KIND_NONE && !statutory_knows(template_, template_->due_step))
        check_fault(check, "step_not_listed", word_of(LIST_STEP, (int)template_->due_step)->code,
                    AT("templates", index, "due_step"));
    if (has_period)
        check_rule(check, template_, template_->due, DATE_NONE, AT("templates", index, "due"));
    if (has_date)
        check_rule(check, template_, (struct duration){UNIT_DATE, 0}, template_->due_date,
                   AT("templates", index, "due_date"));
    if (template_->due_urgent.unit == UNIT_NONE)
        return;
    if (!has_period)
        check_fault(check, "urgent_without_period", template_->code, AT("templates", index, "due_urgent"));
    check_rule(check, template_, template_->due_urgent, DATE_NONE, AT("templates", index, "due_urgent"));
}

/* --- facts, evidence, verification ---------------------------------------------------------------------------- */

bool check_stands_in(const char *text, const char **list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (text_equal(list[i], text))
            return true;
    }
    return false;
}

void check_texts(struct check *check, const char **texts, uint32_t count, struct place place)
{
    for (uint32_t i = 0; i < count; i++) {
        if (check_present(check, texts[i], place) && check_stands_in(texts[i], texts, i))
            check_fault(check, "duplicate_key", texts[i], place);
    }
}

static void check_completion(struct check *check, uint32_t index)
{
    const struct registry_template *template_ = &check->registry->templates[index];
    check_texts(check, template_->evidence, template_->evidence_count, AT("templates", index, "evidence"));
    check_texts(check, template_->fact_kinds, template_->fact_kind_count,
                AT("templates", index, "fact_kinds"));
    if (template_->evidence_count == 0 && template_->lane != LANE_MONITORED)
        check_fault(check, "missing", "", AT("templates", index, "evidence"));

    check_word(check, LIST_BINDS, (int)template_->binds, AT("templates", index, "binds"));
    if (template_->binds == BINDS_FACT)
        check_present(check, template_->due_fact, AT("templates", index, "due_fact"));
    if (!text_empty(template_->due_fact) &&
        !check_stands_in(template_->due_fact, template_->fact_kinds, template_->fact_kind_count))
        check_fault(check, "fact_not_listed", template_->due_fact, AT("templates", index, "due_fact"));

    check_word(check, LIST_VERIFY, (int)template_->verify, AT("templates", index, "verify"));
    bool sampled = template_->verify == VERIFY_SAMPLE;
    if (sampled != (template_->sample_percent > 0) || template_->sample_percent > FULL_PERCENT)
        check_fault(check, "out_of_range", "", AT("templates", index, "sample_percent"));
    /* The supervisor closes, or the leader for 重点件; nothing said means the supervisor. */
    if (template_->close_by != ROLE_NONE && template_->close_by != ROLE_CLERK &&
        template_->close_by != ROLE_LEADER)
        check_fault(check, "role_not_possible", word_of(LIST_ROLE, (int)template_->close_by)->code,
                    AT("templates", index, "close_by"));
}

static void check_extension(struct check *check, uint32_t index)
{
    const struct registry_extension *extension = &check->registry->templates[index].extension;
    struct place place = AT("templates", index, "extension");
    if (extension->count == 0)
        return; /* none is ever granted */
    if (extension->decider != ROLE_CLERK && extension->decider != ROLE_LEADER &&
        extension->decider != ROLE_UNIT_HEAD)
        check_fault(check, "role_not_possible", word_of(LIST_ROLE, (int)extension->decider)->code, place);
    /* A number of extensions without an end would be no deadline. */
    if (extension->working_days_in_all < 1 || extension->working_days_each < 0 ||
        extension->working_days_each > extension->working_days_in_all)
        check_fault(check, "out_of_range", "", place);
}

/* --- law and order -------------------------------------------------------------------------------------------- */

static void check_basis(struct check *check, uint32_t index)
{
    const struct registry_template *template_ = &check->registry->templates[index];
    bool in_force = template_->basis_count == 0 || !date_is_set(template_->due_date);
    for (uint32_t i = 0; i < template_->basis_count; i++) {
        const struct registry_legal_basis *basis = &template_->basis[i];
        struct place place = AT("templates", index, arena_format(check->arena, "basis[%u]", i));
        bool ends = date_is_set(basis->in_force_until);
        if (text_empty(basis->title) || !date_is_set(basis->in_force_from))
            check_fault(check, "missing", basis->title, place);
        if (ends && basis->in_force_until.days < basis->in_force_from.days)
            check_fault(check, "ends_before_it_begins", basis->title, place);
        in_force = in_force || (basis->in_force_from.days <= template_->due_date.days &&
                                (!ends || template_->due_date.days <= basis->in_force_until.days));
    }
    if (!in_force)
        check_fault(check, "not_in_force", template_->code, AT("templates", index, "basis"));
}

/* Of days only: a notice of so many hours is no statutory minimum. A note carries the name as one word. */
static void check_minimums(struct check *check, uint32_t index)
{
    const struct registry_template *template_ = &check->registry->templates[index];
    for (uint32_t i = 0; i < template_->minimum_count; i++) {
        const struct registry_minimum *minimum = &template_->minimums[i];
        struct place place = AT("templates", index, arena_format(check->arena, "minimums[%u]", i));
        struct deadline_rule rule = {.period = minimum->amount};
        if (check_present(check, minimum->name, place) && strchr(minimum->name, ' ') != NULL)
            check_fault(check, "characters", minimum->name, place);
        if (minimum->amount.unit == UNIT_DATE || deadline_unit_is_of_time(minimum->amount.unit))
            check_fault(check, "days_wanted", minimum->name, place);
        else if (deadline_check_rule(&rule) != DEADLINE_FINE)
            check_fault(check, deadline_fault_code(deadline_check_rule(&rule)), minimum->name, place);
    }
}

static void check_follows(struct check *check, uint32_t index)
{
    const struct registry *registry = check->registry;
    const struct registry_template *first = &registry->templates[index];
    const struct registry_template *at = first;
    for (uint32_t steps = 0; steps <= registry->template_count && !text_empty(at->follows); steps++) {
        const struct registry_template *next = registry_template(registry, at->follows);
        if (next == NULL) {
            if (at == first)
                check_fault(check, "dangling_reference", at->follows, AT("templates", index, "follows"));
            return;
        }
        if (next == first) {
            check_fault(check, "cycle", at->follows, AT("templates", index, "follows"));
            return;
        }
        at = next;
    }
}

static void check_supervisor(struct check *check, uint32_t index)
{
    const char *id = check->registry->templates[index].supervisor;
    struct place place = AT("templates", index, "supervisor");
    check_unit(check, id, place);
    const struct registry_unit *unit = registry_unit(check->registry, id);
    if (unit != NULL && !unit->supervisor)
        check_fault(check, "not_a_supervisor", id, place);
    if (unit != NULL && !unit->active)
        check_fault(check, "unit_inactive", id, place);
}

static bool number_kind_known(const struct registry *registry, const char *kind)
{
    for (uint32_t i = 0; i < registry->number_kind_count; i++) {
        if (text_equal(registry->number_kinds[i].kind, kind))
            return true;
    }
    return false;
}

void check_templates(struct check *check)
{
    const struct registry *registry = check->registry;
    check_unique(check, "templates", "code", registry->template_count, template_code_at);
    for (uint32_t i = 0; i < registry->template_count; i++) {
        const struct registry_template *template_ = &registry->templates[i];
        check_id(check, template_->code, true, AT("templates", i, "code"));
        check_present(check, template_->name, AT("templates", i, "name"));
        check_present(check, template_->lead_label, AT("templates", i, "lead_label"));
        check_supervisor(check, i);
        check_word(check, LIST_LANE, (int)template_->lane, AT("templates", i, "lane"));
        check_word(check, LIST_URGENCY, (int)template_->urgency, AT("templates", i, "urgency"));
        check_field_has_leader(check, template_->matter, AT("templates", i, "matter"));
        if (!number_kind_known(registry, template_->number_kind))
            check_fault(check, "dangling_reference", template_->number_kind,
                        AT("templates", i, "number_kind"));
        check_due(check, i);
        check_recurrence(check, i);
        check_completion(check, i);
        check_extension(check, i);
        check_schedule_of(check, i);
        check_debt(check, i);
        check_clocks(check, template_, template_->clocks, template_->clock_count,
                     arena_format(check->arena, "templates[%u].clocks", i));
        check_standstill(check, i);
        check_basis(check, i);
        check_statutory(check, i);
        if (template_->profile == PROFILE_SUPERVISOR || template_->profile == PROFILE_URGENT)
            check_fault(check, "profile_not_possible", word_of(LIST_PROFILE, (int)template_->profile)->code,
                        AT("templates", i, "profile"));
        check_minimums(check, i);
        check_follows(check, i);
    }
}
