/* A version of the calendars is one more receipt (design §3): wherever a partition adopts it among the acts that were
 * received before and after it was published, and however far the watcher has come, the verdict on every question of
 * timeliness is the same. Sibling of test_arrival_order.c, which asks the same of two doors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arrival.h"
#include "base/text.h"
#include "calendar_change.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "domain/task_recompute.h"

enum { ACTS = 3 };

struct history {
    const char *name;
    bool is_signed;        /* begin with a signed task; else with an assigned one */
    const char *published; /* when the version was received … */
    const char *change;    /* … and what it says */
    struct arrival acts[ACTS];
    const char *verdict;
};

/* The days of arrival.h: a rest day put in between moves an end a day later, a Saturday worked on a day earlier. T12 counts
 * no days: its C-DUE is a date, so these are about T22 only. One history a block. */
/* clang-format off */
static const struct history histories[] = {
    {"asked_too_late_by_the_old_date_in_time_by_the_new", true, "2023-02-08T15:00", "2023-02-06 off",
        {{"2023-02-09T10:00", TRIGGER_REQUEST, "housing-handler"}},
        "sign=met object=stopped due=missed late=housing request=pending"},
    {"asked_too_late_before_the_publication", true, "2023-02-09T11:00", "2023-02-06 off",
        {{"2023-02-09T10:00", TRIGGER_REQUEST, "housing-handler"}},
        "sign=met object=stopped due=missed late=housing request=pending"},
    {"asked_too_late_by_both", true, "2023-02-08T15:00", "2023-02-06 off",
        {{"2023-02-10T10:00", TRIGGER_REQUEST, "housing-handler"}},
        "sign=met object=stopped due=missed late=housing"},
    {"asked_by_the_date_that_was_told_after_the_earlier_one", true, "2023-02-03T09:00", "2023-02-04 on",
        {{"2023-02-08T10:00", TRIGGER_REQUEST, "housing-handler"}},
        "sign=met object=stopped due=missed late=housing request=pending"},
    {"objected_after_the_old_end", false, "2023-02-01T16:00", "2023-02-02 off",
        {{"2023-02-03T10:00", TRIGGER_OBJECT, "housing-handler"}},
        "sign=met object=met due=missed late=housing dispute=open"},
    {"objected_after_both_ends", false, "2023-02-01T16:00", "2023-02-02 off",
        {{"2023-02-06T10:00", TRIGGER_OBJECT, "housing-handler"}},
        "sign=stopped object=stopped due=missed late=housing"},
    {"signed_after_the_old_end", false, "2023-02-01T16:00", "2023-02-02 off",
        {{"2023-02-03T10:00", TRIGGER_SIGN, "housing-handler"}},
        "sign=met object=stopped due=missed late=housing"},
    {"signed_after_both_ends", false, "2023-02-01T16:00", "2023-02-02 off",
        {{"2023-02-06T10:00", TRIGGER_SIGN, "housing-handler"}},
        "sign=stopped object=stopped due=missed late=housing"},
    {"reported_after_the_old_end", true, "2023-02-08T15:00", "2023-02-06 off",
        {{"2023-02-09T10:00", TRIGGER_REPORT_DONE, "housing-head"}},
        "sign=met object=stopped due=paused late="},
    {"reported_by_the_old_date_late_by_the_earlier_one", true, "2023-02-03T09:00", "2023-02-04 on",
        {{"2023-02-08T10:00", TRIGGER_REPORT_DONE, "housing-head"}},
        "sign=met object=stopped due=missed late=housing"},
    {"reported_behind_an_act_of_the_day_before", true, "2023-02-03T09:00", "2023-02-04 on",
        {{"2023-02-07T10:00", TRIGGER_RECORD_FACT, "housing-handler"},
         {"2023-02-07T17:00", TRIGGER_REPORT_DONE, "housing-head"}},
        "sign=met object=stopped due=paused late="},
};
/* clang-format on */

enum { HISTORIES = sizeof(histories) / sizeof(histories[0]) };

/* --- one run ------------------------------------------------------------------------------------------------------- */

static void adopt(struct desk *desk, const struct history *history)
{
    const char *const changes[] = {history->change, NULL};
    desk_adopt(desk, calendar_change(desk->registry, 2023, changes, desk->arena),
               instant_at(history->published));
}

/* The version is adopted before the act of that number; behind the last one, when everything has come. */
static const char *run(struct desk *desk, const struct history *history, unsigned adopted,
                       enum arrival_watch watch)
{
    const char *key = arrival_begin(desk, "T22", NULL, history->is_signed);
    const unsigned count = arrival_count(history->acts, ACTS);
    for (unsigned i = 0; i < count; i++) {
        if (i == adopted)
            adopt(desk, history);
        arrival_take(desk, key, &history->acts[i], watch);
    }
    if (adopted == count)
        adopt(desk, history);
    struct command command = task_recompute_command(desk_task(desk, key), &desk->ruleset, desk->arena);
    desk_take(desk, &command);
    const char *once = task_text(desk_task(desk, key), desk->arena);
    assert_int_equal(desk_take(desk, &command)->event_count, 0);
    assert_string_equal(task_text(desk_task(desk, key), desk->arena), once);
    desk_watch(desk, key, instant_at("2023-02-20T09:00"));
    return arrival_verdict(desk, key);
}

static void the_verdict_is_the_same_whenever_the_version_is_adopted(void **state)
{
    const struct history *history = *state;
    for (unsigned adopted = 0; adopted <= arrival_count(history->acts, ACTS); adopted++) {
        for (int watch = 0; watch < WATCH_COUNT; watch++) {
            struct desk *desk = desk_new();
            const char *verdict = run(desk, history, adopted, (enum arrival_watch)watch);
            if (!text_equal(verdict, history->verdict))
                print_error("adopted before act %u watcher %d\n", adopted, watch);
            assert_string_equal(verdict, history->verdict);
            desk_free(desk);
        }
    }
}

int main(void)
{
    struct CMUnitTest tests[HISTORIES];
    for (size_t i = 0; i < HISTORIES; i++)
        tests[i] =
            (struct CMUnitTest){histories[i].name, the_verdict_is_the_same_whenever_the_version_is_adopted,
                                NULL, NULL, (void *)(uintptr_t)&histories[i]};
    return _cmocka_run_group_tests("arrival_calendar", tests, HISTORIES, NULL, NULL);
}
