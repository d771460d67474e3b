/* reactions_plan.c: how the players plan: departments send milestones for what may take long and tell when they are
 * done, some late, some late only in telling; the statistics system brings a value every week. */
#include "scene.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/plan.h"
#include "domain/schedule.h"
#include "wire/messages.h"

enum { NODES = 3, AFTERNOON = 15 * 60, LAST_DAY_OF_WEEK = 5, PER_MILLE = 1000, PROJECTS = 48 };

static bool is_measured(const struct scene *scene)
{
    return scene->template_ != NULL && !text_empty(scene->template_->schedule.measure);
}

/* --- plans ------------------------------------------------------------------------------------------------------- */

static struct instant on_day(const struct scene *scene, struct date day)
{
    struct instant at = day_at(calendar_next_working_day(scene->cast->calendar, day), AFTERNOON);
    struct instant earliest = scene_slots_later(scene, 1);
    return at.ms > earliest.ms ? at : earliest;
}

void react_with_plan(const struct scene *scene)
{
    static const char *const names[][NODES] = {
        {"方案审定",    "进场实施",    "主体完成"   },
        {"第一批签约", "第二批签约", "第三批签约"}
    };
    const struct clock *clock = task_clock(scene->task, CLOCK_PLAN, 0);
    const struct clock *due = task_ladder_clock(scene->task);
    bool asked = clock != NULL && !instant_is_set(clock->ended_at);
    bool urged = scene->event->type == EVENT_CLOCK_EXPIRED && scene->event->fired.clock == CLOCK_PLAN;
    bool by_itself = scene->event->type != EVENT_CLOCK_EXPIRED && scene->temper != TEMPER_SLOW;
    if (!asked || due == NULL || scene->temper == TEMPER_SILENT || !(urged || by_itself) ||
        scene->temper == TEMPER_BY_INSTALMENTS)
        return;
    struct instant at = scene_slots_later(scene, 4);
    struct planned_node nodes[NODES];
    int days = due->last_day.days - date_of(at).days;
    for (int i = 0; i < NODES; i++)
        nodes[i] = (struct planned_node){
            .name = names[is_measured(scene)][i],
            .date = date_add(date_of(at), days * (i + 1) / (NODES + 1)),
            .evidence_class = "",
            .value = is_measured(scene) ? PROJECTS * (i + 1) / NODES : 0,
        };
    BLANK(struct body_plan, body, TRIGGER_PLAN);
    body.nodes = nodes;
    body.node_count = NODES;
    scene_plan_lead(scene, at, TRIGGER_PLAN, &body);
}

/* --- nodes --------------------------------------------------------------------------------------------------------- */

static const struct node *next_node(const struct scene *scene)
{
    for (uint32_t i = 0; i < scene->task->node_count; i++) {
        if (node_is_open(&scene->task->nodes[i]))
            return &scene->task->nodes[i];
    }
    return NULL;
}

static void say_node(const struct scene *scene, const struct node *node, struct date done_on,
                     struct instant at)
{
    if (is_measured(scene)) {
        BLANK(struct body_record_fact, fact, TRIGGER_RECORD_FACT);
        fact.kind = scene->template_->schedule.fact;
        fact.occurred_on = done_on;
        fact.value = node->value > 0 ? node->value : 1;
        fact.node = node->name;
        scene_plan_lead(scene, at, TRIGGER_RECORD_FACT, &fact);
        return;
    }
    BLANK(struct body_progress, progress, TRIGGER_PROGRESS);
    progress.percent = 25 * node->number < 100 ? 25 * node->number : 90;
    progress.node = node->name;
    progress.done_on = done_on;
    scene_plan_lead(scene, at, TRIGGER_PROGRESS, &progress);
}

/* The next one, when the last one is done: in time; done in time and told three days later; or done late. */
void react_with_node(const struct scene *scene)
{
    struct date unused;
    bool planned = scene->event->type == EVENT_PLANNED;
    const struct node *node = next_node(scene);
    if (node == NULL || node->amount_fen > 0 ||
        (!planned && text_empty(event_node_done(scene->event, &unused))))
        return;
    uint64_t lot = scene_draw(scene, "node", 6);
    struct date done_on = node->date;
    if (scene->temper == TEMPER_SLOW || lot == 0)
        done_on = date_add(done_on, 5);
    struct instant at = on_day(scene, lot == 1 ? date_add(done_on, 3) : done_on);
    if (date_of(at).days < done_on.days)
        done_on = date_of(at);
    say_node(scene, node, done_on, at);
}

/* C-REPORT ended: who is not silent says a word. */
void react_with_word(const struct scene *scene)
{
    if (scene->event->fired.clock != CLOCK_REPORT || scene->temper == TEMPER_SILENT)
        return;
    BLANK(struct body_progress, progress, TRIGGER_PROGRESS);
    progress.percent = 50;
    progress.note = "按计划推进";
    scene_plan_lead(scene, scene_slots_later(scene, 3), TRIGGER_PROGRESS, &progress);
}

/* --- values of the system of record ----------------------------------------------------------------------------------- */

static int64_t value_by(const struct scene *scene, struct date day)
{
    const struct registry_schedule *schedule = &scene->template_->schedule;
    const struct task *task = scene->task;
    struct schedule_line line = schedule_line_of(task, schedule, scene->arena);
    int64_t before = schedule_value_by(task->facts, task->fact_count, schedule->fact, day);
    int64_t share = 550 + (int64_t)scene_draw(scene, "value", 500);
    int64_t value = schedule->target * schedule_planned(&line, day) / PER_MILLE * share / PER_MILLE;
    return value > before ? value : before + 1;
}

/* On Friday of every week, until the last day's fact closes the matter. */
void react_with_value(const struct scene *scene)
{
    const struct clock *due = task_clock(scene->task, CLOCK_DUE, 0);
    if (!scene_goes_by_itself(scene) || !is_measured(scene) || due == NULL ||
        scene->task->state != STATE_IN_PROGRESS)
        return;
    BLANK(struct body_record_fact, fact, TRIGGER_RECORD_FACT);
    int ahead = (LAST_DAY_OF_WEEK - date_weekday(date_of(scene->event->now)) + 7) % 7;
    struct date friday = date_add(date_of(scene->event->now), ahead == 0 ? 7 : ahead);
    bool last = friday.days >= due->last_day.days;
    fact.kind = last ? scene->template_->due_fact : scene->template_->schedule.fact;
    fact.occurred_on = last ? due->last_day : friday;
    fact.value = last ? 0 : value_by(scene, friday);
    scene_plan(scene, on_day(scene, fact.occurred_on), TRIGGER_RECORD_FACT, scene->task->source_unit, "",
               scene->task->source_system, &fact);
}
