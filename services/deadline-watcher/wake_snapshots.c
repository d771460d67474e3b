/* wake_snapshots.c: see wake_snapshots.h. The first entry of a file says about how many wakes there are; each of the others
 * holds many, 32 bytes each: id, wake_seq, due. Numbers are little endian. */
#include "wake_snapshots.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/snapshot.h"

#include <stdlib.h>
#include <string.h>

enum {
    WAKE_BYTES = ID_BYTES + 16,
    WAKES_OF_AN_ENTRY = 1024,
    ENTRIES_OF_A_STEP = 16, /* about half a millisecond */
};

#define COUNT_KEY "count"
#define WAKES_KEY "wakes"

struct saved {
    int64_t next;     /* of the partition, behind what the core knows */
    uint64_t unsaved; /* records since the last file */
    int64_t saved_at_ms;
};

struct wake_snapshots {
    struct wake_snapshots_options options;
    struct saved *partitions;
    uint32_t turn; /* the partition saved last */

    struct snapshot_writer *writer; /* NULL: nothing is being written */
    struct wake_walk walk;
    uint64_t saving; /* what of `unsaved` is in it */
    struct wake_timer timers[WAKES_OF_AN_ENTRY];
    uint8_t entry[WAKES_OF_AN_ENTRY * WAKE_BYTES];

    uint32_t outcomes[WAKE_SNAPSHOT_FAILED + 1];
};

struct wake_snapshots *wake_snapshots_new(const struct wake_snapshots_options *options)
{
    struct wake_snapshots *snapshots = must_alloc(sizeof(*snapshots));
    snapshots->options = *options;
    snapshots->partitions = must_alloc(options->partitions * sizeof(*snapshots->partitions));
    return snapshots;
}

void wake_snapshots_free(struct wake_snapshots *snapshots)
{
    if (snapshots == NULL)
        return;
    snapshot_discard(snapshots->writer);
    free(snapshots->partitions);
    free(snapshots);
}

static struct snapshot_of identity(const struct wake_snapshots *snapshots, uint32_t partition)
{
    return (struct snapshot_of){snapshots->options.deployment, snapshots->options.topic, (int32_t)partition,
                                "watcher"};
}

/* --- numbers ------------------------------------------------------------------------------------------------------------ */

static void put_number(uint8_t *bytes, uint64_t number)
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> 8 * i);
}

static uint64_t number_at(const uint8_t *bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number |= (uint64_t)bytes[i] << 8 * i;
    return number;
}

/* --- reading ------------------------------------------------------------------------------------------------------------- */

struct loading {
    struct wake_queue *queue;
    bool broken;
};

static void load_entry(void *context, const char *key, const void *data, size_t bytes)
{
    struct loading *loading = context;
    const uint8_t *wake = data;
    if (text_equal(key, COUNT_KEY) && bytes == 8) {
        wake_queue_expect(loading->queue, number_at(data));
        return;
    }
    if (!text_equal(key, WAKES_KEY) || bytes % WAKE_BYTES != 0)
        loading->broken = true;
    for (size_t i = 0; !loading->broken && i < bytes / WAKE_BYTES; i++, wake += WAKE_BYTES)
        loading->broken = !wake_queue_put(loading->queue, wake, number_at(wake + ID_BYTES),
                                          (struct instant){(int64_t)number_at(wake + ID_BYTES + 8)});
}

void wake_snapshots_load(struct wake_snapshots *snapshots, uint32_t partition, int64_t start, int64_t end)
{
    const struct snapshot_of of = identity(snapshots, partition);
    struct loading loading = {watcher_core_queue(snapshots->options.core, partition), false};
    uint32_t refused = 0;
    int64_t next = 0;
    if (text_empty(snapshots->options.directory))
        return;
    const bool loaded =
        snapshot_load(snapshots->options.directory, &of, start, end, load_entry, &loading, &next, &refused);
    snapshots->outcomes[WAKE_SNAPSHOT_REFUSED] += refused + loading.broken;
    if (!loaded)
        return;
    if (loading.broken) {
        /* What it has put into the queue stays: the topic, read from its beginning, says of each task how it stands. */
        log_warn("a snapshot holds something else than wakes, reading the topic partition=%u", partition);
        return;
    }
    snapshots->partitions[partition].next = next;
    log_info("wakes read from a snapshot partition=%u wakes=%zu next=%lld end=%lld", partition,
             wake_queue_count(loading.queue), (long long)next, (long long)end);
}

int64_t wake_snapshots_next(const struct wake_snapshots *snapshots, uint32_t partition)
{
    return snapshots->partitions[partition].next;
}

