/* row.c: which aggregate a key of duban.tasks names. */
#include "domain/row.h"

#include "base/text.h"

enum row_kind row_kind_of_key(const char *key)
{
    if (text_equal(key, KEY_REGISTRY))
        return ROW_REGISTRY;
    if (text_starts_with(key, KEY_NUMBERS_PREFIX))
        return ROW_NUMBERS;
    if (text_starts_with(key, KEY_PARTITION_PREFIX))
        return ROW_PARTITION;
    return id_is_valid(key) ? ROW_TASK : ROW_NONE;
}
