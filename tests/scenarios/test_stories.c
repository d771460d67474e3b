/* Every story of tests/scenarios on the pure core: all of them merged on one timeline, one test each. The same files
 * run on the real broker in tests/integration/stories.sh. Runs from the repository's root. */
#include "story_runner.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "wire/registry_files.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { STORIES_AT_MOST = 200, STORIES_BYTES = 64 * 1024 * 1024 };

static void comes_true(void **state)
{
    const struct story_result *result = *state;
    if (result->fault[0] != '\0')
        fail_msg("%s.story, %s", result->story->name, result->fault);
}

int main(void)
{
    static struct CMUnitTest tests[STORIES_AT_MOST];
    static struct story stories[STORIES_AT_MOST];
    static struct story_result results[STORIES_AT_MOST];
    struct arena *arena = arena_new(STORIES_BYTES);
    struct registry_files files;
    struct wire_fault fault;
    const char *position = "", *story_fault = "";
    glob_t found;
    log_init("test_stories", LOG_LEVEL_INFO);
    if (!registry_files_load("deploy/registry", arena, &files, &fault, &position)) {
        print_error("deploy/registry: %s: %s %s\n", position, fault.field, fault.rule);
        return 1;
    }
    files.registry.version = 1;
    if (glob("tests/scenarios/*.story", 0, NULL, &found) != 0 || found.gl_pathc > STORIES_AT_MOST) {
        print_error("no stories, or too many\n");
        return 1;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        if (!story_load(found.gl_pathv[i], &files.registry, arena, &stories[i], &story_fault)) {
            print_error("%s\n", story_fault);
            return 1;
        }
    }
    struct world world = core_world_new(&files.registry);
    enum status status = story_play(&world, stories, found.gl_pathc, arena, results);
    for (size_t i = 0; i < found.gl_pathc; i++)
        tests[i] = (struct CMUnitTest){stories[i].name, comes_true, NULL, NULL, &results[i]};
    int failed = status != STATUS_OK
                     ? 1
                     : _cmocka_run_group_tests("scenarios/stories", tests, found.gl_pathc, NULL, NULL);
    world_free(&world);
    globfree(&found);
    arena_free(arena);
    return failed;
}
