/* A version of the calendars is one more receipt (design §3): wherever a partition adopts it among the acts that were
 * received before and after it was published, and however far the watcher has come, the verdict on every question of
 * timeliness is the same. Sibling of test_arrival_order.c, which asks the same of two doors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_change.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"
#include "domain/task_recompute.h"

enum { ACTS = 3 };

struct act {
    const char *at; /* received; NULL ends the list */
    enum trigger trigger;
    const char *by;
};

struct history {
    const char *name;
    const char *template_code;
    const char *due;
    bool is_signed;
    const char *published; /* when the version was received … */
    const char *change;    /* … and what it says */
    struct act acts[ACTS];
    const char *verdict;
};

/* Assigned on Wednesday 2023-02-01 at 09:02: C-SIGN and C-OBJ end with Thursday the 2nd, five working days with Wednesday
 * the 8th. A rest day put in between moves an end a day later, a Saturday worked on a day earlier. T12 counts no days:
 * its C-DUE is a date, so it asks about T22 only. */
static const struct history histories[] = {
    {"asked_too_late_by_the_old_date_in_time_by_the_new",
     "T22", NULL,
     true,  "2023-02-08T15:00",
     "2023-02-06 off", {{"2023-02-09T10:00", TRIGGER_REQUEST, "housing-handler"}},
     "sign=met object=stopped due=missed late=housing request=pending"},
    {"asked_too_late_before_the_publication",
     "T22", NULL,
     true,  "2023-02-09T11:00",
     "2023-02-06 off", {{"2023-02-09T10:00", TRIGGER_REQUEST, "housing-handler"}},
     "sign=met object=stopped due=missed late=housing request=pending"},
    {"asked_too_late_by_both",
     "T22", NULL,
     true,  "2023-02-08T15:00",
     "2023-02-06 off", {{"2023-02-10T10:00", TRIGGER_REQUEST, "housing-handler"}},
     "sign=met object=stopped due=missed late=housing"                },
    {"asked_by_the_date_that_was_told_after_the_earlier_one",
     "T22", NULL,
     true,  "2023-02-03T09:00",
     "2023-02-04 on",  {{"2023-02-08T10:00", TRIGGER_REQUEST, "housing-handler"}},
     "sign=met object=stopped due=missed late=housing request=pending"},
    {"objected_after_the_old_end",
     "T22", NULL,
     false, "2023-02-01T16:00",
     "2023-02-02 off", {{"2023-02-03T10:00", TRIGGER_OBJECT, "housing-handler"}},
     "sign=met object=met due=missed late=housing dispute=open"       },
    {"objected_after_both_ends",
     "T22", NULL,
     false, "2023-02-01T16:00",
     "2023-02-02 off", {{"2023-02-06T10:00", TRIGGER_OBJECT, "housing-handler"}},
     "sign=stopped object=stopped due=missed late=housing"            },
    {"signed_after_the_old_end",
     "T22", NULL,
     false, "2023-02-01T16:00",
     "2023-02-02 off", {{"2023-02-03T10:00", TRIGGER_SIGN, "housing-handler"}},
     "sign=met object=stopped due=missed late=housing"                },
    {"signed_after_both_ends",
     "T22", NULL,
     false, "2023-02-01T16:00",
     "2023-02-02 off", {{"2023-02-06T10:00", TRIGGER_SIGN, "housing-handler"}},
     "sign=stopped object=stopped due=missed late=housing"            },
    {"reported_after_the_old_end",
     "T22", NULL,
     true,  "2023-02-08T15:00",
     "2023-02-06 off", {{"2023-02-09T10:00", TRIGGER_REPORT_DONE, "housing-head"}},
     "sign=met object=stopped due=paused late="                       },
    {"reported_by_the_old_date_late_by_the_earlier_one",
     "T22", NULL,
     true,  "2023-02-03T09:00",
     "2023-02-04 on",  {{"2023-02-08T10:00", TRIGGER_REPORT_DONE, "housing-head"}},
     "sign=met object=stopped due=missed late=housing"                },
    {"reported_behind_an_act_of_the_day_before",
     "T22", NULL,
     true,  "2023-02-03T09:00",
     "2023-02-04 on",  {{"2023-02-07T10:00", TRIGGER_RECORD_FACT, "housing-handler"},
      {"2023-02-07T17:00", TRIGGER_REPORT_DONE, "housing-head"}},
     "sign=met object=stopped due=paused late="                       },
};

