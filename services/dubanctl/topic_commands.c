/* topic_commands.c: creates the topics of the topology and compares the broker with it. Existing topics are never
 * changed: a wrong one may hold what cannot be had again, so the operator decides. */
#include "topic_commands.h"

#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "output.h"
#include "registry_commands.h"
#include "runtime/log_admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BROKER_DEFAULT = -1 };

/* --- what is needed ---------------------------------------------------------------------------------------------------- */

static void add_need(struct topic_needs *needs, enum topic topic, const char *name)
{
    needs->items[needs->count++] = (struct topic_need){topic, name};
}

struct topic_needs topics_needed(const struct tool *tool, const struct registry *registry, bool rehearsal,
                                 struct arena *arena)
{
    uint32_t units = registry == NULL ? 0 : registry->unit_count;
    struct topic_needs needs = {ARENA_ARRAY(arena, struct topic_need, TOPIC_COUNT + 2 * (size_t)units), 0};
    for (int t = 0; t < TOPIC_COUNT; t++) {
        enum topic topic = (enum topic)t;
        const struct topic_row *row = topic_row(topic);
        if (row->rehearsal_only && !rehearsal)
            continue;
        if (!row->per_unit)
            add_need(&needs, topic, topic_name(tool->prefix, topic, "", arena));
        for (uint32_t i = 0; row->per_unit && i < units; i++) {
            if (registry->units[i].active && registry->units[i].inbox)
                add_need(&needs, topic, topic_name(tool->prefix, topic, registry->units[i].id, arena));
        }
    }
    return needs;
}

/* --- create -------------------------------------------------------------------------------------------------------------- */

static void plan_of(const struct tool *tool, const struct topic_need *need, int replication,
                    struct arena *arena, struct log_topic_plan *ret_plan)
{
    struct topic_setting *settings = ARENA_ARRAY(arena, struct topic_setting, TOPIC_SETTINGS + 1);
    struct log_setting *wanted = ARENA_ARRAY(arena, struct log_setting, TOPIC_SETTINGS + 1);
    topic_settings(need->topic, settings);
    for (int i = 0; settings[i].name != NULL; i++)
        wanted[i] = (struct log_setting){settings[i].name, settings[i].value};
    *ret_plan = (struct log_topic_plan){
        .name = need->name,
        .partitions = (int32_t)topic_partitions(need->topic, (uint32_t)tool->partitions),
        .replication = replication,
        .settings = wanted,
    };
}

static enum status create(const struct tool *tool, struct log_admin *admin, const struct topic_needs *needs,
                          int replication, char ret_text[LOG_ADMIN_TEXT])
{
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct log_topic_plan *plans = ARENA_ARRAY(arena, struct log_topic_plan, needs->count + 1);
    for (size_t i = 0; i < needs->count; i++)
        plan_of(tool, &needs->items[i], replication, arena, &plans[i]);
    enum status status = log_admin_create(admin, plans, needs->count, tool->timeout_ms, ret_text);
    arena_free(arena);
    return status;
}

/* --- compare ------------------------------------------------------------------------------------------------------------- */

static const struct output_column difference_columns[] = {
    {"topic",   "主题", "topic",     false},
    {"setting", "项目", "setting",   false},
    {"wanted",  "应为", "should be", false},
    {"found",   "实为", "is",        false},
    {NULL,      "",       "",          false},
};

struct comparison {
    const struct tool *tool;
    const struct topic_needs *needs;
    struct output *output;
    size_t next; /* states come in the order of the needs */
    size_t differences;
};

static void tell(struct comparison *comparison, const char *topic, const char *setting, const char *wanted,
                 const char *found)
{
    const char *const cells[] = {topic, setting, wanted, found};
    output_row(comparison->output, cells);
    comparison->differences++;
}

static void compare(void *context, const struct log_topic_state *state)
{
    struct comparison *comparison = context;
    const struct tool *tool = comparison->tool;
    enum topic topic = comparison->needs->items[comparison->next++].topic;
    uint32_t partitions = topic_partitions(topic, (uint32_t)tool->partitions);
    struct topic_setting settings[TOPIC_SETTINGS + 1];
    if (!state->exists) {
        tell(comparison, state->name, "exists", "yes", "no");
        return;
    }
    if (state->partitions != (int32_t)partitions)
        tell(comparison, state->name, "partitions", arena_format(tool->arena, "%u", partitions),
             arena_format(tool->arena, "%d", state->partitions));
    topic_settings(topic, settings);
    for (int i = 0; settings[i].name != NULL; i++) {
        const char *found = log_topic_setting(state, settings[i].name);
        if (!text_equal(found, settings[i].value))
            tell(comparison, state->name, settings[i].name, settings[i].value,
                 arena_text(tool->arena, found));
    }
}

