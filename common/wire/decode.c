/* decode.c: records of our own topics from protobuf, straight into the domain's structs: one walk over the bytes, each
 * value checked where it is read. What comes from outside goes through protobuf-c and stricter checks
 * (codec_protobuf.c).
 *
 * All texts of a record lie in one block of the arena: each takes at most as many bytes there, its final zero included,
 * as with tag and length on the wire. */
#include "wire/plan.h"

#include <stdio.h>
#include <string.h>

enum { TYPE_VARINT = 0, TYPE_FIXED64 = 1, TYPE_LENGTH = 2, TYPE_FIXED32 = 5, RULE_BYTES = 32 };

struct decoding {
    struct arena *arena;
    struct wire_fault *ret_fault;
    char *texts; /* where the next text goes */
};

struct input {
    const uint8_t *at, *end;
};

/* --- bytes ------------------------------------------------------------------------------------------------------------ */

static bool malformed(const struct decoding *decoding)
{
    return wire_refuse(decoding->ret_fault, decoding->arena, REFUSAL_MALFORMED, NULL, "protobuf", "");
}

static bool no_memory(const struct decoding *decoding)
{
    return wire_refuse(decoding->ret_fault, decoding->arena, REFUSAL_MESSAGE_TOO_LARGE, NULL, "memory", "");
}

static bool read_long_varint(struct input *input, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && input->at < input->end; shift += 7) {
        const uint8_t byte = *input->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            *ret_value = value;
            return true;
        }
    }
    return false;
}

/* Tags, lengths and words are short mostly. */
static inline bool read_varint(struct input *input, uint64_t *ret_value)
{
    if (input->at < input->end && *input->at < 0x80) {
        *ret_value = *input->at++;
        return true;
    }
    return read_long_varint(input, ret_value);
}

/* What stands behind a length. */
static inline bool read_part(struct input *input, struct input *ret_part)
{
    uint64_t bytes;
    if (!read_varint(input, &bytes) || bytes > (uint64_t)(input->end - input->at))
        return false;
    *ret_part = (struct input){input->at, input->at + bytes};
    input->at += bytes;
    return true;
}

static bool skip(struct input *input, unsigned type)
{
    static const uint8_t fixed[8] = {[TYPE_FIXED64] = 8, [TYPE_FIXED32] = 4};
    struct input part;
    uint64_t value;
    if (type == TYPE_VARINT)
        return read_varint(input, &value);
    if (type == TYPE_LENGTH)
        return read_part(input, &part);
    if (fixed[type] == 0 || fixed[type] > input->end - input->at)
        return false;
    input->at += fixed[type];
    return true;
}

static char *keep_text(struct decoding *decoding, struct input part)
{
    const size_t bytes = (size_t)(part.end - part.at);
    char *text = decoding->texts;
    memcpy(text, part.at, bytes);
    text[bytes] = '\0';
    decoding->texts += bytes + 1;
    return text;
}

/* How many values with this entry's tag stand one behind the other, the one at hand included. */
static uint32_t run_length(const struct plan_entry *entry, struct input input)
{
    struct input part;
    for (uint32_t count = 0;; count++) {
        if (!read_part(&input, &part))
            return count;
        if ((size_t)(input.end - input.at) < entry->tag_bytes ||
            memcmp(input.at, entry->tag, entry->tag_bytes) != 0)
            return count + 1;
        input.at += entry->tag_bytes;
    }
}

/* --- fields ----------------------------------------------------------------------------------------------------------- */

static bool read_record(struct decoding *decoding, const struct wire_plan *plan, struct input input,
                        const struct wire_path *path, void *record);

/* Makes the list longer by so many items; *ret_first is the first of the new ones. */
static bool extend(struct decoding *decoding, const struct wire_field *field, size_t item_bytes,
                   uint32_t more, const struct wire_path *path, void *record, char **ret_first)
{
    uint32_t *count = wire_place(record, field->count_offset);
    char **items = wire_place(record, field->offset);
    if (more > field->count_limit || *count > field->count_limit - more) {
        char rule[RULE_BYTES];
        snprintf(rule, sizeof rule, "count<=%u", field->count_limit);
        return wire_refuse(decoding->ret_fault, decoding->arena, REFUSAL_FIELD_RANGE, path, rule, "");
    }
    char *longer = arena_try_alloc(decoding->arena, (*count + (size_t)more) * item_bytes);
    if (longer == NULL)
        return no_memory(decoding);
    if (*count > 0)
        memcpy(longer, *items, *count * item_bytes);
    *ret_first = longer + *count * item_bytes;
    *items = longer;
    *count += more;
    return true;
}

