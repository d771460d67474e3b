/* follow.c: see follow.h. */
#include "follow.h"

#include "base/limits.h"
#include "base/text.h"
#include "runtime/log_admin.h"
#include "runtime/log_reader.h"

#include <stdlib.h>

struct follow {
    const struct tool *tool;
    struct loop *loop;
    struct follow_options options;
    struct log_reader *reader;
    struct arena *names;
    struct log_topic *topics;
    bool told; /* on_caught_up */
    bool failed;
};

static enum status on_record(void *context, const struct log_record *record)
{
    struct follow *follow = context;
    for (size_t i = 0; i < follow->options.count; i++) {
        if (text_equal(follow->topics[i].name, record->topic))
            follow->options.on_record(follow->options.context, follow->options.topics[i].topic, record);
    }
    return STATUS_OK;
}

static void on_turn(void *context)
{
    struct follow *follow = context;
    if (follow->told || !log_reader_caught_up(follow->reader))
        return;
    follow->told = true;
    if (follow->options.on_caught_up != NULL)
        follow->options.on_caught_up(follow->options.context);
}

static void on_fatal(void *context, const char *reason)
{
    struct follow *follow = context;
    (void)tool_internal(follow->tool, "cannot follow: %s", reason);
    follow->failed = true;
    loop_stop(follow->loop);
}

/* Begins so many offsets before the end. */
static int choose_start(struct follow *follow, struct log_admin *admin, size_t index)
{
    char text[LOG_ADMIN_TEXT];
    const struct log_topic *topic = &follow->topics[index];
    struct log_end ends[LIMIT_PARTITIONS];
    size_t count = (size_t)topic->partitions;
    for (size_t p = 0; p < count; p++)
        ends[p] = (struct log_end){topic->name, (int32_t)p, LOG_OFFSET_NONE};
    enum status status = log_admin_ends(admin, ends, count, follow->tool->timeout_ms, text);
    if (status != STATUS_OK)
        return tool_broker_failed(follow->tool, status, text);
    for (size_t p = 0; p < count; p++) {
        int64_t next = ends[p].end - follow->options.topics[index].last;
        if (ends[p].end == LOG_OFFSET_NONE)
            return tool_refused(follow->tool, "%s cannot be read; are --prefix and --partitions right?",
                                topic->name);
        log_reader_start_at(follow->reader, topic->name, (int32_t)p, next > 0 ? next : 0);
    }
    return TOOL_OK;
}

static int start(struct follow *follow)
{
    struct log_admin *admin = log_admin_new(&follow->tool->client);
    int code = admin == NULL || follow->reader == NULL
                   ? tool_usage(follow->tool, "a setting of the broker is wrong")
                   : TOOL_OK;
    for (size_t i = 0; i < follow->options.count && code == TOOL_OK; i++) {
        if (follow->options.topics[i].last != FOLLOW_ALL)
            code = choose_start(follow, admin, i);
    }
    log_admin_free(admin);
    if (code == TOOL_OK)
        log_reader_start(follow->reader, follow->topics, follow->options.count);
    return code;
}

struct follow *follow_new(const struct tool *tool, struct loop *loop, const struct follow_options *options,
                          int *ret_code)
{
    struct follow *follow = must_alloc(sizeof *follow);
    *follow = (struct follow){
        .tool = tool, .loop = loop, .options = *options, .names = arena_new(LIMIT_COMMAND_BYTES)};
    follow->topics = ARENA_ARRAY(follow->names, struct log_topic, options->count + 1);
    for (size_t i = 0; i < options->count; i++) {
        enum topic topic = options->topics[i].topic;
        follow->topics[i] = (struct log_topic){topic_name(tool->prefix, topic, "", follow->names),
                                               (int32_t)topic_partitions(topic, (uint32_t)tool->partitions)};
    }
    const struct log_reader_options reading = {
        .client = tool->client,
        .mode = LOG_READER_FOLLOW,
        .recovery = "",
        .on_record = on_record,
        .on_fatal = on_fatal,
        .context = follow,
    };
    follow->reader = log_reader_new(loop, &reading);
    *ret_code = start(follow);
    if (*ret_code == TOOL_OK) {
        loop_on_turn(loop, on_turn, follow);
        return follow;
    }
    follow_free(follow);
    return NULL;
}

void follow_free(struct follow *follow)
{
    if (follow == NULL)
        return;
    log_reader_free(follow->reader);
    arena_free(follow->names);
    free(follow);
}

int follow_run(struct follow *follow)
{
    loop_on_stop_signal(follow->loop, NULL, NULL);
    loop_run(follow->loop);
    return follow->failed ? TOOL_INTERNAL : TOOL_OK;
}
