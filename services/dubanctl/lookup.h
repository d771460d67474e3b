/* lookup.h: what stands in the topics now. A compacted topic is read from its beginning to its end, and the newest
 * value of each key is kept as bytes; a task named by its number is found by looking at all rows.
 *
 * Functions that return int return enum tool_exit and have said what went wrong. */
#ifndef DUBAN_DUBANCTL_LOOKUP_H
#define DUBAN_DUBANCTL_LOOKUP_H

#include "domain/row.h"
#include "service/registry_follower.h"
#include "service/watermarks.h"
#include "tool.h"
#include "wire/topology.h"

enum { ALL_PARTITIONS = -1 };

/* --- any topic ------------------------------------------------------------------------------------------------- */

/* Every record of the topic, from its beginning to its end as of now. `on_record` returns STATUS_OK to go on; what
 * else it returns ends the scan and, having been said by it, is TOOL_INTERNAL. */
int lookup_scan(const struct tool *tool, enum topic topic, int32_t partition,
                enum status (*on_record)(void *context, const struct log_record *record), void *context);

/* --- the newest value of each key ------------------------------------------------------------------------------ */

struct latest;

struct latest_value {
    const char *key;
    const void *value;
    size_t bytes;
};

int latest_read(const struct tool *tool, enum topic topic, int32_t partition, struct latest **ret_latest);
void latest_free(struct latest *latest); /* accepts NULL */
size_t latest_count(const struct latest *latest);
/* In the order of the keys; i < count. */
struct latest_value latest_at(const struct latest *latest, size_t i);
bool latest_find(const struct latest *latest, const char *key, struct latest_value *ret_value);

/* For those that follow a topic themselves: a tombstone removes the key. */
struct latest *latest_new(void);
void latest_put(struct latest *latest, const struct log_record *record);

/* --- registry, clock, doors --------------------------------------------------------------------------------------- */

/* All versions. */
int lookup_registry(const struct tool *tool, struct registry_follower **ret_follower);
/* The newest one; NULL before version 1. */
const struct registry *registry_newest(const struct registry_follower *follower);
/* Is there a stepped clock? A district that rehearses may also do so by the real one. */
int lookup_clock_exists(const struct tool *tool, bool *ret_exists);
/* The stepped clock of a rehearsal that has one, else the real one. */
int lookup_now(const struct tool *tool, const struct registry *registry, struct instant *ret_now);
int lookup_watermarks(const struct tool *tool, const struct registry *registry,
                      struct watermarks **ret_watermarks);

/* --- tasks ---------------------------------------------------------------------------------------------------------- */

bool lookup_decode_row(const struct latest_value *value, struct arena *arena, struct row *ret_row);

/* "督办〔2023〕17号", with any brackets and blanks, or an id: the row of that task, in the arena. */
int lookup_task(const struct tool *tool, const char *name, const struct registry *registry,
                struct arena *arena, struct task *ret_task);
/* The same when only the id is wanted: what is an id already is not looked up. */
int lookup_task_id(const struct tool *tool, const char *name, struct arena *arena, const char **ret_id);

/* Brackets of all kinds become 〔〕, blanks go. */
const char *number_normal(const char *text, struct arena *arena);

#endif
