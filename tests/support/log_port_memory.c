/* A log port on the log in memory: the same contract as the real one, without time and threads, with faults on
 * demand. */
#include "log_port_memory.h"

#include "base/arena.h"
#include "base/text.h"
#include "log_port_memory_internal.h"
#include <assert.h>
#include <stdlib.h>

enum { USUAL_PATIENCE = 1 }; /* so that engines go on while they commit */

/* --- partitions -------------------------------------------------------------------------------------------- */

static struct held_partition *find(struct memory_port *port, const char *topic, int32_t number)
{
    for (size_t i = 0; i < port->count; i++)
        if (port->held[i].number == number && text_equal(port->held[i].topic, topic))
            return &port->held[i];
    return NULL;
}

static void hold(struct memory_port *port, const char *topic, int32_t number, int64_t next, bool followed)
{
    port->held = must_realloc(port->held, (port->count + 1) * sizeof *port->held);
    port->held[port->count++] = (struct held_partition){.topic = topic,
                                                        .number = number,
                                                        .next = next,
                                                        .end_said = -1,
                                                        .paused = !followed,
                                                        .followed = followed};
}

static void drop_assigned(struct memory_port *port)
{
    size_t kept = 0;
    for (size_t i = 0; i < port->count; i++)
        if (port->held[i].followed)
            port->held[kept++] = port->held[i];
    port->count = kept;
}

static int64_t committed_or_zero(struct memory_port *port, const char *topic, int32_t number)
{
    int64_t next = log_memory_committed(port->memory, port->group_id, topic, number);
    if (next < 0) {
        next = 0;
        memory_set_offset(port->memory, port->group_id, &(struct log_offset){topic, number, 0, ""});
    }
    return next;
}

void memory_rewind(struct memory_port *port)
{
    for (size_t i = 0; i < port->count; i++) {
        struct held_partition *held = &port->held[i];
        if (held->followed)
            continue;
        held->next = committed_or_zero(port, held->topic, held->number);
        held->end_said = -1;
    }
}

/* --- events ------------------------------------------------------------------------------------------------- */

static void forget_event(struct memory_port *port)
{
    for (size_t i = 0; i < port->event_offset_count; i++)
        free((char *)(uintptr_t)port->event_offsets[i].metadata);
    port->event_offset_count = 0;
}

/* The event is the port's own until the next poll: while it is being taken, another member may commit. */
static void tell_held(struct memory_port *port, enum log_event_kind kind, struct log_event *ret_event)
{
    size_t count = 0;
    forget_event(port);
    port->event_offsets = must_realloc(port->event_offsets, (port->count + 1) * sizeof *port->event_offsets);
    for (size_t i = 0; i < port->count; i++) {
        const struct held_partition *held = &port->held[i];
        if (held->followed)
            continue;
        const struct memory_offset *offset =
            memory_offset(port->memory, port->group_id, held->topic, held->number);
        port->event_offsets[count++] = (struct log_offset){
            held->topic, held->number, held->next, must_copy_text(offset != NULL ? offset->metadata : "")};
    }
    port->event_offset_count = count;
    *ret_event =
        (struct log_event){.kind = kind, .offsets = port->event_offsets, .offset_count = count, .reason = ""};
}

static bool is_stable(const struct memory_port *port, const struct log_topic *topic, int32_t partition)
{
    return !memory_is_unstable(port->memory, port->group_id, topic->name, partition);
}

/* False: someone's transaction may still move an offset. */
static bool all_stable(const struct memory_port *port)
{
    for (const struct log_topic *topic = port->shared; topic->name != NULL; topic++)
        for (size_t i = 0; i < port->share_count; i++)
            if (port->share[i] < topic->partitions && !is_stable(port, topic, port->share[i]))
                return false;
    for (const struct log_topic *topic = port->extra; port->share_count > 0 && topic->name != NULL; topic++)
        for (int32_t p = 0; p < topic->partitions; p++)
            if (!is_stable(port, topic, p))
                return false;
    return true;
}

