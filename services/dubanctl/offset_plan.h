/* offset_plan.h: what `offsets reset` is asked to do, before a broker is asked: which partitions of which topic, and where
 * to. Pure. */
#ifndef DUBAN_DUBANCTL_OFFSET_PLAN_H
#define DUBAN_DUBANCTL_OFFSET_PLAN_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum offset_goal_kind { GOAL_EARLIEST, GOAL_LATEST, GOAL_OFFSET };

struct offset_goal {
    enum offset_goal_kind kind;
    int64_t offset; /* GOAL_OFFSET */
};

struct offset_target {
    const char *topic; /* with the prefix of the deployment */
    int32_t partition; /* ALL_PARTITIONS (lookup.h) where none is named */
};

/* "earliest", "latest", or a number ≥ 0. */
bool offset_goal_read(const char *text, struct offset_goal *ret_goal);
/* "commands", "duban.commands" or "inbox.finance:0"; the prefix is put before a name that has none. */
bool offset_target_read(const char *text, const char *prefix, struct arena *arena,
                        struct offset_target *ret_target);
/* The offset in a partition that holds [start, end); false where it would be outside: then records would be skipped or
 * waited for that do not exist. */
bool offset_goal_in(const struct offset_goal *goal, int64_t start, int64_t end, int64_t *ret_next);

#endif
