/* Plans, their nodes, reports by the month and the schedule line, in the task's life (domain.md §3.3 row 11, §3.5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"
#include "domain/plan.h"

/* "开工 2023-03-01;验收 2023-04-01" */
static struct body plan_of(const char *text)
{
    struct body body = say(TRIGGER_PLAN);
    body.plan.nodes = ARENA_ARRAY(desk->arena, struct planned_node, LIMIT_NODES + 1);
    while (*text != '\0') {
        size_t length = strcspn(text, ";"), name = strcspn(text, " ");
        struct planned_node *node = &body.plan.nodes[body.plan.node_count++];
        node->evidence_class = "";
        node->name = arena_text_n(desk->arena, text, name);
        if (name < length)
            node->date = date_at(arena_text_n(desk->arena, text + name + 1, length - name - 1));
        text += length + (text[length] == ';');
    }
    return body;
}

static const struct turn *plan(const char *key, const char *at, const char *text)
{
    return desk_act(desk, key, "housing-handler", at, plan_of(text));
}

static const struct turn *done(const char *key, const char *at, const char *node, const char *on)
{
    struct body body = say(TRIGGER_PROGRESS);
    body.progress.node = node;
    if (on != NULL)
        body.progress.done_on = date_at(on);
    return desk_act(desk, key, "housing-handler", at, body);
}

static const struct node *node_of(const char *key, const char *name)
{
    const struct task *task = desk_task(desk, key);
    const struct node *found = NULL;
    for (uint32_t i = 0; i < task->node_count; i++) {
        if (text_equal(task->nodes[i].name, name))
            found = &task->nodes[i];
    }
    return found;
}

static const struct clock *clock_of(const char *key, enum clock_id id, uint32_t number)
{
    return task_clock(desk_task(desk, key), id, number);
}

/* --- what is refused ---------------------------------------------------------------------------------------------- */

static void a_plan_with_a_fault_is_refused_whole(void **state)
{
    /* clang-format off */
    static const struct {
        const char *nodes;
        enum refusal_code code;
        const char *field, *rule;
    } cases[] = {
        {"", REFUSAL_FIELD_MISSING, "nodes", ""},
        {"开工", REFUSAL_FIELD_MISSING, "nodes[0].date", ""},
        {" 2023-05-01", REFUSAL_FIELD_MISSING, "nodes[0].name", ""},
        {"开工 2023-02-05", REFUSAL_DATE_PAST, "nodes[0].date", ""},
        {"开工 2023-07-01", REFUSAL_RULE_UNMET, "nodes[0].date", "within_the_due_date"},
        {"开工 2023-05-01;封顶 2023-04-30", REFUSAL_RULE_UNMET, "nodes[1].date", "nodes_ascend"},
        {"开工 2023-04-01;封顶 2023-05-01;开工 2023-06-01", REFUSAL_RULE_UNMET, "nodes[2].name", "duplicate_key"},
    };
    /* clang-format on */
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct turn *turn = plan(key, "2023-02-06T09:00", cases[i].nodes);
        assert_int_equal(desk_refusal(turn), cases[i].code);
        assert_string_equal(desk_parameter(turn, "field"), cases[i].field);
        if (cases[i].rule[0] != '\0')
            assert_string_equal(desk_parameter(turn, "rule"), cases[i].rule);
        assert_int_equal(desk_task(desk, key)->node_count, 0);
    }
    /* The day of the plan and the last day are within it; two nodes may share a day. */
    plan(key, "2023-02-06T09:00", "踏勘 2023-02-06;清表 2023-06-30;移交 2023-06-30");
    assert_int_equal(desk_task(desk, key)->node_count, 3);
}

static void a_plan_has_at_most_sixteen_nodes(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    struct body body = plan_of("一 2023-05-01");
    for (uint32_t i = 1; i <= LIMIT_NODES; i++) {
        body.plan.nodes[i] = body.plan.nodes[0];
        body.plan.nodes[i].name = arena_format(desk->arena, "节点%u", i);
    }
    body.plan.node_count = LIMIT_NODES + 1;
    const struct turn *turn = desk_act(desk, key, "housing-handler", "2023-02-06T09:00", body);
    assert_int_equal(desk_refusal(turn), REFUSAL_ROW_FULL);
    assert_string_equal(desk_parameter(turn, "limit"), "16");
    body.plan.node_count = LIMIT_NODES;
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-handler", "2023-02-06T09:00", body)),
                     REFUSAL_NONE);
    assert_int_equal(desk_task(desk, key)->node_count, LIMIT_NODES);
}

