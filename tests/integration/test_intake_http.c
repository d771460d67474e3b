/* Persons at the door, on a real broker (BROKER, PREFIX, BIN, WORK), with the real clock. The test plays the ledger. */
#include "intake_bench.h"

static void only_a_valid_token_opens_the_http_door(void **state)
{
    struct arena *arena = stage_arena(fixture.stage);
    (void)state;
    open_doors();
    assert_int_equal(post("", SIGN)->status, 401);
    assert_int_equal(post("t1.wrong", SIGN)->status, 401);
    assert_int_equal(post(STAGE_REVOKED, SIGN)->status, 401);
    assert_int_equal(post(STAGE_TOKEN, "{")->status, 400);
    size_t huge = 10u * 1024 * 1024;
    char *body = arena_alloc(arena, huge);
    memset(body, ' ', huge);
    struct call *call = stage_post(fixture.stage, STAGE_TOKEN, "", body, huge);
    stage_wait_call(fixture.stage, call);
    assert_true(call->status == 413 || call->status == 0); /* 0: cut off while still sending */
    call = stage_get(fixture.stage, STAGE_TOKEN, "/v1/commands/" TASK);
    stage_wait_call(fixture.stage, call);
    assert_int_equal(call->status, 404);
    assert_int_equal(stage_count(fixture.stage, TOPIC_COMMANDS), 0);
}

static void a_person_is_told_what_became_of_an_act(void **state)
{
    struct stage *stage = fixture.stage;
    struct arena *arena = stage_arena(stage);
    (void)state;
    open_doors();
    struct call *call = stage_post(stage, STAGE_TOKEN, "", SIGN, strlen(SIGN));
    wait_for_commands(1);
    struct command command = command_at(0);
    assert_string_equal(command.actor.person, "finance-handler");
    assert_false(call->done);
    struct event event = event_of(&command, EVENT_SIGNED, 3);
    stage_publish_event(stage, &event);
    stage_wait_call(stage, call);
    assert_int_equal(call->status, 200);
    assert_non_null(strstr(call->body, "\"outcome\":\"accepted\""));
    assert_non_null(strstr(call->body, "\"seq\":3"));

    call = stage_get(stage, STAGE_TOKEN, arena_format(arena, "/v1/commands/%s", command.command_id));
    stage_wait_call(stage, call);
    assert_int_equal(call->status, 200);
    assert_non_null(strstr(call->body, "\"outcome\":\"accepted\""));
}

static void a_refusal_says_why_and_what_is_allowed(void **state)
{
    struct stage *stage = fixture.stage;
    (void)state;
    open_doors();
    struct call *call = stage_post(stage, STAGE_TOKEN, "", SIGN, strlen(SIGN));
    wait_for_commands(1);
    struct command command = command_at(0);
    struct event event = event_of(&command, EVENT_REFUSED, 3);
    event.refusal = refusal_make(stage_arena(stage), REFUSAL_WRONG_STATE, "trigger", "sign", "state",
                                 "closed", "allowed", "reopen,write_off", NULL);
    stage_publish_event(stage, &event);
    stage_wait_call(stage, call);
    assert_int_equal(call->status, 409);
    assert_non_null(strstr(call->body, "\"code\":\"wrong_state\""));
    assert_non_null(strstr(call->body, "\"allowed\":[\"reopen\",\"write_off\"]"));
}

static void who_does_not_wait_comes_back_later(void **state)
{
    struct stage *stage = fixture.stage;
    struct arena *arena = stage_arena(stage);
    (void)state;
    open_doors();
    struct call *call = stage_post(stage, STAGE_TOKEN, "?wait=0", SIGN, strlen(SIGN));
    stage_wait_call(stage, call);
    assert_int_equal(call->status, 202);
    wait_for_commands(1);
    struct command command = command_at(0);
    const char *path = arena_format(arena, "/v1/commands/%s", command.command_id);
    call = stage_get(stage, STAGE_TOKEN, path);
    stage_wait_call(stage, call);
    assert_int_equal(call->status, 202);
    struct event event = event_of(&command, EVENT_SIGNED, 3);
    stage_publish_event(stage, &event);
    do {
        call = stage_get(stage, STAGE_TOKEN, path);
        stage_wait_call(stage, call);
    } while (call->status == 202);
    assert_int_equal(call->status, 200);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(only_a_valid_token_opens_the_http_door),
        TEST(a_person_is_told_what_became_of_an_act),
        TEST(a_refusal_says_why_and_what_is_allowed),
        TEST(who_does_not_wait_comes_back_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
