/* The rules of common/base/settings.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/settings.h"

#include "capture.h"
#include "scratch.h"

static struct {
    const char *brokers;
    const char *password;
    int64_t port;
    int64_t session_ms;
    bool rehearsal;
    const char *note;
} target;

static const struct setting settings[] = {
    {.key = "brokers",
     .type = SETTING_TEXT,
     .target = &target.brokers,
     .default_value = "127.0.0.1:9092",
     .help = "host:port of the brokers"},
    {.key = "password",
     .type = SETTING_TEXT,
     .target = &target.password,
     .secret = true,
     .help = "of the broker"},
    {.key = "http-port",
     .type = SETTING_INTEGER,
     .target = &target.port,
     .default_value = "8080",
     .min = 1,
     .max = 65535,
     .help = "where HTTP listens"},
    {.key = "session-timeout",
     .type = SETTING_MILLISECONDS,
     .target = &target.session_ms,
     .default_value = "10s",
     .min = 1000,
     .max = 3600000,
     .help = "of the consumer group"},
    {.key = "rehearsal",
     .type = SETTING_BOOL,
     .target = &target.rehearsal,
     .default_value = "false",
     .help = "stepped time"},
    {.key = NULL           },
};

static const struct setting more[] = {
    {.key = "note",
     .type = SETTING_TEXT,
     .target = &target.note,
     .default_value = "无",
     .help = "shown on the board"},
    {.key = NULL},
};

enum { ARGUMENTS = 8 };

struct run {
    enum settings_result result;
    struct capture out, err;
};

static struct run run;

static void forget_target(void)
{
    free((void *)(uintptr_t)target.brokers);
    free((void *)(uintptr_t)target.password);
    free((void *)(uintptr_t)target.note);
    memset(&target, 0, sizeof(target));
}

/* Arguments end with NULL. */
static void load(const char *first, ...)
{
    const char *arguments[ARGUMENTS + 1] = {"intake"};
    int count = 1;
    va_list rest;
    va_start(rest, first);
    for (const char *at = first; at != NULL; at = va_arg(rest, const char *)) {
        assert_true(count < ARGUMENTS);
        arguments[count++] = at;
    }
    va_end(rest);
    forget_target();
    capture_begin(&run.out, STDOUT_FILENO);
    capture_begin(&run.err, STDERR_FILENO);
    run.result = settings_load("intake", "the door", settings, more, count, (char **)(uintptr_t)arguments);
    capture_end(&run.err);
    capture_end(&run.out);
}

static void expect_fault(const char *text)
{
    assert_int_equal(run.result, SETTINGS_EXIT_USAGE);
    if (strstr(run.err.text, text) == NULL)
        fail_msg("expected \"%s\" in:\n%s", text, run.err.text);
    assert_null(target.brokers);
    assert_int_equal(target.port, 0);
}

static char *directory, *config;

static int make_directory(void **state)
{
    (void)state;
    directory = scratch_new();
    config = scratch_path(directory, "settings.conf");
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    free(config);
    scratch_free(directory);
    return 0;
}

static const char *file_with(const char *content)
{
    free(scratch_write(directory, "settings.conf", content));
    return config;
}

static void load_file(const char *content)
{
    load("--config", file_with(content), NULL);
}

