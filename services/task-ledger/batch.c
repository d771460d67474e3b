/* batch.c: what waits in the queues becomes one transaction: all of it, or nothing of it and memory as
 * before.
 *
 * Two batches take turns. One is filled: its records are decided on memory as the batch before will leave it, and
 * what comes of them is held. The other's transaction is being committed. Only when that is known to stand is the
 * next one written; when it does not, both are undone, the newer one first, and all their records come again. */
#include "engine_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

static struct batch *other(struct engine *engine, const struct batch *batch)
{
    return batch == &engine->batches[0] ? &engine->batches[1] : &engine->batches[0];
}

static void begin(const struct engine *engine, struct batch *batch, uint64_t number)
{
    batch->number = number;
    batch->any = false;
    batch->records = batch->recomputed = 0;
    batch->offset_count = 0;
    memset(batch->touched, 0, (size_t)engine->options.partitions * sizeof(*batch->touched));
    held_outputs_clear(batch->outputs);
}

void batch_init(struct engine *engine)
{
    const size_t partitions = (size_t)engine->options.partitions;
    for (size_t i = 0; i < 2; i++) {
        struct batch *batch = &engine->batches[i];
        batch->outputs = held_outputs_new();
        batch->touched = must_alloc(partitions * sizeof(*batch->touched));
        batch->offsets = must_alloc(STREAM_COUNT * partitions * sizeof(*batch->offsets));
    }
    engine->filling = &engine->batches[0];
    begin(engine, engine->filling, 1);
}

void batch_release(struct engine *engine)
{
    for (size_t i = 0; i < 2; i++) {
        held_outputs_free(engine->batches[i].outputs);
        free(engine->batches[i].touched);
        free(engine->batches[i].offsets);
    }
}

size_t batch_in_flight(const struct engine *engine)
{
    size_t records = engine->filling->records + engine->filling->any;
    if (engine->committing != NULL)
        records += engine->committing->records + 1;
    return records;
}

/* --- filling ------------------------------------------------------------------------------------------------------- */

/* A record of which the program has died goes into a transaction of its own, behind one that stands. */
static uint32_t most_records(const struct engine *engine)
{
    if (!breadcrumbs_accuse(engine->crumbs))
        return engine->options.batch_records;
    return engine->committing == NULL;
}

static bool has_room(const struct engine *engine, uint32_t most)
{
    return engine->filling->records < most &&
           held_outputs_bytes(engine->filling->outputs) < BATCH_OUTPUT_BYTES;
}

bool batch_is_empty(const struct engine *engine)
{
    return !engine->filling->any;
}

bool batch_is_full(const struct engine *engine)
{
    return !has_room(engine, most_records(engine));
}

static bool may_run(const struct partition *partition, enum stream stream)
{
    return partition != NULL && partition->ready && partition->awaited_version == 0 &&
           partition->waiting[stream].first != NULL &&
           !(stream == STREAM_INTERNAL && partition->adoption_waits);
}

bool batch_has_work(const struct engine *engine)
{
    const bool records = !batch_is_full(engine), rows = recompute_has_room(engine);
    for (int32_t i = 0; (records || rows) && i < engine->options.partitions; i++) {
        const struct partition *partition = engine->partitions[i];
        if ((records && (may_run(partition, STREAM_INTERNAL) || may_run(partition, STREAM_COMMANDS))) ||
            (rows && recompute_has_work(partition)))
            return true;
    }
    return false;
}

/* One stream of all partitions, until the batch has `most` records, or `left` more. Begins with another partition in
 * each batch, so that a busy one does not keep the others waiting. */
static enum status apply_stream(struct engine *engine, enum stream stream, uint32_t most, uint32_t *left)
{
    const uint32_t count = (uint32_t)engine->options.partitions;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < count; i++) {
        struct partition *partition = engine->partitions[(i + engine->filling->number) % count];
        for (; status == STATUS_OK && *left > 0 && has_room(engine, most) && may_run(partition, stream);
             --*left)
            status = apply_first(engine, partition, stream);
    }
    return status;
}

/* Internal commands first, but no more than half while others wait; the cursors of recomputation take no room from
 * either, and no more than half as many rows again. */
enum status batch_fill(struct engine *engine)
{
    const uint32_t most = most_records(engine);
    uint32_t left = TURN_RECORDS;
    enum status status = apply_stream(engine, STREAM_INTERNAL, (most + 1) / 2, &left);
    if (status == STATUS_OK)
        status = recompute_some(engine);
    if (status == STATUS_OK)
        status = apply_stream(engine, STREAM_COMMANDS, most, &left);
    if (status == STATUS_OK)
        status = apply_stream(engine, STREAM_INTERNAL, most, &left);
    return status;
}

/* --- the end of a transaction --------------------------------------------------------------------------------------- */

static void keep(struct engine *engine, const struct batch *batch)
{
    size_t undo_bytes = 0;
    for (int32_t i = 0; i < engine->options.partitions; i++) {
        struct partition *partition = engine->partitions[i];
        if (!batch->touched[i])
            continue;
        undo_bytes += task_table_undo_bytes(partition->table);
        task_table_commit(partition->table);
        snprintf(partition->token, sizeof(partition->token), "%s", batch->token);
        partition->unsaved++;
    }
    for (size_t i = 0; i < batch->offset_count; i++)
        breadcrumbs_pass(engine->crumbs, batch->offsets[i].partition, (int)(i % STREAM_COUNT),
                         batch->offsets[i].next);
    engine->handled += batch->records;
    engine->published += (int64_t)held_outputs_count(batch->outputs);
    metrics_set(engine->options.metrics, LEDGER_UNDO_BYTES, NULL, (double)undo_bytes);
    metrics_observe(engine->options.metrics, LEDGER_BATCH_RECORDS, NULL, batch->records);
}

