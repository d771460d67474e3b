/* stage.h: what a rehearsal plays on: a real deployment, reached by its public doors only. The district's registry,
 * the stepped clock, the doors, and somebody who watches. */
#ifndef DUBAN_REHEARSAL_STAGE_H
#define DUBAN_REHEARSAL_STAGE_H

#include "base/arena.h"
#include "doors.h"
#include "observer.h"
#include "stepper.h"
#include "wire/registry_files.h"

struct stage_options {
    struct log_client client;
    const char *prefix;
    uint32_t partitions;
    const char *registry_directory;
    const char *bootstrap_secret;
    const char *intake_url;
    const struct stepper_program *programs;
    size_t program_count;
    int64_t patience_ms;
    const char *token_file;  /* "" none */
    observer_event on_event; /* every event of the deployment, once */
    doors_answer on_answer;  /* may be NULL */
    void *context;
};

struct stage {
    const struct stage_options *options;
    struct loop *loop;
    struct arena *arena; /* as long as the stage */
    struct registry_files files;
    struct stepper *stepper;
    struct doors *doors;
    struct observer *observer;
    struct instant next_timer; /* of any program; INSTANT_NONE: none */
    int64_t largest_lag, steps;
};

/* Reads the registry and connects. The options outlive the stage. Close it in either case. */
MUST_CHECK enum status stage_open(struct stage *stage, const struct stage_options *options);
void stage_close(struct stage *stage);

/* The first step of the clock; then version 1 of the registry, with a token for everybody. */
MUST_CHECK enum status stage_begin(struct stage *stage, struct instant from);

/* The administrator publishes the registry in force with a changed notice (act->data: calendar_patch.h), through the
 * same door as everybody; the caller waits for the doors. False, said in the log: it is no patch. */
MUST_CHECK bool stage_send_calendar(struct stage *stage, const struct act *act);

/* The clock moves to `now`; everything that follows from it is done and has been seen. */
MUST_CHECK enum status stage_step(struct stage *stage, struct instant now);
/* The same without moving the clock: acts were sent through the doors. */
MUST_CHECK enum status stage_settle(struct stage *stage);

/* The next moment at which a program does something by itself; INSTANT_NONE: never. At clock T every watermark is
 * T − 1 ms, so an alarm due at D goes out at D + 1 ms, after every act received at D. */
struct instant stage_next_alarm(const struct stage *stage);

#endif
