/* held_outputs.c: messages in a list, their keys and values in chunks that are never given back. */
#include "held_outputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { CHUNK_BYTES = 256 * 1024, FIRST_MESSAGES = 256 };

struct chunk {
    struct chunk *next;
    size_t capacity, used;
    char data[];
};

struct held_outputs {
    struct log_message *messages;
    size_t count, capacity, bytes;
    struct chunk *first, *current; /* those behind `current` are empty */
};

struct held_outputs *held_outputs_new(void)
{
    return must_alloc(sizeof(struct held_outputs));
}

void held_outputs_free(struct held_outputs *held)
{
    if (held == NULL)
        return;
    for (struct chunk *chunk = held->first, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(held->messages);
    free(held);
}

static struct chunk *chunk_new(size_t bytes)
{
    const size_t capacity = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    struct chunk *chunk = must_realloc(NULL, sizeof(*chunk) + capacity);
    *chunk = (struct chunk){.capacity = capacity};
    return chunk;
}

static const void *hold(struct held_outputs *held, const void *data, size_t bytes)
{
    struct chunk **place = held->current == NULL ? &held->first : &held->current;
    while (*place != NULL && bytes > (*place)->capacity - (*place)->used)
        place = &(*place)->next;
    if (*place == NULL)
        *place = chunk_new(bytes);
    struct chunk *chunk = held->current = *place;
    void *copy = chunk->data + chunk->used;
    if (bytes > 0)
        memcpy(copy, data, bytes);
    chunk->used += bytes;
    held->bytes += bytes;
    return copy;
}

void held_outputs_add(struct held_outputs *held, const struct log_message *message)
{
    if (held->count == held->capacity) {
        held->capacity = held->capacity == 0 ? FIRST_MESSAGES : held->capacity * 2;
        held->messages = must_realloc(held->messages, held->capacity * sizeof(*held->messages));
    }
    struct log_message *copy = &held->messages[held->count++];
    *copy = *message;
    copy->key = message->key == NULL ? NULL : hold(held, message->key, message->key_bytes);
    copy->value = message->value == NULL ? NULL : hold(held, message->value, message->value_bytes);
}

size_t held_outputs_count(const struct held_outputs *held)
{
    return held->count;
}

size_t held_outputs_bytes(const struct held_outputs *held)
{
    return held->bytes;
}

void held_outputs_produce(const struct held_outputs *held, struct log_port *port)
{
    for (size_t i = 0; i < held->count; i++)
        log_port_produce(port, &held->messages[i]);
}

void held_outputs_clear(struct held_outputs *held)
{
    for (struct chunk *chunk = held->first; chunk != NULL; chunk = chunk->next)
        chunk->used = 0;
    held->current = NULL;
    held->count = held->bytes = 0;
}
