/* watcher.c: folds duban.tasks, duban.watermarks and duban.registry, and sends what is due. */
#include "watcher.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/log_admin.h"
#include "service/registry_follower.h"
#include "service/topic_check.h"
#include "service/watermarks.h"
#include "wake_snapshots.h"
#include "watcher_core.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "wire/topology.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PRODUCER_AT_MOST = 4000, /* messages; the windows of all partitions together may be larger */
    ASK_MS = 10 * 1000,
    SAVE_MS = 1000, /* between two looks whether a snapshot is due */
};

/* Settings are written once, before the loop begins. */
static const char *deployment;
static int64_t snapshot_seconds;

const struct setting watcher_settings[] = {
    {.key = "deployment",
     .type = SETTING_TEXT,
     .target = &deployment,
     .default_value = "duban",
     .help = "id of this deployment; snapshots of another one are refused"},
    {.key = "snapshot-seconds",
     .type = SETTING_INTEGER,
     .target = &snapshot_seconds,
     .default_value = "300",
     .min = 1,
     .max = 86400,
     .help = "how often the wakes of a partition that has changed are saved below state-dir, for a quick "
             "restart"},
    {.key = NULL},
};

struct watcher {
    struct watcher_core *core;
    struct wake_snapshots *snapshots;
    struct loop_timer *save;
    int64_t up_ms; /* how long it has been up, in looks at the snapshots */
    struct registry_follower *registry;
    struct arena *arena; /* of one record or one wake */
};

const struct metric watcher_metrics[] = {
    [WATCHER_WAKES_SENT] =
        {"duban_wakes_sent_total",             METRIC_COUNTER, "Wakes sent for the first time",                                           {NULL}, {0}},
    [WATCHER_WAKES_REPEATED] = {"duban_wakes_repeated_total",
                              METRIC_COUNTER,                                       "Wakes sent again because the row had not moved",
                              {NULL},
                              {0}                                                                                                                                         },
    [WATCHER_TIMERS] = {"duban_timers",                       METRIC_GAUGE,   "Tasks that wait for a moment",                                            {NULL}, {0}},
    [WATCHER_IN_FLIGHT] =
        {"duban_wakes_in_flight",              METRIC_GAUGE,   "Wakes sent that no row has answered",                                     {NULL}, {0}},
    [WATCHER_OLDEST_PENDING_SECONDS] =
        {"duban_timer_oldest_pending_seconds",
                              METRIC_GAUGE,                                         "Age of the oldest moment that has passed and is not answered by its row",
                              {NULL},
                              {0}                                                                                                                                         },
    [WATCHER_LATENESS_SECONDS] = {"duban_wake_lateness_seconds",
                              METRIC_HISTOGRAM,                                     "How long after its moment a wake was first sent",
                              {NULL},
                              {0.1, 0.5, 1, 2, 5, 10, 60, 600, 7200, 86400}                                                                                               },
    [WATCHER_SNAPSHOTS] = {"duban_watcher_snapshots_total",
                              METRIC_COUNTER,                                       "Snapshots of wakes: written, refused at a start, failed",
                              {"outcome"},
                              {0}                                                                                                                                         },
    {NULL,                                 METRIC_COUNTER, NULL,                                                                      {NULL}, {0}},
};

static struct watcher *watcher_of(const struct service *service)
{
    return service_state(service);
}

enum status watcher_configure(struct service *service)
{
    const struct watcher_core_settings settings = {
        .partitions = (uint32_t)service_partitions(service),
        .wakes_in_flight = LIMIT_WAKES_IN_FLIGHT,
        .stepped = service_is_stepped(service),
    };
    struct watcher *watcher = must_alloc(sizeof *watcher);
    *watcher = (struct watcher){
        .core = watcher_core_new(&settings),
        .registry = registry_follower_new(),
        .arena = arena_new(LIMIT_ARENA_BYTES),
    };
    const struct wake_snapshots_options snapshots = {
        .directory = service_state_directory(service),
        .deployment = deployment,
        .topic = service_topic(service, topic_row(TOPIC_TASKS)->suffix),
        .interval_ms = snapshot_seconds * MS_PER_SECOND,
        .core = watcher->core,
        .partitions = settings.partitions,
    };
    watcher->snapshots = wake_snapshots_new(&snapshots);
    service_set_state(service, watcher);
    return STATUS_OK;
}

