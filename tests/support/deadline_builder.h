/* deadline_builder.h: the terms of a deadline in one line each. Texts as in calendar_fixture.h. */
#ifndef DUBAN_TESTS_DEADLINE_BUILDER_H
#define DUBAN_TESTS_DEADLINE_BUILDER_H

#include "domain/deadline.h"

struct deadline_terms terms_of_period(const char *start, int amount, enum deadline_unit unit);
struct deadline_terms terms_of_date(const char *start, const char *date);
void terms_extend(struct deadline_terms *terms, struct arena *arena, int amount, enum deadline_unit unit);
void terms_pause(struct deadline_terms *terms, struct arena *arena, const char *from,
                 const char *until); /* "": still open */

#endif
