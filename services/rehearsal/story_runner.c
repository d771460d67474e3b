/* story_runner.c: the timeline, and what `expect` can ask. A question is a row of the table. */
#include "story_runner.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/refusal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One line of one story, on the common timeline. */
struct moment {
    const struct story_line *line;
    struct story_result *result;
    size_t fate; /* number of its act in the world */
};

/* What an expectation looks at. */
struct scene {
    struct world *world;
    const struct story_line *line;
    const struct task *task;
    const struct story_field *field;
    struct arena *arena;
    bool found; /* by the walk over the events */
};

/* --- questions ---------------------------------------------------------------------------------------------------- */

static const char *number_text(struct scene *scene, int64_t number)
{
    return arena_format(scene->arena, "%" PRId64, number);
}

static const char *state(struct scene *scene)
{
    return word_of(LIST_STATE, (int)scene->task->state)->code;
}

static const char *light(struct scene *scene)
{
    return word_of(LIST_LIGHT, (int)task_light(scene->task, scene->line->at))->code;
}

static const char *lead(struct scene *scene)
{
    return scene->task->lead_unit;
}

static const char *rung(struct scene *scene)
{
    return number_text(scene, scene->task->rung);
}

static const char *was_late(struct scene *scene)
{
    return scene->task->was_late ? "true" : "false";
}

static const char *round_of(struct scene *scene)
{
    return number_text(scene, scene->task->round);
}

static const char *numbered(struct scene *scene)
{
    return scene->task->number.sequence != 0 ? "true" : "false";
}

static const char *misses(struct scene *scene)
{
    int64_t standing = 0;
    for (uint32_t i = 0; i < scene->task->miss_count; i++)
        standing += !scene->task->misses[i].revoked;
    return number_text(scene, standing);
}

static const char *revoked(struct scene *scene)
{
    int64_t taken_back = 0;
    for (uint32_t i = 0; i < scene->task->miss_count; i++)
        taken_back += scene->task->misses[i].revoked;
    return number_text(scene, taken_back);
}

static const char *due(struct scene *scene)
{
    const struct clock *clock = task_ladder_clock(scene->task);
    char *text = arena_alloc(scene->arena, DATE_TEXT);
    if (clock != NULL)
        date_to_text(clock->last_day, text);
    return text;
}

static const char *completed_on(struct scene *scene)
{
    char *text = arena_alloc(scene->arena, DATE_TEXT);
    if (date_is_set(scene->task->completed_on))
        date_to_text(scene->task->completed_on, text);
    return text;
}

/* "rung_reached:3" asks for the rung as well. */
static void look_for_event(void *context, const struct event *event)
{
    struct scene *scene = context;
    const char *code = word_of(LIST_EVENT, (int)event->type)->code;
    const char *with_rung = arena_format(scene->arena, "%s:%u", code, event->rung);
    scene->found |= text_equal(code, scene->field->value) || text_equal(with_rung, scene->field->value);
}

static bool has_event(struct scene *scene)
{
    scene->found = false;
    world_events(scene->world, scene->task->id, look_for_event, scene);
    return scene->found;
}

static const char *event(struct scene *scene)
{
    return has_event(scene) ? scene->field->value : "no such event";
}

static const char *no_event(struct scene *scene)
{
    return has_event(scene) ? "there is one" : scene->field->value;
}

/* clock.sign=met: the status of a clock. */
static const char *clock_status(struct scene *scene)
{
    const char *code = scene->field->name + strlen("clock.");
    const struct clock *clock = task_clock(scene->task, (enum clock_id)word_value(LIST_CLOCK, code), 0);
    return clock == NULL ? "none" : word_of(LIST_CLOCK_STATUS, (int)clock->status)->code;
}

static const struct {
    const char *name; /* one that ends with '.' is a prefix */
    const char *(*answer)(struct scene *scene);
} questions[] = {
    {"state",     state       },
    {"light",     light       },
    {"lead",      lead        },
    {"rung",      rung        },
    {"late",      was_late    },
    {"round",     round_of    },
    {"numbered",  numbered    },
    {"misses",    misses      },
    {"revoked",   revoked     },
    {"due",       due         },
    {"completed", completed_on},
    {"event",     event       },
    {"no_event",  no_event    },
    {"clock.",    clock_status},
};

static const char *answer(struct scene *scene)
{
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        size_t length = strlen(questions[i].name);
        bool prefix = questions[i].name[length - 1] == '.';
        if (prefix ? text_starts_with(scene->field->name, questions[i].name)
                   : text_equal(scene->field->name, questions[i].name))
            return questions[i].answer(scene);
    }
    return "no such question";
}

/* --- lines ----------------------------------------------------------------------------------------------------------- */

