/* buffer.c: one growing block. After an append that did not fit, later ones are dropped too: a text with a hole in
 * the middle would look complete. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { LEAST_CAPACITY = 64, BRIEF_BYTES = 256 };

void buffer_init(struct buffer *buffer, size_t limit_bytes)
{
    /* One byte is always kept for the terminator. */
    *buffer = (struct buffer){.limit = limit_bytes < SIZE_MAX / 2 ? limit_bytes : SIZE_MAX / 2};
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){.limit = buffer->limit};
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->overflowed = false;
    if (buffer->data != NULL)
        buffer->data[0] = '\0';
}

/* False, and the mark set, when `bytes` more do not fit. */
static bool make_room(struct buffer *buffer, size_t bytes)
{
    if (buffer->overflowed || bytes > buffer->limit - buffer->length) {
        buffer->overflowed = true;
        return false;
    }
    size_t wanted = buffer->length + bytes + 1;
    if (wanted <= buffer->capacity)
        return true;
    size_t capacity = buffer->capacity < LEAST_CAPACITY ? LEAST_CAPACITY : buffer->capacity;
    while (capacity < wanted)
        capacity *= 2;
    if (capacity > buffer->limit + 1)
        capacity = buffer->limit + 1;
    buffer->data = must_realloc(buffer->data, capacity);
    buffer->capacity = capacity;
    return true;
}

void buffer_append(struct buffer *buffer, const void *data, size_t bytes)
{
    if (!make_room(buffer, bytes))
        return;
    if (bytes > 0)
        memcpy(buffer->data + buffer->length, data, bytes);
    buffer->length += bytes;
    buffer->data[buffer->length] = '\0';
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    char brief[BRIEF_BYTES]; /* most texts fit, and are formatted only once */
    int length = vsnprintf(brief, sizeof brief, format, arguments);
    va_end(arguments);
    if (length < 0)
        buffer->overflowed = true; /* not representable: the caller must not take the text for complete */
    else if ((size_t)length < sizeof brief)
        buffer_append(buffer, brief, (size_t)length);
    else if (make_room(buffer, (size_t)length)) {
        vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
}
