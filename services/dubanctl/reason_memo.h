/* reason_memo.h: reasons as they were written before. A batch asks again and again about the same days, holidays and
 * periods, so most of its reasons have been put into words already: they are copied, not worded anew. */
#ifndef DUBAN_DUBANCTL_REASON_MEMO_H
#define DUBAN_DUBANCTL_REASON_MEMO_H

#include "base/arena.h"
#include "base/buffer.h"
#include "domain/deadline_reasons.h"

struct reason_memo;

/* For one language; a fixed number of reasons is kept (LIMIT_REASONS_KEPT), a newer one takes an older one's place. */
struct reason_memo *reason_memo_new(enum language language);
void reason_memo_free(struct reason_memo *memo);

/* The reason as a JSON object behind what stands in the buffer, the same bytes whether it was kept or not. The arena
 * is for the wording of a new one. */
void reason_memo_write(struct reason_memo *memo, const struct deadline_reason *reason, struct arena *arena,
                       struct buffer *out);

#endif
