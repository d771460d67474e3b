/* calendar_change.h: the next version of a registry, with some days changed: what a new notice does. */
#ifndef DUBAN_TESTS_CALENDAR_CHANGE_H
#define DUBAN_TESTS_CALENDAR_CHANGE_H

#include "domain/registry.h"

/* A copy, version + 1, in which the notice for `year` says what the changes say: "2023-02-06 off" is a rest day,
 * "2023-02-04 on" a working day; NULL ends the list. A year without a notice gets one. */
struct registry *calendar_change(const struct registry *registry, int32_t year, const char *const *changes,
                                 struct arena *arena);

#endif
