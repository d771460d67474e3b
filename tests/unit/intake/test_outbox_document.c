/* What a unit's systems are told, and what not. */
#include "outbox_document.h"

#include "admission_bench.h"
#include "domain/catalogue.h"
#include "http_answer.h"
#include "wire/messages.h"
#include "wire/tree.h"

static struct event signed_event(struct bench *bench)
{
    static struct clock clocks[1];
    struct event event;
    wire_blank(&wire_event, &event);
    event.task_id = SOME_TASK;
    event.seq = 3;
    event.type = EVENT_SIGNED;
    event.now = event.received_at = instant_at(RECEIVED);
    event.cause = "cause";
    event.actor.unit = "finance";
    event.actor.system = FINANCE_SOURCE;
    event.actor.door = DOOR_KAFKA;
    event.message = (struct message_id){"finance", FINANCE_SOURCE, "m-1"};
    event.reference = "F-1";
    event.state = STATE_IN_PROGRESS;
    event.body.trigger = TRIGGER_SIGN;
    clocks[0] = (struct clock){.id = CLOCK_DUE,
                               .status = CLOCK_RUNNING,
                               .unit = "finance",
                               .person = "",
                               .last_day = date_at("2023-03-31"),
                               .due = instant_at("2023-04-01T00:00"),
                               .version = 2};
    event.clocks = clocks;
    event.clock_count = 1;
    (void)bench;
    return event;
}

static const struct tree *parsed(struct bench *bench, const void *json, size_t bytes)
{
    const struct tree *tree = NULL;
    struct wire_fault fault;
    assert_true(tree_from_json(json, bytes, LIMIT_EVENT_BYTES, bench->arena, &tree, &fault));
    return tree;
}

static const char *text_at(const struct tree *tree, const char *path)
{
    return tree_at(tree, path)->text;
}

/* What the registrar should look at is told to the sender's system too, as code and as sentence. */
static void notes_are_told_as_codes_and_sentences(void **state)
{
    struct bench *bench = *state;
    struct event event = signed_event(bench);
    const char *notes[] = {"left_after_minimums days=6"};
    event.notes = (struct text_list){notes, 1};
    struct cloud_event letter = outbox_of_event(&event, "finance", bench->registry, bench->arena);
    const struct tree *json = parsed(bench, letter.data, letter.data_bytes);
    assert_string_equal(text_at(json, "notes[0].code"), "left_after_minimums");
    assert_string_equal(text_at(json, "notes[0].note"), "left_after_minimums days=6");
    assert_string_equal(text_at(json, "notes[0].zh"), "法定最短期间届满后,到期前只剩 6 个工作日");
    assert_string_equal(text_at(json, "notes[0].en"), "6 working days are left after the minimum periods");
}

/* Outside of the house, so that it can be held against the log later. */
static void whoever_hears_of_an_archive_gets_a_copy_of_the_seal(void **state)
{
    struct bench *bench = *state;
    struct event event = signed_event(bench);
    const char *chain = "00000000000000000000000000000000000000000000000000000000000000ff";
    event.type = EVENT_ARCHIVED;
    event.body.trigger = TRIGGER_ARCHIVE;
    event.actor.system = "";
    event.actor.person = "finance-head";
    event.sealed.events = 12;
    assert_true(digest_from_hex(chain, &event.sealed.chain));
    struct cloud_event letter = outbox_of_event(&event, "finance", bench->registry, bench->arena);
    const struct tree *json = parsed(bench, letter.data, letter.data_bytes);
    assert_string_equal(text_at(json, "sealed.events"), "12");
    assert_string_equal(text_at(json, "sealed.chain"), chain);
    assert_string_equal(text_at(json, "zh"),
                        "区财政局主要负责人归档,封存事件 12 条,校验码 "
                        "00000000000000000000000000000000000000000000000000000000000000ff");
    event.sealed.chain = (struct digest){{0}}; /* as an older program wrote it */
    letter = outbox_of_event(&event, "finance", bench->registry, bench->arena);
    json = parsed(bench, letter.data, letter.data_bytes);
    assert_string_equal(text_at(json, "zh"), "区财政局主要负责人归档");
}

