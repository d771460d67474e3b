/* task_rows.c: a hash of encoded rows. Bytes, not structs: a district's tasks fit into memory, and only those that a
 * notice speaks of are ever decoded. */
#include "task_rows.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/limits.h"
#include "base/log.h"
#include "domain/row.h"
#include "wire/messages.h"

struct stored {
    char *task;
    void *value;
    size_t value_bytes;
    UT_hash_handle hh;
};

struct task_rows {
    struct stored *by_task;
};

struct task_rows *task_rows_new(void)
{
    return must_alloc(sizeof(struct task_rows));
}

void task_rows_free(struct task_rows *rows)
{
    if (rows == NULL)
        return;
    struct stored *stored, *next;
    HASH_ITER(hh, rows->by_task, stored, next)
    {
        HASH_DEL(rows->by_task, stored);
        free(stored->task);
        free(stored->value);
        free(stored);
    }
    free(rows);
}

enum status task_rows_take(struct task_rows *rows, const struct log_record *record)
{
    char key[LIMIT_LINE];
    if (record->key == NULL || record->key_bytes == 0 || record->key_bytes >= sizeof(key) ||
        record->value == NULL || memchr(record->key, '\0', record->key_bytes) != NULL) {
        log_error("record of the tasks topic is no row, stopping partition=%d offset=%lld", record->partition,
                  (long long)record->offset);
        return STATUS_FATAL;
    }
    memcpy(key, record->key, record->key_bytes);
    key[record->key_bytes] = '\0';
    if (row_kind_of_key(key) != ROW_TASK)
        return STATUS_OK;
    struct stored *stored = NULL;
    HASH_FIND_STR(rows->by_task, key, stored);
    if (stored == NULL) {
        stored = must_alloc(sizeof(*stored));
        stored->task = must_copy_text(key);
        HASH_ADD_KEYPTR(hh, rows->by_task, stored->task, record->key_bytes, stored);
    }
    stored->value = must_realloc(stored->value, record->value_bytes);
    memcpy(stored->value, record->value, record->value_bytes);
    stored->value_bytes = record->value_bytes;
    return STATUS_OK;
}

const struct task *task_rows_find(const struct task_rows *rows, const char *task, struct arena *arena)
{
    struct stored *stored = NULL;
    HASH_FIND_STR(rows->by_task, task, stored);
    if (stored == NULL)
        return NULL;
    struct wire_fault fault;
    struct row *row = ARENA_NEW(arena, struct row);
    if (!wire_decode(&wire_row, stored->value, stored->value_bytes, LIMIT_ROW_BYTES, arena, row, &fault) ||
        row->kind != ROW_TASK) {
        log_error("row cannot be read, is this program too old? task=%s", task);
        return NULL;
    }
    return &row->task;
}
