#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "runtime/metrics.h"
#include <stdio.h>
#include <string.h>

enum { COMMANDS, LAG, LATENCY };

static const struct metric table[] = {
    [COMMANDS] = {"duban_commands_total",  METRIC_COUNTER,   "commands \\ decided\nso far", {NULL},                       {0}     },
    [LAG] = {"duban_lag",             METRIC_GAUGE,     "records behind",              {"topic", "partition", NULL}, {0}     },
    [LATENCY] = {"duban_latency_seconds", METRIC_HISTOGRAM, "time",                        {NULL},                       {0.1, 1}},
    {NULL,                    METRIC_COUNTER,   NULL,                          {NULL},                       {0}     },
};

static int set_up(void **state)
{
    *state = metrics_new(table);
    return 0;
}

static int tear_down(void **state)
{
    metrics_free(*state);
    return 0;
}

static void expect_text(struct metrics *metrics, const char *expected)
{
    struct buffer text;
    buffer_init(&text, 1 << 20);
    metrics_write(metrics, &text);
    if (strstr(text.data, expected) == NULL)
        fail_msg("no \"%s\" in:\n%s", expected, text.data);
    buffer_release(&text);
}

static void a_counter_is_there_before_anything_happened(void **state)
{
    expect_text(*state, "# HELP duban_commands_total commands \\\\ decided\\nso far\n"
                        "# TYPE duban_commands_total counter\nduban_commands_total 0\n");
}

static void counters_add_up_exactly(void **state)
{
    metrics_add(*state, COMMANDS, NULL, 9007199254740990.0);
    metrics_add(*state, COMMANDS, NULL, 1);
    expect_text(*state, "duban_commands_total 9007199254740991\n");
}

static void label_values_are_escaped(void **state)
{
    metrics_set(*state, LAG, (const char *const[]){"a\"b\\c\nd", "0"}, -2.5);
    expect_text(*state, "duban_lag{topic=\"a\\\"b\\\\c\\nd\",partition=\"0\"} -2.5\n");
}

static void series_with_other_labels_are_apart(void **state)
{
    metrics_set(*state, LAG, (const char *const[]){"t", "0"}, 1);
    metrics_set(*state, LAG, (const char *const[]){"t", "1"}, 2);
    metrics_set(*state, LAG, (const char *const[]){"t", "0"}, 3);
    expect_text(*state,
                "duban_lag{topic=\"t\",partition=\"0\"} 3\nduban_lag{topic=\"t\",partition=\"1\"} 2\n");
}

static void buckets_are_cumulative_and_end_with_infinity(void **state)
{
    metrics_observe(*state, LATENCY, NULL, 0.1);
    metrics_observe(*state, LATENCY, NULL, 0.5);
    metrics_observe(*state, LATENCY, NULL, 7);
    expect_text(*state, "duban_latency_seconds_bucket{le=\"0.1\"} 1\n"
                        "duban_latency_seconds_bucket{le=\"1\"} 2\n"
                        "duban_latency_seconds_bucket{le=\"+Inf\"} 3\n"
                        "duban_latency_seconds_sum 7.5999999999999996\n"
                        "duban_latency_seconds_count 3\n");
}

static void cleared_series_are_gone(void **state)
{
    struct buffer text;
    metrics_set(*state, LAG, (const char *const[]){"t", "0"}, 1);
    metrics_clear(*state, LAG);
    buffer_init(&text, 1 << 20);
    metrics_write(*state, &text);
    assert_null(strstr(text.data, "duban_lag{"));
    buffer_release(&text);
}

static void too_many_series_are_dropped_and_counted(void **state)
{
    char number[16];
    for (int i = 0; i < LIMIT_METRIC_SERIES + 2; i++) {
        snprintf(number, sizeof number, "%d", i);
        metrics_set(*state, LAG, (const char *const[]){"t", number}, 1);
    }
    expect_text(*state, "duban_metric_series_dropped_total 2\n");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_counter_is_there_before_anything_happened),
        CASE(counters_add_up_exactly),
        CASE(label_values_are_escaped),
        CASE(series_with_other_labels_are_apart),
        CASE(buckets_are_cumulative_and_end_with_infinity),
        CASE(cleared_series_are_gone),
        CASE(too_many_series_are_dropped_and_counted),
    };
    return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
