/* codec_protobuf.c: input from outside from protobuf: protobuf-c reads the bytes, the table is walked over what it made
 * of them, and everything is judged that foreign input must fulfil. Our own records take the short way (decode.c).
 *
 * Texts, bytes and arrays of scalars are shared between the two structs, never copied: a decoded record points into
 * what protobuf-c unpacked into the arena. */
#include "wire/plan.h"

#include <protobuf-c/protobuf-c.h>

#include <stdio.h>
#include <string.h>

/* --- decoding --------------------------------------------------------------------------------------------------- */

struct decoding {
    struct arena *arena;
    struct wire_fault *ret_fault;
};

static bool take(const struct decoding *decoding, const struct wire_message *message,
                 const ProtobufCMessage *proto, const struct wire_path *path, void *record);

static bool refuse(const struct decoding *decoding, enum refusal_code code, const struct wire_path *path,
                   const char *rule)
{
    return wire_refuse(decoding->ret_fault, decoding->arena, code, path, rule, "");
}

static bool take_list(const struct decoding *decoding, const struct wire_field *field, const void *proto,
                      const struct wire_path *path, void *record)
{
    size_t count = *(const size_t *)wire_at(proto, field->proto_count_offset);
    ProtobufCMessage *const *items = *(ProtobufCMessage *const *const *)wire_at(proto, field->proto_offset);
    if (count == 0)
        return true;
    /* Judged here too, so that the array stays small. */
    if (count > field->count_limit) {
        char rule[32];
        snprintf(rule, sizeof rule, "count<=%u", field->count_limit);
        return refuse(decoding, REFUSAL_FIELD_RANGE, path, rule);
    }
    char *taken = arena_try_alloc(decoding->arena, count * field->message->size);
    if (taken == NULL)
        return refuse(decoding, REFUSAL_MESSAGE_TOO_LARGE, path, "memory");
    for (size_t i = 0; i < count; i++) {
        struct wire_path item = {.parent = path, .index = (uint32_t)i};
        if (!take(decoding, field->message, items[i], &item, taken + i * field->message->size))
            return false;
    }
    *(void **)wire_place(record, field->offset) = taken;
    *(uint32_t *)wire_place(record, field->count_offset) = (uint32_t)count;
    return true;
}

static bool take_one_of(const struct decoding *decoding, const struct wire_field *field, const void *proto,
                        const struct wire_path *path, void *record)
{
    uint32_t tag = *(const uint32_t *)wire_at(proto, field->proto_count_offset);
    const struct wire_variant *variant = wire_variant_of(field, tag);
    if (variant == NULL)
        return tag == 0 || refuse(decoding, REFUSAL_MALFORMED, path, "one_of");
    const ProtobufCMessage *member = *(ProtobufCMessage *const *)wire_at(proto, field->proto_offset);
    struct wire_path here = {.parent = path, .name = variant->name};
    *(uint32_t *)wire_place(record, field->offset) = tag;
    return take(decoding, variant->message, member, &here, wire_place(record, variant->offset));
}

static bool take_digest(const struct decoding *decoding, const ProtobufCBinaryData *bytes,
                        const struct wire_path *path, struct digest *ret_digest)
{
    if (bytes->len == 0)
        return true;
    if (bytes->len != DIGEST_BYTES)
        return refuse(decoding, REFUSAL_FIELD_RANGE, path, "bytes=32");
    memcpy(ret_digest->bytes, bytes->data, DIGEST_BYTES);
    return true;
}

static bool take_field(const struct decoding *decoding, const struct wire_field *field, const void *proto,
                       const struct wire_path *path, void *record)
{
    const void *from = wire_at(proto, field->proto_offset);
    void *to = wire_place(record, field->offset);
    struct wire_path here = {.parent = path, .name = field->name};
    size_t count;
    switch (field->kind) {
    case WIRE_CODE:
    case WIRE_REFERENCE:
    case WIRE_LINE:
    case WIRE_PROSE:
        *(const char **)to = *(const char *const *)from;
        return true;
    case WIRE_BOOL:
        *(bool *)to = *(const protobuf_c_boolean *)from != 0;
        return true;
    case WIRE_WORD:
    case WIRE_UINT32:
    case WIRE_INT32:
    case WIRE_MINUTE:
    case WIRE_DATE:
        memcpy(to, from, sizeof(uint32_t));
        return true;
    case WIRE_UINT64:
    case WIRE_INT64:
    case WIRE_INSTANT:
        memcpy(to, from, sizeof(uint64_t));
        return true;
    case WIRE_DIGEST:
        return take_digest(decoding, from, &here, to);
    case WIRE_BYTES:
        *(const void **)to = ((const ProtobufCBinaryData *)from)->data;
        *(size_t *)wire_place(record, field->count_offset) = ((const ProtobufCBinaryData *)from)->len;
        return true;
    case WIRE_EMBED: {
        const ProtobufCMessage *member = *(ProtobufCMessage *const *)from;
        return member == NULL || take(decoding, field->message, member, &here, to);
    }
    case WIRE_LIST:
        return take_list(decoding, field, proto, &here, record);
    case WIRE_TEXTS:
    case WIRE_WORDS:
    case WIRE_UINT32S:
        count = *(const size_t *)wire_at(proto, field->proto_count_offset);
        *(const void **)to = count == 0 ? NULL : *(const void *const *)from;
        *(uint32_t *)wire_place(record, field->count_offset) = (uint32_t)count;
        return true;
    case WIRE_ONE_OF:
        return take_one_of(decoding, field, proto, path, record);
    case WIRE_KIND_COUNT:
        break;
    }
    return false;
}

