/* commands.c: everything that dubanctl can do, one row each; the help is printed from these rows. */
#include "commands.h"

#include "base/text.h"
#include "domain/task_life.h"
#include "verify.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
static const struct tool_option act_options[] = {
    {"id", "ID", "the message's own id: the same one again changes nothing and gets the first answer"},
    {"check", NULL, "send nothing: what would come of it, and what to look at; exit code 1 if it is refused or must be confirmed"},
    {NULL, NULL, NULL},
};
static const struct tool_option topic_options[] = {
    {"rehearsal", NULL, "with the stepped clock's topic, whatever the registry says"},
    {"replication", "N", "copies of each partition; the broker's default if not given"},
    {NULL, NULL, NULL},
};
static const struct tool_option topic_check_options[] = {
    {"rehearsal", NULL, "with the stepped clock's topic, whatever the registry says"},
    {NULL, NULL, NULL},
};
static const struct tool_option table_options[] = {
    {"markdown", NULL, "as it stands in the documentation"},
    {NULL, NULL, NULL},
};
static const struct tool_option list_options[] = {
    {"state", "STATE", "only in this state: its code, or its name such as 办理中"},
    {"light", "LIGHT", "green, yellow, red or grey"},
    {"unit", "UNIT", "only those that this unit leads"},
    {"supervisor", "UNIT", "only those that this unit supervises"},
    {NULL, NULL, NULL},
};
static const struct tool_option explain_options[] = {
    {"as-of", "INSTANT|DATE", "as it stood then: 2023-03-31T09:00, or at the end of a day"},
    {NULL, NULL, NULL},
};
static const struct tool_option export_options[] = {
    {"task", "TASK|NUMBER", "only of this task"},
    {"event", "EVENT", "only of this kind: its code, or its name such as 已签收"},
    {NULL, NULL, NULL},
};
static const struct tool_option tail_options[] = {
    {"task", "TASK|NUMBER", "only of this task"},
    {"event", "EVENT", "only of this kind: its code, or its name such as 已签收"},
    {"last", "N", "begin so many records before the end of each partition"},
    {NULL, NULL, NULL},
};
static const struct tool_option notice_options[] = {
    {"task", "TASK|NUMBER", "only about this task"},
    {"person", "PERSON", "only to this person"},
    {"unit", "UNIT", "only to persons of this unit"},
    {"status", "STATUS", "held, pending, attempting, unknown, accepted, exhausted or cancelled"},
    {NULL, NULL, NULL},
};
static const struct tool_option publish_options[] = {
    {"unit", "UNIT", "whose inbox"},
    {NULL, NULL, NULL},
};
static const struct tool_option apply_options[] = {
    {"new-token", "PERSON", "with a new token for this person, printed once; the first version needs one"},
    {NULL, NULL, NULL},
};
static const struct tool_option lag_options[] = {
    {"all", NULL, "also those that are not behind"},
    {NULL, NULL, NULL},
};
static const struct tool_option reset_options[] = {
    {"to", "earliest|latest|OFFSET", "where the group goes on reading"},
    {"yes", NULL, "do it; without, it is only shown"},
    {NULL, NULL, NULL},
};
static const struct tool_option due_options[] = {
    {"start", "INSTANT", "what the count begins with: 2023-01-18T10:00:00+08:00, or a day"},
    {"pauses", "FROM/UNTIL,...", "what does not count; an open one needs --asked-at: FROM/"},
    {"asked-at", "INSTANT", "an open pause lasts up to here"},
    {"extend", "N UNIT,...", "in the order granted: \"3 working_day,1 month\""},
    {"roll", "on|off", "whether a last day of rest moves on; by its unit if not given"},
    {"cutoff", "HH:MM", "the last day ends then; 24:00 if not given"},
    {"office-hours", "HH:MM-HH:MM,...", "08:30-12:00,14:00-17:30 if not given"},
    {"offsets", "OFFSET,...", "moments around it: -3wd,+5wd,-30%,+50%"},
    {"calendar", "DIR", "a district or its calendars/; the sample district's if not given"},
    {"batch", "FILE|-", "lines of JSON, each answered by one in the same order"},
    {NULL, NULL, NULL},
};
static const struct tool_option import_options[] = {
    {"paper", "NUMBER", "of the notice; its address if not given"},
    {"published", "DATE", "day of the notice; as its address says if not given"},
    {"replace", NULL, "a year that is there already is written anew"},
    {NULL, NULL, NULL},
};
static const struct tool_option calendar_check_options[] = {
    {"calendar", "DIR", "what is in force; the sample district's if not given"},
    {"replace", NULL, "days in force may change"},
    {NULL, NULL, NULL},
};
static const struct tool_option calendar_diff_options[] = {
    {"calendar", "DIR", "what is in force; the sample district's if not given"},
    {"tasks", NULL, "also the open tasks whose clocks would move, were it published now"},
    {NULL, NULL, NULL},
};
static const struct tool_option calendar_apply_options[] = {
    {"replace", NULL, "days in force may change"},
    {NULL, NULL, NULL},
};
static const struct tool_option verify_options[] = {
    {"seals", "FILE", "lines of `events export --event=archived` that were kept elsewhere: what is archived must still be that"},
    {NULL, NULL, NULL},
};
static const struct tool_option watch_options[] = {
    {"plain", NULL, "lines instead of a screen; so it is anyway when the output is no terminal"},
    {NULL, NULL, NULL},
};

