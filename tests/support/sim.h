/* sim.h: deterministic simulation of programs on a log in memory: each is there twice, and everything that can happen to
 * them, to their broker and to their clocks happens, as a list of steps that follows from a seed.
 *
 * Which programs play, and who sends them what, is a cast: the ledger alone (sim_ledger.c), which is fast, or the whole
 * district (tests/simulation/district.c).
 *
 * A schedule is data: any part of the list is a schedule too, so one that fails can be made shorter until every step left
 * in it is needed (sim_shorten.c). After its last step the world heals, and then all must come to rest within a bound
 * and keep its promises.
 *
 *   sim_schedule.c   seed → steps; a step in words
 *   sim_world.c      what a step does
 *   sim_group.c      who holds which partitions
 *   sim_ledger.c     the ledger, and the cast that is only it
 *   sim_traffic.c    what people, source systems and the watcher send to it
 *   sim_check.c      the ledger's promises
 *   sim_shorten.c    many seeds in processes of their own; a failing schedule made short */
#ifndef DUBAN_TESTS_SIM_H
#define DUBAN_TESTS_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    SIM_PAIR = 2, /* of each program */
    SIM_PROGRAMS = 4,
    SIM_TASKS = 3,
    SIM_ACTS = 9,    /* commands of one task, in the order of its life */
    SIM_STEPS = 240, /* of one schedule, at most */
    SIM_FAILURE_TEXT = 400,
};

enum sim_kind {
    SIM_TURN,      /* who; a, b: what of its work, as its program understands it */
    SIM_SEND,      /* a: task, b: act; once more if it was sent before */
    SIM_WAKE,      /* a: task, b: enum sim_wake */
    SIM_CLOCK,     /* a: how far, b: backwards */
    SIM_KILL,      /* who; a: at which call of the log from now */
    SIM_START,     /* who */
    SIM_PAUSE,     /* who; a: at which call from now, b: for how many steps of the others */
    SIM_FAIL,      /* who; a: enum log_memory_fault, b: after how many commits */
    SIM_KICK,      /* who: the group gives it up */
    SIM_REBALANCE, /* who: its group; a: pattern of the shares */
    SIM_DELAY,     /* a: markers wait from now on, or do not */
    SIM_MARKER,    /* a: which of those that wait */
    SIM_LATE_END,
    SIM_EXPIRE,   /* who: its open transaction has taken too long */
    SIM_REGISTRY, /* a: what changes */
    SIM_SKEW,     /* who; a: how far its clock is off from now on */
    SIM_LOSE,     /* who: the next record that it publishes is refused by the broker */
    SIM_MAIL,     /* a: what comes of the next letters */
    SIM_KIND_COUNT,
};

enum sim_wake {
    SIM_WAKE_DUE,    /* if it is */
    SIM_WAKE_EARLY,  /* whoever sends it knows no watermark that releases it */
    SIM_WAKE_REPEAT, /* the last one of that task again */
    SIM_WAKE_JUMP,   /* the clock goes to the moment first */
    SIM_WAKE_KIND_COUNT,
};

struct sim_step {
    uint8_t kind; /* enum sim_kind */
    uint8_t who;
    uint8_t a, b;
};

struct sim_schedule {
    uint64_t seed;
    uint32_t batch_records;
    uint8_t patience; /* of commits, see log_port_memory_delay_commits */
    bool snapshots;
    uint8_t alone; /* which of each pair is left in the end; SIM_PAIR: both */
    bool afresh;   /* and then others begin anew from the log */
    size_t count;
    struct sim_step steps[SIM_STEPS];
};

struct sim;
struct sim_cast;

extern const struct sim_cast sim_ledger_cast;

void sim_schedule_make(const struct sim_cast *cast, uint64_t seed, struct sim_schedule *ret_schedule);
void sim_step_print(FILE *file, const struct sim_cast *cast, const struct sim_step *step);

struct sim *sim_new(const struct sim_cast *cast); /* what all schedules begin with: a registry is in force */
void sim_free(struct sim *sim);

/* Plays it. False: a promise is broken, ret_failure says which. Not to be called again on the same sim after that. */
bool sim_play(struct sim *sim, const struct sim_schedule *schedule, char ret_failure[SIM_FAILURE_TEXT]);

/* --- sim_shorten.c: every function works in processes of its own, so that a crash is a failure like any other */

struct sim_finding {
    struct sim_schedule schedule; /* no step of it can be left out */
    char failure[SIM_FAILURE_TEXT];
};

/* Schedules of `count` seeds from `first` on. False: one fails; it is shortened if asked for. */
bool sim_search(const struct sim_cast *cast, uint64_t first, uint64_t count, bool shorten,
                struct sim_finding *ret_finding);
void sim_finding_print(FILE *file, const struct sim_cast *cast, const struct sim_finding *finding);

#endif
