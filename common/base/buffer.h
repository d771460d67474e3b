/* buffer.h: bytes that grow up to a stated limit. Past the limit appends change nothing and `overflowed` is set,
 * so that a caller checks once, at the end. */
#ifndef DUBAN_BASE_BUFFER_H
#define DUBAN_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
    char *data; /* NUL-terminated after the first append; NULL before */
    size_t length;
    size_t capacity;
    size_t limit;
    bool overflowed;
};

void buffer_init(struct buffer *buffer, size_t limit_bytes);
void buffer_release(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* keeps the memory */
void buffer_append(struct buffer *buffer, const void *data, size_t bytes);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
