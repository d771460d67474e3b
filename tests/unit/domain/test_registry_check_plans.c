/* What registry_check asks of schedule lines, of the threshold for plans, and of their announcements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "district_fixture.h"
#include "domain/catalogue.h"

enum { FAULTS = 16 };

static struct arena *arena;
static struct registry *district;

static int fresh_district(void **state)
{
    (void)state;
    static struct registry_schedule_point points[3];
    arena = arena_new(LIMIT_ARENA_BYTES);
    district = district_fixture(arena);
    points[0] = (struct registry_schedule_point){date_at("2023-01-01"), 0};
    points[1] = (struct registry_schedule_point){date_at("2023-02-01"), 400};
    points[2] = (struct registry_schedule_point){date_at("2023-03-31"), 1000};
    struct registry_template *template_ = &district->templates[0];
    template_->schedule = (struct registry_schedule){.measure = "万元",
                                                     .fact = template_->fact_kinds[0],
                                                     .target = 480000,
                                                     .yellow_points = 10,
                                                     .red_points = 30,
                                                     .check = CHECK_WEEKLY,
                                                     .weekday = 1,
                                                     .points = points,
                                                     .point_count = 3};
    return 0;
}

static int drop_district(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct registry_schedule *schedule(void)
{
    return &district->templates[0].schedule;
}

/* clang-format off */
static void fact_of_nobody(void) { schedule()->fact = "回访"; }
static void no_fact(void) { schedule()->fact = ""; }
static void never_yellow(void) { schedule()->yellow_points = 0; }
static void red_before_yellow(void) { schedule()->red_points = 5; }
static void more_than_all(void) { schedule()->red_points = 101; }
static void never_checked(void) { schedule()->check = CHECK_NONE; }
static void day_eight(void) { schedule()->weekday = 8; }
static void week_without_day(void) { schedule()->weekday = 0; }
static void month_with_weekday(void) { schedule()->check = CHECK_MONTHLY; }
static void points_descend(void) { schedule()->points[1].permille = 1000; schedule()->points[2].permille = 900; }
static void day_twice(void) { schedule()->points[2].date = schedule()->points[1].date; }
static void point_without_day(void) { schedule()->points[1].date = DATE_NONE; }
static void too_much(void) { schedule()->points[2].permille = 1001; }
static void not_the_whole(void) { schedule()->points[2].permille = 990; }
static void points_of_nothing(void) { schedule()->target = 0; }
static void target_without_points(void) { schedule()->point_count = 0; }
static void huge_target(void) { schedule()->target = LIMIT_MEASURE + 1; }
static void plan_in_months(void) { district->policy.plan_from = (struct duration){UNIT_MONTH, 3}; }
static void node_by_policy(void) { district->policy.clocks[0].clock = CLOCK_NODE; }
static void check_by_policy(void) { district->policy.clocks[0].clock = CLOCK_SCHEDULE; }
static void coloured_ruling(void) { district->announcements[0].light = LIGHT_RED; }
/* clang-format on */

static const struct {
    void (*damage)(void);
    const char *path, *rule;
} damages[] = {
    {fact_of_nobody,        "templates[0].schedule.fact",          "fact_not_listed"    },
    {no_fact,               "templates[0].schedule.fact",          "missing"            },
    {never_yellow,          "templates[0].schedule.yellow_points", "out_of_range"       },
    {red_before_yellow,     "templates[0].schedule.red_points",    "out_of_range"       },
    {more_than_all,         "templates[0].schedule.red_points",    "out_of_range"       },
    {never_checked,         "templates[0].schedule.check",         "missing"            },
    {day_eight,             "templates[0].schedule.weekday",       "out_of_range"       },
    {week_without_day,      "templates[0].schedule.weekday",       "out_of_range"       },
    {month_with_weekday,    "templates[0].schedule.weekday",       "out_of_range"       },
    {points_descend,        "templates[0].schedule.points[2]",     "points_ascend"      },
    {day_twice,             "templates[0].schedule.points[2]",     "points_ascend"      },
    {point_without_day,     "templates[0].schedule.points[1]",     "missing"            },
    {too_much,              "templates[0].schedule.points[2]",     "out_of_range"       },
    {not_the_whole,         "templates[0].schedule.points",        "points_incomplete"  },
    {points_of_nothing,     "templates[0].schedule.target",        "out_of_range"       },
    {target_without_points, "templates[0].schedule.target",        "out_of_range"       },
    {huge_target,           "templates[0].schedule.target",        "out_of_range"       },
    {plan_in_months,        "policy.plan_from",                    "working_days_wanted"},
    {node_by_policy,        "policy.clocks[0]",                    "clock_not_settable" },
    {check_by_policy,       "policy.clocks[0]",                    "clock_not_settable" },
    {coloured_ruling,       "announcements[0].light",              "light_not_possible" },
};

static void a_sound_schedule_has_no_fault(void **state)
{
    (void)state;
    struct registry_fault faults[FAULTS];
    assert_int_equal(registry_check(district, NULL, arena, faults, FAULTS), 0);
    /* Off, and on for everybody's plan: both are sound. */
    district->policy.plan_from = (struct duration){UNIT_NONE, 0};
    schedule()->measure = "";
    assert_int_equal(registry_check(district, NULL, arena, faults, FAULTS), 0);
}

static void each_damage_is_named_with_its_place_and_in_words(void **state)
{
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        drop_district(state);
        fresh_district(state);
        damages[i].damage();
        struct registry_fault faults[FAULTS];
        uint32_t count = registry_check(district, NULL, arena, faults, FAULTS);
        bool found = false;
        for (uint32_t j = 0; j < count && j < FAULTS; j++)
            found = found || (text_equal(faults[j].path, damages[i].path) &&
                              text_equal(faults[j].rule, damages[i].rule));
        if (!found)
            fail_msg("not found: %s at %s", damages[i].rule, damages[i].path);
        struct refusal refusal = refusal_make(arena, REFUSAL_REGISTRY_INVALID, "field", damages[i].path,
                                              "rule", damages[i].rule, NULL);
        assert_null(strstr(refusal_render(&refusal, LANGUAGE_ZH, arena), damages[i].rule));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sound_schedule_has_no_fault, fresh_district, drop_district),
        cmocka_unit_test_setup_teardown(each_damage_is_named_with_its_place_and_in_words, fresh_district,
                                        drop_district),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
