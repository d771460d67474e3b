/* kafka_client.h: what every librdkafka client of runtime shares; internal to runtime. */
#ifndef DUBAN_RUNTIME_KAFKA_CLIENT_H
#define DUBAN_RUNTIME_KAFKA_CLIENT_H

#include "base/instant.h"
#include "base/log.h"
#include "runtime/log_record.h"
#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

enum { KAFKA_ERROR_TEXT = 512 };

struct kafka_setting {
    const char *key;
    const char *value;
};

/* Reasons for the choices stand beside the tables in the .c file. They end with a NULL key. */
extern const struct kafka_setting kafka_consumer_settings[];
extern const struct kafka_setting kafka_producer_settings[];

/* The shared settings, then the client's own options, then `settings`: what exactness needs cannot be overridden.
 * NULL: a setting is wrong; the log names it. `opaque` is what the callbacks get. */
rd_kafka_conf_t *kafka_conf_new(const struct log_client *client, const struct kafka_setting *settings,
                                void *opaque);
MUST_CHECK bool kafka_conf_set(rd_kafka_conf_t *conf, const char *key,
                               const char *value); /* "" sets nothing */

/* Takes the conf in every case. NULL: the log says why. */
rd_kafka_t *kafka_new(rd_kafka_type_t type, rd_kafka_conf_t *conf);

/* Ends a consumer without leaving its group and without waiting for the broker. Its rebalance callback is called once
 * more and must unassign. Accepts NULL. */
void kafka_consumer_destroy(rd_kafka_t *consumer);

/* `fd` (an eventfd) is written to whenever the queue stops being empty. */
void kafka_queue_watch(rd_kafka_queue_t *queue, int fd);
void kafka_queue_unwatch(rd_kafka_queue_t *queue);

/* Headers of the record at hand. */
struct kafka_headers {
    struct log_header *items;
    size_t capacity;
};
void kafka_headers_release(struct kafka_headers *headers);

/* The record points into the message and the headers. */
void kafka_record(const rd_kafka_message_t *message, struct kafka_headers *headers,
                  struct log_record *ret_record);

rd_kafka_resp_err_t kafka_produce(rd_kafka_t *producer, const struct log_message *message, void *opaque);

/* Says once that the broker is away and once that it is back. Callbacks may come on several threads. */
struct kafka_reach {
    const char *who;
    atomic_bool away;
    atomic_llong seen_away_ns; /* monotonic, last; zero: never */
};
void kafka_reach_lost(struct kafka_reach *reach, const char *reason);
void kafka_reach_found(struct kafka_reach *reach);
bool kafka_reach_was_lost(const struct kafka_reach *reach, int64_t within_ms);
bool kafka_error_is_reach(rd_kafka_resp_err_t error);

/* Errors of a partition come to the error callback with no more than a text that begins with its name. */
bool kafka_reason_names(const char *reason, const char *topic, int32_t partition);

rd_kafka_topic_partition_t *kafka_list_add(rd_kafka_topic_partition_list_t *list, const char *topic,
                                           int32_t partition, int64_t offset);
void kafka_partition_set_metadata(rd_kafka_topic_partition_t *partition, const char *metadata);

#endif
