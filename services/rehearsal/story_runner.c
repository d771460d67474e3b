/* story_runner.c: the timeline: lines of all stories by time, acts of one instant together, one per story. */
#include "story_runner.h"

#include "base/arena.h"
#include "base/text.h"
#include "story_questions.h"

#include <stdlib.h>
#include <string.h>

/* One line of one story, on the common timeline. */
struct moment {
    const struct story_line *line;
    struct story_result *result;
    size_t fate; /* number of its act in the world */
    bool done;
};

/* --- lines ----------------------------------------------------------------------------------------------------------- */

static bool told(const struct moment *moment)
{
    return moment->result->fault[0] != '\0';
}

static void compare(struct world *world, const struct moment *moment, struct arena *arena)
{
    const struct story_line *line = moment->line;
    const struct task *task = world_task(world, line->act.task_id, arena);
    if (task == NULL)
        moment->result->fault =
            arena_format(arena, "line %d: there is no task %s", line->number, line->act.reference);
    for (size_t i = 0; task != NULL && i < line->field_count && !told(moment); i++) {
        const struct story_field *field = &line->fields[i];
        const char *found = story_answer(world, line, task, field, arena);
        if (!text_equal(found, field->value))
            moment->result->fault = arena_format(arena, "line %d: expected %s=%s, found %s", line->number,
                                                 field->name, field->value, found);
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
        arena_format(arena, "line %d: %s %s: expected %s, found %s", line->number, line->act.reference,
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

/* Within one instant the lines of a story stand together: its next line is the first that is not done. */
static bool is_next(const struct moment *moments, size_t i)
{
    return !moments[i].done && (i == 0 || moments[i - 1].result != moments[i].result || moments[i - 1].done);
}

/* What can be compared now. True: something was. */
static bool compare_all(struct world *world, struct moment *moments, size_t count, struct arena *arena)
{
    bool moved = false;
    for (size_t i = 0; i < count; i++) {
        if (!is_next(moments, i) || moments[i].line->kind != STORY_EXPECT)
            continue;
        if (!told(&moments[i]))
            compare(world, &moments[i], arena);
        moments[i].done = moved = true;
    }
    return moved;
}

/* The next act of each story, but only one that asks for a number, and a version of the registry alone. A story that has failed acts no more. */
static size_t gather(struct moment *moments, size_t count, struct moment **ret_round,
                     const struct act **ret_acts)
{
    size_t found = 0;
    bool registers = false;
    for (size_t i = 0; i < count; i++) {
        const struct story_line *line = moments[i].line;
        bool asks_number = line->act.trigger == TRIGGER_REGISTER;
        if (!is_next(moments, i) || line->kind != STORY_ACT || told(&moments[i]) ||
            (asks_number && registers))
            continue;
        bool alone = line->act.trigger == TRIGGER_APPLY_REGISTRY;
        if (alone && found > 0)
            continue;
        registers |= asks_number;
        ret_round[found] = &moments[i];
        ret_acts[found++] = &line->act;
        if (alone)
            break;
    }
    return found;
}

/* Everything of one instant: rounds of acts, one per story; between two rounds the expectations whose turn it is. */
static enum status play_instant(struct world *world, struct moment *moments, size_t count, size_t *acted,
                                struct arena *arena)
{
    const struct act **acts = ARENA_ARRAY(arena, const struct act *, count);
    struct moment **round = ARENA_ARRAY(arena, struct moment *, count);
    for (;;) {
        bool moved = compare_all(world, moments, count, arena);
        size_t found = gather(moments, count, round, acts);
        if (found == 0 && !moved)
            return STATUS_OK;
        enum status status = found == 0 ? STATUS_OK : world_act(world, acts, found);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < found; i++) {
            round[i]->done = true;
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
    for (size_t i = 0, n = 0; i < count; i++) {
        ret_results[i] = (struct story_result){&stories[i], ""};
        for (size_t k = 0; k < stories[i].line_count; k++)
            moments[n++] = (struct moment){.line = &stories[i].lines[k], .result = &ret_results[i]};
    }
    qsort(moments, lines, sizeof *moments, order);
    for (size_t first = 0, end; first < lines; first = end) {
        for (end = first + 1; end < lines && moments[end].line->at.ms == moments[first].line->at.ms; end++)
            ;
        enum status status = world_advance(world, moments[first].line->at);
        if (status == STATUS_OK)
            status = play_instant(world, moments + first, end - first, &acted, arena);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