static void values_need_a_measure_and_never_sink(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    struct body body = plan_of("一 2023-05-01;二 2023-06-01");
    body.plan.nodes[0].value = 30;
    body.plan.nodes[1].value = 20;
    const struct turn *turn = desk_act(desk, key, "housing-handler", "2023-02-06T09:00", body);
    assert_string_equal(desk_parameter(turn, "rule"), "no_measure");
    desk->registry->templates[1].schedule = (struct registry_schedule){
        .measure = "个", .fact = "到账", .yellow_points = 10, .red_points = 30, .check = CHECK_MONTHLY};
    turn = desk_act(desk, key, "housing-handler", "2023-02-06T09:00", body);
    assert_string_equal(desk_parameter(turn, "rule"), "values_ascend");
    assert_string_equal(desk_parameter(turn, "field"), "nodes[1].value");
}

static void only_the_lead_plans_and_only_at_work(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T12", "housing", "2023-06-30");
    assert_int_equal(desk_refusal(plan(key, "2023-02-01T10:00", "开工 2023-05-01")), REFUSAL_WRONG_STATE);
    key = desk_signed(desk, "T12", "housing", "2023-06-30");
    struct body body = plan_of("开工 2023-05-01");
    assert_int_equal(desk_refusal(desk_act(desk, key, "finance-handler", "2023-02-06T09:00", body)),
                     REFUSAL_NOT_ENTITLED);
    assert_int_equal(desk_refusal(desk_act(desk, key, "arrears-clerk", "2023-02-06T09:00", body)),
                     REFUSAL_NOT_ENTITLED);
}

static void a_node_is_named_as_planned_and_once(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    plan(key, "2023-02-06T09:00", "开工 2023-05-01");
    assert_int_equal(desk_refusal(done(key, "2023-02-07T09:00", "封顶", NULL)), REFUSAL_UNKNOWN_WORD);
    assert_int_equal(desk_refusal(done(key, "2023-02-07T09:00", "开工", "2023-02-08")), REFUSAL_FIELD_RANGE);
    assert_int_equal(desk_refusal(done(key, "2023-02-07T09:00", "", "2023-02-07")), REFUSAL_FIELD_MISSING);
    assert_int_equal(desk_refusal(done(key, "2023-02-07T09:00", "开工", NULL)), REFUSAL_NONE);
    assert_int_equal(node_of(key, "开工")->done_on.days, date_at("2023-02-07").days);
    assert_int_equal(clock_of(key, CLOCK_NODE, 1)->status, CLOCK_MET);
    assert_int_equal(desk_refusal(done(key, "2023-02-08T09:00", "开工", NULL)), REFUSAL_ALREADY);
}

/* --- time ------------------------------------------------------------------------------------------------------------ */

static void a_node_is_met_by_its_date_whenever_it_is_told(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    plan(key, "2023-02-06T09:00", "开工 2023-03-01;封顶 2023-05-01");
    desk_watch(desk, key, instant_at("2023-03-02T00:00"));
    assert_int_equal(desk_count(desk, key, EVENT_NODE_MISSED), 0);
    desk_watch(desk, key, instant_at("2023-03-02T00:01"));
    const struct event *missed = desk_last(desk, key, EVENT_NODE_MISSED);
    assert_int_equal(missed->rung, 2);
    assert_int_equal(missed->fired.key, 1);
    assert_true(node_is_missed(desk_task(desk, key), node_of(key, "开工")));
    assert_int_equal(desk_task(desk, key)->rung, 0);
    assert_false(desk_task(desk, key)->was_late);
    assert_int_equal(task_light(desk_task(desk, key), instant_at("2023-03-02T09:00")), LIGHT_YELLOW);
    done(key, "2023-03-03T09:00", "开工", "2023-03-01");
    const struct event *revoked = desk_last(desk, key, EVENT_OVERDUE_REVOKED);
    assert_non_null(revoked);
    assert_string_equal(revoked->revoked[0].reason, "done_in_time");
    assert_int_equal(revoked->revoked[0].key, 1);
    assert_false(node_is_missed(desk_task(desk, key), node_of(key, "开工")));
    assert_int_equal(task_light(desk_task(desk, key), instant_at("2023-03-03T09:00")), LIGHT_GREEN);
}

/* With no watcher at all the node's end is applied before the command that comes behind it. */
static void a_node_is_missed_without_a_watcher(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    plan(key, "2023-02-06T09:00", "开工 2023-03-01");
    done(key, "2023-03-02T09:00", "开工", NULL);
    assert_int_equal(desk_count(desk, key, EVENT_NODE_MISSED), 1);
    assert_true(node_is_missed(desk_task(desk, key), node_of(key, "开工")));
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE_REVOKED), 0);
}

