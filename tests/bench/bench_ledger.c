/* What one command costs the ledger by itself: decoding, deciding, applying, encoding, hashing, the table; no Kafka.
 * Prints one line of JSON for each figure; TASKS=<n>, COMMANDS=<n> and PARTITIONS=<n> in the environment take other numbers.
 * DIGEST=1 shows the digest of everything that was written: whoever makes the ledger faster compares it with the one
 * before (the figures then include it).
 *
 * The same program is the other half of ledger_kafka.py (ledger_pass.h):
 *
 *   bench_ledger rows|commands|calendar|pace|eos|plain BROKERS PREFIX TO PARTITIONS FIRST COUNT INTERVAL_MS RATE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "ledger_feed.h"
#include "ledger_pass.h"
#include "task-ledger/engine.h"
#include "task-ledger/ledger_metrics.h"

enum { USUAL_PARTITIONS = 16, TASKS = 200000, BATCH_RECORDS = 2000 };

static double resident_bytes(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (file != NULL)
        fclose(file);
    return (double)resident * 4096;
}

static int64_t number(const char *word)
{
    int64_t value = 0;
    if (text_to_int64(word, 0, INT64_MAX, &value))
        return value;
    fprintf(stderr, "bench_ledger: no number: %s\n", word);
    exit(2);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : (uint64_t)number(text);
}

static void show_traffic(const struct ledger_feed *feed)
{
    for (int i = 0; i < FEED_TOPICS; i++)
        if (feed->counts[i] > 0)
            fprintf(stderr, "#   %-12s %9zu records of %6.0f bytes\n", feed_topics[i], feed->counts[i],
                    (double)feed->bytes[i] / (double)feed->counts[i]);
}

static void show_digest(struct ledger_feed *feed)
{
    char hex[DIGEST_HEX];
    if (feed->digest == NULL)
        return;
    struct digest digest = digest_stream_end(feed->digest);
    feed->digest = NULL;
    digest_to_hex(&digest, hex);
    fprintf(stderr, "#   all that was written has the digest %s\n", hex);
}

static void must_turn(struct engine *engine)
{
    if (engine_turn(engine, 0) != STATUS_OK) {
        fprintf(stderr, "bench_ledger: the engine gave up\n");
        exit(1);
    }
}

static struct engine *bench_engine(struct ledger_feed *feed, struct metrics *metrics)
{
    const struct engine_options options = {
        .port = &feed->port,
        .topics = {.commands = feed_topics[FEED_COMMANDS],
                   .internal = feed_topics[FEED_INTERNAL],
                   .events = feed_topics[FEED_EVENTS],
                   .answers = feed_topics[FEED_ANSWERS],
                   .tasks = feed_topics[FEED_TASKS],
                   .registry = feed_topics[FEED_REGISTRY],
                   .dead_letters = feed_topics[FEED_DEAD]},
        .partitions = feed->partitions,
        .deployment = ledger_mix_deployment,
        .bootstrap_secret = "",
        .instance = "bench",
        .batch_records = BATCH_RECORDS,
        .state_directory = "",
        .snapshot_interval_ms = 3600 * 1000,
        .metrics = metrics,
        .monotonic = monotonic_now,
    };
    return engine_new(&options);
}

struct bench {
    struct ledger_mix *mix;
    struct ledger_feed *feed;
    struct metrics *metrics;
    struct engine *engine;
};

static void bench_open(struct bench *bench, int32_t partitions, uint64_t tasks, uint64_t commands)
{
    bench->mix = ledger_mix_new();
    bench->feed = ledger_feed_new(bench->mix, partitions, tasks, commands);
    bench->metrics = metrics_new(ledger_metrics);
    bench->engine = bench_engine(bench->feed, bench->metrics);
}

static void bench_restore(struct bench *bench)
{
    while (engine_not_ready(bench->engine)[0] != '\0' || engine_row_count(bench->engine) == 0)
        must_turn(bench->engine);
}

static void bench_run(struct bench *bench)
{
    for (uint64_t last = UINT64_MAX; bench->feed->taken != last || engine_in_flight(bench->engine) > 0;) {
        last = bench->feed->taken;
        must_turn(bench->engine);
    }
}

static void bench_close(struct bench *bench)
{
    engine_free(bench->engine);
    metrics_free(bench->metrics);
    ledger_feed_free(bench->feed);
    ledger_mix_free(bench->mix);
}

static int measure(void)
{
    const uint64_t tasks = number_of("TASKS", TASKS), commands = number_of("COMMANDS", tasks);
    struct bench bench;
    bench_open(&bench, (int32_t)number_of("PARTITIONS", USUAL_PARTITIONS), tasks, commands);
    const double empty = resident_bytes();
    bench_restore(&bench);
    const double held = resident_bytes() - empty;
    const size_t rows = engine_row_count(bench.engine);
    bench.feed->digest = number_of("DIGEST", 0) > 0 ? digest_stream_new() : NULL;
    const double began = pass_cpu();
    const uint64_t before = bench.feed->taken;
    bench_run(&bench);
    const double used = pass_cpu() - began, taken = (double)(bench.feed->taken - before);
    fprintf(stderr, "# %zu rows, %.0f commands and internal ones, %.2f us each\n", rows, taken,
            used / taken * 1e6);
    show_traffic(bench.feed);
    show_digest(bench.feed);
    printf("{\"name\":\"ledger core, commands per CPU-second\",\"value\":%.0f,\"unit\":\"1/s\"}\n",
           taken / used);
    printf("{\"name\":\"ledger core, memory of one row\",\"value\":%.0f,\"unit\":\"bytes\"}\n",
           held / (double)rows);
    bench_close(&bench);
    return 0;
}

/* The ledger runs once without Kafka, so that the raw pass knows what to write. */
static void raw(struct pass_options *options, bool transactions)
{
    struct bench bench;
    options->transactions = transactions;
    bench_open(&bench, options->partitions, options->count, options->count);
    bench_restore(&bench);
    bench_run(&bench);
    pass_raw(bench.feed, options);
    bench_close(&bench);
}

static int pass(char **words)
{
    struct pass_options options = {
        .brokers = words[2],
        .prefix = words[3],
        .to = words[4],
        .partitions = (int32_t)number(words[5]),
        .first = (uint64_t)number(words[6]),
        .count = (uint64_t)number(words[7]),
        .interval_ms = number(words[8]),
        .rate = (int)number(words[9]),
    };
    if (strcmp(words[1], "eos") == 0 || strcmp(words[1], "plain") == 0) {
        raw(&options, strcmp(words[1], "eos") == 0);
        return 0;
    }
    struct ledger_mix *mix = ledger_mix_new();
    if (strcmp(words[1], "rows") == 0)
        pass_fill_rows(mix, &options);
    else if (strcmp(words[1], "commands") == 0)
        pass_fill_commands(mix, &options);
    else if (strcmp(words[1], "calendar") == 0)
        pass_change_calendar(mix, &options);
    else
        pass_pace(mix, &options);
    ledger_mix_free(mix);
    return 0;
}

int main(int argc, char **argv)
{
    enum { PASS_WORDS = 10 };
    log_init("bench_ledger", LOG_LEVEL_WARN);
    return argc == PASS_WORDS ? pass(argv) : measure();
}
