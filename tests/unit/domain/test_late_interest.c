/* Late interest (保障中小企业款项支付条例 2020 §15, 2025 §17): tables computed by hand, and what must hold of any debt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "calendar_fixture.h"
#include "dice.h"
#include "domain/late_interest.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum { LAW_PPM = 500, ROW_PAYMENTS = 3 };

static void the_figures_are_those_of_pencil_and_paper(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        int64_t debt_fen;
        const char *due, *as_of;
        struct {
            const char *on;
            int64_t fen;
        } payments[ROW_PAYMENTS];
        int32_t agreed_bp;
        int64_t interest_fen;
    } rows[] = {
        {"on the due day there is none",                                          120000000, "2023-03-20", "2023-03-20", {{NULL, 0}},                                          0,   0                        },
        {"before it neither",                                                     120000000, "2023-03-20", "2023-01-01", {{NULL, 0}},                                          0,   0                        },
        {"one day: 1 200 000 × 0.05 % = 600.00",
         120000000,                                                                          "2023-03-20",
         "2023-03-21",                                                                                                   {{NULL, 0}},
         0,                                                                                                                                                                         60000                    },
        {"21 days: 12 600.00",                                                    120000000, "2023-03-20", "2023-04-10", {{NULL, 0}},                                          0,   1260000                  },
        {"10 days on 1 200 000, 11 on 700 000: 9 850.00",
         120000000,                                                                          "2023-03-20",
         "2023-04-10",                                                                                                   {{"2023-03-31", 50000000}},
         0,                                                                                                                                                                         985000                   },
        {"3 on 1 200 000, 7 on 900 000, 11 on 700 000: 8 800.00",
         120000000,                                                                          "2023-03-20",
         "2023-04-10",                                                                                                   {{"2023-03-31", 20000000}, {"2023-03-24", 30000000}},
         0,                                                                                                                                                                         880000                   },
        {"paid on the due day",                                                   120000000, "2023-03-20", "2023-04-10", {{"2023-03-20", 120000000}},                          0,   0                        },
        {"paid on the day after: that day is free already",
         120000000,                                                                          "2023-03-20",
         "2023-04-10",                                                                                                   {{"2023-03-21", 120000000}},
         0,                                                                                                                                                                         0                        },
        {"paid two days after: one day",
         120000000,                                                                          "2023-03-20",
         "2023-04-10",                                                                                                   {{"2023-03-22", 120000000}},
         0,                                                                                                                                                                         60000                    },
        {"paid too much",                                                         120000000, "2023-03-20", "2023-04-10", {{"2023-03-22", 999000000}},                          0,   60000                    },
        {"agreed 4.35 %: 2.52 × 10⁹ fen-days × 435 / 3 650 000 = 300 328.77",
         120000000,                                                                          "2023-03-20",
         "2023-04-10",                                                                                                   {{NULL, 0}},
         435,                                                                                                                                                                       300329                   },
        {"agreed 3.65 %: 0.01 % a day",                                           1000000,   "2023-03-20", "2023-03-30", {{NULL, 0}},                                          365, 1000                     },
        {"29 February counts",                                                    1000000,   "2024-02-27", "2024-03-01", {{NULL, 0}},                                          0,   1500                     },
        {"an agreed rate is a 365th a day in leap years too",
         1000000,                                                                            "2024-02-27",
         "2024-03-01",                                                                                                   {{NULL, 0}},
         365,                                                                                                                                                                       300                      },
        {"a whole leap year: 366 days of a 365th",
         36500000,                                                                           "2023-12-31",
         "2024-12-31",                                                                                                   {{NULL, 0}},
         100,                                                                                                                                                                       366000                   },
        {"refund: 1 day on 100 000, 3 without, 3 on 40 000",
         100000,                                                                             "2023-03-20",
         "2023-03-27",                                                                                                   {{"2023-03-22", 100000}, {"2023-03-25", -40000}},
         0,                                                                                                                                                                         110                      },
        {"half a fen rounds up",                                                  1000,      "2023-03-20", "2023-03-21", {{NULL, 0}},                                          0,   1                        },
        {"less does not",                                                         999,       "2023-03-20", "2023-03-21", {{NULL, 0}},                                          0,   0                        },
        {"nothing owed",                                                          0,         "2023-03-20", "2023-12-31", {{NULL, 0}},                                          0,   0                        },
        {"a hundred billion yuan over 36 889 days",
         LIMIT_FEN,                                                                          "2000-01-01",
         "2100-12-31",                                                                                                   {{NULL, 0}},
         0,                                                                                                                                                                         INT64_C(184445000000000) },
        {"… at 100 % a year: 3.6889 × 10¹⁷ / 365",
         LIMIT_FEN,                                                                          "2000-01-01",
         "2100-12-31",                                                                                                   {{NULL, 0}},
         LIMIT_RATE_BP,                                                                                                                                                             INT64_C(1010657534246575)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct instalment whole = {date_at(rows[i].due), rows[i].debt_fen};
        struct payment payments[ROW_PAYMENTS];
        uint32_t count = 0;
        for (; count < ROW_PAYMENTS && rows[i].payments[count].on != NULL; count++)
            payments[count] =
                (struct payment){date_at(rows[i].payments[count].on), rows[i].payments[count].fen};
        struct late_interest_terms terms = {
            {&whole, 1, payments, count},
            rows[i].agreed_bp, LAW_PPM
        };
        int64_t found = late_interest_fen(&terms, date_at(rows[i].as_of));
        if (found != rows[i].interest_fen)
            fail_msg("%s: %lld, not %lld", rows[i].why, (long long)found, (long long)rows[i].interest_fen);
    }
}

static void each_instalment_has_its_own_days(void **state)
{
    (void)state;
    /* 500.00 by 10 March, 300.00 by 31 March; 600.00 paid on 20 March.
     * 11–19 March: 9 days on 50 000 fen; 1–10 April: 10 days on 20 000: 650 000 × 0.05 % = 325. */
    const struct instalment parts[] = {
        {date_at("2023-03-31"), 30000},
        {date_at("2023-03-10"), 50000}
    };
    const struct payment payments[] = {
        {date_at("2023-03-20"), 60000}
    };
    struct late_interest_terms terms = {
        {parts, 2, payments, 1},
        0, LAW_PPM
    };
    assert_int_equal(late_interest_fen(&terms, date_at("2023-04-10")), 325);
    assert_int_equal(late_interest_fen(&terms, date_at("2023-03-31")), 225);
    assert_int_equal(late_interest_since(&terms, date_at("2023-04-10")).days, date_at("2023-03-11").days);
    assert_false(date_is_set(late_interest_since(&terms, date_at("2023-03-10"))));
}

