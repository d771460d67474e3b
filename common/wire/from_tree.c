/* from_tree.c: what JSON and YAML share: a tree into a record, by walking the table. Names and types are judged here,
 * the values afterwards by check.c, as for protobuf. */
#include "domain/wording.h"
#include "wire/table.h"
#include "wire/tree.h"

#include "wire/base64.h"

#include <stdio.h>
#include <string.h>

struct mapping {
    struct arena *arena;
    struct wire_fault *ret_fault;
};

static bool map_record(const struct mapping *mapping, const struct wire_message *message,
                       const struct tree *tree, const struct wire_path *path, void *record);

static bool refuse(const struct mapping *mapping, enum refusal_code code, const struct wire_path *path,
                   const char *rule, const char *value)
{
    return wire_refuse(mapping->ret_fault, mapping->arena, code, path, rule, value);
}

static bool wrong_type(const struct mapping *mapping, const struct wire_path *path, const char *wanted)
{
    return refuse(mapping, REFUSAL_FIELD_RANGE, path, wanted, "");
}

static bool is_scalar(const struct tree *tree)
{
    return tree->kind == TREE_TEXT || tree->kind == TREE_PLAIN;
}

/* --- scalars ------------------------------------------------------------------------------------------------------- */

static bool map_text(const struct mapping *mapping, const struct tree *tree, const struct wire_path *path,
                     const char **ret_text)
{
    if (tree->kind != TREE_TEXT && !(tree->kind == TREE_PLAIN && tree->yaml))
        return wrong_type(mapping, path, "type=text");
    *ret_text = tree->text;
    return true;
}

static bool map_word(const struct mapping *mapping, const struct wire_field *field, const struct tree *tree,
                     const struct wire_path *path, void *place)
{
    const char *text = "";
    if (!map_text(mapping, tree, path, &text))
        return false;
    uint32_t value;
    if (!wire_word_value(field->words, text, &value))
        return refuse(mapping, REFUSAL_UNKNOWN_WORD, path, "", text);
    memcpy(place, &value, sizeof value);
    return true;
}

/* "08:30" */
static bool minute_from_text(const char *text, int64_t *ret_minute)
{
    char hour[3] = "", minute[3] = "";
    int64_t hours, minutes;
    if (strlen(text) != 5 || text[2] != ':')
        return false;
    memcpy(hour, text + (text[0] == '0'), text[0] == '0' ? 1 : 2);
    memcpy(minute, text + 3 + (text[3] == '0'), text[3] == '0' ? 1 : 2);
    if (!text_to_int64(hour, 0, 24, &hours) || !text_to_int64(minute, 0, 59, &minutes))
        return false;
    *ret_minute = hours * 60 + minutes;
    return true;
}

/* Any whole number that the type holds; the range of the field is check.c's. */
static bool map_number(const struct mapping *mapping, const struct wire_field *field, const struct tree *tree,
                       const struct wire_path *path, void *place)
{
    bool wide = field->kind == WIRE_UINT64 || field->kind == WIRE_INT64;
    bool positive = field->kind == WIRE_UINT32 || field->kind == WIRE_UINT64;
    int64_t least = positive ? 0 : wide ? INT64_MIN : INT32_MIN;
    int64_t most = wide ? INT64_MAX : positive ? UINT32_MAX : INT32_MAX;
    int64_t value;
    if (!is_scalar(tree))
        return wrong_type(mapping, path, "type=number");
    bool minute = field->kind == WIRE_MINUTE && minute_from_text(tree->text, &value);
    if (!minute && !text_is_whole_number(tree->text))
        return refuse(mapping, REFUSAL_FIELD_RANGE, path, "type=number", tree->text);
    if (!minute && !text_to_int64(tree->text, least, most, &value))
        return refuse(mapping, REFUSAL_FIELD_RANGE, path, positive ? "0.." : "range", tree->text);
    if (wide) {
        memcpy(place, &value, sizeof value);
    } else {
        uint32_t narrow = (uint32_t)value;
        memcpy(place, &narrow, sizeof narrow);
    }
    return true;
}

static bool map_bool(const struct mapping *mapping, const struct tree *tree, const struct wire_path *path,
                     bool *ret_value)
{
    if (tree->kind != TREE_PLAIN || (!text_equal(tree->text, "true") && !text_equal(tree->text, "false")))
        return wrong_type(mapping, path, "type=boolean");
    *ret_value = text_equal(tree->text, "true");
    return true;
}

static bool map_date(const struct mapping *mapping, const struct tree *tree, const struct wire_path *path,
                     struct date *ret_date)
{
    const char *text = "";
    if (!map_text(mapping, tree, path, &text))
        return false;
    if (text_empty(text) || date_from_text(text, ret_date))
        return true;
    enum refusal_code code = wording_is_vague(text) ? REFUSAL_DEADLINE_VAGUE : REFUSAL_NO_SUCH_DATE;
    return refuse(mapping, code, path, "", text);
}

