/* Topics: create, delete, describe, list. Blocking calls of the admin API over one producer handle, which is the
 * cheapest client there is. Offsets and groups are in log_admin_offsets.c. */
#include "runtime/log_admin.h"

#include "base/arena.h"
#include "base/text.h"
#include "runtime/log_admin_internal.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEADER_POLL_MS = 20 };

struct log_admin *log_admin_new(const struct log_client *client)
{
    struct log_admin *admin = must_alloc(sizeof *admin);
    rd_kafka_conf_t *conf = kafka_conf_new(client, NULL, admin);
    admin->client = kafka_new(RD_KAFKA_PRODUCER, conf);
    conf = kafka_conf_new(client, NULL, admin);
    if (conf != NULL && (!kafka_conf_set(conf, "group.id", "duban-admin") ||
                         !kafka_conf_set(conf, "isolation.level", "read_uncommitted"))) {
        rd_kafka_conf_destroy(conf);
        conf = NULL;
    }
    admin->offsets = kafka_new(RD_KAFKA_CONSUMER, conf);
    if (admin->client == NULL || admin->offsets == NULL) {
        log_admin_free(admin);
        return NULL;
    }
    admin->queue = rd_kafka_queue_new(admin->client);
    return admin;
}

void log_admin_free(struct log_admin *admin)
{
    if (admin == NULL)
        return;
    if (admin->queue != NULL)
        rd_kafka_queue_destroy(admin->queue);
    if (admin->client != NULL)
        rd_kafka_destroy(admin->client);
    kafka_consumer_destroy(admin->offsets);
    free(admin);
}

enum status admin_answer(enum status status, char *ret_text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(ret_text, LOG_ADMIN_TEXT, format, arguments);
    va_end(arguments);
    return status;
}

enum status admin_error(rd_kafka_resp_err_t error, const char *what, char *ret_text)
{
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return admin_answer(STATUS_OK, ret_text, "%s", "");
    bool transient =
        kafka_error_is_reach(error) || error == RD_KAFKA_RESP_ERR__WAIT_COORD ||
        error == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT || error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
        error == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
        error == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE || error == RD_KAFKA_RESP_ERR_NOT_COORDINATOR ||
        error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION;
    return admin_answer(transient ? STATUS_RETRY : STATUS_REJECT, ret_text, "%s: %s", what,
                        rd_kafka_err2str(error));
}

rd_kafka_AdminOptions_t *admin_options(struct log_admin *admin, rd_kafka_admin_op_t operation,
                                       int64_t timeout_ms)
{
    char ignored[LOG_ADMIN_TEXT];
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(admin->client, operation);
    rd_kafka_AdminOptions_set_request_timeout(options, (int)timeout_ms, ignored, sizeof ignored);
    return options;
}

rd_kafka_event_t *admin_wait(struct log_admin *admin, const char *what, char *ret_text,
                             enum status *ret_status)
{
    /* The request has its own timeout, so this always ends. */
    rd_kafka_event_t *event = rd_kafka_queue_poll(admin->queue, -1);
    *ret_status = admin_error(rd_kafka_event_error(event), what, ret_text);
    if (*ret_status == STATUS_OK)
        return event;
    rd_kafka_event_destroy(event);
    return NULL;
}

enum status log_admin_reach(struct log_admin *admin, int64_t timeout_ms, char ret_text[LOG_ADMIN_TEXT])
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t error = rd_kafka_metadata(admin->client, 0, NULL, &metadata, (int)timeout_ms);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(metadata);
    return admin_error(error, "no broker answers", ret_text);
}

/* --- create, delete -------------------------------------------------------------------------------------------- */

static enum status judge_topics(const rd_kafka_topic_result_t **results, size_t count,
                                rd_kafka_resp_err_t fine, char *ret_text)
{
    for (size_t i = 0; i < count; i++) {
        rd_kafka_resp_err_t error = rd_kafka_topic_result_error(results[i]);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == fine)
            continue;
        const char *reason = rd_kafka_topic_result_error_string(results[i]);
        (void)admin_error(error, "", ret_text);
        return admin_answer(error == RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT ? STATUS_RETRY : STATUS_REJECT,
                            ret_text, "topic %s: %s", rd_kafka_topic_result_name(results[i]),
                            reason != NULL ? reason : rd_kafka_err2str(error));
    }
    return admin_answer(STATUS_OK, ret_text, "%s", "");
}