/* Producer first: it aborts an orphan, and the committed offsets that follow are final. Who owns nothing has no
 * producer: it would fence the one who does. */
static bool take_up(struct memory_port *port)
{
    if (port->share_count > 0)
        memory_ensure_producer(port);
    else
        port->producer = -1;
    if (!all_stable(port))
        return false;
    drop_assigned(port);
    for (const struct log_topic *topic = port->shared; topic->name != NULL; topic++)
        for (size_t i = 0; i < port->share_count; i++)
            if (port->share[i] < topic->partitions)
                hold(port, topic->name, port->share[i], committed_or_zero(port, topic->name, port->share[i]),
                     false);
    for (const struct log_topic *topic = port->extra; port->share_count > 0 && topic->name != NULL; topic++)
        for (int32_t p = 0; p < topic->partitions; p++)
            hold(port, topic->name, p, committed_or_zero(port, topic->name, p), false);
    return true;
}

/* True: the change is an event. */
static bool change(struct memory_port *port, struct log_event *ret_event)
{
    if (port->unassign) {
        drop_assigned(port);
        port->unassign = false;
    }
    if (port->change_pending) {
        port->change_pending = false;
        port->unassign = true;
        tell_held(port, port->change_is_loss ? LOG_EVENT_LOST : LOG_EVENT_REVOKED, ret_event);
        if (ret_event->offset_count > 0)
            return true;
    }
    if (port->assign) {
        if (!take_up(port))
            return false;
        port->unassign = port->assign = port->reannounce = false;
        tell_held(port, LOG_EVENT_ASSIGNED, ret_event);
        return true;
    }
    if (port->reannounce) {
        memory_ensure_producer(port);
        port->reannounce = false;
        memory_rewind(port);
        for (size_t i = 0; i < port->count; i++)
            port->held[i].paused = !port->held[i].followed;
        tell_held(port, LOG_EVENT_ASSIGNED, ret_event);
        return true;
    }
    return false;
}

/* The next record or end of one partition. */
static bool read_one(struct memory_port *port, struct held_partition *held, struct log_event *ret_event)
{
    struct memory_partition *partition = memory_partition(port->memory, held->topic, held->number);
    int64_t stable = memory_stable_end(partition);
    while (held->next < stable) {
        const struct memory_entry *entry = partition->entries[held->next++];
        if (entry->state != ENTRY_COMMITTED)
            continue;
        *ret_event = (struct log_event){.kind = LOG_EVENT_RECORD, .record = &entry->record, .reason = ""};
        return true;
    }
    if (held->end_said == held->next)
        return false;
    held->end_said = held->next;
    forget_event(port);
    port->event_offsets = must_realloc(port->event_offsets, sizeof *port->event_offsets);
    port->event_offsets[0] = (struct log_offset){held->topic, held->number, held->next, ""};
    *ret_event = (struct log_event){
        .kind = LOG_EVENT_END, .offsets = port->event_offsets, .offset_count = 1, .reason = ""};
    return true;
}

static void memory_poll(void *self, int64_t timeout_ms, struct log_event *ret_event)
{
    struct memory_port *port = self;
    (void)timeout_ms;
    memory_moment(port, LOG_MEMORY_AT_POLL);
    assert(!port->open || port->committing != NULL ||
           !(port->unassign || port->reannounce || (port->assign && !port->change_pending)));
    *ret_event = (struct log_event){.kind = LOG_EVENT_IDLE, .reason = ""};
    if (port->committing != NULL && (port->change_pending || port->assign))
        return; /* told when the commit has ended */
    if (change(port, ret_event))
        return;
    for (size_t i = 0; i < port->count; i++) {
        struct held_partition *held = &port->held[port->turn++ % port->count];
        if (!held->paused && read_one(port, held, ret_event))
            return;
    }
}

