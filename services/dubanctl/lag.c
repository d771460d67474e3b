/* lag.c: see lag.h. */
#include "lag.h"

#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "lookup.h"
#include "output.h"
#include "runtime/http_client.h"
#include "runtime/log_admin.h"
#include "runtime/log_scan.h"
#include "topic_commands.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PROGRAMS_AT_MOST = 16, SETTLED_TIMEOUT_MS = 3000, OLDEST_QUIET_MS = 5000 };

struct program {
    const char *name;
    const char *url; /* "": not given */
    struct settled settled;
    bool answered;
};

struct measuring {
    const struct tool *tool;
    struct arena *arena;
    struct log_admin *admin;
    struct log_scanner *scanner;
    struct program programs[PROGRAMS_AT_MOST];
    size_t program_count;
    struct instant now; /* real: Kafka's timestamps are */
};

/* --- whom we ask ----------------------------------------------------------------------------------------------------------- */

static int read_programs(struct measuring *measuring)
{
    static const char *const always[] = {"intake", "task-ledger", "deadline-watcher", "escalation-notifier"};
    const char *at = measuring->tool->programs;
    while (*at != '\0' && measuring->program_count < PROGRAMS_AT_MOST) {
        size_t bytes = strcspn(at, ","), name = strcspn(at, "=");
        if (name >= bytes)
            return tool_usage(measuring->tool, "--programs must be name=url,name=url, not \"%s\"", at);
        measuring->programs[measuring->program_count++] = (struct program){
            .name = arena_text_n(measuring->arena, at, name),
            .url = arena_text_n(measuring->arena, at + name + 1, bytes - name - 1),
        };
        at += bytes + (at[bytes] == ',');
    }
    for (size_t i = 0; i < sizeof(always) / sizeof(always[0]) && text_empty(measuring->tool->programs); i++)
        measuring->programs[measuring->program_count++] = (struct program){.name = always[i], .url = ""};
    return TOOL_OK;
}

static void ask(const struct measuring *measuring, struct program *program)
{
    struct http_result result;
    struct wire_fault fault;
    struct http_call call = {.method = "GET",
                             .url = arena_format(measuring->arena, "%s/settled", program->url),
                             .timeout_ms = SETTLED_TIMEOUT_MS};
    program->answered = http_fetch(&call, &result) && result.status == 200 &&
                        wire_from_json(&wire_settled, result.body, result.body_bytes, LIMIT_HTTP_BODY_BYTES,
                                       measuring->arena, &program->settled, &fault);
    http_result_release(&result);
}

/* A program may read a topic twice (for itself, and for its group): the slower counts. */
static int64_t position_of(const struct program *program, const char *topic, int32_t partition)
{
    int64_t least = LOG_OFFSET_NONE;
    for (uint32_t i = 0; program->answered && i < program->settled.input_count; i++) {
        const struct settled_input *input = &program->settled.inputs[i];
        if (input->partition == partition && text_equal(input->topic, topic) &&
            (least == LOG_OFFSET_NONE || input->next < least))
            least = input->next;
    }
    return least;
}

bool lag_reader_is_declared(const char *readers, const char *reader)
{
    size_t bytes = strlen(reader);
    if (text_equal(readers, "all"))
        return true;
    while (*readers != '\0') {
        size_t length = strcspn(readers, ",");
        if (length == bytes && strncmp(readers, reader, bytes) == 0)
            return true;
        readers += length;
        readers += strspn(readers, ", ");
    }
    return false;
}

/* --- one reader of one topic ------------------------------------------------------------------------------------------------ */

struct committed {
    int64_t *next;
};

static void note_committed(void *context, const struct log_offset *offset)
{
    ((struct committed *)context)->next[offset->partition] = offset->next;
}

static int positions_of(const struct measuring *measuring, const struct program *program, const char *topic,
                        int32_t partitions, int64_t *ret_next)
{
    char text[LOG_ADMIN_TEXT];
    bool missing = false;
    struct log_offset wanted[LIMIT_PARTITIONS];
    for (int32_t p = 0; p < partitions; p++) {
        ret_next[p] = position_of(program, topic, p);
        missing = missing || ret_next[p] == LOG_OFFSET_NONE;
        wanted[p] = (struct log_offset){.topic = topic, .partition = p, .metadata = ""};
    }
    if (!missing)
        return TOOL_OK;
    int64_t committed[LIMIT_PARTITIONS];
    memset(committed, 0xff, sizeof committed); /* LOG_OFFSET_NONE */
    const char *group = arena_format(measuring->arena, "%s%s", measuring->tool->prefix, program->name);
    enum status status =
        log_admin_committed(measuring->admin, group, wanted, (size_t)partitions, measuring->tool->timeout_ms,
                            note_committed, &(struct committed){committed}, text);
    for (int32_t p = 0; p < partitions; p++)
        ret_next[p] = ret_next[p] == LOG_OFFSET_NONE ? committed[p] : ret_next[p];
    return status == STATUS_OK ? TOOL_OK : tool_broker_failed(measuring->tool, status, text);
}

