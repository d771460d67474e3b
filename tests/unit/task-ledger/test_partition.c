/* What waits in a partition: records come out as they went in, and no room is held for what has gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "dice.h"
#include "task-ledger/partition.h"

enum { LARGE_BYTES = 100 * 1000, ROUNDS = 20000, WAITING_AT_MOST = 200 };

static struct partition *partition;
static uint8_t *value;

static int set_up(void **state)
{
    (void)state;
    partition = partition_new(0);
    value = must_alloc(LARGE_BYTES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    partition_free(partition);
    free(value);
    return 0;
}

/* Its first byte says which it is. */
static void queue(int64_t offset, size_t bytes)
{
    value[0] = (uint8_t)offset;
    const struct log_record record = {
        .offset = offset, .key = "key", .key_bytes = 3, .value = value, .value_bytes = bytes};
    partition_queue(partition, STREAM_COMMANDS, &record);
}

static const struct waiting_queue *waiting(void)
{
    return &partition->waiting[STREAM_COMMANDS];
}

/* A registry behind a letter: the chunk that was kept for letters is not counted down for the registry's. */
static void a_large_record_behind_an_empty_chunk_leaves_nothing_behind(void **state)
{
    (void)state;
    queue(0, 10);
    partition_drop_first(partition, STREAM_COMMANDS);
    queue(1, LARGE_BYTES);
    assert_int_equal(waiting()->first->value_bytes, LARGE_BYTES);
    partition_drop_first(partition, STREAM_COMMANDS);
    assert_null(waiting()->first);
    assert_null(waiting()->oldest);
    assert_null(waiting()->newest);
}

/* What is not given back, the leak checker finds at the end. */
static void records_of_all_sizes_come_out_as_they_went_in(void **state)
{
    (void)state;
    struct dice dice = dice_new("test_partition");
    int64_t next = 0, first = 0;
    for (int i = 0; i < ROUNDS; i++) {
        bool full = waiting()->count == WAITING_AT_MOST;
        if (waiting()->count == 0 || (!full && dice_chance(&dice, 50))) {
            queue(next++, (size_t)(dice_chance(&dice, 3) ? dice_roll(&dice, 1, LARGE_BYTES)
                                                         : dice_roll(&dice, 1, 2000)));
            continue;
        }
        assert_int_equal(waiting()->first->offset, first);
        assert_int_equal(*(const uint8_t *)waiting()->first->value, (uint8_t)first);
        assert_string_equal(waiting()->first->key, "key");
        partition_drop_first(partition, STREAM_COMMANDS);
        first++;
    }
    assert_int_equal(partition_drop_waiting(partition), next - first);
    assert_int_equal(waiting()->count, 0);
    assert_ptr_equal(waiting()->oldest, waiting()->newest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_large_record_behind_an_empty_chunk_leaves_nothing_behind, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(records_of_all_sizes_come_out_as_they_went_in, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
