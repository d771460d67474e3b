/* sim_world.c: plays a schedule. A program that stops in the midst of a call is a call that does not return yet: the
 * steps that others take meanwhile are played from within it. */
#include "sim_internal.h"

#include "scratch.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_ROUNDS = 3000, /* after the last fault */
    ARENA_BYTES = 256 * 1024 * 1024,
    PATIENCE = 16, /* rounds until a wake is sent again, and a transaction that stays open is aborted */
    STEP_MS = 100,
    ROUND_MS = 1000,
};

void sim_fail(struct sim *sim, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sim->failure, SIM_FAILURE_TEXT, format, arguments);
    va_end(arguments);
    longjmp(sim->failed, 1);
}

/* --- programs -------------------------------------------------------------------------------------------------------- */

static void play_steps(struct sim *sim, long most, const struct sim_member *until_dying);

bool sim_moment(struct sim_member *member)
{
    if (!member->in_turn)
        return false;
    if (member->kill_in > 0 && --member->kill_in == 0)
        member->dying = true;
    if (member->pause_in > 0 && --member->pause_in == 0) {
        member->paused = true;
        play_steps(member->sim, member->pause_for, member);
        member->paused = false;
    }
    return member->dying;
}

void sim_at_moment(void *context, enum log_memory_moment moment)
{
    struct sim_member *member = context;
    /* Between asking and a restore's end an engine holds memory of its own: it dies at its next call. */
    if (sim_moment(member) && moment != LOG_MEMORY_AT_RESTORE && moment != LOG_MEMORY_AT_ASK &&
        moment != LOG_MEMORY_AT_STEER)
        longjmp(member->death, 1);
}

struct sim_member *sim_member_of(struct sim *sim, const struct sim_program *program, int place)
{
    for (int i = 0; i < sim->member_count; i++)
        if (sim->members[i].program == program && sim->members[i].place == place)
            return &sim->members[i];
    return NULL;
}

void sim_start_member(struct sim_member *member)
{
    member->program->start(member);
    member->runs = true;
    if (member->program->shared > 0)
        sim_group_join(member);
}

void sim_kill_member(struct sim_member *member)
{
    if (!member->runs)
        return;
    if (member->in_turn) { /* it dies when it comes to itself */
        member->dying = true;
        return;
    }
    member->program->kill(member);
    member->runs = false;
    member->dying = false;
    member->kill_in = member->pause_in = 0;
}

void sim_turn(struct sim_member *member, const struct sim_step *step)
{
    if (!member->runs || member->in_turn)
        return;
    member->in_turn = true;
    if (setjmp(member->death) == 0) {
        const enum status status = member->program->turn(member, step);
        if (status != STATUS_OK && !member->dying)
            sim_fail(member->sim, "%s gave up", member->id);
    }
    member->in_turn = false;
    if (member->dying)
        sim_kill_member(member);
}

/* --- steps ---------------------------------------------------------------------------------------------------------- */

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

static void expire(const struct sim_member *member)
{
    if (*member->transactional_id != '\0')
        log_memory_expire(member->sim->harness.memory, member->transactional_id);
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
        expire(&sim->members[step->who]);
}

static void kick(struct sim_member *member)
{
    if (member->program->kick != NULL)
        member->program->kick(member);
    else
        sim_group_kick(member);
}

static void play_step(struct sim *sim, const struct sim_step *step)
{
    struct sim_member *member = &sim->members[step->who];
    switch ((enum sim_kind)step->kind) {
    case SIM_TURN:
        sim_turn(member, step);
        break;
    case SIM_KILL:
    case SIM_PAUSE:
    case SIM_FAIL:
        arm(member, step);
        break;
    case SIM_START:
        if (!member->runs)
            sim_start_member(member);
        break;
    case SIM_KICK:
        kick(member);
        break;
    case SIM_REBALANCE:
        if (member->program->rebalance != NULL)
            member->program->rebalance(member, step->a);
        else
            sim_group_rebalance(member, step->a);
        break;
    case SIM_DELAY:
    case SIM_MARKER:
    case SIM_LATE_END:
    case SIM_EXPIRE:
        broker_step(sim, step);
        break;
    case SIM_SEND:
    case SIM_WAKE:
    case SIM_CLOCK:
    case SIM_REGISTRY:
    case SIM_SKEW:
    case SIM_LOSE:
    case SIM_MAIL:
        sim->cast->play(sim, step);
        break;
    case SIM_KIND_COUNT:
        break;
    }
}

/* From within a program that stands still, if `until_dying` is one. */
static void play_steps(struct sim *sim, long most, const struct sim_member *until_dying)
{
    for (; most > 0 && sim->next < sim->schedule->count; most--) {
        if (until_dying != NULL && until_dying->dying)
            return;
        play_step(sim, &sim->schedule->steps[sim->next++]);
        sim->cast->pass(sim, STEP_MS);
        sim_group_advance(sim);
    }
}

