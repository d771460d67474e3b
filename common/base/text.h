/* text.h: what may stand in a text field, and small helpers. Texts are UTF-8, NUL-terminated, never NULL. */
#ifndef DUBAN_BASE_TEXT_H
#define DUBAN_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum text_fault {
    TEXT_FINE,
    TEXT_NOT_UTF8,
    TEXT_HAS_CONTROL, /* a control character (in prose: other than newline and tab) */
    TEXT_TOO_LONG,
};

/* `limit_bytes` without the terminator. A line must not hold newlines; prose may (TAB, LF). */
enum text_fault text_check(const char *text, size_t bytes, size_t limit_bytes, bool prose);

/* Inline: a decision compares a hundred of them, and most differ in their first byte. */
static inline bool text_equal(const char *a, const char *b)
{
    return a[0] == b[0] && strcmp(a, b) == 0;
}

static inline bool text_empty(const char *text)
{
    return text[0] == '\0';
}

static inline bool text_starts_with(const char *text, const char *prefix)
{
    return prefix[0] == '\0' || (text[0] == prefix[0] && strncmp(text, prefix, strlen(prefix)) == 0);
}

/* Columns on a terminal (East Asian wide characters are two). */
size_t text_width(const char *text);

/* Strict decimal: optional minus, digits, nothing else, no leading zeros, in [min, max]. */
bool text_is_whole_number(const char *text); /* the form alone, of any length */
bool text_to_int64(const char *text, int64_t min, int64_t max, int64_t *ret_value);

/* The way back. `ret_text` has room for INT64_TEXT bytes. */
enum { INT64_TEXT = 21 };
void text_of_int64(int64_t value, char *ret_text);

#endif
