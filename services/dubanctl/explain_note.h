/* explain_note.h: the paper on which explain_text.c writes: numbered sections, items and parts of items, in either
 * language, and the marks of a Chinese paper. */
#ifndef DUBAN_DUBANCTL_EXPLAIN_NOTE_H
#define DUBAN_DUBANCTL_EXPLAIN_NOTE_H

#include "base/buffer.h"
#include "explain_case.h"

struct note {
    const struct explain_case *explained;
    struct buffer *out;
    struct arena *arena;
    unsigned section, item, part;
};

#define PICK(note, zh, en) explain_pick((note)->explained, zh, en)

bool note_is_zh(const struct note *note);
const char *note_word(const struct note *note, enum vocabulary_list list, int value);
const char *note_moment(const struct note *note, struct instant at); /* "2023-03-31 09:00" */
const char *note_day(const struct note *note, struct date date);

void note_section(struct note *note, const char *title);                                          /* 一、 */
void note_item(struct note *note, const char *format, ...) __attribute__((format(printf, 2, 3))); /* 1. */
void note_part(struct note *note, const char *format, ...) __attribute__((format(printf, 2, 3))); /* (1) */

/* The text with the wide marks of Chinese papers, except within figures. */
void note_append_wide(struct buffer *out, const char *text);

#endif
