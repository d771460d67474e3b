/* task_cap.h: 法定最长期限: the day behind which no extension, instruction, promise or ruling may put the unit's end. It
 * counts from the first start of C-DUE, whatever was decided since; only what was lawfully suspended does not count. */
#ifndef DUBAN_DOMAIN_TASK_CAP_H
#define DUBAN_DOMAIN_TASK_CAP_H

#include "domain/task_clocks.h"

/* The cap of that day; NULL when the template has none then. */
const struct registry_cap *cap_in_force(const struct registry_template *template_, struct date day);

/* What the law allows in all for that clock: of C-DUE by the template's caps, as long as it is the first handling
 * (`round`); of a statutory clock by its row. Open pauses move nothing yet: asked_at is not set. False: no cap. */
bool cap_terms(const struct registry_template *template_, const struct clock *clock, uint32_t round,
               const struct office_hours *office_hours, struct deadline_terms *ret_terms);

/* A rung that counts from the end (at it, behind it) and comes at `at`, before the end: why the law's cap brings it
 * forward, in Chinese; "" where it does not. */
const char *cap_words(const struct deadline_terms *cap, const struct calendar *calendar,
                      const struct clock *clock, struct instant at, struct arena *arena);

/* Where the task's cap ends, counted from now on where C-DUE has not started. False: it has none. */
bool task_cap_end(const struct situation *situation, struct deadline *ret_end);

/* The rule, or the cap's last day where that comes first: another unit's time starts again, the law's does not. */
struct deadline_rule task_cap_limited(const struct situation *situation, struct deadline_rule rule);

extern const struct requirement must_stay_under_cap;

#endif
