/* registry_follower.c: each version lies decoded in an arena of its own, found by its number.
 *
 * Versions come in ascending order, because one partition of the ledger publishes them one after the other,
 * and compaction keeps one record per version. */
#include "service/registry_follower.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "wire/messages.h"

struct entry {
    struct registry_version public;
    struct registry registry;
    struct arena *arena;
};

struct registry_follower {
    struct entry **entries; /* ascending versions; their addresses stay */
    size_t count;
    size_t capacity;
};

struct registry_follower *registry_follower_new(void)
{
    return must_alloc(sizeof(struct registry_follower));
}

static void entry_free(struct entry *entry)
{
    arena_free(entry->arena);
    free(entry);
}

void registry_follower_free(struct registry_follower *follower)
{
    if (follower == NULL)
        return;
    for (size_t i = 0; i < follower->count; i++)
        entry_free(follower->entries[i]);
    free(follower->entries);
    free(follower);
}

static bool read_version(const struct log_record *record, uint32_t *ret_version)
{
    char key[16];
    int64_t version = 0;
    if (record->key == NULL || record->key_bytes >= sizeof(key))
        return false;
    memcpy(key, record->key, record->key_bytes);
    key[record->key_bytes] = '\0';
    if (strlen(key) != record->key_bytes || !text_to_int64(key, 1, UINT32_MAX, &version))
        return false;
    *ret_version = (uint32_t)version;
    return true;
}

static struct entry *decode(const struct log_record *record, uint32_t version, const struct digest *digest)
{
    struct entry *entry = must_alloc(sizeof(*entry));
    entry->arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    struct wire_fault fault;
    uint32_t year = 0, day = 0;
    if (!wire_decode(&wire_registry, record->value, record->value_bytes, LIMIT_REGISTRY_BYTES, entry->arena,
                     &entry->registry, &fault)) {
        log_error("registry version cannot be read version=%u field=%s rule=%s", version, fault.field,
                  fault.rule);
        entry_free(entry);
        return NULL;
    }
    const struct registry *registry = &entry->registry;
    enum calendar_fault calendar = calendar_check(registry->calendars, registry->calendar_count, &year, &day);
    if (calendar != CALENDAR_FINE) {
        log_error("registry version has a broken calendar version=%u fault=%s", version,
                  calendar_fault_code(calendar));
        entry_free(entry);
        return NULL;
    }
    entry->registry.version = version; /* 0 in what was applied: the key says it */
    entry->public = (struct registry_version){
        .version = version,
        .digest = *digest,
        .registry = registry,
        .calendar = calendar_build(entry->arena, registry->calendars, registry->calendar_count, version),
    };
    return entry;
}

enum status registry_follower_take(struct registry_follower *follower, const struct log_record *record)
{
    uint32_t version = 0;
    if (!read_version(record, &version) || record->value == NULL) {
        log_error("record of the registry topic is no version offset=%lld", (long long)record->offset);
        return STATUS_FATAL;
    }
    struct digest digest = digest_of(record->value, record->value_bytes);
    const struct registry_version *known = registry_follower_version(follower, version);
    if (known != NULL && digest_equal(&known->digest, &digest))
        return STATUS_OK;
    const struct registry_version *newest = registry_follower_newest(follower);
    if (newest != NULL && version <= newest->version) {
        log_error("registry version contradicts what was published before version=%u newest=%u", version,
                  newest->version);
        return STATUS_FATAL;
    }
    struct entry *entry = decode(record, version, &digest);
    if (entry == NULL)
        return STATUS_FATAL;
    bool as_before = newest != NULL && registry_calendars_equal(newest->registry, &entry->registry);
    entry->public.calendar_since = as_before ? newest->calendar_since : version;
    if (follower->count == follower->capacity) {
        follower->capacity = follower->capacity == 0 ? 16 : follower->capacity * 2;
        follower->entries = must_realloc(follower->entries, follower->capacity * sizeof(*follower->entries));
    }
    follower->entries[follower->count++] = entry;
    return STATUS_OK;
}

const struct registry_version *registry_follower_version(const struct registry_follower *follower,
                                                         uint32_t version)
{
    size_t low = 0, high = follower->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (follower->entries[middle]->public.version < version)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < follower->count && follower->entries[low]->public.version == version;
    return found ? &follower->entries[low]->public : NULL;
}

const struct registry_version *registry_follower_newest(const struct registry_follower *follower)
{
    return follower->count == 0 ? NULL : &follower->entries[follower->count - 1]->public;
}

static const struct registry *registry_at(const void *context, uint32_t version)
{
    const struct registry_version *found = registry_follower_version(context, version);
    return found == NULL ? NULL : found->registry;
}

bool registry_follower_rules(const struct registry_follower *follower, uint32_t version,
                             struct ruleset *ruleset)
{
    const struct registry_version *found = version == 0 ? NULL : registry_follower_version(follower, version);
    if (version != 0 && found == NULL)
        return false;
    ruleset->registry = found == NULL ? NULL : found->registry;
    ruleset->calendar = found == NULL ? NULL : found->calendar;
    ruleset->calendar_since = found == NULL ? 0 : found->calendar_since;
    ruleset->registry_at = registry_at;
    ruleset->context = follower;
    return true;
}
