/* core_world.h: what the files of the pure world share: its rows, and the bytes that stand for what would be written. */
#ifndef DUBAN_REHEARSAL_CORE_WORLD_H
#define DUBAN_REHEARSAL_CORE_WORLD_H

#include "base/arena.h"
#include "domain/row.h"
#include "domain/turn.h"
#include "wire/messages.h"
#include "world.h"

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>

enum { QUEUE = 4096 };

struct bytes {
    const void *data;
    size_t count;
};

struct kept_row {
    struct bytes value;
    struct instant next_wake;
    uint64_t wake_seq;
    struct bytes *events, *notices;
    size_t event_count, notice_count;
    UT_hash_handle hh;
    char key[];
};

/* A command that is about to be decided, and the row it meets (data NULL: none). */
typedef void (*core_world_taken)(void *context, const struct command *command, struct bytes row);

struct core_world {
    struct arena *arena; /* rows, events, fates: as long as the world */
    struct arena *turn;  /* of one command */
    struct ruleset ruleset;
    const struct registry **versions; /* 1, 2, … */
    uint32_t version_count;
    struct kept_row *rows;
    struct command *queue; /* internal and notifier's commands not taken yet */
    size_t head, tail;
    struct fate *fates;
    size_t fate_count;
    struct instant now;
    core_world_taken taken; /* NULL: nobody wants to know */
    void *taken_context;
};

/* As on the wire: encoded, and decoded again. */
struct bytes core_keep(struct core_world *world, const struct wire_message *message, const void *record);
void core_restore(const struct wire_message *message, struct bytes bytes, struct arena *arena,
                  void *ret_record);
void core_add_bytes(struct core_world *world, struct bytes **list, size_t *count, struct bytes bytes);
void core_enqueue(struct core_world *world, const struct command *command);

/* core_notices.c: what the notifier would do with the event. */
void core_accept_notices(struct core_world *world, struct kept_row *kept, const struct event *event,
                         const struct row *after);

#endif
