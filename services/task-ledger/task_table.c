/* task_table.c: rows, an index over them, and a list of what the open transactions have replaced.
 *
 * A row is one block of memory (row_blocks.h), key and bytes; a change makes a new block, and the undo list takes over the
 * old one, so nothing that is replaced is copied. Rows are numbered in the order in which they came. Only undo takes rows
 * away, and always the one that came last, so the numbers have no holes, a walk in steps is a number, and the index (open
 * addressing, linear probing) grows without anybody's notice. It costs eight bytes a slot, at most seven of eight taken,
 * and looks at a row's memory only where the hash fits. */
#include "task_table.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "row_blocks.h"

enum { FIRST_SLOTS = 64, FIRST_ROWS = 64 };

struct block {
    uint32_t bytes; /* of the row, behind the key and its zero */
    uint32_t key_bytes;
    char key[];
};

struct slot {
    uint32_t hash;
    uint32_t row; /* its number + 1; 0: free */
};

/* What stood under a key before one change. */
struct undo {
    struct block *block; /* NULL: the key was new */
    uint32_t row;
};

struct task_table {
    struct row_blocks *blocks;
    struct block **rows;
    uint32_t count, capacity;
    struct slot *slots;
    uint32_t slot_count; /* a power of two */
    uint32_t walk;       /* next row of a walk in steps */
    size_t bytes;
    struct undo *undos;
    size_t undo_count, undo_capacity, undo_bytes;
    size_t sealed_count, sealed_bytes; /* of the oldest of them, whose transaction is being committed */
};

/* --- blocks ----------------------------------------------------------------------------------------------------------- */

static size_t block_bytes(size_t key_bytes, size_t bytes)
{
    return sizeof(struct block) + key_bytes + 1 + bytes;
}

static struct block *block_new(struct task_table *table, const char *key, size_t key_bytes, const void *data,
                               size_t bytes)
{
    assert(key_bytes <= UINT32_MAX && bytes <= UINT32_MAX);
    struct block *block = row_blocks_take(table->blocks, block_bytes(key_bytes, bytes));
    block->bytes = (uint32_t)bytes;
    block->key_bytes = (uint32_t)key_bytes;
    memcpy(block->key, key, key_bytes + 1);
    if (bytes > 0)
        memcpy(block->key + key_bytes + 1, data, bytes);
    return block;
}

static void block_free(struct task_table *table, struct block *block)
{
    if (block != NULL)
        row_blocks_give(table->blocks, block, block_bytes(block->key_bytes, block->bytes));
}

static struct row_bytes row_of(const struct block *block)
{
    return (struct row_bytes){block->key + block->key_bytes + 1, block->bytes};
}

/* --- the index -------------------------------------------------------------------------------------------------------- */

/* Ids of tasks are digests already; this only has to mix. */
static uint32_t hash_of(const char *key, size_t bytes)
{
    uint64_t hash = bytes * UINT64_C(0x9e3779b97f4a7c15), word;
    for (; bytes >= sizeof word; key += sizeof word, bytes -= sizeof word) {
        memcpy(&word, key, sizeof word);
        hash = (hash ^ word) * UINT64_C(0xbf58476d1ce4e5b9);
        hash ^= hash >> 29;
    }
    word = 0;
    memcpy(&word, key, bytes);
    hash = (hash ^ word) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(hash ^ hash >> 32);
}

/* The slot of the key, or the free one where it would stand. */
static struct slot *slot_of(const struct task_table *table, const char *key, size_t key_bytes, uint32_t hash)
{
    const uint32_t mask = table->slot_count - 1;
    for (uint32_t at = hash & mask;; at = (at + 1) & mask) {
        struct slot *slot = &table->slots[at];
        if (slot->row == 0)
            return slot;
        if (slot->hash != hash)
            continue;
        const struct block *block = table->rows[slot->row - 1];
        if (block->key_bytes == key_bytes && memcmp(block->key, key, key_bytes) == 0)
            return slot;
    }
}

