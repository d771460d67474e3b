/* The tables against what they describe: the protos, the domain structs and the vocabulary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include "domain/registry.h"
#include "wire/messages.h"
#include "wire/table.h"
#include "wire_sample.h"

#include <protobuf-c/protobuf-c.h>

enum { SEEN_LIMIT = 256 };

/* Every table, each once: those that stand alone and those they embed. */
struct tables {
    const struct wire_message *all[SEEN_LIMIT];
    uint32_t count;
};

static void add_table(struct tables *tables, const struct wire_message *message)
{
    for (uint32_t i = 0; i < tables->count; i++) {
        if (tables->all[i] == message)
            return;
    }
    assert_in_range(tables->count, 0, SEEN_LIMIT - 1);
    tables->all[tables->count++] = message;
    for (uint32_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (field->message != NULL)
            add_table(tables, field->message);
        for (uint32_t v = 0; field->variants != NULL && field->variants[v].tag != 0; v++)
            add_table(tables, field->variants[v].message);
    }
}

static struct tables all_tables(void)
{
    struct tables tables = {.count = 0};
    uint32_t count;
    const struct wire_message *const *messages = wire_sample_messages(&count);
    for (uint32_t i = 0; i < count; i++)
        add_table(&tables, messages[i]);
    assert_true(tables.count > 60);
    return tables;
}

static const struct wire_field *find(const struct wire_message *message, const char *name)
{
    const struct wire_field *found = NULL;
    for (uint32_t i = 0; i < message->field_count; i++) {
        if (strcmp(message->fields[i].name, name) == 0) {
            assert_null(found);
            found = &message->fields[i];
        }
    }
    return found;
}

static void each_table_is_of_its_proto(void **state)
{
    (void)state;
    struct tables tables = all_tables();
    for (uint32_t i = 0; i < tables.count; i++) {
        assert_string_equal(tables.all[i]->name, tables.all[i]->descriptor->short_name);
        for (uint32_t j = 0; j < i; j++)
            assert_string_not_equal(tables.all[i]->name, tables.all[j]->name);
    }
}

/* What type of protobuf carries a kind, and whether repeated. */
static void assert_carries(const struct wire_field *row, const ProtobufCFieldDescriptor *field)
{
    static const ProtobufCType carriers[WIRE_KIND_COUNT] = {
        [WIRE_CODE] = PROTOBUF_C_TYPE_STRING,    [WIRE_REFERENCE] = PROTOBUF_C_TYPE_STRING,
        [WIRE_LINE] = PROTOBUF_C_TYPE_STRING,    [WIRE_PROSE] = PROTOBUF_C_TYPE_STRING,
        [WIRE_WORD] = PROTOBUF_C_TYPE_ENUM,      [WIRE_BOOL] = PROTOBUF_C_TYPE_BOOL,
        [WIRE_UINT32] = PROTOBUF_C_TYPE_UINT32,  [WIRE_INT32] = PROTOBUF_C_TYPE_INT32,
        [WIRE_MINUTE] = PROTOBUF_C_TYPE_INT32,   [WIRE_UINT64] = PROTOBUF_C_TYPE_UINT64,
        [WIRE_INT64] = PROTOBUF_C_TYPE_INT64,    [WIRE_INSTANT] = PROTOBUF_C_TYPE_INT64,
        [WIRE_DATE] = PROTOBUF_C_TYPE_INT32,     [WIRE_DIGEST] = PROTOBUF_C_TYPE_BYTES,
        [WIRE_BYTES] = PROTOBUF_C_TYPE_BYTES,    [WIRE_EMBED] = PROTOBUF_C_TYPE_MESSAGE,
        [WIRE_LIST] = PROTOBUF_C_TYPE_MESSAGE,   [WIRE_TEXTS] = PROTOBUF_C_TYPE_STRING,
        [WIRE_WORDS] = PROTOBUF_C_TYPE_ENUM,     [WIRE_UINT32S] = PROTOBUF_C_TYPE_UINT32,
        [WIRE_ONE_OF] = PROTOBUF_C_TYPE_MESSAGE,
    };
    bool repeated = row->kind == WIRE_LIST || row->kind == WIRE_TEXTS || row->kind == WIRE_WORDS ||
                    row->kind == WIRE_UINT32S;
    assert_int_equal(field->type, carriers[row->kind]);
    assert_int_equal(field->label == PROTOBUF_C_LABEL_REPEATED, repeated);
    assert_int_equal(field->offset, row->proto_offset);
    if (repeated)
        assert_int_equal(field->quantifier_offset, row->proto_count_offset);
    if (row->message != NULL)
        assert_ptr_equal(field->descriptor, row->message->descriptor);
}