void watcher_load(struct service *service, int32_t partition, int64_t start, int64_t end)
{
    wake_snapshots_load(watcher_of(service)->snapshots, (uint32_t)partition, start, end);
}

/* Where duban.tasks begins and ends, which a snapshot must fit. */
static enum status find_bounds(struct log_admin *admin, struct log_end *starts, struct log_end *ends,
                               size_t count)
{
    char text[LOG_ADMIN_TEXT];
    enum status status = log_admin_starts(admin, starts, count, ASK_MS, text);
    if (status == STATUS_OK)
        status = log_admin_ends(admin, ends, count, ASK_MS, text);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        if (starts[i].end < 0 || ends[i].end < 0)
            status = STATUS_RETRY;
    if (status != STATUS_OK)
        log_warn("the ends of duban.tasks are not known reason=\"%s\"", text);
    return status;
}

/* On a thread of its own, before the first record. */
enum status watcher_prepare(struct service *service)
{
    enum status status = topic_check(service);
    const size_t count = (size_t)service_partitions(service);
    if (status != STATUS_OK || text_empty(service_state_directory(service)))
        return status;
    struct log_admin *admin = log_admin_new(service_client(service));
    if (admin == NULL)
        return STATUS_REJECT;
    struct log_end *starts = must_alloc(count * sizeof *starts), *ends = must_alloc(count * sizeof *ends);
    for (size_t i = 0; i < count; i++)
        starts[i] = ends[i] = (struct log_end){
            .topic = service_topic(service, topic_row(TOPIC_TASKS)->suffix), .partition = (int32_t)i};
    status = find_bounds(admin, starts, ends, count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        watcher_load(service, (int32_t)i, starts[i].end, ends[i].end);
    free(starts);
    free(ends);
    log_admin_free(admin);
    return status;
}

static void save(void *context)
{
    struct service *service = context;
    struct watcher *watcher = watcher_of(service);
    static const char *const words[] = {[WAKE_SNAPSHOT_WRITTEN] = "written",
                                        [WAKE_SNAPSHOT_REFUSED] = "refused",
                                        [WAKE_SNAPSHOT_FAILED] = "failed"};
    const bool more = service_caught_up(service) && wake_snapshots_step(watcher->snapshots, watcher->up_ms);
    for (int i = 0; i <= WAKE_SNAPSHOT_FAILED; i++) {
        const uint32_t count = wake_snapshots_take(watcher->snapshots, (enum wake_snapshot_outcome)i);
        if (count > 0)
            metrics_add(service_metrics(service), WATCHER_SNAPSHOTS, &words[i], count);
    }
    watcher->up_ms += more ? 0 : SAVE_MS;
    loop_timer_start(watcher->save, more ? 1 : SAVE_MS);
}

enum status watcher_start(struct service *service)
{
    struct watcher *watcher = watcher_of(service);
    watcher->save = loop_timer_new(service_loop(service), save, service);
    loop_timer_start(watcher->save, SAVE_MS);
    return STATUS_OK;
}

void watcher_stop(struct service *service)
{
    struct watcher *watcher = watcher_of(service);
    loop_timer_free(watcher->save);
    watcher->save = NULL;
}

static int64_t begin_tasks(struct service *service, int32_t partition)
{
    return wake_snapshots_next(watcher_of(service)->snapshots, (uint32_t)partition);
}

void watcher_release(struct service *service)
{
    struct watcher *watcher = watcher_of(service);
    if (watcher == NULL)
        return;
    wake_snapshots_free(watcher->snapshots);
    watcher_core_free(watcher->core);
    registry_follower_free(watcher->registry);
    arena_free(watcher->arena);
    free(watcher);
}

static enum status send(struct service *service, const struct watcher_wake *wake, struct arena *arena)
{
    size_t bytes;
    const void *value = wire_encode(&wire_command, &wake->command, arena, &bytes);
    const struct log_message message = {
        .partition = (int32_t)wake->partition,
        .key = wake->command.task_id,
        .key_bytes = strlen(wake->command.task_id),
        .value = value,
        .value_bytes = bytes,
    };
    return service_publish(service, topic_row(TOPIC_COMMANDS)->suffix, &message, NULL, NULL);
}

/* Sends every wake whose moment has come and which the doors release. */
static void send_due(struct service *service, struct instant now)
{
    struct watcher *watcher = watcher_of(service);
    struct metrics *metrics = service_metrics(service);
    struct watcher_wake wake;
    if (!service_caught_up(service) || !instant_is_set(now))
        return;
    while (log_publisher_in_flight(service_publisher(service)) < PRODUCER_AT_MOST) {
        arena_reset(watcher->arena);
        if (!watcher_core_next(watcher->core, now, watcher->arena, &wake) ||
            send(service, &wake, watcher->arena) != STATUS_OK)
            return; /* nothing is due, or the producer is full: the next turn tries again */
        if (wake.sent == 0) {
            metrics_add(metrics, WATCHER_WAKES_SENT, NULL, 1);
            metrics_observe(metrics, WATCHER_LATENESS_SECONDS, NULL,
                            (double)(now.ms - wake.due.ms) / MS_PER_SECOND);
        } else {
            metrics_add(metrics, WATCHER_WAKES_REPEATED, NULL, 1);
            log_info("sending a wake again task=%s wake_seq=%" PRIu64 " times=%u", wake.command.task_id,
                     wake.wake_seq, wake.sent);
        }
        watcher_core_sent(watcher->core, now);
    }
}

static enum status on_task(struct service *service, const struct log_record *record)
{
    struct watcher *watcher = watcher_of(service);
    struct wire_fault fault;
    struct row_wake row;
    arena_reset(watcher->arena);
    if (record->value == NULL ||
        !wire_decode(&wire_row_wake, record->value, record->value_bytes, LIMIT_ROW_BYTES, watcher->arena,
                     &row, &fault) ||
        watcher_core_row(watcher->core, &row) != STATUS_OK) {
        log_error("cannot read a row, stopping topic=%s partition=%d offset=%" PRId64, record->topic,
                  record->partition, record->offset);
        return STATUS_FATAL;
    }
    wake_snapshots_read(watcher->snapshots, (uint32_t)record->partition, record->offset);
    send_due(service, service_now(service));
    return STATUS_OK;
}

static enum status on_watermark(struct service *service, const struct log_record *record)
{
    struct watcher *watcher = watcher_of(service);
    struct wire_fault fault;
    struct watermark mark;
    arena_reset(watcher->arena);
    if (record->value == NULL || !wire_decode(&wire_watermark, record->value, record->value_bytes,
                                              LIMIT_COMMAND_BYTES, watcher->arena, &mark, &fault)) {
        log_warn("ignoring a watermark that does not decode offset=%" PRId64, record->offset);
        return STATUS_REJECT;
    }
    mark.at = watermark_bounded(mark.at, record, service_is_stepped(service));
    watcher_core_watermark(watcher->core, &mark);
    send_due(service, service_now(service));
    return STATUS_OK;
}

static enum status on_registry(struct service *service, const struct log_record *record)
{
    struct watcher *watcher = watcher_of(service);
    enum status status = registry_follower_take(watcher->registry, record);
    const struct registry_version *newest = registry_follower_newest(watcher->registry);
    if (status == STATUS_OK && newest != NULL)
        watcher_core_registry(watcher->core, newest->registry);
    return status;
}

const struct service_input watcher_inputs[] = {
    {.topic = "registry",        .partitions = 1, .on_record = on_registry},
    {.topic = "watermarks",  .partitions = 1, .on_record = on_watermark},
    {.topic = "tasks",      .partitions = SERVICE_ALL_PARTITIONS, .on_record = on_task, .begin = begin_tasks},
    {.topic = NULL},
};

struct instant watcher_next_timer(struct service *service)
{
    return watcher_core_next_timer(watcher_of(service)->core, service_now(service));
}

void watcher_on_timer(struct service *service, struct instant now)
{
    send_due(service, now);
}

void watcher_on_metrics(struct service *service)
{
    struct watcher *watcher = watcher_of(service);
    struct metrics *metrics = service_metrics(service);
    const int64_t age = watcher_core_oldest_pending_ms(watcher->core, service_now(service));
    metrics_set(metrics, WATCHER_TIMERS, NULL, (double)watcher_core_count(watcher->core));
    metrics_set(metrics, WATCHER_IN_FLIGHT, NULL, (double)watcher_core_in_flight(watcher->core));
    metrics_set(metrics, WATCHER_OLDEST_PENDING_SECONDS, NULL, (double)age / MS_PER_SECOND);
}
