/* standby.c: see standby.h. */
#include "standby.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/instant.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "ledger_metrics.h"
#include "row_record.h"
#include "runtime/log_admin.h"
#include "runtime/log_scan.h"

enum { WAIT_MS = 5000 }; /* for the broker, in one request */

/* --- one partition ----------------------------------------------------------------------------------------------- */

struct refresh {
    struct task_table *table;
    uint64_t records;
    bool (*given_up)(void *context);
    void *context;
};

static void load_row(void *context, const char *key, const void *data, size_t bytes)
{
    const struct refresh *refresh = context;
    task_table_load(refresh->table, key, data, bytes);
}

static enum status load_record(void *context, const struct log_record *record)
{
    struct refresh *refresh = context;
    refresh->records++;
    return refresh->given_up(refresh->context) ? STATUS_RETRY : row_record_load(refresh->table, record);
}

struct writing {
    struct snapshot_writer *writer;
    const struct refresh *refresh;
};

static bool add_row(void *context, const char *key, struct row_bytes row)
{
    struct writing *writing = context;
    if (!writing->refresh->given_up(writing->refresh->context) &&
        snapshot_add(writing->writer, key, row.data, row.bytes))
        return true;
    snapshot_discard(writing->writer);
    writing->writer = NULL;
    return false;
}

static bool write_table(const char *directory, const struct snapshot_of *of, const struct refresh *refresh,
                        int64_t next)
{
    struct writing writing = {snapshot_begin(directory, of, next), refresh};
    if (writing.writer != NULL)
        task_table_each(refresh->table, add_row, &writing);
    return writing.writer != NULL && snapshot_publish(writing.writer);
}

static enum standby_outcome refresh_table(const char *directory, const struct snapshot_of *of,
                                          const struct standby_log *log, struct refresh *refresh,
                                          uint32_t *ret_refused)
{
    int64_t start = 0, end = 0;
    struct log_offset offset = {.topic = of->topic, .partition = of->partition, .metadata = ""};
    if (log->watermarks(log->self, of->topic, of->partition, &start, &end) != STATUS_OK)
        return STANDBY_FAILED;
    const bool loaded =
        snapshot_load(directory, of, start, end, load_row, refresh, &offset.next, ret_refused);
    if (log->restore(log->self, &offset, 1, load_record, refresh) != STATUS_OK)
        return STANDBY_FAILED;
    if (refresh->records == 0 && (loaded || task_table_count(refresh->table) == 0))
        return STANDBY_CURRENT;
    return write_table(directory, of, refresh, offset.next) ? STANDBY_WRITTEN : STANDBY_FAILED;
}

enum standby_outcome standby_refresh(const char *directory, const struct snapshot_of *of,
                                     const struct standby_log *log, bool (*given_up)(void *context),
                                     void *context, uint32_t *ret_refused)
{
    struct refresh refresh = {.table = task_table_new(), .given_up = given_up, .context = context};
    *ret_refused = 0;
    const enum standby_outcome outcome = refresh_table(directory, of, log, &refresh, ret_refused);
    task_table_free(refresh.table);
    return outcome;
}

/* --- the thread -------------------------------------------------------------------------------------------------- */

struct standby {
    struct standby_options options;
    struct log_scanner *scanner;
    struct log_admin *admin;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    atomic_bool ending; /* set under the mutex */
    atomic_bool *held;  /* of each partition */
};

struct round_at {
    const struct standby *standby;
    int32_t partition;
};

static bool given_up(void *context)
{
    const struct round_at *at = context;
    return atomic_load(&at->standby->ending) || atomic_load(&at->standby->held[at->partition]);
}

static enum status ask_watermarks(void *self, const char *topic, int32_t partition, int64_t *ret_start,
                                  int64_t *ret_end)
{
    const struct standby *standby = self;
    char text[LOG_ADMIN_TEXT];
    struct log_end start = {.topic = topic, .partition = partition}, end = start;
    enum status status = log_admin_starts(standby->admin, &start, 1, WAIT_MS, text);
    if (status == STATUS_OK)
        status = log_admin_ends(standby->admin, &end, 1, WAIT_MS, text);
    *ret_start = start.end;
    *ret_end = end.end;
    return status == STATUS_OK && start.end >= 0 && end.end >= 0 ? STATUS_OK : STATUS_RETRY;
}

