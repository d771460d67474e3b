/* A changed record encoded after the bytes that it came from, against the same record encoded from nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "domain/row.h"
#include "wire/messages.h"
#include "wire/table.h"
#include "wire_sample.h"

enum { ROUNDS = 200, ARENA_BYTES = 512 * 1024 * 1024, INPUT_LIMIT = 16 * 1024 * 1024 };

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

static void *decoded(const struct wire_message *message, const void *data, size_t bytes)
{
    struct wire_fault fault;
    void *record = arena_alloc(arena, message->size + 1);
    if (!wire_decode(message, data, bytes, INPUT_LIMIT, arena, record, &fault))
        fail_msg("%s: %s %s", message->name, fault.field, fault.rule);
    return record;
}

static void assert_same_bytes(const struct wire_message *message, const void *record,
                              const struct wire_origin *origin)
{
    size_t bytes, after_bytes;
    const void *data = wire_encode(message, record, arena, &bytes);
    const void *after = wire_encode_after(message, record, origin, arena, &after_bytes);
    assert_int_equal(after_bytes, bytes);
    assert_memory_equal(after, data, bytes);
}

static struct wire_origin sample_origin(struct dice *dice, const struct wire_message *message)
{
    struct wire_origin origin;
    const enum sample_fill fill = dice_chance(dice, 50) ? SAMPLE_SOME : SAMPLE_FULL;
    origin.data = wire_encode(message, wire_sample(dice, message, fill, arena), arena, &origin.bytes);
    origin.record = decoded(message, origin.data, origin.bytes);
    return origin;
}

/* --- changes ---------------------------------------------------------------------------------------------------------- */

static size_t bytes_of(const struct wire_field *field)
{
    switch (field->kind) {
    case WIRE_BOOL:
        return sizeof(bool);
    case WIRE_WORD:
    case WIRE_UINT32:
    case WIRE_INT32:
    case WIRE_MINUTE:
    case WIRE_DATE:
    case WIRE_ONE_OF:
        return sizeof(uint32_t);
    case WIRE_DIGEST:
        return DIGEST_BYTES;
    case WIRE_EMBED:
        return field->message->size;
    case WIRE_CODE:
    case WIRE_REFERENCE:
    case WIRE_LINE:
    case WIRE_PROSE:
    case WIRE_UINT64:
    case WIRE_INT64:
    case WIRE_INSTANT:
    case WIRE_BYTES:
    case WIRE_LIST:
    case WIRE_TEXTS:
    case WIRE_WORDS:
    case WIRE_UINT32S:
    case WIRE_KIND_COUNT:
        break;
    }
    return sizeof(void *);
}

static void take_field(const struct wire_field *field, void *record, const void *other)
{
    memcpy(wire_place(record, field->offset), wire_at(other, field->offset), bytes_of(field));
    if (field->kind == WIRE_BYTES)
        memcpy(wire_place(record, field->count_offset), wire_at(other, field->count_offset), sizeof(size_t));
    else if (field->kind >= WIRE_LIST && field->kind <= WIRE_UINT32S)
        memcpy(wire_place(record, field->count_offset), wire_at(other, field->count_offset),
               sizeof(uint32_t));
}

static size_t item_bytes_of(const struct wire_field *field)
{
    return field->kind == WIRE_LIST    ? field->message->size
           : field->kind == WIRE_TEXTS ? sizeof(char *)
                                       : sizeof(uint32_t);
}

/* Some of the items that were there, some of the other's before, between and behind them. */
static void mix_list(struct dice *dice, const struct wire_field *field, void *record, const void *other)
{
    const size_t item_bytes = item_bytes_of(field);
    const void *lists[] = {record, other};
    const uint32_t counts[] = {*(const uint32_t *)wire_at(record, field->count_offset),
                               *(const uint32_t *)wire_at(other, field->count_offset)};
    uint32_t next[] = {0, 0}, count = 0;
    char *items = arena_alloc(arena, (counts[0] + counts[1] + 1) * item_bytes);
    while (next[0] < counts[0] || next[1] < counts[1]) {
        const int from = next[0] == counts[0] ? 1 : next[1] == counts[1] ? 0 : dice_chance(dice, 30);
        const char *source = *(const char *const *)wire_at(lists[from], field->offset);
        if (dice_chance(dice, from == 0 ? 70 : 40))
            memcpy(items + count++ * item_bytes, source + next[from] * item_bytes, item_bytes);
        next[from]++;
    }
    *(char **)wire_place(record, field->offset) = items;
    *(uint32_t *)wire_place(record, field->count_offset) = count;
}

