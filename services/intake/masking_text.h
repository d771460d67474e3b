/* masking_text.h: a text while it is being masked; shared by masking.c and number_shapes.c only. */
#ifndef DUBAN_INTAKE_MASKING_TEXT_H
#define DUBAN_INTAKE_MASKING_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct glyph {
    uint32_t c;  /* normalised: full width forms as half width */
    uint32_t at; /* first byte in the original */
    bool masked;
};

struct masked_text {
    struct glyph *glyphs; /* one more than `count`, for the end */
    size_t count;
    bool touched;
};

void masked_text_mark(struct masked_text *text, size_t from, size_t until);

/* Marks numbers that look like a telephone, an identity card or a bank card. */
void number_shapes_mark(struct masked_text *text);

#endif