/* --- the end -------------------------------------------------------------------------------------------------------- */

/* What is under way arrives, and what nobody has ended is ended by the broker. */
static void let_time_pass(struct sim *sim)
{
    while (log_memory_deliver_end(sim->harness.memory))
        continue;
    for (int i = 0; i < sim->member_count; i++)
        expire(&sim->members[i]);
}

static bool is_wanted(const struct sim_member *member)
{
    return member->sim->alone == SIM_PAIR || member->sim->alone == member->place;
}

/* Whoever is to be there in the end is there, and nobody else. */
static void staff(struct sim *sim)
{
    for (int i = 0; i < sim->member_count; i++) {
        struct sim_member *member = &sim->members[i];
        if (!is_wanted(member)) {
            sim_kill_member(member);
            kick(member);
        } else if (!member->runs) {
            sim_start_member(member);
        }
    }
}

static void heal(struct sim *sim)
{
    log_memory_delay_markers(sim->harness.memory, false);
    let_time_pass(sim);
    for (int i = 0; i < sim->member_count; i++) {
        sim->members[i].kill_in = sim->members[i].pause_in = 0;
        sim->members[i].skew_ms = 0;
    }
    sim->alone = sim->schedule->alone;
    staff(sim);
    if (sim->cast->heal != NULL)
        sim->cast->heal(sim);
}

/* NULL: all are at rest. */
static const char *unrest(const struct sim *sim)
{
    for (int i = 0; i < sim->member_count; i++) {
        const struct sim_member *member = &sim->members[i];
        if (!is_wanted(member))
            continue;
        const char *why = member->runs ? member->program->unrest(member) : "a program is down";
        if (why != NULL)
            return why;
    }
    return sim_group_is_settled(sim) ? NULL : "a group shares out its partitions";
}

static void settle(struct sim *sim)
{
    for (int round = 1; round < MOST_ROUNDS; round++) {
        for (int i = 0; i < sim->member_count; i++)
            sim_turn(&sim->members[i], NULL);
        sim->cast->pass(sim, ROUND_MS);
        sim_group_advance(sim);
        if (unrest(sim) == NULL && !sim->cast->urge(sim))
            return;
        if (round % PATIENCE != 0)
            continue;
        (void)sim->cast->urge(sim);
        let_time_pass(sim);
        staff(sim); /* one may have ended itself over what happened before */
    }
    const char *why = unrest(sim);
    sim_fail(sim, "not at rest after %d rounds: %s", MOST_ROUNDS,
             why != NULL ? why : "there is always more to do");
}

static void stop_all(struct sim *sim)
{
    for (int i = 0; i < sim->member_count; i++)
        sim_kill_member(&sim->members[i]);
}

/* Everything from the log, and the snapshots if there are any, by others: the first of each pair. */
static void start_over(struct sim *sim)
{
    stop_all(sim);
    sim->alone = 0;
    staff(sim);
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
    sim->inbox_next = 0;
    sim->registry_count = 0;
    memset(sim->groups, 0, sizeof(sim->groups));
    memset(sim->sent, 0, sizeof(sim->sent));
    memset(sim->timers, 0, sizeof(sim->timers));
    sim->snapshots = schedule->snapshots ? scratch_new() : NULL;
    if (sim->cast->begin != NULL)
        sim->cast->begin(sim);
    sim->member_count = 0;
    for (size_t k = 0; sim->cast->programs[k] != NULL; k++)
        for (int place = 0; place < SIM_PAIR; place++) {
            struct sim_member *member = &sim->members[sim->member_count++];
            *member = (struct sim_member){.sim = sim, .program = sim->cast->programs[k], .place = place};
            snprintf(member->id, sizeof(member->id), "%s-%d", member->program->name, place);
            member->transactional_id = "";
        }
    for (int i = 0; i < sim->member_count; i++)
        sim_start_member(&sim->members[i]);
}

static void end(struct sim *sim)
{
    stop_all(sim);
    if (sim->cast->end != NULL)
        sim->cast->end(sim);
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
    sim->cast->check(sim);
    sim_check_memory(sim);
    if (schedule->afresh) {
        start_over(sim);
        sim_check_memory(sim);
    }
    end(sim);
    return true;
}

struct sim *sim_new(const struct sim_cast *cast)
{
    struct sim *sim = must_alloc(sizeof(*sim));
    sim->cast = cast;
    harness_init(&sim->start);
    if (cast->prepare != NULL)
        cast->prepare(sim);
    harness_start(&sim->start);
    harness_bootstrap(&sim->start);
    harness_stop(&sim->start);
    sim->harness.arena = arena_new(ARENA_BYTES);
    return sim;
}

void sim_free(struct sim *sim)
{
    if (sim->cast->release != NULL)
        sim->cast->release(sim);
    arena_free(sim->harness.arena);
    harness_release(&sim->start);
    free(sim);
}
