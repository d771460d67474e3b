/* What is written is read again: every message, over protobuf and JSON. Bad input: test_codec_refusals.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <protobuf-c/protobuf-c.h>
#include <string.h>

#include "base/limits.h"
#include "domain/command.h"
#include "wire/messages.h"
#include "wire/table.h"
#include "wire_sample.h"

enum { ROUNDS = 60, ARENA_BYTES = 512 * 1024 * 1024, INPUT_LIMIT = 16 * 1024 * 1024 };

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(ARENA_BYTES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const char *why(const struct wire_message *message, const struct wire_fault *fault)
{
    return arena_format(arena, "%s: %s field=%s rule=%s value=%s", message->name,
                        refusal_code_text(fault->code), fault->field, fault->rule, fault->value);
}

static void *taken(const struct wire_message *message, const void *data, size_t bytes)
{
    struct wire_fault fault = {0};
    void *record = arena_alloc(arena, message->size + 1);
    if (!wire_decode_foreign(message, data, bytes, INPUT_LIMIT, arena, record, &fault))
        fail_msg("%s", why(message, &fault));
    return record;
}

static void what_is_encoded_is_decoded_again(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    uint32_t count;
    const struct wire_message *const *messages = wire_sample_messages(&count);
    for (uint32_t m = 0; m < count; m++) {
        for (int round = 0; round < ROUNDS; round++) {
            arena_reset(arena);
            void *record = wire_sample(&dice, messages[m], SAMPLE_SOME, arena);
            size_t bytes, again_bytes;
            const void *data = wire_encode(messages[m], record, arena, &bytes);
            void *copy = taken(messages[m], data, bytes);
            const void *again = wire_encode(messages[m], copy, arena, &again_bytes);
            assert_int_equal(bytes, again_bytes);
            assert_memory_equal(data, again, bytes);
            assert_string_equal(wire_to_json(messages[m], record, arena),
                                wire_to_json(messages[m], copy, arena));
        }
    }
}

/* Two codecs read and write the same bytes: ours, and protobuf-c, which foreign input goes through. */
static void our_own_codec_and_protobuf_c_agree(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    uint32_t count;
    const struct wire_message *const *messages = wire_sample_messages(&count);
    for (uint32_t m = 0; m < count; m++) {
        for (int round = 0; round < ROUNDS; round++) {
            arena_reset(arena);
            void *record = wire_sample(&dice, messages[m], round == 0 ? SAMPLE_FULL : SAMPLE_SOME, arena);
            size_t bytes, again_bytes;
            struct wire_fault fault = {0};
            const void *data = wire_encode(messages[m], record, arena, &bytes);
            ProtobufCMessage *proto = protobuf_c_message_unpack(messages[m]->descriptor, NULL, bytes, data);
            assert_non_null(proto);
            uint8_t *packed = arena_alloc(arena, bytes + 1);
            assert_int_equal(protobuf_c_message_get_packed_size(proto), bytes);
            protobuf_c_message_pack(proto, packed);
            protobuf_c_message_free_unpacked(proto, NULL);
            assert_memory_equal(packed, data, bytes);

            void *copy = arena_alloc(arena, messages[m]->size + 1);
            if (!wire_decode(messages[m], data, bytes, INPUT_LIMIT, arena, copy, &fault))
                fail_msg("%s", why(messages[m], &fault));
            const void *again = wire_encode(messages[m], copy, arena, &again_bytes);
            assert_int_equal(again_bytes, bytes);
            assert_memory_equal(again, data, bytes);
            assert_string_equal(wire_to_json(messages[m], copy, arena),
                                wire_to_json(messages[m], taken(messages[m], data, bytes), arena));
        }
    }
}

static void what_is_written_as_json_is_read_again(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    uint32_t count;
    const struct wire_message *const *messages = wire_sample_messages(&count);
    for (uint32_t m = 0; m < count; m++) {
        for (int round = 0; round < ROUNDS; round++) {
            arena_reset(arena);
            void *record = wire_sample(&dice, messages[m], SAMPLE_SOME, arena);
            char *json = wire_to_json(messages[m], record, arena);
            struct wire_fault fault = {0};
            void *copy = arena_alloc(arena, messages[m]->size + 1);
            if (!wire_from_json(messages[m], json, strlen(json), INPUT_LIMIT, arena, copy, &fault))
                fail_msg("%s\n%s", why(messages[m], &fault), json);
            size_t bytes, copy_bytes;
            const void *data = wire_encode(messages[m], record, arena, &bytes);
            const void *copy_data = wire_encode(messages[m], copy, arena, &copy_bytes);
            assert_int_equal(bytes, copy_bytes);
            assert_memory_equal(data, copy_data, bytes);
        }
    }
}

static void an_empty_record_has_no_bytes_and_empty_texts(void **state)
{
    (void)state;
    struct command command;
    struct wire_fault fault = {0};
    size_t bytes;
    wire_blank(&wire_command, &command);
    wire_encode(&wire_command, &command, arena, &bytes);
    assert_int_equal(bytes, 0);
    assert_true(wire_decode(&wire_command, "", 0, INPUT_LIMIT, arena, &command, &fault));
    assert_string_equal(command.actor.unit, "");
    assert_int_equal(command.body.trigger, TRIGGER_NONE);
}

static void signing_has_a_body_without_fields(void **state)
{
    (void)state;
    struct command command, copy;
    struct wire_fault fault = {0};
    size_t bytes;
    wire_blank(&wire_command, &command);
    command.command_id = "c";
    command.body.trigger = TRIGGER_SIGN;
    const void *data = wire_encode(&wire_command, &command, arena, &bytes);
    assert_true(wire_decode(&wire_command, data, bytes, INPUT_LIMIT, arena, &copy, &fault));
    assert_int_equal(copy.body.trigger, TRIGGER_SIGN);
}

static const char *star(void *context, const char *field, const char *text)
{
    ++*(int *)context;
    (void)field;
    (void)text;
    return "*";
}

static void masking_visits_texts_but_no_references(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    struct body_draft *draft = wire_sample(&dice, wire_body_of(TRIGGER_DRAFT), SAMPLE_FULL, arena);
    const char *reference = draft->reference, *template_code = draft->template_code;
    int visited = 0;
    wire_visit_texts(wire_body_of(TRIGGER_DRAFT), draft, star, &visited);
    assert_int_equal(visited, 6);
    assert_string_equal(draft->title, "*");
    assert_string_equal(draft->description, "*");
    assert_string_equal(draft->applicant, "*");
    assert_string_equal(draft->source.from, "*");
    assert_string_equal(draft->source.text, "*");
    assert_string_equal(draft->due.wording, "*");
    assert_ptr_equal(draft->reference, reference);
    assert_ptr_equal(draft->template_code, template_code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_encoded_is_decoded_again),
        cmocka_unit_test(our_own_codec_and_protobuf_c_agree),
        cmocka_unit_test(what_is_written_as_json_is_read_again),
        cmocka_unit_test(an_empty_record_has_no_bytes_and_empty_texts),
        cmocka_unit_test(signing_has_a_body_without_fields),
        cmocka_unit_test(masking_visits_texts_but_no_references),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
