/* A debt in parts: what each payment settles, and on which day (T12). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar_fixture.h"
#include "dice.h"
#include "domain/instalments.h"

#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof((list)[0])))

enum { PARTS = 3 };

/* 500 by 10 March, 300 by 31 March, 400 by 30 April. */
static struct repayment plan(const struct payment *payments, uint32_t count)
{
    static struct instalment parts[PARTS];
    parts[0] = (struct instalment){date_at("2023-03-10"), 500};
    parts[1] = (struct instalment){date_at("2023-03-31"), 300};
    parts[2] = (struct instalment){date_at("2023-04-30"), 400};
    return (struct repayment){parts, PARTS, payments, count};
}

static void assert_outstanding(const struct repayment *repayment, const char *day, int64_t first,
                               int64_t second, int64_t third)
{
    assert_int_equal(instalment_outstanding(repayment, 0, date_at(day)), first);
    assert_int_equal(instalment_outstanding(repayment, 1, date_at(day)), second);
    assert_int_equal(instalment_outstanding(repayment, 2, date_at(day)), third);
}

static void payments_settle_the_parts_in_their_order(void **state)
{
    (void)state;
    const struct payment payments[] = {
        {date_at("2023-03-08"), 200},
        {date_at("2023-03-10"), 300},
        {date_at("2023-03-30"), 100},
        {date_at("2023-04-03"), 200},
    };
    struct repayment repayment = plan(payments, COUNT(payments));
    assert_int_equal(repayment_planned(&repayment), 1200);
    assert_outstanding(&repayment, "2023-03-07", 500, 300, 400);
    assert_outstanding(&repayment, "2023-03-09", 300, 300, 400);
    assert_outstanding(&repayment, "2023-03-10", 0, 300, 400);
    assert_outstanding(&repayment, "2023-04-02", 0, 200, 400);
    assert_outstanding(&repayment, "2023-04-03", 0, 0, 400);
    assert_true(instalment_is_met(&repayment, 0));
    assert_false(instalment_is_met(&repayment, 1));
    assert_false(instalment_is_met(&repayment, 2));
    assert_int_equal(instalment_paid_on(&repayment, 0, date_at("2023-12-31")).days,
                     date_at("2023-03-10").days);
    assert_int_equal(instalment_paid_on(&repayment, 1, date_at("2023-12-31")).days,
                     date_at("2023-04-03").days);
    assert_false(date_is_set(instalment_paid_on(&repayment, 1, date_at("2023-04-02"))));
    assert_false(date_is_set(instalment_paid_on(&repayment, 2, date_at("2023-12-31"))));
}

static void what_is_paid_too_much_goes_to_the_next(void **state)
{
    (void)state;
    const struct payment payments[] = {
        {date_at("2023-03-09"), 900 },
        {date_at("2023-03-20"), 9000},
    };
    struct repayment repayment = plan(payments, COUNT(payments));
    assert_outstanding(&repayment, "2023-03-09", 0, 0, 300);
    assert_outstanding(&repayment, "2023-03-20", 0, 0, 0);
    for (uint32_t i = 0; i < PARTS; i++)
        assert_true(instalment_is_met(&repayment, i));
    assert_int_equal(repayment_paid(&repayment, date_at("2023-12-31")), 9900);
    assert_int_equal(repayment_overdue(&repayment, date_at("2023-12-31")), 0);
}

static void the_order_of_recording_is_of_no_account(void **state)
{
    (void)state;
    const struct payment payments[] = {
        {date_at("2023-04-03"), 200},
        {date_at("2023-03-10"), 300},
        {date_at("2023-03-08"), 200},
    };
    struct repayment repayment = plan(payments, COUNT(payments));
    assert_true(instalment_is_met(&repayment, 0));
    assert_int_equal(instalment_paid_on(&repayment, 0, date_at("2023-12-31")).days,
                     date_at("2023-03-10").days);
}

