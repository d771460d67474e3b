/* The real log port: its life, reading, and what the engine asks of it. Ownership is in log_port_group.c,
 * transactions in log_port_producer.c.
 *
 * Two consumers: a member of the group for shared and extra topics, and a follower without a group for followed ones.
 * Both, and wakeup, ring the same eventfd. */
#include "runtime/log_port_kafka.h"

#include "base/arena.h"
#include "base/text.h"
#include "runtime/log_port_kafka_internal.h"
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const struct kafka_setting member_settings[] = {
    {"partition.assignment.strategy", "range" },
    {"session.timeout.ms",            "10000" },
    {"heartbeat.interval.ms",         "3000"  },
    {"max.poll.interval.ms",          "900000"}, /* a long restore happens between two polls */
    {"fetch.wait.max.ms",             "20"    },
    {NULL,                            NULL    },
};

void port_fail(struct port_kafka *port, const char *format, ...)
{
    va_list arguments;
    if (port->fatal[0] != '\0')
        return; /* the first reason is the cause */
    va_start(arguments, format);
    vsnprintf(port->fatal, sizeof port->fatal, format, arguments);
    va_end(arguments);
}

/* --- records -------------------------------------------------------------------------------------------------------- */

static rd_kafka_t *reader_of(const struct port_kafka *port, const struct port_partition *partition)
{
    return partition->followed ? port->follower : port->consumer;
}

static void note_progress(struct port_kafka *port, struct port_partition *partition, int64_t next)
{
    int64_t low, high;
    if (partition->target < 0 &&
        rd_kafka_get_watermark_offsets(reader_of(port, partition), partition->topic, partition->number, &low,
                                       &high) == RD_KAFKA_RESP_ERR_NO_ERROR &&
        high >= 0)
        partition->target = high;
    if (next > partition->next)
        partition->next = next;
    partition->failed = false;
    if (partition->target >= 0 && partition->next >= partition->target)
        partition->caught_up = true;
    kafka_reach_found(&port->reach);
}

static void on_read_error(struct port_kafka *port, const rd_kafka_message_t *message)
{
    char text[KAFKA_ERROR_TEXT];
    struct port_partition *partition =
        message->rkt != NULL ? port_find(port, rd_kafka_topic_name(message->rkt), message->partition) : NULL;
    if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
        message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
        port_fail(port, "the place to go on reading is lost topic=%s partition=%d: %s; decide with: %s",
                  rd_kafka_topic_name(message->rkt), (int)message->partition,
                  rd_kafka_message_errstr(message), port->options.recovery);
    else if (rd_kafka_fatal_error(port->consumer, text, sizeof text) != RD_KAFKA_RESP_ERR_NO_ERROR)
        port_fail(port, "%s", text);
    else if (partition == NULL || !partition->failed)
        log_warn("reading met an error, retrying partition=%d reason=%s", (int)message->partition,
                 rd_kafka_message_errstr(message));
    if (partition != NULL)
        partition->failed = true;
}

/* One message of one consumer. True: it is an event. */
static bool take(struct port_kafka *port, rd_kafka_message_t *message, struct log_event *ret_event)
{
    port->message = message;
    bool is_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !is_end) {
        on_read_error(port, message);
        return false;
    }
    struct port_partition *partition = port_find(port, rd_kafka_topic_name(message->rkt), message->partition);
    if (partition == NULL || partition->paused)
        return false;
    note_progress(port, partition, is_end ? message->offset : message->offset + 1);
    *ret_event = (struct log_event){.kind = is_end ? LOG_EVENT_END : LOG_EVENT_RECORD, .reason = ""};
    if (is_end) {
        port->event_offsets = must_realloc(port->event_offsets, sizeof *port->event_offsets);
        port->event_offsets[0] =
            (struct log_offset){partition->topic, partition->number, message->offset, ""};
        ret_event->offsets = port->event_offsets;
        ret_event->offset_count = 1;
    } else {
        kafka_record(message, &port->headers, &port->record);
        ret_event->record = &port->record;
    }
    return true;
}

static void release_message(struct port_kafka *port)
{
    if (port->message != NULL)
        rd_kafka_message_destroy(port->message);
    port->message = NULL;
}

/* True: an event. False with *ret_any: something was served, ask again. */
static bool read_one(struct port_kafka *port, rd_kafka_t *consumer, struct log_event *ret_event,
                     bool *ret_any)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 0);
    if (message == NULL)
        return false;
    *ret_any = true;
    /* A record that came with the news of a loss is left to whoever reads the partition next. */
    if (consumer == port->consumer && (port->revoke_pending || port->assignment != NULL)) {
        rd_kafka_message_destroy(message);
        return false;
    }
    if (take(port, message, ret_event))
        return true;
    release_message(port);
    return false;
}

