/* sim_schedule.c: a seed becomes a list of steps. Most of them are work; faults come in bursts, because two that meet are
 * worth more than two that do not. */
#include "dice.h"
#include "log_port_memory.h"
#include "sim.h"

#include <stdint.h>

enum { LEAST_STEPS = 40, CALLS_AHEAD = 24 };

struct kind {
    int weight;        /* among the faults; 0: not a fault */
    uint8_t a, b;      /* how many values each may have */
    const char *words; /* of who, a, b */
};

static const struct kind kinds[SIM_KIND_COUNT] = {
    [SIM_TURN] = {0, 3,                        1,                   "ledger-%d works, %d more turns"                            },
    [SIM_SEND] = {0, SIM_TASKS,                SIM_ACTS,            "somebody sends (%d) of task %d command %d"                 },
    [SIM_WAKE] = {0, SIM_TASKS,                SIM_WAKE_KIND_COUNT, "the watcher (%d) wakes task %d how=%d"                     },
    [SIM_CLOCK] = {3, 6,                        4,                   "the clock (%d) moves step=%d backwards if 0=%d"            },
    [SIM_KILL] = {6, CALLS_AHEAD,              1,                   "ledger-%d is killed at its call of the log in %d"          },
    [SIM_START] = {0, 1,                        1,                   "ledger-%d is started"                                      },
    [SIM_PAUSE] = {6, CALLS_AHEAD,              20,                  "ledger-%d stops at its call of the log in %d, for steps=%d"},
    [SIM_FAIL] = {8, LOG_MEMORY_END_TWICE + 1, 3,                   "ledger-%d meets fault=%d at its commit in %d"              },
    [SIM_KICK] = {4, 1,                        1,                   "the group gives up ledger-%d"                              },
    [SIM_REBALANCE] = {5, 4,                        1,                   "the group (%d) shares out anew pattern=%d"                 },
    [SIM_DELAY] = {4, 2,                        1,                   "markers (%d) wait=%d"                                      },
    [SIM_MARKER] = {6, 8,                        1,                   "one marker (%d) is written index=%d"                       },
    [SIM_LATE_END] = {5, 1,                        1,                   "an EndTxn (%d) sent long ago arrives"                      },
    [SIM_EXPIRE] = {3, 1,                        1,                   "the broker aborts what ledger-%d has open"                 },
    [SIM_REGISTRY] = {1, 3,                        1,                   "somebody (%d) publishes a registry variant=%d"             },
};

static struct sim_step step_of(struct dice *dice, enum sim_kind kind)
{
    return (struct sim_step){
        .kind = (uint8_t)kind,
        .who = (uint8_t)dice_roll(dice, 0, SIM_MEMBERS - 1),
        .a = (uint8_t)dice_roll(dice, 0, kinds[kind].a - 1),
        .b = (uint8_t)dice_roll(dice, 0, kinds[kind].b - 1),
    };
}

static enum sim_kind fault_of(struct dice *dice)
{
    int64_t total = 0;
    for (int kind = 0; kind < SIM_KIND_COUNT; kind++)
        total += kinds[kind].weight;
    int64_t left = dice_roll(dice, 0, total - 1);
    int kind = 0;
    while (left >= kinds[kind].weight)
        left -= kinds[kind++].weight;
    return (enum sim_kind)kind;
}

/* The acts of a task mostly in their order, sometimes one of them again. */
static struct sim_step send_of(struct dice *dice, uint8_t progress[SIM_TASKS])
{
    struct sim_step step = step_of(dice, SIM_SEND);
    uint8_t *next = &progress[step.a];
    if (*next < SIM_ACTS && dice_chance(dice, 80))
        step.b = (*next)++;
    else
        step.b = (uint8_t)(*next == 0 ? 0 : dice_roll(dice, 0, *next - 1));
    return step;
}

static struct sim_step work_of(struct dice *dice, uint8_t progress[SIM_TASKS])
{
    const int64_t what = dice_roll(dice, 0, 99);
    if (what < 50)
        return step_of(dice, SIM_TURN);
    if (what < 85)
        return send_of(dice, progress);
    return step_of(dice, what < 97 ? SIM_WAKE : SIM_START);
}

void sim_schedule_make(uint64_t seed, struct sim_schedule *ret_schedule)
{
    struct dice dice = {seed * UINT64_C(0xD1342543DE82EF95)};
    uint8_t progress[SIM_TASKS] = {0};
    *ret_schedule = (struct sim_schedule){
        .seed = seed,
        .batch_records = (uint32_t)dice_roll(&dice, 1, 12),
        .snapshots = dice_chance(&dice, 15),
        .alone = (uint8_t)dice_roll(&dice, 0, 2 * SIM_MEMBERS),
    };
    if (ret_schedule->alone > SIM_MEMBERS)
        ret_schedule->alone = SIM_MEMBERS;
    const size_t count = (size_t)dice_roll(&dice, LEAST_STEPS, SIM_STEPS);
    const int percent = (int)dice_roll(&dice, 5, 35);
    int burst = 0;
    while (ret_schedule->count < count) {
        if (burst == 0 && dice_chance(&dice, percent))
            burst = (int)dice_roll(&dice, 1, 3);
        struct sim_step *step = &ret_schedule->steps[ret_schedule->count++];
        *step = burst > 0 ? step_of(&dice, fault_of(&dice)) : work_of(&dice, progress);
        burst -= burst > 0;
    }
}

void sim_step_print(FILE *file, const struct sim_step *step)
{
    fprintf(file, "    {%u, %u, %u, %u}  ", step->kind, step->who, step->a, step->b);
    /* The words are ours: the table above. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    fprintf(file, kinds[step->kind].words, step->who, step->a, step->b);
#pragma GCC diagnostic pop
    fputc('\n', file);
}
