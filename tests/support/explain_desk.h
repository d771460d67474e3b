/* explain_desk.h: the explanation (services/dubanctl/explain_case.h) of tasks that a desk has led somewhere. */
#ifndef DUBAN_TESTS_EXPLAIN_DESK_H
#define DUBAN_TESTS_EXPLAIN_DESK_H

#include "desk.h"
#include "dubanctl/explain_case.h"

void explain_desk_case(struct desk *desk, const char *key, const char *at, enum language language,
                       struct explain_case *ret_case);
const char *explain_desk_text(struct desk *desk, const char *key, const char *at, enum language language);
/* The section about the unit's own time. */
const char *explain_desk_section(struct desk *desk, const char *text);

/* An event that the desk does not make by itself: it leaves a clock like this. */
void explain_desk_add_event(struct desk *desk, const char *key, const char *at, enum event_type type,
                            const struct clock *clock);
/* T12, extended by five working days two days before its end. */
const char *explain_desk_extended(struct desk *desk);

/* Every sum of every version of every clock, added again: the legs follow one another, and the last one ends where the
 * deadline does, or from where it rolled there. How many there were. */
unsigned explain_desk_add_again(const struct explain_case *explained);

void assert_says(const char *text, const char *what);
void assert_says_not(const char *text, const char *what);

#endif
