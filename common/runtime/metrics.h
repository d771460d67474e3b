/* metrics.h: numbers for Prometheus (text exposition format 0.0.4). Metrics are rows of a table; a program
 * names them by their index in it. Safe from any thread. No label may hold a task's id: series are bounded
 * (LIMIT_METRIC_SERIES per metric; more are dropped and counted in duban_metric_series_dropped_total). */
#ifndef DUBAN_RUNTIME_METRICS_H
#define DUBAN_RUNTIME_METRICS_H

#include "base/buffer.h"
#include <stddef.h>

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };
enum { METRIC_LABELS = 4, METRIC_BUCKETS = 16 };

struct metric {
    const char *name; /* "duban_commands_total", base units: seconds, bytes */
    enum metric_type type;
    const char *help;
    const char *labels[METRIC_LABELS + 1]; /* names, NULL-terminated */
    double buckets[METRIC_BUCKETS];        /* upper bounds, ascending, ended by 0; +Inf is added */
};

struct metrics;

/* `table` ends with a NULL name and must outlive the metrics. Metrics without labels show 0 from the start. */
struct metrics *metrics_new(const struct metric *table);
void metrics_free(struct metrics *metrics); /* accepts NULL */

/* `metric` is the row's index. `labels`: as many values as the row has names; NULL for none. */
void metrics_add(struct metrics *metrics, size_t metric, const char *const *labels, double amount);
void metrics_set(struct metrics *metrics, size_t metric, const char *const *labels, double value);
void metrics_observe(struct metrics *metrics, size_t metric, const char *const *labels, double value);
void metrics_clear(struct metrics *metrics, size_t metric); /* forgets all series of a row */
double metrics_value(struct metrics *metrics, size_t metric,
                     const char *const *labels); /* histogram: count */

void metrics_write(struct metrics *metrics, struct buffer *ret_text);

#endif
