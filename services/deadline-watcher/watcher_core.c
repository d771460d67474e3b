/* watcher_core.c: rows and watermarks → the wake that goes out next. */
#include "watcher_core.h"

#include "service/watermarks.h"
#include "wire/messages.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

enum {
    REPEAT_AFTER_MS = 10 * MS_PER_SECOND,   /* doubled with each sending … */
    REPEAT_AT_MOST_MS = 10 * MS_PER_MINUTE, /* … up to this */
};

struct watcher_core {
    bool stepped;
    struct wake_queue *queue;
    struct watermarks *watermarks;
};

struct watcher_core *watcher_core_new(bool stepped)
{
    struct watcher_core *core = must_alloc(sizeof *core);
    *core = (struct watcher_core){stepped, wake_queue_new(), watermarks_new(stepped)};
    return core;
}

void watcher_core_free(struct watcher_core *core)
{
    if (core == NULL)
        return;
    wake_queue_free(core->queue);
    watermarks_free(core->watermarks);
    free(core);
}

enum status watcher_core_row(struct watcher_core *core, const struct row *row)
{
    if (row->kind != ROW_TASK ||
        wake_queue_set(core->queue, row->task.id, row->task.wake_seq, row->task.next_wake))
        return STATUS_OK;
    return STATUS_FATAL;
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

/* The least wake that is not released ends the search: those behind it are due later, so no door releases them earlier. */
bool watcher_core_next(struct watcher_core *core, struct instant now, struct arena *arena,
                       struct watcher_wake *ret_wake)
{
    const struct wake *wake = wake_queue_least(core->queue);
    if (wake == NULL || wake->again.ms > now.ms)
        return false;
    const struct release release = watermarks_release(core->watermarks, wake->due, arena);
    if (!instant_is_set(release.at))
        return false;
    *ret_wake =
        (struct watcher_wake){wake_command(wake, &release, arena), wake->due, wake->wake_seq, wake->sent};
    return true;
}

static struct instant when_again(const struct wake *wake, struct instant now)
{
    int64_t wait = REPEAT_AFTER_MS;
    for (uint32_t i = 0; i < wake->sent && wait < REPEAT_AT_MOST_MS; i++)
        wait *= 2;
    return instant_add(now, wait < REPEAT_AT_MOST_MS ? wait : REPEAT_AT_MOST_MS);
}

void watcher_core_sent(struct watcher_core *core, struct instant now)
{
    const struct wake *wake = wake_queue_least(core->queue);
    assert(wake != NULL);
    wake_queue_postpone(core->queue, when_again(wake, now));
}

struct instant watcher_core_next_timer(const struct watcher_core *core, struct instant now)
{
    const struct wake *wake = wake_queue_least(core->queue);
    if (wake == NULL)
        return INSTANT_NONE;
    if (wake->again.ms > now.ms)
        return wake->again;
    /* It waits for a door, whose record wakes us. */
    return core->stepped && wake->due.ms >= now.ms ? instant_add(wake->due, 1) : INSTANT_NONE;
}

size_t watcher_core_count(const struct watcher_core *core)
{
    return wake_queue_count(core->queue);
}

int64_t watcher_core_oldest_pending_ms(const struct watcher_core *core, struct instant now)
{
    const struct wake *wake = wake_queue_least(core->queue);
    return wake == NULL || wake->due.ms > now.ms ? 0 : now.ms - wake->due.ms;
}
