/* The rules of common/base/log.h. jansson, strict, says whether a line is JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <jansson.h>

#include "base/instant.h"
#include "base/log.h"

#include "capture.h"

static struct capture capture;

static json_t *json_of(const char *line)
{
    size_t length = strlen(line);
    assert_true(length > 0 && line[length - 1] == '\n');
    json_t *json = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
    if (json == NULL)
        fail_msg("not one JSON object: %s", line);
    return json;
}

static void expect_member(const json_t *json, const char *name, const char *value)
{
    assert_string_equal(json_string_value(json_object_get(json, name)), value);
}

static void a_line_is_one_json_object_with_time_level_program_and_message(void **state)
{
    (void)state;
    capture_begin(&capture, STDERR_FILENO);
    log_init("task-ledger", LOG_LEVEL_INFO);
    log_warn("retrying the broker in %d ms topic=%s", 500, "duban.commands");
    json_t *json = json_of(capture_end(&capture));
    expect_member(json, "level", "warn");
    expect_member(json, "program", "task-ledger");
    expect_member(json, "message", "retrying the broker in 500 ms topic=duban.commands");
    struct instant time;
    assert_true(instant_from_text(json_string_value(json_object_get(json, "time")), &time));
    assert_int_equal(json_object_size(json), 4);
    json_decref(json);
}

static void what_came_from_outside_is_escaped_and_survives(void **state)
{
    (void)state;
    static const char *const messages[] = {
        "quote \" backslash \\ slash /",
        "lines\nand\ttabs\r\b\f",
        "\x01\x1f\x7f",
        "区财政局 𠮷 👍",
        "%s %n is data",
        "\",\"level\":\"error",
    };
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        capture_begin(&capture, STDERR_FILENO);
        log_init("intake", LOG_LEVEL_INFO);
        log_info("%s", messages[i]);
        json_t *json = json_of(capture_end(&capture));
        expect_member(json, "message", messages[i]);
        expect_member(json, "level", "info");
        json_decref(json);
    }
}

static void bytes_that_are_not_utf8_become_the_replacement_character(void **state)
{
    (void)state;
    capture_begin(&capture, STDERR_FILENO);
    log_init("intake", LOG_LEVEL_INFO);
    log_info("%s", "a\xff"
                   "b\xe7\x9d");
    json_t *json = json_of(capture_end(&capture));
    assert_non_null(strstr(json_string_value(json_object_get(json, "message")), "a\xef\xbf\xbd"
                                                                                "b\xef\xbf\xbd"));
    json_decref(json);
}

static void a_long_message_is_cut_between_characters_and_says_so(void **state)
{
    (void)state;
    static char message[20000];
    static const char *const units[] = {"x", "督", "\n", "\x01", "👍"};
    for (size_t unit = 0; unit < sizeof(units) / sizeof(units[0]); unit++) {
        for (size_t shift = 0; shift < 7; shift++) {
            memset(message, 'y', shift);
            size_t length = shift, step = strlen(units[unit]);
            for (; length + step < sizeof(message); length += step)
                memcpy(message + length, units[unit], step);
            message[length] = '\0';
            capture_begin(&capture, STDERR_FILENO);
            log_init("intake", LOG_LEVEL_INFO);
            log_info("%s", message);
            const char *line = capture_end(&capture);
            assert_in_range(strlen(line), PIPE_BUF - 10, PIPE_BUF);
            json_t *json = json_of(line);
            const char *text = json_string_value(json_object_get(json, "message"));
            size_t kept = strlen(text) - strlen("…");
            assert_string_equal(text + kept, "…");
            assert_memory_equal(text, message, kept);
            json_decref(json);
        }
    }
}

static void lines_below_the_level_are_not_written(void **state)
{
    (void)state;
    static const struct {
        enum log_level least;
        const char *environment;
        int lines; /* of the four below */
    } cases[] = {
        {LOG_LEVEL_DEBUG, NULL,    4},
        {LOG_LEVEL_INFO,  NULL,    3},
        {LOG_LEVEL_WARN,  NULL,    2},
        {LOG_LEVEL_ERROR, NULL,    1},
        {LOG_LEVEL_ERROR, "debug", 4},
        {LOG_LEVEL_DEBUG, "error", 1},
        {LOG_LEVEL_DEBUG, "warn",  2},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        if (cases[i].environment != NULL)
            setenv("DUBAN_LOG", cases[i].environment, 1);
        capture_begin(&capture, STDERR_FILENO);
        log_init("board", cases[i].least);
        log_debug("one");
        log_info("two");
        log_warn("three");
        log_error("four");
        int lines = 0;
        for (const char *at = capture_end(&capture); (at = strchr(at, '\n')) != NULL; at++)
            lines++;
        assert_int_equal(lines, cases[i].lines);
        unsetenv("DUBAN_LOG");
    }
}

