/* The sentences: every code and event type has one in both languages, no gap is unknown, and examples read as an
 * official would write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "district_fixture.h"
#include "domain/catalogue.h"
#include "domain/sentence.h"

static struct arena *arena;
static struct registry *district;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_ARENA_BYTES);
    district = district_fixture(arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* --- the tables ----------------------------------------------------------------------------------------------- */

/* The parameters that may stand in a refusal: the contract between those who refuse and the catalogue. */
static const char *const refusal_gaps[] = {
    "field",   "rule",    "limit",  "value",        "trigger", "who",    "source",  "task",  "id",
    "request", "clock",   "due",    "what",         "class",   "unit",   "used",    "asked", "person",
    "base",    "current", "method", "satisfaction", "basis",   "listed", "planned", "debt",
};

static const char *const event_gaps[] = {
    /* clang-format off: a group a line, so that another group is another line */
    "actor",    "title",        "unit",       "asked",  "wording",   "reason", "due",      "requirement",
    "proposed", "percent",      "note",       "next",   "blocker",   "fact",   "date",     "amount",
    "evidence", "request",      "verdict",    "method", "completed", "kind",   "rung",     "at",
    "clock",    "satisfaction", "occurrence", "number", "task",      "person", "why",      "trigger",
    "refusal",  "version",      "moved",      "node",   "nodes",     "value",  "pace",     "light",
    "notes",    "planned",      "promised",   "lawful", "measures",  "paused", "children", "document",
    "relation", "child_state",  "refused",    "step",   "sealed",    "chain",
    /* clang-format on */
};

static void assert_gaps_known(const char *pattern, const char *const *known, size_t count)
{
    const char *cursor = pattern;
    const char *name;
    while ((name = sentence_next_name(&cursor, arena)) != NULL) {
        bool found = false;
        for (size_t i = 0; i < count; i++)
            found = found || text_equal(known[i], name);
        if (!found)
            fail_msg("unknown gap {%s} in \"%s\"", name, pattern);
    }
}

static void assert_sentence(const struct sentence *sentence, const char *code, const char *const *known,
                            size_t count)
{
    if (text_empty(sentence->zh) || text_empty(sentence->en))
        fail_msg("no sentence for %s", code);
    assert_true(sentence_is_well_formed(sentence->zh));
    assert_true(sentence_is_well_formed(sentence->en));
    assert_gaps_known(sentence->zh, known, count);
    assert_gaps_known(sentence->en, known, count);
}

static void every_refusal_has_a_sentence_in_both_languages(void **state)
{
    (void)state;
    for (int code = 1; code < REFUSAL_COUNT; code++) {
        const char *text = refusal_code_text((enum refusal_code)code);
        if (!text_empty(text))
            assert_sentence(refusal_sentence((enum refusal_code)code), text, refusal_gaps,
                            sizeof(refusal_gaps) / sizeof(refusal_gaps[0]));
    }
    assert_string_equal(refusal_sentence(REFUSAL_COUNT)->zh, "");
}

static void every_event_has_a_sentence_in_both_languages(void **state)
{
    (void)state;
    for (int type = 1; type < EVENT_COUNT; type++) {
        const char *code = word_of(LIST_EVENT, type)->code;
        if (!text_empty(code))
            assert_sentence(event_sentence((enum event_type)type), code, event_gaps,
                            sizeof(event_gaps) / sizeof(event_gaps[0]));
    }
}

/* --- the grammar ---------------------------------------------------------------------------------------------- */

static void brackets_vanish_with_their_gap(void **state)
{
    (void)state;
    const struct parameter values[] = {
        {"a",     "甲"},
        {"empty", ""   }
    };
    static const struct {
        const char *pattern, *text;
    } cases[] = {
        {"",                           ""               },
        {"无",                        "无"            },
        {"{a}",                        "甲"            },
        {"[{a},]乙",                  "甲,乙"        },
        {"[{empty},]乙",              "乙"            },
        {"[{nobody},]乙",             "乙"            },
        {"[{a}{empty}]",               ""               },
        {"[总是]",                   "总是"         },
        {"{nobody}",                   "?"              },
        {"{empty}",                    ""               },
        {"前[中{a}]后[{empty}]末", "前中甲后末"},
        {"{a}{a}",                     "甲甲"         },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(sentence_fill_list(cases[i].pattern, values, 2, arena), cases[i].text);
}

static void values_are_not_read_as_patterns(void **state)
{
    (void)state;
    const struct parameter values[] = {
        {"a", "{b}[x]"      },
        {"b", "不应出现"}
    };
    assert_string_equal(sentence_fill_list("{a}|[{a}]", values, 2, arena), "{b}[x]|{b}[x]");
}

static void broken_patterns_are_known(void **state)
{
    (void)state;
    static const char *const broken[] = {"{a", "a}", "[a", "a]", "[[a]]", "{a{b}}", "{a[b]}", "[{a]}"};
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        if (sentence_is_well_formed(broken[i]))
            fail_msg("taken as well formed: %s", broken[i]);
        (void)sentence_fill_list(broken[i], NULL, 0, arena); /* must not run past the end */
    }
    assert_true(sentence_is_well_formed("{a}[,{b}]"));
}

