/* json_writer.c: commas, quotes and escapes (RFC 8259 §7), nothing else. */
#include "service/json_writer.h"

#include "base/text.h"

#include <string.h>

static bool must_be_escaped(unsigned char c)
{
    return c == '"' || c == '\\' || c < 0x20 || c == 0x7f;
}

/* Eight bytes at once, and false in almost every text: each test sets the high bit of the bytes it holds for. The
 * borrow of a subtraction can set it for a byte too many, never for one too few. */
static bool may_be_escaped(const char *text, size_t bytes)
{
    const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    uint64_t found = 0;
    for (; bytes >= sizeof(uint64_t); text += sizeof(uint64_t), bytes -= sizeof(uint64_t)) {
        uint64_t piece;
        memcpy(&piece, text, sizeof piece);
        uint64_t quote = piece ^ ones * '"', backslash = piece ^ ones * '\\', delete = piece ^ ones * 0x7f;
        uint64_t below = (piece - ones * 0x20) & ~piece;
        found |= below | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) |
                 ((delete - ones) & ~delete);
    }
    bool rest = false;
    for (; bytes > 0; text++, bytes--)
        rest = rest || must_be_escaped((unsigned char)*text);
    return rest || (found & highs) != 0;
}

static void put_quoted(struct buffer *out, const char *text)
{
    const char *plain = text; /* begins what has not been written yet, and needs no escape */
    size_t bytes = strlen(text);
    buffer_append(out, "\"", 1);
    if (may_be_escaped(text, bytes)) {
        for (const char *at = text; *at != '\0'; at++) {
            unsigned char c = (unsigned char)*at;
            if (!must_be_escaped(c))
                continue;
            buffer_append(out, plain, (size_t)(at - plain));
            buffer_format(out, c < 0x20 || c == 0x7f ? "\\u%04x" : "\\%c", c);
            plain = at + 1;
        }
    }
    buffer_append(out, plain, bytes - (size_t)(plain - text));
    buffer_append(out, "\"", 1);
}

static void put_name(struct json_writer *writer, const char *name)
{
    if (writer->comma)
        buffer_append_text(writer->out, ",");
    writer->comma = true;
    if (name != NULL) {
        put_quoted(writer->out, name);
        buffer_append_text(writer->out, ":");
    }
}

static void open_level(struct json_writer *writer, const char *name, const char *bracket)
{
    put_name(writer, name);
    buffer_append_text(writer->out, bracket);
    writer->comma = false;
}

static void close_level(struct json_writer *writer, const char *bracket)
{
    buffer_append_text(writer->out, bracket);
    writer->comma = true;
}

void json_open_object(struct json_writer *writer, const char *name)
{
    open_level(writer, name, "{");
}

void json_close_object(struct json_writer *writer)
{
    close_level(writer, "}");
}

void json_open_array(struct json_writer *writer, const char *name)
{
    open_level(writer, name, "[");
}

void json_close_array(struct json_writer *writer)
{
    close_level(writer, "]");
}

void json_put_text(struct json_writer *writer, const char *name, const char *value)
{
    put_name(writer, name);
    put_quoted(writer->out, value);
}

void json_put_number(struct json_writer *writer, const char *name, int64_t value)
{
    put_name(writer, name);
    char text[INT64_TEXT];
    text_of_int64(value, text);
    buffer_append_text(writer->out, text);
}

void json_put_bool(struct json_writer *writer, const char *name, bool value)
{
    put_name(writer, name);
    buffer_append_text(writer->out, value ? "true" : "false");
}

void json_put_given(struct json_writer *writer, const char *name, const char *value)
{
    if (!text_empty(value))
        json_put_text(writer, name, value);
}

void json_put_instant(struct json_writer *writer, const char *name, struct instant value)
{
    char text[INSTANT_TEXT];
    if (!instant_is_set(value))
        return;
    instant_to_text(value, text);
    json_put_text(writer, name, text);
}

void json_put_date(struct json_writer *writer, const char *name, struct date value)
{
    char text[DATE_TEXT];
    if (!date_is_set(value))
        return;
    date_to_text(value, text);
    json_put_text(writer, name, text);
}
