/* Reasons kept in words: the same bytes as worded anew, and never another reason's. */
#include "dubanctl/reason_memo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

/* More than there are places for. */
enum { REASONS = 3 * LIMIT_REASONS_KEPT, LONGEST = 300, TEXT_BYTES = 4 * 1024 };

static struct arena *arena;
static struct buffer out;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    buffer_init(&out, TEXT_BYTES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_release(&out);
    arena_free(arena);
    return 0;
}

static const struct deadline_reason *period(int amount, const char *basis)
{
    struct parameter *values = ARENA_ARRAY(arena, struct parameter, 3);
    struct deadline_reason *reason = ARENA_NEW(arena, struct deadline_reason);
    values[0] = (struct parameter){"amount", arena_format(arena, "%d", amount)};
    values[1] = (struct parameter){"unit", "calendar_day"};
    values[2] = (struct parameter){"basis", basis};
    *reason = (struct deadline_reason){.code = "period", .values = values, .value_count = 3};
    return reason;
}

static const char *written(struct reason_memo *memo, const struct deadline_reason *reason)
{
    buffer_clear(&out);
    reason_memo_write(memo, reason, arena, &out);
    return arena_text(arena, out.data);
}

static void a_kept_reason_is_written_as_the_first_time(void **state)
{
    (void)state;
    struct reason_memo *memo = reason_memo_new(LANGUAGE_ZH), *english = reason_memo_new(LANGUAGE_EN);
    static const char text[] =
        "{\"code\":\"period\",\"amount\":5,\"unit\":\"calendar_day\",\"text\":\"期间为5日。\"}";
    for (int i = 0; i < 3; i++) {
        assert_string_equal(written(memo, period(5, "")), text);
        assert_non_null(strstr(written(english, period(5, "")), "The period is 5 calendar days."));
    }
    reason_memo_free(memo);
    reason_memo_free(english);
}

static void no_reason_is_written_for_another(void **state)
{
    (void)state;
    struct reason_memo *memo = reason_memo_new(LANGUAGE_ZH);
    for (int round = 0; round < 2; round++) {
        for (int amount = 1; amount <= REASONS; amount++) {
            const char *part = arena_format(arena, "\"text\":\"期间为%d日。\"", amount);
            assert_non_null(strstr(written(memo, period(amount, "")), part));
            arena_reset(arena);
        }
    }
    reason_memo_free(memo);
}

static void values_do_not_run_together(void **state)
{
    (void)state;
    struct reason_memo *memo = reason_memo_new(LANGUAGE_ZH);
    static const struct parameter split[2][3] = {
        {{"amount", "1"},  {"unit", "calendar_day"}, {"basis", "2"}},
        {{"amount", "12"}, {"unit", "calendar_day"}, {"basis", ""} },
    };
    for (int i = 0; i < 4; i++) {
        struct deadline_reason reason = {.code = "period", .values = split[i % 2], .value_count = 3};
        const char *part = i % 2 == 0 ? "期间为1日(2)。" : "期间为12日。";
        assert_non_null(strstr(written(memo, &reason), part));
    }
    reason_memo_free(memo);
}

static void a_reason_too_long_to_keep_is_written_all_the_same(void **state)
{
    (void)state;
    struct reason_memo *memo = reason_memo_new(LANGUAGE_ZH);
    char basis[LONGEST + 1] = {0};
    memset(basis, 'x', LONGEST);
    for (int i = 0; i < 3; i++)
        assert_non_null(strstr(written(memo, period(i + 1, basis)), basis));
    assert_non_null(strstr(written(memo, period(3, basis)), "期间为3日"));
    reason_memo_free(memo);
}

static void a_full_buffer_keeps_nothing(void **state)
{
    (void)state;
    struct reason_memo *memo = reason_memo_new(LANGUAGE_ZH);
    struct buffer little;
    buffer_init(&little, 20);
    reason_memo_write(memo, period(7, ""), arena, &little);
    assert_true(little.overflowed);
    buffer_release(&little);
    assert_non_null(strstr(written(memo, period(7, "")), "期间为7日。"));
    reason_memo_free(memo);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_kept_reason_is_written_as_the_first_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_reason_is_written_for_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_do_not_run_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reason_too_long_to_keep_is_written_all_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_full_buffer_keeps_nothing, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
