/* row_record.c: see row_record.h. */
#include "row_record.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"

enum status row_record_load(struct task_table *table, const struct log_record *record)
{
    char key[LIMIT_LINE];
    if (record->key == NULL || record->key_bytes == 0 || record->key_bytes >= sizeof(key) ||
        record->value == NULL || memchr(record->key, '\0', record->key_bytes) != NULL) {
        log_error("record of the tasks topic is no row partition=%d offset=%lld", record->partition,
                  (long long)record->offset);
        return STATUS_FATAL;
    }
    memcpy(key, record->key, record->key_bytes);
    key[record->key_bytes] = '\0';
    task_table_load(table, key, record->value, record->value_bytes);
    return STATUS_OK;
}
