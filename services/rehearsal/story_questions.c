/* story_questions.c: answers about a task, all in the Chinese words of the vocabulary, so that a story reads as one. */
#include "story_questions.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/catalogue.h"
#include "domain/task_debt.h"
#include "story_notes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct scene {
    struct world *world;
    const struct story_line *line;
    const struct task *task;
    const struct story_field *field;
    const char *about; /* behind the dot of the question's name; "" none */
    struct arena *arena;
    const char *list; /* gathered while walking over events */
    int64_t count;
};

static const char *number_text(struct scene *scene, int64_t number)
{
    return arena_format(scene->arena, "%" PRId64, number);
}

static const char *yes_no(bool yes)
{
    return yes ? "是" : "否";
}

static const char *date_text(struct scene *scene, struct date date)
{
    char *text = arena_alloc(scene->arena, DATE_TEXT);
    if (date_is_set(date))
        date_to_text(date, text);
    return text;
}

/* "03-13T08:30": a story plays within a year. */
static const char *moment_text(struct scene *scene, struct instant at)
{
    struct civil civil = civil_of(at);
    return arena_format(scene->arena, "%02d-%02dT%02d:%02d", civil.month, civil.day, civil.hour,
                        civil.minute);
}

/* --- the row ---------------------------------------------------------------------------------------------------------- */

static const char *state(struct scene *scene)
{
    return word_of(LIST_STATE, (int)scene->task->state)->zh;
}

static const char *light(struct scene *scene)
{
    return word_of(LIST_LIGHT, (int)task_light(scene->task, scene->line->at))->zh;
}

static const char *lead(struct scene *scene)
{
    for (uint32_t i = 0; i < scene->world->registry->unit_count; i++) {
        if (text_equal(scene->world->registry->units[i].id, scene->task->lead_unit))
            return scene->world->registry->units[i].name;
    }
    return "";
}

static const char *rung(struct scene *scene)
{
    return number_text(scene, scene->task->rung);
}

static const char *was_late(struct scene *scene)
{
    return yes_no(scene->task->was_late);
}

static const char *round_of(struct scene *scene)
{
    return number_text(scene, scene->task->round);
}

static const char *returns(struct scene *scene)
{
    return number_text(scene, scene->task->returns);
}

static const char *false_closings(struct scene *scene)
{
    return number_text(scene, scene->task->false_closings);
}

/* Without its sequence, which depends on the other stories: "督办〔2023〕". */
static const char *number_book(struct scene *scene)
{
    const char *text = number_render(&scene->task->number, scene->world->registry, scene->arena);
    const char *end = strstr(text, "〕");
    return end == NULL ? text : arena_text_n(scene->arena, text, (size_t)(end - text) + strlen("〕"));
}

static const char *misses_that(struct scene *scene, bool revoked)
{
    int64_t count = 0;
    for (uint32_t i = 0; i < scene->task->miss_count; i++)
        count += scene->task->misses[i].revoked == revoked;
    return number_text(scene, count);
}

static const char *misses(struct scene *scene)
{
    return misses_that(scene, false);
}

static const char *revoked(struct scene *scene)
{
    return misses_that(scene, true);
}

/* Whose lateness stands, in the order recorded: "区住建局:办理时限". */
static const char *late_units(struct scene *scene)
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

static const char *last_day(struct scene *scene)
{
    const struct clock *clock = task_ladder_clock(scene->task);
    return clock == NULL ? "" : date_text(scene, clock->last_day);
}

/* As the matter was first assigned, whatever was decided since. */
static const char *first_last_day(struct scene *scene)
{
    const struct clock *clock = task_clock(scene->task, CLOCK_DUE, 0);
    return clock == NULL ? "" : date_text(scene, date_of(instant_add(clock->first_due, -1)));
}

static const char *due(struct scene *scene)
{
    const struct clock *clock = task_ladder_clock(scene->task);
    return clock == NULL ? "" : moment_text(scene, clock->due);
}

/* It depends on a year whose calendar is not published. */
static const char *provisional(struct scene *scene)
{
    const struct clock *clock = task_ladder_clock(scene->task);
    return clock == NULL ? "" : yes_no(clock->provisional);
}

static const char *completed_on(struct scene *scene)
{
    return date_text(scene, scene->task->completed_on);
}

/* A clock by its name; of several that have it, by the key behind it: "协办时限2". */
static enum clock_id clock_of(const char *zh, uint32_t *ret_key)
{
    *ret_key = 0;
    for (int id = 1; id < CLOCK_ID_COUNT; id++) {
        const char *name = word_of(LIST_CLOCK, id)->zh;
        int64_t key = 0;
        if (text_empty(name) || strncmp(name, zh, strlen(name)) != 0)
            continue;
        if (zh[strlen(name)] != '\0' && !text_to_int64(zh + strlen(name), 1, UINT32_MAX, &key))
            continue;
        *ret_key = (uint32_t)key;
        return (enum clock_id)id;
    }
    return CLOCK_NONE;
}

