/* `dubanctl registry check` on the sample district with one thing in it made wrong: the fault is told in words, with
 * the field, where it stands in the file. Run from the top of the tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "capture.h"
#include "dubanctl/tool.h"
#include "scratch.h"

enum { WORDS_AT_MOST = 8, FILE_BYTES = 256 * 1024 };

static const char *const names[] = {"registry.yaml",       "units.yaml",          "persons.yaml",
                                    "templates.yaml",      "ladder.yaml",         "forms.yaml",
                                    "calendars/2022.yaml", "calendars/2023.yaml", "calendars/2024.yaml",
                                    "calendars/2025.yaml", "calendars/2026.yaml"};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

static struct arena *arena;
static char *folder;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    folder = scratch_new();
    char *calendars = scratch_path(folder, "calendars");
    int made = mkdir(calendars, 0755);
    free(calendars);
    return made;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_free(folder);
    arena_free(arena);
    return 0;
}

static const char *original(const char *name)
{
    char *text = arena_alloc(arena, FILE_BYTES);
    FILE *file = fopen(arena_format(arena, "deploy/registry/%s", name), "r");
    assert_non_null(file);
    size_t bytes = fread(text, 1, FILE_BYTES - 1, file);
    assert_true(bytes < FILE_BYTES - 1);
    fclose(file);
    return text;
}

/* The district as it is, but for the first `from` of one file. */
static void write_district(const char *changed, const char *from, const char *to)
{
    for (size_t i = 0; i < NAMES; i++) {
        const char *text = original(names[i]);
        if (text_equal(names[i], changed)) {
            const char *place = strstr(text, from);
            if (place == NULL)
                fail_msg("%s does not hold %s", changed, from);
            text = arena_format(arena, "%.*s%s%s", (int)(place - text), text, to, place + strlen(from));
        }
        free(scratch_write(folder, names[i], text));
    }
}

static int check(struct capture *ret_out)
{
    char program[] = "dubanctl", registry[] = "registry", word[] = "check";
    char *arguments[WORDS_AT_MOST] = {program, registry, word, folder};
    struct capture err;
    capture_begin(ret_out, 1);
    capture_begin(&err, 2);
    int code = tool_main(4, arguments);
    capture_end(&err);
    capture_end(ret_out);
    return code;
}

#define PERIOD "due: {amount: 30, unit: calendar_day}"
#define WORKED "date: 2023-01-28, working: true"