static bool map_instant(const struct mapping *mapping, const struct tree *tree, const struct wire_path *path,
                        struct instant *ret_instant)
{
    const char *text = "";
    if (!map_text(mapping, tree, path, &text))
        return false;
    if (text_empty(text) || instant_from_text(text, ret_instant))
        return true;
    return refuse(mapping, REFUSAL_NO_SUCH_DATE, path, "rfc3339", text);
}

static bool map_digest(const struct mapping *mapping, const struct tree *tree, const struct wire_path *path,
                       struct digest *ret_digest)
{
    const char *text = "";
    if (!map_text(mapping, tree, path, &text))
        return false;
    if (text_empty(text) || digest_from_hex(text, ret_digest))
        return true;
    return refuse(mapping, REFUSAL_FIELD_RANGE, path, "hex=64", text);
}

static bool map_bytes(const struct mapping *mapping, const struct wire_field *field, const struct tree *tree,
                      const struct wire_path *path, void *record)
{
    const char *text = "";
    void *data;
    if (!map_text(mapping, tree, path, &text))
        return false;
    if (!base64_decode(text, mapping->arena, &data, wire_place(record, field->count_offset)))
        return refuse(mapping, REFUSAL_FIELD_RANGE, path, "base64", "");
    *(void **)wire_place(record, field->offset) = data;
    return true;
}

/* --- structures ---------------------------------------------------------------------------------------------------- */

static size_t item_size(const struct wire_field *field)
{
    if (field->kind == WIRE_LIST)
        return field->message->size;
    return field->kind == WIRE_TEXTS ? sizeof(const char *) : sizeof(uint32_t);
}

static bool map_item(const struct mapping *mapping, const struct wire_field *field, const struct tree *tree,
                     const struct wire_path *path, void *place)
{
    static const struct wire_field number = {.kind = WIRE_UINT32};
    if (tree->kind == TREE_NULL)
        return refuse(mapping, REFUSAL_FIELD_MISSING, path, "required", "");
    if (field->kind == WIRE_LIST)
        return map_record(mapping, field->message, tree, path, place);
    if (field->kind == WIRE_TEXTS)
        return map_text(mapping, tree, path, place);
    if (field->kind == WIRE_WORDS)
        return map_word(mapping, field, tree, path, place);
    return map_number(mapping, &number, tree, path, place);
}

static bool map_items(const struct mapping *mapping, const struct wire_field *field, const struct tree *tree,
                      const struct wire_path *path, void *record)
{
    if (tree->kind != TREE_SEQUENCE)
        return wrong_type(mapping, path, "type=list");
    if (tree->count > field->count_limit) {
        char rule[32];
        snprintf(rule, sizeof rule, "count<=%u", field->count_limit);
        return refuse(mapping, REFUSAL_FIELD_RANGE, path, rule, "");
    }
    if (tree->count == 0)
        return true;
    char *items = arena_try_alloc(mapping->arena, tree->count * item_size(field));
    if (items == NULL)
        return refuse(mapping, REFUSAL_MESSAGE_TOO_LARGE, NULL, "memory", "");
    uint32_t index = 0;
    for (const struct tree *child = tree->first; child != NULL; child = child->next, index++) {
        struct wire_path item = {.parent = path, .index = index};
        if (!map_item(mapping, field, child, &item, items + index * item_size(field)))
            return false;
    }
    *(void **)wire_place(record, field->offset) = items;
    *(uint32_t *)wire_place(record, field->count_offset) = index;
    return true;
}

static bool map_field(const struct mapping *mapping, const struct wire_field *field, const struct tree *tree,
                      const struct wire_path *path, void *record)
{
    void *place = wire_place(record, field->offset);
    switch (field->kind) {
    case WIRE_CODE:
    case WIRE_REFERENCE:
    case WIRE_LINE:
    case WIRE_PROSE:
        return map_text(mapping, tree, path, place);
    case WIRE_WORD:
        return map_word(mapping, field, tree, path, place);
    case WIRE_BOOL:
        return map_bool(mapping, tree, path, place);
    case WIRE_UINT32:
    case WIRE_INT32:
    case WIRE_MINUTE:
    case WIRE_UINT64:
    case WIRE_INT64:
        return map_number(mapping, field, tree, path, place);
    case WIRE_INSTANT:
        return map_instant(mapping, tree, path, place);
    case WIRE_DATE:
        return map_date(mapping, tree, path, place);
    case WIRE_DIGEST:
        return map_digest(mapping, tree, path, place);
    case WIRE_BYTES:
        return map_bytes(mapping, field, tree, path, record);
    case WIRE_EMBED:
        return map_record(mapping, field->message, tree, path, place);
    case WIRE_LIST:
    case WIRE_TEXTS:
    case WIRE_WORDS:
    case WIRE_UINT32S:
        return map_items(mapping, field, tree, path, record);
    case WIRE_ONE_OF: /* its variants are fields of their own, see below */
    case WIRE_KIND_COUNT:
        break;
    }
    return false;
}

