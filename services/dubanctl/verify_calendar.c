/* verify_calendar.c: where the cursor of RecomputeCalendar has come to its end, no open clock is left that the calendars
 * in force would move. Each row is asked as the ledger would ask it; the answer must be: nothing. */
#include "verify_internal.h"

#include "base/limits.h"
#include "base/text.h"
#include "domain/task_recompute.h"
#include "wire/messages.h"
#include "wire/topology.h"

#include <inttypes.h>

bool verify_log_registry(struct verify_log *log, const struct log_record *record)
{
    return registry_follower_take(log->registry, record) == STATUS_OK;
}

void verify_keep_partition(struct verify_log *log, int32_t partition, const void *value, size_t bytes)
{
    struct row row;
    struct wire_fault fault;
    arena_reset(log->turn);
    if (partition < 0 || (uint32_t)partition >= log->partitions ||
        !wire_decode(&wire_row, value, bytes, LIMIT_ROW_BYTES, log->turn, &row, &fault) ||
        row.kind != ROW_PARTITION)
        return;
    log->cursors[partition] = (struct verify_cursor){
        .registry_version = row.partition.registry_version,
        .calendar_version = row.partition.calendar_version,
        .published_at = row.partition.calendar_published_at,
        .recomputing = row.partition.recomputing,
    };
}

/* False: nothing can be said, because a version is not here or the cursor is still under way. */
static bool rules_of(const struct verify_log *log, const struct verify_cursor *cursor,
                     struct ruleset *ret_ruleset)
{
    *ret_ruleset = (struct ruleset){.deployment = "", .bootstrap_secret = ""};
    if (cursor->recomputing || cursor->calendar_version == 0 ||
        !registry_follower_rules(log->registry, cursor->registry_version, ret_ruleset))
        return false;
    ret_ruleset->calendar_published_at = cursor->published_at;
    return true;
}

void verify_calendar(struct verify_log *log, const struct verify_aggregate *aggregate)
{
    struct ruleset ruleset;
    struct row row;
    struct decision decision;
    const struct verify_cursor *cursor = &log->cursors[partition_of(aggregate->key, log->partitions)];
    arena_reset(log->turn);
    if (!rules_of(log, cursor, &ruleset) || !verify_read_row(log, &aggregate->row, &row) ||
        row.kind != ROW_TASK)
        return;
    log->result.examined[VERIFY_CALENDAR]++;
    if (ruleset.calendar_since != cursor->calendar_version)
        verify_blame(log, VERIFY_CALENDAR, aggregate->key, 0, "calendar_version=%" PRIu32 " cursor=%" PRIu32,
                     ruleset.calendar_since, cursor->calendar_version);
    if (!task_is_stale(&row.task, &ruleset))
        return;
    const struct command command = task_recompute_command(&row.task, &ruleset, log->turn);
    task_decide(&row.task, &command, &ruleset, log->turn, &decision);
    for (uint32_t i = 0; i < decision.count; i++) {
        for (uint32_t j = 0; j < decision.events[i].move_count; j++)
            verify_blame(log, VERIFY_CALENDAR, aggregate->key, 0,
                         "clock=%s due_ms=%" PRId64 " now_due_ms=%" PRId64,
                         word_of(LIST_CLOCK, (int)decision.events[i].moves[j].clock)->code,
                         decision.events[i].moves[j].before.ms, decision.events[i].moves[j].after.ms);
    }
}