static bool read_any(struct port_kafka *port, struct log_event *ret_event, bool *ret_any)
{
    *ret_any = false;
    port->follower_first = !port->follower_first;
    if (port->follower != NULL && port->follower_first && read_one(port, port->follower, ret_event, ret_any))
        return true;
    if (read_one(port, port->consumer, ret_event, ret_any))
        return true;
    return port->follower != NULL && !port->follower_first &&
           read_one(port, port->follower, ret_event, ret_any);
}

/* --- poll ------------------------------------------------------------------------------------------------------------- */

/* What has to happen before records may be handed out. True: it is an event, or the time is up. */
static bool do_step(struct port_kafka *port, struct log_event *ret_event)
{
    if (port->step == PORT_UNASSIGN) {
        rd_kafka_assign(port->consumer, NULL);
        port_drop_assigned(port);
        port->step = PORT_READING;
    }
    if (port->must_rejoin) {
        port->must_rejoin = false;
        rd_kafka_unsubscribe(port->consumer);
        port_subscribe(port);
    }
    if (port->revoke_pending) {
        /* An assignment noted before it is void. */
        if (port->assignment != NULL)
            rd_kafka_topic_partition_list_destroy(port->assignment);
        port->assignment = NULL;
        port_announce_loss(port, ret_event);
        return ret_event->offset_count > 0 || do_step(port, ret_event);
    }
    if (port->assignment != NULL)
        return port_take_up(port, ret_event);
    return port->step == PORT_RELOAD && port_reload(port, ret_event);
}

static bool wait_for_news(struct port_kafka *port, struct monotonic began, int64_t timeout_ms)
{
    int64_t left = timeout_ms - (monotonic_now().ns - began.ns) / (1000 * 1000);
    struct pollfd wake = {.fd = port->wake_fd, .events = POLLIN};
    uint64_t rings;
    if (left <= 0)
        return false;
    if (poll(&wake, 1, (int)left) <= 0)
        return errno == EINTR;
    ssize_t got = read(port->wake_fd, &rings, sizeof rings);
    (void)got;
    return true;
}

static void port_poll(void *self, int64_t timeout_ms, struct log_event *ret_event)
{
    struct port_kafka *port = self;
    struct monotonic began = monotonic_now();

    release_message(port);
    if (port->producer.handle != NULL)
        rd_kafka_poll(port->producer.handle, 0);
    for (;;) {
        bool any;
        *ret_event = (struct log_event){.kind = LOG_EVENT_IDLE, .reason = ""};
        bool changing = port->step != PORT_READING || port->revoke_pending || port->assignment != NULL ||
                        port->must_rejoin;
        assert(port->step == PORT_READING || !port->producer.open);
        if (port->fatal[0] != '\0') {
            *ret_event = (struct log_event){.kind = LOG_EVENT_FATAL, .reason = port->fatal};
            return;
        }
        if (changing && do_step(port, ret_event))
            return;
        if (read_any(port, ret_event, &any))
            return;
        if (any || port->revoke_pending || (port->assignment != NULL && !changing))
            continue;
        if (atomic_exchange(&port->woken, false) || !wait_for_news(port, began, timeout_ms))
            return;
    }
}

/* --- what the engine asks ----------------------------------------------------------------------------------- */

static void set_paused(void *self, const char *topic, int32_t number, bool pause)
{
    struct port_kafka *port = self;
    struct port_partition *partition = port_find(port, topic, number);
    if (partition == NULL || partition->followed || partition->paused == pause)
        return;
    partition->paused = pause;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    kafka_list_add(list, topic, number, partition->next);
    if (pause) {
        rd_kafka_pause_partitions(port->consumer, list);
    } else {
        /* What was fetched and dropped while it was paused must come again. A partition whose fetching has not begun
         * refuses to seek, and needs it not. */
        rd_kafka_error_t *error = rd_kafka_seek_partitions(port->consumer, list, -1);
        if (error != NULL)
            rd_kafka_error_destroy(error);
        rd_kafka_resume_partitions(port->consumer, list);
    }
    rd_kafka_topic_partition_list_destroy(list);
}

static void port_pause(void *self, const char *topic, int32_t partition)
{
    set_paused(self, topic, partition, true);
}

static void port_resume(void *self, const char *topic, int32_t partition)
{
    set_paused(self, topic, partition, false);
}

static void port_seek(void *self, const char *topic, int32_t number, int64_t next)
{
    struct port_kafka *port = self;
    struct port_partition *partition = port_find(port, topic, number);
    if (partition == NULL)
        return;
    partition->next = next;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    kafka_list_add(list, topic, number, next);
    rd_kafka_error_t *error = rd_kafka_seek_partitions(reader_of(port, partition), list, -1);
    if (error != NULL)
        rd_kafka_error_destroy(error);
    rd_kafka_topic_partition_list_destroy(list);
}

