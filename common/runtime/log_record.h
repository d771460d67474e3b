/* log_record.h: what is read from and written to Kafka, without Kafka's types. "The log" is the broker's
 * topics; base/log.h is what programs say on stderr. */
#ifndef DUBAN_RUNTIME_LOG_RECORD_H
#define DUBAN_RUNTIME_LOG_RECORD_H

#include "base/instant.h"
#include "base/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How to reach the broker. All texts must outlive the client; "" is allowed for options. */
struct log_client {
    const char *brokers; /* "host:port,host:port" */
    const char
        *client_id; /* short: librdkafka before 2.5 has a fault with long ones; at most 40 bytes are used */
    const char *options; /* more of librdkafka's settings (TLS, SASL): "key=value;key=value" */
};

/* A topic with its full name, prefix included, and how many partitions it has (fixed for life). */
struct log_topic {
    const char *name;
    int32_t partitions;
};

struct log_header {
    const char *name;
    const void *value; /* never NULL; not NUL-terminated */
    size_t value_bytes;
};

/* A record read. Everything it points to belongs to the reader and lives until the handler returns
 * (log_port: until the next call on the port). */
struct log_record {
    const char *topic;
    int32_t partition;
    int64_t offset;
    const void *key; /* NULL: no key */
    size_t key_bytes;
    const void *value; /* NULL: a tombstone; an empty value is not NULL */
    size_t value_bytes;
    struct instant timestamp;
    bool log_append_time; /* stamped by the broker, not by the sender */
    const struct log_header *headers;
    size_t header_count;
};

/* A record to write. Copied before the call returns, but for the value given to a log_port. */
struct log_message {
    const char *topic;
    int32_t partition; /* chosen by the caller (wire's partition function); never negative */
    const void *key;
    size_t key_bytes;
    const void *value; /* NULL: a tombstone */
    size_t value_bytes;
    const struct log_header *headers;
    size_t header_count;
};

/* A place in a partition. `next` is the offset of the next record to read: committed offset, position or
 * end. */
struct log_offset {
    const char *topic;
    int32_t partition;
    int64_t next;         /* LOG_OFFSET_NONE: there is none */
    const char *metadata; /* of a committed offset; "" otherwise; holds no zero byte */
};

enum { LOG_OFFSET_NONE = -1 };

/* How far a reader has come. Two positions and the log's read_uncommitted end are comparable: `next` counts
 * transaction markers, because the end-of-partition event does. */
struct log_position {
    const char *topic;
    int32_t partition;
    int64_t next;   /* LOG_OFFSET_NONE: not known yet */
    bool caught_up; /* has read everything that stood in the partition when the reader started on it */
    bool failed;    /* an error keeps it from being read; retried */
};

/* The first header of that name, NULL when there is none. */
const struct log_header *log_record_header(const struct log_record *record, const char *name);

#endif
