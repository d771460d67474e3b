/* task_effects_plan.c: C-PLAN and C-REPORT, the nodes of a plan with their clocks, and the checks of the schedule
 * line. All of it only while the unit is at work: a task under review, in dispute or paused is left alone. */
#include <stddef.h>

#include "base/text.h"
#include "domain/ladder.h"
#include "domain/plan.h"
#include "domain/schedule.h"
#include "domain/task_clocks.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"

static const struct refusal fine;

enum {
    BEHIND_SCHEDULE = 2 /* missed nodes: 序时滞后 */,
    RUNG_OF_MISSED_NODE = 2,
    RUNG_OF_BEHIND_SCHEDULE = 4
};

/* --- asking for plans and reports --------------------------------------------------------------------------------- */

static bool sets_itself(const struct registry_template *template_, enum clock_id clock)
{
    for (uint32_t i = 0; i < template_->clock_count; i++) {
        if (template_->clocks[i].clock == clock)
            return true;
    }
    return false;
}

static const struct clock *ladder_after(const struct situation *situation, const struct event *event)
{
    const struct clock *rework = clocks_see(situation, event, CLOCK_REWORK, 0);
    bool by_rework = rework != NULL && !instant_is_set(rework->ended_at);
    return by_rework ? rework : clocks_see(situation, event, CLOCK_DUE, 0);
}

/* A template may set the clock itself; else only matters that may take long are asked. */
static bool is_asked(const struct situation *situation, const struct event *event, enum clock_id clock)
{
    struct duration from = situation->pinned->policy.plan_from;
    const struct clock *ladder = ladder_after(situation, event);
    enum lane lane = event->lane != LANE_NONE ? event->lane : situation->task->lane;
    bool is_new = (IN(event->state_before) & (IN(STATE_ASSIGNED) | IN(STATE_DISPUTED))) != 0;
    if (lane == LANE_MONITORED || ladder == NULL)
        return false;
    /* A promised date or a return makes no long matter of a short one. */
    if (!is_new && task_clock(situation->task, clock, 0) == NULL)
        return false;
    if (sets_itself(situation->template_, clock))
        return true;
    return from.unit != UNIT_NONE && clocks_allowed_working_days(situation, ladder) >= from.amount;
}

/* --- clocks of nodes ------------------------------------------------------------------------------------------------ */

static struct refusal start_node(const struct situation *situation, struct event *event,
                                 const struct node *node)
{
    struct clock *clock = clocks_renew(situation, event, CLOCK_NODE, node->number, situation->now);
    clock->name = node->name;
    clock->rule = (struct deadline_rule){
        .period = {UNIT_DATE, 0},
          .date = node->date
    };
    return clocks_schedule(situation, event, clock, 0);
}

/* A node whose day passed while the task was paused or under review stays open, and nobody is late by it. */
static struct refusal start_nodes(const struct situation *situation, struct event *event)
{
    struct refusal refusal = fine;
    for (uint32_t i = 0; !REFUSED(refusal) && i < situation->task->node_count; i++) {
        const struct node *node = &situation->task->nodes[i];
        const struct clock *clock = task_clock(situation->task, CLOCK_NODE, node->number);
        bool waits = node_is_open(node) && node->date.days >= date_of(situation->now).days;
        if (waits && (clock == NULL || !clock_is_live(clock)))
            refusal = start_node(situation, event, node);
    }
    return refusal;
}

static void stop_nodes(const struct situation *situation, struct event *event)
{
    for (uint32_t i = 0; i < situation->task->clock_count; i++) {
        const struct clock *clock = &situation->task->clocks[i];
        if (clock->id == CLOCK_NODE)
            clocks_stop(situation, event, CLOCK_NODE, clock->key);
    }
}

/* --- the schedule line ------------------------------------------------------------------------------------------------ */

static struct refusal start_check(const struct situation *situation, struct event *event, struct date after)
{
    const struct registry_schedule *schedule = &situation->template_->schedule;
    if (text_empty(schedule->measure))
        return fine;
    struct clock *clock = clocks_renew(situation, event, CLOCK_SCHEDULE, 0, situation->now);
    clock->rule = (struct deadline_rule){
        .period = {UNIT_DATE, 0},
        .date = schedule_next_check(schedule, situation->ruleset->calendar, after),
        .cutoff_minute = situation->pinned->policy.opening_minute,
    };
    return clocks_schedule(situation, event, clock, 0);
}

static struct pace look(const struct situation *situation, const struct fact *facts, uint32_t count,
                        struct date as_of)
{
    const struct registry_schedule *schedule = &situation->template_->schedule;
    struct schedule_line line = schedule_line_of(situation->task, schedule, situation->arena);
    return schedule_look(&line, schedule, schedule_value_by(facts, count, schedule->fact, as_of), as_of);
}

