/* tool.c: the command line of dubanctl, taken apart: settings (wherever they stand), the words of a command, its
 * options, its arguments; then the command is called. */
#include "tool.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/text.h"
#include "commands.h"
#include "output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETTINGS = 14, NAME_BYTES = 64 };

/* --- settings ------------------------------------------------------------------------------------------------------ */

/* What settings_load fills and what is then turned into something else. */
struct raw_settings {
    const char *language;
};

static void settings_of(struct tool *tool, struct raw_settings *raw, struct setting ret_settings[SETTINGS])
{
    const struct setting rows[SETTINGS] = {
        {"brokers",          SETTING_TEXT,         &tool->brokers,          "127.0.0.1:9092",        0,   0,                  false, "Kafka, host:port"                     },
        {"broker-options",   SETTING_TEXT,         &tool->broker_options,   "",                      0,   0,                  true,
         "more of librdkafka's settings (TLS, SASL): key=value;key=value"                                                                                                   },
        {"prefix",           SETTING_TEXT,         &tool->prefix,           "duban.",                0,   0,                  false, "of all topics"                        },
        {"partitions",       SETTING_INTEGER,      &tool->partitions,       "16",                    1,   LIMIT_PARTITIONS,   false,
         "P of the topology"                                                                                                                                                },
        {"intake",           SETTING_TEXT,         &tool->intake,           "http://127.0.0.1:8080", 0,   0,                  false, "the HTTP door"                        },
        {"token",            SETTING_TEXT,         &tool->token,            "",                      0,   0,                  true,  "proves who acts: id.secret"           },
        {"token-file",       SETTING_TEXT,         &tool->token_file,       "",                      0,   0,                  false,
         "lines \"person token\"; --as chooses one of them"                                                                                                                 },
        {"as",               SETTING_TEXT,         &tool->as,               "",                      0,   0,                  false, "the person of the token file who acts"},
        {"bootstrap-secret", SETTING_TEXT,         &tool->bootstrap_secret, "",                      0,   0,                  true,
         "for the first registry of a deployment"                                                                                                                           },
        {"programs",         SETTING_TEXT,         &tool->programs,         "",                      0,   0,                  false,
         "who is asked how far it has read: name=url,name=url"                                                                                                              },
        {"timeout",          SETTING_MILLISECONDS, &tool->timeout_ms,       "30s",                   100, 10 * MS_PER_MINUTE, false,
         "for one answer"                                                                                                                                                   },
        {"language",         SETTING_TEXT,         &raw->language,          "zh",                    0,   0,                  false, "zh or en"                             },
        {"json",             SETTING_BOOL,         &tool->json,             "false",                 0,   0,                  false, "one JSON object per line"             },
        {NULL,               SETTING_TEXT,         NULL,                    NULL,                    0,   0,                  false, NULL                                   },
    };
    memcpy(ret_settings, rows, sizeof rows);
}

static void release_settings(const struct setting *settings)
{
    for (; settings->key != NULL; settings++) {
        if (settings->type == SETTING_TEXT)
            free(*(void **)settings->target);
    }
}

static const struct setting *setting_of(const struct setting *settings, const char *name, size_t bytes)
{
    for (; settings->key != NULL; settings++) {
        if (strlen(settings->key) == bytes && strncmp(settings->key, name, bytes) == 0)
            return settings;
    }
    return NULL;
}

/* --- the command line ------------------------------------------------------------------------------------------------ */

/* One side of the command line while it is taken apart. */
struct words {
    char **items;
    int count;
};

static void add_word(struct words *words, char *word)
{
    words->items[words->count++] = word;
}

static bool is_option(const char *word)
{
    return text_starts_with(word, "--") && word[2] != '\0';
}

static size_t option_name_bytes(const char *word)
{
    return strcspn(word + 2, "=");
}

