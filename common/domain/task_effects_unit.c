/* task_effects_unit.c: disputes, and what the lead unit does: progress, facts, reports. */
#include <stddef.h>

#include "base/text.h"
#include "domain/actor.h"
#include "domain/ladder.h"
#include "domain/task_cap.h"
#include "domain/task_debt.h"
#include "domain/task_due.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"

static const struct refusal fine;

/* --- disputes ------------------------------------------------------------------------------------------------------ */

static const struct registry_person *leader_of_unit(const struct situation *situation, const char *unit_id)
{
    const struct registry_unit *unit = registry_unit(situation->registry, unit_id);
    return unit == NULL ? NULL : registry_leader_of_field(situation->registry, unit->field);
}

/* The arbiter alone decides a second objection, and a dispute across two leaders' fields. */
static uint32_t first_level(const struct situation *situation)
{
    const char *proposed = situation->command->body.object.proposed_unit;
    bool across = !text_empty(proposed) && leader_of_unit(situation, proposed) !=
                                               leader_of_unit(situation, situation->task->lead_unit);
    return situation->task->objection_count > 0 || across ? 2 : 0;
}

static struct refusal dispute(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct body_object *object = &situation->command->body.object;
    event->dispute = (struct dispute){
        .open = true,
        .unit = situation->task->lead_unit,
        .proposed_unit = object->proposed_unit,
        .level = first_level(situation),
        .from = situation->task->state,
        .received_at = situation->command->received_at,
    };
    struct refusal refusal = clocks_start(situation, event, clock, 0, situation->now);
    struct clock *rule = clocks_edit(situation, event, clock, 0);
    if (!REFUSED(refusal) && rule != NULL && event->dispute.level > 0) {
        rule->unit = "";
        rule->profile = PROFILE_SUPERVISOR;
        refusal = clocks_schedule(situation, event, rule, 0);
    }
    return refusal;
}
const struct effect open_dispute = {"open the dispute, start C-RULE", dispute, CLOCK_RULE};

/* Another unit: its time starts again (a date stays unless a later one is brought), so do C-SIGN and C-OBJ. */
static struct refusal change_to(const struct situation *situation, struct event *event, const char *unit,
                                struct date later, bool is_final)
{
    event->lead_unit = unit;
    struct refusal refusal = fine;
    if (task_clock(situation->task, CLOCK_DUE, 0) != NULL) {
        struct deadline_rule rule = task_cap_limited(situation, due_rule_for_another(situation, later));
        refusal = due_start(situation, event, &rule);
    } else { /* a recurring task: only its occurrences are due */
        clocks_stop(situation, event, CLOCK_REWORK, 0);
    }
    if (!REFUSED(refusal))
        refusal = statutory_hand_over(situation, event);
    if (!REFUSED(refusal))
        refusal = clocks_start(situation, event, CLOCK_SIGN, 0, situation->now);
    if (!REFUSED(refusal) && !is_final)
        refusal = clocks_start(situation, event, CLOCK_OBJECT, 0, situation->now);
    return refusal;
}

static struct refusal change_by_ruling(const struct situation *situation, struct event *event,
                                       enum clock_id clock)
{
    (void)clock;
    const struct body_adjudicate *ruling = &situation->command->body.adjudicate;
    return change_to(situation, event, ruling->unit, ruling->due_date, situation->task->dispute.level == 2);
}
const struct effect change_lead_by_ruling = {"another unit leads: C-DUE, C-SIGN, C-OBJ start again",
                                             change_by_ruling, CLOCK_NONE};

static struct refusal change(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body_reassign *reassign = &situation->command->body.reassign;
    return change_to(situation, event, reassign->unit, reassign->due_date, false);
}
const struct effect change_lead = {"another unit leads: C-DUE, C-SIGN, C-OBJ start again", change,
                                   CLOCK_NONE};

/* --- progress and facts ------------------------------------------------------------------------------------------- */

static struct refusal silence(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct clock *ladder = task_ladder_clock(situation->task);
    struct date today = date_of(situation->command->received_at);
    for (uint32_t i = 0; ladder != NULL && i < ladder->timer_count; i++) {
        const struct timer *timer = &ladder->timers[i];
        if (timer->kind != TIMER_RUNG || timer->rung != 1)
            continue;
        if (calendar_working_days_between(situation->ruleset->calendar, today, date_of(timer->at)) <=
            LADDER_QUIET_DAYS) {
            clock_drop_rung(clocks_edit(situation, event, ladder->id, ladder->key), 1);
            break;
        }
    }
    return fine;
}
const struct effect silence_rung_one = {"leave out rung 1 within 5 working days", silence, CLOCK_NONE};

/* --- reports ------------------------------------------------------------------------------------------------------ */

static bool is_in_time(const struct situation *situation, const struct event *event, struct date completed_on)
{
    const struct clock *due = clocks_see(situation, event, CLOCK_DUE, 0);
    if (due == NULL)
        return true;
    if (situation->task->binds == BINDS_FACT)
        return completed_on.days <= due->last_day.days;
    return situation->command->received_at.ms <= due->due.ms;
}

static void fill_report(const struct situation *situation, struct event *event, struct date completed_on)
{
    const struct command *command = situation->command;
    const struct actor *actor = &command->actor;
    if (!date_is_set(completed_on))
        completed_on = date_of(command->received_at);
    event->report.made = true;
    event->report.received_at = command->received_at;
    event->report.completed_on = completed_on;
    event->report.in_time = is_in_time(situation, event, completed_on);
    event->report.handler = text_empty(actor->person) ? actor->system : actor->person;
    event->report.principal = actor->principal;
}

static struct refusal report(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    fill_report(situation, event, situation->command->body.report_done.completed_on);
    return fine;
}
const struct effect report_done = {"write the report down", report, CLOCK_NONE};

static struct refusal report_fact(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    fill_report(situation, event, situation->command->body.record_fact.occurred_on);
    return fine;
}
const struct effect report_by_fact = {"the fact is the report", report_fact, CLOCK_NONE};

/* Whoever handled it last stays the handler: he neither verifies nor closes it. */
static struct refusal report_silence(const struct situation *situation, struct event *event,
                                     enum clock_id clock)
{
    (void)clock;
    fill_report(
        situation, event,
        task_debt_paid_on(situation->task, situation->template_, date_of(situation->command->received_at)));
    event->report.handler = situation->task->handler;
    return fine;
}
const struct effect report_by_silence = {"the payments are the report", report_silence, CLOCK_NONE};

static struct refusal pause(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    return due_pause(situation, event);
}
const struct effect pause_due = {"pause C-DUE, meet C-REWORK", pause, CLOCK_NONE};
