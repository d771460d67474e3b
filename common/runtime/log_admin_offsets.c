/* Ends of partitions and committed offsets of groups. librdkafka 2.0.2 has no ListOffsets in its admin API, but
 * offsets_for_times passes the special times -1 (end) and -2 (beginning) on, one request per broker; under
 * read_uncommitted the end is the high watermark. */
#include "base/arena.h"
#include "base/text.h"
#include "runtime/log_admin_internal.h"
#include <stdlib.h>
#include <string.h>

/* A partition whose leader has moved: the library asks the old one again and again, and does not learn the new one by
 * itself, because nothing is subscribed. The next question is put to whom this tells. */
static void learn_leaders(struct log_admin *admin, int64_t timeout_ms)
{
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(admin->offsets, 1, NULL, &metadata, (int)timeout_ms) == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(metadata);
}

static enum status list_offsets(struct log_admin *admin, int64_t time, struct log_end *ends, size_t count,
                                int64_t timeout_ms, char *ret_text)
{
    if (count == 0)
        return admin_answer(STATUS_OK, ret_text, "%s", "");
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++)
        kafka_list_add(list, ends[i].topic, ends[i].partition, time);
    rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(admin->offsets, list, (int)timeout_ms);
    bool missing = false;
    for (size_t i = 0; i < count; i++) {
        const rd_kafka_topic_partition_t *found =
            error == RD_KAFKA_RESP_ERR_NO_ERROR
                ? rd_kafka_topic_partition_list_find(list, ends[i].topic, ends[i].partition)
                : NULL;
        ends[i].end = found != NULL && found->err == RD_KAFKA_RESP_ERR_NO_ERROR && found->offset >= 0
                          ? found->offset
                          : LOG_OFFSET_NONE;
        missing = missing || ends[i].end == LOG_OFFSET_NONE;
    }
    rd_kafka_topic_partition_list_destroy(list);
    if (missing)
        learn_leaders(admin, timeout_ms);
    return admin_error(error, "list offsets", ret_text);
}

enum status log_admin_ends(struct log_admin *admin, struct log_end *ends, size_t count, int64_t timeout_ms,
                           char ret_text[LOG_ADMIN_TEXT])
{
    return list_offsets(admin, RD_KAFKA_OFFSET_END, ends, count, timeout_ms, ret_text);
}

enum status log_admin_starts(struct log_admin *admin, struct log_end *starts, size_t count,
                             int64_t timeout_ms, char ret_text[LOG_ADMIN_TEXT])
{
    return list_offsets(admin, RD_KAFKA_OFFSET_BEGINNING, starts, count, timeout_ms, ret_text);
}

static void tell_offset(const rd_kafka_topic_partition_t *partition,
                        void (*on_offset)(void *, const struct log_offset *), void *context)
{
    char *metadata = must_alloc(partition->metadata_size + 1);
    if (partition->metadata_size > 0)
        memcpy(metadata, partition->metadata, partition->metadata_size);
    struct log_offset offset = {partition->topic, partition->partition,
                                partition->offset >= 0 ? partition->offset : LOG_OFFSET_NONE, metadata};
    on_offset(context, &offset);
    free(metadata);
}

static enum status tell_group(const rd_kafka_group_result_t *group,
                              void (*on_offset)(void *, const struct log_offset *), void *context,
                              char *ret_text)
{
    const rd_kafka_error_t *error = rd_kafka_group_result_error(group);
    if (error != NULL)
        return admin_error(rd_kafka_error_code(error), "group offsets", ret_text);
    const rd_kafka_topic_partition_list_t *list = rd_kafka_group_result_partitions(group);
    for (int i = 0; list != NULL && i < list->cnt; i++)
        if (on_offset != NULL && list->elems[i].err == RD_KAFKA_RESP_ERR_NO_ERROR)
            tell_offset(&list->elems[i], on_offset, context);
        else if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return admin_error(list->elems[i].err, "group offsets", ret_text);
    return admin_answer(STATUS_OK, ret_text, "%s", "");
}

static rd_kafka_topic_partition_list_t *list_of(const struct log_offset *offsets, size_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);
    for (size_t i = 0; i < count; i++) {
        rd_kafka_topic_partition_t *added =
            kafka_list_add(list, offsets[i].topic, offsets[i].partition, offsets[i].next);
        kafka_partition_set_metadata(added, offsets[i].metadata);
    }
    return list;
}

enum status log_admin_committed(struct log_admin *admin, const char *group_id,
                                const struct log_offset *wanted, size_t count, int64_t timeout_ms,
                                void (*on_offset)(void *context, const struct log_offset *offset),
                                void *context, char ret_text[LOG_ADMIN_TEXT])
{
    enum status status;
    rd_kafka_topic_partition_list_t *list = wanted != NULL ? list_of(wanted, count) : NULL;
    rd_kafka_ListConsumerGroupOffsets_t *request = rd_kafka_ListConsumerGroupOffsets_new(group_id, list);
    rd_kafka_AdminOptions_t *options =
        admin_options(admin, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, timeout_ms);
    rd_kafka_ListConsumerGroupOffsets(admin->client, &request, 1, options, admin->queue);
    rd_kafka_event_t *event = admin_wait(admin, "group offsets", ret_text, &status);
    if (event != NULL) {
        size_t groups;
        const rd_kafka_group_result_t **results = rd_kafka_ListConsumerGroupOffsets_result_groups(
            rd_kafka_event_ListConsumerGroupOffsets_result(event), &groups);
        if (groups > 0)
            status = tell_group(results[0], on_offset, context, ret_text);
        rd_kafka_event_destroy(event);
    }
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_ListConsumerGroupOffsets_destroy(request);
    if (list != NULL)
        rd_kafka_topic_partition_list_destroy(list);
    return status;
}

enum status log_admin_set_committed(struct log_admin *admin, const char *group_id,
                                    const struct log_offset *offsets, size_t count, int64_t timeout_ms,
                                    char ret_text[LOG_ADMIN_TEXT])
{
    enum status status;
    rd_kafka_topic_partition_list_t *list = list_of(offsets, count);
    rd_kafka_AlterConsumerGroupOffsets_t *request = rd_kafka_AlterConsumerGroupOffsets_new(group_id, list);
    rd_kafka_AdminOptions_t *options =
        admin_options(admin, RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, timeout_ms);
    rd_kafka_AlterConsumerGroupOffsets(admin->client, &request, 1, options, admin->queue);
    rd_kafka_event_t *event = admin_wait(admin, "set group offsets", ret_text, &status);
    if (event != NULL) {
        size_t groups;
        const rd_kafka_group_result_t **results = rd_kafka_AlterConsumerGroupOffsets_result_groups(
            rd_kafka_event_AlterConsumerGroupOffsets_result(event), &groups);
        if (groups > 0)
            status = tell_group(results[0], NULL, NULL, ret_text);
        rd_kafka_event_destroy(event);
    }
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_AlterConsumerGroupOffsets_destroy(request);
    rd_kafka_topic_partition_list_destroy(list);
    return status;
}
