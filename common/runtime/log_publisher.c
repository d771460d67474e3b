/* Records out, without transactions: an idempotent producer whose delivery reports come on the loop. Messages never
 * time out (message.timeout.ms = 0), so a broker that is away for an hour costs waiting, not records. */
#include "runtime/log_publisher.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "runtime/kafka_client.h"
#include "runtime/loop_internal.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { POLLS_PER_TURN = 8 };

struct log_publisher {
    rd_kafka_t *producer;
    rd_kafka_queue_t *queue;
    struct loop_wakeup *wakeup;
    struct kafka_reach reach;
    char *client_id;
    int64_t published, reported, delivered;
    struct instant stamp; /* of the record whose report is being handed out */

    void (*on_fatal)(void *context, const char *reason);
    void *context;
    struct loop_timer *tell; /* the error comes inside a call of the library; the owner hears of it outside */
    char fatal[KAFKA_ERROR_TEXT];
};

/* What a record's report needs. */
struct report {
    log_delivered on_delivered;
    void *context;
};

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    struct log_publisher *publisher = opaque;
    struct report *report = message->_private;
    bool written = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
    (void)producer;

    publisher->reported++;
    if (written) {
        publisher->delivered++;
        kafka_reach_found(&publisher->reach);
    }
    if (report == NULL)
        return;
    rd_kafka_timestamp_type_t kind;
    const int64_t stamp_ms = rd_kafka_message_timestamp(message, &kind);
    publisher->stamp =
        written && kind == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME ? (struct instant){stamp_ms} : INSTANT_NONE;
    report->on_delivered(report->context, written ? message->offset : LOG_OFFSET_NONE,
                         written ? "" : rd_kafka_err2str(message->err));
    free(report);
}

static void tell_fatal(void *context)
{
    struct log_publisher *publisher = context;
    publisher->on_fatal(publisher->context, publisher->fatal);
}

static void on_error(rd_kafka_t *producer, int error, const char *reason, void *opaque)
{
    struct log_publisher *publisher = opaque;
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        bool first = publisher->fatal[0] == '\0';
        rd_kafka_fatal_error(producer, publisher->fatal, sizeof publisher->fatal);
        if (first && publisher->on_fatal != NULL)
            loop_timer_start(publisher->tell, 0);
    } else if (kafka_error_is_reach(error)) {
        kafka_reach_lost(&publisher->reach, reason);
    } else {
        log_warn("the publisher met an error, retrying client=%s reason=%s", publisher->client_id, reason);
    }
}

static void serve(void *context)
{
    struct log_publisher *publisher = context;
    for (int i = 0; i < POLLS_PER_TURN; i++)
        if (rd_kafka_poll(publisher->producer, 0) == 0)
            return;
    loop_wakeup_send(publisher->wakeup); /* more is waiting: let the others have a turn first */
}

struct log_publisher *log_publisher_new(struct loop *loop, const struct log_client *client,
                                        void (*on_fatal)(void *context, const char *reason), void *context)
{
    struct log_publisher *publisher = must_alloc(sizeof *publisher);
    char in_flight[16];

    publisher->on_fatal = on_fatal;
    publisher->context = context;
    publisher->client_id = must_copy_text(client->client_id);
    publisher->reach.who = publisher->client_id;
    publisher->tell = loop_timer_new(loop, tell_fatal, publisher);

    snprintf(in_flight, sizeof in_flight, "%d", LIMIT_IN_FLIGHT);
    rd_kafka_conf_t *conf = kafka_conf_new(client, kafka_producer_settings, publisher);
    if (conf != NULL) {
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
        rd_kafka_conf_set_error_cb(conf, on_error);
        if (!kafka_conf_set(conf, "message.timeout.ms", "0") ||
            !kafka_conf_set(conf, "queue.buffering.max.messages", in_flight)) {
            rd_kafka_conf_destroy(conf);
            conf = NULL;
        }
    }
    publisher->producer = kafka_new(RD_KAFKA_PRODUCER, conf);
    if (publisher->producer == NULL) {
        log_publisher_free(publisher, 0);
        return NULL;
    }
    publisher->wakeup = loop_wakeup_new(loop, serve, publisher);
    publisher->queue = rd_kafka_queue_get_main(publisher->producer);
    kafka_queue_watch(publisher->queue, loop_wakeup_fd(publisher->wakeup));
    return publisher;
}

void log_publisher_free(struct log_publisher *publisher, int64_t wait_ms)
{
    if (publisher == NULL)
        return;
    if (publisher->producer != NULL) {
        publisher->on_fatal = NULL;
        if (wait_ms > 0)
            rd_kafka_flush(publisher->producer, (int)wait_ms);
        rd_kafka_purge(publisher->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        /* Purged records are reported at once; the library answers a purge without the broker. */
        rd_kafka_flush(publisher->producer, MS_PER_SECOND);
        kafka_queue_unwatch(publisher->queue);
        rd_kafka_queue_destroy(publisher->queue);
        rd_kafka_destroy(publisher->producer);
        loop_wakeup_free(publisher->wakeup);
    }
    loop_timer_free(publisher->tell);
    free(publisher->client_id);
    free(publisher);
}

enum status log_publisher_publish(struct log_publisher *publisher, const struct log_message *message,
                                  log_delivered on_delivered, void *context)
{
    struct report *report = NULL;
    assert(message->partition >= 0);
    if (on_delivered != NULL) {
        report = must_alloc(sizeof *report);
        *report = (struct report){on_delivered, context};
    }
    rd_kafka_resp_err_t error = kafka_produce(publisher->producer, message, report);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        publisher->published++;
        return STATUS_OK;
    }
    free(report);
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return STATUS_RETRY;
    log_error("a record cannot be written topic=%s partition=%d bytes=%zu reason=%s", message->topic,
              (int)message->partition, message->value_bytes, rd_kafka_err2str(error));
    return error == RD_KAFKA_RESP_ERR__FATAL || error == RD_KAFKA_RESP_ERR__STATE ? STATUS_FATAL
                                                                                  : STATUS_REJECT;
}

size_t log_publisher_in_flight(const struct log_publisher *publisher)
{
    return (size_t)(publisher->published - publisher->reported);
}

int64_t log_publisher_published(const struct log_publisher *publisher)
{
    return publisher->published;
}

int64_t log_publisher_delivered(const struct log_publisher *publisher)
{
    return publisher->delivered;
}

struct instant log_publisher_stamp(const struct log_publisher *publisher)
{
    return publisher->stamp;
}

bool log_publisher_reachable(const struct log_publisher *publisher)
{
    return !publisher->reach.away;
}
