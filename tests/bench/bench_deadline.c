/* How long one deadline takes: the median of many rounds, so that what else the machine does leaves no trace. One line
 * of JSON for each figure; tools/bench gathers them and compares with the goals. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "calendar_fixture.h"
#include "deadline_builder.h"

enum { ROUNDS = 2001, CALLS = 200, WARM_UP_CALLS = 20000, NS_PER_SECOND = 1000000000 };

struct figure {
    const char *name;
    struct deadline_terms terms;
};

static int64_t spent; /* keeps the compiler from leaving out what it takes for useless */

static void compute(const struct calendar *calendar, const struct deadline_terms *terms, int calls)
{
    for (int i = 0; i < calls; i++) {
        struct deadline deadline;
        if (deadline_compute(calendar, terms, &deadline) != DEADLINE_FINE)
            abort();
        spent += deadline.due.ms;
    }
}

static int ascending(const void *a, const void *b)
{
    const double *left = a, *right = b;
    return *left < *right ? -1 : *left > *right;
}

static double median_ns(const struct calendar *calendar, const struct deadline_terms *terms)
{
    static double rounds[ROUNDS];
    compute(calendar, terms, WARM_UP_CALLS);
    for (int i = 0; i < ROUNDS; i++) {
        struct monotonic before = monotonic_now();
        compute(calendar, terms, CALLS);
        rounds[i] = (double)(monotonic_now().ns - before.ns) / CALLS;
    }
    qsort(rounds, ROUNDS, sizeof rounds[0], ascending);
    return rounds[ROUNDS / 2];
}

/* goal: at most so many nanoseconds, or so many times the time of `ratio_to`; 0 for none. */
static void tell(const char *name, double ns, const char *ratio_to, double other_ns, double goal)
{
    printf("{\"name\":\"%s\",\"value\":%.1f,\"unit\":\"ns\"", name, ns);
    if (ratio_to != NULL)
        printf(",\"ratio_to\":\"%s\",\"ratio\":%.2f", ratio_to, ns / other_ns);
    if (goal > 0)
        printf(",\"goal\":\"%s <= %g\",\"met\":%s", ratio_to == NULL ? "value" : "ratio", goal,
               (ratio_to == NULL ? ns : ns / other_ns) <= goal ? "true" : "false");
    printf("}\n");
}

/* Two pauses, as a task has that waited for a hearing and for an expert. */
static void add_pauses(struct deadline_terms *terms, struct arena *arena)
{
    terms_pause(terms, arena, "2023-03-14T10:00", "2023-03-28T16:00");
    terms_pause(terms, arena, "2023-09-25T09:00", "2023-10-12T11:00");
}

int main(void)
{
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    const struct calendar *calendar = calendar_fixture(arena);

    struct deadline_terms year = terms_of_period("2023-01-18T10:00", 249, UNIT_WORKING_DAY);
    add_pauses(&year, arena);
    double year_ns = median_ns(calendar, &year);
    tell("due, a year of working days with two pauses", year_ns, NULL, 0, 1000);

    static const struct {
        const char *short_name, *long_name;
        enum deadline_unit unit;
        int few, many; /* ten days, ten years */
    } rows[] = {
        {"due, 10 working days",  "due, 10 years of working days",  UNIT_WORKING_DAY,  10, 2500    },
        {"due, 10 calendar days", "due, 10 years of calendar days", UNIT_CALENDAR_DAY, 10, 3650    },
        {"due, 70 working hours", "due, 10 years of working hours", UNIT_WORKING_HOUR, 70, 2500 * 7},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct deadline_terms few = terms_of_period("2023-01-18T10:00", rows[i].few, rows[i].unit);
        struct deadline_terms many = terms_of_period("2023-01-18T10:00", rows[i].many, rows[i].unit);
        double few_ns = median_ns(calendar, &few), many_ns = median_ns(calendar, &many);
        tell(rows[i].short_name, few_ns, NULL, 0, 0);
        tell(rows[i].long_name, many_ns, rows[i].short_name, few_ns, 2);
    }
    arena_free(arena);
    return spent == 0;
}
