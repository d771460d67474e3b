/* log_reader.h: reads topics without transactions (read_committed), on the loop.
 *
 * FOLLOW reads all partitions of its topics by itself, from the beginning, the end, or given offsets: for
 * read models. GROUP shares the partitions with its group's other members and goes on at the committed
 * offsets: for intake. Start positions are never guessed: no committed offset and a log that starts at 0
 * begins at 0 and commits 0; no committed offset and a log that starts later, or a committed offset the log
 * no longer has, calls on_fatal.
 *
 * Errors (unknown topic, no access, broker away) are said once, retried for ever, and shown in the
 * positions. */
#ifndef DUBAN_RUNTIME_LOG_READER_H
#define DUBAN_RUNTIME_LOG_READER_H

#include "runtime/log_record.h"
#include "runtime/loop.h"

struct log_reader;

enum log_reader_mode { LOG_READER_FOLLOW, LOG_READER_GROUP };

struct log_reader_options {
    struct log_client client;
    enum log_reader_mode mode;
    const char *group_id;    /* GROUP only */
    const char *instance_id; /* GROUP only: group.instance.id, so that a quick restart moves no partition */
    const char *recovery; /* named in the refusal of a lost start position, e.g. "dubanctl offsets reset …" */

    /* STATUS_OK and STATUS_REJECT take the record. STATUS_RETRY keeps it: the whole reader waits and offers
     * the same record again a few milliseconds later. STATUS_FATAL calls on_fatal. */
    enum status (*on_record)(void *context, const struct log_record *record);
    /* Once per partition, when everything that stood in it at the start (high watermark) has been handled.
     * May be NULL. */
    void (*on_caught_up)(void *context, const char *topic, int32_t partition);
    /* GROUP: which partitions this member has now (all of them; none is paused), after every change.
     * May be NULL. */
    void (*on_assigned)(void *context, const struct log_offset *offsets, size_t count);
    /* GROUP: before the partitions are given up; commit here. May be NULL. */
    void (*on_revoked)(void *context);
    /* Reading cannot go on. The reader has stopped itself. */
    void (*on_fatal)(void *context, const char *reason);
    void *context;
};

/* The topics' names are copied. */
struct log_reader *log_reader_new(struct loop *loop, const struct log_reader_options *options);
void log_reader_free(
    struct log_reader *reader); /* accepts NULL; leaves without a rebalance (static member) */

/* FOLLOW: where to begin, before log_reader_start; the default is the beginning. */
void log_reader_start_at(struct log_reader *reader, const char *topic, int32_t partition, int64_t next);
void log_reader_start_at_end(struct log_reader *reader, const struct log_topic *topic);

/* Begins, or (any later call) replaces the set of topics; partitions that stay keep their position
 * (GROUP: go on at their committed offset). */
void log_reader_start(struct log_reader *reader, const struct log_topic *topics, size_t count);

void log_reader_pause(struct log_reader *reader, const char *topic, int32_t partition);
void log_reader_resume(struct log_reader *reader, const char *topic, int32_t partition);

/* GROUP: records before `next` are done with. Sent in the background, the highest wins; on_revoked and free
 * wait for it (at most 5 s). A lost commit is repeated reading, never loss. */
void log_reader_commit(struct log_reader *reader, const char *topic, int32_t partition, int64_t next);

/* Valid until the next turn. A record counts as read when on_record has taken it. */
const struct log_position *log_reader_positions(struct log_reader *reader, size_t *ret_count);
bool log_reader_caught_up(
    const struct log_reader *reader); /* all partitions; GROUP: and some assignment has come */
int64_t log_reader_handled(const struct log_reader *reader); /* records taken since the start */

#endif
