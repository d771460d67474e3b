/* The rules of services/dubanctl/words.h, and of numbers as people type them (lookup.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "dubanctl/lag.h"
#include "dubanctl/lookup.h"
#include "dubanctl/words.h"

static const struct tool chinese = {.language = LANGUAGE_ZH, .command = "", .usage = ""};

static int make_arena(void **state)
{
    *state = arena_new(LIMIT_ARENA_BYTES);
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static void a_number_is_found_whatever_brackets_were_typed(void **state)
{
    static const char *const typed[] = {
        "督办〔2023〕17号",         "督办[2023]17号",   "督办(2023)17号",           "督办 〔2023〕 17 号",
        "督办\uff082023\uff0917号", "督办【2023】17号", "督办\uff3b2023\uff3d17号", "督办\u3000〔2023〕17号",
    };
    for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
        assert_string_equal(number_normal(typed[i], *state), "督办〔2023〕17号");
}

static void a_text_is_cut_between_characters_by_columns(void **state)
{
    assert_string_equal(words_cut("区财政局", 8, *state), "区财政局");
    assert_string_equal(words_cut("区财政局", 7, *state), "区财政");
    assert_string_equal(words_cut("a区财", 4, *state), "a区");
    assert_string_equal(words_cut("abc", 0, *state), "");
}

static void a_span_names_its_two_largest_units(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0,                                  "0毫秒"    },
        {999,                                "999毫秒"  },
        {1000,                               "1秒"       },
        {61 * MS_PER_SECOND,                 "1分1秒"   },
        {MS_PER_HOUR,                        "1小时"    },
        {MS_PER_DAY + 2 * MS_PER_HOUR + 500, "1天2小时"},
        {MS_PER_HOUR + 5 * MS_PER_SECOND,    "1小时"    },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(words_span(&chinese, cases[i].ms, *state), cases[i].text);
}

static void an_amount_has_two_places(void **state)
{
    assert_string_equal(words_amount(7100000 * 100LL + 5, *state), "7100000.05");
    assert_string_equal(words_amount(-50, *state), "-0.50");
}

static void words_are_known_by_code_and_by_name(void **state)
{
    (void)state;
    assert_int_equal(words_value(LIST_STATE, "in_progress"), STATE_IN_PROGRESS);
    assert_int_equal(words_value(LIST_STATE, "办理中"), STATE_IN_PROGRESS);
    assert_int_equal(words_value(LIST_STATE, "in progress"), STATE_IN_PROGRESS);
    assert_int_equal(words_value(LIST_STATE, "办理"), STATE_NONE);
    assert_int_equal(words_value(LIST_STATE, ""), STATE_NONE);
}

static void an_actor_is_a_person_a_system_or_the_system_itself(void **state)
{
    struct actor person = {
        .unit = "finance", .person = "finance-head", .system = "", .principal = "", .door = DOOR_HTTP};
    struct actor source = {
        .unit = "finance", .person = "", .system = "urn:x", .principal = "", .door = DOOR_KAFKA};
    struct actor itself = {.unit = "", .person = "", .system = "duban", .principal = "", .door = DOOR_INSIDE};
    assert_string_equal(words_actor(&chinese, &person, NULL, *state), "finance-head");
    assert_string_equal(words_actor(&chinese, &source, NULL, *state), "urn:x");
    struct registry_system systems[] = {
        {.source = "urn:x", .name = "办公系统"}
    };
    struct registry_unit unit = {.id = "finance", .name = "区财政局", .systems = systems, .system_count = 1};
    struct registry registry = {.units = &unit, .unit_count = 1};
    assert_string_equal(words_actor(&chinese, &source, &registry, *state), "区财政局办公系统");
    assert_string_equal(words_actor(&chinese, &itself, NULL, *state), "系统");
}

static void a_clock_is_called_by_its_own_name(void **state)
{
    struct clock clocks[] = {
        {.id = CLOCK_DUE, .name = "",       .version = 2},
        { .id = CLOCK_NODE,       .key = 3, .name = "开工", .version = 1},
    };
    struct task task = task_blank();
    task.clocks = clocks;
    task.clock_count = 2;
    struct miss of_node = {.clock = CLOCK_NODE, .key = 3, .version = 1};
    struct miss of_older = {.clock = CLOCK_NODE, .key = 3, .version = 7};
    assert_string_equal(words_clock(&chinese, &clocks[0], *state), "办理时限");
    assert_string_equal(words_clock(&chinese, &clocks[1], *state), "节点时限“开工”");
    assert_string_equal(words_missed_clock(&chinese, &task, &of_node, *state), "节点时限“开工”");
    assert_string_equal(words_missed_clock(&chinese, &task, &of_older, *state), "节点时限");
}

static void readers_are_declared_by_whole_names(void **state)
{
    (void)state;
    assert_true(lag_reader_is_declared("escalation-notifier, intake, board", "intake"));
    assert_true(lag_reader_is_declared("escalation-notifier, intake, board", "board"));
    assert_true(lag_reader_is_declared("all", "anybody"));
    assert_false(lag_reader_is_declared("task-ledger", "task"));
    assert_false(lag_reader_is_declared("task-ledger", "ledger"));
    assert_false(lag_reader_is_declared("the unit's systems", "intake"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_found_whatever_brackets_were_typed),
        cmocka_unit_test(a_text_is_cut_between_characters_by_columns),
        cmocka_unit_test(a_span_names_its_two_largest_units),
        cmocka_unit_test(an_amount_has_two_places),
        cmocka_unit_test(words_are_known_by_code_and_by_name),
        cmocka_unit_test(an_actor_is_a_person_a_system_or_the_system_itself),
        cmocka_unit_test(a_clock_is_called_by_its_own_name),
        cmocka_unit_test(readers_are_declared_by_whole_names),
    };
    return cmocka_run_group_tests_name("dubanctl/words", tests, make_arena, free_arena);
}
