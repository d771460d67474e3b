/* What a start of deadline-watcher costs by itself: rows of duban.tasks, decoded whole (as it was) or only where they say
 * when a task wants to be woken, and the same wakes from snapshots; no Kafka. Times are of the processor. One line of JSON for each figure;
 * ROWS=<n> in the environment takes another number than two millions. */
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "deadline-watcher/wake_snapshots.h"
#include "dice.h"
#include "domain/row.h"
#include "scratch.h"
#include "wire/messages.h"
#include "wire/topology.h"
#include "wire_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { ROWS = 2 * 1000 * 1000, KINDS = 64, PARTITIONS = 16, SECONDS_A_MONTH = 30 * 86400 };
static const int64_t start_ms = INT64_C(1675213200000);

/* Rows of tasks as large as they are, with an id and a moment of their own: what is left of the sample is the same for
 * every 64th. The id is put in place by copying, so that making rows costs little beside reading them. */
struct samples {
    struct row rows[KINDS];
    uint8_t *bytes[KINDS];
    size_t sizes[KINDS], id_at[KINDS];
    size_t all_bytes;
};

/* Time that the processor spent on this process, in the kernel too: what else the machine does is not measured. */
static double spent_s(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        abort();
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec +
           ((double)usage.ru_utime.tv_usec + (double)usage.ru_stime.tv_usec) / 1e6;
}

static void id_of(uint32_t number, char id[ID_TEXT])
{
    const struct digest digest = digest_of(&number, sizeof(number));
    digest_to_id(&digest, id);
}

static void make_samples(struct samples *samples, struct arena *arena)
{
    struct dice dice = {7};
    for (int i = 0; i < KINDS; i++) {
        char id[ID_TEXT];
        struct row *row = wire_sample(&dice, &wire_row, SAMPLE_SOME, arena);
        while (row->kind != ROW_TASK)
            row = wire_sample(&dice, &wire_row, SAMPLE_SOME, arena);
        id_of((uint32_t)i, id);
        row->task.id = arena_text(arena, id);
        row->task.wake_seq = 1;
        row->task.next_wake = (struct instant){start_ms + (int64_t)i * SECONDS_A_MONTH / KINDS * 1000};
        samples->bytes[i] = (uint8_t *)(uintptr_t)wire_encode(&wire_row, row, arena, &samples->sizes[i]);
        const uint8_t *at = memmem(samples->bytes[i], samples->sizes[i], id, ID_TEXT - 1);
        if (at == NULL)
            abort();
        samples->id_at[i] = (size_t)(at - samples->bytes[i]);
        samples->all_bytes += samples->sizes[i];
    }
}

static const uint8_t *row_of(struct samples *samples, uint32_t number, size_t *ret_bytes)
{
    char id[ID_TEXT];
    const int kind = (int)(number % KINDS);
    id_of(number, id);
    memcpy(samples->bytes[kind] + samples->id_at[kind], id, ID_TEXT - 1);
    *ret_bytes = samples->sizes[kind];
    return samples->bytes[kind];
}

struct bench {
    struct watcher_core *core;
    struct wake_snapshots *snapshots;
    struct arena *arena;
};

static void open_watcher(struct bench *bench, const char *directory)
{
    const struct watcher_core_settings settings = {.partitions = PARTITIONS,
                                                   .wakes_in_flight = LIMIT_WAKES_IN_FLIGHT};
    bench->core = watcher_core_new(&settings);
    const struct wake_snapshots_options options = {.directory = directory,
                                                   .deployment = "bench",
                                                   .topic = "tasks",
                                                   .core = bench->core,
                                                   .partitions = PARTITIONS};
    bench->snapshots = wake_snapshots_new(&options);
}

static void close_watcher(struct bench *bench)
{
    wake_snapshots_free(bench->snapshots);
    watcher_core_free(bench->core);
}

/* How a row's wake is found. */
typedef void (*reading)(struct bench *bench, const uint8_t *data, size_t bytes, struct row_wake *ret_wake);

