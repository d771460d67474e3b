/* task_guards.c: see task_guards.h. A guard only looks; what is missing or forbidden is task_requirements.c's. */
#include "domain/task_guards.h"

#include <stdio.h>

#include "base/text.h"
#include "domain/answer_slot.h"
#include "domain/family.h"
#include "domain/ladder.h"
#include "domain/plan.h"
#include "domain/statutory.h"
#include "domain/task_clocks.h"
#include "domain/task_debt.h"
#include "domain/task_requirements.h"

/* --- the registration and the signature ------------------------------------------------------------------------ */

static bool number_pending(const struct situation *situation)
{
    return !text_empty(situation->task->number.kind) && situation->task->number.sequence == 0;
}
const struct guard if_number_pending = {"the number is still pending", number_pending};

static bool short_procedure(const struct situation *situation)
{
    return situation->task->lane == LANE_MONITORED;
}
const struct guard if_short_procedure = {"short procedure (简易程序)", short_procedure};

static bool signed_by_silence(const struct situation *situation)
{
    const struct clock *sign = task_clock(situation->task, CLOCK_SIGN, 0);
    return sign != NULL && sign->status == CLOCK_STOPPED &&
           situation->command->received_at.ms <= clock_asks_until(sign).ms;
}
const struct guard if_signed_by_silence = {"it was deemed signed and this came in time", signed_by_silence};

static bool same_unit(const struct situation *situation)
{
    return text_equal(situation->command->body.adjudicate.unit, situation->task->lead_unit);
}
const struct guard if_same_unit = {"the same unit leads", same_unit};

static bool grants(const struct situation *situation, enum request_kind kind)
{
    const struct body_decide *decide = &situation->command->body.decide;
    return decide->granted && decide->kind == kind;
}

static bool suspends(const struct situation *situation)
{
    return grants(situation, REQUEST_SUSPENSION);
}
const struct guard if_suspends = {"a suspension (中止) is granted", suspends};

static bool shelves(const struct situation *situation)
{
    return grants(situation, REQUEST_SHELVING);
}
const struct guard if_shelves = {"shelving (暂缓) is granted", shelves};

static bool due_still_runs(const struct situation *situation)
{
    const struct clock *due = task_clock(situation->task, CLOCK_DUE, 0);
    return situation->task->round == 1 && due != NULL && due->status == CLOCK_PAUSED &&
           due->paused_at.ms <= due->due.ms;
}
const struct guard if_due_still_runs = {"reported in time, first round", due_still_runs};

/* --- a timer is due ----------------------------------------------------------------------------------------------- */

static bool expires(const struct situation *situation, enum clock_id clock)
{
    return situation->fired->kind == TIMER_EXPIRY && situation->fired_clock->id == clock;
}

static bool silence_signs(const struct situation *situation)
{
    return expires(situation, CLOCK_SIGN) &&
           registry_clock_deemed(situation->pinned, situation->template_, CLOCK_SIGN);
}
const struct guard if_silence_signs = {"C-SIGN ends, silence signs", silence_signs};

static bool unit_is_late(const struct situation *situation)
{
    return expires(situation, CLOCK_DUE) || expires(situation, CLOCK_REWORK);
}
const struct guard if_unit_is_late = {"C-DUE or C-REWORK ends", unit_is_late};

static bool occurrence_comes(const struct situation *situation)
{
    return expires(situation, CLOCK_OCCURRENCE);
}
const struct guard if_occurrence_comes = {"C-OCCURRENCE ends", occurrence_comes};

static bool resolution_wants_more(const struct situation *situation)
{
    return family_wants_more(situation);
}
const struct guard if_resolution_wants_more = {"resolved by a meeting, without a unit or a date",
                                               resolution_wants_more};

static bool ruling_goes_up(const struct situation *situation)
{
    return expires(situation, CLOCK_RULE) && situation->task->dispute.level == 0;
}
const struct guard if_ruling_goes_up = {"C-RULE of the supervisor ends", ruling_goes_up};

static bool request_goes_up(const struct situation *situation)
{
    if (!expires(situation, CLOCK_DECIDE))
        return false;
    const struct pending_request *request =
        task_request(situation->task, (enum request_kind)situation->fired_clock->key);
    return request != NULL && request->level < 2;
}
const struct guard if_request_goes_up = {"C-DECIDE ends", request_goes_up};

static bool shelf_ends(const struct situation *situation)
{
    return expires(situation, CLOCK_SHELF);
}
const struct guard if_shelf_ends = {"C-SHELF ends", shelf_ends};

static bool shelf_review(const struct situation *situation)
{
    return situation->fired->kind == TIMER_REVIEW;
}
const struct guard if_shelf_review = {"it is time to look at it", shelf_review};

static bool step_is_deemed(const struct situation *situation)
{
    const struct registry_statutory *row = expires(situation, CLOCK_STATUTORY)
                                               ? statutory_row(situation->template_, situation->fired_clock)
                                               : NULL;
    return row != NULL && row->deemed;
}
const struct guard if_step_is_deemed = {"a statutory clock ends, the law takes its step for done",
                                        step_is_deemed};