static void grow_slots(struct task_table *table)
{
    const struct slot *old = table->slots;
    const uint32_t old_count = table->slot_count;
    assert(old_count <= UINT32_MAX / 4);
    table->slot_count = old_count * 2;
    table->slots = must_alloc(table->slot_count * sizeof(*table->slots));
    for (uint32_t i = 0; i < old_count; i++) {
        uint32_t at = old[i].hash & (table->slot_count - 1);
        if (old[i].row == 0)
            continue;
        while (table->slots[at].row != 0)
            at = (at + 1) & (table->slot_count - 1);
        table->slots[at] = old[i];
    }
    free((void *)(uintptr_t)old);
}

/* Frees a slot; those that had to step over it move up. */
static void free_slot(struct task_table *table, struct slot *slot)
{
    const uint32_t mask = table->slot_count - 1;
    uint32_t hole = (uint32_t)(slot - table->slots);
    for (uint32_t at = (hole + 1) & mask; table->slots[at].row != 0; at = (at + 1) & mask) {
        const uint32_t home = table->slots[at].hash & mask;
        if (((at - home) & mask) < ((at - hole) & mask))
            continue; /* it stands between its home and the hole */
        table->slots[hole] = table->slots[at];
        hole = at;
    }
    table->slots[hole] = (struct slot){0};
}

/* --- rows --------------------------------------------------------------------------------------------------------------- */

struct task_table *task_table_new(void)
{
    struct task_table *table = must_alloc(sizeof(*table));
    table->blocks = row_blocks_new();
    table->slot_count = FIRST_SLOTS;
    table->slots = must_alloc(FIRST_SLOTS * sizeof(*table->slots));
    return table;
}

/* The oldest changes: there is no way back behind them. */
static void forget(struct task_table *table, size_t count)
{
    for (size_t i = 0; i < count; i++)
        block_free(table, table->undos[i].block);
    table->undo_count -= count;
    if (table->undo_count > 0)
        memmove(table->undos, table->undos + count, table->undo_count * sizeof(*table->undos));
}

void task_table_free(struct task_table *table)
{
    if (table == NULL)
        return;
    row_blocks_free(table->blocks);
    free(table->rows);
    free(table->slots);
    free(table->undos);
    free(table);
}

struct row_bytes task_table_get(const struct task_table *table, const char *key)
{
    const size_t bytes = strlen(key);
    const struct slot *slot = slot_of(table, key, bytes, hash_of(key, bytes));
    return slot->row == 0 ? (struct row_bytes){0} : row_of(table->rows[slot->row - 1]);
}

/* By the hash alone: a wrong guess costs a line of memory. */
static const struct slot *likely_slot(const struct task_table *table, uint32_t hash)
{
    const uint32_t mask = table->slot_count - 1;
    for (uint32_t at = hash & mask; table->slots[at].row != 0; at = (at + 1) & mask)
        if (table->slots[at].hash == hash)
            return &table->slots[at];
    return NULL;
}

void task_table_fetch(const struct task_table *table, const char *key, enum task_table_step step)
{
    enum { LINE_BYTES = 64, LINES = 20 }; /* a row is some 1100 bytes; the rest comes by itself */
    const uint32_t hash = hash_of(key, strlen(key));
    if (step == TASK_TABLE_INDEX) {
        __builtin_prefetch(&table->slots[hash & (table->slot_count - 1)]);
        return;
    }
    const struct slot *slot = likely_slot(table, hash);
    if (slot == NULL)
        return;
    struct block **place = &table->rows[slot->row - 1];
    if (step == TASK_TABLE_PLACE)
        __builtin_prefetch(place);
    for (int i = 0; step == TASK_TABLE_ROW && i < LINES; i++)
        __builtin_prefetch((const char *)*place + (ptrdiff_t)i * LINE_BYTES);
}

static void add(struct task_table *table, struct slot *slot, uint32_t hash, struct block *block)
{
    assert(table->count < UINT32_MAX / 4);
    if (table->count == table->capacity) {
        table->capacity = table->capacity == 0 ? FIRST_ROWS : table->capacity * 2;
        table->rows = must_realloc(table->rows, table->capacity * sizeof(struct block *));
    }
    table->rows[table->count++] = block;
    *slot = (struct slot){hash, table->count};
    if (table->count > table->slot_count / 8 * 7)
        grow_slots(table);
}

