/* deadline_reasons.h: why a deadline lies where it lies, as a list of codes with values: where the count began, what
 * did not count and by which notice, whether the last day rolled, when it ends, what is not certain yet. The codes and
 * the names of the values are for programs and stay; the sentences are for people. */
#ifndef DUBAN_DOMAIN_DEADLINE_REASONS_H
#define DUBAN_DOMAIN_DEADLINE_REASONS_H

#include "domain/deadline.h"
#include "domain/refusal.h"

struct deadline_reason {
    const char *code;               /* "holiday" */
    const struct parameter *values; /* codes, dates, instants, numbers; "" stands for none */
    unsigned value_count;
    const struct deadline_reason *next;
};

/* In the order of the derivation; lies in the arena. `deadline` was computed from `terms`. As long as the parts of the
 * terms and the listed days between start and last day are many: weekends are one reason for each part. */
const struct deadline_reason *deadline_reasons(const struct calendar *calendar,
                                               const struct deadline_terms *terms,
                                               const struct deadline *deadline, struct arena *arena);

const char *deadline_reason_text(const struct deadline_reason *reason, enum language language,
                                 struct arena *arena);

#endif
