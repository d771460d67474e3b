/* Nothing is decided by our own speed (design §3): the same receipts of two doors, in every order in which the doors
 * can hand them over, with a watcher that is early, late or interrupted, lead to the same verdict on every question of
 * timeliness: met or missed, signed or deemed, asked in time or too late. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arrival.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"

enum { RECEIPTS = 3, ORDERS_LEAST = 3 };

struct history {
    const char *name;
    const char *template_code;
    const char *due;                   /* NULL: the template's own */
    bool is_signed;                    /* begin with a signed task; else with an assigned one */
    struct arrival doors[2][RECEIPTS]; /* what each has received, in its order */
    const char *verdict;
};

/* The days of arrival.h. "…T00:00" of the next day is the due instant itself, and still in time. One history a block. */
/* clang-format off */
static const struct history histories[] = {
    {"signed_at_the_due_instant_behind_a_progress", "T22", NULL, false,
        {{{"2023-02-03T00:00", TRIGGER_SIGN, "housing-handler"}},
         {{"2023-02-03T10:00", TRIGGER_PROGRESS, "housing-section"}}},
        "sign=met object=stopped due=missed late=housing"},
    {"signed_a_minute_late_behind_a_progress", "T22", NULL, false,
        {{{"2023-02-03T00:01", TRIGGER_SIGN, "housing-handler"}},
         {{"2023-02-03T10:00", TRIGGER_PROGRESS, "housing-section"}}},
        "sign=stopped object=stopped due=missed late=housing refused=wrong_state"},
    {"reported_in_the_last_minute_behind_a_fact", "T22", NULL, true,
        {{{"2023-02-09T00:00", TRIGGER_REPORT_DONE, "housing-head"}},
         {{"2023-02-09T08:00", TRIGGER_RECORD_FACT, "housing-handler"},
          {"2023-02-10T08:00", TRIGGER_RECORD_FACT, "housing-handler"}}},
        "sign=met object=stopped due=paused late="},
    {"reported_a_minute_late_behind_a_fact", "T22", NULL, true,
        {{{"2023-02-09T00:01", TRIGGER_REPORT_DONE, "housing-head"}},
         {{"2023-02-09T08:00", TRIGGER_RECORD_FACT, "housing-handler"}}},
        "sign=met object=stopped due=missed late=housing"},
    {"asked_in_time_behind_a_fact_of_the_next_day", "T12", "2023-02-28", true,
        {{{"2023-02-28T23:59", TRIGGER_REQUEST, "housing-handler"}},
         {{"2023-03-01T09:00", TRIGGER_RECORD_FACT, "housing-handler"}}},
        "sign=met object=stopped due=missed late=housing request=pending"},
    {"asked_too_late_behind_a_fact_of_the_next_day", "T12", "2023-02-28", true,
        {{{"2023-03-01T00:01", TRIGGER_REQUEST, "housing-handler"}},
         {{"2023-03-01T09:00", TRIGGER_RECORD_FACT, "housing-handler"}}},
        "sign=met object=stopped due=missed late=housing refused=too_late"},
    {"objected_in_time_behind_a_fact_of_the_next_day", "T22", NULL, false,
        {{{"2023-02-02T23:59", TRIGGER_OBJECT, "housing-handler"}},
         {{"2023-02-03T10:00", TRIGGER_RECORD_FACT, "housing-section"}}},
        "sign=met object=met due=missed late=housing dispute=open"},
    {"objected_too_late_behind_a_fact_of_the_next_day", "T22", NULL, false,
        {{{"2023-02-03T00:01", TRIGGER_OBJECT, "housing-handler"}},
         {{"2023-02-03T10:00", TRIGGER_RECORD_FACT, "housing-section"}}},
        "sign=stopped object=stopped due=missed late=housing refused=too_late"},
    {"late_papers_of_a_fact_in_time", "T12", "2023-02-28", true,
        {{{"2023-03-02T09:00", TRIGGER_REPORT_DONE, "housing-head"}},
         {{"2023-03-01T10:00", TRIGGER_RECORD_FACT, "housing-handler"}}},
        "sign=met object=stopped due=missed late=housing"},
};
/* clang-format on */

enum { HISTORIES = sizeof(histories) / sizeof(histories[0]) };

/* --- one run ------------------------------------------------------------------------------------------------------- */

/* Bit i of `order`: the door whose turn it is at step i. The verdict is asked for when everything has come, and all
 * that was due has been woken. */
static const char *run(struct desk *desk, const struct history *history, unsigned order, unsigned steps,
                       enum arrival_watch watch)
{
    const char *key = arrival_begin(desk, history->template_code, history->due, history->is_signed);
    size_t next[2] = {0, 0};
    const char *refused = "";
    for (unsigned step = 0; step < steps; step++) {
        unsigned door = (order >> step) & 1u;
        const struct turn *turn = arrival_take(desk, key, &history->doors[door][next[door]++], watch);
        if (desk_refusal(turn) != REFUSAL_NONE)
            refused = arena_format(desk->arena, " refused=%s", refusal_code_text(desk_refusal(turn)));
    }
    desk_watch(desk, key, instant_at("2023-03-03T09:00"));
    return arena_format(desk->arena, "%s%s", arrival_verdict(desk, key), refused);
}

static unsigned bits_of(unsigned number)
{
    return number == 0 ? 0 : (number & 1u) + bits_of(number >> 1u);
}

static void the_verdict_is_the_same_in_every_order(void **state)
{
    const struct history *history = *state;
    unsigned second = arrival_count(history->doors[1], RECEIPTS);
    unsigned steps = arrival_count(history->doors[0], RECEIPTS) + second;
    unsigned runs = 0;
    for (unsigned order = 0; order < 1u << steps; order++) {
        for (int watch = 0; watch < WATCH_COUNT && bits_of(order) == second; watch++, runs++) {
            struct desk *desk = desk_new();
            const char *verdict = run(desk, history, order, steps, (enum arrival_watch)watch);
            if (!text_equal(verdict, history->verdict))
                print_error("order %u watcher %d\n", order, watch);
            assert_string_equal(verdict, history->verdict);
            desk_free(desk);
        }
    }
    assert_true(runs >= 2 * ORDERS_LEAST);
}

int main(void)
{
    struct CMUnitTest tests[HISTORIES];
    for (size_t i = 0; i < HISTORIES; i++)
        tests[i] = (struct CMUnitTest){histories[i].name, the_verdict_is_the_same_in_every_order, NULL, NULL,
                                       (void *)(uintptr_t)&histories[i]};
    return _cmocka_run_group_tests("arrival_order", tests, HISTORIES, NULL, NULL);
}
