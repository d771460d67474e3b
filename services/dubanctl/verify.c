/* verify.c: `dubanctl verify`: reads all topics read_committed and prints what verify_log.h finds. With --seals, what was
 * archived is compared with copies that were kept outside of the log. */
#include "verify.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "runtime/log_scan.h"
#include "service/json_writer.h"
#include "verify_log.h"
#include "wire/messages.h"
#include "wire/topology.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REPORT_BYTES = 4 * 1024 * 1024,
    KEY_BYTES = 512,
    COPY_BYTES = 4 * LIMIT_EVENT_BYTES, /* of an event as JSON, with its names */
};

struct reading {
    struct verify_log *log;
    enum topic topic;
};

static enum status on_record(void *context, const struct log_record *record)
{
    struct reading *reading = context;
    char key[KEY_BYTES];
    if (record->value == NULL || record->key_bytes >= sizeof key)
        return STATUS_OK;
    if (record->key_bytes > 0)
        memcpy(key, record->key, record->key_bytes);
    key[record->key_bytes] = '\0';
    if (reading->topic == TOPIC_REGISTRY)
        return verify_log_registry(reading->log, record) ? STATUS_OK : STATUS_FATAL;
    if (reading->topic == TOPIC_EVENTS)
        verify_log_event(reading->log, record->partition, record->value, record->value_bytes);
    else if (reading->topic == TOPIC_TASKS)
        verify_log_row(reading->log, record->partition, key, record->value, record->value_bytes);
    else
        verify_log_notice(reading->log, key, record->value, record->value_bytes);
    return STATUS_OK;
}

static enum status read_topic(const struct tool *tool, struct log_scanner *scanner, struct verify_log *log,
                              enum topic topic)
{
    uint32_t count = topic_partitions(topic, (uint32_t)tool->partitions);
    struct log_offset *offsets = ARENA_ARRAY(tool->arena, struct log_offset, count);
    struct reading reading = {log, topic};
    for (uint32_t i = 0; i < count; i++)
        offsets[i] = (struct log_offset){topic_name(tool->prefix, topic, "", tool->arena), (int32_t)i, 0, ""};
    return log_scan(scanner, offsets, count, tool->timeout_ms, on_record, &reading);
}

/* Lines of `events export --event=archived`. */
static int read_copies(const struct tool *tool, struct verify_log *log, FILE *file)
{
    const char *path = tool_option(tool, "seals");
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    char *line = NULL;
    size_t room = 0, number = 0;
    ssize_t bytes;
    int code = TOOL_OK;
    while (code == TOOL_OK && (bytes = getline(&line, &room, file)) >= 0) {
        struct event event;
        struct wire_fault fault;
        number++;
        arena_reset(arena);
        if (!wire_from_json(&wire_event, line, (size_t)bytes, COPY_BYTES, arena, &event, &fault))
            code = tool_usage(tool, "%s:%zu: field=%s rule=%s", path, number, fault.field, fault.rule);
        else if (event.type != EVENT_ARCHIVED)
            code = tool_usage(tool, "%s:%zu: not an archived event", path, number);
        else
            verify_log_seal_copy(log, &event);
    }
    if (code == TOOL_OK && ferror(file) != 0)
        code = tool_usage(tool, "%s: cannot be read", path);
    free(line);
    arena_free(arena);
    return code;
}

static uint64_t all_faults(const struct verify_result *result)
{
    uint64_t sum = 0;
    for (int check = 0; check < VERIFY_CHECKS; check++)
        sum += result->faults[check];
    return sum;
}

