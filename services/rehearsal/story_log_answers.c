/* story_log_answers.c: what a task's events and notices say: what happened, which rungs were reached, who was told. */
#include "story_questions_internal.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/answer_slot.h"
#include "story_notes.h"

#include <stdlib.h>

/* --- events ----------------------------------------------------------------------------------------------------------- */

static void count_event(void *context, const struct event *event)
{
    struct story_scene *scene = context;
    scene->count += text_equal(word_of(LIST_EVENT, (int)event->type)->zh, scene->about);
}

static int64_t count_events(struct story_scene *scene, const char *type)
{
    scene->about = type;
    world_events(scene->world, scene->task->id, count_event, scene);
    return scene->count;
}

static const char *has(struct story_scene *scene)
{
    return count_events(scene, scene->field->value) > 0 ? scene->field->value : "没有";
}

static const char *has_not(struct story_scene *scene)
{
    return count_events(scene, scene->field->value) > 0 ? "有" : scene->field->value;
}

static const char *how_often(struct story_scene *scene)
{
    return story_number(scene, count_events(scene, scene->about));
}

static const char *clock_word(const struct story_scene *scene, const char *name)
{
    return arena_format(scene->arena, STORY_STATUTORY "%s", name);
}

/* Rungs of the unit's ladder (without a clock's name), or of that clock. */
static void list_rung(void *context, const struct event *event)
{
    struct story_scene *scene = context;
    enum clock_id clock = event->fired.clock;
    uint32_t fired_key = event->fired.key;
    if (clock == CLOCK_ACK) { /* the rung is of the ladder that it climbs */
        struct answer_slot slot = answer_slot_of(fired_key);
        clock = slot.ladder;
        fired_key = slot.ladder_key;
    }
    bool of_unit = clock == CLOCK_DUE || clock == CLOCK_REWORK;
    uint32_t key;
    bool named = !text_empty(event->fired.name);
    bool asked = text_empty(scene->about)
                     ? of_unit && !named
                     : (named ? text_equal(clock_word(scene, event->fired.name), scene->about)
                              : clock == story_clock(scene->about, &key) && (key == 0 || key == fired_key));
    if (event->type == EVENT_RUNG_REACHED && asked)
        scene->list = arena_format(scene->arena, "%s%s%u@%s", scene->list, text_empty(scene->list) ? "" : ",",
                                   event->rung, story_moment(scene, event->fired.at));
}

static const char *rungs(struct story_scene *scene)
{
    world_events(scene->world, scene->task->id, list_rung, scene);
    return text_empty(scene->list) ? "无" : scene->list;
}

/* --- notices ---------------------------------------------------------------------------------------------------------- */

struct told {
    struct story_scene *scene;
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

static const char *roles_text(struct story_scene *scene, enum role *roles, size_t count,
                              const char *separator)
{
    const char *list = "";
    qsort(roles, count, sizeof *roles, by_role);
    for (size_t i = 0; i < count; i++)
        list = arena_format(scene->arena, "%s%s%s", list, i == 0 ? separator : ",",
                            word_of(LIST_ROLE, (int)roles[i])->zh);
    return list;
}

/* 告知.3 is who was told by the last rung 3, 告知.异议已裁定 by the last such event: "主送,主送/抄送". */
static const char *who_was_told(struct story_scene *scene)
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

static const char *noted(struct story_scene *scene)
{
    return story_note(scene->world, scene->task->id, scene->about, scene->arena);
}

/* --- questions ------------------------------------------------------------------------------------------------------ */

/* clang-format off */
const struct story_question story_log_questions[] = {
    {"提醒", rungs},        /* every rung the unit's ladder has reached, and when */
    {"提醒.", rungs},       /* … that of a clock of the supervising side */
    {"有", has},            /* an event */
    {"无", has_not},
    {"次数.", how_often},
    {"告知.", who_was_told},
    {"注意.", noted},        /* a note of an event, by the words of story_notes.c */
    {NULL, NULL},
};
/* clang-format on */