static void every_field_of_a_proto_has_one_row(void **state)
{
    (void)state;
    struct tables tables = all_tables();
    for (uint32_t i = 0; i < tables.count; i++) {
        const struct wire_message *message = tables.all[i];
        if (message->field_count == 1 && message->fields[0].kind == WIRE_ONE_OF)
            continue;
        assert_int_equal(message->field_count, message->descriptor->n_fields);
        for (unsigned f = 0; f < message->descriptor->n_fields; f++) {
            const ProtobufCFieldDescriptor *field = &message->descriptor->fields[f];
            const struct wire_field *row = find(message, field->name);
            if (row == NULL)
                fail_msg("%s.%s has no row", message->name, field->name);
            else
                assert_carries(row, field);
        }
    }
}

static void the_number_of_a_choice_is_the_value_of_the_enum(void **state)
{
    (void)state;
    struct tables tables = all_tables();
    uint32_t choices = 0;
    for (uint32_t i = 0; i < tables.count; i++) {
        for (uint32_t f = 0; f < tables.all[i]->field_count; f++) {
            const struct wire_field *row = &tables.all[i]->fields[f];
            if (row->kind != WIRE_ONE_OF)
                continue;
            choices++;
            /* The readers of JSON take such a message as a choice and nothing else. */
            assert_int_equal(tables.all[i]->field_count, 1);
            uint32_t variants = 0;
            for (const struct wire_variant *variant = row->variants; variant->tag != 0; variant++) {
                const ProtobufCFieldDescriptor *field =
                    protobuf_c_message_descriptor_get_field(tables.all[i]->descriptor, variant->tag);
                assert_non_null(field);
                assert_string_equal(field->name, variant->name);
                assert_ptr_equal(field->descriptor, variant->message->descriptor);
                variants++;
            }
            assert_int_equal(variants, tables.all[i]->descriptor->n_fields);
        }
    }
    assert_int_equal(choices, 2); /* Body and Row */
}

static void every_trigger_has_a_body(void **state)
{
    (void)state;
    for (int trigger = 1; trigger < TRIGGER_COUNT; trigger++) {
        bool known = word_of(LIST_TRIGGER, trigger)->code[0] != '\0';
        assert_int_equal(wire_body_of((enum trigger)trigger) != NULL, known);
    }
    assert_null(wire_body_of(TRIGGER_NONE));
    assert_null(wire_body_of((enum trigger)10000));
}

/* TASK_STATE_IN_PROGRESS of an enum whose zero is TASK_STATE_UNSPECIFIED: in_progress */
static void code_of_name(const char *name, const char *zero_name, char ret_code[128])
{
    size_t prefix = strlen(zero_name) - strlen("UNSPECIFIED");
    assert_memory_equal(name, zero_name, prefix);
    size_t length = 0;
    for (const char *at = name + prefix; *at != '\0'; at++)
        ret_code[length++] = (char)tolower((unsigned char)*at);
    ret_code[length] = '\0';
}