static void change(struct dice *dice, const struct wire_message *message, void *record, const void *other)
{
    for (uint32_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        const bool is_list = field->kind >= WIRE_LIST && field->kind <= WIRE_UINT32S;
        if (dice_chance(dice, 60))
            continue;
        if (field->kind == WIRE_ONE_OF) {
            const uint32_t selected = *(const uint32_t *)wire_at(record, field->offset);
            const struct wire_variant *variant = wire_variant_of(field, selected);
            if (variant != NULL && *(const uint32_t *)wire_at(other, field->offset) == selected)
                change(dice, variant->message, wire_place(record, variant->offset),
                       wire_at(other, variant->offset));
        } else if (is_list && dice_chance(dice, 70)) {
            mix_list(dice, field, record, other);
        } else if (field->kind == WIRE_EMBED && dice_chance(dice, 50)) {
            change(dice, field->message, wire_place(record, field->offset), wire_at(other, field->offset));
        } else {
            take_field(field, record, other);
        }
    }
}

/* --- rules ------------------------------------------------------------------------------------------------------------ */

static void whatever_changes_the_bytes_are_those_of_the_whole_record(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    uint32_t count;
    const struct wire_message *const *messages = wire_sample_messages(&count);
    for (uint32_t m = 0; m < count; m++) {
        for (int round = 0; round < ROUNDS; round++) {
            arena_reset(arena);
            const struct wire_origin origin = sample_origin(&dice, messages[m]);
            const struct wire_origin other = sample_origin(&dice, messages[m]);
            void *record = arena_copy(arena, origin.record, messages[m]->size);
            assert_same_bytes(messages[m], record, &origin);
            change(&dice, messages[m], record, other.record);
            assert_same_bytes(messages[m], record, &origin);
            assert_same_bytes(messages[m], other.record, &origin);
        }
    }
}

static struct wire_origin origin_of(const struct row *row)
{
    struct wire_origin origin;
    origin.data = wire_encode(&wire_row, row, arena, &origin.bytes);
    origin.record = decoded(&wire_row, origin.data, origin.bytes);
    return origin;
}

static struct row row_with_marks(uint32_t count)
{
    struct row row = {.kind = ROW_PARTITION};
    row.partition = (struct partition_row){.id = "partition/1", .deployment = "test", .recomputed_key = ""};
    row.partition.inboxes = ARENA_ARRAY(arena, struct inbox_mark, count);
    row.partition.inbox_count = count;
    for (uint32_t i = 0; i < count; i++)
        row.partition.inboxes[i] = (struct inbox_mark){arena_format(arena, "unit-%u", i), i + 1};
    return row;
}

static void of_a_list_of_any_length_one_item_changes(void **state)
{
    (void)state;
    for (uint32_t count = 1; count <= 130; count += count < 62 || count > 66 ? 7 : 1) {
        arena_reset(arena);
        struct row row = row_with_marks(count);
        const struct wire_origin origin = origin_of(&row);
        for (uint32_t i = 0; i < count; i += 5) {
            struct row after = *(const struct row *)origin.record;
            after.partition.inboxes =
                arena_copy(arena, after.partition.inboxes, count * sizeof(struct inbox_mark));
            after.partition.inboxes[i].offset = 1000000;
            assert_same_bytes(&wire_row, &after, &origin);
        }
    }
}

/* A newer program may have written more than this one knows; what it does not know, it does not hand on. */
static void what_is_not_known_is_left_out(void **state)
{
    (void)state;
    static const uint8_t unknown[] = {0xfa, 0xff, 0x01, 0x02, 'h', 'i'}; /* field 4095 */
    struct row row = row_with_marks(3);
    struct wire_origin origin = origin_of(&row);
    uint8_t *longer = arena_alloc(arena, origin.bytes + 2 * sizeof unknown);
    memcpy(longer, origin.data, origin.bytes);
    memcpy(longer + origin.bytes, unknown, sizeof unknown);
    origin = (struct wire_origin){decoded(&wire_row, longer, origin.bytes + sizeof unknown), longer,
                                  origin.bytes + sizeof unknown};
    struct row after = *(const struct row *)origin.record;
    assert_same_bytes(&wire_row, &after, &origin);
    after.partition.next_command = 7;
    assert_same_bytes(&wire_row, &after, &origin);
}

#define ARENA_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(whatever_changes_the_bytes_are_those_of_the_whole_record),
        ARENA_TEST(of_a_list_of_any_length_one_item_changes),
        ARENA_TEST(what_is_not_known_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
