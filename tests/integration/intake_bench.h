/* intake_bench.h: what the tests of the door with the real clock share: a stage of one test, and looking at it. */
#ifndef DUBAN_TESTS_INTAKE_BENCH_H
#define DUBAN_TESTS_INTAKE_BENCH_H

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "intake_stage.h"
#include "wire/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

#define TASK "abcdefghijklmnopqrstuvwxya"
#define SIGN "{\"id\":\"p-1\",\"type\":\"duban.v1.sign\",\"task\":\"" TASK "\"}"

struct fixture {
    struct stage *stage;
    struct arena *scratch; /* of one look */
};

static struct fixture fixture; /* conditions get the stage only */

/* --- looking ------------------------------------------------------------------------------------------------------ */

static inline struct command command_at(size_t index)
{
    const struct kept *kept = stage_at(fixture.stage, TOPIC_COMMANDS, index);
    struct command command;
    struct wire_fault fault;
    assert_true(wire_decode(&wire_command, kept->value, kept->value_bytes,
                            LIMIT_REGISTRY_BYTES + LIMIT_COMMAND_BYTES, fixture.scratch, &command, &fault));
    return command;
}

static inline bool commands_are_there(struct stage *stage, const void *wanted)
{
    return stage_count(stage, TOPIC_COMMANDS) >= *(const size_t *)wanted;
}

static inline void wait_for_commands(size_t count)
{
    stage_wait(fixture.stage, commands_are_there, &count, "commands");
    arena_reset(fixture.scratch);
}

/* A record in this unit's outbox whose text holds the other. */
struct told {
    const char *unit, *text;
};

static inline const struct kept *find_told(const struct told *told)
{
    for (size_t i = 0; i < stage_count(fixture.stage, TOPIC_OUTBOX); i++) {
        const struct kept *kept = stage_at(fixture.stage, TOPIC_OUTBOX, i);
        if (text_equal(kept->unit, told->unit) && strstr(kept->value, told->text) != NULL)
            return kept;
    }
    return NULL;
}

static inline bool is_told(struct stage *stage, const void *wanted)
{
    (void)stage;
    return find_told(wanted) != NULL;
}

static inline const struct kept *wait_told(const char *unit, const char *text)
{
    const struct told told = {unit, text};
    stage_wait(fixture.stage, is_told, &told, text);
    return find_told(&told);
}

static inline struct instant watermark_of(const char *door)
{
    struct instant last = INSTANT_NONE;
    for (size_t i = 0; i < stage_count(fixture.stage, TOPIC_WATERMARKS); i++) {
        const struct kept *kept = stage_at(fixture.stage, TOPIC_WATERMARKS, i);
        struct watermark mark;
        struct wire_fault fault;
        arena_reset(fixture.scratch);
        assert_true(wire_decode(&wire_watermark, kept->value, kept->value_bytes, LIMIT_COMMAND_BYTES,
                                fixture.scratch, &mark, &fault));
        if (text_equal(mark.door, door)) {
            assert_true(mark.at.ms > last.ms);
            last = mark.at;
        }
    }
    return last;
}

struct moment {
    const char *door;
    struct instant at;
};

static inline bool has_passed(struct stage *stage, const void *wanted)
{
    const struct moment *moment = wanted;
    (void)stage;
    return watermark_of(moment->door).ms >= moment->at.ms;
}

static inline void wait_watermark(const char *door, struct instant at)
{
    const struct moment moment = {door, at};
    stage_wait(fixture.stage, has_passed, &moment, door);
}

/* --- life of a test --------------------------------------------------------------------------------------------------- */

static inline int set_up(void **state)
{
    (void)state;
    fixture = (struct fixture){.stage = stage_new(false), .scratch = arena_new(LIMIT_REGISTRY_ARENA_BYTES)};
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    stage_free(fixture.stage);
    arena_free(fixture.scratch);
    return 0;
}

static inline void open_doors(void)
{
    stage_publish_registry(fixture.stage);
    stage_start_intake(fixture.stage);
    wait_watermark("finance", (struct instant){1});
    wait_watermark("http", (struct instant){1});
}

static inline struct call *post(const char *token, const char *body)
{
    struct call *call = stage_post(fixture.stage, token, "", body, strlen(body));
    stage_wait_call(fixture.stage, call);
    return call;
}

static inline struct event event_of(const struct command *command, enum event_type type, uint64_t seq)
{
    struct event event;
    wire_blank(&wire_event, &event);
    event.task_id = command->task_id;
    event.seq = seq;
    event.type = type;
    event.now = event.received_at = command->received_at;
    event.cause = command->command_id;
    event.actor = command->actor;
    event.message = command->message;
    event.content = command->content;
    event.body = command->body;
    event.state = STATE_IN_PROGRESS;
    return event;
}

#endif