enum { HISTORIES = sizeof(histories) / sizeof(histories[0]) };

/* --- one run ------------------------------------------------------------------------------------------------------- */

static struct body body_of(struct desk *desk, enum trigger trigger)
{
    struct body body = say(trigger);
    switch ((int)trigger) {
    case TRIGGER_REPORT_DONE:
        return desk_report(desk, "办理答复");
    case TRIGGER_RECORD_FACT:
        body.record_fact.kind = "回访";
        body.record_fact.occurred_on = date_at("2023-02-01");
        break;
    case TRIGGER_REQUEST:
        body.request.kind = REQUEST_EXTENSION;
        body.request.amount = (struct duration){UNIT_WORKING_DAY, 3};
        body.request.reason = "等待拨款";
        break;
    case TRIGGER_OBJECT:
        body.object.reason = "不属本单位职责";
        break;
    default:
        break;
    }
    return body;
}

static void adopt(struct desk *desk, const struct history *history)
{
    const char *const changes[] = {history->change, NULL};
    desk_adopt(desk, calendar_change(desk->registry, 2023, changes, desk->arena),
               instant_at(history->published));
}

static const char *status_of(const struct task *task, enum clock_id id)
{
    const struct clock *clock = task_clock(task, id, 0);
    return clock == NULL ? "none" : word_of(LIST_CLOCK_STATUS, (int)clock->status)->code;
}

static const char *verdict_of(struct desk *desk, const char *key)
{
    const struct task *task = desk_task(desk, key);
    const char *late = "";
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        if (miss->clock == CLOCK_DUE && !miss->revoked)
            late = arena_format(desk->arena, "%s%s", late, miss->unit);
    }
    return arena_format(desk->arena, "sign=%s object=%s due=%s late=%s%s%s", status_of(task, CLOCK_SIGN),
                        status_of(task, CLOCK_OBJECT), status_of(task, CLOCK_DUE), late,
                        task->dispute.open ? " dispute=open" : "",
                        desk_count(desk, key, EVENT_REQUESTED) > 0 ? " request=pending" : "");
}

/* How far the watcher may have come before the next step. */
enum watch { WATCH_NEVER, WATCH_BEFORE, WATCH_AHEAD, WATCH_COUNT };

static unsigned count_of(const struct history *history)
{
    unsigned count = 0;
    while (count < ACTS && history->acts[count].at != NULL)
        count++;
    return count;
}

/* The version is adopted before the act of that number; behind the last one, when everything has come. */
static const char *run(struct desk *desk, const struct history *history, unsigned adopted, enum watch watch)
{
    const char *key = history->is_signed
                          ? desk_signed(desk, history->template_code, "housing", history->due)
                          : desk_assigned(desk, history->template_code, "housing", history->due);
    for (unsigned i = 0; i <= count_of(history); i++) {
        const struct act *act = &history->acts[i];
        if (i == adopted)
            adopt(desk, history);
        if (i == count_of(history))
            break;
        if (watch == WATCH_BEFORE)
            desk_watch(desk, key, instant_at(act->at));
        desk_act(desk, key, act->by, act->at, body_of(desk, act->trigger));
        if (watch == WATCH_AHEAD)
            desk_watch(desk, key, instant_add(instant_at(act->at), (int64_t)12 * MS_PER_HOUR));
    }
    struct command command = task_recompute_command(desk_task(desk, key), &desk->ruleset, desk->arena);
    desk_take(desk, &command);
    const char *once = task_text(desk_task(desk, key), desk->arena);
    assert_int_equal(desk_take(desk, &command)->event_count, 0);
    assert_string_equal(task_text(desk_task(desk, key), desk->arena), once);
    desk_watch(desk, key, instant_at("2023-02-20T09:00"));
    return verdict_of(desk, key);
}

static void the_verdict_is_the_same_whenever_the_version_is_adopted(void **state)
{
    const struct history *history = *state;
    for (unsigned adopted = 0; adopted <= count_of(history); adopted++) {
        for (int watch = 0; watch < WATCH_COUNT; watch++) {
            struct desk *desk = desk_new();
            const char *verdict = run(desk, history, adopted, (enum watch)watch);
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
