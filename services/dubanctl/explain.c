/* explain.c: why a task's time is what it is, now or at a moment that has passed: reads its events, its notices and the
 * registry, and lets explain_case.c find the answer. Of now it also says what the next alarm waits for. */
#include "base/buffer.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "explain_case.h"
#include "explain_debt.h"
#include "lookup.h"
#include "service/json_writer.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FILE_BYTES = 64 * 1024 * 1024, MINUTES_PER_DAY = 24 * 60 };

struct reading {
    const struct tool *tool;
    const char *task;
    struct arena *arena; /* holds all that is read */
    struct event *events;
    uint32_t event_count;
    struct notice *notices;
    uint32_t notice_count;
    struct instant now;
    bool past; /* --as-of was given */
    struct watermarks *watermarks;
};

/* --- what stands in the topics ----------------------------------------------------------------------------------- */

static enum status take_event(void *context, const struct log_record *record)
{
    struct reading *reading = context;
    struct event event;
    struct digest hash;
    struct wire_fault fault;
    size_t bytes = strlen(reading->task);
    if (record->key_bytes != bytes || memcmp(record->key, reading->task, bytes) != 0)
        return STATUS_OK;
    enum event_record_fault broken =
        event_record_decode(record->value, record->value_bytes, reading->arena, &event, &hash, &fault);
    if (broken != EVENT_RECORD_FINE) {
        log_error("an event cannot be read topic=%s partition=%d offset=%" PRId64 " fault=%s", record->topic,
                  record->partition, record->offset, event_record_fault_code(broken));
        return STATUS_FATAL;
    }
    reading->events =
        arena_grown(reading->arena, reading->events, reading->event_count, sizeof(*reading->events));
    reading->events[reading->event_count++] = event;
    return STATUS_OK;
}

static int read_notices(struct reading *reading)
{
    struct latest *latest;
    int code = latest_read(reading->tool, TOPIC_NOTICES, ALL_PARTITIONS, &latest);
    if (code != TOOL_OK)
        return code;
    struct arena *scratch = arena_new(LIMIT_ARENA_BYTES);
    for (size_t i = 0; i < latest_count(latest); i++) {
        struct latest_value value = latest_at(latest, i);
        struct notice notice;
        struct wire_fault fault;
        arena_reset(scratch);
        if (!wire_decode(&wire_notice, value.value, value.bytes, LIMIT_NOTICE_BYTES, scratch, &notice,
                         &fault) ||
            !text_equal(notice.task_id, reading->task) ||
            !wire_decode(&wire_notice, value.value, value.bytes, LIMIT_NOTICE_BYTES, reading->arena, &notice,
                         &fault))
            continue;
        reading->notices =
            arena_grown(reading->arena, reading->notices, reading->notice_count, sizeof(*reading->notices));
        reading->notices[reading->notice_count++] = notice;
    }
    arena_free(scratch);
    latest_free(latest);
    return TOOL_OK;
}

/* A day means all of it. */
static bool moment_of(const char *text, struct arena *arena, struct instant *ret_at)
{
    struct date date;
    if (date_from_text(text, &date)) {
        *ret_at = instant_add(day_at(date, MINUTES_PER_DAY), -1);
        return true;
    }
    return instant_from_text(text, ret_at) ||
           instant_from_text(arena_format(arena, "%s:00+08:00", text), ret_at);
}

static int read_moment(struct reading *reading)
{
    const char *as_of = tool_option(reading->tool, "as-of");
    struct instant at;
    if (text_empty(as_of))
        return TOOL_OK;
    if (!moment_of(as_of, reading->arena, &at))
        return tool_usage(reading->tool, "--as-of=%s is neither a day nor a moment (2023-03-31T09:00)",
                          as_of);
    if (at.ms > reading->now.ms && date_of(at).days > date_of(reading->now).days)
        return tool_usage(reading->tool, "--as-of=%s lies ahead", as_of);
    reading->past = at.ms < reading->now.ms;
    if (reading->past)
        reading->now = at;
    return TOOL_OK;
}

/* --- what the next alarm waits for -------------------------------------------------------------------------------- */

static struct release release_of(const struct reading *reading, const struct task *task)
{
    return watermarks_release(reading->watermarks, task->next_wake, reading->arena);
}

static const char *doors_of(const struct reading *reading, const struct text_list *doors)
{
    const char *words = "";
    for (uint32_t i = 0; i < doors->count; i++)
        words = arena_format(reading->arena, "%s%s%s", words,
                             i == 0 ? "" : tool_text(reading->tool, "、", ", "), doors->items[i]);
    return words;
}

