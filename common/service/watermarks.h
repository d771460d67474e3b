/* watermarks.h: "everything received up to T stands in the log", per door, and what follows for alarms (design §4:
 * no alarm while the door is shut).
 *
 * Doors are data: the inboxes of the registry in force and `http`, less the excused ones. An alarm due at T is
 * released when every door's watermark is ≥ T, or when some watermark is ≥ T + DOOR_GRACE_MS; then the doors that
 * are missing are named, and events and notices say 数据可能不完整. */
#ifndef DUBAN_SERVICE_WATERMARKS_H
#define DUBAN_SERVICE_WATERMARKS_H

#include "base/instant.h"
#include "domain/body.h"
#include "domain/registry.h"
#include "runtime/log_record.h"

#define HTTP_DOOR_NAME "http"

struct watermarks;

/* `patient`: no alarm goes out before every door has come, however long that takes. For the stepped clock, which does
 * not move while a door is behind; the marks of one step come one after the other and are far apart. */
struct watermarks *watermarks_new(bool patient);
void watermarks_free(struct watermarks *watermarks); /* accepts NULL */

/* A record of duban.watermarks; the maximum per (door, instance) is kept. */
void watermarks_put(struct watermarks *watermarks, const char *door, const char *instance, struct instant at);

/* How far a record of duban.watermarks may be believed. A door whose clock is ahead claims a time that had not come when
 * the broker stamped the record; no alarm may go out by it. `stepped`: its time is not the broker's. */
struct instant watermark_bounded(struct instant at, const struct log_record *record, bool stepped);

/* The doors of the registry now in force. NULL: none, nothing is released. */
void watermarks_set_doors(struct watermarks *watermarks, const struct registry *registry);

struct release {
    struct instant at;        /* the watermark that released it; INSTANT_NONE: not released */
    struct text_list missing; /* doors that had not come so far; in the arena */
};

struct release watermarks_release(const struct watermarks *watermarks, struct instant due,
                                  struct arena *arena);

/* 数据截至: the least watermark of all doors; INSTANT_NONE when one is missing. */
struct instant watermarks_complete_until(const struct watermarks *watermarks);

#endif
