/* What `task explain` says of a plan: its nodes with their clocks, and how the schedule line was worked out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"
#include "dubanctl/explain_case.h"

static const char *text_at(const char *key, const char *at)
{
    const struct desk_row *row = desk_row(desk, key);
    struct explain_source source = {
        .events = row->events,
        .event_count = row->event_count,
        .ruleset = &desk->ruleset,
        .at = instant_at(at),
        .language = LANGUAGE_ZH,
    };
    struct explain_case explained;
    struct buffer out;
    assert_true(explain_case_make(&source, desk->arena, &explained));
    buffer_init(&out, EXPLANATION_BYTES);
    explain_text(&explained, &out);
    const char *text = arena_text(desk->arena, out.data);
    buffer_release(&out);
    return text;
}

static void assert_says(const char *text, const char *what)
{
    if (strstr(text, what) == NULL)
        fail_msg("\"%s\" is not said in:\n%s", what, text);
}

static void a_plan_is_explained_with_its_nodes_and_its_line(void **state)
{
    (void)state;
    desk->registry->templates[1].schedule = (struct registry_schedule){.measure = "个",
                                                                       .fact = "到账",
                                                                       .yellow_points = 10,
                                                                       .red_points = 30,
                                                                       .check = CHECK_WEEKLY,
                                                                       .weekday = 1};
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    struct planned_node nodes[] = {
        {"半程", date_at("2023-03-03"), "", 50,  false},
        {"全程", date_at("2023-04-03"), "", 100, false}
    };
    struct body body = say(TRIGGER_PLAN);
    body.plan = (struct body_plan){nodes, 2};
    desk_act(desk, key, "housing-handler", "2023-02-02T09:00", body);
    desk_watch(desk, key, instant_at("2023-03-06T09:00"));
    body = say(TRIGGER_PROGRESS);
    body.progress.node = "半程";
    body.progress.done_on = date_at("2023-03-03");
    desk_act(desk, key, "housing-handler", "2023-03-07T09:00", body);
    const char *before = text_at(key, "2023-03-06T12:00"), *after = text_at(key, "2023-03-07T12:00");
    assert_says(before, "节点时限“半程”：至 2023-03-03 24:00，已超期");
    assert_says(before, "节点：半程 2023-03-03 逾期未完成。");
    assert_says(after, "节点时限“半程”：至 2023-03-03 24:00，按期完成");
    assert_says(after, "节点：半程 2023-03-03 已完成 2023-03-03。");
    assert_says(after, "节点：全程 2023-04-03 待完成。");
    assert_says(after, "撤销");
    /* by Sunday 5 March: 50 + 50 × 2/31 = 53.2 % */
    assert_says(after, "截至2023-03-05计划53.2%，实际0.0%，滞后53.2个百分点（严重滞后）。");
    assert_says(after, "计划2023-03-03为50个、2023-04-"
                       "03为100个，按日直线推算，已过2天，共31天；实际为截至当日的到账0个，全部为100个");
}

static void nothing_is_said_without_a_plan(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    assert_null(strstr(text_at(key, "2023-02-06T09:00"), "推进计划"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_plan_is_explained_with_its_nodes_and_its_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_said_without_a_plan, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("dubanctl/explain_plan", tests, NULL, NULL);
}
