/* district.c: see district.h. */
#include "district.h"

#include "base/limits.h"
#include "deadline-watcher/watcher.h"
#include "escalation-notifier/notifier_metrics.h"
#include "intake/intake.h"

#include <stdlib.h>
#include <string.h>

struct district *district_of(const struct sim *sim)
{
    return sim->district;
}

struct reader_group *district_readers(struct sim *sim)
{
    return &district_of(sim)->readers;
}

int64_t district_monotonic_ms(const struct sim *sim)
{
    return district_of(sim)->monotonic_ms;
}

/* --- what there is ------------------------------------------------------------------------------------------------------- */

static void set_all(const struct setting *settings)
{
    for (const struct setting *setting = settings; setting->key != NULL; setting++) {
        if (setting->type == SETTING_MILLISECONDS)
            *(int64_t *)(uintptr_t)setting->target = 10 * MS_PER_SECOND;
        else if (setting->type == SETTING_INTEGER)
            *(int64_t *)(uintptr_t)setting->target = 1;
        else
            *(const char **)(uintptr_t)setting->target = "";
    }
}

static bool has_inbox(const char *unit)
{
    for (int i = 0; i < DISTRICT_INBOXES; i++)
        if (strcmp(unit, district_inboxes[i]) == 0)
            return true;
    return false;
}

/* Two units have inboxes; more would only be more of the same. */
static void prepare(struct sim *sim)
{
    struct registry *registry = sim->start.registry;
    struct log_memory *memory = sim->start.memory;
    struct district *district = must_alloc(sizeof(*district));
    district->watcher = metrics_new(watcher_metrics);
    district->notifier = metrics_new(notifier_metrics);
    district->intake = metrics_new(intake_metrics);
    sim->district = district;
    sim->start.clock_is_real = true;
    log_memory_create(memory, "notices", 1);
    log_memory_create(memory, "watermarks", 1);
    for (uint32_t i = 0; i < registry->unit_count; i++)
        if (!has_inbox(registry->units[i].id)) {
            registry->units[i].inbox = false;
            registry->units[i].system_count = 0;
        }
    for (int i = 0; i < DISTRICT_INBOXES; i++) {
        log_memory_create(memory, arena_format(sim->start.arena, "inbox.%s", district_inboxes[i]), 1);
        log_memory_create(memory, arena_format(sim->start.arena, "outbox.%s", district_inboxes[i]), 1);
    }
    registry->channels[0].code = "smtp";
    district_add_tokens(registry, sim->start.arena);
    log_memory_set_time(memory, (struct instant){sim->start.clock_ms});
    set_all(intake_settings);
    set_all(watcher_settings);
}

static void release(struct sim *sim)
{
    struct district *district = district_of(sim);
    metrics_free(district->watcher);
    metrics_free(district->notifier);
    metrics_free(district->intake);
    free(district);
}

static void begin(struct sim *sim)
{
    struct district *district = district_of(sim);
    *district = (struct district){
        .watcher = district->watcher, .notifier = district->notifier, .intake = district->intake};
    simulated_clock_of(sim);
    log_memory_set_time(sim->harness.memory, (struct instant){sim->harness.clock_ms});
}

static void end(struct sim *sim)
{
    simulated_clock_of(NULL);
    for (int i = 0; i < SIM_PAIR; i++)
        simulated_seat_clear(&district_readers(sim)->seats[i]);
}

/* --- what happens -------------------------------------------------------------------------------------------------------- */

static void pass(struct sim *sim, int64_t ms)
{
    sim->harness.clock_ms += ms;
    district_of(sim)->monotonic_ms += ms;
    log_memory_set_time(sim->harness.memory, (struct instant){sim->harness.clock_ms});
}

static const int64_t jumps[] = {20 * MS_PER_SECOND, 2 * MS_PER_MINUTE, 3 * MS_PER_HOUR, MS_PER_DAY,
                                3 * MS_PER_DAY};
static const int64_t skews[] = {0, MS_PER_MINUTE, MS_PER_HOUR, -2 * MS_PER_SECOND, -20 * MS_PER_SECOND};

/* A door may be ahead by no more than the bound (design §4): beyond it, what the readers believe is bounded by when its
 * mark was written, not by when it asked. One that is further behind makes what people say count as received earlier
 * than it was, and nothing notices that (docs/roadmap.md). */
enum {
    JUMPS = sizeof(jumps) / sizeof(jumps[0]),
    SKEWS = sizeof(skews) / sizeof(skews[0]),
    DOOR_AHEAD_MS = WATERMARK_SKEW_MS - 100,
};

static void lose(struct sim_member *member)
{
    if (member->runs && member->program != &sim_ledger)
        ((struct service *)member->state)->publisher.lose = true; /* the first member of every state */
}

/* What one watcher loses the other has sent, too: only where both lose it anything is lost. */
static void lose_of(struct sim *sim, struct sim_member *member)
{
    lose(member);
    if (member->program == &district_watcher)
        lose(sim_member_of(sim, &district_watcher, 1 - member->place));
}

/* Near the next moment of a task, where what is received and what is due meet. */
static void pass_to_moment(struct sim *sim, int task, uint8_t where)
{
    static const int64_t around[] = {-4 * MS_PER_SECOND, 0, 2 * MS_PER_SECOND};
    const struct row row = harness_row(&sim->harness, sim_task_id(sim, task));
    if (row.kind != ROW_TASK || !instant_is_set(row.task.next_wake))
        return;
    const int64_t ms = row.task.next_wake.ms + around[where] - sim->harness.clock_ms;
    if (ms > 0)
        pass(sim, ms);
}

