/* task_effects_pause.c: what the unit asks for (延期, 中止, 暂缓), what is decided about it, and the way back to work. */
#include <stddef.h>

#include "base/text.h"
#include "domain/ladder.h"
#include "domain/task_due.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"
#include "domain/task_pause.h"

static const struct refusal fine;

/* --- requests ------------------------------------------------------------------------------------------------------ */

static struct refusal pend(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct body_request *request = &situation->command->body.request;
    event->request = (struct pending_request){
        .kind = request->kind,
        .amount = request->amount,
        .until = request->until,
        .reason = request->reason,
        .pause_reason = request->pause_reason,
        .unit = situation->task->lead_unit,
        .received_at = situation->command->received_at,
    };
    return clocks_start(situation, event, clock, (uint32_t)request->kind, situation->now);
}
const struct effect pend_request = {"the request is pending, start its C-DECIDE", pend, CLOCK_DECIDE};

void release_held_rungs(const struct situation *situation, struct event *event)
{
    const struct clock *ladder = task_ladder_clock(situation->task);
    struct instant nine =
        ladder_nine_after(&situation->pinned->policy, situation->ruleset->calendar, situation->now, 0);
    bool any = false;
    for (uint32_t i = 0; ladder != NULL && i < ladder->timer_count; i++)
        any = any || ladder->timers[i].held;
    if (!any)
        return;
    struct clock *clock = clocks_edit(situation, event, ladder->id, ladder->key);
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        if (clock->timers[i].held)
            clock->timers[i].at = nine;
        clock->timers[i].held = false;
    }
}

static struct refusal withdraw(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct task *task = situation->task;
    if (task->request_count == 0)
        return fine;
    event->request_withdrawn = true;
    for (uint32_t i = 0; i < task->request_count; i++)
        clocks_stop(situation, event, clock, (uint32_t)task->requests[i].kind);
    release_held_rungs(situation, event);
    return fine;
}
const struct effect withdraw_request = {"withdraw what is pending", withdraw, CLOCK_DECIDE};

/* What waited for this answer goes out, unless it waits for another one too. */
static void release_if_last(const struct situation *situation, struct event *event)
{
    if (situation->task->request_count <= 1)
        release_held_rungs(situation, event);
}

static struct refusal withdraw_one(const struct situation *situation, struct event *event,
                                   enum clock_id clock)
{
    clocks_stop(situation, event, clock, (uint32_t)situation->command->body.withdraw_request.kind);
    release_if_last(situation, event);
    return fine;
}
const struct effect withdraw_one_request = {"stop its C-DECIDE; what was held goes out", withdraw_one,
                                            CLOCK_DECIDE};

/* --- decisions ------------------------------------------------------------------------------------------------------ */

static struct refusal meet(const struct situation *situation, struct event *event, enum clock_id clock)
{
    clocks_meet(situation, event, clock, (uint32_t)situation->command->body.decide.kind);
    return fine;
}
const struct effect meet_deciding = {"meet its C-DECIDE", meet, CLOCK_DECIDE};

static struct refusal decide(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body_decide *said = &situation->command->body.decide;
    const struct pending_request *request = task_request(situation->task, said->kind);
    if (!said->granted) {
        release_if_last(situation, event);
        return fine;
    }
    struct refusal refusal = due_asked_working_days(situation, request, &event->extension_working_days);
    return REFUSED(refusal) ? refusal : due_extend(situation, event, request);
}
const struct effect decide_request = {"an extension granted: a new due date; refused: what was held goes out",
                                      decide, CLOCK_NONE};

/* --- 中止 ------------------------------------------------------------------------------------------------------------ */

static bool covers(const struct registry_pause *reason, const struct clock *clock)
{
    for (uint32_t i = 0; i < reason->cover_count; i++) {
        if (text_equal(reason->covers[i], clock->name))
            return true;
    }
    return false;
}

/* The time stands still from the receipt of the request, not from its decision: the decider's slowness is not the
 * unit's (domain.md §1.9, design §3). */
static struct refusal stand_still(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct task *task = situation->task;
    const struct pending_request *request = task_request(task, REQUEST_SUSPENSION);
    const struct registry_pause *reason = registry_pause(situation->template_, request->pause_reason);
    if (reason == NULL)
        return refusal_make(situation->arena, REFUSAL_UNKNOWN_WORD, "field", "pause_reason", "value",
                            request->pause_reason, NULL);
    const char *basis = arena_format(situation->arena, "%s(%s)", reason->name, reason->basis);
    const struct clock *ladder = task_ladder_clock(task);
    clocks_stop_acknowledgements(situation, event);
    pause_clock(situation, event, ladder->id, ladder->key, request->received_at, basis);
    for (uint32_t i = 0; i < task->clock_count; i++) {
        const struct clock *other = &task->clocks[i];
        if (!text_empty(other->name) && covers(reason, other))
            pause_clock(situation, event, other->id, other->key, request->received_at, basis);
    }
    pause_co_units(situation, event, request->received_at, basis);
    return fine;
}
const struct effect suspend = {"C-DUE, C-CO and what the reason covers stand still since the request",
                               stand_still, CLOCK_NONE};

static struct refusal go_on(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    return pause_end(situation, event);
}
const struct effect resume = {"the pause ends: a new due version, the ladder from now", go_on, CLOCK_NONE};

/* --- 暂缓 ------------------------------------------------------------------------------------------------------------ */

static struct refusal shelve_it(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    return shelf_start(situation, event, task_request(situation->task, REQUEST_SHELVING)->until);
}
const struct effect shelve = {"the promise is the next due version, paused; start C-SHELF; C-CO stands still",
                              shelve_it, CLOCK_NONE};

static struct refusal unshelve_it(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    return shelf_end_early(situation, event);
}
const struct effect unshelve = {"meet C-SHELF; the promise runs, the ladder from now; C-CO goes on",
                                unshelve_it, CLOCK_NONE};

static struct refusal break_promise(const struct situation *situation, struct event *event,
                                    enum clock_id clock)
{
    (void)clock;
    return shelf_expire(situation, event);
}
const struct effect expire_shelf = {"the promise is missed: the ladder from rung 4; C-CO goes on",
                                    break_promise, CLOCK_NONE};

static struct refusal review_again(const struct situation *situation, struct event *event,
                                   enum clock_id clock)
{
    const struct timer *fired = situation->fired;
    return shelf_add_review(situation, clocks_edit(situation, event, clock, 0), fired->at,
                            fired->occurrence + 1);
}
const struct effect repeat_review = {"the next look at it", review_again, CLOCK_SHELF};
