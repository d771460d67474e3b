/* settings.c: gathers for every row of the table the text that is in force and where it came from, then checks all of
 * them, then fills the targets. All faults are told at once; with a fault no target is touched. */
#include "base/settings.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/setting_value.h"
#include "base/text.h"

/* Ascending: what stands later wins. */
enum origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_ENVIRONMENT, ORIGIN_ARGUMENT };

struct row {
    const struct setting *setting;
    enum origin origin;
    const char *text;   /* in force */
    const char *source; /* names the place of `text` for the reader of a fault */
    bool in_file;
};

struct load {
    const char *program;
    struct arena *arena; /* lives as long as settings_load */
    struct row *rows;
    size_t count;
    const char *config; /* the path after --config, or "" */
    bool help, print;
    int faults;
};

static const char *const type_names[] = {
    [SETTING_TEXT] = "TEXT",
    [SETTING_INTEGER] = "NUMBER",
    [SETTING_MILLISECONDS] = "TIME",
    [SETTING_BOOL] = "true|false",
};

static void fault(struct load *load, const char *source, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fault(struct load *load, const char *source, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: %s: %s\n", load->program, source, arena_vformat(load->arena, format, arguments));
    va_end(arguments);
    load->faults++;
}

static struct row *row_find(const struct load *load, const char *key)
{
    for (size_t i = 0; i < load->count; i++)
        if (text_equal(load->rows[i].setting->key, key))
            return &load->rows[i];
    return NULL;
}

static void row_offer(struct row *row, enum origin origin, const char *text, const char *source)
{
    if (origin < row->origin)
        return;
    row->origin = origin;
    row->text = text;
    row->source = source;
}

static void row_check(struct load *load, const struct row *row)
{
    union setting_value value;
    const char *rule = setting_value_read(load->arena, row->setting, row->text, &value);
    assert((rule == NULL || row->origin != ORIGIN_DEFAULT) && "a default breaks its own row's rule");
    if (rule == NULL)
        return;
    if (row->setting->secret)
        fault(load, row->source, "%s %s", row->setting->key, rule);
    else
        fault(load, row->source, "%s %s, not \"%s\"", row->setting->key, rule, row->text);
}

static void row_store(const struct load *load, const struct row *row)
{
    union setting_value value;
    const char *rule = setting_value_read(load->arena, row->setting, row->text, &value);
    assert(rule == NULL);
    switch (row->setting->type) {
    case SETTING_TEXT:
        *(const char **)row->setting->target = must_copy_text(row->text);
        return;
    case SETTING_INTEGER:
    case SETTING_MILLISECONDS:
        *(int64_t *)row->setting->target = value.number;
        return;
    case SETTING_BOOL:
        *(bool *)row->setting->target = value.truth;
        return;
    }
}

/* --- sources --------------------------------------------------------------------------------------------- */

static void add_rows(struct load *load, const struct setting *table)
{
    for (; table != NULL && table->key != NULL; table++) {
        assert(row_find(load, table->key) == NULL && "two rows with one key");
        load->rows = arena_grown(load->arena, load->rows, load->count, sizeof(*load->rows));
        load->rows[load->count++] = (struct row){
            .setting = table,
            .text = table->default_value == NULL ? "" : table->default_value,
            .source = "default",
        };
    }
}

static void take_argument(struct load *load, const char *key, const char *value)
{
    struct row *row = row_find(load, key);
    if (text_equal(key, "config"))
        load->config = value;
    else if (row == NULL)
        fault(load, "command line", "--%s is not a setting", key);
    else
        row_offer(row, ORIGIN_ARGUMENT, value, "command line");
}

static void take_arguments(struct load *load, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *argument = argv[i];
        if (text_equal(argument, "--help") || text_equal(argument, "-h")) {
            load->help = true;
        } else if (text_equal(argument, "--print-settings")) {
            load->print = true;
        } else if (!text_starts_with(argument, "--") || argument[2] == '\0') {
            fault(load, "command line", "\"%s\" is unexpected: settings are given as --key=value", argument);
        } else {
            const char *equals = strchr(argument, '=');
            size_t key_bytes = equals == NULL ? strlen(argument + 2) : (size_t)(equals - argument - 2);
            const char *key = arena_text_n(load->arena, argument + 2, key_bytes);
            if (equals != NULL)
                take_argument(load, key, equals + 1);
            else if (i + 1 < argc && !text_starts_with(argv[i + 1], "--"))
                take_argument(load, key, argv[++i]);
            else
                fault(load, "command line", "--%s needs a value: --%s=value", key, key);
        }
    }
}

