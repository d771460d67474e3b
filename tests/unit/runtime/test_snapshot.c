/* Snapshot files: what is whole comes back, what is not is refused, and the older one is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/snapshot.h"
#include "scratch.h"

static const struct snapshot_of ours = {"district", "duban.tasks", 3, "ledger"};
static char *directory;

static int set_up(void **state)
{
    (void)state;
    directory = scratch_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_free(directory);
    return 0;
}

/* Rows "a" … , each with a text that names the snapshot. */
static void write_snapshot(const struct snapshot_of *of, int64_t next, int rows)
{
    struct snapshot_writer *writer = snapshot_begin(directory, of, next);
    assert_non_null(writer);
    for (int i = 0; i < rows; i++) {
        char key[2] = {(char)('a' + i), '\0'}, row[32];
        int bytes = snprintf(row, sizeof(row), "%s at %lld", key, (long long)next);
        assert_true(snapshot_add(writer, key, row, (size_t)bytes));
    }
    assert_true(snapshot_publish(writer));
}

static char *path_of(int64_t next, char path[512])
{
    snprintf(path, 512, "%s/partition-3-%020lld.snapshot", directory, (long long)next);
    return path;
}

struct read_back {
    int rows;
    char last[64];
};

static void take_row(void *context, const char *key, const void *data, size_t bytes)
{
    struct read_back *back = context;
    back->rows++;
    snprintf(back->last, sizeof(back->last), "%s=%.*s", key, (int)bytes, (const char *)data);
}

static bool load(const struct snapshot_of *of, int64_t start, int64_t end, struct read_back *back,
                 int64_t *next, uint32_t *refused)
{
    *back = (struct read_back){0};
    return snapshot_load(directory, of, start, end, take_row, back, next, refused);
}

static void what_was_written_comes_back(void **state)
{
    (void)state;
    struct read_back back;
    int64_t next = -1;
    uint32_t refused = 7;
    assert_false(load(&ours, 0, 100, &back, &next, &refused));
    assert_int_equal(refused, 0);
    write_snapshot(&ours, 42, 5);
    assert_true(load(&ours, 0, 42, &back, &next, &refused));
    assert_int_equal(next, 42);
    assert_int_equal(back.rows, 5);
    assert_string_equal(back.last, "e=e at 42");
    write_snapshot(&ours, 50, 0); /* an empty partition is a state too */
    assert_true(load(&ours, 0, 50, &back, &next, &refused));
    assert_int_equal(back.rows, 0);
}

static void the_two_newest_are_kept(void **state)
{
    (void)state;
    char path[512];
    for (int64_t next = 1; next <= 4; next++)
        write_snapshot(&ours, next, 1);
    assert_int_not_equal(access(path_of(2, path), F_OK), 0);
    assert_int_equal(access(path_of(3, path), F_OK), 0);
    assert_int_equal(access(path_of(4, path), F_OK), 0);
}

static void what_is_not_published_is_not_read(void **state)
{
    (void)state;
    struct read_back back;
    int64_t next;
    uint32_t refused;
    struct snapshot_writer *writer = snapshot_begin(directory, &ours, 9);
    assert_true(snapshot_add(writer, "a", "x", 1));
    assert_false(load(&ours, 0, 100, &back, &next, &refused));
    snapshot_discard(writer);
    write_snapshot(&ours, 10, 1); /* over what a killed one may have left */
    assert_true(load(&ours, 0, 100, &back, &next, &refused));
    assert_int_equal(next, 10);
}

static void a_snapshot_of_something_else_is_refused(void **state)
{
    (void)state;
    static const struct snapshot_of others[] = {
        {"another",  "duban.tasks", 3},
        {"district", "other.tasks", 3}
    };
    struct read_back back;
    int64_t next;
    uint32_t refused;
    write_snapshot(&ours, 42, 2);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        assert_false(load(&others[i], 0, 100, &back, &next, &refused));
        assert_int_equal(refused, 1);
        assert_int_equal(back.rows, 0);
    }
    const struct snapshot_of partition = {"district", "duban.tasks", 4, "ledger"};
    assert_false(load(&partition, 0, 100, &back, &next, &refused));
    assert_int_equal(refused, 0); /* its file is not even looked at; renamed, it is: */
    char from[512], to[512];
    snprintf(to, sizeof(to), "%s/partition-4-%020d.snapshot", directory, 42);
    assert_int_equal(rename(path_of(42, from), to), 0);
    assert_false(load(&partition, 0, 100, &back, &next, &refused));
    assert_int_equal(refused, 1);
}

static void an_offset_that_the_log_does_not_have_is_refused(void **state)
{
    (void)state;
    struct read_back back;
    int64_t next;
    uint32_t refused;
    write_snapshot(&ours, 42, 2);
    assert_false(load(&ours, 0, 41, &back, &next, &refused));
    assert_int_equal(refused, 1);
    assert_false(load(&ours, 43, 100, &back, &next, &refused));
    assert_int_equal(refused, 1);
}

static size_t read_file(const char *path, uint8_t content[4096])
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t bytes = fread(content, 1, 4096, file);
    fclose(file);
    return bytes;
}

static void write_file(const char *path, const uint8_t *content, size_t bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, bytes, file), bytes);
    fclose(file);
}

static void assert_older_is_used(void)
{
    struct read_back back;
    int64_t next = -1;
    uint32_t refused = 0;
    assert_true(load(&ours, 0, 100, &back, &next, &refused));
    assert_int_equal(next, 41);
    assert_int_equal(refused, 1);
    assert_string_equal(back.last, "b=b at 41");
}

static void a_damaged_or_shortened_one_is_refused_and_the_older_one_used(void **state)
{
    (void)state;
    char path[512];
    uint8_t content[4096];
    write_snapshot(&ours, 41, 2);
    write_snapshot(&ours, 42, 3);
    size_t bytes = read_file(path_of(42, path), content);
    for (size_t i = 0; i < bytes; i++) {
        content[i] ^= 0x40;
        write_file(path, content, bytes);
        assert_older_is_used();
        content[i] ^= 0x40;
        write_file(path, content, i);
        assert_older_is_used();
    }
    content[bytes] = 0;
    write_file(path, content, bytes + 1);
    assert_older_is_used();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_written_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_two_newest_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_published_is_not_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_snapshot_of_something_else_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_offset_that_the_log_does_not_have_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_or_shortened_one_is_refused_and_the_older_one_used, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
