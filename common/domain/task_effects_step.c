/* task_effects_step.c: statutory clocks in an event: what starts them, what meets them, what silence makes of them. They
 * follow the lead unit, but no ruling, no reassignment and no return moves them. */
#include <stddef.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/statutory.h"
#include "domain/task_clocks.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"
#include "domain/task_pause.h"

static const struct refusal fine;

enum { FIRST_REMINDER = 1 }; /* of a new due version: the assignment is not told again */

/* Before somebody is charged with the matter, the time is the supervisor's. */
static const char *unit_in_charge(const struct situation *situation, const struct event *event)
{
    bool unassigned = event->state == STATE_DRAFT || event->state == STATE_REGISTERED;
    return unassigned ? event_supervisor(situation, event) : event_lead(situation, event);
}

/* --- starting -------------------------------------------------------------------------------------------------------- */

/* The place in the list, unless an older version of the list has put another clock there. */
static uint32_t key_of(const struct situation *situation, const struct event *event, uint32_t index)
{
    const char *name = situation->template_->statutory[index].name;
    const struct clock *there = clocks_see(situation, event, CLOCK_STATUTORY, index + 1);
    return there == NULL || text_equal(there->name, name) ? index + 1 : LIMIT_STATUTORY + index + 1;
}

static struct refusal start_one(const struct situation *situation, struct event *event, uint32_t index,
                                struct instant start)
{
    const struct registry_statutory *row = &situation->template_->statutory[index];
    struct clock *clock =
        clocks_renew(situation, event, CLOCK_STATUTORY, key_of(situation, event, index), start);
    clock->name = row->name;
    clock->unit = unit_in_charge(situation, event);
    clock->rule.period = row->amount;
    return clocks_schedule(situation, event, clock, 0);
}

static struct refusal start_all(const struct situation *situation, struct event *event, enum trigger trigger,
                                enum step_kind step, struct instant start)
{
    const struct registry_template *template_ = situation->template_;
    struct refusal refusal = fine;
    for (uint32_t i = 0; i < template_->statutory_count && !REFUSED(refusal); i++) {
        if (statutory_is_started_by(&template_->statutory[i], trigger, step, date_of(start)))
            refusal = start_one(situation, event, i, start);
    }
    return refusal;
}

static struct refusal by_draft(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    return start_all(situation, event, TRIGGER_DRAFT, STEP_KIND_NONE, situation->command->received_at);
}
const struct effect start_statutory_of_draft = {"start the statutory clocks that run from the draft",
                                                by_draft, CLOCK_STATUTORY};

static struct refusal by_register(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    return start_all(situation, event, TRIGGER_REGISTER, STEP_KIND_NONE, situation->now);
}
const struct effect start_statutory_of_registration = {
    "start the statutory clocks that run from registration", by_register, CLOCK_STATUTORY};

struct refusal statutory_hand_over(const struct situation *situation, struct event *event)
{
    struct refusal refusal = fine;
    for (uint32_t i = 0; i < situation->task->clock_count && !REFUSED(refusal); i++) {
        const struct clock *clock = &situation->task->clocks[i];
        if (clock->id != CLOCK_STATUTORY || clock->status != CLOCK_RUNNING)
            continue;
        struct clock *draft = clocks_edit(situation, event, clock->id, clock->key);
        draft->unit = unit_in_charge(situation, event);
        refusal = clocks_schedule(situation, event, draft, 0);
    }
    return refusal;
}

static struct refusal by_assign(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    struct refusal refusal = statutory_hand_over(situation, event);
    if (REFUSED(refusal))
        return refusal;
    return start_all(situation, event, TRIGGER_ASSIGN, STEP_KIND_NONE, situation->now);
}
const struct effect start_statutory_of_assignment = {
    "hand the statutory clocks to the lead unit, start those that run from assignment", by_assign,
    CLOCK_STATUTORY};

/* --- 自受理之日起 ---------------------------------------------------------------------------------------------------- */

/* C-DUE, which has run from assignment, counts from this step instead, with its extensions and pauses, and so does its
 * legal cap. A date stays a date, and what is late, stands still or is reported stays as it is. */
static struct refusal count_due_from(const struct situation *situation, struct event *event,
                                     enum step_kind step, struct instant start)
{
    const struct clock *due = task_clock(situation->task, CLOCK_DUE, 0);
    bool counts = situation->template_->due_step != STEP_KIND_NONE && situation->template_->due_step == step;
    if (!counts || due == NULL || due->status != CLOCK_RUNNING || due->rule.period.unit == UNIT_DATE)
        return fine;
    clocks_stop_acknowledgements(situation, event);
    struct clock *clock = clocks_edit(situation, event, CLOCK_DUE, 0);
    clock->version++;
    clock->started_at = clock->first_start = start;
    return clocks_schedule(situation, event, clock, FIRST_REMINDER);
}