static void print_json(const struct verify_result *result)
{
    struct buffer text;
    struct json_writer writer = {.out = &text};
    buffer_init(&text, REPORT_BYTES);
    json_open_object(&writer, NULL);
    json_put_bool(&writer, "clean", all_faults(result) == 0);
    json_put_number(&writer, "events", (int64_t)result->events);
    json_put_number(&writer, "tasks", (int64_t)result->tasks);
    json_put_number(&writer, "notices", (int64_t)result->notices);
    json_put_number(&writer, "notices_open", (int64_t)result->notices_open);
    json_put_number(&writer, "sealed", (int64_t)result->sealed);
    json_put_number(&writer, "sealed_by_number_only", (int64_t)result->sealed_by_number);
    json_put_number(&writer, "reordered_receipts", (int64_t)result->reordered);
    json_open_object(&writer, "checks");
    for (int check = 0; check < VERIFY_CHECKS; check++) {
        json_open_object(&writer, verify_check_code((enum verify_check)check));
        json_put_number(&writer, "examined", (int64_t)result->examined[check]);
        json_put_number(&writer, "faults", (int64_t)result->faults[check]);
        json_close_object(&writer);
    }
    json_close_object(&writer);
    json_open_array(&writer, "faults");
    for (size_t i = 0; i < result->list_count; i++) {
        const struct verify_fault *fault = &result->list[i];
        json_open_object(&writer, NULL);
        json_put_text(&writer, "check", verify_check_code(fault->check));
        json_put_text(&writer, "key", fault->key);
        json_put_number(&writer, "seq", (int64_t)fault->seq);
        json_put_text(&writer, "detail", fault->detail);
        json_close_object(&writer);
    }
    json_close_array(&writer);
    json_close_object(&writer);
    puts(text.data);
    buffer_release(&text);
}

static void print_text(const struct tool *tool, const struct verify_result *result)
{
    bool chinese = tool->language == LANGUAGE_ZH;
    for (int check = 0; check < VERIFY_CHECKS; check++)
        printf("%s %s: %" PRIu64 " / %" PRIu64 "\n", result->faults[check] == 0 ? "✓" : "✗",
               verify_check_text((enum verify_check)check, chinese), result->faults[check],
               result->examined[check]);
    for (size_t i = 0; i < result->list_count; i++)
        printf("  %s %s#%" PRIu64 " %s\n", verify_check_code(result->list[i].check), result->list[i].key,
               result->list[i].seq, result->list[i].detail);
    printf("%s %" PRIu64 ", %s %" PRIu64 ", %s %" PRIu64 ", %s %" PRIu64 ", %s %" PRIu64 "\n",
           tool_text(tool, "事项", "tasks"), result->tasks, tool_text(tool, "事件", "events"), result->events,
           tool_text(tool, "通知", "notices"), result->notices,
           tool_text(tool, "未了通知", "notices still open"), result->notices_open,
           tool_text(tool, "收到次序颠倒", "receipts out of order"), result->reordered);
    if (result->sealed > 0)
        printf("%s %" PRIu64 ", %s %" PRIu64 "\n", tool_text(tool, "已封存", "archived and sealed"),
               result->sealed, tool_text(tool, "其中仅按件数封存", "of these sealed by number only"),
               result->sealed_by_number);
}

/* Everything that stands in the log, then the copies; prints what was found. */
static int verify(const struct tool *tool, struct verify_log *log, FILE *copies)
{
    static const enum topic topics[] = {TOPIC_REGISTRY, TOPIC_EVENTS, TOPIC_TASKS, TOPIC_NOTICES};
    struct log_scanner *scanner = log_scanner_new(&tool->client);
    if (scanner == NULL)
        return tool_internal(tool, "the settings for the broker are wrong");
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof topics / sizeof topics[0] && status == STATUS_OK; i++)
        status = read_topic(tool, scanner, log, topics[i]);
    log_scanner_free(scanner);
    int code = status == STATUS_OK ? TOOL_OK : tool_broker_failed(tool, status, "");
    if (code == TOOL_OK && copies != NULL)
        code = read_copies(tool, log, copies);
    if (code != TOOL_OK)
        return code;
    const struct verify_result *result = verify_log_finish(log);
    if (tool->json)
        print_json(result);
    else
        print_text(tool, result);
    return all_faults(result) == 0 ? TOOL_OK : TOOL_UNVERIFIED;
}

int verify_command(const struct tool *tool, int count, char **arguments)
{
    const char *path = tool_option(tool, "seals");
    (void)arguments;
    if (count != 0)
        return tool_wrong_count(tool, count);
    FILE *copies = text_empty(path) ? NULL : fopen(path, "re");
    if (!text_empty(path) && copies == NULL)
        return tool_usage(tool, "%s: %s", path, strerror(errno));
    struct verify_log *log = verify_log_new((uint32_t)tool->partitions);
    int code = verify(tool, log, copies);
    verify_log_free(log);
    if (copies != NULL)
        fclose(copies);
    return code;
}
