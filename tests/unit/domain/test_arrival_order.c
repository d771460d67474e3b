/* Nothing is decided by our own speed (design §3): the same receipts of two doors, in every order in which the doors
 * can hand them over, with a watcher that is early, late or interrupted, lead to the same verdict on every question of
 * timeliness: met or missed, signed or deemed, asked in time or too late. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk.h"
#include "district_fixture.h"

enum { RECEIPTS = 3, ORDERS_LEAST = 3 };

/* What one door has received, in its order; an act without a time ends the list. */
struct receipt {
    const char *at; /* received */
    enum trigger trigger;
    const char *by; /* a person of the registry */
};

struct history {
    const char *name;
    const char *template_code;
    const char *due; /* NULL: the template's own */
    bool is_signed;  /* begin with a signed task; else with an assigned one */
    struct receipt doors[2][RECEIPTS];
    const char *verdict;
};

/* Assigned on Wednesday 2023-02-01 at 09:02: C-SIGN and C-OBJ end with Thursday the 2nd; five working days end with
 * Wednesday the 8th. "…T00:00" of the next day is the due instant itself, and still in time. */
static const struct history histories[] = {
    {"signed_at_the_due_instant_behind_a_progress",
     "T22", NULL,
     false, {{{"2023-02-03T00:00", TRIGGER_SIGN, "housing-handler"}},
      {{"2023-02-03T10:00", TRIGGER_PROGRESS, "housing-section"}}},
     "sign=met due=missed late=housing"                        },
    {"signed_a_minute_late_behind_a_progress",
     "T22", NULL,
     false, {{{"2023-02-03T00:01", TRIGGER_SIGN, "housing-handler"}},
      {{"2023-02-03T10:00", TRIGGER_PROGRESS, "housing-section"}}},
     "sign=stopped due=missed late=housing refused=wrong_state"},
    {"reported_in_the_last_minute_behind_a_fact",
     "T22", NULL,
     true,  {{{"2023-02-09T00:00", TRIGGER_REPORT_DONE, "housing-head"}},
      {{"2023-02-09T08:00", TRIGGER_RECORD_FACT, "housing-handler"},
       {"2023-02-10T08:00", TRIGGER_RECORD_FACT, "housing-handler"}}},
     "sign=met due=paused late="                               },
    {"reported_a_minute_late_behind_a_fact",
     "T22", NULL,
     true,  {{{"2023-02-09T00:01", TRIGGER_REPORT_DONE, "housing-head"}},
      {{"2023-02-09T08:00", TRIGGER_RECORD_FACT, "housing-handler"}}},
     "sign=met due=missed late=housing"                        },
    {"asked_in_time_behind_a_fact_of_the_next_day",
     "T12", "2023-02-28",
     true,  {{{"2023-02-28T23:59", TRIGGER_REQUEST, "housing-handler"}},
      {{"2023-03-01T09:00", TRIGGER_RECORD_FACT, "housing-handler"}}},
     "sign=met due=missed late=housing request=pending"        },
    {"asked_too_late_behind_a_fact_of_the_next_day",
     "T12", "2023-02-28",
     true,  {{{"2023-03-01T00:01", TRIGGER_REQUEST, "housing-handler"}},
      {{"2023-03-01T09:00", TRIGGER_RECORD_FACT, "housing-handler"}}},
     "sign=met due=missed late=housing refused=too_late"       },
    {"objected_in_time_behind_a_fact_of_the_next_day",
     "T22", NULL,
     false, {{{"2023-02-02T23:59", TRIGGER_OBJECT, "housing-handler"}},
      {{"2023-02-03T10:00", TRIGGER_RECORD_FACT, "housing-section"}}},
     "sign=met due=missed late=housing dispute=open"           },
    {"objected_too_late_behind_a_fact_of_the_next_day",
     "T22", NULL,
     false, {{{"2023-02-03T00:01", TRIGGER_OBJECT, "housing-handler"}},
      {{"2023-02-03T10:00", TRIGGER_RECORD_FACT, "housing-section"}}},
     "sign=stopped due=missed late=housing refused=too_late"   },
    {"late_papers_of_a_fact_in_time",
     "T12", "2023-02-28",
     true,  {{{"2023-03-02T09:00", TRIGGER_REPORT_DONE, "housing-head"}},
      {{"2023-03-01T10:00", TRIGGER_RECORD_FACT, "housing-handler"}}},
     "sign=met due=missed late=housing"                        },
};

