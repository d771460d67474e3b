/* ledger_feed.c: hands out records that lie ready. */
#include "ledger_feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/text.h"
#include "domain/row.h"
#include "wire/topology.h"

const char *const feed_topics[FEED_TOPICS] = {"commands", "internal", "events",      "answers",
                                              "tasks",    "registry", "dead-letters"};

struct feed_record {
    struct feed_record *next;
    int32_t partition;
    uint32_t bytes;
    char key[ID_TEXT + 16]; /* of a task or a book of numbers */
    char *value;
};

static enum feed_topic topic_of(const char *name)
{
    int topic = 0;
    while (feed_topics[topic] != name) /* the engine's options name these very texts */
        topic++;
    return (enum feed_topic)topic;
}

/* --- reading ------------------------------------------------------------------------------------------------------------ */

static void assign(struct ledger_feed *feed, struct log_event *ret_event)
{
    for (int32_t i = 0; i < feed->partitions; i++) {
        feed->assigned[2 * i] = (struct log_offset){feed_topics[FEED_COMMANDS], i, 0, ""};
        feed->assigned[2 * i + 1] = (struct log_offset){feed_topics[FEED_INTERNAL], i, 0, ""};
    }
    *ret_event = (struct log_event){
        .kind = LOG_EVENT_ASSIGNED, .offsets = feed->assigned, .offset_count = (size_t)feed->partitions * 2};
}

static void give_version(struct ledger_feed *feed, struct log_event *ret_event)
{
    static char key[16];
    const uint32_t version = (uint32_t)++feed->given_versions;
    struct mix_bytes content = ledger_mix_version(feed->mix, version);
    snprintf(key, sizeof key, "%u", version);
    feed->record = (struct log_record){.topic = feed_topics[FEED_REGISTRY],
                                       .key = key,
                                       .key_bytes = strlen(key),
                                       .value = content.data,
                                       .value_bytes = content.bytes};
    *ret_event = (struct log_event){.kind = LOG_EVENT_RECORD, .record = &feed->record};
}

static void give(struct ledger_feed *feed, const struct feed_record *record, enum feed_topic topic,
                 struct log_event *ret_event)
{
    const size_t stream = 2 * (size_t)record->partition + (topic == FEED_INTERNAL);
    feed->record = (struct log_record){
        .topic = feed_topics[topic],
        .partition = record->partition,
        .offset = feed->offsets[stream]++,
        .key = record->key,
        .key_bytes = strlen(record->key),
        .value = record->value,
        .value_bytes = record->bytes,
    };
    feed->taken++;
    *ret_event = (struct log_event){.kind = LOG_EVENT_RECORD, .record = &feed->record};
}

static void feed_poll(void *self, int64_t timeout_ms, struct log_event *ret_event)
{
    struct ledger_feed *feed = self;
    (void)timeout_ms;
    if (feed->current != NULL) {
        free(feed->current->value);
        free(feed->current);
        feed->current = NULL;
    }
    if (feed->given_versions < ledger_mix_versions(feed->mix)) {
        give_version(feed, ret_event);
    } else if (!feed->told) {
        feed->told = true;
        assign(feed, ret_event);
    } else if (feed->internal != NULL) {
        feed->current = feed->internal;
        feed->internal = feed->current->next;
        if (feed->internal == NULL)
            feed->internal_last = &feed->internal;
        give(feed, feed->current, FEED_INTERNAL, ret_event);
    } else if (feed->next < feed->commands) {
        give(feed, &feed->records[feed->next++], FEED_COMMANDS, ret_event);
    } else {
        *ret_event = (struct log_event){.kind = LOG_EVENT_IDLE};
    }
}

static enum status restore_one(const char *key, struct mix_bytes row, int32_t partition,
                               log_restored callback, void *context)
{
    const struct log_record record = {
        .topic = feed_topics[FEED_TASKS],
        .partition = partition,
        .key = key,
        .key_bytes = strlen(key),
        .value = row.data,
        .value_bytes = row.bytes,
    };
    return callback(context, &record);
}

/* All partitions at once: the engine asks for them together. */
static enum status feed_restore(void *self, struct log_offset *offsets, size_t count, log_restored callback,
                                void *context)
{
    struct ledger_feed *feed = self;
    enum status status = STATUS_OK;
    (void)offsets;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        char key[24];
        struct mix_bytes row = ledger_mix_partition_row(feed->mix, (int32_t)i, key);
        status = restore_one(key, row, (int32_t)i, callback, context);
    }
    for (uint64_t i = 0; status == STATUS_OK && i < feed->rows; i++) {
        struct mix_draw draw;
        ledger_mix_draw(feed->mix, i, &draw);
        if (draw.row.data != NULL)
            status =
                restore_one(draw.key, draw.row, (int32_t)partition_of(draw.key, (uint32_t)feed->partitions),
                            callback, context);
    }
    return status;
}

/* --- writing ------------------------------------------------------------------------------------------------------------ */

static void bring_back(struct ledger_feed *feed, const struct log_message *message)
{
    struct feed_record *record = must_alloc(sizeof *record);
    record->partition = message->partition;
    record->bytes = (uint32_t)message->value_bytes;
    memcpy(record->key, message->key,
           message->key_bytes < sizeof record->key ? message->key_bytes : sizeof record->key - 1);
    record->value = must_alloc(message->value_bytes);
    memcpy(record->value, message->value, message->value_bytes);
    *feed->internal_last = record;
    feed->internal_last = &record->next;
}

