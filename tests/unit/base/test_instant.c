/* The rules of common/base/instant.h. libc's calendar is the second opinion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/instant.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static struct date date_at(int year, int month, int day)
{
    struct date date = DATE_NONE;
    assert_true(date_from_civil(year, month, day, &date));
    return date;
}

static struct instant instant_at(const char *text)
{
    struct instant instant = INSTANT_NONE;
    assert_true(instant_from_text(text, &instant));
    return instant;
}

static void every_day_of_ten_thousand_years_agrees_with_libc(void **state)
{
    (void)state;
    int first = date_at(1, 1, 1).days, last = date_at(9999, 12, 31).days;
    assert_int_equal(last - first + 1, 3652059);
    for (int days = first; days <= last; days++) {
        struct tm tm;
        time_t seconds = (time_t)days * 86400;
        gmtime_r(&seconds, &tm);
        struct date date = {days}, back = DATE_NONE;
        struct civil civil = civil_of_date(date);
        bool same = civil.year == tm.tm_year + 1900 && civil.month == tm.tm_mon + 1 &&
                    civil.day == tm.tm_mday && date_weekday(date) % 7 == tm.tm_wday &&
                    date_year(date) == civil.year &&
                    date_from_civil(civil.year, civil.month, civil.day, &back) && back.days == days;
        if (!same)
            fail_msg("day %d", days);
    }
}

static void instants_agree_with_libc_eight_hours_east(void **state)
{
    (void)state;
    const char *given = getenv("SEED");
    unsigned seed = given != NULL ? (unsigned)strtoul(given, NULL, 10) : (unsigned)instant_now().ms;
    print_message("SEED=%u\n", seed);
    for (int i = 0; i < 200000; i++) {
        /* 1900 to 2100, negative ones included. */
        int64_t ms = ((int64_t)rand_r(&seed) << 31 | rand_r(&seed)) % 6311433600000 - 2208988800000;
        struct civil civil = civil_of((struct instant){ms});
        time_t seconds = (time_t)((ms - (ms % 1000 + 1000) % 1000) / 1000) + 8 * 3600;
        struct tm tm;
        gmtime_r(&seconds, &tm);
        bool same = civil.year == tm.tm_year + 1900 && civil.month == tm.tm_mon + 1 &&
                    civil.day == tm.tm_mday && civil.hour == tm.tm_hour && civil.minute == tm.tm_min &&
                    civil.second == tm.tm_sec && civil.millisecond == (ms % 1000 + 1000) % 1000;
        if (!same)
            fail_msg("instant %lld", (long long)ms);
    }
}

static void days_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    static const int wrong[][3] = {
        {2023,  2,  29},
        {2024,  2,  30},
        {2100,  2,  29},
        {2023,  4,  31},
        {2023,  0,  1 },
        {2023,  13, 1 },
        {2023,  1,  0 },
        {2023,  1,  32},
        {2023,  1,  -1},
        {0,     1,  1 },
        {10000, 1,  1 },
        {-1,    1,  1 },
    };
    struct date date = {4711};
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_false(date_from_civil(wrong[i][0], wrong[i][1], wrong[i][2], &date));
    assert_int_equal(date.days, 4711);
    assert_true(date_from_civil(2000, 2, 29, &date));
    assert_true(date_from_civil(2024, 2, 29, &date));
}

static void a_civil_day_starts_at_16_utc_of_the_day_before(void **state)
{
    (void)state;
    struct date day = date_at(2023, 3, 31);
    struct instant start = day_start(day);
    assert_true(start.ms == instant_at("2023-03-30T16:00:00Z").ms);
    assert_int_equal(date_of(start).days, day.days);
    assert_int_equal(date_of(instant_add(start, -1)).days, day.days - 1);
    assert_int_equal(date_of(instant_add(start, MS_PER_DAY - 1)).days, day.days);
    assert_int_equal(date_of(instant_add(start, MS_PER_DAY)).days, day.days + 1);
    assert_true(day_at(day, 510).ms == instant_at("2023-03-31T08:30:00+08:00").ms);
    assert_true(day_at(day, 1440).ms == day_start(date_add(day, 1)).ms);
}

static void the_environment_has_no_say_in_civil_time(void **state)
{
    (void)state;
    struct instant instant = instant_at("2023-03-31T23:30:00+08:00");
    setenv("TZ", "America/New_York", 1);
    tzset();
    assert_int_equal(date_of(instant).days, date_at(2023, 3, 31).days);
    assert_int_equal(civil_of(instant).hour, 23);
    unsetenv("TZ");
    tzset();
}