static bool take(const struct decoding *decoding, const struct wire_message *message,
                 const ProtobufCMessage *proto, const struct wire_path *path, void *record)
{
    wire_blank(message, record);
    if (proto->n_unknown_fields > 0) {
        char number[16];
        snprintf(number, sizeof number, "#%u", proto->unknown_fields[0].tag);
        struct wire_path unknown = {.parent = path, .name = number};
        return refuse(decoding, REFUSAL_FIELD_UNKNOWN, &unknown, "");
    }
    for (uint32_t i = 0; i < message->field_count; i++) {
        if (!take_field(decoding, &message->fields[i], proto, path, record))
            return false;
    }
    return true;
}

/* --- zero bytes in texts ------------------------------------------------------------------------------------------
 * protobuf-c makes C strings, so "a\0b" would silently become "a". Own records cannot hold one: they were encoded from
 * C strings. */

static bool read_varint(const uint8_t **at, const uint8_t *end, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        uint8_t byte = *(*at)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            *ret_value = value;
            return true;
        }
    }
    return false;
}

/* True also for broken input: the decoder proper says what is wrong with it. */
static bool texts_have_no_zero(const struct decoding *decoding, const ProtobufCMessageDescriptor *descriptor,
                               const uint8_t *at, const uint8_t *end, const struct wire_path *path)
{
    static const size_t fixed[8] = {[1] = 8, [5] = 4};
    uint64_t tag, length;
    while (read_varint(&at, end, &tag)) {
        unsigned type = (unsigned)(tag & 7);
        if (type == 0) {
            if (!read_varint(&at, end, &length))
                return true;
            continue;
        }
        if (type == 2) {
            if (!read_varint(&at, end, &length))
                return true;
        } else if ((length = fixed[type]) == 0) {
            return true;
        }
        if (length > (uint64_t)(end - at))
            return true;
        const ProtobufCFieldDescriptor *field =
            tag >> 3 > UINT32_MAX ? NULL
                                  : protobuf_c_message_descriptor_get_field(descriptor, (unsigned)(tag >> 3));
        if (type == 2 && field != NULL) {
            struct wire_path here = {.parent = path, .name = field->name};
            if (field->type == PROTOBUF_C_TYPE_STRING && memchr(at, 0, (size_t)length) != NULL)
                return refuse(decoding, REFUSAL_FIELD_CHARACTERS, &here, "zero_byte");
            if (field->type == PROTOBUF_C_TYPE_MESSAGE &&
                !texts_have_no_zero(decoding, field->descriptor, at, at + length, &here))
                return false;
        }
        at += length;
    }
    return true;
}

/* --- entry -------------------------------------------------------------------------------------------------------- */

static void *allocate(void *arena, size_t bytes)
{
    return arena_try_alloc(arena, bytes);
}

static void forget(void *arena, void *memory)
{
    (void)arena;
    (void)memory; /* the arena is released as a whole */
}

static bool fits(size_t bytes, size_t limit_bytes, struct arena *arena, struct wire_fault *ret_fault)
{
    char rule[32];
    if (bytes <= limit_bytes)
        return true;
    snprintf(rule, sizeof rule, "bytes<=%zu", limit_bytes);
    return wire_refuse(ret_fault, arena, REFUSAL_MESSAGE_TOO_LARGE, NULL, rule, "");
}

bool wire_decode(const struct wire_message *message, const void *data, size_t bytes, size_t limit_bytes,
                 struct arena *arena, void *ret_record, struct wire_fault *ret_fault)
{
    return fits(bytes, limit_bytes, arena, ret_fault) &&
           wire_decode_plan(wire_plan_of(message), bytes == 0 ? "" : data, bytes, arena, ret_record,
                            ret_fault);
}

bool wire_decode_foreign(const struct wire_message *message, const void *data, size_t bytes,
                         size_t limit_bytes, struct arena *arena, void *ret_record,
                         struct wire_fault *ret_fault)
{
    struct decoding decoding = {arena, ret_fault};
    if (!fits(bytes, limit_bytes, arena, ret_fault))
        return false;
    const uint8_t *start = bytes == 0 ? (const uint8_t *)"" : data;
    if (!texts_have_no_zero(&decoding, message->descriptor, start, start + bytes, NULL))
        return false;
    ProtobufCAllocator allocator = {allocate, forget, arena};
    ProtobufCMessage *proto = protobuf_c_message_unpack(message->descriptor, &allocator, bytes, start);
    if (proto == NULL)
        return refuse(&decoding, REFUSAL_MALFORMED, NULL, "protobuf");
    void *record = message->size == 0 ? NULL : arena_try_alloc(arena, message->size);
    if (record == NULL && message->size > 0)
        return refuse(&decoding, REFUSAL_MESSAGE_TOO_LARGE, NULL, "memory");
    if (!take(&decoding, message, proto, NULL, record) ||
        !wire_check_record(message, record, true, NULL, arena, ret_fault))
        return false;
    if (message->size > 0)
        memcpy(ret_record, record, message->size);
    return true;
}
