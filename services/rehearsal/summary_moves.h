/* summary_moves.h: the tasks whose dates a changed notice has moved (放假安排调整), for the summary of a rehearsal. */
#ifndef DUBAN_REHEARSAL_SUMMARY_MOVES_H
#define DUBAN_REHEARSAL_SUMMARY_MOVES_H

#include "base/buffer.h"
#include "domain/event.h"
#include "domain/registry.h"
#include "service/json_writer.h"

struct summary_moves;

struct summary_moves *summary_moves_new(void);
void summary_moves_free(struct summary_moves *moves); /* accepts NULL */

/* What the event moves or makes firm; nothing for others. */
void summary_moves_add(struct summary_moves *moves, const struct event *event, const struct task *task,
                       const struct registry *registry);

/* By reference, clock and time: "calendar_moves": […], and lines. */
void summary_moves_write_json(struct summary_moves *moves, struct json_writer *writer);
void summary_moves_write_text(struct summary_moves *moves, struct buffer *out);

#endif