static void instants_far_outside_are_taken_for_the_nearest_day(void **state)
{
    (void)state;
    assert_int_equal(date_of((struct instant){INT64_MAX}).days, date_at(9999, 12, 31).days);
    assert_int_equal(date_of((struct instant){INT64_MIN}).days, date_at(1, 1, 1).days);
    assert_int_equal(civil_of((struct instant){INT64_MAX}).hour, 23);
    assert_int_equal(civil_of((struct instant){INT64_MIN}).hour, 0);
    assert_int_equal(date_year((struct date){INT32_MAX}), 9999);
    assert_int_equal(date_year((struct date){INT32_MIN}), 1);
    char text[INSTANT_TEXT];
    instant_to_text((struct instant){INT64_MAX}, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999+08:00");
    instant_to_text((struct instant){INT64_MIN}, text);
    assert_string_equal(text, "0001-01-01T00:00:00+08:00");
}

static void texts_name_the_offset_and_milliseconds_only_when_there_are_some(void **state)
{
    (void)state;
    char text[INSTANT_TEXT];
    instant_to_text(instant_at("2023-03-31T01:00:00Z"), text);
    assert_string_equal(text, "2023-03-31T09:00:00+08:00");
    instant_to_text(instant_at("2023-12-31T16:00:00.007Z"), text);
    assert_string_equal(text, "2024-01-01T00:00:00.007+08:00");
    char day[DATE_TEXT];
    date_to_text(date_at(2024, 2, 29), day);
    assert_string_equal(day, "2024-02-29");
}

static void none_is_written_as_the_empty_text(void **state)
{
    (void)state;
    char day[DATE_TEXT] = "x", text[INSTANT_TEXT] = "x";
    date_to_text(DATE_NONE, day);
    instant_to_text(INSTANT_NONE, text);
    assert_string_equal(day, "");
    assert_string_equal(text, "");
    assert_false(date_is_set(DATE_NONE));
    assert_false(instant_is_set(INSTANT_NONE));
}

static const struct {
    const char *text;
    const char *same; /* written by instant_to_text; NULL: refused */
} instants[] = {
    {"2023-03-31T09:00:00+08:00",      "2023-03-31T09:00:00+08:00"    },
    {"2023-03-31T09:00:00Z",           "2023-03-31T17:00:00+08:00"    },
    {"2023-03-31T09:00:00-00:00",      "2023-03-31T17:00:00+08:00"    },
    {"2023-03-31T23:59:59.999+08:00",  "2023-03-31T23:59:59.999+08:00"},
    {"2023-03-31T09:00:00.5Z",         "2023-03-31T17:00:00.500+08:00"},
    {"2023-03-31T09:00:00.05Z",        "2023-03-31T17:00:00.050+08:00"},
    {"2023-03-31T09:00:00.000Z",       "2023-03-31T17:00:00+08:00"    },
    {"2023-03-31T09:00:00-05:30",      "2023-03-31T22:30:00+08:00"    },
    {"2024-02-29T00:00:00+08:00",      "2024-02-29T00:00:00+08:00"    },
    {"2000-01-01T00:00:00+08:00",      "2000-01-01T00:00:00+08:00"    },
    {"2100-12-31T23:59:59+08:00",      "2100-12-31T23:59:59+08:00"    },
    {"2023-03-31T24:00:00+08:00",      NULL                           },
    {"2023-03-31T23:60:00+08:00",      NULL                           },
    {"2023-03-31T23:59:60+08:00",      NULL                           },
    {"2023-02-29T09:00:00+08:00",      NULL                           },
    {"2023-02-30T09:00:00+08:00",      NULL                           },
    {"1999-12-31T09:00:00+08:00",      NULL                           },
    {"2101-01-01T09:00:00+08:00",      NULL                           },
    {"1970-01-01T00:00:00Z",           NULL                           },
    {"2023-03-31T09:00:00",            NULL                           },
    {"2023-03-31T09:00:00+0800",       NULL                           },
    {"2023-03-31T09:00:00+08",         NULL                           },
    {"2023-03-31T09:00:00+24:00",      NULL                           },
    {"2023-03-31T09:00:00+08:60",      NULL                           },
    {"2023-03-31T09:00:00.+08:00",     NULL                           },
    {"2023-03-31T09:00:00.1234+08:00", NULL                           },
    {"2023-03-31T09:00:00,5+08:00",    NULL                           },
    {"2023-03-31T09:00+08:00",         NULL                           },
    {"2023-03-31 09:00:00+08:00",      NULL                           },
    {"2023-03-31t09:00:00z",           NULL                           },
    {"2023-03-31T9:00:00+08:00",       NULL                           },
    {"2023-3-31T09:00:00+08:00",       NULL                           },
    {" 2023-03-31T09:00:00Z",          NULL                           },
    {"2023-03-31T09:00:00Z ",          NULL                           },
    {"2023-03-31T09:00:00ZZ",          NULL                           },
    {"2023-03-31",                     NULL                           },
    {"+2023-03-31T09:00:00Z",          NULL                           },
    {"",                               NULL                           },
};

static void only_rfc_3339_with_an_offset_is_an_instant(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(instants); i++) {
        struct instant instant = {4711};
        char text[INSTANT_TEXT];
        bool taken = instant_from_text(instants[i].text, &instant);
        if (taken != (instants[i].same != NULL))
            fail_msg("%s", instants[i].text);
        instant_to_text(instant, text);
        if (taken)
            assert_string_equal(text, instants[i].same);
        else
            assert_int_equal(instant.ms, 4711);
    }
}

