/* sim_ledger.c: the ledger as a program of the simulation, and the cast that is nothing but it. */
#include "sim_internal.h"

#include "task-ledger/ledger_metrics.h"

enum { TURN_NS = 5 * 1000 * 1000 };

/* Passes with the turns, so that a ledger rests between two transactions, and is met there. Only differences matter. */
static struct monotonic passed;

static struct monotonic passing_time(void)
{
    return passed;
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

static void start(struct sim_member *member)
{
    struct sim *sim = member->sim;
    const struct log_port_memory_options port = {
        .group_id = "ledger",
        .transactional_id = member->id,
        .topics = {.shared = shared_topics, .followed = followed_topics},
    };
    member->transactional_id = member->id;
    member->port = log_port_memory_new(sim->harness.memory, &port);
    log_port_memory_watch(member->port, sim_at_moment, member);
    log_port_memory_delay_commits(member->port, sim->schedule->patience);
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
        .clock_is_real = sim->harness.clock_is_real,
        .state_directory = sim->snapshots != NULL ? sim->snapshots : "",
        .metrics = sim->start.metrics,
        .monotonic = passing_time,
    };
    member->engine = engine_new(&options);
}

static void stop(struct sim_member *member)
{
    engine_free(member->engine);
    log_port_memory_kill(member->port);
    member->engine = NULL;
    member->port = NULL;
}

static enum status turn(struct sim_member *member, const struct sim_step *step)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i <= (step == NULL ? 0 : step->a % 3); i++) {
        passed.ns += TURN_NS;
        status = engine_turn(member->engine, 0);
    }
    return status;
}

static const char *unrest(const struct sim_member *member)
{
    const char *not_ready = engine_not_ready(member->engine);
    if (*not_ready != '\0')
        return not_ready;
    if (engine_in_flight(member->engine) > 0)
        return "a ledger has work in flight";
    size_t count = 0;
    const struct log_position *positions = log_port_positions(member->port, &count);
    for (size_t k = 0; k < count; k++)
        if (positions[k].next <
            log_memory_end(member->sim->harness.memory, positions[k].topic, positions[k].partition))
            return "a ledger has not read everything";
    return count == 1 + 2 * member->share_count ? NULL : "a ledger has not taken up its share";
}

const struct sim_program sim_ledger = {"ledger", HARNESS_PARTITIONS, start, stop, turn, unrest, NULL, NULL};

/* --- the cast ------------------------------------------------------------------------------------------------------- */

const char *const sim_fault_words[] = {
    [LOG_MEMORY_ABORT] = "is aborted",
    [LOG_MEMORY_UNKNOWN_WRITTEN] = "has no known outcome, and is written",
    [LOG_MEMORY_UNKNOWN_LOST] = "has no known outcome, and is lost",
    [LOG_MEMORY_UNKNOWN_LATE] = "has no known outcome, and its end is under way",
    [LOG_MEMORY_END_TWICE] = "is ended twice",
};

/* clang-format off */
static const struct sim_row rows[SIM_KIND_COUNT] = {
    [SIM_TURN] = {50, 0, 3, 1, "{who} works, {a} more turns", NULL},
    [SIM_SEND] = {35, 0, SIM_TASKS, SIM_ACTS, "somebody sends task {a} its command {b}", NULL},
    [SIM_WAKE] = {12, 0, SIM_TASKS, SIM_WAKE_KIND_COUNT, "the watcher wakes task {a} how={b}", NULL},
    [SIM_START] = {3, 0, 1, 1, "{who} is started", NULL},
    [SIM_CLOCK] = {0, 3, 6, 4, "the clock moves by step {a}, backwards if 0={b}", NULL},
    [SIM_KILL] = {0, 6, 24, 1, "{who} is killed at its call of the log in {a}", NULL},
    [SIM_PAUSE] = {0, 6, 24, 20, "{who} stops at its call of the log in {a}, for {b} steps", NULL},
    [SIM_FAIL] = {0, 8, LOG_MEMORY_END_TWICE + 1, 3, "a commit of {who}, in {b}, {a}", sim_fault_words},
    [SIM_KICK] = {0, 4, 1, 1, "the group gives up {who}", NULL},
    [SIM_REBALANCE] = {0, 5, 4, 1, "the group of {who} shares out anew, pattern {a}", NULL},
    [SIM_DELAY] = {0, 4, 2, 1, "markers wait: {a}", NULL},
    [SIM_MARKER] = {0, 6, 8, 1, "one marker is written, index {a}", NULL},
    [SIM_LATE_END] = {0, 5, 1, 1, "an EndTxn sent long ago arrives", NULL},
    [SIM_EXPIRE] = {0, 3, 1, 1, "the broker aborts what {who} has open", NULL},
    [SIM_REGISTRY] = {0, 1, 3, 1, "somebody publishes a registry, variant {a}", NULL},
};
/* clang-format on */

static void move_clock(struct sim *sim, const struct sim_step *step)
{
    static const int64_t jumps[] = {MS_PER_SECOND, MS_PER_MINUTE,  MS_PER_HOUR,
                                    MS_PER_DAY,    3 * MS_PER_DAY, 20 * MS_PER_DAY};
    const bool backwards = step->b == 0;
    sim->harness.clock_ms += backwards ? -jumps[step->a % 3] : jumps[step->a];
}

static void play(struct sim *sim, const struct sim_step *step)
{
    if (step->kind == SIM_SEND)
        sim_send(sim, step->a, step->b);
    else if (step->kind == SIM_WAKE)
        sim_wake(sim, step->a, (enum sim_wake)step->b);
    else if (step->kind == SIM_CLOCK)
        move_clock(sim, step);
    else if (step->kind == SIM_REGISTRY)
        sim_registry(sim, step->a);
}

/* Time goes by with the commands, a second each. */
static void pass(struct sim *sim, int64_t ms)
{
    (void)sim;
    (void)ms;
}

static void check(struct sim *sim)
{
    sim->due_by_ms = sim->harness.clock_ms;
    sim_check_log(sim);
}

static const struct sim_program *const programs[] = {&sim_ledger, NULL};

const struct sim_cast sim_ledger_cast = {
    .name = "ledger",
    .programs = programs,
    .rows = rows,
    .least_steps = 40,
    .most_steps = 160,
    .afresh_percent = 100,
    .play = play,
    .pass = pass,
    .urge = sim_wake_all,
    .check = check,
};
