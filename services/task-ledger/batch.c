/* batch.c: what waits in the queues becomes one transaction: all of it, or nothing of it and memory as
 * before. */
#include "engine_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

static bool may_run(const struct partition *partition, enum stream stream)
{
    return partition != NULL && partition->ready && partition->awaited_version == 0 &&
           partition->waiting[stream].first != NULL &&
           !(stream == STREAM_INTERNAL && partition->adoption_waits);
}

bool batch_has_work(const struct engine *engine)
{
    for (int32_t i = 0; i < engine->options.partitions; i++)
        if (may_run(engine->partitions[i], STREAM_INTERNAL) ||
            may_run(engine->partitions[i], STREAM_COMMANDS) || recompute_has_work(engine->partitions[i]))
            return true;
    return false;
}

bool batch_open(struct engine *engine)
{
    struct batch *batch = &engine->batch;
    if (!batch->open && batch->outcome == LOG_COMMITTED) {
        batch->outcome = log_port_begin(engine->options.port);
        batch->open = batch->outcome == LOG_COMMITTED;
    }
    return batch->open;
}

static bool has_room(const struct batch *batch, uint32_t most)
{
    return batch->outcome == LOG_COMMITTED && batch->records < most &&
           batch->output_bytes < BATCH_OUTPUT_BYTES;
}

/* One stream of all partitions, until the batch has `most` records. Begins with another partition each
 * time, so that a busy one does not keep the others waiting. */
static enum status apply_stream(struct engine *engine, enum stream stream, uint32_t most)
{
    const uint32_t count = (uint32_t)engine->options.partitions;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < count; i++) {
        struct partition *partition = engine->partitions[(i + engine->batches) % count];
        while (status == STATUS_OK && has_room(&engine->batch, most) && may_run(partition, stream))
            status = apply_first(engine, partition, stream);
    }
    return status;
}

/* Internal commands first, but no more than half while others wait; the cursors of recomputation take no room from
 * either, and no more than half as many rows again. */
static enum status apply_all(struct engine *engine)
{
    const uint32_t most = breadcrumbs_accuse(engine->crumbs) ? 1 : engine->options.batch_records;
    enum status status = apply_stream(engine, STREAM_INTERNAL, (most + 1) / 2);
    if (status == STATUS_OK)
        status = recompute_some(engine);
    if (status == STATUS_OK)
        status = apply_stream(engine, STREAM_COMMANDS, most);
    if (status == STATUS_OK)
        status = apply_stream(engine, STREAM_INTERNAL, most);
    return status;
}

/* Both offsets of every partition that was touched, so that the group's generation fences the transaction. */
static size_t list_offsets(struct engine *engine, const char *token)
{
    size_t count = 0;
    for (int32_t i = 0; i < engine->options.partitions; i++) {
        struct partition *partition = engine->partitions[i];
        if (partition == NULL || !partition->touched)
            continue;
        for (int stream = 0; stream < STREAM_COUNT; stream++)
            engine->offsets[count++] = (struct log_offset){
                .topic = engine_topic(engine, (enum stream)stream),
                .partition = i,
                .next = *partition_next(partition, (enum stream)stream),
                .metadata = token,
            };
    }
    return count;
}

static void keep(struct engine *engine, const char *token)
{
    size_t undo_bytes = 0;
    for (int32_t i = 0; i < engine->options.partitions; i++) {
        struct partition *partition = engine->partitions[i];
        if (partition == NULL || !partition->touched)
            continue;
        undo_bytes += task_table_undo_bytes(partition->table);
        task_table_seal(partition->table);
        task_table_commit(partition->table);
        snprintf(partition->token, sizeof(partition->token), "%s", token);
        partition->touched = false;
        partition->unsaved++;
        for (int stream = 0; stream < STREAM_COUNT; stream++)
            breadcrumbs_pass(engine->crumbs, i, stream, *partition_next(partition, (enum stream)stream));
    }
    engine->handled += engine->batch.records;
    engine->published += engine->batch.published;
    metrics_set(engine->options.metrics, LEDGER_UNDO_BYTES, NULL, (double)undo_bytes);
    metrics_observe(engine->options.metrics, LEDGER_BATCH_RECORDS, NULL, engine->batch.records);
}

/* Memory as before the transaction. What was read comes again, from the committed offsets. */
static enum status undo(struct engine *engine, bool ours)
{
    engine_drop_waiting(engine);
    for (int32_t i = 0; i < engine->options.partitions; i++) {
        struct partition *partition = engine->partitions[i];
        if (partition == NULL || !partition->touched)
            continue;
        partition_forget_keys(partition); /* some may have come with what is undone */
        task_table_undo(partition->table);
        partition->touched = false;
        if (partition_load_row(partition, engine->options.deployment) != STATUS_OK)
            return STATUS_FATAL;
        /* It may wait for a version that the transaction would have published. */
        if (ours && partition->awaited_version > 0)
            gate_give_up(engine, partition);
    }
    return STATUS_OK;
}

static enum status settle(struct engine *engine, const char *token)
{
    static const char *const words[] = {[LOG_COMMITTED] = "committed",
                                        [LOG_ABORTED] = "aborted",
                                        [LOG_REBUILT] = "rebuilt",
                                        [LOG_FATAL] = "fatal"};
    const enum log_outcome outcome = engine->batch.outcome;
    metrics_add(engine->options.metrics, LEDGER_TRANSACTIONS, &words[outcome], 1);
    if (outcome == LOG_COMMITTED) {
        keep(engine, token);
        return STATUS_OK;
    }
    const char *reason = log_port_reason(engine->options.port);
    metrics_add(engine->options.metrics, LEDGER_ABORTS, &reason, 1);
    log_warn("transaction undone in memory, reading its records again outcome=%s reason=%s records=%u",
             words[outcome], reason, engine->batch.records);
    enum status status = undo(engine, outcome == LOG_ABORTED);
    if (outcome == LOG_REBUILT)
        restore_revoked(
            engine); /* an assignment follows, and tells whether memory is still the newest state */
    return status;
}

enum status batch_run(struct engine *engine)
{
    struct batch *batch = &engine->batch;
    *batch = (struct batch){.outcome = LOG_COMMITTED};
    engine->batches++;
    enum status status = apply_all(engine);
    /* A state that cannot be read: the open transaction is never committed, the caller gives up. */
    if (status != STATUS_OK || (!batch->open && batch->outcome == LOG_COMMITTED))
        return status;
    char token[OFFSET_TOKEN_TEXT];
    snprintf(token, sizeof(token), "%.40s:%llu", engine->options.instance,
             (unsigned long long)engine->batches);
    if (batch->open) {
        for (int32_t i = 0; i < engine->options.partitions; i++)
            if (engine->partitions[i] != NULL && engine->partitions[i]->touched)
                outputs_partition_row(engine, engine->partitions[i]);
        const size_t count = list_offsets(engine, token);
        const struct monotonic start = engine->options.monotonic();
        batch->outcome = log_port_commit(engine->options.port, engine->offsets, count);
        const struct monotonic end = engine->options.monotonic();
        commit_pace_note(&engine->pace, start, end);
        metrics_observe(engine->options.metrics, LEDGER_COMMIT_SECONDS, NULL,
                        (double)(end.ns - start.ns) / 1e9);
    }
    return settle(engine, token);
}
