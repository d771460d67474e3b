/* `dubanctl calendar`: a notice comes in only whole, confirmed by a second source, and against what is in force only
 * when told so. The files are written here; what is in force is the sample district's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "scratch.h"
#include "tool_run.h"

#define HEAD(year, days)                                                                                     \
    "{\"year\":" year ",\"papers\":[\"https://example.invalid/2022-12/08/content_1.htm\"],\"days\":[" days   \
    "]}"
#define DAY(name, date, off) "{\"name\":\"" name "\",\"date\":\"" date "\",\"isOffDay\":" off "}"
#define SPRING DAY("春节", "2027-02-08", "true")
#define AUTUMN DAY("国庆节", "2027-10-01", "true")
#define WORKED DAY("国庆节", "2027-10-09", "false")

static struct arena *arena;
static char *folder;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_ARENA_BYTES);
    folder = scratch_new();
    return 0;
}

static const char *path_of(const char *name)
{
    return arena_format(arena, "%s/%s", folder, name);
}

static int tear_down(void **state)
{
    (void)state;
    scratch_free(folder);
    arena_free(arena);
    return 0;
}

static const char *write_file(const char *name, const char *text)
{
    free(scratch_write(folder, name, text));
    return path_of(name);
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s does not hold %s", text, part);
}

static void a_notice_becomes_a_year_file_that_is_read_again(void **state)
{
    static struct tool_run result;
    const char *json = write_file("a.json", HEAD("2027", AUTUMN "," SPRING "," WORKED));
    (void)state;
    RUN(result, "calendar", "import", json, folder, "--paper=国办发明电〔2026〕1号");
    assert_int_equal(result.code, TOOL_OK);
    RUN(result, "calendar", "import", json);
    assert_holds(result.out.text, "year: 2027\npaper: \"https://example.invalid/2022-12/08/content_1.htm\"\n"
                                  "published: 2022-12-08\ndays:\n"
                                  "  - {date: 2027-02-08, working: false, name: 春节}\n"
                                  "  - {date: 2027-10-01, working: false, name: 国庆节}\n"
                                  "  - {date: 2027-10-09, working: true, name: 国庆节补班}\n");
    RUN(result, "calendar", "check", path_of("2027.yaml"), json);
    assert_string_equal(result.err.text, "");
    assert_int_equal(result.code, TOOL_OK);
    RUN(result, "calendar", "import", json, folder);
    assert_int_equal(result.code, TOOL_REFUSED);
    RUN(result, "calendar", "import", json, folder, "--replace");
    assert_int_equal(result.code, TOOL_OK);
}

static const struct {
    const char *text, *reason;
} bad_notices[] = {
    {"nonsense",                          "json"                            },
    {HEAD("2027",                         ""),                                "days: year_empty"},
    {HEAD("\"2027\"",                                   SPRING),                                                       "year: 0..9999"},
    {HEAD("1998",                    SPRING),"year_range"},
    {HEAD("2027",         SPRING "," SPRING "," AUTUMN),                                "days[1].date: day_twice"},
    {HEAD("2027",                         SPRING "," AUTUMN "," DAY("国庆节",                      "2027-10-12", "false")), "day_weekday"},
    {HEAD("2028",                                   SPRING "," AUTUMN),                                                           "day_foreign"},
    {HEAD("2027",                       SPRING "," AUTUMN "," DAY("元旦",                           "2028-01-01", "true")), "day_foreign"},
    {HEAD("2027",                                   SPRING),                                                           "days: half_missing"},
    {HEAD("2027",                      AUTUMN),"days: half_missing"},
    {HEAD("2027",DAY("春节","2027-02-29", "true")), "days[0].date: no_such_date"},
    {HEAD("2027",                      DAY("春节",                                                        "2027-02-08", "1")), "days[0].isOffDay: type=bool"},
    {HEAD("2027","{\"date\":\"2027-02-08\",\"isOffDay\":true}"),"days[0].name: required"},
    {"{\"year\":2027,\"papers\":[],\"days\":[" SPRING "," AUTUMN "]}",                         "paper: paper_missing"                              },
    {"{\"year\":2027,\"papers\":[\"x\"],\"days\":[" SPRING "," AUTUMN "]}",                                   "published: published_missing"                                                          },
    {"{\"year\":2027}",                       "days: required"                                                                          },
};

enum { BAD_NOTICES = sizeof(bad_notices) / sizeof(bad_notices[0]) };

static void what_is_no_whole_notice_is_refused_with_field_and_rule(void **state)
{
    static struct tool_run result;
    (void)state;
    for (size_t i = 0; i < BAD_NOTICES; i++) {
        RUN(result, "calendar", "import", write_file("a.json", bad_notices[i].text));
        assert_int_equal(result.code, TOOL_REFUSED);
        assert_holds(result.err.text, bad_notices[i].reason);
        assert_string_equal(result.out.text, "");
    }
}

static void a_refused_notice_is_confirmed_by_nothing_and_leaves_the_folder_as_it_was(void **state)
{
    static struct tool_run result;
    static struct tool_run listed;
    (void)state;
    const char *good = write_file("good.json", HEAD("2027", SPRING "," AUTUMN "," WORKED));
    RUN(result, "calendar", "import", good, folder, "--replace");
    assert_int_equal(result.code, TOOL_OK);
    for (size_t i = 0; i < BAD_NOTICES; i++) {
        const char *bad = write_file("a.json", bad_notices[i].text);
        RUN(result, "calendar", "import", bad, folder, "--replace");
        assert_int_equal(result.code, TOOL_REFUSED);
        assert_holds(result.err.text, bad_notices[i].reason);
        RUN(result, "calendar", "check", bad, bad, "--replace");
        assert_int_equal(result.code, TOOL_REFUSED);
        assert_holds(result.err.text, bad_notices[i].reason);
        /* Written before, and still what the good notice says. */
        RUN(listed, "calendar", "check", path_of("2027.yaml"), good);
        assert_string_equal(listed.err.text, "");
        assert_int_equal(listed.code, TOOL_OK);
    }
}

