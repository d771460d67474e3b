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
