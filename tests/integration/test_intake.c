/* The door as a program on a real broker (BROKER, PREFIX, BIN, WORK), with the real clock. The test plays departments
 * and the ledger. */
#include "base/buffer.h"
#include "intake_bench.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

/* --- the registry ------------------------------------------------------------------------------------------------------ */

static void the_first_registry_opens_the_doors(void **state)
{
    struct stage *stage = fixture.stage;
    struct arena *arena = stage_arena(stage);
    const char *content = wire_to_json(&wire_registry, stage_registry(stage), arena);
    struct call *call;
    (void)state;
    stage_start_intake(stage);
    do
        call = post("", arena_format(arena, "{\"id\":\"r-0\",\"type\":\"duban.v1.apply_registry\",\"data\":{"
                                            "\"bootstrap_secret\":\"wrong\",\"content\":{}}}"));
    while (call->status == 503 || call->status == 0); /* it starts */
    assert_int_equal(call->status, 401);
    assert_non_null(strstr(call->body, "wrong_secret"));
    call = post(STAGE_TOKEN, SIGN);
    assert_int_equal(call->status, 503);
    assert_non_null(strstr(call->body, "no_registry"));
    assert_true(call->retry_after_s > 0);

    struct buffer body;
    buffer_init(&body, LIMIT_HTTP_BODY_BYTES);
    buffer_format(&body,
                  "{\"id\":\"r-1\",\"type\":\"duban.v1.apply_registry\",\"data\":{\"base_version\":0,"
                  "\"bootstrap_secret\":\"%s\",\"content\":%s}}",
                  STAGE_SECRET, content);
    call = stage_post(stage, "", "", body.data, body.length);
    buffer_release(&body);
    wait_for_commands(1);
    struct command command = command_at(0);
    assert_int_equal(command.body.trigger, TRIGGER_APPLY_REGISTRY);
    assert_string_equal(command.task_id, "registry");
    size_t bytes;
    const void *expected = wire_encode(&wire_registry, stage_registry(stage), arena, &bytes);
    assert_int_equal(command.body.apply_registry.content_bytes, bytes);
    assert_memory_equal(command.body.apply_registry.content, expected, bytes);

    stage_publish_registry(stage);
    struct event event = event_of(&command, EVENT_REGISTRY_PUBLISHED, 1);
    event.body.apply_registry.bootstrap_secret = "";
    stage_publish_event(stage, &event);
    stage_wait_call(stage, call);
    assert_int_equal(call->status, 200);
    wait_watermark("finance", (struct instant){1});
}

/* --- inboxes ------------------------------------------------------------------------------------------------------------ */

static void a_good_letter_becomes_a_command_as_of_its_arrival(void **state)
{
    (void)state;
    open_doors();
    struct stage_letter letter = stage_letter("m-1", "duban.v1.sign", TASK, "{}");
    stage_send(fixture.stage, &letter);
    wait_for_commands(1);
    struct command command = command_at(0);
    const struct kept *kept = stage_at(fixture.stage, TOPIC_COMMANDS, 0);
    assert_string_equal(kept->key, TASK);
    assert_int_equal(kept->partition, partition_of(TASK, STAGE_PARTITIONS));
    assert_int_equal(command.inbox.offset, 0);
    assert_string_equal(command.inbox.inbox, "finance");
    assert_true(command.received_at.ms <= kept->timestamp.ms &&
                command.received_at.ms > kept->timestamp.ms - 60000);
    /* A watermark that has passed the arrival comes after the command. */
    wait_watermark("finance", command.received_at);
}

static void wrong_letters_are_answered_and_never_repeated(void **state)
{
    (void)state;
    open_doors();
    struct stage_letter garbage = stage_letter("m-1", "duban.v1.progress", TASK, "not json 13800138000");
    struct stage_letter range = stage_letter("m-2", "duban.v1.progress", TASK, "{\"percent\":101}");
    struct stage_letter other = stage_letter("m-3", "duban.v1.sign", TASK, "{}");
    struct stage_letter unstamped = stage_letter("m-4", "duban.v1.sign", TASK, "{}");
    struct stage_letter last = stage_letter("m-5", "duban.v1.sign", TASK, "{}");
    other.source = "urn:duban:housing:oa";
    unstamped.unit = "housing";
    unstamped.source = "urn:duban:housing:oa";
    const struct stage_letter *const letters[] = {&garbage, &range, &other, &unstamped, &last};
    for (size_t i = 0; i < 5; i++)
        stage_send(fixture.stage, letters[i]);

    const struct kept *told = wait_told("finance", "\"malformed\"");
    assert_non_null(strstr(told->headers, "ce_type=duban.v1.refused\n"));
    assert_non_null(strstr(told->value, "inbox.finance\",\"offset\":0"));
    told = wait_told("finance", "\"field_range\"");
    assert_non_null(strstr(told->value, "\"field\":\"percent\""));
    (void)wait_told("finance", "\"wrong_source\"");
    (void)wait_told("housing", "\"timestamp_type\"");
    wait_for_commands(1);
    assert_string_equal(command_at(0).message.id, "m-5");
    assert_int_equal(stage_count(fixture.stage, TOPIC_COMMANDS), 1);
    assert_int_equal(stage_count(fixture.stage, TOPIC_DEAD_LETTERS), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct kept *dead = stage_at(fixture.stage, TOPIC_DEAD_LETTERS, i);
        assert_null(memmem(dead->value, dead->value_bytes, "13800138000", 11));
        assert_null(memmem(dead->value, dead->value_bytes, "not json", 8));
    }
}

