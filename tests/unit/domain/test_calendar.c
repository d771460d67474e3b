/* The working days of 2022 to 2026 as facts, and the counting against a walker that knows nothing of indexes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "calendar_fixture.h"
#include "dice.h"

enum { RANDOM_CASES = 20000, NINE = 9 * 60 };

static struct arena *arena;
static struct calendar *calendar;
static const struct calendar_year *years;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    years = calendar_fixture_years(arena);
    calendar = calendar_build(arena, years, FIXTURE_YEARS, FIXTURE_VERSION);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void assert_date(struct date actual, const char *expected)
{
    char text[DATE_TEXT];
    date_to_text(actual, text);
    assert_string_equal(text, expected);
}

/* --- the walker: looks every day up in the notices, one after the other ------------------------------------- */

static bool walker_works(struct date date)
{
    for (int year = 0; year < FIXTURE_YEARS; year++)
        for (uint32_t i = 0; i < years[year].day_count; i++)
            if (years[year].days[i].date.days == date.days)
                return years[year].days[i].working;
    return date_weekday(date) < 6;
}

static struct date walker_add(struct date date, int n)
{
    int step = n < 0 ? -1 : 1;
    while (n != 0) {
        date = date_add(date, step);
        if (walker_works(date))
            n -= step;
    }
    return date;
}

static int walker_count(struct date after, struct date until)
{
    int count = 0;
    for (struct date day = date_add(after, 1); day.days <= until.days; day = date_add(day, 1))
        count += walker_works(day);
    return count;
}

/* --- facts -------------------------------------------------------------------------------------------------- */

static void years_have_the_known_number_of_working_days(void **state)
{
    static const struct {
        const char *eve, *last;
        int working;
    } rows[] = {
        {"2021-12-31", "2022-12-31", 249},
        {"2022-12-31", "2023-12-31", 249},
        {"2023-12-31", "2024-12-31", 251},
        {"2024-12-31", "2025-12-31", 248},
        {"2025-12-31", "2026-12-31", 248},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(calendar_working_days_between(calendar, date_at(rows[i].eve), date_at(rows[i].last)),
                         rows[i].working);
}

static const struct vector {
    const char *start;
    int n;
    const char *expected;
} vectors[] = {
    {"2023-01-18", 5,  "2023-01-30"}, /* 28 and 29 January are worked */
    {"2023-09-27", 5,  "2023-10-10"},
    {"2025-09-30", 5,  "2025-10-14"},
    {"2026-02-13", 5,  "2026-02-27"},
    {"2025-09-26", 10, "2025-10-16"},
    {"2023-02-06", 10, "2023-02-20"},
    {"2023-03-31", 0,  "2023-03-31"},
    {"2023-12-31", 0,  "2023-12-31"}, /* a Sunday stays what it is */
    {"2023-01-30", -5, "2023-01-18"},
    {"2023-10-10", -5, "2023-09-27"},
    {"2023-12-31", -1, "2023-12-29"},
    {"2022-12-30", 1,  "2023-01-03"}, /* 31 December stands in the next year's notice */
    {"2027-02-05", 1,  "2027-02-08"}, /* no notice: Monday to Friday */
};

static void working_days_after_and_before_a_day_are_those_of_the_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
        assert_date(calendar_add_working_days(calendar, date_at(vectors[i].start), vectors[i].n),
                    vectors[i].expected);
}

static void the_time_zone_of_the_server_changes_nothing(void **state)
{
    static const char *const zones[] = {"UTC", "America/New_York", "Pacific/Kiritimati", "Asia/Shanghai"};
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        setenv("TZ", zones[i], 1);
        tzset();
        working_days_after_and_before_a_day_are_those_of_the_vectors(state);
        struct instant opening = calendar_next_opening(calendar, instant_at("2023-01-20T23:59"), NINE);
        assert_int_equal(opening.ms, instant_at("2023-01-28T09:00").ms);
    }
    unsetenv("TZ");
    tzset();
}

static void make_up_saturdays_are_worked_and_holidays_are_not(void **state)
{
    (void)state;
    assert_true(calendar_is_working(calendar, date_at("2023-10-07")));
    assert_true(calendar_is_working(calendar, date_at("2023-01-29")));
    assert_false(calendar_is_working(calendar, date_at("2023-10-06")));
    assert_false(calendar_is_working(calendar, date_at("2022-12-31")));
    assert_false(calendar_is_working(calendar, date_at("2023-03-25")));
    assert_true(calendar_is_working(calendar, date_at("2023-03-24")));
    assert_string_equal(calendar_day_find(calendar, date_at("2023-01-28"))->name, "春节补班");
    assert_null(calendar_day_find(calendar, date_at("2023-03-25")));
}

