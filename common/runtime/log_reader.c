/* Records in, without transactions, on the loop. librdkafka wakes the loop once when its queue stops being empty, so a
 * wake-up drains the queue: a bounded number of records, then the others on the loop get their turn. A timer
 * polls an idle consumer too, else the group would take it for dead. How a GROUP gets and gives up its partitions is in
 * log_reader_group.c. */
#include "runtime/log_reader.h"

#include "base/arena.h"
#include "base/text.h"
#include "runtime/log_reader_internal.h"
#include "runtime/loop_internal.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECORDS_PER_TURN = 500,
    TURN_NS = 5 * 1000 * 1000,
    TICK_MS = 1000,
    RETRY_MS = 5,
    /* A record kept longer than this must not keep the consumer from being polled. */
    PARK_AFTER_MS = 30 * 1000,
};

static void on_tick(void *context);
static void on_retry(void *context);
static void on_wakeup(void *context);
static void on_commit_time(void *context);
static void tell_fatal(void *context);

/* --- a partition's progress -------------------------------------------------------------------------------- */

/* The first answer of the broker tells the high watermark; all below it stood there when we began. */
static void note_target(struct log_reader *reader, struct reader_partition *partition)
{
    int64_t low, high;
    if (partition->target >= 0)
        return;
    if (rd_kafka_get_watermark_offsets(reader->consumer, partition->topic, partition->number, &low, &high) ==
            RD_KAFKA_RESP_ERR_NO_ERROR &&
        high >= 0)
        partition->target = high;
}

static void advance(struct log_reader *reader, struct reader_partition *partition, int64_t next)
{
    if (next > partition->next)
        partition->next = next;
    partition->failed = false;
    if (partition->caught_up || partition->target < 0 || partition->next < partition->target)
        return;
    partition->caught_up = true;
    if (reader->options.on_caught_up != NULL)
        reader->options.on_caught_up(reader->options.context, partition->topic, partition->number);
}

void reader_fail(struct log_reader *reader, const char *reason)
{
    if (reader->dead)
        return;
    reader->dead = true;
    snprintf(reader->fatal, sizeof reader->fatal, "%s", reason);
    loop_timer_start(reader->tell, 0);
}

static void tell_fatal(void *context)
{
    struct log_reader *reader = context;
    reader->options.on_fatal(reader->options.context, reader->fatal);
}

static void start_position_lost(struct log_reader *reader, const char *topic, int32_t number, const char *why)
{
    char reason[KAFKA_ERROR_TEXT];
    snprintf(reason, sizeof reason,
             "the place to go on reading is lost topic=%s partition=%d reason=%s; decide with: %s", topic,
             (int)number, why, reader->recovery);
    reader_fail(reader, reason);
}

void reader_start_position_lost(struct log_reader *reader, const char *topic, int32_t number)
{
    start_position_lost(reader, topic, number, "nothing is committed and the log no longer begins at 0");
}

/* --- what the consumer hands out ----------------------------------------------------------------------------- */

static void mark_failed(struct reader_partition *partition, const char *reason)
{
    if (!partition->failed)
        log_warn("a partition cannot be read, retrying topic=%s partition=%d reason=%s", partition->topic,
                 (int)partition->number, reason);
    partition->failed = true;
}

static bool mark_named(struct log_reader *reader, const char *reason)
{
    for (size_t i = 0; i < reader->count; i++)
        if (kafka_reason_names(reason, reader->partitions[i].topic, reader->partitions[i].number)) {
            mark_failed(&reader->partitions[i], reason);
            return true;
        }
    return false;
}

