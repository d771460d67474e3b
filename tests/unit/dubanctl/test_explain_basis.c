/* What the explanation says the time rests on (services/dubanctl/explain_basis.c), and how it calls its clocks: nothing
 * that a clerk could not defend, and no number that only the program knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"
#include "explain_desk.h"

static struct registry_template *template_of(const char *code)
{
    return (struct registry_template *)(uintptr_t)registry_template(desk->registry, code);
}

static const char *text_at(const char *key, const char *at)
{
    return explain_desk_text(desk, key, at, LANGUAGE_ZH);
}

static const char *due_of(const char *key, const char *at)
{
    return explain_desk_section(desk, text_at(key, at));
}

/* --- the basis ------------------------------------------------------------------------------------------------------- */

static void a_law_that_sets_no_time_is_not_the_rule(void **state)
{
    (void)state;
    template_of("XK")->due_wording = "自受理之日起20日内";
    const char *text = due_of(desk_signed(desk, "XK", "housing", NULL), "2023-02-02T10:00");
    assert_says(text, "（1）规则依据：本区规定（原文：自受理之日起20日内）。\n");
    assert_says(text, "（2）事项所涉法律：行政许可法 §42 §45。\n");
}

static void a_law_that_sets_the_time_is_the_rule(void **state)
{
    (void)state;
    template_of("XK")->basis[0].sets_due = true;
    const char *text = due_of(desk_signed(desk, "XK", "housing", NULL), "2023-02-02T10:00");
    assert_says(text, "（1）规则依据：行政许可法 §42 §45。\n");
    assert_says_not(text, "事项所涉法律");
}

/* The texts of 2020 and 2025: the one of the day on which the time began. */
static void of_two_texts_the_one_in_force_at_the_start_is_named(void **state)
{
    (void)state;
    struct registry_legal_basis texts[] = {
        {"条例（2020）§17", date_at("2020-09-01"), date_at("2023-02-01"), false},
        {"条例（2025）§25", date_at("2023-02-02"), DATE_NONE,             true },
    };
    template_of("XK")->basis = texts;
    template_of("XK")->basis_count = 2;
    const char *text = due_of(desk_signed(desk, "XK", "housing", NULL), "2023-02-02T10:00");
    assert_says(text, "规则依据：本区规定。\n");
    assert_says(text, "事项所涉法律：条例（2020）§17。\n");
    assert_says_not(text, "2025");
}

static void a_date_rests_on_the_template_or_on_the_registration(void **state)
{
    (void)state;
    assert_says(due_of(desk_signed(desk, "T1", "finance", NULL), "2023-02-02T10:00"),
                "（1）规则依据：本类事项定的日期（原文：2月底前）。\n     "
                "（2）事项所涉法律：土地管理法实施条例 §32。\n");
    assert_says(due_of(desk_signed(desk, "T1", "finance", "2023-03-15"), "2023-02-02T10:00"),
                "（1）规则依据：立项时写明的日期（原文：2月底前）。\n");
}

/* The law counts from the acceptance; until then the unit's time is the district's own. */
static void a_law_that_counts_from_a_step_is_the_rule_from_that_step_on(void **state)
{
    (void)state;
    struct registry_template *petition = template_of("T23");
    petition->due_step = STEP_KIND_ACCEPT;
    petition->basis[0].sets_due = true;
    const char *key = desk_signed(desk, "T23", "housing", NULL);
    assert_says(due_of(key, "2023-02-02T09:00"), "规则依据：本区规定。\n");
    struct body accept = say(TRIGGER_STEP);
    accept.step.kind = STEP_KIND_ACCEPT;
    accept.step.taken_on = date_at("2023-02-02");
    assert_int_equal(desk_refusal(desk_act(desk, key, "housing-handler", "2023-02-02T10:00", accept)),
                     REFUSAL_NONE);
    const char *text = due_of(key, "2023-02-03T10:00");
    assert_says(text, "  1. 起算（第1版）");
    assert_says(text, "（1）规则依据：信访工作条例。\n     （2）自2023年2月2日起算");
}

/* --- names of clocks --------------------------------------------------------------------------------------------------- */

static void a_signature_names_the_rung_and_who_signs(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-02-10");
    desk_watch(desk, key, instant_at("2023-02-15T09:01"));
    const char *text = text_at(key, "2023-02-15T10:00");
    assert_says(text, "、签阅时限（办理时限第3级提醒，送部门分管负责人）：");
    assert_says(text, "、签阅时限（办理时限第4级提醒，送部门主要负责人）：");
    assert_says_not(text, "项）：");
}

static void a_decision_names_what_was_asked(void **state)
{
    (void)state;
    const char *text = text_at(explain_desk_extended(desk), "2023-03-29T16:00");
    assert_says(text, "、审批时限（延期）：");
}

static void a_period_that_ran_out_is_over_and_not_stopped(void **state)
{
    (void)state;
    const char *key = desk_signed(desk, "T12", "housing", "2023-03-31");
    desk_watch(desk, key, instant_at("2023-02-06T09:00"));
    const char *text = text_at(key, "2023-02-06T10:00");
    assert_says(text, "、异议时限：至 2023-02-02 24:00，已期满，区住建局\n");
    assert_says(text, "2023-02-03 00:00 了结：已期满。\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_law_that_sets_no_time_is_not_the_rule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_law_that_sets_the_time_is_the_rule, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_two_texts_the_one_in_force_at_the_start_is_named, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_date_rests_on_the_template_or_on_the_registration, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_law_that_counts_from_a_step_is_the_rule_from_that_step_on, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_signature_names_the_rung_and_who_signs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_decision_names_what_was_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_period_that_ran_out_is_over_and_not_stopped, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("dubanctl/explain_basis", tests, NULL, NULL);
}
