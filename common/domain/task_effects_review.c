/* task_effects_review.c: the supervisor's review, closing and reopening; instructions. */
#include <stddef.h>

#include "base/text.h"
#include "domain/ladder.h"
#include "domain/task_due.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"
#include "domain/task_guards.h"
#include "domain/task_pause.h"
#include "domain/task_requirements.h"

static const struct refusal fine;

/* --- Return -------------------------------------------------------------------------------------------------------- */

static struct refusal go_on(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    return due_continue(situation, event);
}
const struct effect continue_due = {"C-DUE goes on: max(what was left, C-REWORK)", go_on, CLOCK_NONE};

static struct refusal rework(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    return due_rework(situation, event);
}
const struct effect start_rework = {"start C-REWORK with the ladder from rung 3", rework, CLOCK_NONE};

/* The clock that will carry the ladder after this event. */
static struct clock *ladder_after(const struct situation *situation, struct event *event)
{
    const struct clock *due = clocks_see(situation, event, CLOCK_DUE, 0);
    const struct clock *again = clocks_see(situation, event, CLOCK_REWORK, 0);
    bool by_rework = again != NULL && !instant_is_set(again->ended_at);
    if (!by_rework && due == NULL)
        return NULL;
    return clocks_edit(situation, event, by_rework ? CLOCK_REWORK : CLOCK_DUE, 0);
}

static struct refusal alarm(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    struct clock *ladder = ladder_after(situation, event);
    if (situation->task->returns > 0 && ladder != NULL)
        clock_move_rung(situation, ladder, 4, situation->now);
    return fine;
}
const struct effect alarm_second_return = {"second return: rung 4 at once", alarm, CLOCK_NONE};

/* --- Close ---------------------------------------------------------------------------------------------------------- */

/* Whether the due date was met is known now: a fact by its date, an act by when it was received. */
static struct refusal settle_due(const struct situation *situation, struct event *event,
                                 struct date completed_on)
{
    const struct task *task = situation->task;
    const struct clock *due = clocks_see(situation, event, CLOCK_DUE, 0);
    if (due == NULL || !clock_is_live(due))
        return fine;
    bool acted_in_time = due->status == CLOCK_PAUSED ||
                         (due->status == CLOCK_RUNNING && situation->command->received_at.ms <= due->due.ms);
    bool met = task->binds == BINDS_FACT ? completed_on.days <= due->last_day.days : acted_in_time;
    struct clock *clock = clocks_edit(situation, event, CLOCK_DUE, 0);
    clock->status = met ? CLOCK_MET : CLOCK_MISSED;
    clock->ended_at = situation->command->received_at;
    clock_drop_timers(clock);
    bool recorded = met || task_has_miss(task, CLOCK_DUE, due->version);
    return recorded ? fine : clocks_record_miss(situation, event, due);
}

static struct refusal fix(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    event->completed_on = task_completion_date(situation);
    struct refusal refusal = settle_due(situation, event, event->completed_on);
    clocks_meet(situation, event, CLOCK_REVIEW, 0);
    clocks_meet(situation, event, CLOCK_VERIFY, 0);
    clocks_stop_all(situation, event);
    return refusal;
}
const struct effect fix_completion = {"fix completed_on, settle C-DUE, stop the other clocks", fix,
                                      CLOCK_NONE};

/* --- Reopen --------------------------------------------------------------------------------------------------------- */

/* A false date had taken a miss back: it stands again, and what the date decided is open again. */
static void undo_false_date(const struct situation *situation, struct event *event)
{
    const struct task *task = situation->task;
    const struct clock *due = task_clock(task, CLOCK_DUE, 0);
    bool stands = false;
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        if (!miss->revoked || !text_equal(miss->reason, "verified_date"))
            continue;
        stands = stands || (due != NULL && miss->version == due->version);
        event->misses =
            arena_grown(situation->arena, event->misses, event->miss_count, sizeof(*event->misses));
        struct miss *again = &event->misses[event->miss_count++];
        *again = *miss;
        again->revoked = false;
        again->reason = "";
    }
    if (due == NULL || task->binds != BINDS_FACT || due->status != CLOCK_MET)
        return;
    struct clock *clock = clocks_edit(situation, event, CLOCK_DUE, 0);
    clock->status = stands ? CLOCK_MISSED : CLOCK_PAUSED;
    clock->ended_at = INSTANT_NONE;
}

static struct refusal open_again(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    bool is_false = situation->command->body.reopen.reason_code == REOPEN_FALSE_EVIDENCE;
    if (is_false)
        undo_false_date(situation, event);
    struct refusal refusal = due_rework(situation, event);
    struct clock *ladder = clocks_edit(situation, event, CLOCK_REWORK, 0);
    if (!REFUSED(refusal) && is_false && ladder != NULL)
        clock_move_rung(situation, ladder, LADDER_TOP, situation->now);
    return refusal;
}
const struct effect reopen = {"start C-REWORK; false evidence: misses stand again, rung 6 at once",
                              open_again, CLOCK_NONE};

