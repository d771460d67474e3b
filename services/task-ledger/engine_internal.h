/* engine_internal.h: what the files of the engine share with each other and nobody else. */
#ifndef DUBAN_TASK_LEDGER_ENGINE_INTERNAL_H
#define DUBAN_TASK_LEDGER_ENGINE_INTERNAL_H

#include "breadcrumbs.h"
#include "commit_pace.h"
#include "engine.h"
#include "held_outputs.h"
#include "ledger_metrics.h"
#include "partition.h"
#include "wire/codec.h"

enum {
    /* A batch is full with the record that makes its outputs larger than this. Two batches are held at most: the one that
     * is being committed and the one that is filled meanwhile. */
    BATCH_OUTPUT_BYTES = 16 * 1024 * 1024,
    TURN_RECORDS = 512, /* read, and decided, between two looks at the commit under way */
};

/* Records that have been decided, and what is to be written and committed for them in one transaction. */
struct batch {
    uint64_t number;
    bool *touched; /* of each partition: something was decided for it */
    bool any;      /* touched */
    uint32_t records, recomputed;
    struct held_outputs *outputs;
    struct log_offset *offsets; /* room for both streams of every partition */
    size_t offset_count;
    char token[OFFSET_TOKEN_TEXT]; /* tells our offsets' metadata apart */
};

/* The snapshot that is being written. */
struct saving {
    struct snapshot_writer *writer; /* NULL: none */
    struct partition *partition;
    uint64_t changes; /* that the partition had not saved when it was begun */
    bool whole;       /* all rows stand in it */
    uint64_t batch;   /* then: the newest whose rows may be among them */
    int32_t turn;     /* the partition that was looked at last */
};

struct engine {
    struct engine_options options;
    struct registry_follower *registry;
    struct partition **partitions; /* P of them; NULL: not ours */
    struct arena *arena;           /* of one record */
    struct batch batches[2];       /* take turns */
    struct batch *filling;         /* one of them; nothing of it has reached the log */
    struct batch *committing;      /* the other one, whose commit is under way; NULL: none is */
    struct monotonic began;        /* that commit */
    uint64_t settled;              /* number of the newest batch that is committed or undone */
    struct commit_pace pace;
    size_t waiting; /* records in all queues */
    bool assigned;  /* the group has given us our share, maybe an empty one */
    bool restoring; /* some partition waits for its rows */
    int64_t handled, published;
    uint64_t restored; /* records read by the restore under way */
    struct saving saving;
    struct breadcrumbs *crumbs; /* NULL: none are kept */
};

static inline const char *engine_topic(const struct engine *engine, enum stream stream)
{
    return stream == STREAM_INTERNAL ? engine->options.topics.internal : engine->options.topics.commands;
}

/* Drops what waits: it will come again, or is not ours any more. */
void engine_drop_waiting(struct engine *engine);
void engine_pause(struct engine *engine, const struct partition *partition);
void engine_resume(struct engine *engine, const struct partition *partition);

/* --- restore.c */
/* STATUS_FATAL, said in the log: the topics are not those of the settings. */
MUST_CHECK enum status restore_assigned(struct engine *engine, const struct log_offset *offsets,
                                        size_t count);
void restore_revoked(
    struct engine *engine); /* all partitions: their state is kept, their records are not applied */
/* Loads the rows of all partitions that wait for them. STATUS_RETRY: the broker did not answer. */
MUST_CHECK enum status restore_run(struct engine *engine);

/* --- snapshots.c */
/* Begins a snapshot that is due, writes some rows of the one under way, or gives it its name when all it holds is
 * committed. */
void snapshots_step(struct engine *engine);
bool snapshots_under_way(const struct engine *engine); /* and it does not wait for a commit */
/* Before partitions go, and when rows are undone: what is half written is thrown away. */
void snapshots_abandon(struct engine *engine);
/* Loads the empty table from the newest snapshot that holds; *ret_next is then where duban.tasks goes on, and untouched
 * when there is none. STATUS_RETRY: the broker did not answer. */
