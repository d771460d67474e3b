/* engine.c: reads what has come into the partitions' queues, and says what a turn is.
 *
 * While the port is polled, either no transaction is open, or the port is committing one and tells of no assignment: none
 * can ever come into the middle of a transaction. */
#include "engine_internal.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

struct engine *engine_new(const struct engine_options *options)
{
    struct engine *engine = must_alloc(sizeof(*engine));
    engine->options = *options;
    engine->registry = registry_follower_new();
    engine->partitions = must_alloc((size_t)options->partitions * sizeof(struct partition *));
    engine->arena = arena_new(LIMIT_ARENA_BYTES);
    batch_init(engine);
    engine->crumbs = breadcrumbs_open(options->state_directory, options->partitions);
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    snapshots_abandon(engine);
    for (int32_t i = 0; i < engine->options.partitions; i++)
        partition_free(engine->partitions[i]);
    free(engine->partitions);
    batch_release(engine);
    registry_follower_free(engine->registry);
    breadcrumbs_close(engine->crumbs);
    arena_free(engine->arena);
    free(engine);
}

void engine_drop_waiting(struct engine *engine)
{
    for (int32_t i = 0; i < engine->options.partitions; i++)
        if (engine->partitions[i] != NULL)
            engine->waiting -= partition_drop_waiting(engine->partitions[i]);
}

void engine_pause(struct engine *engine, const struct partition *partition)
{
    for (int stream = 0; stream < STREAM_COUNT; stream++)
        log_port_pause(engine->options.port, engine_topic(engine, (enum stream)stream), partition->number);
}

void engine_resume(struct engine *engine, const struct partition *partition)
{
    for (int stream = 0; stream < STREAM_COUNT; stream++)
        log_port_resume(engine->options.port, engine_topic(engine, (enum stream)stream), partition->number);
}

static enum status take_record(struct engine *engine, const struct log_record *record)
{
    if (text_equal(record->topic, engine->options.topics.registry))
        return registry_follower_take(engine->registry, record);
    struct partition *partition = engine->partitions[record->partition];
    if (partition == NULL)
        return STATUS_OK; /* a straggler of a partition that has gone */
    bool internal = text_equal(record->topic, engine->options.topics.internal);
    partition_queue(partition, internal ? STREAM_INTERNAL : STREAM_COMMANDS, record);
    engine->waiting++;
    return STATUS_OK;
}

static enum status take_event(struct engine *engine, const struct log_event *event)
{
    enum status status;
    switch (event->kind) {
    case LOG_EVENT_IDLE:
    case LOG_EVENT_END:
        return STATUS_OK;
    case LOG_EVENT_RECORD:
        return take_record(engine, event->record);
    case LOG_EVENT_ASSIGNED:
        assert(batch_in_flight(engine) == 0); /* undone when they went, or with the transaction that failed */
        return restore_assigned(engine, event->offsets, event->offset_count);
    case LOG_EVENT_REVOKED:
    case LOG_EVENT_LOST:
        /* No transaction is open. What is decided and not written is undone: whoever owns the partition next decides it. */
        status = batch_drop(engine);
        restore_revoked(engine);
        return status;
    case LOG_EVENT_FATAL:
        log_error("the log cannot be used any more reason=\"%s\"", event->reason);
        return STATUS_FATAL;
    }
    return STATUS_FATAL;
}

static size_t most_waiting(const struct engine *engine)
{
    return 2 * (size_t)engine->options.batch_records;
}

/* Takes some of what has come; waits only for the first of it. No more waits than for two batches, so that commands
 * that came behind a burst of internal ones find room in the next batch; but always one is taken, because all that
 * waits may wait for a version of the registry that is still to be read. */
static enum status collect(struct engine *engine, int64_t timeout_ms, bool *ret_came)
{
    struct log_event event = {.kind = LOG_EVENT_IDLE};
    *ret_came = false;
    for (size_t polls = 0; polls == 0 || (polls < TURN_RECORDS && engine->waiting < most_waiting(engine));
         polls++) {
        log_port_poll(engine->options.port, polls == 0 ? timeout_ms : 0, &event);
        if (event.kind == LOG_EVENT_IDLE)
            break;
        enum status status = take_event(engine, &event);
        if (status != STATUS_OK)
            return status;
        *ret_came = true;
    }
    return STATUS_OK;
}

