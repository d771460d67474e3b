/* tree_diff.c: see tree_diff.h. */
#include "tree_diff.h"

#include "base/text.h"

#include <string.h>

/* What names an element of a list: the first of these sets whose fields it has. */
static const char *const identities[][3] = {
    {"id"         },
    {"code"       },
    {"source"     },
    {"year"       },
    {"date"       },
    {"profile",     "rung", "occurrence"},
    {"clock"},
    {"event"      },
    {"kind"      },
    {"title"       },
};

struct diff {
    struct arena *arena;
    struct tree_difference *items;
    size_t count;
};

static void add(struct diff *diff, struct tree_difference difference)
{
    diff->items = arena_grown(diff->arena, diff->items, diff->count, sizeof *diff->items);
    diff->items[diff->count++] = difference;
}

static const char *name_of(const struct tree *element, struct arena *arena)
{
    for (size_t i = 0; i < sizeof(identities) / sizeof(identities[0]) && element->kind == TREE_MAPPING; i++) {
        const char *name = "";
        size_t fields = 0;
        while (fields < 3 && identities[i][fields] != NULL &&
               tree_child(element, identities[i][fields]) != NULL) {
            const char *text = tree_child(element, identities[i][fields])->text;
            name = arena_format(arena, "%s%s%s", name, fields == 0 ? "" : "/", text);
            fields++;
        }
        if (fields == 3 || (fields > 0 && identities[i][fields] == NULL))
            return name;
    }
    return element->kind == TREE_MAPPING ? "" : element->text;
}

/* One line, however much it is. */
static const char *said(const struct tree *tree, struct arena *arena)
{
    if (tree->kind != TREE_MAPPING && tree->kind != TREE_SEQUENCE)
        return tree->text;
    const char *name = tree->kind == TREE_MAPPING ? name_of(tree, arena) : "";
    if (!text_empty(name) && tree_child(tree, "name") != NULL)
        return arena_format(arena, "%s %s", name, tree_child(tree, "name")->text);
    const char *text = "";
    for (const struct tree *child = tree->first; child != NULL; child = child->next)
        text = arena_format(arena, "%s%s%s%s%s", text, child == tree->first ? "" : ", ", child->key,
                            text_empty(child->key) ? "" : ": ", said(child, arena));
    return arena_format(arena, tree->kind == TREE_MAPPING ? "{%s}" : "[%s]", text);
}

static const char *path_of(const struct diff *diff, const char *path, const struct tree *parent,
                           const struct tree *child, size_t place)
{
    if (parent->kind == TREE_MAPPING)
        return arena_format(diff->arena, "%s%s%s", path, text_empty(path) ? "" : ".", child->key);
    const char *name = name_of(child, diff->arena);
    return text_empty(name) ? arena_format(diff->arena, "%s[%zu]", path, place)
                            : arena_format(diff->arena, "%s[%s]", path, name);
}

/* The child of the other tree that is the same one. */
static const struct tree *counterpart(const struct diff *diff, const struct tree *parent,
                                      const struct tree *child, size_t place)
{
    if (parent->kind == TREE_MAPPING)
        return tree_child(parent, child->key);
    const char *name = name_of(child, diff->arena);
    const struct tree *at = parent->first;
    while (at != NULL && (text_empty(name) ? place > 0 : !text_equal(name_of(at, diff->arena), name))) {
        at = at->next;
        place -= place > 0;
    }
    return at;
}

static bool is_branch(const struct tree *tree)
{
    return tree->kind == TREE_MAPPING || tree->kind == TREE_SEQUENCE;
}

static void compare(struct diff *diff, const char *path, const struct tree *before, const struct tree *after)
{
    if (!is_branch(before) || before->kind != after->kind) {
        if (is_branch(before) || is_branch(after) || !text_equal(before->text, after->text))
            add(diff, (struct tree_difference){path, said(before, diff->arena), said(after, diff->arena),
                                               false, false});
        return;
    }
    size_t place = 0;
    for (const struct tree *child = before->first; child != NULL; child = child->next, place++) {
        const char *below = path_of(diff, path, before, child, place);
        const struct tree *other = counterpart(diff, after, child, place);
        if (other != NULL)
            compare(diff, below, child, other);
        else
            add(diff, (struct tree_difference){below, said(child, diff->arena), "", false, true});
    }
    place = 0;
    for (const struct tree *child = after->first; child != NULL; child = child->next, place++) {
        if (counterpart(diff, before, child, place) == NULL)
            add(diff, (struct tree_difference){path_of(diff, path, after, child, place), "",
                                               said(child, diff->arena), true, false});
    }
}

struct tree_difference *tree_diff(const struct tree *before, const struct tree *after, struct arena *arena,
                                  size_t *ret_count)
{
    struct diff diff = {.arena = arena};
    compare(&diff, "", before, after);
    *ret_count = diff.count;
    return diff.items;
}