#define STATUTORY "法定"

/* "法定告知" is the statutory clock of that name, "签收时限" the one of that word. */
static const struct clock *clock_asked(struct scene *scene)
{
    uint32_t key;
    size_t prefix = strlen(STATUTORY);
    enum clock_id id = clock_of(scene->about, &key);
    if (strncmp(scene->about, STATUTORY, prefix) == 0 && id == CLOCK_NONE)
        return task_ladder_named(scene->task, scene->about + prefix);
    const struct clock *clock = task_clock(scene->task, id, key);
    return clock != NULL || key != 0 ? clock : task_clock(scene->task, id, 1);
}

static const char *clock_status(struct scene *scene)
{
    const struct clock *clock = clock_asked(scene);
    return clock == NULL ? "无" : word_of(LIST_CLOCK_STATUS, (int)clock->status)->zh;
}

static const char *clock_due(struct scene *scene)
{
    const struct clock *clock = clock_asked(scene);
    return clock == NULL ? "无" : moment_text(scene, clock->due);
}

/* 协办.区工信局 */
static const char *co_unit(struct scene *scene)
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
static const char *node_state(struct scene *scene)
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

static const char *pace(struct scene *scene)
{
    const char *text = pace_render(&scene->task->pace, LANGUAGE_ZH, scene->arena);
    return text_empty(text) ? "无" : text;
}

/* Of a debt, as of the day of the line, in yuan. */
static struct task_debt debt_of(struct scene *scene)
{
    struct task_debt debt = {0};
    const struct registry_template *template_ =
        registry_template(scene->world->registry, scene->task->template_code);
    if (!task_debt_at(scene->task, template_, date_of(scene->line->at), &debt))
        debt = (struct task_debt){0};
    return debt;
}

static const char *interest(struct scene *scene)
{
    return yuan_render(debt_of(scene).interest_fen, scene->arena);
}

static const char *paid(struct scene *scene)
{
    return yuan_render(debt_of(scene).paid_fen, scene->arena);
}

static const char *outstanding(struct scene *scene)
{
    return yuan_render(debt_of(scene).outstanding_fen, scene->arena);
}

/* --- children ------------------------------------------------------------------------------------------------------- */

static const char *title(struct scene *scene)
{
    return scene->task->title;
}

static const char *child_status_of(struct scene *scene,
                                   bool (*is_it)(const struct scene *scene, const struct child *child))
{
    for (uint32_t i = 0; i < scene->task->family.child_count; i++) {
        const struct child *child = &scene->task->family.children[i];
        if (is_it(scene, child))
            return word_of(LIST_CHILD_STATUS, (int)child->status)->zh;
    }
    return "无";
}

static bool has_number(const struct scene *scene, const struct child *child)
{
    int64_t number;
    return text_to_int64(scene->about, 1, UINT32_MAX, &number) && child->number == number;
}

/* 子事项.2 */
static const char *child_status(struct scene *scene)
{
    return child_status_of(scene, has_number);
}

static bool has_title(const struct scene *scene, const struct child *child)
{
    return child->kind == CHILD_DIRECTION && text_equal(child->title, scene->about);
}

/* 转办.标题 is what became of a meeting's word about that task; one that could not be reached has no title: 转办. */
static const char *direction_status(struct scene *scene)
{
    return child_status_of(scene, has_title);
}

static const char *children_opened(struct scene *scene)
{
    return number_text(scene, scene->task->family.opened);
}

/* --- events ----------------------------------------------------------------------------------------------------------- */

static void count_event(void *context, const struct event *event)
{
    struct scene *scene = context;
    scene->count += text_equal(word_of(LIST_EVENT, (int)event->type)->zh, scene->about);
}

static int64_t count_events(struct scene *scene, const char *type)
{
    scene->about = type;
    world_events(scene->world, scene->task->id, count_event, scene);
    return scene->count;
}

static const char *has(struct scene *scene)
{
    return count_events(scene, scene->field->value) > 0 ? scene->field->value : "没有";
}

static const char *has_not(struct scene *scene)
{
    return count_events(scene, scene->field->value) > 0 ? "有" : scene->field->value;
}

static const char *how_often(struct scene *scene)
{
    return number_text(scene, count_events(scene, scene->about));
}

static const char *clock_word(const struct scene *scene, const char *name)
{
    return arena_format(scene->arena, STATUTORY "%s", name);
}