static bool step_refuses(const struct situation *situation)
{
    return situation->command->body.step.kind == STEP_KIND_REFUSE;
}
const struct guard if_step_refuses = {"不予受理", step_refuses};

static bool archive_waits(const struct situation *situation)
{
    const struct clock *appeal = task_clock(situation->task, CLOCK_APPEAL, 0);
    const struct clock *decide = task_clock(situation->task, CLOCK_APPEAL_DECIDE, 0);
    bool open = (appeal != NULL && clock_is_live(appeal)) || (decide != NULL && clock_is_live(decide));
    return expires(situation, CLOCK_ARCHIVE) && open;
}
const struct guard if_archive_waits = {"C-ARCHIVE ends while an appeal is open", archive_waits};

static bool archive_is_due(const struct situation *situation)
{
    return expires(situation, CLOCK_ARCHIVE);
}
const struct guard if_archive_is_due = {"C-ARCHIVE ends", archive_is_due};

static bool observation_ends(const struct situation *situation)
{
    return expires(situation, CLOCK_OBSERVE);
}
const struct guard if_observation_ends = {"C-OBS ends", observation_ends};

/* The first fact of the kind that the due date asks for, dated in time: a second one holds nothing longer. Of a debt: the
 * payment that makes it up; an instalment is not what the date asks for. */
static const struct fact *fitting_fact(const struct situation *situation, const struct clock *clock)
{
    const struct task *task = situation->task;
    bool by_amount = situation->template_->debt.late_interest_ppm > 0 && task->amount_fen > 0;
    const struct fact *settling =
        by_amount ? task_debt_settling_fact(task, situation->template_, clock->last_day) : NULL;
    if (settling != NULL)
        return settling;
    for (uint32_t i = 0; i < task->fact_count; i++) {
        const struct fact *fact = &task->facts[i];
        if (text_equal(fact->kind, situation->template_->due_fact) &&
            fact->occurred_on.days <= clock->last_day.days && (!by_amount || fact->amount_fen == 0))
            return fact;
    }
    return NULL;
}

/* Until when the report of a fact that is recorded in time is waited for; none: there is no such fact. */
static struct instant quiet_after_fact(const struct situation *situation)
{
    const struct fact *fact = fitting_fact(situation, task_ladder_clock(situation->task));
    if (fact == NULL || text_empty(situation->template_->due_fact))
        return INSTANT_NONE;
    return ladder_nine_after(&situation->pinned->policy, situation->ruleset->calendar, fact->received_at,
                             LADDER_QUIET_DAYS);
}

bool task_holds_expiry(const struct situation *situation, struct instant *ret_until)
{
    const struct timer *fired = situation->fired;
    bool asked = fired->kind == TIMER_EXPIRY && situation->fired_clock->id == CLOCK_DUE &&
                 situation->task->binds == BINDS_FACT;
    *ret_until = asked ? quiet_after_fact(situation) : INSTANT_NONE;
    return fired->at.ms < ret_until->ms;
}

static bool expiry_is_held(const struct situation *situation)
{
    struct instant until;
    return task_holds_expiry(situation, &until);
}
const struct guard if_expiry_is_held = {"C-DUE ends, the fact that it asks for is recorded, dated in time",
                                        expiry_is_held};

bool task_holds_rung(const struct situation *situation, uint32_t rung, struct instant at,
                     struct instant *ret_until)
{
    const struct task *task = situation->task;
    struct instant until = INSTANT_NONE;
    if (rung < LADDER_FIRST_ALARM)
        return false;
    if (rung == LADDER_TOP && at.ms < task->rung6_held_until.ms)
        until = task->rung6_held_until;
    struct instant quiet = quiet_after_fact(situation);
    if (at.ms < quiet.ms)
        until = instant_max(until, quiet);
    bool pending = task->request_count > 0;
    *ret_until = pending ? INSTANT_NONE : until;
    return pending || instant_is_set(until);
}

static bool is_units_rung(const struct situation *situation)
{
    enum clock_id id = situation->fired_clock->id;
    return situation->fired->kind == TIMER_RUNG && (id == CLOCK_DUE || id == CLOCK_REWORK);
}

static bool rung_is_held(const struct situation *situation)
{
    struct instant until;
    return is_units_rung(situation) &&
           task_holds_rung(situation, situation->fired->rung, situation->fired->at, &until);
}
const struct guard if_rung_is_held = {"a rung, held by a request, a fact or an instruction", rung_is_held};

static bool rung(const struct situation *situation)
{
    return situation->fired->kind == TIMER_RUNG;
}
const struct guard if_rung = {"a rung", rung};

