/* task_cap.h: 法定最长期限: the day behind which no extension, instruction, promise or ruling may put the unit's end. It
 * counts from the first start of C-DUE, whatever was decided since; only what was lawfully suspended does not count. */
#ifndef DUBAN_DOMAIN_TASK_CAP_H
#define DUBAN_DOMAIN_TASK_CAP_H

#include "domain/task_clocks.h"

/* The cap of that day; NULL when the template has none then. */
const struct registry_cap *cap_in_force(const struct registry_template *template_, struct date day);

/* Where the task's cap ends, counted from now on where C-DUE has not started. False: it has none. */
bool task_cap_end(const struct situation *situation, struct deadline *ret_end);

/* The rule, or the cap's last day where that comes first: another unit's time starts again, the law's does not. */
struct deadline_rule task_cap_limited(const struct situation *situation, struct deadline_rule rule);

extern const struct requirement must_stay_under_cap;

#endif