/* Settings may stand anywhere; `ret_own` becomes what settings_load reads, `ret_rest` everything else. */
static void split(const struct tool *tool, const struct setting *settings, int argc, char **argv,
                  struct words *ret_own, struct words *ret_rest)
{
    add_word(ret_own, argv[0]);
    for (int i = 1; i < argc; i++) {
        size_t bytes = is_option(argv[i]) ? option_name_bytes(argv[i]) : 0;
        const struct setting *setting = bytes == 0 ? NULL : setting_of(settings, argv[i] + 2, bytes);
        bool has_value = bytes > 0 && argv[i][2 + bytes] == '=';
        bool built_in = text_equal(argv[i], "--print-settings") || text_starts_with(argv[i], "--config");
        if (setting == NULL && !built_in) {
            add_word(ret_rest, argv[i]);
        } else if (setting != NULL && setting->type == SETTING_BOOL && !has_value) {
            add_word(ret_own, arena_format(tool->arena, "--%s=true", setting->key));
        } else {
            add_word(ret_own, argv[i]);
            if (!has_value && !text_equal(argv[i], "--print-settings") && i + 1 < argc)
                add_word(ret_own, argv[++i]);
        }
    }
}

static int option_index(const struct tool_option *options, const char *name, size_t bytes)
{
    for (int i = 0; options != NULL && options[i].name != NULL; i++) {
        if (strlen(options[i].name) == bytes && strncmp(options[i].name, name, bytes) == 0)
            return i;
    }
    return -1;
}

/* Takes the command's options out of `rest`; behind "--" everything is an argument. */
static int take_options(struct tool *tool, const struct words *rest, struct words *ret_arguments)
{
    for (int i = 0; i < rest->count; i++) {
        char *word = rest->items[i];
        if (text_equal(word, "--")) {
            while (++i < rest->count)
                add_word(ret_arguments, rest->items[i]);
            return TOOL_OK;
        }
        if (!is_option(word)) {
            add_word(ret_arguments, word);
            continue;
        }
        size_t bytes = option_name_bytes(word);
        int index = option_index(tool->options, word + 2, bytes);
        bool has_value = word[2 + bytes] == '=';
        if (index < 0)
            return tool_usage(tool, "there is no option --%.*s", (int)bytes, word + 2);
        bool flag = tool->options[index].argument == NULL;
        if (flag && has_value)
            return tool_usage(tool, "--%.*s takes no value", (int)bytes, word + 2);
        if (!flag && !has_value && i + 1 == rest->count)
            return tool_usage(tool, "--%s needs a value: --%s=%s", word + 2, word + 2,
                              tool->options[index].argument);
        tool->option_values[index] = flag ? "true" : has_value ? word + 2 + bytes + 1 : rest->items[++i];
    }
    return TOOL_OK;
}

static bool wants_help(const struct words *rest)
{
    for (int i = 0; i < rest->count; i++) {
        if (text_equal(rest->items[i], "--help") || text_equal(rest->items[i], "-h"))
            return true;
    }
    return false;
}

static const char *joined(const struct tool *tool, const struct words *words, int count)
{
    const char *text = "";
    for (int i = 0; i < count && i < words->count; i++)
        text = arena_format(tool->arena, "%s%s%s", text, i == 0 ? "" : " ", words->items[i]);
    return text;
}

static int run(struct tool *tool, struct words *rest, struct words *arguments)
{
    int count = 0;
    const struct tool_command *command = command_find(rest->count, rest->items, &count);
    if (wants_help(rest) || rest->count == 0) {
        if (command != NULL)
            command_print_help(tool, command, joined(tool, rest, count));
        else
            commands_print_help(tool);
        return rest->count == 0 ? TOOL_USAGE : TOOL_OK;
    }
    if (command == NULL)
        return tool_usage(tool, "\"%s\" is no command; dubanctl --help lists them",
                          joined(tool, rest, rest->count > 1 && !is_option(rest->items[1]) ? 2 : 1));
    tool->command = joined(tool, rest, count);
    tool->usage = command->arguments;
    tool->options = command->options;
    struct words behind = {rest->items + count, rest->count - count};
    int code = take_options(tool, &behind, arguments);
    return code != TOOL_OK ? code : command->handler(tool, arguments->count, arguments->items);
}

