/* test_wording_reading.c: how papers say when something is due, and the day that is meant (domain.md §4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "calendar_fixture.h"
#include "domain/wording.h"
#include "domain/wording_reading.h"

struct reading_case {
    const char *wording, *today;
    const char *date; /* "" = not readable */
    const char *rule;
};

static void read_all(const struct reading_case *cases, size_t count)
{
    struct arena *arena = arena_new(1 << 20);
    const struct calendar *calendar = calendar_fixture(arena);
    for (size_t i = 0; i < count; i++) {
        struct wording_reading reading = {.rule = ""};
        char text[DATE_TEXT] = "";
        if (wording_read(cases[i].wording, calendar, date_at(cases[i].today), arena, &reading))
            date_to_text(reading.date, text);
        if (strcmp(text, cases[i].date) != 0 || strcmp(reading.rule, cases[i].rule) != 0)
            fail_msg("%s (%s): %s %s, not %s %s", cases[i].wording, cases[i].today, text, reading.rule,
                     cases[i].date, cases[i].rule);
    }
    arena_free(arena);
}

#define READ_ALL(cases) read_all((cases), sizeof(cases) / sizeof((cases)[0]))

/* Every entry of domain.md §4 that says when; what says nothing is vague or not read, so that a date must be given. */
static void the_seed_is_read_as_its_table_says(void **state)
{
    static const struct reading_case cases[] = {
        {"2月底前",                                 "2023-02-06", "2023-02-28", "month_end"     }, /* T1 */
        {"3月底前",                                 "2023-02-06", "2023-03-31", "month_end"     }, /* T2, T8 */
        {"“十一”前",                            "2023-02-06", "2023-09-28", "before_holiday"}, /* T3, T7 */
        {"同步",                                     "2023-02-06", "",           ""              }, /* T4 */
        {"4月1日前",                                "2023-02-06", "2023-03-31", "day_before"    }, /* T5 */
        {"6月底前",                                 "2023-02-06", "2023-06-30", "month_end"     }, /* T6 */
        {"全年",                                     "2023-02-06", "2023-12-31", "year_end"      }, /* T9 */
        {"接下来",                                  "2023-02-06", "",           ""              }, /* T10 */
        {"按还款计划",                            "2023-02-06", "",           ""              }, /* T12 */
        {"每年3月31日",                            "2023-02-06", "2023-03-31", "that_day"      }, /* T14 */
        {"每月",                                     "2023-02-06", "",           ""              }, /* T16 */
        {"最后的时间",                            "2023-02-06", "",           ""              }, /* T19 */
        {"近期",                                     "2023-02-06", "",           ""              }, /* T20 */
        {"3月31日",                                  "2023-02-06", "2023-03-31", "that_day"      }, /* T21 */
        {"5个工作日内；特急30分钟内回应", "2023-02-06", "",           ""              }, /* T22 */
        {"一般15日，特急1至5日，疑难30日", "2023-02-06", "",           ""              }, /* T31 */
    };
    (void)state;
    READ_ALL(cases);
    assert_true(wording_is_vague("接下来") && wording_is_vague("近期") && wording_is_vague("尽快"));
}

static void every_way_to_say_before_is_read(void **state)
{
    static const struct reading_case cases[] = {
        {"3月底",                        "2023-02-06", "2023-03-31", "month_end"  },
        {"三月末之前",                "2023-02-06", "2023-03-31", "month_end"  },
        {"３月底以前完成",          "2023-02-06", "2023-03-31", "month_end"  },
        {"力争于 2 月底前",          "2024-01-10", "2024-02-29", "month_end"  },
        {"十一月底前",                "2023-02-06", "2023-11-30", "month_end"  },
        {"月底前",                      "2023-02-06", "2023-02-28", "month_end"  },
        {"本月底",                      "2023-02-06", "2023-02-28", "month_end"  },
        {"4月1日以前",                 "2023-02-06", "2023-03-31", "day_before" },
        {"四月一日之前",             "2023-02-06", "2023-03-31", "day_before" },
        {"4月1日前（含当日）",     "2023-02-06", "2023-04-01", "that_day"   },
        {"4月1日前含",                 "2023-02-06", "2023-04-01", "that_day"   },
        {"4月1日以内",                 "2023-02-06", "2023-04-01", "that_day"   },
        {"4月1日届满",                 "2023-02-06", "2023-04-01", "that_day"   },
        {"截止4月1日",                 "2023-02-06", "2023-04-01", "that_day"   },
        {"3月1日前",                    "2024-02-06", "2024-02-29", "day_before" },
        {"1月1日前",                    "2023-02-06", "2023-12-31", "day_before" },
        {"年底前",                      "2023-02-06", "2023-12-31", "year_end"   },
        {"今年底",                      "2023-02-06", "2023-12-31", "year_end"   },
        {"年内",                         "2023-02-06", "2023-12-31", "year_end"   },
        {"一季度末",                   "2023-02-06", "2023-03-31", "quarter_end"},
        {"第2季度末前",               "2023-02-06", "2023-06-30", "quarter_end"},
        {"季度末",                      "2023-02-06", "2023-03-31", "quarter_end"},
        {"三月一日起至六月底前", "2023-02-06", "2023-06-30", "month_end"  },
        {"3月底前，即3月31日",      "2023-02-06", "2023-03-31", "that_day"   },
    };
    (void)state;
    READ_ALL(cases);
}

