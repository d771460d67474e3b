/* watcher.c: folds duban.tasks, duban.watermarks and duban.registry, and sends what is due. */
#include "watcher.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "domain/row.h"
#include "service/registry_follower.h"
#include "service/watermarks.h"
#include "wake_queue.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "wire/topology.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WAKES_IN_FLIGHT = 1000, /* a storm must not fill the producer: commands of people go the same way */
    REPEAT_AFTER_MS = 10 * MS_PER_SECOND,   /* doubled with each sending … */
    REPEAT_AT_MOST_MS = 10 * MS_PER_MINUTE, /* … up to this */
};

struct watcher {
    struct wake_queue *queue;
    struct watermarks *watermarks;
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
    [WATCHER_OLDEST_PENDING_SECONDS] =
        {"duban_timer_oldest_pending_seconds",
                              METRIC_GAUGE,                                         "Age of the oldest moment that has passed and is not answered by its row",
                              {NULL},
                              {0}                                                                                                                                         },
    [WATCHER_LATENESS_SECONDS] = {"duban_wake_lateness_seconds",
                              METRIC_HISTOGRAM,                                     "How long after its moment a wake was first sent",
                              {NULL},
                              {0.1, 0.5, 1, 2, 5, 10, 60, 600, 7200, 86400}                                                                                               },
    {NULL,                                 METRIC_COUNTER, NULL,                                                                      {NULL}, {0}},
};

static struct watcher *watcher_of(const struct service *service)
{
    return service_state(service);
}

enum status watcher_start(struct service *service)
{
    struct watcher *watcher = must_alloc(sizeof *watcher);
    *watcher = (struct watcher){
        .queue = wake_queue_new(),
        .watermarks = watermarks_new(service_is_stepped(service)),
        .registry = registry_follower_new(),
        .arena = arena_new(LIMIT_ARENA_BYTES),
    };
    service_set_state(service, watcher);
    return STATUS_OK;
}

void watcher_release(struct service *service)
{
    struct watcher *watcher = watcher_of(service);
    if (watcher == NULL)
        return;
    wake_queue_free(watcher->queue);
    watermarks_free(watcher->watermarks);
    registry_follower_free(watcher->registry);
    arena_free(watcher->arena);
    free(watcher);
}

/* The command is the same whoever sends it and however often: its id says which alarm it is. */
static struct command wake_command(const struct wake *wake, const struct release *release,
                                   struct arena *arena)
{
    const char *seq = arena_format(arena, "%" PRIu64, wake->wake_seq);
    const char *due = arena_format(arena, "%" PRId64, wake->due.ms);
    struct digest digest = digest_of_texts("wake", wake->task_id, seq, due, NULL);
    char id[ID_TEXT];
    digest_to_id(&digest, id);

    struct command command;
    wire_blank(&wire_command, &command);
    command.command_id = arena_text(arena, id);
    command.task_id = arena_text(arena, wake->task_id);
    command.origin = ORIGIN_WATCHER;
    command.actor.door = DOOR_INSIDE;
    command.received_at = wake->due;
    command.body.trigger = TRIGGER_WAKE;
    command.body.wake = (struct body_wake){
        .wake_seq = wake->wake_seq,
        .due = wake->due,
        .released_at = release->at,
        .missing_doors = release->missing,
    };
    return command;
}

static enum status send(struct service *service, const struct command *command, struct arena *arena)
{
    size_t bytes;
    const void *value = wire_encode(&wire_command, command, arena, &bytes);
    uint32_t partitions = (uint32_t)service_partitions(service);
    const struct log_message message = {
        .partition = (int32_t)partition_of(command->task_id, partitions),
        .key = command->task_id,
        .key_bytes = strlen(command->task_id),
        .value = value,
        .value_bytes = bytes,
    };
    return service_publish(service, topic_row(TOPIC_COMMANDS)->suffix, &message, NULL, NULL);
}

static struct instant when_again(const struct wake *wake, struct instant now)
{
    int64_t wait = REPEAT_AFTER_MS;
    for (uint32_t i = 0; i < wake->sent && wait < REPEAT_AT_MOST_MS; i++)
        wait *= 2;
    return instant_add(now, wait < REPEAT_AT_MOST_MS ? wait : REPEAT_AT_MOST_MS);
}

