/* sim_world.c: plays a schedule. A ledger that stops in the midst of a call is a call that does not return yet: the
 * steps that others take meanwhile are played from within it. */
#include "sim_internal.h"

#include "scratch.h"
#include "task-ledger/ledger_metrics.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_ROUNDS = 3000, /* after the last fault */
    ARENA_BYTES = 256 * 1024 * 1024,
    PATIENCE = 16, /* rounds until a wake is sent again, and a transaction that stays open is aborted */
};

void sim_fail(struct sim *sim, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sim->failure, SIM_FAILURE_TEXT, format, arguments);
    va_end(arguments);
    longjmp(sim->failed, 1);
}

/* --- ledgers -------------------------------------------------------------------------------------------------------- */

static struct monotonic no_time(void)
{
    return (struct monotonic){0};
}

static void play_steps(struct sim *sim, long most, const struct sim_member *until_dying);

static void at_moment(void *context, enum log_memory_moment moment)
{
    struct sim_member *member = context;
    if (!member->in_turn)
        return;
    if (member->kill_in > 0 && --member->kill_in == 0)
        member->dying = true;
    if (member->pause_in > 0 && --member->pause_in == 0) {
        member->paused = true;
        play_steps(member->sim, member->pause_for, member);
        member->paused = false;
    }
    if (member->dying && moment != LOG_MEMORY_AT_RESTORE)
        longjmp(member->death, 1);
}

static const struct log_topic shared_topics[] = {
    {"commands", HARNESS_PARTITIONS},
    {"internal", HARNESS_PARTITIONS},
    {NULL,       0                 },
};
static const struct log_topic followed_topics[] = {
    {"registry", 1},
    {NULL,       0},
};

void sim_start_member(struct sim_member *member)
{
    struct sim *sim = member->sim;
    const struct log_port_memory_options port = {
        .group_id = "ledger",
        .transactional_id = member->id,
        .topics = {.shared = shared_topics, .followed = followed_topics},
    };
    member->port = log_port_memory_new(sim->harness.memory, &port);
    log_port_memory_watch(member->port, at_moment, member);
    const struct engine_options options = {
        .port = member->port,
        .topics = {.commands = "commands",
                   .internal = "internal",
                   .events = "events",
                   .answers = "answers",
                   .tasks = "tasks",
                   .registry = "registry",
                   .dead_letters = "dead-letters"},
        .partitions = HARNESS_PARTITIONS,
        .deployment = "test",
        .bootstrap_secret = harness_secret,
        .instance = member->id,
        .batch_records = sim->schedule->batch_records,
        .state_directory = sim->snapshots != NULL ? sim->snapshots : "",
        .metrics = sim->start.metrics,
        .monotonic = no_time,
    };
    member->engine = engine_new(&options);
    sim_group_join(member);
}

void sim_kill_member(struct sim_member *member)
{
    if (member->port == NULL)
        return;
    if (member->in_turn) { /* it dies when it comes to itself */
        member->dying = true;
        return;
    }
    engine_free(member->engine);
    log_port_memory_kill(member->port);
    member->engine = NULL;
    member->port = NULL;
    member->dying = false;
    member->kill_in = member->pause_in = 0;
}

void sim_turn(struct sim_member *member)
{
    if (member->port == NULL || member->in_turn)
        return;
    member->in_turn = true;
    if (setjmp(member->death) == 0) {
        const enum status status = engine_turn(member->engine, 0);
        if (status != STATUS_OK && !member->dying)
            sim_fail(member->sim, "%s gave up", member->id);
    }
    member->in_turn = false;
    if (member->dying)
        sim_kill_member(member);
}

/* --- steps ---------------------------------------------------------------------------------------------------------- */

static void move_clock(struct sim *sim, const struct sim_step *step)
{
    static const int64_t jumps[] = {MS_PER_SECOND, MS_PER_MINUTE,  MS_PER_HOUR,
                                    MS_PER_DAY,    3 * MS_PER_DAY, 20 * MS_PER_DAY};
    const bool backwards = step->b == 0;
    sim->harness.clock_ms += backwards ? -jumps[step->a % 3] : jumps[step->a];
}

