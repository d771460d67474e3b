/* tree_diff.h: what differs between two records, by field paths. Elements of a list are matched by what names them
 * (id, code, …), so that an insertion is one line and not a hundred; lists without names are matched by place. Pure. */
#ifndef DUBAN_DUBANCTL_TREE_DIFF_H
#define DUBAN_DUBANCTL_TREE_DIFF_H

#include "wire/tree.h"

struct tree_difference {
    const char *path;   /* "units[finance].name" */
    const char *before; /* "" with `added` */
    const char *after;  /* "" with `removed` */
    bool added, removed;
};

/* In the order of `before`, what was added last on each level. Lies in the arena. */
struct tree_difference *tree_diff(const struct tree *before, const struct tree *after, struct arena *arena,
                                  size_t *ret_count);

#endif