void wake_snapshots_read(struct wake_snapshots *snapshots, uint32_t partition, int64_t offset)
{
    snapshots->partitions[partition].next = offset + 1;
    snapshots->partitions[partition].unsaved++;
}

/* --- writing ------------------------------------------------------------------------------------------------------------- */

static void fail(struct wake_snapshots *snapshots)
{
    snapshot_discard(snapshots->writer);
    snapshots->writer = NULL;
    snapshots->outcomes[WAKE_SNAPSHOT_FAILED]++;
}

static bool put_count(struct wake_snapshots *snapshots, size_t count)
{
    uint8_t bytes[8];
    put_number(bytes, count);
    return snapshot_add(snapshots->writer, COUNT_KEY, bytes, sizeof(bytes));
}

static void begin(struct wake_snapshots *snapshots, uint32_t partition, int64_t monotonic_ms)
{
    const struct snapshot_of of = identity(snapshots, partition);
    struct saved *saved = &snapshots->partitions[partition];
    saved->saved_at_ms = monotonic_ms;
    snapshots->turn = partition;
    snapshots->saving = saved->unsaved;
    snapshots->walk = wake_queue_walk(watcher_core_queue(snapshots->options.core, partition));
    snapshots->writer = snapshot_begin(snapshots->options.directory, &of, saved->next);
    if (snapshots->writer == NULL)
        snapshots->outcomes[WAKE_SNAPSHOT_FAILED]++;
    else if (!put_count(snapshots, wake_queue_count(watcher_core_queue(snapshots->options.core, partition))))
        fail(snapshots);
}

/* Begins with another partition each time. */
static void begin_next(struct wake_snapshots *snapshots, int64_t monotonic_ms)
{
    for (uint32_t i = 1; i <= snapshots->options.partitions; i++) {
        const uint32_t partition = (snapshots->turn + i) % snapshots->options.partitions;
        const struct saved *saved = &snapshots->partitions[partition];
        if (saved->unsaved > 0 && monotonic_ms - saved->saved_at_ms >= snapshots->options.interval_ms) {
            begin(snapshots, partition, monotonic_ms);
            return;
        }
    }
}

static void finish(struct wake_snapshots *snapshots)
{
    struct snapshot_writer *writer = snapshots->writer;
    snapshots->writer = NULL;
    if (!snapshot_publish(writer)) {
        snapshots->outcomes[WAKE_SNAPSHOT_FAILED]++;
        return;
    }
    snapshots->partitions[snapshots->turn].unsaved -= snapshots->saving;
    snapshots->outcomes[WAKE_SNAPSHOT_WRITTEN]++;
}

static bool put_entry(struct wake_snapshots *snapshots, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t *wake = &snapshots->entry[i * WAKE_BYTES];
        memcpy(wake, snapshots->timers[i].id, ID_BYTES);
        put_number(wake + ID_BYTES, snapshots->timers[i].wake_seq);
        put_number(wake + ID_BYTES + 8, (uint64_t)snapshots->timers[i].due_ms);
    }
    return snapshot_add(snapshots->writer, WAKES_KEY, snapshots->entry, count * WAKE_BYTES);
}

static void go_on(struct wake_snapshots *snapshots)
{
    struct wake_queue *queue = watcher_core_queue(snapshots->options.core, snapshots->turn);
    for (int entry = 0; entry < ENTRIES_OF_A_STEP; entry++) {
        size_t count = 0;
        if (!wake_queue_walk_next(queue, &snapshots->walk, snapshots->timers, WAKES_OF_AN_ENTRY, &count)) {
            /* The queue has grown: begin anew, at once. */
            snapshots->partitions[snapshots->turn].saved_at_ms -= snapshots->options.interval_ms;
            snapshot_discard(snapshots->writer);
            snapshots->writer = NULL;
            return;
        }
        if (count == 0) {
            finish(snapshots);
            return;
        }
        if (!put_entry(snapshots, count)) {
            fail(snapshots);
            return;
        }
    }
}

bool wake_snapshots_step(struct wake_snapshots *snapshots, int64_t monotonic_ms)
{
    if (text_empty(snapshots->options.directory))
        return false;
    if (snapshots->writer == NULL)
        begin_next(snapshots, monotonic_ms);
    else
        go_on(snapshots);
    return snapshots->writer != NULL;
}

uint32_t wake_snapshots_take(struct wake_snapshots *snapshots, enum wake_snapshot_outcome outcome)
{
    const uint32_t count = snapshots->outcomes[outcome];
    snapshots->outcomes[outcome] = 0;
    return count;
}