/* --- examples ------------------------------------------------------------------------------------------------- */

static void assert_refusal(struct refusal refusal, const char *zh, const char *en)
{
    assert_string_equal(refusal_render(&refusal, LANGUAGE_ZH, arena), zh);
    assert_string_equal(refusal_render(&refusal, LANGUAGE_EN, arena), en);
}

static void refusals_read_as_an_official_writes(void **state)
{
    (void)state;
    assert_refusal(
        refusal_make(arena, REFUSAL_TOO_LATE, "number", "督办〔2023〕17号", "state", "reported", "request",
                     "extension", "clock", "due", "due", "2023-04-01T00:00:00+08:00", NULL),
        "督办〔2023〕17号 状态为 已申请办结(待审核):延期须在到期前申请,办理时限已于 2023-03-31 24:00 到期",
        "督办〔2023〕17号: in state 'reported done': an extension must be asked for in time, "
        "C-DUE ended at 2023-03-31 24:00");
    assert_refusal(refusal_make(arena, REFUSAL_WRONG_STATE, "trigger", "sign", "state", "draft", "allowed",
                                "register,reject", NULL),
                   "状态为 拟立项:此时不能签收。现在可以:立项、不予立项",
                   "in state 'drafted': Sign is not possible now; allowed now: Register, Reject");
    assert_refusal(
        refusal_make(arena, REFUSAL_NOT_ENTITLED, "trigger", "close", "who", "supervisor,leader", NULL),
        "无权办结,应由督办单位、分管领导办理",
        "not entitled to Close, which is for supervisor, leader in charge");
    assert_refusal(refusal_make(arena, REFUSAL_DEADLINE_VAGUE, "field", "due.wording", "value", "尽快", NULL),
                   "时限原文(due.wording) 的“尽快”不是时限,请给出日期或期间",
                   "due.wording: '尽快' is no deadline; give a date or a period");
    assert_refusal(refusal_make(arena, REFUSAL_NOT_ENTITLED, "trigger", "decide", "who", "unit_head", NULL),
                   "无权审批,应由部门主要负责人办理",
                   "not entitled to Decide, which is for head of the unit");
    assert_refusal(refusal_make(arena, REFUSAL_RULE_UNMET, "field", "amount", "rule", "extension_unit", NULL),
                   "延长期间(amount) 不合规则:延期的单位与时限的单位不相容",
                   "amount breaks a rule: this unit cannot extend that one");
    assert_refusal(refusal_make(arena, REFUSAL_ALREADY, "what", "objection", NULL), "已有异议,不能重复",
                   "there is an objection already");
    assert_refusal(refusal_make(arena, REFUSAL_UNKNOWN_WORD, "field", "x.y", "value", "z", NULL),
                   "x.y 的值“z”不在词表或登记册中",
                   "x.y: 'z' is neither a word of the vocabulary nor in the registry");
    assert_refusal(refusal_make(arena, REFUSAL_FIELD_MISSING, NULL), "缺少必填项 ?", "? is missing");
}

static struct event event_of(enum event_type type, const char *person, enum trigger trigger)
{
    return (struct event){
        .type = type,
        .actor = text_empty(person) ? (struct actor){"", "", "duban", "", DOOR_INSIDE}
                                    : district_person(district, person),
        .lead_unit = "",
        .person = "",
        .body.trigger = trigger,
    };
}

static void assert_event(const struct event *event, const char *zh, const char *en)
{
    assert_string_equal(event_render(event, district, LANGUAGE_ZH, arena), zh);
    assert_string_equal(event_render(event, district, LANGUAGE_EN, arena), en);
}

static void an_assignment_names_unit_and_due(void **state)
{
    (void)state;
    struct clock due = {
        .id = CLOCK_DUE, .name = "", .status = CLOCK_RUNNING, .due = instant_at("2023-03-01T00:00")};
    struct event event = event_of(EVENT_ASSIGNED, "projects-clerk", TRIGGER_ASSIGN);
    event.lead_unit = "finance";
    event.clocks = &due;
    event.clock_count = 1;
    event.body.assign.requirement = "";
    assert_event(&event, "交办区财政局,办理时限至 2023-02-28 24:00",
                 "assigned to 区财政局, due 2023-02-28 24:00");
}

