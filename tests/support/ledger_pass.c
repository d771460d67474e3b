/* ledger_pass.c: fills the topics, and passes records through with librdkafka alone. */
#include "ledger_pass.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "ledger_pass_client.h"
#include "wire/topology.h"

enum { POLL_EVERY = 256, WAIT_FOR_RECORD_MS = 20 };

static const struct pass_setting filler[] = {
    {"linger.ms",                    "20"    },
    {"queue.buffering.max.messages", "200000"},
    {NULL,                           NULL    }
};

/* --- filling ------------------------------------------------------------------------------------------------------------ */

static void end_filling(rd_kafka_t *producer, rd_kafka_topic_t *topic)
{
    pass_flush(producer);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
}

static void fill_registry(struct ledger_mix *mix, const struct pass_options *options)
{
    rd_kafka_t *producer = pass_client(RD_KAFKA_PRODUCER, options->brokers, filler);
    rd_kafka_topic_t *topic = pass_topic(producer, options->prefix, FEED_REGISTRY);
    for (uint32_t version = 1; version <= ledger_mix_versions(mix); version++) {
        char key[16];
        struct mix_bytes content = ledger_mix_version(mix, version);
        snprintf(key, sizeof key, "%u", version);
        pass_produce(producer, topic, 0, key, strlen(key), content.data, content.bytes);
    }
    end_filling(producer, topic);
}

static int32_t place_of(const char *key, const struct pass_options *options)
{
    return (int32_t)partition_of(key, (uint32_t)options->partitions);
}

void pass_fill_rows(struct ledger_mix *mix, const struct pass_options *options)
{
    fill_registry(mix, options);
    rd_kafka_t *producer = pass_client(RD_KAFKA_PRODUCER, options->brokers, filler);
    rd_kafka_topic_t *topic = pass_topic(producer, options->prefix, FEED_TASKS);
    for (int32_t i = 0; i < options->partitions; i++) {
        char key[24];
        struct mix_bytes row = ledger_mix_partition_row(mix, i, key);
        pass_produce(producer, topic, i, key, strlen(key), row.data, row.bytes);
    }
    for (uint64_t i = 0; i < options->count; i++) {
        struct mix_draw draw;
        ledger_mix_draw(mix, i, &draw);
        if (draw.row.data != NULL)
            pass_produce(producer, topic, place_of(draw.key, options), draw.key, strlen(draw.key),
                         draw.row.data, draw.row.bytes);
        if (i % POLL_EVERY == 0)
            rd_kafka_poll(producer, 0);
    }
    end_filling(producer, topic);
}

void pass_fill_commands(struct ledger_mix *mix, const struct pass_options *options)
{
    rd_kafka_t *producer = pass_client(RD_KAFKA_PRODUCER, options->brokers, filler);
    rd_kafka_topic_t *topic = pass_topic(producer, options->prefix, FEED_COMMANDS);
    for (uint64_t i = options->first; i < options->first + options->count; i++) {
        struct mix_draw draw;
        ledger_mix_draw(mix, i, &draw);
        pass_produce(producer, topic, place_of(draw.key, options), draw.key, strlen(draw.key),
                     draw.command.data, draw.command.bytes);
        if (i % POLL_EVERY == 0)
            rd_kafka_poll(producer, 0);
    }
    end_filling(producer, topic);
}

void pass_change_calendar(struct ledger_mix *mix, const struct pass_options *options)
{
    const struct mix_bytes content = ledger_mix_next_version(mix);
    char key[24];
    snprintf(key, sizeof key, "%u", ledger_mix_versions(mix) + 1);
    rd_kafka_t *producer = pass_client(RD_KAFKA_PRODUCER, options->brokers, filler);
    rd_kafka_topic_t *registry = pass_topic(producer, options->prefix, FEED_REGISTRY);
    pass_produce(producer, registry, 0, key, strlen(key), content.data, content.bytes);
    rd_kafka_topic_destroy(registry);
    rd_kafka_topic_t *internal = pass_topic(producer, options->prefix, FEED_INTERNAL);
    for (int32_t i = 0; i < options->partitions; i++) {
        const struct mix_bytes adoption = ledger_mix_adoption(mix, i, key);
        pass_produce(producer, internal, i, key, strlen(key), adoption.data, adoption.bytes);
    }
    end_filling(producer, internal);
}

