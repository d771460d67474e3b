/* lookup.c: reads topics to their ends. See lookup.h. */
#include "lookup.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "domain/catalogue.h"
#include "runtime/log_admin.h"
#include "runtime/log_scan.h"
#include "wire/messages.h"
#include "wire/records.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>

/* --- any topic ------------------------------------------------------------------------------------------------------- */

struct scan {
    enum status (*on_record)(void *context, const struct log_record *record);
    void *context;
    bool stopped; /* by on_record */
};

static enum status on_scanned(void *context, const struct log_record *record)
{
    struct scan *scan = context;
    enum status status = scan->on_record(scan->context, record);
    scan->stopped = status != STATUS_OK;
    return status;
}

int lookup_scan(const struct tool *tool, enum topic topic, int32_t partition,
                enum status (*on_record)(void *context, const struct log_record *record), void *context)
{
    int32_t count = (int32_t)topic_partitions(topic, (uint32_t)tool->partitions);
    int32_t first = partition == ALL_PARTITIONS ? 0 : partition;
    int32_t last = partition == ALL_PARTITIONS ? count - 1 : partition;
    const char *name = topic_name(tool->prefix, topic, "", tool->arena);
    struct log_offset offsets[LIMIT_PARTITIONS];
    for (int32_t p = first; p <= last; p++)
        offsets[p - first] = (struct log_offset){.topic = name, .partition = p, .metadata = ""};
    struct log_scanner *scanner = log_scanner_new(&tool->client);
    if (scanner == NULL)
        return tool_usage(tool, "a setting of the broker is wrong");
    struct scan scan = {.on_record = on_record, .context = context};
    enum status status =
        log_scan(scanner, offsets, (size_t)(last - first + 1), tool->timeout_ms, on_scanned, &scan);
    log_scanner_free(scanner);
    if (status == STATUS_OK)
        return TOOL_OK;
    if (scan.stopped)
        return TOOL_INTERNAL;
    if (status == STATUS_RETRY)
        return tool_broker_failed(
            tool, status,
            arena_format(tool->arena, "reading %s; are --prefix and --partitions right?", name));
    return tool_refused(tool, "%s cannot be read; are --prefix and --partitions right?", name);
}

/* --- the newest value of each key ------------------------------------------------------------------------------------ */

struct latest_row {
    struct latest_value public;
    void *value;
    UT_hash_handle hh;
    char key[];
};

struct latest {
    struct latest_row *rows;
    struct latest_row **sorted; /* NULL: to be made anew */
};

struct latest *latest_new(void)
{
    return must_alloc(sizeof(struct latest));
}

static void remove_row(struct latest *latest, struct latest_row *row)
{
    HASH_DEL(latest->rows, row);
    free(row->value);
    free(row);
}

void latest_free(struct latest *latest)
{
    if (latest == NULL)
        return;
    struct latest_row *row = NULL, *next = NULL;
    HASH_ITER(hh, latest->rows, row, next)
    {
        remove_row(latest, row);
    }
    free(latest->sorted);
    free(latest);
}

void latest_put(struct latest *latest, const struct log_record *record)
{
    struct latest_row *row = NULL;
    if (record->key == NULL)
        return;
    HASH_FIND(hh, latest->rows, record->key, record->key_bytes, row);
    if (record->value == NULL || row == NULL) {
        free(latest->sorted);
        latest->sorted = NULL;
    }
    if (record->value == NULL) {
        if (row != NULL)
            remove_row(latest, row);
        return;
    }
    if (row == NULL) {
        row = must_alloc(sizeof *row + record->key_bytes + 1);
        memcpy(row->key, record->key, record->key_bytes);
        HASH_ADD_KEYPTR(hh, latest->rows, row->key, record->key_bytes, row);
    }
    free(row->value);
    row->value = must_alloc(record->value_bytes + 1);
    memcpy(row->value, record->value, record->value_bytes);
    row->public = (struct latest_value){row->key, row->value, record->value_bytes};
}

static enum status put_scanned(void *context, const struct log_record *record)
{
    latest_put(context, record);
    return STATUS_OK;
}

int latest_read(const struct tool *tool, enum topic topic, int32_t partition, struct latest **ret_latest)
{
    struct latest *latest = latest_new();
    int code = lookup_scan(tool, topic, partition, put_scanned, latest);
    if (code == TOOL_OK)
        *ret_latest = latest;
    else
        latest_free(latest);
    return code;
}

size_t latest_count(const struct latest *latest)
{
    return HASH_COUNT(latest->rows);
}