/* --- Instruct -------------------------------------------------------------------------------------------------------- */

/* Card ②: the sixth rung waits for D, and comes at once when D has passed in vain. */
static void hold_until(const struct situation *situation, struct event *event, struct date until)
{
    const struct clock *ladder = task_ladder_clock(situation->task);
    struct instant at = ladder_nine_after(&situation->pinned->policy, situation->ruleset->calendar,
                                          day_start(date_add(until, 1)), 0);
    event->rung6_held_until = at;
    bool waits = ladder != NULL && ladder->status == CLOCK_MISSED &&
                 clock_has_rung_after(ladder, LADDER_TOP, INSTANT_NONE);
    if (waits)
        clock_move_rung(situation, clocks_edit(situation, event, ladder->id, ladder->key), LADDER_TOP, at);
}

/* Card ①; of a shelved task the promise moves with it. */
static struct refusal extend_to(const struct situation *situation, struct event *event, struct date until)
{
    struct refusal refusal = due_set_date(situation, event, until);
    if (REFUSED(refusal) || situation->task->state != STATE_SHELVED)
        return refusal;
    return shelf_move(situation, event, until);
}

static struct refusal follow(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body_instruct *instruct = &situation->command->body.instruct;
    switch (instruct->card) {
    case CARD_EXTEND:
        return extend_to(situation, event, instruct->until);
    case CARD_MEETING:
        event->rung6_held_until = ladder_nine_after(&situation->pinned->policy, situation->ruleset->calendar,
                                                    situation->now, LADDER_QUIET_DAYS);
        return fine;
    case CARD_NONE: /* free text with a date is card ② */
    case CARD_DONE_BY:
        if (date_is_set(instruct->until))
            hold_until(situation, event, instruct->until);
        return fine;
    case CARD_COUNT:
        break;
    }
    return fine;
}
const struct effect follow_instruction = {"card ①: last day = D; ②: rung 6 comes after D; ③: rung 6 is held",
                                          follow, CLOCK_NONE};

static struct refusal predecessor(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct body_follow *done = &situation->command->body.predecessor_done;
    if (done->unknown)
        event_note(situation, event, "predecessor_unknown task=%s", done->predecessor);
    return fine;
}
const struct effect note_predecessor = {"note a predecessor that does not exist", predecessor, CLOCK_NONE};

/* --- misses taken back ------------------------------------------------------------------------------------------------ */

static void revoke(const struct situation *situation, struct event *event, const struct miss *miss,
                   const char *reason)
{
    event->revoked =
        arena_grown(situation->arena, event->revoked, event->revoked_count, sizeof(*event->revoked));
    event->revoked[event->revoked_count++] =
        (struct revoked_miss){miss->clock, miss->version, miss->unit, reason, miss->key};
}

static struct refusal granted(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    static const char *const reasons[REQUEST_COUNT] = {
        [REQUEST_EXTENSION] = "extension_granted",
        [REQUEST_SUSPENSION] = "suspension_granted",
        [REQUEST_SHELVING] = "shelving_granted",
    };
    const struct clock *ladder = task_ladder_clock(situation->task);
    uint32_t version = task_version_asked_about(situation);
    for (uint32_t i = 0; i < situation->task->miss_count; i++) {
        const struct miss *miss = &situation->task->misses[i];
        if (!miss->revoked && miss->clock == ladder->id && miss->version == version)
            revoke(situation, event, miss, reasons[situation->command->body.decide.kind]);
    }
    return fine;
}
const struct effect revoke_granted = {"take the miss back: 延期, 中止, 暂缓", granted, CLOCK_NONE};

static struct refusal disproved(const struct situation *situation, struct event *event, enum clock_id clock)
{
    (void)clock;
    const struct task *task = situation->task;
    uint32_t nodes = 0;
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        bool dated =
            miss->clock == CLOCK_STATUTORY || (miss->clock == CLOCK_DUE && date_is_set(task->completed_on));
        bool of_node = miss->clock == CLOCK_NODE;
        if (!task_miss_is_disproved(task, miss))
            continue;
        revoke(situation, event, miss,
               of_node ? "done_in_time"
               : dated ? "verified_date"
                       : "received_in_time");
        nodes += of_node;
    }
    return plan_calm(situation, event, nodes);
}
const struct effect revoke_disproved = {"take the miss back (撤销逾期认定)", disproved, CLOCK_NONE};
