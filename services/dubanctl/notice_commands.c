/* notice_commands.c: what was said to whom, and how far its delivery is. */
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "lookup.h"
#include "output.h"
#include "wire/messages.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct notice_filter {
    const char *person, *unit, *task;
    enum notice_status status;
};

static bool read_notice(const struct latest_value *value, struct arena *arena, struct notice *ret_notice)
{
    struct wire_fault fault;
    if (wire_decode(&wire_notice, value->value, value->bytes, LIMIT_NOTICE_BYTES, arena, ret_notice, &fault))
        return true;
    log_error("a notice cannot be read, passing over it key=%s field=%s rule=%s", value->key, fault.field,
              fault.rule);
    return false;
}

static int read_filter(const struct tool *tool, struct notice_filter *filter)
{
    const char *status = tool_option(tool, "status"), *task = tool_option(tool, "task");
    *filter = (struct notice_filter){
        .person = tool_option(tool, "person"),
        .unit = tool_option(tool, "unit"),
        .task = "",
        .status = (enum notice_status)words_value(LIST_NOTICE, status),
    };
    if (!text_empty(status) && filter->status == NOTICE_NONE)
        return tool_usage(tool, "--status=%s is no status of a notice", status);
    return text_empty(task) ? TOOL_OK : lookup_task_id(tool, task, tool->arena, &filter->task);
}

static bool fits(const struct notice_filter *filter, const struct notice *notice)
{
    return (text_empty(filter->person) || text_equal(filter->person, notice->person)) &&
           (text_empty(filter->unit) || text_equal(filter->unit, notice->unit)) &&
           (text_empty(filter->task) || text_equal(filter->task, notice->task_id)) &&
           (filter->status == NOTICE_NONE || filter->status == notice->status);
}

/* --- notices list ------------------------------------------------------------------------------------------------------------ */

static const struct output_column notice_columns[] = {
    {"created_at", "产生",    "created", false},
    {"number",     "文号",    "number",  false},
    {"event",      "因何",    "cause",   false},
    {"rung",       "级",       "rung",    false},
    {"form",       "文书",    "form",    false},
    {"person",     "告知",    "to",      false},
    {"status",     "情况",    "status",  false},
    {"attempts",   "次",       "tries",   true },
    {"id",         "通知号", "notice",  false},
    {NULL,         "",          "",        false},
};

struct listed {
    struct latest_value value;
    int64_t created_ms;
};

static int by_creation(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    if (x->created_ms != y->created_ms)
        return x->created_ms < y->created_ms ? -1 : 1;
    return strcmp(x->value.key, y->value.key);
}

static size_t select_notices(const struct latest *notices, const struct notice_filter *filter,
                             struct arena *arena, struct listed *ret_listed)
{
    size_t count = 0;
    for (size_t i = 0; i < latest_count(notices); i++) {
        struct latest_value value = latest_at(notices, i);
        struct notice notice;
        arena_reset(arena);
        if (read_notice(&value, arena, &notice) && fits(filter, &notice))
            ret_listed[count++] = (struct listed){value, notice.created_at.ms};
    }
    if (count > 1)
        qsort(ret_listed, count, sizeof *ret_listed, by_creation);
    return count;
}

static void list_notice(const struct tool *tool, struct output *output, const struct notice *notice,
                        const struct registry *registry, struct arena *arena)
{
    const char *const cells[] = {
        words_moment(notice->created_at, arena),
        words_either(notice->number, notice->task_id),
        words_of(tool, LIST_EVENT, (int)notice->event_type),
        notice->event_type == EVENT_RUNG_REACHED ? arena_format(arena, "%u", notice->rung) : "",
        notice->form,
        text_empty(notice->person) ? words_of(tool, LIST_ROLE, (int)notice->role)
                                   : words_person(registry, notice->person),
        words_of(tool, LIST_NOTICE, (int)notice->status),
        arena_format(arena, "%u", notice->attempt_count),
        notice->id,
    };
    output_row_of(output, &wire_notice, notice, cells);
}