/* --- passing through ---------------------------------------------------------------------------------------------------- */

struct pass {
    const struct ledger_feed *feed;
    const struct pass_options *options;
    rd_kafka_t *consumer, *producer;
    rd_kafka_topic_t *topics[FEED_TOPICS];
    char names[2][PASS_TOPIC_TEXT]; /* read: commands, internal */
    int64_t *next[2];               /* of each partition; -1: nothing read yet */
    uint64_t *expected;             /* commands of each partition, as the feed had them */
    size_t *written;                /* outputs of each partition */
    size_t sample_at;
    bool open;
    double opened;
    uint64_t commands, internals, internals_due, commits;
    double began, cpu_began, committing;
};

static void open_pass(struct pass *pass)
{
    const struct pass_options *options = pass->options;
    char group[PASS_TOPIC_TEXT], id[PASS_TOPIC_TEXT];
    snprintf(group, sizeof group, "%sgroup", options->to);
    snprintf(id, sizeof id, "%spass", options->to);
    const struct pass_setting reading[] = {
        {"group.id",                      group     },
        {"auto.offset.reset",             "earliest"},
        {"partition.assignment.strategy", "range"   },
        {"fetch.wait.max.ms",             "20"      },
        {"enable.partition.eof",          "false"   },
        {NULL,                            NULL      }
    };
    const struct pass_setting writing[] = {
        {"linger.ms",                                       "5"     },
        {"queue.buffering.max.messages",                    "200000"},
        {"retry.backoff.ms",                                "10"    },
        {options->transactions ? "transactional.id" : NULL, id      },
        {NULL,                                              NULL    }
    };
    pass->consumer = pass_client(RD_KAFKA_CONSUMER, options->brokers, reading);
    pass->producer = pass_client(RD_KAFKA_PRODUCER, options->brokers, writing);
    rd_kafka_poll_set_consumer(pass->consumer);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(2);
    for (int i = 0; i < 2; i++) {
        snprintf(pass->names[i], sizeof pass->names[i], "%s%s", i == 0 ? options->prefix : options->to,
                 feed_topics[i]);
        rd_kafka_topic_partition_list_add(topics, pass->names[i], RD_KAFKA_PARTITION_UA);
        pass->next[i] = must_alloc((size_t)options->partitions * sizeof(int64_t));
        memset(pass->next[i], 0xff, (size_t)options->partitions * sizeof(int64_t));
    }
    rd_kafka_subscribe(pass->consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    for (int i = 0; i < FEED_TOPICS; i++)
        pass->topics[i] = pass_topic(pass->producer, options->to, (enum feed_topic)i);
    pass->written = must_alloc((size_t)options->partitions * sizeof *pass->written);
    if (options->transactions)
        pass_must(rd_kafka_init_transactions(pass->producer, PASS_WAIT_MS), "init");
}

static void ready_transaction(struct pass *pass)
{
    if (pass->open)
        return;
    if (pass->options->transactions)
        pass_must(rd_kafka_begin_transaction(pass->producer), "begin");
    pass->open = true;
    pass->opened = pass_wall();
}

/* The share of the partition's outputs that falls on one of its commands. */
static void pass_one(struct pass *pass, const rd_kafka_message_t *message)
{
    const int32_t partition = message->partition;
    const struct feed_outputs *outputs = &pass->feed->outputs[partition];
    const uint64_t commands = pass->expected[partition];
    size_t until =
        (size_t)((uint64_t)(message->offset + 1) * outputs->count / (commands == 0 ? 1 : commands));
    for (; pass->written[partition] < until && pass->written[partition] < outputs->count;
         pass->written[partition]++) {
        const struct feed_output *output = &outputs->items[pass->written[partition]];
        if (pass->sample_at + output->bytes > pass->feed->sample_bytes)
            pass->sample_at = 0;
        pass_produce(pass->producer, pass->topics[output->topic], partition, message->key, message->key_len,
                     pass->feed->sample + pass->sample_at, output->bytes);
        pass->sample_at += output->bytes;
        pass->internals_due += output->topic == FEED_INTERNAL;
    }
}

static void take_message(struct pass *pass, const rd_kafka_message_t *message)
{
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    if (pass->commands == 0) {
        pass->began = pass_wall();
        pass->cpu_began = pass_cpu();
    }
    bool internal = strcmp(rd_kafka_topic_name(message->rkt), pass->names[1]) == 0;
    ready_transaction(pass);
    if (internal) {
        pass->internals++;
    } else {
        pass_one(pass, message);
        pass->commands++;
    }
    pass->next[internal][message->partition] = message->offset + 1;
}

static void commit(struct pass *pass)
{
    const double began = pass_wall();
    rd_kafka_topic_partition_list_t *offsets =
        rd_kafka_topic_partition_list_new(pass->options->partitions * 2);
    for (int i = 0; i < 2; i++)
        for (int32_t k = 0; k < pass->options->partitions; k++)
            if (pass->next[i][k] >= 0)
                rd_kafka_topic_partition_list_add(offsets, pass->names[i], k)->offset = pass->next[i][k];
    if (pass->options->transactions) {
        rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(pass->consumer);
        pass_must(rd_kafka_send_offsets_to_transaction(pass->producer, offsets, group, PASS_WAIT_MS),
                  "offsets");
        rd_kafka_consumer_group_metadata_destroy(group);
        pass_must(rd_kafka_commit_transaction(pass->producer, PASS_WAIT_MS), "commit");
    } else {
        pass_flush(pass->producer);
        rd_kafka_commit(pass->consumer, offsets, 0);
    }
    rd_kafka_topic_partition_list_destroy(offsets);
    pass->commits++;
    pass->open = false;
    pass->committing += pass_wall() - began;
}

static bool is_due(const struct pass *pass)
{
    if (!pass->open)
        return false;
    bool all = pass->commands >= pass->options->count && pass->internals >= pass->internals_due;
    return all || (pass_wall() - pass->opened) * 1000 >= (double)pass->options->interval_ms;
}

static void show(const struct pass *pass)
{
    const double seconds = pass_wall() - pass->began, cpu = pass_cpu() - pass->cpu_began;
    const double records = (double)(pass->commands + pass->internals);
    printf("{\"records\":%.0f,\"seconds\":%.3f,\"rate\":%.0f,\"per_cpu_second\":%.0f,\"commits\":%llu,"
           "\"commit_ms\":%.1f}\n",
           records, seconds, records / seconds, records / cpu, (unsigned long long)pass->commits,
           pass->commits == 0 ? 0 : pass->committing * 1000 / (double)pass->commits);
}

static void count_expected(struct pass *pass)
{
    pass->expected = must_alloc((size_t)pass->options->partitions * sizeof *pass->expected);
    for (uint64_t i = 0; i < pass->options->count; i++) {
        struct mix_draw draw;
        ledger_mix_draw(pass->feed->mix, i, &draw);
        pass->expected[place_of(draw.key, pass->options)]++;
    }
}

void pass_raw(const struct ledger_feed *feed, const struct pass_options *options)
{
    struct pass *pass = must_alloc(sizeof *pass);
    pass->feed = feed;
    pass->options = options;
    count_expected(pass);
    open_pass(pass);
    puts("ready");
    fflush(stdout);
    while (pass->open || pass->commands < options->count || pass->internals < pass->internals_due) {
        rd_kafka_message_t *message =
            rd_kafka_consumer_poll(pass->consumer, pass->open ? 1 : WAIT_FOR_RECORD_MS);
        if (message != NULL) {
            take_message(pass, message);
            rd_kafka_message_destroy(message);
        }
        if ((pass->commands + pass->internals) % POLL_EVERY == 0 || message == NULL)
            rd_kafka_poll(pass->producer, 0);
        if (is_due(pass))
            commit(pass);
    }
    show(pass);
    fflush(stdout);
    rd_kafka_consumer_close(pass->consumer);
    rd_kafka_destroy(pass->consumer);
    rd_kafka_destroy(pass->producer);
}
