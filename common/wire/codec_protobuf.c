/* codec_protobuf.c: records to and from protobuf, by walking a table over the structs that protobuf-c generates.
 *
 * Texts, bytes and arrays of scalars are shared between the two structs, never copied: encoding points into the
 * record, and a decoded record points into what protobuf-c unpacked into the arena. */
#include "wire/table.h"

#include <protobuf-c/protobuf-c.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* --- encoding --------------------------------------------------------------------------------------------------- */

static bool fill(const struct wire_message *message, const void *record, struct arena *arena,
                 ProtobufCMessage *proto);

static ProtobufCMessage *new_proto(const struct wire_message *message, struct arena *arena)
{
    ProtobufCMessage *proto = arena_alloc(arena, message->descriptor->sizeof_message);
    protobuf_c_message_init(message->descriptor, proto);
    return proto;
}

static void fill_list(const struct wire_field *field, const void *record, struct arena *arena, void *proto)
{
    uint32_t count = *(const uint32_t *)wire_at(record, field->count_offset);
    const char *items = *(const char *const *)wire_at(record, field->offset);
    ProtobufCMessage **filled = ARENA_ARRAY(arena, ProtobufCMessage *, count);
    for (uint32_t i = 0; i < count; i++) {
        filled[i] = new_proto(field->message, arena);
        fill(field->message, items + i * field->message->size, arena, filled[i]);
    }
    *(ProtobufCMessage ***)wire_place(proto, field->proto_offset) = filled;
    *(size_t *)wire_place(proto, field->proto_count_offset) = count;
}

static void fill_one_of(const struct wire_field *field, const void *record, struct arena *arena, void *proto)
{
    uint32_t tag = *(const uint32_t *)wire_at(record, field->offset);
    const struct wire_variant *variant = wire_variant_of(field, tag);
    assert(variant != NULL);
    ProtobufCMessage *member = new_proto(variant->message, arena);
    fill(variant->message, wire_at(record, variant->offset), arena, member);
    *(ProtobufCMessage **)wire_place(proto, field->proto_offset) = member;
    *(uint32_t *)wire_place(proto, field->proto_count_offset) = tag;
}

static void fill_field(const struct wire_field *field, const void *record, struct arena *arena, void *proto)
{
    const void *from = wire_at(record, field->offset);
    void *to = wire_place(proto, field->proto_offset);
    switch (field->kind) {
    case WIRE_CODE:
    case WIRE_REFERENCE:
    case WIRE_LINE:
    case WIRE_PROSE:
        *(const char **)to = *(const char *const *)from;
        return;
    case WIRE_BOOL:
        *(protobuf_c_boolean *)to = *(const bool *)from;
        return;
    case WIRE_WORD:
    case WIRE_UINT32:
    case WIRE_INT32:
    case WIRE_MINUTE:
    case WIRE_DATE:
        memcpy(to, from, sizeof(uint32_t));
        return;
    case WIRE_UINT64:
    case WIRE_INT64:
    case WIRE_INSTANT:
        memcpy(to, from, sizeof(uint64_t));
        return;
    case WIRE_DIGEST:
        ((ProtobufCBinaryData *)to)->len = DIGEST_BYTES;
        ((ProtobufCBinaryData *)to)->data = (uint8_t *)(uintptr_t)from;
        return;
    case WIRE_BYTES:
        ((ProtobufCBinaryData *)to)->len = *(const size_t *)wire_at(record, field->count_offset);
        ((ProtobufCBinaryData *)to)->data = *(uint8_t *const *)from;
        return;
    case WIRE_EMBED: {
        ProtobufCMessage *member = new_proto(field->message, arena);
        fill(field->message, from, arena, member);
        *(ProtobufCMessage **)to = member;
        return;
    }
    case WIRE_LIST:
        fill_list(field, record, arena, proto);
        return;
    case WIRE_TEXTS:
    case WIRE_WORDS:
    case WIRE_UINT32S:
        *(const void **)to = *(const void *const *)from;
        *(size_t *)wire_place(proto, field->proto_count_offset) =
            *(const uint32_t *)wire_at(record, field->count_offset);
        return;
    case WIRE_ONE_OF:
        fill_one_of(field, record, arena, proto);
        return;
    case WIRE_KIND_COUNT:
        return;
    }
}

static bool fill(const struct wire_message *message, const void *record, struct arena *arena,
                 ProtobufCMessage *proto)
{
    bool any = false;
    for (uint32_t i = 0; i < message->field_count; i++) {
        if (!wire_field_is_set(&message->fields[i], record))
            continue;
        fill_field(&message->fields[i], record, arena, proto);
        any = true;
    }
    return any;
}

const void *wire_encode(const struct wire_message *message, const void *record, struct arena *arena,
                        size_t *ret_bytes)
{
    ProtobufCMessage *proto = new_proto(message, arena);
    if (!fill(message, record, arena, proto)) {
        *ret_bytes = 0;
        return "";
    }
    uint8_t *data = arena_alloc(arena, protobuf_c_message_get_packed_size(proto));
    *ret_bytes = protobuf_c_message_pack(proto, data);
    return data;
}

/* --- decoding --------------------------------------------------------------------------------------------------- */

struct decoding {
    bool foreign;
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
    if (decoding->foreign && proto->n_unknown_fields > 0) {
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

static bool decode(const struct wire_message *message, const void *data, size_t bytes, size_t limit_bytes,
                   bool foreign, struct arena *arena, void *ret_record, struct wire_fault *ret_fault)
{
    struct decoding decoding = {foreign, arena, ret_fault};
    if (bytes > limit_bytes) {
        char rule[32];
        snprintf(rule, sizeof rule, "bytes<=%zu", limit_bytes);
        return refuse(&decoding, REFUSAL_MESSAGE_TOO_LARGE, NULL, rule);
    }
    const uint8_t *start = bytes == 0 ? (const uint8_t *)"" : data;
    if (foreign && !texts_have_no_zero(&decoding, message->descriptor, start, start + bytes, NULL))
        return false;
    ProtobufCAllocator allocator = {allocate, forget, arena};
    ProtobufCMessage *proto = protobuf_c_message_unpack(message->descriptor, &allocator, bytes, start);
    if (proto == NULL)
        return refuse(&decoding, REFUSAL_MALFORMED, NULL, "protobuf");
    void *record = message->size == 0 ? NULL : arena_try_alloc(arena, message->size);
    if (record == NULL && message->size > 0)
        return refuse(&decoding, REFUSAL_MESSAGE_TOO_LARGE, NULL, "memory");
    if (!take(&decoding, message, proto, NULL, record) ||
        !wire_check_record(message, record, foreign, NULL, arena, ret_fault))
        return false;
    if (message->size > 0)
        memcpy(ret_record, record, message->size);
    return true;
}

bool wire_decode(const struct wire_message *message, const void *data, size_t bytes, size_t limit_bytes,
                 struct arena *arena, void *ret_record, struct wire_fault *ret_fault)
{
    return decode(message, data, bytes, limit_bytes, false, arena, ret_record, ret_fault);
}

bool wire_decode_foreign(const struct wire_message *message, const void *data, size_t bytes,
                         size_t limit_bytes, struct arena *arena, void *ret_record,
                         struct wire_fault *ret_fault)
{
    return decode(message, data, bytes, limit_bytes, true, arena, ret_record, ret_fault);
}