static void show_numbers(struct engine *engine)
{
    size_t rows = 0, bytes = 0, ready = 0, remaining = 0;
    for (int32_t i = 0; i < engine->options.partitions; i++) {
        const struct partition *partition = engine->partitions[i];
        if (partition == NULL)
            continue;
        rows += task_table_count(partition->table);
        bytes += task_table_bytes(partition->table);
        ready += partition->ready;
        remaining += recompute_remaining(partition);
    }
    metrics_set(engine->options.metrics, LEDGER_ROWS, NULL, (double)rows);
    metrics_set(engine->options.metrics, LEDGER_ROW_BYTES, NULL, (double)bytes);
    metrics_set(engine->options.metrics, LEDGER_PARTITIONS, NULL, (double)ready);
    metrics_set(engine->options.metrics, LEDGER_RECOMPUTE_REMAINING, NULL, (double)remaining);
    metrics_set(engine->options.metrics, LEDGER_WAITING, NULL, (double)engine->waiting);
}

/* Nothing more can be read or decided until the commit under way has ended. */
static bool is_stuck(const struct engine *engine)
{
    return engine->committing != NULL && !batch_has_work(engine) && engine->waiting >= most_waiting(engine);
}

/* A batch may be sent, but what comes meanwhile is to go into the same transaction. */
static bool is_resting(const struct engine *engine)
{
    return engine->committing == NULL && !batch_is_empty(engine);
}

static int64_t rest_ms(const struct engine *engine)
{
    return commit_pace_rest_ms(&engine->pace, engine->options.monotonic());
}

/* How long a poll may wait for something to come. */
static int64_t patience_ms(const struct engine *engine, int64_t timeout_ms)
{
    if (batch_has_work(engine) || snapshots_under_way(engine) || is_stuck(engine))
        return 0;
    const int64_t rest = is_resting(engine) ? rest_ms(engine) : timeout_ms;
    return rest < timeout_ms ? rest : timeout_ms;
}

/* A full batch does not rest; who wakes us while we rest ends it. */
static bool must_send(const struct engine *engine, bool woken)
{
    return is_resting(engine) &&
           (batch_is_full(engine) || rest_ms(engine) == 0 || (woken && !batch_has_work(engine)));
}

/* Decides first what came, and sends what is decided as soon as the commit before it has ended. */
static enum status go_on(struct engine *engine, bool woken)
{
    enum status status = batch_settle(engine, is_stuck(engine));
    if (status == STATUS_OK && engine->restoring)
        status = restore_run(engine);
    if (status == STATUS_RETRY)
        status =
            STATUS_OK; /* the next turn tries again, and hears in between whether the partitions are still ours */
    gate_open(engine);
    if (status == STATUS_OK && batch_has_work(engine))
        status = batch_fill(engine);
    if (status == STATUS_OK && engine->committing != NULL)
        status = batch_settle(engine, false);
    if (status == STATUS_OK && must_send(engine, woken))
        status = batch_send(engine);
    return status;
}

enum status engine_turn(struct engine *engine, int64_t timeout_ms)
{
    bool came;
    const bool rests = is_resting(engine); /* else it may be the end of the commit that wakes us */
    enum status status = collect(engine, patience_ms(engine, timeout_ms), &came);
    if (status == STATUS_OK)
        status = go_on(engine, rests && !came);
    if (status == STATUS_OK)
        snapshots_step(engine);
    show_numbers(engine);
    return status;
}

size_t engine_in_flight(const struct engine *engine)
{
    size_t in_flight = engine->waiting + engine->restoring + batch_in_flight(engine);
    for (int32_t i = 0; i < engine->options.partitions; i++)
        if (engine->partitions[i] != NULL) {
            in_flight += engine->partitions[i]->awaited_version > 0;
            in_flight += engine->partitions[i]->row.recomputing;
        }
    return in_flight;
}

int64_t engine_handled(const struct engine *engine)
{
    return engine->handled;
}

int64_t engine_published(const struct engine *engine)
{
    return engine->published;
}

bool engine_holds(const struct engine *engine, int32_t partition)
{
    return engine->assigned && engine->partitions[partition] != NULL;
}

const char *engine_not_ready(const struct engine *engine)
{
    if (!engine->assigned)
        return "waiting for the group to share out the partitions";
    if (engine->restoring)
        return "reading rows from the log";
    for (int32_t i = 0; i < engine->options.partitions; i++)
        if (engine->partitions[i] != NULL && engine->partitions[i]->awaited_version > 0)
            return "waiting for a version of the registry";
    return "";
}

size_t engine_row_count(const struct engine *engine)
{
    size_t rows = 0;
    for (int32_t i = 0; i < engine->options.partitions; i++)
        if (engine->partitions[i] != NULL)
            rows += task_table_count(engine->partitions[i]->table);
    return rows;
}

const struct task_table *engine_table(const struct engine *engine, int32_t partition)
{
    const struct partition *found = engine->partitions[partition];
    return found == NULL || !found->ready ? NULL : found->table;
}