/* What was to be asked again is asked no more: the registry that the task goes by does not want it. */
static void end_unless_renewed(const struct situation *situation, struct event *event, enum clock_id clock)
{
    struct clock *fired = clocks_edit(situation, event, clock, 0);
    if (fired == NULL || fired->timer_count > 0)
        return;
    fired->status = CLOCK_STOPPED;
    fired->ended_at = situation->fired->at;
}

static struct refusal check(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct task *task = situation->task;
    struct date today = date_of(situation->fired->at);
    event->pace = look(situation, task->facts, task->fact_count, date_add(today, -1));
    if (date_is_set(event->pace.as_of))
        event->pace.before = task->pace.light;
    struct refusal refusal = start_check(situation, event, today);
    end_unless_renewed(situation, event, clock);
    return refusal;
}
const struct effect check_schedule = {"plan against actual; the next check", check, CLOCK_SCHEDULE};

/* A value that arrives late, of a day that was looked at, corrects what was found; nobody is told. */
static struct refusal correct(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct task *task = situation->task;
    const struct body_record_fact *said = &situation->command->body.record_fact;
    bool counts = !text_empty(situation->template_->schedule.measure) &&
                  text_equal(said->kind, situation->template_->schedule.fact);
    if (!counts || !date_is_set(task->pace.as_of) || said->occurred_on.days > task->pace.as_of.days)
        return fine;
    struct fact *facts = arena_grown(situation->arena, task->facts, task->fact_count, sizeof(*facts));
    facts[task->fact_count] =
        (struct fact){.kind = said->kind, .occurred_on = said->occurred_on, .value = said->value};
    struct pace pace = look(situation, facts, task->fact_count + 1, task->pace.as_of);
    pace.before = task->pace.before;
    event->pace = pace;
    return fine;
}
const struct effect correct_pace = {"a late value corrects the last check", correct, CLOCK_NONE};

/* --- the unit is at work, or no longer ------------------------------------------------------------------------------- */

static struct refusal begin(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    struct refusal refusal = fine;
    bool wants_plan = event->state == STATE_IN_PROGRESS && !plan_exists(situation->task);
    if (wants_plan && is_asked(situation, event, CLOCK_PLAN))
        refusal = clocks_start(situation, event, CLOCK_PLAN, 0, situation->now);
    if (!REFUSED(refusal) && is_asked(situation, event, CLOCK_REPORT))
        refusal = clocks_start(situation, event, CLOCK_REPORT, 0, situation->now);
    if (!REFUSED(refusal))
        refusal = start_nodes(situation, event);
    if (!REFUSED(refusal))
        refusal = start_check(situation, event, date_of(situation->now));
    return refusal;
}
const struct effect follow_plan = {"a long matter: start C-PLAN, C-REPORT; nodes and schedule checks run",
                                   begin, CLOCK_NONE};

static struct refusal rest(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    clocks_stop(situation, event, CLOCK_PLAN, 0);
    clocks_stop(situation, event, CLOCK_REPORT, 0);
    clocks_stop(situation, event, CLOCK_SCHEDULE, 0);
    stop_nodes(situation, event);
    return fine;
}
const struct effect rest_plan = {"C-PLAN, C-REPORT, nodes and schedule checks rest", rest, CLOCK_NONE};

/* --- what the unit says ------------------------------------------------------------------------------------------------ */

static struct refusal plan(const struct situation *situation, struct event *event, enum clock_id clock)
{
    struct refusal refusal = fine;
    struct node_list list = plan_after(situation->task, &situation->command->body.plan, situation->arena);
    clocks_meet(situation, event, clock, 0);
    stop_nodes(situation, event);
    for (uint32_t i = 0; !REFUSED(refusal) && i < list.count; i++) {
        if (node_is_open(&list.nodes[i]))
            refusal = start_node(situation, event, &list.nodes[i]);
    }
    return refusal;
}
const struct effect take_plan = {"meet C-PLAN; the nodes' clocks", plan, CLOCK_PLAN};

static struct refusal report_again(const struct situation *situation, struct event *event,
                                   enum clock_id clock)
{
    const struct clock *report = task_clock(situation->task, clock, 0);
    bool runs = report != NULL && clock_is_live(report);
    return runs ? clocks_start(situation, event, clock, 0, situation->now) : fine;
}
const struct effect restart_reporting = {"C-REPORT starts again", report_again, CLOCK_REPORT};

