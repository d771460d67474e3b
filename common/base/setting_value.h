/* setting_value.h: the text of one setting into its value; used by settings.c only. */
#ifndef DUBAN_BASE_SETTING_VALUE_H
#define DUBAN_BASE_SETTING_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/settings.h"

union setting_value {
    int64_t number;
    bool truth;
};

/* NULL, or the rule of the setting's row that `text` breaks, to be read after the key ("must be true or false").
 * A text is its own value. */
const char *setting_value_read(struct arena *arena, const struct setting *setting, const char *text,
                               union setting_value *ret_value);

#endif