static void a_text_cut_anywhere_is_refused(void **state)
{
    (void)state;
    const char whole[] = "2023-03-31T09:00:00.123+08:00";
    for (int length = 0; length < (int)sizeof(whole) - 1; length++) {
        char cut[sizeof(whole)];
        struct instant instant;
        snprintf(cut, sizeof(cut), "%.*s", length, whole);
        assert_false(instant_from_text(cut, &instant));
    }
}

static const struct {
    const char *text;
    int year, month, day; /* year 0: refused */
} dates[] = {
    {"2023-03-31",  2023, 3,  31},
    {"2000-01-01",  2000, 1,  1 },
    {"2100-12-31",  2100, 12, 31},
    {"2024-02-29",  2024, 2,  29},
    {"2023-02-29",  0,    0,  0 },
    {"2024-02-30",  0,    0,  0 },
    {"2023-06-31",  0,    0,  0 },
    {"1999-12-31",  0,    0,  0 },
    {"2101-01-01",  0,    0,  0 },
    {"2023-00-10",  0,    0,  0 },
    {"2023-13-10",  0,    0,  0 },
    {"2023-10-00",  0,    0,  0 },
    {"2023-3-31",   0,    0,  0 },
    {"23-03-31",    0,    0,  0 },
    {"2023/03/31",  0,    0,  0 },
    {"2023-03-31 ", 0,    0,  0 },
    {"2023-03-311", 0,    0,  0 },
    {"20230331",    0,    0,  0 },
    {"",            0,    0,  0 },
};

static void only_existing_days_from_2000_to_2100_are_dates(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(dates); i++) {
        struct date date = {4711};
        bool taken = date_from_text(dates[i].text, &date);
        if (taken != (dates[i].year != 0))
            fail_msg("%s", dates[i].text);
        assert_int_equal(date.days, taken ? date_at(dates[i].year, dates[i].month, dates[i].day).days : 4711);
    }
}

static void the_wall_clock_is_this_century_and_the_monotonic_one_does_not_go_back(void **state)
{
    (void)state;
    assert_true(date_year(date_of(instant_now())) >= 2023);
    struct monotonic before = monotonic_now();
    for (int i = 0; i < 1000; i++) {
        struct monotonic after = monotonic_now();
        assert_true(after.ns >= before.ns);
        before = after;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_ten_thousand_years_agrees_with_libc),
        cmocka_unit_test(instants_agree_with_libc_eight_hours_east),
        cmocka_unit_test(days_that_do_not_exist_are_refused),
        cmocka_unit_test(a_civil_day_starts_at_16_utc_of_the_day_before),
        cmocka_unit_test(the_environment_has_no_say_in_civil_time),
        cmocka_unit_test(instants_far_outside_are_taken_for_the_nearest_day),
        cmocka_unit_test(texts_name_the_offset_and_milliseconds_only_when_there_are_some),
        cmocka_unit_test(none_is_written_as_the_empty_text),
        cmocka_unit_test(only_rfc_3339_with_an_offset_is_an_instant),
        cmocka_unit_test(a_text_cut_anywhere_is_refused),
        cmocka_unit_test(only_existing_days_from_2000_to_2100_are_dates),
        cmocka_unit_test(the_wall_clock_is_this_century_and_the_monotonic_one_does_not_go_back),
    };
    return cmocka_run_group_tests_name("base/instant", tests, NULL, NULL);
}
