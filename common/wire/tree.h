/* tree.h: what JSON and YAML have in common: mappings, sequences and scalars, each with its place in the input.
 * Both are parsed into this, so that names, types and checks are written once. Lies in an arena. */
#ifndef DUBAN_WIRE_TREE_H
#define DUBAN_WIRE_TREE_H

#include "wire/codec.h"

enum tree_kind {
    TREE_NULL,    /* absent */
    TREE_TEXT,    /* JSON string; quoted or block scalar of YAML */
    TREE_PLAIN,   /* JSON number, true, false; plain scalar of YAML */
    TREE_MAPPING, /* children have keys */
    TREE_SEQUENCE,
};

struct tree {
    enum tree_kind kind;
    bool yaml;                 /* a plain scalar may stand for a text */
    const char *key;           /* in a mapping; else "" */
    const char *text;          /* of a scalar: without zero bytes; else "" */
    struct tree *first, *next; /* children in the order of the input */
    uint32_t count;
    const char *file; /* "" for JSON */
    int line, column; /* from 1; 0 for JSON */
};

/* Duplicate keys, depth above LIMIT_JSON_DEPTH, zero characters and broken UTF-8 are refused. */
MUST_CHECK bool tree_from_json(const char *text, size_t bytes, size_t limit_bytes, struct arena *arena,
                               const struct tree **ret_tree, struct wire_fault *ret_fault);
/* Also refuses anchors, aliases, tags and a second document. An empty document is an empty mapping. */
MUST_CHECK bool tree_from_yaml(const char *text, size_t bytes, const char *file, struct arena *arena,
                               struct tree **ret_tree, struct wire_fault *ret_fault,
                               const char **ret_position);

const struct tree *tree_child(const struct tree *tree, const char *key); /* NULL when absent */
/* "a[2].b": the node, or its nearest ancestor. Names in snake_case find keys in lowerCamelCase too. */
const struct tree *tree_at(const struct tree *tree, const char *path);
const char *tree_position(const struct tree *tree, struct arena *arena); /* "units.yaml:12:5" */

/* Is `key` the field `name`, in snake_case or in lowerCamelCase? */
bool tree_key_is(const char *key, size_t bytes, const char *name);

/* --- for the readers --- */
struct tree *tree_new(struct arena *arena, enum tree_kind kind); /* NULL: the arena is full */
/* `tail` is the last child, kept by the caller. Duplicate keys are the reader's business. */
void tree_append(struct tree *parent, struct tree **tail, struct tree *child);

#endif
