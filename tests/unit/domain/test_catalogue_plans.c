/* The words of plans and schedule lines, as officials read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "calendar_fixture.h"
#include "district_fixture.h"
#include "domain/catalogue.h"
#include "domain/task_event.h"

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

static void a_schedule_line_is_one_line_whose_figures_add_up(void **state)
{
    (void)state;
    struct pace behind = {date_at("2023-04-27"), 188, 40, 148, LIGHT_YELLOW, LIGHT_GREEN};
    struct pace ahead = {date_at("2023-03-26"), 935, 937, -2, LIGHT_GREEN, LIGHT_RED};
    struct pace none = {0};
    assert_string_equal(pace_render(&behind, LANGUAGE_ZH, arena),
                        "截至2023-04-27计划18.8%，实际4.0%，滞后14.8个百分点");
    assert_string_equal(pace_render(&ahead, LANGUAGE_ZH, arena),
                        "截至2023-03-26计划93.5%，实际93.7%，超前0.2个百分点");
    assert_string_equal(pace_render(&behind, LANGUAGE_EN, arena),
                        "by 2023-04-27: planned 18.8 %, actual 4.0 %, 14.8 points behind");
    assert_string_equal(pace_render(&none, LANGUAGE_ZH, arena), "");
}

static void a_node_says_where_it_stands(void **state)
{
    (void)state;
    struct miss misses[] = {
        {.clock = CLOCK_NODE, .key = 2,     .version = 1,      .unit = "housing", .reason = ""},
        {                   .clock = CLOCK_NODE,           .key = 3, .version = 1, .unit = "housing",      .reason = ""            },
        { .clock = CLOCK_NODE,       .key = 4,  .version = 1,   .unit = "housing",      .revoked = true,             .reason = ""},
    };
    struct task task = task_blank();
    task.misses = misses;
    task.miss_count = 3;
    const struct {
        struct node node;
        const char *zh, *en;
    } cases[] = {
        {{.number = 1, .name = "开工", .date = date_at("2023-05-15")},
         "开工 2023-05-15 待完成",                      "开工 2023-05-15 open"                 },
        {{.number = 2, .name = "开工", .date = date_at("2023-05-15")},
         "开工 2023-05-15 逾期未完成",                "开工 2023-05-15 missed"               },
        {{.number = 3, .name = "开工", .date = date_at("2023-05-15"), .done_on = date_at("2023-05-16")},
         "开工 2023-05-15 逾期后完成 2023-05-16",     "开工 2023-05-15 done late 2023-05-16" },
        {{.number = 4, .name = "开工", .date = date_at("2023-05-15"), .done_on = date_at("2023-05-15")},
         "开工 2023-05-15 已完成 2023-05-15",           "开工 2023-05-15 done 2023-05-15"      },
        {{.number = 2, .name = "开工", .date = date_at("2023-05-15"), .superseded = true},
         "开工 2023-05-15 逾期未完成（原计划）", "开工 2023-05-15 missed (earlier plan)"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(node_render(&task, &cases[i].node, LANGUAGE_ZH, arena), cases[i].zh);
        assert_string_equal(node_render(&task, &cases[i].node, LANGUAGE_EN, arena), cases[i].en);
    }
}

static void what_happened_names_the_node_and_the_figures(void **state)
{
    (void)state;
    struct registry *registry = district_fixture(arena);
    struct clock node = {.id = CLOCK_NODE, .key = 2, .name = "开工", .unit = "housing", .person = ""};
    struct event missed = event_blank();
    missed.type = EVENT_NODE_MISSED;
    missed.fired = (struct fired){.clock = CLOCK_NODE, .key = 2, .at = instant_at("2023-05-16T00:00")};
    missed.clocks = &node;
    missed.clock_count = 1;
    assert_string_equal(event_render(&missed, registry, LANGUAGE_ZH, arena),
                        "节点“开工”已于 2023-05-15 24:00 到期,尚未完成");
    struct event checked = event_blank();
    checked.type = EVENT_SCHEDULE_CHECKED;
    checked.pace = (struct pace){date_at("2023-06-29"), 396, 80, 316, LIGHT_RED, LIGHT_YELLOW};
    assert_string_equal(event_render(&checked, registry, LANGUAGE_ZH, arena),
                        "序时检查:截至2023-06-29计划39.6%，实际8.0%，滞后31.6个百分点,严重滞后");
    struct planned_node nodes[] = {
        {"设计", date_at("2023-04-10"), "", 0, false},
        {"开工", date_at("2023-05-15"), "", 0, true }
    };
    struct event planned = event_blank();
    planned.type = EVENT_PLANNED;
    planned.actor.person = "housing-handler";
    planned.actor.unit = "housing";
    planned.body.trigger = TRIGGER_PLAN;
    planned.body.plan = (struct body_plan){nodes, 2};
    assert_string_equal(event_render(&planned, registry, LANGUAGE_ZH, arena),
                        "区住建局承办人甲报送推进计划:设计 2023-04-10；开工 2023-05-15");
}

static void a_schedule_line_says_how_it_was_worked_out(void **state)
{
    (void)state;
    struct registry_schedule_point points[] = {
        {date_at("2023-02-28"), 600 },
        {date_at("2023-03-31"), 1000}
    };
    struct registry_schedule schedule = {.measure = "万元",
                                         .fact = "累计投资",
                                         .target = 480000,
                                         .yellow_points = 10,
                                         .red_points = 30,
                                         .points = points,
                                         .point_count = 2};
    struct fact fact = {.kind = "累计投资", .occurred_on = date_at("2023-03-03"), .value = 230000};
    struct task task = task_blank();
    task.facts = &fact;
    task.fact_count = 1;
    assert_string_equal(pace_formula(&task, &schedule, LANGUAGE_ZH, arena), "");
    task.pace.as_of = date_at("2023-03-05");
    assert_string_equal(pace_formula(&task, &schedule, LANGUAGE_ZH, arena),
                        "计划2023-02-28为60.0%、2023-03-31为100.0%"
                        "，按日直线推算，已过5天，共31天；实际为截至当日的累计投资230000万元，"
                        "全部为480000万元。百分数舍去不足0.1的部分，滞后满10个百分点为黄，超过30个为红");
    task.pace.as_of = date_at("2023-02-01");
    assert_non_null(strstr(pace_formula(&task, &schedule, LANGUAGE_ZH, arena),
                           "计划尚未开始；实际为截至当日的累计投资0万元"));
    task.pace.as_of = date_at("2023-04-03");
    assert_non_null(
        strstr(pace_formula(&task, &schedule, LANGUAGE_EN, arena), "the plan ends at 2023-03-31: 100.0%"));
    struct node node = {.number = 1, .name = "半年", .date = date_at("2023-06-30"), .value = 20};
    struct clock due = {.id = CLOCK_DUE, .started_at = instant_at("2023-03-01T09:00")};
    task.nodes = &node;
    task.node_count = 1;
    task.clocks = &due;
    task.clock_count = 1;
    assert_non_null(strstr(pace_formula(&task, &schedule, LANGUAGE_ZH, arena),
                           "计划2023-03-01为0万元、2023-06-30为20万元，按日直线推算，已过33天，共121天"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_schedule_line_is_one_line_whose_figures_add_up),
        cmocka_unit_test(a_node_says_where_it_stands),
        cmocka_unit_test(a_schedule_line_says_how_it_was_worked_out),
        cmocka_unit_test(what_happened_names_the_node_and_the_figures),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
