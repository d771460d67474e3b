/* What `task explain` says of a creditor's silence: when he was asked, that his silence was taken for his word, by which
 * rule, and what follows from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"
#include "explain_desk.h"

static void silence_that_confirms_a_payment_is_named(void **state)
{
    (void)state;
    struct desk *desk = desk_new();
    district_ask_creditor(desk->registry, desk->arena);
    const char *key = desk_signed(desk, "T12", "housing", "2023-05-31");
    struct body paid = say(TRIGGER_RECORD_FACT);
    paid.record_fact.kind = "到账";
    paid.record_fact.occurred_on = date_of(instant_at("2023-03-15T10:00"));
    paid.record_fact.evidence.class_code = "银行凭证";
    desk_act(desk, key, "housing-handler", "2023-03-15T10:00", paid);
    desk_watch(desk, key, instant_at("2023-03-23T09:00"));
    const char *before = explain_desk_text(desk, key, "2023-03-22T10:00", LANGUAGE_ZH);
    const char *after = explain_desk_text(desk, key, "2023-03-23T09:00", LANGUAGE_ZH);
    assert_says(before, "确认时限“债权人确认”：至 2023-03-22 24:00，计时中");
    assert_says(before, "期间为5个工作日");
    assert_says_not(before, "视为确认，办结前必须核查");
    assert_says(after, "2023-03-23 00:00 了结：债权人未确认也未提出异议，视为确认，办结前必须核查。");
    assert_says(after, "视为已有“债权人确认”；办结前必须核查，不经抽签");
    assert_says(explain_desk_text(desk, key, "2023-03-23T09:00", LANGUAGE_EN), "the creditor was silent");
    desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silence_that_confirms_a_payment_is_named),
    };
    return cmocka_run_group_tests_name("dubanctl/explain_confirm", tests, NULL, NULL);
}
