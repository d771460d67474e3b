/* The text of a notice: what it says, what it shows as missing, where it is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"
#include "domain/catalogue.h"
#include "domain/notice.h"

static struct desk *desk;

static int open_desk(void **state)
{
    (void)state;
    desk = desk_new();
    return 0;
}

static int close_desk(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

/* Those of the first alarm about a debt due on Friday 2023-03-31. */
static struct notice_list alarms(void)
{
    const char *key = desk_signed(desk, "T12", "finance", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-04-03T09:01"));
    const struct event *event = desk_last(desk, key, EVENT_RUNG_REACHED);
    assert_int_equal(event->rung, 3);
    struct notice_list list =
        notices_of_event(event, desk_task(desk, key), &desk->ruleset, NULL, 0, desk->arena);
    assert_int_equal(list.count, 2);
    return list;
}

static struct notice alarm(void)
{
    return alarms().items[0];
}

static struct notice rendered(const char *title, const char *body, const char *now)
{
    desk->registry->forms[0].title = title;
    desk->registry->forms[0].body = body;
    struct notice notice = alarm();
    const struct notice_moment moment = {instant_at(now), instant_at("2023-04-03T08:59")};
    notice_render(&notice, desk_task(desk, notice.task_id), &desk->ruleset, &moment, desk->arena);
    return notice;
}

static void a_text_says_what_why_what_stops_it_and_where_the_proof_is(void **state)
{
    (void)state;
    struct notice notice = rendered("{title}",
                                    "{recipient}：{lead_unit} {due} {overdue_days}日。{why}{stop}{proof}"
                                    "数据截至 {as_of}",
                                    "2023-04-03T09:00");
    assert_non_null(strstr(notice.text, "区财政局分管负责人：区财政局 2023-03-31 24:00 3日"));
    assert_non_null(strstr(notice.text, "第3级，到期时"));
    assert_non_null(strstr(notice.text, "期限定为2023年3月31日(星期五)"));
    assert_non_null(strstr(notice.text, "申请办结"));
    assert_non_null(strstr(notice.text, notice.task_id));
    assert_non_null(strstr(notice.text, "数据截至 08:59"));
}

static void a_copy_speaks_to_whom_the_original_goes_and_is_marked(void **state)
{
    (void)state;
    desk->registry->forms[0].body = "{unit}，{recipient}：请办理";
    struct notice_list list = alarms();
    const struct notice_moment moment = {instant_at("2023-04-03T09:00"), INSTANT_NONE};
    struct notice copy = list.items[1];
    assert_true(copy.copied);
    assert_string_equal(copy.original, list.items[0].person);
    notice_render(&copy, desk_task(desk, copy.task_id), &desk->ruleset, &moment, desk->arena);
    assert_non_null(strstr(copy.text, "区财政局，区财政局分管负责人：请办理"));
    assert_non_null(strstr(copy.text, "抄送"));
}

static void what_a_task_rests_on_is_named_even_without_a_document(void **state)
{
    (void)state;
    assert_non_null(
        strstr(rendered("x", "根据{basis}。", "2023-04-03T09:00").text, "根据区政办〔2023〕3号。"));
    struct notice notice = alarm();
    struct task task = *desk_task(desk, notice.task_id);
    const struct notice_moment moment = {instant_at("2023-04-03T09:00"), INSTANT_NONE};
    task.approval.document_no = task.source.from = task.source.kind = "";
    notice_render(&notice, &task, &desk->ruleset, &moment, desk->arena);
    assert_non_null(strstr(notice.text, "根据批示。"));
    task.approval.kind = "";
    notice_render(&notice, &task, &desk->ruleset, &moment, desk->arena);
    assert_null(strstr(notice.text, "未填"));
}

static void a_rehearsal_says_so_in_title_and_text_whatever_the_form(void **state)
{
    (void)state;
    struct notice notice = rendered("{title}", "{title}", "2023-04-03T09:00");
    assert_true(notice.rehearsal);
    assert_true(text_starts_with(notice.subject, "【演练】"));
    assert_non_null(strstr(notice.text, "演练"));
}

static void a_missing_value_is_seen_outside_brackets_and_takes_its_bracket_away(void **state)
{
    (void)state;
    struct notice notice =
        rendered("{number}", "甲{requirement}乙[（{requirement}）]丙[（{title}）]", "2023-04-03T09:00");
    assert_non_null(strstr(notice.text, "甲〔未填〕乙丙（清偿拖欠工程款）"));
}

static void every_gap_that_a_form_may_have_is_known(void **state)
{
    (void)state;
    const char *pattern = "";
    for (unsigned i = 0; form_gap_at(i) != NULL; i++)
        pattern = arena_format(desk->arena, "%s%s={%s};", pattern, form_gap_at(i), form_gap_at(i));
    struct notice notice = rendered("x", pattern, "2023-04-03T09:00");
    if (strchr(notice.text, '?') != NULL)
        fail_msg("a gap is not known: %s", notice.text);
    assert_non_null(strchr(rendered("x", "{no_such_gap}", "2023-04-03T09:00").text, '?'));
}

static void a_form_that_has_gone_is_replaced_by_the_facts(void **state)
{
    (void)state;
    struct notice notice = alarm();
    notice.form = "废止的文书";
    const struct notice_moment moment = {instant_at("2023-04-03T09:00"), INSTANT_NONE};
    notice_render(&notice, desk_task(desk, notice.task_id), &desk->ruleset, &moment, desk->arena);
    assert_non_null(strstr(notice.subject, "清偿拖欠工程款"));
    assert_non_null(strstr(notice.text, "到期"));
    assert_non_null(strstr(notice.text, "尚不明确"));
}

static void less_than_a_day_is_said_as_such(void **state)
{
    (void)state;
    assert_non_null(strstr(rendered("x", "剩{left_days}日", "2023-03-31T23:00").text, "剩不足1日"));
    assert_non_null(strstr(rendered("x", "剩{left_days}日", "2023-03-29T08:30").text, "剩2日"));
    assert_non_null(strstr(rendered("x", "超[{left_days}]日", "2023-04-01T09:00").text, "超日"));
}

static void a_text_is_cut_between_characters(void **state)
{
    (void)state;
    assert_string_equal(notice_cut("督办督办", 12, "…", desk->arena), "督办督办");
    assert_string_equal(notice_cut("督办督办", 11, "…", desk->arena), "督办…");
    assert_string_equal(notice_cut("督办督办", 10, "…", desk->arena), "督办…");
    assert_string_equal(notice_cut("督办督办", 8, "…", desk->arena), "督…");
}

static void what_a_relay_says_becomes_one_harmless_line(void **state)
{
    (void)state;
    const char *line = notice_line("550 no\r\nsuch \xff user", LIMIT_LINE, desk->arena);
    assert_string_equal(line, "550 no  such ? user");
    line = notice_line("\xe2\x80\xae倒", LIMIT_LINE, desk->arena); /* U+202E */
    assert_int_equal(text_check(line, strlen(line), LIMIT_LINE, false), TEXT_FINE);
    char *long_text = arena_alloc(desk->arena, 4000);
    for (int i = 0; i < 1000; i++)
        memcpy(long_text + 3 * i, "督", 3);
    line = notice_line(long_text, LIMIT_LINE, desk->arena);
    assert_int_equal(text_check(line, strlen(line), LIMIT_LINE, false), TEXT_FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_text_says_what_why_what_stops_it_and_where_the_proof_is, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(a_copy_speaks_to_whom_the_original_goes_and_is_marked, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(what_a_task_rests_on_is_named_even_without_a_document, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(a_rehearsal_says_so_in_title_and_text_whatever_the_form, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(a_missing_value_is_seen_outside_brackets_and_takes_its_bracket_away,
                                        open_desk, close_desk),
        cmocka_unit_test_setup_teardown(every_gap_that_a_form_may_have_is_known, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_form_that_has_gone_is_replaced_by_the_facts, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(less_than_a_day_is_said_as_such, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_text_is_cut_between_characters, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_a_relay_says_becomes_one_harmless_line, open_desk, close_desk),
    };
    return cmocka_run_group_tests_name("notice words", tests, NULL, NULL);
}