static const struct timer *rung_four(const char *key)
{
    const struct clock *due = clock_of(key, CLOCK_DUE, 0);
    for (uint32_t i = 0; i < due->timer_count; i++) {
        if (due->timers[i].kind == TIMER_RUNG && due->timers[i].rung == 4)
            return &due->timers[i];
    }
    return NULL;
}

static void the_second_missed_node_is_rung_four_at_the_next_nine(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    plan(key, "2023-02-06T09:00", "开工 2023-03-01;封顶 2023-03-03;验收 2023-06-01");
    int64_t usual = rung_four(key)->at.ms;
    desk_watch(desk, key, instant_at("2023-03-04T00:01")); /* Friday 3 March has ended */
    assert_int_equal(rung_four(key)->at.ms, instant_at("2023-03-06T09:00").ms);
    assert_int_equal(task_light(desk_task(desk, key), instant_at("2023-03-04T00:01")), LIGHT_RED);
    /* One of them was done in time: the rung goes back to where it was. */
    done(key, "2023-03-05T09:00", "封顶", "2023-03-03");
    assert_int_equal(rung_four(key)->at.ms, usual);
    desk_watch(desk, key, instant_at("2023-03-07T00:00"));
    assert_int_equal(desk_count(desk, key, EVENT_RUNG_REACHED), 1); /* rung 0 */
}

static void rung_four_comes_once_for_one_due_date(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    plan(key, "2023-02-06T09:00", "开工 2023-03-01;封顶 2023-03-03;验收 2023-03-10");
    desk_watch(desk, key, instant_at("2023-03-14T00:00"));
    assert_int_equal(desk_count(desk, key, EVENT_NODE_MISSED), 3);
    assert_int_equal(desk_task(desk, key)->rung >= 4, true);
    uint32_t fours = 0;
    for (uint32_t i = 0; i < desk_row(desk, key)->event_count; i++) {
        const struct event *event = &desk_row(desk, key)->events[i];
        fours += event->type == EVENT_RUNG_REACHED && event->rung == 4;
    }
    assert_int_equal(fours, 1);
}

static void a_long_matter_is_asked_for_a_plan(void **state)
{
    (void)state;
    /* From 1 February: 19 working days in February, 23 in March, 18 by 26 April (5 April off, Sunday 23 worked). */
    const char *key = desk_signed(desk, "T12", "housing", "2023-04-25");
    assert_null(clock_of(key, CLOCK_PLAN, 0));
    assert_null(clock_of(key, CLOCK_REPORT, 0));
    key = desk_signed(desk, "T12", "housing", "2023-04-26");
    assert_int_equal(clock_of(key, CLOCK_PLAN, 0)->due.ms, instant_at("2023-02-09T00:00").ms);
    assert_int_equal(clock_of(key, CLOCK_REPORT, 0)->due.ms, instant_at("2023-03-02T00:00").ms);
    desk->registry->policy.plan_from = (struct duration){UNIT_NONE, 0};
    key = desk_signed(desk, "T12", "housing", "2023-12-29");
    assert_null(clock_of(key, CLOCK_PLAN, 0));
}

static void plan_and_reports_rest_under_review_and_in_dispute(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    plan(key, "2023-02-02T08:00", "开工 2023-02-10;封顶 2023-05-01");
    struct body objection = say(TRIGGER_OBJECT);
    desk_act(desk, key, "housing-handler", "2023-02-02T09:00", objection);
    assert_int_equal(desk_task(desk, key)->state, STATE_DISPUTED);
    assert_int_equal(clock_of(key, CLOCK_NODE, 1)->status, CLOCK_STOPPED);
    assert_int_equal(clock_of(key, CLOCK_REPORT, 0)->status, CLOCK_STOPPED);
    struct body ruling = say(TRIGGER_ADJUDICATE);
    ruling.adjudicate.unit = "housing";
    desk_act(desk, key, "arrears-head", "2023-02-02T10:00", ruling);
    assert_int_equal(clock_of(key, CLOCK_NODE, 1)->status, CLOCK_RUNNING);
    assert_int_equal(clock_of(key, CLOCK_REPORT, 0)->status, CLOCK_RUNNING);
    desk_act(desk, key, "housing-head", "2023-02-09T09:00", desk_report(desk, "银行凭证"));
    assert_int_equal(desk_task(desk, key)->state, STATE_REPORTED);
    assert_int_equal(clock_of(key, CLOCK_NODE, 2)->status, CLOCK_STOPPED);
    /* Returned after the first node's day: nobody is late by it, the second one runs. */
    struct body returned = say(TRIGGER_RETURN);
    returned.return_.defects = "缺材料";
    desk_act(desk, key, "arrears-clerk", "2023-02-13T09:00", returned);
    assert_int_equal(desk_task(desk, key)->state, STATE_REWORK);
    assert_int_equal(clock_of(key, CLOCK_NODE, 1)->status, CLOCK_STOPPED);
    assert_int_equal(clock_of(key, CLOCK_NODE, 2)->status, CLOCK_RUNNING);
    assert_int_equal(desk_count(desk, key, EVENT_NODE_MISSED), 0);
}

