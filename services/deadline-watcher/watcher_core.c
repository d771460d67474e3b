/* watcher_core.c: rows and watermarks → the wake that goes out next. A queue of wakes per partition, so that each has its
 * own window and none hides another. */
#include "watcher_core.h"

#include "service/watermarks.h"
#include "wire/messages.h"
#include "wire/topology.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

enum {
    REPEAT_AFTER_MS = 10 * MS_PER_SECOND,   /* doubled with each sending … */
    REPEAT_AT_MOST_MS = 10 * MS_PER_MINUTE, /* … up to this */
};

#define NOBODY UINT32_MAX

struct watcher_core {
    struct watcher_core_settings settings;
    struct wake_queue **queues; /* one per partition */
    struct watermarks *watermarks;
    uint32_t turn;    /* the partition that is asked first */
    uint32_t offered; /* the partition of what `next` gave; NOBODY */
    uint32_t offered_sent;
};

struct watcher_core *watcher_core_new(const struct watcher_core_settings *settings)
{
    assert(settings->partitions > 0 && settings->wakes_in_flight > 0);
    struct watcher_core *core = must_alloc(sizeof *core);
    *core = (struct watcher_core){.settings = *settings, .offered = NOBODY};
    core->queues = must_alloc(settings->partitions * sizeof(struct wake_queue *));
    for (uint32_t i = 0; i < settings->partitions; i++)
        core->queues[i] = wake_queue_new();
    core->watermarks = watermarks_new(settings->stepped);
    return core;
}

void watcher_core_free(struct watcher_core *core)
{
    if (core == NULL)
        return;
    for (uint32_t i = 0; i < core->settings.partitions; i++)
        wake_queue_free(core->queues[i]);
    free(core->queues);
    watermarks_free(core->watermarks);
    free(core);
}

enum status watcher_core_row(struct watcher_core *core, const struct row_wake *row)
{
    if (row->kind != ROW_TASK)
        return STATUS_OK;
    const uint32_t partition = partition_of(row->task.id, core->settings.partitions);
    const bool set =
        wake_queue_set(core->queues[partition], row->task.id, row->task.wake_seq, row->task.next_wake);
    return set ? STATUS_OK : STATUS_FATAL;
}

struct wake_queue *watcher_core_queue(struct watcher_core *core, uint32_t partition)
{
    assert(partition < core->settings.partitions);
    return core->queues[partition];
}

void watcher_core_watermark(struct watcher_core *core, const struct watermark *mark)
{
    watermarks_put(core->watermarks, mark->door, mark->instance, mark->at);
}

void watcher_core_registry(struct watcher_core *core, const struct registry *registry)
{
    watermarks_set_doors(core->watermarks, registry);
}

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

/* --- the next wake --------------------------------------------------------------------------------------------------- */

static bool offer(struct watcher_core *core, uint32_t partition, const struct wake *wake, struct arena *arena,
                  struct watcher_wake *ret_wake)
{
    const struct release release = watermarks_release(core->watermarks, wake->due, arena);
    if (!instant_is_set(release.at))
        return false;
    *ret_wake = (struct watcher_wake){wake_command(wake, &release, arena), partition, wake->due,
                                      wake->wake_seq, wake->sent};
    core->offered = partition;
    core->offered_sent = wake->sent;
    return true;
}

/* Of those that were not sent the least stands for all: the others are due later, so no door releases them earlier. */
static bool offer_of(struct watcher_core *core, uint32_t partition, struct instant now, struct arena *arena,
                     struct watcher_wake *ret_wake)
{
    struct wake_queue *queue = core->queues[partition];
    const struct wake *wake = wake_queue_repeat(queue);
    if (wake != NULL && wake->again.ms <= now.ms && offer(core, partition, wake, arena, ret_wake))
        return true;
    if (wake_queue_in_flight(queue) >= core->settings.wakes_in_flight)
        return false;
    wake = wake_queue_least(queue);
    return wake != NULL && wake->due.ms <= now.ms && offer(core, partition, wake, arena, ret_wake);
}

bool watcher_core_next(struct watcher_core *core, struct instant now, struct arena *arena,
                       struct watcher_wake *ret_wake)
{
    core->offered = NOBODY;
    for (uint32_t i = 0; i < core->settings.partitions; i++) {
        if (offer_of(core, (core->turn + i) % core->settings.partitions, now, arena, ret_wake))
            return true;
    }
    return false;
}

static struct instant when_again(uint32_t sent, struct instant now)
{
    int64_t wait = REPEAT_AFTER_MS;
    for (uint32_t i = 0; i < sent && wait < REPEAT_AT_MOST_MS; i++)
        wait *= 2;
    return instant_add(now, wait < REPEAT_AT_MOST_MS ? wait : REPEAT_AT_MOST_MS);
}

void watcher_core_sent(struct watcher_core *core, struct instant now)
{
    assert(core->offered != NOBODY);
    struct wake_queue *queue = core->queues[core->offered];
    const struct instant again = when_again(core->offered_sent, now);
    if (core->offered_sent == 0)
        wake_queue_sent(queue, again);
    else
        wake_queue_repeated(queue, again);
    core->turn = (core->offered + 1) % core->settings.partitions;
    core->offered = NOBODY;
}

/* --- what waits ------------------------------------------------------------------------------------------------------ */

/* When the least unsent wake of a queue wants to be looked at. One whose moment has passed waits for a door or for room in
 * the window, and a record wakes us. */
static struct instant look_at(const struct watcher_core *core, struct instant due, struct instant now)
{
    if (due.ms > now.ms)
        return due;
    return core->settings.stepped && due.ms == now.ms ? instant_add(due, 1) : INSTANT_NONE;
}

static struct instant earlier(struct instant a, struct instant b)
{
    if (!instant_is_set(a) || !instant_is_set(b))
        return instant_is_set(a) ? a : b;
    return a.ms < b.ms ? a : b;
}

struct instant watcher_core_next_timer(const struct watcher_core *core, struct instant now)
{
    struct instant next = INSTANT_NONE;
    for (uint32_t i = 0; i < core->settings.partitions; i++) {
        const struct wake *least = wake_queue_least(core->queues[i]);
        if (least != NULL)
            next = earlier(next, look_at(core, least->due, now));
        const struct wake *repeat = wake_queue_repeat(core->queues[i]);
        if (repeat != NULL && repeat->again.ms > now.ms)
            next = earlier(next, repeat->again);
    }
    return next;
}

size_t watcher_core_count(const struct watcher_core *core)
{
    size_t count = 0;
    for (uint32_t i = 0; i < core->settings.partitions; i++)
        count += wake_queue_count(core->queues[i]);
    return count;
}

size_t watcher_core_in_flight(const struct watcher_core *core)
{
    size_t count = 0;
    for (uint32_t i = 0; i < core->settings.partitions; i++)
        count += wake_queue_in_flight(core->queues[i]);
    return count;
}

int64_t watcher_core_oldest_pending_ms(const struct watcher_core *core, struct instant now)
{
    struct instant oldest = INSTANT_NONE;
    for (uint32_t i = 0; i < core->settings.partitions; i++)
        oldest = earlier(oldest, wake_queue_oldest(core->queues[i]));
    return !instant_is_set(oldest) || oldest.ms > now.ms ? 0 : now.ms - oldest.ms;
}
