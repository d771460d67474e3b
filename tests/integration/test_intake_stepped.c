/* The door under the stepped clock, on a real broker: what is received at T is stamped T, and every door says T − 1 ms
 * once per step, when everything before it has been handed over. */
#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "calendar_fixture.h"
#include "intake_stage.h"
#include "wire/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define TASK "abcdefghijklmnopqrstuvwxya"
#define SIGN "{\"id\":\"p-1\",\"type\":\"duban.v1.sign\",\"task\":\"" TASK "\"}"

static struct stage *stage;
static struct arena *scratch;

static int set_up(void **state)
{
    (void)state;
    stage = stage_new(true);
    scratch = arena_new(LIMIT_ARENA_BYTES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stage_free(stage);
    arena_free(scratch);
    return 0;
}

static struct watermark mark_at(size_t index)
{
    const struct kept *kept = stage_at(stage, TOPIC_WATERMARKS, index);
    struct watermark mark;
    struct wire_fault fault;
    assert_true(wire_decode(&wire_watermark, kept->value, kept->value_bytes, LIMIT_COMMAND_BYTES, scratch,
                            &mark, &fault));
    return mark;
}

static size_t marks_of(const char *door, struct instant at)
{
    size_t count = 0;
    arena_reset(scratch);
    for (size_t i = 0; i < stage_count(stage, TOPIC_WATERMARKS); i++) {
        struct watermark mark = mark_at(i);
        count += text_equal(mark.door, door) && mark.at.ms == at.ms;
    }
    return count;
}

static bool every_door_has_said(struct stage *unused, const void *wanted)
{
    const struct instant *at = wanted;
    (void)unused;
    const struct registry *registry = stage_registry(stage);
    for (uint32_t i = 0; i < registry->unit_count; i++) {
        if (registry->units[i].inbox && marks_of(registry->units[i].id, *at) == 0)
            return false;
    }
    return marks_of("http", *at) > 0;
}

static void step(uint64_t seq, struct instant now)
{
    const struct instant before = instant_add(now, -1);
    stage_publish_clock(stage, seq, now);
    stage_wait(stage, every_door_has_said, &before, "every door");
}

static struct command wait_command(size_t index)
{
    struct command command;
    struct wire_fault fault;
    while (stage_count(stage, TOPIC_COMMANDS) <= index) {
        struct call *call = stage_get(stage, "", "/readyz");
        stage_wait_call(stage, call);
    }
    arena_reset(scratch);
    const struct kept *kept = stage_at(stage, TOPIC_COMMANDS, index);
    assert_true(wire_decode(&wire_command, kept->value, kept->value_bytes, LIMIT_COMMAND_BYTES, scratch,
                            &command, &fault));
    return command;
}

/* In flight, as /settled says it: the driver waits for zero. */
static int64_t in_flight(void)
{
    struct call *call = stage_get(stage, "", "/settled");
    stage_wait_call(stage, call);
    assert_int_equal(call->status, 200);
    const char *at = strstr(call->body, "\"in_flight\"");
    if (at == NULL)
        return 0; /* absent is zero */
    at += strcspn(at, "0123456789");
    return strtoll(at, NULL, 10);
}

static void wait_settled(void)
{
    while (in_flight() != 0)
        continue;
}

static void each_door_speaks_once_per_step(void **state)
{
    struct instant first = instant_at("2023-02-01T09:00"), second = instant_at("2023-02-01T09:30");
    (void)state;
    stage_publish_registry(stage);
    stage_start_intake(stage);
    step(1, first);
    wait_settled();
    size_t after_one = stage_count(stage, TOPIC_WATERMARKS);
    step(2, second);
    wait_settled();
    assert_int_equal(stage_count(stage, TOPIC_WATERMARKS), 2 * after_one);
    assert_int_equal(marks_of("finance", instant_add(first, -1)), 1);
    assert_int_equal(marks_of("finance", instant_add(second, -1)), 1);
    assert_int_equal(marks_of("http", instant_add(second, -1)), 1);
    for (size_t i = 0; i < stage_count(stage, TOPIC_WATERMARKS); i++) {
        struct instant at = mark_at(i).at;
        assert_true(at.ms == first.ms - 1 || at.ms == second.ms - 1);
    }
}

static void what_comes_at_a_step_is_stamped_with_it(void **state)
{
    struct instant now = instant_at("2023-02-01T09:00"), later = instant_at("2023-03-31T17:30");
    (void)state;
    stage_publish_registry(stage);
    stage_start_intake(stage);
    /* It came before the first step: it waits for one. */
    struct stage_letter early = stage_letter("m-1", "duban.v1.sign", TASK, "{}");
    stage_send(stage, &early);
    step(1, now);
    assert_int_equal(wait_command(0).received_at.ms, now.ms);
    wait_settled();

    step(2, later);
    struct stage_letter letter = stage_letter("m-2", "duban.v1.sign", TASK, "{}");
    stage_send(stage, &letter);
    assert_int_equal(wait_command(1).received_at.ms, later.ms);
    wait_settled();
    struct call *call = stage_post(stage, STAGE_TOKEN, "?wait=0", SIGN, strlen(SIGN));
    stage_wait_call(stage, call);
    assert_int_equal(call->status, 202);
    assert_int_equal(wait_command(2).received_at.ms, later.ms);
}

static void an_open_request_is_in_flight(void **state)
{
    struct instant now = instant_at("2023-02-01T09:00");
    (void)state;
    stage_publish_registry(stage);
    stage_start_intake(stage);
    step(1, now);
    wait_settled();
    struct call *call = stage_post(stage, STAGE_TOKEN, "", SIGN, strlen(SIGN));
    struct command command = wait_command(0);
    assert_true(in_flight() > 0);
    struct event event;
    wire_blank(&wire_event, &event);
    event.task_id = TASK;
    event.seq = 1;
    event.type = EVENT_SIGNED;
    event.now = event.received_at = now;
    event.cause = command.command_id;
    event.actor = command.actor;
    event.content = command.content;
    event.body = command.body;
    stage_publish_event(stage, &event);
    stage_wait_call(stage, call);
    assert_int_equal(call->status, 200);
    wait_settled();
}

static void a_restart_knows_the_time_before_it_reads_an_inbox(void **state)
{
    struct instant first = instant_at("2023-02-01T09:00"), second = instant_at("2023-02-28T09:00");
    (void)state;
    stage_publish_registry(stage);
    stage_start_intake(stage);
    step(1, first);
    step(2, second);
    wait_settled();
    (void)stage_end_intake(stage, SIGKILL);
    struct stage_letter letter = stage_letter("m-1", "duban.v1.sign", TASK, "{}");
    stage_send(stage, &letter);
    stage_start_intake(stage);
    assert_int_equal(wait_command(0).received_at.ms, second.ms);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(each_door_speaks_once_per_step),
        TEST(what_comes_at_a_step_is_stamped_with_it),
        TEST(an_open_request_is_in_flight),
        TEST(a_restart_knows_the_time_before_it_reads_an_inbox),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