static bool read_list(struct decoding *decoding, const struct plan_entry *entry, struct input *input,
                      const struct wire_path *path, void *record)
{
    const size_t item_bytes = entry->field->message->size;
    const uint32_t known = *(const uint32_t *)wire_at(record, entry->field->count_offset);
    const uint32_t count = run_length(entry, *input);
    char *item;
    if (count == 0)
        return malformed(decoding);
    if (!extend(decoding, entry->field, item_bytes, count, path, record, &item))
        return false;
    for (uint32_t i = 0; i < count; i++, item += item_bytes) {
        struct wire_path here = {.parent = path, .index = known + i};
        struct input part;
        if (i > 0)
            input->at += entry->tag_bytes;
        memcpy(item, entry->plan->blank, item_bytes);
        if (!read_part(input, &part))
            return malformed(decoding);
        if (!read_record(decoding, entry->plan, part, &here, item))
            return false;
    }
    return true;
}

static bool read_texts(struct decoding *decoding, const struct plan_entry *entry, struct input *input,
                       const struct wire_path *path, void *record)
{
    const uint32_t count = run_length(entry, *input);
    char *first;
    if (count == 0)
        return malformed(decoding);
    if (!extend(decoding, entry->field, sizeof(char *), count, path, record, &first))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        struct input part;
        if (i > 0)
            input->at += entry->tag_bytes;
        if (!read_part(input, &part))
            return malformed(decoding);
        ((char **)(void *)first)[i] = keep_text(decoding, part);
    }
    return true;
}

/* Packed or, as older writers do, one by one. */
static bool read_numbers(struct decoding *decoding, const struct plan_entry *entry, unsigned type,
                         struct input *input, const struct wire_path *path, void *record)
{
    struct input part = *input;
    uint64_t value;
    if (type == TYPE_LENGTH && !read_part(input, &part))
        return malformed(decoding);
    uint32_t count = type == TYPE_LENGTH ? 0 : 1;
    if (type == TYPE_LENGTH)
        for (const uint8_t *at = part.at; at < part.end; at++)
            count += *at < 0x80;
    char *first;
    if (!extend(decoding, entry->field, sizeof(uint32_t), count, path, record, &first))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!read_varint(&part, &value))
            return malformed(decoding);
        ((uint32_t *)(void *)first)[i] = (uint32_t)value;
    }
    if (type != TYPE_LENGTH)
        input->at = part.at;
    return type != TYPE_LENGTH || part.at == part.end || malformed(decoding);
}

static bool is_fine(const struct plan_entry *entry, int64_t value)
{
    if (value < entry->fine_from || value > entry->fine_to)
        return false;
    return entry->field->kind != WIRE_WORD || (entry->fine_words >> value & 1) != 0;
}

static bool check(struct decoding *decoding, const struct plan_entry *entry, const struct wire_path *parent,
                  const void *record)
{
    struct wire_path here = {.parent = parent, .name = entry->field->name};
    return wire_check_value(entry->field, record, &here, decoding->arena, decoding->ret_fault);
}

static bool read_number(struct decoding *decoding, const struct plan_entry *entry, struct input *input,
                        const struct wire_path *parent, void *record)
{
    void *place = wire_place(record, entry->field->offset);
    uint64_t value;
    if (!read_varint(input, &value))
        return malformed(decoding);
    if (entry->field->kind == WIRE_BOOL) {
        *(bool *)place = value != 0;
        return true;
    }
    if (entry->is_wide) {
        memcpy(place, &value, sizeof value);
        return is_fine(entry, (int64_t)value) || check(decoding, entry, parent, record);
    }
    const uint32_t narrow = (uint32_t)value;
    memcpy(place, &narrow, sizeof narrow);
    return is_fine(entry, entry->is_signed ? (int32_t)narrow : (int64_t)narrow) ||
           check(decoding, entry, parent, record);
}

/* Nothing but printable ASCII, eight bytes at a time: no byte below 0x20, none above 0x7e. */
static bool is_plain(struct input part)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
    uint64_t word, odd = 0;
    for (; part.end - part.at >= 8; part.at += 8) {
        memcpy(&word, part.at, sizeof word);
        odd |= word | (word - ones * 0x20) | (word + ones);
    }
    for (; part.at < part.end; part.at++)
        odd |= *part.at < 0x20 || *part.at > 0x7e ? tops : 0;
    return (odd & tops) == 0;
}

static bool read_text(struct decoding *decoding, const struct plan_entry *entry, struct input part,
                      const struct wire_path *parent, void *record)
{
    *(const char **)wire_place(record, entry->field->offset) = keep_text(decoding, part);
    return (part.end - part.at <= entry->field->limit && is_plain(part)) ||
           check(decoding, entry, parent, record);
}

