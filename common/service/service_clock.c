/* Time for a program: the real clock, or the stepped one of a rehearsal, and the one timer that follows either. The
 * program says when it wants to be called (next_timer); nobody arms or cancels anything. */
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "service/service_internal.h"
#include "wire/messages.h"
#include "wire/records.h"

enum {
    LONGEST_WAIT_MS = 60 * 1000, /* wall time may be set; look again */
    STUCK_MS = 10,               /* a timer that could not do its work (a full buffer) is called again */
    CLOCK_ARENA_BYTES = 64 * 1024,
};

static bool read_clock(const struct log_record *record, struct service_clock *ret_clock)
{
    struct clock_tick tick;
    struct wire_fault fault;
    struct arena *arena = arena_new(CLOCK_ARENA_BYTES);
    bool fine = record->value != NULL &&
                wire_decode(&wire_clock_tick, record->value, record->value_bytes, LIMIT_COMMAND_BYTES, arena,
                            &tick, &fault) &&
                tick.seq > 0 && instant_is_set(tick.now);
    arena_free(arena);
    if (fine)
        *ret_clock = (struct service_clock){(int64_t)tick.seq, tick.now};
    return fine;
}

enum status service_take_clock(struct service *service, const struct log_record *record)
{
    struct service_clock clock;
    if (!read_clock(record, &clock)) {
        log_warn("ignoring a clock record that is none offset=%lld", (long long)record->offset);
        return STATUS_REJECT;
    }
    pthread_mutex_lock(&service->mutex);
    bool forward = clock.seq > service->clock.seq && clock.now.ms >= service->clock.now.ms;
    if (forward)
        service->clock = clock;
    pthread_mutex_unlock(&service->mutex);
    if (!forward)
        return STATUS_OK; /* a repeat */
    service->timer_retry = (struct monotonic){0};
    if (service->descriptor->on_clock != NULL)
        service->descriptor->on_clock(service, clock.now);
    service_engine_wake(service);
    return STATUS_OK;
}

struct service_clock service_clock(struct service *service)
{
    if (!service->stepped)
        return (struct service_clock){0, instant_now()};
    pthread_mutex_lock(&service->mutex);
    struct service_clock clock = service->clock;
    pthread_mutex_unlock(&service->mutex);
    return clock;
}

struct instant service_now(struct service *service)
{
    return service->stepped ? service_clock(service).now : loop_now(service->loop);
}

struct instant service_next_timer(struct service *service)
{
    if (service->descriptor->next_timer == NULL || !service_caught_up(service))
        return INSTANT_NONE;
    return service->descriptor->next_timer(service);
}

void service_on_timer(void *context)
{
    struct service *service = context;
    struct instant now = service_now(service);
    struct instant due = service_next_timer(service);
    if (service_stopping(service) || !instant_is_set(due) || !instant_is_set(now) || due.ms > now.ms)
        return; /* the end of the turn arms it again */
    service->descriptor->on_timer(service, now);
    due = service_next_timer(service);
    if (instant_is_set(due) && due.ms <= now.ms)
        service->timer_retry = (struct monotonic){monotonic_now().ns + (int64_t)STUCK_MS * 1000 * 1000};
}

void service_refresh_timer(void *context)
{
    struct service *service = context;
    struct instant due = service_next_timer(service);
    struct instant now = service_now(service);
    if (!instant_is_set(due) || !instant_is_set(now)) {
        loop_timer_stop(service->timer);
    } else if (due.ms <= now.ms) {
        int64_t early_ns = service->timer_retry.ns - monotonic_now().ns;
        loop_timer_start(service->timer, early_ns > 0 ? early_ns / (1000 * 1000) + 1 : 0);
    } else if (service->stepped) {
        loop_timer_stop(service->timer); /* the next step looks again */
    } else {
        int64_t wait = due.ms - now.ms;
        loop_timer_start(service->timer, wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS);
    }
}
