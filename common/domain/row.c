/* row.c: which aggregate a key of duban.tasks names. */
#include "domain/row.h"

#include "base/text.h"

/* Most keys are those of tasks; no other key has the letters of an id alone. */
enum row_kind row_kind_of_key(const char *key)
{
    if (id_is_valid(key))
        return ROW_TASK;
    if (text_equal(key, KEY_REGISTRY))
        return ROW_REGISTRY;
    if (text_starts_with(key, KEY_NUMBERS_PREFIX))
        return ROW_NUMBERS;
    return text_starts_with(key, KEY_PARTITION_PREFIX) ? ROW_PARTITION : ROW_NONE;
}
