/* sim_internal.h: what the files of the simulation share with each other and nobody else. */
#ifndef DUBAN_TESTS_SIM_INTERNAL_H
#define DUBAN_TESTS_SIM_INTERNAL_H

#include "ledger_harness.h"
#include "sim.h"

#include <setjmp.h>

enum sim_standing {
    SIM_OUTSIDE, /* of the group */
    SIM_LEAVING, /* asked to give up what it holds */
    SIM_JOINED,  /* waits for its share */
    SIM_HOLDING,
};

struct sim_member {
    struct sim *sim;
    int index;
    char id[24];
    struct log_port *port; /* NULL: it does not run */
    struct engine *engine;
    bool in_turn, paused, dying;
    jmp_buf death;
    long kill_in, pause_in, pause_for; /* calls of the log; 0: not armed */
    enum sim_standing standing;        /* a static member: the group keeps its place while it is down */
    int32_t share[HARNESS_PARTITIONS];
    size_t share_count;
};

struct sim_sent {
    bool sent;
    struct command command;
};

struct sim_timer {
    struct instant released; /* no watcher has said of a later moment that it has come */
    struct command last;     /* Wake */
    bool sent;
};

struct sim {
    struct ledger_harness start;   /* what all schedules begin with */
    struct ledger_harness harness; /* log, registry, clock and arena of this one; its own port is not used */
    struct sim_member members[SIM_MEMBERS];
    const struct sim_schedule *schedule;
    size_t next; /* step */
    bool joining;
    uint8_t pattern; /* of the shares */
    struct sim_sent sent[SIM_TASKS][SIM_ACTS];
    struct sim_timer timers[SIM_TASKS];
    int64_t inbox_next;
    uint32_t registry_count;
    char *snapshots; /* directory; NULL: none */
    jmp_buf failed;
    char *failure;
};

/* Ends the schedule. */
_Noreturn void sim_fail(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- sim_world.c */
void sim_turn(struct sim_member *member);
void sim_start_member(struct sim_member *member);
void sim_kill_member(struct sim_member *member);

/* --- sim_group.c */
void sim_group_join(struct sim_member *member); /* it has just been started */
void sim_group_kick(struct sim_member *member);
void sim_group_rebalance(struct sim *sim, uint8_t pattern);
void sim_group_advance(struct sim *sim); /* whatever may happen now */

/* --- sim_traffic.c */
void sim_send(struct sim *sim, int task, int act);
void sim_wake(struct sim *sim, int task, enum sim_wake how);
/* True: something was due, and has been sent. */
bool sim_wake_all(struct sim *sim);
void sim_registry(struct sim *sim, int variant);
const char *sim_task_id(struct sim *sim, int task);

/* --- sim_check.c */
void sim_check_log(struct sim *sim);
void sim_check_memory(struct sim *sim);

#endif