static void a_refund_opens_what_was_settled_last(void **state)
{
    (void)state;
    const struct payment payments[] = {
        {date_at("2023-03-09"), 700 },
        {date_at("2023-03-15"), -300},
    };
    struct repayment repayment = plan(payments, COUNT(payments));
    assert_outstanding(&repayment, "2023-03-14", 0, 100, 400);
    assert_outstanding(&repayment, "2023-03-15", 100, 300, 400);
    assert_true(instalment_is_met(&repayment, 0)); /* on its day it was paid */
    const struct payment before[] = {
        {date_at("2023-03-08"), 500 },
        {date_at("2023-03-10"), -1  },
        {date_at("2023-03-11"), -900},
    };
    repayment = plan(before, COUNT(before));
    assert_false(instalment_is_met(&repayment, 0));
    assert_int_equal(repayment_paid(&repayment, date_at("2023-03-11")), 0); /* never below nothing */
    assert_outstanding(&repayment, "2023-03-11", 500, 300, 400);
}

static void overdue_is_what_was_due_before_that_day(void **state)
{
    (void)state;
    const struct payment payments[] = {
        {date_at("2023-03-31"), 600}
    };
    struct repayment repayment = plan(payments, COUNT(payments));
    static const struct {
        const char *day;
        int64_t overdue;
    } rows[] = {
        {"2023-03-10", 0  },
        {"2023-03-11", 500},
        {"2023-03-30", 500},
        {"2023-03-31", 0  },
        {"2023-04-01", 200},
        {"2023-04-30", 200},
        {"2023-05-01", 600},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(repayment_overdue(&repayment, date_at(rows[i].day)), rows[i].overdue);
}

static void equal_days_are_settled_in_the_order_of_the_list(void **state)
{
    (void)state;
    const struct instalment parts[] = {
        {date_at("2023-03-10"), 100},
        {date_at("2023-03-10"), 100}
    };
    const struct payment payments[] = {
        {date_at("2023-03-01"), 150}
    };
    struct repayment repayment = {parts, 2, payments, 1};
    assert_int_equal(instalment_outstanding(&repayment, 0, date_at("2023-03-10")), 0);
    assert_int_equal(instalment_outstanding(&repayment, 1, date_at("2023-03-10")), 50);
}

/* Nothing is lost: what is planned is what is owed, plus what was paid and was owed. */
static void nothing_is_lost(void **state)
{
    (void)state;
    struct dice dice = dice_new("instalments");
    for (int round = 0; round < 2000; round++) {
        struct instalment parts[6];
        struct payment payments[8];
        for (int i = 0; i < 6; i++)
            parts[i] = (struct instalment){date_add(date_at("2023-01-01"), (int)dice_roll(&dice, 0, 60)),
                                           dice_roll(&dice, 0, 1000)};
        for (int i = 0; i < 8; i++)
            payments[i] = (struct payment){date_add(date_at("2023-01-01"), (int)dice_roll(&dice, 0, 90)),
                                           dice_roll(&dice, -300, 900)};
        struct repayment repayment = {parts, (uint32_t)dice_roll(&dice, 1, 6), payments,
                                      (uint32_t)dice_roll(&dice, 0, 8)};
        struct date day = date_add(date_at("2023-01-01"), (int)dice_roll(&dice, 0, 100));
        int64_t owed = 0, planned = repayment_planned(&repayment), paid = repayment_paid(&repayment, day);
        for (uint32_t i = 0; i < repayment.instalment_count; i++)
            owed += instalment_outstanding(&repayment, i, day);
        assert_int_equal(owed, paid >= planned ? 0 : planned - paid);
        assert_true(repayment_overdue(&repayment, day) <= owed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payments_settle_the_parts_in_their_order),
        cmocka_unit_test(what_is_paid_too_much_goes_to_the_next),
        cmocka_unit_test(the_order_of_recording_is_of_no_account),
        cmocka_unit_test(a_refund_opens_what_was_settled_last),
        cmocka_unit_test(overdue_is_what_was_due_before_that_day),
        cmocka_unit_test(equal_days_are_settled_in_the_order_of_the_list),
        cmocka_unit_test(nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
