/* notifier.h: the engine of escalation-notifier: from events to notices, from notices to attempts, from outcomes to a
 * visible end. Single by construction: duban.notices has one partition, whoever the group gives it is active.
 *
 * Every step of a notice is a record of duban.notices, written in one transaction with the offsets of the events that
 * it took. An attempt is committed before anything is sent (job.h carries it to the loop's thread), its outcome after.
 * An attempt that somebody left without outcome is UNKNOWN, unless its channel can simply do it again.
 *
 *   notifier.c          what the log says; one turn
 *   notifier_events.c   events → notices
 *   notifier_steps.c    time and outcomes → steps of notices; jobs
 *   notifier_batch.c    all of it → one transaction, undone as a whole */
#ifndef DUBAN_ESCALATION_NOTIFIER_NOTIFIER_H
#define DUBAN_ESCALATION_NOTIFIER_NOTIFIER_H

#include "job.h"
#include "runtime/log_port.h"
#include "runtime/metrics.h"

struct notifier;

/* Texts and mailboxes must outlive the notifier. */
struct notifier_options {
    struct log_port *port; /* shares out notices, with events extra; follows registry, tasks, watermarks */
    struct {
        const char *notices, *events, *registry, *tasks, *watermarks; /* full names */
    } topics;
    /* Time is a rehearsal's: every door is waited for, and a registry that is none is refused. */
    bool stepped;
    int32_t partitions;      /* P */
    struct mailbox *jobs;    /* to the courier */
    struct mailbox *results; /* from the courier */
    struct metrics *metrics; /* of notifier_metrics */
};

struct notifier *notifier_new(const struct notifier_options *options);
void notifier_free(struct notifier *notifier); /* accepts NULL */

/* One round: waits at most `timeout_ms` for something to come, does what is to be done at `now` (INSTANT_NONE: the
 * stepped clock has not begun). STATUS_FATAL, said in the log: the program must not go on. */
MUST_CHECK enum status notifier_turn(struct notifier *notifier, struct instant now, int64_t timeout_ms);

/* Between two turns: */
/* Held back records, attempts without outcome, commands without a place in the log, what could be done now. */
size_t notifier_in_flight(const struct notifier *notifier);
/* When a held notice may be released, or a retry is due; INSTANT_NONE: nothing waits for a moment. */
struct instant notifier_next_timer(const struct notifier *notifier);
int64_t notifier_handled(const struct notifier *notifier);   /* records of duban.events taken, committed */
int64_t notifier_published(const struct notifier *notifier); /* records of duban.notices */
const char *notifier_not_ready(const struct notifier *notifier); /* one line; "" when ready */
/* As log_port_positions, without duban.notices, which nobody else writes. */
const struct log_position *notifier_positions(struct notifier *notifier, size_t *ret_count);

#endif
