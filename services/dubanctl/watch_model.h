/* watch_model.h: the live picture as data: how many tasks stand where, what just happened, who was told. A fold of
 * rows, events and notices; it knows nothing of Kafka or of the screen. */
#ifndef DUBAN_DUBANCTL_WATCH_MODEL_H
#define DUBAN_DUBANCTL_WATCH_MODEL_H

#include "domain/event.h"
#include "domain/notice.h"
#include "domain/registry.h"
#include "tool.h"

enum { WATCH_LINES = 200 }; /* kept of each kind */

struct watch_line {
    struct instant at;
    const char *task; /* id of the aggregate */
    const char *text;
};

struct watch_counts {
    uint32_t by_state[STATE_COUNT];
    uint32_t by_light[LIGHT_COUNT]; /* of open tasks */
    uint32_t state_light[STATE_COUNT][LIGHT_COUNT];
    uint32_t tasks;
};

struct watch_model;

struct watch_model *watch_model_new(const struct tool *tool);
void watch_model_free(struct watch_model *model); /* accepts NULL */

/* The registry gives names; it may change and may be NULL. */
void watch_model_registry(struct watch_model *model, const struct registry *registry);
void watch_model_row(struct watch_model *model, const struct task *task);
/* These return the line that was added; it lives until WATCH_LINES others have come. NULL: nothing that somebody would
 * want to see (another event says it, an attempt is on its way). */
const struct watch_line *watch_model_event(struct watch_model *model, const struct event *event);
const struct watch_line *watch_model_notice(struct watch_model *model, const struct notice *notice);

/* What people call the task of a line, as far as is known by now. */
const char *watch_model_name(const struct watch_model *model, const struct watch_line *line);

struct watch_counts watch_model_counts(const struct watch_model *model, struct instant now);
/* The i-th newest; NULL behind the last. */
const struct watch_line *watch_model_event_line(const struct watch_model *model, size_t i);
const struct watch_line *watch_model_notice_line(const struct watch_model *model, size_t i);

#endif