static void on_consumer_error(struct log_reader *reader, const rd_kafka_message_t *message)
{
    char text[KAFKA_ERROR_TEXT];
    struct reader_partition *partition =
        message->rkt != NULL ? reader_find(reader, rd_kafka_topic_name(message->rkt), message->partition)
                             : NULL;
    if (message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
        message->err == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
        start_position_lost(reader, rd_kafka_topic_name(message->rkt), message->partition,
                            rd_kafka_message_errstr(message));
    else if (rd_kafka_fatal_error(reader->consumer, text, sizeof text) != RD_KAFKA_RESP_ERR_NO_ERROR)
        reader_fail(reader, text);
    else if (message->err == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
        log_warn("the reader was too slow and lost its place in the group, rejoining group=%s",
                 reader->group_id);
    else if (partition != NULL)
        mark_failed(partition, rd_kafka_message_errstr(message));
    else
        log_warn("the reader met an error, retrying client=%s reason=%s", reader->client_id,
                 rd_kafka_message_errstr(message));
}

/* False: the record is kept and offered again. */
static bool hand_over(struct log_reader *reader, const rd_kafka_message_t *message)
{
    struct log_record record;
    kafka_record(message, &reader->headers, &record);
    struct reader_partition *partition = reader_find(reader, record.topic, record.partition);
    if (partition == NULL)
        return true; /* given up meanwhile */
    note_target(reader, partition);
    enum status status = reader->options.on_record(reader->options.context, &record);
    if (status == STATUS_RETRY)
        return false;
    if (status == STATUS_FATAL) {
        reader_fail(reader, "a record could not be handled");
        return true;
    }
    reader->handled++;
    /* The handler may have changed the table. */
    partition = reader_find(reader, record.topic, record.partition);
    if (partition != NULL)
        advance(reader, partition, record.offset + 1);
    return true;
}

static void on_message(struct log_reader *reader, rd_kafka_message_t *message)
{
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        kafka_reach_found(&reader->reach);
        if (!hand_over(reader, message)) {
            reader->held = message;
            reader->held_since = monotonic_now();
            loop_timer_start(reader->retry, RETRY_MS);
            return;
        }
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        kafka_reach_found(&reader->reach);
        struct reader_partition *partition =
            reader_find(reader, rd_kafka_topic_name(message->rkt), message->partition);
        if (partition != NULL) {
            note_target(reader, partition);
            advance(reader, partition, message->offset);
        }
    } else {
        on_consumer_error(reader, message);
    }
    rd_kafka_message_destroy(message);
}

static void drain(struct log_reader *reader)
{
    struct monotonic began = monotonic_now();
    for (int i = 0; i < RECORDS_PER_TURN; i++) {
        if (reader->dead || (reader->held != NULL && !reader->parked))
            return;
        rd_kafka_message_t *message = rd_kafka_consumer_poll(reader->consumer, 0);
        if (message == NULL)
            return;
        on_message(reader, message);
        if (i % 16 == 15 && monotonic_now().ns - began.ns > TURN_NS)
            break;
    }
    loop_wakeup_send(reader->wakeup); /* the queue was not emptied, so the library will not say it again */
}

static void on_wakeup(void *context)
{
    drain(context);
}

/* --- a record that its handler could not take ------------------------------------------------------------------ */

static void pause_list(struct log_reader *reader, bool pause)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)reader->count);
    for (size_t i = 0; i < reader->count; i++)
        if (!reader->partitions[i].paused)
            kafka_list_add(list, reader->partitions[i].topic, reader->partitions[i].number,
                           RD_KAFKA_OFFSET_INVALID);
    if (pause)
        rd_kafka_pause_partitions(reader->consumer, list);
    else
        rd_kafka_resume_partitions(reader->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    reader->parked = pause;
}

void reader_release_held(struct log_reader *reader)
{
    if (reader->held == NULL)
        return;
    rd_kafka_message_destroy(reader->held);
    reader->held = NULL;
    loop_timer_stop(reader->retry);
    if (reader->parked)
        pause_list(reader, false);
}

static void on_retry(void *context)
{
    struct log_reader *reader = context;
    if (reader->dead || reader->held == NULL)
        return;
    if (!hand_over(reader, reader->held)) {
        loop_timer_start(reader->retry, RETRY_MS);
        return;
    }
    reader_release_held(reader);
    drain(reader);
}

static void on_tick(void *context)
{
    struct log_reader *reader = context;
    loop_timer_start(reader->tick, TICK_MS);
    if (reader->dead)
        return;
    if (reader->held != NULL && !reader->parked &&
        monotonic_now().ns - reader->held_since.ns > (int64_t)PARK_AFTER_MS * 1000 * 1000)
        pause_list(reader, true);
    if (reader->options.mode == LOG_READER_GROUP)
        reader_group_tick(reader);
    drain(reader);
}

static void on_commit_time(void *context)
{
    reader_group_commit(context, false);
}

void log_reader_commit(struct log_reader *reader, const char *topic, int32_t partition, int64_t next)
{
    struct reader_partition *found = reader_find(reader, topic, partition);
    if (found == NULL || next <= found->commit)
        return;
    found->commit = next;
    loop_timer_start(reader->commit_timer, 0);
}

