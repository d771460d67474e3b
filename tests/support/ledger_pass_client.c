/* ledger_pass_client.c: librdkafka without a layer in between, as the limit is measured. */
#include "ledger_pass_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "runtime/kafka_client.h"

static long failed; /* deliveries */

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    (void)producer, (void)opaque;
    failed += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void set(rd_kafka_conf_t *conf, const char *key, const char *value)
{
    char why[256];
    if (rd_kafka_conf_set(conf, key, value, why, sizeof why) == RD_KAFKA_CONF_OK)
        return;
    fprintf(stderr, "ledger_pass: %s\n", why);
    exit(1);
}

rd_kafka_t *pass_client(rd_kafka_type_t type, const char *brokers, const struct pass_setting *settings)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const struct kafka_setting *shared =
        type == RD_KAFKA_PRODUCER ? kafka_producer_settings : kafka_consumer_settings;
    for (; shared->key != NULL; shared++)
        set(conf, shared->key, shared->value);
    set(conf, "bootstrap.servers", brokers);
    for (; settings->key != NULL; settings++)
        set(conf, settings->key, settings->value);
    if (type == RD_KAFKA_PRODUCER)
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t *client = rd_kafka_new(type, conf, why, sizeof why);
    if (client != NULL)
        return client;
    fprintf(stderr, "ledger_pass: %s\n", why);
    exit(1);
}

rd_kafka_topic_t *pass_topic(rd_kafka_t *client, const char *prefix, enum feed_topic topic)
{
    char name[PASS_TOPIC_TEXT];
    snprintf(name, sizeof name, "%s%s", prefix, feed_topics[topic]);
    return rd_kafka_topic_new(client, name, NULL);
}

void pass_produce(rd_kafka_t *producer, rd_kafka_topic_t *topic, int32_t partition, const void *key,
                  size_t key_bytes, const void *value, size_t bytes)
{
    while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, (void *)(uintptr_t)value, bytes, key,
                            key_bytes, NULL) != 0) {
        if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            fprintf(stderr, "ledger_pass: %s\n", rd_kafka_err2str(rd_kafka_last_error()));
            exit(1);
        }
        rd_kafka_poll(producer, 5);
    }
}

void pass_flush(rd_kafka_t *producer)
{
    rd_kafka_resp_err_t error = rd_kafka_flush(producer, PASS_WAIT_MS);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR && failed == 0)
        return;
    fprintf(stderr, "ledger_pass: %ld records were not written: %s\n", failed, rd_kafka_err2str(error));
    exit(1);
}

void pass_must(rd_kafka_error_t *error, const char *what)
{
    if (error == NULL)
        return;
    fprintf(stderr, "ledger_pass: %s: %s\n", what, rd_kafka_error_string(error));
    exit(1);
}

double pass_wall(void)
{
    return (double)monotonic_now().ns / 1e9;
}

double pass_cpu(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}