MUST_CHECK enum status snapshots_load(struct engine *engine, struct partition *partition, int64_t *ret_next);

/* --- batch.c */
void batch_init(struct engine *engine);
void batch_release(struct engine *engine);
/* Records that are decided and not committed. */
size_t batch_in_flight(const struct engine *engine);
/* Something waits that may be decided now, and there is room for it. */
bool batch_has_work(const struct engine *engine);
/* Decides some of what waits. STATUS_FATAL, said in the log: the state cannot be read. */
MUST_CHECK enum status batch_fill(struct engine *engine);
bool batch_is_empty(const struct engine *engine); /* the one that is filled */
bool batch_is_full(const struct engine *engine);
/* Writes the batch and begins to commit it, while no other commit is under way. */
MUST_CHECK enum status batch_send(struct engine *engine);
/* Takes the outcome of the commit under way, if there is one and it has ended, or waits for its end. */
MUST_CHECK enum status batch_settle(struct engine *engine, bool wait);
/* Memory as before the batch that is filled: its partitions go, or come anew. No commit is under way. */
MUST_CHECK enum status batch_drop(struct engine *engine);
static inline void batch_touch(struct engine *engine, const struct partition *partition)
{
    engine->filling->touched[partition->number] = engine->filling->any = true;
}

/* --- apply.c */
/* The first record of a queue. STATUS_FATAL, said in the log: the state cannot be read. */
MUST_CHECK enum status apply_first(struct engine *engine, struct partition *partition, enum stream stream);

MUST_CHECK enum status apply_decide(struct engine *engine, struct partition *partition,
                                    const struct command *command);

/* --- recompute.c */
/* A cursor is under way and may go on. */
bool recompute_has_work(const struct partition *partition);
bool recompute_has_room(const struct engine *engine);          /* in the batch that is filled */
size_t recompute_remaining(const struct partition *partition); /* tasks that it has not come to */
/* Whether the row under that key still waits for other calendars, for a command on it. */
void recompute_rules(const struct partition *partition, const char *key, struct ruleset *ruleset);
/* Some tasks of every cursor, within the batch that is filled. STATUS_FATAL, said in the log: the state cannot be read. */
MUST_CHECK enum status recompute_some(struct engine *engine);
void recompute_count(struct engine *engine, const struct turn *turn);

/* --- registry_gate.c */
/* The version that must be here before the command can be decided, when it is not; else 0. The partition
 * waits for it, with the command first in its queue. */
uint32_t gate_awaits(const struct engine *engine, const struct partition *partition,
                     const struct command *command);
void gate_close(struct engine *engine, struct partition *partition, uint32_t version);
void gate_give_up(struct engine *engine, struct partition *partition); /* goes on without it */
/* After the follower has moved: partitions whose version is here go on. */
void gate_open(struct engine *engine);
/* The version is here; is it what was decided? If not, false, said in the log. */
MUST_CHECK bool gate_may_adopt(const struct engine *engine, const struct command *command);
/* May this content follow its base? If not, ret_refusal names field and rule. */
MUST_CHECK bool gate_check(const struct engine *engine, const struct body_apply_registry *content,
                           struct arena *arena, struct refusal *ret_refusal);

/* --- outputs.c: into the batch that is filled */
/* NULL: written. Else nothing is, because this would be too large: "row" or "event". The origin is that of the row
 * before; without data there is none. */
MUST_CHECK const char *outputs_turn(struct engine *engine, struct partition *partition,
                                    const struct command *command, const struct wire_origin *origin,
                                    struct turn *turn);
/* An answer, no event. */
void outputs_refuse(struct engine *engine, const struct partition *partition, const struct command *command,
                    const struct refusal *refusal);
void outputs_dead_letter(struct engine *engine, const struct partition *partition, enum stream stream,
                         const struct waiting *record, const struct refusal *reason);
void outputs_partition_row(struct engine *engine, struct partition *partition);

#endif
