/* deadly_port.c: see deadly_port.h. */
#include "deadly_port.h"

struct deadly_port {
    struct log_port port;
    struct log_port *inner;
    long
        steps_left; /* each call is two: before it has done anything, and after it has done all; 0: immortal */
};

static struct deadly_port deadly;
jmp_buf deadly_death;

void deadly_arm(long steps)
{
    deadly.steps_left = steps;
}

static void step(void)
{
    if (deadly.steps_left > 0 && --deadly.steps_left == 0)
        longjmp(deadly_death, 1);
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

static void deadly_commit_start(void *self, const struct log_offset *offsets, size_t count)
{
    (void)self;
    step();
    log_port_commit_start(deadly.inner, offsets, count);
    step();
}

static bool deadly_commit_ended(void *self, bool wait, enum log_outcome *ret_outcome)
{
    (void)self;
    step();
    bool ended = log_port_commit_ended(deadly.inner, wait, ret_outcome);
    step();
    return ended;
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

struct log_port *deadly_between(struct ledger_harness *harness, struct log_port *port)
{
    (void)harness;
    static const struct log_port_operations operations = {
        .poll = deadly_poll,
        .begin = deadly_begin,
        .produce = deadly_produce,
        .commit_start = deadly_commit_start,
        .commit_ended = deadly_commit_ended,
        .pause = deadly_pause,
        .resume = deadly_resume,
        .restore = deadly_restore,
    };
    deadly.port = (struct log_port){.operations = &operations, .self = NULL};
    deadly.inner = port;
    return &deadly.port;
}
