/* The transactional producer of the real log port, and transactions up to their end (log_port_commit.c). */
#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "runtime/log_port_kafka_internal.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    API_END_TXN = 26,
    FULL_POLL_MS = 5,
};

static const struct kafka_setting transaction_settings[] = {
    {"transaction.timeout.ms",       "10000" },
    {"message.timeout.ms",           "9000"  }, /* below the transaction's own */
    {"retry.backoff.ms",             "10"    }, /* AddOffsetsToTxn meets CONCURRENT_TRANSACTIONS all the time */
    {"linger.ms",                    "5"     },
    {"queue.buffering.max.messages", "200000"},
    {NULL,                           NULL    },
};

/* --- counting EndTxn -------------------------------------------------------------------------------------------- */

/* A second EndTxn for one commit (a retry after a lost answer) may reach the broker during the next transaction and
 * end that one. Only KIP-890's second part would prevent it, and librdkafka has none. */
static rd_kafka_resp_err_t on_request_sent(rd_kafka_t *producer, int socket, const char *broker,
                                           int32_t broker_id, int16_t api, int16_t version,
                                           int32_t correlation, size_t bytes, void *opaque)
{
    struct port_kafka *port = opaque;
    (void)producer, (void)socket, (void)broker, (void)broker_id, (void)version, (void)correlation,
        (void)bytes;
    if (api == API_END_TXN)
        atomic_fetch_add(&port->producer.ends_sent, 1);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t on_new(rd_kafka_t *producer, const rd_kafka_conf_t *conf, void *opaque, char *text,
                                  size_t text_bytes)
{
    (void)conf, (void)text, (void)text_bytes;
    return rd_kafka_interceptor_add_on_request_sent(producer, "duban", on_request_sent, opaque);
}

/* --- the producer's life ----------------------------------------------------------------------------------------- */

/* The callback's existence alone makes flush, and so every commit, ten times faster. */
static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    struct port_kafka *port = opaque;
    (void)producer;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        kafka_reach_found(&port->reach);
        return;
    }
    if (rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED)
        atomic_store(&port->producer.in_doubt, true);
    /* An abort purges what is queued. */
    if (message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
        return;
    if (!port->producer.failed)
        log_warn("a record of a transaction was not written, it will be aborted topic=%s reason=%s",
                 rd_kafka_topic_name(message->rkt), rd_kafka_err2str(message->err));
    port->producer.failed = true;
}

static void on_error(rd_kafka_t *producer, int error, const char *reason, void *opaque)
{
    struct port_kafka *port = opaque;
    (void)producer;
    /* Fatal errors come back from the transactional calls. */
    if (kafka_error_is_reach(error))
        kafka_reach_lost(&port->reach, reason);
    else if (error != RD_KAFKA_RESP_ERR__FATAL)
        log_debug("the transactional producer met an error reason=%s", reason);
}

static rd_kafka_t *new_producer(struct port_kafka *port)
{
    rd_kafka_conf_t *conf = kafka_conf_new(&port->options.client, kafka_producer_settings, port);
    bool fine = conf != NULL && kafka_conf_set(conf, "transactional.id", port->options.transactional_id);
    for (const struct kafka_setting *setting = transaction_settings; fine && setting->key != NULL; setting++)
        fine = kafka_conf_set(conf, setting->key, setting->value);
    if (!fine) {
        if (conf != NULL)
            rd_kafka_conf_destroy(conf);
        return NULL;
    }
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_interceptor_add_on_new(conf, "duban", on_new, port);
    return kafka_new(RD_KAFKA_PRODUCER, conf);
}