static rd_kafka_NewTopic_t *new_topic(const struct log_topic_plan *plan, char *ret_text)
{
    char reason[KAFKA_ERROR_TEXT];
    rd_kafka_NewTopic_t *topic =
        rd_kafka_NewTopic_new(plan->name, plan->partitions, plan->replication, reason, sizeof reason);
    if (topic == NULL) {
        (void)admin_answer(STATUS_REJECT, ret_text, "topic %s: %s", plan->name, reason);
        return NULL;
    }
    for (const struct log_setting *setting = plan->settings; setting != NULL && setting->name != NULL;
         setting++)
        rd_kafka_NewTopic_set_config(topic, setting->name, setting->value);
    return topic;
}

/* A topic exists for the client when every partition has a leader. */
static bool has_leaders(struct log_admin *admin, const struct log_topic_plan *plan, int64_t timeout_ms)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(admin->client, plan->name, NULL);
    bool ready = false;
    if (rd_kafka_metadata(admin->client, 0, topic, &metadata, (int)timeout_ms) ==
        RD_KAFKA_RESP_ERR_NO_ERROR) {
        ready = metadata->topic_cnt == 1 && metadata->topics[0].err == RD_KAFKA_RESP_ERR_NO_ERROR &&
                metadata->topics[0].partition_cnt > 0;
        for (int i = 0; ready && i < metadata->topics[0].partition_cnt; i++)
            ready = metadata->topics[0].partitions[i].leader >= 0;
        rd_kafka_metadata_destroy(metadata);
    }
    rd_kafka_topic_destroy(topic);
    return ready;
}

static enum status wait_for_leaders(struct log_admin *admin, const struct log_topic_plan *plans, size_t count,
                                    int64_t timeout_ms, char *ret_text)
{
    struct monotonic began = monotonic_now();
    for (size_t i = 0; i < count; i++) {
        while (!has_leaders(admin, &plans[i], timeout_ms)) {
            if (monotonic_now().ns - began.ns > timeout_ms * 1000 * 1000)
                return admin_answer(STATUS_RETRY, ret_text, "topic %s: created, but not ready yet",
                                    plans[i].name);
            rd_kafka_poll(admin->client, LEADER_POLL_MS);
        }
    }
    return admin_answer(STATUS_OK, ret_text, "%s", "");
}

enum status log_admin_create(struct log_admin *admin, const struct log_topic_plan *plans, size_t count,
                             int64_t timeout_ms, char ret_text[LOG_ADMIN_TEXT])
{
    if (count == 0)
        return admin_answer(STATUS_OK, ret_text, "%s", "");
    rd_kafka_NewTopic_t **topics = must_alloc(count * sizeof *topics);
    size_t made = 0;
    enum status status = STATUS_REJECT;
    while (made < count && (topics[made] = new_topic(&plans[made], ret_text)) != NULL)
        made++;
    if (made == count) {
        rd_kafka_AdminOptions_t *options = admin_options(admin, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout_ms);
        rd_kafka_CreateTopics(admin->client, topics, count, options, admin->queue);
        rd_kafka_event_t *event = admin_wait(admin, "create topics", ret_text, &status);
        if (event != NULL) {
            size_t answered;
            const rd_kafka_topic_result_t **results =
                rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &answered);
            status = judge_topics(results, answered, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, ret_text);
            rd_kafka_event_destroy(event);
        }
        rd_kafka_AdminOptions_destroy(options);
    }
    rd_kafka_NewTopic_destroy_array(topics, made);
    free(topics);
    return status == STATUS_OK ? wait_for_leaders(admin, plans, count, timeout_ms, ret_text) : status;
}

enum status log_admin_delete(struct log_admin *admin, const char *const *names, size_t count,
                             int64_t timeout_ms, char ret_text[LOG_ADMIN_TEXT])
{
    if (count == 0)
        return admin_answer(STATUS_OK, ret_text, "%s", "");
    enum status status;
    rd_kafka_DeleteTopic_t **topics = must_alloc(count * sizeof *topics);
    for (size_t i = 0; i < count; i++)
        topics[i] = rd_kafka_DeleteTopic_new(names[i]);
    rd_kafka_AdminOptions_t *options = admin_options(admin, RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout_ms);
    rd_kafka_DeleteTopics(admin->client, topics, count, options, admin->queue);
    rd_kafka_event_t *event = admin_wait(admin, "delete topics", ret_text, &status);
    if (event != NULL) {
        size_t answered;
        const rd_kafka_topic_result_t **results =
            rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &answered);
        status = judge_topics(results, answered, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, ret_text);
        rd_kafka_event_destroy(event);
    }
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_DeleteTopic_destroy_array(topics, count);
    free(topics);
    return status;
}

/* --- describe, list ---------------------------------------------------------------------------------------------- */

static const struct rd_kafka_metadata_topic *find_topic(const struct rd_kafka_metadata *metadata,
                                                        const char *name)
{
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (text_equal(metadata->topics[i].topic, name) &&
            metadata->topics[i].err == RD_KAFKA_RESP_ERR_NO_ERROR)
            return &metadata->topics[i];
    return NULL;
}

