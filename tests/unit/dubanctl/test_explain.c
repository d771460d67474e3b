/* The explanation of a task's time (services/dubanctl/explain_case.h), from events alone: what it says, that its figures
 * add up, and that it says of a moment only what was known then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"
#include "explain_desk.h"

static enum language language;

static const char *text_at(const char *key, const char *at)
{
    return explain_desk_text(desk, key, at, language);
}

static const char *section(const char *text)
{
    return explain_desk_section(desk, text);
}

/* --- tasks ------------------------------------------------------------------------------------------------------------ */

static const char *ticket_over_spring_festival(void)
{
    const char *key = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    struct body draft = say(TRIGGER_DRAFT);
    draft.draft.reference = "RX-1";
    draft.draft.template_code = "T22";
    draft.draft.title = "路灯不亮";
    draft.draft.lead_unit = "housing";
    struct command command = desk_command(
        desk, key, district_system(desk->registry, "urn:duban:hotline:tickets"), "2023-01-18T09:00", draft);
    desk_take(desk, &command);
    desk_act(desk, key, "hotline-clerk", "2023-01-18T09:10", desk_registration("housing", NULL));
    desk_act(desk, key, "hotline-clerk", "2023-01-18T09:20", say(TRIGGER_ASSIGN));
    desk_act(desk, key, "housing-handler", "2023-01-18T09:30", say(TRIGGER_SIGN));
    return key;
}

/* --- the texts ---------------------------------------------------------------------------------------------------------- */

static void a_period_over_spring_festival_is_derived_day_by_day(void **state)
{
    (void)state;
    const char *key = ticket_over_spring_festival();
    assert_string_equal(
        section(text_at(key, "2023-01-18T10:00")),
        "一、办理时限：至 2023-01-30 24:00，计时中，区住建局\n"
        "  1. 起算（第1版）由来：2023-01-18 09:20，交办，办理时限至 2023-01-30 24:00。\n"
        "     （1）规则依据：本区规定。\n"
        "     （2）自2023年1月18日起算，当日不计入（民法典 §201）。\n"
        "     （3）期间为5个工作日。\n"
        "     （4）2023年1月21日至2023年1月27日春节放假，不计入（国办发明电〔2022〕16号）。\n"
        "     （5）2023年1月28日至2023年1月29日春节补班，按工作日计入（国办发明电〔2022〕16号）。\n"
        "     （6）最后一日2023年1月30日 24:00截止（民法典 §203）。\n"
        "     （7）核算：2023-01-18次日至2023-01-30共12天 = 计入5个工作日 + 休息日7天。\n"
        "     （8）工作日依国办发明电〔2022〕16号（登记册第1版）。\n"
        "     （9）据此，时限至 2023-01-30 24:00。\n"
        "  2. 提醒情况：\n"
        "     （1）第0级，2023-01-18 09:20 已到（第1版），告知：没有通知记录。\n"
        "     （2）第1级，2023-01-29 08:30，待发：时刻未到。\n"
        "     （3）第2级，2023-01-30 08:30，待发：时刻未到。\n"
        "     （4）第3级，2023-01-31 09:00，待发：时刻未到。\n"
        "     （5）第4级，2023-02-01 09:00，待发：时刻未到。\n"
        "     （6）第5级，2023-02-06 09:00，待发：时刻未到。\n"
        "     （7）第6级，2023-02-13 09:00，待发：时刻未到。\n");
    const char *text = text_at(key, "2023-01-18T10:00");
    assert_true(text_starts_with(text, "督办事项时限说明\n\n文号：督办〔2023〕1号\n事项：路灯不亮\n"
                                       "承办单位：区住建局  督办单位：12345热线\n状态：办理中  灯：正常\n"));
    assert_says(text, "\n结论：办理时限至 2023-01-30 24:00，今日之后尚有 5 个工作日。\n");
}

