/* watermarks.c: the doors of the district and how far each has come. Read by deadline-watcher and
 * escalation-notifier; written to the log by intake. */
#include "service/watermarks.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>

/* An instance of the HTTP door that is this far behind the newest one has been replaced. */
enum { INSTANCE_GONE_MS = 30 * MS_PER_SECOND };

struct mark {
    char *door;
    char *instance;
    struct instant at;
    UT_hash_handle hh;
    char key[];
};

struct watermarks {
    struct mark *marks; /* by "door/instance" */
    char **doors;
    size_t door_count;
    bool patient;
};

struct watermarks *watermarks_new(bool patient)
{
    struct watermarks *watermarks = must_alloc(sizeof *watermarks);
    watermarks->patient = patient;
    return watermarks;
}

static void forget_doors(struct watermarks *watermarks)
{
    for (size_t i = 0; i < watermarks->door_count; i++)
        free(watermarks->doors[i]);
    free(watermarks->doors);
    watermarks->doors = NULL;
    watermarks->door_count = 0;
}

void watermarks_free(struct watermarks *watermarks)
{
    if (watermarks == NULL)
        return;
    struct mark *mark, *next;
    HASH_ITER(hh, watermarks->marks, mark, next)
    {
        HASH_DEL(watermarks->marks, mark);
        free(mark->door);
        free(mark->instance);
        free(mark);
    }
    forget_doors(watermarks);
    free(watermarks);
}

void watermarks_put(struct watermarks *watermarks, const char *door, const char *instance, struct instant at)
{
    char key[2 * LIMIT_CODE + 2];
    if (snprintf(key, sizeof key, "%s/%s", door, instance) >= (int)sizeof key)
        return;
    struct mark *mark = NULL;
    HASH_FIND_STR(watermarks->marks, key, mark);
    if (mark == NULL) {
        mark = must_alloc(sizeof *mark + strlen(key) + 1);
        memcpy(mark->key, key, strlen(key) + 1);
        mark->door = must_copy_text(door);
        mark->instance = must_copy_text(instance);
        HASH_ADD_STR(watermarks->marks, key, mark);
    }
    mark->at = instant_max(mark->at, at);
}

struct instant watermark_bounded(struct instant at, const struct log_record *record, bool stepped)
{
    if (stepped || !record->log_append_time || at.ms <= record->timestamp.ms - WATERMARK_SKEW_MS)
        return at;
    return instant_add(record->timestamp, -WATERMARK_SKEW_MS);
}

static bool excused(const struct registry *registry, const char *door)
{
    for (uint32_t i = 0; i < registry->excused_door_count; i++) {
        if (text_equal(registry->excused_doors[i], door))
            return true;
    }
    return false;
}

static void add_door(struct watermarks *watermarks, const struct registry *registry, const char *name)
{
    if (excused(registry, name))
        return;
    watermarks->doors =
        must_realloc(watermarks->doors, (watermarks->door_count + 1) * sizeof *watermarks->doors);
    watermarks->doors[watermarks->door_count++] = must_copy_text(name);
}

void watermarks_set_doors(struct watermarks *watermarks, const struct registry *registry)
{
    forget_doors(watermarks);
    if (registry == NULL)
        return;
    add_door(watermarks, registry, HTTP_DOOR_NAME);
    for (uint32_t i = 0; i < registry->unit_count; i++) {
        if (registry->units[i].inbox)
            add_door(watermarks, registry, registry->units[i].id);
    }
}

/* An inbox has one reader at a time, so its maximum counts; http has an instance per process, and the slowest that
 * still lives counts. INSTANT_NONE: nothing known of that door. */
static struct instant door_mark(const struct watermarks *watermarks, const char *door)
{
    struct instant newest = INSTANT_NONE, least = INSTANT_NONE;
    for (const struct mark *mark = watermarks->marks; mark != NULL; mark = mark->hh.next) {
        if (text_equal(mark->door, door))
            newest = instant_max(newest, mark->at);
    }
    if (!text_equal(door, HTTP_DOOR_NAME))
        return newest;
    for (const struct mark *mark = watermarks->marks; mark != NULL; mark = mark->hh.next) {
        if (!text_equal(mark->door, door) || mark->at.ms < newest.ms - INSTANCE_GONE_MS)
            continue;
        if (!instant_is_set(least) || mark->at.ms < least.ms)
            least = mark->at;
    }
    return least;
}

struct release watermarks_release(const struct watermarks *watermarks, struct instant due,
                                  struct arena *arena)
{
    struct release release = {
        INSTANT_NONE, {NULL, 0}
    };
    struct instant least = INSTANT_NONE, newest = INSTANT_NONE;
    for (size_t i = 0; i < watermarks->door_count; i++) {
        struct instant at = door_mark(watermarks, watermarks->doors[i]);
        newest = instant_max(newest, at);
        if (at.ms < due.ms) {
            release.missing.items = arena_grown(arena, release.missing.items, release.missing.count,
                                                sizeof *release.missing.items);
            release.missing.items[release.missing.count++] = arena_text(arena, watermarks->doors[i]);
        } else if (!instant_is_set(least) || at.ms < least.ms) {
            least = at;
        }
    }
    if (release.missing.count == 0)
        release.at = least;
    else if (!watermarks->patient && newest.ms >= due.ms + DOOR_GRACE_MS)
        release.at = newest;
    return release;
}

struct instant watermarks_complete_until(const struct watermarks *watermarks)
{
    struct instant least = INSTANT_NONE;
    for (size_t i = 0; i < watermarks->door_count; i++) {
        struct instant at = door_mark(watermarks, watermarks->doors[i]);
        if (!instant_is_set(at))
            return INSTANT_NONE;
        if (!instant_is_set(least) || at.ms < least.ms)
            least = at;
    }
    return least;
}
