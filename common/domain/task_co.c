/* task_co.c: see task_co.h. */
#include "domain/task_co.h"

#include <stddef.h>

#include "base/text.h"
#include "domain/task_due.h"

static const struct co_party *party_of(const struct task *task, const char *unit)
{
    uint32_t key = text_empty(unit) ? 0 : task_co_key(task, unit);
    return key == 0 ? NULL : &task->co_parties[key - 1];
}

const struct co_party *co_party_of_actor(const struct situation *situation)
{
    const struct actor *actor = &situation->command->actor;
    const struct co_party *own = party_of(situation->task, actor->unit);
    if (own != NULL || text_empty(actor->principal))
        return own;
    const struct registry_person *principal = registry_person(situation->registry, actor->principal);
    return principal == NULL ? NULL : party_of(situation->task, principal->unit);
}

/* --- until when --------------------------------------------------------------------------------------------------- */

bool co_ends_before(const struct deadline *end, const struct clock *lead)
{
    bool of_time = deadline_unit_is_of_time(lead->rule.period.unit);
    return end->last_day.days < lead->last_day.days || (of_time && end->due.ms < lead->due.ms);
}

static struct refusal unmet(const struct situation *situation, const char *field, const char *rule,
                            struct date date)
{
    char text[DATE_TEXT];
    date_to_text(date, text);
    return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", field, "rule", rule, "value", text,
                        NULL);
}

struct duration co_period(const struct situation *situation, struct date date, struct duration period)
{
    if (date_is_set(date))
        return (struct duration){UNIT_DATE, 0};
    if (period.unit != UNIT_NONE)
        return period;
    return registry_clock_amount(situation->pinned, situation->template_, CLOCK_CO, situation->task->urgency);
}

struct refusal co_end_of_invitation(const struct situation *situation, const struct body_invite *invite,
                                    struct deadline *ret_end)
{
    const char *field = date_is_set(invite->due_date) ? "due_date" : "period";
    const struct clock *lead = task_ladder_clock(situation->task);
    struct duration period = co_period(situation, invite->due_date, invite->period);
    struct deadline end;
    if (period.unit == UNIT_NONE)
        return refusal_make(situation->arena, REFUSAL_FIELD_MISSING, "field", "due_date", NULL);
    struct deadline_rule rule = due_rule_of(situation, invite->due_date, period);
    struct refusal refusal = due_end_of(situation, &rule, situation->now, &end);
    if (REFUSED(refusal))
        return refusal;
    if (end.due.ms < situation->command->received_at.ms) {
        char text[DATE_TEXT];
        date_to_text(end.last_day, text);
        return refusal_make(situation->arena, REFUSAL_DATE_PAST, "field", field, "value", text, NULL);
    }
    if (lead != NULL && !co_ends_before(&end, lead))
        return unmet(situation, field, "before_the_leads", lead->last_day);
    *ret_end = end;
    return refusal;
}

struct refusal co_rule_on_acceptance(const struct situation *situation, const struct co_party *party,
                                     struct deadline_rule *ret_rule)
{
    const struct clock *lead = task_ladder_clock(situation->task);
    struct deadline end;
    struct deadline_rule rule = due_rule_of(situation, party->due_date, party->period);
    struct refusal refusal = due_end_of(situation, &rule, situation->now, &end);
    /* It was accepted late, or the lead's own time became shorter: what is left before the lead's last day. */
    if (!REFUSED(refusal) && lead != NULL && !co_ends_before(&end, lead)) {
        rule = due_rule_of(situation, date_add(lead->last_day, -1), (struct duration){UNIT_DATE, 0});
        refusal = due_end_of(situation, &rule, situation->now, &end);
    }
    if (REFUSED(refusal))
        return refusal;
    if (end.due.ms < situation->command->received_at.ms)
        return unmet(situation, "accepts", "no_time_left", end.last_day);
    *ret_rule = rule;
    return refusal;
}

/* --- is it waited for ---------------------------------------------------------------------------------------------- */

bool co_party_is_open(const struct co_party *party, struct instant received_at)
{
    switch (party->status) {
    case CO_ACCEPTED:
        return true;
    case CO_INVITED:
        return received_at.ms <= party->due.ms;
    case CO_NONE:
    case CO_DECLINED:
    case CO_REPORTED:
    case CO_WITHDRAWN:
    case CO_STATUS_COUNT:
        break;
    }
    return false;
}