static void an_extension_is_a_second_version_with_its_own_sum(void **state)
{
    (void)state;
    const char *key = explain_desk_extended(desk);
    assert_string_equal(
        section(text_at(key, "2023-03-29T16:00")),
        "一、办理时限：至 2023-04-10 24:00，计时中，区住建局\n"
        "  1. 起算（第1版）由来：2023-02-01 09:02，交办，办理时限至 2023-03-31 24:00。\n"
        "     （1）规则依据：立项时写明的日期。\n"
        "     （2）事项所涉法律：保障中小企业款项支付条例（2020）。\n"
        "     （3）期限定为2023年3月31日。\n"
        "     （4）最后一日2023年3月31日 24:00截止（民法典 §203）。\n"
        "     （5）据此，时限至 2023-03-31 24:00。\n"
        "  2. 变更（第2版）由来：2023-03-29 15:00，分管副区长B同意延期，办理时限至 2023-04-10 24:00。\n"
        "     （1）规则依据：立项时写明的日期。\n"
        "     （2）事项所涉法律：保障中小企业款项支付条例（2020）。\n"
        "     （3）期限定为2023年3月31日。\n"
        "     （4）延期5个工作日。\n"
        "     （5）2023年4月5日清明节放假，不计入（国办发明电〔2022〕16号）。\n"
        "     （6）其间另有周末4天不计入。\n"
        "     （7）最后一日2023年4月10日 24:00截止（民法典 §203）。\n"
        "     （8）核算：2023-03-31次日至2023-04-10共10天 = 计入5个工作日 + 休息日5天。\n"
        "     （9）工作日依国办发明电〔2022〕16号（登记册第1版）。\n"
        "     （10）据此，时限至 2023-04-10 24:00。\n"
        "  3. 提醒情况：\n"
        "     （1）第0级，2023-02-01 09:02 已到（第1版），告知：没有通知记录。\n"
        "     （2）第1级，2023-03-24 08:30 已到（第1版），告知：没有通知记录。\n"
        "     （3）第2级，2023-03-28 08:30 已到（第1版），告知：没有通知记录。\n"
        "     （4）第1级，2023-03-31 08:30，待发：时刻未到。\n"
        "     （5）第2级，2023-04-04 08:30，待发：时刻未到。\n"
        "     （6）第2级（第2次），2023-04-07 08:30，待发：时刻未到。\n"
        "     （7）第3级，2023-04-11 09:00，待发：时刻未到。\n"
        "     （8）第4级，2023-04-13 09:00，待发：时刻未到。\n"
        "     （9）第5级，2023-04-17 09:00，待发：时刻未到。\n"
        "     （10）第6级，2023-04-23 09:00，待发：时刻未到。\n");
}

/* Of one that a step started too: each has the article that its row names. */
static void a_statutory_clock_names_its_law(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T23", "housing", NULL);
    struct body accept = say(TRIGGER_STEP);
    accept.step.kind = STEP_KIND_ACCEPT;
    accept.step.taken_on = date_at("2023-02-02");
    desk_act(desk, key, "housing-handler", "2023-02-02T10:00", accept);
    struct explain_case explained;
    explain_desk_case(desk, key, "2023-02-03T10:00", LANGUAGE_ZH, &explained);
    uint32_t seen = 0;
    for (uint32_t i = 0; i < explained.clock_count; i++) {
        const struct explained_clock *clock = &explained.clocks[i];
        for (uint32_t k = 0; clock->clock->id == CLOCK_STATUTORY && k < clock->version_count; k++, seen++)
            assert_string_equal(clock->versions[k].basis,
                                text_equal(clock->clock->name, "告知")   ? "信访工作条例 §23"
                                : text_equal(clock->clock->name, "办理") ? "信访工作条例 §34"
                                                                         : "ours");
    }
    assert_true(seen >= 3);
    const char *text = text_at(key, "2023-02-03T10:00");
    assert_says(text, "规则依据：信访工作条例 §23。");
    assert_says(text, "规则依据：信访工作条例 §34。");
    assert_says(text, "法定最长期限：90日（信访工作条例 §34），至 2023-05-04，任何延期不得超过。");
}

static void english_says_the_same(void **state)
{
    (void)state;
    language = LANGUAGE_EN;
    const char *text = section(text_at(explain_desk_extended(desk), "2023-03-29T16:00"));
    language = LANGUAGE_ZH;
    assert_true(text_starts_with(
        text,
        "1. C-DUE: ends 2023-04-10 24:00, running, 区住建局\n"
        "  1. Begun (version 1): at 2023-02-01 09:02, assigned, due 2023-03-31 24:00.\n"
        "     (1) The rule rests on: the date given at registration.\n"
        "     (2) The matter rests on: 保障中小企业款项支付条例(2020).\n"
        "     (3) A fixed date: 2023-03-31.\n"
        "     (4) The last day, 2023-03-31, ends at 24:00 (民法典 §203).\n"
        "     (5) Result: ends 2023-03-31 24:00.\n"
        "  2. Changed (version 2): at 2023-03-29 15:00, 分管副区长B granted the extension, due 2023-04-10 "
        "24:00.\n"));
    assert_says(text, "(8) Sum of the days after 2023-03-31 up to 2023-04-10: 10 = 5 working + 5 of rest.\n");
    assert_says(text, "rung 3, 2023-04-11 09:00, to come: its moment has not come.\n");
}

