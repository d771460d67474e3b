/* task_table.c: a hash table (uthash) of rows, and a list of what the open transaction has replaced.
 *
 * One allocation holds an entry with its key, one its bytes: a row changes far more often than a key
 * appears. The undo list takes over the old bytes, so a change costs one allocation and no copy of what it
 * replaces. */
#include "task_table.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"

/* A restart re-reads Kafka, so running out of memory is not survived. */
#define uthash_fatal(message) (log_error("task table: %s, aborting", message), abort())
#include <uthash.h>

struct entry {
    UT_hash_handle hh;
    void *data;
    size_t bytes;
    char key[];
};

/* What stood under a key before one change. */
struct undo {
    struct entry *entry;
    void *data; /* NULL: the key was new */
    size_t bytes;
};

struct task_table {
    struct entry *entries;
    struct entry *walk; /* next of a walk in steps */
    size_t bytes;
    struct undo *undos;
    size_t undo_count;
    size_t undo_capacity;
    size_t undo_bytes;
};

struct task_table *task_table_new(void)
{
    return must_alloc(sizeof(struct task_table));
}

static void remove_entry(struct task_table *table, struct entry *entry)
{
    table->bytes -= strlen(entry->key) + entry->bytes;
    if (table->walk == entry)
        table->walk = entry->hh.next;
    HASH_DEL(table->entries, entry);
    free(entry->data);
    free(entry);
}

void task_table_free(struct task_table *table)
{
    if (table == NULL)
        return;
    task_table_commit(table);
    struct entry *entry = NULL, *next = NULL;
    HASH_ITER(hh, table->entries, entry, next)
    {
        remove_entry(table, entry);
    }
    free(table->undos);
    free(table);
}

static struct entry *find(const struct task_table *table, const char *key)
{
    struct entry *entry = NULL;
    HASH_FIND_STR(table->entries, key, entry);
    return entry;
}

struct row_bytes task_table_get(const struct task_table *table, const char *key)
{
    const struct entry *entry = find(table, key);
    return entry == NULL ? (struct row_bytes){0} : (struct row_bytes){entry->data, entry->bytes};
}

static void *copy_of(const void *data, size_t bytes)
{
    void *copy = must_alloc(bytes == 0 ? 1 : bytes);
    if (bytes > 0)
        memcpy(copy, data, bytes);
    return copy;
}

static struct entry *add_entry(struct task_table *table, const char *key)
{
    size_t key_bytes = strlen(key);
    struct entry *entry = must_alloc(sizeof(*entry) + key_bytes + 1);
    memcpy(entry->key, key, key_bytes);
    HASH_ADD_KEYPTR(hh, table->entries, entry->key, key_bytes, entry);
    table->bytes += key_bytes;
    return entry;
}

/* Gives the entry new bytes, which it owns, and returns the old ones. */
static void *replace(struct task_table *table, struct entry *entry, void *data, size_t bytes)
{
    void *old = entry->data;
    table->bytes = table->bytes - entry->bytes + bytes;
    entry->data = data;
    entry->bytes = bytes;
    return old;
}

void task_table_load(struct task_table *table, const char *key, const void *data, size_t bytes)
{
    assert(table->undo_count == 0);
    struct entry *entry = find(table, key);
    if (entry == NULL)
        entry = add_entry(table, key);
    free(replace(table, entry, copy_of(data, bytes), bytes));
}

void task_table_put(struct task_table *table, const char *key, const void *data, size_t bytes)
{
    if (table->undo_count == table->undo_capacity) {
        table->undo_capacity = table->undo_capacity == 0 ? 64 : table->undo_capacity * 2;
        table->undos = must_realloc(table->undos, table->undo_capacity * sizeof(*table->undos));
    }
    struct entry *entry = find(table, key);
    if (entry == NULL)
        entry = add_entry(table, key);
    struct undo *undo = &table->undos[table->undo_count++];
    undo->entry = entry;
    undo->bytes = entry->bytes;
    undo->data = replace(table, entry, copy_of(data, bytes), bytes);
    table->undo_bytes += undo->bytes;
}

void task_table_commit(struct task_table *table)
{
    for (size_t i = 0; i < table->undo_count; i++)
        free(table->undos[i].data);
    table->undo_count = 0;
    table->undo_bytes = 0;
}

void task_table_undo(struct task_table *table)
{
    /* Backwards, so that a key that changed several times ends at the first old bytes. */
    while (table->undo_count > 0) {
        struct undo *undo = &table->undos[--table->undo_count];
        if (undo->data == NULL)
            remove_entry(table, undo->entry);
        else
            free(replace(table, undo->entry, undo->data, undo->bytes));
    }
    table->undo_bytes = 0;
}

size_t task_table_count(const struct task_table *table)
{
    return HASH_COUNT(table->entries);
}

size_t task_table_bytes(const struct task_table *table)
{
    return table->bytes;
}

size_t task_table_undo_bytes(const struct task_table *table)
{
    return table->undo_bytes;
}

void task_table_each(const struct task_table *table,
                     bool (*visit)(void *context, const char *key, struct row_bytes row), void *context)
{
    for (const struct entry *entry = table->entries; entry != NULL; entry = entry->hh.next)
        if (!visit(context, entry->key, (struct row_bytes){entry->data, entry->bytes}))
            return;
}

void task_table_walk(struct task_table *table)
{
    table->walk = table->entries;
}

bool task_table_walk_next(struct task_table *table, const char **ret_key, struct row_bytes *ret_row)
{
    const struct entry *entry = table->walk;
    if (entry == NULL)
        return false;
    *ret_key = entry->key;
    *ret_row = (struct row_bytes){entry->data, entry->bytes};
    table->walk = entry->hh.next;
    return true;
}
