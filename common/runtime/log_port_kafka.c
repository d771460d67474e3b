/* The real log port: its life, and what the engine asks of it. Reading is in log_port_poll.c, ownership in
 * log_port_group.c, transactions in log_port_producer.c and log_port_commit.c.
 *
 * Two consumers: a member of the group for shared and extra topics, and a follower without a group for followed ones.
 * Both, and wakeup, ring the same eventfd. */
#include "runtime/log_port_kafka.h"

#include "base/arena.h"
#include "base/text.h"
#include "runtime/log_port_kafka_internal.h"
#include <assert.h>
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
    rd_kafka_error_t *error = rd_kafka_seek_partitions(port_reader_of(port, partition), list, -1);
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
    atomic_store(&port->woken, true);
    port_ring(port);
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

/* Being fenced means that a process with our instance id has joined after us. But a consumer whose session ran out while
 * the broker was away forgets its member id, and fences itself when one of its own heartbeats overtakes its joining.
 * Then, and only then, it is right to join once more. */
void port_consumer_failed(struct port_kafka *port, rd_kafka_t *consumer)
{
    char text[KAFKA_ERROR_TEXT];
    rd_kafka_resp_err_t error = rd_kafka_fatal_error(consumer, text, sizeof text);
    if (error != RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID || !kafka_reach_was_lost(&port->reach, OWN_FENCE_MS)) {
        port_fail(port, "%s", text);
    } else if (!port->must_replace) {
        log_warn("our own former membership stands in the way, joining again group=%s",
                 port->options.group_id);
        port->must_replace = true;
    }
}

static void on_error(rd_kafka_t *consumer, int error, const char *reason, void *opaque)
{
    struct port_kafka *port = opaque;
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        port_consumer_failed(port, consumer);
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

static bool start_consumer(struct port_kafka *port)
{
    port->consumer = new_consumer(port, port->options.group_id);
    if (port->consumer == NULL)
        return false;
    port->consumer_queue = rd_kafka_queue_get_consumer(port->consumer);
    kafka_queue_watch(port->consumer_queue, port->wake_fd);
    port_subscribe(port);
    return true;
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

static void stop_consumer(struct port_kafka *port)
{
    bool was_closing = port->closing;
    port->closing = true;
    port_release_message(port);
    /* The lists hold references; a consumer that is still referred to never ends. */
    if (port->assignment != NULL)
        rd_kafka_topic_partition_list_destroy(port->assignment);
    if (port->committed != NULL)
        rd_kafka_topic_partition_list_destroy(port->committed);
    port->assignment = port->committed = NULL;
    unwatch(port->consumer_queue);
    port->consumer_queue = NULL;
    kafka_consumer_destroy(port->consumer);
    port->consumer = NULL;
    port->closing = was_closing;
}

void port_replace_consumer(struct port_kafka *port)
{
    stop_consumer(port);
    port->must_replace = port->must_rejoin = port->revoke_pending = false;
    port->step = PORT_READING;
    if (!start_consumer(port))
        port_fail(port, "the consumer cannot be made again");
}

static void port_free(void *self)
{
    struct port_kafka *port = self;
    port->closing = true;
    port_committer_free(port);
    port_producer_discard(port);
    stop_consumer(port);
    unwatch(port->follower_queue);
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
    .commit_start = port_commit_start,
    .commit_ended = port_commit_ended,
    .abort = port_abort,
    .pause = port_pause,
    .resume = port_resume,
    .seek = port_seek,
    .committed = port_committed,
    .watermarks = port_watermarks,
    .restore = port_restore,
    .positions = port_positions,
    .reason = port_reason,
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
    port_committer_init(port);

    if (!start_follower(port) || !start_consumer(port)) {
        port_free(port);
        return NULL;
    }
    return &port->port;
}
