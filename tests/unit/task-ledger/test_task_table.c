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

static void commit(struct task_table *table)
{
    task_table_seal(table);
    task_table_commit(table);
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
    commit(table);
    task_table_undo(table);
    assert_row(table, "a", "1");
    task_table_free(table);
}

static void a_commit_ends_what_was_sealed_and_no_more(void **state)
{
    (void)state;
    struct task_table *table = task_table_new();
    put(table, "a", "first");
    task_table_seal(table);
    put(table, "a", "next");
    put(table, "b", "next");
    task_table_commit(table);
    assert_row(table, "a", "next");
    assert_int_equal(task_table_undo_bytes(table), strlen("first"));
    task_table_undo(table);
    assert_row(table, "a", "first");
    assert_row(table, "b", NULL);
    task_table_free(table);
}

static void undo_takes_back_what_was_sealed_and_what_came_behind_it(void **state)
{
    (void)state;
    struct task_table *table = task_table_new();
    task_table_load(table, "a", "old", 3);
    put(table, "a", "first");
    task_table_seal(table);
    put(table, "a", "next");
    put(table, "b", "next");
    task_table_undo(table);
    assert_row(table, "a", "old");
    assert_row(table, "b", NULL);
    put(table, "a", "again"); /* and nothing is sealed any more */
    commit(table);
    task_table_undo(table);
    assert_row(table, "a", "again");
    task_table_free(table);
}

static void an_empty_row_is_a_row(void **state)
{
    (void)state;
    struct task_table *table = task_table_new();
    task_table_put(table, "empty", "", 0);
    assert_row(table, "empty", "");
    commit(table);
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
    struct model committed = {0}, sealed = {0}, open = {0};
    bool is_sealed = false;
    for (int round = 0; round < ROUNDS; round++) {
        for (int64_t changes = dice_roll(&dice, 0, 8); changes > 0; changes--) {
            int index = (int)dice_roll(&dice, 0, KEYS - 1);
            char key[TEXT];
            snprintf(key, sizeof(key), "key-%d", index);
            snprintf(open.rows[index], TEXT, "%d-%lld", round, (long long)dice_roll(&dice, 0, 1000000));
            put(table, key, open.rows[index]);
        }
        if (dice_chance(&dice, 30)) {
            task_table_undo(table);
            open = committed;
            is_sealed = false;
        } else if (is_sealed) {
            task_table_commit(table);
            committed = sealed;
            is_sealed = false;
        } else {
            task_table_seal(table);
            sealed = open;
            is_sealed = true;
        }
        assert_model(table, &open);
    }
    task_table_free(table);
}

/* --- thousands of rows: the index grows, new rows are undone, and a walk goes on all the while ---------------------- */

enum { MANY = 6000, MANY_ROUNDS = 1500 };

struct many {
    uint32_t committed[MANY], open[MANY]; /* 0: no such row; else what it says */
    bool walked[MANY], there_all_along[MANY];
    bool walking;
};

static void key_of(int index, char ret_key[TEXT])
{
    /* Of several lengths, some nearly alike. */
    snprintf(ret_key, TEXT, "%.*s%d", index % 13, "aaaaaaaaaaaaa", index);
}

static void change_some(struct dice *dice, struct task_table *table, struct many *many)
{
    for (int64_t changes = dice_roll(dice, 0, 40); changes > 0; changes--) {
        char key[TEXT], row[TEXT];
        int index = (int)dice_roll(dice, 0, MANY - 1);
        many->open[index] = (uint32_t)dice_roll(dice, 1, 1000000);
        key_of(index, key);
        snprintf(row, sizeof(row), "%u", many->open[index]);
        put(table, key, row);
    }
}

static void begin_walk(struct task_table *table, struct many *many)
{
    task_table_walk(table);
    many->walking = true;
    for (int i = 0; i < MANY; i++) {
        many->walked[i] = false;
        many->there_all_along[i] = many->committed[i] != 0;
    }
}

/* Between two transactions, as snapshots do. */
static void walk_some(struct dice *dice, struct task_table *table, struct many *many)
{
    const char *key;
    struct row_bytes row;
    for (int64_t steps = dice_roll(dice, 1, 300); steps > 0; steps--) {
        if (!task_table_walk_next(table, &key, &row)) {
            for (int i = 0; i < MANY; i++)
                assert_true(many->walked[i] || !many->there_all_along[i]);
            many->walking = false;
            return;
        }
        int index = 0;
        assert_int_equal(sscanf(key + strspn(key, "a"), "%d", &index), 1);
        assert_false(many->walked[index]);
        many->walked[index] = true;
        char expected[TEXT];
        snprintf(expected, sizeof(expected), "%u", many->committed[index]);
        assert_int_equal(row.bytes, strlen(expected));
        assert_memory_equal(row.data, expected, row.bytes);
    }
}

static void assert_many(const struct task_table *table, const struct many *many)
{
    size_t count = 0, bytes = 0;
    for (int i = 0; i < MANY; i++) {
        char key[TEXT], expected[TEXT];
        key_of(i, key);
        snprintf(expected, sizeof(expected), "%u", many->committed[i]);
        assert_row(table, key, many->committed[i] == 0 ? NULL : expected);
        count += many->committed[i] != 0;
        bytes += many->committed[i] != 0 ? strlen(key) + strlen(expected) : 0;
    }
    assert_int_equal(task_table_count(table), count);
    assert_int_equal(task_table_bytes(table), bytes);
}

static void thousands_of_rows_are_what_a_plain_list_says(void **state)
{
    (void)state;
    static struct many many;
    struct dice dice = dice_new("task_table_many");
    struct task_table *table = task_table_new();
    for (int round = 0; round < MANY_ROUNDS; round++) {
        change_some(&dice, table, &many);
        if (dice_chance(&dice, 70)) {
            commit(table);
            memcpy(many.committed, many.open, sizeof(many.committed));
        } else {
            task_table_undo(table);
            memcpy(many.open, many.committed, sizeof(many.open));
        }
        if (many.walking)
            walk_some(&dice, table, &many);
        else
            begin_walk(table, &many);
        if (round % 100 == 0)
            assert_many(table, &many);
    }
    assert_many(table, &many);
    task_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undo_removes_new_rows_and_brings_back_replaced_ones),
        cmocka_unit_test(commit_leaves_nothing_to_undo),
        cmocka_unit_test(a_commit_ends_what_was_sealed_and_no_more),
        cmocka_unit_test(undo_takes_back_what_was_sealed_and_what_came_behind_it),
        cmocka_unit_test(an_empty_row_is_a_row),
        cmocka_unit_test(each_visits_until_told_to_stop),
        cmocka_unit_test(transactions_in_any_order_leave_what_was_committed),
        cmocka_unit_test(thousands_of_rows_are_what_a_plain_list_says),
    };
    return cmocka_run_group_tests_name("task_table", tests, NULL, NULL);
}