static void a_holiday_is_preceded_by_a_working_day(void **state)
{
    static const struct reading_case cases[] = {
        {"春节前",                   "2022-12-12", "2023-01-20", "before_holiday"},
        {"元旦前",                   "2022-12-12", "2022-12-30", "before_holiday"}, /* its notice begins in December */
        {"清明节前",                "2023-02-06", "2023-04-04", "before_holiday"},
        {"五一前",                   "2023-02-06", "2023-04-28", "before_holiday"},
        {"劳动节前",                "2024-02-06", "2024-04-30", "before_holiday"},
        {"端午前",                   "2023-02-06", "2023-06-21", "before_holiday"},
        {"中秋节前",                "2023-02-06", "2023-09-28", "before_holiday"},
        {"十一前",                   "2023-10-09", "2024-09-30", "before_holiday"}, /* this year's is past */
        {"国庆节前",                "2024-02-06", "2024-09-30", "before_holiday"},
        {"“十一”国庆长假前", "2023-02-06", "2023-09-28", "before_holiday"},
        {"国庆节前",                "2025-02-06", "2025-09-30", "before_holiday"}, /* a worked Sunday lies before */
        {"五一前",                   "2026-06-01", "2027-04-30", "before_holiday"}, /* unpublished: by statute, provisional */
        {"春节前",                   "2026-06-01", "",           ""              }, /* unpublished, and only the notice tells */
        {"五一",                      "2023-02-06", "",           ""              },
        {"五一前后",                "2023-02-06", "",           ""              },
        {"春节前三天",             "2023-02-06", "",           ""              },
        {"节前",                      "2023-02-06", "",           ""              },
    };
    (void)state;
    READ_ALL(cases);
}

static void the_year_is_the_one_named_or_the_next(void **state)
{
    static const struct reading_case cases[] = {
        {"2月底前",          "2023-03-01", "2024-02-29", "month_end"     },
        {"3月底前",          "2023-03-31", "2023-03-31", "month_end"     },
        {"4月1日前",         "2023-04-01", "2024-03-31", "day_before"    },
        {"2月29日",           "2023-03-01", "2024-02-29", "that_day"      },
        {"2024年2月底前",   "2023-02-06", "2024-02-29", "month_end"     },
        {"2022年6月底前",   "2023-02-06", "2022-06-30", "month_end"     }, /* past: the registrar must see it */
        {"明年3月底前",    "2023-02-06", "2024-03-31", "month_end"     },
        {"2024年春节前",    "2023-02-06", "2024-02-09", "before_holiday"},
        {"2024年一季度末", "2023-02-06", "2024-03-31", "quarter_end"   },
        {"2025年度内",       "2023-02-06", "2025-12-31", "year_end"      },
        {"去年底",           "2023-02-06", "",           ""              },
        {"下月底前",        "2023-02-06", "",           ""              },
        {"3年内",             "2023-02-06", "",           ""              },
    };
    (void)state;
    READ_ALL(cases);
}

static void what_names_no_day_or_two_is_not_read(void **state)
{
    static const struct reading_case cases[] = {
        {"",                                    "2023-02-06", "", ""},
        {"尽快",                              "2023-02-06", "", ""},
        {"3月",                                "2023-02-06", "", ""},
        {"3月上旬",                          "2023-02-06", "", ""},
        {"13月底前",                         "2023-02-06", "", ""},
        {"2月30日前",                        "2023-02-06", "", ""},
        {"五季度末",                        "2023-02-06", "", ""},
        {"3月底后",                          "2023-02-06", "", ""},
        {"4月1日起",                         "2023-02-06", "", ""},
        {"3月底前立项，6月底前开工", "2023-02-06", "", ""},
        {"20230331",                            "2023-02-06", "", ""},
        {"99999999999999999999月底前",       "2023-02-06", "", ""},
    };
    (void)state;
    READ_ALL(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_is_read_as_its_table_says),
        cmocka_unit_test(every_way_to_say_before_is_read),
        cmocka_unit_test(a_holiday_is_preceded_by_a_working_day),
        cmocka_unit_test(the_year_is_the_one_named_or_the_next),
        cmocka_unit_test(what_names_no_day_or_two_is_not_read),
    };
    return cmocka_run_group_tests_name("wording_reading", tests, NULL, NULL);
}
