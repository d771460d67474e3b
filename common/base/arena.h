/* arena.h: memory with one lifetime: everything decoded or decided for one record is released at once.
 *
 * An arena grows by chunks up to its limit. Exhausting the limit is reported by NULL from arena_try_alloc (for
 * input of foreign size) and is a crash in arena_alloc (for our own bounded work). Memory is zeroed. */
#ifndef DUBAN_BASE_ARENA_H
#define DUBAN_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(size_t limit_bytes);
void arena_free(struct arena *arena);  /* accepts NULL */
void arena_reset(struct arena *arena); /* releases everything allocated; keeps one chunk for what comes */
size_t arena_used(const struct arena *arena);

void *arena_alloc(struct arena *arena, size_t bytes);
void *arena_try_alloc(struct arena *arena, size_t bytes);
void *arena_try_room(struct arena *arena, size_t bytes); /* not zeroed, for who fills all of it */
void *arena_copy(struct arena *arena, const void *data, size_t bytes);

/* Strings are NUL-terminated; NULL in gives "" out, so that domain strings are never NULL. */
char *arena_text(struct arena *arena, const char *text);
char *arena_text_n(struct arena *arena, const char *text, size_t bytes);
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vformat(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (count)))

/* The array `items` of `count` elements with one more (zeroed) at its end; the old one stays where it was. */
void *arena_grown(struct arena *arena, const void *items, size_t count, size_t item_bytes);

/* Out of memory outside an arena: a restart re-reads Kafka, so the program aborts. */
void *must_alloc(size_t bytes); /* zeroed */
void *must_realloc(void *memory, size_t bytes);
char *must_copy_text(const char *text);

#endif