static const struct {
    const char *file, *from, *to;
    const char *place, *rule;
} rows[] = {
  /* office hours: backwards, past midnight, over each other, of no day */
    {"registry.yaml",       "\"08:30-12:00\"",                                 "\"12:00-08:30\"",
     "registry.yaml:19:27: ",                                                                                                                                     "policy.office_hours.blocks[0],时段的结束不晚于开始"      },
    {"registry.yaml",       "\"14:00-17:30\"",                                 "\"22:00-02:00\"",
     "registry.yaml:19:42: ",                                                                                                                                     "policy.office_hours.blocks[1],时段的结束不晚于开始"      },
    {"registry.yaml",       "\"14:00-17:30\"",                                 "\"11:00-17:30\"",
     "registry.yaml:19:42: ",                                                                                                                                     "policy.office_hours.blocks[1],时段早于前一段的结束"      },
    {"registry.yaml",       "\"14:00-17:30\"",                                 "\"14:00-25:30\"",
     "registry.yaml:19:42: ",                                                                                                                                     "policy.office_hours.blocks[1].until_minute 不符合要求:0..1440"},
 /* amounts and units */
    {"templates.yaml",      PERIOD,                                            "due: {amount: 0, unit: calendar_day}",
     "templates.yaml:",                                                                                                                                           "due,期间的数值不合规定"                                   },
    {"templates.yaml",      PERIOD,                                            "due: {amount: -5, unit: calendar_day}",
     "templates.yaml:",                                                                                                                                           "due.amount 不符合要求:0.."                                    },
    {"templates.yaml",      PERIOD,                                            "due: {amount: 4000, unit: calendar_day}",
     "templates.yaml:",                                                                                                                                           "due,期间的数值不合规定"                                   },
    {"templates.yaml",      PERIOD,                                            "due: {amount: 99999999999999999999, unit: calendar_day}",
     "templates.yaml:",                                                                                                                                           "due.amount 不符合要求:range"                                  },
    {"templates.yaml",      PERIOD,                                            "due: {amount: 1.5, unit: calendar_day}",
     "templates.yaml:",                                                                                                                                           "due.amount 不符合要求:应为数字"                           },
    {"templates.yaml",      PERIOD,                                            "due: {amount: 30, unit: week}",
     "templates.yaml:",                                                                                                                                           "due.unit 的值“week”不在词表或登记册中"              },
    {"templates.yaml",      "due_date: 2023-02-28",                            "due_date: 2023-02-30",
     "templates.yaml:",                                                                                                                                           "due_date 的“2023-02-30”不是有效日期"                    },
 /* a reason to stand still that no law gives */
    {"templates.yaml",      "检验检测检疫, basis: 行政许可法 §45", "检验检测检疫, basis: \"\"",
     "templates.yaml:",                                                                                                                                           "pauses[1],必须填写"                                            },
 /* notices */
    {"calendars/2023.yaml", "year: 2023",                                      "year: 2033",
     "calendars/2023.yaml:",                                                                                                                                      "days[0],日期不属于该年的通知"                            },
    {"calendars/2023.yaml", WORKED,                                            "date: 2023-01-27, working: true",
     "calendars/2023.yaml:",                                                                                                                                      "days[10],该日重复"                                             },
    {"calendars/2023.yaml", WORKED,                                            "date: 2023-01-20, working: true",
     "calendars/2023.yaml:",                                                                                                                                      "days[10],日期未按次序"                                       },
    {"calendars/2023.yaml", "date: 2023-01-29, working: true",                 "date: 2023-01-30, working: true",
     "calendars/2023.yaml:",                                                                                                                                      "days[11],补班日不在周六、周日"                           },
    {"calendars/2023.yaml", "year: 2023",                                      "year: 2024",
     "calendars/2023.yaml:",                                                                                                                                      "days[0],日期不属于该年的通知"                            },
    {"calendars/2024.yaml", "year: 2024\n",                                    "year: 2023\n",                                            "calendars/2024.yaml:", "该年重复"                                                      },
    {"calendars/2023.yaml", WORKED,                                            "date: 2023-02-31, working: true",
     "calendars/2023.yaml:",                                                                                                                                      "days[10].date 的“2023-02-31”不是有效日期"               },
};

static void each_fault_is_told_with_its_place_field_and_rule(void **state)
{
    static struct capture out;
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        write_district(rows[i].file, rows[i].from, rows[i].to);
        assert_int_equal(check(&out), TOOL_REFUSED);
        const char *place = arena_format(arena, "%s/%s", folder, rows[i].place);
        if (!text_starts_with(out.text, place) || strstr(out.text, rows[i].rule) == NULL)
            fail_msg("row %zu: %s holds not %s and %s", i, out.text, place, rows[i].rule);
        arena_reset(arena);
    }
}

/* A notice that breaks off in the middle of the year has never been: half of it is missing. */
static void half_a_notice_is_no_notice(void **state)
{
    static struct capture out;
    (void)state;
    const char *name = "calendars/2024.yaml", *whole = original(name),
               *july = strstr(whole, "  - {date: 2024-09");
    assert_non_null(july);
    write_district(name, july, "");
    assert_int_equal(check(&out), TOOL_REFUSED);
    if (strstr(out.text, "days,上半年或下半年没有放假日,通知不完整") == NULL)
        fail_msg("%s", out.text);
}

static void the_copy_itself_is_sound(void **state)
{
    static struct capture out;
    (void)state;
    write_district("", "", "");
    assert_int_equal(check(&out), TOOL_OK);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_copy_itself_is_sound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(half_a_notice_is_no_notice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_fault_is_told_with_its_place_field_and_rule, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