/* An unacknowledged rung n reaches n + 1 early: from the first alarm on (urgent: always), never beyond 5. */
static bool silence_climbs(const struct situation *situation)
{
    const struct clock *ladder = answer_ladder(situation->task, situation->fired_clock->key);
    uint32_t next = answer_slot_of(situation->fired_clock->key).rung + 1;
    struct instant until;
    if (!expires(situation, CLOCK_ACK) || next > LADDER_CLIMB_LIMIT || ladder == NULL)
        return false;
    bool held = answer_is_of_units_ladder(situation->fired_clock->key) &&
                task_holds_rung(situation, next, situation->fired->at, &until);
    return clock_has_rung_after(ladder, next, situation->fired->at) && !held;
}
const struct guard if_silence_climbs = {"C-ACK ends, the next rung is still to come", silence_climbs};

static bool node_passes(const struct situation *situation)
{
    return expires(situation, CLOCK_NODE);
}
const struct guard if_node_passes = {"the day of a node ends", node_passes};

static bool schedule_day(const struct situation *situation)
{
    return expires(situation, CLOCK_SCHEDULE);
}
const struct guard if_schedule_day = {"a check day of the schedule line", schedule_day};

static bool silent_for_long(const struct situation *situation)
{
    return expires(situation, CLOCK_REPORT);
}
const struct guard if_silent_for_long = {"C-REPORT ends", silent_for_long};

/* --- what a decision does next --------------------------------------------------------------------------------------- */

static bool registers_itself(const struct situation *situation)
{
    return short_procedure(situation) && task_may_register(situation);
}
const struct guard if_registers_itself = {"short procedure, nothing is missing", registers_itself};

static bool assigns_itself(const struct situation *situation)
{
    return short_procedure(situation) && !number_pending(situation);
}
const struct guard if_assigns_itself = {"short procedure, the number is there", assigns_itself};

static bool parent_assigns(const struct situation *situation)
{
    return situation->task->family.assigns_itself && !number_pending(situation);
}
const struct guard if_parent_assigns = {"opened by a parent, the number is there", parent_assigns};

bool task_is_drawn(const struct task *task, const struct registry_template *template_)
{
    char round[12];
    snprintf(round, sizeof(round), "%u", task->round);
    struct digest lot = digest_of_texts(task->id, round, NULL);
    return digest_to_number(&lot) % 100 < template_->sample_percent;
}

static bool fact_meets(const struct situation *situation)
{
    const struct body *body = &situation->command->body;
    return body->trigger == TRIGGER_RECORD_FACT && short_procedure(situation) &&
           text_equal(body->record_fact.kind, situation->template_->due_fact);
}

static bool fact_is_drawn(const struct situation *situation)
{
    return fact_meets(situation) && task_is_drawn(situation->task, situation->template_);
}
const struct guard if_fact_is_drawn = {"short procedure, the fact is there, drawn for a check",
                                       fact_is_drawn};

const struct guard if_fact_closes = {"short procedure, the fact is there", fact_meets};

uint32_t task_version_asked_about(const struct situation *situation)
{
    uint32_t version = task_ladder_clock(situation->task)->version;
    return situation->command->body.decide.kind == REQUEST_SUSPENSION ? version : version - 1;
}

static bool grant_disproves(const struct situation *situation)
{
    const struct clock *clock = task_ladder_clock(situation->task);
    return situation->command->body.decide.granted && clock != NULL &&
           task_has_miss(situation->task, clock->id, task_version_asked_about(situation));
}
const struct guard if_grant_disproves = {"it was granted after the due date had passed", grant_disproves};

bool task_miss_is_disproved(const struct task *task, const struct miss *miss)
{
    const struct clock *clock = task_clock(task, miss->clock, miss->key);
    if (miss->clock == CLOCK_NODE) {
        const struct node *node = plan_node(task, miss->key);
        return !miss->revoked && node != NULL && date_is_set(node->done_on) &&
               node->done_on.days <= node->date.days;
    }
    if (miss->revoked || clock == NULL)
        return false;
    bool dated = miss->clock == CLOCK_DUE && task->binds == BINDS_FACT && date_is_set(task->completed_on);
    if (dated) /* a due instant is the end of its last day: one moment before it lies in that day */
        return task->completed_on.days <= date_of(instant_add(miss->due, -1)).days;
    return miss->version == clock->version && (clock->status == CLOCK_MET || clock->status == CLOCK_PAUSED);
}

static bool act_disproves(const struct situation *situation)
{
    for (uint32_t i = 0; i < situation->task->miss_count; i++) {
        if (task_miss_is_disproved(situation->task, &situation->task->misses[i]))
            return true;
    }
    return false;
}
const struct guard if_act_disproves = {"a recorded miss is disproved", act_disproves};

static bool nothing_to_observe(const struct situation *situation)
{
    const struct clock *observe = task_clock(situation->task, CLOCK_OBSERVE, 0);
    return observe == NULL || observe->status != CLOCK_RUNNING;
}
const struct guard if_nothing_to_observe = {"C-OBS is 0", nothing_to_observe};
