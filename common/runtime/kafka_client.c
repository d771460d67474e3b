/* Settings and small conversions shared by all librdkafka clients of runtime. */
#include "runtime/kafka_client.h"

#include "base/arena.h"
#include "base/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

enum { CLIENT_ID_BYTES = 40, OPTION_BYTES = 512 };

static const struct kafka_setting shared_settings[] = {
    {"socket.nagle.disable",     "true" }, /* off by default only since 2.10 */
    {"log.connection.close",     "false"}, /* idle connections are closed by brokers all the time */
    {"reconnect.backoff.ms",     "50"   },
    {"reconnect.backoff.max.ms", "1000" }, /* a broker that is back is noticed within a second */
    {NULL,                       NULL   },
};

const struct kafka_setting kafka_consumer_settings[] = {
    {"isolation.level",                    "read_committed"},
    {"enable.auto.commit",                 "false"         },
    {"enable.auto.offset.store",           "false"         },
    {"auto.offset.reset",                  "error"         }, /* start positions are never guessed */
    {"enable.partition.eof",               "true"          }, /* positions count transaction markers */
    {"check.crcs",                         "true"          },
    {"fetch.wait.max.ms",                  "50"            }, /* how long a resumed partition waits for its first fetch */
    {"fetch.error.backoff.ms",             "100"           },
    {"queued.max.messages.kbytes",         "16384"         },
    {"topic.metadata.refresh.interval.ms", "10000"         }, /* topics of new units are found soon */
    {"topic.metadata.propagation.max.ms",  "2000"          }, /* a topic that is not there is said to be so */
    {"allow.auto.create.topics",           "false"         },
    {NULL,                                 NULL            },
};

const struct kafka_setting kafka_producer_settings[] = {
    {"enable.idempotence",         "true" },
    {"linger.ms",                  "2"    },
    {"compression.type",           "lz4"  },
    {"queue.buffering.max.kbytes", "65536"},
    {NULL,                         NULL   },
};

/* librdkafka logs every attempt to reconnect; runtime says once that the broker is away (kafka_reach), and
 * what is fatal to a client of the library need not be to the program. Comes on the
 * library's threads. */
static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    enum log_level mapped = level <= LOG_CRIT ? LOG_LEVEL_WARN : LOG_LEVEL_DEBUG;
    log_write(mapped, "librdkafka: %s facility=%s client=%s", text, facility,
              client != NULL ? rd_kafka_name(client) : "");
}

bool kafka_conf_set(rd_kafka_conf_t *conf, const char *key, const char *value)
{
    char text[KAFKA_ERROR_TEXT];
    if (value == NULL || text_empty(value))
        return true;
    if (rd_kafka_conf_set(conf, key, value, text, sizeof text) == RD_KAFKA_CONF_OK)
        return true;
    log_error("a Kafka setting is wrong key=%s reason=%s", key, text);
    return false;
}

static bool set_all(rd_kafka_conf_t *conf, const struct kafka_setting *settings)
{
    for (; settings != NULL && settings->key != NULL; settings++)
        if (!kafka_conf_set(conf, settings->key, settings->value))
            return false;
    return true;
}

/* "key=value;key=value" */
static bool set_options(rd_kafka_conf_t *conf, const char *options)
{
    while (options != NULL && *options != '\0') {
        char option[OPTION_BYTES];
        size_t length = strcspn(options, ";");
        char *equals;
        if (length >= sizeof option) {
            log_error("a Kafka option is too long limit_bytes=%d", OPTION_BYTES);
            return false;
        }
        memcpy(option, options, length);
        option[length] = '\0';
        if (length > 0) {
            if ((equals = strchr(option, '=')) == NULL) {
                log_error("a Kafka option has no '=' option=%s", option);
                return false;
            }
            *equals = '\0';
            if (!kafka_conf_set(conf, option, equals + 1))
                return false;
        }
        options += length + (options[length] == ';');
    }
    return true;
}

rd_kafka_conf_t *kafka_conf_new(const struct log_client *client, const struct kafka_setting *settings,
                                void *opaque)
{
    char client_id[CLIENT_ID_BYTES + 1];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    snprintf(client_id, sizeof client_id, "%.*s", CLIENT_ID_BYTES, client->client_id);
    rd_kafka_conf_set_opaque(conf, opaque);
    rd_kafka_conf_set_log_cb(conf, on_log);
    if (!set_all(conf, shared_settings) || !kafka_conf_set(conf, "bootstrap.servers", client->brokers) ||
        !kafka_conf_set(conf, "client.id", client_id) || !set_options(conf, client->options) ||
        !set_all(conf, settings)) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    return conf;
}

