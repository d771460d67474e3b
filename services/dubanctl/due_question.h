/* due_question.h: one question about a deadline, as a line of JSON, and its answer, as another. Pure: the calendar is
 * given, no clock is read. docs/dubanctl.md describes both. */
#ifndef DUBAN_DUBANCTL_DUE_QUESTION_H
#define DUBAN_DUBANCTL_DUE_QUESTION_H

#include "base/arena.h"
#include "base/buffer.h"
#include "domain/deadline.h"
#include "domain/deadline_reasons.h"
#include "domain/refusal.h"
#include "reason_memo.h"

/* A moment around the deadline: "-3wd", "+5wd", "-30%", "+50%". */
struct due_offset {
    const char *text;
    bool before, percent;
    int amount;
};

struct due_question {
    const char *id;
    struct deadline_terms terms;
    struct office_hours office_hours;
    struct due_offset *offsets;
    uint32_t offset_count;
};

struct due_fault {
    const char *field; /* "pauses[1]"; "" when the whole line is at fault */
    const char *rule;  /* a code or a range, never a sentence */
};

struct due_answer {
    struct deadline deadline;
    struct instant *offsets; /* as many as the question's, in its order */
    const struct deadline_reason *why;
};

/* False: ret_fault says why. ret_question's id is set whenever the line had one. It points to its own office hours,
 * so it must not be copied. */
bool due_question_read(const char *line, size_t bytes, struct arena *arena, struct due_question *ret_question,
                       struct due_fault *ret_fault);

bool due_question_answer(const struct due_question *question, const struct calendar *calendar,
                         struct arena *arena, struct due_answer *ret_answer, struct due_fault *ret_fault);

/* One object without a newline, behind what stands in the buffer. */
void due_answer_write(const struct due_question *question, const struct due_answer *answer,
                      struct reason_memo *memo, struct arena *arena, struct buffer *out);
void due_fault_write(const char *id, const struct due_fault *fault, struct buffer *out);

#endif