static const struct tool_command commands[] = {
    {"task list", "", "the tasks, in the order of their numbers", list_options, task_list},
    {"task show", "TASK|NUMBER", "everything that one task's row says", NULL, task_show},
    {"task history", "TASK|NUMBER", "what happened to it; also: registry, numbers/<kind>-<year>", NULL, task_history},
    {"task explain", "TASK|NUMBER", "an official note: the derivation of each deadline, the fate of each rung and why, now or then", explain_options, task_explain},
    {"events tail", "", "events as they come, until Ctrl-C", tail_options, events_tail},
    {"events export", "", "all events, one JSON object per line", export_options, events_export},
    {"notices list", "", "what was said to whom", notice_options, notices_list},
    {"notices show", "NOTICE", "one notice with its text and its attempts", NULL, notices_show},
    {"publish", "FILE", "lines of structured CloudEvents (\"-\": standard input) into the inbox of a unit", publish_options, publish_command},
    {"topics create", "[DIR]", "create what is missing: the topics of the table, and those of the units in DIR", topic_options, topics_create},
    {"topics check", "[DIR]", "compare the broker with the table", topic_check_options, topics_check},
    {"topics table", "", "show the table of topics", table_options, topics_table},
    {"registry check", "DIR", "check a district's files; each fault as file:line:column: rule", NULL, registry_check_command},
    {"registry diff", "DIR", "what these files would change, by field", NULL, registry_diff},
    {"registry apply", "DIR", "publish them as a new version, after creating the topics of new units", apply_options, registry_apply},
    {"registry show", "[VERSION]", "the registry in force, or an older one", NULL, registry_show},
    {"token new", "PERSON", "a token for a person; its text is printed once", NULL, token_new},
    {"token list", "", "whose tokens there are", NULL, token_list},
    {"token revoke", "TOKEN", "make a token worthless", NULL, token_revoke},
    {"door list", "", "the doors that alarms wait for, and how far each has come", NULL, door_list},
    {"door excuse", "DOOR", "alarms no longer wait for this door; on record", NULL, door_excuse},
    {"door readmit", "DOOR", "alarms wait for it again", NULL, door_readmit},
    {"offsets show", "GROUP", "where a group goes on reading, and what it has lost", NULL, offsets_show},
    {"offsets reset", "GROUP TOPIC[:PARTITION]", "let a stopped group go on elsewhere", reset_options, offsets_reset},
    {"lag", "", "how far each reader is behind", lag_options, lag_command},
    {"watch", "", "the live picture: tasks, what happens, who is told, who is behind", watch_options, watch_command},
    {"due", "N UNIT|DATE", "when a period ends, and why: working_day, calendar_day, month, hour, minute, working_hour", due_options, due_command},
    {"calendar import", "FILE|- [DIR]", "a year of holiday-cn's JSON as a district's <year>.yaml", import_options, calendar_import},
    {"calendar check", "FILE|DIR SECOND", "compare two sources, and both with what is in force", calendar_check_options, calendar_check_command},
    {"calendar diff", "FILE|DIR", "the days that these years would change; years not named stay", calendar_diff_options, calendar_diff},
    {"calendar apply", "FILE|DIR", "publish the registry in force with these years; every open task is computed again, and people are told once (registry apply does the same with all files of a district)", calendar_apply_options, calendar_apply},
    {"verify", "", "check the promises from outside, over everything that stands in the log", verify_options, verify_command},
};

