/* task_effects_appeal.c: what comes after the work: the conclusion of a supervision and its re-examination (政府督查工作
 * 条例 §17), the signature under a drafted form, and the archive. */
#include <stddef.h>

#include "base/text.h"
#include "domain/task_clocks.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"

static const struct refusal fine;

static struct refusal start(const struct situation *situation, struct event *event, enum clock_id clock)
{
    return clocks_start(situation, event, clock, 0, situation->now);
}

/* Nobody has to act by its end, so it may fall on a rest day: no calendar ever moves it, and nobody is told that it was
 * moved. */
static struct refusal keep_until_archived(const struct situation *situation, struct event *event,
                                          enum clock_id id)
{
    struct duration amount =
        registry_clock_amount(situation->pinned, situation->template_, id, event_urgency(situation, event));
    if (amount.unit == UNIT_NONE)
        return fine;
    struct clock *clock = clocks_renew(situation, event, id, 0, situation->now);
    clock->rule = (struct deadline_rule){.period = amount};
    if (!deadline_unit_is_of_time(amount.unit))
        clock->rule.roll = ROLL_OFF;
    return clocks_schedule(situation, event, clock, 0);
}

/* An appeal may still come, and be decided: what follows in the archive waits anew. */
static struct refusal wait_on(const struct situation *situation, struct event *event)
{
    const struct clock *archive = task_clock(situation->task, CLOCK_ARCHIVE, 0);
    bool waits = archive != NULL && clock_is_live(archive);
    return waits ? keep_until_archived(situation, event, CLOCK_ARCHIVE) : fine;
}

/* --- conclusions ----------------------------------------------------------------------------------------------------- */

static struct refusal deliver(const struct situation *situation, struct event *event, enum clock_id clock)
{
    /* Thirty days from delivery: the day it was received, whatever the row's own now. */
    struct refusal refusal = clocks_start(situation, event, clock, 0, situation->command->received_at);
    return REFUSED(refusal) ? refusal : wait_on(situation, event);
}
const struct effect conclude = {"start C-APPEAL from delivery", deliver, CLOCK_APPEAL};

static struct refusal open_appeal(const struct situation *situation, struct event *event, enum clock_id clock)
{
    clocks_meet(situation, event, CLOCK_APPEAL, 0);
    struct refusal refusal = start(situation, event, clock);
    return REFUSED(refusal) ? refusal : wait_on(situation, event);
}
const struct effect appeal = {"meet C-APPEAL, start C-APPEAL-DECIDE", open_appeal, CLOCK_APPEAL_DECIDE};

static struct refusal decide(const struct situation *situation, struct event *event, enum clock_id clock)
{
    clocks_meet(situation, event, clock, 0);
    return fine;
}
const struct effect decide_appeal = {"meet C-APPEAL-DECIDE", decide, CLOCK_APPEAL_DECIDE};

/* --- the archive ----------------------------------------------------------------------------------------------------- */

const struct effect start_archive = {"start C-ARCHIVE", keep_until_archived, CLOCK_ARCHIVE};
const struct effect postpone_archive = {"C-ARCHIVE once more", keep_until_archived, CLOCK_ARCHIVE};

/* Open again: a conclusion about what was done before is void with its appeals. */
static struct refusal leave(const struct situation *situation, struct event *event, enum clock_id clock)
{
    clocks_stop(situation, event, clock, 0);
    clocks_stop(situation, event, CLOCK_APPEAL, 0);
    clocks_stop(situation, event, CLOCK_APPEAL_DECIDE, 0);
    return fine;
}
const struct effect stop_archive = {"stop C-ARCHIVE and the clocks of an appeal", leave, CLOCK_ARCHIVE};

static struct refusal close_the_book(const struct situation *situation, struct event *event,
                                     enum clock_id clock)
{
    (void)clock;
    clocks_stop_all(situation, event);
    clocks_stop(situation, event, CLOCK_APPEAL, 0);
    clocks_stop(situation, event, CLOCK_APPEAL_DECIDE, 0);
    event->sealed.events = situation->task->seq;
    return fine;
}
const struct effect seal = {"stop every clock, seal the events so far", close_the_book, CLOCK_NONE};
