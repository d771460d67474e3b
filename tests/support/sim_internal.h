/* sim_internal.h: what the files of the simulation, and its casts, share with each other and nobody else. */
#ifndef DUBAN_TESTS_SIM_INTERNAL_H
#define DUBAN_TESTS_SIM_INTERNAL_H

#include "ledger_harness.h"
#include "sim.h"

#include <setjmp.h>

enum { SIM_MEMBERS = SIM_PAIR * SIM_PROGRAMS };

enum sim_standing {
    SIM_OUTSIDE, /* of the group */
    SIM_LEAVING, /* asked to give up what it holds */
    SIM_JOINED,  /* waits for its share */
    SIM_HOLDING,
};

struct sim_member;

struct sim_program {
    const char *name;
    int32_t shared; /* partitions that its group shares out through its log port; 0: it has no such group */
    void (*start)(struct sim_member *member);
    void (*kill)(struct sim_member *member); /* as kill -9, between two turns */
    /* `step` NULL: everything that can be done now. Other than STATUS_OK: it gave up. */
    enum status (*turn)(struct sim_member *member, const struct sim_step *step);
    const char *(*unrest)(const struct sim_member *member); /* why it is not at rest; NULL: it is */
    /* Of a group that is no matter of a log port; NULL: there is none. */
    void (*kick)(struct sim_member *member);
    void (*rebalance)(struct sim_member *member, uint8_t pattern);
};

struct sim_member {
    struct sim *sim;
    const struct sim_program *program;
    int place; /* in its pair */
    char id[32];
    const char *transactional_id; /* "": it has none */
    bool runs;
    struct log_port *port; /* of a program with a log port that runs */
    struct engine *engine; /* of a ledger that runs */
    void *state;           /* of any other */
    int64_t skew_ms;       /* its clock less the broker's */
    bool in_turn, paused, dying;
    jmp_buf death;
    long kill_in, pause_in, pause_for; /* calls of the log; 0: not armed */
    enum sim_standing standing;        /* a static member: the group keeps its place while it is down */
    int32_t share[HARNESS_PARTITIONS];
    size_t share_count;
};

/* One row per kind of step. */
struct sim_row {
    int work;                   /* weight among what happens every day */
    int fault;                  /* weight among what goes wrong */
    uint8_t a, b;               /* how many values each may have */
    const char *words;          /* with {who}, {a} and {b} */
    const char *const *a_words; /* what its values are called; NULL: they are numbers */
};

struct sim_cast {
    const char *name;
    const struct sim_program *const *programs; /* SIM_PROGRAMS at most; ends with NULL */
    const struct sim_row *rows;                /* SIM_KIND_COUNT */
    int least_steps, most_steps;
    int afresh_percent; /* of the schedules */
    /* Once, before anything is in force: topics, what the registry says. May be NULL. */
    void (*prepare)(struct sim *sim);
    void (*begin)(struct sim *sim);   /* a schedule, before the programs start; may be NULL */
    void (*end)(struct sim *sim);     /* after they have gone; may be NULL */
    void (*release)(struct sim *sim); /* of what `prepare` made; may be NULL */
    /* A step that is no matter of the programs, the group or the broker. */
    void (*play)(struct sim *sim, const struct sim_step *step);
    void (*pass)(struct sim *sim, int64_t ms); /* time goes by */
    void (*heal)(struct sim *sim);             /* after the last step; may be NULL */
    /* When all are at rest: send what has still to be sent. True: something was. */
    bool (*urge)(struct sim *sim);
    void (*check)(struct sim *sim);
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

struct sim_group {
    bool joining;
    uint8_t pattern; /* of the shares */
};

struct sim {
    const struct sim_cast *cast;
    struct ledger_harness start;   /* what all schedules begin with */
    struct ledger_harness harness; /* log, registry, clock and arena of this one; its own port is not used */
    struct sim_member members[SIM_MEMBERS]; /* pairs, in the order of the cast; ledgers come first */
    int member_count;
    const struct sim_schedule *schedule;
    size_t next;                           /* step */
    uint8_t alone;                         /* in the end: which of each pair; SIM_PAIR: both */
    struct sim_group groups[SIM_PROGRAMS]; /* of each program */
    struct sim_sent sent[SIM_TASKS][SIM_ACTS];
    struct sim_timer timers[SIM_TASKS];
    int64_t due_by_ms; /* in the end: what was due by then must have been applied */
    int64_t inbox_next;
    uint32_t registry_count;
    char *snapshots; /* directory; NULL: none */
    void *district;  /* of the cast */
    jmp_buf failed;
    char *failure;
};

/* Ends the schedule. */
_Noreturn void sim_fail(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- sim_world.c */
void sim_turn(struct sim_member *member, const struct sim_step *step);
void sim_start_member(struct sim_member *member);
void sim_kill_member(struct sim_member *member);
/* A member is in a call that reaches out of its process: it may stand still there. True: it dies there; whoever called
 * says how. */
bool sim_moment(struct sim_member *member);
/* The watcher of a log port whose context is the member. */
void sim_at_moment(void *context, enum log_memory_moment moment);
struct sim_member *sim_member_of(struct sim *sim, const struct sim_program *program, int place);

/* --- sim_group.c */
void sim_group_join(struct sim_member *member); /* it has just been started */
void sim_group_kick(struct sim_member *member);
void sim_group_rebalance(struct sim_member *member, uint8_t pattern);
void sim_group_advance(struct sim *sim); /* whatever may happen now */
bool sim_group_is_settled(const struct sim *sim);

/* --- sim_ledger.c */
extern const char *const sim_fault_words[]; /* of enum log_memory_fault */
extern const struct sim_program sim_ledger;

/* --- sim_traffic.c */
void sim_send(struct sim *sim, int task, int act);
void sim_wake(struct sim *sim, int task, enum sim_wake how);
/* True: something was due, and has been sent. */
bool sim_wake_all(struct sim *sim);
void sim_registry(struct sim *sim, int variant);
struct command sim_registry_command(struct sim *sim, int variant);
const char *sim_task_id(struct sim *sim, int task);

/* --- sim_check.c */
/* Reads sim->timers, sim->sent and sim->due_by_ms. */
void sim_check_log(struct sim *sim);
void sim_check_memory(struct sim *sim);

#endif
