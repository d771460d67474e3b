/* Every kind of bad input that a message's table forbids is refused, and the refusal names field and rule; nothing
 * crashes, and nothing takes more room than it is given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
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

/* What is done to a field, and how it is refused. */
struct harm {
    enum refusal_code code;
    const char *rule; /* NULL: any */
};

static void assert_refused(const struct wire_message *message, const void *record, const char *path,
                           struct harm harm)
{
    struct wire_fault fault = {0};
    size_t bytes;
    const void *data = wire_encode(message, record, arena, &bytes);
    void *untouched = arena_alloc(arena, message->size + 1);
    memset(untouched, 0x5a, message->size + 1);
    if (wire_decode_foreign(message, data, bytes, INPUT_LIMIT, arena, untouched, &fault))
        fail_msg("%s.%s: %s was taken", message->name, path, refusal_code_text(harm.code));
    if (fault.code != harm.code || strcmp(fault.field, path) != 0 ||
        (harm.rule != NULL && strcmp(fault.rule, harm.rule) != 0))
        fail_msg("%s, expected %s of %s", why(message, &fault), refusal_code_text(harm.code), path);
    for (size_t i = 0; i < message->size; i++)
        assert_int_equal(((const uint8_t *)untouched)[i], 0x5a);
}

static char *text_of_bytes(size_t bytes)
{
    char *text = arena_alloc(arena, bytes + 1);
    memset(text, 'x', bytes);
    return text;
}

static void harm_text(const struct wire_message *message, const void *record, const struct wire_slot *slot,
                      const char *path, const char **place)
{
    const char *kept = *place;
    const char *limit = arena_format(arena, "%u", slot->field->limit);
    *place = text_of_bytes(slot->field->limit + 1);
    assert_refused(message, record, path, (struct harm){REFUSAL_FIELD_TOO_LONG, limit});
    *place = "a\x01"
             "b";
    assert_refused(message, record, path, (struct harm){REFUSAL_FIELD_CHARACTERS, "control_character"});
    *place = "\xff\xfe";
    assert_refused(message, record, path, (struct harm){REFUSAL_FIELD_CHARACTERS, "utf-8"});
    if (slot->field->kind != WIRE_PROSE) {
        *place = "two\nlines";
        assert_refused(message, record, path, (struct harm){REFUSAL_FIELD_CHARACTERS, "control_character"});
    }
    *place = kept;
}

static void harm_word(const struct wire_message *message, const void *record, const char *path,
                      uint32_t *place)
{
    uint32_t kept = *place;
    *place = 9999;
    assert_refused(message, record, path, (struct harm){REFUSAL_UNKNOWN_WORD, NULL});
    *place = UINT32_MAX;
    assert_refused(message, record, path, (struct harm){REFUSAL_UNKNOWN_WORD, NULL});
    *place = kept;
}

static void harm_number(const struct wire_message *message, const void *record, const struct wire_slot *slot,
                        void *place)
{
    bool wide = slot->field->kind == WIRE_UINT64 || slot->field->kind == WIRE_INT64;
    if (slot->field->min == 0 && slot->field->max == 0)
        return;
    uint8_t kept[8];
    size_t size = wide ? 8 : 4;
    memcpy(kept, place, size);
    int64_t over = slot->field->max + (slot->field->max < INT64_MAX), under = slot->field->min - 1;
    if (slot->field->max < (wide ? INT64_MAX : INT32_MAX)) {
        memcpy(place, &over, size);
        assert_refused(message, record, slot->path, (struct harm){REFUSAL_FIELD_RANGE, NULL});
    }
    if (slot->field->kind != WIRE_UINT32 || slot->field->min > 0) {
        memcpy(place, &under, size);
        assert_refused(message, record, slot->path, (struct harm){REFUSAL_FIELD_RANGE, NULL});
    }
    memcpy(place, kept, size);
}

static void harm_date(const struct wire_message *message, const void *record, const struct wire_slot *slot,
                      struct date *place)
{
    static const int32_t impossible[] = {-1, 1, 10956, 47847, INT32_MAX, INT32_MIN};
    struct date kept = *place;
    for (size_t i = 0; i < sizeof impossible / sizeof impossible[0]; i++) {
        place->days = impossible[i];
        assert_refused(message, record, slot->path, (struct harm){REFUSAL_NO_SUCH_DATE, NULL});
    }
    *place = kept;
}

static void harm_list(const struct wire_message *message, const void *record, const struct wire_slot *slot)
{
    void **items = wire_place(slot->record, slot->field->offset);
    uint32_t *count = wire_place(slot->record, slot->field->count_offset);
    void *kept = *items;
    uint32_t kept_count = *count, wanted = slot->field->count_limit + 1;
    size_t size = slot->field->kind == WIRE_LIST    ? slot->field->message->size
                  : slot->field->kind == WIRE_TEXTS ? sizeof(const char *)
                                                    : sizeof(uint32_t);
    char *many = arena_alloc(arena, size * wanted);
    for (uint32_t i = 0; i < wanted; i++)
        memcpy(many + i * size, kept, size);
    *items = many;
    *count = wanted;
    char *rule = arena_format(arena, "count<=%u", slot->field->count_limit);
    assert_refused(message, record, slot->path, (struct harm){REFUSAL_FIELD_RANGE, rule});
    *items = kept;
    *count = kept_count;
    char *first = arena_format(arena, "%s[0]", slot->path);
    if (slot->field->kind == WIRE_TEXTS)
        harm_text(message, record, slot, first, *items);
    else if (slot->field->kind == WIRE_WORDS)
        harm_word(message, record, first, *items);
}