/* --- what the engine asks ---------------------------------------------------------------------------------------- */

static void memory_pause(void *self, const char *topic, int32_t partition)
{
    memory_moment(self, LOG_MEMORY_AT_STEER);
    struct held_partition *held = find(self, topic, partition);
    if (held != NULL && !held->followed)
        held->paused = true;
}

static void memory_resume(void *self, const char *topic, int32_t partition)
{
    memory_moment(self, LOG_MEMORY_AT_STEER);
    struct held_partition *held = find(self, topic, partition);
    if (held != NULL)
        held->paused = false;
}

static void memory_seek(void *self, const char *topic, int32_t partition, int64_t next)
{
    memory_moment(self, LOG_MEMORY_AT_STEER);
    struct held_partition *held = find(self, topic, partition);
    if (held == NULL)
        return;
    held->next = next;
    held->end_said = -1;
}

static enum status memory_committed(void *self, struct log_offset *offsets, size_t count)
{
    struct memory_port *port = self;
    memory_moment(port, LOG_MEMORY_AT_ASK);
    for (size_t i = 0; i < count; i++) {
        if (memory_is_unstable(port->memory, port->group_id, offsets[i].topic, offsets[i].partition))
            return STATUS_RETRY;
        const struct memory_offset *found =
            memory_offset(port->memory, port->group_id, offsets[i].topic, offsets[i].partition);
        offsets[i].next = found != NULL ? found->next : LOG_OFFSET_NONE;
        offsets[i].metadata = found != NULL ? found->metadata : "";
    }
    return STATUS_OK;
}

static enum status memory_watermarks(void *self, const char *topic, int32_t partition, int64_t *ret_start,
                                     int64_t *ret_end)
{
    struct memory_port *port = self;
    memory_moment(port, LOG_MEMORY_AT_ASK);
    *ret_start = 0;
    *ret_end = log_memory_end(port->memory, topic, partition);
    return STATUS_OK;
}

static enum status memory_restore(void *self, struct log_offset *offsets, size_t count, log_restored callback,
                                  void *context)
{
    struct memory_port *port = self;
    memory_moment(port, LOG_MEMORY_AT_RESTORE);
    for (size_t i = 0; i < count; i++) {
        struct memory_partition *partition =
            memory_partition(port->memory, offsets[i].topic, offsets[i].partition);
        int64_t end = (int64_t)partition->count;
        if (offsets[i].next < 0)
            offsets[i].next = 0;
        if (offsets[i].next > end)
            return STATUS_FATAL;
        if (memory_stable_end(partition) < end)
            return STATUS_RETRY; /* the real one would wait for the transaction in vain */
        for (; offsets[i].next < end; offsets[i].next++) {
            const struct memory_entry *entry = partition->entries[offsets[i].next];
            enum status status =
                entry->state == ENTRY_COMMITTED ? callback(context, &entry->record) : STATUS_OK;
            if (status != STATUS_OK)
                return status;
        }
    }
    return STATUS_OK;
}

static const struct log_position *memory_positions(void *self, size_t *ret_count)
{
    struct memory_port *port = self;
    port->positions = must_realloc(port->positions, (port->count + 1) * sizeof *port->positions);
    for (size_t i = 0; i < port->count; i++)
        port->positions[i] = (struct log_position){.topic = port->held[i].topic,
                                                   .partition = port->held[i].number,
                                                   .next = port->held[i].next,
                                                   .caught_up = port->held[i].end_said == port->held[i].next};
    *ret_count = port->count;
    return port->positions;
}

