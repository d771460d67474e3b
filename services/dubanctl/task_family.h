/* task_family.h: the parent and the children of a task as they stand now, for `task show`. Children are found by their
 * ids, which follow from the parent's (domain/family.h), so those are listed too whose marks the parent's row has long
 * dropped. */
#ifndef DUBAN_DUBANCTL_TASK_FAMILY_H
#define DUBAN_DUBANCTL_TASK_FAMILY_H

#include "domain/registry.h"
#include "domain/task.h"
#include "output.h"

enum { RELATIVE_CELLS = 7 };
extern const struct output_column relative_columns[RELATIVE_CELLS + 1];

struct relative {
    const char *cells[RELATIVE_CELLS]; /* one for each column */
};

struct family_question {
    const struct tool *tool;
    const struct task *task;
    const struct registry *registry;
    /* The row of that task, good until the next question; NULL: there is none. */
    const struct task *(*find)(void *context, const char *id);
    void *context;
    struct arena *arena;
};

/* The parent first, then the children in the order in which they were asked for, then the tasks that a meeting decided
 * about. A child with neither row nor mark is left out; a parent never is. */
const struct relative *task_relatives(const struct family_question *question, uint32_t *ret_count);

#endif