static void enums_of_the_protos_are_the_vocabulary(void **state)
{
    (void)state;
    struct tables tables = all_tables();
    uint32_t compared = 0;
    for (uint32_t i = 0; i < tables.count; i++) {
        for (uint32_t f = 0; f < tables.all[i]->field_count; f++) {
            const struct wire_field *row = &tables.all[i]->fields[f];
            if (row->kind != WIRE_WORD && row->kind != WIRE_WORDS)
                continue;
            const ProtobufCFieldDescriptor *field =
                protobuf_c_message_descriptor_get_field_by_name(tables.all[i]->descriptor, row->name);
            const ProtobufCEnumDescriptor *words = field->descriptor;
            const ProtobufCEnumValue *zero = protobuf_c_enum_descriptor_get_value(words, 0);
            unsigned known = 1;
            for (unsigned v = 0; v < words->n_values; v++) {
                char code[128];
                code_of_name(words->values[v].name, zero->name, code);
                if (words->values[v].value != 0)
                    assert_string_equal(code, wire_word(row->words, (uint32_t)words->values[v].value));
            }
            for (uint32_t value = 1; value < 200; value++)
                known += wire_word(row->words, value)[0] != '\0';
            if (known != words->n_values)
                fail_msg("%s has %u values, the vocabulary %u", words->name, words->n_values, known);
            compared++;
        }
    }
    assert_true(compared > 40);
}

/* Marks the bytes of the domain struct that a row covers. What is left may only be padding: fewer bytes than the
 * widest alignment, at a place where a member could not lie. Finds a forgotten pointer, number or struct. */
static void cover(const struct wire_message *message, uint8_t *bytes)
{
    for (uint32_t i = 0; i < message->field_count; i++) {
        const struct wire_field *row = &message->fields[i];
        size_t size = sizeof(void *);
        if (row->kind == WIRE_BOOL)
            size = sizeof(bool);
        else if (row->kind >= WIRE_WORD && row->kind <= WIRE_MINUTE)
            size = sizeof(uint32_t);
        else if (row->kind == WIRE_DATE)
            size = sizeof(struct date);
        else if (row->kind == WIRE_DIGEST)
            size = sizeof(struct digest);
        else if (row->kind == WIRE_EMBED)
            size = row->message->size;
        memset(bytes + row->offset, 1, size);
        if (row->kind == WIRE_BYTES)
            memset(bytes + row->count_offset, 1, sizeof(size_t));
        else if (row->kind >= WIRE_LIST && row->kind <= WIRE_UINT32S)
            memset(bytes + row->count_offset, 1, sizeof(uint32_t));
    }
}

static void every_member_of_a_domain_struct_has_a_row(void **state)
{
    (void)state;
    struct tables tables = all_tables();
    for (uint32_t i = 0; i < tables.count; i++) {
        const struct wire_message *message = tables.all[i];
        uint8_t bytes[4096] = {0};
        if (message->field_count == 0 || message->fields[0].kind == WIRE_ONE_OF)
            continue;
        assert_true(message->size < sizeof bytes);
        cover(message, bytes);
        if (message == &wire_registry) /* its index is made of the rest */
            memset(bytes + offsetof(struct registry, index), 1, sizeof(struct registry_index *));
        for (size_t start = 0; start < message->size; start++) {
            if (bytes[start] != 0)
                continue;
            size_t end = start;
            while (end < message->size && bytes[end] == 0)
                end++;
            /* Padding ends where the next member, or the struct, is aligned. */
            bool padding = end - start < alignof(max_align_t) / 2 && end % sizeof(uint32_t) == 0;
            if (!padding)
                fail_msg("bytes %zu to %zu of the struct of %s have no row", start, end, message->name);
            start = end;
        }
    }
}

static void limits_are_set_where_something_grows(void **state)
{
    (void)state;
    struct tables tables = all_tables();
    for (uint32_t i = 0; i < tables.count; i++) {
        for (uint32_t f = 0; f < tables.all[i]->field_count; f++) {
            const struct wire_field *row = &tables.all[i]->fields[f];
            if (row->kind <= WIRE_PROSE || row->kind == WIRE_TEXTS || row->kind == WIRE_BYTES)
                assert_true(row->limit > 0);
            if (row->kind >= WIRE_LIST && row->kind <= WIRE_UINT32S)
                assert_true(row->count_limit > 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_table_is_of_its_proto),
        cmocka_unit_test(every_field_of_a_proto_has_one_row),
        cmocka_unit_test(the_number_of_a_choice_is_the_value_of_the_enum),
        cmocka_unit_test(every_trigger_has_a_body),
        cmocka_unit_test(enums_of_the_protos_are_the_vocabulary),
        cmocka_unit_test(every_member_of_a_domain_struct_has_a_row),
        cmocka_unit_test(limits_are_set_where_something_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
