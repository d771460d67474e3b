/* dice.c: SplitMix64; its quality is far beyond what choosing test cases asks for. */
#include "dice.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/instant.h"

struct dice dice_new(const char *test)
{
    const char *given = getenv("SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)instant_now().ms;
    printf("# %s: SEED=%llu\n", test, (unsigned long long)seed);
    return (struct dice){seed};
}

static uint64_t next(struct dice *dice)
{
    uint64_t mixed = dice->state += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

int64_t dice_roll(struct dice *dice, int64_t low, int64_t high)
{
    return low + (int64_t)(next(dice) % (uint64_t)(high - low + 1));
}

bool dice_chance(struct dice *dice, int percent)
{
    return dice_roll(dice, 1, 100) <= percent;
}
