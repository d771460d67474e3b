/* offset_plan.c: see offset_plan.h. */
#include "offset_plan.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "lookup.h"

bool offset_goal_read(const char *text, struct offset_goal *ret_goal)
{
    struct offset_goal goal = {GOAL_OFFSET, 0};
    if (text_equal(text, "earliest"))
        goal.kind = GOAL_EARLIEST;
    else if (text_equal(text, "latest"))
        goal.kind = GOAL_LATEST;
    else if (!text_to_int64(text, 0, INT64_MAX, &goal.offset))
        return false;
    *ret_goal = goal;
    return true;
}

bool offset_target_read(const char *text, const char *prefix, struct arena *arena,
                        struct offset_target *ret_target)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon == NULL ? strlen(text) : (size_t)(colon - text);
    int64_t partition = ALL_PARTITIONS;
    if (length == 0 || (colon != NULL && !text_to_int64(colon + 1, 0, LIMIT_PARTITIONS - 1, &partition)))
        return false;
    const char *name = arena_text_n(arena, text, length);
    ret_target->topic = text_starts_with(name, prefix) ? name : arena_format(arena, "%s%s", prefix, name);
    ret_target->partition = (int32_t)partition;
    return true;
}

bool offset_goal_in(const struct offset_goal *goal, int64_t start, int64_t end, int64_t *ret_next)
{
    int64_t next = goal->kind == GOAL_EARLIEST ? start : goal->kind == GOAL_LATEST ? end : goal->offset;
    if (start < 0 || end < start || next < start || next > end)
        return false;
    *ret_next = next;
    return true;
}