/* Stands for every trigger that comes from outside; its word is the trigger. */
static const struct tool_command act_row =
    {"TRIGGER", "TASK|NUMBER [field=value ...]", "send it to the task and wait for the outcome", act_options, act_command};
/* clang-format on */

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]), WIDTH = 40 };

const struct tool_command *command_at(size_t index)
{
    return index < COMMANDS ? &commands[index] : index == COMMANDS ? &act_row : NULL;
}

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

const struct tool_command *command_find(int count, char **words, int *ret_words)
{
    const struct tool_command *found = NULL;
    *ret_words = 0;
    for (size_t i = 0; i < COMMANDS; i++) {
        int matched = matching_words(commands[i].words, count, words);
        if (matched > *ret_words) {
            found = &commands[i];
            *ret_words = matched;
        }
    }
    if (found == NULL && count > 0 && act_trigger(words[0]) != TRIGGER_NONE) {
        found = &act_row;
        *ret_words = 1;
    }
    return found;
}

/* --- help -------------------------------------------------------------------------------------------------------------- */

static void print_row(const char *first, const char *second)
{
    size_t width = text_width(first);
    printf("  %s%*s%s\n", first, (int)(width < WIDTH ? WIDTH - width : 0) + 1, "", second);
}

static const char *with_space(const struct tool *tool, const char *words, const char *arguments)
{
    return arena_format(tool->arena, "%s%s%s", words, text_empty(arguments) ? "" : " ", arguments);
}

static void print_triggers(const struct tool *tool)
{
    for (uint32_t i = 0; i < trigger_row_count; i++) {
        const struct word *word = word_of(LIST_TRIGGER, (int)trigger_rows[i].trigger);
        if (act_trigger(word->code) != TRIGGER_NONE)
            print_row(word->code, arena_format(tool->arena, "%s, %s", word->zh, word->en));
    }
}

void commands_print_help(const struct tool *tool)
{
    printf("dubanctl: the operator's tool of duban\n\n"
           "usage: dubanctl COMMAND [ARGUMENTS] [--SETTING=VALUE ...]\n"
           "       dubanctl COMMAND --help\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        print_row(with_space(tool, commands[i].words, commands[i].arguments), commands[i].summary);
    printf("\nacts on a task: %s\n", with_space(tool, "TRIGGER", act_row.arguments));
    print_triggers(tool);
    printf("\nsettings, also from the environment (DUBAN_<SETTING>, '-' as '_') or --config=FILE:\n");
    for (const struct setting *setting = tool->settings; setting->key != NULL; setting++)
        print_row(arena_format(tool->arena, "--%s", setting->key), setting->help);
    printf("\nexit codes: 0 done, 1 refused, 2 wrong usage, 3 unreachable or no answer in time, 4 "
           "verification failed, "
           "5 internal\n");
}

void command_print_help(const struct tool *tool, const struct tool_command *command, const char *words)
{
    printf("usage: dubanctl %s\n\n%s\n", with_space(tool, words, command->arguments), command->summary);
    if (command == &act_row)
        act_print_fields(tool, act_trigger(words));
    for (const struct tool_option *option = command->options; option != NULL && option->name != NULL;
         option++) {
        bool flag = option->argument == NULL;
        print_row(arena_format(tool->arena, "--%s%s%s", option->name, flag ? "" : "=",
                               flag ? "" : option->argument),
                  option->help);
    }
}