static bool read_bytes(struct decoding *decoding, const struct plan_entry *entry, struct input part,
                       const struct wire_path *path, void *record)
{
    const struct wire_field *field = entry->field;
    void *place = wire_place(record, field->offset);
    const size_t bytes = (size_t)(part.end - part.at);
    if (field->kind == WIRE_BYTES) {
        *(const void **)place = keep_text(decoding, part);
        *(size_t *)wire_place(record, field->count_offset) = bytes;
    } else if (bytes == DIGEST_BYTES) {
        memcpy(place, part.at, DIGEST_BYTES);
    } else if (bytes > 0) {
        return wire_refuse(decoding->ret_fault, decoding->arena, REFUSAL_FIELD_RANGE, path, "bytes=32", "");
    }
    return true;
}

static bool read_member(struct decoding *decoding, const struct plan_entry *entry, struct input part,
                        const struct wire_path *parent, void *record)
{
    const struct wire_variant *variant = entry->variant;
    struct wire_path here = {.parent = parent, .name = variant != NULL ? variant->name : entry->field->name};
    void *place = wire_place(record, variant != NULL ? variant->offset : entry->field->offset);
    uint32_t *selector = wire_place(record, entry->field->offset);
    if (variant != NULL && *selector != variant->tag) {
        *selector = variant->tag;
        if (variant->message->size > 0)
            memcpy(place, entry->plan->blank, variant->message->size);
    }
    return read_record(decoding, entry->plan, part, &here, place);
}

/* Bytes, digests, and lists. */
static bool read_rest(struct decoding *decoding, const struct plan_entry *entry, unsigned type,
                      struct input *input, const struct wire_path *parent, void *record)
{
    const struct wire_field *field = entry->field;
    struct wire_path here = {.parent = parent, .name = field->name};
    struct input part;
    bool fine;
    if (field->kind == WIRE_LIST)
        return read_list(decoding, entry, input, &here, record);
    if (field->kind == WIRE_TEXTS)
        fine = read_texts(decoding, entry, input, &here, record);
    else if (field->kind == WIRE_WORDS || field->kind == WIRE_UINT32S)
        fine = read_numbers(decoding, entry, type, input, &here, record);
    else if (!read_part(input, &part))
        return malformed(decoding);
    else
        fine = read_bytes(decoding, entry, part, &here, record);
    return fine && wire_check_value(field, record, &here, decoding->arena, decoding->ret_fault);
}

static bool read_field(struct decoding *decoding, const struct plan_entry *entry, unsigned type,
                       struct input *input, const struct wire_path *parent, void *record)
{
    const bool is_run = entry->field->kind == WIRE_WORDS || entry->field->kind == WIRE_UINT32S;
    struct input part;
    if (type != entry->wire_type && !(is_run && (type == TYPE_VARINT || type == TYPE_LENGTH)))
        return malformed(decoding);
    if (!is_run && type == TYPE_VARINT)
        return read_number(decoding, entry, input, parent, record);
    if (!entry->is_text && (entry->plan == NULL || entry->field->kind == WIRE_LIST))
        return read_rest(decoding, entry, type, input, parent, record);
    if (!read_part(input, &part))
        return malformed(decoding);
    return entry->is_text ? read_text(decoding, entry, part, parent, record)
                          : read_member(decoding, entry, part, parent, record);
}

static bool read_record(struct decoding *decoding, const struct wire_plan *plan, struct input input,
                        const struct wire_path *path, void *record)
{
    while (input.at < input.end) {
        uint64_t tag;
        if (!read_varint(&input, &tag) || tag >> 3 > UINT32_MAX)
            return malformed(decoding);
        const struct plan_entry *entry = plan_entry_of(plan, (uint32_t)(tag >> 3));
        if (entry == NULL) {
            if (!skip(&input, (unsigned)(tag & 7)))
                return malformed(decoding);
        } else if (!read_field(decoding, entry, (unsigned)(tag & 7), &input, path, record)) {
            return false;
        }
    }
    return true;
}

bool wire_decode_plan(const struct wire_plan *plan, const void *data, size_t bytes, struct arena *arena,
                      void *ret_record, struct wire_fault *ret_fault)
{
    struct decoding decoding = {.arena = arena, .ret_fault = ret_fault};
    struct input input = {data, (const uint8_t *)data + bytes};
    void *record = arena_try_alloc(arena, plan->message->size);
    decoding.texts = arena_try_alloc(arena, bytes);
    if (record == NULL || decoding.texts == NULL)
        return no_memory(&decoding);
    memcpy(record, plan->blank, plan->message->size);
    if (!read_record(&decoding, plan, input, NULL, record))
        return false;
    if (plan->message->size > 0)
        memcpy(ret_record, record, plan->message->size);
    return true;
}