static enum status note_first(void *context, const struct log_record *record)
{
    *(struct instant *)context = record->timestamp;
    return STATUS_REJECT; /* one is enough */
}

/* Where only markers are left, nothing is unread. */
static struct instant oldest_unread(const struct measuring *measuring, const char *topic, int32_t partition,
                                    int64_t next)
{
    struct instant oldest = INSTANT_NONE;
    struct log_offset offset = {.topic = topic, .partition = partition, .next = next, .metadata = ""};
    (void)!log_scan(measuring->scanner, &offset, 1, OLDEST_QUIET_MS, note_first, &oldest);
    return oldest;
}

static void add_partition(const struct measuring *measuring, struct lag *lag, int32_t partition, int64_t next,
                          int64_t end, bool with_ages)
{
    struct instant oldest = INSTANT_NONE;
    int64_t behind = end - next;
    if (behind <= 0)
        return;
    if (with_ages)
        oldest = oldest_unread(measuring, lag->topic, partition, next);
    if (with_ages && !instant_is_set(oldest))
        return;
    int64_t age = instant_is_set(oldest) && measuring->now.ms > oldest.ms ? measuring->now.ms - oldest.ms : 0;
    if (age >= lag->age_ms)
        lag->worst = partition;
    lag->age_ms = age > lag->age_ms ? age : lag->age_ms;
    lag->behind += behind;
}

static int measure_reader(const struct measuring *measuring, const struct program *program,
                          const struct topic_need *need, const struct log_end *ends, int32_t partitions,
                          bool with_ages, struct lag *ret_lag)
{
    int64_t next[LIMIT_PARTITIONS];
    int code = positions_of(measuring, program, need->name, partitions, next);
    *ret_lag = (struct lag){.topic = need->name, .reader = program->name, .known = true};
    for (int32_t p = 0; p < partitions && code == TOOL_OK; p++) {
        /* Nothing was ever written there, so nothing is unread, whoever has not begun. */
        if (next[p] == LOG_OFFSET_NONE && ends[p].end > 0)
            ret_lag->known = false;
        else if (next[p] != LOG_OFFSET_NONE)
            add_partition(measuring, ret_lag, p, next[p], ends[p].end, with_ages);
    }
    return code;
}

/* What a program reads back of its own is its state, not its work: unless it says that it follows it. */
static bool is_own_state(const struct program *program, const struct topic_need *need)
{
    const struct topic_row *row = topic_row(need->topic);
    return row->cleanup != CLEANUP_DELETE && lag_reader_is_declared(row->writers, program->name) &&
           position_of(program, need->name, 0) == LOG_OFFSET_NONE;
}

static bool is_reader(const struct program *program, const struct topic_need *need)
{
    return lag_reader_is_declared(topic_row(need->topic)->readers, program->name) &&
           !is_own_state(program, need);
}

/* --- everything ----------------------------------------------------------------------------------------------------------------- */

static struct log_end *ends_of(const struct measuring *measuring, const struct topic_needs *needs,
                               size_t *ret_count)
{
    size_t count = 0;
    for (size_t i = 0; i < needs->count; i++)
        count += topic_partitions(needs->items[i].topic, (uint32_t)measuring->tool->partitions);
    struct log_end *ends = ARENA_ARRAY(measuring->arena, struct log_end, count + 1);
    *ret_count = 0;
    for (size_t i = 0; i < needs->count; i++) {
        uint32_t partitions = topic_partitions(needs->items[i].topic, (uint32_t)measuring->tool->partitions);
        for (uint32_t p = 0; p < partitions; p++)
            ends[(*ret_count)++] = (struct log_end){needs->items[i].name, (int32_t)p, LOG_OFFSET_NONE};
    }
    return ends;
}

