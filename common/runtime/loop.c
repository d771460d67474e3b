/* The event loop: a thin cover over libevent that adds turns. A turn is one wait and all callbacks it led to; the clock
 * is read at most once in it, so that everything decided in one turn is decided at one time. */
#include "runtime/loop.h"

#include "base/arena.h"
#include "runtime/loop_internal.h"
#include <assert.h>
#include <event2/thread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct deferred_call {
    struct deferred_call *next;
    loop_callback callback;
    void *context;
};

enum { STOP_SIGNALS = 2 };

struct loop {
    struct event_base *base;
    struct loop_wakeup *stop_wakeup;
    atomic_bool stopping;

    bool in_turn;
    bool now_is_read;
    struct instant now;

    struct event *deferred_event;
    struct deferred_call *deferred;
    struct deferred_call **deferred_end;

    struct event *signals[STOP_SIGNALS];
    loop_callback on_signal;
    void *signal_context;

    loop_callback on_turn;
    void *turn_context;
};

struct loop_timer {
    struct event *event;
    loop_callback callback;
    void *context;
};

struct loop_wakeup {
    struct event *event;
    int fd;
    loop_callback callback;
    void *context;
};

static void run_deferred(evutil_socket_t fd, short what, void *context)
{
    struct loop *loop = context;
    (void)fd;
    (void)what;

    /* What is deferred meanwhile belongs to the next turn. */
    struct deferred_call *call = loop->deferred;
    loop->deferred = NULL;
    loop->deferred_end = &loop->deferred;
    while (call != NULL) {
        struct deferred_call *next = call->next;
        call->callback(call->context);
        free(call);
        call = next;
    }
}

static void nothing(void *context)
{
    (void)context;
}

struct loop *loop_new(void)
{
    signal(SIGPIPE, SIG_IGN);
    evthread_use_pthreads();

    struct loop *loop = must_alloc(sizeof *loop);
    loop->base = event_base_new();
    assert(loop->base != NULL);
    loop->deferred_end = &loop->deferred;
    loop->deferred_event = event_new(loop->base, -1, 0, run_deferred, loop);
    assert(loop->deferred_event != NULL);
    /* It also keeps the loop waiting when nothing else is registered. */
    loop->stop_wakeup = loop_wakeup_new(loop, nothing, NULL);
    return loop;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    for (int i = 0; i < STOP_SIGNALS; i++)
        if (loop->signals[i] != NULL)
            event_free(loop->signals[i]);
    while (loop->deferred != NULL) {
        struct deferred_call *next = loop->deferred->next;
        free(loop->deferred);
        loop->deferred = next;
    }
    event_free(loop->deferred_event);
    loop_wakeup_free(loop->stop_wakeup);
    event_base_free(loop->base);
    free(loop);
}

struct event_base *loop_base(struct loop *loop)
{
    return loop->base;
}

void loop_turn(struct loop *loop)
{
    assert(!loop->in_turn);
    loop->in_turn = true;
    loop->now_is_read = false;
    event_base_loop(loop->base, EVLOOP_ONCE);
    if (loop->on_turn != NULL)
        loop->on_turn(loop->turn_context);
    loop->in_turn = false;
}

void loop_run(struct loop *loop)
{
    while (!loop_stopping(loop))
        loop_turn(loop);
}

void loop_stop(struct loop *loop)
{
    atomic_store(&loop->stopping, true);
    loop_wakeup_send(loop->stop_wakeup);
}

bool loop_stopping(const struct loop *loop)
{
    return atomic_load(&loop->stopping);
}

struct instant loop_now(struct loop *loop)
{
    if (!loop->in_turn)
        return instant_now();
    if (!loop->now_is_read) {
        loop->now = instant_now();
        loop->now_is_read = true;
    }
    return loop->now;
}

static void on_stop_signal(evutil_socket_t number, short what, void *context)
{
    struct loop *loop = context;
    (void)number;
    (void)what;

    /* From now on the signals have their default effect: a second one kills. */
    for (int i = 0; i < STOP_SIGNALS; i++)
        event_del(loop->signals[i]);
    if (loop->on_signal != NULL)
        loop->on_signal(loop->signal_context);
    else
        loop_stop(loop);
}

