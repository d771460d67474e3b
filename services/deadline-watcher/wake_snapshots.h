/* wake_snapshots.h: the watcher's wakes of each partition in a file (runtime/snapshot.h), so that a restart reads of
 * duban.tasks no more than what came since. They are written a few at a time between two records: no alarm waits for
 * them. Without a directory, or with a file that is refused, everything is read from the topic, as ever. */
#ifndef DUBAN_DEADLINE_WATCHER_WAKE_SNAPSHOTS_H
#define DUBAN_DEADLINE_WATCHER_WAKE_SNAPSHOTS_H

#include "watcher_core.h"

struct wake_snapshots;

/* Texts and core must outlive it. */
struct wake_snapshots_options {
    const char *directory; /* "": none */
    const char *deployment, *topic;
    int64_t interval_ms; /* a partition that has changed is saved that often */
    struct watcher_core *core;
    uint32_t partitions;
};

enum wake_snapshot_outcome { WAKE_SNAPSHOT_WRITTEN, WAKE_SNAPSHOT_REFUSED, WAKE_SNAPSHOT_FAILED };

struct wake_snapshots *wake_snapshots_new(const struct wake_snapshots_options *options);
void wake_snapshots_free(
    struct wake_snapshots *snapshots); /* accepts NULL; what is being written is dropped */

/* Into the empty queue of the core, from the newest file that lies within [start, end] of the partition. */
void wake_snapshots_load(struct wake_snapshots *snapshots, uint32_t partition, int64_t start, int64_t end);
/* Where duban.tasks goes on: behind what was loaded and read; 0: from its beginning. */
int64_t wake_snapshots_next(const struct wake_snapshots *snapshots, uint32_t partition);

/* A record has been taken into the core. */
void wake_snapshots_read(struct wake_snapshots *snapshots, uint32_t partition, int64_t offset);
/* Begins a file that is due, or writes some more of the one under way. True: there is more to write. */
bool wake_snapshots_step(struct wake_snapshots *snapshots, int64_t monotonic_ms);
/* How often that has come about since it was last asked. */
uint32_t wake_snapshots_take(struct wake_snapshots *snapshots, enum wake_snapshot_outcome outcome);

#endif
