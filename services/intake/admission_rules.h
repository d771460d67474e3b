/* admission_rules.h: what a door can say about a body that the wire's tables cannot: words of the registry, and dates
 * that are over. Two tables of fields; a new field is a row. Pure. */
#ifndef DUBAN_INTAKE_ADMISSION_RULES_H
#define DUBAN_INTAKE_ADMISSION_RULES_H

#include "base/arena.h"
#include "domain/body.h"
#include "domain/refusal.h"
#include "domain/registry.h"

/* Not refused: REFUSED() is false. */
struct refusal admission_rules_judge(const struct body *body, const struct registry *registry,
                                     struct date today, struct arena *arena);

#endif