static void another_unit_is_not_bound_by_the_plan(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    plan(key, "2023-02-06T09:00", "踏勘 2023-02-08;开工 2023-02-09;封顶 2023-05-01");
    done(key, "2023-02-08T09:00", "踏勘", NULL);
    struct body body = say(TRIGGER_REASSIGN);
    body.reassign.unit = "finance";
    body.reassign.reason_code = REASSIGN_REASON_DUTIES_CHANGED;
    desk_act(desk, key, "arrears-clerk", "2023-02-10T09:00", body);
    const struct task *task = desk_task(desk, key);
    assert_string_equal(task->lead_unit, "finance");
    assert_int_equal(task->node_count, 2); /* done, and missed: on record */
    assert_false(plan_exists(task));
    assert_int_equal(clock_of(key, CLOCK_NODE, 3)->status, CLOCK_STOPPED);
    assert_int_equal(plan_open_misses(task), 0);
    desk_act(desk, key, "finance-handler", "2023-02-10T10:00", say(TRIGGER_SIGN));
    assert_int_equal(clock_of(key, CLOCK_PLAN, 0)->status, CLOCK_RUNNING);
    assert_string_equal(clock_of(key, CLOCK_PLAN, 0)->unit, "finance");
}

static void numbers_of_nodes_on_record_are_not_used_again(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    plan(key, "2023-02-06T09:00", "甲 2023-02-07;乙 2023-02-20;丙 2023-02-28");
    done(key, "2023-02-08T09:00", "丙", NULL);
    plan(key, "2023-02-09T09:00", "丁 2023-02-21;戊 2023-03-01");
    assert_int_equal(node_of(key, "甲")->number, 1); /* missed */
    assert_true(node_of(key, "甲")->superseded);
    assert_int_equal(node_of(key, "丙")->number, 3); /* done */
    assert_int_equal(node_of(key, "丁")->number, 2); /* takes the place of 乙 */
    assert_int_equal(node_of(key, "戊")->number, 4);
    assert_null(node_of(key, "乙"));
    assert_int_equal(clock_of(key, CLOCK_NODE, 2)->last_day.days, date_at("2023-02-21").days);
    assert_int_equal(clock_of(key, CLOCK_NODE, 2)->version, 2);
    assert_string_equal(clock_of(key, CLOCK_NODE, 2)->name, "丁");
}

static void a_full_plan_fits_into_the_row(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    for (int round = 0; round < 4; round++) {
        struct body body = plan_of("");
        for (uint32_t i = 0; i < 10; i++)
            body.plan.nodes[i] =
                (struct planned_node){.name = arena_format(desk->arena, "节点%d-%u", round, i),
                                      .date = date_at("2023-02-07"),
                                      .evidence_class = ""};
        body.plan.node_count = 10;
        desk->messages += 100;
        const struct turn *turn = desk_act(desk, key, "housing-handler",
                                           round == 0 ? "2023-02-06T09:00" : "2023-02-07T09:00", body);
        assert_int_equal(desk_refusal(turn), REFUSAL_NONE);
    }
    desk_watch(desk, key, instant_at("2023-02-08T08:00"));
    assert_int_equal(desk_task(desk, key)->miss_count, 10);
    assert_in_range(desk_task(desk, key)->clock_count, 10, LIMIT_CLOCKS);
}

/* --- the schedule line -------------------------------------------------------------------------------------------------- */

