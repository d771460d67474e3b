/* snapshot.h: what a program keeps in memory of one partition, in a file, so that a restart reads no more of the topic than
 * what came since.
 *
 * A snapshot names the offset of the topic at which it was begun. Its entries are read one after the other while the
 * program goes on: each is as it stood at that offset or later. The tail of the topic from that offset on holds the newest
 * record of every key that changed since, so snapshot and tail together are the fold of the topic.
 *
 *   file      partition-<p>-<offset>.snapshot in a directory of this program and deployment; the two newest are kept
 *   content   magic, format, partition, offset, deployment, topic; key and data, again and again; how many; SHA-256 of
 *             all before it. Numbers are little endian.
 *
 * A file that is damaged, cut off, of a newer format, of another deployment, topic or partition, or that names an
 * offset which the topic does not have, is refused with the reason in the log, and the older one is tried. */
#ifndef DUBAN_RUNTIME_SNAPSHOT_H
#define DUBAN_RUNTIME_SNAPSHOT_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a snapshot belongs to. Texts must outlive the writer. */
struct snapshot_of {
    const char *deployment;
    const char *topic; /* full name of what it is the fold of */
    int32_t partition;
    const char *writer; /* a word that tells apart who may write it at the same time */
};

struct snapshot_writer;

/* Begins a file that nobody reads yet; `next` is the end of the partition as of now. Makes the directory. NULL, said in
 * the log: it cannot be written. */
struct snapshot_writer *snapshot_begin(const char *directory, const struct snapshot_of *of, int64_t next);
/* False, said in the log: discard it. */
MUST_CHECK bool snapshot_add(struct snapshot_writer *writer, const char *key, const void *data, size_t bytes);
/* Makes the file durable, gives it its name, removes the third newest. Frees the writer. */
MUST_CHECK bool snapshot_publish(struct snapshot_writer *writer);
void snapshot_discard(struct snapshot_writer *writer); /* accepts NULL */

/* Called for every entry of a file that is whole. */
typedef void (*snapshot_entry)(void *context, const char *key, const void *data, size_t bytes);

/* The newest file that is whole and that lies within [start, end] of the partition. False: there is none. *ret_refused
 * counts those that were refused on the way. */
MUST_CHECK bool snapshot_load(const char *directory, const struct snapshot_of *of, int64_t start, int64_t end,
                              snapshot_entry entry, void *context, int64_t *ret_next, uint32_t *ret_refused);

#endif
