/* The schedule line (domain.md §4, T9 and T21): plan against actual values per mille, worked out by hand, and the days
 * on which it is looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "calendar_fixture.h"
#include "dice.h"
#include "domain/schedule.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_ARENA_BYTES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* The points of T21: 0, 30 %, 60 %, all. */
static const struct registry_schedule *quarter(void)
{
    static struct registry_schedule_point points[4];
    static struct registry_schedule schedule = {.measure = "万元",
                                                .fact = "累计投资",
                                                .target = 480000,
                                                .yellow_points = 10,
                                                .red_points = 30,
                                                .check = CHECK_WEEKLY,
                                                .weekday = 1,
                                                .points = points,
                                                .point_count = 4};
    points[0] = (struct registry_schedule_point){date_at("2022-12-31"), 0};
    points[1] = (struct registry_schedule_point){date_at("2023-01-31"), 300};
    points[2] = (struct registry_schedule_point){date_at("2023-02-28"), 600};
    points[3] = (struct registry_schedule_point){date_at("2023-03-31"), 1000};
    return &schedule;
}

static void the_template_plans_straight_between_its_points(void **state)
{
    static const struct {
        const char *day;
        int32_t planned;
    } cases[] = {
        {"2022-11-30", 0   }, /* before the first point nothing is planned */
        {"2022-12-31", 0   },
        {"2023-01-01", 9   }, /* 300 × 1/31 = 9.67 */
        {"2023-01-16", 154 }, /* 300 × 16/31 = 154.8 */
        {"2023-01-31", 300 },
        {"2023-02-01", 310 }, /* 300 + 300 × 1/28 = 310.7 */
        {"2023-02-14", 450 }, /* half way */
        {"2023-02-28", 600 },
        {"2023-03-05", 664 }, /* 600 + 400 × 5/31 = 664.5 */
        {"2023-03-30", 987 }, /* 600 + 400 × 30/31 = 987.1 */
        {"2023-03-31", 1000},
        {"2024-03-31", 1000}, /* after the last all is planned */
    };
    (void)state;
    struct task task = task_blank();
    struct schedule_line line = schedule_line_of(&task, quarter(), arena);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(schedule_planned(&line, date_at(cases[i].day)), cases[i].planned);
}

static void actual_values_are_of_the_whole(void **state)
{
    static const struct {
        int64_t value;
        int32_t actual;
    } cases[] = {
        {0,             0      },
        {479,           0      },
        {480,           1      },
        {200000,        416    }, /* 416.67 */
        {479999,        999    },
        {480000,        1000   },
        {720000,        1500   },
        {LIMIT_MEASURE, 1000000}, /* as much as is shown */
    };
    (void)state;
    struct task task = task_blank();
    struct schedule_line line = schedule_line_of(&task, quarter(), arena);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(schedule_actual(&line, cases[i].value), cases[i].actual);
}