static void only_a_turn_of_colour_is_marked(void **state)
{
    (void)state;
    desk->registry->templates[1].schedule = (struct registry_schedule){.measure = "个",
                                                                       .fact = "到账",
                                                                       .yellow_points = 10,
                                                                       .red_points = 30,
                                                                       .check = CHECK_WEEKLY,
                                                                       .weekday = 1};
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    struct body body = plan_of("半程 2023-03-03;全程 2023-04-03");
    body.plan.nodes[0].value = 50;
    body.plan.nodes[1].value = 100;
    desk_act(desk, key, "housing-handler", "2023-02-02T09:00", body);
    desk_watch(desk, key, instant_at("2023-02-07T00:00"));
    /* 1 February to 3 March are 30 days; by Sunday 5 February 4 of them: 50 × 4/30 = 6.7 % */
    const struct event *checked = desk_last(desk, key, EVENT_SCHEDULE_CHECKED);
    assert_int_equal(checked->pace.planned, 66);
    assert_int_equal(checked->pace.light, LIGHT_GREEN);
    assert_int_equal(checked->pace.before, LIGHT_NONE);
    desk_watch(desk, key, instant_at("2023-02-14T00:00"));
    checked = desk_last(desk, key, EVENT_SCHEDULE_CHECKED);
    assert_int_equal(checked->pace.behind, 183); /* 50 × 11/30 = 18.3 % */
    assert_int_equal(checked->pace.light, LIGHT_YELLOW);
    assert_int_equal(checked->pace.before, LIGHT_GREEN);
    desk_watch(desk, key, instant_at("2023-02-21T00:00"));
    checked = desk_last(desk, key, EVENT_SCHEDULE_CHECKED);
    assert_int_equal(checked->pace.light, LIGHT_YELLOW);
    assert_int_equal(checked->pace.before, LIGHT_YELLOW);
    assert_int_equal(task_light(desk_task(desk, key), instant_at("2023-02-21T00:00")), LIGHT_YELLOW);
    struct body fact = say(TRIGGER_RECORD_FACT);
    fact.record_fact.kind = "到账";
    fact.record_fact.occurred_on = date_at("2023-02-17");
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-handler", "2023-02-21T09:00", fact)),
                     REFUSAL_FIELD_MISSING);
    fact.record_fact.value = 28;
    desk_act(desk, key, "housing-handler", "2023-02-21T09:00", fact);
    assert_int_equal(desk_task(desk, key)->pace.behind, 20); /* 30.0 % by 19 February, less 28 */
    assert_int_equal(task_light(desk_task(desk, key), instant_at("2023-02-21T09:00")), LIGHT_GREEN);
}

static void clocks_that_are_no_longer_wanted_end(void **state)
{
    (void)state;
    struct registry_template *template_ = &desk->registry->templates[1];
    template_->schedule = (struct registry_schedule){.measure = "个",
                                                     .fact = "到账",
                                                     .yellow_points = 10,
                                                     .red_points = 30,
                                                     .check = CHECK_WEEKLY,
                                                     .weekday = 1};
    const char *key = desk_signed(desk, "T12", "housing", "2023-06-30");
    template_->schedule.measure = "";
    for (uint32_t i = 0; i < desk->registry->policy.clock_count; i++) {
        if (desk->registry->policy.clocks[i].clock == CLOCK_REPORT)
            desk->registry->policy.clocks[i].normal = (struct duration){UNIT_NONE, 0};
    }
    desk_watch(desk, key, instant_at("2023-06-01T00:00"));
    assert_int_equal(clock_of(key, CLOCK_SCHEDULE, 0)->status, CLOCK_STOPPED);
    assert_int_equal(clock_of(key, CLOCK_REPORT, 0)->status, CLOCK_STOPPED);
    assert_int_equal(desk_count(desk, key, EVENT_SCHEDULE_CHECKED), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_plan_with_a_fault_is_refused_whole),
        TEST(a_plan_has_at_most_sixteen_nodes),
        TEST(values_need_a_measure_and_never_sink),
        TEST(only_the_lead_plans_and_only_at_work),
        TEST(a_node_is_named_as_planned_and_once),
        TEST(a_node_is_met_by_its_date_whenever_it_is_told),
        TEST(a_node_is_missed_without_a_watcher),
        TEST(the_second_missed_node_is_rung_four_at_the_next_nine),
        TEST(rung_four_comes_once_for_one_due_date),
        TEST(a_long_matter_is_asked_for_a_plan),
        TEST(plan_and_reports_rest_under_review_and_in_dispute),
        TEST(another_unit_is_not_bound_by_the_plan),
        TEST(numbers_of_nodes_on_record_are_not_used_again),
        TEST(a_full_plan_fits_into_the_row),
        TEST(only_a_turn_of_colour_is_marked),
        TEST(clocks_that_are_no_longer_wanted_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