static int compare_all(const struct tool *tool, struct log_admin *admin, const struct topic_needs *needs)
{
    char text[LOG_ADMIN_TEXT];
    struct comparison comparison = {
        .tool = tool, .needs = needs, .output = output_new(tool, difference_columns)};
    const char **names = must_alloc((needs->count + 1) * sizeof *names);
    for (size_t i = 0; i < needs->count; i++)
        names[i] = needs->items[i].name;
    enum status status =
        log_admin_describe(admin, names, needs->count, tool->timeout_ms, compare, &comparison, text);
    free(names);
    output_end(comparison.output);
    if (status != STATUS_OK)
        return tool_broker_failed(tool, status, text);
    if (comparison.differences > 0)
        return tool_refused(tool, "%zu difference%s between the broker and the table", comparison.differences,
                            comparison.differences == 1 ? "" : "s");
    return TOOL_OK;
}

int topics_ensure(const struct tool *tool, const struct topic_needs *needs, int replication)
{
    char text[LOG_ADMIN_TEXT];
    struct log_admin *admin = log_admin_new(&tool->client);
    if (admin == NULL)
        return tool_usage(tool, "a setting of the broker is wrong");
    enum status status = create(tool, admin, needs, replication, text);
    int code = status == STATUS_OK ? compare_all(tool, admin, needs) : tool_broker_failed(tool, status, text);
    log_admin_free(admin);
    return code;
}

/* --- commands ------------------------------------------------------------------------------------------------------------ */

/* The registry of the files given, or none. */
static int needs_of_arguments(const struct tool *tool, int count, char **arguments, struct arena *arena,
                              struct topic_needs *ret_needs)
{
    struct registry_files *files = ARENA_NEW(arena, struct registry_files);
    if (count > 1)
        return tool_wrong_count(tool, count);
    int code = count == 0 ? TOOL_OK : registry_read_files(tool, arguments[0], NULL, arena, files);
    bool rehearsal = tool_flag(tool, "rehearsal") || files->registry.rehearsal;
    if (code == TOOL_OK)
        *ret_needs = topics_needed(tool, count == 0 ? NULL : &files->registry, rehearsal, arena);
    return code;
}

int topics_create(const struct tool *tool, int count, char **arguments)
{
    int64_t replication = BROKER_DEFAULT;
    const char *wanted = tool_option(tool, "replication");
    if (!text_empty(wanted) && !text_to_int64(wanted, 1, INT16_MAX, &replication))
        return tool_usage(tool, "--replication must be a whole number from 1, not \"%s\"", wanted);
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    struct topic_needs needs;
    int code = needs_of_arguments(tool, count, arguments, arena, &needs);
    if (code == TOOL_OK)
        code = topics_ensure(tool, &needs, (int)replication);
    if (code == TOOL_OK && !tool->json)
        printf("%zu topics stand as the table says\n", needs.count);
    arena_free(arena);
    return code;
}

int topics_check(const struct tool *tool, int count, char **arguments)
{
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    struct topic_needs needs;
    int code = needs_of_arguments(tool, count, arguments, arena, &needs);
    struct log_admin *admin = code == TOOL_OK ? log_admin_new(&tool->client) : NULL;
    if (code == TOOL_OK)
        code = admin == NULL ? tool_usage(tool, "a setting of the broker is wrong")
                             : compare_all(tool, admin, &needs);
    if (code == TOOL_OK && !tool->json)
        printf("%zu topics stand as the table says\n", needs.count);
    log_admin_free(admin);
    arena_free(arena);
    return code;
}

static const struct output_column topic_columns[] = {
    {"topic",      "主题",    "topic",      false},
    {"key",        "键",       "key",        false},
    {"partitions", "分区",    "partitions", true },
    {"settings",   "设置",    "settings",   false},
    {"writers",    "写入者", "written by", false},
    {"readers",    "读取者", "read by",    false},
    {NULL,         "",          "",           false},
};

int topics_table(const struct tool *tool, int count, char **arguments)
{
    (void)arguments;
    if (count != 0)
        return tool_wrong_count(tool, count);
    if (tool_flag(tool, "markdown")) {
        struct buffer markdown;
        buffer_init(&markdown, LIMIT_HTTP_BODY_BYTES);
        topology_print(&markdown);
        fputs(markdown.data, stdout);
        buffer_release(&markdown);
        return TOOL_OK;
    }
    struct output *output = output_new(tool, topic_columns);
    for (int t = 0; t < TOPIC_COUNT; t++) {
        enum topic topic = (enum topic)t;
        const struct topic_row *row = topic_row(topic);
        struct topic_setting settings[TOPIC_SETTINGS + 1];
        const char *shown = "";
        topic_settings(topic, settings);
        for (int i = 0; settings[i].name != NULL; i++)
            shown = arena_format(tool->arena, "%s%s%s=%s", shown, i == 0 ? "" : " ", settings[i].name,
                                 settings[i].value);
        const char *const cells[] = {
            topic_name(tool->prefix, topic, "<unit>", tool->arena),
            row->key,
            arena_format(tool->arena, "%u", topic_partitions(topic, (uint32_t)tool->partitions)),
            shown,
            row->writers,
            row->readers,
        };
        output_row(output, cells);
    }
    output_end(output);
    return TOOL_OK;
}
