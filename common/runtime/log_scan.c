/* Reads partitions once, up to the high watermark they had when the broker first answered. read_committed, so a
 * transaction that is open at that moment is waited for: stopping at the last stable offset could miss records of a
 * transaction whose offsets are committed already but whose marker has not reached this partition yet. */
#include "runtime/log_scan.h"

#include "base/arena.h"
#include "base/text.h"
#include "runtime/kafka_client.h"
#include <stdlib.h>

enum { POLL_MS = 100 };

static const struct kafka_setting scan_settings[] = {
  /* An offset that retention has overtaken begins at the log's start; one beyond the end is told apart below. */
    {"auto.offset.reset", "earliest"},
    {"fetch.wait.max.ms", "10"      },
    {NULL,                NULL      },
};

struct log_scanner {
    rd_kafka_t *consumer;
    struct kafka_headers headers;
};

/* One partition of the scan under way. */
struct scanned {
    struct log_offset *offset;
    int64_t from;
    int64_t target; /* LOG_OFFSET_NONE until the broker has answered */
    bool done;
};

struct scan {
    struct log_scanner *scanner;
    struct scanned *partitions;
    size_t count, open;
    enum status (*on_record)(void *context, const struct log_record *record);
    void *context;
};

struct log_scanner *log_scanner_new(const struct log_client *client)
{
    struct log_scanner *scanner = must_alloc(sizeof *scanner);
    rd_kafka_conf_t *conf = kafka_conf_new(client, kafka_consumer_settings, scanner);
    bool fine = conf != NULL && kafka_conf_set(conf, "group.id", "duban-scan"); /* never joined */
    for (const struct kafka_setting *setting = scan_settings; fine && setting->key != NULL; setting++)
        fine = kafka_conf_set(conf, setting->key, setting->value);
    if (fine)
        scanner->consumer = kafka_new(RD_KAFKA_CONSUMER, conf);
    else if (conf != NULL)
        rd_kafka_conf_destroy(conf);
    if (scanner->consumer == NULL) {
        free(scanner);
        return NULL;
    }
    return scanner;
}

void log_scanner_free(struct log_scanner *scanner)
{
    if (scanner == NULL)
        return;
    kafka_consumer_destroy(scanner->consumer);
    kafka_headers_release(&scanner->headers);
    free(scanner);
}

static struct scanned *find(struct scan *scan, const char *topic, int32_t partition)
{
    for (size_t i = 0; i < scan->count; i++)
        if (scan->partitions[i].offset->partition == partition &&
            text_equal(scan->partitions[i].offset->topic, topic))
            return &scan->partitions[i];
    return NULL;
}

/* The first answer fixes the target and shows an offset that the log does not reach. */
static enum status note_target(struct scan *scan, struct scanned *scanned, int64_t first)
{
    int64_t low, high;
    if (scanned->target >= 0)
        return STATUS_OK;
    if (rd_kafka_get_watermark_offsets(scan->scanner->consumer, scanned->offset->topic,
                                       scanned->offset->partition, &low,
                                       &high) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        high < 0)
        return STATUS_OK; /* the next answer will tell */
    scanned->target = high;
    if (scanned->from <= high && first >= scanned->from)
        return STATUS_OK;
    log_error("the log is shorter than it was topic=%s partition=%d wanted=%lld end=%lld",
              scanned->offset->topic, (int)scanned->offset->partition, (long long)scanned->from,
              (long long)high);
    return STATUS_FATAL;
}

static void advance(struct scan *scan, struct scanned *scanned, int64_t next)
{
    if (next > scanned->offset->next)
        scanned->offset->next = next;
    if (!scanned->done && scanned->target >= 0 && scanned->offset->next >= scanned->target) {
        scanned->done = true;
        scan->open--;
    }
}

static enum status on_message(struct scan *scan, const rd_kafka_message_t *message)
{
    struct scanned *scanned =
        message->rkt != NULL ? find(scan, rd_kafka_topic_name(message->rkt), message->partition) : NULL;
    if (scanned == NULL)
        return STATUS_OK;
    bool is_end = message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && !is_end) {
        log_error("a partition cannot be read topic=%s partition=%d reason=%s", scanned->offset->topic,
                  (int)scanned->offset->partition, rd_kafka_message_errstr(message));
        return STATUS_FATAL;
    }
    enum status status = note_target(scan, scanned, message->offset);
    if (status == STATUS_OK && !is_end && !scanned->done) {
        struct log_record record;
        kafka_record(message, &scan->scanner->headers, &record);
        status = scan->on_record(scan->context, &record);
    }
    if (status == STATUS_OK)
        advance(scan, scanned, is_end ? message->offset : message->offset + 1);
    return status;
}

static enum status run(struct scan *scan, int64_t quiet_ms)
{
    int64_t quiet = 0;
    while (scan->open > 0) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(scan->scanner->consumer, POLL_MS);
        if (message == NULL) {
            quiet += POLL_MS;
            if (quiet >= quiet_ms)
                return STATUS_RETRY;
            continue;
        }
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            quiet = 0;
        enum status status = on_message(scan, message);
        rd_kafka_message_destroy(message);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

enum status log_scan(struct log_scanner *scanner, struct log_offset *offsets, size_t count, int64_t quiet_ms,
                     enum status (*on_record)(void *context, const struct log_record *record), void *context)
{
    struct scan scan = {
        .scanner = scanner, .count = count, .open = count, .on_record = on_record, .context = context};
    scan.partitions = must_alloc((count + 1) * sizeof *scan.partitions);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++) {
        int64_t from = offsets[i].next > 0 ? offsets[i].next : 0;
        offsets[i].next = from;
        scan.partitions[i] = (struct scanned){.offset = &offsets[i], .from = from, .target = LOG_OFFSET_NONE};
        kafka_list_add(list, offsets[i].topic, offsets[i].partition, from);
    }
    enum status status = STATUS_RETRY;
    if (rd_kafka_assign(scanner->consumer, list) == RD_KAFKA_RESP_ERR_NO_ERROR)
        status = run(&scan, quiet_ms);
    rd_kafka_assign(scanner->consumer, NULL);
    rd_kafka_topic_partition_list_destroy(list);
    free(scan.partitions);
    return status;
}
