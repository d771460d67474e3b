/* tree.c: nodes, their keys and their places; JSON into a tree (jansson). YAML is in tree_yaml.c. */
#include "wire/tree.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/table.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- nodes -------------------------------------------------------------------------------------------------------- */

struct tree *tree_new(struct arena *arena, enum tree_kind kind)
{
    struct tree *tree = arena_try_alloc(arena, sizeof *tree);
    if (tree != NULL)
        *tree = (struct tree){.kind = kind, .key = "", .text = "", .file = ""};
    return tree;
}

void tree_append(struct tree *parent, struct tree **tail, struct tree *child)
{
    if (*tail == NULL)
        parent->first = child;
    else
        (*tail)->next = child;
    *tail = child;
    parent->count++;
}

const struct tree *tree_child(const struct tree *tree, const char *key)
{
    for (const struct tree *child = tree->first; child != NULL; child = child->next) {
        if (strcmp(child->key, key) == 0)
            return child;
    }
    return NULL;
}

const char *tree_position(const struct tree *tree, struct arena *arena)
{
    return arena_format(arena, "%s:%d:%d", tree->file, tree->line, tree->column);
}

bool tree_key_is(const char *key, size_t bytes, const char *name)
{
    if (strlen(name) == bytes && memcmp(key, name, bytes) == 0)
        return true;
    const char *end = key + bytes;
    for (bool raise = false; *name != '\0'; name++) {
        if (*name == '_') {
            raise = true;
            continue;
        }
        char wanted = raise ? (char)toupper((unsigned char)*name) : *name;
        raise = false;
        if (key == end || *key++ != wanted)
            return false;
    }
    return key == end;
}

/* One step of a path, "name" or "[2]"; moves `path` behind it. NULL: no such child. */
static const struct tree *step(const struct tree *tree, const char **path)
{
    const char *at = *path;
    if (*at == '[') {
        char *end;
        unsigned long index = strtoul(at + 1, &end, 10);
        *path = *end == ']' ? end + 1 : end;
        const struct tree *child = tree->kind == TREE_SEQUENCE ? tree->first : NULL;
        while (child != NULL && index-- > 0)
            child = child->next;
        return child;
    }
    size_t bytes = strcspn(at, ".[");
    *path = at + bytes;
    for (const struct tree *child = tree->first; child != NULL; child = child->next) {
        char name[LIMIT_CODE + 1];
        snprintf(name, sizeof name, "%.*s", (int)(bytes > LIMIT_CODE ? LIMIT_CODE : bytes), at);
        if (strncmp(child->key, at, bytes) == 0 && child->key[bytes] == '\0')
            return child;
        if (tree_key_is(child->key, strlen(child->key), name))
            return child;
    }
    return NULL;
}

const struct tree *tree_at(const struct tree *tree, const char *path)
{
    while (*path != '\0') {
        if (*path == '.')
            path++;
        const struct tree *child = step(tree, &path);
        if (child == NULL)
            return tree;
        tree = child;
    }
    return tree;
}

/* --- JSON ---------------------------------------------------------------------------------------------------------- */

/* jansson's own limit is 2048 levels; ours is judged before it builds anything. */
static bool is_too_deep(const char *text, size_t bytes)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < bytes; i++) {
        if (quoted) {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                quoted = false;
        } else if (text[i] == '"') {
            quoted = true;
        } else if (text[i] == '{' || text[i] == '[') {
            if (++depth > LIMIT_JSON_DEPTH)
                return true;
        } else if (text[i] == '}' || text[i] == ']') {
            depth--;
        }
    }
    return false;
}

static const char *copy_text(struct arena *arena, const char *text, size_t bytes)
{
    char *copy = arena_try_alloc(arena, bytes + 1);
    if (copy != NULL)
        memcpy(copy, text, bytes);
    return copy;
}

static struct tree *tree_of_json(json_t *value, struct arena *arena);

/* A whole number of more than 64 bits, too, so that its field can say what it takes. */
static void text_of_real(double value, char *ret_text, size_t limit)
{
    const double too_long = 9.2e18, too_wide = 1e30;
    const double size = value < 0 ? -value : value;
    snprintf(ret_text, limit, size >= too_long && size < too_wide ? "%.0f" : "%.17g", value);
}

static struct tree *tree_of_scalar(json_t *value, struct arena *arena)
{
    bool text = json_is_string(value);
    struct tree *tree = tree_new(arena, json_is_null(value) ? TREE_NULL : text ? TREE_TEXT : TREE_PLAIN);
    if (tree == NULL || json_is_null(value))
        return tree;
    char number[32] = "";
    if (json_is_integer(value))
        text_of_int64(json_integer_value(value), number);
    else if (json_is_real(value))
        text_of_real(json_real_value(value), number, sizeof number);
    else if (!text)
        snprintf(number, sizeof number, "%s", json_is_true(value) ? "true" : "false");
    tree->text = text ? copy_text(arena, json_string_value(value), json_string_length(value))
                      : copy_text(arena, number, strlen(number));
    return tree->text == NULL ? NULL : tree;
}

static struct tree *tree_of_json(json_t *value, struct arena *arena)
{
    if (!json_is_object(value) && !json_is_array(value))
        return tree_of_scalar(value, arena);
    struct tree *tree = tree_new(arena, json_is_object(value) ? TREE_MAPPING : TREE_SEQUENCE);
    struct tree *tail = NULL;
    const char *key;
    json_t *member;
    size_t index;
    if (tree == NULL)
        return NULL;
    if (json_is_array(value)) {
        json_array_foreach(value, index, member)
        {
            struct tree *child = tree_of_json(member, arena);
            if (child == NULL)
                return NULL;
            tree_append(tree, &tail, child);
        }
        return tree;
    }
    json_object_foreach(value, key, member)
    {
        struct tree *child = tree_of_json(member, arena);
        if (child == NULL || (child->key = copy_text(arena, key, strlen(key))) == NULL)
            return NULL;
        tree_append(tree, &tail, child);
    }
    return tree;
}

bool tree_from_json(const char *text, size_t bytes, size_t limit_bytes, struct arena *arena,
                    const struct tree **ret_tree, struct wire_fault *ret_fault)
{
    if (bytes > limit_bytes) {
        char rule[32];
        snprintf(rule, sizeof rule, "bytes<=%zu", limit_bytes);
        return wire_refuse(ret_fault, arena, REFUSAL_MESSAGE_TOO_LARGE, NULL, rule, "");
    }
    if (is_too_deep(text, bytes)) {
        char rule[32];
        snprintf(rule, sizeof rule, "depth<=%d", LIMIT_JSON_DEPTH);
        return wire_refuse(ret_fault, arena, REFUSAL_MALFORMED, NULL, rule, "");
    }
    json_error_t error;
    json_t *value = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &error);
    /* A number of more than 64 bits makes the whole text unreadable. With its numbers read as fractions it is refused
     * by the field that cannot take them. */
    if (value == NULL && json_error_code(&error) == json_error_numeric_overflow)
        value = json_loadb(text, bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
    if (value == NULL) {
        char position[64];
        snprintf(position, sizeof position, "%d:%d", error.line, error.column);
        const char *rule = json_error_code(&error) == json_error_duplicate_key ? "duplicate_key" : "json";
        return wire_refuse(ret_fault, arena, REFUSAL_MALFORMED, NULL, rule, position);
    }
    const struct tree *tree = tree_of_json(value, arena);
    json_decref(value);
    if (tree == NULL)
        return wire_refuse(ret_fault, arena, REFUSAL_MESSAGE_TOO_LARGE, NULL, "memory", "");
    *ret_tree = tree;
    return true;
}