static void arm(struct sim_member *member, const struct sim_step *step)
{
    if (step->kind == SIM_FAIL) {
        if (member->port != NULL)
            log_port_memory_fail(member->port, step->b, (enum log_memory_fault)step->a);
    } else if (step->kind == SIM_PAUSE) {
        member->pause_in = step->a + 1;
        member->pause_for = step->b;
    } else if (step->a == 0) {
        sim_kill_member(member);
    } else {
        member->kill_in = step->a;
    }
}

static void broker_step(struct sim *sim, const struct sim_step *step)
{
    struct log_memory *memory = sim->harness.memory;
    const size_t markers = log_memory_markers(memory);
    if (step->kind == SIM_DELAY)
        log_memory_delay_markers(memory, step->a != 0);
    else if (step->kind == SIM_MARKER && markers > 0)
        log_memory_write_marker(memory, step->a % markers);
    else if (step->kind == SIM_LATE_END)
        (void)log_memory_deliver_end(memory);
    else if (step->kind == SIM_EXPIRE)
        log_memory_expire(memory, sim->members[step->who].id);
}

static void play_step(struct sim *sim, const struct sim_step *step)
{
    struct sim_member *member = &sim->members[step->who];
    switch ((enum sim_kind)step->kind) {
    case SIM_TURN:
        for (int i = 0; i <= step->a; i++)
            sim_turn(member);
        break;
    case SIM_SEND:
        sim_send(sim, step->a, step->b);
        break;
    case SIM_WAKE:
        sim_wake(sim, step->a, (enum sim_wake)step->b);
        break;
    case SIM_CLOCK:
        move_clock(sim, step);
        break;
    case SIM_KILL:
    case SIM_PAUSE:
    case SIM_FAIL:
        arm(member, step);
        break;
    case SIM_START:
        if (member->port == NULL)
            sim_start_member(member);
        break;
    case SIM_KICK:
        sim_group_kick(member);
        break;
    case SIM_REBALANCE:
        sim_group_rebalance(sim, step->a);
        break;
    case SIM_DELAY:
    case SIM_MARKER:
    case SIM_LATE_END:
    case SIM_EXPIRE:
        broker_step(sim, step);
        break;
    case SIM_REGISTRY:
        sim_registry(sim, step->a);
        break;
    case SIM_KIND_COUNT:
        break;
    }
}

/* From within a ledger that stands still, if `until_dying` is one. */
static void play_steps(struct sim *sim, long most, const struct sim_member *until_dying)
{
    for (; most > 0 && sim->next < sim->schedule->count; most--) {
        if (until_dying != NULL && until_dying->dying)
            return;
        play_step(sim, &sim->schedule->steps[sim->next++]);
        sim_group_advance(sim);
    }
}

/* --- the end -------------------------------------------------------------------------------------------------------- */

/* What is under way arrives, and what nobody has ended is ended by the broker. */
static void let_time_pass(struct sim *sim)
{
    while (log_memory_deliver_end(sim->harness.memory))
        continue;
    for (int i = 0; i < SIM_MEMBERS; i++)
        log_memory_expire(sim->harness.memory, sim->members[i].id);
}

static void heal(struct sim *sim)
{
    log_memory_delay_markers(sim->harness.memory, false);
    let_time_pass(sim);
    for (int i = 0; i < SIM_MEMBERS; i++) {
        struct sim_member *member = &sim->members[i];
        member->kill_in = member->pause_in = 0;
        if (sim->schedule->alone < SIM_MEMBERS && sim->schedule->alone != i) {
            sim_kill_member(member);
            sim_group_kick(member);
        } else if (member->port == NULL) {
            sim_start_member(member);
        }
    }
}

