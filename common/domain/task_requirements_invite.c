/* task_requirements_invite.c: what is asked of invitations, of their answers and of the co-units' reports, and of a lead
 * that wants to report while others still work for it. */
#include <stddef.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/task_co.h"
#include "domain/task_requirements.h"

static const struct refusal fine;

static const struct co_party *party_of(const struct situation *situation, const char *unit)
{
    uint32_t key = task_co_key(situation->task, unit);
    return key == 0 ? NULL : &situation->task->co_parties[key - 1];
}

/* An unanswered invitation may be replaced, and so may one whose unit let its time pass. */
static bool is_at_work(const struct situation *situation, const struct co_party *party)
{
    const struct clock *clock =
        task_clock(situation->task, CLOCK_CO, task_co_key(situation->task, party->unit));
    return party->status == CO_ACCEPTED && clock != NULL &&
           situation->command->received_at.ms <= clock->due.ms;
}

static struct refusal invite_another(const struct situation *situation)
{
    const char *unit = situation->command->body.invite.unit;
    struct refusal refusal = unit_must_be_active(situation, unit);
    if (REFUSED(refusal))
        return refusal;
    if (text_equal(unit, situation->task->lead_unit))
        return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "unit", "rule", "not_the_lead",
                            "value", unit, NULL);
    const struct co_party *party = party_of(situation, unit);
    if (party != NULL && is_at_work(situation, party))
        return refusal_make(situation->arena, REFUSAL_ALREADY, "what", "invitation", NULL);
    return fine;
}
const struct requirement must_invite_another_unit = {"an active unit, not the lead, not at work already",
                                                     invite_another};

static struct refusal room_for_co_unit(const struct situation *situation)
{
    const struct task *task = situation->task;
    bool known = task_co_key(task, situation->command->body.invite.unit) != 0;
    if (known || (task->co_party_count < LIMIT_CO_UNITS && task->clock_count < LIMIT_CLOCKS))
        return fine;
    return refusal_make(situation->arena, REFUSAL_ROW_FULL, "field", "co_units", "limit",
                        arena_format(situation->arena, "%d", LIMIT_CO_UNITS), NULL);
}
const struct requirement must_have_room_for_co_unit = {"room for a co-unit", room_for_co_unit};

static struct refusal end_before_lead(const struct situation *situation)
{
    struct deadline end;
    return co_end_of_invitation(situation, &situation->command->body.invite, &end);
}
const struct requirement must_end_before_lead = {"ends before the lead's last day", end_before_lead};

static struct refusal party_is(const struct situation *situation, enum co_status status, const char *what)
{
    const struct co_party *party = co_party_of_actor(situation);
    if (party != NULL && party->status == status)
        return fine;
    return refusal_make(situation->arena, REFUSAL_NONE_PENDING, "what", what, NULL);
}

static struct refusal be_invited(const struct situation *situation)
{
    return party_is(situation, CO_INVITED, "invitation");
}
const struct requirement must_be_invited = {"an unanswered invitation of its unit", be_invited};

static struct refusal time_left(const struct situation *situation)
{
    struct deadline_rule rule;
    if (!situation->command->body.answer_invite.accepts)
        return fine;
    return co_rule_on_acceptance(situation, co_party_of_actor(situation), &rule);
}
const struct requirement must_have_time_left = {"accepted: time is left before the lead's last day",
                                                time_left};

static struct refusal cooperate(const struct situation *situation)
{
    return party_is(situation, CO_ACCEPTED, "cooperation");
}
const struct requirement must_cooperate = {"its unit has accepted and not yet reported", cooperate};

static struct refusal co_units_answered(const struct situation *situation)
{
    const struct task *task = situation->task;
    for (uint32_t i = 0; i < task->co_party_count; i++) {
        if (!co_party_is_open(&task->co_parties[i], situation->command->received_at))
            continue;
        const struct registry_unit *unit = registry_unit(situation->registry, task->co_parties[i].unit);
        return refusal_make(situation->arena, REFUSAL_RULE_UNMET, "field", "co_units", "rule",
                            "co_units_answered", "value",
                            unit == NULL ? task->co_parties[i].unit : unit->name, NULL);
    }
    return fine;
}
const struct requirement must_have_co_units_answered = {"co-units answered", co_units_answered};
