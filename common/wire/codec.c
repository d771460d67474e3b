/* codec.c: what every walk over a table needs: blank records, what counts as set, words, faults with their paths, and
 * the walk over texts that intake masks with. */
#include "wire/table.h"

#include <stdio.h>
#include <string.h>

enum { VALUE_SHOWN_BYTES = 64, PATH_BYTES = 512 };

const char *wire_name(const struct wire_message *message)
{
    return message->name;
}

/* --- words ---------------------------------------------------------------------------------------------------- */

const char *wire_word(int words, uint32_t value)
{
    if (value > INT32_MAX)
        return "";
    if (words == WORDS_REFUSAL)
        return refusal_code_text((enum refusal_code)value);
    return word_of((enum vocabulary_list)words, (int)value)->code;
}

bool wire_word_value(int words, const char *code, uint32_t *ret_value)
{
    uint32_t value = words == WORDS_REFUSAL ? (uint32_t)refusal_code_value(code)
                                            : (uint32_t)word_value((enum vocabulary_list)words, code);
    /* Zero is "none", except in the one list whose zero has a word (roll: default). */
    if (value == 0 && strcmp(wire_word(words, 0), code) != 0)
        return false;
    *ret_value = value;
    return true;
}

const struct wire_variant *wire_variant_of(const struct wire_field *field, uint32_t tag)
{
    for (const struct wire_variant *variant = field->variants; variant->tag != 0; variant++) {
        if (variant->tag == tag)
            return variant;
    }
    return NULL;
}

/* --- blank and set ---------------------------------------------------------------------------------------------- */

static void blank_texts(const struct wire_message *message, void *record)
{
    for (uint32_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        void *place = wire_place(record, field->offset);
        if (field->kind <= WIRE_PROSE)
            *(const char **)place = "";
        else if (field->kind == WIRE_EMBED)
            blank_texts(field->message, place);
    }
}

void wire_blank(const struct wire_message *message, void *ret_record)
{
    if (message->size == 0)
        return;
    memset(ret_record, 0, message->size);
    blank_texts(message, ret_record);
}

static uint32_t number_at(const void *place)
{
    uint32_t number;
    memcpy(&number, place, sizeof number);
    return number;
}

bool wire_field_is_set(const struct wire_field *field, const void *record)
{
    const void *place = wire_at(record, field->offset);
    int64_t wide;
    switch (field->kind) {
    case WIRE_CODE:
    case WIRE_REFERENCE:
    case WIRE_LINE:
    case WIRE_PROSE:
        /* NULL is against the rule of the domain, but no reason to stop a ledger. */
        return *(const char *const *)place != NULL && (*(const char *const *)place)[0] != '\0';
    case WIRE_BOOL:
        return *(const bool *)place;
    case WIRE_WORD:
    case WIRE_UINT32:
    case WIRE_INT32:
    case WIRE_MINUTE:
    case WIRE_DATE:
    case WIRE_ONE_OF:
        return number_at(place) != 0;
    case WIRE_UINT64:
    case WIRE_INT64:
    case WIRE_INSTANT:
        memcpy(&wide, place, sizeof wide);
        return wide != 0;
    case WIRE_DIGEST:
        return !digest_is_zero(place);
    case WIRE_BYTES:
        return *(const size_t *)wire_at(record, field->count_offset) != 0;
    case WIRE_EMBED:
        return !wire_is_blank(field->message, place);
    case WIRE_LIST:
    case WIRE_TEXTS:
    case WIRE_WORDS:
    case WIRE_UINT32S:
        return number_at(wire_at(record, field->count_offset)) != 0;
    case WIRE_KIND_COUNT:
        break;
    }
    return false;
}

bool wire_is_blank(const struct wire_message *message, const void *record)
{
    for (uint32_t i = 0; i < message->field_count; i++) {
        if (wire_field_is_set(&message->fields[i], record))
            return false;
    }
    return true;
}