static enum status port_committed(void *self, struct log_offset *offsets, size_t count)
{
    struct port_kafka *port = self;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++)
        kafka_list_add(list, offsets[i].topic, offsets[i].partition, RD_KAFKA_OFFSET_INVALID);
    if (!port_fetch_committed(port, list)) {
        rd_kafka_topic_partition_list_destroy(list);
        return STATUS_RETRY;
    }
    port_terminate_metadata(list);
    for (size_t i = 0; i < count; i++) {
        const rd_kafka_topic_partition_t *found =
            rd_kafka_topic_partition_list_find(list, offsets[i].topic, offsets[i].partition);
        offsets[i].next = found->offset >= 0 ? found->offset : LOG_OFFSET_NONE;
        offsets[i].metadata = found->metadata != NULL ? found->metadata : "";
    }
    port_keep_committed(port, list);
    return STATUS_OK;
}

static enum status port_watermarks(void *self, const char *topic, int32_t partition, int64_t *ret_start,
                                   int64_t *ret_end)
{
    struct port_kafka *port = self;
    char text[LOG_ADMIN_TEXT];
    /* Our consumers are read_committed and would tell the last stable offset. */
    if (port->admin == NULL && (port->admin = log_admin_new(&port->options.client)) == NULL)
        return STATUS_FATAL;
    struct log_end start = {.topic = topic, .partition = partition}, end = start;
    enum status status = log_admin_starts(port->admin, &start, 1, LOG_PORT_WAIT_MS, text);
    if (status == STATUS_OK)
        status = log_admin_ends(port->admin, &end, 1, LOG_PORT_WAIT_MS, text);
    if (status != STATUS_OK || start.end < 0 || end.end < 0)
        return STATUS_RETRY;
    *ret_start = start.end;
    *ret_end = end.end;
    return STATUS_OK;
}

static enum status port_restore(void *self, struct log_offset *offsets, size_t count, log_restored callback,
                                void *context)
{
    struct port_kafka *port = self;
    if (port->scanner == NULL && (port->scanner = log_scanner_new(&port->options.client)) == NULL)
        return STATUS_FATAL;
    return log_scan(port->scanner, offsets, count, 2 * LOG_PORT_WAIT_MS, callback, context);
}

static const struct log_position *port_positions(void *self, size_t *ret_count)
{
    struct port_kafka *port = self;
    port->positions = must_realloc(port->positions, (port->count + 1) * sizeof *port->positions);
    for (size_t i = 0; i < port->count; i++) {
        const struct port_partition *partition = &port->partitions[i];
        port->positions[i] = (struct log_position){partition->topic, partition->number, partition->next,
                                                   partition->caught_up, partition->failed};
    }
    *ret_count = port->count;
    return port->positions;
}

static void port_wakeup(void *self)
{
    struct port_kafka *port = self;
    uint64_t one = 1;
    atomic_store(&port->woken, true);
    ssize_t written = write(port->wake_fd, &one, sizeof one);
    (void)written;
}

struct log_port_kafka_counts log_port_kafka_counts(const struct log_port *port)
{
    const struct port_kafka *self = port->self;
    return (struct log_port_kafka_counts){atomic_load(&self->rebuilt), atomic_load(&self->aborted)};
}

/* True: the reason is about a partition we hold. Said once, until it can be read again. */
static bool mark_named(struct port_kafka *port, const char *reason)
{
    for (size_t i = 0; i < port->count; i++) {
        struct port_partition *partition = &port->partitions[i];
        if (!kafka_reason_names(reason, partition->topic, partition->number))
            continue;
        if (!partition->failed)
            log_warn("a partition cannot be read, retrying reason=%s", reason);
        partition->failed = true;
        return true;
    }
    return false;
}

/* --- life ------------------------------------------------------------------------------------------------ */

static void on_error(rd_kafka_t *consumer, int error, const char *reason, void *opaque)
{
    struct port_kafka *port = opaque;
    char text[KAFKA_ERROR_TEXT];
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        rd_kafka_fatal_error(consumer, text, sizeof text);
        port_fail(port, "%s", text);
    } else if (kafka_error_is_reach(error)) {
        kafka_reach_lost(&port->reach, reason);
    } else if (!mark_named(port, reason)) {
        log_warn("the log port met an error, retrying reason=%s", reason);
    }
}

