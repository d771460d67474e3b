/* registry_check_pauses.c: reasons for which the law stops the time, who grants them, and the longest time it allows. A
 * reason without a law would be a loophole, a cap below the ordinary period a task that is late when it begins. */
#include "base/text.h"
#include "domain/registry_check.h"

static const char *row_path(struct check *check, uint32_t index, const char *list, uint32_t i)
{
    return arena_format(check->arena, "templates[%u].%s[%u]", index, list, i);
}

/* --- pauses ------------------------------------------------------------------------------------------------------ */

static void check_pauses(struct check *check, uint32_t index)
{
    const struct registry_template *template_ = &check->registry->templates[index];
    for (uint32_t i = 0; i < template_->pause_count; i++) {
        const struct registry_pause *pause = &template_->pauses[i];
        const char *path = row_path(check, index, "pauses", i);
        if (text_empty(pause->code) || text_empty(pause->name) || text_empty(pause->basis))
            check_fault_at(check, "missing", pause->code, path);
        for (uint32_t j = 0; j < i; j++) {
            if (text_equal(template_->pauses[j].code, pause->code))
                check_fault_at(check, "duplicate_key", pause->code, path);
        }
    }
    if (template_->extensions_only && template_->pause_count > 0)
        check_fault(check, "only_extensions_allowed", template_->code, AT("templates", index, "pauses"));
}

static void check_decider(struct check *check, enum role decider, struct place place)
{
    bool possible =
        decider == ROLE_NONE || decider == ROLE_CLERK || decider == ROLE_LEADER || decider == ROLE_UNIT_HEAD;
    if (!possible)
        check_fault(check, "role_not_possible", word_of(LIST_ROLE, (int)decider)->code, place);
}

/* --- caps ---------------------------------------------------------------------------------------------------------- */

/* Roughly, to compare different units: a week has five working days, a month thirty days. */
static int64_t minutes_of(struct duration duration)
{
    enum { HOUR = 60, DAY = 24 * HOUR, WEEK = 7 * DAY, WORKING_DAYS_A_WEEK = 5, MONTH = 30 * DAY };
    int64_t amount = duration.amount;
    switch (duration.unit) {
    case UNIT_MINUTE:
    case UNIT_WORKING_MINUTE:
        return amount;
    case UNIT_HOUR:
    case UNIT_WORKING_HOUR:
        return amount * HOUR;
    case UNIT_WORKING_DAY:
        return amount * WEEK / WORKING_DAYS_A_WEEK;
    case UNIT_CALENDAR_DAY:
        return amount * DAY;
    case UNIT_MONTH:
        return amount * MONTH;
    case UNIT_NONE:
    case UNIT_DATE:
    case UNIT_COUNT:
        break;
    }
    return 0;
}

static bool overlap(const struct registry_cap *one, const struct registry_cap *other)
{
    bool one_ended = date_is_set(one->in_force_until) && one->in_force_until.days < other->in_force_from.days;
    bool other_ended =
        date_is_set(other->in_force_until) && other->in_force_until.days < one->in_force_from.days;
    return !one_ended && !other_ended;
}

static void check_cap(struct check *check, const struct registry_template *template_,
                      const struct registry_cap *cap, const char *path)
{
    struct deadline_rule rule = {.period = cap->amount};
    enum deadline_fault fault =
        cap->amount.unit == UNIT_DATE ? DEADLINE_PERIOD_UNIT : deadline_check_rule(&rule);
    if (fault != DEADLINE_FINE)
        check_fault_at(check, deadline_fault_code(fault), word_of(LIST_UNIT, (int)cap->amount.unit)->code,
                       path);
    else if (minutes_of(cap->amount) < minutes_of(template_->due))
        check_fault_at(check, "cap_below_period", template_->code, path);
    if (text_empty(cap->basis))
        check_fault_at(check, "missing", "", arena_format(check->arena, "%s.basis", path));
    if (date_is_set(cap->in_force_until) && cap->in_force_until.days < cap->in_force_from.days)
        check_fault_at(check, "ends_before_it_begins", cap->basis, path);
}

static void check_caps(struct check *check, uint32_t index)
{
    const struct registry_template *template_ = &check->registry->templates[index];
    for (uint32_t i = 0; i < template_->cap_count; i++) {
        const char *path = row_path(check, index, "caps", i);
        check_cap(check, template_, &template_->caps[i], path);
        for (uint32_t j = 0; j < i; j++) {
            if (overlap(&template_->caps[j], &template_->caps[i]))
                check_fault_at(check, "two_caps", template_->caps[i].basis, path);
        }
    }
}

void check_standstill(struct check *check, uint32_t index)
{
    const struct registry_template *template_ = &check->registry->templates[index];
    check_pauses(check, index);
    check_decider(check, template_->suspension_decider, AT("templates", index, "suspension_decider"));
    check_decider(check, template_->shelving_decider, AT("templates", index, "shelving_decider"));
    check_caps(check, index);
}

/* How often a shelved task is looked at: in days, so that it falls on a morning. */
void check_shelf_review(struct check *check)
{
    struct deadline_rule rule = {.period = check->registry->policy.shelf_review};
    if (rule.period.unit == UNIT_NONE)
        return;
    bool of_days = !deadline_unit_is_of_time(rule.period.unit) && rule.period.unit != UNIT_DATE;
    if (!of_days || deadline_check_rule(&rule) != DEADLINE_FINE)
        check_fault_at(check, "out_of_range", word_of(LIST_UNIT, (int)rule.period.unit)->code,
                       "policy.shelf_review");
}
