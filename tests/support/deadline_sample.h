/* deadline_sample.h: one random deadline, of any unit, with pauses, extensions, roll, cutoff, and office hours that change
 * with the season. Everything lies within the sample. */
#ifndef DUBAN_TESTS_DEADLINE_SAMPLE_H
#define DUBAN_TESTS_DEADLINE_SAMPLE_H

#include "dice.h"
#include "domain/deadline.h"

enum { SAMPLE_PAUSES = 3, SAMPLE_EXTENSIONS = 3, SAMPLE_BLOCKS = 3, SAMPLE_SEASONS = 2 };

struct deadline_sample {
    struct deadline_terms terms; /* points into the sample: draw it in its place */
    struct duration extensions[SAMPLE_EXTENSIONS];
    struct deadline_pause pauses[SAMPLE_PAUSES];
    struct office_hours office_hours;
    struct office_season seasons[SAMPLE_SEASONS];
    struct office_block blocks[1 + SAMPLE_SEASONS][SAMPLE_BLOCKS];
};

/* Starts on some day of first … last. */
void deadline_sample_draw(struct dice *dice, struct date first, struct date last,
                          struct deadline_sample *ret_sample);

/* Whole minutes, so that a walker can step by them. */
struct instant deadline_sample_minute(struct dice *dice, struct instant from, int64_t most_minutes);

/* As a line for `dubanctl due --batch -`. */
const char *deadline_sample_text(const struct deadline_sample *sample, struct arena *arena);

#endif