static void a_year_that_two_sources_tell_differently_is_refused(void **state)
{
    static struct tool_run result;
    const char *one = write_file("a.json", HEAD("2027", SPRING "," AUTUMN));
    const char *other =
        write_file("b.json", HEAD("2027", SPRING "," AUTUMN "," DAY("国庆节", "2027-10-04", "true")));
    (void)state;
    RUN(result, "calendar", "check", one, other, "--replace");
    assert_int_equal(result.code, TOOL_REFUSED);
    assert_holds(result.err.text, "2027: days: sources_differ (1)");
    assert_holds(result.out.text, "2027-10-04");
    /* A Saturday within a holiday says what the weekday says: no difference. */
    other = write_file("b.json", HEAD("2027", SPRING "," AUTUMN "," DAY("国庆节", "2027-10-02", "true")));
    RUN(result, "calendar", "check", one, other);
    assert_int_equal(result.code, TOOL_OK);
    other = write_file("b.json", HEAD("2027", ""));
    RUN(result, "calendar", "check", one, other);
    assert_holds(result.err.text, "2027: days: year_missing_in_second_source");
    RUN(result, "calendar", "check", other, one);
    assert_holds(result.err.text, "2027: days: year_empty");
    assert_int_equal(result.code, TOOL_REFUSED);
}

static void a_day_in_force_changes_only_with_replace(void **state)
{
    static struct tool_run result;
    const char *path = write_file(
        "a.json", HEAD("2026", DAY("春节", "2026-02-16", "true") "," DAY("国庆节", "2026-10-01", "true")));
    (void)state;
    RUN(result, "calendar", "check", path, path);
    assert_int_equal(result.code, TOOL_REFUSED);
    assert_holds(result.err.text, "2026: days: contradicts_in_force");
    RUN(result, "calendar", "check", path, path, "--replace");
    assert_int_equal(result.code, TOOL_OK);
    RUN(result, "calendar", "check", "deploy/registry", "deploy/registry");
    assert_int_equal(result.code, TOOL_OK);
}

static void a_diff_shows_each_day_that_would_move(void **state)
{
    static struct tool_run result;
    const char *path = write_file("a.json", HEAD("2027", SPRING "," AUTUMN "," WORKED));
    (void)state;
    RUN(result, "calendar", "diff", path, "--language=en");
    assert_int_equal(result.code, TOOL_OK);
    assert_holds(result.out.text, "2027-02-08");
    assert_holds(result.out.text, "2027: newly published");
    assert_holds(result.out.text, "3 days change.");
    RUN(result, "calendar", "diff", "deploy/registry", "--language=en");
    assert_holds(result.out.text, "0 days change.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notice_becomes_a_year_file_that_is_read_again),
        cmocka_unit_test(what_is_no_whole_notice_is_refused_with_field_and_rule),
        cmocka_unit_test(a_refused_notice_is_confirmed_by_nothing_and_leaves_the_folder_as_it_was),
        cmocka_unit_test(a_year_that_two_sources_tell_differently_is_refused),
        cmocka_unit_test(a_day_in_force_changes_only_with_replace),
        cmocka_unit_test(a_diff_shows_each_day_that_would_move),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