static void on_error(rd_kafka_t *consumer, int error, const char *reason, void *opaque)
{
    struct log_reader *reader = opaque;
    char text[KAFKA_ERROR_TEXT];
    if (error == RD_KAFKA_RESP_ERR__FATAL) {
        rd_kafka_fatal_error(consumer, text, sizeof text);
        reader_fail(reader, text);
    } else if (kafka_error_is_reach(error)) {
        kafka_reach_lost(&reader->reach, reason);
    } else if (!mark_named(reader, reason)) {
        log_warn("the reader met an error, retrying client=%s reason=%s", reader->client_id, reason);
    }
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static rd_kafka_conf_t *reader_conf(struct log_reader *reader, const struct log_reader_options *options)
{
    rd_kafka_conf_t *conf = kafka_conf_new(&options->client, kafka_consumer_settings, reader);
    if (conf == NULL)
        return NULL;
    rd_kafka_conf_set_error_cb(conf, on_error);
    bool fine = kafka_conf_set(conf, "group.id", reader->group_id);
    if (options->mode == LOG_READER_GROUP)
        fine = fine && reader_group_conf(conf, options);
    if (fine)
        return conf;
    rd_kafka_conf_destroy(conf);
    return NULL;
}

struct log_reader *log_reader_new(struct loop *loop, const struct log_reader_options *options)
{
    struct log_reader *reader = must_alloc(sizeof *reader);
    reader->options = *options;
    reader->client_id = must_copy_text(options->client.client_id);
    /* The library wants a group even from a follower, which never joins it. */
    reader->group_id =
        must_copy_text(options->mode == LOG_READER_GROUP ? options->group_id : reader->client_id);
    reader->recovery = must_copy_text(options->recovery != NULL ? options->recovery : "");
    reader->reach.who = reader->client_id;
    reader->tell = loop_timer_new(loop, tell_fatal, reader);
    reader->tick = loop_timer_new(loop, on_tick, reader);
    reader->retry = loop_timer_new(loop, on_retry, reader);
    reader->commit_timer = loop_timer_new(loop, on_commit_time, reader);
    reader->wakeup = loop_wakeup_new(loop, on_wakeup, reader);

    reader->consumer = kafka_new(RD_KAFKA_CONSUMER, reader_conf(reader, options));
    if (reader->consumer == NULL) {
        log_reader_free(reader);
        return NULL;
    }
    reader->queue = rd_kafka_queue_get_consumer(reader->consumer);
    kafka_queue_watch(reader->queue, loop_wakeup_fd(reader->wakeup));
    loop_timer_start(reader->tick, TICK_MS);
    return reader;
}

void log_reader_free(struct log_reader *reader)
{
    if (reader == NULL)
        return;
    if (reader->subscription != NULL)
        rd_kafka_topic_partition_list_destroy(reader->subscription);
    if (reader->consumer != NULL) {
        if (reader->options.mode == LOG_READER_GROUP && !reader->dead)
            reader_group_commit(reader, true);
        if (reader->held != NULL)
            rd_kafka_message_destroy(reader->held);
        reader->dead = true; /* callbacks of the end change nothing */
        kafka_queue_unwatch(reader->queue);
        rd_kafka_queue_destroy(reader->queue);
        kafka_consumer_destroy(reader->consumer);
    }
    while (reader->count > 0)
        reader_remove(reader, reader->count - 1);
    kafka_headers_release(&reader->headers);
    loop_timer_free(reader->tell);
    loop_timer_free(reader->tick);
    loop_timer_free(reader->retry);
    loop_timer_free(reader->commit_timer);
    loop_wakeup_free(reader->wakeup);
    free(reader->partitions);
    free(reader->positions);
    free(reader->client_id);
    free(reader->group_id);
    free(reader->recovery);
    free(reader);
}

void log_reader_start_at(struct log_reader *reader, const char *topic, int32_t partition, int64_t next)
{
    assert(!reader->started && reader->options.mode == LOG_READER_FOLLOW && next >= 0);
    reader_add(reader, topic, partition)->start = next;
}

void log_reader_start_at_end(struct log_reader *reader, const struct log_topic *topic)
{
    assert(!reader->started && reader->options.mode == LOG_READER_FOLLOW);
    for (int32_t p = 0; p < topic->partitions; p++)
        reader_add(reader, topic->name, p)->start = RD_KAFKA_OFFSET_END;
}

static bool is_wanted(const struct reader_partition *partition, const struct log_topic *topics, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(topics[i].name, partition->topic))
            return partition->number < topics[i].partitions;
    return false;
}

static void follow(struct log_reader *reader, const struct log_topic *topics, size_t count)
{
    for (size_t i = reader->count; i-- > 0;)
        if (!is_wanted(&reader->partitions[i], topics, count))
            reader_remove(reader, i);
    for (size_t i = 0; i < count; i++)
        for (int32_t p = 0; p < topics[i].partitions; p++)
            reader_add(reader, topics[i].name, p);

    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)reader->count);
    for (size_t i = 0; i < reader->count; i++) {
        const struct reader_partition *partition = &reader->partitions[i];
        kafka_list_add(list, partition->topic, partition->number,
                       partition->next >= 0 ? partition->next : partition->start);
    }
    rd_kafka_resp_err_t error = rd_kafka_assign(reader->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        reader_fail(reader, rd_kafka_err2str(error));
}

void log_reader_start(struct log_reader *reader, const struct log_topic *topics, size_t count)
{
    reader_release_held(reader);
    if (reader->options.mode == LOG_READER_GROUP)
        reader_group_subscribe(reader, topics, count);
    else
        follow(reader, topics, count);
    reader->started = true;
}
