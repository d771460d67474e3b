/* ledger_pass_client.h: what the files of ledger_pass share: clients that end the program when they are refused. */
#ifndef DUBAN_TESTS_LEDGER_PASS_CLIENT_H
#define DUBAN_TESTS_LEDGER_PASS_CLIENT_H

#include <librdkafka/rdkafka.h>

#include "ledger_pass.h"

enum { PASS_WAIT_MS = 60 * 1000, PASS_TOPIC_TEXT = 128 };

struct pass_setting {
    const char *key, *value;
};

/* A client with the settings of kafka_client.c for its kind, and these; the list ends with a NULL key. */
rd_kafka_t *pass_client(rd_kafka_type_t type, const char *brokers, const struct pass_setting *settings);
rd_kafka_topic_t *pass_topic(rd_kafka_t *client, const char *prefix, enum feed_topic topic);
/* Copies; waits while the buffer is full. */
void pass_produce(rd_kafka_t *producer, rd_kafka_topic_t *topic, int32_t partition, const void *key,
                  size_t key_bytes, const void *value, size_t bytes);
/* All have been delivered. */
void pass_flush(rd_kafka_t *producer);
void pass_must(rd_kafka_error_t *error, const char *what);
double pass_wall(void);

#endif
