/* task_recompute.c: see task_recompute.h. One pass over the clocks fills the event; the same pass, thrown away, says
 * whether there would be one. */
#include "domain/task_recompute.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/ladder.h"
#include "domain/task_clocks.h"
#include "domain/task_due.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"
#include "domain/task_guards.h"

/* An act that came too late may turn out to have come in time, as long as the task is open. */
static bool ended_late(const struct task *task, const struct clock *clock)
{
    return clock->status == CLOCK_MISSED && instant_is_set(clock->ended_at) &&
           (IN(task->state) & STATES_OPEN) != 0 && task_has_miss(task, clock->id, clock->version);
}

/* An act that was in time by the old dates, decided between the publication and now. */
static bool was_met_since(const struct task *task, const struct clock *clock, struct instant published)
{
    return clock->status == CLOCK_MET && clock->ended_at.ms >= published.ms &&
           (IN(task->state) & STATES_OPEN) != 0;
}

/* Its old end has let it pass since the publication: silence has signed, or nobody has objected or appealed. */
static bool has_run_out_since(const struct clock *clock, struct instant published)
{
    bool may_ask = clock->id == CLOCK_SIGN || clock->id == CLOCK_OBJECT || clock->id == CLOCK_APPEAL;
    return may_ask && clock->status == CLOCK_STOPPED && clock->ended_at.ms == clock->due.ms &&
           clock->due.ms >= published.ms;
}

static bool is_stale(const struct task *task, const struct clock *clock, const struct ruleset *ruleset)
{
    struct instant published = ruleset->calendar_published_at;
    return clock->calendar_version < ruleset->calendar_since &&
           (clock_is_live(clock) || ended_late(task, clock) || was_met_since(task, clock, published) ||
            has_run_out_since(clock, published));
}

bool task_is_stale(const struct task *task, const struct ruleset *ruleset)
{
    if (task->state == STATE_ARCHIVED)
        return false;
    for (uint32_t i = 0; i < task->clock_count; i++) {
        if (is_stale(task, &task->clocks[i], ruleset))
            return true;
    }
    return false;
}

struct command task_recompute_command(const struct task *task, const struct ruleset *ruleset,
                                      struct arena *arena)
{
    char id[ID_TEXT];
    const char *version = arena_format(arena, "%u", ruleset->calendar_since);
    struct digest digest = digest_of_texts("recompute", task->id, version, NULL);
    digest_to_id(&digest, id);
    struct command command = command_blank();
    command.command_id = arena_text(arena, id);
    command.task_id = task->id;
    command.origin = ORIGIN_LEDGER;
    command.received_at = ruleset->calendar_published_at;
    command.body.trigger = TRIGGER_RECOMPUTE_CALENDAR;
    command.body.recompute_calendar =
        (struct body_recompute_calendar){ruleset->calendar_since, ruleset->calendar_published_at};
    return command;
}

/* --- one clock ----------------------------------------------------------------------------------------------------- */

static uint32_t least_rung(const struct clock *clock)
{
    return clock->id == CLOCK_REWORK ? LADDER_FIRST_ALARM : 0;
}

/* Not backwards: an end before the publication takes effect at the publication, or stays where it had passed. */
static void not_backwards(struct deadline *deadline, const struct clock *old, struct instant published)
{
    struct instant least = old->due.ms < published.ms ? old->due : published;
    if (deadline->due.ms >= least.ms)
        return;
    deadline->due = least;
    deadline->last_day = date_of(instant_add(least, -1)); /* an instant ends the period that it lies behind */
    if (least.ms == old->due.ms)
        deadline->last_day = old->last_day;
    deadline->unrolled = deadline->last_day;
}

/* The end stays, but the moments around it count working days too: those to come move to their new days. */
static bool retime(const struct situation *situation, const struct event *event, const struct clock *old,
                   const struct deadline *deadline, struct clock *clock)
{
    struct clock armed = *old;
    struct refusal refusal = clocks_arm(situation, event, &armed, deadline, least_rung(old));
    bool moved = false;
    if (REFUSED(refusal) || armed.profile != old->profile)
        return false;
    clock->timers = arena_copy(situation->arena, old->timers, old->timer_count * sizeof(*old->timers));
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        struct timer *timer = &clock->timers[i];
        bool to_come = !timer->held && timer->at.ms >= situation->now.ms;
        for (uint32_t j = 0; j < armed.timer_count && to_come; j++) {
            const struct timer *fresh = &armed.timers[j];
            bool same = fresh->kind == timer->kind && fresh->rung == timer->rung &&
                        fresh->occurrence == timer->occurrence;
            if (!same || fresh->at.ms == timer->at.ms)
                continue;
            timer->at = fresh->at;
            moved = true;
        }
    }
    return moved;
}

static bool has_miss(const struct task *task, const struct clock *clock)
{
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        if (miss->clock == clock->id && miss->key == clock->key && miss->version == clock->version &&
            !miss->revoked)
            return true;
    }
    return false;
}

