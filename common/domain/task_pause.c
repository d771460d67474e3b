/* task_pause.c: see task_pause.h. Suspended and shelved clocks have status PAUSED and no timers, so that nothing is sent
 * while nothing can be done; what tells them apart is the open pause of a suspended one. */
#include "domain/task_pause.h"

#include "base/limits.h"
#include "domain/ladder.h"
#include "domain/task_co.h"
#include "domain/task_due.h"
#include "domain/task_event.h"

static const struct refusal fine;

enum { SHELF_ALARM = 4 }; /* the rung that a broken promise reaches at once */

/* --- 中止 -------------------------------------------------------------------------------------------------------- */

bool clock_is_suspended(const struct clock *clock)
{
    return clock->pause_count > 0 && !instant_is_set(clock->pauses[clock->pause_count - 1].until);
}

void clock_close_pause(struct clock *clock, struct instant at, struct arena *arena)
{
    if (!clock_is_suspended(clock))
        return;
    clock->pauses = arena_copy(arena, clock->pauses, clock->pause_count * sizeof(*clock->pauses));
    struct deadline_pause *last = &clock->pauses[clock->pause_count - 1];
    last->until = instant_max(at, last->from);
}

static struct instant end_of_last_pause(const struct clock *clock)
{
    return clock->pause_count == 0 ? INSTANT_NONE : clock->pauses[clock->pause_count - 1].until;
}

void pause_clock(const struct situation *situation, struct event *event, enum clock_id id, uint32_t key,
                 struct instant from, const char *basis)
{
    const struct clock *seen = clocks_see(situation, event, id, key);
    if (seen == NULL || !clock_is_live(seen) || clock_is_suspended(seen) || from.ms > seen->due.ms)
        return;
    struct clock *clock = clocks_edit(situation, event, id, key);
    clock->pauses = arena_grown(situation->arena, clock->pauses, clock->pause_count, sizeof(*clock->pauses));
    clock->pauses[clock->pause_count++] =
        (struct deadline_pause){.from = instant_max(from, end_of_last_pause(seen)), .basis = basis};
    clock->status = CLOCK_PAUSED;
    clock->paused_at = from;
    clock_drop_timers(clock);
    clocks_stop_waiting_on(situation, event, id, key);
}

void pause_co_units(const struct situation *situation, struct event *event, struct instant from,
                    const char *basis)
{
    for (uint32_t i = 0; i < situation->task->clock_count; i++) {
        const struct clock *clock = &situation->task->clocks[i];
        if (clock->id != CLOCK_CO || !clock_is_live(clock))
            continue;
        pause_clock(situation, event, clock->id, clock->key, from, basis);
        if (clocks_see(situation, event, clock->id, clock->key)->status == CLOCK_PAUSED)
            continue;
        struct clock *missed = clocks_edit(situation, event, clock->id, clock->key);
        missed->paused_at = from;
        clock_drop_timers(missed);
        clocks_stop_waiting_on(situation, event, clock->id, clock->key);
    }
}

struct date pause_last_day_on(const struct situation *situation, const struct clock *clock, struct date day)
{
    struct clock closed = *clock;
    struct deadline end;
    clock_close_pause(&closed, day_start(day), situation->arena);
    return REFUSED(clocks_compute(situation, &closed, &end)) ? clock->last_day : end.last_day;
}

static uint32_t first_rung_of(const struct clock *clock)
{
    if (clock->id == CLOCK_CO)
        return 1; /* as when it was accepted */
    return clock->id == CLOCK_REWORK ? LADDER_FIRST_ALARM : 0;
}

static struct refusal leave_a_day(const struct situation *situation, struct event *event, struct clock *clock)
{
    struct deadline end;
    struct refusal refusal = clocks_compute(situation, clock, &end);
    if (REFUSED(refusal) || deadline_unit_is_of_time(clock->rule.period.unit) ||
        end.due.ms >= situation->command->received_at.ms)
        return refusal;
    char text[DATE_TEXT];
    struct date next =
        calendar_add_working_days(situation->ruleset->calendar, date_of(situation->command->received_at), 1);
    clock->rule = due_rule_of_date(situation, next);
    clock->extensions = NULL;
    clock->extension_count = 0;
    date_to_text(next, text);
    event_note(situation, event, "resumed_behind_its_end last_day=%s", text);
    return fine;
}