static void memory_wakeup(void *self)
{
    (void)self; /* nothing here ever waits */
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static struct log_topic *copy_topics(const struct log_topic *topics)
{
    size_t count = 0;
    while (topics != NULL && topics[count].name != NULL)
        count++;
    struct log_topic *copy = must_alloc((count + 1) * sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = (struct log_topic){must_copy_text(topics[i].name), topics[i].partitions};
    return copy;
}

static void free_topics(struct log_topic *topics)
{
    for (struct log_topic *topic = topics; topic->name != NULL; topic++)
        free((char *)(uintptr_t)topic->name);
    free(topics);
}

static void memory_free(void *self)
{
    struct memory_port *port = self;
    free_topics(port->shared);
    free_topics(port->extra);
    free_topics(port->followed);
    free(port->group_id);
    free(port->transactional_id);
    free(port->held);
    free(port->share);
    forget_event(port);
    free(port->event_offsets);
    free(port->positions);
    free(port);
}

static const struct log_port_operations memory_operations = {
    .poll = memory_poll,
    .begin = memory_begin,
    .produce = memory_produce,
    .commit_start = memory_commit_start,
    .commit_ended = memory_commit_ended,
    .abort = memory_abort,
    .pause = memory_pause,
    .resume = memory_resume,
    .seek = memory_seek,
    .committed = memory_committed,
    .watermarks = memory_watermarks,
    .restore = memory_restore,
    .positions = memory_positions,
    .wakeup = memory_wakeup,
    .free = memory_free,
};

struct log_port *log_port_memory_new(struct log_memory *memory, const struct log_port_memory_options *options)
{
    struct memory_port *port = must_alloc(sizeof *port);
    port->port = (struct log_port){&memory_operations, port};
    port->memory = memory;
    port->producer = -1;
    port->patience = USUAL_PATIENCE;
    port->group_id = must_copy_text(options->group_id);
    port->transactional_id = must_copy_text(options->transactional_id);
    port->shared = copy_topics(options->topics.shared);
    port->extra = copy_topics(options->topics.extra);
    port->followed = copy_topics(options->topics.followed);
    for (const struct log_topic *topic = port->followed; topic->name != NULL; topic++)
        for (int32_t p = 0; p < topic->partitions; p++)
            hold(port, topic->name, p, 0, true);
    return &port->port;
}

void log_port_memory_revoke(struct log_port *port, bool lost)
{
    struct memory_port *self = port->self;
    self->change_pending = true;
    self->change_is_loss = lost;
    self->assign = false; /* an assignment before it is void */
}

void log_port_memory_give(struct log_port *port, const int32_t *partitions, size_t count)
{
    struct memory_port *self = port->self;
    free(self->share);
    self->share = must_alloc((count + 1) * sizeof *self->share);
    for (size_t i = 0; i < count; i++)
        self->share[i] = partitions[i];
    self->share_count = count;
    self->assign = true;
}

void log_port_memory_assign(struct log_port *port, const int32_t *partitions, size_t count, bool lost)
{
    log_port_memory_revoke(port, lost);
    log_port_memory_give(port, partitions, count);
}

bool log_port_memory_is_idle(const struct log_port *port)
{
    const struct memory_port *self = port->self;
    if (self->change_pending || self->unassign || self->assign)
        return false;
    for (size_t i = 0; i < self->count; i++)
        if (!self->held[i].followed)
            return false;
    return true;
}

bool log_port_memory_has_left(struct log_port *port)
{
    struct memory_port *self = port->self;
    bool left = self->left;
    self->left = false;
    return left;
}

void log_port_memory_watch(struct log_port *port,
                           void (*watcher)(void *context, enum log_memory_moment moment), void *context)
{
    struct memory_port *self = port->self;
    self->watcher = watcher;
    self->watcher_context = context;
}

void log_port_memory_delay_commits(struct log_port *port, size_t asks)
{
    struct memory_port *self = port->self;
    self->patience = asks;
}

void log_port_memory_fail(struct log_port *port, size_t after, enum log_memory_fault fault)
{
    struct memory_port *self = port->self;
    self->fault_set = true;
    self->fault_after = after;
    self->fault = fault;
}

void log_port_memory_kill(struct log_port *port)
{
    memory_free(port->self);
}
