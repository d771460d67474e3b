/* A task of a debt (T12): what it owes, what pays it, and which instalments are settled when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"
#include "domain/catalogue.h"
#include "domain/plan.h"
#include "domain/task_debt.h"

static struct desk *desk;
static const struct registry_template *arrears;

enum { DEBT = 120000000 /* fen */ };

static int set_up(void **state)
{
    (void)state;
    static const char *kinds[] = {"支付", "到账"};
    static struct registry_legal_basis basis[2];
    desk = desk_new();
    basis[0] = (struct registry_legal_basis){"条例(2020) §15", date_at("2020-09-01"), date_at("2025-05-31")};
    basis[1] = (struct registry_legal_basis){"条例(2025) §17", date_at("2025-06-01"), DATE_NONE};
    for (uint32_t i = 0; i < desk->registry->template_count; i++) {
        struct registry_template *template_ = &desk->registry->templates[i];
        if (!text_equal(template_->code, "T12"))
            continue;
        template_->fact_kinds = kinds;
        template_->fact_kind_count = 2;
        template_->debt = (struct registry_debt){500, kinds, 2, basis, 2, "", ""};
        arrears = template_;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_free(desk);
    return 0;
}

/* Signed on 2023-02-01, due on 2023-05-31. The rate comes with the draft, the contract's day with the registration. */
static const char *debt(int32_t agreed_bp, const char *due_on)
{
    static const char source[] = "urn:duban:hotline:tickets";
    char id[ID_TEXT];
    const char *reference = arena_format(desk->arena, "QK-%u", desk->messages);
    struct digest digest = digest_of_texts("hotline", source, reference, NULL);
    digest_to_id(&digest, id);
    const char *key = arena_text(desk->arena, id);
    struct body draft = say(TRIGGER_DRAFT);
    draft.draft.reference = reference;
    draft.draft.template_code = "T12";
    draft.draft.title = "清偿货款";
    draft.draft.amount_fen = DEBT;
    draft.draft.agreed_rate_bp = agreed_bp;
    struct command command =
        desk_command(desk, key, district_system(desk->registry, source), "2023-02-01T09:00", draft);
    desk_take(desk, &command);
    struct body registration = desk_registration("housing", "2023-05-31");
    registration.registration.debt_due_on = text_empty(due_on) ? DATE_NONE : date_at(due_on);
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:01", registration);
    desk_act(desk, key, "arrears-clerk", "2023-02-01T09:02", say(TRIGGER_ASSIGN));
    desk_act(desk, key, "housing-handler", "2023-02-01T09:03", say(TRIGGER_SIGN));
    return key;
}

static const struct turn *pay(const char *key, const char *at, const char *on, int64_t fen,
                              const char *voucher)
{
    struct body fact = say(TRIGGER_RECORD_FACT);
    fact.record_fact.kind = "到账";
    fact.record_fact.occurred_on = date_at(on);
    fact.record_fact.amount_fen = fen;
    fact.record_fact.evidence.reference = voucher;
    return desk_act(desk, key, "housing-handler", at, fact);
}

static const struct turn *plan(const char *key, const char *at, int64_t first, int64_t second)
{
    struct body body = say(TRIGGER_PLAN);
    static struct planned_node nodes[2];
    nodes[0] = (struct planned_node){
        .name = "首期", .date = date_at("2023-03-10"), .evidence_class = "", .amount_fen = first};
    nodes[1] = (struct planned_node){
        .name = "尾款", .date = date_at("2023-04-28"), .evidence_class = "", .amount_fen = second};
    body.plan.nodes = nodes;
    body.plan.node_count = 2;
    return desk_act(desk, key, "housing-handler", at, body);
}

static struct task_debt owed(const char *key, const char *day)
{
    struct task_debt found = {0};
    assert_true(task_debt_at(desk_task(desk, key), arrears, date_at(day), &found));
    return found;
}

static const struct node *node(const char *key, uint32_t number)
{
    return plan_node(desk_task(desk, key), number);
}

static void interest_runs_from_the_contracts_day_else_from_the_tasks(void **state)
{
    (void)state;
    const char *key = debt(0, "");
    assert_int_equal(owed(key, "2023-05-31").interest_fen, 0);
    assert_int_equal(owed(key, "2023-06-02").interest_fen, 120000);
    assert_int_equal(owed(key, "2023-06-02").since.days, date_at("2023-06-01").days);
    key = debt(365, "2023-01-31");
    assert_int_equal(owed(key, "2023-02-02").interest_fen, 24000);
    plan(key, "2023-02-02T10:00", DEBT / 2, DEBT / 2); /* a plan does not postpone it */
    assert_int_equal(owed(key, "2023-02-02").interest_fen, 24000);
}

static void with_a_plan_it_runs_for_each_instalment(void **state)
{
    (void)state;
    const char *key = debt(0, "");
    plan(key, "2023-02-02T10:00", 20000000, 100000000);
    assert_int_equal(owed(key, "2023-03-12").interest_fen, 20000);
    assert_int_equal(owed(key, "2023-04-28").interest_fen, 490000);
    assert_int_equal(owed(key, "2023-04-29").interest_fen, 550000);
}

static void a_voucher_counts_once_from_its_earliest_day(void **state)
{
    (void)state;
    const char *key = debt(0, "2023-01-31");
    pay(key, "2023-02-10T10:00", "2023-02-09", 1000, "PZ-1");
    pay(key, "2023-02-10T10:01", "2023-02-08", 1000, "PZ-1");
    pay(key, "2023-02-10T10:02", "2023-02-09", 1000, "PZ-1");
    assert_int_equal(owed(key, "2023-02-08").paid_fen, 1000);
    assert_int_equal(owed(key, "2023-02-10").paid_fen, 1000);
    pay(key, "2023-02-10T10:03", "2023-02-09", 1001, "PZ-1"); /* another amount is another payment */
    pay(key, "2023-02-10T10:04", "2023-02-09", 1000, ""); /* without a voucher nothing proves it the same */
    pay(key, "2023-02-10T10:05", "2023-02-09", 1000, "");
    assert_int_equal(owed(key, "2023-02-10").paid_fen, 4001);
}

static void only_kinds_of_the_template_pay_and_only_debts_owe(void **state)
{
    (void)state;
    struct task_debt found;
    const char *key = debt(0, "");
    const char *other = desk_signed(desk, "T1", "finance", NULL);
    assert_false(task_debt_at(desk_task(desk, other), registry_template(desk->registry, "T1"),
                              date_at("2023-03-01"), &found));
    assert_false(task_debt_at(desk_task(desk, key), NULL, date_at("2023-03-01"), &found));
    struct registry_template narrow = *arrears;
    narrow.debt.payment_kind_count = 1; /* 支付 only */
    pay(key, "2023-02-10T10:00", "2023-02-09", 1000, "PZ-1");
    assert_true(task_debt_at(desk_task(desk, key), &narrow, date_at("2023-03-01"), &found));
    assert_int_equal(found.paid_fen, 0);
}

static void the_source_is_the_text_in_force(void **state)
{
    (void)state;
    const char *key = debt(0, "2024-12-31");
    assert_string_equal(owed(key, "2026-01-01").basis, "条例(2020) §15"); /* it was late already then */
    key = debt(0, "2025-12-31");
    assert_string_equal(owed(key, "2026-01-01").basis, "条例(2025) §17");
}

static void a_plan_must_pay_the_whole_debt(void **state)
{
    (void)state;
    const char *key = debt(0, "");
    const struct turn *turn = plan(key, "2023-02-02T10:00", 20000000, 90000050);
    assert_int_equal(desk_refusal(turn), REFUSAL_INSTALMENTS_SUM);
    assert_string_equal(desk_parameter(turn, "planned"), "1100000.50");
    assert_string_equal(desk_parameter(turn, "debt"), "1200000");
    assert_int_equal(desk_refusal(plan(key, "2023-02-02T10:01", 0, 0)), REFUSAL_NONE);
    assert_int_equal(desk_refusal(plan(key, "2023-02-02T10:02", 1, DEBT - 1)), REFUSAL_NONE);
    const char *other = desk_signed(desk, "T1", "finance", NULL);
    struct body body = say(TRIGGER_PLAN);
    struct planned_node only = {
        .name = "首期", .date = date_at("2023-02-20"), .evidence_class = "", .amount_fen = 1};
    body.plan.nodes = &only;
    body.plan.node_count = 1;
    turn = desk_act(desk, other, "finance-handler", "2023-02-02T10:03", body);
    assert_string_equal(desk_parameter(turn, "rule"), "not_a_debt");
}

static void an_instalment_is_met_by_the_day_of_the_money(void **state)
{
    (void)state;
    const char *key = debt(0, "");
    plan(key, "2023-02-02T10:00", 20000000, 100000000);
    desk_watch(desk, key, instant_at("2023-03-13T10:00"));
    assert_int_equal(desk_task(desk, key)->miss_count, 1);
    pay(key, "2023-03-13T10:00", "2023-03-10", 20000000, "PZ-1"); /* the voucher came three days later */
    assert_int_equal(node(key, 1)->done_on.days, date_at("2023-03-10").days);
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_NODE, 1)->status, CLOCK_MET);
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_NODE, 2)->status, CLOCK_RUNNING);
    assert_true(desk_task(desk, key)->misses[0].revoked);
    assert_int_equal(desk_count(desk, key, EVENT_OVERDUE_REVOKED), 1);
}