rd_kafka_t *kafka_new(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char text[KAFKA_ERROR_TEXT];
    if (conf == NULL)
        return NULL;
    rd_kafka_t *client = rd_kafka_new(type, conf, text, sizeof text);
    if (client == NULL) {
        log_error("a Kafka client cannot be made reason=%s", text);
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    if (type == RD_KAFKA_CONSUMER)
        rd_kafka_poll_set_consumer(client);
    return client;
}

void kafka_consumer_destroy(rd_kafka_t *consumer)
{
    if (consumer == NULL)
        return;
    /* Members are static, so closing tells the group nothing, and offsets are committed by their owners: it needs no
     * broker. Whoever still holds a message or a partition list of this consumer makes the destruction wait for ever. */
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
}

void kafka_queue_watch(rd_kafka_queue_t *queue, int fd)
{
    static const uint64_t one = 1; /* an eventfd takes eight bytes and nothing else */
    rd_kafka_queue_io_event_enable(queue, fd, &one, sizeof one);
}

void kafka_queue_unwatch(rd_kafka_queue_t *queue)
{
    rd_kafka_queue_io_event_enable(queue, -1, NULL, 0);
}

void kafka_headers_release(struct kafka_headers *headers)
{
    free(headers->items);
    *headers = (struct kafka_headers){0};
}

static size_t read_headers(const rd_kafka_message_t *message, struct kafka_headers *headers)
{
    rd_kafka_headers_t *list;
    if (rd_kafka_message_headers(message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    size_t count = rd_kafka_header_cnt(list);
    if (count > headers->capacity) {
        headers->items = must_realloc(headers->items, count * sizeof *headers->items);
        headers->capacity = count;
    }
    for (size_t i = 0; i < count; i++) {
        struct log_header *header = &headers->items[i];
        rd_kafka_header_get_all(list, i, &header->name, &header->value, &header->value_bytes);
        if (header->value == NULL)
            header->value = "";
    }
    return count;
}

void kafka_record(const rd_kafka_message_t *message, struct kafka_headers *headers,
                  struct log_record *ret_record)
{
    rd_kafka_timestamp_type_t type;
    int64_t timestamp = rd_kafka_message_timestamp(message, &type);

    *ret_record = (struct log_record){
        .topic = rd_kafka_topic_name(message->rkt),
        .partition = message->partition,
        .offset = message->offset,
        .key = message->key,
        .key_bytes = message->key_len,
        .value = message->payload,
        .value_bytes = message->len,
        .timestamp = {type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? 0 : timestamp},
        .log_append_time = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME,
        .header_count = read_headers(message, headers),
    };
    ret_record->headers = headers->items;
}

rd_kafka_resp_err_t kafka_produce(rd_kafka_t *producer, const struct log_message *message, void *opaque)
{
    rd_kafka_headers_t *headers = NULL;
    if (message->header_count > 0) {
        headers = rd_kafka_headers_new(message->header_count);
        for (size_t i = 0; i < message->header_count; i++)
            rd_kafka_header_add(headers, message->headers[i].name, -1, message->headers[i].value,
                                (ssize_t)message->headers[i].value_bytes);
    }
    rd_kafka_resp_err_t error = rd_kafka_producev(
        producer, RD_KAFKA_V_TOPIC(message->topic), RD_KAFKA_V_PARTITION(message->partition),
        RD_KAFKA_V_KEY(message->key, message->key_bytes),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)message->value, message->value_bytes),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(opaque),
        RD_KAFKA_V_END);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR && headers != NULL)
        rd_kafka_headers_destroy(headers);
    return error;
}

void kafka_reach_lost(struct kafka_reach *reach, const char *reason)
{
    if (!atomic_exchange(&reach->away, true))
        log_warn("Kafka is away, waiting for it client=%s reason=%s", reach->who, reason);
    atomic_store(&reach->seen_away_ns, monotonic_now().ns);
}

void kafka_reach_found(struct kafka_reach *reach)
{
    /* Asked for every record: reading costs less than changing. */
    if (!atomic_load_explicit(&reach->away, memory_order_relaxed) || !atomic_exchange(&reach->away, false))
        return;
    log_info("Kafka is back client=%s", reach->who);
    atomic_store(&reach->seen_away_ns, monotonic_now().ns);
}

bool kafka_reach_was_lost(const struct kafka_reach *reach, int64_t within_ms)
{
    const int64_t seen = atomic_load(&reach->seen_away_ns);
    return atomic_load(&reach->away) ||
           (seen != 0 && (monotonic_now().ns - seen) / (1000 * 1000) <= within_ms);
}

bool kafka_error_is_reach(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || error == RD_KAFKA_RESP_ERR__TRANSPORT ||
           error == RD_KAFKA_RESP_ERR__RESOLVE || error == RD_KAFKA_RESP_ERR__TIMED_OUT;
}

bool kafka_reason_names(const char *reason, const char *topic, int32_t partition)
{
    char name[KAFKA_ERROR_TEXT];
    snprintf(name, sizeof name, "%s [%d]:", topic, (int)partition);
    return text_starts_with(reason, name);
}

rd_kafka_topic_partition_t *kafka_list_add(rd_kafka_topic_partition_list_t *list, const char *topic,
                                           int32_t partition, int64_t offset)
{
    rd_kafka_topic_partition_t *added = rd_kafka_topic_partition_list_add(list, topic, partition);
    added->offset = offset;
    return added;
}

void kafka_partition_set_metadata(rd_kafka_topic_partition_t *partition, const char *metadata)
{
    if (metadata == NULL || text_empty(metadata))
        return;
    partition->metadata_size = strlen(metadata);
    /* The library frees it with free(); one more byte, because 2.0.2 reads past metadata_size in a debug line. */
    partition->metadata = must_copy_text(metadata);
}

const struct log_header *log_record_header(const struct log_record *record, const char *name)
{
    for (size_t i = 0; i < record->header_count; i++)
        if (text_equal(record->headers[i].name, name))
            return &record->headers[i];
    return NULL;
}
