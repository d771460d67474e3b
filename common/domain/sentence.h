/* sentence.h: texts with gaps: the catalogue's sentences and the district's forms are written in one small grammar.
 *
 *   {name}    the value of that name; a name nobody knows shows as "?"
 *   [ … ]     left out as a whole when a value in it is unknown or empty; does not nest
 *
 * There is no escape: a text needs neither braces nor square brackets of its own (Chinese papers use 〔 〕). */
#ifndef DUBAN_DOMAIN_SENTENCE_H
#define DUBAN_DOMAIN_SENTENCE_H

#include <stdbool.h>

#include "base/arena.h"
#include "domain/refusal.h"

/* The value of a name: NULL when unknown, "" when known and empty. */
struct gap_filler {
    const char *(*value)(const void *context, const char *name, struct arena *arena);
    const void *context;
};

const char *sentence_fill(const char *pattern, const struct gap_filler *filler, struct arena *arena);

/* The same with a plain list of values. */
const char *sentence_fill_list(const char *pattern, const struct parameter *values, unsigned count,
                               struct arena *arena);

/* Walks the names in a pattern: the next one after *cursor, NULL at the end. */
const char *sentence_next_name(const char **cursor, struct arena *arena);

/* Are all braces and brackets closed, and not nested? */
bool sentence_is_well_formed(const char *pattern);

#endif