/* --- Step ------------------------------------------------------------------------------------------------------------ */

/* Today's step begins when it was received, an earlier one with its day. */
static struct instant moment_of(const struct situation *situation, struct date day)
{
    struct instant received = situation->command->received_at;
    return date_of(received).days == day.days ? received : day_start(day);
}

static void meet_on(const struct situation *situation, struct event *event, const struct clock *clock,
                    struct date day)
{
    struct clock *met = clocks_edit(situation, event, clock->id, clock->key);
    met->status = day.days <= pause_last_day_on(situation, clock, day).days ? CLOCK_MET : CLOCK_MISSED;
    met->ended_at = situation->command->received_at;
    clock_drop_timers(met);
    clocks_stop_waiting_on(situation, event, clock->id, clock->key);
}

static struct refusal take(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body_step *step = &situation->command->body.step;
    const struct registry_template *template_ = situation->template_;
    for (uint32_t i = 0; i < situation->task->clock_count; i++) {
        const struct clock *there = &situation->task->clocks[i];
        const struct registry_statutory *row = statutory_row(template_, there);
        bool open = row != NULL && (clock_is_live(there) || statutory_is_deemed(template_, there));
        if (open && statutory_is_met_by(row, step->kind))
            meet_on(situation, event, there, step->taken_on);
    }
    struct instant start = moment_of(situation, step->taken_on);
    struct refusal refusal = start_all(situation, event, TRIGGER_STEP, step->kind, start);
    return REFUSED(refusal) ? refusal : count_due_from(situation, event, step->kind, start);
}
const struct effect take_step = {
    "meet the statutory clocks that wait for it, start those that run from it, C-DUE with them", take,
    CLOCK_STATUTORY};

/* The law takes the step for done on the last day; what runs from the step runs from there. */
static struct refusal deem(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct registry_statutory *row = statutory_row(situation->template_, situation->fired_clock);
    struct clock *fired = clocks_edit(situation, event, clock, situation->fired_clock->key);
    fired->status = CLOCK_STOPPED;
    fired->ended_at = situation->fired_clock->due;
    clock_drop_timers(fired);
    struct instant start = day_start(fired->last_day);
    struct refusal refusal = start_all(situation, event, TRIGGER_STEP, row->stop[0], start);
    return REFUSED(refusal) ? refusal : count_due_from(situation, event, row->stop[0], start);
}
const struct effect deem_step = {"the law takes the step for done; what runs from it starts", deem,
                                 CLOCK_STATUTORY};

/* --- extensions ------------------------------------------------------------------------------------------------------ */

static int32_t already_granted(const struct clock *clock, enum deadline_unit unit)
{
    int32_t granted = 0;
    for (uint32_t i = 0; i < clock->extension_count; i++)
        granted += clock->extensions[i].unit == unit ? clock->extensions[i].amount : 0;
    return granted;
}

/* What was asked for, where the law counts in that unit and allows it; else all that the law allows. */
static struct duration amount_of(const struct registry_statutory *row, const struct clock *clock,
                                 const struct duration *asked)
{
    struct duration most = row->extension;
    most.amount -= already_granted(clock, most.unit);
    if (asked->unit == most.unit && asked->amount < most.amount)
        most.amount = asked->amount;
    return most;
}

static struct refusal extend_one(const struct situation *situation, struct event *event,
                                 const struct clock *clock, struct duration more)
{
    struct clock *extended = clocks_edit(situation, event, clock->id, clock->key);
    extended->extensions =
        arena_grown(situation->arena, clock->extensions, clock->extension_count, sizeof(*clock->extensions));
    extended->extensions[extended->extension_count++] = more;
    extended->version++;
    clocks_stop_waiting_on(situation, event, clock->id, clock->key);
    return clocks_schedule(situation, event, extended, 0);
}

static struct refusal extend(const struct situation *situation, struct event *event, enum clock_id id)
{
    const struct body_decide *decided = &situation->command->body.decide;
    struct refusal refusal = fine;
    bool granted = decided->granted && decided->kind == REQUEST_EXTENSION;
    for (uint32_t i = 0; granted && i < situation->task->clock_count && !REFUSED(refusal); i++) {
        const struct clock *clock = &situation->task->clocks[i];
        const struct registry_statutory *row = statutory_row(situation->template_, clock);
        /* What has passed cannot be extended: the law wants the decision before. */
        if (row == NULL || clock->status != CLOCK_RUNNING || row->extension.unit == UNIT_NONE)
            continue;
        struct duration more =
            amount_of(row, clock, &task_request(situation->task, REQUEST_EXTENSION)->amount);
        if (more.amount > 0)
            refusal = extend_one(situation, event, clock, more);
    }
    (void)id;
    return refusal;
}
const struct effect extend_statutory = {"granted: the statutory clocks that the law lets extend go on longer",
                                        extend, CLOCK_STATUTORY};
