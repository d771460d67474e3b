/* registry_change.h: a new version of the registry: what stands in force, changed by one command, sent as ApplyRegistry
 * with the version it is based on. Whoever changed it meanwhile wins, and we are refused. */
#ifndef DUBAN_DUBANCTL_REGISTRY_CHANGE_H
#define DUBAN_DUBANCTL_REGISTRY_CHANGE_H

#include "domain/registry.h"
#include "tool.h"

/* Edits its copy of the registry in force (lists may be replaced, what they point to is shared and must not be written
 * to). Returns enum tool_exit; only TOOL_OK goes on. */
typedef int (*registry_edit)(const struct tool *tool, void *context, struct arena *arena,
                             struct registry *registry);

/* Needs a registry in force and the token of an administrator. */
int registry_change(const struct tool *tool, registry_edit edit, void *context);

/* Sends a whole registry on top of version `base` (0: none, then the bootstrap secret proves the right). The topics of
 * its units are created and checked first, so that no door opens onto nothing. */
int registry_send(const struct tool *tool, uint32_t base, const struct registry *registry,
                  struct arena *arena);

#endif
