#include "deadline_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/limits.h"

struct arena *arena;
struct calendar *calendar;

int deadline_set_up(void **state)
{
    (void)state;
    arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    calendar = calendar_fixture(arena);
    return 0;
}

int deadline_tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

struct deadline deadline_of(const struct deadline_terms *terms)
{
    struct deadline deadline = {0};
    enum deadline_fault fault = deadline_compute(calendar, terms, &deadline);
    assert_string_equal(deadline_fault_code(fault), "");
    return deadline;
}

void assert_day(struct date actual, const char *expected)
{
    char text[DATE_TEXT];
    date_to_text(actual, text);
    assert_string_equal(text, expected);
}

void assert_instant(struct instant actual, const char *expected)
{
    char text[INSTANT_TEXT], wanted[INSTANT_TEXT];
    instant_to_text(actual, text);
    instant_to_text(instant_at(expected), wanted);
    assert_string_equal(text, wanted);
}
