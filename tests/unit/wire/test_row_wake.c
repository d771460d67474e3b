/* The watcher's cut of a row says what the whole row says, whatever else stands in it. */
#include "wire_sample.h"

#include "base/limits.h"
#include "domain/row.h"
#include "wire/messages.h"
#include "wire/records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { CASES = 500, ARENA_BYTES = 64 * 1024 * 1024 };

static void a_cut_says_of_every_row_what_the_whole_says(void **state)
{
    (void)state;
    struct dice dice = dice_new("row wake");
    struct arena *arena = arena_new(ARENA_BYTES);
    uint32_t tasks = 0;
    for (int i = 0; i < CASES; i++) {
        arena_reset(arena);
        const struct row *row = wire_sample(&dice, &wire_row, i % 2 == 0 ? SAMPLE_FULL : SAMPLE_SOME, arena);
        size_t bytes;
        const void *data = wire_encode(&wire_row, row, arena, &bytes);
        struct row_wake wake;
        struct wire_fault fault;
        assert_true(wire_decode(&wire_row_wake, data, bytes, LIMIT_ROW_BYTES, arena, &wake, &fault));
        assert_int_equal(wake.kind, row->kind == ROW_TASK ? ROW_TASK : ROW_NONE);
        if (row->kind != ROW_TASK)
            continue;
        tasks++;
        assert_string_equal(wake.task.id, row->task.id);
        assert_int_equal(wake.task.wake_seq, row->task.wake_seq);
        assert_int_equal(wake.task.next_wake.ms, row->task.next_wake.ms);
    }
    assert_in_range(tasks, 1, CASES);
    arena_free(arena);
}

static void what_is_cut_off_is_refused(void **state)
{
    (void)state;
    struct dice dice = dice_new("row wake, cut off");
    struct arena *arena = arena_new(ARENA_BYTES);
    struct row row = *(struct row *)wire_sample(&dice, &wire_row, SAMPLE_FULL, arena);
    size_t bytes;
    while (row.kind != ROW_TASK)
        row = *(struct row *)wire_sample(&dice, &wire_row, SAMPLE_FULL, arena);
    const void *data = wire_encode(&wire_row, &row, arena, &bytes);
    struct row_wake wake;
    struct wire_fault fault;
    assert_false(wire_decode(&wire_row_wake, data, bytes - 1, LIMIT_ROW_BYTES, arena, &wake, &fault));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_says_of_every_row_what_the_whole_says),
        cmocka_unit_test(what_is_cut_off_is_refused),
    };
    return cmocka_run_group_tests_name("row_wake", tests, NULL, NULL);
}
