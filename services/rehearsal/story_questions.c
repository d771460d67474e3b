/* story_questions.c: finds the answer to a question about a task. All answers are in the Chinese words of the vocabulary, so
 * that a story reads as one. */
#include "story_questions_internal.h"

#include "base/arena.h"
#include "base/text.h"

#include <inttypes.h>
#include <string.h>

const char *story_number(struct story_scene *scene, int64_t number)
{
    return arena_format(scene->arena, "%" PRId64, number);
}

const char *story_moment(struct story_scene *scene, struct instant at)
{
    struct civil civil = civil_of(at);
    return arena_format(scene->arena, "%02d-%02dT%02d:%02d", civil.month, civil.day, civil.hour,
                        civil.minute);
}

enum clock_id story_clock(const char *zh, uint32_t *ret_key)
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

static const struct story_question *find(const struct story_question *questions, const char *name,
                                         size_t length)
{
    for (; questions->name != NULL; questions++) {
        if (strlen(questions->name) == length && strncmp(questions->name, name, length) == 0)
            return questions;
    }
    return NULL;
}

const char *story_answer(struct world *world, const struct story_line *line, const struct task *task,
                         const struct story_field *field, struct arena *arena)
{
    struct story_scene scene = {
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
    const struct story_question *question = find(story_row_questions, field->name, length);
    if (question == NULL)
        question = find(story_log_questions, field->name, length);
    return question == NULL ? "no such question" : arena_text(arena, question->answer(&scene));
}