static void a_late_instalment_stays_late_until_an_earlier_payment_is_proved(void **state)
{
    (void)state;
    const char *key = debt(0, "");
    plan(key, "2023-02-02T10:00", 20000000, 100000000);
    desk_watch(desk, key, instant_at("2023-03-13T10:00"));
    pay(key, "2023-03-13T10:00", "2023-03-12", 20000000, "PZ-1");
    assert_int_equal(node(key, 1)->done_on.days, date_at("2023-03-12").days);
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_NODE, 1)->status, CLOCK_MISSED);
    assert_false(desk_task(desk, key)->misses[0].revoked);
    pay(key, "2023-03-14T10:00", "2023-03-09", 20000000, "PZ-0");
    assert_int_equal(node(key, 1)->done_on.days, date_at("2023-03-09").days);
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_NODE, 1)->status, CLOCK_MET);
    assert_true(desk_task(desk, key)->misses[0].revoked);
}

static void a_refund_opens_no_instalment_but_is_owed(void **state)
{
    (void)state;
    const char *key = debt(0, "");
    plan(key, "2023-02-02T10:00", 20000000, 100000000);
    pay(key, "2023-03-01T10:00", "2023-03-01", 20000000, "PZ-1");
    pay(key, "2023-03-20T10:00", "2023-03-20", -5000000, "TK-1");
    assert_int_equal(node(key, 1)->done_on.days, date_at("2023-03-01").days);
    assert_int_equal(owed(key, "2023-03-20").outstanding_fen, 105000000);
    assert_int_equal(owed(key, "2023-03-21").interest_fen, 5000);
}

