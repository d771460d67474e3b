/* row_blocks.c: size classes with a list of free blocks each, cut from slabs. The steps between classes grow with the
 * sizes; what is larger than the largest class has a slab of its own. Under AddressSanitizer what is not taken is
 * poisoned. */
#include "row_blocks.h"

#include <assert.h>
#include <sanitizer/asan_interface.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"

enum {
    SLAB_BYTES = 16 * 1024,
    FIRST_BLOCKS = 4, /* in the first slab of a class; each further one has twice as many, up to SLAB_BYTES */
    CLASS_LIMIT = 128
};

/* Classes up to `until` bytes are `step` apart. */
static const struct range {
    size_t until, step;
} ranges[] = {
    {2048,      32  },
    {8 * 1024,  256 },
    {32 * 1024, 1024},
};

enum { RANGES = sizeof(ranges) / sizeof(ranges[0]) };

struct free_block {
    struct free_block *next;
};

struct slab {
    struct slab *next, *before;
    size_t bytes; /* without this head */
    _Alignas(16) char data[];
};

struct size_class {
    struct free_block *free;
    uint32_t blocks; /* of its newest slab */
};

struct row_blocks {
    struct size_class classes[CLASS_LIMIT];
    struct slab slabs; /* head of a ring */
    size_t held;
};

/* The class of a size, and its blocks' size; CLASS_LIMIT: none is so large. */
static size_t class_of(size_t bytes, size_t *ret_bytes)
{
    size_t class = 0, from = 0;
    for (int i = 0; i < RANGES; i++) {
        const size_t step = ranges[i].step;
        if (bytes <= ranges[i].until) {
            const size_t steps = (bytes - from + step - 1) / step;
            *ret_bytes = from + steps * step;
            return class + steps;
        }
        class += (ranges[i].until - from) / step;
        from = ranges[i].until;
    }
    return CLASS_LIMIT;
}

static struct slab *slab_new(struct row_blocks *blocks, size_t bytes)
{
    struct slab *slab = must_realloc(NULL, sizeof(*slab) + bytes);
    *slab = (struct slab){.next = blocks->slabs.next, .before = &blocks->slabs, .bytes = bytes};
    slab->next->before = slab;
    slab->before->next = slab;
    blocks->held += bytes;
    return slab;
}

static void slab_free(struct row_blocks *blocks, struct slab *slab)
{
    ASAN_UNPOISON_MEMORY_REGION(slab->data, slab->bytes);
    blocks->held -= slab->bytes;
    slab->next->before = slab->before;
    slab->before->next = slab->next;
    free(slab);
}

struct row_blocks *row_blocks_new(void)
{
    struct row_blocks *blocks = must_alloc(sizeof(*blocks));
    blocks->slabs.next = blocks->slabs.before = &blocks->slabs;
    return blocks;
}

void row_blocks_free(struct row_blocks *blocks)
{
    if (blocks == NULL)
        return;
    while (blocks->slabs.next != &blocks->slabs)
        slab_free(blocks, blocks->slabs.next);
    free(blocks);
}

static void add_free(struct size_class *class, void *memory, size_t bytes)
{
    struct free_block *block = memory;
    block->next = class->free;
    class->free = block;
    ASAN_POISON_MEMORY_REGION(memory, bytes);
}

/* Backwards, so that blocks are taken in the order of their addresses. */
static void refill(struct row_blocks *blocks, struct size_class *class, size_t bytes)
{
    const uint32_t wanted = class->blocks == 0 ? FIRST_BLOCKS : class->blocks * 2;
    const uint32_t most = SLAB_BYTES / bytes > 1 ? (uint32_t)(SLAB_BYTES / bytes) : 1;
    class->blocks = wanted < most ? wanted : most;
    struct slab *slab = slab_new(blocks, class->blocks * bytes);
    for (uint32_t i = class->blocks; i > 0; i--)
        add_free(class, slab->data + (i - 1) * bytes, bytes);
}

void *row_blocks_take(struct row_blocks *blocks, size_t bytes)
{
    size_t class_bytes;
    assert(bytes > 0);
    const size_t place = class_of(bytes, &class_bytes);
    if (place == CLASS_LIMIT)
        return slab_new(blocks, bytes)->data;
    struct size_class *class = &blocks->classes[place];
    if (class->free == NULL)
        refill(blocks, class, class_bytes);
    struct free_block *block = class->free;
    ASAN_UNPOISON_MEMORY_REGION(block, class_bytes);
    class->free = block->next;
    return block;
}

void row_blocks_give(struct row_blocks *blocks, void *block, size_t bytes)
{
    size_t class_bytes;
    const size_t place = class_of(bytes, &class_bytes);
    if (block == NULL)
        return;
    if (place == CLASS_LIMIT)
        slab_free(blocks, (struct slab *)(void *)((char *)block - offsetof(struct slab, data)));
    else
        add_free(&blocks->classes[place], block, class_bytes);
}

size_t row_blocks_held(const struct row_blocks *blocks)
{
    return blocks->held;
}
