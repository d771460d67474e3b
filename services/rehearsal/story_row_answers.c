/* story_row_answers.c: what a task's row says: state, dates, clocks, plan, debt, children. */
#include "story_questions_internal.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/answer_slot.h"
#include "domain/catalogue.h"
#include "domain/task_debt.h"

#include <string.h>

static const char *yes_no(bool yes)
{
    return yes ? "是" : "否";
}

static const char *date_text(struct story_scene *scene, struct date date)
{
    char *text = arena_alloc(scene->arena, DATE_TEXT);
    if (date_is_set(date))
        date_to_text(date, text);
    return text;
}

/* --- the row ---------------------------------------------------------------------------------------------------------- */

static const char *state(struct story_scene *scene)
{
    return word_of(LIST_STATE, (int)scene->task->state)->zh;
}

static const char *light(struct story_scene *scene)
{
    return word_of(LIST_LIGHT, (int)task_light(scene->task, scene->line->at))->zh;
}

static const char *lead(struct story_scene *scene)
{
    for (uint32_t i = 0; i < scene->world->registry->unit_count; i++) {
        if (text_equal(scene->world->registry->units[i].id, scene->task->lead_unit))
            return scene->world->registry->units[i].name;
    }
    return "";
}

static const char *rung(struct story_scene *scene)
{
    return story_number(scene, scene->task->rung);
}

static const char *was_late(struct story_scene *scene)
{
    return yes_no(scene->task->was_late);
}

static const char *round_of(struct story_scene *scene)
{
    return story_number(scene, scene->task->round);
}

static const char *returns(struct story_scene *scene)
{
    return story_number(scene, scene->task->returns);
}

static const char *false_closings(struct story_scene *scene)
{
    return story_number(scene, scene->task->false_closings);
}

/* Without its sequence, which depends on the other stories: "督办〔2023〕". */
static const char *number_book(struct story_scene *scene)
{
    const char *text = number_render(&scene->task->number, scene->world->registry, scene->arena);
    const char *end = strstr(text, "〕");
    return end == NULL ? text : arena_text_n(scene->arena, text, (size_t)(end - text) + strlen("〕"));
}

static const char *misses_that(struct story_scene *scene, bool revoked)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < scene->task->miss_count; i++)
        count += scene->task->misses[i].revoked == revoked;
    return story_number(scene, count);
}

static const char *misses(struct story_scene *scene)
{
    return misses_that(scene, false);
}

static const char *revoked(struct story_scene *scene)
{
    return misses_that(scene, true);
}

/* Whose lateness stands, in the order recorded: "区住建局:办理时限". */
static const char *late_units(struct story_scene *scene)
{
    const char *list = "";
    for (uint32_t i = 0; i < scene->task->miss_count; i++) {
        const struct miss *miss = &scene->task->misses[i];
        const struct registry_unit *unit = registry_unit(scene->world->registry, miss->unit);
        const struct clock *clock = task_clock(scene->task, miss->clock, miss->key);
        bool named = miss->clock == CLOCK_STATUTORY && clock != NULL;
        if (!miss->revoked)
            list = arena_format(scene->arena, "%s%s%s:%s%s", list, text_empty(list) ? "" : ",",
                                unit == NULL ? miss->unit : unit->name,
                                word_of(LIST_CLOCK, (int)miss->clock)->zh, named ? clock->name : "");
    }
    return list;
}

static const char *last_day(struct story_scene *scene)
{
    const struct clock *clock = task_ladder_clock(scene->task);
    return clock == NULL ? "" : date_text(scene, clock->last_day);
}

/* As the matter was first assigned, whatever was decided since. */
static const char *first_last_day(struct story_scene *scene)
{
    const struct clock *clock = task_clock(scene->task, CLOCK_DUE, 0);
    return clock == NULL ? "" : date_text(scene, date_of(instant_add(clock->first_due, -1)));
}

static const char *due(struct story_scene *scene)
{
    const struct clock *clock = task_ladder_clock(scene->task);
    return clock == NULL ? "" : story_moment(scene, clock->due);
}

/* It depends on a year whose calendar is not published. */
static const char *provisional(struct story_scene *scene)
{
    const struct clock *clock = task_ladder_clock(scene->task);
    return clock == NULL ? "" : yes_no(clock->provisional);
}

static const char *completed_on(struct story_scene *scene)
{
    return date_text(scene, scene->task->completed_on);
}

/* What a rung waits for: 签发时限 is the newest of them, 签发时限4 the newest of rung 4. */
static const struct clock *newest_awaited(const struct task *task, enum clock_id id, uint32_t rung)
{
    const struct clock *newest = NULL;
    for (uint32_t i = 0; i < task->clock_count; i++) {
        const struct clock *clock = &task->clocks[i];
        bool fits = clock->id == id && (rung == 0 || answer_slot_of(clock->key).rung == rung);
        if (fits && (newest == NULL || clock->started_at.ms >= newest->started_at.ms))
            newest = clock;
    }
    return newest;
}

/* "法定告知" is the statutory clock of that name, "签收时限" the one of that word. */
static const struct clock *clock_asked(struct story_scene *scene)
{
    uint32_t key;
    size_t prefix = strlen(STORY_STATUTORY);
    enum clock_id id = story_clock(scene->about, &key);
    if (strncmp(scene->about, STORY_STATUTORY, prefix) == 0 && id == CLOCK_NONE)
        return task_ladder_named(scene->task, scene->about + prefix);
    if (answer_is_awaited_by(id))
        return newest_awaited(scene->task, id, key);
    const struct clock *clock = task_clock(scene->task, id, key);
    return clock != NULL || key != 0 ? clock : task_clock(scene->task, id, 1);
}

