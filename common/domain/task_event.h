/* task_event.h: an event in the making: who, when, why, for whom; effects add what follows. */
#ifndef DUBAN_DOMAIN_TASK_EVENT_H
#define DUBAN_DOMAIN_TASK_EVENT_H

#include "domain/task_life.h"

/* Every text "", everything else zero. */
struct event event_blank(void);

/* The event of a decision about this task: the next number, state unchanged, the command's body. */
struct event event_begin(const struct situation *situation, enum event_type type);

/* "code name=value" for officials who should look (the catalogue renders it). */
void event_note(const struct situation *situation, struct event *event, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Units that may see events of this task, with the lead unit before and after. */
struct text_list event_audience(const struct task *task, const struct event *event, struct arena *arena);

/* The lead unit and the supervisor as they are after the event. */
const char *event_lead(const struct situation *situation, const struct event *event);
const char *event_supervisor(const struct situation *situation, const struct event *event);
enum urgency event_urgency(const struct situation *situation, const struct event *event);

/* Of nobody, about nothing: what a command of the ledger's own begins as. */
struct command command_blank(void);

/* Who acts where nobody does: a wake, a consequence. */
struct actor actor_system(void);

#endif
