/* Numbers for Prometheus. A mutex over small arrays: a program changes a few thousand numbers a second, and both the
 * engine and the loop may. */
#include "runtime/metrics.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

struct series {
    char *labels[METRIC_LABELS];
    double value; /* histogram: sum */
    uint64_t count;
    uint64_t buckets[METRIC_BUCKETS];
};

struct row {
    struct series *series;
    size_t count;
    size_t last; /* the series used last is likely the next one too */
};

struct metrics {
    const struct metric *table;
    struct row *rows;
    size_t count;
    double dropped;
    pthread_mutex_t mutex;
};

static size_t label_count(const struct metric *metric)
{
    size_t count = 0;
    while (metric->labels[count] != NULL)
        count++;
    return count;
}

static bool same_labels(const struct series *series, const char *const *labels, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!text_equal(series->labels[i], labels[i]))
            return false;
    return true;
}

/* NULL: there are too many. */
static struct series *find(struct metrics *metrics, size_t metric, const char *const *labels, bool add)
{
    assert(metric < metrics->count);
    struct row *row = &metrics->rows[metric];
    size_t labelled = label_count(&metrics->table[metric]);
    assert(labelled == 0 || labels != NULL);

    if (row->last < row->count && same_labels(&row->series[row->last], labels, labelled))
        return &row->series[row->last];
    for (size_t i = 0; i < row->count; i++)
        if (same_labels(&row->series[i], labels, labelled)) {
            row->last = i;
            return &row->series[i];
        }
    if (!add)
        return NULL;
    if (row->count == LIMIT_METRIC_SERIES) {
        metrics->dropped++;
        return NULL;
    }
    row->series = must_realloc(row->series, (row->count + 1) * sizeof *row->series);
    struct series *series = &row->series[row->count];
    *series = (struct series){0};
    for (size_t i = 0; i < labelled; i++)
        series->labels[i] = must_copy_text(labels[i]);
    row->last = row->count++;
    return series;
}

static void forget(struct row *row)
{
    for (size_t i = 0; i < row->count; i++)
        for (size_t k = 0; k < METRIC_LABELS; k++)
            free(row->series[i].labels[k]);
    free(row->series);
    *row = (struct row){0};
}

struct metrics *metrics_new(const struct metric *table)
{
    struct metrics *metrics = must_alloc(sizeof *metrics);
    pthread_mutex_init(&metrics->mutex, NULL);
    metrics->table = table;
    while (table[metrics->count].name != NULL)
        metrics->count++;
    metrics->rows = must_alloc((metrics->count + 1) * sizeof *metrics->rows);
    for (size_t i = 0; i < metrics->count; i++)
        if (label_count(&table[i]) == 0)
            find(metrics, i, NULL, true);
    return metrics;
}

void metrics_free(struct metrics *metrics)
{
    if (metrics == NULL)
        return;
    for (size_t i = 0; i < metrics->count; i++)
        forget(&metrics->rows[i]);
    pthread_mutex_destroy(&metrics->mutex);
    free(metrics->rows);
    free(metrics);
}

void metrics_add(struct metrics *metrics, size_t metric, const char *const *labels, double amount)
{
    pthread_mutex_lock(&metrics->mutex);
    struct series *series = find(metrics, metric, labels, true);
    if (series != NULL)
        series->value += amount;
    pthread_mutex_unlock(&metrics->mutex);
}

void metrics_set(struct metrics *metrics, size_t metric, const char *const *labels, double value)
{
    pthread_mutex_lock(&metrics->mutex);
    struct series *series = find(metrics, metric, labels, true);
    if (series != NULL)
        series->value = value;
    pthread_mutex_unlock(&metrics->mutex);
}

void metrics_observe(struct metrics *metrics, size_t metric, const char *const *labels, double value)
{
    pthread_mutex_lock(&metrics->mutex);
    assert(metrics->table[metric].type == METRIC_HISTOGRAM);
    const double *bounds = metrics->table[metric].buckets;
    struct series *series = find(metrics, metric, labels, true);
    if (series != NULL) {
        series->value += value;
        series->count++;
        for (size_t i = 0; i < METRIC_BUCKETS && bounds[i] > 0; i++)
            if (value <= bounds[i])
                series->buckets[i]++;
    }
    pthread_mutex_unlock(&metrics->mutex);
}

