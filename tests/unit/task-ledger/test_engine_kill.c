/* The single writer killed before and after every single call of the log: between any two produced records,
 * before and after each commit, in the middle of restoring. Whatever happens, the log afterwards says what
 * it would have said without. */
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

/* --- a port on which the process dies
 * ---------------------------------------------------------------------------------- */

struct deadly_port {
    struct log_port port;
    struct log_port *inner;
    long
        steps_left; /* each call is two: before it has done anything, and after it has done all; 0: immortal */
    jmp_buf death;
};

static struct deadly_port deadly;

static void step(void)
{
    if (deadly.steps_left > 0 && --deadly.steps_left == 0)
        longjmp(deadly.death, 1);
}

static void deadly_poll(void *self, int64_t timeout_ms, struct log_event *ret_event)
{
    (void)self;
    log_port_poll(deadly.inner, timeout_ms, ret_event);
}

static enum log_outcome deadly_begin(void *self)
{
    (void)self;
    step();
    enum log_outcome outcome = log_port_begin(deadly.inner);
    step();
    return outcome;
}

static void deadly_produce(void *self, const struct log_message *message)
{
    (void)self;
    step();
    log_port_produce(deadly.inner, message);
    step();
}

static enum log_outcome deadly_commit(void *self, const struct log_offset *offsets, size_t count)
{
    (void)self;
    step();
    enum log_outcome outcome = log_port_commit(deadly.inner, offsets, count);
    step();
    return outcome;
}

static void deadly_pause(void *self, const char *topic, int32_t partition)
{
    (void)self;
    log_port_pause(deadly.inner, topic, partition);
}

static void deadly_resume(void *self, const char *topic, int32_t partition)
{
    (void)self;
    log_port_resume(deadly.inner, topic, partition);
}

static enum status deadly_restore(void *self, struct log_offset *offsets, size_t count, log_restored callback,
                                  void *context)
{
    (void)self;
    step();
    return log_port_restore(deadly.inner, offsets, count, callback, context);
}

static struct log_port *put_deadly_between(struct ledger_harness *harness, struct log_port *port)
{
    (void)harness;
    static const struct log_port_operations operations = {
        .poll = deadly_poll,
        .begin = deadly_begin,
        .produce = deadly_produce,
        .commit = deadly_commit,
        .pause = deadly_pause,
        .resume = deadly_resume,
        .restore = deadly_restore,
    };
    deadly.port = (struct log_port){.operations = &operations, .self = NULL};
    deadly.inner = port;
    return &deadly.port;
}

/* The life of a few tasks; dies at that step, starts again, and goes on. True: it has died. */
static bool live_and_die_once(struct ledger_harness *harness, long steps)
{
    static volatile bool died;
    died = false;
    for (volatile int act = 0; act < ACTS; act++) {
        send_act(harness, act);
        if (setjmp(deadly.death) == 0) {
            if (act == 0)
                deadly.steps_left = steps;
            harness_must_settle(harness);
        } else {
            died = true;
            harness_kill(harness);
            harness_start(harness);
            harness_must_settle(harness);
        }
    }
    deadly.steps_left = 0;
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
        harness.between = put_deadly_between;
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
