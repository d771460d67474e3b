/* encode.c: records to protobuf, from the last field to the first: what is inside a message stands already when its
 * length is written, so one walk is enough. The bytes are those that protobuf-c makes of the same record. */
#include "wire/plan.h"

#include <assert.h>
#include <string.h>

enum { FIRST_BYTES = 4096, VARINT_BYTES = 10 };

/* Filled from the end towards the start. */
struct writer {
    uint8_t *start, *at, *end;
    struct arena *arena;
};

static inline size_t written(const struct writer *writer)
{
    return (size_t)(writer->end - writer->at);
}

static void grow(struct writer *writer, size_t bytes)
{
    const size_t used = written(writer), room = 2 * (used + bytes);
    uint8_t *data = arena_alloc(writer->arena, room);
    memcpy(data + room - used, writer->at, used);
    writer->start = data;
    writer->end = data + room;
    writer->at = writer->end - used;
}

/* The place for so many bytes before what is written. */
static inline uint8_t *claim(struct writer *writer, size_t bytes)
{
    if ((size_t)(writer->at - writer->start) < bytes)
        grow(writer, bytes);
    writer->at -= bytes;
    return writer->at;
}

static void put_long_varint(struct writer *writer, uint64_t value)
{
    uint8_t bytes[VARINT_BYTES];
    size_t count = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[count++] = (uint8_t)(value | 0x80);
    bytes[count++] = (uint8_t)value;
    memcpy(claim(writer, count), bytes, count);
}

static inline void put_varint(struct writer *writer, uint64_t value)
{
    if (value < 0x80)
        *claim(writer, 1) = (uint8_t)value;
    else
        put_long_varint(writer, value);
}

static inline void put_tag(struct writer *writer, const struct plan_entry *entry)
{
    if (entry->tag_bytes == 1)
        *claim(writer, 1) = entry->tag[0];
    else
        memcpy(claim(writer, entry->tag_bytes), entry->tag, entry->tag_bytes);
}

static void put_number(struct writer *writer, const struct plan_entry *entry, uint64_t value)
{
    if (value == 0)
        return;
    put_varint(writer, value);
    put_tag(writer, entry);
}

static void put_bytes(struct writer *writer, const struct plan_entry *entry, const void *data, size_t bytes)
{
    if (bytes > 0)
        memcpy(claim(writer, bytes), data, bytes);
    put_varint(writer, bytes);
    put_tag(writer, entry);
}

/* A number of 32 bits as it is written. */
static uint64_t narrow(const struct plan_entry *entry, const void *place)
{
    uint32_t value;
    memcpy(&value, place, sizeof value);
    return entry->is_signed ? (uint64_t)(int64_t)(int32_t)value : value;
}

static void put_record(struct writer *writer, const struct wire_plan *plan, const void *record);

static void put_member(struct writer *writer, const struct plan_entry *entry, const void *record,
                       bool if_blank)
{
    const size_t before = written(writer);
    if (!if_blank && memcmp(record, entry->plan->blank, entry->plan->message->size) == 0)
        return; /* no need to look at each field */
    put_record(writer, entry->plan, record);
    const size_t bytes = written(writer) - before;
    if (bytes == 0 && !if_blank)
        return;
    put_varint(writer, bytes);
    put_tag(writer, entry);
}

static void put_list(struct writer *writer, const struct plan_entry *entry, const void *record)
{
    const struct wire_field *field = entry->field;
    const char *items = *(const char *const *)wire_at(record, field->offset);
    for (uint32_t i = *(const uint32_t *)wire_at(record, field->count_offset); i > 0; i--)
        put_member(writer, entry, items + (i - 1) * field->message->size, true);
}

static void put_texts(struct writer *writer, const struct plan_entry *entry, const void *record)
{
    const struct wire_field *field = entry->field;
    const char *const *items = *(const char *const *const *)wire_at(record, field->offset);
    for (uint32_t i = *(const uint32_t *)wire_at(record, field->count_offset); i > 0; i--)
        put_bytes(writer, entry, items[i - 1], strlen(items[i - 1]));
}

