/* writer.h: protobuf written backwards: what encode.c and encode_after.c share. Internal to wire.
 *
 * A buffer is filled from its end towards its start. Where the next byte goes (`at`) is handed from one function to the
 * next. */
#ifndef DUBAN_WIRE_WRITER_H
#define DUBAN_WIRE_WRITER_H

#include "wire/plan.h"

#include <assert.h>
#include <string.h>

enum {
    WRITER_VARINT_BYTES = 10,
    WRITER_WORD_BYTES = sizeof(uint64_t),
    WRITER_HEAD_BYTES =
        32, /* room that is made at once for a tag, a length and a number; words may be stored whole */
    WRITER_FIRST_BYTES = 4096,
};

struct writer {
    uint8_t *start, *end;
    struct arena *arena;
};

/* --- room ------------------------------------------------------------------------------------------------------------- */

static inline uint8_t *writer_grow(struct writer *writer, uint8_t *at, size_t bytes)
{
    const size_t used = (size_t)(writer->end - at), room = 2 * (used + bytes);
    uint8_t *data = arena_alloc(writer->arena, room);
    memcpy(data + room - used, at, used);
    writer->start = data;
    writer->end = data + room;
    return writer->end - used;
}

/* There is room for so many bytes before what is written. */
static inline uint8_t *writer_make_room(struct writer *writer, uint8_t *at, size_t bytes)
{
    return (size_t)(at - writer->start) < bytes ? writer_grow(writer, at, bytes) : at;
}

/* --- numbers, in room that has been made ------------------------------------------------------------------------------ */

/* The low bytes of a word, whole words being stored: what stands before them is overwritten later. */
static inline uint8_t *writer_put_word(uint8_t *at, uint64_t word, unsigned bytes)
{
    word <<= 8 * (WRITER_WORD_BYTES - bytes);
    memcpy(at - WRITER_WORD_BYTES, &word, WRITER_WORD_BYTES);
    return at - bytes;
}

static inline uint8_t *writer_put_very_long_varint(uint8_t *at, uint64_t value)
{
    uint8_t bytes[WRITER_VARINT_BYTES];
    size_t count = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[count++] = (uint8_t)(value | 0x80);
    bytes[count++] = (uint8_t)value;
    return memcpy(at - count, bytes, count);
}

/* Of 56 bits, seven to a byte: in halves, quarters and eighths. */
static inline uint64_t writer_spread(uint64_t value)
{
    value = (value & UINT64_C(0x000000000fffffff)) | (value & UINT64_C(0x00fffffff0000000)) << 4;
    value = (value & UINT64_C(0x00003fff00003fff)) | (value & UINT64_C(0x0fffc0000fffc000)) << 2;
    return (value & UINT64_C(0x007f007f007f007f)) | (value & UINT64_C(0x3f803f803f803f80)) << 1;
}

static inline uint8_t *writer_put_varint(uint8_t *at, uint64_t value)
{
    if (value < 0x80) {
        *--at = (uint8_t)value;
        return at;
    }
    if (value < 0x4000) {
        *--at = (uint8_t)(value >> 7);
        *--at = (uint8_t)(value | 0x80);
        return at;
    }
    if (value >> 56 != 0 || !WIRE_LITTLE_ENDIAN)
        return writer_put_very_long_varint(at, value);
    const unsigned bytes = (70 - (unsigned)__builtin_clzll(value)) / 7;
    const uint64_t more = UINT64_C(0x8080808080808080) >> 8 * (WRITER_WORD_BYTES + 1 - bytes);
    return writer_put_word(at, writer_spread(value) | more, bytes);
}

static inline uint8_t *writer_put_tag(uint8_t *at, const struct plan_entry *entry)
{
    if (entry->tag_bytes > 2)
        *--at = entry->tag[2];
    if (entry->tag_bytes > 1)
        *--at = entry->tag[1];
    *--at = entry->tag[0];
    return at;
}

/* Of what stands behind it. */
static inline uint8_t *writer_put_head(struct writer *writer, uint8_t *at, const struct plan_entry *entry,
                                       size_t bytes)
{
    return writer_put_tag(writer_put_varint(writer_make_room(writer, at, WRITER_HEAD_BYTES), bytes), entry);
}

static inline uint8_t *writer_put_bytes(struct writer *writer, uint8_t *at, const struct plan_entry *entry,
                                        const void *data, size_t bytes)
{
    at = writer_make_room(writer, at, bytes + WRITER_HEAD_BYTES) - bytes;
    if (bytes > 0)
        memcpy(at, data, bytes);
    return writer_put_tag(writer_put_varint(at, bytes), entry);
}

/* A number of 32 bits as it is written. */
static inline uint64_t writer_narrow(const struct plan_entry *entry, const void *place)
{
    uint32_t value;
    memcpy(&value, place, sizeof value);
    return entry->is_signed ? (uint64_t)(int64_t)(int32_t)value : value;
}

/* The selected member, NULL when there is none. `last` is the last of them. */
static inline const struct plan_entry *writer_selected_of(const struct wire_plan *plan,
                                                          const struct plan_entry *last, const void *record)
{
    const uint32_t selected = *(const uint32_t *)wire_at(record, last->other_offset);
    const struct plan_entry *entry = selected == 0 ? NULL : plan_entry_of(plan, selected);
    assert(selected == 0 || (entry != NULL && entry->action == PLAN_VARIANT));
    return entry;
}

/* --- encode.c --------------------------------------------------------------------------------------------------------- */

/* Entries from `first` up to, without, `end`. */
uint8_t *writer_put_entries(struct writer *writer, uint8_t *at, const struct wire_plan *plan,
                            const struct plan_entry *first, const struct plan_entry *end, const void *record);
/* A struct inside; if it is blank only where it counts that it is there. */
uint8_t *writer_put_member(struct writer *writer, uint8_t *at, const struct plan_entry *entry,
                           const void *record, bool if_blank);

static inline uint8_t *writer_put_record(struct writer *writer, uint8_t *at, const struct wire_plan *plan,
                                         const void *record)
{
    return writer_put_entries(writer, at, plan, plan->entries, plan->entries + plan->count, record);
}

/* What was written, in the arena. `first` is the buffer on the stack with which the writer began. */
const void *writer_finish(const struct writer *writer, const uint8_t *first, const uint8_t *at,
                          size_t *ret_bytes);

#endif
