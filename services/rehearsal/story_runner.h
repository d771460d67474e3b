/* story_runner.h: plays stories in a world, all of them merged on one timeline, and compares what they expect. */
#ifndef DUBAN_REHEARSAL_STORY_RUNNER_H
#define DUBAN_REHEARSAL_STORY_RUNNER_H

#include "story.h"
#include "world.h"

struct story_result {
    const struct story *story;
    const char *fault; /* "line 12: …"; "" when everything came as it says */
};

/* STATUS_OK: all were played; each result says whether its story came true. STATUS_FATAL: the world broke down. */
MUST_CHECK enum status story_play(struct world *world, const struct story *stories, size_t count,
                                  struct arena *arena, struct story_result *ret_results);

#endif
