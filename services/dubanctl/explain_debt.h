/* explain_debt.h: a debt and its late interest, for people and for programs. All say nothing of a task that is none. */
#ifndef DUBAN_DUBANCTL_EXPLAIN_DEBT_H
#define DUBAN_DUBANCTL_EXPLAIN_DEBT_H

#include "domain/registry.h"
#include "domain/task.h"
#include "service/json_writer.h"
#include "tool.h"

/* One line; "" for none. `pinned`: the registry of the task's registration. */
const char *explain_debt_words(const struct tool *tool, const struct task *task,
                               const struct registry *pinned, struct instant now, struct arena *arena);
void explain_debt_print(const struct tool *tool, const struct task *task, const struct registry *pinned,
                        struct instant now, struct arena *arena);
/* The member "debt" of the open object. */
void explain_debt_put(struct json_writer *json, const struct tool *tool, const struct task *task,
                      const struct registry *pinned, struct instant now, struct arena *arena);

#endif
