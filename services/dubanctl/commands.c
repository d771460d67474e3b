/* commands.c: everything that dubanctl can do, one row each; the help is printed from these rows. */
#include "commands.h"

#include "base/settings.h"
#include "base/text.h"
#include "domain/vocabulary.h"

#include <stdio.h>
#include <string.h>

static const struct tool_option topic_options[] = {
    {"rehearsal",   NULL, "with the stepped clock's topic, whatever the registry says" },
    {"replication", "N",  "copies of each partition; the broker's default if not given"},
    {NULL,          NULL, NULL                                                         },
};

static const struct tool_option check_options[] = {
    {"rehearsal", NULL, "with the stepped clock's topic, whatever the registry says"},
    {NULL,        NULL, NULL                                                        },
};

static const struct tool_option table_options[] = {
    {"markdown", NULL, "as it stands in the documentation"},
    {NULL,       NULL, NULL                               },
};

/* The first row stands for all triggers that come from outside. */
static const struct tool_command commands[] = {
    {"topics create",  "[DIR]",
     "create the topics that are missing: those of the table, and the inboxes of the units in DIR", topic_options, topics_create},
    {"topics check",   "[DIR]", "compare the broker with the table",                                check_options, topics_check },
    {"topics table",   "",      "show the table of topics",                                         table_options, topics_table },
    {"registry check", "DIR",   "check a district's files: file:line:column: rule",                 NULL,
     registry_check_command                                                                                                     },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]), WIDTH = 34 };

/* How many of the given words are the row's; 0: another command. */
static int matching_words(const char *row, int count, char **words)
{
    int matched = 0;
    while (*row != '\0') {
        size_t bytes = strcspn(row, " ");
        if (matched == count || strlen(words[matched]) != bytes || strncmp(words[matched], row, bytes) != 0)
            return 0;
        matched++;
        row += bytes + (row[bytes] == ' ');
    }
    return matched;
}

const struct tool_command *command_find(const struct tool *tool, int count, char **words, int *ret_words)
{
    (void)tool;
    const struct tool_command *found = NULL;
    *ret_words = 0;
    for (size_t i = 0; i < COMMANDS; i++) {
        int matched = matching_words(commands[i].words, count, words);
        if (matched > *ret_words) {
            found = &commands[i];
            *ret_words = matched;
        }
    }
    return found;
}

static void print_padded(const char *text)
{
    size_t width = text_width(text);
    printf("  %s%*s", text, (int)(width < WIDTH ? WIDTH - width : 0) + 1, "");
}

void commands_print_help(const struct tool *tool)
{
    printf("dubanctl: the operator's tool of duban\n\nusage: dubanctl COMMAND [ARGUMENTS] [--SETTING=VALUE "
           "...]\n\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        print_padded(arena_format(tool->arena, "%s %s", commands[i].words, commands[i].arguments));
        printf("%s\n", commands[i].summary);
    }
}

void command_print_help(const struct tool *tool, const struct tool_command *command)
{
    printf("usage: dubanctl %s %s\n\n%s\n", command->words, command->arguments, command->summary);
    const struct tool_option *option = command->options;
    for (; option != NULL && option->name != NULL; option++) {
        const char *equals = option->argument == NULL ? "" : "=";
        print_padded(arena_format(tool->arena, "--%s%s%s", option->name, equals,
                                  option->argument == NULL ? "" : option->argument));
        printf("%s\n", option->help);
    }
}
