/* summary.h: what a rehearsal comes to: counts, and one digest of the history that two runs of one seed share. */
#ifndef DUBAN_REHEARSAL_SUMMARY_H
#define DUBAN_REHEARSAL_SUMMARY_H

#include "base/buffer.h"
#include "domain/event.h"
#include "domain/registry.h"

struct summary;

/* The registry tells who is a leader; it must outlive the summary. */
struct summary *summary_new(const struct registry *registry);
void summary_free(struct summary *summary); /* accepts NULL */

void summary_event(struct summary *summary, const struct event *event, const struct task *task);
/* Everything of one moment was seen: how many different states are there now? */
void summary_moment(struct summary *summary);
/* A row as it stands at the end. */
void summary_task(struct summary *summary, const struct task *task, struct instant now);
/* A command that left no event: from duban.answers. */
void summary_answer(struct summary *summary, enum refusal_code code);

/* A notice; `ladder`: of a rung, else an announcement. */
void summary_notice(struct summary *summary, bool ladder, uint32_t rung, enum role role);

/* The normalised history: per task its events by moment; those of one moment in the order of their text, numbers and
 * event numbers left out, since what comes first within one moment is not decided by the rules. */
struct digest summary_history(struct summary *summary);

struct summary_frame {
    const char *seed;
    struct instant from, to;
    int64_t largest_lag;
    int64_t steps;
};

void summary_write_json(struct summary *summary, const struct summary_frame *frame, struct buffer *out);
void summary_write_text(struct summary *summary, const struct summary_frame *frame, struct buffer *out);
/* "<reference> <events as one line each>", for comparing two runs by diff. */
void summary_write_history(struct summary *summary, struct buffer *out);

#endif
