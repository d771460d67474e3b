/* The rules of common/base/arena.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

enum { LIMIT = 1024 * 1024 };

static bool all_zero(const char *memory, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (memory[i] != 0)
            return false;
    return true;
}

static void memory_is_aligned_to_16_and_zeroed_even_when_used_before(void **state)
{
    (void)state;
    struct arena *arena = arena_new(LIMIT);
    for (int turn = 0; turn < 3; turn++) {
        for (size_t bytes = 1; bytes < 600; bytes += 7) {
            char *memory = arena_alloc(arena, bytes);
            assert_int_equal((uintptr_t)memory % 16, 0);
            assert_true(all_zero(memory, bytes));
            memset(memory, 0xa5, bytes);
        }
        arena_reset(arena);
    }
    arena_free(arena);
}

static void blocks_do_not_overlap_when_chunks_are_added(void **state)
{
    (void)state;
    enum { COUNT = 400 };
    struct arena *arena = arena_new(LIMIT);
    unsigned char *blocks[COUNT];
    for (int i = 0; i < COUNT; i++) {
        blocks[i] = arena_alloc(arena, (size_t)i * 5 + 1);
        memset(blocks[i], i & 0xff, (size_t)i * 5 + 1);
    }
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(blocks[i][0], i & 0xff);
        assert_int_equal(blocks[i][(size_t)i * 5], i & 0xff);
    }
    arena_free(arena);
}

static void the_limit_is_exact_and_a_refusal_changes_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1024);
    assert_null(arena_try_alloc(arena, 1025));
    assert_null(arena_try_alloc(arena, SIZE_MAX));
    assert_null(arena_try_alloc(arena, SIZE_MAX - 15));
    assert_int_equal(arena_used(arena), 0);
    assert_non_null(arena_try_alloc(arena, 1000));
    assert_int_equal(arena_used(arena), 1008);
    assert_null(arena_try_alloc(arena, 17));
    assert_non_null(arena_try_alloc(arena, 16));
    assert_null(arena_try_alloc(arena, 1));
    assert_int_equal(arena_used(arena), 1024);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    assert_non_null(arena_try_alloc(arena, 1024));
    arena_free(arena);
}

static void a_block_larger_than_a_chunk_gets_its_own(void **state)
{
    (void)state;
    struct arena *arena = arena_new(LIMIT);
    char *before = arena_text(arena, "before");
    char *large = arena_alloc(arena, 300000);
    char *after = arena_text(arena, "after");
    memset(large, 'x', 300000);
    assert_string_equal(before, "before");
    assert_string_equal(after, "after");
    arena_reset(arena);
    assert_true(all_zero(arena_alloc(arena, 5000), 5000));
    arena_free(arena);
}

static void reset_keeps_the_largest_chunk_for_what_comes(void **state)
{
    (void)state;
    struct arena *arena = arena_new(LIMIT);
    arena_alloc(arena, 10);
    void *large = arena_alloc(arena, 100000);
    arena_reset(arena);
    assert_ptr_equal(arena_alloc(arena, 10), large);
    assert_ptr_equal(arena_alloc(arena, 90000), (char *)large + 16);
    arena_free(arena);
}

static void free_and_reset_accept_nothing_and_the_unused(void **state)
{
    (void)state;
    arena_free(NULL);
    struct arena *arena = arena_new(0);
    arena_reset(arena);
    assert_null(arena_try_alloc(arena, 0));
    arena_free(arena);
}

static void texts_are_terminated_and_never_null(void **state)
{
    (void)state;
    struct arena *arena = arena_new(LIMIT);
    assert_string_equal(arena_text(arena, NULL), "");
    assert_string_equal(arena_text_n(arena, NULL, 5), "");
    assert_string_equal(arena_text(arena, "区财政局"), "区财政局");
    assert_string_equal(arena_text_n(arena, "督办件", 6), "督办");
    assert_string_equal(arena_text_n(arena, "", 0), "");
    assert_string_equal(arena_format(arena, "督办〔%d〕%d号", 2023, 17), "督办〔2023〕17号");
    assert_string_equal(arena_format(arena, "%s", ""), "");
    assert_int_equal(strlen(arena_format(arena, "%20000s", "x")), 20000);
    arena_free(arena);
}

static void a_copy_is_independent_of_its_source(void **state)
{
    (void)state;
    struct arena *arena = arena_new(LIMIT);
    char source[] = "abc";
    char *copy = arena_copy(arena, source, sizeof(source));
    source[0] = 'x';
    assert_string_equal(copy, "abc");
    assert_non_null(arena_copy(arena, NULL, 0));
    arena_free(arena);
}

static void a_grown_array_has_one_zeroed_element_more_and_leaves_the_old_alone(void **state)
{
    (void)state;
    struct arena *arena = arena_new(LIMIT);
    int *numbers = NULL;
    for (int i = 0; i < 100; i++) {
        int *grown = arena_grown(arena, numbers, (size_t)i, sizeof(*numbers));
        assert_int_equal(grown[i], 0);
        grown[i] = i;
        if (i > 0) {
            grown[0] = i;
            assert_int_equal(numbers[0], i - 1);
        }
        numbers = grown;
    }
    for (int i = 1; i < 100; i++)
        assert_int_equal(numbers[i], i);
    arena_free(arena);
}

/* The signal that ends a child which runs `act`; 0 when it returns. */
static int signal_of(void (*act)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0});
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        if (nowhere >= 0)
            dup2(nowhere, STDERR_FILENO);
        act();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void take_one_byte_too_much(void)
{
    arena_alloc(arena_new(64), 65);
}

static void take_all(void)
{
    arena_alloc(arena_new(64), 64);
}

static void grow_beyond_all_numbers(void)
{
    arena_grown(arena_new(64), "", SIZE_MAX / 8, 8);
}

static void our_own_work_aborts_at_the_limit(void **state)
{
    (void)state;
    assert_int_equal(signal_of(take_all), 0);
    assert_int_equal(signal_of(take_one_byte_too_much), SIGABRT);
    assert_int_equal(signal_of(grow_beyond_all_numbers), SIGABRT);
}

static void memory_outside_an_arena_is_zeroed_and_keeps_its_content(void **state)
{
    (void)state;
    char *memory = must_alloc(32);
    assert_true(all_zero(memory, 32));
    memset(memory, 'x', 32);
    memory = must_realloc(memory, 5000);
    assert_int_equal(memory[31], 'x');
    free(memory);
    char *copy = must_copy_text("分管副区长A");
    assert_string_equal(copy, "分管副区长A");
    free(copy);
    free(must_alloc(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_to_16_and_zeroed_even_when_used_before),
        cmocka_unit_test(blocks_do_not_overlap_when_chunks_are_added),
        cmocka_unit_test(the_limit_is_exact_and_a_refusal_changes_nothing),
        cmocka_unit_test(a_block_larger_than_a_chunk_gets_its_own),
        cmocka_unit_test(reset_keeps_the_largest_chunk_for_what_comes),
        cmocka_unit_test(free_and_reset_accept_nothing_and_the_unused),
        cmocka_unit_test(texts_are_terminated_and_never_null),
        cmocka_unit_test(a_copy_is_independent_of_its_source),
        cmocka_unit_test(a_grown_array_has_one_zeroed_element_more_and_leaves_the_old_alone),
        cmocka_unit_test(our_own_work_aborts_at_the_limit),
        cmocka_unit_test(memory_outside_an_arena_is_zeroed_and_keeps_its_content),
    };
    return cmocka_run_group_tests_name("base/arena", tests, NULL, NULL);
}
