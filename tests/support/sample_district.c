/* sample_district.c: see sample_district.h. */
#include "sample_district.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"

static struct sample_district sample;

int sample_district_load(void **state)
{
    struct wire_fault fault = {0};
    const char *position = "";
    sample.arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    *state = &sample;
    if (registry_files_load("deploy/registry", sample.arena, &sample.files, &fault, &position))
        return 0;
    print_error("%s: %s %s %s\n", position, fault.field, fault.rule, fault.value);
    return -1;
}

int sample_district_unload(void **state)
{
    arena_free(((struct sample_district *)*state)->arena);
    return 0;
}
