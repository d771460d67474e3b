/* commit_pace.c: smoothing, and the rest that follows from it. */
#include "commit_pace.h"

enum { NS_PER_MS = 1000 * 1000, SMOOTHING = 4 };

void commit_pace_note(struct commit_pace *pace, struct monotonic began, struct monotonic ended)
{
    const int64_t took = ended.ns - began.ns;
    pace->commit_ns = pace->commit_ns == 0 ? took : pace->commit_ns + (took - pace->commit_ns) / SMOOTHING;
    pace->ended = ended;
}

int64_t commit_pace_rest_ms(const struct commit_pace *pace, struct monotonic now)
{
    const int64_t most = (int64_t)COMMIT_PACE_MOST_REST_MS * NS_PER_MS;
    const int64_t rest = pace->commit_ns < most ? pace->commit_ns : most;
    const int64_t left = pace->ended.ns + rest - now.ns;
    return left > 0 ? left / NS_PER_MS : 0;
}