/* --- faults ------------------------------------------------------------------------------------------------------ */

/* At most VALUE_SHOWN_BYTES of a foreign text, cut between characters; "" when it holds what no screen should show. */
static size_t shown_bytes(const char *text)
{
    size_t bytes = strnlen(text, VALUE_SHOWN_BYTES + 1);
    if (bytes > VALUE_SHOWN_BYTES) {
        bytes = VALUE_SHOWN_BYTES;
        while (bytes > 0 && ((unsigned char)text[bytes] & 0xc0) == 0x80)
            bytes--;
    }
    return text_check(text, bytes, VALUE_SHOWN_BYTES, false) == TEXT_FINE ? bytes : 0;
}

static const char *copy_or_empty(struct arena *arena, const char *text, size_t bytes)
{
    char *copy = bytes == 0 ? NULL : arena_try_alloc(arena, bytes + 1);
    if (copy == NULL)
        return "";
    memcpy(copy, text, bytes);
    return copy;
}

static void write_path(const struct wire_path *path, struct buffer *text)
{
    if (path == NULL)
        return;
    write_path(path->parent, text);
    if (path->name == NULL)
        buffer_format(text, "[%u]", path->index);
    else
        buffer_format(text, "%s%.*s", text->length == 0 ? "" : ".", (int)shown_bytes(path->name), path->name);
}

bool wire_refuse(struct wire_fault *ret_fault, struct arena *arena, enum refusal_code code,
                 const struct wire_path *path, const char *rule, const char *value)
{
    struct buffer text;
    buffer_init(&text, PATH_BYTES);
    write_path(path, &text);
    ret_fault->code = code;
    ret_fault->field = copy_or_empty(arena, text.data, text.length);
    ret_fault->rule = copy_or_empty(arena, rule, strlen(rule));
    ret_fault->value = copy_or_empty(arena, value, shown_bytes(value));
    buffer_release(&text);
    return false;
}

struct refusal wire_fault_refusal(const struct wire_fault *fault, struct arena *arena)
{
    const struct parameter known[] = {
        {"field",                                                  fault->field},
        {fault->code == REFUSAL_FIELD_TOO_LONG ? "limit" : "rule", fault->rule },
        {"value",                                                  fault->value},
    };
    struct refusal refusal = refusal_make(arena, fault->code, (const char *)NULL);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].value[0] != '\0')
            refusal.parameters[refusal.parameter_count++] =
                (struct parameter){known[i].name, arena_text(arena, known[i].value)};
    }
    return refusal;
}

/* --- texts --------------------------------------------------------------------------------------------------------- */

typedef const char *(*text_visitor)(void *context, const char *field, const char *text);

static void visit_members(const struct wire_field *field, void *record, text_visitor visit, void *context)
{
    void *place = wire_place(record, field->offset);
    if (field->kind == WIRE_LINE || field->kind == WIRE_PROSE) {
        const char **text = place;
        if (wire_field_is_set(field, record))
            *text = visit(context, field->name, *text);
    } else if (field->kind == WIRE_EMBED) {
        wire_visit_texts(field->message, place, visit, context);
    } else if (field->kind == WIRE_LIST) {
        char *items = *(char **)place;
        uint32_t count = number_at(wire_at(record, field->count_offset));
        for (uint32_t i = 0; i < count; i++)
            wire_visit_texts(field->message, items + i * field->message->size, visit, context);
    } else if (field->kind == WIRE_ONE_OF) {
        const struct wire_variant *variant = wire_variant_of(field, number_at(place));
        if (variant != NULL)
            wire_visit_texts(variant->message, wire_place(record, variant->offset), visit, context);
    }
}

void wire_visit_texts(const struct wire_message *message, void *record, text_visitor visit, void *context)
{
    for (uint32_t i = 0; i < message->field_count; i++)
        visit_members(&message->fields[i], record, visit, context);
}
