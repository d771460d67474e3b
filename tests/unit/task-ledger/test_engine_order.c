/* The ledger decides by the log alone (design §3): receipts of two doors in either order, with a ledger that is stopped
 * in order, killed, or left alone between any two records, and an alarm that comes early, late or twice, end in the
 * same verdict. The questions themselves stand in tests/unit/domain/test_arrival_order.c. */
#include "ledger_harness.h"

#include "domain/task_wake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum between { GOES_ON, STOPPED, KILLED, BETWEEN_COUNT };
enum { RECORDS = 3, ORDERS = 6, RINGS = 64 };

/* The report was received at the due instant itself, the progress a minute later through the other door; the alarm
 * was released without that door. In which order they stand in the log is chance. */
enum record { REPORT, PROGRESS, ALARM };
static const enum record orders[ORDERS][RECORDS] = {
    {REPORT,   PROGRESS, ALARM   },
    {REPORT,   ALARM,    PROGRESS},
    {PROGRESS, REPORT,   ALARM   },
    {PROGRESS, ALARM,    REPORT  },
    {ALARM,    REPORT,   PROGRESS},
    {ALARM,    PROGRESS, REPORT  },
};

static const char *signed_task(struct ledger_harness *harness)
{
    const char *task = harness_task_of(harness, "W-1");
    struct command command = harness_draft(harness, "W-1", 0);
    harness_send(harness, &command);
    command = harness_by_person(harness, "hotline-clerk", task, TRIGGER_REGISTER, "register");
    command.body.registration.lead_unit = "housing";
    harness_send(harness, &command);
    command = harness_by_person(harness, "hotline-clerk", task, TRIGGER_ASSIGN, "assign");
    harness_send(harness, &command);
    command = harness_by_person(harness, "housing-handler", task, TRIGGER_SIGN, "sign");
    harness_send(harness, &command);
    harness_must_settle(harness);
    return task;
}

static void send(struct ledger_harness *harness, const char *task, struct instant due, enum record record)
{
    struct task now = harness_task(harness, task);
    struct command command;
    switch (record) {
    case REPORT:
        command = harness_by_person(harness, "housing-head", task, TRIGGER_REPORT_DONE, "report");
        command.received_at = due;
        command.body.report_done.evidence = ARENA_NEW(harness->arena, struct evidence);
        command.body.report_done.evidence[0] = (struct evidence){"办理答复", "DOC-1", ""};
        command.body.report_done.evidence_count = 1;
        break;
    case PROGRESS:
        command = harness_by_person(harness, "housing-handler", task, TRIGGER_RECORD_FACT, "fact");
        command.received_at = instant_add(due, MS_PER_MINUTE);
        command.body.record_fact.kind = "回访";
        command.body.record_fact.occurred_on = date_of(now.now);
        break;
    case ALARM: {
        const struct clock *clock = NULL;
        const struct timer *timer = task_next_timer(&now, &clock);
        if (timer == NULL)
            return;
        command = task_wake_command(&now, timer, (struct text_list){0}, harness->arena);
        command.body.wake.released_at = instant_add(timer->at, MS_PER_HOUR);
        break;
    }
    }
    harness_send(harness, &command);
}

static void restart(struct ledger_harness *harness, enum between between)
{
    if (between == GOES_ON)
        return;
    if (between == STOPPED)
        harness_stop(harness);
    else
        harness_kill(harness);
    harness_start(harness);
}

/* All alarms up to the end of the week after. */
static void ring(struct ledger_harness *harness, const char *task, struct instant until)
{
    for (int i = 0; i < RINGS; i++) {
        struct task now = harness_task(harness, task);
        if (!instant_is_set(now.next_wake) || now.next_wake.ms > until.ms)
            return;
        send(harness, task, until, ALARM);
        harness_must_settle(harness);
    }
    fail_msg("the alarms do not end");
}

static void check(const enum record *order, enum between between)
{
    struct ledger_harness harness;
    harness_init(&harness);
    harness_start(&harness);
    harness_bootstrap(&harness);
    const char *task = signed_task(&harness);
    struct task before = harness_task(&harness, task);
    struct instant due = task_clock(&before, CLOCK_DUE, 0)->due;
    ring(&harness, task, instant_add(due, -1));
    for (int i = 0; i < RECORDS; i++) {
        send(&harness, task, due, order[i]);
        restart(&harness, between);
        harness_must_settle(&harness);
    }
    struct task after = harness_task(&harness, task);
    assert_int_equal(after.state, STATE_REPORTED);
    assert_true(after.report.in_time);
    assert_int_equal(task_clock(&after, CLOCK_DUE, 0)->status, CLOCK_PAUSED);
    assert_false(after.was_late);
    harness_check_history(&harness);
    harness_release(&harness);
}

static void the_verdict_depends_on_when_it_was_received_alone(void **state)
{
    (void)state;
    for (int order = 0; order < ORDERS; order++) {
        for (int between = 0; between < BETWEEN_COUNT; between++)
            check(orders[order], (enum between)between);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_verdict_depends_on_when_it_was_received_alone),
    };
    return cmocka_run_group_tests_name("engine_order", tests, NULL, NULL);
}
