/* task_names.h: what people call a task: its number, from what the topics say of it. */
#ifndef DUBAN_DUBANCTL_TASK_NAMES_H
#define DUBAN_DUBANCTL_TASK_NAMES_H

#include "domain/event.h"
#include "domain/registry.h"

struct task_names;

struct task_names *task_names_new(void);
void task_names_free(struct task_names *names); /* accepts NULL */

/* From a row, or from the event that grants the number. */
void task_names_row(struct task_names *names, const struct task *task, const struct registry *registry);
void task_names_event(struct task_names *names, const struct event *event, const struct registry *registry);

/* The number; where there is none yet the title, else the id. Lives until the name changes. */
const char *task_names_of(const struct task_names *names, const char *task_id);

#endif
