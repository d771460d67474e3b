/* A reader's life in a consumer group: eager `roundrobin` with static membership, explicit commits, and start
 * positions that are looked up, never guessed. All callbacks of the library come inside polls, on the loop. */
#include "base/arena.h"
#include "runtime/log_reader_internal.h"
#include <stdlib.h>

enum {
    LOOKUP_MS = 5000, /* how long taking up an assignment may hold the loop */
    COMMIT_WAIT_MS = 5000,
    COMMIT_POLL_MS = 50,
};

static const struct kafka_setting group_settings[] = {
    {"partition.assignment.strategy", "roundrobin"},
    {"session.timeout.ms",            "10000"     },
    {"heartbeat.interval.ms",         "3000"      },
    {NULL,                            NULL        },
};

/* --- commits ------------------------------------------------------------------------------------------------ */

/* A commit that failed is sent again at the next tick, because `committed` stays behind `commit`. */
static void note_committed(struct log_reader *reader, rd_kafka_resp_err_t error,
                           const rd_kafka_topic_partition_list_t *offsets)
{
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR || offsets == NULL)
        return;
    for (int i = 0; i < offsets->cnt; i++) {
        const rd_kafka_topic_partition_t *offset = &offsets->elems[i];
        struct reader_partition *partition = reader_find(reader, offset->topic, offset->partition);
        if (partition != NULL && offset->err == RD_KAFKA_RESP_ERR_NO_ERROR &&
            offset->offset > partition->committed)
            partition->committed = offset->offset;
    }
}

static void on_commit(rd_kafka_t *consumer, rd_kafka_resp_err_t error,
                      rd_kafka_topic_partition_list_t *offsets, void *opaque)
{
    (void)consumer;
    note_committed(opaque, error, offsets);
}

struct awaited_commit {
    struct log_reader *reader;
    bool answered;
};

static void on_awaited_commit(rd_kafka_t *consumer, rd_kafka_resp_err_t error,
                              rd_kafka_topic_partition_list_t *offsets, void *opaque)
{
    struct awaited_commit *awaited = opaque;
    (void)consumer;
    note_committed(awaited->reader, error, offsets);
    awaited->answered = true;
}

static void commit_and_wait(struct log_reader *reader, const rd_kafka_topic_partition_list_t *list)
{
    /* rd_kafka_commit waits without end while the coordinator is away; a queue can be left. */
    struct awaited_commit awaited = {reader, false};
    rd_kafka_queue_t *queue = rd_kafka_queue_new(reader->consumer);
    if (rd_kafka_commit_queue(reader->consumer, list, queue, on_awaited_commit, &awaited) ==
        RD_KAFKA_RESP_ERR_NO_ERROR)
        for (int waited = 0; waited < COMMIT_WAIT_MS && !awaited.answered; waited += COMMIT_POLL_MS)
            rd_kafka_queue_poll_callback(queue, COMMIT_POLL_MS);
    if (!awaited.answered)
        log_warn("the last commit was not confirmed, records may be read again group=%s", reader->group_id);
    rd_kafka_queue_destroy(queue);
}

void reader_group_commit(struct log_reader *reader, bool wait)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)reader->count);
    for (size_t i = 0; i < reader->count; i++) {
        const struct reader_partition *partition = &reader->partitions[i];
        if (partition->commit > partition->committed)
            kafka_list_add(list, partition->topic, partition->number, partition->commit);
    }
    if (list->cnt > 0 && wait)
        commit_and_wait(reader, list);
    else if (list->cnt > 0)
        rd_kafka_commit(reader->consumer, list, 1);
    rd_kafka_topic_partition_list_destroy(list);
}

/* --- assignment ------------------------------------------------------------------------------------------ */

/* Fills in the committed offsets; stays below 0 where there is none and the log is whole. False: the broker did not
 * answer, or the place is lost. */
