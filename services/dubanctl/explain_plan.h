/* explain_plan.h: see explain_plan.c. */
#ifndef DUBAN_DUBANCTL_EXPLAIN_PLAN_H
#define DUBAN_DUBANCTL_EXPLAIN_PLAN_H

#include "explain_note.h"

/* Nothing for a task without a plan that was never checked. */
void explain_plan_write(struct note *note);

#endif
