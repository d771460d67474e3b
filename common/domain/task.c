/* task.c: questions about a task that its row answers by itself. */
#include "domain/task.h"

#include "base/text.h"
#include "domain/plan.h"

struct task task_blank(void)
{
    /* clang-format off */
    return (struct task){
        .id = "",
        .template_code = "",
        .reference = "",
        .source_unit = "",
        .source_system = "",
        .title = "",
        .description = "",
        .applicant = "",
        .source = {.kind = "", .from = "", .document_no = "", .text = "", .digest = ""},
        .approval = {.person = "", .kind = "", .document_no = ""},
        .lead_unit = "",
        .supervisor = "",
        .leader = "",
        .handler = "",
        .number = {.kind = ""},
        .kept_assign = {.actor = {"", "", "", "", DOOR_NONE}, .assign = {.requirement = ""}},
        .due_request = {.wording = ""},
        .family = {.parent = "", .occurrence = ""},
        .dispute = {.unit = "", .proposed_unit = ""},
        .report = {.handler = "", .principal = ""},
        .verification = {.verifier = "", .principal = ""},
        .conclusion = {.text = "", .document_no = "", .author = "", .principal = ""},
    };
    /* clang-format on */
}

const struct clock *task_clock(const struct task *task, enum clock_id id, uint32_t key)
{
    for (uint32_t i = 0; i < task->clock_count; i++) {
        if (task->clocks[i].id == id && task->clocks[i].key == key)
            return &task->clocks[i];
    }
    return NULL;
}

const struct pending_request *task_request(const struct task *task, enum request_kind kind)
{
    for (uint32_t i = 0; i < task->request_count; i++) {
        if (task->requests[i].kind == kind)
            return &task->requests[i];
    }
    return NULL;
}

const struct clock *task_ladder_clock(const struct task *task)
{
    const struct clock *rework = task_clock(task, CLOCK_REWORK, 0);
    if (rework != NULL && !instant_is_set(rework->ended_at))
        return rework;
    return task_clock(task, CLOCK_DUE, 0);
}

uint32_t task_co_key(const struct task *task, const char *unit)
{
    for (uint32_t i = 0; i < task->co_party_count; i++) {
        if (text_equal(task->co_parties[i].unit, unit))
            return i + 1;
    }
    return 0;
}

const struct clock *task_ladder_named(const struct task *task, const char *name)
{
    if (text_empty(name))
        return task_ladder_clock(task);
    for (uint32_t i = 0; i < task->clock_count; i++) {
        if (task->clocks[i].id == CLOCK_STATUTORY && text_equal(task->clocks[i].name, name))
            return &task->clocks[i];
    }
    return NULL;
}

bool task_has_miss(const struct task *task, enum clock_id clock, uint32_t version)
{
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        if (miss->clock == clock && miss->version == version && !miss->revoked)
            return true;
    }
    return false;
}

static bool is_missed_still(const struct task *task, enum clock_id id)
{
    const struct clock *clock = task_clock(task, id, 0);
    return clock != NULL && clock->status == CLOCK_MISSED && !instant_is_set(clock->ended_at);
}

/* Of a unit at work: its plan, its reports, its schedule line. */
static enum light light_of_plan(const struct task *task)
{
    const struct clock *schedule = task_clock(task, CLOCK_SCHEDULE, 0);
    bool checked = schedule != NULL && !instant_is_set(schedule->ended_at);
    uint32_t misses = plan_open_misses(task);
    if ((IN(task->state) & (STATES_AFTER_ASSIGNMENT & ~(IN(STATE_REPORTED) | IN(STATE_VERIFYING)))) == 0)
        return LIGHT_GREEN;
    if (misses > 1 || (checked && task->pace.light == LIGHT_RED))
        return LIGHT_RED;
    bool behind = misses > 0 || (checked && task->pace.light == LIGHT_YELLOW);
    bool silent = is_missed_still(task, CLOCK_PLAN) || is_missed_still(task, CLOCK_REPORT);
    return behind || silent ? LIGHT_YELLOW : LIGHT_GREEN;
}

/* Its end, or until when it is held for the report of a fact. */
static struct instant noticed_at(const struct clock *clock)
{
    struct instant at = clock->due;
    for (uint32_t i = 0; i < clock->timer_count; i++) {
        if (clock->timers[i].kind == TIMER_EXPIRY)
            at = instant_max(at, clock->timers[i].at);
    }
    return at;
}

enum light task_light(const struct task *task, struct instant now)
{
    if ((IN(task->state) & STATES_OPEN) == 0)
        return LIGHT_NONE;
    if (task->state == STATE_SUSPENDED || task->state == STATE_SHELVED)
        return LIGHT_GREY;
    const struct clock *clock = task_ladder_clock(task);
    for (uint32_t i = 0; i < task->clock_count; i++) {
        const struct clock *statutory = &task->clocks[i];
        if (statutory->id == CLOCK_STATUTORY && statutory->status == CLOCK_MISSED &&
            !instant_is_set(statutory->ended_at))
            return LIGHT_RED;
    }
    if (clock == NULL)
        return LIGHT_GREEN;
    bool late = task_has_miss(task, clock->id, clock->version) ||
                (clock->status == CLOCK_RUNNING && now.ms > noticed_at(clock).ms);
    if (late)
        return LIGHT_RED;
    enum light light = light_of_plan(task);
    return light == LIGHT_GREEN && task->rung > 0 ? LIGHT_YELLOW : light;
}