static void each_letter_gets_through_whatever_happens_to_the_program(void **state)
{
    enum { LETTERS = 400 };
    struct arena *arena = stage_arena(fixture.stage);
    bool seen[LETTERS] = {false};
    (void)state;
    open_doors();
    for (int i = 0; i < LETTERS; i++) {
        struct stage_letter letter =
            stage_letter(arena_format(arena, "m-%d", i), "duban.v1.progress", TASK, "{\"percent\":1}");
        stage_send(fixture.stage, &letter);
        if (i == LETTERS / 4 || i == LETTERS / 2) {
            wait_for_commands((size_t)i / 4);
            (void)stage_end_intake(fixture.stage, i == LETTERS / 4 ? SIGKILL : SIGTERM);
            stage_start_intake(fixture.stage);
        }
    }
    int missing = LETTERS;
    size_t looked = 0, expected = 0;
    while (missing > 0) {
        wait_for_commands(looked + 1);
        struct command command = command_at(looked++);
        size_t offset = (size_t)command.inbox.offset;
        assert_true(offset < LETTERS);
        /* First appearances are in order; what comes again had come before. */
        assert_true(offset == expected || seen[offset]);
        expected += offset == expected;
        missing -= !seen[offset];
        seen[offset] = true;
    }
}

/* --- outboxes ------------------------------------------------------------------------------------------------------------- */

static void the_ledgers_word_goes_to_those_it_concerns(void **state)
{
    struct arena *arena = stage_arena(fixture.stage);
    (void)state;
    open_doors();
    struct stage_letter letter = stage_letter("m-1", "duban.v1.sign", TASK, "{}");
    stage_send(fixture.stage, &letter);
    wait_for_commands(1);
    struct command command = command_at(0);

    struct event event = event_of(&command, EVENT_SIGNED, 7);
    const char *audience[] = {"finance", "housing", "supervision"}; /* the last has no outbox */
    event.audience = (struct text_list){audience, 3};
    event.reference = "F-1";
    event.registry_version = 1;
    stage_publish_event(fixture.stage, &event);
    const struct kept *own = wait_told("finance", "\"event\":\"signed\"");
    const struct kept *other = wait_told("housing", "\"event\":\"signed\"");
    assert_string_equal(own->key, TASK);
    assert_non_null(strstr(own->headers, "ce_type=duban.v1.signed\n"));
    assert_non_null(strstr(own->headers, "ce_reference=F-1\n"));
    assert_non_null(strstr(own->value, "\"id\":\"m-1\""));
    assert_null(strstr(other->value, "\"id\":\"m-1\""));

    struct answer_record answer;
    wire_blank(&wire_answer, &answer);
    answer.command_id = command.command_id;
    answer.task_id = TASK;
    answer.trigger = TRIGGER_SIGN;
    answer.actor = command.actor;
    answer.message = command.message;
    answer.received_at = command.received_at;
    answer.refusal = refusal_make(arena, REFUSAL_UNKNOWN_TASK, "task", TASK, NULL);
    stage_publish_answer(fixture.stage, &answer);
    (void)wait_told("finance", "\"unknown_task\"");

    /* What was told is not told again after a restart. */
    assert_int_equal(stage_end_intake(fixture.stage, SIGTERM), 0);
    size_t before = stage_count(fixture.stage, TOPIC_OUTBOX);
    stage_start_intake(fixture.stage);
    event.seq = 8;
    event.type = EVENT_PROGRESSED;
    stage_publish_event(fixture.stage, &event);
    (void)wait_told("finance", "\"progressed\"");
    (void)wait_told("housing", "\"progressed\"");
    assert_int_equal(stage_count(fixture.stage, TOPIC_OUTBOX), before + 2);
}

/* A ledger that was brought up to date before the door: guessing at its words would tell a unit something else. Started
 * again, the door comes to the same place and stops again; nothing behind it is told. */
static void words_of_a_newer_ledger_stop_the_door(void **state)
{
    (void)state;
    open_doors();
    struct stage_letter letter = stage_letter("m-1", "duban.v1.sign", TASK, "{}");
    stage_send(fixture.stage, &letter);
    wait_for_commands(1);
    struct command command = command_at(0);
    struct event event = event_of(&command, EVENT_SIGNED, 7);
    const char *audience[] = {"finance"};
    event.audience = (struct text_list){audience, 1};
    event.registry_version = 1;
    stage_publish_event(fixture.stage, &event);
    (void)wait_told("finance", "\"event\":\"signed\"");
    event.seq = 8;
    stage_publish_newer_event(fixture.stage, &event);
    event.seq = 9;
    event.type = EVENT_PROGRESSED;
    stage_publish_event(fixture.stage, &event);
    const size_t told = stage_count(fixture.stage, TOPIC_OUTBOX);
    for (int start = 0; start < 2; start++) {
        if (start > 0)
            stage_start_intake(fixture.stage);
        int status = stage_wait_end(fixture.stage);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE);
    }
    assert_int_equal(stage_count(fixture.stage, TOPIC_OUTBOX), told);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(the_first_registry_opens_the_doors),
        TEST(a_good_letter_becomes_a_command_as_of_its_arrival),
        TEST(wrong_letters_are_answered_and_never_repeated),
        TEST(each_letter_gets_through_whatever_happens_to_the_program),
        TEST(the_ledgers_word_goes_to_those_it_concerns),
        TEST(words_of_a_newer_ledger_stop_the_door),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