/* Puts a new block in place and returns the one before; NULL: the key is new. */
static struct block *replace(struct task_table *table, const char *key, const void *data, size_t bytes,
                             uint32_t *ret_row)
{
    const size_t key_bytes = strlen(key);
    const uint32_t hash = hash_of(key, key_bytes);
    struct slot *slot = slot_of(table, key, key_bytes, hash);
    struct block *block = block_new(table, key, key_bytes, data, bytes), *before = NULL;
    table->bytes += bytes;
    if (slot->row == 0) {
        table->bytes += key_bytes;
        *ret_row = table->count;
        add(table, slot, hash, block);
        return NULL;
    }
    *ret_row = slot->row - 1;
    before = table->rows[*ret_row];
    table->bytes -= before->bytes;
    table->rows[*ret_row] = block;
    return before;
}

void task_table_load(struct task_table *table, const char *key, const void *data, size_t bytes)
{
    uint32_t row;
    assert(table->undo_count == 0);
    block_free(table, replace(table, key, data, bytes, &row));
}

void task_table_put(struct task_table *table, const char *key, const void *data, size_t bytes)
{
    if (table->undo_count == table->undo_capacity) {
        table->undo_capacity = table->undo_capacity == 0 ? 64 : table->undo_capacity * 2;
        table->undos = must_realloc(table->undos, table->undo_capacity * sizeof(*table->undos));
    }
    struct undo *undo = &table->undos[table->undo_count++];
    undo->block = replace(table, key, data, bytes, &undo->row);
    table->undo_bytes += undo->block == NULL ? 0 : undo->block->bytes;
}

void task_table_seal(struct task_table *table)
{
    assert(table->sealed_count == 0);
    table->sealed_count = table->undo_count;
    table->sealed_bytes = table->undo_bytes;
}

void task_table_commit(struct task_table *table)
{
    table->undo_bytes -= table->sealed_bytes;
    forget(table, table->sealed_count);
    table->sealed_count = table->sealed_bytes = 0;
}

static void remove_last(struct task_table *table)
{
    const struct block *block = table->rows[table->count - 1];
    free_slot(table, slot_of(table, block->key, block->key_bytes, hash_of(block->key, block->key_bytes)));
    table->count--;
    table->bytes -= block->key_bytes;
}

void task_table_undo(struct task_table *table)
{
    /* Backwards, so that a key that changed several times ends at the first old bytes. */
    while (table->undo_count > 0) {
        const struct undo *undo = &table->undos[--table->undo_count];
        struct block *block = table->rows[undo->row];
        table->bytes -= block->bytes;
        if (undo->block == NULL) {
            assert(undo->row == table->count - 1);
            remove_last(table);
        } else {
            table->bytes += undo->block->bytes;
            table->rows[undo->row] = undo->block;
        }
        block_free(table, block);
    }
    table->undo_bytes = table->sealed_count = table->sealed_bytes = 0;
}

size_t task_table_count(const struct task_table *table)
{
    return table->count;
}

size_t task_table_bytes(const struct task_table *table)
{
    return table->bytes;
}

size_t task_table_undo_bytes(const struct task_table *table)
{
    return table->undo_bytes;
}

void task_table_each(const struct task_table *table,
                     bool (*visit)(void *context, const char *key, struct row_bytes row), void *context)
{
    for (uint32_t i = 0; i < table->count; i++)
        if (!visit(context, table->rows[i]->key, row_of(table->rows[i])))
            return;
}

void task_table_walk(struct task_table *table)
{
    table->walk = 0;
}

bool task_table_walk_next(struct task_table *table, const char **ret_key, struct row_bytes *ret_row)
{
    if (table->walk >= table->count)
        return false;
    const struct block *block = table->rows[table->walk++];
    *ret_key = block->key;
    *ret_row = row_of(block);
    return true;
}