static void put_clock(struct sim_member *member, int64_t skew_ms)
{
    member->skew_ms = skew_ms;
    if (member->program != &district_intake)
        return;
    if (skew_ms > DOOR_AHEAD_MS)
        member->skew_ms = DOOR_AHEAD_MS;
    district_of(member->sim)->clock_was_put[member->place] = true;
}

static void play(struct sim *sim, const struct sim_step *step)
{
    if (step->kind == SIM_SEND)
        district_send(sim, step->a, step->b, step->who % SIM_PAIR);
    else if (step->kind == SIM_WAKE)
        sim_wake(sim, step->a, SIM_WAKE_EARLY);
    else if (step->kind == SIM_CLOCK)
        step->a < JUMPS ? pass(sim, jumps[step->a]) : pass_to_moment(sim, step->a - JUMPS, step->b);
    else if (step->kind == SIM_REGISTRY)
        sim_registry(sim, step->a);
    else if (step->kind == SIM_SKEW)
        put_clock(&sim->members[step->who], skews[step->a]);
    else if (step->kind == SIM_LOSE)
        lose_of(sim, &sim->members[step->who]);
    else if (step->kind == SIM_MAIL)
        district_of(sim)->mail = step->a;
}

/* Who stops over a refusal begins anew; who goes on is no longer refused, but for the watchers: what both lose now must
 * be repeated. */
static void forgive(struct sim_member *member)
{
    struct log_publisher *publisher = &((struct service *)member->state)->publisher;
    if (member->program == &district_watcher)
        return;
    publisher->lose = false;
    if (member->program == &district_notifier)
        publisher->refused = NULL;
}

static void heal(struct sim *sim)
{
    district_of(sim)->mail = DISTRICT_MAIL_TAKEN;
    for (int i = 0; i < sim->member_count; i++)
        if (sim->members[i].runs && sim->members[i].program != &sim_ledger)
            forgive(&sim->members[i]);
}

static bool urge(struct sim *sim)
{
    if (district_ask_again(sim))
        return true;
    if (district_unfinished(sim) == NULL)
        return false;
    pass(sim, MS_PER_MINUTE / 3);
    return true;
}

static const char *const work_words[] = {
    "looks at its clock",
    "reads",
    "publishes",
    "reads and publishes",
    "hears what was written",
    "reads and hears what was written",
    "publishes and hears of it",
    "does all of its work",
};
static const char *const jump_words[JUMPS + SIM_TASKS] = {
    "20 seconds",           "2 minutes",           "3 hours", "a day", "3 days", "around a moment of task 0",
    "around one of task 1", "around one of task 2"};
static const char *const skew_words[SKEWS] = {"right", "a minute ahead", "an hour ahead", "2 s behind",
                                              "20 s behind"};
static const char *const mail_words[DISTRICT_MAIL_COUNT] = {
    "taken", "refused", "put off", "taken, and nobody knows", "lost, and nobody knows"};

/* clang-format off */
static const struct sim_row rows[SIM_KIND_COUNT] = {
    [SIM_TURN] = {60, 0, 8, 3, "{who} {a}, at pace {b}", work_words},
    [SIM_SEND] = {24, 0, SIM_TASKS, SIM_ACTS, "somebody sends task {a} its command {b}, a person to the door of {who}"},
    [SIM_START] = {4, 0, 1, 1, "{who} is started"},
    [SIM_CLOCK] = {5, 2, JUMPS + SIM_TASKS, 3, "time goes by: {a} ({b})", jump_words},
    [SIM_WAKE] = {0, 1, SIM_TASKS, 1, "a wake of task {a} comes that no door has released"},
    [SIM_KILL] = {0, 8, 20, 1, "{who} is killed at its call in {a}"},
    [SIM_PAUSE] = {0, 6, 20, 40, "{who} stops at its call in {a}, for {b} steps"},
    [SIM_FAIL] = {0, 5, LOG_MEMORY_END_TWICE + 1, 3, "a commit of {who}, in {b}, {a}", sim_fault_words},
    [SIM_KICK] = {0, 4, 1, 1, "the group gives up {who}"},
    [SIM_REBALANCE] = {0, 5, 4, 1, "the group of {who} shares out anew, pattern {a}"},
    [SIM_DELAY] = {0, 3, 2, 1, "markers wait: {a}"},
    [SIM_MARKER] = {0, 5, 8, 1, "one marker is written, index {a}"},
    [SIM_LATE_END] = {0, 4, 1, 1, "an EndTxn sent long ago arrives"},
    [SIM_EXPIRE] = {0, 3, 1, 1, "the broker aborts what {who} has open"},
    [SIM_REGISTRY] = {0, 1, 3, 1, "somebody publishes a registry, variant {a}"},
    [SIM_SKEW] = {0, 4, SKEWS, 1, "the clock of {who} is {a}", skew_words},
    [SIM_LOSE] = {0, 4, 1, 1, "the broker refuses the next record of {who}"},
    [SIM_MAIL] = {0, 3, DISTRICT_MAIL_COUNT, 1, "letters are {a} from now on", mail_words},
};
/* clang-format on */

static const struct sim_program *const programs[] = {&sim_ledger, &district_watcher, &district_notifier,
                                                     &district_intake, NULL};

const struct sim_cast district_cast = {
    .name = "district",
    .programs = programs,
    .rows = rows,
    .least_steps = 60,
    .most_steps = SIM_STEPS,
    .afresh_percent = 20,
    .prepare = prepare,
    .begin = begin,
    .end = end,
    .release = release,
    .play = play,
    .pass = pass,
    .heal = heal,
    .urge = urge,
    .check = district_check,
};
