/* explain_rungs.c: what became of every rung of a clock. Those that were reached stand in the events, with the notices
 * that they caused; of the others rung_fate.c knows how they stand, and here it is said why. */
#include "base/text.h"
#include "domain/answer_slot.h"
#include "domain/catalogue.h"
#include "domain/ladder.h"
#include "explain_case.h"

/* --- who was told -------------------------------------------------------------------------------------------------- */

/* The end of a notice that lies behind the moment has not come yet. */
static struct explained_told told_of(const struct explain_case *explained, const struct notice *notice)
{
    struct explained_told told = {notice, NOTICE_PENDING, notice->created_at};
    int64_t at = explained->source->at.ms;
    if (instant_is_set(notice->ended_at) && notice->ended_at.ms <= at) {
        told.status = notice->status;
        told.since = notice->ended_at;
    } else if (!instant_is_set(notice->ended_at) && notice->attempt_count == 0) {
        told.status = notice->status; /* pending or held since it was made */
    }
    return told;
}

static void find_told(const struct explain_case *explained, struct explained_rung *rung, bool copied)
{
    const struct explain_source *source = explained->source;
    for (uint32_t i = 0; rung->reached != NULL && i < source->notice_count; i++) {
        const struct notice *notice = &source->notices[i];
        if (notice->event_seq != rung->reached->seq || notice->event_type != EVENT_RUNG_REACHED ||
            notice->created_at.ms > source->at.ms || notice->copied != copied)
            continue;
        rung->told = arena_grown(explained->arena, rung->told, rung->told_count, sizeof(*rung->told));
        rung->told[rung->told_count++] = told_of(explained, notice);
    }
}

/* --- why not --------------------------------------------------------------------------------------------------------- */

static const char *moment(const struct explain_case *explained, struct instant at)
{
    struct civil c = civil_of(at);
    return arena_format(explained->arena, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour,
                        c.minute);
}

/* By what the first `event_count` events say. */
static const char *why_held(const struct explain_case *explained, uint32_t rung, uint32_t event_count)
{
    const struct task *task = explained->task;
    if (rung == LADDER_TOP && instant_is_set(task->rung6_held_until) &&
        task->rung6_held_until.ms > explained->source->at.ms)
        return arena_format(explained->arena,
                            explain_pick(explained, "按批示暂缓至 %s", "held by an instruction until %s"),
                            due_render(task->rung6_held_until, explained->arena));
    for (uint32_t i = event_count; i-- > 0;) {
        const struct event *event = &explained->source->events[i];
        if (event->type == EVENT_REQUESTED)
            return arena_format(
                explained->arena,
                explain_pick(explained, "%s申请待批,批复前不发", "held while a request (%s) is pending"),
                explain_word(explained, LIST_REQUEST, (int)event->body.request.kind));
        if (event->type == EVENT_FACT_RECORDED)
            return explain_pick(explained, "事实已按期登记,等待申请办结",
                                "held: the fact is recorded in time, the report is awaited");
    }
    return "";
}

/* The clock as it stood at a moment; NULL before it was started. */
static const struct clock *clock_then(const struct explain_case *explained, const struct clock *clock,
                                      struct instant at)
{
    const struct clock *then = NULL;
    for (uint32_t i = 0; i < explained->event_count && explained->source->events[i].now.ms <= at.ms; i++) {
        const struct event *event = &explained->source->events[i];
        for (uint32_t k = 0; k < event->clock_count; k++) {
            if (event->clocks[k].id == clock->id && event->clocks[k].key == clock->key)
                then = &event->clocks[k];
        }
    }
    return then;
}

/* Where the task stood at a moment. */
static enum task_state state_then(const struct explain_case *explained, struct instant at)
{
    enum task_state state = STATE_NONE;
    for (uint32_t i = 0; i < explained->event_count && explained->source->events[i].now.ms <= at.ms; i++)
        state = explained->source->events[i].state;
    return state;
}

/* Its moment came, but somebody's word or deed held it, and then it was needed no more: how many events there were up to
 * that one; 0: it was not held. */
static uint32_t events_until_held(const struct explain_case *explained, const struct clock *clock,
                                  const struct explained_rung *rung)
{
    for (uint32_t i = explained->event_count; i-- > 0;) {
        const struct event *event = &explained->source->events[i];
        if (event->type == EVENT_RUNG_HELD && event->fired.clock == clock->id &&
            event->fired.key == clock->key && event->fired.version == rung->version &&
            event->fired.rung == rung->rung && event->fired.occurrence == rung->occurrence)
            return i + 1;
    }
    return 0;
}

/* Left out when the clock was armed: its moment was past then, progress had just been reported, or a task that has come
 * back begins with its alarms. */
static const char *why_left_out(const struct explain_case *explained, const struct explained_clock *clock,
                                const struct explained_rung *rung)
{
    const struct event *armed =
        clock->version_count == 0 ? NULL : clock->versions[clock->version_count - 1].event;
    const struct task *task = explained->task;
    const struct clock *then = clock_then(explained, clock->clock, rung->at);
    uint32_t held = events_until_held(explained, clock->clock, rung);
    if (held > 0)
        return arena_format(
            explained->arena,
            explain_pick(explained, "届时暂缓,其后不必再发(%s)", "held then, needless later (%s)"),
            why_held(explained, rung->rung, held));
    if (then != NULL && then->status == CLOCK_PAUSED)
        return arena_format(explained->arena,
                            explain_pick(explained, "该时刻时限正暂停计时(自 %s 起)",
                                         "at that moment the clock stood still (since %s)"),
                            moment(explained, then->paused_at));
    enum task_state state = state_then(explained, rung->at);
    if (state == STATE_REPORTED || state == STATE_VERIFYING)
        return explain_pick(explained, "该时刻已申请办结,审核期间不发",
                            "it was reported done by then: nothing is sent during the review");
    if (armed != NULL && rung->at.ms < armed->now.ms)
        return arena_format(explained->arena,
                            explain_pick(explained, "设定本时限时(%s)该时刻已过",
                                         "its moment had passed when this end was set (%s)"),
                            moment(explained, armed->now));
    if (rung->rung == 1 && instant_is_set(task->last_progress_at))
        return arena_format(explained->arena,
                            explain_pick(explained, "%s 已反馈进度,%d个工作日内不再提示",
                                         "progress was reported at %s: no reminder within %d working days"),
                            moment(explained, task->last_progress_at), (int)LADDER_QUIET_DAYS);
    return explain_pick(explained, "已直接进入更高一级", "the ladder began higher");
}

