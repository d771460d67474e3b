/* registry_files.h: a directory of YAML files as one registry.
 *
 * Each *.yaml of the directory is a mapping whose keys are fields of struct registry; a field stands in one file
 * only. Each calendars/<year>.yaml is one calendar year; they come in the order of their names. */
#ifndef DUBAN_WIRE_REGISTRY_FILES_H
#define DUBAN_WIRE_REGISTRY_FILES_H

#include "domain/registry.h"
#include "wire/codec.h"

struct registry_files {
    struct registry registry;
    const struct tree *tree; /* where everything stands */
};

/* Everything lies in the arena. On failure ret_fault says what and ret_position where ("units.yaml:12:5"); a file
 * that cannot be read is REFUSAL_MALFORMED with rule "file" and the system's reason as value. */
MUST_CHECK bool registry_files_load(const char *directory, struct arena *arena,
                                    struct registry_files *ret_files, struct wire_fault *ret_fault,
                                    const char **ret_position);

/* Where a path of struct registry_fault ("templates[3].supervisor") stands: the nearest node that exists. */
const char *registry_files_position(const struct registry_files *files, const char *path,
                                    struct arena *arena);

#endif