static void read_whole(struct bench *bench, const uint8_t *data, size_t bytes, struct row_wake *ret_wake)
{
    struct row row;
    struct wire_fault fault;
    if (!wire_decode(&wire_row, data, bytes, LIMIT_ROW_BYTES, bench->arena, &row, &fault))
        abort();
    *ret_wake = (struct row_wake){
        ROW_TASK, {row.task.id, row.task.wake_seq, row.task.next_wake}
    };
}

static void read_cut(struct bench *bench, const uint8_t *data, size_t bytes, struct row_wake *ret_wake)
{
    struct wire_fault fault;
    if (!wire_decode(&wire_row_wake, data, bytes, LIMIT_ROW_BYTES, bench->arena, ret_wake, &fault))
        abort();
}

static double read_topic(struct bench *bench, struct samples *samples, uint32_t rows, reading read)
{
    const double before = spent_s();
    for (uint32_t i = 0; i < rows; i++) {
        size_t bytes;
        struct row_wake wake;
        const uint8_t *data = row_of(samples, i, &bytes);
        arena_reset(bench->arena);
        read(bench, data, bytes, &wake);
        if (watcher_core_row(bench->core, &wake) != STATUS_OK)
            abort();
        wake_snapshots_read(bench->snapshots, partition_of(wake.task.id, PARTITIONS), i);
    }
    return spent_s() - before;
}

/* Making the rows, which a consumer does not do. */
static double make_rows(struct samples *samples, uint32_t rows)
{
    const double before = spent_s();
    for (uint32_t i = 0; i < rows; i++) {
        size_t bytes;
        (void)row_of(samples, i, &bytes);
    }
    return spent_s() - before;
}

static double save_all(struct bench *bench)
{
    const double before = spent_s();
    for (uint32_t p = 0; p < PARTITIONS; p++)
        while (wake_snapshots_step(bench->snapshots, 1))
            continue;
    if (wake_snapshots_take(bench->snapshots, WAKE_SNAPSHOT_WRITTEN) != PARTITIONS)
        abort();
    return spent_s() - before;
}

static double load_all(struct bench *bench, uint32_t rows)
{
    const double before = spent_s();
    for (uint32_t p = 0; p < PARTITIONS; p++)
        wake_snapshots_load(bench->snapshots, p, 0, rows);
    const double spent = spent_s() - before;
    if (watcher_core_count(bench->core) != rows)
        abort();
    return spent;
}

static void tell(const char *what, uint32_t rows, double seconds, double whole)
{
    printf("{\"name\":\"watcher start, %s, %u rows\",\"value\":%.0f,\"unit\":\"rows/s\"", what, rows,
           rows / seconds);
    if (whole > 0)
        printf(",\"ratio_to\":\"whole rows, %.0f rows/s\",\"ratio\":%.1f", rows / whole, whole / seconds);
    printf("}\n");
}

int main(void)
{
    const char *given = getenv("ROWS");
    const uint32_t rows = given == NULL ? ROWS : (uint32_t)strtoul(given, NULL, 10);
    struct bench bench = {.arena = arena_new(LIMIT_ARENA_BYTES)};
    struct arena *arena = arena_new(64 * 1024 * 1024);
    struct samples samples = {0};
    char *directory = scratch_new();
    log_init("bench", LOG_LEVEL_WARN);
    make_samples(&samples, arena);
    const double making = make_rows(&samples, rows);
    open_watcher(&bench, directory);
    const double whole = read_topic(&bench, &samples, rows, read_whole) - making;
    close_watcher(&bench);
    open_watcher(&bench, directory);
    const double cut = read_topic(&bench, &samples, rows, read_cut) - making;
    const double saving = save_all(&bench);
    close_watcher(&bench);
    open_watcher(&bench, directory);
    const double loading = load_all(&bench, rows);
    close_watcher(&bench);
    fprintf(stderr, "# a row has %zu bytes\n", samples.all_bytes / KINDS);
    tell("whole rows", rows, whole, 0);
    tell("what they need of them", rows, cut, whole);
    tell("from snapshots", rows, loading, whole);
    tell("writing the snapshots", rows, saving, 0);
    scratch_free(directory);
    arena_free(arena);
    arena_free(bench.arena);
    return 0;
}