static void put_numbers(struct writer *writer, const struct plan_entry *entry, const void *record)
{
    const struct wire_field *field = entry->field;
    const uint32_t *items = *(const uint32_t *const *)wire_at(record, field->offset);
    const uint32_t count = *(const uint32_t *)wire_at(record, field->count_offset);
    const size_t before = written(writer);
    for (uint32_t i = count; i > 0; i--) {
        put_varint(writer, narrow(entry, &items[i - 1]));
        if (!entry->is_packed)
            put_tag(writer, entry);
    }
    if (!entry->is_packed || count == 0)
        return;
    put_varint(writer, written(writer) - before);
    put_tag(writer, entry);
}

static bool is_zero(const struct digest *digest)
{
    static const struct digest zero;
    return memcmp(digest, &zero, sizeof zero) == 0;
}

static void put_entry(struct writer *writer, const struct plan_entry *entry, const void *record)
{
    const struct wire_field *field = entry->field;
    const void *place = wire_at(record, field->offset);
    const char *text;
    uint64_t wide;
    size_t bytes;
    switch (field->kind) {
    case WIRE_CODE:
    case WIRE_REFERENCE:
    case WIRE_LINE:
    case WIRE_PROSE:
        text = *(const char *const *)place;
        if (text != NULL && text[0] != '\0')
            put_bytes(writer, entry, text, strlen(text));
        return;
    case WIRE_BOOL:
        put_number(writer, entry, *(const bool *)place);
        return;
    case WIRE_WORD:
    case WIRE_UINT32:
    case WIRE_INT32:
    case WIRE_MINUTE:
    case WIRE_DATE:
        put_number(writer, entry, narrow(entry, place));
        return;
    case WIRE_UINT64:
    case WIRE_INT64:
    case WIRE_INSTANT:
        memcpy(&wide, place, sizeof wide);
        put_number(writer, entry, wide);
        return;
    case WIRE_DIGEST:
        if (!is_zero(place))
            put_bytes(writer, entry, place, DIGEST_BYTES);
        return;
    case WIRE_BYTES:
        bytes = *(const size_t *)wire_at(record, field->count_offset);
        if (bytes > 0)
            put_bytes(writer, entry, *(const void *const *)place, bytes);
        return;
    case WIRE_EMBED:
        put_member(writer, entry, place, false);
        return;
    case WIRE_LIST:
        put_list(writer, entry, record);
        return;
    case WIRE_TEXTS:
        put_texts(writer, entry, record);
        return;
    case WIRE_WORDS:
    case WIRE_UINT32S:
        put_numbers(writer, entry, record);
        return;
    case WIRE_ONE_OF:
        if (*(const uint32_t *)place == entry->variant->tag)
            put_member(writer, entry, wire_at(record, entry->variant->offset), true);
        return;
    case WIRE_KIND_COUNT:
        return;
    }
}

static void put_record(struct writer *writer, const struct wire_plan *plan, const void *record)
{
    for (uint32_t i = plan->count; i > 0; i--) {
        const struct plan_entry *entry = &plan->entries[i - 1];
        if (entry->variant != NULL) {
            const uint32_t selected = *(const uint32_t *)wire_at(record, entry->field->offset);
            assert(selected == 0 || plan_entry_of(plan, selected) != NULL);
        }
        put_entry(writer, entry, record);
    }
}

const void *wire_encode(const struct wire_message *message, const void *record, struct arena *arena,
                        size_t *ret_bytes)
{
    uint8_t first[FIRST_BYTES]; /* most records fit, and then take no more of the arena than they need */
    struct writer writer = {first, first + sizeof first, first + sizeof first, arena};
    put_record(&writer, wire_plan_of(message), record);
    *ret_bytes = written(&writer);
    if (*ret_bytes == 0)
        return "";
    return writer.start == first ? arena_copy(arena, writer.at, *ret_bytes) : writer.at;
}