static bool look_up_starts(struct log_reader *reader, rd_kafka_topic_partition_list_t *list)
{
    if (list->cnt > 0 && rd_kafka_committed(reader->consumer, list, LOOKUP_MS) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    for (int i = 0; i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *partition = &list->elems[i];
        int64_t low, high;
        if (partition->err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return false;
        if (partition->offset >= 0)
            continue;
        if (rd_kafka_query_watermark_offsets(reader->consumer, partition->topic, partition->partition, &low,
                                             &high, LOOKUP_MS) != RD_KAFKA_RESP_ERR_NO_ERROR)
            return false;
        if (low > 0) {
            reader_start_position_lost(reader, partition->topic, partition->partition);
            return false;
        }
    }
    return true;
}

static void tell_assigned(struct log_reader *reader)
{
    if (reader->options.on_assigned == NULL)
        return;
    struct log_offset *offsets = must_alloc((reader->count + 1) * sizeof *offsets);
    for (size_t i = 0; i < reader->count; i++)
        offsets[i] = (struct log_offset){reader->partitions[i].topic, reader->partitions[i].number,
                                         reader->partitions[i].next, ""};
    reader->options.on_assigned(reader->options.context, offsets, reader->count);
    free(offsets);
}

static void take_up(struct log_reader *reader, rd_kafka_topic_partition_list_t *list)
{
    if (!look_up_starts(reader, list)) {
        if (!reader->dead)
            log_warn("the assigned partitions cannot be taken up, asking again group=%s", reader->group_id);
        reader->rejoin = !reader->dead;
        rd_kafka_assign(reader->consumer, NULL);
        return;
    }
    for (int i = 0; i < list->cnt; i++) {
        rd_kafka_topic_partition_t *from = &list->elems[i];
        struct reader_partition *partition = reader_add(reader, from->topic, from->partition);
        /* Committing the 0 of a new partition makes a later loss of the place visible. */
        partition->committed = from->offset >= 0 ? from->offset : LOG_OFFSET_NONE;
        from->offset = from->offset >= 0 ? from->offset : 0;
        partition->commit = from->offset;
        partition->next = from->offset;
    }
    rd_kafka_assign(reader->consumer, list);
    reader->has_assignment = true;
    reader_group_commit(reader, false);
    tell_assigned(reader);
}

static void give_up(struct log_reader *reader)
{
    reader->has_assignment = false;
    reader_release_held(reader);
    if (reader->count > 0 && reader->options.on_revoked != NULL)
        reader->options.on_revoked(reader->options.context);
    if (!rd_kafka_assignment_lost(reader->consumer))
        reader_group_commit(reader, true);
    while (reader->count > 0)
        reader_remove(reader, reader->count - 1);
    rd_kafka_assign(reader->consumer, NULL);
}

static void on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t what,
                         rd_kafka_topic_partition_list_t *list, void *opaque)
{
    struct log_reader *reader = opaque;
    if (reader->dead)
        rd_kafka_assign(consumer, NULL);
    else if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
        take_up(reader, list);
    else
        give_up(reader);
}

/* --- joining --------------------------------------------------------------------------------------------- */

bool reader_group_conf(rd_kafka_conf_t *conf, const struct log_reader_options *options)
{
    for (const struct kafka_setting *setting = group_settings; setting->key != NULL; setting++)
        if (!kafka_conf_set(conf, setting->key, setting->value))
            return false;
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_offset_commit_cb(conf, on_commit);
    return kafka_conf_set(conf, "group.instance.id", options->instance_id);
}

static void subscribe(struct log_reader *reader)
{
    rd_kafka_resp_err_t error = reader->subscription->cnt > 0
                                    ? rd_kafka_subscribe(reader->consumer, reader->subscription)
                                    : rd_kafka_unsubscribe(reader->consumer);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        reader_fail(reader, rd_kafka_err2str(error));
}

void reader_group_subscribe(struct log_reader *reader, const struct log_topic *topics, size_t count)
{
    if (reader->subscription != NULL)
        rd_kafka_topic_partition_list_destroy(reader->subscription);
    reader->subscription = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++)
        kafka_list_add(reader->subscription, topics[i].name, RD_KAFKA_PARTITION_UA, RD_KAFKA_OFFSET_INVALID);
    subscribe(reader);
}

void reader_group_tick(struct log_reader *reader)
{
    reader_group_commit(reader, false);
    if (!reader->rejoin)
        return;
    reader->rejoin = false;
    rd_kafka_unsubscribe(reader->consumer);
    subscribe(reader);
}
