/* notifier_metrics.c: the table of the notifier's metrics. */
#include "notifier_metrics.h"

/* clang-format off */
const struct metric notifier_metrics[] = {
    [NOTIFIER_NOTICES] = {
        "duban_notices_total", METRIC_COUNTER,
        "Notices that have reached their end: accepted, exhausted or cancelled", {"rung", "outcome"}, {0}},
    [NOTIFIER_ATTEMPTS] = {
        "duban_notice_attempts_total", METRIC_COUNTER,
        "Attempts to deliver, by what came of them", {"channel", "outcome"}, {0}},
    [NOTIFIER_RESENT] = {
        "duban_notices_resent_total", METRIC_COUNTER,
        "Attempts made although an earlier one may have arrived (same number)", {NULL}, {0}},
    [NOTIFIER_EXHAUSTED] = {
        "duban_notices_exhausted_total", METRIC_COUNTER,
        "Notices given up: somebody has to look", {"ending"}, {0}},
    [NOTIFIER_LIVE] = {
        "duban_notices_live", METRIC_GAUGE,
        "Notices that have not reached their end", {"status"}, {0}},
    [NOTIFIER_OLDEST_PENDING_SECONDS] = {
        "duban_notice_oldest_pending_seconds", METRIC_GAUGE,
        "Age of the oldest notice that may go out and has not reached its end", {NULL}, {0}},
    [NOTIFIER_TRANSACTIONS] = {
        "duban_notifier_transactions_total", METRIC_COUNTER,
        "Transactions by outcome: committed, aborted, rebuilt (outcome unknown, state read again)", {"outcome"}, {0}},
    [NOTIFIER_METRIC_COUNT] = {NULL, METRIC_COUNTER, NULL, {NULL}, {0}},
};
/* clang-format on */
