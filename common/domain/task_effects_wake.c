/* task_effects_wake.c: what a clock does when its moment comes. Whoever triggers the wake, the event is the same. */
#include <stddef.h>

#include "domain/ladder.h"
#include "domain/task_answers.h"
#include "domain/task_clocks.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"
#include "domain/task_guards.h"

static const struct refusal fine;

static struct clock *fired_clock(const struct situation *situation, struct event *event)
{
    return clocks_edit(situation, event, situation->fired_clock->id, situation->fired_clock->key);
}

/* --- expiry ---------------------------------------------------------------------------------------------------------- */

static struct refusal silence_signs(const struct situation *situation, struct event *event,
                                    enum clock_id clock)
{
    (void)clock;
    struct clock *fired = fired_clock(situation, event);
    fired->status = CLOCK_STOPPED;
    fired->ended_at = situation->fired->at;
    return fine;
}
const struct effect sign_by_silence = {"C-SIGN stops: silence signed", silence_signs, CLOCK_NONE};

/* A clock with a unit behind it stays live and red; one without simply ends. */
static struct refusal pass(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    struct clock *fired = fired_clock(situation, event);
    bool waits_on = clock_kind_of(fired->id)->records_miss || fired->id == CLOCK_ACK ||
                    fired->id == CLOCK_DECIDE || fired->id == CLOCK_PLAN || fired->id == CLOCK_ISSUE;
    fired->status = waits_on ? CLOCK_MISSED : CLOCK_STOPPED;
    if (!waits_on)
        fired->ended_at = situation->fired->at;
    return clocks_record_miss(situation, event, fired);
}
const struct effect expire = {"the clock is missed; its unit's lateness is recorded", pass, CLOCK_NONE};

static struct refusal ruling_up(const struct situation *situation, struct event *event, enum clock_id clock)
{
    struct refusal refusal = clocks_record_miss(situation, event, situation->fired_clock);
    event->dispute = situation->task->dispute;
    event->dispute.level = 1;
    if (!REFUSED(refusal))
        refusal = clocks_start(situation, event, clock, 0, situation->fired->at);
    struct clock *rule = clocks_edit(situation, event, clock, 0);
    rule->unit = "";
    rule->profile = PROFILE_SUPERVISOR;
    return REFUSED(refusal) ? refusal : clocks_schedule(situation, event, rule, 0);
}
const struct effect raise_ruling = {"the arbiter decides too, C-RULE once more with the supervisors' ladder",
                                    ruling_up, CLOCK_RULE};

static struct refusal request_up(const struct situation *situation, struct event *event, enum clock_id clock)
{
    uint32_t kind = situation->fired_clock->key;
    event->request = *task_request(situation->task, (enum request_kind)kind);
    event->request.level++;
    return clocks_start(situation, event, clock, kind, situation->fired->at);
}
const struct effect raise_request = {"the decider is reminded, then one level up; C-DECIDE once more",
                                     request_up, CLOCK_DECIDE};

/* --- rungs ------------------------------------------------------------------------------------------------------------- */

static struct refusal reach(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct timer *timer = situation->fired;
    event->rung = timer->rung;
    return answers_await(situation, event, situation->fired_clock, timer->rung, timer->occurrence);
}
const struct effect reach_rung = {"somebody is told; from rung 3 on C-ACK starts, for a draft form C-ISSUE",
                                  reach, CLOCK_NONE};

static struct refusal climb_early(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct clock *ladder = answer_ladder(situation->task, situation->fired_clock->key);
    uint32_t next = answer_slot_of(situation->fired_clock->key).rung + 1;
    event->rung = next;
    fired_clock(situation, event)->status = CLOCK_MISSED;
    clock_drop_rung(clocks_edit(situation, event, ladder->id, ladder->key), next);
    (void)clock;
    return answers_await(situation, event, ladder, next, 1);
}
const struct effect climb = {"the next rung early", climb_early, CLOCK_ACK};

static struct refusal hold(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    struct instant until;
    struct timer timer = *situation->fired;
    task_holds_rung(situation, timer.rung, timer.at, &until);
    event->rung = timer.rung;
    timer.held = !instant_is_set(until);
    if (instant_is_set(until))
        timer.at = until;
    struct clock *fired = fired_clock(situation, event);
    fired->timers = arena_grown(situation->arena, fired->timers, fired->timer_count, sizeof(*fired->timers));
    fired->timers[fired->timer_count++] = timer;
    return fine;
}
const struct effect hold_rung = {"the rung waits", hold, CLOCK_NONE};

static struct refusal hold_end(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    struct timer timer = *situation->fired;
    struct clock *fired = fired_clock(situation, event);
    task_holds_expiry(situation, &timer.at);
    fired->timers = arena_grown(situation->arena, fired->timers, fired->timer_count, sizeof(*fired->timers));
    fired->timers[fired->timer_count++] = timer;
    return fine;
}
const struct effect hold_expiry = {"the report is waited for, nobody is late yet", hold_end, CLOCK_NONE};

/* --- faults -------------------------------------------------------------------------------------------------------------- */

static struct refusal park(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    struct clock *fired = fired_clock(situation, event);
    fired->status = CLOCK_PARKED;
    clock_drop_timers(fired);
    return fine;
}
const struct effect park_clock = {"the clock is parked", park, CLOCK_NONE};
