/* setting_value.c: strict readers for the types of setting, and their rules in words. */
#include "base/setting_value.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

static const struct {
    const char *name;
    int64_t ms;
} time_units[] = {
    {"ms", 1                  },
    {"s",  1000               },
    {"m",  60 * 1000          },
    {"h",  60 * 60 * 1000     },
    {"d",  24 * 60 * 60 * 1000},
};

enum { TIME_UNITS = sizeof(time_units) / sizeof(time_units[0]) };

static bool milliseconds_from_text(struct arena *arena, const char *text, int64_t *ret_ms)
{
    size_t digits = strspn(text, "0123456789");
    int64_t number;
    if (!text_to_int64(arena_text_n(arena, text, digits), 0, INT64_MAX, &number))
        return false;
    if (number == 0 && text[digits] == '\0') {
        *ret_ms = 0;
        return true;
    }
    for (size_t i = 0; i < TIME_UNITS; i++) {
        if (text_equal(text + digits, time_units[i].name) && number <= INT64_MAX / time_units[i].ms) {
            *ret_ms = number * time_units[i].ms;
            return true;
        }
    }
    return false;
}

/* In the largest unit that leaves a whole number. */
static const char *milliseconds_to_text(struct arena *arena, int64_t ms)
{
    size_t unit = TIME_UNITS - 1;
    while (unit > 0 && (ms == 0 || ms % time_units[unit].ms != 0))
        unit--;
    return arena_format(arena, "%lld%s", (long long)(ms / time_units[unit].ms), time_units[unit].name);
}

static const char *text_rule(const char *text)
{
    switch (text_check(text, strlen(text), LIMIT_PROSE, false)) {
    case TEXT_FINE:
        return NULL;
    case TEXT_NOT_UTF8:
        return "must be UTF-8";
    case TEXT_HAS_CONTROL:
        return "must not hold control characters";
    case TEXT_TOO_LONG:
        return "is too long";
    }
    return NULL;
}

static bool within(const struct setting *setting, int64_t number)
{
    return (setting->min == 0 && setting->max == 0) || (number >= setting->min && number <= setting->max);
}

static const char *integer_rule(struct arena *arena, const struct setting *setting)
{
    if (setting->min == 0 && setting->max == 0)
        return "must be a whole number";
    return arena_format(arena, "must be a whole number from %lld to %lld", (long long)setting->min,
                        (long long)setting->max);
}

static const char *milliseconds_rule(struct arena *arena, const struct setting *setting)
{
    if (setting->min == 0 && setting->max == 0)
        return "must be a time with its unit (ms, s, m, h or d), such as 500ms";
    return arena_format(arena, "must be a time from %s to %s with its unit (ms, s, m, h or d)",
                        milliseconds_to_text(arena, setting->min), milliseconds_to_text(arena, setting->max));
}

const char *setting_value_read(struct arena *arena, const struct setting *setting, const char *text,
                               union setting_value *ret_value)
{
    switch (setting->type) {
    case SETTING_TEXT:
        return text_rule(text);
    case SETTING_INTEGER:
        if (text_to_int64(text, INT64_MIN, INT64_MAX, &ret_value->number) &&
            within(setting, ret_value->number))
            return NULL;
        return integer_rule(arena, setting);
    case SETTING_MILLISECONDS:
        if (milliseconds_from_text(arena, text, &ret_value->number) && within(setting, ret_value->number))
            return NULL;
        return milliseconds_rule(arena, setting);
    case SETTING_BOOL:
        ret_value->truth = text_equal(text, "true");
        return ret_value->truth || text_equal(text, "false") ? NULL : "must be true or false";
    }
    return "has a type that settings.c does not know";
}
