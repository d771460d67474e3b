/* stepper.h: owns the stepped clock of a rehearsal (design §4). It publishes a tick and waits until every program
 * has settled: has seen the tick, has nothing in flight, and stands at the end of everything it reads.
 *
 * Settled is measured twice around one question for the read_uncommitted ends of all partitions: both answers of
 * each program equal, every position at or behind its end is caught up. A dead program is not settled, so the clock
 * waits for its restart. */
#ifndef DUBAN_REHEARSAL_STEPPER_H
#define DUBAN_REHEARSAL_STEPPER_H

#include "base/instant.h"
#include "base/status.h"
#include "runtime/log_record.h"
#include "runtime/loop.h"

struct stepper;

struct stepper_program {
    const char *name;
    const char *url; /* "http://127.0.0.1:20010" */
};

struct stepper_options {
    struct loop *loop;
    struct log_client client;
    const char *clock_topic; /* with the prefix */
    const struct stepper_program *programs;
    size_t program_count;
    int64_t patience_ms; /* how long a step may take before it is given up */
};

struct stepper_report {
    struct instant next_timer; /* the least moment that any program waits for; INSTANT_NONE: none */
    int64_t largest_lag;       /* records that a reader was behind at the first look, the worst of all */
    int64_t looks;             /* how often was asked until it was settled */
};

/* NULL: the broker's settings are wrong (said in the log). The first tick has the number after the last one that
 * stands in the clock topic. */
struct stepper *stepper_new(const struct stepper_options *options);
void stepper_free(struct stepper *stepper); /* accepts NULL */

/* Moves the clock to `now` (never back) and waits until settled. STATUS_FATAL: not settled within the patience; the
 * log says which program and why. */
MUST_CHECK enum status stepper_step(struct stepper *stepper, struct instant now,
                                    struct stepper_report *ret_report);
/* The same without moving the clock: after acts were sent. */
MUST_CHECK enum status stepper_settle(struct stepper *stepper, struct stepper_report *ret_report);

struct instant stepper_now(const struct stepper *stepper);

#endif
