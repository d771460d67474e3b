/* arena.c: chunks of memory in a list, the newest first, each handed out front to back.
 *
 * Chunks double in size, so that a record costs a handful of mallocs, and none once reset has kept a chunk that is
 * large enough. Memory is zeroed when it is handed out, which touches only what is used. Under
 * AddressSanitizer everything not handed out is poisoned, so that a use after reset is caught. */
#include "base/arena.h"

#include <sanitizer/asan_interface.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum {
    ALIGNMENT = 16,
    FIRST_CHUNK_BYTES = 8 * 1024,
    LARGEST_CHUNK_BYTES = 1024 * 1024,
    KEPT_CHUNK_BYTES = 256 * 1024,
    BRIEF_BYTES = 256
};

struct chunk {
    struct chunk *older;
    size_t capacity;
    size_t used;
    _Alignas(ALIGNMENT) char data[];
};

struct arena {
    struct chunk *newest;
    size_t limit;
    size_t used;
};

static _Noreturn void give_up(const char *what, size_t bytes)
{
    log_error("%s, aborting bytes=%zu", what, bytes);
    abort();
}

/* False when the sum cannot be rounded: such a request is above any limit. */
static bool round_up(size_t bytes, size_t *ret_rounded)
{
    if (bytes > SIZE_MAX - ALIGNMENT)
        return false;
    /* Nothing still gets an address of its own. */
    *ret_rounded = bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return true;
}

static struct chunk *chunk_new(size_t capacity, struct chunk *older)
{
    struct chunk *chunk = malloc(sizeof(*chunk) + capacity);
    if (chunk == NULL)
        give_up("out of memory", capacity);
    *chunk = (struct chunk){.older = older, .capacity = capacity};
    ASAN_POISON_MEMORY_REGION(chunk->data, capacity);
    return chunk;
}

static void chunk_free(struct chunk *chunk)
{
    ASAN_UNPOISON_MEMORY_REGION(chunk->data, chunk->capacity);
    free(chunk);
}

static size_t next_chunk_bytes(const struct arena *arena, size_t wanted)
{
    size_t usual = FIRST_CHUNK_BYTES;
    if (arena->newest != NULL && arena->newest->capacity <= LARGEST_CHUNK_BYTES / 2)
        usual = arena->newest->capacity * 2;
    else if (arena->newest != NULL)
        usual = LARGEST_CHUNK_BYTES;
    return wanted > usual ? wanted : usual;
}

struct arena *arena_new(size_t limit_bytes)
{
    struct arena *arena = must_alloc(sizeof(*arena));
    arena->limit = limit_bytes;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    for (struct chunk *chunk = arena->newest, *older; chunk != NULL; chunk = older) {
        older = chunk->older;
        chunk_free(chunk);
    }
    free(arena);
}

/* Keeps the largest chunk, unless one record was out of all proportion. */
void arena_reset(struct arena *arena)
{
    struct chunk *kept = NULL, *older;
    for (struct chunk *chunk = arena->newest; chunk != NULL; chunk = older) {
        older = chunk->older;
        bool keep = chunk->capacity <= KEPT_CHUNK_BYTES && (kept == NULL || chunk->capacity > kept->capacity);
        struct chunk *gone = keep ? kept : chunk;
        if (keep)
            kept = chunk;
        if (gone != NULL)
            chunk_free(gone);
    }
    arena->newest = kept;
    arena->used = 0;
    if (kept == NULL)
        return;
    kept->older = NULL;
    kept->used = 0;
    ASAN_POISON_MEMORY_REGION(kept->data, kept->capacity);
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

void *arena_try_room(struct arena *arena, size_t bytes)
{
    size_t rounded;
    if (!round_up(bytes, &rounded) || rounded > arena->limit - arena->used)
        return NULL;
    struct chunk *chunk = arena->newest;
    if (chunk == NULL || rounded > chunk->capacity - chunk->used) {
        chunk = chunk_new(next_chunk_bytes(arena, rounded), chunk);
        arena->newest = chunk;
    }
    void *memory = chunk->data + chunk->used;
    chunk->used += rounded;
    arena->used += rounded;
    ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
    return memory;
}

void *arena_try_alloc(struct arena *arena, size_t bytes)
{
    void *memory = arena_try_room(arena, bytes);
    return memory == NULL ? NULL : memset(memory, 0, bytes);
}

static void *room(struct arena *arena, size_t bytes)
{
    void *memory = arena_try_room(arena, bytes);
    if (memory == NULL)
        give_up("arena limit reached", arena->limit);
    return memory;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    return memset(room(arena, bytes), 0, bytes);
}

void *arena_copy(struct arena *arena, const void *data, size_t bytes)
{
    void *copy = room(arena, bytes);
    if (bytes > 0)
        memcpy(copy, data, bytes);
    return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
    return arena_text_n(arena, text, text == NULL ? 0 : strlen(text));
}

char *arena_text_n(struct arena *arena, const char *text, size_t bytes)
{
    if (text == NULL)
        bytes = 0;
    if (bytes == SIZE_MAX)
        give_up("arena limit reached", arena->limit);
    char *copy = room(arena, bytes + 1);
    if (bytes > 0)
        memcpy(copy, text, bytes);
    copy[bytes] = '\0';
    return copy;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vformat(arena, format, arguments);
    va_end(arguments);
    return text;
}

char *arena_vformat(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    char brief[BRIEF_BYTES]; /* most texts fit, and are formatted only once */
    int length = vsnprintf(brief, sizeof brief, format, arguments);
    if (length < 0)
        give_up("a text could not be formatted", 0);
    size_t bytes = (size_t)length + 1;
    char *text = room(arena, bytes);
    if (bytes <= sizeof brief)
        memcpy(text, brief, bytes);
    else
        vsnprintf(text, bytes, format, again);
    va_end(again);
    return text;
}

void *arena_grown(struct arena *arena, const void *items, size_t count, size_t item_bytes)
{
    if (count >= SIZE_MAX / item_bytes)
        give_up("arena limit reached", arena->limit);
    char *grown = room(arena, (count + 1) * item_bytes);
    if (count > 0)
        memcpy(grown, items, count * item_bytes);
    memset(grown + count * item_bytes, 0, item_bytes);
    return grown;
}

void *must_alloc(size_t bytes)
{
    void *memory = calloc(1, bytes > 0 ? bytes : 1);
    if (memory == NULL)
        give_up("out of memory", bytes);
    return memory;
}

void *must_realloc(void *memory, size_t bytes)
{
    void *moved = realloc(memory, bytes > 0 ? bytes : 1);
    if (moved == NULL)
        give_up("out of memory", bytes);
    return moved;
}

char *must_copy_text(const char *text)
{
    size_t room = strlen(text) + 1;
    return memcpy(must_alloc(room), text, room);
}
