/* notice_table.c: a hash by id, a list by task, a list of what is live, and the undo log of one transaction. */
#include "notice_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/limits.h"
#include "wire/messages.h"

struct by_task {
    char *task;
    struct notice_entry *first;
    UT_hash_handle hh;
};

struct notice_table {
    struct notice_entry *by_id;
    struct by_task *by_task;
    struct notice_entry *live;
    struct notice_entry *changed, **last_changed;
    struct arena *arena; /* of one undo or load */
};

struct notice_table *notice_table_new(void)
{
    struct notice_table *table = must_alloc(sizeof(*table));
    table->last_changed = &table->changed;
    table->arena = arena_new(LIMIT_ARENA_BYTES);
    return table;
}

static void free_entry(struct notice_entry *entry)
{
    free((char *)entry->notice.id);
    free((char *)entry->notice.task_id);
    free((char *)entry->notice.person);
    free((char *)entry->open_channel);
    free(entry->value);
    free(entry->old_value);
    free(entry);
}

void notice_table_free(struct notice_table *table)
{
    if (table == NULL)
        return;
    struct notice_entry *entry, *next_entry;
    HASH_ITER(hh, table->by_id, entry, next_entry)
    {
        HASH_DEL(table->by_id, entry);
        free_entry(entry);
    }
    struct by_task *task, *next_task;
    HASH_ITER(hh, table->by_task, task, next_task)
    {
        HASH_DEL(table->by_task, task);
        free(task->task);
        free(task);
    }
    arena_free(table->arena);
    free(table);
}

/* --- entries ------------------------------------------------------------------------------------------------------ */

static struct by_task *task_of(struct notice_table *table, const char *task_id)
{
    struct by_task *task = NULL;
    HASH_FIND_STR(table->by_task, task_id, task);
    if (task == NULL) {
        task = must_alloc(sizeof(*task));
        task->task = must_copy_text(task_id);
        HASH_ADD_KEYPTR(hh, table->by_task, task->task, strlen(task_id), task);
    }
    return task;
}

static struct notice_entry *add_entry(struct notice_table *table, const struct notice *notice)
{
    struct notice_entry *entry = must_alloc(sizeof(*entry));
    entry->notice.id = must_copy_text(notice->id);
    entry->notice.task_id = must_copy_text(notice->task_id);
    entry->notice.person = must_copy_text("");
    entry->open_channel = must_copy_text("");
    HASH_ADD_KEYPTR(hh, table->by_id, entry->notice.id, strlen(entry->notice.id), entry);
    struct by_task *task = task_of(table, notice->task_id);
    LL_APPEND2(task->first, entry, next_of_task);
    return entry;
}

static void remove_entry(struct notice_table *table, struct notice_entry *entry)
{
    HASH_DEL(table->by_id, entry);
    struct by_task *task = task_of(table, entry->notice.task_id);
    LL_DELETE2(task->first, entry, next_of_task);
    if (entry->live)
        DL_DELETE2(table->live, entry, previous, next);
    free_entry(entry);
}

/* What stands in the entry besides the record. */
static void summarise(struct notice_table *table, struct notice_entry *entry, const struct notice *notice)
{
    char *id = (char *)entry->notice.id, *task_id = (char *)entry->notice.task_id;
    free((char *)entry->notice.person);
    free((char *)entry->open_channel);
    entry->notice = *notice;
    entry->notice.id = id;
    entry->notice.task_id = task_id;
    entry->notice.person = must_copy_text(notice->person);
    entry->notice.original = entry->notice.number = entry->notice.unit = entry->notice.form =
        entry->notice.note = "";
    entry->notice.what = entry->notice.why = entry->notice.reason = entry->notice.requirement =
        entry->notice.list = "";
    entry->notice.subject = entry->notice.text = entry->notice.ending = "";
    entry->notice.attempts = NULL;
    entry->reached = notice_may_have_reached(notice);
    bool attempting = notice->status == NOTICE_ATTEMPTING && notice->attempt_count > 0;
    entry->open_channel =
        must_copy_text(attempting ? notice->attempts[notice->attempt_count - 1].channel : "");
    bool live = !notice_has_ended(notice) || !notice->told_ledger;
    if (live && !entry->live)
        DL_APPEND2(table->live, entry, previous, next);
    if (!live && entry->live)
        DL_DELETE2(table->live, entry, previous, next);
    entry->live = live;
}

