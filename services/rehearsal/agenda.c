/* agenda.c: a sorted array; a year holds a few thousand acts, so insertion costs nothing that matters. */
#include "agenda.h"

#include "base/arena.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>

enum { AGENDA_BYTES = 256 * 1024 * 1024 };

struct planned {
    const char *id;
    UT_hash_handle hh;
};

struct agenda {
    struct arena *arena;
    struct act **acts; /* the least last, so that taking one is cheap */
    size_t count, capacity;
    struct planned *ids;
    struct instant taken_at; /* of the instant being taken: */
    const char **taken;      /* its references */
    size_t taken_count;
    bool registered; /* a Register was taken in it */
};

struct agenda *agenda_new(void)
{
    struct agenda *agenda = must_alloc(sizeof *agenda);
    agenda->arena = arena_new(AGENDA_BYTES);
    return agenda;
}

void agenda_free(struct agenda *agenda)
{
    if (agenda == NULL)
        return;
    HASH_CLEAR(hh, agenda->ids);
    free(agenda->acts);
    free(agenda->taken);
    arena_free(agenda->arena);
    free(agenda);
}

static int order(const struct act *a, const struct act *b)
{
    if (a->at.ms != b->at.ms)
        return a->at.ms < b->at.ms ? -1 : 1;
    int by_reference = strcmp(a->reference, b->reference);
    return by_reference != 0 ? by_reference : strcmp(a->id, b->id);
}

static void insert(struct agenda *agenda, struct act *act)
{
    if (agenda->count == agenda->capacity) {
        agenda->capacity = agenda->capacity ? agenda->capacity * 2 : 256;
        agenda->acts = must_realloc(agenda->acts, agenda->capacity * sizeof *agenda->acts);
    }
    size_t i = agenda->count++;
    for (; i > 0 && order(agenda->acts[i - 1], act) < 0; i--)
        agenda->acts[i] = agenda->acts[i - 1];
    agenda->acts[i] = act;
}

void agenda_plan(struct agenda *agenda, const struct act *act)
{
    struct planned *planned = NULL;
    HASH_FIND_STR(agenda->ids, act->id, planned);
    if (planned != NULL)
        return;
    struct act *own = ARENA_NEW(agenda->arena, struct act);
    *own = (struct act){
        .at = act->at,
        .reference = arena_text(agenda->arena, act->reference),
        .task_id = arena_text(agenda->arena, act->task_id),
        .trigger = act->trigger,
        .unit = arena_text(agenda->arena, act->unit),
        .person = arena_text(agenda->arena, act->person),
        .system = arena_text(agenda->arena, act->system),
        .id = arena_text(agenda->arena, act->id),
        .data = arena_text(agenda->arena, act->data),
    };
    planned = ARENA_NEW(agenda->arena, struct planned);
    planned->id = own->id;
    HASH_ADD_KEYPTR(hh, agenda->ids, planned->id, strlen(planned->id), planned);
    insert(agenda, own);
}

struct instant agenda_next(const struct agenda *agenda)
{
    return agenda->count == 0 ? INSTANT_NONE : agenda->acts[agenda->count - 1]->at;
}

static bool must_wait(const struct agenda *agenda, const struct act *act)
{
    if (act->trigger == TRIGGER_REGISTER && agenda->registered)
        return true;
    for (size_t i = 0; i < agenda->taken_count; i++) {
        if (text_equal(agenda->taken[i], act->reference))
            return true;
    }
    return false;
}

const struct act *agenda_take(struct agenda *agenda, struct instant now)
{
    if (now.ms != agenda->taken_at.ms) {
        agenda->taken_at = now;
        agenda->taken_count = 0;
        agenda->registered = false;
    }
    while (agenda->count > 0 && agenda->acts[agenda->count - 1]->at.ms <= now.ms) {
        struct act *act = agenda->acts[--agenda->count];
        if (must_wait(agenda, act)) {
            act->at = instant_add(now, MS_PER_MINUTE);
            insert(agenda, act);
            continue;
        }
        agenda->taken = must_realloc(agenda->taken, (agenda->taken_count + 1) * sizeof *agenda->taken);
        agenda->taken[agenda->taken_count++] = act->reference;
        agenda->registered |= act->trigger == TRIGGER_REGISTER;
        return act;
    }
    return NULL;
}

size_t agenda_count(const struct agenda *agenda)
{
    return agenda->count;
}
