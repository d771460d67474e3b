/* ledger_pace.c: commands at a steady rate, and how long it takes until the event of each can be read. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "ledger_pass.h"
#include "ledger_pass_client.h"
#include "wire/topology.h"

#include <uthash.h>

enum { PATIENCE_MS = 1000, WARM_UP_PART = 5 /* the first fifth is not counted */ };

struct sent {
    UT_hash_handle hh;
    char key[ID_TEXT];
    double at;   /* seconds */
    double took; /* milliseconds; 0: no event yet */
};

struct pace {
    const struct pass_options *options;
    struct sent *sent, *by_key;
    uint64_t count, seen;
    rd_kafka_t *consumer;
};

static void open_reader(struct pace *pace)
{
    const struct pass_setting settings[] = {
        {"group.id",          "pace"},
        {"fetch.wait.max.ms", "5"   },
        {NULL,                NULL  }
    };
    char name[PASS_TOPIC_TEXT];
    snprintf(name, sizeof name, "%s%s", pace->options->to, feed_topics[FEED_EVENTS]);
    pace->consumer = pass_client(RD_KAFKA_CONSUMER, pace->options->brokers, settings);
    rd_kafka_poll_set_consumer(pace->consumer);
    rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(pace->options->partitions);
    for (int32_t i = 0; i < pace->options->partitions; i++) {
        int64_t low = 0, high = 0;
        rd_kafka_query_watermark_offsets(pace->consumer, name, i, &low, &high, PASS_WAIT_MS);
        rd_kafka_topic_partition_list_add(all, name, i)->offset = high;
    }
    rd_kafka_assign(pace->consumer, all);
    rd_kafka_topic_partition_list_destroy(all);
}

/* Whatever can be read now. */
static void look(struct pace *pace, int wait_ms)
{
    rd_kafka_message_t *message;
    while ((message = rd_kafka_consumer_poll(pace->consumer, wait_ms)) != NULL) {
        struct sent *sent = NULL;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            HASH_FIND(hh, pace->by_key, message->key, message->key_len, sent);
        if (sent != NULL && sent->took == 0) {
            sent->took = (pass_wall() - sent->at) * 1000;
            pace->seen++;
        }
        rd_kafka_message_destroy(message);
        wait_ms = 0;
    }
}

static void send_one(struct pace *pace, struct ledger_mix *mix, rd_kafka_t *producer, rd_kafka_topic_t *topic)
{
    struct mix_draw draw;
    struct sent *sent = &pace->sent[pace->count];
    ledger_mix_draw(mix, pace->options->first + pace->count, &draw);
    memcpy(sent->key, draw.key, sizeof sent->key);
    HASH_ADD(hh, pace->by_key, key, strlen(draw.key), sent);
    sent->at = pass_wall();
    pass_produce(producer, topic, (int32_t)partition_of(draw.key, (uint32_t)pace->options->partitions),
                 draw.key, strlen(draw.key), draw.command.data, draw.command.bytes);
    pace->count++;
}

static int ascending(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static void show(const struct pace *pace)
{
    double *took = must_alloc((pace->seen + 1) * sizeof *took);
    uint64_t count = 0;
    for (uint64_t i = pace->count / WARM_UP_PART; i < pace->count; i++)
        if (pace->sent[i].took > 0)
            took[count++] = pace->sent[i].took;
    qsort(took, count, sizeof *took, ascending);
    printf("{\"sent\":%llu,\"seen\":%llu,\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"max_ms\":%.1f}\n",
           (unsigned long long)pace->count, (unsigned long long)count, count == 0 ? 0 : took[count / 2],
           count == 0 ? 0 : took[count * 99 / 100], count == 0 ? 0 : took[count - 1]);
    free(took);
}

void pass_pace(struct ledger_mix *mix, const struct pass_options *options)
{
    static const struct pass_setting settings[] = {
        {"linger.ms", "0" },
        {NULL,        NULL}
    };
    struct pace *pace = must_alloc(sizeof *pace);
    pace->options = options;
    pace->sent = must_alloc((options->count + 1) * sizeof *pace->sent);
    open_reader(pace);
    rd_kafka_t *producer = pass_client(RD_KAFKA_PRODUCER, options->brokers, settings);
    rd_kafka_topic_t *topic = pass_topic(producer, options->prefix, FEED_COMMANDS);
    const double began = pass_wall();
    while (pace->count < options->count) {
        while (pace->count < options->count && (pass_wall() - began) * options->rate >= (double)pace->count)
            send_one(pace, mix, producer, topic);
        rd_kafka_poll(producer, 0);
        look(pace, 1);
    }
    pass_flush(producer);
    /* Commands without an event are never seen. */
    for (uint64_t seen = UINT64_MAX; seen != pace->seen;) {
        seen = pace->seen;
        look(pace, PATIENCE_MS);
    }
    show(pace);
    HASH_CLEAR(hh, pace->by_key);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    rd_kafka_consumer_close(pace->consumer);
    rd_kafka_destroy(pace->consumer);
    free(pace->sent);
    free(pace);
}
