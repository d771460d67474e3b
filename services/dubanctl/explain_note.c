/* explain_note.c: see explain_note.h. */
#include "explain_note.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

enum { TEN = 10 };

bool note_is_zh(const struct note *note)
{
    return note->explained->source->language == LANGUAGE_ZH;
}

const char *note_word(const struct note *note, enum vocabulary_list list, int value)
{
    return explain_word(note->explained, list, value);
}

const char *note_moment(const struct note *note, struct instant at)
{
    struct civil c = civil_of(at);
    return arena_format(note->arena, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

const char *note_day(const struct note *note, struct date date)
{
    char text[DATE_TEXT];
    date_to_text(date, text);
    return arena_text(note->arena, text);
}

/* 一, 十二, 二十一; 1, 12, 21. */
static const char *ordinal(const struct note *note, unsigned number)
{
    static const char *const digits[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    if (!note_is_zh(note) || number >= TEN * TEN)
        return arena_format(note->arena, "%u", number);
    unsigned tens = number / TEN;
    return arena_format(note->arena, "%s%s%s", tens > 1 ? digits[tens] : "", tens > 0 ? "十" : "",
                        digits[number % TEN]);
}

void note_section(struct note *note, const char *title)
{
    buffer_format(note->out, PICK(note, "\n%s、%s\n", "\n%s. %s\n"), ordinal(note, ++note->section), title);
    note->item = 0;
}

enum { SENTENCE_BYTES = 8192 }; /* longer than any: titles and reasons are limited */

void note_item(struct note *note, const char *format, ...)
{
    char text[SENTENCE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buffer_format(note->out, "  %u. %s\n", ++note->item, text);
    note->part = 0;
}

void note_part(struct note *note, const char *format, ...)
{
    char text[SENTENCE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    buffer_format(note->out, "%s(%u)%s%s\n", "     ", ++note->part, note_is_zh(note) ? "" : " ", text);
}

/* The sentences of the catalogue use half-width marks; a Chinese paper does not, except within figures. */
static const char *wide_mark(const char *text, size_t at)
{
    static const struct {
        char narrow;
        const char *wide;
    } marks[] = {
        {',', "\uff0c"},
        {':', "\uff1a"},
        {';', "\uff1b"},
        {'(', "\uff08"},
        {')', "\uff09"}
    };
    bool after_digit = at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9';
    bool before_digit = text[at + 1] >= '0' && text[at + 1] <= '9';
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        bool figure = text[at] == ':' && after_digit && before_digit;
        if (marks[i].narrow == text[at] && !figure)
            return marks[i].wide;
    }
    return NULL;
}

void note_append_wide(struct buffer *out, const char *text)
{
    for (size_t i = 0; text[i] != '\0'; i++) {
        const char *wide = wide_mark(text, i);
        if (wide != NULL)
            buffer_append_text(out, wide);
        else
            buffer_append(out, &text[i], 1);
    }
}
