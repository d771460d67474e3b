/* registry_index.c: one table with open addressing for each way of finding something. A slot keeps the key and its hash,
 * so that a lookup compares texts only where both are most likely the same. */
#include "domain/registry_index.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { LEAST_SLOTS = 8 };

struct slot {
    const char *key; /* NULL: free */
    uint32_t hash;
    uint32_t place;
};

struct table {
    struct slot *slots;
    uint32_t mask; /* slots − 1; their number is a power of two */
};

/* The list as it was when it was indexed. */
struct indexed {
    const void *items;
    uint32_t count;
};

struct registry_index {
    struct indexed lists[REGISTRY_LISTS];
    struct table tables[REGISTRY_KEYS];
    uint32_t roles[ROLE_COUNT]; /* place of the first who holds it */
};

/* Posts of one unit differ by their roles, so two keys with the same text and the same hash are the same key. */
static uint32_t hash_of(const char *key, enum role role)
{
    uint64_t hash = 0, word;
    size_t bytes = strlen(key);
    for (; bytes >= sizeof word; key += sizeof word, bytes -= sizeof word) {
        memcpy(&word, key, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    word = bytes;
    memcpy((char *)&word + 1, key, bytes);
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(hash >> 32) + (uint32_t)role * UINT32_C(0x9e3779b1);
}

/* The key's slot, or the free one where it would stand. */
static struct slot *slot_of(const struct table *table, const char *key, uint32_t hash)
{
    for (uint32_t at = hash & table->mask;; at = (at + 1) & table->mask) {
        struct slot *slot = &table->slots[at];
        if (slot->key == NULL || (slot->hash == hash && text_equal(slot->key, key)))
            return slot;
    }
}

static void make_room(struct table *table, uint32_t keys, struct arena *arena)
{
    uint32_t slots = LEAST_SLOTS;
    while (slots < 2 * keys)
        slots *= 2;
    table->slots = ARENA_ARRAY(arena, struct slot, slots);
    table->mask = slots - 1;
}

/* The first of a key stays. */
static void add(struct table *table, const char *key, enum role role, uint32_t place)
{
    const uint32_t hash = hash_of(key, role);
    struct slot *slot = slot_of(table, key, hash);
    if (slot->key == NULL)
        *slot = (struct slot){key, hash, place};
}

static void index_list(struct registry_index *index, enum registry_list list, const void *items,
                       uint32_t count, size_t item_bytes, size_t key_offset, struct arena *arena)
{
    struct table *table = &index->tables[list];
    index->lists[list] = (struct indexed){items, count};
    make_room(table, count, arena);
    for (uint32_t i = 0; i < count; i++)
        add(table, *(const char *const *)((const char *)items + i * item_bytes + key_offset), ROLE_NONE, i);
}

static void index_offices(struct registry_index *index, const struct registry *registry, struct arena *arena)
{
    uint32_t fields = 0, roles = 0;
    for (uint32_t i = 0; i < registry->person_count; i++) {
        fields += registry->persons[i].field_count;
        roles += registry->persons[i].role_count;
    }
    make_room(&index->tables[REGISTRY_LEADERS], fields, arena);
    make_room(&index->tables[REGISTRY_POSTS], roles, arena);
    memset(index->roles, 0xff, sizeof index->roles);
    for (uint32_t i = 0; i < registry->person_count; i++) {
        const struct registry_person *person = &registry->persons[i];
        for (uint32_t j = 0; j < person->field_count; j++)
            add(&index->tables[REGISTRY_LEADERS], person->fields[j], ROLE_NONE, i);
        for (uint32_t j = 0; j < person->role_count; j++) {
            const enum role role = person->roles[j];
            add(&index->tables[REGISTRY_POSTS], person->unit, role, i);
            if (role < ROLE_COUNT && index->roles[role] == REGISTRY_NO_PLACE)
                index->roles[role] = i;
        }
    }
}

const struct registry_index *registry_index_new(const struct registry *registry, struct arena *arena)
{
    struct registry_index *index = ARENA_NEW(arena, struct registry_index);
    index_list(index, REGISTRY_UNITS, registry->units, registry->unit_count, sizeof(struct registry_unit),
               offsetof(struct registry_unit, id), arena);
    index_list(index, REGISTRY_PERSONS, registry->persons, registry->person_count,
               sizeof(struct registry_person), offsetof(struct registry_person, id), arena);
    index_list(index, REGISTRY_TOKENS, registry->tokens, registry->token_count, sizeof(struct registry_token),
               offsetof(struct registry_token, id), arena);
    index_list(index, REGISTRY_TEMPLATES, registry->templates, registry->template_count,
               sizeof(struct registry_template), offsetof(struct registry_template, code), arena);
    index_list(index, REGISTRY_FORMS, registry->forms, registry->form_count, sizeof(struct registry_form),
               offsetof(struct registry_form, code), arena);
    index_offices(index, registry, arena);
    return index;
}

bool registry_index_knows(const struct registry_index *index, enum registry_list list, const void *items,
                          uint32_t count)
{
    return index != NULL && index->lists[list].items == items && index->lists[list].count == count;
}

uint32_t registry_index_find(const struct registry_index *index, enum registry_list list, const char *key,
                             enum role role)
{
    const struct slot *slot = slot_of(&index->tables[list], key, hash_of(key, role));
    return slot->key == NULL ? REGISTRY_NO_PLACE : slot->place;
}

uint32_t registry_index_role(const struct registry_index *index, enum role role)
{
    return role < ROLE_COUNT ? index->roles[role] : REGISTRY_NO_PLACE;
}
