/* stories.c: all stories merged on one timeline, one line of TAP each. */
#include "stories.h"

#include "base/log.h"
#include "broker_world.h"
#include "story_runner.h"

#include <stdio.h>

enum { STORIES_BYTES = 256 * 1024 * 1024 };

static bool tell(const struct story_result *results, size_t count)
{
    bool all = true;
    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        bool came_true = results[i].fault[0] == '\0';
        printf("%s %zu - %s\n", came_true ? "ok" : "not ok", i + 1, results[i].story->name);
        printf("# %s\n", results[i].story->title);
        if (!came_true)
            printf("# %s.story, %s\n", results[i].story->name, results[i].fault);
        all &= came_true;
    }
    fflush(stdout);
    return all;
}

static enum status play(struct world *world, const char *directory, struct arena *arena)
{
    struct story *stories;
    size_t count;
    const char *fault = "";
    if (!story_load_all(directory, world->registry, arena, &stories, &count, &fault)) {
        log_error("a story cannot be read reason=%s", fault);
        return STATUS_FATAL;
    }
    struct story_result *results = ARENA_ARRAY(arena, struct story_result, count);
    enum status status = story_play(world, stories, count, arena, results);
    if (status != STATUS_OK)
        return status;
    return tell(results, count) ? STATUS_OK : STATUS_REJECT;
}

enum status stories_play(const struct stage_options *options, const char *directory)
{
    struct arena *arena = arena_new(STORIES_BYTES);
    struct world world;
    bool there = broker_world_new(options, &world);
    enum status status = there ? play(&world, directory, arena) : STATUS_FATAL;
    world_free(&world);
    arena_free(arena);
    return status;
}