/* T9 and anchors [P21]: green below 10 percentage points, yellow 10 to 30, red above. */
static void ten_points_are_yellow_and_more_than_thirty_red(void **state)
{
    static const struct {
        int32_t behind;
        enum light light;
    } cases[] = {
        {-1000, LIGHT_GREEN },
        {0,     LIGHT_GREEN },
        {99,    LIGHT_GREEN },
        {100,   LIGHT_YELLOW},
        {300,   LIGHT_YELLOW},
        {301,   LIGHT_RED   },
        {1000,  LIGHT_RED   },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(schedule_light(quarter(), cases[i].behind), cases[i].light);
}

static struct task planned_task(void)
{
    static struct node nodes[4];
    static struct clock due;
    struct task task = task_blank();
    nodes[0] = (struct node){.number = 1, .name = "三季度", .date = date_at("2023-09-28"), .value = 35};
    nodes[1] = (struct node){.number = 2, .name = "半年", .date = date_at("2023-06-30"), .value = 20};
    nodes[2] = (struct node){.number = 3, .name = "评审", .date = date_at("2023-12-01")};
    nodes[3] = (struct node){.number = 4, .name = "全年", .date = date_at("2023-12-29"), .value = 50};
    due = (struct clock){.id = CLOCK_DUE, .started_at = instant_at("2023-03-01T09:00")};
    task.nodes = nodes;
    task.node_count = 4;
    task.clocks = &due;
    task.clock_count = 1;
    return task;
}

static void a_plan_with_values_goes_before_the_template(void **state)
{
    static const struct {
        const char *day;
        int32_t planned;
    } cases[] = {
        {"2023-02-28", 0   },
        {"2023-03-01", 0   }, /* the day of assignment */
        {"2023-03-30", 95  }, /* 20 × 29/121 ÷ 50 = 95.9 */
        {"2023-06-29", 396 }, /* 20 × 120/121 ÷ 50 = 396.7 */
        {"2023-06-30", 400 },
        {"2023-07-30", 500 }, /* (20 + 15 × 30/90) ÷ 50 */
        {"2023-09-28", 700 },
        {"2023-12-29", 1000},
    };
    (void)state;
    struct task task = planned_task();
    struct schedule_line line = schedule_line_of(&task, quarter(), arena);
    assert_int_equal(line.point_count, 4); /* a node without a value is no point, the start is one */
    assert_int_equal(line.actual_whole, 50);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(schedule_planned(&line, date_at(cases[i].day)), cases[i].planned);
    assert_int_equal(schedule_actual(&line, 24), 480);
    task.nodes[0].superseded = true;
    assert_int_equal(schedule_line_of(&task, quarter(), arena).point_count, 3);
}

static void nothing_is_found_without_a_line(void **state)
{
    (void)state;
    struct registry_schedule without_points = *quarter();
    without_points.point_count = 0;
    struct task task = task_blank();
    struct schedule_line line = schedule_line_of(&task, &without_points, arena);
    struct pace pace = schedule_look(&line, &without_points, 7, date_at("2023-03-05"));
    assert_false(date_is_set(pace.as_of));
    assert_int_equal(pace.light, LIGHT_NONE);
}

static void what_is_shown_adds_up(void **state)
{
    (void)state;
    struct task task = task_blank();
    struct schedule_line line = schedule_line_of(&task, quarter(), arena);
    struct pace pace = schedule_look(&line, quarter(), 225000, date_at("2023-02-26"));
    assert_int_equal(pace.planned, 578);
    assert_int_equal(pace.actual, 468);
    assert_int_equal(pace.behind, 110);
    assert_int_equal(pace.light, LIGHT_YELLOW);
}

static void the_newest_value_by_that_day_counts(void **state)
{
    (void)state;
    const struct fact facts[] = {
        {.kind = "累计投资", .occurred_on = date_at("2023-02-10"), .value = 100},
        {.kind = "累计投资", .occurred_on = date_at("2023-02-24"), .value = 300},
        {.kind = "开工",       .occurred_on = date_at("2023-02-25"), .value = 999},
        {.kind = "累计投资", .occurred_on = date_at("2023-02-17"), .value = 200}, /* told late */
        {.kind = "累计投资", .occurred_on = date_at("2023-02-17"), .value = 210}, /* told again */
    };
    const struct {
        const char *day;
        int64_t value;
    } cases[] = {
        {"2023-02-09", 0  },
        {"2023-02-10", 100},
        {"2023-02-16", 100},
        {"2023-02-17", 210},
        {"2023-02-23", 210},
        {"2023-02-24", 300},
        {"2023-12-31", 300},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(schedule_value_by(facts, 5, "累计投资", date_at(cases[i].day)), cases[i].value);
}

/* Extreme values in a line of a whole century do not overflow; the line never sinks and ends with the whole. */
static void lines_rise_and_end_with_the_whole(void **state)
{
    (void)state;
    struct dice dice = dice_new("test_schedule");
    for (int round = 0; round < 200; round++) {
        struct schedule_point points[5];
        struct schedule_line line = {.points = points, .point_count = 5};
        int32_t day = date_at("2000-01-01").days;
        int64_t value = 0;
        for (int i = 0; i < 5; i++) {
            points[i] = (struct schedule_point){{day}, value};
            day += (int32_t)dice_roll(&dice, 1, 9130);
            value += dice_roll(&dice, i == 3 ? 1 : 0, LIMIT_MEASURE / 4);
        }
        line.planned_whole = line.actual_whole = points[4].value;
        int32_t before = 0;
        for (int32_t at = points[0].date.days - 1; at <= points[4].date.days; at += 97) {
            int32_t planned = schedule_planned(&line, (struct date){at});
            assert_in_range(planned, before, 1000);
            before = planned;
        }
        assert_int_equal(schedule_planned(&line, points[4].date), 1000);
        assert_int_equal(schedule_actual(&line, points[4].value), 1000);
    }
}

static void check_days_are_worked(void **state)
{
    static const struct {
        enum check_kind check;
        uint32_t weekday;
        const char *after, *day;
    } cases[] = {
        {CHECK_WEEKLY,    1, "2023-02-06", "2023-02-13"}, /* a Monday's next is a week later */
        {CHECK_WEEKLY,    1, "2023-02-07", "2023-02-13"},
        {CHECK_WEEKLY,    1, "2023-02-12", "2023-02-13"},
        {CHECK_WEEKLY,    5, "2023-02-06", "2023-02-10"},
        {CHECK_WEEKLY,    1, "2023-01-16", "2023-01-28"}, /* Spring Festival: Saturday 28 is worked */
        {CHECK_WEEKLY,    1, "2023-01-28", "2023-01-30"},
        {CHECK_WEEKLY,    1, "2023-04-24", "2023-05-04"}, /* 1 May: the first day after the holiday */
        {CHECK_MONTHLY,   0, "2023-03-01", "2023-03-31"},
        {CHECK_MONTHLY,   0, "2023-03-31", "2023-04-28"}, /* 29 and 30 April are off */
        {CHECK_MONTHLY,   0, "2023-04-29", "2023-05-31"},
        {CHECK_MONTHLY,   0, "2023-12-01", "2023-12-29"},
        {CHECK_MONTHLY,   0, "2023-12-29", "2024-01-31"},
        {CHECK_QUARTERLY, 0, "2023-02-01", "2023-03-31"},
        {CHECK_QUARTERLY, 0, "2023-03-31", "2023-06-30"},
        {CHECK_QUARTERLY, 0, "2023-07-01", "2023-09-28"}, /* 29 and 30 September are off */
        {CHECK_QUARTERLY, 0, "2023-09-28", "2023-12-29"},
        {CHECK_QUARTERLY, 0, "2023-12-30", "2024-03-29"},
    };
    (void)state;
    struct calendar *calendar = calendar_fixture(arena);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct registry_schedule schedule = {.check = cases[i].check, .weekday = cases[i].weekday};
        struct date day = schedule_next_check(&schedule, calendar, date_at(cases[i].after));
        char text[DATE_TEXT];
        date_to_text(day, text);
        assert_string_equal(text, cases[i].day);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_template_plans_straight_between_its_points),
        cmocka_unit_test(actual_values_are_of_the_whole),
        cmocka_unit_test(ten_points_are_yellow_and_more_than_thirty_red),
        cmocka_unit_test(a_plan_with_values_goes_before_the_template),
        cmocka_unit_test(nothing_is_found_without_a_line),
        cmocka_unit_test(what_is_shown_adds_up),
        cmocka_unit_test(the_newest_value_by_that_day_counts),
        cmocka_unit_test(lines_rise_and_end_with_the_whole),
        cmocka_unit_test(check_days_are_worked),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