static void without_a_due_day_there_is_none(void **state)
{
    (void)state;
    struct late_interest_terms terms = {
        {NULL, 0, NULL, 0},
        0, LAW_PPM
    };
    assert_int_equal(late_interest_fen(&terms, date_at("2023-04-10")), 0);
    assert_false(date_is_set(late_interest_since(&terms, date_at("2023-04-10"))));
}

/* --- what must hold of any debt -------------------------------------------------------------------------------- */

struct debt {
    struct instalment parts[4];
    struct payment payments[6];
    struct late_interest_terms terms;
};

static struct date some_day(struct dice *dice, int until)
{
    return date_add(date_at("2023-01-01"), (int)dice_roll(dice, 0, until));
}

static void roll_debt(struct dice *dice, struct debt *ret_debt)
{
    for (size_t i = 0; i < COUNT(ret_debt->parts); i++)
        ret_debt->parts[i] = (struct instalment){some_day(dice, 300), dice_roll(dice, 0, LIMIT_FEN / 4)};
    for (size_t i = 0; i < COUNT(ret_debt->payments); i++)
        ret_debt->payments[i] =
            (struct payment){some_day(dice, 500), dice_roll(dice, -LIMIT_FEN / 20, LIMIT_FEN / 5)};
    ret_debt->terms = (struct late_interest_terms){
        {ret_debt->parts, (uint32_t)dice_roll(dice, 1, 4), ret_debt->payments,
         (uint32_t)dice_roll(dice, 0, 6)},
        dice_chance(dice, 50) ? (int32_t)dice_roll(dice, 1, 2400) : 0,
        LAW_PPM,
    };
}

/* The definition, day by day, in long arithmetic. */
static int64_t walked(const struct late_interest_terms *terms, struct date after, struct date until)
{
    unsigned __int128 sum = 0;
    for (struct date day = date_add(after, 1); day.days <= until.days; day = date_add(day, 1))
        sum += (unsigned __int128)repayment_overdue(&terms->repayment, day);
    unsigned __int128 numerator =
        terms->agreed_rate_bp > 0 ? (unsigned)terms->agreed_rate_bp : (unsigned)terms->daily_rate_ppm;
    unsigned __int128 denominator = terms->agreed_rate_bp > 0 ? 3650000 : 1000000;
    return (int64_t)((2 * sum * numerator + denominator) / (2 * denominator));
}

static void it_is_the_sum_of_its_days(void **state)
{
    (void)state;
    struct dice dice = dice_new("late_interest");
    for (int round = 0; round < 500; round++) {
        struct debt debt;
        roll_debt(&dice, &debt);
        struct date until = some_day(&dice, 600);
        assert_int_equal(late_interest_fen(&debt.terms, until),
                         walked(&debt.terms, date_at("2022-12-31"), until));
    }
}

static void parts_of_an_interval_add_up_within_one_rounding(void **state)
{
    (void)state;
    struct dice dice = dice_new("late_interest");
    for (int round = 0; round < 5000; round++) {
        struct debt debt;
        roll_debt(&dice, &debt);
        struct date a = some_day(&dice, 200), b = date_add(a, (int)dice_roll(&dice, 0, 200)),
                    c = date_add(b, (int)dice_roll(&dice, 0, 200));
        int64_t whole = late_interest_fen_between(&debt.terms, a, c);
        int64_t parts =
            late_interest_fen_between(&debt.terms, a, b) + late_interest_fen_between(&debt.terms, b, c);
        assert_true(whole - parts >= -1 && whole - parts <= 1);
    }
}

static void it_never_falls_as_days_go_by(void **state)
{
    (void)state;
    struct dice dice = dice_new("late_interest");
    for (int round = 0; round < 5000; round++) {
        struct debt debt;
        roll_debt(&dice, &debt);
        struct date day = some_day(&dice, 600);
        assert_true(late_interest_fen(&debt.terms, date_add(day, 1)) >= late_interest_fen(&debt.terms, day));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_figures_are_those_of_pencil_and_paper),
        cmocka_unit_test(each_instalment_has_its_own_days),
        cmocka_unit_test(without_a_due_day_there_is_none),
        cmocka_unit_test(it_is_the_sum_of_its_days),
        cmocka_unit_test(parts_of_an_interval_add_up_within_one_rounding),
        cmocka_unit_test(it_never_falls_as_days_go_by),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