static void an_unknown_level_in_the_environment_is_told_and_ignored(void **state)
{
    (void)state;
    setenv("DUBAN_LOG", "loud", 1);
    capture_begin(&capture, STDERR_FILENO);
    log_init("board", LOG_LEVEL_WARN);
    log_info("not written");
    json_t *json = json_of(capture_end(&capture));
    unsetenv("DUBAN_LOG");
    expect_member(json, "level", "warn");
    assert_non_null(strstr(json_string_value(json_object_get(json, "message")), "loud"));
    json_decref(json);
}

static void a_terminal_gets_readable_lines_that_cannot_move_its_cursor(void **state)
{
    (void)state;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    int terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0);
    int saved = dup(STDERR_FILENO);
    dup2(terminal, STDERR_FILENO);
    log_init("intake", LOG_LEVEL_INFO);
    log_error("refused \"%s\"", "\x1b[2J督办\n");
    dup2(saved, STDERR_FILENO);
    close(saved);
    char line[512];
    ssize_t length = read(master, line, sizeof(line) - 1);
    assert_true(length > 0);
    line[length] = '\0';
    assert_non_null(strstr(line, "error intake: refused \"\\u001b[2J督办\\n\""));
    assert_null(strchr(line, '\x1b'));
    close(terminal);
    close(master);
}

static void errno_survives_a_log_line(void **state)
{
    (void)state;
    log_init("intake", LOG_LEVEL_INFO);
    int saved = dup(STDERR_FILENO);
    close(STDERR_FILENO); /* so that the write fails and sets its own */
    errno = EDOM;
    log_error("nobody reads this");
    int after = errno;
    dup2(saved, STDERR_FILENO);
    close(saved);
    assert_int_equal(after, EDOM);
}

static void *write_lines(void *message)
{
    for (int i = 0; i < 200; i++)
        log_info("%s", (const char *)message);
    return NULL;
}

static void lines_of_several_threads_stay_whole(void **state)
{
    (void)state;
    static char texts[4][1001];
    pthread_t threads[4];
    FILE *file = tmpfile();
    assert_non_null(file);
    int saved = dup(STDERR_FILENO);
    /* As a service's log is opened: every write goes to the end. */
    assert_int_equal(fcntl(fileno(file), F_SETFL, O_APPEND), 0);
    dup2(fileno(file), STDERR_FILENO);
    log_init("intake", LOG_LEVEL_INFO);
    for (int i = 0; i < 4; i++) {
        memset(texts[i], 'a' + i, 1000);
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, texts[i]), 0);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    dup2(saved, STDERR_FILENO);
    close(saved);
    rewind(file);
    int lines = 0;
    for (char line[PIPE_BUF + 1]; fgets(line, sizeof(line), file) != NULL; lines++) {
        json_t *json = json_of(line);
        const char *message = json_string_value(json_object_get(json, "message"));
        assert_string_equal(message, texts[message[0] - 'a']);
        json_decref(json);
    }
    assert_int_equal(lines, 800);
    fclose(file);
}

int main(void)
{
    unsetenv("DUBAN_LOG");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_one_json_object_with_time_level_program_and_message),
        cmocka_unit_test(what_came_from_outside_is_escaped_and_survives),
        cmocka_unit_test(bytes_that_are_not_utf8_become_the_replacement_character),
        cmocka_unit_test(a_long_message_is_cut_between_characters_and_says_so),
        cmocka_unit_test(lines_below_the_level_are_not_written),
        cmocka_unit_test(an_unknown_level_in_the_environment_is_told_and_ignored),
        cmocka_unit_test(a_terminal_gets_readable_lines_that_cannot_move_its_cursor),
        cmocka_unit_test(errno_survives_a_log_line),
        cmocka_unit_test(lines_of_several_threads_stay_whole),
    };
    return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