void loop_on_stop_signal(struct loop *loop, loop_callback callback, void *context)
{
    static const int numbers[STOP_SIGNALS] = {SIGTERM, SIGINT};

    loop->on_signal = callback;
    loop->signal_context = context;
    for (int i = 0; i < STOP_SIGNALS; i++) {
        if (loop->signals[i] == NULL)
            loop->signals[i] = evsignal_new(loop->base, numbers[i], on_stop_signal, loop);
        assert(loop->signals[i] != NULL);
        event_add(loop->signals[i], NULL);
    }
}

void loop_on_turn(struct loop *loop, loop_callback callback, void *context)
{
    loop->on_turn = callback;
    loop->turn_context = context;
}

void loop_defer(struct loop *loop, loop_callback callback, void *context)
{
    struct deferred_call *call = must_alloc(sizeof *call);
    call->callback = callback;
    call->context = context;
    *loop->deferred_end = call;
    loop->deferred_end = &call->next;

    /* A timer of zero, not event_active: an active event would run in this turn and could starve the others. */
    event_add(loop->deferred_event, &(struct timeval){0});
}

/* --- timers ------------------------------------------------------------------------------------------ */

static void on_timeout(evutil_socket_t fd, short what, void *context)
{
    const struct loop_timer *timer = context;
    (void)fd;
    (void)what;
    timer->callback(timer->context); /* may free the timer */
}

struct loop_timer *loop_timer_new(struct loop *loop, loop_callback callback, void *context)
{
    struct loop_timer *timer = must_alloc(sizeof *timer);
    timer->callback = callback;
    timer->context = context;
    timer->event = evtimer_new(loop->base, on_timeout, timer);
    assert(timer->event != NULL);
    return timer;
}

void loop_timer_start(struct loop_timer *timer, int64_t delay_ms)
{
    if (delay_ms < 0)
        delay_ms = 0;
    struct timeval delay = {.tv_sec = (time_t)(delay_ms / MS_PER_SECOND),
                            .tv_usec = (suseconds_t)(delay_ms % MS_PER_SECOND * 1000)};
    event_add(timer->event, &delay);
}

void loop_timer_stop(struct loop_timer *timer)
{
    event_del(timer->event);
}

void loop_timer_free(struct loop_timer *timer)
{
    if (timer == NULL)
        return;
    event_free(timer->event);
    free(timer);
}

/* --- wake-ups ---------------------------------------------------------------------------------------- */

static void on_wakeup(evutil_socket_t fd, short what, void *context)
{
    const struct loop_wakeup *wakeup = context;
    uint64_t sends;
    (void)what;
    if (read(fd, &sends, sizeof sends) == (ssize_t)sizeof sends)
        wakeup->callback(wakeup->context); /* may free the wakeup */
}

struct loop_wakeup *loop_wakeup_new(struct loop *loop, loop_callback callback, void *context)
{
    struct loop_wakeup *wakeup = must_alloc(sizeof *wakeup);
    wakeup->callback = callback;
    wakeup->context = context;
    wakeup->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    assert(wakeup->fd >= 0);
    wakeup->event = event_new(loop->base, wakeup->fd, EV_READ | EV_PERSIST, on_wakeup, wakeup);
    assert(wakeup->event != NULL);
    event_add(wakeup->event, NULL);
    return wakeup;
}

void loop_wakeup_send(struct loop_wakeup *wakeup)
{
    /* It fails only when 2^64 sends are waiting, and then the loop is awake already. */
    uint64_t one = 1;
    ssize_t written = write(wakeup->fd, &one, sizeof one);
    (void)written;
}

int loop_wakeup_fd(const struct loop_wakeup *wakeup)
{
    return wakeup->fd;
}

void loop_wakeup_free(struct loop_wakeup *wakeup)
{
    if (wakeup == NULL)
        return;
    event_free(wakeup->event);
    close(wakeup->fd);
    free(wakeup);
}
