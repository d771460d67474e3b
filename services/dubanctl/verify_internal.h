/* verify_internal.h: what verify_log.c (record by record) and verify_finish.c (all together) share. */
#ifndef DUBAN_DUBANCTL_VERIFY_INTERNAL_H
#define DUBAN_DUBANCTL_VERIFY_INTERNAL_H

#include "base/arena.h"
#include "domain/row.h"
#include "service/registry_follower.h"
#include "verify_log.h"

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>

struct verify_bytes {
    void *data; /* malloc */
    size_t count;
};

/* An act that meets C-DUE, with the version of the clock that it met. */
struct verify_report {
    uint32_t version;
    uint32_t round;
    struct instant received_at;
};

struct verify_aggregate {
    struct verify_bytes folded; /* our own row, encoded */
    struct verify_bytes row;    /* as duban.tasks has it */
    struct digest chain;
    uint64_t seq;
    struct instant now, received_at;
    uint8_t *types;  /* of events 1 … seq */
    uint64_t *rungs; /* seq of EVENT_RUNG_REACHED that must have a notice */
    size_t rung_count;
    struct verify_report *reports;
    size_t report_count;
    bool sealed;      /* EVENT_ARCHIVED has come … */
    struct seal seal; /* … and says this */
    bool broken;      /* an event could not be used: what follows says nothing any more */
    UT_hash_handle hh;
    char key[];
};

/* "<kind>-<year>/<sequence>" of numbers; "<task>/<message>" of messages; "<task>#<seq>" of notices. */
struct verify_mark {
    char *owner;
    UT_hash_handle hh;
    char key[];
};

/* The newest record of a notice. */
struct verify_notice {
    struct verify_bytes value;
    UT_hash_handle hh;
    char key[];
};

/* What the row of a partition says about its calendars. */
struct verify_cursor {
    uint32_t registry_version, calendar_version;
    struct instant published_at;
    bool recomputing;
};

struct verify_log {
    uint32_t partitions;
    struct registry_follower *registry;
    struct verify_cursor *cursors; /* one per partition */
    bool *seals_by_hash;           /* one per partition: an archive with a hash stands in it */
    struct arena *kept;            /* the faults' texts */
    struct arena *turn;            /* of one record */
    struct verify_aggregate *aggregates;
    struct verify_notice *notices;
    struct verify_mark *issued, *claimed, *messages, *noticed;
    struct verify_fault *list;
    struct verify_result result;
};

void verify_blame(struct verify_log *log, enum verify_check check, const char *key, uint64_t seq,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));
struct verify_aggregate *verify_aggregate_of(struct verify_log *log, const char *key);
/* NULL when new: it has been added. Else the owner that it had before. */
const char *verify_mark(struct verify_mark **marks, const char *key, const char *owner);
const struct verify_mark *verify_find(struct verify_mark *const *marks, const char *key);
void verify_keep(struct verify_bytes *bytes, const void *data, size_t count);
bool verify_read_row(struct verify_log *log, const struct verify_bytes *bytes, struct row *ret_row);

/* verify_seal.c: before the event is folded; aggregate->chain is the hash of the event before it */
void verify_seal(struct verify_log *log, int32_t partition, struct verify_aggregate *aggregate,
                 const struct event *event);

/* verify_calendar.c */
void verify_keep_partition(struct verify_log *log, int32_t partition, const void *value, size_t bytes);
void verify_calendar(struct verify_log *log, const struct verify_aggregate *aggregate);

#endif