enum { HISTORIES = sizeof(histories) / sizeof(histories[0]) };

/* --- one run ------------------------------------------------------------------------------------------------------- */

static bool is_ticket(const struct history *history)
{
    return text_equal(history->template_code, "T22");
}

static struct body body_of(struct desk *desk, const struct history *history, const struct receipt *receipt)
{
    struct body body = say(receipt->trigger);
    switch ((int)receipt->trigger) {
    case TRIGGER_REPORT_DONE:
        return desk_report(desk, is_ticket(history) ? "办理答复" : "银行凭证");
    case TRIGGER_RECORD_FACT:
        body.record_fact.kind = is_ticket(history) ? "回访" : "到账";
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

static const char *status_of(const struct task *task, enum clock_id id)
{
    const struct clock *clock = task_clock(task, id, 0);
    return clock == NULL ? "none" : word_of(LIST_CLOCK_STATUS, (int)clock->status)->code;
}

static const char *verdict_of(struct desk *desk, const char *key, const char *refused)
{
    const struct task *task = desk_task(desk, key);
    const char *late = "";
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        if (miss->clock == CLOCK_DUE && !miss->revoked)
            late = arena_format(desk->arena, "%s%s", late, miss->unit);
    }
    return arena_format(desk->arena, "sign=%s due=%s late=%s%s%s%s%s", status_of(task, CLOCK_SIGN),
                        status_of(task, CLOCK_DUE), late, task->dispute.open ? " dispute=open" : "",
                        desk_count(desk, key, EVENT_REQUESTED) > 0 ? " request=pending" : "",
                        text_empty(refused) ? "" : " refused=", refused);
}

/* How far the watcher may have come before the next receipt is handed over. */
enum watch { WATCH_NEVER, WATCH_BEFORE, WATCH_AHEAD, WATCH_COUNT };

/* Bit i of `order`: the door whose turn it is at step i. The verdict is asked for when everything has come, and all
 * that was due has been woken. */
static const char *run(struct desk *desk, const struct history *history, unsigned order, unsigned steps,
                       enum watch watch)
{
    const char *key = history->is_signed
                          ? desk_signed(desk, history->template_code, "housing", history->due)
                          : desk_assigned(desk, history->template_code, "housing", history->due);
    size_t next[2] = {0, 0};
    const char *refused = "";
    for (unsigned step = 0; step < steps; step++) {
        unsigned door = (order >> step) & 1u;
        const struct receipt *receipt = &history->doors[door][next[door]++];
        struct instant at = instant_at(receipt->at);
        if (watch == WATCH_BEFORE)
            desk_watch(desk, key, at);
        const struct turn *turn =
            desk_act(desk, key, receipt->by, receipt->at, body_of(desk, history, receipt));
        if (desk_refusal(turn) != REFUSAL_NONE)
            refused = refusal_code_text(desk_refusal(turn));
        if (watch == WATCH_AHEAD) /* a door has kept silent for hours: released without it */
            desk_watch(desk, key, instant_add(at, (int64_t)12 * MS_PER_HOUR));
    }
    desk_watch(desk, key, instant_at("2023-03-03T09:00"));
    return verdict_of(desk, key, refused);
}

static unsigned count_of(const struct receipt *door)
{
    unsigned count = 0;
    while (count < RECEIPTS && door[count].at != NULL)
        count++;
    return count;
}

static unsigned bits_of(unsigned number)
{
    return number == 0 ? 0 : (number & 1u) + bits_of(number >> 1u);
}

static void the_verdict_is_the_same_in_every_order(void **state)
{
    const struct history *history = *state;
    unsigned second = count_of(history->doors[1]), steps = count_of(history->doors[0]) + second;
    unsigned runs = 0;
    for (unsigned order = 0; order < 1u << steps; order++) {
        for (int watch = 0; watch < WATCH_COUNT && bits_of(order) == second; watch++, runs++) {
            struct desk *desk = desk_new();
            const char *verdict = run(desk, history, order, steps, (enum watch)watch);
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