static int by_key(const void *a, const void *b)
{
    return strcmp((*(struct latest_row *const *)a)->key, (*(struct latest_row *const *)b)->key);
}

struct latest_value latest_at(const struct latest *latest, size_t i)
{
    struct latest *cache = (struct latest *)latest;
    if (latest->sorted == NULL) {
        size_t count = 0;
        cache->sorted = must_alloc((latest_count(latest) + 1) * sizeof *cache->sorted);
        for (struct latest_row *row = latest->rows; row != NULL; row = row->hh.next)
            cache->sorted[count++] = row;
        qsort(cache->sorted, count, sizeof *cache->sorted, by_key);
    }
    return latest->sorted[i]->public;
}

bool latest_find(const struct latest *latest, const char *key, struct latest_value *ret_value)
{
    struct latest_row *row = NULL;
    HASH_FIND(hh, latest->rows, key, strlen(key), row);
    if (row != NULL)
        *ret_value = row->public;
    return row != NULL;
}

/* --- registry, clock, doors -------------------------------------------------------------------------------------------- */

static enum status take_version(void *context, const struct log_record *record)
{
    return registry_follower_take(context, record);
}

int lookup_registry(const struct tool *tool, struct registry_follower **ret_follower)
{
    struct registry_follower *follower = registry_follower_new();
    registry_follower_keep_all(follower);
    int code = lookup_scan(tool, TOPIC_REGISTRY, ALL_PARTITIONS, take_version, follower);
    if (code == TOOL_OK)
        *ret_follower = follower;
    else
        registry_follower_free(follower);
    return code;
}

const struct registry *registry_newest(const struct registry_follower *follower)
{
    const struct registry_version *newest = registry_follower_newest(follower);
    return newest == NULL ? NULL : newest->registry;
}

static enum status take_tick(void *context, const struct log_record *record)
{
    struct arena *arena = arena_new(LIMIT_COMMAND_BYTES);
    struct clock_tick tick;
    struct wire_fault fault;
    if (record->value != NULL && wire_decode(&wire_clock_tick, record->value, record->value_bytes,
                                             LIMIT_COMMAND_BYTES, arena, &tick, &fault))
        *(struct instant *)context = tick.now;
    arena_free(arena);
    return STATUS_OK;
}

static void note_topic(void *context, const struct log_topic_state *state)
{
    if (state->exists)
        *(bool *)context = true;
}

int lookup_clock_exists(const struct tool *tool, bool *ret_exists)
{
    char text[LOG_ADMIN_TEXT];
    const char *name = topic_name(tool->prefix, TOPIC_CLOCK, "", tool->arena);
    struct log_admin *admin = log_admin_new(&tool->client);
    if (admin == NULL)
        return tool_usage(tool, "a setting of the broker is wrong");
    *ret_exists = false;
    enum status status = log_admin_list(admin, name, tool->timeout_ms, note_topic, ret_exists, text);
    log_admin_free(admin);
    return tool_broker_failed(tool, status, text);
}

int lookup_now(const struct tool *tool, const struct registry *registry, struct instant *ret_now)
{
    struct instant now = INSTANT_NONE;
    bool stepped = false;
    int code = TOOL_OK;
    if (registry != NULL && registry->rehearsal)
        code = lookup_clock_exists(tool, &stepped);
    if (code == TOOL_OK && stepped)
        code = lookup_scan(tool, TOPIC_CLOCK, ALL_PARTITIONS, take_tick, &now);
    if (code == TOOL_OK)
        *ret_now = instant_is_set(now) ? now : instant_now();
    return code;
}

static enum status take_watermark(void *context, const struct log_record *record)
{
    struct arena *arena = arena_new(LIMIT_COMMAND_BYTES);
    struct watermark mark;
    struct wire_fault fault;
    if (record->value != NULL && wire_decode(&wire_watermark, record->value, record->value_bytes,
                                             LIMIT_COMMAND_BYTES, arena, &mark, &fault))
        watermarks_put(context, mark.door, mark.instance, mark.at);
    arena_free(arena);
    return STATUS_OK;
}

int lookup_watermarks(const struct tool *tool, const struct registry *registry,
                      struct watermarks **ret_watermarks)
{
    bool stepped = false;
    int code = registry != NULL && registry->rehearsal ? lookup_clock_exists(tool, &stepped) : TOOL_OK;
    if (code != TOOL_OK)
        return code;
    struct watermarks *watermarks = watermarks_new(stepped);
    watermarks_set_doors(watermarks, registry);
    code = lookup_scan(tool, TOPIC_WATERMARKS, ALL_PARTITIONS, take_watermark, watermarks);
    if (code == TOOL_OK)
        *ret_watermarks = watermarks;
    else
        watermarks_free(watermarks);
    return code;
}