int notices_list(const struct tool *tool, int count, char **arguments)
{
    (void)arguments;
    struct registry_follower *follower;
    struct notice_filter filter;
    struct latest *notices = NULL;
    if (count != 0)
        return tool_wrong_count(tool, count);
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    code = read_filter(tool, &filter);
    if (code == TOOL_OK)
        code = latest_read(tool, TOPIC_NOTICES, ALL_PARTITIONS, &notices);
    if (code == TOOL_OK) {
        struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
        struct listed *listed = must_alloc((latest_count(notices) + 1) * sizeof *listed);
        size_t selected = select_notices(notices, &filter, arena, listed);
        struct output *output = output_new(tool, notice_columns);
        for (size_t i = 0; i < selected; i++) {
            struct notice notice;
            arena_reset(arena);
            if (read_notice(&listed[i].value, arena, &notice))
                list_notice(tool, output, &notice, registry_newest(follower), arena);
        }
        output_end(output);
        free(listed);
        arena_free(arena);
    }
    latest_free(notices);
    registry_follower_free(follower);
    return code;
}

/* --- notices show ------------------------------------------------------------------------------------------------------------ */

static const struct output_column attempt_columns[] = {
    {"started", "开始", "started", false},
    {"ended",   "结束", "ended",   false},
    {"channel", "渠道", "channel", false},
    {"person",  "告知", "to",      false},
    {"outcome", "结果", "outcome", false},
    {"detail",  "说明", "detail",  false},
    {NULL,      "",       "",        false},
};

static void print_notice(const struct tool *tool, const struct notice *notice,
                         const struct registry *registry, struct arena *arena)
{
    printf("%s  %s  %s%s%s\n", words_either(notice->number, notice->task_id),
           words_of(tool, LIST_ROLE, (int)notice->role), words_person(registry, notice->person),
           text_empty(notice->note) ? "" : "  ", notice->note);
    printf("%s%s%s\n", words_of(tool, LIST_NOTICE, (int)notice->status),
           text_empty(notice->ending) ? "" : ": ", notice->ending);
    if (instant_is_set(notice->release_due) && notice->status == NOTICE_HELD)
        printf(tool_text(tool, "待各收件口收齐 %s 以前的来件\n", "held until all doors have passed %s\n"),
               words_moment(notice->release_due, arena));
    if (instant_is_set(notice->not_before) && notice->attempt_count == 0)
        printf(tool_text(tool, "不早于 %s\n", "not before %s\n"), words_moment(notice->not_before, arena));
    printf("\n%s\n\n%s\n\n", words_either(notice->subject, notice->form),
           words_either(notice->text, notice->what));
    struct output *output = output_new(tool, attempt_columns);
    for (uint32_t i = 0; i < notice->attempt_count; i++) {
        const struct notice_attempt *attempt = &notice->attempts[i];
        const char *const cells[] = {
            words_moment(attempt->started_at, arena),
            words_moment(attempt->ended_at, arena),
            attempt->channel,
            words_person(registry, attempt->person),
            words_of(tool, LIST_ATTEMPT, (int)attempt->outcome),
            attempt->detail,
        };
        output_row(output, cells);
    }
    output_end(output);
}

int notices_show(const struct tool *tool, int count, char **arguments)
{
    struct registry_follower *follower;
    struct latest *notices = NULL;
    struct latest_value value;
    if (count != 1)
        return tool_wrong_count(tool, count);
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    code = latest_read(tool, TOPIC_NOTICES, ALL_PARTITIONS, &notices);
    if (code == TOOL_OK) {
        struct notice notice;
        struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
        if (!latest_find(notices, arguments[0], &value) || !read_notice(&value, arena, &notice))
            code = tool_refused(tool, tool_text(tool, "没有这份通知:%s", "no such notice: %s"), arguments[0]);
        else if (tool->json)
            output_record(tool, &wire_notice, &notice);
        else
            print_notice(tool, &notice, registry_newest(follower), arena);
        arena_free(arena);
    }
    latest_free(notices);
    registry_follower_free(follower);
    return code;
}