/* By its date, whenever it is told. */
static struct refusal node_done(const struct situation *situation, struct event *event, enum clock_id clock)
{
    struct date done_on;
    const struct node *node = plan_open_node(situation->task, event_node_done(event, &done_on));
    struct clock *edited = node == NULL ? NULL : clocks_edit(situation, event, clock, node->number);
    if (edited == NULL)
        return fine;
    edited->status = done_on.days <= node->date.days ? CLOCK_MET : CLOCK_MISSED;
    edited->ended_at = situation->command->received_at;
    clock_drop_timers(edited);
    return fine;
}
const struct effect meet_node = {"the node's clock is met by its date", node_done, CLOCK_NODE};

/* --- of a Wake ---------------------------------------------------------------------------------------------------------- */

/* It asks once more from the day on which it ended, and stays missed until something is heard. */
static struct refusal ask_again(const struct situation *situation, struct event *event, enum clock_id clock)
{
    struct refusal refusal = clocks_start(situation, event, clock, 0, instant_add(situation->fired->at, -1));
    struct clock *report = clocks_edit(situation, event, clock, 0);
    if (report != NULL)
        report->status = CLOCK_MISSED;
    end_unless_renewed(situation, event, clock);
    return refusal;
}
const struct effect expire_reporting = {"C-REPORT is missed and asks once more", ask_again, CLOCK_REPORT};

static uint32_t misses_on_record(const struct task *task)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        count += miss->clock == CLOCK_NODE && !miss->revoked && text_equal(miss->unit, task->lead_unit);
    }
    return count;
}

/* Rung 4 at once, at an hour at which it may go out. */
static void alarm_behind_schedule(const struct situation *situation, struct event *event)
{
    const struct clock *ladder = task_ladder_clock(situation->task);
    if (ladder == NULL || ladder->status == CLOCK_PAUSED || !clock_is_live(ladder) ||
        situation->task->rung >= RUNG_OF_BEHIND_SCHEDULE)
        return;
    const struct registry_rung *row =
        ladder_row(situation->pinned, ladder->profile, ladder->allowed_days, RUNG_OF_BEHIND_SCHEDULE, 1);
    struct instant at = situation->fired->at;
    if (row != NULL && row->at_nine)
        at = ladder_nine_after(&situation->pinned->policy, situation->ruleset->calendar, at, 0);
    clock_move_rung(situation, clocks_edit(situation, event, ladder->id, ladder->key),
                    RUNG_OF_BEHIND_SCHEDULE, at);
}

static struct refusal miss(const struct situation *situation, struct event *event, enum clock_id clock)
{
    struct clock *fired = clocks_edit(situation, event, clock, situation->fired_clock->key);
    fired->status = CLOCK_MISSED;
    event->rung = RUNG_OF_MISSED_NODE;
    struct refusal refusal = clocks_record_miss(situation, event, fired);
    if (!REFUSED(refusal) && misses_on_record(situation->task) + 1 >= BEHIND_SCHEDULE)
        alarm_behind_schedule(situation, event);
    return refusal;
}
const struct effect miss_node = {"the node is missed; the second one (序时滞后): rung 4 at once", miss,
                                 CLOCK_NODE};

/* --- a miss is taken back ------------------------------------------------------------------------------------------------ */

static struct timer *early_rung(struct clock *clock)
{
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        struct timer *timer = &clock->timers[i];
        if (timer->kind == TIMER_RUNG && timer->rung == RUNG_OF_BEHIND_SCHEDULE &&
            timer->at.ms <= clock->due.ms)
            return timer;
    }
    return NULL;
}

struct refusal plan_calm(const struct situation *situation, struct event *event, uint32_t revoked)
{
    const struct clock *ladder = task_ladder_clock(situation->task);
    if (ladder == NULL || revoked == 0 || misses_on_record(situation->task) - revoked >= BEHIND_SCHEDULE ||
        early_rung((struct clock[]){*ladder}) == NULL)
        return fine;
    struct clock usual = *ladder;
    struct refusal refusal = clocks_schedule(situation, event, &usual, RUNG_OF_BEHIND_SCHEDULE);
    struct clock *edited = clocks_edit(situation, event, ladder->id, ladder->key);
    clock_drop_rung(edited, RUNG_OF_BEHIND_SCHEDULE);
    for (uint32_t i = 0; !REFUSED(refusal) && i < usual.timer_count; i++) {
        if (usual.timers[i].kind == TIMER_RUNG && usual.timers[i].rung == RUNG_OF_BEHIND_SCHEDULE)
            clock_move_rung(situation, edited, RUNG_OF_BEHIND_SCHEDULE, usual.timers[i].at);
    }
    return refusal;
}