static int forget_all(void **state)
{
    (void)state;
    forget_target();
    static const char *const names[] = {"DUBAN_BROKERS", "DUBAN_HTTP_PORT", "DUBAN_PASSWORD",
                                        "DUBAN_NO_SUCH_KEY"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unsetenv(names[i]);
    return 0;
}

static void without_any_source_the_defaults_of_both_tables_are_in_force(void **state)
{
    (void)state;
    load(NULL);
    assert_int_equal(run.result, SETTINGS_OK);
    assert_string_equal(target.brokers, "127.0.0.1:9092");
    assert_string_equal(target.password, "");
    assert_int_equal(target.port, 8080);
    assert_int_equal(target.session_ms, 10000);
    assert_false(target.rehearsal);
    assert_string_equal(target.note, "无");
    assert_string_equal(run.out.text, "");
    assert_string_equal(run.err.text, "");
}

static void one_table_is_enough(void **state)
{
    (void)state;
    char *arguments[] = {(char[]){"intake"}, NULL};
    assert_int_equal(settings_load("intake", "the door", more, NULL, 1, arguments), SETTINGS_OK);
    assert_string_equal(target.note, "无");
}

static void both_forms_of_an_argument_are_read_and_the_last_wins(void **state)
{
    (void)state;
    load("--http-port=1", "--brokers", "a:1,b:2", "--http-port", "99", "--rehearsal=true", NULL);
    assert_int_equal(run.result, SETTINGS_OK);
    assert_int_equal(target.port, 99);
    assert_string_equal(target.brokers, "a:1,b:2");
    assert_true(target.rehearsal);
    load("--note=a=b", "--brokers=", NULL);
    assert_string_equal(target.note, "a=b");
    assert_string_equal(target.brokers, "");
}

static void command_line_beats_environment_beats_file_beats_default(void **state)
{
    (void)state;
    const char *path = file_with("http-port = 1001\nbrokers = file:1\nnote = file\n");
    setenv("DUBAN_HTTP_PORT", "1002", 1);
    setenv("DUBAN_BROKERS", "environment:1", 1);
    load("--http-port=1003", "--config", path, NULL);
    assert_int_equal(run.result, SETTINGS_OK);
    assert_int_equal(target.port, 1003);
    assert_string_equal(target.brokers, "environment:1");
    assert_string_equal(target.note, "file");
    assert_int_equal(target.session_ms, 10000);
}

static void a_file_has_comments_blank_lines_and_blanks_around_values(void **state)
{
    (void)state;
    load_file(
        "# 督办\n; another comment\n\nnote =   督办 一 二  \nsession-timeout=500s ; why\n\thttp-port = 7");
    expect_fault(":6: \"session-timeout\" is given a second time");
    load_file(
        "# 督办\n; another comment\n\nnote =   督办 一 二  \nsession-timeout=500s ; why\nhttp-port = 7");
    assert_int_equal(run.result, SETTINGS_OK);
    assert_string_equal(target.note, "督办 一 二");
    assert_int_equal(target.session_ms, 500000);
    assert_int_equal(target.port, 7);
}

static void faults_in_a_file_name_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *content, *fault;
    } cases[] = {
        {"note=x\nbroker = a:1\n",        ".conf:2: \"broker\" is not a setting"                                   },
        {"\nhttp-port = many\n",          ".conf:2: http-port must be a whole number from 1 to 65535, not \"many\""},
        {"note=x\n\njunk\n",              ".conf:3: the line is not \"key = value\""                               },
        {"[intake]\nnote = x\n",          ".conf:2: \"note\" stands in a section [intake]"                         },
        {"note = a\nbrokers=b\nnote=c\n", ".conf:3: \"note\" is given a second time"                               },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        load_file(cases[i].content);
        expect_fault(cases[i].fault);
    }
}

static void a_line_too_long_for_the_file_parser_is_refused_not_cut(void **state)
{
    (void)state;
    char content[4096];
    for (int length = 150; length < 3000; length += length < 230 ? 1 : 400) {
        memset(content, 'x', sizeof(content));
        memcpy(content, "note = ", 7);
        memcpy(content + length, "\nhttp-port = 7\n", 16);
        load_file(content);
        if (run.result == SETTINGS_OK)
            assert_int_equal(strlen(target.note), length - 7);
        else
            expect_fault(".conf:1: the line is longer than");
        assert_true(run.result == SETTINGS_OK || length > 190);
    }
    assert_int_equal(run.result, SETTINGS_EXIT_USAGE);
}

static void a_file_that_cannot_be_read_is_a_fault(void **state)
{
    (void)state;
    load("--config=/nonexistent/duban.conf", NULL);
    expect_fault("/nonexistent/duban.conf: cannot be read: ");
    load("--config=/", NULL);
    expect_fault("/: cannot be read: ");
}

