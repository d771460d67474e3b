/* observer.c: keeps the newest row of each task and the events not handed out yet, both as bytes. */
#include "observer.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "runtime/log_admin.h"
#include "runtime/log_reader.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/topology.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>

enum { ENDS_TIMEOUT_MS = 10000, NAMES_BYTES = 64 * 1024 };

struct blob {
    void *data;
    size_t bytes;
};

struct seen_row {
    struct blob value;
    UT_hash_handle hh;
    char id[];
};

struct seen_event {
    struct blob value;
    char *task_id;
    uint64_t seq;
};

struct observer {
    struct loop *loop;
    struct log_reader *reader;
    struct log_admin *admin;
    struct arena *names, *arena;
    struct log_topic topics[2]; /* events, tasks */
    uint32_t partitions;
    struct seen_row *rows;
    struct seen_event *events;
    size_t event_count, event_capacity;
    observer_event on_event;
    void *context;
    bool failed;
};

static struct blob copy_of(const struct log_record *record)
{
    struct blob blob = {must_alloc(record->value_bytes + 1), record->value_bytes};
    memcpy(blob.data, record->value, record->value_bytes);
    return blob;
}

static enum status keep_row(struct observer *observer, const struct log_record *record)
{
    struct seen_row *row = NULL;
    HASH_FIND(hh, observer->rows, record->key, record->key_bytes, row);
    if (row == NULL) {
        row = must_alloc(sizeof *row + record->key_bytes + 1);
        memcpy(row->id, record->key, record->key_bytes);
        HASH_ADD_KEYPTR(hh, observer->rows, row->id, record->key_bytes, row);
    }
    free(row->value.data);
    row->value = copy_of(record);
    return STATUS_OK;
}

static enum status keep_event(struct observer *observer, const struct log_record *record)
{
    struct event event;
    struct digest hash;
    struct wire_fault fault;
    arena_reset(observer->arena);
    if (event_record_decode(record->value, record->value_bytes, observer->arena, &event, &hash, &fault) !=
        EVENT_RECORD_FINE)
        return STATUS_FATAL;
    if (observer->event_count == observer->event_capacity) {
        observer->event_capacity = observer->event_capacity ? observer->event_capacity * 2 : 64;
        observer->events =
            must_realloc(observer->events, observer->event_capacity * sizeof *observer->events);
    }
    observer->events[observer->event_count++] =
        (struct seen_event){copy_of(record), must_copy_text(event.task_id), event.seq};
    return STATUS_OK;
}

static enum status on_record(void *context, const struct log_record *record)
{
    struct observer *observer = context;
    if (record->value == NULL || record->key == NULL)
        return STATUS_OK;
    return strcmp(record->topic, observer->topics[0].name) == 0 ? keep_event(observer, record)
                                                                : keep_row(observer, record);
}

static void on_fatal(void *context, const char *reason)
{
    struct observer *observer = context;
    log_error("cannot follow what happens reason=%s", reason);
    observer->failed = true;
}

struct observer *observer_new(struct loop *loop, const struct log_client *client, const char *prefix,
                              uint32_t partitions, observer_event on_event, void *context)
{
    struct observer *observer = must_alloc(sizeof *observer);
    *observer = (struct observer){
        .loop = loop,
        .names = arena_new(NAMES_BYTES),
        .arena = arena_new(LIMIT_ARENA_BYTES),
        .admin = log_admin_new(client),
        .partitions = partitions,
        .on_event = on_event,
        .context = context,
    };
    static const enum topic topics[] = {TOPIC_EVENTS, TOPIC_TASKS};
    for (size_t i = 0; i < 2; i++)
        observer->topics[i] =
            (struct log_topic){topic_name(prefix, topics[i], "", observer->names), (int32_t)partitions};
    const struct log_reader_options options = {
        .client = *client,
        .mode = LOG_READER_FOLLOW,
        .recovery = "",
        .on_record = on_record,
        .on_fatal = on_fatal,
        .context = observer,
    };
    observer->reader = log_reader_new(loop, &options);
    if (observer->admin == NULL || observer->reader == NULL) {
        observer_free(observer);
        return NULL;
    }
    log_reader_start(observer->reader, observer->topics, 2);
    return observer;
}

