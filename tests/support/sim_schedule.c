/* sim_schedule.c: a seed becomes a list of steps. Most of them are work; faults come in bursts, because two that meet are
 * worth more than two that do not. */
#include "sim_internal.h"

#include "dice.h"

#include <stdint.h>
#include <string.h>

static int member_count(const struct sim_cast *cast)
{
    int count = 0;
    while (cast->programs[count] != NULL)
        count++;
    return SIM_PAIR * count;
}

static struct sim_step step_of(struct dice *dice, const struct sim_cast *cast, enum sim_kind kind)
{
    const struct sim_row *row = &cast->rows[kind];
    return (struct sim_step){
        .kind = (uint8_t)kind,
        .who = (uint8_t)dice_roll(dice, 0, member_count(cast) - 1),
        .a = (uint8_t)dice_roll(dice, 0, row->a - 1),
        .b = (uint8_t)dice_roll(dice, 0, row->b - 1),
    };
}

static int weight_of(const struct sim_row *row, bool fault)
{
    return fault ? row->fault : row->work;
}

static enum sim_kind kind_of(struct dice *dice, const struct sim_cast *cast, bool fault)
{
    int64_t total = 0;
    for (int kind = 0; kind < SIM_KIND_COUNT; kind++)
        total += weight_of(&cast->rows[kind], fault);
    int64_t left = dice_roll(dice, 0, total - 1);
    int kind = 0;
    while (left >= weight_of(&cast->rows[kind], fault))
        left -= weight_of(&cast->rows[kind++], fault);
    return (enum sim_kind)kind;
}

/* The acts of a task mostly in their order, sometimes one of them again. */
static void choose_act(struct dice *dice, struct sim_step *step, uint8_t progress[SIM_TASKS])
{
    uint8_t *next = &progress[step->a];
    if (*next < SIM_ACTS && dice_chance(dice, 80))
        step->b = (*next)++;
    else
        step->b = (uint8_t)(*next == 0 ? 0 : dice_roll(dice, 0, *next - 1));
}

void sim_schedule_make(const struct sim_cast *cast, uint64_t seed, struct sim_schedule *ret_schedule)
{
    struct dice dice = {seed * UINT64_C(0xD1342543DE82EF95)};
    uint8_t progress[SIM_TASKS] = {0};
    *ret_schedule = (struct sim_schedule){
        .seed = seed,
        .batch_records = (uint32_t)dice_roll(&dice, 1, 12),
        .patience = (uint8_t)dice_roll(&dice, 0, 3),
        .snapshots = dice_chance(&dice, 15),
        .alone = (uint8_t)dice_roll(&dice, 0, 2 * SIM_PAIR),
    };
    if (ret_schedule->alone > SIM_PAIR)
        ret_schedule->alone = SIM_PAIR;
    const size_t count = (size_t)dice_roll(&dice, cast->least_steps, cast->most_steps);
    const int percent = (int)dice_roll(&dice, 5, 35);
    int burst = 0;
    while (ret_schedule->count < count) {
        if (burst == 0 && dice_chance(&dice, percent))
            burst = (int)dice_roll(&dice, 1, 3);
        struct sim_step *step = &ret_schedule->steps[ret_schedule->count++];
        *step = step_of(&dice, cast, kind_of(&dice, cast, burst > 0));
        if (step->kind == SIM_SEND)
            choose_act(&dice, step, progress);
        burst -= burst > 0;
    }
    ret_schedule->afresh = dice_chance(&dice, cast->afresh_percent);
}

/* --- in words ------------------------------------------------------------------------------------------------------- */

static void print_value(FILE *file, const struct sim_row *row, const struct sim_step *step, char which)
{
    if (which == 'a' && row->a_words != NULL)
        fputs(row->a_words[step->a], file);
    else
        fprintf(file, "%d", which == 'a' ? step->a : step->b);
}

void sim_step_print(FILE *file, const struct sim_cast *cast, const struct sim_step *step)
{
    const struct sim_row *row = &cast->rows[step->kind];
    fprintf(file, "    {%u, %u, %u, %u},  ", step->kind, step->who, step->a, step->b);
    for (const char *at = row->words; *at != '\0'; at++) {
        if (strncmp(at, "{who}", 5) == 0) {
            fprintf(file, "%s-%d", cast->programs[step->who / SIM_PAIR]->name, step->who % SIM_PAIR);
            at += 4;
        } else if (strncmp(at, "{a}", 3) == 0 || strncmp(at, "{b}", 3) == 0) {
            print_value(file, row, step, at[1]);
            at += 2;
        } else {
            fputc(*at, file);
        }
    }
    fputc('\n', file);
}