static bool is_at_rest(const struct sim *sim)
{
    size_t held = 0;
    for (int i = 0; i < SIM_MEMBERS; i++) {
        const struct sim_member *member = &sim->members[i];
        if (member->port == NULL)
            continue;
        if (engine_in_flight(member->engine) > 0 || *engine_not_ready(member->engine) != '\0')
            return false;
        size_t count = 0;
        const struct log_position *positions = log_port_positions(member->port, &count);
        for (size_t k = 0; k < count; k++)
            if (positions[k].next <
                log_memory_end(sim->harness.memory, positions[k].topic, positions[k].partition))
                return false;
        held += count - 1;
    }
    return held == 2 * HARNESS_PARTITIONS;
}

static void settle(struct sim *sim)
{
    for (int round = 1; round < MOST_ROUNDS; round++) {
        for (int i = 0; i < SIM_MEMBERS; i++)
            sim_turn(&sim->members[i]);
        sim_group_advance(sim);
        if (is_at_rest(sim) && !sim_wake_all(sim))
            return;
        if (round % PATIENCE != 0)
            continue;
        (void)sim_wake_all(sim);
        let_time_pass(sim);
    }
    sim_fail(sim, "not at rest after %d rounds: %s", MOST_ROUNDS,
             sim->members[0].engine != NULL ? engine_not_ready(sim->members[0].engine) : "");
}

static void stop_all(struct sim *sim)
{
    for (int i = 0; i < SIM_MEMBERS; i++)
        sim_kill_member(&sim->members[i]);
}

/* Everything from the log, and the snapshots if there are any, by another ledger. */
static void start_over(struct sim *sim)
{
    stop_all(sim);
    sim_group_kick(&sim->members[1]);
    sim_start_member(&sim->members[0]);
    settle(sim);
}

static void begin(struct sim *sim, const struct sim_schedule *schedule)
{
    struct arena *arena = sim->harness.arena;
    arena_reset(arena);
    sim->harness = sim->start;
    sim->harness.arena = arena;
    sim->harness.memory = log_memory_copy(sim->start.memory);
    sim->schedule = schedule;
    sim->next = 0;
    sim->joining = false;
    sim->pattern = 0;
    sim->inbox_next = 0;
    sim->registry_count = 0;
    memset(sim->sent, 0, sizeof(sim->sent));
    memset(sim->timers, 0, sizeof(sim->timers));
    sim->snapshots = schedule->snapshots ? scratch_new() : NULL;
    for (int i = 0; i < SIM_MEMBERS; i++) {
        struct sim_member *member = &sim->members[i];
        *member = (struct sim_member){.sim = sim, .index = i};
        snprintf(member->id, sizeof(member->id), "ledger-%d", i);
        sim_start_member(member);
    }
}

static void end(struct sim *sim)
{
    stop_all(sim);
    log_memory_free(sim->harness.memory);
    if (sim->snapshots != NULL)
        scratch_free(sim->snapshots);
    sim->snapshots = NULL;
}

bool sim_play(struct sim *sim, const struct sim_schedule *schedule, char ret_failure[SIM_FAILURE_TEXT])
{
    sim->failure = ret_failure;
    if (setjmp(sim->failed) != 0)
        return false;
    begin(sim, schedule);
    sim_group_advance(sim);
    while (sim->next < schedule->count)
        play_steps(sim, 1, NULL);
    heal(sim);
    settle(sim);
    sim_check_log(sim);
    sim_check_memory(sim);
    start_over(sim);
    sim_check_memory(sim);
    end(sim);
    return true;
}

struct sim *sim_new(void)
{
    struct sim *sim = must_alloc(sizeof(*sim));
    harness_init(&sim->start);
    harness_start(&sim->start);
    harness_bootstrap(&sim->start);
    harness_stop(&sim->start);
    sim->harness.arena = arena_new(ARENA_BYTES);
    return sim;
}

void sim_free(struct sim *sim)
{
    arena_free(sim->harness.arena);
    harness_release(&sim->start);
    free(sim);
}