static struct refusal resume(const struct situation *situation, struct event *event, struct clock *clock)
{
    clock_close_pause(clock, situation->command->received_at, situation->arena);
    clock->version++;
    clock->status = CLOCK_RUNNING;
    clock->paused_at = INSTANT_NONE;
    clock->ended_at = INSTANT_NONE;
    struct refusal refusal = leave_a_day(situation, event, clock);
    return REFUSED(refusal) ? refusal : clocks_schedule(situation, event, clock, first_rung_of(clock));
}

static void drop_expiry(struct clock *clock)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        if (clock->timers[i].kind != TIMER_EXPIRY)
            clock->timers[kept++] = clock->timers[i];
    }
    clock->timer_count = kept;
}

/* The lead's end may be a date that no pause moves. */
static struct refusal stay_before_lead(const struct situation *situation, struct event *event,
                                       struct clock *clock)
{
    const struct clock *ladder = task_ladder_clock(situation->task);
    const struct clock *lead = ladder == NULL ? NULL : clocks_see(situation, event, ladder->id, ladder->key);
    struct deadline end = {.last_day = clock->last_day, .due = clock->due};
    if (lead == NULL || co_ends_before(&end, lead) ||
        lead->last_day.days <= date_of(situation->command->received_at).days)
        return fine;
    clock->rule = due_rule_of_date(situation, date_add(lead->last_day, -1));
    clock->extensions = NULL;
    clock->extension_count = 0;
    return clocks_schedule(situation, event, clock, first_rung_of(clock));
}

/* A co-unit that was late before stays late; the reminders that are still to come go on. */
static struct refusal speak_again(const struct situation *situation, struct event *event, struct clock *clock)
{
    clock->paused_at = INSTANT_NONE;
    struct refusal refusal = clocks_schedule(situation, event, clock, first_rung_of(clock));
    drop_expiry(clock);
    return refusal;
}

static struct refusal resume_co_unit(const struct situation *situation, struct event *event,
                                     const struct clock *clock)
{
    if (!clock_is_live(clock) || !instant_is_set(clock->paused_at))
        return fine;
    struct clock *draft = clocks_edit(situation, event, clock->id, clock->key);
    if (clock->status == CLOCK_MISSED)
        return speak_again(situation, event, draft);
    struct refusal refusal = resume(situation, event, draft);
    return REFUSED(refusal) ? refusal : stay_before_lead(situation, event, draft);
}

struct refusal pause_end(const struct situation *situation, struct event *event)
{
    const struct task *task = situation->task;
    struct refusal refusal = fine;
    for (uint32_t i = 0; i < task->clock_count && !REFUSED(refusal); i++) {
        const struct clock *clock = &task->clocks[i];
        if (clock->id != CLOCK_CO && clock->status == CLOCK_PAUSED && clock_is_suspended(clock))
            refusal = resume(situation, event, clocks_edit(situation, event, clock->id, clock->key));
    }
    for (uint32_t i = 0; i < task->clock_count && !REFUSED(refusal); i++) {
        if (task->clocks[i].id == CLOCK_CO)
            refusal = resume_co_unit(situation, event, &task->clocks[i]);
    }
    return refusal;
}

/* --- 暂缓 -------------------------------------------------------------------------------------------------------- */

static struct refusal promise(const struct situation *situation, struct event *event, struct clock *clock,
                              struct date promised)
{
    clock->rule = due_rule_of_date(situation, promised);
    clock->extensions = NULL;
    clock->extension_count = 0;
    struct refusal refusal = clocks_schedule(situation, event, clock, 0);
    clock->status = CLOCK_PAUSED;
    clock->paused_at = situation->command->received_at;
    clock->ended_at = INSTANT_NONE;
    clock_drop_timers(clock);
    return refusal;
}

