/* partition.h: one partition of the ledger: its rows, what of the log it has applied, and what waits to be
 * applied. */
#ifndef DUBAN_TASK_LEDGER_PARTITION_H
#define DUBAN_TASK_LEDGER_PARTITION_H

#include "base/arena.h"
#include "base/status.h"
#include "domain/row.h"
#include "runtime/log_record.h"
#include "task_table.h"

/* What the ledger applies. Within a batch internal goes first: it finishes what was begun. */
enum stream { STREAM_INTERNAL, STREAM_COMMANDS, STREAM_COUNT };

/* A record that has been read and waits for its batch. Copied, because a record lives only until the next
 * poll, into chunks that hold many: records come and go in the same order. */
struct waiting {
    struct waiting *next;
    int64_t offset;
    struct instant timestamp;
    char *key; /* NUL-terminated */
    size_t key_bytes;
    const void *value; /* NULL: a tombstone */
    size_t value_bytes;
};

struct waiting_chunk;

struct waiting_queue {
    struct waiting *first;
    struct waiting **last;
    size_t count;
    struct waiting_chunk *oldest, *newest; /* that of `first`, and that of the last one */
};

/* The keys that a cursor of RecomputeCalendar walks, ascending (recompute.c), copied behind the list. */
struct recompute_keys {
    size_t count, next;
    const char *keys[];
};

enum { OFFSET_TOKEN_TEXT = 64 };

struct partition {
    int32_t number;
    char key[24]; /* of its row: "partition/3" */
    struct task_table *table;
    /* The row of this partition, decoded. Ahead of the table while a batch is filled; undone from there. */
    struct partition_row row;
    struct arena *row_arena;
    struct waiting_queue waiting[STREAM_COUNT];

    bool ready;                      /* ours and restored: its records may be applied */
    bool from_snapshot;              /* its rows came from a file, and the tail of the topic */
    bool kept;                       /* the table is a committed state, perhaps no longer the newest */
    int64_t committed[STREAM_COUNT]; /* as the last assignment said */
    struct recompute_keys
        *recompute;           /* where the cursor of the row is; NULL: to be listed, or none is under way */
    bool adoption_waits;      /* a version of the registry is next, and the cursor comes first */
    uint32_t awaited_version; /* paused until the follower has this version of the registry; 0: not paused */
    /* Metadata of the offsets last committed for it, "" none: with the offsets it proves that nobody wrote
     * since. */
    char token[OFFSET_TOKEN_TEXT];
    uint64_t unsaved;          /* transactions that changed it since its last snapshot */
    struct monotonic saved_at; /* when that was begun, or when the partition came */
};

struct partition *partition_new(int32_t number);
void partition_free(struct partition *partition); /* accepts NULL */

/* Forgets rows, row and waiting records. */
void partition_clear(struct partition *partition);

/* The partition's row from the table; a new one for `deployment` where there is none. STATUS_FATAL, said in
 * the log: it cannot be read, or belongs to another deployment. */
MUST_CHECK enum status partition_load_row(struct partition *partition, const char *deployment);

/* The cursor is to be listed again. */
void partition_forget_keys(struct partition *partition);

/* Next offset to apply. */
int64_t *partition_next(struct partition *partition, enum stream stream);

/* Has the partition applied this record of an inbox? If not, `mark` says that it has now. */
bool partition_has_applied(const struct partition *partition, const struct inbox_position *position);
void partition_mark(struct partition *partition, const struct inbox_position *position);

void partition_queue(struct partition *partition, enum stream stream, const struct log_record *record);
void partition_drop_first(struct partition *partition, enum stream stream);
size_t partition_drop_waiting(struct partition *partition); /* how many */

#endif
