/* token_commands.h: bearer tokens of persons (design §7): id.secret; the registry knows only the secret's digest. */
#ifndef DUBAN_DUBANCTL_TOKEN_COMMANDS_H
#define DUBAN_DUBANCTL_TOKEN_COMMANDS_H

#include "domain/registry.h"
#include "tool.h"

/* Adds a token of the person to the registry and gives its text, which nobody can ask for again. */
int token_add(const struct tool *tool, const char *person, struct registry *registry, struct arena *arena,
              const char **ret_text);

#endif
