/* The rows in memory: what undo must bring back, whatever was done in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "dice.h"
#include "task-ledger/task_table.h"

static void assert_row(const struct task_table *table, const char *key, const char *expected)
{
    struct row_bytes row = task_table_get(table, key);
    if (expected == NULL) {
        assert_null(row.data);
        return;
    }
    assert_non_null(row.data);
    assert_int_equal(row.bytes, strlen(expected));
    assert_memory_equal(row.data, expected, row.bytes);
}

static void put(struct task_table *table, const char *key, const char *row)
{
    task_table_put(table, key, row, strlen(row));
}

static void undo_removes_new_rows_and_brings_back_replaced_ones(void **state)
{
    (void)state;
    struct task_table *table = task_table_new();
    task_table_load(table, "kept", "old", 3);
    put(table, "kept", "first");
    put(table, "kept", "second");
    put(table, "new", "row");
    assert_row(table, "kept", "second");
    assert_int_equal(task_table_undo_bytes(table), strlen("old") + strlen("first"));
    task_table_undo(table);
    assert_row(table, "kept", "old");
    assert_row(table, "new", NULL);
    assert_int_equal(task_table_count(table), 1);
    assert_int_equal(task_table_bytes(table), strlen("kept") + strlen("old"));
    assert_int_equal(task_table_undo_bytes(table), 0);
    task_table_free(table);
}

static void commit_leaves_nothing_to_undo(void **state)
{
    (void)state;
    struct task_table *table = task_table_new();
    put(table, "a", "1");
    task_table_commit(table);
    task_table_undo(table);
    assert_row(table, "a", "1");
    task_table_free(table);
}

static void an_empty_row_is_a_row(void **state)
{
    (void)state;
    struct task_table *table = task_table_new();
    task_table_put(table, "empty", "", 0);
    assert_row(table, "empty", "");
    task_table_commit(table);
    put(table, "empty", "full");
    task_table_undo(table);
    assert_row(table, "empty", "");
    task_table_free(table);
}

static bool count_until_two(void *context, const char *key, struct row_bytes row)
{
    (void)key;
    (void)row;
    return ++*(int *)context < 2;
}

static void each_visits_until_told_to_stop(void **state)
{
    (void)state;
    struct task_table *table = task_table_new();
    put(table, "a", "1");
    put(table, "b", "2");
    put(table, "c", "3");
    int visited = 0;
    task_table_each(table, count_until_two, &visited);
    assert_int_equal(visited, 2);
    task_table_free(table);
}

enum { KEYS = 20, ROUNDS = 2000, TEXT = 24 };

struct model {
    char rows[KEYS][TEXT]; /* "": no such row */
};

static void assert_model(const struct task_table *table, const struct model *model)
{
    size_t count = 0;
    for (int i = 0; i < KEYS; i++) {
        char key[TEXT];
        snprintf(key, sizeof(key), "key-%d", i);
        bool there = model->rows[i][0] != '\0';
        assert_row(table, key, there ? model->rows[i] : NULL);
        count += there;
    }
    assert_int_equal(task_table_count(table), count);
}

static void transactions_in_any_order_leave_what_was_committed(void **state)
{
    (void)state;
    struct dice dice = dice_new("task_table");
    struct task_table *table = task_table_new();
    struct model committed = {0}, open = {0};
    for (int round = 0; round < ROUNDS; round++) {
        for (int64_t changes = dice_roll(&dice, 0, 8); changes > 0; changes--) {
            int index = (int)dice_roll(&dice, 0, KEYS - 1);
            char key[TEXT];
            snprintf(key, sizeof(key), "key-%d", index);
            snprintf(open.rows[index], TEXT, "%d-%lld", round, (long long)dice_roll(&dice, 0, 1000000));
            put(table, key, open.rows[index]);
        }
        if (dice_chance(&dice, 50)) {
            task_table_commit(table);
            committed = open;
        } else {
            task_table_undo(table);
            open = committed;
        }
        assert_model(table, &committed);
    }
    task_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undo_removes_new_rows_and_brings_back_replaced_ones),
        cmocka_unit_test(commit_leaves_nothing_to_undo),
        cmocka_unit_test(an_empty_row_is_a_row),
        cmocka_unit_test(each_visits_until_told_to_stop),
        cmocka_unit_test(transactions_in_any_order_leave_what_was_committed),
    };
    return cmocka_run_group_tests_name("task_table", tests, NULL, NULL);
}
