/* dice.h: random cases that can be replayed. A test prints its seed; SEED=<number> in the environment repeats it. */
#ifndef DUBAN_TESTS_DICE_H
#define DUBAN_TESTS_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

struct dice dice_new(const char *test);                          /* prints the seed */
int64_t dice_roll(struct dice *dice, int64_t low, int64_t high); /* both included */
bool dice_chance(struct dice *dice, int percent);

#endif