static struct log_topic_state topic_state(const char *name, const struct rd_kafka_metadata_topic *topic)
{
    struct log_topic_state state = {.name = name};
    if (topic == NULL)
        return state;
    state.exists = true;
    state.partitions = topic->partition_cnt;
    state.replication = topic->partition_cnt > 0 ? topic->partitions[0].replica_cnt : 0;
    return state;
}

const char *log_topic_setting(const struct log_topic_state *state, const char *name)
{
    for (size_t i = 0; i < state->setting_count; i++)
        if (text_equal(state->settings[i].name, name))
            return state->settings[i].value;
    return "";
}

static void tell_state(struct log_topic_state state, const rd_kafka_ConfigResource_t *resource,
                       void (*on_topic)(void *, const struct log_topic_state *), void *context)
{
    size_t count = 0;
    const rd_kafka_ConfigEntry_t **entries =
        resource != NULL ? rd_kafka_ConfigResource_configs(resource, &count) : NULL;
    struct log_setting *settings = must_alloc((count + 1) * sizeof *settings);
    for (size_t i = 0; i < count; i++) {
        const char *value = rd_kafka_ConfigEntry_value(entries[i]);
        settings[i] = (struct log_setting){rd_kafka_ConfigEntry_name(entries[i]), value != NULL ? value : ""};
    }
    state.settings = settings;
    state.setting_count = count;
    on_topic(context, &state);
    free(settings);
}

/* Settings of those that exist, in the order of the names. */
static enum status describe_settings(struct log_admin *admin, const char *const *names, size_t count,
                                     const struct rd_kafka_metadata *metadata, int64_t timeout_ms,
                                     void (*on_topic)(void *, const struct log_topic_state *), void *context,
                                     char *ret_text)
{
    enum status status = STATUS_OK;
    size_t asked = 0, answered = 0;
    rd_kafka_ConfigResource_t **wanted = must_alloc((count + 1) * sizeof *wanted);
    for (size_t i = 0; i < count; i++)
        if (find_topic(metadata, names[i]) != NULL)
            wanted[asked++] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, names[i]);

    rd_kafka_event_t *event = NULL;
    const rd_kafka_ConfigResource_t **resources = NULL;
    if (asked > 0) {
        rd_kafka_AdminOptions_t *options =
            admin_options(admin, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout_ms);
        rd_kafka_DescribeConfigs(admin->client, wanted, asked, options, admin->queue);
        event = admin_wait(admin, "describe topics", ret_text, &status);
        if (event != NULL)
            resources = rd_kafka_DescribeConfigs_result_resources(
                rd_kafka_event_DescribeConfigs_result(event), &answered);
        rd_kafka_AdminOptions_destroy(options);
    }
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const rd_kafka_ConfigResource_t *resource = NULL;
        for (size_t k = 0; k < answered; k++)
            if (text_equal(rd_kafka_ConfigResource_name(resources[k]), names[i]))
                resource = resources[k];
        tell_state(topic_state(names[i], find_topic(metadata, names[i])), resource, on_topic, context);
    }
    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_ConfigResource_destroy_array(wanted, asked);
    free(wanted);
    return status;
}

enum status log_admin_describe(struct log_admin *admin, const char *const *names, size_t count,
                               int64_t timeout_ms,
                               void (*on_topic)(void *context, const struct log_topic_state *state),
                               void *context, char ret_text[LOG_ADMIN_TEXT])
{
    const struct rd_kafka_metadata *metadata;
    enum status status = admin_error(rd_kafka_metadata(admin->client, 1, NULL, &metadata, (int)timeout_ms),
                                     "describe topics", ret_text);
    if (status != STATUS_OK)
        return status;
    status = describe_settings(admin, names, count, metadata, timeout_ms, on_topic, context, ret_text);
    rd_kafka_metadata_destroy(metadata);
    return status;
}

enum status log_admin_list(struct log_admin *admin, const char *prefix, int64_t timeout_ms,
                           void (*on_topic)(void *context, const struct log_topic_state *state),
                           void *context, char ret_text[LOG_ADMIN_TEXT])
{
    const struct rd_kafka_metadata *metadata;
    enum status status = admin_error(rd_kafka_metadata(admin->client, 1, NULL, &metadata, (int)timeout_ms),
                                     "list topics", ret_text);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < metadata->topic_cnt; i++)
        if (text_starts_with(metadata->topics[i].topic, prefix))
            tell_state(topic_state(metadata->topics[i].topic, &metadata->topics[i]), NULL, on_topic, context);
    rd_kafka_metadata_destroy(metadata);
    return STATUS_OK;
}