static void what_was_paid_before_the_plan_settles_it(void **state)
{
    (void)state;
    const char *key = debt(0, "");
    pay(key, "2023-02-01T15:00", "2023-02-01", 20000000, "PZ-1");
    plan(key, "2023-02-02T10:00", 20000000, 100000000);
    assert_int_equal(node(key, 1)->done_on.days, date_at("2023-02-01").days);
    assert_int_equal(task_clock(desk_task(desk, key), CLOCK_NODE, 1)->status, CLOCK_MET);
}

static void a_word_settles_no_instalment(void **state)
{
    (void)state;
    const char *key = debt(0, "");
    plan(key, "2023-02-02T10:00", 20000000, 100000000);
    struct body progress = say(TRIGGER_PROGRESS);
    progress.progress.node = "首期";
    const struct turn *turn = desk_act(desk, key, "housing-handler", "2023-02-03T10:00", progress);
    assert_string_equal(desk_parameter(turn, "rule"), "settled_by_payment");
}

static void it_reads_as_a_clerk_writes(void **state)
{
    (void)state;
    const char *key = debt(0, "");
    pay(key, "2023-02-10T10:00", "2023-02-09", 50000000, "PZ-1");
    struct task_debt found = owed(key, "2023-05-31");
    assert_string_equal(task_debt_render(&found, LANGUAGE_ZH, desk->arena),
                        "欠款1200000元，已付500000元，未付700000元");
    assert_string_equal(task_debt_formula(&found, LANGUAGE_ZH, desk->arena), "");
    found = owed(key, "2023-06-03");
    assert_string_equal(task_debt_render(&found, LANGUAGE_ZH, desk->arena),
                        "欠款1200000元，已付500000元，未付700000元，逾期利息测算参考1050元");
    assert_string_equal(task_debt_formula(&found, LANGUAGE_ZH, desk->arena),
                        "自2023-06-01至2023-06-03，逐日以到期未付金额乘以日利率0.05%（条例(2020) "
                        "§15）；支付当日起，付清部分不再计息；合计后四舍五入到分。仅供参考。");
    found.agreed_rate_bp = 435;
    assert_non_null(
        strstr(task_debt_formula(&found, LANGUAGE_ZH, desk->arena), "约定年利率4.35%的365分之一"));
    assert_non_null(
        strstr(task_debt_formula(&found, LANGUAGE_EN, desk->arena), "a 365th of the agreed 4.35%"));
    assert_string_equal(yuan_render(-5, desk->arena), "-0.05");
    assert_string_equal(yuan_render(INT64_MIN, desk->arena), "-92233720368547758.08");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(interest_runs_from_the_contracts_day_else_from_the_tasks),
        CASE(with_a_plan_it_runs_for_each_instalment),
        CASE(a_voucher_counts_once_from_its_earliest_day),
        CASE(only_kinds_of_the_template_pay_and_only_debts_owe),
        CASE(the_source_is_the_text_in_force),
        CASE(a_plan_must_pay_the_whole_debt),
        CASE(an_instalment_is_met_by_the_day_of_the_money),
        CASE(a_late_instalment_stays_late_until_an_earlier_payment_is_proved),
        CASE(a_refund_opens_no_instalment_but_is_owed),
        CASE(what_was_paid_before_the_plan_settles_it),
        CASE(a_word_settles_no_instalment),
        CASE(it_reads_as_a_clerk_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
