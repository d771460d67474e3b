/* arrival.c: see arrival.h. */
#include "arrival.h"

#include "base/text.h"
#include "calendar_fixture.h"
#include "domain/task_clocks.h"

enum { AHEAD_HOURS = 12 };

const char *arrival_begin(struct desk *desk, const char *template_code, const char *due, bool is_signed)
{
    return is_signed ? desk_signed(desk, template_code, "housing", due)
                     : desk_assigned(desk, template_code, "housing", due);
}

unsigned arrival_count(const struct arrival *list, unsigned at_most)
{
    unsigned count = 0;
    while (count < at_most && list[count].at != NULL)
        count++;
    return count;
}

static struct body body_of(struct desk *desk, bool is_ticket, enum trigger trigger)
{
    struct body body = say(trigger);
    switch ((int)trigger) {
    case TRIGGER_REPORT_DONE:
        return desk_report(desk, is_ticket ? "办理答复" : "银行凭证");
    case TRIGGER_RECORD_FACT:
        body.record_fact.kind = is_ticket ? "回访" : "到账";
        body.record_fact.occurred_on = date_at("2023-02-01");
        break;
    case TRIGGER_REQUEST:
        body.request.kind = REQUEST_EXTENSION;
        body.request.amount = (struct duration){UNIT_WORKING_DAY, 3};
        body.request.reason = "等待拨款";
        break;
    case TRIGGER_OBJECT:
        body.object.reason = "不属本单位职责";
        break;
    default:
        break;
    }
    return body;
}

const struct turn *arrival_take(struct desk *desk, const char *key, const struct arrival *arrival,
                                enum arrival_watch watch)
{
    const struct instant at = instant_at(arrival->at);
    const bool is_ticket = text_equal(desk_task(desk, key)->template_code, "T22");
    if (watch == WATCH_BEFORE)
        desk_watch(desk, key, at);
    const struct turn *turn =
        desk_act(desk, key, arrival->by, arrival->at, body_of(desk, is_ticket, arrival->trigger));
    static struct turn taken; /* desk_watch takes turns of its own */
    taken = *turn;
    if (watch == WATCH_AHEAD)
        desk_watch(desk, key, instant_add(at, (int64_t)AHEAD_HOURS * MS_PER_HOUR));
    return &taken;
}

static const char *status_of(const struct task *task, enum clock_id id)
{
    const struct clock *clock = task_clock(task, id, 0);
    return clock == NULL ? "none" : word_of(LIST_CLOCK_STATUS, (int)clock->status)->code;
}

const char *arrival_verdict(struct desk *desk, const char *key)
{
    const struct task *task = desk_task(desk, key);
    const char *late = "";
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        if (miss->clock == CLOCK_DUE && !miss->revoked)
            late = arena_format(desk->arena, "%s%s", late, miss->unit);
    }
    return arena_format(desk->arena, "sign=%s object=%s due=%s late=%s%s%s", status_of(task, CLOCK_SIGN),
                        status_of(task, CLOCK_OBJECT), status_of(task, CLOCK_DUE), late,
                        task->dispute.open ? " dispute=open" : "",
                        desk_count(desk, key, EVENT_REQUESTED) > 0 ? " request=pending" : "");
}