/* The miss of the new end; one of the old end, when there is one, goes. */
static void record_again(const struct situation *situation, struct event *event, const struct clock *old,
                         const struct clock *clock)
{
    if (REFUSED(clocks_record_miss(situation, event, clock)) || !has_miss(situation->task, old))
        return;
    event->revoked =
        arena_grown(situation->arena, event->revoked, event->revoked_count, sizeof(*event->revoked));
    event->revoked[event->revoked_count++] =
        (struct revoked_miss){old->id, old->version, old->unit, "calendar_changed", old->key};
}

static bool is_under_review(const struct task *task)
{
    return (IN(task->state) & (IN(STATE_REPORTED) | IN(STATE_VERIFYING))) != 0 && task->report.made;
}

/* Reported after its end, of a fact dated in time: nobody is late until somebody has verified another day. */
static bool is_held_by_fact(const struct task *task, const struct clock *old, const struct clock *clock)
{
    return task->binds == BINDS_FACT && old->id == CLOCK_DUE && old->status == CLOCK_PAUSED &&
           task->report.made && task->report.completed_on.days <= clock->last_day.days;
}

/* The act that the clock waited for is known, and judged as if it came now. */
static void judge(const struct situation *situation, struct event *event, const struct clock *old,
                  struct clock *clock)
{
    const bool ended = instant_is_set(old->ended_at);
    const struct instant act = ended ? old->ended_at : old->paused_at;
    /* A pause stops the clock where it stood; a report is what the clock waited for. */
    const bool judged = ended || old->status == CLOCK_MISSED || is_under_review(situation->task);
    if (act.ms <= clock->due.ms || is_held_by_fact(situation->task, old, clock))
        clock->status = ended ? CLOCK_MET : CLOCK_PAUSED;
    else if (judged)
        clock->status = CLOCK_MISSED;
    const bool disproved = old->status == CLOCK_MISSED && !has_miss(situation->task, old);
    if (clock->status == CLOCK_MISSED && !disproved)
        record_again(situation, event, old, clock);
}

/* The end moves: a new due version. */
static struct refusal move(const struct situation *situation, struct event *event, const struct clock *old,
                           const struct deadline *deadline, struct clock *clock)
{
    const struct instant told = instant_max(old->told_due, old->due);
    const bool signed_by_silence = old->id == CLOCK_SIGN && old->status == CLOCK_STOPPED;
    clock->version++;
    clock->told_due = told.ms > deadline->due.ms ? told : INSTANT_NONE;
    clock->due = deadline->due;
    clock->last_day = deadline->last_day;
    if (signed_by_silence) /* the matter has gone on; only who signs in time is heard */
        return (struct refusal){0};
    clock->armed_at = situation->now;
    if (has_run_out_since(old, situation->command->received_at)) {
        clock->status = CLOCK_RUNNING;
        clock->ended_at = INSTANT_NONE;
        return clocks_arm(situation, event, clock, deadline, least_rung(old));
    }
    if (instant_is_set(old->ended_at) || instant_is_set(old->paused_at)) {
        judge(situation, event, old, clock);
        return (struct refusal){0};
    }
    clock->status = CLOCK_RUNNING;
    return clocks_arm(situation, event, clock, deadline, least_rung(old));
}

/* What the new end rests on. Where the days are still those that the clock was computed with, it is the office hours. */
static const char *paper_of(const struct situation *situation, const struct clock *old,
                            const struct clock *clock)
{
    const struct ruleset *ruleset = situation->ruleset;
    const struct calendar_year *year = calendar_year_find(ruleset->calendar, date_year(clock->last_day));
    if (ruleset->days_since != 0 && old->calendar_version >= ruleset->days_since)
        return arena_format(situation->arena, "登记册第%u版办公时间", ruleset->calendar_since);
    return year == NULL ? "" : year->paper;
}

static void say_move(const struct situation *situation, struct event *event, const struct clock *old,
                     const struct clock *clock)
{
    event->moves = arena_grown(situation->arena, event->moves, event->move_count, sizeof(*event->moves));
    event->moves[event->move_count++] = (struct calendar_move){
        .clock = old->id,
        .key = old->key,
        .name = old->name == NULL ? "" : old->name,
        .before = old->due,
        .after = clock->due,
        .was_provisional = old->provisional,
        .provisional = clock->provisional,
        .paper = paper_of(situation, old, clock),
    };
}