/* Rungs of the unit's ladder (without a clock's name), or of that clock. */
static void list_rung(void *context, const struct event *event)
{
    struct scene *scene = context;
    enum clock_id clock = event->fired.clock;
    bool of_unit = clock == CLOCK_DUE || clock == CLOCK_REWORK || clock == CLOCK_ACK;
    uint32_t key;
    bool named = !text_empty(event->fired.name);
    bool asked =
        text_empty(scene->about)
            ? of_unit && !named
            : (named ? text_equal(clock_word(scene, event->fired.name), scene->about)
                     : clock == clock_of(scene->about, &key) && (key == 0 || key == event->fired.key));
    if (event->type == EVENT_RUNG_REACHED && asked)
        scene->list = arena_format(scene->arena, "%s%s%u@%s", scene->list, text_empty(scene->list) ? "" : ",",
                                   event->rung, moment_text(scene, event->fired.at));
}

static const char *rungs(struct scene *scene)
{
    world_events(scene->world, scene->task->id, list_rung, scene);
    return text_empty(scene->list) ? "无" : scene->list;
}

/* --- notices ---------------------------------------------------------------------------------------------------------- */

struct told {
    struct scene *scene;
    enum event_type type;
    uint32_t rung; /* of EVENT_RUNG_REACHED */
    uint64_t seq;  /* of the last such event */
    enum role to[ROLE_COUNT], copied[ROLE_COUNT];
    size_t to_count, copied_count;
};

static void note_told(void *context, const struct notice *notice)
{
    struct told *told = context;
    bool asked =
        notice->event_type == told->type && (told->type != EVENT_RUNG_REACHED || notice->rung == told->rung);
    if (!asked || notice->event_seq < told->seq || notice->status == NOTICE_CANCELLED)
        return;
    if (notice->event_seq > told->seq)
        told->to_count = told->copied_count = 0;
    told->seq = notice->event_seq;
    if (notice->copied && told->copied_count < ROLE_COUNT)
        told->copied[told->copied_count++] = notice->role;
    else if (!notice->copied && told->to_count < ROLE_COUNT)
        told->to[told->to_count++] = notice->role;
}

static int by_role(const void *a, const void *b)
{
    const enum role *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static const char *roles_text(struct scene *scene, enum role *roles, size_t count, const char *separator)
{
    const char *list = "";
    qsort(roles, count, sizeof *roles, by_role);
    for (size_t i = 0; i < count; i++)
        list = arena_format(scene->arena, "%s%s%s", list, i == 0 ? separator : ",",
                            word_of(LIST_ROLE, (int)roles[i])->zh);
    return list;
}

/* 告知.3 is who was told by the last rung 3, 告知.异议已裁定 by the last such event: "主送,主送/抄送". */
static const char *who_was_told(struct scene *scene)
{
    struct told told = {.scene = scene};
    int64_t rung_asked = 0;
    if (text_to_int64(scene->about, 0, 6, &rung_asked))
        told.type = EVENT_RUNG_REACHED;
    told.rung = (uint32_t)rung_asked;
    for (int type = 1; type < EVENT_COUNT && told.type == EVENT_NONE; type++) {
        if (text_equal(word_of(LIST_EVENT, type)->zh, scene->about))
            told.type = (enum event_type)type;
    }
    world_notices(scene->world, scene->task->id, note_told, &told);
    const char *to = roles_text(scene, told.to, told.to_count, "");
    const char *copied = roles_text(scene, told.copied, told.copied_count, "/");
    return told.seq == 0 ? "无" : arena_format(scene->arena, "%s%s", to, copied);
}

static const char *noted(struct scene *scene)
{
    return story_note(scene->world, scene->task->id, scene->about, scene->arena);
}

/* --- questions -------------------------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct {
    const char *name; /* one that ends with '.' is followed by what it asks about */
    const char *(*answer)(struct scene *scene);
} questions[] = {
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
    {"提醒", rungs},        /* every rung the unit's ladder has reached, and when */
    {"提醒.", rungs},       /* … that of a clock of the supervising side */
    {"有", has},            /* an event */
    {"无", has_not},
    {"次数.", how_often},
    {"告知.", who_was_told},
    {"注意.", noted},        /* a note of an event, by the words of story_notes.c */
};
/* clang-format on */

const char *story_answer(struct world *world, const struct story_line *line, const struct task *task,
                         const struct story_field *field, struct arena *arena)
{
    struct scene scene = {
        .world = world,
        .line = line,
        .task = task,
        .field = field,
        .about = "",
        .arena = arena,
        .list = "",
    };
    const char *dot = strchr(field->name, '.');
    size_t length = dot == NULL ? strlen(field->name) : (size_t)(dot - field->name) + 1;
    if (dot != NULL)
        scene.about = dot + 1;
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        if (strlen(questions[i].name) == length && strncmp(questions[i].name, field->name, length) == 0)
            return arena_text(arena, questions[i].answer(&scene));
    }
    return "no such question";
}