static void harm_field(const struct wire_message *message, const void *record, const struct wire_slot *slot)
{
    void *place = wire_place(slot->record, slot->field->offset);
    const enum wire_kind kind = slot->field->kind;
    if (kind <= WIRE_PROSE)
        harm_text(message, record, slot, slot->path, place);
    else if (kind == WIRE_WORD)
        harm_word(message, record, slot->path, place);
    else if (kind >= WIRE_UINT32 && kind <= WIRE_INT64)
        harm_number(message, record, slot, place);
    else if (kind == WIRE_DATE)
        harm_date(message, record, slot, place);
    else if (kind >= WIRE_LIST && kind <= WIRE_WORDS)
        harm_list(message, record, slot);
    else if (kind == WIRE_INSTANT) {
        struct instant kept = *(struct instant *)place;
        ((struct instant *)place)->ms = -1;
        assert_refused(message, record, slot->path, (struct harm){REFUSAL_NO_SUCH_DATE, NULL});
        *(struct instant *)place = kept;
    }
}

static void whatever_a_table_forbids_is_refused_by_name(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    uint32_t count, harmed = 0;
    const struct wire_message *const *messages = wire_sample_messages(&count);
    for (uint32_t m = 0; m < count; m++) {
        arena_reset(arena);
        void *record = wire_sample(&dice, messages[m], SAMPLE_FULL, arena);
        struct wire_slot *slots;
        uint32_t slot_count = wire_slots(messages[m], record, arena, &slots);
        for (uint32_t s = 0; s < slot_count; s++, harmed++) {
            if (wire_field_is_set(slots[s].field, slots[s].record))
                harm_field(messages[m], record, &slots[s]);
        }
    }
    assert_true(harmed > 500);
}

static void what_is_required_is_asked_for(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    uint32_t count, asked = 0;
    const struct wire_message *const *messages = wire_sample_messages(&count);
    for (uint32_t m = 0; m < count; m++) {
        for (uint32_t f = 0; f < messages[m]->field_count; f++) {
            const struct wire_field *field = &messages[m]->fields[f];
            if (field->presence != REQUIRED || field->kind == WIRE_BOOL)
                continue;
            arena_reset(arena);
            uint8_t *record = wire_sample(&dice, messages[m], SAMPLE_FULL, arena);
            uint8_t *blank = arena_alloc(arena, messages[m]->size);
            wire_blank(messages[m], blank);
            size_t size =
                field->kind == WIRE_EMBED    ? field->message->size
                : field->kind == WIRE_DIGEST ? sizeof(struct digest)
                : field->kind <= WIRE_PROSE || field->kind == WIRE_INSTANT || field->kind == WIRE_BYTES ? 8
                                                                                                        : 4;
            memcpy(record + field->offset, blank + field->offset, size);
            if (field->kind == WIRE_BYTES)
                memcpy(record + field->count_offset, blank + field->count_offset, sizeof(size_t));
            assert_refused(messages[m], record, field->name,
                           (struct harm){REFUSAL_FIELD_MISSING, "required"});
            /* Our own older records may lack it. */
            struct wire_fault fault = {0};
            size_t bytes;
            const void *data = wire_encode(messages[m], record, arena, &bytes);
            assert_true(wire_decode(messages[m], data, bytes, INPUT_LIMIT, arena, blank, &fault));
            asked++;
        }
    }
    assert_true(asked > 40);
}

static void broken_bytes_never_crash(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    uint32_t count;
    const struct wire_message *const *messages = wire_sample_messages(&count);
    for (uint32_t m = 0; m < count; m++) {
        for (int round = 0; round < ROUNDS; round++) {
            arena_reset(arena);
            void *record = wire_sample(&dice, messages[m], SAMPLE_SOME, arena);
            size_t bytes;
            const void *data = wire_encode(messages[m], record, arena, &bytes);
            if (bytes == 0)
                continue;
            /* Exactly as long as it is, so that a read behind the end is seen. */
            size_t cut = (size_t)dice_roll(&dice, 0, (int64_t)bytes);
            uint8_t *broken = must_alloc(cut + 1);
            memcpy(broken, data, cut);
            for (int flips = 0; cut > 0 && flips < round % 4; flips++)
                broken[dice_roll(&dice, 0, (int64_t)cut - 1)] ^= (uint8_t)(1 << dice_roll(&dice, 0, 7));
            struct wire_fault fault = {0};
            void *ret = arena_alloc(arena, messages[m]->size + 1);
            if (!wire_decode_foreign(messages[m], broken, cut, INPUT_LIMIT, arena, ret, &fault))
                assert_true(fault.code != REFUSAL_NONE && fault.field != NULL && fault.rule != NULL);
            /* Our own codec goes by other code; what it takes from broken bytes, it can write again. */
            fault = (struct wire_fault){0};
            if (wire_decode(messages[m], broken, cut, INPUT_LIMIT, arena, ret, &fault))
                wire_encode(messages[m], ret, arena, &bytes);
            else
                assert_true(fault.code != REFUSAL_NONE && fault.field != NULL && fault.rule != NULL);
            free(broken);
        }
    }
}