static void an_event_says_what_happened_and_when_what_is_due(void **state)
{
    struct bench *bench = *state;
    struct event event = signed_event(bench);
    struct cloud_event letter = outbox_of_event(&event, "finance", bench->registry, bench->arena);
    const struct tree *json = parsed(bench, letter.data, letter.data_bytes);
    assert_string_equal(letter.type, "duban.v1.signed");
    assert_string_equal(letter.task, SOME_TASK);
    assert_int_equal(letter.time.ms, event.now.ms);
    assert_string_equal(text_at(json, "event"), "signed");
    assert_string_equal(text_at(json, "seq"), "3");
    assert_string_equal(text_at(json, "state"), "in_progress");
    assert_string_equal(text_at(json, "reference"), "F-1");
    assert_string_equal(text_at(json, "due[0].clock"), word_of(LIST_CLOCK, CLOCK_DUE)->code);
    assert_string_equal(text_at(json, "due[0].last_day"), "2023-03-31");
    assert_string_equal(text_at(json, "due[0].version"), "2");
    assert_string_equal(text_at(json, "message.id"), "m-1");
}

static void another_unit_does_not_see_the_senders_message_id(void **state)
{
    struct bench *bench = *state;
    struct event event = signed_event(bench);
    struct cloud_event letter = outbox_of_event(&event, "housing", bench->registry, bench->arena);
    const struct tree *json = parsed(bench, letter.data, letter.data_bytes);
    assert_null(tree_child(json, "message"));
}

static void a_repeat_has_the_same_id_and_each_unit_its_own(void **state)
{
    struct bench *bench = *state;
    struct event event = signed_event(bench);
    const char *first = outbox_of_event(&event, "finance", bench->registry, bench->arena).id;
    const char *again = outbox_of_event(&event, "finance", bench->registry, bench->arena).id;
    const char *other = outbox_of_event(&event, "housing", bench->registry, bench->arena).id;
    event.seq++;
    const char *next = outbox_of_event(&event, "finance", bench->registry, bench->arena).id;
    assert_string_equal(first, again);
    assert_string_not_equal(first, other);
    assert_string_not_equal(first, next);
}

static void a_refusal_of_the_door_names_place_field_and_rule(void **state)
{
    struct bench *bench = *state;
    struct letter letter = bench_letter("duban.v1.progress", "{\"percent\":101}");
    bench_take(bench, &letter);
    const struct input_place place = {"duban.inbox.finance", 0, 7};
    struct cloud_event told = outbox_of_refusal(&bench->admission, &place, bench->registry, bench->arena);
    const struct tree *json = parsed(bench, told.data, told.data_bytes);
    assert_string_equal(told.type, "duban.v1.refused");
    assert_string_equal(text_at(json, "topic"), "duban.inbox.finance");
    assert_string_equal(text_at(json, "offset"), "7");
    assert_string_equal(text_at(json, "refusal.code"), "field_range");
    assert_string_equal(text_at(json, "refusal.field"), "percent");
    assert_string_equal(text_at(json, "refusal.parameters.rule"), "0..100");
    assert_string_equal(text_at(json, "message.id"), "m-1");
    assert_string_equal(text_at(json, "trigger"), "progress");
    assert_true(strlen(text_at(json, "refusal.zh")) > 0 && strlen(text_at(json, "refusal.en")) > 0);
}

static struct answer_record answer_of(enum refusal_code code, struct bench *bench)
{
    struct answer_record answer;
    wire_blank(&wire_answer, &answer);
    answer.command_id = "command";
    answer.task_id = SOME_TASK;
    answer.trigger = TRIGGER_SIGN;
    answer.actor.unit = "finance";
    answer.actor.door = DOOR_KAFKA;
    answer.message = (struct message_id){"finance", FINANCE_SOURCE, "m-1"};
    answer.received_at = instant_at(RECEIVED);
    answer.refusal = refusal_make(bench->arena, code, NULL);
    answer.first_seq = 3;
    answer.first_state = STATE_IN_PROGRESS;
    return answer;
}

