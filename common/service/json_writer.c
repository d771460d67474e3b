/* json_writer.c: commas, quotes and escapes (RFC 8259 §7), nothing else. */
#include "service/json_writer.h"

#include "base/text.h"

#include <inttypes.h>

static void put_quoted(struct buffer *out, const char *text)
{
    const char *plain = text; /* begins what has not been written yet, and needs no escape */
    buffer_append_text(out, "\"");
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        if (c != '"' && c != '\\' && c >= 0x20 && c != 0x7f)
            continue;
        buffer_append(out, plain, (size_t)(at - plain));
        buffer_format(out, c < 0x20 || c == 0x7f ? "\\u%04x" : "\\%c", c);
        plain = at + 1;
    }
    buffer_append_text(out, plain);
    buffer_append_text(out, "\"");
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
    buffer_format(writer->out, "%" PRId64, value);
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