/* Sends every wake whose moment has come and which the doors release. The least one that is not released ends the
 * turn: those behind it are due later, so no door releases them earlier. */
static void send_due(struct service *service, struct instant now)
{
    struct watcher *watcher = watcher_of(service);
    struct metrics *metrics = service_metrics(service);
    if (!service_caught_up(service) || !instant_is_set(now))
        return;
    const struct wake *wake;
    while ((wake = wake_queue_least(watcher->queue)) != NULL && wake->again.ms <= now.ms &&
           log_publisher_in_flight(service_publisher(service)) < WAKES_IN_FLIGHT) {
        arena_reset(watcher->arena);
        struct release release = watermarks_release(watcher->watermarks, wake->due, watcher->arena);
        if (!instant_is_set(release.at))
            return;
        struct command command = wake_command(wake, &release, watcher->arena);
        if (send(service, &command, watcher->arena) != STATUS_OK)
            return; /* the producer is full; the next turn tries again */
        if (wake->sent == 0) {
            metrics_add(metrics, WATCHER_WAKES_SENT, NULL, 1);
            metrics_observe(metrics, WATCHER_LATENESS_SECONDS, NULL,
                            (double)(now.ms - wake->due.ms) / MS_PER_SECOND);
        } else {
            metrics_add(metrics, WATCHER_WAKES_REPEATED, NULL, 1);
            log_info("sending a wake again task=%s wake_seq=%" PRIu64 " times=%u", wake->task_id,
                     wake->wake_seq, wake->sent);
        }
        wake_queue_postpone(watcher->queue, when_again(wake, now));
    }
}

static enum status on_task(struct service *service, const struct log_record *record)
{
    struct watcher *watcher = watcher_of(service);
    struct wire_fault fault;
    struct row row;
    arena_reset(watcher->arena);
    if (record->value == NULL || !wire_decode(&wire_row, record->value, record->value_bytes, LIMIT_ROW_BYTES,
                                              watcher->arena, &row, &fault)) {
        log_error("cannot read a row, stopping topic=%s partition=%d offset=%" PRId64, record->topic,
                  record->partition, record->offset);
        return STATUS_FATAL;
    }
    if (row.kind == ROW_TASK &&
        !wake_queue_set(watcher->queue, row.task.id, row.task.wake_seq, row.task.next_wake)) {
        log_error("row of a task without an id, stopping partition=%d offset=%" PRId64, record->partition,
                  record->offset);
        return STATUS_FATAL;
    }
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
    watermarks_put(watcher->watermarks, mark.door, mark.instance, mark.at);
    send_due(service, service_now(service));
    return STATUS_OK;
}

static enum status on_registry(struct service *service, const struct log_record *record)
{
    struct watcher *watcher = watcher_of(service);
    enum status status = registry_follower_take(watcher->registry, record);
    const struct registry_version *newest = registry_follower_newest(watcher->registry);
    if (status == STATUS_OK && newest != NULL)
        watermarks_set_doors(watcher->watermarks, newest->registry);
    return status;
}

const struct service_input watcher_inputs[] = {
    {"registry",   1,                      false, on_registry,  NULL},
    {"watermarks", 1,                      false, on_watermark, NULL},
    {"tasks",      SERVICE_ALL_PARTITIONS, false, on_task,      NULL},
    {NULL,         0,                      false, NULL,         NULL},
};

/* A moment that has passed and waits for a door is not a timer: the watermark's record wakes us. */
struct instant watcher_next_timer(struct service *service)
{
    const struct wake *wake = wake_queue_least(watcher_of(service)->queue);
    if (wake == NULL || wake->again.ms <= service_now(service).ms)
        return INSTANT_NONE;
    return wake->again;
}

void watcher_on_timer(struct service *service, struct instant now)
{
    send_due(service, now);
}

void watcher_on_metrics(struct service *service)
{
    struct watcher *watcher = watcher_of(service);
    struct metrics *metrics = service_metrics(service);
    const struct wake *wake = wake_queue_least(watcher->queue);
    int64_t age = wake == NULL ? 0 : service_now(service).ms - wake->due.ms;
    metrics_set(metrics, WATCHER_TIMERS, NULL, (double)wake_queue_count(watcher->queue));
    metrics_set(metrics, WATCHER_OLDEST_PENDING_SECONDS, NULL, age > 0 ? (double)age / MS_PER_SECOND : 0);
}