static int measure_all(struct measuring *measuring, const struct topic_needs *needs, bool with_ages,
                       struct lag_list *ret_list)
{
    char text[LOG_ADMIN_TEXT];
    size_t count, at = 0;
    struct log_end *ends = ends_of(measuring, needs, &count);
    for (size_t i = 0; i < measuring->program_count; i++) {
        if (!text_empty(measuring->programs[i].url))
            ask(measuring, &measuring->programs[i]);
    }
    /* The ends come last: what a program has read by then is never more than what is there. */
    enum status status = log_admin_ends(measuring->admin, ends, count, measuring->tool->timeout_ms, text);
    int code = tool_broker_failed(measuring->tool, status, text);
    ret_list->items = ARENA_ARRAY(measuring->arena, struct lag, needs->count * measuring->program_count + 1);
    for (size_t i = 0; i < needs->count && code == TOOL_OK; i++) {
        const struct topic_need *need = &needs->items[i];
        int32_t partitions = (int32_t)topic_partitions(need->topic, (uint32_t)measuring->tool->partitions);
        for (size_t p = 0; p < measuring->program_count && code == TOOL_OK; p++) {
            if (is_reader(&measuring->programs[p], need))
                code = measure_reader(measuring, &measuring->programs[p], need, &ends[at], partitions,
                                      with_ages, &ret_list->items[ret_list->count++]);
        }
        at += (size_t)partitions;
    }
    return code;
}

int lag_measure(const struct tool *tool, const struct registry *registry, bool with_ages, struct arena *arena,
                struct lag_list *ret_list)
{
    struct measuring measuring = {.tool = tool, .arena = arena, .now = instant_now()};
    struct topic_needs needs = topics_needed(tool, registry, false, arena);
    *ret_list = (struct lag_list){0};
    int code = read_programs(&measuring);
    if (code != TOOL_OK)
        return code;
    measuring.admin = log_admin_new(&tool->client);
    measuring.scanner = log_scanner_new(&tool->client);
    if (measuring.admin == NULL || measuring.scanner == NULL)
        code = tool_usage(tool, "a setting of the broker is wrong");
    else
        code = measure_all(&measuring, &needs, with_ages, ret_list);
    log_scanner_free(measuring.scanner);
    log_admin_free(measuring.admin);
    return code;
}

/* --- the command ------------------------------------------------------------------------------------------------------------------ */

static const struct output_column lag_columns[] = {
    {"topic",  "主题",       "topic",         false},
    {"reader", "读取者",    "reader",        false},
    {"behind", "落后(条)",  "behind",        true },
    {"age",    "最早未读", "oldest unread", false},
    {"age_ms", "毫秒",       "ms",            true },
    {"worst",  "分区",       "partition",     true },
    {NULL,     "",             "",              false},
};

static void print_lag(const struct tool *tool, struct output *output, const struct lag *lag,
                      struct arena *arena)
{
    const char *const cells[] = {
        lag->topic,
        lag->reader,
        lag->known   ? arena_format(arena, "%" PRId64, lag->behind)
        : tool->json ? ""
                     : tool_text(tool, "未知", "unknown"),
        lag->behind > 0 ? words_span(tool, lag->age_ms, arena) : "",
        lag->known ? arena_format(arena, "%" PRId64, lag->age_ms) : "",
        lag->behind > 0 ? arena_format(arena, "%d", lag->worst) : "",
    };
    output_row(output, cells);
}

int lag_command(const struct tool *tool, int count, char **arguments)
{
    (void)arguments;
    struct registry_follower *follower;
    struct lag_list list;
    if (count != 0)
        return tool_wrong_count(tool, count);
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    struct arena *arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    code = lag_measure(tool, registry_newest(follower), true, arena, &list);
    if (code == TOOL_OK) {
        struct output *output = output_new(tool, lag_columns);
        for (size_t i = 0; i < list.count; i++) {
            if (tool_flag(tool, "all") || tool->json || list.items[i].behind > 0 || !list.items[i].known)
                print_lag(tool, output, &list.items[i], arena);
        }
        output_end(output);
        size_t shown = 0;
        for (size_t i = 0; i < list.count; i++)
            shown += list.items[i].behind > 0 || !list.items[i].known;
        if (shown == 0 && !tool->json && !tool_flag(tool, "all"))
            printf("%s\n", tool_text(tool, "没有积压", "nobody is behind"));
    }
    arena_free(arena);
    registry_follower_free(follower);
    return code;
}
