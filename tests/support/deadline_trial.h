/* deadline_trial.h: one random deadline put to every test that it must pass, whatever it is: the arithmetic against the
 * walker, its reasons re-added, recomputed under a changed calendar, and the properties of domain.md §2.4. */
#ifndef DUBAN_TESTS_DEADLINE_TRIAL_H
#define DUBAN_TESTS_DEADLINE_TRIAL_H

#include "deadline_sample.h"
#include "deadline_walker.h"

/* Two versions of one calendar, each twice: as the arithmetic has it, and as the walker. */
struct trial_calendars {
    const struct calendar *computed[2];
    struct walker_calendar *walked[2];
};

void trial_calendars_init(struct trial_calendars *calendars, struct dice *dice, struct arena *arena);
void trial_calendars_release(struct trial_calendars *calendars);

/* NULL: the deadline passed. Else what differs, in words; the texts lie in the arena. */
const char *deadline_trial(const struct trial_calendars *calendars, const struct deadline_sample *sample,
                           struct dice *dice, struct arena *arena);

/* deadline_readd.c: counts again with nothing but the figures of the reasons. NULL: they add up to the deadline. */
const char *deadline_readd(const struct deadline_terms *terms, const struct deadline *deadline,
                           const struct calendar *calendar, struct arena *arena);

#endif