/* Memory as before what is not committed: the batch that is filled, and the one before it if that failed. What was read
 * comes again, from the committed offsets. */
static enum status undo(struct engine *engine, const struct batch *failed, bool ours)
{
    const struct batch *filling = engine->filling;
    engine_drop_waiting(engine);
    snapshots_abandon(engine);
    for (int32_t i = 0; i < engine->options.partitions; i++) {
        struct partition *partition = engine->partitions[i];
        if (!filling->touched[i] && !(failed != NULL && failed->touched[i]))
            continue;
        partition_forget_keys(partition); /* some may have come with what is undone */
        task_table_undo(partition->table);
        if (partition_load_row(partition, engine->options.deployment) != STATUS_OK)
            return STATUS_FATAL;
        /* It may wait for a version that the transaction would have published. */
        if (ours && partition->awaited_version > 0)
            gate_give_up(engine, partition);
    }
    engine->settled = filling->number;
    begin(engine, engine->filling, filling->number + 1);
    return STATUS_OK;
}

static enum status fail(struct engine *engine, const struct batch *failed, enum log_outcome outcome,
                        const char *word)
{
    const char *reason = log_port_reason(engine->options.port);
    metrics_add(engine->options.metrics, LEDGER_ABORTS, &reason, 1);
    log_warn("transaction undone in memory, reading its records again outcome=%s reason=%s records=%u", word,
             reason, failed->records);
    enum status status = undo(engine, failed, outcome == LOG_ABORTED);
    if (outcome == LOG_REBUILT)
        restore_revoked(
            engine); /* an assignment follows, and tells whether memory is still the newest state */
    return status;
}

static enum status conclude(struct engine *engine, const struct batch *batch, enum log_outcome outcome)
{
    static const char *const words[] = {[LOG_COMMITTED] = "committed",
                                        [LOG_ABORTED] = "aborted",
                                        [LOG_REBUILT] = "rebuilt",
                                        [LOG_FATAL] = "fatal"};
    metrics_add(engine->options.metrics, LEDGER_TRANSACTIONS, &words[outcome], 1);
    if (outcome != LOG_COMMITTED)
        return fail(engine, batch, outcome, words[outcome]);
    engine->settled = batch->number;
    keep(engine, batch);
    return STATUS_OK;
}

enum status batch_settle(struct engine *engine, bool wait)
{
    const struct batch *batch = engine->committing;
    enum log_outcome outcome;
    if (batch == NULL || !log_port_commit_ended(engine->options.port, wait, &outcome))
        return STATUS_OK;
    const struct monotonic end = engine->options.monotonic();
    commit_pace_note(&engine->pace, engine->began, end);
    metrics_observe(engine->options.metrics, LEDGER_COMMIT_SECONDS, NULL,
                    (double)(end.ns - engine->began.ns) / 1e9);
    engine->committing = NULL;
    return conclude(engine, batch, outcome);
}

enum status batch_drop(struct engine *engine)
{
    return batch_is_empty(engine) ? STATUS_OK : undo(engine, NULL, false);
}

/* --- its beginning -------------------------------------------------------------------------------------------------- */

/* Both offsets of every partition that was touched, so that the group's generation fences the transaction. */
static void list_offsets(struct engine *engine, struct batch *batch)
{
    for (int32_t i = 0; i < engine->options.partitions; i++)
        for (int stream = 0; batch->touched[i] && stream < STREAM_COUNT; stream++)
            batch->offsets[batch->offset_count++] = (struct log_offset){
                .topic = engine_topic(engine, (enum stream)stream),
                .partition = i,
                .next = *partition_next(engine->partitions[i], (enum stream)stream),
                .metadata = batch->token,
            };
}

/* The rows of the partitions, and what the commit will say. */
static void complete(struct engine *engine, struct batch *batch)
{
    for (int32_t i = 0; i < engine->options.partitions; i++)
        if (batch->touched[i])
            outputs_partition_row(engine, engine->partitions[i]);
    snprintf(batch->token, sizeof(batch->token), "%.40s:%llu", engine->options.instance,
             (unsigned long long)batch->number);
    list_offsets(engine, batch);
}

enum status batch_send(struct engine *engine)
{
    struct batch *batch = engine->filling;
    struct log_port *port = engine->options.port;
    complete(engine, batch);
    const enum log_outcome outcome = log_port_begin(port);
    if (outcome != LOG_COMMITTED)
        return conclude(engine, batch, outcome);
    held_outputs_produce(batch->outputs, port);
    engine->began = engine->options.monotonic();
    log_port_commit_start(port, batch->offsets, batch->offset_count);
    for (int32_t i = 0; i < engine->options.partitions; i++)
        if (batch->touched[i])
            task_table_seal(engine->partitions[i]->table);
    engine->committing = batch;
    engine->filling = other(engine, batch);
    begin(engine, engine->filling, batch->number + 1);
    return STATUS_OK;
}