static void an_objection_does_not_propose_the_lead_unit(void **state)
{
    (void)state;
    struct event event = event_of(EVENT_OBJECTED, "finance-section", TRIGGER_OBJECT);
    event.lead_unit = "finance";
    event.body.object = (struct body_object){.reason = "不属本单位职责", .basis = "", .proposed_unit = ""};
    assert_event(&event, "区财政局科室负责人提出异议:不属本单位职责",
                 "区财政局科室负责人 objected: 不属本单位职责");
    event.body.object.proposed_unit = "housing";
    event.actor.principal = "finance-head";
    assert_event(&event, "区财政局科室负责人(代区财政局主要负责人)提出异议,建议由区住建局承办:不属本单位职责",
                 "区财政局科室负责人 (for 区财政局主要负责人) objected, proposing 区住建局: 不属本单位职责");
}

static void a_fact_shows_its_amount_in_yuan(void **state)
{
    (void)state;
    struct event event = event_of(EVENT_FACT_RECORDED, "", TRIGGER_RECORD_FACT);
    event.actor = district_system(district, "urn:duban:finance:oa");
    event.body.record_fact = (struct body_record_fact){
        .kind = "支付", .occurred_on = date_at("2023-02-27"), .amount_fen = 120000050, .note = ""};
    event.body.record_fact.evidence = (struct evidence){"国库支付凭证", "2023-0417", ""};
    assert_event(&event, "区财政局办公系统登记事实:支付 2023-02-27,金额 1200000.50 元,凭证 2023-0417",
                 "区财政局办公系统 recorded a fact: 支付 on 2023-02-27, 1200000.50 yuan, evidence 2023-0417");
}

static void a_miss_and_its_revocation_name_the_unit(void **state)
{
    (void)state;
    struct miss miss = {.clock = CLOCK_DUE, .version = 1, .unit = "finance"};
    struct event overdue = event_of(EVENT_OVERDUE, "", TRIGGER_WAKE);
    overdue.fired = (struct fired){
        .name = "", .clock = CLOCK_DUE, .at = instant_at("2023-03-01T00:00"), .incomplete = true};
    overdue.misses = &miss;
    overdue.miss_count = 1;
    assert_event(&overdue, "办理时限已于 2023-02-28 24:00 到期,认定区财政局超期(数据可能不完整)",
                 "C-DUE ended at 2023-02-28 24:00; 区财政局 is late (data may be incomplete)");

    struct revoked_miss revoked = {CLOCK_DUE, 1, "finance", "verified_date", 0};
    struct event event = event_of(EVENT_OVERDUE_REVOKED, "", TRIGGER_RECORD_VERIFICATION);
    event.body.record_verification = (struct body_record_verification){.note = ""};
    event.revoked = &revoked;
    event.revoked_count = 1;
    assert_event(&event, "核定的完成日期在时限之内,撤销区财政局的逾期认定",
                 "the verified date is in time; the lateness of 区财政局 is revoked");
}

static void a_decision_says_yes_or_no(void **state)
{
    (void)state;
    struct event event = event_of(EVENT_DECIDED, "projects-head", TRIGGER_DECIDE);
    event.body.decide = (struct body_decide){REQUEST_EXTENSION, false, "无客观原因"};
    assert_event(&event, "项目办负责人不同意延期:无客观原因",
                 "项目办负责人 refused the extension: 无客观原因");
    event.body.decide = (struct body_decide){REQUEST_EXTENSION, true, ""};
    assert_event(&event, "项目办负责人同意延期", "项目办负责人 granted the extension");
}

static void a_standstill_is_said_once(void **state)
{
    (void)state;
    struct clock due = {.id = CLOCK_DUE,
                        .name = "",
                        .status = CLOCK_PAUSED,
                        .paused_at = instant_at("2023-02-27T10:00"),
                        .due = instant_at("2023-03-14T00:00")};
    struct event event = event_of(EVENT_DECIDED, "projects-head", TRIGGER_DECIDE);
    event.body.decide = (struct body_decide){REQUEST_SUSPENSION, true, ""};
    event.state = STATE_SUSPENDED;
    event.clocks = &due;
    event.clock_count = 1;
    assert_event(&event, "项目办负责人同意中止,自 2023-02-27 10:00 起停止计时,其间不再提醒",
                 "项目办负责人 granted the suspension, the time stands still since 2023-02-27 10:00");
    struct clock shelf[] = {
        {.id = CLOCK_DUE, .name = "",              .status = CLOCK_PAUSED           },
        { .id = CLOCK_SHELF,     .name = "", .status = CLOCK_RUNNING, .last_day = date_at("2023-06-30")}
    };
    event.body.decide.kind = REQUEST_SHELVING;
    event.state = STATE_SHELVED;
    event.clocks = shelf;
    event.clock_count = 2;
    assert_event(&event, "项目办负责人同意暂缓办理,承诺时限 2023-06-30",
                 "项目办负责人 granted the shelving, promised for 2023-06-30");
}

