/* text.c: the one place that decides what a text may hold. Beside the control characters of Unicode (category Cc) it
 * refuses the invisible ones that rearrange a line on a screen (bidirectional embeddings, overrides and isolates:
 * Unicode Standard Annex #9) and, in a line, the separators U+2028 and U+2029: a unit's name that is shown reversed or
 * on two lines deceives the reader. */
#include "base/text.h"

#include <string.h>

#include <unistr.h>
#include <uniwidth.h>

static bool is_control(ucs4_t c, bool prose)
{
    if (c == '\t' || c == '\n' || c == 0x2028 || c == 0x2029)
        return !prose;
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

/* How much from the start is printable ASCII, and three-byte characters from U+3000 to U+CFFF: Chinese, its punctuation,
 * kana. Nothing there is refused, so it need not be looked at closer. */
static const uint8_t *skip_usual(const uint8_t *at, const uint8_t *end)
{
    enum { FIRST_LEAD = 0xe3, LAST_LEAD = 0xec };
    for (;;) {
        if (at < end && *at >= 0x20 && *at < 0x7f)
            at++;
        else if (end - at >= 3 && at[0] >= FIRST_LEAD && at[0] <= LAST_LEAD && (at[1] & 0xc0) == 0x80 &&
                 (at[2] & 0xc0) == 0x80)
            at += 3;
        else
            return at;
    }
}

enum text_fault text_check(const char *text, size_t bytes, size_t limit_bytes, bool prose)
{
    if (bytes > limit_bytes)
        return TEXT_TOO_LONG;
    const uint8_t *end = (const uint8_t *)text + bytes, *at = skip_usual((const uint8_t *)text, end);
    if (at < end && u8_check(at, (size_t)(end - at)) != NULL)
        return TEXT_NOT_UTF8;
    for (size_t left = (size_t)(end - at); left > 0;) {
        ucs4_t c;
        int taken = u8_mbtouc_unsafe(&c, at, left);
        if (is_control(c, prose))
            return TEXT_HAS_CONTROL;
        at += taken;
        left -= (size_t)taken;
    }
    return TEXT_FINE;
}

size_t text_width(const char *text)
{
    const uint8_t *at = (const uint8_t *)text;
    size_t width = 0;
    for (size_t left = strlen(text); left > 0;) {
        ucs4_t c;
        int taken = u8_mbtouc(&c, at, left); /* U+FFFD for what is not UTF-8 */
        int columns = uc_width(c, "UTF-8");  /* negative for control characters, which take no column */
        width += columns > 0 ? (size_t)columns : 0;
        at += taken;
        left -= (size_t)taken;
    }
    return width;
}

bool text_is_whole_number(const char *text)
{
    bool negative = text[0] == '-';
    const char *digit = text + negative;
    if (digit[0] == '\0' || (digit[0] == '0' && (digit[1] != '\0' || negative)))
        return false;
    while (*digit >= '0' && *digit <= '9')
        digit++;
    return *digit == '\0';
}

bool text_to_int64(const char *text, int64_t min, int64_t max, int64_t *ret_value)
{
    bool negative = text[0] == '-';
    if (!text_is_whole_number(text))
        return false;
    /* Summed up below zero, where the least number has its place too. */
    int64_t value = 0;
    for (const char *digit = text + negative; *digit != '\0'; digit++) {
        int64_t next = *digit - '0';
        if (value < (INT64_MIN + next) / 10)
            return false;
        value = value * 10 - next;
    }
    if (!negative && value == INT64_MIN)
        return false;
    value = negative ? value : -value;
    if (value < min || value > max)
        return false;
    *ret_value = value;
    return true;
}

void text_of_int64(int64_t value, char *ret_text)
{
    char reversed[INT64_TEXT];
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    int count = 0;
    for (; rest > 0 || count == 0; rest /= 10)
        reversed[count++] = (char)('0' + rest % 10);
    if (value < 0)
        reversed[count++] = '-';
    while (count > 0)
        *ret_text++ = reversed[--count];
    *ret_text = '\0';
}
