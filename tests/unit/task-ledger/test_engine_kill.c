/* The single writer killed before and after every single call of the log: between any two produced records,
 * before and after each commit, in the middle of restoring. Whatever happens, the log afterwards says what
 * it would have said without. */
#include "deadly_port.h"
#include "ledger_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

enum { TASKS = 2, ACTS = 4 };

static const char *reference_of(int index, char text[16])
{
    snprintf(text, 16, "W-%d", index);
    return text;
}

/* The life of every task, act by act: what comes next for each of them is sent in one go. */
static void send_act(struct ledger_harness *harness, int act)
{
    char reference[16];
    for (int i = 0; i < TASKS; i++) {
        const char *task = harness_task_of(harness, reference_of(i, reference));
        struct command command;
        char id[32];
        snprintf(id, sizeof(id), "act-%d-%d", act, i);
        switch (act) {
        case 0:
            command = harness_draft(harness, reference, i);
            break;
        case 1:
            command = harness_by_person(harness, "hotline-clerk", task, TRIGGER_REGISTER, id);
            command.body.registration.lead_unit = "housing";
            break;
        case 2:
            command = harness_by_person(harness, "hotline-clerk", task, TRIGGER_ASSIGN, id);
            break;
        default:
            command = harness_by_person(harness, "housing-handler", task, TRIGGER_SIGN, id);
            break;
        }
        harness_send(harness, &command);
    }
}

/* The life of a few tasks; dies at that step, starts again, and goes on. True: it has died. */
static bool live_and_die_once(struct ledger_harness *harness, long steps)
{
    static volatile bool died;
    died = false;
    for (volatile int act = 0; act < ACTS; act++) {
        send_act(harness, act);
        if (setjmp(deadly_death) == 0) {
            if (act == 0)
                deadly_arm(steps);
            harness_must_settle(harness);
        } else {
            died = true;
            harness_kill(harness);
            harness_start(harness);
            harness_must_settle(harness);
        }
    }
    deadly_arm(0);
    return died;
}

static void a_kill_before_and_after_every_call_of_the_log_changes_nothing(void **state)
{
    (void)state;
    bool died = true;
    long steps = 1;
    for (; died; steps++) {
        struct ledger_harness harness;
        harness_init(&harness);
        harness.between = deadly_between;
        harness_start(&harness);
        harness_bootstrap(&harness);
        const size_t before = harness_count(&harness, "events");
        died = live_and_die_once(&harness, steps);
        harness_check_history(&harness);
        for (int i = 0; i < TASKS; i++) {
            char reference[16];
            struct task task = harness_task(&harness, harness_task_of(&harness, reference_of(i, reference)));
            assert_int_equal(task.state, STATE_IN_PROGRESS);
            assert_in_range(task.number.sequence, 1, TASKS);
        }
        static size_t undisturbed_events;
        if (steps == 1)
            undisturbed_events = harness_count(&harness, "events") - before;
        assert_int_equal(harness_count(&harness, "events") - before, undisturbed_events);
        harness_release(&harness);
    }
    assert_true(steps > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kill_before_and_after_every_call_of_the_log_changes_nothing),
    };
    return cmocka_run_group_tests_name("engine_kill", tests, NULL, NULL);
}