/* --- tasks --------------------------------------------------------------------------------------------------------------- */

bool lookup_decode_row(const struct latest_value *value, struct arena *arena, struct row *ret_row)
{
    struct wire_fault fault;
    if (wire_decode(&wire_row, value->value, value->bytes, LIMIT_ROW_BYTES, arena, ret_row, &fault))
        return true;
    log_error("a row cannot be read, passing over it key=%s field=%s rule=%s", value->key, fault.field,
              fault.rule);
    return false;
}

const char *number_normal(const char *text, struct arena *arena)
{
    static const struct {
        const char *from, *to;
    } signs[] = {
        {"[",      "〔"},
        {"(",      "〔"},
        {"\uff08", "〔"},
        {"【",    "〔"},
        {"\uff3b", "〔"},
        {" ",      ""   },
        {"]",      "〕"},
        {")",      "〕"},
        {"\uff09", "〕"},
        {"】",    "〕"},
        {"\uff3d", "〕"},
        {"\u3000", ""   },
    };
    const char *normal = "";
    while (*text != '\0') {
        const char *to = NULL;
        size_t bytes = 1;
        for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]) && to == NULL; i++) {
            if (text_starts_with(text, signs[i].from)) {
                to = signs[i].to;
                bytes = strlen(signs[i].from);
            }
        }
        normal =
            arena_format(arena, "%s%.*s", normal, to == NULL ? 1 : (int)strlen(to), to == NULL ? text : to);
        text += bytes;
    }
    return normal;
}

static int find_by_id(const struct tool *tool, const char *id, struct arena *arena, struct task *ret_task)
{
    struct latest *rows;
    struct latest_value value;
    struct row row;
    int32_t partition = (int32_t)partition_of(id, (uint32_t)tool->partitions);
    int code = latest_read(tool, TOPIC_TASKS, partition, &rows);
    if (code != TOOL_OK)
        return code;
    bool found =
        latest_find(rows, id, &value) && lookup_decode_row(&value, arena, &row) && row.kind == ROW_TASK;
    latest_free(rows);
    if (!found)
        return tool_refused(tool, tool_text(tool, "没有这个事项:%s", "no such task: %s"), id);
    *ret_task = row.task;
    return TOOL_OK;
}

static int find_by_number(const struct tool *tool, const char *number, const struct registry *registry,
                          struct arena *arena, struct task *ret_task)
{
    struct latest *rows;
    const char *wanted = number_normal(number, arena);
    int code = latest_read(tool, TOPIC_TASKS, ALL_PARTITIONS, &rows);
    if (code != TOOL_OK)
        return code;
    struct arena *scratch = arena_new(LIMIT_ARENA_BYTES);
    bool found = false;
    for (size_t i = 0; i < latest_count(rows) && !found; i++) {
        struct latest_value value = latest_at(rows, i);
        struct row row;
        arena_reset(scratch);
        found = row_kind_of_key(value.key) == ROW_TASK && lookup_decode_row(&value, scratch, &row) &&
                row.kind == ROW_TASK &&
                text_equal(number_render(&row.task.number, registry, scratch), wanted) &&
                lookup_decode_row(&value, arena, &row);
        if (found)
            *ret_task = row.task;
    }
    arena_free(scratch);
    latest_free(rows);
    if (!found)
        return tool_refused(tool, tool_text(tool, "没有这个事项:%s", "no such task: %s"), number);
    return TOOL_OK;
}

int lookup_task(const struct tool *tool, const char *name, const struct registry *registry,
                struct arena *arena, struct task *ret_task)
{
    return id_is_valid(name) ? find_by_id(tool, name, arena, ret_task)
                             : find_by_number(tool, name, registry, arena, ret_task);
}

int lookup_task_id(const struct tool *tool, const char *name, struct arena *arena, const char **ret_id)
{
    struct registry_follower *follower;
    struct task task;
    if (id_is_valid(name)) {
        *ret_id = name;
        return TOOL_OK;
    }
    int code = lookup_registry(tool, &follower);
    if (code != TOOL_OK)
        return code;
    code = find_by_number(tool, name, registry_newest(follower), arena, &task);
    registry_follower_free(follower);
    if (code == TOOL_OK)
        *ret_id = task.id;
    return code;
}
