/* watch_model.c: see watch_model.h. A task is remembered by the little that its light needs, so that a picture of many
 * tasks is counted anew as time goes by, without decoding their rows. */
#include "watch_model.h"

#include "base/limits.h"
#include "base/text.h"
#include "domain/catalogue.h"
#include "task_names.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>

struct standing {
    enum task_state state;
    enum light light;      /* as long as no due instant passes */
    struct instant red_at; /* after this moment it is red; none: no clock runs */
    UT_hash_handle hh;
    char id[];
};

struct ring {
    struct watch_line lines[WATCH_LINES];
    size_t count; /* ever added */
};

struct watch_model {
    const struct tool *tool;
    const struct registry *registry;
    struct task_names *names;
    struct standing *tasks;
    struct ring events, notices;
    struct arena *arena; /* of one line */
};

struct watch_model *watch_model_new(const struct tool *tool)
{
    struct watch_model *model = must_alloc(sizeof *model);
    model->tool = tool;
    model->names = task_names_new();
    model->arena = arena_new(LIMIT_ARENA_BYTES);
    return model;
}

static void ring_release(struct ring *ring)
{
    for (size_t i = 0; i < WATCH_LINES; i++) {
        free((char *)ring->lines[i].text);
        free((char *)ring->lines[i].task);
    }
}

void watch_model_free(struct watch_model *model)
{
    if (model == NULL)
        return;
    struct standing *task, *next;
    HASH_ITER(hh, model->tasks, task, next)
    {
        HASH_DEL(model->tasks, task);
        free(task);
    }
    ring_release(&model->events);
    ring_release(&model->notices);
    task_names_free(model->names);
    arena_free(model->arena);
    free(model);
}

void watch_model_registry(struct watch_model *model, const struct registry *registry)
{
    model->registry = registry;
}

/* --- tasks --------------------------------------------------------------------------------------------------------------- */

void watch_model_row(struct watch_model *model, const struct task *task)
{
    struct standing *standing = NULL;
    const struct clock *clock = task_ladder_clock(task);
    task_names_row(model->names, task, model->registry);
    HASH_FIND_STR(model->tasks, task->id, standing);
    if (standing == NULL) {
        size_t bytes = strlen(task->id);
        standing = must_alloc(sizeof *standing + bytes + 1);
        memcpy(standing->id, task->id, bytes);
        HASH_ADD_STR(model->tasks, id, standing);
    }
    standing->state = task->state;
    standing->light = task_light(task, INSTANT_NONE);
    standing->red_at = clock != NULL && clock->status == CLOCK_RUNNING ? clock->due : INSTANT_NONE;
}

static enum light light_at(const struct standing *standing, struct instant now)
{
    bool may_turn = standing->light == LIGHT_GREEN || standing->light == LIGHT_YELLOW;
    bool passed = instant_is_set(standing->red_at) && now.ms > standing->red_at.ms;
    return may_turn && passed ? LIGHT_RED : standing->light;
}

struct watch_counts watch_model_counts(const struct watch_model *model, struct instant now)
{
    struct watch_counts counts = {0};
    for (const struct standing *task = model->tasks; task != NULL; task = task->hh.next) {
        enum light light = light_at(task, now);
        counts.tasks++;
        counts.by_state[task->state]++;
        counts.by_light[light]++;
        counts.state_light[task->state][light]++;
    }
    return counts;
}

/* --- lines ---------------------------------------------------------------------------------------------------------------- */

/* The past comes partition by partition, so a line takes its place by its time. */
static const struct watch_line *add_line(struct ring *ring, struct instant at, const char *task,
                                         const char *text)
{
    size_t kept = ring->count < WATCH_LINES ? ring->count : WATCH_LINES - 1;
    size_t place = ring->count++;
    free((char *)ring->lines[place % WATCH_LINES].text);
    free((char *)ring->lines[place % WATCH_LINES].task);
    for (; kept > 0 && ring->lines[(place - 1) % WATCH_LINES].at.ms > at.ms; kept--, place--)
        ring->lines[place % WATCH_LINES] = ring->lines[(place - 1) % WATCH_LINES];
    struct watch_line *line = &ring->lines[place % WATCH_LINES];
    *line = (struct watch_line){at, must_copy_text(task), must_copy_text(text)};
    return line;
}

static const struct watch_line *line_at(const struct ring *ring, size_t i)
{
    size_t kept = ring->count < WATCH_LINES ? ring->count : WATCH_LINES;
    return i < kept ? &ring->lines[(ring->count - 1 - i) % WATCH_LINES] : NULL;
}

const struct watch_line *watch_model_event(struct watch_model *model, const struct event *event)
{
    bool told_elsewhere = event->type == EVENT_REGISTRY_ADOPTED || event->type == EVENT_NUMBER_ISSUED;
    arena_reset(model->arena);
    task_names_event(model->names, event, model->registry);
    if (told_elsewhere)
        return NULL;
    return add_line(&model->events, event->now, event->task_id,
                    event_render(event, model->registry, model->tool->language, model->arena));
}

const struct watch_line *watch_model_notice(struct watch_model *model, const struct notice *notice)
{
    if (notice->status == NOTICE_ATTEMPTING || notice->status == NOTICE_PENDING)
        return NULL;
    arena_reset(model->arena);
    const char *whom = text_empty(notice->person) ? words_of(model->tool, LIST_ROLE, (int)notice->role)
                                                  : words_person(model->registry, notice->person);
    struct instant at = instant_is_set(notice->ended_at) ? notice->ended_at : notice->created_at;
    const char *status = words_of(model->tool, LIST_NOTICE, (int)notice->status);
    return add_line(&model->notices, at, notice->task_id,
                    arena_format(model->arena, "→ %s  %s  %s", whom, notice->form, status));
}

const char *watch_model_name(const struct watch_model *model, const struct watch_line *line)
{
    return task_names_of(model->names, line->task);
}

const struct watch_line *watch_model_event_line(const struct watch_model *model, size_t i)
{
    return line_at(&model->events, i);
}

const struct watch_line *watch_model_notice_line(const struct watch_model *model, size_t i)
{
    return line_at(&model->notices, i);
}
