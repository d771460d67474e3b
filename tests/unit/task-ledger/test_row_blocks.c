/* Memory for rows: whoever has a block has it alone, and what was given back is taken again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "dice.h"
#include "task-ledger/row_blocks.h"

enum { BLOCKS = 400, STEPS = 40000, LARGEST = 70000 };

struct taken {
    unsigned char *block;
    size_t bytes;
    unsigned char filling;
};

static void assert_untouched(const struct taken *taken)
{
    for (size_t i = 0; i < taken->bytes; i += i < 64 ? 1 : 97)
        assert_int_equal(taken->block[i], taken->filling);
    assert_int_equal(taken->block[taken->bytes - 1], taken->filling);
}

static void blocks_of_all_sizes_do_not_overlap(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    struct row_blocks *blocks = row_blocks_new();
    static struct taken taken[BLOCKS];
    memset(taken, 0, sizeof taken);
    for (int i = 0; i < STEPS; i++) {
        struct taken *one = &taken[dice_roll(&dice, 0, BLOCKS - 1)];
        if (one->block != NULL) {
            assert_untouched(one);
            row_blocks_give(blocks, one->block, one->bytes);
        }
        one->bytes = (size_t)dice_roll(&dice, 1, dice_chance(&dice, 90) ? 3000 : LARGEST);
        one->block = row_blocks_take(blocks, one->bytes);
        assert_int_equal((uintptr_t)one->block % 16, 0);
        one->filling = (unsigned char)dice_roll(&dice, 0, 255);
        memset(one->block, one->filling, one->bytes);
    }
    for (int i = 0; i < BLOCKS; i++)
        if (taken[i].block != NULL)
            assert_untouched(&taken[i]);
    row_blocks_free(blocks); /* those that are still taken too */
}

static void what_was_given_back_is_taken_again(void **state)
{
    (void)state;
    struct row_blocks *blocks = row_blocks_new();
    for (size_t bytes = 1; bytes < 20000; bytes += 37) {
        void *block = row_blocks_take(blocks, bytes);
        const size_t held = row_blocks_held(blocks);
        for (int i = 0; i < 100; i++) {
            row_blocks_give(blocks, block, bytes);
            block = row_blocks_take(blocks, bytes);
        }
        assert_int_equal(row_blocks_held(blocks), held);
        row_blocks_give(blocks, block, bytes);
    }
    row_blocks_free(blocks);
}

static void a_row_that_is_too_large_for_any_class_is_freed_at_once(void **state)
{
    (void)state;
    struct row_blocks *blocks = row_blocks_new();
    void *block = row_blocks_take(blocks, LARGEST);
    assert_int_equal(row_blocks_held(blocks), LARGEST);
    row_blocks_give(blocks, block, LARGEST);
    assert_int_equal(row_blocks_held(blocks), 0);
    row_blocks_give(blocks, NULL, 100);
    row_blocks_free(blocks);
    row_blocks_free(NULL);
}

/* Many rows of the usual sizes: what is held beyond them. */
static void little_is_held_that_nobody_uses(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    struct row_blocks *blocks = row_blocks_new();
    size_t used = 0;
    for (int i = 0; i < 20000; i++) {
        const size_t bytes = (size_t)dice_roll(&dice, 300, 2000);
        used += bytes;
        (void)row_blocks_take(blocks, bytes);
    }
    assert_in_range(row_blocks_held(blocks), used, used + used / 20);
    row_blocks_free(blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_all_sizes_do_not_overlap),
        cmocka_unit_test(what_was_given_back_is_taken_again),
        cmocka_unit_test(a_row_that_is_too_large_for_any_class_is_freed_at_once),
        cmocka_unit_test(little_is_held_that_nobody_uses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
