/* The command line of dubanctl (tool.c, commands.c): where settings, words, options and arguments may stand, what is
 * said of a slip, and what the shell sees. None of these commands needs a broker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "domain/vocabulary.h"
#include "dubanctl/commands.h"
#include "scratch.h"
#include "tool_run.h"

static int forget_environment(void **state)
{
    (void)state;
    unsetenv("DUBAN_PREFIX");
    unsetenv("DUBAN_PARTITIONS");
    return 0;
}

static void help_lists_every_command_and_every_trigger_from_outside(void **state)
{
    static struct tool_run result;
    (void)state;
    RUN(result, "--help");
    assert_int_equal(result.code, TOOL_OK);
    static const char *const some[] = {
        "task list",   "registry check DIR", "token new PERSON",   "door excuse DOOR", "watch",
        "report_done", "acknowledge",        "--bootstrap-secret", "exit codes"};
    for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
        assert_non_null(strstr(result.out.text, some[i]));
    assert_null(strstr(result.out.text, "  wake "));
    assert_null(strstr(result.out.text, "  apply_registry "));
}

static void help_of_a_trigger_lists_the_fields_of_its_body(void **state)
{
    static struct tool_run result;
    (void)state;
    RUN(result, "report-done", "--help");
    assert_int_equal(result.code, TOOL_OK);
    assert_non_null(strstr(result.out.text, "usage: dubanctl report-done TASK|NUMBER"));
    assert_non_null(strstr(result.out.text, "completed_on"));
    assert_non_null(strstr(result.out.text, "evidence[0].class_code"));
    RUN(result, "reopen", "--help");
    assert_non_null(strstr(result.out.text, "one of new_facts, new_instruction, false_evidence"));
}

static void settings_stand_anywhere(void **state)
{
    static struct tool_run before, behind, apart;
    (void)state;
    RUN(before, "--prefix=p.", "topics", "table", "--json");
    RUN(behind, "topics", "table", "--json", "--prefix=p.");
    RUN(apart, "topics", "--prefix", "p.", "table", "--json");
    assert_int_equal(before.code, TOOL_OK);
    assert_non_null(strstr(before.out.text, "\"topic\":\"p.commands\""));
    assert_string_equal(before.out.text, behind.out.text);
    assert_string_equal(before.out.text, apart.out.text);
}

static void the_environment_gives_settings_too(void **state)
{
    static struct tool_run result;
    (void)state;
    setenv("DUBAN_PREFIX", "env.", 1);
    setenv("DUBAN_PARTITIONS", "4", 1);
    RUN(result, "topics", "table", "--json");
    assert_non_null(
        strstr(result.out.text, "{\"topic\":\"env.commands\",\"key\":\"task id\",\"partitions\":4,"));
}

static void tables_are_aligned_and_in_the_language_asked_for(void **state)
{
    static struct tool_run chinese, english;
    (void)state;
    RUN(chinese, "topics", "table");
    RUN(english, "topics", "table", "--language=en");
    assert_true(text_starts_with(chinese.out.text, "主题 "));
    assert_true(text_starts_with(english.out.text, "topic "));
    const char *second = strchr(chinese.out.text, '\n') + 1;
    const char *third = strchr(second, '\n') + 1;
    assert_int_equal(strstr(second, " any ") - second, strstr(third, " task id ") - third);
}

static void a_slip_is_named_and_the_shell_sees_2(void **state)
{
    static const struct {
        const char *words[6];
        const char *said;
    } cases[] = {
        {{"tsk", "list"},                                  "\"tsk list\" is no command"          },
        {{"task"},                                         "\"task\" is no command"              },
        {{"task", "list", "--stat=closed"},                "there is no option --stat"           },
        {{"task", "show"},                                 "an argument is missing"              },
        {{"task", "show", "a", "b"},                       "2 arguments do not fit"              },
        {{"topics", "table", "--markdown=x"},              "--markdown takes no value"           },
        {{"topics", "create", "--replication"},            "--replication needs a value"         },
        {{"topics", "create", "--replication=0"},          "--replication must be a whole number"},
        {{"topics", "table", "--language=fr"},             "--language must be zh or en"         },
        {{"topics", "table", "--partitions=0"},            "partitions must be a whole number"   },
        {{"sign"},                                         "the task is missing"                 },
        {{"sign", "note=x"},                               "the task is missing"                 },
        {{"progress", "t", "percent"},                     "fields are given as name=value"      },
        {{"progress", "t", "percent=200"},                 "percent"                             },
        {{"wake", "t"},                                    "\"wake t\" is no command"            },
        {{"publish", "file"},                              "--unit=UNIT is missing"              },
        {{"sign", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "--as=x"}, "--as=x needs --token-file"           },
        {{"registry", "show", "first"},                    "\"first\" is no version"             },
    };
    static struct tool_run result;
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tool_run(&result, cases[i].words);
        if (result.code != TOOL_USAGE || strstr(result.err.text, cases[i].said) == NULL)
            fail_msg("case %zu: exit %d: %s", i, result.code, result.err.text);
    }
}

static void a_door_that_does_not_answer_is_unreachable(void **state)
{
    static struct tool_run result;
    (void)state;
    RUN(result, "sign", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "--intake=http://127.0.0.1:1", "--timeout=5s");
    assert_int_equal(result.code, TOOL_UNREACHABLE);
    assert_non_null(strstr(result.err.text, "intake at http://127.0.0.1:1 does not answer"));
    RUN(result, "topics", "check", "--brokers=127.0.0.1:1", "--timeout=1s");
    assert_int_equal(result.code, TOOL_UNREACHABLE);
    assert_non_null(strstr(result.err.text, "Kafka at 127.0.0.1:1 does not answer"));
}

static void the_sample_district_is_sound(void **state)
{
    static struct tool_run result;
    (void)state;
    RUN(result, "registry", "check", "deploy/registry");
    assert_int_equal(result.code, TOOL_OK);
    assert_non_null(strstr(result.out.text, "no fault"));
}

static void a_fault_in_a_district_is_told_with_file_line_and_column(void **state)
{
    static struct tool_run result;
    (void)state;
    char *directory = scratch_new();
    char *path = scratch_write(directory, "units.yaml",
                               "units:\n  - id: finance\n    name: 区财政局\n    active: maybe\n");
    RUN(result, "registry", "check", directory);
    assert_int_equal(result.code, TOOL_REFUSED);
    assert_true(text_starts_with(result.out.text, path));
    assert_non_null(strstr(result.out.text, "units.yaml:4:13: "));
    free(path);
    scratch_free(directory);
}

static void every_command_is_found_by_its_words_and_no_trigger_hides_one(void **state)
{
    (void)state;
    char task[] = "task", list[] = "list", more[] = "x", sign[] = "sign", dashed[] = "report-done",
         wake[] = "wake";
    char *both[] = {task, list, more}, *trigger[] = {sign, more}, *with_dash[] = {dashed},
         *machine[] = {wake};
    int words;
    assert_string_equal(command_find(3, both, &words)->words, "task list");
    assert_int_equal(words, 2);
    assert_ptr_equal(command_find(2, trigger, &words)->handler, act_command);
    assert_int_equal(words, 1);
    assert_ptr_equal(command_find(1, with_dash, &words)->handler, act_command);
    assert_null(command_find(1, machine, &words));
    assert_null(command_find(1, both, &words));
    assert_int_equal(act_trigger("report-done"), TRIGGER_REPORT_DONE);
    assert_int_equal(act_trigger("apply_registry"), TRIGGER_NONE);
    assert_int_equal(act_trigger("number_granted"), TRIGGER_NONE);
}

/* A setting is taken away before the command sees its options. */
static void no_option_has_the_name_of_a_setting(void **state)
{
    static struct tool_run help;
    (void)state;
    RUN(help, "--help");
    const char *settings = strstr(help.out.text, "\nsettings");
    assert_non_null(settings);
    assert_non_null(strstr(settings, "  --token "));
    size_t options = 0;
    for (size_t i = 0; command_at(i) != NULL; i++) {
        const struct tool_option *option = command_at(i)->options;
        for (; option != NULL && option->name != NULL; option++, options++) {
            char name[64];
            snprintf(name, sizeof name, "  --%s ", option->name);
            if (strstr(settings, name) != NULL)
                fail_msg("%s: --%s is a setting", command_at(i)->words, option->name);
        }
    }
    assert_in_range(options, 10, 100);
}