static void a_ruling_for_another_unit_begins_its_time_anew(void **state)
{
    (void)state;
    const char *key = desk_assigned(desk, "T22", "housing", NULL);
    struct body object = say(TRIGGER_OBJECT), rule = say(TRIGGER_ADJUDICATE);
    object.object.reason = "不属本局职责";
    object.object.proposed_unit = "finance";
    rule.adjudicate.unit = "finance";
    rule.adjudicate.reason = "属财政职责";
    desk_act(desk, key, "housing-handler", "2023-02-01T15:00", object);
    desk_act(desk, key, "executive", "2023-02-02T10:00", rule); /* two fields */
    const char *text = section(text_at(key, "2023-02-02T11:00"));
    assert_says(text, "一、办理时限：至 2023-02-09 24:00，计时中，区财政局\n");
    assert_says(text, "  1. 起算（第1版）由来：2023-02-01 09:02，交办，办理时限至 2023-02-08 24:00。\n");
    assert_says(text, "  2. 变更（第2版）由来：2023-02-02 10:00，常务副区长裁定由区财政局承办，办理时限至 "
                      "2023-02-09 24:00：属财政职责。\n     （1）规则依据：本区规定。\n     "
                      "（2）自2023年2月2日起算，当日不计入（民法典 §201）。\n");
    assert_says(text_at(key, "2023-02-01T16:00"), "状态：异议审核");
}

static void a_pause_is_named_and_taken_out_of_the_sum(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    struct clock paused = *task_clock(desk_task(desk, key), CLOCK_DUE, 0);
    struct deadline_pause pause = {instant_at("2023-02-02T10:00"), instant_at("2023-02-06T10:00")};
    paused.pauses = &pause;
    paused.pause_count = 1;
    paused.version++;
    paused.last_day = date_at("2023-02-10");
    paused.due = instant_at("2023-02-11T00:00");
    explain_desk_add_event(desk, key, "2023-02-06T10:00", EVENT_PROGRESSED, &paused);
    const char *text = section(text_at(key, "2023-02-06T11:00"));
    assert_says(text, "2023年2月2日10:00至2023年2月6日10:00中止，不计入。\n");
    assert_says(text, "核算：2023-02-01次日至2023-02-10共9天 = 计入5个工作日 + 休息日2天 + 中止扣除2天。\n");
    assert_says(text, "据此，时限至 2023-02-10 24:00。\n");
}

/* 听证 over five working days; the pause, its reason and its law stand in the derivation. */
static void a_suspension_is_explained_with_its_law(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "XK", "housing", NULL);
    struct body ask = say(TRIGGER_REQUEST), decide = say(TRIGGER_DECIDE);
    ask.request.kind = decide.decide.kind = REQUEST_SUSPENSION;
    ask.request.pause_reason = "听证";
    ask.request.reason = "申请人要求听证";
    decide.decide.granted = true;
    desk_act(desk, key, "housing-handler", "2023-02-06T10:00", ask);
    desk_act(desk, key, "housing-head", "2023-02-06T11:00", decide);
    const char *paused = section(text_at(key, "2023-02-08T10:00"));
    assert_says(paused, "，暂停计时，区住建局\n");
    assert_says(text_at(key, "2023-02-06T09:00"),
                "法定最长期限：30个工作日（行政许可法 §42），至 2023-03-15，任何延期不得超过。\n");
    assert_says(paused, "法定最长期限：30个工作日（行政许可法 §42），至 2023-03-17，任何延期不得超过。\n");
    assert_says(paused, "均未发：时限自 2023-02-06 10:00 起暂停计时。\n");
    desk_act(desk, key, "housing-handler", "2023-02-13T10:00", say(TRIGGER_RESUME));
    const char *text = section(text_at(key, "2023-02-13T11:00"));
    assert_says(text, "2023年2月6日10:00至2023年2月13日10:00中止，不计入。\n");
    assert_says(text, "中止事由和依据：听证");
    assert_says(text, "行政许可法 §45");
    assert_says(text, " + 中止扣除5天。\n");
    struct explain_case explained;
    explain_desk_case(desk, key, "2023-02-13T11:00", LANGUAGE_ZH, &explained);
    assert_true(explain_desk_add_again(&explained) > 0);
}

static void what_a_return_cut_stands_as_recorded(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    struct clock cut = *task_clock(desk_task(desk, key), CLOCK_DUE, 0);
    cut.due = instant_at("2023-04-08T00:00");
    cut.version++;
    explain_desk_add_event(desk, key, "2023-03-30T10:00", EVENT_PROGRESSED, &cut);
    assert_says(text_at(key, "2023-03-30T11:00"),
                "按上述推算为 2023-03-31 24:00；因暂停、续计或调整，登记的时限为 "
                "2023-04-07 24:00，以登记的为准。\n");
}