static void before_a_holiday_is_its_last_working_day_before(void **state)
{
    (void)state;
    assert_date(calendar_last_working_day_before(calendar, date_at("2023-10-01")), "2023-09-28");
    assert_date(calendar_last_working_day_before(calendar, date_at("2023-09-29")), "2023-09-28");
    assert_date(calendar_last_working_day_before(calendar, date_at("2024-01-01")), "2023-12-29");
    assert_date(calendar_next_working_day(calendar, date_at("2023-09-29")), "2023-10-07");
    assert_date(calendar_next_working_day(calendar, date_at("2023-10-07")), "2023-10-07");
}

static void the_next_opening_may_be_now_later_today_or_after_the_holiday(void **state)
{
    static const struct {
        const char *at, *opening;
    } rows[] = {
        {"2023-03-31T08:59", "2023-03-31T09:00"},
        {"2023-03-31T09:00", "2023-03-31T09:00"},
        {"2023-03-31T09:01", "2023-04-03T09:00"},
        {"2023-04-01T00:00", "2023-04-03T09:00"},
        {"2023-09-28T17:30", "2023-10-07T09:00"},
        {"2022-12-30T09:01", "2023-01-03T09:00"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(calendar_next_opening(calendar, instant_at(rows[i].at), NINE).ms,
                         instant_at(rows[i].opening).ms);
}

static void a_year_without_days_is_unpublished(void **state)
{
    struct calendar_year with_placeholder[FIXTURE_YEARS + 1];
    (void)state;
    memcpy(with_placeholder, years, FIXTURE_YEARS * sizeof(*years));
    with_placeholder[FIXTURE_YEARS] = (struct calendar_year){.year = 2027, .paper = ""};
    const struct calendar *more = calendar_build(arena, with_placeholder, FIXTURE_YEARS + 1, 8);
    assert_false(calendar_is_published(more, 2027));
    assert_true(calendar_is_published(more, 2026));
    assert_false(calendar_is_published(more, 2021));
    assert_true(calendar_is_published_between(more, date_at("2022-01-01"), date_at("2026-12-31")));
    assert_false(calendar_is_published_between(more, date_at("2026-12-31"), date_at("2027-01-01")));
    assert_int_equal(calendar_version(more), 8);
    assert_string_equal(calendar_year_find(more, 2023)->paper, "国办发明电〔2022〕16号");
}

static void without_any_notice_monday_to_friday_are_worked(void **state)
{
    (void)state;
    const struct calendar *empty = calendar_build(arena, NULL, 0, 1);
    assert_true(calendar_is_working(empty, date_at("2023-10-06")));
    assert_date(calendar_add_working_days(empty, date_at("2023-09-27"), 5), "2023-10-04");
    assert_date(calendar_add_working_days(empty, date_at("2023-10-01"), -1), "2023-09-29");
}

/* --- faults in the data ------------------------------------------------------------------------------------- */

static struct calendar_day day(const char *date)
{
    return (struct calendar_day){date_at(date), false, "节日"};
}

static void faulty_data_is_named_with_its_place(void **state)
{
    struct calendar_day of_2023[] = {day("2022-12-31"), day("2023-05-01")};
    struct calendar_day twice[] = {day("2023-05-01"), day("2023-05-01")};
    struct calendar_day backwards[] = {day("2023-10-02"), day("2023-01-02")};
    struct calendar_day apart[] = {day("2023-01-02"), day("2023-10-02"), day("2023-01-02")};
    struct calendar_day foreign[] = {day("2023-05-01"), day("2024-01-01")};
    struct calendar_day november[] = {day("2022-11-30")};
    struct calendar_day of_2022[] = {day("2022-12-31")};
    struct date published = date_at("2022-12-08");
    const struct {
        struct calendar_year years[2];
        uint32_t count;
        enum calendar_fault fault;
        uint32_t year_index, day_index;
    } rows[] = {
        {{{2023, "P", published, of_2023, 2}},                                     1, CALENDAR_FINE,              9, 9},
        {{{2003, "P", published, NULL, 0}},                                        1, CALENDAR_YEAR_RANGE,        0, 0},
        {{{2101, "P", published, NULL, 0}},                                        1, CALENDAR_YEAR_RANGE,        0, 0},
        {{{2023, "P", published, NULL, 0}, {2023, "P", published, NULL, 0}},       2, CALENDAR_YEAR_TWICE,        1, 0},
        {{{2024, "P", published, NULL, 0}, {2023, "P", published, NULL, 0}},       2, CALENDAR_YEAR_ORDER,        1, 0},
        {{{2023, "P", published, backwards, 2}},                                   1, CALENDAR_DAY_ORDER,         0, 1},
        {{{2023, "P", published, apart, 3}},                                       1, CALENDAR_DAY_TWICE,         0, 2},
        {{{2023, "", published, of_2023, 2}},                                      1, CALENDAR_PAPER_MISSING,     0, 0},
        {{{2023, "P", DATE_NONE, of_2023, 2}},                                     1, CALENDAR_PUBLISHED_MISSING, 0, 0},
        {{{2023, "P", published, twice, 2}},                                       1, CALENDAR_DAY_TWICE,         0, 1},
        {{{2023, "P", published, foreign, 2}},                                     1, CALENDAR_DAY_FOREIGN,       0, 1},
        {{{2023, "P", published, november, 1}},                                    1, CALENDAR_DAY_FOREIGN,       0, 0},
        {{{2022, "P", published, of_2022, 1}, {2023, "P", published, of_2023, 2}},
         2,                                                                           CALENDAR_DAY_CONFLICT,
         1,                                                                                                          0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t year_index = 9, day_index = 9;
        enum calendar_fault fault = calendar_check(rows[i].years, rows[i].count, &year_index, &day_index);
        assert_string_equal(calendar_fault_code(fault), calendar_fault_code(rows[i].fault));
        assert_int_equal(year_index, rows[i].year_index);
        assert_int_equal(day_index, rows[i].day_index);
    }
}

static void what_no_notice_looks_like_is_named_with_its_day(void **state)
{
    struct calendar_day whole[] = {day("2023-01-02"), day("2023-10-02")};
    struct calendar_day worked[] = {
        day("2023-01-02"), {date_at("2023-06-26"), true, "补班"},
         day("2023-10-02")
    };
    struct calendar_day eve[] = {day("2022-12-31"), day("2023-10-02")};
    const struct {
        struct calendar_year year;
        enum calendar_fault fault;
        uint32_t day_index;
    } rows[] = {
        {{.year = 2023, .days = whole, .day_count = 2},     CALENDAR_FINE,         9},
        {{.year = 2023},                                    CALENDAR_FINE,         9}, /* not published yet */
        {{.year = 2023, .days = worked, .day_count = 3},    CALENDAR_DAY_WEEKDAY,  1},
        {{.year = 2023, .days = whole, .day_count = 1},     CALENDAR_HALF_MISSING, 0},
        {{.year = 2023, .days = whole + 1, .day_count = 1}, CALENDAR_HALF_MISSING, 0},
        {{.year = 2023, .days = eve, .day_count = 2},
         CALENDAR_HALF_MISSING,                                                    1}, /* the eve is not of the year */
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t day_index = 9;
        assert_int_equal(calendar_check_notice(&rows[i].year, &day_index), rows[i].fault);
        assert_int_equal(day_index, rows[i].day_index);
    }
    for (uint32_t i = 0; i < FIXTURE_YEARS; i++) {
        uint32_t day_index;
        assert_int_equal(calendar_check_notice(&years[i], &day_index), CALENDAR_FINE);
    }
}

static void each_listed_day_leads_to_the_next_and_to_its_notice(void **state)
{
    (void)state;
    const struct calendar_day *listed = calendar_day_after(calendar, date_at("2023-10-08"));
    assert_date(listed->date, "2024-01-01");
    assert_date(calendar_day_after(calendar, date_at("2000-01-01"))->date, "2022-01-01");
    assert_null(calendar_day_after(calendar, date_at("2026-12-31")));
    assert_int_equal(calendar_notice_of(calendar, date_at("2022-12-31"))->year, 2023);
    assert_int_equal(calendar_notice_of(calendar, date_at("2023-10-07"))->year, 2023);
    assert_null(calendar_notice_of(calendar, date_at("2023-03-25")));
}

/* --- the shipped files are the same facts ------------------------------------------------------------------- */

static void shipped_year_files_equal_the_fixture(void **state)
{
    (void)state;
    for (int i = 0; i < FIXTURE_YEARS; i++) {
        char path[64], line[256], date[11], working[6], name[64], written[DATE_TEXT];
        uint32_t found = 0;
        snprintf(path, sizeof(path), "deploy/registry/calendars/%d.yaml", years[i].year);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        while (fgets(line, sizeof(line), file) != NULL) {
            if (sscanf(line, " - {date: %10[0-9-], working: %5[a-z], name: %63[^}]}", date, working, name) !=
                3)
                continue;
            assert_true(found < years[i].day_count);
            const struct calendar_day *listed = &years[i].days[found++];
            date_to_text(listed->date, written);
            assert_string_equal(date, written);
            assert_string_equal(working, listed->working ? "true" : "false");
            assert_string_equal(name, listed->name);
        }
        fclose(file);
        assert_int_equal(found, years[i].day_count);
    }
}

/* --- against the walker ------------------------------------------------------------------------------------- */

static void every_day_of_seven_years_is_worked_as_the_notices_say(void **state)
{
    (void)state;
    for (struct date at = date_at("2021-01-01"); at.days <= date_at("2027-12-31").days;
         at = date_add(at, 1)) {
        assert_int_equal(calendar_is_working(calendar, at), walker_works(at));
        assert_int_equal(calendar_add_working_days(calendar, at, 1).days, walker_add(at, 1).days);
        assert_int_equal(calendar_add_working_days(calendar, at, -1).days, walker_add(at, -1).days);
    }
}

static void counting_equals_walking_day_by_day(void **state)
{
    (void)state;
    struct dice dice = dice_new("counting_equals_walking_day_by_day");
    int first = date_at("2021-06-01").days, last = date_at("2027-06-30").days;
    for (int i = 0; i < RANDOM_CASES; i++) {
        struct date start = {(int32_t)dice_roll(&dice, first, last)};
        int n = (int)dice_roll(&dice, -60, 60);
        struct date end = calendar_add_working_days(calendar, start, n);
        assert_int_equal(end.days, walker_add(start, n).days);
        struct date until = date_add(start, (int)dice_roll(&dice, 0, 90));
        int between = calendar_working_days_between(calendar, start, until);
        assert_int_equal(between, walker_count(start, until));
        assert_int_equal(calendar_working_days_between(calendar, until, start), -between);
        assert_true(calendar_add_working_days(calendar, start, n + 1).days > end.days);
        assert_true(calendar_add_working_days(calendar, date_add(start, 1), n).days >= end.days);
    }
}

static void far_away_days_have_an_answer(void **state)
{
    (void)state;
    assert_date(calendar_add_working_days(calendar, date_at("2100-12-31"), 260), "2101-12-30");
    int century = calendar_working_days_between(calendar, date_at("2000-01-01"), date_at("2100-12-31"));
    assert_int_equal(calendar_add_working_days(calendar, date_at("2000-01-01"), century).days,
                     date_at("2100-12-31").days);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(years_have_the_known_number_of_working_days),
        cmocka_unit_test(working_days_after_and_before_a_day_are_those_of_the_vectors),
        cmocka_unit_test(the_time_zone_of_the_server_changes_nothing),
        cmocka_unit_test(make_up_saturdays_are_worked_and_holidays_are_not),
        cmocka_unit_test(before_a_holiday_is_its_last_working_day_before),
        cmocka_unit_test(the_next_opening_may_be_now_later_today_or_after_the_holiday),
        cmocka_unit_test(a_year_without_days_is_unpublished),
        cmocka_unit_test(without_any_notice_monday_to_friday_are_worked),
        cmocka_unit_test(faulty_data_is_named_with_its_place),
        cmocka_unit_test(what_no_notice_looks_like_is_named_with_its_day),
        cmocka_unit_test(each_listed_day_leads_to_the_next_and_to_its_notice),
        cmocka_unit_test(shipped_year_files_equal_the_fixture),
        cmocka_unit_test(every_day_of_seven_years_is_worked_as_the_notices_say),
        cmocka_unit_test(counting_equals_walking_day_by_day),
        cmocka_unit_test(far_away_days_have_an_answer),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