void port_producer_discard(struct port_kafka *port)
{
    if (port->producer.handle == NULL)
        return;
    rd_kafka_purge(port->producer.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    while (port->producer.topic_count > 0)
        rd_kafka_topic_destroy(port->producer.topics[--port->producer.topic_count]);
    rd_kafka_destroy(port->producer.handle);
    port->producer.handle = NULL;
    port->producer.ready = port->producer.open = port->producer.failed = false;
}

bool port_producer_ensure(struct port_kafka *port)
{
    if (port->producer.ready)
        return true;
    if (port->producer.handle == NULL && (port->producer.handle = new_producer(port)) == NULL) {
        port_fail(port, "the transactional producer cannot be made");
        return false;
    }
    /* Aborts what a predecessor with our id left open, and fences it. */
    rd_kafka_error_t *error = rd_kafka_init_transactions(port->producer.handle, LOG_PORT_WAIT_MS);
    if (error == NULL) {
        port->producer.ready = true;
        kafka_reach_found(&port->reach);
        return true;
    }
    if (rd_kafka_error_is_retriable(error)) {
        kafka_reach_lost(&port->reach, rd_kafka_error_string(error));
    } else if (rd_kafka_error_is_fatal(error) && rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__FENCED) {
        /* Two of us initialised at once: the later one wins, and the group decides who that should be. */
        port_producer_discard(port);
        port->must_rejoin = true;
    } else {
        port_fail(port, "the transactional producer cannot begin: %s", rd_kafka_error_string(error));
    }
    rd_kafka_error_destroy(error);
    return false;
}

const char *port_reason(void *self)
{
    const struct port_kafka *port = self;
    return port->reason == NULL ? "" : port->reason;
}

void port_note_reason(struct port_kafka *port, const rd_kafka_error_t *error)
{
    port->reason = error == NULL ? "not_ready" : rd_kafka_err2name(rd_kafka_error_code(error));
}

enum log_outcome port_producer_replace(struct port_kafka *port, const char *what,
                                       const rd_kafka_error_t *error)
{
    bool fenced = error != NULL && (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__FENCED ||
                                    rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
                                    rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH);
    log_warn("%s, replacing the producer and reloading reason=%s", what,
             error != NULL ? rd_kafka_error_string(error) : "");
    port_note_reason(port, error);
    atomic_fetch_add(&port->rebuilt, 1);
    port_producer_discard(port);
    /* Being fenced means that another member may own our partitions: fencing it in turn would be wrong. Asking the
     * group again gives the answer. */
    if (fenced)
        port->must_rejoin = true;
    else if (port->step == PORT_READING)
        port->step = PORT_RELOAD;
    return LOG_REBUILT;
}

enum log_outcome port_begin(void *self)
{
    struct port_kafka *port = self;
    assert(port->step == PORT_READING && !port->producer.open);
    if (port->fatal[0] != '\0')
        return LOG_FATAL;
    struct monotonic began = monotonic_now();
    /* Only a producer that was replaced after a commit whose outcome is known gets here without being ready. */
    while (!port_producer_ensure(port)) {
        if (port->fatal[0] != '\0')
            return LOG_FATAL;
        if (port->must_rejoin || monotonic_now().ns - began.ns > (int64_t)LOG_PORT_PATIENCE_MS * 1000 * 1000)
            return port_producer_replace(port, "the producer did not get ready", NULL);
    }
    rd_kafka_error_t *error = rd_kafka_begin_transaction(port->producer.handle);
    if (error != NULL) {
        enum log_outcome outcome = port_producer_replace(port, "a transaction cannot begin", error);
        rd_kafka_error_destroy(error);
        return outcome;
    }
    port->producer.open = true;
    port->producer.failed = false;
    atomic_store(&port->producer.in_doubt, false);
    atomic_store(&port->producer.ends_sent, 0);
    return LOG_COMMITTED;
}

/* NULL: there are too many. */
static rd_kafka_topic_t *topic_of(struct port_producer *producer, const char *name)
{
    for (size_t i = 0; i < producer->topic_count; i++)
        if (text_equal(rd_kafka_topic_name(producer->topics[i]), name))
            return producer->topics[i];
    if (producer->topic_count == PORT_TOPICS)
        return NULL;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer->handle, name, NULL);
    if (topic != NULL)
        producer->topics[producer->topic_count++] = topic;
    return topic;
}

static rd_kafka_resp_err_t produce(struct port_producer *producer, const struct log_message *message)
{
    rd_kafka_topic_t *topic = message->header_count > 0 ? NULL : topic_of(producer, message->topic);
    if (topic == NULL)
        return kafka_produce(producer->handle, message, NULL);
    /* The value is not copied: it lives until the outcome is taken, and by then nothing of it is in the library. */
    if (rd_kafka_produce(topic, message->partition, 0, (void *)(uintptr_t)message->value,
                         message->value_bytes, message->key, message->key_bytes, NULL) == 0)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    return rd_kafka_last_error();
}

void port_produce(void *self, const struct log_message *message)
{
    struct port_kafka *port = self;
    assert(port->producer.open && message->partition >= 0);
    while (!port->producer.failed) {
        rd_kafka_resp_err_t error = produce(&port->producer, message);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
            return;
        if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            rd_kafka_poll(port->producer.handle, FULL_POLL_MS);
            continue;
        }
        log_warn("a record cannot be written, its transaction will be aborted topic=%s bytes=%zu reason=%s",
                 message->topic, message->value_bytes, rd_kafka_err2str(error));
        port->producer.failed = true;
    }
}
