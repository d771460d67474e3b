/* What a registration is refused for although each of its words is known: an amount of time that is none, a law that is
 * not in force. Nothing is registered then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"

/* Of the period that a clerk may give instead of a date. */
static void a_period_of_nothing_or_of_a_lifetime_is_no_deadline(void **state)
{
    static const struct duration periods[] = {
        {UNIT_WORKING_DAY,  0        },
        {UNIT_CALENDAR_DAY, -5       },
        {UNIT_WORKING_DAY,  3661     },
        {UNIT_MONTH,        121      },
        {UNIT_HOUR,         INT32_MAX},
        {UNIT_MONTH,        INT32_MIN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
        struct desk *own = desk_new();
        const char *key = desk_drafted(own, "T12", "housing");
        struct body body = desk_registration("housing", NULL);
        body.registration.due.period = periods[i];
        const struct turn *turn = desk_act(own, key, "arrears-clerk", "2023-02-01T09:30", body);
        assert_int_equal(desk_refusal(turn), REFUSAL_RULE_UNMET);
        assert_string_equal(desk_parameter(turn, "field"), "due");
        assert_string_equal(desk_parameter(turn, "rule"), "period_amount");
        assert_int_equal(desk_task(own, key)->state, STATE_DRAFT);
        assert_int_equal(desk_count(own, key, EVENT_REGISTERED), 0);
        desk_free(own);
    }
}

/* The complaint of §4 T13: before the text of 2020 there was none, from June 2025 on there is another; large firms have
 * a term since then only. On the day itself it is in force. */
static void a_text_counts_from_the_day_on_which_it_comes_into_force(void **state)
{
    static const struct {
        const char *at;
        bool both, newer; /* registered by the template with both texts, by that with the newer one alone */
    } days[] = {
        {"2020-08-31T23:59", false, false},
        {"2020-09-01T00:00", true,  false},
        {"2023-02-01T09:30", true,  false},
        {"2025-05-31T23:59", true,  false},
        {"2025-06-01T00:00", true,  true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
        for (uint32_t newer = 0; newer < 2; newer++) {
            struct desk *own = desk_new();
            struct registry_template *template_ =
                (struct registry_template *)(uintptr_t)registry_template(own->registry, "T12");
            assert_int_equal(template_->basis_count, 2);
            template_->basis += newer;
            template_->basis_count -= newer;
            struct body draft = say(TRIGGER_DRAFT);
            draft.draft.reference = "QQ-1";
            draft.draft.template_code = "T12";
            draft.draft.title = "拖欠货款";
            draft.draft.lead_unit = "housing";
            const char *key = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
            desk_act(own, key, "arrears-clerk", days[i].at, draft);
            const struct turn *turn =
                desk_act(own, key, "arrears-clerk", days[i].at, desk_registration("housing", "2026-05-29"));
            bool registers = newer == 1 ? days[i].newer : days[i].both;
            assert_int_equal(desk_refusal(turn), registers ? REFUSAL_NONE : REFUSAL_RULE_UNMET);
            assert_int_equal(desk_task(own, key)->state, registers ? STATE_REGISTERED : STATE_DRAFT);
            if (!registers)
                assert_string_equal(desk_parameter(turn, "rule"), "not_in_force");
            desk_free(own);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_period_of_nothing_or_of_a_lifetime_is_no_deadline),
        cmocka_unit_test(a_text_counts_from_the_day_on_which_it_comes_into_force),
    };
    return cmocka_run_group_tests_name("task_registration_refused", tests, NULL, NULL);
}