static void compare(struct world *world, const struct moment *moment, struct arena *arena)
{
    const struct story_line *line = moment->line;
    struct scene scene = {.world = world, .line = line, .arena = arena};
    scene.task = world_task(world, line->act.task_id, arena);
    if (scene.task == NULL) {
        moment->result->fault =
            arena_format(arena, "line %d: there is no task %s", line->number, line->reference);
        return;
    }
    for (size_t i = 0; i < line->field_count; i++) {
        scene.field = &line->fields[i];
        const char *found = answer(&scene);
        if (!text_equal(found, scene.field->value)) {
            moment->result->fault = arena_format(arena, "line %d: expected %s=%s, found %s", line->number,
                                                 scene.field->name, scene.field->value, found);
            return;
        }
    }
}

static void judge(struct world *world, const struct moment *moment, struct arena *arena)
{
    const struct story_line *line = moment->line;
    struct fate fate = world_fate(world, moment->fate);
    if (fate.known && fate.refusal == line->refused)
        return;
    const char *found = !fate.known                    ? "no answer"
                        : fate.refusal == REFUSAL_NONE ? "accepted"
                                                       : refusal_code_text(fate.refusal);
    moment->result->fault =
        arena_format(arena, "line %d: %s %s: expected %s, found %s", line->number, line->reference,
                     word_of(LIST_TRIGGER, (int)line->act.trigger)->code,
                     line->refused == REFUSAL_NONE ? "accepted" : refusal_code_text(line->refused), found);
}

/* Lines of one story keep their order; stories interleave by time. */
static int order(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    if (x->line->at.ms != y->line->at.ms)
        return x->line->at.ms < y->line->at.ms ? -1 : 1;
    int by_story = strcmp(x->result->story->name, y->result->story->name);
    return by_story != 0 ? by_story : x->line->number - y->line->number;
}

static bool told(const struct moment *moment)
{
    return moment->result->fault[0] != '\0';
}

/* The next act of each story whose turn it is; expectations come when nothing before them is left to do. */
static size_t gather(struct moment *moments, size_t first, size_t end, bool *taken,
                     const struct act **ret_acts, struct moment **ret_moments)
{
    size_t count = 0;
    for (size_t i = first; i < end; i++) {
        bool turn = !taken[i] && moments[i].line->kind == STORY_ACT && !told(&moments[i]);
        for (size_t k = first; k < i && turn; k++)
            turn = moments[k].result != moments[i].result || (taken[k] && k < i);
        for (size_t k = 0; k < count && turn; k++)
            turn = ret_moments[k]->result != moments[i].result &&
                   !(moments[i].line->act.trigger == TRIGGER_REGISTER &&
                     ret_moments[k]->line->act.trigger == TRIGGER_REGISTER);
        if (turn) {
            ret_moments[count] = &moments[i];
            ret_acts[count++] = &moments[i].line->act;
        }
    }
    for (size_t k = 0; k < count; k++)
        taken[ret_moments[k] - moments] = true;
    return count;
}

/* Everything of one instant: rounds of acts, one per story; between two rounds the expectations whose turn it is. */
static enum status play_instant(struct world *world, struct moment *moments, size_t first, size_t end,
                                bool *taken, size_t *acted, struct arena *arena)
{
    const struct act **acts = ARENA_ARRAY(arena, const struct act *, end - first);
    struct moment **round = ARENA_ARRAY(arena, struct moment *, end - first);
    for (;;) {
        bool moved = false;
        for (size_t i = first; i < end; i++) {
            bool turn = !taken[i] && moments[i].line->kind == STORY_EXPECT;
            for (size_t k = first; k < i && turn; k++)
                turn = moments[k].result != moments[i].result || taken[k];
            if (turn && !told(&moments[i]))
                compare(world, &moments[i], arena);
            taken[i] |= turn;
            moved |= turn;
        }
        size_t count = gather(moments, first, end, taken, acts, round);
        if (count == 0 && !moved)
            return STATUS_OK;
        enum status status = count == 0 ? STATUS_OK : world_act(world, acts, count);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < count; i++) {
            round[i]->fate = (*acted)++;
            judge(world, round[i], arena);
        }
    }
}

enum status story_play(struct world *world, const struct story *stories, size_t count, struct arena *arena,
                       struct story_result *ret_results)
{
    size_t lines = 0, acted = 0;
    for (size_t i = 0; i < count; i++)
        lines += stories[i].line_count;
    struct moment *moments = ARENA_ARRAY(arena, struct moment, lines + 1);
    bool *taken = ARENA_ARRAY(arena, bool, lines + 1);
    for (size_t i = 0, n = 0; i < count; i++) {
        ret_results[i] = (struct story_result){&stories[i], ""};
        for (size_t k = 0; k < stories[i].line_count; k++)
            moments[n++] = (struct moment){&stories[i].lines[k], &ret_results[i], 0};
    }
    qsort(moments, lines, sizeof *moments, order);
    for (size_t first = 0, end; first < lines; first = end) {
        for (end = first + 1; end < lines && moments[end].line->at.ms == moments[first].line->at.ms; end++)
            ;
        enum status status = world_advance(world, moments[first].line->at);
        if (status == STATUS_OK)
            status = play_instant(world, moments, first, end, taken, &acted, arena);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
