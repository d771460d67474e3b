/* number_shapes.c: what numbers of people look like, as a table of groups of digits. Between groups one separator may
 * stand, within a group none; so a date or an amount does not look like a card.
 *
 * Sources: GB 11643 (18 digits, birth date in digits 7 to 14, last may be X; the older form has 15), ISO/IEC 7812
 * (Luhn), the numbering plan for telephones (mobile 1[3-9] and nine digits; area codes of 3 or 4 digits begin with 0). */
#include "base/instant.h"
#include "masking_text.h"

#include <string.h>

enum { SHAPE_GROUPS = 5, SHAPE_DIGITS = 20 };

struct shape {
    int groups[SHAPE_GROUPS]; /* digits of each; ends with 0 */
    bool (*holds)(const char *digits, size_t count);
};

static int number_at(const char *digits, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++)
        number = number * 10 + (digits[i] - '0');
    return number;
}

static bool only_digits(const char *digits, size_t count)
{
    return strspn(digits, "0123456789") == count;
}

static bool is_identity_card(const char *digits, size_t count)
{
    struct date born;
    if (strspn(digits, "0123456789") < count - 1)
        return false;
    return date_from_civil(number_at(digits + 6, 4), number_at(digits + 10, 2), number_at(digits + 12, 2),
                           &born) &&
           number_at(digits + 6, 4) >= 1880;
}

static bool is_old_identity_card(const char *digits, size_t count)
{
    struct date born;
    return only_digits(digits, count) &&
           date_from_civil(1900 + number_at(digits + 6, 2), number_at(digits + 8, 2),
                           number_at(digits + 10, 2), &born);
}

static bool is_bank_card(const char *digits, size_t count)
{
    int sum = 0;
    if (!only_digits(digits, count) || digits[0] == '0')
        return false;
    for (size_t i = 0; i < count; i++) {
        int digit = digits[count - 1 - i] - '0';
        if (i % 2 == 1)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

/* The last eleven digits; what stands before is the country's code. */
static bool is_mobile(const char *digits, size_t count)
{
    const char *mobile = digits + count - 11;
    bool country = count == 11 || strncmp(digits, count == 13 ? "86" : "0086", count - 11) == 0;
    return only_digits(digits, count) && country && mobile[0] == '1' && mobile[1] >= '3';
}

static bool is_landline(const char *digits, size_t count)
{
    return only_digits(digits, count) && digits[0] == '0' && digits[1] != '0';
}

/* Longer shapes first: the first that fits is taken. */
static const struct shape shapes[] = {
    {{4, 4, 4, 4, 3}, is_bank_card        },
    {{6, 13},         is_bank_card        },
    {{6, 8, 4},       is_identity_card    },
    {{4, 4, 4, 4, 2}, is_bank_card        },
    {{4, 4, 4, 4, 1}, is_bank_card        },
    {{4, 4, 4, 4},    is_bank_card        },
    {{6, 6, 3},       is_old_identity_card},
    {{4, 3, 4, 4},    is_mobile           },
    {{2, 3, 4, 4},    is_mobile           },
    {{3, 4, 4},       is_mobile           },
    {{4, 4, 4},       is_landline         },
    {{4, 3, 4},       is_landline         },
    {{3, 4, 4},       is_landline         },
    {{3, 3, 4},       is_landline         },
};

static bool is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_gap(uint32_t c)
{
    return c == ' ' || c == '-' || c == ')' || c == 0x2010 || c == 0x2013 || c == 0x2014;
}

/* Where the shape ends that begins at `at`; `at` when it does not fit. */
static size_t shape_end(const struct shape *shape, const struct masked_text *text, size_t at)
{
    char digits[SHAPE_DIGITS + 1];
    size_t count = 0, i = at;
    for (int group = 0; group < SHAPE_GROUPS && shape->groups[group] > 0; group++) {
        bool last = group == SHAPE_GROUPS - 1 || shape->groups[group + 1] == 0;
        if (group > 0 && i < text->count && is_gap(text->glyphs[i].c))
            i++;
        for (int k = 0; k < shape->groups[group]; k++, i++) {
            uint32_t c = i < text->count ? text->glyphs[i].c : 0;
            bool check_letter = last && k == shape->groups[group] - 1 && (c == 'X' || c == 'x');
            if (!is_digit(c) && !check_letter)
                return at;
            digits[count++] = (char)c;
        }
    }
    digits[count] = '\0';
    bool ends = i >= text->count || !is_digit(text->glyphs[i].c);
    return ends && shape->holds(digits, count) ? i : at;
}

void number_shapes_mark(struct masked_text *text)
{
    for (size_t i = 0; i < text->count; i++) {
        if (!is_digit(text->glyphs[i].c) || (i > 0 && is_digit(text->glyphs[i - 1].c)))
            continue;
        for (size_t s = 0; s < sizeof(shapes) / sizeof(shapes[0]); s++) {
            size_t end = shape_end(&shapes[s], text, i);
            if (end > i) {
                masked_text_mark(text, i, end);
                i = end - 1;
                break;
            }
        }
    }
}