void observer_free(struct observer *observer)
{
    if (observer == NULL)
        return;
    log_reader_free(observer->reader);
    log_admin_free(observer->admin);
    struct seen_row *row, *next;
    HASH_ITER(hh, observer->rows, row, next)
    {
        HASH_DEL(observer->rows, row);
        free(row->value.data);
        free(row);
    }
    for (size_t i = 0; i < observer->event_count; i++) {
        free(observer->events[i].value.data);
        free(observer->events[i].task_id);
    }
    free(observer->events);
    arena_free(observer->arena);
    arena_free(observer->names);
    free(observer);
}

static bool has_read(const struct observer *observer, const struct log_end *end)
{
    size_t count;
    const struct log_position *positions = log_reader_positions(observer->reader, &count);
    for (size_t i = 0; i < count; i++) {
        if (positions[i].partition == end->partition && strcmp(positions[i].topic, end->topic) == 0)
            return positions[i].next >= end->end;
    }
    return false;
}

static enum status read_to_the_ends(struct observer *observer)
{
    char text[LOG_ADMIN_TEXT];
    size_t count = 2 * (size_t)observer->partitions;
    arena_reset(observer->arena);
    struct log_end *ends = must_alloc(count * sizeof *ends);
    for (size_t i = 0; i < count; i++)
        ends[i] = (struct log_end){observer->topics[i / observer->partitions].name,
                                   (int32_t)(i % observer->partitions), LOG_OFFSET_NONE};
    enum status status = log_admin_ends(observer->admin, ends, count, ENDS_TIMEOUT_MS, text);
    if (status != STATUS_OK)
        log_error("the broker does not tell its ends reason=%s", text);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        while (!has_read(observer, &ends[i]) && status == STATUS_OK) {
            loop_turn(observer->loop);
            if (observer->failed || loop_stopping(observer->loop))
                status = STATUS_FATAL;
        }
    }
    free(ends);
    return status;
}

static int order(const void *a, const void *b)
{
    const struct seen_event *x = a, *y = b;
    int by_task = strcmp(x->task_id, y->task_id);
    return by_task != 0 ? by_task : (x->seq > y->seq) - (x->seq < y->seq);
}

static bool decode_row(const struct seen_row *seen, struct arena *arena, struct row *ret_row)
{
    struct wire_fault fault;
    return wire_decode(&wire_row, seen->value.data, seen->value.bytes, LIMIT_ROW_BYTES, arena, ret_row,
                       &fault);
}

static void hand_out(struct observer *observer, const struct seen_event *seen)
{
    struct event event;
    struct digest hash;
    struct wire_fault fault;
    struct row row;
    struct seen_row *seen_row = NULL;
    arena_reset(observer->arena);
    if (event_record_decode(seen->value.data, seen->value.bytes, observer->arena, &event, &hash, &fault) !=
        EVENT_RECORD_FINE)
        return; /* cannot be: keep_event has read it */
    HASH_FIND_STR(observer->rows, seen->task_id, seen_row);
    bool is_task = seen_row != NULL && decode_row(seen_row, observer->arena, &row) && row.kind == ROW_TASK;
    observer->on_event(observer->context, &event, is_task ? &row.task : NULL);
}

enum status observer_catch_up(struct observer *observer)
{
    enum status status = read_to_the_ends(observer);
    if (status != STATUS_OK)
        return status;
    if (observer->event_count > 1)
        qsort(observer->events, observer->event_count, sizeof *observer->events, order);
    for (size_t i = 0; i < observer->event_count; i++) {
        hand_out(observer, &observer->events[i]);
        free(observer->events[i].value.data);
        free(observer->events[i].task_id);
    }
    observer->event_count = 0;
    return STATUS_OK;
}

const struct task *observer_task(struct observer *observer, const char *task_id, struct arena *arena)
{
    struct seen_row *seen = NULL;
    struct row *row = ARENA_NEW(arena, struct row);
    HASH_FIND_STR(observer->rows, task_id, seen);
    bool is_task = seen != NULL && decode_row(seen, arena, row) && row->kind == ROW_TASK;
    return is_task ? &row->task : NULL;
}

static int order_of_rows(struct seen_row *a, struct seen_row *b)
{
    return strcmp(a->id, b->id);
}

void observer_tasks(struct observer *observer, void (*on_task)(void *context, const struct task *task),
                    void *context)
{
    HASH_SORT(observer->rows, order_of_rows);
    for (struct seen_row *seen = observer->rows; seen != NULL; seen = seen->hh.next) {
        struct row row;
        arena_reset(observer->arena);
        if (decode_row(seen, observer->arena, &row) && row.kind == ROW_TASK)
            on_task(context, &row.task);
    }
}
