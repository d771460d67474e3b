/* deadline_fixture.h: what every suite of deadlines needs: the calendar of calendar_fixture.h, set up for each test, and
 * comparisons that show dates as texts. */
#ifndef DUBAN_TESTS_DEADLINE_FIXTURE_H
#define DUBAN_TESTS_DEADLINE_FIXTURE_H

#include "calendar_fixture.h"
#include "domain/deadline.h"

extern struct arena *arena;       /* of the test that runs */
extern struct calendar *calendar; /* in it */

int deadline_set_up(void **state);
int deadline_tear_down(void **state);

struct deadline deadline_of(const struct deadline_terms *terms);  /* a fault fails the test */
void assert_day(struct date actual, const char *expected);        /* "2023-03-31" */
void assert_instant(struct instant actual, const char *expected); /* "2023-03-31T09:00" */

#endif
