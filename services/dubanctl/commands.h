/* commands.h: the handlers of all commands; the table that names them is commands.c. */
#ifndef DUBAN_DUBANCTL_COMMANDS_H
#define DUBAN_DUBANCTL_COMMANDS_H

#include "tool.h"

struct tool_command {
    const char *words;     /* "task list" */
    const char *arguments; /* "TASK|NUMBER" */
    const char *summary;
    const struct tool_option *options; /* ends with a NULL name; may be NULL */
    tool_handler handler;
};

/* The command that the first words name, and how many words they are; NULL when none. A trigger is a command too. */
const struct tool_command *command_find(const struct tool *tool, int count, char **words, int *ret_words);
void commands_print_help(const struct tool *tool);
void command_print_help(const struct tool *tool, const struct tool_command *command);

int act_command(const struct tool *tool, int count, char **arguments);
int topics_create(const struct tool *tool, int count, char **arguments);
int topics_check(const struct tool *tool, int count, char **arguments);
int topics_table(const struct tool *tool, int count, char **arguments);
int registry_check_command(const struct tool *tool, int count, char **arguments);

#endif