static void note_output(struct ledger_feed *feed, enum feed_topic topic, const struct log_message *message)
{
    struct feed_outputs *outputs = &feed->outputs[message->partition];
    if (outputs->count == outputs->capacity) {
        outputs->capacity = outputs->capacity == 0 ? 4096 : outputs->capacity * 2;
        outputs->items = must_realloc(outputs->items, outputs->capacity * sizeof *outputs->items);
    }
    outputs->items[outputs->count++] = (struct feed_output){topic, (uint32_t)message->value_bytes};
    if (feed->sample_bytes + message->value_bytes <= FEED_SAMPLE_BYTES) {
        memcpy(feed->sample + feed->sample_bytes, message->value, message->value_bytes);
        feed->sample_bytes += message->value_bytes;
    }
}

static void take_in(struct digest_stream *digest, const struct log_message *message)
{
    const uint64_t head[] = {(uint64_t)message->partition, message->key_bytes, message->value_bytes};
    digest_stream_add(digest, message->topic, strlen(message->topic));
    digest_stream_add(digest, head, sizeof head);
    digest_stream_add(digest, message->key, message->key_bytes);
    digest_stream_add(digest, message->value, message->value_bytes);
}

static void feed_produce(void *self, const struct log_message *message)
{
    struct ledger_feed *feed = self;
    const enum feed_topic topic = topic_of(message->topic);
    feed->counts[topic]++;
    feed->bytes[topic] += message->value_bytes;
    if (topic == FEED_INTERNAL)
        bring_back(feed, message);
    if (feed->digest != NULL)
        take_in(feed->digest, message);
    if (topic != FEED_TASKS || memcmp(message->key, "partition/", 10) != 0)
        note_output(feed, topic, message);
}

static enum log_outcome feed_begin(void *self)
{
    (void)self;
    return LOG_COMMITTED;
}

static void feed_commit_start(void *self, const struct log_offset *offsets, size_t count)
{
    (void)self, (void)offsets, (void)count;
}

static bool feed_commit_ended(void *self, bool wait, enum log_outcome *ret_outcome)
{
    (void)self, (void)wait;
    *ret_outcome = LOG_COMMITTED;
    return true;
}

static void feed_ignore(void *self, const char *topic, int32_t partition)
{
    (void)self, (void)topic, (void)partition;
}

static enum status feed_watermarks(void *self, const char *topic, int32_t partition, int64_t *ret_start,
                                   int64_t *ret_end)
{
    (void)self, (void)topic, (void)partition;
    *ret_start = *ret_end = 0;
    return STATUS_OK;
}

static const struct log_position *feed_positions(void *self, size_t *ret_count)
{
    (void)self;
    *ret_count = 0;
    return NULL;
}

/* --- life --------------------------------------------------------------------------------------------------------------- */

static void prepare(struct ledger_feed *feed)
{
    for (uint64_t i = 0; i < feed->commands; i++) {
        struct mix_draw draw;
        struct feed_record *record = &feed->records[i];
        ledger_mix_draw(feed->mix, i, &draw);
        memcpy(record->key, draw.key, strlen(draw.key) + 1);
        record->partition = (int32_t)partition_of(draw.key, (uint32_t)feed->partitions);
        record->bytes = (uint32_t)draw.command.bytes;
        record->value = must_alloc(draw.command.bytes);
        memcpy(record->value, draw.command.data, draw.command.bytes);
    }
}

struct ledger_feed *ledger_feed_new(struct ledger_mix *mix, int32_t partitions, uint64_t rows,
                                    uint64_t commands)
{
    static const struct log_port_operations operations = {
        .poll = feed_poll,
        .begin = feed_begin,
        .produce = feed_produce,
        .commit_start = feed_commit_start,
        .commit_ended = feed_commit_ended,
        .pause = feed_ignore,
        .resume = feed_ignore,
        .watermarks = feed_watermarks,
        .restore = feed_restore,
        .positions = feed_positions,
    };
    struct ledger_feed *feed = must_alloc(sizeof *feed);
    feed->port = (struct log_port){&operations, feed};
    feed->mix = mix;
    feed->partitions = partitions;
    feed->rows = rows;
    feed->commands = commands;
    feed->outputs = must_alloc((size_t)partitions * sizeof *feed->outputs);
    feed->offsets = must_alloc((size_t)partitions * 2 * sizeof *feed->offsets);
    feed->assigned = must_alloc((size_t)partitions * 2 * sizeof *feed->assigned);
    feed->sample = must_alloc(FEED_SAMPLE_BYTES);
    feed->records = must_alloc((commands + 1) * sizeof *feed->records);
    feed->internal_last = &feed->internal;
    prepare(feed);
    return feed;
}

void ledger_feed_free(struct ledger_feed *feed)
{
    if (feed == NULL)
        return;
    struct feed_record *next;
    for (struct feed_record *record = feed->internal; record != NULL; record = next) {
        next = record->next;
        free(record->value);
        free(record);
    }
    for (uint64_t i = 0; i < feed->commands; i++)
        free(feed->records[i].value);
    for (int32_t i = 0; i < feed->partitions; i++)
        free(feed->outputs[i].items);
    free(feed->records);
    free(feed->outputs);
    free(feed->offsets);
    free(feed->assigned);
    free(feed->sample);
    free(feed);
}
