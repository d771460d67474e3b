/* verify.h: the command `dubanctl verify`; what it checks is in verify_log.h. */
#ifndef DUBAN_DUBANCTL_VERIFY_H
#define DUBAN_DUBANCTL_VERIFY_H

#include "tool.h"

/* TOOL_OK: clean; TOOL_UNVERIFIED: a fault was found. */
int verify_command(const struct tool *tool, int count, char **arguments);

#endif
