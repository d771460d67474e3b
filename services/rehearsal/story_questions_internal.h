/* story_questions_internal.h: what the files of answers share. Each has a table of the questions that it answers. */
#ifndef DUBAN_REHEARSAL_STORY_QUESTIONS_INTERNAL_H
#define DUBAN_REHEARSAL_STORY_QUESTIONS_INTERNAL_H

#include "story_questions.h"

struct story_scene {
    struct world *world;
    const struct story_line *line;
    const struct task *task;
    const struct story_field *field;
    const char *about; /* behind the dot of the question's name; "" none */
    struct arena *arena;
    const char *list; /* gathered while walking over events */
    int64_t count;
};

struct story_question {
    const char *name; /* one that ends with '.' is followed by what it asks about; NULL ends a table */
    const char *(*answer)(struct story_scene *scene);
};

extern const struct story_question story_row_questions[]; /* story_row_answers.c: what the row says */
extern const struct story_question story_log_questions[]; /* story_log_answers.c: events and notices */

const char *story_number(struct story_scene *scene, int64_t number);
/* "03-13T08:30": a story plays within a year. */
const char *story_moment(struct story_scene *scene, struct instant at);
/* A clock by its name; of several that have it, by the key behind it: "协办时限2". */
enum clock_id story_clock(const char *zh, uint32_t *ret_key);

/* "法定告知" is the statutory clock 告知. */
#define STORY_STATUTORY "法定"

#endif