static void a_zero_byte_in_a_text_is_refused(void **state)
{
    (void)state;
    /* Draft: field 1 "a\0b", then template and title. Silently it would be "a". */
    static const char data[] = "\x0a\x03"
                               "a\0b"
                               "\x12\x02T1\x1a\x01t";
    struct body_draft draft;
    struct wire_fault fault = {0};
    assert_false(wire_decode_foreign(wire_body_of(TRIGGER_DRAFT), data, sizeof data - 1, INPUT_LIMIT, arena,
                                     &draft, &fault));
    assert_int_equal(fault.code, REFUSAL_FIELD_CHARACTERS);
    assert_string_equal(fault.field, "reference");
    assert_string_equal(fault.rule, "zero_byte");
}

static void a_zero_byte_deep_inside_is_refused(void **state)
{
    (void)state;
    /* Draft{…, source{kind "\0"}} */
    static const char data[] = "\x0a\x01r\x12\x02T1\x1a\x01t\x2a\x03\x0a\x01\0";
    struct body_draft draft;
    struct wire_fault fault = {0};
    assert_false(wire_decode_foreign(wire_body_of(TRIGGER_DRAFT), data, sizeof data - 1, INPUT_LIMIT, arena,
                                     &draft, &fault));
    assert_string_equal(fault.field, "source.kind");
}

static void an_unknown_field_is_refused_from_outside_and_skipped_from_ourselves(void **state)
{
    (void)state;
    static const char data[] = "\x0a\x01r\x12\x02T1\x1a\x01t\xc8\x3e\x01"; /* field 1001 */
    struct body_draft draft;
    struct wire_fault fault = {0};
    assert_false(wire_decode_foreign(wire_body_of(TRIGGER_DRAFT), data, sizeof data - 1, INPUT_LIMIT, arena,
                                     &draft, &fault));
    assert_int_equal(fault.code, REFUSAL_FIELD_UNKNOWN);
    assert_string_equal(fault.field, "#1001");
    assert_true(
        wire_decode(wire_body_of(TRIGGER_DRAFT), data, sizeof data - 1, INPUT_LIMIT, arena, &draft, &fault));
    assert_string_equal(draft.title, "t");
    assert_string_equal(draft.source.kind, "");
}

static void ten_megabytes_are_refused_unread(void **state)
{
    (void)state;
    enum { HUGE_BYTES = 10 * 1024 * 1024 };
    char *huge = must_alloc(HUGE_BYTES);
    memset(huge, '[', HUGE_BYTES);
    size_t before = arena_used(arena);
    struct body_draft draft;
    struct wire_fault fault = {0};
    assert_false(wire_decode_foreign(wire_body_of(TRIGGER_DRAFT), huge, HUGE_BYTES, LIMIT_COMMAND_BYTES,
                                     arena, &draft, &fault));
    assert_int_equal(fault.code, REFUSAL_MESSAGE_TOO_LARGE);
    assert_false(wire_from_json(wire_body_of(TRIGGER_DRAFT), huge, HUGE_BYTES, LIMIT_COMMAND_BYTES, arena,
                                &draft, &fault));
    assert_int_equal(fault.code, REFUSAL_MESSAGE_TOO_LARGE);
    assert_in_range(arena_used(arena) - before, 0, 1024);
    free(huge);
}

static void a_bomb_of_unknown_fields_stays_within_the_arena(void **state)
{
    (void)state;
    enum { BOMB_BYTES = 512 * 1024 };
    uint8_t *bomb = must_alloc(BOMB_BYTES);
    for (size_t i = 0; i < BOMB_BYTES; i += 4)
        memcpy(bomb + i, "\xa8\x06\x80\x00", 4); /* field 101 = 0, the long way */
    struct arena *small = arena_new(1024 * 1024);
    struct body_draft draft;
    struct wire_fault fault = {0};
    assert_false(wire_decode_foreign(wire_body_of(TRIGGER_DRAFT), bomb, BOMB_BYTES, INPUT_LIMIT, small,
                                     &draft, &fault));
    arena_free(small);
    free(bomb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_a_table_forbids_is_refused_by_name),
        cmocka_unit_test(what_is_required_is_asked_for),
        cmocka_unit_test(broken_bytes_never_crash),
        cmocka_unit_test(a_zero_byte_in_a_text_is_refused),
        cmocka_unit_test(a_zero_byte_deep_inside_is_refused),
        cmocka_unit_test(an_unknown_field_is_refused_from_outside_and_skipped_from_ourselves),
        cmocka_unit_test(ten_megabytes_are_refused_unread),
        cmocka_unit_test(a_bomb_of_unknown_fields_stays_within_the_arena),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