static const struct calendar *calendars[3];

static const struct calendar *calendar_at(const void *context, uint32_t version)
{
    (void)context;
    return version < 3 ? calendars[version] : NULL;
}

/* Each version of an end is derived by the calendars that it was computed with, not by those of today. */
static void each_version_is_derived_by_its_own_calendars(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    struct calendar_year *years =
        arena_copy(desk->arena, desk->registry->calendars, FIXTURE_YEARS * sizeof *years);
    struct calendar_day day = {date_at("2023-02-03"), false, "调整"};
    for (uint32_t i = 0; i < FIXTURE_YEARS; i++) {
        if (years[i].year != 2023)
            continue;
        struct calendar_day *days = ARENA_ARRAY(desk->arena, struct calendar_day, years[i].day_count + 1);
        uint32_t before = 0;
        while (years[i].days[before].date.days < day.date.days)
            before++;
        memcpy(days, years[i].days, before * sizeof *days);
        days[before] = day;
        memcpy(&days[before + 1], &years[i].days[before], (years[i].day_count - before) * sizeof *days);
        years[i].days = days;
        years[i].day_count++;
        years[i].paper = "国办发明电〔2023〕1号";
    }
    calendars[1] = desk->ruleset.calendar;
    calendars[2] = calendar_build(desk->arena, years, FIXTURE_YEARS, 2);
    struct clock moved = *task_clock(desk_task(desk, key), CLOCK_DUE, 0);
    moved.version++;
    moved.calendar_version = 2;
    moved.last_day = date_at("2023-02-09");
    moved.due = instant_at("2023-02-10T00:00");
    explain_desk_add_event(desk, key, "2023-02-02T10:00", EVENT_CALENDAR_APPLIED, &moved);

    const struct desk_row *row = desk_row(desk, key);
    const struct explain_source source = {
        .events = row->events,
        .event_count = row->event_count,
        .ruleset = &desk->ruleset,
        .calendar_at = calendar_at,
        .at = instant_at("2023-02-02T11:00"),
    };
    struct explain_case explained;
    struct buffer out;
    assert_true(explain_case_make(&source, desk->arena, &explained));
    buffer_init(&out, EXPLANATION_BYTES);
    explain_text(&explained, &out);
    const char *text = section(arena_text(desk->arena, out.data));
    buffer_release(&out);
    assert_says(text, "核算：2023-02-01次日至2023-02-08共7天 = 计入5个工作日 + 休息日2天。\n");
    assert_says(text, "工作日依国办发明电〔2022〕16号（登记册第1版）。\n");
    assert_says(text, "2023年2月3日调整放假，不计入（国办发明电〔2023〕1号）。\n");
    assert_says(text, "核算：2023-02-01次日至2023-02-09共8天 = 计入5个工作日 + 休息日3天。\n");
    assert_says(text, "工作日依国办发明电〔2023〕1号（登记册第2版）。\n");
}

static void a_named_clock_is_called_by_its_name(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T22", "housing", NULL);
    struct clock named = *task_clock(desk_task(desk, key), CLOCK_OBJECT, 0);
    named.key = 7;
    named.name = "受理";
    named.version = 1;
    explain_desk_add_event(desk, key, "2023-02-01T10:00", EVENT_PROGRESSED, &named);
    assert_says(text_at(key, "2023-02-01T11:00"), "“受理”：至 ");
}

static void every_sum_adds_up(void **state)
{
    (void)state;
    const char *keys[] = {ticket_over_spring_festival(), explain_desk_extended(desk),
                          desk_signed(desk, "T31", "housing", NULL),
                          desk_signed(desk, "T22", "finance", NULL)};
    unsigned added = 0;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct explain_case explained;
        desk_watch(desk, keys[i], instant_at("2023-05-10T10:00"));
        explain_desk_case(desk, keys[i], "2023-05-10T10:00", LANGUAGE_ZH, &explained);
        added += explain_desk_add_again(&explained);
    }
    assert_true(added > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_period_over_spring_festival_is_derived_day_by_day, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_extension_is_a_second_version_with_its_own_sum, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_statutory_clock_names_its_law, set_up, tear_down),
        cmocka_unit_test_setup_teardown(english_says_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_ruling_for_another_unit_begins_its_time_anew, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pause_is_named_and_taken_out_of_the_sum, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_suspension_is_explained_with_its_law, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_return_cut_stands_as_recorded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_version_is_derived_by_its_own_calendars, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_named_clock_is_called_by_its_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_sum_adds_up, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
