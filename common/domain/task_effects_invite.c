/* task_effects_invite.c: inviting other units, their answers and their reports. The event carries the party as it is
 * afterwards; its clock is C-CO with the party's place in the list as key. */
#include <stddef.h>

#include "base/text.h"
#include "domain/task_co.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"

static const struct refusal fine;

static uint32_t key_of(const struct situation *situation, const char *unit)
{
    return task_co_key(situation->task, unit);
}

static struct refusal invite(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct body_invite *invite = &situation->command->body.invite;
    struct deadline end;
    struct refusal refusal = co_end_of_invitation(situation, invite, &end);
    if (REFUSED(refusal))
        return refusal;
    event->co_party = (struct co_party){
        .unit = invite->unit,
        .matter = invite->matter,
        .status = CO_INVITED,
        .due_date = invite->due_date,
        .period = co_period(situation, invite->due_date, invite->period),
        .due = end.due,
        .invited_at = situation->command->received_at,
    };
    /* A unit that let its time pass is asked anew; its lateness stays on record. */
    clocks_stop(situation, event, clock, key_of(situation, invite->unit));
    clocks_stop_waiting_on(situation, event, clock, key_of(situation, invite->unit));
    return fine;
}
const struct effect invite_unit = {"the unit is asked, until before the lead's last day", invite, CLOCK_CO};

static struct refusal begin(const struct situation *situation, struct event *event, enum clock_id id)
{
    struct co_party *party = &event->co_party;
    struct deadline_rule rule;
    struct refusal refusal = co_rule_on_acceptance(situation, party, &rule);
    if (REFUSED(refusal))
        return refusal;
    struct clock *clock = clocks_renew(situation, event, id, key_of(situation, party->unit), situation->now);
    clock->unit = party->unit;
    clock->rule = rule;
    /* Whoever accepts knows: the ladder begins with its first reminder. */
    refusal = clocks_schedule(situation, event, clock, 1);
    party->due = clock->due;
    return refusal;
}

static struct refusal answer(const struct situation *situation, struct event *event, enum clock_id clock)
{
    bool accepts = situation->command->body.answer_invite.accepts;
    event->co_party = *co_party_of_actor(situation);
    event->co_party.status = accepts ? CO_ACCEPTED : CO_DECLINED;
    event->co_party.answered_at = situation->command->received_at;
    return accepts ? begin(situation, event, clock) : fine;
}
const struct effect answer_invitation = {"accepted: start C-CO with its own ladder", answer, CLOCK_CO};

static struct refusal report(const struct situation *situation, struct event *event, enum clock_id clock)
{
    event->co_party = *co_party_of_actor(situation);
    event->co_party.status = CO_REPORTED;
    event->co_party.reported_at = situation->command->received_at;
    clocks_meet(situation, event, clock, key_of(situation, event->co_party.unit));
    clocks_stop_waiting_on(situation, event, clock, key_of(situation, event->co_party.unit));
    return fine;
}
const struct effect meet_co = {"meet C-CO", report, CLOCK_CO};

static struct refusal release(const struct situation *situation, struct event *event, enum clock_id clock)
{
    uint32_t key = text_empty(event->lead_unit) ? 0 : key_of(situation, event->lead_unit);
    if (key == 0)
        return fine;
    event->co_party = situation->task->co_parties[key - 1];
    event->co_party.status = CO_WITHDRAWN;
    clocks_stop(situation, event, clock, key);
    clocks_stop_waiting_on(situation, event, clock, key);
    return fine;
}
const struct effect release_co_unit = {"a co-unit that leads now cooperates no longer", release, CLOCK_CO};
