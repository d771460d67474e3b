/* notifier_metrics.h: what escalation-notifier counts. */
#ifndef DUBAN_ESCALATION_NOTIFIER_NOTIFIER_METRICS_H
#define DUBAN_ESCALATION_NOTIFIER_NOTIFIER_METRICS_H

#include "runtime/metrics.h"

enum notifier_metric {
    NOTIFIER_NOTICES,
    NOTIFIER_ATTEMPTS,
    NOTIFIER_RESENT,
    NOTIFIER_EXHAUSTED,
    NOTIFIER_LIVE,
    NOTIFIER_OLDEST_PENDING_SECONDS,
    NOTIFIER_TRANSACTIONS,
    NOTIFIER_METRIC_COUNT,
};

extern const struct metric notifier_metrics[];

#endif
