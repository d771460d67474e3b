/* recompute.c: the cursor of RecomputeCalendar. After a partition has adopted other calendars, its tasks are looked at
 * in the order of their keys, some in every batch, in the same transaction as what else the batch does. The
 * partition's row says how far, so a crash loses nothing and repeats nothing; a command on a row that is still ahead
 * recomputes it first (turn.c). The next version is adopted when the cursor has come to its end: every task sees every
 * version of the calendars, however fast this program is. */
#include "engine_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "domain/task_recompute.h"
#include "wire/messages.h"

bool recompute_has_work(const struct partition *partition)
{
    return partition != NULL && partition->ready && partition->awaited_version == 0 &&
           partition->row.recomputing;
}

void recompute_rules(const struct partition *partition, const char *key, struct ruleset *ruleset)
{
    const struct partition_row *row = &partition->row;
    bool ahead = row->recomputing && strcmp(key, row->recomputed_key) > 0;
    ruleset->calendar_since = ahead ? row->calendar_version : 0;
    ruleset->calendar_published_at = row->calendar_published_at;
}

/* --- the keys ---------------------------------------------------------------------------------------------------- */

/* Once to count, then with the texts' room to copy. */
struct listing {
    struct recompute_keys *keys; /* NULL: only count */
    size_t count, bytes;
    char *text;
};

static bool add_key(void *context, const char *key, struct row_bytes row)
{
    struct listing *listing = context;
    const size_t bytes = strlen(key) + 1;
    (void)row;
    if (row_kind_of_key(key) != ROW_TASK)
        return true;
    listing->count++;
    listing->bytes += bytes;
    if (listing->keys != NULL) {
        listing->keys->keys[listing->keys->count++] = memcpy(listing->text, key, bytes);
        listing->text += bytes;
    }
    return true;
}

static int ascending(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Rows that come later were computed with the new calendars. */
static void list_keys(struct partition *partition)
{
    struct listing listing = {0};
    task_table_each(partition->table, add_key, &listing);
    const size_t room = sizeof(struct recompute_keys) + listing.count * sizeof(char *);
    struct recompute_keys *keys = must_alloc(room + listing.bytes);
    listing.keys = keys;
    listing.text = (char *)keys + room;
    task_table_each(partition->table, add_key, &listing);
    if (keys->count > 1)
        qsort(keys->keys, keys->count, sizeof(keys->keys[0]), ascending);
    while (keys->next < keys->count && strcmp(keys->keys[keys->next], partition->row.recomputed_key) <= 0)
        keys->next++;
    partition->recompute = keys;
}

size_t recompute_remaining(const struct partition *partition)
{
    if (partition == NULL || !partition->row.recomputing)
        return 0;
    const struct recompute_keys *keys = partition->recompute;
    return keys == NULL ? task_table_count(partition->table) : keys->count - keys->next;
}

/* --- the cursor --------------------------------------------------------------------------------------------------- */

static void finish(struct partition *partition)
{
    log_info("tasks recomputed partition=%d calendar_version=%u tasks=%zu", partition->number,
             partition->row.calendar_version, partition->recompute->count);
    partition_forget_keys(partition);
    partition->row.recomputing = false;
    partition->row.recomputed_key = "";
    partition->adoption_waits = false;
}

/* Most rows are not concerned, and cost no more than being read. */
static enum status recompute_row(struct engine *engine, struct partition *partition, const char *key)
{
    const struct row_bytes bytes = task_table_get(partition->table, key);
    struct ruleset ruleset = {0};
    struct row row;
    struct wire_fault fault;
    arena_reset(engine->arena);
    if (!wire_decode(&wire_row, bytes.data, bytes.bytes, LIMIT_ROW_BYTES, engine->arena, &row, &fault)) {
        log_error("row cannot be read, is this program too old? key=%s field=%s rule=%s", key, fault.field,
                  fault.rule);
        return STATUS_FATAL;
    }
    recompute_rules(partition, key, &ruleset);
    metrics_add(engine->options.metrics, LEDGER_RECOMPUTED, NULL, 1);
    if (!task_is_stale(&row.task, &ruleset))
        return STATUS_OK;
    const struct command command = task_recompute_command(&row.task, &ruleset, engine->arena);
    return apply_decide(engine, partition, &command);
}

static enum status recompute_next(struct engine *engine, struct partition *partition)
{
    batch_touch(engine, partition);
    if (partition->recompute == NULL)
        list_keys(partition);
    struct recompute_keys *keys = partition->recompute;
    if (keys->next == keys->count) {
        finish(partition);
        return STATUS_OK;
    }
    const char *key = keys->keys[keys->next];
    enum status status = recompute_row(engine, partition, key);
    if (status == STATUS_OK) {
        keys->next++;
        partition->row.recomputed_key = key;
    }
    return status;
}

bool recompute_has_room(const struct engine *engine)
{
    const uint32_t half = (engine->options.batch_records + 1) / 2;
    return engine->filling->recomputed < (half < LIMIT_RECOMPUTED_ROWS ? half : LIMIT_RECOMPUTED_ROWS) &&
           held_outputs_bytes(engine->filling->outputs) < BATCH_OUTPUT_BYTES;
}

enum status recompute_some(struct engine *engine)
{
    const uint32_t count = (uint32_t)engine->options.partitions;
    struct batch *batch = engine->filling;
    enum status status = STATUS_OK;
    for (uint32_t i = 0; status == STATUS_OK && i < count; i++) {
        struct partition *partition = engine->partitions[(i + batch->number) % count];
        for (; status == STATUS_OK && recompute_has_room(engine) && recompute_has_work(partition);
             batch->recomputed++)
            status = recompute_next(engine, partition);
    }
    return status;
}

void recompute_count(struct engine *engine, const struct turn *turn)
{
    for (uint32_t i = 0; i < turn->event_count; i++)
        if (turn->events[i].type == EVENT_CALENDAR_APPLIED)
            metrics_add(engine->options.metrics, LEDGER_MOVED, NULL, 1);
}