/* Would the new end decide what has ended otherwise? Whoever signed by a date that it was told has signed in time. */
static bool decides_otherwise(const struct situation *situation, const struct clock *old,
                              const struct deadline *deadline)
{
    const bool deemed =
        old->id == CLOCK_SIGN && registry_clock_deemed(situation->pinned, situation->template_, CLOCK_SIGN);
    switch (old->status) {
    case CLOCK_MET:
        return old->ended_at.ms > deadline->due.ms && !deemed;
    case CLOCK_STOPPED:
        return deadline->due.ms > old->due.ms;
    case CLOCK_STATUS_NONE:
    case CLOCK_RUNNING:
    case CLOCK_PAUSED:
    case CLOCK_MISSED:
    case CLOCK_PARKED:
        break;
    }
    return old->ended_at.ms <= deadline->due.ms;
}

/* Arithmetic that refuses leaves the clock as it is: it is no worse than before. */
static void recompute_clock(const struct situation *situation, struct event *event, const struct clock *old)
{
    struct deadline deadline;
    struct clock clock = *old;
    if (REFUSED(clocks_compute(situation, old, &deadline)))
        return;
    not_backwards(&deadline, old, situation->command->received_at);
    bool moves = deadline.due.ms != old->due.ms, firm = deadline.provisional != old->provisional;
    if (instant_is_set(old->ended_at) && (!moves || !decides_otherwise(situation, old, &deadline)))
        return;
    clock.provisional = deadline.provisional;
    clock.calendar_version = deadline.calendar_version;
    bool retimed = false;
    if (moves) {
        if (REFUSED(move(situation, event, old, &deadline, &clock)))
            return;
    } else if (old->timer_count > 0) {
        retimed = retime(situation, event, old, &deadline, &clock);
    }
    if (!moves && !firm && !retimed)
        return;
    if (moves || firm)
        say_move(situation, event, old, &clock);
    *clocks_edit(situation, event, old->id, old->key) = clock;
}

/* --- all clocks ------------------------------------------------------------------------------------------------------ */

/* What a report under review had left follows its end. */
static void recount_what_is_left(const struct situation *situation, struct event *event)
{
    const struct task *task = situation->task;
    const struct clock *due = clocks_see(situation, event, CLOCK_DUE, 0),
                       *old = task_clock(task, CLOCK_DUE, 0);
    if (!is_under_review(task) || due == NULL || due->due.ms == old->due.ms)
        return;
    event->report = task->report;
    event->report.left_ms = 0;
    event->report.left_days = 0;
    due_note_left(situation, due, task->report.received_at, &event->report);
}

static void recompute_all(const struct situation *situation, struct event *event)
{
    const struct task *task = situation->task;
    const struct clock *ladder = task_ladder_clock(task);
    for (uint32_t i = 0; i < task->clock_count; i++) {
        if (is_stale(task, &task->clocks[i], situation->ruleset))
            recompute_clock(situation, event, &task->clocks[i]);
    }
    recount_what_is_left(situation, event);
    if (ladder != NULL && clocks_see(situation, event, ladder->id, ladder->key)->version != ladder->version)
        clocks_stop_acknowledgements(situation, event);
}

bool task_recompute_changes(const struct situation *situation)
{
    struct event event = event_begin(situation, EVENT_CALENDAR_APPLIED);
    recompute_all(situation, &event);
    return event.clock_count > 0;
}

static struct refusal recompute(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    recompute_all(situation, event);
    return (struct refusal){0};
}
const struct effect recompute_clocks = {"compute every clock again; a moved end is a new due version",
                                        recompute, CLOCK_NONE};

/* --- what it takes back ------------------------------------------------------------------------------------------------ */

/* A miss of the due version that the event has replaced. */
static bool was_moved(const struct situation *situation, const struct miss *miss)
{
    const struct task *task = situation->task;
    for (uint32_t i = 0; i < task->clock_count; i++) {
        const struct clock *clock = &task->clocks[i];
        if (clock->id == miss->clock && clock->key == miss->key && clock->version == miss->version + 1 &&
            text_equal(clock->unit, miss->unit) &&
            clock->calendar_version == calendar_version(situation->ruleset->calendar))
            return !miss->revoked && clock->status != CLOCK_MISSED;
    }
    return false;
}

static bool calendar_disproves(const struct situation *situation)
{
    for (uint32_t i = 0; i < situation->task->miss_count; i++) {
        if (was_moved(situation, &situation->task->misses[i]))
            return true;
    }
    return false;
}
const struct guard if_calendar_disproves = {"the end of a recorded miss has moved", calendar_disproves};

static struct refusal take_back(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    for (uint32_t i = 0; i < situation->task->miss_count; i++) {
        const struct miss *miss = &situation->task->misses[i];
        if (!was_moved(situation, miss))
            continue;
        event->revoked =
            arena_grown(situation->arena, event->revoked, event->revoked_count, sizeof(*event->revoked));
        event->revoked[event->revoked_count++] =
            (struct revoked_miss){miss->clock, miss->version, miss->unit, "calendar_changed", miss->key};
    }
    return (struct refusal){0};
}
const struct effect revoke_by_calendar = {"take the miss back: 放假安排调整", take_back, CLOCK_NONE};
