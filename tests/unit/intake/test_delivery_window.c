/* Offsets are committed and watermarks speak only below what has arrived. */
#include "delivery_window.h"

#include "base/arena.h"
#include "dice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct instant some_time = {1000};

static void count_advance(void *context)
{
    (*(int *)context)++;
}

static void nothing_is_known_before_the_first_record(void **state)
{
    (void)state;
    struct delivery_window *window = delivery_window_new(NULL, NULL, NULL);
    assert_int_equal(delivery_window_next(window), -1);
    assert_false(instant_is_set(delivery_window_oldest(window)));
    delivery_window_free(window);
}

static void the_lowest_that_waits_holds_all_above(void **state)
{
    (void)state;
    int advanced = 0;
    struct delivery_window *window = delivery_window_new(NULL, count_advance, &advanced);
    struct delivery *first = delivery_window_open(window, 10, (struct instant){1});
    struct delivery *second = delivery_window_open(window, 11, (struct instant){2});
    delivery_settle(second);
    assert_int_equal(delivery_window_next(window), 10);
    assert_int_equal(delivery_window_oldest(window).ms, 1);
    assert_int_equal(advanced, 0);
    delivery_settle(first);
    assert_int_equal(delivery_window_next(window), 12);
    assert_int_equal(delivery_window_count(window), 0);
    assert_int_equal(advanced, 1);
    delivery_window_free(window);
}

static void a_clock_that_is_put_back_makes_a_later_record_the_oldest(void **state)
{
    (void)state;
    struct delivery_window *window = delivery_window_new(NULL, NULL, NULL);
    struct delivery *first = delivery_window_open(window, 1, (struct instant){2000});
    struct delivery *second = delivery_window_open(window, 2, (struct instant){500});
    assert_int_equal(delivery_window_oldest(window).ms, 500);
    delivery_settle(first);
    assert_int_equal(delivery_window_oldest(window).ms, 500);
    delivery_settle(second);
    delivery_window_free(window);
}

static void a_record_waits_for_all_its_outputs(void **state)
{
    (void)state;
    struct delivery_window *window = delivery_window_new(NULL, NULL, NULL);
    struct delivery *record = delivery_window_open(window, 5, some_time);
    delivery_add(record);
    delivery_add(record);
    delivery_settle(record); /* the first arrives while the second is handed over */
    delivery_settle(record);
    assert_int_equal(delivery_window_next(window), 5);
    delivery_settle(record);
    assert_int_equal(delivery_window_next(window), 6);
    delivery_window_free(window);
}

static void a_second_attempt_is_the_same_record(void **state)
{
    (void)state;
    struct delivery_window *window = delivery_window_new(NULL, NULL, NULL);
    struct delivery *record = delivery_window_open(window, 5, some_time);
    assert_ptr_equal(delivery_window_open(window, 5, some_time), record);
    assert_int_equal(delivery_window_count(window), 1);
    delivery_settle(record);
    assert_int_equal(delivery_window_next(window), 6);
    delivery_window_free(window);
}

static void markers_between_records_do_not_hold(void **state)
{
    (void)state;
    struct delivery_window *window = delivery_window_new(NULL, NULL, NULL);
    struct delivery *first = delivery_window_open(window, 5, some_time);
    struct delivery *second = delivery_window_open(window, 9, some_time);
    delivery_settle(first);
    assert_int_equal(delivery_window_next(window), 9);
    delivery_settle(second);
    delivery_window_free(window);
}

static void what_is_on_its_way_outlives_its_window(void **state)
{
    (void)state;
    int owner = 0, advanced = 0;
    struct delivery_window *window = delivery_window_new(&owner, count_advance, &advanced);
    struct delivery *record = delivery_window_open(window, 5, some_time);
    delivery_add(record);
    delivery_settle(record);
    delivery_window_free(window);
    assert_ptr_equal(delivery_owner(record), &owner);
    delivery_settle(record); /* the sanitizer sees what is wrong here */
    assert_int_equal(advanced, 0);
}

/* Against the plain definition, in any order of arrival. */
static void next_is_always_the_lowest_that_waits(void **state)
{
    enum { RECORDS = 200 };
    struct dice dice = dice_new("delivery_window");
    struct delivery *waiting[RECORDS] = {0};
    struct delivery_window *window = delivery_window_new(NULL, NULL, NULL);
    int opened = 0, settled = 0;
    (void)state;
    while (settled < RECORDS) {
        if (opened < RECORDS && (opened == settled || dice_chance(&dice, 50))) {
            waiting[opened] = delivery_window_open(window, opened, some_time);
            opened++;
        } else {
            int64_t any = dice_roll(&dice, 0, opened - 1);
            while (waiting[any] == NULL)
                any = (any + 1) % opened;
            delivery_settle(waiting[any]);
            waiting[any] = NULL;
            settled++;
        }
        int lowest = 0;
        while (lowest < opened && waiting[lowest] == NULL)
            lowest++;
        assert_int_equal(delivery_window_next(window), lowest);
    }
    delivery_window_free(window);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_before_the_first_record),
        cmocka_unit_test(the_lowest_that_waits_holds_all_above),
        cmocka_unit_test(a_clock_that_is_put_back_makes_a_later_record_the_oldest),
        cmocka_unit_test(a_record_waits_for_all_its_outputs),
        cmocka_unit_test(a_second_attempt_is_the_same_record),
        cmocka_unit_test(markers_between_records_do_not_hold),
        cmocka_unit_test(what_is_on_its_way_outlives_its_window),
        cmocka_unit_test(next_is_always_the_lowest_that_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
