/* fields.c: a small reader of paths. See fields.h. */
#include "fields.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/tree.h"

#include <stdio.h>
#include <string.h>

/* One step of a path: a name, or a number in brackets. */
struct step {
    const char *name; /* "" for a number */
    int64_t index;
};

struct reading {
    struct arena *arena;
    const char *word; /* for the reason */
    const char *reason;
};

static bool refuse(struct reading *reading, const char *reason)
{
    reading->reason = arena_format(reading->arena, "\"%s\": %s", reading->word, reason);
    return false;
}

/* Reads one step and moves *path behind it and the dot that follows. */
static bool next_step(struct reading *reading, const char **path, struct step *ret_step)
{
    const char *at = *path;
    size_t bytes = *at == '[' ? strcspn(at, "]") : strcspn(at, ".[");
    if (*at == '[') {
        const char *digits = arena_text_n(reading->arena, at + 1, bytes - 1);
        if (at[bytes] != ']' || !text_to_int64(digits, 0, LIMIT_LIST, &ret_step->index))
            return refuse(reading, "a place in a list is written [0], [1] …");
        ret_step->name = "";
        bytes++;
    } else {
        if (bytes == 0)
            return refuse(reading, "a field's name is missing");
        *ret_step = (struct step){.name = arena_text_n(reading->arena, at, bytes)};
    }
    at += bytes;
    if (*at == '.' && *++at == '\0')
        return refuse(reading, "a field's name is missing behind the dot");
    *path = at;
    return true;
}

static struct tree *last_child(struct tree *tree)
{
    struct tree *last = tree->first;
    while (last != NULL && last->next != NULL)
        last = last->next;
    return last;
}

static struct tree *add_child(struct reading *reading, struct tree *parent, const char *key)
{
    struct tree *child = tree_new(reading->arena, TREE_NULL), *tail = last_child(parent);
    if (child == NULL)
        return NULL;
    child->yaml = true;
    child->key = key;
    tree_append(parent, &tail, child);
    return child;
}

/* The child that the step names, made where it is missing. */
static bool descend(struct reading *reading, const struct step *step, struct tree **node)
{
    bool numbered = text_empty(step->name);
    enum tree_kind kind = numbered ? TREE_SEQUENCE : TREE_MAPPING;
    if ((*node)->kind == TREE_NULL)
        (*node)->kind = kind;
    if ((*node)->kind != kind)
        return refuse(reading, "the same field is given in two ways");
    if (numbered && step->index > (int64_t)(*node)->count)
        return refuse(reading, "places in a list are given one after the other");
    struct tree *child = (*node)->first;
    for (int64_t i = 0; child != NULL && (numbered ? i < step->index : !text_equal(child->key, step->name));
         i++)
        child = child->next;
    if (child == NULL)
        child = add_child(reading, *node, step->name);
    if (child == NULL)
        return refuse(reading, "too many fields");
    *node = child;
    return true;
}

static bool set_value(struct reading *reading, struct tree *node, const char *value)
{
    if (node->kind == TREE_PLAIN) { /* given again: a list, of what was there and what comes */
        const char *before = node->text;
        node->kind = TREE_SEQUENCE;
        node->text = "";
        struct tree *first = add_child(reading, node, "");
        if (first == NULL)
            return refuse(reading, "too many fields");
        first->kind = TREE_PLAIN;
        first->text = before;
    }
    if (node->kind == TREE_SEQUENCE)
        node = add_child(reading, node, "");
    if (node == NULL)
        return refuse(reading, "too many fields");
    if (node->kind != TREE_NULL)
        return refuse(reading, "the same field is given in two ways");
    node->kind = TREE_PLAIN;
    node->text = value;
    return true;
}

static bool read_word(struct reading *reading, struct tree *root)
{
    const char *equals = strchr(reading->word, '=');
    if (equals == NULL)
        return refuse(reading, "fields are given as name=value");
    const char *path = arena_text_n(reading->arena, reading->word, (size_t)(equals - reading->word));
    struct tree *node = root;
    if (*path == '\0')
        return refuse(reading, "a field's name is missing");
    while (*path != '\0') {
        struct step step;
        if (!next_step(reading, &path, &step) || !descend(reading, &step, &node))
            return false;
    }
    return set_value(reading, node, arena_text(reading->arena, equals + 1));
}

bool fields_read(int count, char **words, struct arena *arena, struct tree **ret_tree,
                 const char **ret_reason)
{
    struct reading reading = {.arena = arena};
    struct tree *root = tree_new(arena, TREE_MAPPING);
    for (int i = 0; i < count && root != NULL; i++) {
        reading.word = words[i];
        if (!read_word(&reading, root)) {
            *ret_reason = reading.reason;
            return false;
        }
    }
    *ret_tree = root;
    *ret_reason = "too many fields";
    return root != NULL;
}

/* "finance,housing": the table wants a list. */
static bool part_at_commas(struct tree *node, struct arena *arena)
{
    struct reading reading = {.arena = arena, .word = node->key};
    const char *text = node->text;
    node->kind = TREE_SEQUENCE;
    node->text = "";
    while (*text != '\0') {
        size_t bytes = strcspn(text, ",");
        struct tree *item = add_child(&reading, node, "");
        if (item == NULL)
            return false;
        item->kind = TREE_PLAIN;
        item->text = arena_text_n(arena, text, bytes);
        text += bytes + (text[bytes] == ',');
    }
    return true;
}

bool fields_to_record(struct tree *tree, const struct wire_message *message, struct arena *arena,
                      void *ret_record, struct wire_fault *ret_fault)
{
    while (!wire_from_tree(message, tree, arena, ret_record, ret_fault)) {
        struct tree *node = (struct tree *)tree_at(tree, ret_fault->field);
        bool wants_list = text_equal(ret_fault->rule, "type=list") && node->kind == TREE_PLAIN;
        if (!wants_list || !part_at_commas(node, arena))
            return false;
    }
    return true;
}