static void every_row_is_found_by_its_own_words(void **state)
{
    (void)state;
    for (size_t i = 0; command_at(i + 1) != NULL; i++) {
        char text[64], *words[4], *rest = NULL;
        int count = 0, matched;
        snprintf(text, sizeof text, "%s", command_at(i)->words);
        for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
            words[count++] = word;
        assert_ptr_equal(command_find(count, words, &matched), command_at(i));
        assert_int_equal(matched, count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_lists_every_command_and_every_trigger_from_outside),
        cmocka_unit_test(help_of_a_trigger_lists_the_fields_of_its_body),
        cmocka_unit_test(settings_stand_anywhere),
        cmocka_unit_test_teardown(the_environment_gives_settings_too, forget_environment),
        cmocka_unit_test(tables_are_aligned_and_in_the_language_asked_for),
        cmocka_unit_test(a_slip_is_named_and_the_shell_sees_2),
        cmocka_unit_test(a_door_that_does_not_answer_is_unreachable),
        cmocka_unit_test(the_sample_district_is_sound),
        cmocka_unit_test(a_fault_in_a_district_is_told_with_file_line_and_column),
        cmocka_unit_test(every_command_is_found_by_its_words_and_no_trigger_hides_one),
        cmocka_unit_test(no_option_has_the_name_of_a_setting),
        cmocka_unit_test(every_row_is_found_by_its_own_words),
    };
    return cmocka_run_group_tests_name("dubanctl/command_line", tests, NULL, NULL);
}
