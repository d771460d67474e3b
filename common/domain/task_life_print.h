/* task_life_print.h: the tables of task_life.c as text, for ARCHITECTURE.md. What is printed is what is decided. */
#ifndef DUBAN_DOMAIN_TASK_LIFE_PRINT_H
#define DUBAN_DOMAIN_TASK_LIFE_PRINT_H

#include "base/buffer.h"

/* A Mermaid state diagram: every change of state, labelled with its triggers. */
void task_life_print_mermaid(struct buffer *out);
/* Three Markdown tables: who may send what; what leads where; what follows in the same decision. */
void task_life_print_triggers(struct buffer *out);
void task_life_print_transitions(struct buffer *out);
void task_life_print_consequences(struct buffer *out);

#endif