static enum status read_tail(void *self, struct log_offset *offsets, size_t count, log_restored callback,
                             void *context)
{
    const struct standby *standby = self;
    return log_scan(standby->scanner, offsets, count, WAIT_MS, callback, context);
}

static void count(const struct standby *standby, const char *outcome)
{
    metrics_add(standby->options.metrics, LEDGER_SNAPSHOTS, &outcome, 1);
}

static void refresh(struct standby *standby, int32_t partition)
{
    static const char *const outcomes[] = {
        [STANDBY_CURRENT] = NULL, [STANDBY_WRITTEN] = "standby", [STANDBY_FAILED] = "failed"};
    const struct standby_options *options = &standby->options;
    const struct standby_log log = {ask_watermarks, read_tail, standby};
    const struct snapshot_of of = {.deployment = options->deployment,
                                   .topic = options->topic,
                                   .partition = partition,
                                   .writer = "standby"};
    struct round_at at = {standby, partition};
    uint32_t refused = 0;
    if (given_up(&at))
        return;
    const enum standby_outcome outcome =
        standby_refresh(options->state_directory, &of, &log, given_up, &at, &refused);
    for (; refused > 0; refused--)
        count(standby, "refused");
    if (outcomes[outcome] != NULL && !(outcome == STANDBY_FAILED && given_up(&at)))
        count(standby, outcomes[outcome]);
}

/* False: the end. */
static bool rest(struct standby *standby)
{
    enum { NS_PER_S = 1000 * 1000 * 1000, NS_PER_MS = 1000 * 1000 };
    const int64_t end = monotonic_now().ns + standby->options.interval_ms * NS_PER_MS;
    const struct timespec until = {end / NS_PER_S, end % NS_PER_S};
    pthread_mutex_lock(&standby->mutex);
    while (!atomic_load(&standby->ending) &&
           pthread_cond_timedwait(&standby->changed, &standby->mutex, &until) != ETIMEDOUT)
        continue;
    const bool goes_on = !atomic_load(&standby->ending);
    pthread_mutex_unlock(&standby->mutex);
    return goes_on;
}

static void *run(void *context)
{
    struct standby *standby = context;
    while (rest(standby))
        for (int32_t i = 0; i < standby->options.partitions; i++)
            refresh(standby, i);
    return NULL;
}

static void release(struct standby *standby)
{
    log_scanner_free(standby->scanner);
    log_admin_free(standby->admin);
    pthread_cond_destroy(&standby->changed);
    pthread_mutex_destroy(&standby->mutex);
    free(standby->held);
    free(standby);
}

struct standby *standby_start(const struct standby_options *options)
{
    if (text_empty(options->state_directory) || options->interval_ms == 0)
        return NULL;
    struct standby *standby = must_alloc(sizeof(*standby));
    pthread_condattr_t attributes;
    standby->options = *options;
    standby->held = must_alloc((size_t)options->partitions * sizeof(*standby->held));
    for (int32_t i = 0; i < options->partitions; i++)
        atomic_init(&standby->held[i], false);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&standby->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&standby->mutex, NULL);
    standby->scanner = log_scanner_new(options->client);
    standby->admin = log_admin_new(options->client);
    const int error = standby->scanner == NULL || standby->admin == NULL
                          ? EINVAL
                          : pthread_create(&standby->thread, NULL, run, standby);
    if (error != 0) {
        log_error("no snapshots of partitions that others hold reason=\"%s\"", strerror(error));
        release(standby);
        return NULL;
    }
    return standby;
}

void standby_note_held(struct standby *standby, int32_t partition, bool held)
{
    if (standby != NULL)
        atomic_store(&standby->held[partition], held);
}

void standby_stop(struct standby *standby)
{
    if (standby == NULL)
        return;
    pthread_mutex_lock(&standby->mutex);
    atomic_store(&standby->ending, true);
    pthread_cond_signal(&standby->changed);
    pthread_mutex_unlock(&standby->mutex);
    pthread_join(standby->thread, NULL);
    release(standby);
}
