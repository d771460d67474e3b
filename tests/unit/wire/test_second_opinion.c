/* Every message against Google's implementation of protobuf (second_opinion.py): the same bytes, and the same JSON but
 * for the words, dates and digests that ours writes for people. Skipped where python3-protobuf is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scratch.h"
#include "wire/messages.h"
#include "wire/table.h"
#include "wire_sample.h"

extern char **environ;

enum { ROUNDS = 30, ARENA_BYTES = 64 * 1024 * 1024 };

static const char *kind_text(const struct wire_field *field)
{
    if (field->kind == WIRE_DATE)
        return "date";
    if (field->kind == WIRE_INSTANT)
        return "instant";
    if (field->kind == WIRE_DIGEST)
        return "digest";
    return field->kind == WIRE_BOOL && field->presence == REQUIRED ? "always" : "plain";
}

/* The same table may be described twice; that does no harm. */
static void describe(FILE *out, const struct wire_message *message)
{
    for (uint32_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        if (field->kind != WIRE_ONE_OF)
            fprintf(out, "K\t%s\t%s\t%s\n", message->name, field->name, kind_text(field));
        if (field->message != NULL)
            describe(out, field->message);
        for (uint32_t v = 0; field->variants != NULL && field->variants[v].tag != 0; v++)
            describe(out, field->variants[v].message);
    }
}

static void write_sample(FILE *out, struct dice *dice, const struct wire_message *message,
                         struct arena *arena)
{
    void *record = wire_sample(dice, message, SAMPLE_SOME, arena);
    size_t bytes;
    const uint8_t *data = wire_encode(message, record, arena, &bytes);
    fprintf(out, "S\t%s\t", message->name);
    for (size_t i = 0; i < bytes; i++)
        fprintf(out, "%02x", data[i]);
    fprintf(out, "\t%s\n", wire_to_json(message, record, arena));
}

/* The program's exit code; -1 when it could not be started or died. */
static int run(char *path)
{
    static char python[] = "/usr/bin/python3", script[] = "tests/unit/wire/second_opinion.py";
    char *arguments[] = {python, script, path, NULL};
    pid_t child;
    int status;
    if (posix_spawn(&child, python, NULL, NULL, arguments, environ) != 0)
        return -1;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

static void another_implementation_agrees(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    struct arena *arena = arena_new(ARENA_BYTES);
    char *directory = scratch_new(), *path = scratch_path(directory, "samples");
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    uint32_t count;
    const struct wire_message *const *messages = wire_sample_messages(&count);
    for (uint32_t m = 0; m < count; m++) {
        describe(out, messages[m]);
        for (int round = 0; round < ROUNDS; round++) {
            arena_reset(arena);
            write_sample(out, &dice, messages[m], arena);
        }
    }
    assert_int_equal(fclose(out), 0);
    int result = run(path);
    free(path);
    scratch_free(directory);
    arena_free(arena);
    assert_int_equal(result, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_implementation_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
