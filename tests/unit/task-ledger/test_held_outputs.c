/* What a batch will write waits in memory, in order, whatever its size, and its room is used again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "dice.h"
#include "task-ledger/held_outputs.h"

enum { MESSAGES = 3000, LARGEST = 600 * 1024, TEXT = 24 };

static size_t seen;

static size_t size_of(struct dice *dice)
{
    return (size_t)(dice_chance(dice, 1) ? dice_roll(dice, 0, LARGEST) : dice_roll(dice, 0, 900));
}

static void take(void *self, const struct log_message *message)
{
    struct dice *dice = self;
    char key[TEXT];
    snprintf(key, sizeof(key), "key-%zu", seen);
    const size_t bytes = size_of(dice);
    assert_int_equal(message->partition, (int)(seen % 16));
    assert_int_equal(message->key_bytes, strlen(key));
    assert_memory_equal(message->key, key, message->key_bytes);
    assert_int_equal(message->value_bytes, bytes);
    assert_non_null(message->value); /* an empty one is no tombstone */
    const unsigned char *value = message->value;
    for (size_t i = 0; i < bytes; i += 97)
        assert_int_equal(value[i], (unsigned char)seen);
    seen++;
}

static void fill(struct held_outputs *held, struct dice *dice)
{
    static unsigned char value[LARGEST];
    for (size_t i = 0; i < MESSAGES; i++) {
        char key[TEXT];
        snprintf(key, sizeof(key), "key-%zu", i);
        const size_t bytes = size_of(dice);
        memset(value, (unsigned char)i, bytes);
        held_outputs_add(held, &(struct log_message){.topic = "events",
                                                     .partition = (int32_t)(i % 16),
                                                     .key = key,
                                                     .key_bytes = strlen(key),
                                                     .value = value,
                                                     .value_bytes = bytes});
    }
}

static void messages_come_out_as_they_went_in_and_again_after_a_clear(void **state)
{
    (void)state;
    static const struct log_port_operations operations = {.produce = take};
    struct dice dice = dice_new("held_outputs");
    struct held_outputs *held = held_outputs_new();
    for (int round = 0; round < 3; round++) {
        struct dice again = dice;
        fill(held, &dice);
        assert_int_equal(held_outputs_count(held), MESSAGES);
        struct log_port port = {&operations, &again};
        seen = 0;
        held_outputs_produce(held, &port);
        assert_int_equal(seen, MESSAGES);
        held_outputs_clear(held);
        assert_int_equal(held_outputs_count(held), 0);
        assert_int_equal(held_outputs_bytes(held), 0);
    }
    held_outputs_free(held);
}

static void take_bare(void *self, const struct log_message *message)
{
    (void)self;
    assert_null(message->key);
    assert_null(message->value);
    seen++;
}

static void a_tombstone_and_a_record_without_a_key_stay_so(void **state)
{
    (void)state;
    static const struct log_port_operations operations = {.produce = take_bare};
    struct log_port port = {&operations, NULL};
    struct held_outputs *held = held_outputs_new();
    held_outputs_add(held, &(struct log_message){.topic = "dead-letters", .key = NULL, .value = NULL});
    seen = 0;
    held_outputs_produce(held, &port);
    assert_int_equal(seen, 1);
    held_outputs_free(held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_out_as_they_went_in_and_again_after_a_clear),
        cmocka_unit_test(a_tombstone_and_a_record_without_a_key_stay_so),
    };
    return cmocka_run_group_tests_name("held_outputs", tests, NULL, NULL);
}
