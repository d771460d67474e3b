/* An act tried without sending it (services/dubanctl/dry_run.h): the registrar sees the feasibility lint first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "dubanctl/dry_run.h"

static struct desk *desk;
static struct dry_run_question question;
static struct body body;

static struct registry_minimum notices[] = {
    {"预公告", {UNIT_WORKING_DAY, 10},  "土地管理法实施条例 §26"},
    {"公告",    {UNIT_CALENDAR_DAY, 30}, ""                                },
};

static int set_up(void **state)
{
    (void)state;
    desk = desk_new();
    struct registry_template *template_ =
        (struct registry_template *)(uintptr_t)registry_template(desk->registry, "T12");
    template_->minimums = notices;
    template_->minimum_count = 2;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

static struct dry_run try_to_register(const char *key, const char *due, const char *wording)
{
    body = desk_registration("housing", due);
    body.registration.due.wording = wording;
    body.registration.earliest_start = date_at("2023-02-06");
    const struct task *task = desk_task(desk, key);
    question = (struct dry_run_question){
        .task = task,
        .body = &body,
        .person = dry_run_registrar(task, desk->registry),
        .ruleset = &desk->ruleset,
        .now = instant_at("2023-02-01T10:00"),
    };
    assert_non_null(question.person);
    return dry_run_take(&question, desk->arena);
}

static const char *text_of(const struct dry_run *run, bool as_json)
{
    struct buffer out;
    buffer_init(&out, 1 << 16);
    struct json_writer json = {.out = &out};
    if (as_json) {
        json_open_object(&json, NULL);
        dry_run_json(run, &json);
        json_close_object(&json);
    } else {
        dry_run_text(run, &out);
    }
    const char *text = arena_text(desk->arena, out.data);
    buffer_release(&out);
    return text;
}

static void the_computation_is_shown_before_anything_is_committed(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    struct dry_run run = try_to_register(key, "2023-03-31", "3月底前");
    assert_string_equal(text_of(&run, false),
                        "立项测算(未报送):清偿拖欠工程款\n"
                        "  1. 办理时限:如即日交办,至 2023-03-31\n"
                        "  2. 原文读作 2023-03-31(“X月底(前)”为当月最后一日)\n"
                        "  3. 法定最短期间“预公告”10个工作日(土地管理法实施条例 §26):自 2023-02-06 "
                        "起(当日不计入),至 2023-02-20 届满\n"
                        "  4. 法定最短期间“公告”30日:自 2023-02-21 起(当日不计入),至 2023-03-23 届满\n"
                        "  5. 法定最短期间届满后,到期前只剩 6 个工作日\n"
                        "结论:可以办理。\n");
    assert_false(run.to_confirm);
    assert_int_equal(desk_task(desk, key)->state, STATE_DRAFT);
    assert_int_equal(desk_count(desk, key, EVENT_REGISTERED), 0);
}

static void what_cannot_work_must_be_confirmed(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    struct dry_run run = try_to_register(key, "2023-03-23", "");
    assert_true(run.to_confirm);
    assert_non_null(strstr(text_of(&run, false), "各法定最短期间依次进行须至 2023-03-23"));
    assert_non_null(strstr(text_of(&run, false), "结论:可以办理,但请先确认以上提示。\n"));
    run = try_to_register(key, "2023-04-04", "4月1日前");
    assert_true(run.to_confirm);
    assert_non_null(strstr(text_of(&run, true), "\"outcome\":\"to_confirm\""));
    assert_non_null(
        strstr(text_of(&run, true), "\"note\":\"wording_differs date=2023-03-31 last_day=2023-04-04\""));
}

static void a_predecessor_that_is_due_later_is_shown(void **state)
{
    (void)state;
    const char *first = desk_signed(desk, "T12", "finance", "2023-04-28");
    const char *key = desk_drafted(desk, "T12", "housing");
    try_to_register(key, "2023-03-31", "");
    question.predecessors = desk_task(desk, first);
    question.predecessor_count = 1;
    struct dry_run run = dry_run_take(&question, desk->arena);
    assert_true(run.to_confirm);
    assert_non_null(strstr(text_of(&run, false),
                           "前置事项 督办〔2023〕1号 的时限 2023-04-28 晚于本事项的时限 2023-03-31"));
    try_to_register(key, "2023-05-05", "");
    question.predecessors = desk_task(desk, first);
    question.predecessor_count = 1;
    run = dry_run_take(&question, desk->arena);
    assert_false(run.to_confirm);
}

static void a_refusal_is_said_as_the_ledger_will_say_it(void **state)
{
    (void)state;
    const char *key = desk_drafted(desk, "T12", "housing");
    struct dry_run run = try_to_register(key, "2023-01-31", "");
    assert_null(run.event);
    assert_int_equal(run.refusal.code, REFUSAL_DATE_PAST);
    assert_non_null(strstr(text_of(&run, false), "的日期 2023-01-31 已过"));
    assert_non_null(strstr(text_of(&run, true), "\"refusal\":\"date_past\",\"field\":\"due\""));
    run = try_to_register(key, NULL, "尽快");
    assert_int_equal(run.refusal.code, REFUSAL_DEADLINE_VAGUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_computation_is_shown_before_anything_is_committed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_work_must_be_confirmed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_predecessor_that_is_due_later_is_shown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refusal_is_said_as_the_ledger_will_say_it, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("dry_run", tests, NULL, NULL);
}