static void faults_on_the_command_line_name_the_argument(void **state)
{
    (void)state;
    load("--broker=a", NULL);
    expect_fault("command line: --broker is not a setting");
    load("--http-port", NULL);
    expect_fault("--http-port needs a value");
    load("--http-port", "--rehearsal=true", NULL);
    expect_fault("--http-port needs a value");
    load("serve", NULL);
    expect_fault("\"serve\" is unexpected");
    load("--", NULL);
    expect_fault("\"--\" is unexpected");
    load("--=x", NULL);
    expect_fault("-- is not a setting");
}

static void a_fault_in_the_environment_names_the_variable(void **state)
{
    (void)state;
    setenv("DUBAN_NO_SUCH_KEY", "shared with other programs", 1);
    setenv("DUBAN_HTTP_PORT", "0", 1);
    load(NULL);
    expect_fault("environment DUBAN_HTTP_PORT: http-port must be a whole number from 1 to 65535, not \"0\"");
    setenv("DUBAN_HTTP_PORT", "1", 1);
    load(NULL);
    assert_int_equal(run.result, SETTINGS_OK);
}

static void all_faults_are_told_at_once(void **state)
{
    (void)state;
    load("--http-port=x", "--rehearsal=yes", "--nonsense=1", "--session-timeout=1", NULL);
    expect_fault("http-port must be");
    expect_fault("rehearsal must be true or false, not \"yes\"");
    expect_fault("--nonsense is not");
    expect_fault("session-timeout must be a time from 1s to 1h");
    expect_fault("--help lists the settings");
}

static void times_have_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms; /* -1: refused */
    } cases[] = {
        {"0",                     0                      },
        {"0ms",                   0                      },
        {"500ms",                 500                    },
        {"10s",                   10000                  },
        {"5m",                    300000                 },
        {"2h",                    7200000                },
        {"30d",                   2592000000             },
        {"106751991167d",         106751991167 * 86400000},
        {"106751991168d",         -1                     },
        {"10",                    -1                     },
        {"10 s",                  -1                     },
        {"-1s",                   -1                     },
        {"1.5s",                  -1                     },
        {"s",                     -1                     },
        {"",                      -1                     },
        {"1S",                    -1                     },
        {"1min",                  -1                     },
        {"01s",                   -1                     },
        {"99999999999999999999s", -1                     },
    };
    int64_t ms;
    const struct setting table[] = {
        {.key = "time",  .type = SETTING_MILLISECONDS, .target = &ms, .default_value = "1s", .help = ""},
        {.key = NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char argument[64];
        snprintf(argument, sizeof(argument), "--time=%s", cases[i].text);
        char *arguments[] = {(char[]){"x"}, argument, NULL};
        ms = -1;
        capture_begin(&run.err, STDERR_FILENO);
        enum settings_result result = settings_load("x", "y", table, NULL, 2, arguments);
        capture_end(&run.err);
        if ((result == SETTINGS_OK) != (cases[i].ms >= 0) || ms != cases[i].ms)
            fail_msg("%s gave %lld", cases[i].text, (long long)ms);
    }
}

static void the_rule_of_a_time_is_told_in_units(void **state)
{
    (void)state;
    int64_t ms;
    const struct setting table[] = {
        {.key = "wait",
         .type = SETTING_MILLISECONDS,
         .target = &ms,
         .default_value = "0",
         .max = 90000,
         .help = ""},
        {.key = NULL},
    };
    char *arguments[] = {(char[]){"x"}, (char[]){"--wait=91s"}, NULL};
    capture_begin(&run.err, STDERR_FILENO);
    enum settings_result result = settings_load("x", "y", table, NULL, 2, arguments);
    capture_end(&run.err);
    assert_int_equal(result, SETTINGS_EXIT_USAGE);
    assert_non_null(strstr(run.err.text, "wait must be a time from 0ms to 90s with its unit"));
}

static void a_text_setting_is_utf8_without_control_characters(void **state)
{
    (void)state;
    load("--note=\xff", NULL);
    expect_fault("note must be UTF-8");
    load("--note=a\nb", NULL);
    expect_fault("note must not hold control characters");
}

