/* calendar_random.h: calendars that no State Council has published, 2004 to 2030: some years have no notice, some days
 * of one lie in the December before, make-up days stand where they like. */
#ifndef DUBAN_TESTS_CALENDAR_RANDOM_H
#define DUBAN_TESTS_CALENDAR_RANDOM_H

#include "dice.h"
#include "domain/calendar.h"

enum {
    RANDOM_FIRST_YEAR = 2004,
    RANDOM_LAST_YEAR = 2030,
    RANDOM_YEARS = RANDOM_LAST_YEAR - RANDOM_FIRST_YEAR + 1
};

/* RANDOM_YEARS of them, fit for calendar_build; 2022 to 2026 are often the real ones. */
struct calendar_year *calendar_random_years(struct dice *dice, struct arena *arena);
/* A later version: the same, but one to three years have another notice, or none, or one at last. */
struct calendar_year *calendar_random_change(struct dice *dice, struct arena *arena,
                                             const struct calendar_year *years);

#endif