static void drop_value_of_the_dead(struct notice_entry *entry)
{
    if (entry->live)
        return;
    free(entry->value);
    entry->value = NULL;
    entry->value_bytes = 0;
}

static bool decode(const void *value, size_t bytes, struct arena *arena, struct notice *ret_notice)
{
    struct wire_fault fault;
    return wire_decode(&wire_notice, value, bytes, LIMIT_NOTICE_BYTES, arena, ret_notice, &fault);
}

bool notice_table_load(struct notice_table *table, const void *value, size_t bytes)
{
    struct notice notice;
    arena_reset(table->arena);
    if (!decode(value, bytes, table->arena, &notice))
        return false;
    struct notice_entry *entry = notice_table_find(table, notice.id);
    if (entry == NULL)
        entry = add_entry(table, &notice);
    summarise(table, entry, &notice);
    free(entry->value);
    entry->value = memcpy(must_alloc(bytes), value, bytes);
    entry->value_bytes = bytes;
    drop_value_of_the_dead(entry);
    return true;
}

struct notice_entry *notice_table_find(const struct notice_table *table, const char *id)
{
    struct notice_entry *entry = NULL;
    HASH_FIND_STR(table->by_id, id, entry);
    return entry;
}

struct notice_entry *notice_table_live(const struct notice_table *table)
{
    return table->live;
}

struct notice_entry *notice_table_of_task(const struct notice_table *table, const char *task_id)
{
    struct by_task *task = NULL;
    HASH_FIND_STR(table->by_task, task_id, task);
    return task == NULL ? NULL : task->first;
}

size_t notice_table_count(const struct notice_table *table)
{
    return HASH_COUNT(table->by_id);
}

void notice_table_read(const struct notice_entry *entry, struct arena *arena, struct notice *ret_notice)
{
    bool readable = decode(entry->value, entry->value_bytes, arena, ret_notice);
    assert(readable); /* it was read or written before */
}

/* --- a transaction -------------------------------------------------------------------------------------------------- */

void notice_table_write(struct notice_table *table, const struct notice *notice, struct arena *arena)
{
    struct notice_entry *entry = notice_table_find(table, notice->id);
    bool is_new = entry == NULL;
    if (is_new)
        entry = add_entry(table, notice);
    if (!entry->changed) {
        entry->changed = true;
        entry->is_new = is_new;
        entry->old_status = is_new ? NOTICE_NONE : entry->notice.status;
        entry->old_value = entry->value;
        entry->old_value_bytes = entry->value_bytes;
        entry->value = NULL;
        *table->last_changed = entry;
        table->last_changed = &entry->next_changed;
    }
    size_t bytes;
    const void *value = wire_encode(&wire_notice, notice, arena, &bytes);
    entry->value = must_realloc(entry->value, bytes);
    memcpy(entry->value, value, bytes);
    entry->value_bytes = bytes;
    summarise(table, entry, notice);
}

struct notice_entry *notice_table_changed(const struct notice_table *table)
{
    return table->changed;
}

static struct notice_entry *take_changed(struct notice_table *table)
{
    struct notice_entry *entry = table->changed;
    if (entry == NULL) {
        table->last_changed = &table->changed;
        return NULL;
    }
    table->changed = entry->next_changed;
    entry->next_changed = NULL;
    entry->changed = false;
    return entry;
}

void notice_table_keep(struct notice_table *table)
{
    for (struct notice_entry *entry; (entry = take_changed(table)) != NULL;) {
        free(entry->old_value);
        entry->old_value = NULL;
        entry->is_new = false;
        drop_value_of_the_dead(entry);
    }
}

void notice_table_undo(struct notice_table *table)
{
    for (struct notice_entry *entry; (entry = take_changed(table)) != NULL;) {
        if (entry->is_new) {
            remove_entry(table, entry);
            continue;
        }
        free(entry->value);
        entry->value = entry->old_value;
        entry->value_bytes = entry->old_value_bytes;
        entry->old_value = NULL;
        struct notice notice;
        arena_reset(table->arena);
        notice_table_read(entry, table->arena, &notice);
        summarise(table, entry, &notice);
    }
}