static void help_is_an_aligned_table_and_touches_nothing(void **state)
{
    (void)state;
    setenv("DUBAN_HTTP_PORT", "wrong", 1);
    load("--http-port=99", "--nonsense=1", "--help", NULL);
    assert_int_equal(run.result, SETTINGS_EXIT_OK);
    assert_null(target.brokers);
    assert_non_null(strstr(run.out.text, "intake: the door\n"));
    /* The columns start at the same place, Chinese defaults included. */
    assert_non_null(strstr(run.out.text, "\n  --http-port=NUMBER      8080            where HTTP listens\n"));
    assert_non_null(
        strstr(run.out.text, "\n  --brokers=TEXT          127.0.0.1:9092  host:port of the brokers\n"));
    assert_non_null(strstr(run.out.text, "\n  --note=TEXT             无              shown on the board\n"));
    assert_non_null(
        strstr(run.out.text, "\n  --session-timeout=TIME  10s             of the consumer group\n"));
}

static void print_settings_tells_what_is_in_force_and_why(void **state)
{
    (void)state;
    const char *path = file_with("\nnote = 督办\n");
    setenv("DUBAN_BROKERS", "b:1", 1);
    load("--http-port=99", "--config", path, "--print-settings", NULL);
    assert_int_equal(run.result, SETTINGS_EXIT_OK);
    assert_non_null(strstr(run.out.text, "http-port        99     command line\n"));
    assert_non_null(strstr(run.out.text, "brokers          b:1    environment DUBAN_BROKERS\n"));
    assert_non_null(strstr(run.out.text, "session-timeout  10s    default\n"));
    char note[4096 + 64];
    snprintf(note, sizeof(note), "note             督办   %s:2\n", path);
    assert_non_null(strstr(run.out.text, note));
    assert_null(target.brokers);
}

static void a_secret_is_never_printed(void **state)
{
    (void)state;
    load("--password=hunter2", "--print-settings", NULL);
    assert_int_equal(run.result, SETTINGS_EXIT_OK);
    assert_null(strstr(run.out.text, "hunter2"));
    assert_non_null(strstr(run.out.text, "(secret)"));
    load("--password=hunter2\n", NULL);
    expect_fault("password must not hold control characters");
    assert_null(strstr(run.err.text, "hunter2"));
    setenv("DUBAN_PASSWORD", "hunter2", 1);
    load("--help", NULL);
    assert_null(strstr(run.out.text, "hunter2"));
    load(NULL);
    assert_string_equal(target.password, "hunter2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(without_any_source_the_defaults_of_both_tables_are_in_force, forget_all),
        cmocka_unit_test_teardown(one_table_is_enough, forget_all),
        cmocka_unit_test_teardown(both_forms_of_an_argument_are_read_and_the_last_wins, forget_all),
        cmocka_unit_test_teardown(command_line_beats_environment_beats_file_beats_default, forget_all),
        cmocka_unit_test_teardown(a_file_has_comments_blank_lines_and_blanks_around_values, forget_all),
        cmocka_unit_test_teardown(faults_in_a_file_name_its_line, forget_all),
        cmocka_unit_test_teardown(a_line_too_long_for_the_file_parser_is_refused_not_cut, forget_all),
        cmocka_unit_test_teardown(a_file_that_cannot_be_read_is_a_fault, forget_all),
        cmocka_unit_test_teardown(faults_on_the_command_line_name_the_argument, forget_all),
        cmocka_unit_test_teardown(a_fault_in_the_environment_names_the_variable, forget_all),
        cmocka_unit_test_teardown(all_faults_are_told_at_once, forget_all),
        cmocka_unit_test_teardown(times_have_units, forget_all),
        cmocka_unit_test_teardown(the_rule_of_a_time_is_told_in_units, forget_all),
        cmocka_unit_test_teardown(a_text_setting_is_utf8_without_control_characters, forget_all),
        cmocka_unit_test_teardown(help_is_an_aligned_table_and_touches_nothing, forget_all),
        cmocka_unit_test_teardown(print_settings_tells_what_is_in_force_and_why, forget_all),
        cmocka_unit_test_teardown(a_secret_is_never_printed, forget_all),
    };
    return cmocka_run_group_tests_name("base/settings", tests, make_directory, remove_directory);
}
