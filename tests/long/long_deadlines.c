/* long_deadlines: as many random deadlines as are wished, each put to deadline_trial.h. Called by `make test-long`.
 *
 *   CASES=1000000 [SEED=n] long_deadlines
 *
 * Every chunk of cases has calendars and a seed of its own, drawn from the first: a difference names the seed of its chunk,
 * and SEED=<that> CASES=<chunk> repeats it at once. The same under any TZ. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "calendar_fixture.h"
#include "deadline_trial.h"

enum { CASES = 1000000, CHUNK = 1000, TOLD_DIFFERENCES = 20, PERCENT = 100 };

struct count {
    int64_t cases, differences;
};

/* One chunk: its calendars, then its cases. */
static void try_chunk(uint64_t seed, int cases, struct arena *arena, struct arena *case_arena,
                      struct count *count)
{
    struct dice dice = {seed};
    struct trial_calendars calendars;
    arena_reset(arena);
    trial_calendars_init(&calendars, &dice, arena);
    for (int i = 0; i < cases; i++) {
        struct deadline_sample sample;
        deadline_sample_draw(&dice, date_at("2004-01-01"), date_at("2030-12-31"), &sample);
        const char *difference = deadline_trial(&calendars, &sample, &dice, case_arena);
        count->cases++;
        count->differences += difference != NULL;
        if (difference != NULL && count->differences <= TOLD_DIFFERENCES)
            printf("SEED=%" PRIu64 " CASES=%d, case %d: %s\n  %s\n", seed, CHUNK, i, difference,
                   deadline_sample_text(&sample, case_arena));
        arena_reset(case_arena);
    }
    trial_calendars_release(&calendars);
}

int main(void)
{
    const char *given = getenv("CASES");
    int64_t wanted = given != NULL ? strtoll(given, NULL, 10) : CASES;
    struct dice dice = dice_new("long_deadlines");
    uint64_t seed = dice.state;
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES),
                 *case_arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    struct count count = {0};
    int64_t told = 0;
    fflush(stdout);
    while (count.cases < wanted) {
        int64_t left = wanted - count.cases;
        /* The first chunk has the seed that was printed, so that one chunk alone can be repeated. */
        try_chunk(count.cases == 0 ? seed : (uint64_t)dice_roll(&dice, 0, INT64_MAX - 1),
                  left < CHUNK ? (int)left : CHUNK, arena, case_arena, &count);
        if (count.cases * PERCENT / wanted > told) {
            told = count.cases * PERCENT / wanted;
            fprintf(stderr, "\r%3" PRId64 " %%, %" PRId64 " cases, %" PRId64 " differences", told,
                    count.cases, count.differences);
        }
    }
    fputc('\n', stderr);
    printf("%" PRId64 " cases, %" PRId64 " differences (SEED=%" PRIu64 ")\n", count.cases, count.differences,
           seed);
    arena_free(arena);
    arena_free(case_arena);
    return count.differences == 0 && count.cases == wanted ? EXIT_SUCCESS : EXIT_FAILURE;
}