static void take_environment(struct load *load)
{
    for (size_t i = 0; i < load->count; i++) {
        struct row *row = &load->rows[i];
        char *name = arena_format(load->arena, "DUBAN_%s", row->setting->key);
        for (char *at = name; *at != '\0'; at++) {
            if (*at == '-')
                *at = '_';
            else if (*at >= 'a' && *at <= 'z')
                *at = (char)(*at - 'a' + 'A');
        }
        const char *value = getenv(name);
        if (value != NULL)
            row_offer(row, ORIGIN_ENVIRONMENT, value, arena_format(load->arena, "environment %s", name));
    }
}

struct file {
    struct load *load;
    FILE *stream;
    int line; /* counted here: libinih tells it only for what it cannot parse */
    bool line_too_long;
};

static const char *file_place(const struct file *file)
{
    return arena_format(file->load->arena, "%s:%d", file->load->config, file->line);
}

/* libinih cuts a line that is longer than its buffer and takes the rest for another; we refuse it. */
static char *file_next_line(char *line, int room, void *context)
{
    struct file *file = context;
    if (fgets(line, room, file->stream) == NULL)
        return NULL;
    file->line++;
    if (strchr(line, '\n') == NULL && getc(file->stream) != EOF) {
        fault(file->load, file_place(file),
              "the line is longer than %d bytes; give this setting by the environment or the command line",
              room - 2);
        file->line_too_long = true;
        return NULL;
    }
    return line;
}

static int file_take(void *context, const char *section, const char *key, const char *value)
{
    struct file *file = context;
    struct load *load = file->load;
    struct row *row = row_find(load, key);
    if (section[0] != '\0') {
        fault(load, file_place(file), "\"%s\" stands in a section [%s]; the file has none", key, section);
    } else if (row == NULL) {
        fault(load, file_place(file), "\"%s\" is not a setting", key);
    } else if (row->in_file) {
        fault(load, file_place(file),
              "\"%s\" is given a second time (an indented line continues the one above)", key);
    } else {
        row->in_file = true;
        row_offer(row, ORIGIN_FILE, arena_text(load->arena, value), file_place(file));
    }
    return 1;
}

static void take_file(struct load *load)
{
    if (text_empty(load->config))
        return;
    struct file file = {.load = load, .stream = fopen(load->config, "re")};
    if (file.stream == NULL) {
        fault(load, load->config, "cannot be read: %s", strerror(errno));
        return;
    }
    int bad_line = ini_parse_stream(file_next_line, &file, file_take, &file);
    if (ferror(file.stream) != 0)
        fault(load, load->config, "cannot be read: %s", strerror(errno));
    else if (bad_line > 0 && !file.line_too_long)
        fault(load, arena_format(load->arena, "%s:%d", load->config, bad_line),
              "the line is not \"key = value\"");
    fclose(file.stream);
}

/* --- what is printed --------------------------------------------------------------------------------------- */

enum { WIDEST_COLUMN = 44 }; /* what is wider pushes its own line only */

/* `text` and the blanks up to the next column of a table. */
static void print_cell(const char *text, size_t width)
{
    size_t taken = text_width(text);
    printf("%s%*s", text, (int)(taken < width ? width - taken : 0) + 2, "");
}

