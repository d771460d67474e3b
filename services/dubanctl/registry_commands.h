/* registry_commands.h: a district's files for other commands: topics of its units, tokens added to it. */
#ifndef DUBAN_DUBANCTL_REGISTRY_COMMANDS_H
#define DUBAN_DUBANCTL_REGISTRY_COMMANDS_H

#include "tool.h"
#include "wire/registry_files.h"

/* Reads and checks the files; every fault is printed as file:line:column: rule. `previous` (may be NULL) is what the
 * new version replaces. Returns enum tool_exit; the registry lies in the arena. */
int registry_read_files(const struct tool *tool, const char *directory, const struct registry *previous,
                        struct arena *arena, struct registry_files *ret_files);

#endif
