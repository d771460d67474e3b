/* story_questions.h: what 应为 can ask about a task: 状态, 时限, 提醒, 告知 … A question is a row of story_row_answers.c
 * or story_log_answers.c. */
#ifndef DUBAN_REHEARSAL_STORY_QUESTIONS_H
#define DUBAN_REHEARSAL_STORY_QUESTIONS_H

#include "story.h"
#include "world.h"

/* What is so now, in the words of the vocabulary; in the arena. */
const char *story_answer(struct world *world, const struct story_line *line, const struct task *task,
                         const struct story_field *field, struct arena *arena);

#endif