struct refusal shelf_add_review(const struct situation *situation, struct clock *shelf, struct instant from,
                                uint32_t occurrence)
{
    const struct registry_policy *policy = &situation->pinned->policy;
    if (policy->shelf_review.unit == UNIT_NONE)
        return fine;
    struct deadline review;
    struct deadline_rule rule = {.period = policy->shelf_review};
    struct refusal refusal = due_end_of(situation, &rule, from, &review);
    if (REFUSED(refusal))
        return refusal;
    struct instant at =
        ladder_nine_after(policy, situation->ruleset->calendar, day_start(review.last_day), 0);
    if (at.ms >= shelf->due.ms)
        return fine;
    shelf->timers = arena_grown(situation->arena, shelf->timers, shelf->timer_count, sizeof(*shelf->timers));
    shelf->timers[shelf->timer_count++] =
        (struct timer){.at = at, .kind = TIMER_REVIEW, .occurrence = occurrence};
    return fine;
}

struct refusal shelf_start(const struct situation *situation, struct event *event, struct date promised)
{
    const struct clock *ladder = task_ladder_clock(situation->task);
    clocks_stop_acknowledgements(situation, event);
    pause_co_units(situation, event, task_request(situation->task, REQUEST_SHELVING)->received_at,
                   "暂缓办理");
    struct clock *clock = clocks_edit(situation, event, ladder->id, ladder->key);
    clock->version++;
    struct refusal refusal = promise(situation, event, clock, promised);
    if (REFUSED(refusal))
        return refusal;
    struct clock *shelf = clocks_renew(situation, event, CLOCK_SHELF, 0, situation->now);
    shelf->rule = due_rule_of_date(situation, promised);
    refusal = clocks_schedule(situation, event, shelf, 0);
    return REFUSED(refusal) ? refusal : shelf_add_review(situation, shelf, situation->now, 1);
}

struct refusal shelf_move(const struct situation *situation, struct event *event, struct date promised)
{
    const struct clock *running = task_clock(situation->task, CLOCK_SHELF, 0);
    if (running == NULL || running->status != CLOCK_RUNNING)
        return fine;
    struct clock *shelf = clocks_edit(situation, event, CLOCK_SHELF, 0);
    shelf->rule = due_rule_of_date(situation, promised);
    struct refusal refusal = clocks_schedule(situation, event, shelf, 0);
    return REFUSED(refusal) ? refusal : shelf_add_review(situation, shelf, situation->now, 1);
}

/* The clock that carries the ladder runs again, against the promise. */
static struct clock *running_again(const struct situation *situation, struct event *event)
{
    const struct clock *ladder = task_ladder_clock(situation->task);
    struct clock *clock = clocks_edit(situation, event, ladder->id, ladder->key);
    clock->status = CLOCK_RUNNING;
    clock->paused_at = INSTANT_NONE;
    return clock;
}

struct refusal shelf_end_early(const struct situation *situation, struct event *event)
{
    clocks_meet(situation, event, CLOCK_SHELF, 0);
    struct clock *clock = running_again(situation, event);
    struct refusal refusal = clocks_schedule(situation, event, clock, first_rung_of(clock));
    return REFUSED(refusal) ? refusal : pause_end(situation, event);
}

/* The hour at which that rung may go out: at once, or the next 09:00 of a working day (domain.md §5). */
static struct instant hour_of_alarm(const struct situation *situation, const struct clock *clock)
{
    const struct registry_rung *row =
        ladder_row(situation->pinned, clock->profile, clock->allowed_days, SHELF_ALARM, 1);
    if (row == NULL || !row->at_nine)
        return situation->now;
    return ladder_nine_after(&situation->pinned->policy, situation->ruleset->calendar, situation->now, 0);
}

struct refusal shelf_expire(const struct situation *situation, struct event *event)
{
    struct clock *shelf = clocks_edit(situation, event, CLOCK_SHELF, 0);
    shelf->status = CLOCK_MISSED;
    shelf->ended_at = situation->fired->at;
    clock_drop_timers(shelf);
    struct clock *clock = running_again(situation, event);
    struct refusal refusal = clocks_schedule(situation, event, clock, SHELF_ALARM);
    if (REFUSED(refusal))
        return refusal;
    clock->status = CLOCK_MISSED;
    drop_expiry(clock);
    clock_move_rung(situation, clock, SHELF_ALARM, hour_of_alarm(situation, clock));
    refusal = clocks_record_miss(situation, event, clock);
    return REFUSED(refusal) ? refusal : pause_end(situation, event);
}
