/* The real log port's poll: first whatever a change of ownership asks for, then one record or end of one of the two
 * consumers, else waiting on the eventfd that both of them and wakeup ring. */
#include "base/arena.h"
#include "base/text.h"
#include "runtime/log_port_kafka_internal.h"
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { SELDOM = 32 };

/* --- records -------------------------------------------------------------------------------------------------------- */

rd_kafka_t *port_reader_of(const struct port_kafka *port, const struct port_partition *partition)
{
    return partition->followed ? port->follower : port->consumer;
}

static void note_progress(struct port_kafka *port, struct port_partition *partition, int64_t next)
{
    int64_t low, high;
    if (partition->target < 0 &&
        rd_kafka_get_watermark_offsets(port_reader_of(port, partition), partition->topic, partition->number,
                                       &low, &high) == RD_KAFKA_RESP_ERR_NO_ERROR &&
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
    struct port_partition *partition =
        message->rkt != NULL ? port_find(port, rd_kafka_topic_name(message->rkt), message->partition) : NULL;
    if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
        message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
        port_fail(port, "the place to go on reading is lost topic=%s partition=%d: %s; decide with: %s",
                  rd_kafka_topic_name(message->rkt), (int)message->partition,
                  rd_kafka_message_errstr(message), port->options.recovery);
    else if (rd_kafka_fatal_error(port->consumer, NULL, 0) != RD_KAFKA_RESP_ERR_NO_ERROR)
        port_consumer_failed(port, port->consumer);
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

void port_release_message(struct port_kafka *port)
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
    /* A record that came with the news of a loss is left to whoever reads the partition next. An error is not: the
     * library tells a fatal one only once. */
    bool is_record =
        message->err == RD_KAFKA_RESP_ERR_NO_ERROR || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (is_record && consumer == port->consumer && (port->revoke_pending || port->assignment != NULL)) {
        rd_kafka_message_destroy(message);
        return false;
    }
    if (take(port, message, ret_event))
        return true;
    port_release_message(port);
    return false;
}

static bool read_any(struct port_kafka *port, struct log_event *ret_event, bool *ret_any)
{
    /* Under load the follower is asked seldom, since asking costs about as much as a record; else every time. */
    const bool follower_first = port->polls % SELDOM == 0;
    *ret_any = false;
    if (port->follower != NULL && follower_first && read_one(port, port->follower, ret_event, ret_any))
        return true;
    if (read_one(port, port->consumer, ret_event, ret_any))
        return true;
    return port->follower != NULL && !follower_first && read_one(port, port->follower, ret_event, ret_any);
}

/* --- poll ------------------------------------------------------------------------------------------------------------- */

static bool holds_any(const struct port_kafka *port)
{
    for (size_t i = 0; i < port->count; i++)
        if (!port->partitions[i].followed)
            return true;
    return false;
}

/* What has to happen before records may be handed out. True: it is an event, or the time is up. */
static bool do_step(struct port_kafka *port, struct log_event *ret_event)
{
    if (port->step == PORT_UNASSIGN) {
        rd_kafka_assign(port->consumer, NULL);
        port_drop_assigned(port);
        port->step = PORT_READING;
    }
    if (port->must_replace) {
        /* Whoever holds partitions is told first that they are lost. */
        if (holds_any(port))
            port->revoke_pending = port->lost_pending = true;
        else
            port_replace_consumer(port);
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

void port_ring(struct port_kafka *port)
{
    uint64_t one = 1;
    ssize_t written = write(port->wake_fd, &one, sizeof one);
    (void)written;
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

/* Someone waits for the poll to return. */
static bool is_called(struct port_kafka *port)
{
    return atomic_exchange(&port->woken, false) || port_commit_is_over(port);
}

/* While a commit is under way its thread serves the producer. */
static void serve_producer(struct port_kafka *port)
{
    if (port->producer.handle != NULL && !port_is_committing(port))
        rd_kafka_poll(port->producer.handle, 0);
}

void port_poll(void *self, int64_t timeout_ms, struct log_event *ret_event)
{
    struct port_kafka *port = self;
    struct monotonic began = timeout_ms > 0 ? monotonic_now() : (struct monotonic){0};

    port_release_message(port);
    port->polls++;
    for (;;) {
        bool any;
        *ret_event = (struct log_event){.kind = LOG_EVENT_IDLE, .reason = ""};
        bool changing = port->step != PORT_READING || port->revoke_pending || port->assignment != NULL ||
                        port->must_rejoin || port->must_replace;
        const bool committing = port_is_committing(port);
        assert(port->step == PORT_READING || !port->producer.open);
        if (port->fatal[0] != '\0') {
            *ret_event = (struct log_event){.kind = LOG_EVENT_FATAL, .reason = port->fatal};
            return;
        }
        if (changing && !committing && do_step(port, ret_event))
            return;
        if (port->polls % SELDOM == 0)
            serve_producer(port); /* its reports; commits serve them too */
        /* What has changed is told when the commit under way has ended; until then there is nothing to read. */
        if (changing && committing) {
            if (is_called(port) || !wait_for_news(port, began, timeout_ms))
                return;
            continue;
        }
        if (read_any(port, ret_event, &any))
            return;
        if (any || (port->revoke_pending && !committing) || (port->assignment != NULL && !changing))
            continue;
        serve_producer(port);
        if (is_called(port) || !wait_for_news(port, began, timeout_ms))
            return;
    }
}
