/* words.h: ids, codes and moments as people read them; ids stay ids where the registry has no name. */
#ifndef DUBAN_DUBANCTL_WORDS_H
#define DUBAN_DUBANCTL_WORDS_H

#include "domain/notice.h"
#include "domain/registry.h"
#include "domain/task.h"
#include "tool.h"

const char *words_of(const struct tool *tool, enum vocabulary_list list, int value);
/* A code, or a name in either language; 0 when it is none of them. */
int words_value(enum vocabulary_list list, const char *text);

/* "办理时限", "节点时限“开工”": with its own name, where it has one. */
const char *words_clock(const struct tool *tool, const struct clock *clock, struct arena *arena);
/* The same of a recorded miss. */
const char *words_missed_clock(const struct tool *tool, const struct task *task, const struct miss *miss,
                               struct arena *arena);
const char *words_unit(const struct registry *registry, const char *id);
const char *words_person(const struct registry *registry, const char *id);
const char *words_template(const struct registry *registry, const char *code);
/* The number, or the id of a task that has none. */
const char *words_task(const struct task *task, const struct registry *registry, struct arena *arena);
/* Who acted: the person, the source system, or the system itself. */
const char *words_actor(const struct tool *tool, const struct actor *actor, const struct registry *registry,
                        struct arena *arena);

/* "2023-03-31 09:00:15"; "" when not set. Ends of periods are due_render's. */
const char *words_moment(struct instant at, struct arena *arena);
const char *words_date(struct date date, struct arena *arena);
/* "3天4小时", "25s": the two largest units. */
const char *words_span(const struct tool *tool, int64_t ms, struct arena *arena);
/* "12.50" yuan. */
const char *words_amount(int64_t fen, struct arena *arena);

/* As much of the text as fits into so many columns. */
const char *words_cut(const char *text, size_t columns, struct arena *arena);

/* The first of the texts that is not empty. */
const char *words_either(const char *text, const char *other);

#endif
