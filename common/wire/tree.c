/* tree.c: nodes, their keys and their places, and the way to one of them. JSON is read in tree_json.c, YAML in
 * tree_yaml.c. */
#include "wire/tree.h"

#include "base/limits.h"

#include <ctype.h>
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