/* `group_id` NULL: the follower, which never joins one. */
static rd_kafka_t *new_consumer(struct port_kafka *port, const char *group_id)
{
    rd_kafka_conf_t *conf = kafka_conf_new(&port->options.client, kafka_consumer_settings, port);
    bool fine = conf != NULL && kafka_conf_set(conf, "group.id",
                                               group_id != NULL ? group_id : port->options.client.client_id);
    if (group_id != NULL) {
        fine = fine && kafka_conf_set(conf, "group.instance.id", port->options.instance_id);
        for (const struct kafka_setting *setting = member_settings; fine && setting->key != NULL; setting++)
            fine = kafka_conf_set(conf, setting->key, setting->value);
    }
    if (!fine) {
        if (conf != NULL)
            rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_error_cb(conf, on_error);
    if (group_id != NULL)
        rd_kafka_conf_set_rebalance_cb(conf, port_on_rebalance);
    return kafka_new(RD_KAFKA_CONSUMER, conf);
}

static bool start_follower(struct port_kafka *port)
{
    if (port->followed[0].name == NULL)
        return true;
    port->follower = new_consumer(port, NULL);
    if (port->follower == NULL)
        return false;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(4);
    for (const struct log_topic *topic = port->followed; topic->name != NULL; topic++)
        for (int32_t p = 0; p < topic->partitions; p++) {
            port_add(port, topic->name, p, LOG_OFFSET_NONE, true);
            kafka_list_add(list, topic->name, p, RD_KAFKA_OFFSET_BEGINNING);
        }
    port->follower_queue = rd_kafka_queue_get_consumer(port->follower);
    kafka_queue_watch(port->follower_queue, port->wake_fd);
    rd_kafka_resp_err_t error = rd_kafka_assign(port->follower, list);
    rd_kafka_topic_partition_list_destroy(list);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR;
}

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
    for (struct log_topic *topic = topics; topic != NULL && topic->name != NULL; topic++)
        free((char *)(uintptr_t)topic->name);
    free(topics);
}

static void unwatch(rd_kafka_queue_t *queue)
{
    if (queue == NULL)
        return;
    kafka_queue_unwatch(queue);
    rd_kafka_queue_destroy(queue);
}

static const char *copied(const char *text)
{
    return must_copy_text(text != NULL ? text : "");
}

static void free_text(const char *text)
{
    free((char *)(uintptr_t)text);
}

static void port_free(void *self)
{
    struct port_kafka *port = self;
    port->closing = true;
    release_message(port);
    port_producer_discard(port);
    /* The lists hold references; a consumer that is still referred to never ends. */
    if (port->assignment != NULL)
        rd_kafka_topic_partition_list_destroy(port->assignment);
    if (port->committed != NULL)
        rd_kafka_topic_partition_list_destroy(port->committed);
    unwatch(port->consumer_queue);
    unwatch(port->follower_queue);
    kafka_consumer_destroy(port->consumer);
    kafka_consumer_destroy(port->follower);
    log_scanner_free(port->scanner);
    log_admin_free(port->admin);
    close(port->wake_fd);
    for (size_t i = 0; i < port->count; i++)
        free(port->partitions[i].topic);
    free(port->partitions);
    kafka_headers_release(&port->headers);
    free(port->event_offsets);
    free(port->positions);
    free_topics(port->shared);
    free_topics(port->extra);
    free_topics(port->followed);
    free_text(port->options.client.brokers);
    free_text(port->options.client.client_id);
    free_text(port->options.client.options);
    free_text(port->options.group_id);
    free_text(port->options.instance_id);
    free_text(port->options.transactional_id);
    free_text(port->options.recovery);
    free(port);
}

static const struct log_port_operations kafka_operations = {
    .poll = port_poll,
    .begin = port_begin,
    .produce = port_produce,
    .commit = port_commit,
    .abort = port_abort,
    .pause = port_pause,
    .resume = port_resume,
    .seek = port_seek,
    .committed = port_committed,
    .watermarks = port_watermarks,
    .restore = port_restore,
    .positions = port_positions,
    .wakeup = port_wakeup,
    .free = port_free,
};

struct log_port *log_port_kafka_new(const struct log_port_kafka_options *options)
{
    struct port_kafka *port = must_alloc(sizeof *port);
    port->port = (struct log_port){&kafka_operations, port};
    port->options = (struct log_port_kafka_options){
        .client = {copied(options->client.brokers), copied(options->client.client_id),
                   copied(options->client.options)},
        .group_id = copied(options->group_id),
        .instance_id = copied(options->instance_id),
        .transactional_id = copied(options->transactional_id),
        .recovery = copied(options->recovery),
    };
    port->shared = copy_topics(options->topics.shared);
    port->extra = copy_topics(options->topics.extra);
    port->followed = copy_topics(options->topics.followed);
    port->reach.who = port->options.client.client_id;
    port->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert(port->wake_fd >= 0);

    port->consumer = new_consumer(port, port->options.group_id);
    if (port->consumer == NULL || !start_follower(port)) {
        port_free(port);
        return NULL;
    }
    port->consumer_queue = rd_kafka_queue_get_consumer(port->consumer);
    kafka_queue_watch(port->consumer_queue, port->wake_fd);
    port_subscribe(port);
    return &port->port;
}
