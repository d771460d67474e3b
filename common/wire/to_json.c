/* to_json.c: a record as JSON, by walking the table. Absent fields are left out; a bool that must be given is always
 * there. */
#include "wire/table.h"

#include "wire/base64.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRATCH_BYTES = 4 * 1024 * 1024 };

/* jansson refuses what is not UTF-8; records are checked when decoded, so that is a mistake of ours. It must not stop
 * a screen from showing the rest. */
static json_t *json_of_text(const char *text)
{
    json_t *value = json_string(text);
    return value != NULL ? value : json_string("?");
}

static json_t *json_of_wide(int64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    return json_string(text);
}

static json_t *json_of_items(const struct wire_field *field, const void *record)
{
    const char *items = *(const char *const *)wire_at(record, field->offset);
    uint32_t count = *(const uint32_t *)wire_at(record, field->count_offset);
    json_t *array = json_array();
    for (uint32_t i = 0; i < count; i++) {
        json_t *item;
        if (field->kind == WIRE_LIST)
            item = wire_to_json_value(field->message, items + i * field->message->size);
        else if (field->kind == WIRE_TEXTS)
            item = json_of_text(((const char *const *)(const void *)items)[i]);
        else if (field->kind == WIRE_WORDS)
            item = json_of_text(wire_word(field->words, ((const uint32_t *)(const void *)items)[i]));
        else
            item = json_integer(((const uint32_t *)(const void *)items)[i]);
        json_array_append_new(array, item);
    }
    return array;
}

static json_t *json_of_bytes(const struct wire_field *field, const void *record)
{
    struct arena *scratch = arena_new(SCRATCH_BYTES);
    const void *data = *(const void *const *)wire_at(record, field->offset);
    json_t *value =
        json_string(base64_encode(data, *(const size_t *)wire_at(record, field->count_offset), scratch));
    arena_free(scratch);
    return value;
}

static json_t *json_of_field(const struct wire_field *field, const void *record)
{
    const void *place = wire_at(record, field->offset);
    char text[DIGEST_HEX];
    switch (field->kind) {
    case WIRE_CODE:
    case WIRE_REFERENCE:
    case WIRE_LINE:
    case WIRE_PROSE:
        return json_of_text(*(const char *const *)place);
    case WIRE_WORD:
        return json_of_text(wire_word(field->words, *(const uint32_t *)place));
    case WIRE_BOOL:
        return json_boolean(*(const bool *)place);
    case WIRE_UINT32:
        return json_integer(*(const uint32_t *)place);
    case WIRE_INT32:
    case WIRE_MINUTE:
        return json_integer(*(const int32_t *)place);
    case WIRE_UINT64:
    case WIRE_INT64:
        return json_of_wide(*(const int64_t *)place);
    case WIRE_INSTANT:
        instant_to_text(*(const struct instant *)place, text);
        return json_string(text);
    case WIRE_DATE:
        date_to_text(*(const struct date *)place, text);
        return json_string(text);
    case WIRE_DIGEST:
        digest_to_hex(place, text);
        return json_string(text);
    case WIRE_BYTES:
        return json_of_bytes(field, record);
    case WIRE_EMBED:
        return wire_to_json_value(field->message, place);
    case WIRE_LIST:
    case WIRE_TEXTS:
    case WIRE_WORDS:
    case WIRE_UINT32S:
        return json_of_items(field, record);
    case WIRE_ONE_OF: {
        const struct wire_variant *variant = wire_variant_of(field, *(const uint32_t *)place);
        return variant == NULL ? json_null()
                               : wire_to_json_value(variant->message, wire_at(record, variant->offset));
    }
    case WIRE_KIND_COUNT:
        break;
    }
    return json_null();
}

static const char *name_of_field(const struct wire_field *field, const void *record)
{
    if (field->kind != WIRE_ONE_OF)
        return field->name;
    const struct wire_variant *variant =
        wire_variant_of(field, *(const uint32_t *)wire_at(record, field->offset));
    return variant == NULL ? field->name : variant->name;
}

struct json_t *wire_to_json_value(const struct wire_message *message, const void *record)
{
    json_t *object = json_object();
    for (uint32_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        bool always = field->kind == WIRE_BOOL && field->presence == REQUIRED;
        if (always || wire_field_is_set(field, record))
            json_object_set_new(object, name_of_field(field, record), json_of_field(field, record));
    }
    return object;
}

char *wire_to_json(const struct wire_message *message, const void *record, struct arena *arena)
{
    json_t *value = wire_to_json_value(message, record);
    char *text = json_dumps(value, JSON_COMPACT);
    json_decref(value);
    char *copy = arena_text(arena, text); /* NULL, out of memory, becomes "" */
    free(text);
    return copy;
}
