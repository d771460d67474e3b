/* calendar_fixture.h: the notices for 2022 to 2026 as constants, so that tests of the arithmetic need no file. The
 * same facts as deploy/registry/calendars; 2027 is unpublished. */
#ifndef DUBAN_TESTS_CALENDAR_FIXTURE_H
#define DUBAN_TESTS_CALENDAR_FIXTURE_H

#include "domain/calendar.h"

enum { FIXTURE_YEARS = 5, FIXTURE_VERSION = 7 };

const struct calendar_year *calendar_fixture_years(struct arena *arena); /* FIXTURE_YEARS of them */
struct calendar *calendar_fixture(struct arena *arena);

/* "2023-03-31", "2023-03-31T09:00" (Asia/Shanghai); a text that is neither fails the test. */
struct date date_at(const char *text);
struct instant instant_at(const char *text);

#endif
