#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/loop.h"
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

struct counter {
    struct loop *loop;
    struct loop_timer *timer;
    struct loop_wakeup *wakeup;
    int count, stop_at;
    struct instant first, last;
};

static void count_one(void *context)
{
    struct counter *counter = context;
    counter->count++;
    counter->last = loop_now(counter->loop);
    if (counter->count == 1)
        counter->first = counter->last;
    if (counter->count >= counter->stop_at)
        loop_stop(counter->loop);
}

static int set_up(void **state)
{
    static struct counter counter;
    counter = (struct counter){.loop = loop_new(), .stop_at = 1};
    *state = &counter;
    return 0;
}

static int tear_down(void **state)
{
    struct counter *counter = *state;
    loop_timer_free(counter->timer);
    loop_wakeup_free(counter->wakeup);
    loop_free(counter->loop);
    return 0;
}

static void a_timer_fires_once(void **state)
{
    struct counter *counter = *state;
    counter->timer = loop_timer_new(counter->loop, count_one, counter);
    loop_timer_start(counter->timer, 1);
    loop_run(counter->loop);
    assert_int_equal(counter->count, 1);
}

static void starting_again_replaces_the_time(void **state)
{
    struct counter *counter = *state;
    counter->timer = loop_timer_new(counter->loop, count_one, counter);
    loop_timer_start(counter->timer, INT32_MAX);
    loop_timer_start(counter->timer, 0);
    loop_run(counter->loop); /* would wait for ever with the first time */
    assert_int_equal(counter->count, 1);
}

static void a_stopped_timer_does_not_fire(void **state)
{
    struct counter *counter = *state;
    struct counter other = {.loop = counter->loop, .stop_at = 1};
    counter->timer = loop_timer_new(counter->loop, count_one, counter);
    loop_timer_start(counter->timer, 0);
    loop_timer_stop(counter->timer);
    struct loop_timer *later = loop_timer_new(counter->loop, count_one, &other);
    loop_timer_start(later, 5);
    loop_run(counter->loop);
    assert_int_equal(counter->count, 0);
    assert_int_equal(other.count, 1);
    loop_timer_free(later);
}

static void defer_again(void *context)
{
    struct counter *counter = context;
    count_one(counter);
    loop_defer(counter->loop, count_one, counter);
}

static void what_is_deferred_in_a_deferred_call_waits_for_the_next_turn(void **state)
{
    struct counter *counter = *state;
    counter->stop_at = 2;
    loop_defer(counter->loop, defer_again, counter);
    loop_turn(counter->loop);
    assert_int_equal(counter->count, 1);
    loop_turn(counter->loop);
    assert_int_equal(counter->count, 2);
}

static void now_stands_still_within_a_turn(void **state)
{
    struct counter *counter = *state;
    counter->stop_at = 2;
    loop_defer(counter->loop, count_one, counter);
    loop_defer(counter->loop, count_one, counter);
    loop_turn(counter->loop);
    assert_int_equal(counter->count, 2);
    assert_int_equal(counter->first.ms, counter->last.ms);
}

static void *send_many(void *context)
{
    for (int i = 0; i < 1000; i++)
        loop_wakeup_send(context);
    return NULL;
}

static void sends_from_another_thread_wake_the_loop(void **state)
{
    struct counter *counter = *state;
    pthread_t thread;
    counter->wakeup = loop_wakeup_new(counter->loop, count_one, counter);
    assert_int_equal(pthread_create(&thread, NULL, send_many, counter->wakeup), 0);
    loop_run(counter->loop);
    pthread_join(thread, NULL);
    assert_true(counter->count >= 1);
}

static void a_termination_signal_is_a_call(void **state)
{
    struct counter *counter = *state;
    loop_on_stop_signal(counter->loop, count_one, counter);
    assert_int_equal(kill(getpid(), SIGTERM), 0);
    loop_run(counter->loop);
    assert_int_equal(counter->count, 1);
}

static void the_hook_sees_the_end_of_each_turn(void **state)
{
    struct counter *counter = *state;
    struct counter deferred = {.loop = counter->loop, .stop_at = 99};
    counter->stop_at = 99;
    loop_on_turn(counter->loop, count_one, counter);
    loop_defer(counter->loop, count_one, &deferred);
    loop_turn(counter->loop);
    assert_int_equal(deferred.count, 1);
    assert_int_equal(counter->count, 1);
}

static void free_itself(void *context)
{
    struct counter *counter = context;
    loop_timer_free(counter->timer);
    counter->timer = NULL;
    count_one(counter);
}

static void a_timer_may_free_itself(void **state)
{
    struct counter *counter = *state;
    counter->timer = loop_timer_new(counter->loop, free_itself, counter);
    loop_timer_start(counter->timer, 0);
    loop_run(counter->loop);
    assert_int_equal(counter->count, 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_timer_fires_once),
        CASE(starting_again_replaces_the_time),
        CASE(a_stopped_timer_does_not_fire),
        CASE(what_is_deferred_in_a_deferred_call_waits_for_the_next_turn),
        CASE(now_stands_still_within_a_turn),
        CASE(sends_from_another_thread_wake_the_loop),
        CASE(a_termination_signal_is_a_call),
        CASE(the_hook_sees_the_end_of_each_turn),
        CASE(a_timer_may_free_itself),
    };
    return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