static void answers_say_what_became_of_a_message(void **state)
{
    struct bench *bench = *state;
    struct answer_record answer = answer_of(REFUSAL_DUPLICATE, bench);
    struct cloud_event told = outbox_of_answer(&answer, bench->registry, bench->arena);
    const struct tree *json = parsed(bench, told.data, told.data_bytes);
    assert_string_equal(told.type, "duban.v1.repeated");
    assert_string_equal(text_at(json, "first.seq"), "3");
    assert_string_equal(text_at(json, "first.state"), "in_progress");

    answer = answer_of(REFUSAL_UNKNOWN_TASK, bench);
    told = outbox_of_answer(&answer, bench->registry, bench->arena);
    json = parsed(bench, told.data, told.data_bytes);
    assert_string_equal(told.type, "duban.v1.refused");
    assert_string_equal(text_at(json, "refusal.code"), "unknown_task");
}

static void http_answers_carry_status_and_words(void **state)
{
    struct bench *bench = *state;
    struct event event = signed_event(bench);
    struct outcome outcome = http_answer_event(&event, bench->registry, bench->arena);
    assert_int_equal(outcome.status, 200);
    assert_string_equal(text_at(parsed(bench, outcome.json, strlen(outcome.json)), "outcome"), "accepted");

    event.type = EVENT_REFUSED;
    event.refusal = refusal_make(bench->arena, REFUSAL_WRONG_STATE, "trigger", "close", "state",
                                 "in_progress", "allowed", "progress,report_done", NULL);
    outcome = http_answer_event(&event, bench->registry, bench->arena);
    const struct tree *json = parsed(bench, outcome.json, strlen(outcome.json));
    assert_int_equal(outcome.status, 409);
    assert_string_equal(text_at(json, "outcome"), "refused");
    assert_string_equal(text_at(json, "code"), "wrong_state");
    assert_string_equal(text_at(json, "allowed[0]"), "progress");
    assert_string_equal(text_at(json, "allowed[1]"), "report_done");

    static const struct {
        enum refusal_code code;
        int status;
    } cases[] = {
        {REFUSAL_UNKNOWN_TASK, 404},
        {REFUSAL_NOT_ENTITLED, 403},
        {REFUSAL_ID_CONFLICT,  409},
        {REFUSAL_INTERNAL,     500},
        {REFUSAL_ROOM_FULL,    429},
        {REFUSAL_TOO_LATE,     409},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct answer_record answer = answer_of(cases[i].code, bench);
        assert_int_equal(http_answer_answer(&answer, bench->arena).status, cases[i].status);
    }
}

static void a_repeated_answer_is_the_first_one(void **state)
{
    struct bench *bench = *state;
    struct answer_record answer = answer_of(REFUSAL_DUPLICATE, bench);
    assert_int_equal(http_answer_answer(&answer, bench->arena).status, 200);
    answer.first_refusal = REFUSAL_TOO_LATE;
    struct outcome outcome = http_answer_answer(&answer, bench->arena);
    const struct tree *json = parsed(bench, outcome.json, strlen(outcome.json));
    assert_int_equal(outcome.status, 409);
    assert_string_equal(text_at(json, "code"), "too_late");
    assert_string_equal(text_at(json, "repeated"), "true");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(notes_are_told_as_codes_and_sentences),
        TEST(an_event_says_what_happened_and_when_what_is_due),
        TEST(whoever_hears_of_an_archive_gets_a_copy_of_the_seal),
        TEST(another_unit_does_not_see_the_senders_message_id),
        TEST(a_repeat_has_the_same_id_and_each_unit_its_own),
        TEST(a_refusal_of_the_door_names_place_field_and_rule),
        TEST(answers_say_what_became_of_a_message),
        TEST(http_answers_carry_status_and_words),
        TEST(a_repeated_answer_is_the_first_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
