/* json_writer.h: JSON that a program writes by hand: answers over HTTP and what goes to outboxes. Records that have a
 * table in wire/messages.h are written by wire_to_json; this is for documents made of several of them.
 *
 * `name` is NULL at the root and inside arrays. Texts are UTF-8 and escaped here; what is not UTF-8 does not come
 * this far. Overflow is the buffer's business (base/buffer.h). */
#ifndef DUBAN_SERVICE_JSON_WRITER_H
#define DUBAN_SERVICE_JSON_WRITER_H

#include "base/buffer.h"
#include "base/instant.h"

#include <stdint.h>

struct json_writer {
    struct buffer *out;
    bool comma; /* something stands before on this level */
};

void json_open_object(struct json_writer *writer, const char *name);
void json_close_object(struct json_writer *writer);
void json_open_array(struct json_writer *writer, const char *name);
void json_close_array(struct json_writer *writer);

void json_put_text(struct json_writer *writer, const char *name, const char *value);
void json_put_number(struct json_writer *writer, const char *name, int64_t value);
void json_put_bool(struct json_writer *writer, const char *name, bool value);

/* These leave out what is absent. */
void json_put_given(struct json_writer *writer, const char *name, const char *value);
void json_put_instant(struct json_writer *writer, const char *name, struct instant value);
void json_put_date(struct json_writer *writer, const char *name, struct date value);

#endif