static void a_reason_that_is_not_listed_names_those_that_are(void **state)
{
    (void)state;
    struct refusal refusal =
        refusal_make(arena, REFUSAL_RULE_UNMET, "field", "pause_reason", "rule", "no_lawful_reason", "value",
                     "人手不足", "listed", "听证,鉴定", NULL);
    assert_string_equal(refusal_render(&refusal, LANGUAGE_ZH, arena),
                        "中止事由(pause_reason) 不合规则:不是法定中止事由(“人手不足”),可用的事由:听证,鉴定");
    refusal = refusal_make(arena, REFUSAL_RULE_UNMET, "field", "until", "rule", "legal_cap", "due",
                           "2023-03-27", "basis", "行政许可法 §42", NULL);
    assert_string_equal(refusal_render(&refusal, LANGUAGE_ZH, arena),
                        "延至日期(until) 不合规则:超过法定最长期限,最迟 2023-03-27(行政许可法 §42)");
}

static void a_refused_act_says_why(void **state)
{
    (void)state;
    struct event event = event_of(EVENT_REFUSED, "finance-handler", TRIGGER_REPORT_DONE);
    event.refusal = refusal_make(arena, REFUSAL_EVIDENCE_MISSING, "class", "国库支付凭证", NULL);
    event.body.report_done = (struct body_report_done){.summary = ""};
    assert_event(&event, "区财政局承办人甲的申请办结未被受理:缺少佐证“国库支付凭证”",
                 "ReportDone of 区财政局承办人甲 refused: evidence is missing: 国库支付凭证");
}

static void rungs_and_numbers(void **state)
{
    (void)state;
    struct event event = event_of(EVENT_RUNG_REACHED, "", TRIGGER_WAKE);
    event.fired = (struct fired){.name = "", .clock = CLOCK_DUE, .rung = 2, .occurrence = 2};
    event.rung = 2;
    assert_event(&event, "办理时限:第2级提醒(第2次)", "C-DUE: rung 2 reached (time 2)");

    event = event_of(EVENT_NUMBERED, "", TRIGGER_NUMBER_GRANTED);
    event.number = (struct number){"事项", 2023, 17};
    assert_event(&event, "编号 督办〔2023〕17号", "numbered 督办〔2023〕17号");
    assert_string_equal(number_render(&event.number, NULL, arena), "事项〔2023〕17号");
    assert_string_equal(number_render(&(struct number){"", 0, 0}, district, arena), "");
}

/* Rendering must not depend on what an event happens to carry. */
static void an_empty_event_of_any_type_renders(void **state)
{
    (void)state;
    for (int type = 0; type < EVENT_COUNT; type++) {
        struct event event = event_of((enum event_type)type, "", TRIGGER_NONE);
        assert_non_null(event_render(&event, NULL, LANGUAGE_ZH, arena));
        assert_non_null(event_render(&event, NULL, LANGUAGE_EN, arena));
    }
}

static void the_end_of_a_day_is_24_o_clock(void **state)
{
    (void)state;
    assert_string_equal(due_render(instant_at("2024-01-01T00:00"), arena), "2023-12-31 24:00");
    assert_string_equal(due_render(instant_at("2023-03-31T17:30"), arena), "2023-03-31 17:30");
    assert_string_equal(due_render(INSTANT_NONE, arena), "");
}

static void the_gaps_of_forms_are_listed(void **state)
{
    (void)state;
    unsigned count = 0;
    for (; form_gap_at(count) != NULL; count++)
        assert_true(form_gap_known(form_gap_at(count)));
    assert_int_equal(count, 36);
    assert_false(form_gap_known("lead"));
    assert_false(form_gap_known(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_has_a_sentence_in_both_languages),
        cmocka_unit_test(every_event_has_a_sentence_in_both_languages),
        cmocka_unit_test(brackets_vanish_with_their_gap),
        cmocka_unit_test(values_are_not_read_as_patterns),
        cmocka_unit_test(broken_patterns_are_known),
        cmocka_unit_test(refusals_read_as_an_official_writes),
        cmocka_unit_test(an_assignment_names_unit_and_due),
        cmocka_unit_test(an_objection_does_not_propose_the_lead_unit),
        cmocka_unit_test(a_fact_shows_its_amount_in_yuan),
        cmocka_unit_test(a_miss_and_its_revocation_name_the_unit),
        cmocka_unit_test(a_decision_says_yes_or_no),
        cmocka_unit_test(a_standstill_is_said_once),
        cmocka_unit_test(a_reason_that_is_not_listed_names_those_that_are),
        cmocka_unit_test(a_refused_act_says_why),
        cmocka_unit_test(rungs_and_numbers),
        cmocka_unit_test(an_empty_event_of_any_type_renders),
        cmocka_unit_test(the_end_of_a_day_is_24_o_clock),
        cmocka_unit_test(the_gaps_of_forms_are_listed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
