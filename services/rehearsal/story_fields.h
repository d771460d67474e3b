/* story_fields.h: what an act of a story says: "时限=2023-03-20" words become the JSON body of its trigger. */
#ifndef DUBAN_REHEARSAL_STORY_FIELDS_H
#define DUBAN_REHEARSAL_STORY_FIELDS_H

#include "story.h"

/* Where names are looked up: units and persons in the registry, @references among the drafts of the story so far. */
struct story_scope {
    const struct registry *registry;
    const struct story *story;
    struct arena *arena;
};

/* NULL when the registry has no such id or name. */
const struct registry_unit *story_unit(const struct registry *registry, const char *word);
const struct registry_person *story_person(const struct registry *registry, const char *word);

/* Parts "name=value" at the equals sign, in place. NULL: there is none. */
char *story_field_value(char *word);

/* `reference`: of a draft, "" otherwise. False: ret_fault says which word is wrong, and why. */
MUST_CHECK bool story_body(const struct story_scope *scope, const char *reference, char *const *words,
                           size_t count, const char **ret_json, const char **ret_fault);

#endif
