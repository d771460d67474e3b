/* commit_pace.h: when the next transaction may begin. Pure.
 *
 * A commit costs the broker the same whether it holds one record or a thousand: markers in every partition that was
 * written to. Committing again at once keeps it at work with that and makes everything later; so after a commit the
 * ledger rests for as long as commits take of late, up to MOST_REST_MS. Who comes alone finds a ledger that has rested
 * long enough, and is committed at once; a full batch does not wait either. */
#ifndef DUBAN_TASK_LEDGER_COMMIT_PACE_H
#define DUBAN_TASK_LEDGER_COMMIT_PACE_H

#include "base/instant.h"

enum { COMMIT_PACE_MOST_REST_MS = 50 };

struct commit_pace {
    int64_t commit_ns;      /* how long commits take, smoothed; 0: none yet */
    struct monotonic ended; /* of the last one */
};

void commit_pace_note(struct commit_pace *pace, struct monotonic began, struct monotonic ended);
/* Milliseconds, rounded down; 0: begin. */
int64_t commit_pace_rest_ms(const struct commit_pace *pace, struct monotonic now);

#endif