static size_t wider(size_t width, const char *text)
{
    size_t taken = text_width(text);
    return taken > width && taken <= WIDEST_COLUMN ? taken : width;
}

static const char *shown(const struct row *row, const char *text)
{
    if (text_empty(text))
        return "-";
    return row->setting->secret ? "(secret)" : text;
}

static void print_help(const struct load *load, const char *summary)
{
    const char *const built_in[][2] = {
        {"--config=FILE",    "settings as lines \"key = value\""           },
        {"--print-settings", "show what is in force and where it came from"},
        {"--help",           "show this"                                   },
    };
    enum { BUILT_IN = sizeof(built_in) / sizeof(built_in[0]) };
    const char **keys = ARENA_ARRAY(load->arena, const char *, load->count + 1);
    size_t key_width = strlen("--print-settings"), default_width = strlen("default");
    for (size_t i = 0; i < load->count; i++) {
        const struct setting *setting = load->rows[i].setting;
        keys[i] = arena_format(load->arena, "--%s=%s", setting->key, type_names[setting->type]);
        key_width = wider(key_width, keys[i]);
        default_width = wider(default_width, shown(&load->rows[i], load->rows[i].text));
    }
    printf("%s: %s\n\nusage: %s [--key=value ...]\n\n  ", load->program, summary, load->program);
    print_cell("setting", key_width);
    print_cell("default", default_width);
    printf("meaning\n");
    for (size_t i = 0; i < load->count + BUILT_IN; i++) {
        bool own = i < load->count;
        printf("  ");
        print_cell(own ? keys[i] : built_in[i - load->count][0], key_width);
        print_cell(own ? shown(&load->rows[i], load->rows[i].text) : "", default_width);
        printf("%s\n", own ? load->rows[i].setting->help : built_in[i - load->count][1]);
    }
    printf("\nLater ones win: default, file, environment (DUBAN_<SETTING>, '-' as '_'), command line.\n");
}

static void print_settings(const struct load *load)
{
    size_t key_width = 0, value_width = 0;
    for (size_t i = 0; i < load->count; i++) {
        key_width = wider(key_width, load->rows[i].setting->key);
        value_width = wider(value_width, shown(&load->rows[i], load->rows[i].text));
    }
    for (size_t i = 0; i < load->count; i++) {
        print_cell(load->rows[i].setting->key, key_width);
        print_cell(shown(&load->rows[i], load->rows[i].text), value_width);
        printf("%s\n", load->rows[i].source);
    }
}

static enum settings_result load_all(struct load *load, const char *summary, int argc, char **argv)
{
    /* First, because it names the file; the origins keep the order of precedence. Help shows the defaults. */
    take_arguments(load, argc, argv);
    if (load->help) {
        for (size_t i = 0; i < load->count; i++) {
            const char *text = load->rows[i].setting->default_value;
            load->rows[i].text = text == NULL ? "" : text;
        }
        print_help(load, summary);
        return SETTINGS_EXIT_OK;
    }
    take_file(load);
    take_environment(load);
    for (size_t i = 0; i < load->count; i++)
        row_check(load, &load->rows[i]);
    if (load->faults > 0) {
        fprintf(stderr, "%s: --help lists the settings\n", load->program);
        return SETTINGS_EXIT_USAGE;
    }
    if (load->print) {
        print_settings(load);
        return SETTINGS_EXIT_OK;
    }
    for (size_t i = 0; i < load->count; i++)
        row_store(load, &load->rows[i]);
    return SETTINGS_OK;
}

enum settings_result settings_load(const char *program, const char *summary, const struct setting *settings,
                                   const struct setting *extra, int argc, char **argv)
{
    struct load load = {.program = program, .arena = arena_new(LIMIT_ARENA_BYTES), .config = ""};
    add_rows(&load, settings);
    add_rows(&load, extra);
    enum settings_result result = load_all(&load, summary, argc, argv);
    arena_free(load.arena);
    return result;
}
