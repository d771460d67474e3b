/* simulated_loop.c: see simulated.h. */
#include "simulated.h"

#include "base/arena.h"

#include <stdlib.h>
#include <utlist.h>

struct loop_timer {
    struct loop *loop;
    loop_callback callback;
    void *context;
    int64_t at_ms; /* monotonic; -1: stopped */
    struct loop_timer *prev, *next;
};

struct loop_wakeup {
    struct loop *loop;
    loop_callback callback;
    void *context;
    bool sent;
    struct loop_wakeup *prev, *next;
};

struct instant loop_now(struct loop *loop)
{
    return simulated_now(loop->service);
}

void loop_defer(struct loop *loop, loop_callback callback, void *context)
{
    struct deferred *deferred = must_alloc(sizeof(*deferred));
    *deferred = (struct deferred){callback, context, NULL};
    *loop->last_deferred = deferred;
    loop->last_deferred = &deferred->next;
}

struct loop_timer *loop_timer_new(struct loop *loop, loop_callback callback, void *context)
{
    struct loop_timer *timer = must_alloc(sizeof(*timer));
    *timer = (struct loop_timer){.loop = loop, .callback = callback, .context = context, .at_ms = -1};
    DL_APPEND(loop->timers, timer);
    return timer;
}

void loop_timer_start(struct loop_timer *timer, int64_t delay_ms)
{
    timer->at_ms = district_monotonic_ms(timer->loop->service->member->sim) + delay_ms;
}

void loop_timer_stop(struct loop_timer *timer)
{
    timer->at_ms = -1;
}

void loop_timer_free(struct loop_timer *timer)
{
    if (timer == NULL)
        return;
    DL_DELETE(timer->loop->timers, timer);
    free(timer);
}

struct loop_wakeup *loop_wakeup_new(struct loop *loop, loop_callback callback, void *context)
{
    struct loop_wakeup *wakeup = must_alloc(sizeof(*wakeup));
    *wakeup = (struct loop_wakeup){.loop = loop, .callback = callback, .context = context};
    DL_APPEND(loop->wakeups, wakeup);
    return wakeup;
}

void loop_wakeup_send(struct loop_wakeup *wakeup)
{
    wakeup->sent = true;
}

void loop_wakeup_free(struct loop_wakeup *wakeup)
{
    if (wakeup == NULL)
        return;
    DL_DELETE(wakeup->loop->wakeups, wakeup);
    free(wakeup);
}

void simulated_loop_flush(struct loop *loop)
{
    while (loop->deferred != NULL) {
        struct deferred *deferred = loop->deferred;
        loop->deferred = deferred->next;
        if (loop->deferred == NULL)
            loop->last_deferred = &loop->deferred;
        deferred->callback(deferred->context);
        free(deferred);
    }
    for (struct loop_wakeup *wakeup = loop->wakeups, *next; wakeup != NULL; wakeup = next) {
        next = wakeup->next;
        if (!wakeup->sent)
            continue;
        wakeup->sent = false;
        wakeup->callback(wakeup->context);
    }
}

void simulated_loop_run(struct loop *loop)
{
    const int64_t now_ms = district_monotonic_ms(loop->service->member->sim);
    simulated_loop_flush(loop);
    for (struct loop_timer *timer = loop->timers, *next; timer != NULL; timer = next) {
        next = timer->next;
        if (timer->at_ms < 0 || timer->at_ms > now_ms)
            continue;
        timer->at_ms = -1;
        timer->callback(timer->context);
    }
}

void simulated_loop_release(struct loop *loop)
{
    while (loop->deferred != NULL) {
        struct deferred *deferred = loop->deferred;
        loop->deferred = deferred->next;
        free(deferred);
    }
}
