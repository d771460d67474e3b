/* The rules of common/base/buffer.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/buffer.h"

static void an_unused_buffer_holds_nothing_and_can_be_released(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 10);
    assert_null(buffer.data);
    assert_int_equal(buffer.length, 0);
    buffer_clear(&buffer);
    buffer_release(&buffer);
    buffer_release(&buffer);
}

static void appends_add_up_and_end_with_a_terminator(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 1000);
    buffer_append_text(&buffer, "");
    assert_string_equal(buffer.data, "");
    buffer_append_text(&buffer, "督办");
    buffer_append(&buffer, "〔2023〕more", strlen("〔2023〕"));
    buffer_format(&buffer, "%d%s", 17, "号");
    assert_string_equal(buffer.data, "督办〔2023〕17号");
    assert_int_equal(buffer.length, strlen("督办〔2023〕17号"));
    assert_false(buffer.overflowed);
    buffer_release(&buffer);
}

static void bytes_may_hold_zeros(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 1000);
    buffer_append(&buffer, "a\0b", 3);
    buffer_append(&buffer, NULL, 0);
    assert_int_equal(buffer.length, 3);
    assert_memory_equal(buffer.data, "a\0b", 4);
    buffer_release(&buffer);
}

static void the_limit_can_be_reached_but_not_passed(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 100);
    for (int i = 0; i < 100; i++)
        buffer_append_text(&buffer, "x");
    assert_int_equal(buffer.length, 100);
    assert_false(buffer.overflowed);
    assert_true(buffer.capacity <= 101);
    buffer_append_text(&buffer, "y");
    assert_true(buffer.overflowed);
    assert_int_equal(buffer.length, 100);
    assert_null(strchr(buffer.data, 'y'));
    buffer_release(&buffer);
}

static void after_an_overflow_nothing_is_appended_until_it_is_cleared(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, 10);
    buffer_append_text(&buffer, "12345");
    buffer_format(&buffer, "%s", "too long by one");
    buffer_append_text(&buffer, "6");
    buffer_format(&buffer, "%d", 7);
    assert_true(buffer.overflowed);
    assert_string_equal(buffer.data, "12345");
    buffer_clear(&buffer);
    assert_false(buffer.overflowed);
    assert_string_equal(buffer.data, "");
    buffer_append_text(&buffer, "1234567890");
    assert_string_equal(buffer.data, "1234567890");
    assert_false(buffer.overflowed);
    buffer_release(&buffer);
}

static void a_size_beyond_all_numbers_overflows_instead_of_wrapping(void **state)
{
    (void)state;
    struct buffer buffer;
    buffer_init(&buffer, SIZE_MAX);
    buffer_append_text(&buffer, "x");
    buffer_append(&buffer, "", SIZE_MAX);
    assert_true(buffer.overflowed);
    assert_string_equal(buffer.data, "x");
    buffer_release(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unused_buffer_holds_nothing_and_can_be_released),
        cmocka_unit_test(appends_add_up_and_end_with_a_terminator),
        cmocka_unit_test(bytes_may_hold_zeros),
        cmocka_unit_test(the_limit_can_be_reached_but_not_passed),
        cmocka_unit_test(after_an_overflow_nothing_is_appended_until_it_is_cleared),
        cmocka_unit_test(a_size_beyond_all_numbers_overflows_instead_of_wrapping),
    };
    return cmocka_run_group_tests_name("base/buffer", tests, NULL, NULL);
}
