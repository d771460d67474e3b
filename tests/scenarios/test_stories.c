/* Every story of tests/scenarios on the pure core: all of them merged on one timeline, one test each. The same files
 * run on the real broker in tests/integration/stories.sh. Runs from the repository's root. */
#include "story_runner.h"

#include "base/arena.h"
#include "base/log.h"
#include "wire/registry_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { STORIES_BYTES = 64 * 1024 * 1024 };

static void comes_true(void **state)
{
    const struct story_result *result = *state;
    if (result->fault[0] != '\0')
        fail_msg("%s.story, %s", result->story->name, result->fault);
}

static int play(const struct registry *registry, struct arena *arena)
{
    struct story *stories;
    size_t count;
    const char *fault = "";
    if (!story_load_all("tests/scenarios", registry, arena, &stories, &count, &fault)) {
        print_error("%s\n", fault);
        return 1;
    }
    struct world world = core_world_new(registry);
    struct story_result *results = ARENA_ARRAY(arena, struct story_result, count);
    struct CMUnitTest *tests = ARENA_ARRAY(arena, struct CMUnitTest, count);
    enum status status = story_play(&world, stories, count, arena, results);
    world_free(&world);
    if (status != STATUS_OK)
        return 1;
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){stories[i].name, comes_true, NULL, NULL, &results[i]};
    return _cmocka_run_group_tests("scenarios/stories", tests, count, NULL, NULL);
}

int main(void)
{
    struct arena *arena = arena_new(STORIES_BYTES);
    struct registry_files files;
    struct wire_fault fault;
    const char *position = "";
    int failed = 1;
    log_init("test_stories", LOG_LEVEL_INFO);
    if (registry_files_load("deploy/registry", arena, &files, &fault, &position)) {
        files.registry.version = 1;
        failed = play(&files.registry, arena);
    } else {
        print_error("deploy/registry: %s: %s %s\n", position, fault.field, fault.rule);
    }
    arena_free(arena);
    return failed;
}