/* The only field of a message that is a choice: one key, which names the variant. */
static bool map_one_of(const struct mapping *mapping, const struct wire_field *field, const struct tree *tree,
                       const struct wire_path *path, void *record)
{
    if (tree->count > 1)
        return refuse(mapping, REFUSAL_MALFORMED, path, "one_of", "");
    if (tree->count == 0)
        return true;
    struct wire_path here = {.parent = path, .name = tree->first->key};
    for (const struct wire_variant *variant = field->variants; variant->tag != 0; variant++) {
        if (!tree_key_is(tree->first->key, strlen(tree->first->key), variant->name))
            continue;
        memcpy(wire_place(record, field->offset), &variant->tag, sizeof variant->tag);
        return map_record(mapping, variant->message, tree->first, &here, wire_place(record, variant->offset));
    }
    return refuse(mapping, REFUSAL_FIELD_UNKNOWN, &here, "", "");
}

static const struct wire_field *field_of_key(const struct wire_message *message, const char *key)
{
    size_t bytes = strlen(key);
    for (uint32_t i = 0; i < message->field_count; i++) {
        if (tree_key_is(key, bytes, message->fields[i].name))
            return &message->fields[i];
    }
    return NULL;
}

static bool map_members(const struct mapping *mapping, const struct wire_message *message,
                        const struct tree *tree, const struct wire_path *path, void *record)
{
    bool *seen = arena_try_alloc(mapping->arena, message->field_count + 1);
    if (seen == NULL)
        return refuse(mapping, REFUSAL_MESSAGE_TOO_LARGE, NULL, "memory", "");
    for (const struct tree *child = tree->first; child != NULL; child = child->next) {
        struct wire_path here = {.parent = path, .name = child->key};
        const struct wire_field *field = field_of_key(message, child->key);
        if (field == NULL)
            return refuse(mapping, REFUSAL_FIELD_UNKNOWN, &here, "", "");
        here.name = field->name;
        if (seen[field - message->fields]) /* once in snake_case and once in lowerCamelCase */
            return refuse(mapping, REFUSAL_MALFORMED, &here, "duplicate_key", "");
        if (child->kind == TREE_NULL)
            continue;
        seen[field - message->fields] = true;
        if (!map_field(mapping, field, child, &here, record))
            return false;
    }
    for (uint32_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        struct wire_path here = {.parent = path, .name = field->name};
        if (field->kind == WIRE_BOOL && field->presence == REQUIRED && !seen[i])
            return refuse(mapping, REFUSAL_FIELD_MISSING, &here, "required", "");
    }
    return true;
}

static bool map_record(const struct mapping *mapping, const struct wire_message *message,
                       const struct tree *tree, const struct wire_path *path, void *record)
{
    wire_blank(message, record);
    if (is_scalar(tree) && message->from_text != NULL) {
        enum refusal_code code = message->from_text(tree->text, record);
        return code == REFUSAL_NONE || refuse(mapping, code, path, "", tree->text);
    }
    if (tree->kind == TREE_NULL)
        return true;
    if (tree->kind != TREE_MAPPING)
        return wrong_type(mapping, path, "type=mapping");
    if (message->field_count == 1 && message->fields[0].kind == WIRE_ONE_OF)
        return map_one_of(mapping, &message->fields[0], tree, path, record);
    return map_members(mapping, message, tree, path, record);
}

/* --- entry --------------------------------------------------------------------------------------------------------- */

bool wire_from_tree(const struct wire_message *message, const struct tree *tree, struct arena *arena,
                    void *ret_record, struct wire_fault *ret_fault)
{
    struct mapping mapping = {arena, ret_fault};
    void *record = arena_try_alloc(arena, message->size + 1);
    if (record == NULL)
        return wire_refuse(ret_fault, arena, REFUSAL_MESSAGE_TOO_LARGE, NULL, "memory", "");
    if (!map_record(&mapping, message, tree, NULL, record) ||
        !wire_check_record(message, record, true, NULL, arena, ret_fault))
        return false;
    if (message->size > 0)
        memcpy(ret_record, record, message->size);
    return true;
}

bool wire_from_json(const struct wire_message *message, const char *text, size_t bytes, size_t limit_bytes,
                    struct arena *arena, void *ret_record, struct wire_fault *ret_fault)
{
    const struct tree *tree;
    return tree_from_json(text, bytes, limit_bytes, arena, &tree, ret_fault) &&
           wire_from_tree(message, tree, arena, ret_record, ret_fault);
}

bool wire_from_yaml(const struct wire_message *message, const char *text, size_t bytes, const char *file,
                    struct arena *arena, void *ret_record, struct wire_fault *ret_fault,
                    const char **ret_position)
{
    struct tree *tree;
    if (!tree_from_yaml(text, bytes, file, arena, &tree, ret_fault, ret_position))
        return false;
    if (wire_from_tree(message, tree, arena, ret_record, ret_fault))
        return true;
    *ret_position = tree_position(tree_at(tree, ret_fault->field), arena);
    return false;
}