int tool_main(int argc, char **argv)
{
    struct tool tool = {.arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES), .command = "", .usage = ""};
    struct raw_settings raw = {0};
    struct setting settings[SETTINGS];
    size_t room = (size_t)argc + 1;
    struct words own = {ARENA_ARRAY(tool.arena, char *, 2 * room), 0},
                 rest = {ARENA_ARRAY(tool.arena, char *, room), 0},
                 arguments = {ARENA_ARRAY(tool.arena, char *, room), 0};
    log_init("dubanctl", LOG_LEVEL_WARN);
    output_init();
    settings_of(&tool, &raw, settings);
    tool.settings = settings;
    split(&tool, settings, argc, argv, &own, &rest);
    enum settings_result loaded =
        settings_load("dubanctl", "the operator's tool", settings, NULL, own.count, own.items);
    int code = loaded == SETTINGS_EXIT_OK ? TOOL_OK : TOOL_USAGE;
    if (loaded == SETTINGS_OK && !text_equal(raw.language, "zh") && !text_equal(raw.language, "en")) {
        code = tool_usage(&tool, "--language must be zh or en, not \"%s\"", raw.language);
    } else if (loaded == SETTINGS_OK) {
        tool.language = text_equal(raw.language, "en") ? LANGUAGE_EN : LANGUAGE_ZH;
        tool.client = (struct log_client){tool.brokers, "dubanctl", tool.broker_options};
        code = run(&tool, &rest, &arguments);
    }
    if (fflush(stdout) != 0 && code == TOOL_OK)
        code = tool_internal(&tool, "the output cannot be written");
    if (loaded == SETTINGS_OK)
        release_settings(settings);
    output_release();
    arena_free(tool.arena);
    return code;
}

/* --- what commands ask ------------------------------------------------------------------------------------------------- */

const char *tool_option(const struct tool *tool, const char *name)
{
    int index = option_index(tool->options, name, strlen(name));
    return index < 0 || tool->option_values[index] == NULL ? "" : tool->option_values[index];
}

bool tool_flag(const struct tool *tool, const char *name)
{
    return !text_empty(tool_option(tool, name));
}

const char *tool_text(const struct tool *tool, const char *zh, const char *en)
{
    return tool->language == LANGUAGE_ZH ? zh : en;
}

/* --- what went wrong --------------------------------------------------------------------------------------------------- */

static void say(const struct tool *tool, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void say(const struct tool *tool, const char *format, va_list arguments)
{
    fflush(stdout);
    fprintf(stderr, "dubanctl%s%s: ", text_empty(tool->command) ? "" : " ", tool->command);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

int tool_usage(const struct tool *tool, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(tool, format, arguments);
    va_end(arguments);
    if (!text_empty(tool->command))
        fprintf(stderr, "usage: dubanctl %s%s%s%s\n", tool->command, text_empty(tool->usage) ? "" : " ",
                tool->usage, tool->options == NULL ? "" : " [--option=value ...]");
    return TOOL_USAGE;
}

int tool_refused(const struct tool *tool, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(tool, format, arguments);
    va_end(arguments);
    return TOOL_REFUSED;
}

int tool_internal(const struct tool *tool, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(tool, format, arguments);
    va_end(arguments);
    return TOOL_INTERNAL;
}

int tool_unreachable(const struct tool *tool, const char *whom, const char *reason)
{
    fflush(stdout);
    fprintf(stderr, "dubanctl %s: %s does not answer%s%s\n", tool->command, whom,
            text_empty(reason) ? "" : ": ", reason);
    return TOOL_UNREACHABLE;
}

int tool_broker_failed(const struct tool *tool, enum status status, const char *reason)
{
    const char *whom = arena_format(tool->arena, "Kafka at %s", tool->brokers);
    switch (status) {
    case STATUS_OK:
        return TOOL_OK;
    case STATUS_RETRY:
        return tool_unreachable(tool, whom, reason);
    case STATUS_REJECT:
        return tool_refused(tool, "%s refused: %s", whom, reason);
    case STATUS_FATAL:
        break;
    }
    return tool_internal(tool, "%s cannot be read%s%s", whom, text_empty(reason) ? "" : ": ", reason);
}

int tool_wrong_count(const struct tool *tool, int count)
{
    return tool_usage(tool, count == 0 ? "an argument is missing" : "%d arguments do not fit", count);
}
