/* commands.h: the handlers of all commands; the table that names them is commands.c. */
#ifndef DUBAN_DUBANCTL_COMMANDS_H
#define DUBAN_DUBANCTL_COMMANDS_H

#include "domain/vocabulary.h"
#include "tool.h"

struct tool_command {
    const char *words;     /* "task list" */
    const char *arguments; /* "TASK|NUMBER" */
    const char *summary;
    const struct tool_option *options; /* ends with a NULL name; may be NULL */
    tool_handler handler;
};

/* The rows, in the order of the help; NULL behind the last. The one for triggers is the last. */
const struct tool_command *command_at(size_t index);

/* The command that the first words name, and how many words they are; NULL when none. A trigger is a command too. */
const struct tool_command *command_find(int count, char **words, int *ret_words);
void commands_print_help(const struct tool *tool);
/* `words`: the row's, or the trigger's. */
void command_print_help(const struct tool *tool, const struct tool_command *command, const char *words);
void act_print_fields(const struct tool *tool, enum trigger trigger);

/* What the shell sees of one word: "report-done" and "report_done"; TRIGGER_NONE for those that no person sends so. */
enum trigger act_trigger(const char *word);

int act_command(const struct tool *tool, int count, char **arguments);
int task_list(const struct tool *tool, int count, char **arguments);
int task_show(const struct tool *tool, int count, char **arguments);
int task_history(const struct tool *tool, int count, char **arguments);
int task_explain(const struct tool *tool, int count, char **arguments);
int events_tail(const struct tool *tool, int count, char **arguments);
int events_export(const struct tool *tool, int count, char **arguments);
int notices_list(const struct tool *tool, int count, char **arguments);
int notices_show(const struct tool *tool, int count, char **arguments);
int publish_command(const struct tool *tool, int count, char **arguments);
int registry_check_command(const struct tool *tool, int count, char **arguments);
int registry_diff(const struct tool *tool, int count, char **arguments);
int registry_apply(const struct tool *tool, int count, char **arguments);
int registry_show(const struct tool *tool, int count, char **arguments);
int topics_create(const struct tool *tool, int count, char **arguments);
int topics_check(const struct tool *tool, int count, char **arguments);
int topics_table(const struct tool *tool, int count, char **arguments);
int token_new(const struct tool *tool, int count, char **arguments);
int token_list(const struct tool *tool, int count, char **arguments);
int token_revoke(const struct tool *tool, int count, char **arguments);
int door_list(const struct tool *tool, int count, char **arguments);
int door_excuse(const struct tool *tool, int count, char **arguments);
int door_readmit(const struct tool *tool, int count, char **arguments);
int offsets_show(const struct tool *tool, int count, char **arguments);
int offsets_reset(const struct tool *tool, int count, char **arguments);
int lag_command(const struct tool *tool, int count, char **arguments);
int due_command(const struct tool *tool, int count, char **arguments);
int calendar_import(const struct tool *tool, int count, char **arguments);
int calendar_check_command(const struct tool *tool, int count, char **arguments);
int calendar_diff(const struct tool *tool, int count, char **arguments);
int calendar_apply(const struct tool *tool, int count, char **arguments);
int watch_command(const struct tool *tool, int count, char **arguments);

#endif