static void print_next(const struct reading *reading, const struct task *task)
{
    const struct tool *tool = reading->tool;
    struct instant next = task->next_wake;
    if (!instant_is_set(next)) {
        printf(tool_text(tool, "\n没有待到的时刻。\n", "\nNothing is waited for.\n"));
        return;
    }
    printf(tool_text(tool, "\n下一时刻 %s。", "\nNext moment %s."), words_moment(next, reading->arena));
    struct release release = release_of(reading, task);
    if (next.ms > reading->now.ms)
        printf("\n");
    else if (instant_is_set(release.at))
        printf(tool_text(tool, "各收件口均已越过该时刻，即将处理。\n",
                         " All doors have passed it; it is about to be applied.\n"));
    else
        printf(tool_text(tool, "等待收件口：%s。\n", " Waits for the doors: %s.\n"),
               doors_of(reading, &release.missing));
}

static void put_next(struct json_writer *json, const struct reading *reading, const struct task *task)
{
    struct release release = release_of(reading, task);
    json_put_instant(json, "released_at", release.at);
    json_open_array(json, "missing_doors");
    for (uint32_t i = 0; instant_is_set(task->next_wake) && i < release.missing.count; i++)
        json_put_text(json, NULL, release.missing.items[i]);
    json_close_array(json);
}

/* --- the command ---------------------------------------------------------------------------------------------------- */

static const struct calendar *calendar_at(const void *context, uint32_t version)
{
    const struct registry_version *found = version == 0 ? NULL : registry_follower_version(context, version);
    return found == NULL ? NULL : found->calendar;
}

static int answer(const struct reading *reading, const struct registry_follower *follower)
{
    struct ruleset ruleset = {0};
    struct explain_case explained;
    const struct registry_version *newest = registry_follower_newest(follower);
    if (newest == NULL || !registry_follower_rules(follower, newest->version, &ruleset))
        return tool_refused(reading->tool,
                            tool_text(reading->tool, "登记册尚未发布", "no registry has been published yet"));
    const struct explain_source source = {
        .events = reading->events,
        .event_count = reading->event_count,
        .notices = reading->notices,
        .notice_count = reading->notice_count,
        .ruleset = &ruleset,
        .calendar_at = calendar_at,
        .context = follower,
        .at = reading->now,
        .as_of = reading->past ? reading->now : watermarks_complete_until(reading->watermarks),
        .language = reading->tool->language,
    };
    if (!explain_case_make(&source, reading->arena, &explained))
        return tool_refused(
            reading->tool,
            tool_text(reading->tool, "那时还没有这个事项:%s", "no such task at that moment: %s"),
            reading->task);
    struct buffer text;
    buffer_init(&text, EXPLANATION_BYTES);
    struct json_writer json = {.out = &text};
    if (reading->tool->json) {
        json_open_object(&json, NULL);
        explain_json(&explained, &json);
        explain_debt_put(&json, reading->tool, explained.task, explained.pinned, source.at, reading->arena);
        if (!reading->past)
            put_next(&json, reading, explained.task);
        json_close_object(&json);
        puts(text.data);
    } else {
        explain_text(&explained, &text);
        fputs(text.data, stdout);
        explain_debt_print(reading->tool, explained.task, explained.pinned, source.at, reading->arena);
        if (!reading->past)
            print_next(reading, explained.task);
    }
    bool cut = text.overflowed;
    buffer_release(&text);
    return cut ? tool_internal(reading->tool, "the explanation is longer than %d bytes", EXPLANATION_BYTES)
               : TOOL_OK;
}

static int explain(struct reading *reading, const char *name, const struct registry_follower *follower)
{
    const struct tool *tool = reading->tool;
    const struct registry *registry = registry_newest(follower);
    int code = lookup_task_id(tool, name, reading->arena, &reading->task);
    if (code == TOOL_OK)
        code = lookup_now(tool, registry, &reading->now);
    if (code == TOOL_OK)
        code = read_moment(reading);
    if (code == TOOL_OK) {
        int32_t partition = (int32_t)partition_of(reading->task, (uint32_t)tool->partitions);
        code = lookup_scan(tool, TOPIC_EVENTS, partition, take_event, reading);
    }
    if (code == TOOL_OK)
        code = read_notices(reading);
    if (code == TOOL_OK)
        code = lookup_watermarks(tool, registry, &reading->watermarks);
    if (code == TOOL_OK)
        code = answer(reading, follower);
    watermarks_free(reading->watermarks);
    return code;
}

int task_explain(const struct tool *tool, int count, char **arguments)
{
    struct registry_follower *follower;
    if (count != 1)
        return tool_wrong_count(tool, count);
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    struct reading reading = {.tool = tool, .arena = arena_new(FILE_BYTES)};
    code = explain(&reading, arguments[0], follower);
    arena_free(reading.arena);
    registry_follower_free(follower);
    return code;
}