static const char *why_of(const struct explain_case *explained, const struct explained_clock *clock,
                          const struct explained_rung *rung)
{
    const struct clock *now = clock->clock;
    switch (rung->fate) {
    case RUNG_WAITS:
        if (rung->at.ms <= explained->source->at.ms)
            return explain_pick(explained, "时刻已到,待各收件口越过该时刻后处理",
                                "its moment has come; it waits until every door has passed it");
        return explain_pick(explained, "时刻未到", "its moment has not come");
    case RUNG_HELD:
        return why_held(explained, rung->rung, explained->event_count);
    case RUNG_PAUSED:
        return arena_format(
            explained->arena,
            explain_pick(explained, "时限自 %s 起暂停计时", "the clock has stood still since %s"),
            moment(explained, now->paused_at));
    case RUNG_OVER:
        return arena_format(
            explained->arena, explain_pick(explained, "该时限已于 %s 了结(%s)", "the clock ended at %s: %s"),
            moment(explained, now->ended_at), explain_word(explained, LIST_CLOCK_STATUS, (int)now->status));
    case RUNG_SPARED:
        return explain_pick(explained, "承办单位属自愿承担,不高于第2级",
                            "the unit is voluntary: never above rung 2");
    case RUNG_PASSED:
    case RUNG_LEFT_OUT:
        return why_left_out(explained, clock, rung);
    case RUNG_REACHED:
    case RUNG_FATE_COUNT:
        break;
    }
    return "";
}

/* --- the rungs --------------------------------------------------------------------------------------------------------- */

static struct explained_rung *add(struct explain_case *explained, struct explained_clock *clock)
{
    clock->rungs = arena_grown(explained->arena, clock->rungs, clock->rung_count, sizeof(*clock->rungs));
    clock->rungs[clock->rung_count] = (struct explained_rung){.why = ""};
    return &clock->rungs[clock->rung_count++];
}

static bool was_listed(const struct explained_clock *clock, uint32_t version, uint32_t rung,
                       uint32_t occurrence)
{
    for (uint32_t i = 0; i < clock->rung_count; i++) {
        const struct explained_rung *listed = &clock->rungs[i];
        if (listed->version == version && listed->rung == rung && listed->occurrence == occurrence)
            return true;
    }
    return false;
}

/* C-ACK climbs the ladder of the clock whose rung was not acknowledged. */
static void add_reached(struct explain_case *explained, struct explained_clock *clock)
{
    for (uint32_t i = 0; i < explained->event_count; i++) {
        const struct event *event = &explained->source->events[i];
        const struct fired *fired = &event->fired;
        struct answer_slot slot = answer_slot_of(fired->key);
        bool climbed = fired->clock == CLOCK_ACK && slot.ladder == clock->clock->id &&
                       slot.ladder_key == clock->clock->key;
        bool own = fired->clock == clock->clock->id && fired->key == clock->clock->key;
        if (event->type != EVENT_RUNG_REACHED || (!own && !climbed))
            continue;
        const struct clock *then = clock_then(explained, clock->clock, event->now);
        struct explained_rung *rung = add(explained, clock);
        rung->rung = event->rung;
        rung->occurrence = fired->occurrence == 0 ? 1 : fired->occurrence;
        rung->version = own || then == NULL ? fired->version : then->version;
        rung->at = fired->at;
        rung->reached = event;
        rung->fate = RUNG_REACHED;
        rung->row = ladder_row(explained->pinned, clock->clock->profile, clock->clock->allowed_days,
                               rung->rung, rung->occurrence);
        find_told(explained, rung, false);
        find_told(explained, rung, true);
    }
}

static void add_others(struct explain_case *explained, struct explained_clock *clock)
{
    const struct rung_question question = {
        .task = explained->task,
        .clock = clock->clock,
        .pinned = explained->pinned,
        .registry = explained->registry,
        .calendar = explained->calendar,
        .now = explained->source->at,
    };
    uint32_t count;
    const struct rung_view *views = rung_views(&question, explained->arena, &count);
    for (uint32_t i = 0; i < count; i++) {
        /* Rung 0 tells of the assignment, once; a later version of the end does not repeat it. */
        bool again = views[i].row->offset == OFFSET_START && clock->clock->version > 1;
        if (again || was_listed(clock, clock->clock->version, views[i].row->rung, views[i].row->occurrence))
            continue;
        struct explained_rung *rung = add(explained, clock);
        rung->row = views[i].row;
        rung->rung = views[i].row->rung;
        rung->occurrence = views[i].row->occurrence;
        rung->version = clock->clock->version;
        rung->at = views[i].at;
        /* The row cannot tell a rung that came by silence from one that came by its moment. */
        rung->fate = views[i].fate == RUNG_REACHED ? RUNG_LEFT_OUT : views[i].fate;
        rung->why = why_of(explained, clock, rung);
    }
}

void explain_rungs(struct explain_case *explained, struct explained_clock *clock)
{
    add_reached(explained, clock);
    add_others(explained, clock);
}