static const char *clock_status(struct story_scene *scene)
{
    const struct clock *clock = clock_asked(scene);
    return clock == NULL ? "无" : word_of(LIST_CLOCK_STATUS, (int)clock->status)->zh;
}

static const char *clock_due(struct story_scene *scene)
{
    const struct clock *clock = clock_asked(scene);
    return clock == NULL ? "无" : story_moment(scene, clock->due);
}

/* 协办.区工信局 */
static const char *co_unit(struct story_scene *scene)
{
    for (uint32_t i = 0; i < scene->task->co_party_count; i++) {
        const struct co_party *party = &scene->task->co_parties[i];
        const struct registry_unit *unit = registry_unit(scene->world->registry, party->unit);
        if (unit != NULL && text_equal(unit->name, scene->about))
            return word_of(LIST_CO_STATUS, (int)party->status)->zh;
    }
    return "无";
}

/* --- plans ----------------------------------------------------------------------------------------------------------- */

/* The newest node of that name: "待完成", "已完成 2023-05-10" … */
static const char *node_state(struct story_scene *scene)
{
    const char *said = "无";
    for (uint32_t i = 0; i < scene->task->node_count; i++) {
        const struct node *node = &scene->task->nodes[i];
        if (!text_equal(node->name, scene->about))
            continue;
        const char *rendered = node_render(scene->task, node, LANGUAGE_ZH, scene->arena);
        said = strchr(rendered + strlen(node->name) + 1, ' ') + 1; /* behind name and date */
    }
    /* A question is one word. */
    char *word = arena_text(scene->arena, said);
    for (char *space = strchr(word, ' '); space != NULL; space = strchr(space, ' '))
        *space = '@';
    return word;
}

static const char *pace(struct story_scene *scene)
{
    const char *text = pace_render(&scene->task->pace, LANGUAGE_ZH, scene->arena);
    return text_empty(text) ? "无" : text;
}

/* Of a debt, as of the day of the line, in yuan. */
static struct task_debt debt_of(struct story_scene *scene)
{
    struct task_debt debt = {0};
    const struct registry_template *template_ =
        registry_template(scene->world->registry, scene->task->template_code);
    if (!task_debt_at(scene->task, template_, date_of(scene->line->at), &debt))
        debt = (struct task_debt){0};
    return debt;
}

static const char *interest(struct story_scene *scene)
{
    return yuan_render(debt_of(scene).interest_fen, scene->arena);
}

static const char *paid(struct story_scene *scene)
{
    return yuan_render(debt_of(scene).paid_fen, scene->arena);
}

static const char *outstanding(struct story_scene *scene)
{
    return yuan_render(debt_of(scene).outstanding_fen, scene->arena);
}

/* --- children ------------------------------------------------------------------------------------------------------- */

static const char *title(struct story_scene *scene)
{
    return scene->task->title;
}

static const char *child_status_of(struct story_scene *scene,
                                   bool (*is_it)(const struct story_scene *scene, const struct child *child))
{
    for (uint32_t i = 0; i < scene->task->family.child_count; i++) {
        const struct child *child = &scene->task->family.children[i];
        if (is_it(scene, child))
            return word_of(LIST_CHILD_STATUS, (int)child->status)->zh;
    }
    return "无";
}

static bool has_number(const struct story_scene *scene, const struct child *child)
{
    int64_t number;
    return text_to_int64(scene->about, 1, UINT32_MAX, &number) && child->number == number;
}

/* 子事项.2 */
static const char *child_status(struct story_scene *scene)
{
    return child_status_of(scene, has_number);
}

static bool has_title(const struct story_scene *scene, const struct child *child)
{
    return child->kind == CHILD_DIRECTION && text_equal(child->title, scene->about);
}

/* 转办.标题 is what became of a meeting's word about that task; one that could not be reached has no title: 转办. */
static const char *direction_status(struct story_scene *scene)
{
    return child_status_of(scene, has_title);
}

static const char *children_opened(struct story_scene *scene)
{
    return story_number(scene, scene->task->family.opened);
}

/* --- questions ------------------------------------------------------------------------------------------------------ */

/* clang-format off */
const struct story_question story_row_questions[] = {
    {"状态", state},        /* of the task */
    {"灯", light},
    {"主办", lead},
    {"标题", title},
    {"子事项.", child_status},
    {"子事项数", children_opened}, /* asked for so far */
    {"转办.", direction_status},
    {"文号", number_book},
    {"轮次", round_of},
    {"退回次数", returns},
    {"虚假办结", false_closings},
    {"时限", last_day},     /* of the clock that carries the ladder: its last day */
    {"原时限", first_last_day},
    {"到期", due},          /* … and its due instant */
    {"暂定", provisional},
    {"完成日期", completed_on},
    {"曾超期", was_late},   /* the unit, and not taken back */
    {"逾期认定", misses},   /* of all clocks and parties, those that stand */
    {"逾期单位", late_units},
    {"撤销认定", revoked},
    {"节点.", node_state},
    {"序时", pace},     /* what the last check found */
    {"时钟.", clock_status},
    {"届满.", clock_due},
    {"协办.", co_unit},     /* how far an invited unit is */
    {"利息", interest},     /* late interest of a debt as of now, in yuan (测算参考) */
    {"已付", paid},
    {"未付", outstanding},
    {"级", rung},           /* highest rung of this due date */
    {NULL, NULL},
};
/* clang-format on */
