/* registry_index.h: what the lookups of registry.h find things by. Made once for a registry that no longer changes, in
 * the arena that holds it; a registry without one (a draft, a fixture) is scanned, and says the same. */
#ifndef DUBAN_DOMAIN_REGISTRY_INDEX_H
#define DUBAN_DOMAIN_REGISTRY_INDEX_H

#include "domain/registry.h"

struct arena;

/* Points into the registry's lists. A copy of the registry may keep it: a list that was replaced by another one is
 * scanned. What lists hold must not change any more. */
const struct registry_index *registry_index_new(const struct registry *registry, struct arena *arena);

/* What is found by a text; of those that share one, the first. */
enum registry_list {
    REGISTRY_UNITS,
    REGISTRY_PERSONS,
    REGISTRY_TOKENS,
    REGISTRY_TEMPLATES,
    REGISTRY_FORMS,
    REGISTRY_LISTS,
    /* also of the list of persons: */
    REGISTRY_LEADERS = REGISTRY_LISTS, /* by field */
    REGISTRY_POSTS,                    /* by unit, and role */
    REGISTRY_KEYS,
};

/* Can the index say where in the list something stands? */
bool registry_index_knows(const struct registry_index *index, enum registry_list list, const void *items,
                          uint32_t count);

/* Its place, or REGISTRY_NO_PLACE. `role` only for posts. */
#define REGISTRY_NO_PLACE UINT32_MAX
uint32_t registry_index_find(const struct registry_index *index, enum registry_list list, const char *key,
                             enum role role);
/* The first person who holds the role. */
uint32_t registry_index_role(const struct registry_index *index, enum role role);

#endif