void metrics_clear(struct metrics *metrics, size_t metric)
{
    pthread_mutex_lock(&metrics->mutex);
    assert(metric < metrics->count);
    forget(&metrics->rows[metric]);
    pthread_mutex_unlock(&metrics->mutex);
}

double metrics_value(struct metrics *metrics, size_t metric, const char *const *labels)
{
    pthread_mutex_lock(&metrics->mutex);
    const struct series *series = find(metrics, metric, labels, false);
    double value = 0;
    if (series != NULL)
        value = metrics->table[metric].type == METRIC_HISTOGRAM ? (double)series->count : series->value;
    pthread_mutex_unlock(&metrics->mutex);
    return value;
}

/* --- text ---------------------------------------------------------------------------------------------------- */

static const char *const type_names[] = {
    [METRIC_COUNTER] = "counter",
    [METRIC_GAUGE] = "gauge",
    [METRIC_HISTOGRAM] = "histogram",
};

/* In a help text backslash and newline are escaped, in a label's value the quote too. */
static void write_escaped(struct buffer *text, const char *value, bool quote)
{
    for (; *value != '\0'; value++) {
        if (*value == '\n')
            buffer_append_text(text, "\\n");
        else if (*value == '\\' || (quote && *value == '"'))
            buffer_format(text, "\\%c", *value);
        else
            buffer_append(text, value, 1);
    }
}

static void write_number(struct buffer *text, double value)
{
    if (isnan(value))
        buffer_append_text(text, "NaN");
    else if (isinf(value))
        buffer_append_text(text, value > 0 ? "+Inf" : "-Inf");
    else
        buffer_format(text, "%.17g", value);
}

/* name_suffix{labels,le="bound"} value; `bound` 0: no such label. */
static void write_line(struct buffer *text, const struct metric *metric, const char *suffix,
                       const struct series *series, double bound, double value)
{
    size_t labelled = label_count(metric);
    buffer_append_text(text, metric->name);
    buffer_append_text(text, suffix);
    const char *separator = "{";
    for (size_t i = 0; i < labelled; i++) {
        buffer_format(text, "%s%s=\"", separator, metric->labels[i]);
        write_escaped(text, series->labels[i], true);
        buffer_append_text(text, "\"");
        separator = ",";
    }
    if (bound > 0) {
        buffer_format(text, "%sle=\"", separator);
        if (isinf(bound))
            buffer_append_text(text, "+Inf");
        else
            buffer_format(text, "%g", bound);
        buffer_append_text(text, "\"");
    }
    buffer_append_text(text, labelled > 0 || bound > 0 ? "} " : " ");
    write_number(text, value);
    buffer_append_text(text, "\n");
}

static void write_series(struct buffer *text, const struct metric *metric, const struct series *series)
{
    if (metric->type != METRIC_HISTOGRAM) {
        write_line(text, metric, "", series, 0, series->value);
        return;
    }
    for (size_t i = 0; i < METRIC_BUCKETS && metric->buckets[i] > 0; i++)
        write_line(text, metric, "_bucket", series, metric->buckets[i], (double)series->buckets[i]);
    write_line(text, metric, "_bucket", series, (double)INFINITY, (double)series->count);
    write_line(text, metric, "_sum", series, 0, series->value);
    write_line(text, metric, "_count", series, 0, (double)series->count);
}

static void write_head(struct buffer *text, const char *name, const char *help, enum metric_type type)
{
    buffer_format(text, "# HELP %s ", name);
    write_escaped(text, help, false);
    buffer_format(text, "\n# TYPE %s %s\n", name, type_names[type]);
}

void metrics_write(struct metrics *metrics, struct buffer *ret_text)
{
    pthread_mutex_lock(&metrics->mutex);
    for (size_t i = 0; i < metrics->count; i++) {
        const struct metric *metric = &metrics->table[i];
        write_head(ret_text, metric->name, metric->help, metric->type);
        for (size_t k = 0; k < metrics->rows[i].count; k++)
            write_series(ret_text, metric, &metrics->rows[i].series[k]);
    }
    if (metrics->dropped > 0) {
        static const struct metric dropped = {.name = "duban_metric_series_dropped_total"};
        static const struct series unlabelled;
        write_head(ret_text, dropped.name, "series left out because a metric has too many", METRIC_COUNTER);
        write_line(ret_text, &dropped, "", &unlabelled, 0, metrics->dropped);
    }
    pthread_mutex_unlock(&metrics->mutex);
}
