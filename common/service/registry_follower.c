/* registry_follower.c: each version is found by its number, and lies decoded in an arena of its own while it is asked
 * for. What was asked for least lately goes to a temporary file, as the bytes that came, and comes back from there.
 *
 * Versions come in ascending order, because one partition of the ledger publishes them one after the other,
 * and compaction keeps one record per version. */
#include "service/registry_follower.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "domain/registry_index.h"
#include "wire/messages.h"

enum { NOT_IN_FILE = -1 };

struct entry {
    struct registry_version public; /* registry and calendar: NULL while it lies in the file */
    struct registry registry;
    struct arena *arena; /* NULL: in the file */
    void *bytes;         /* as they came; NULL: in the file */
    size_t byte_count;
    long file_offset;
    uint64_t asked; /* when, counted in questions */
};

struct registry_follower {
    struct entry **entries; /* ascending versions; their addresses stay */
    size_t count;
    size_t capacity;
    size_t decoded;
    uint64_t questions;
    FILE *file; /* NULL: not needed yet */
    bool file_fails;
    bool keeps_all;
};

struct registry_follower *registry_follower_new(void)
{
    return must_alloc(sizeof(struct registry_follower));
}

static void entry_free(struct entry *entry)
{
    arena_free(entry->arena);
    free(entry->bytes);
    free(entry);
}

void registry_follower_free(struct registry_follower *follower)
{
    if (follower == NULL)
        return;
    for (size_t i = 0; i < follower->count; i++)
        entry_free(follower->entries[i]);
    free(follower->entries);
    if (follower->file != NULL)
        (void)fclose(follower->file);
    free(follower);
}

size_t registry_follower_decoded(const struct registry_follower *follower)
{
    return follower->decoded;
}

void registry_follower_keep_all(struct registry_follower *follower)
{
    follower->keeps_all = true;
}

/* --- one version ---------------------------------------------------------------------------------------------------- */

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

/* Fills arena, registry and calendar from the bytes; false, said in the log: they cannot be read. */
static bool decode(struct entry *entry, uint32_t version)
{
    struct wire_fault fault;
    uint32_t year = 0, day = 0;
    entry->arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    if (!wire_decode(&wire_registry, entry->bytes, entry->byte_count, LIMIT_REGISTRY_BYTES, entry->arena,
                     &entry->registry, &fault)) {
        log_error("registry version cannot be read version=%u field=%s rule=%s", version, fault.field,
                  fault.rule);
        return false;
    }
    const struct registry *registry = &entry->registry;
    enum calendar_fault calendar = calendar_check(registry->calendars, registry->calendar_count, &year, &day);
    if (calendar != CALENDAR_FINE) {
        log_error("registry version has a broken calendar version=%u fault=%s", version,
                  calendar_fault_code(calendar));
        return false;
    }
    entry->registry.version = version; /* 0 in what was applied: the key says it */
    entry->registry.index = registry_index_new(registry, entry->arena);
    entry->public.registry = registry;
    entry->public.calendar =
        calendar_build(entry->arena, registry->calendars, registry->calendar_count, version);
    return true;
}

static struct entry *entry_new(const struct log_record *record, uint32_t version, const struct digest *digest)
{
    struct entry *entry = must_alloc(sizeof(*entry));
    entry->public = (struct registry_version){.version = version, .digest = *digest};
    entry->file_offset = NOT_IN_FILE;
    entry->byte_count = record->value_bytes;
    entry->bytes = must_alloc(record->value_bytes + 1);
    memcpy(entry->bytes, record->value, record->value_bytes);
    if (decode(entry, version))
        return entry;
    entry_free(entry);
    return NULL;
}

/* --- the file --------------------------------------------------------------------------------------------------------- */

/* False: it stays in memory; this is said once. */
static bool write_out(struct registry_follower *follower, struct entry *entry)
{
    if (entry->file_offset != NOT_IN_FILE)
        return true;
    if (follower->file == NULL && !follower->file_fails)
        follower->file = tmpfile(); /* has no name: it goes with the program, however that ends */
    FILE *file = follower->file;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
        long offset = ftell(file);
        if (offset >= 0 && fwrite(entry->bytes, 1, entry->byte_count, file) == entry->byte_count &&
            fflush(file) == 0) {
            entry->file_offset = offset;
            return true;
        }
    }
    if (!follower->file_fails)
        log_warn("older versions of the registry stay in memory, no temporary file can be written");
    follower->file_fails = true;
    return false;
}

static bool read_back(struct registry_follower *follower, struct entry *entry)
{
    entry->bytes = must_alloc(entry->byte_count + 1);
    if (fseek(follower->file, entry->file_offset, SEEK_SET) != 0 ||
        fread(entry->bytes, 1, entry->byte_count, follower->file) != entry->byte_count) {
        log_error("registry version cannot be read back version=%u", entry->public.version);
        return false;
    }
    struct digest digest = digest_of(entry->bytes, entry->byte_count);
    if (digest_equal(&digest, &entry->public.digest))
        return decode(entry, entry->public.version);
    log_error("registry version has changed in the temporary file version=%u", entry->public.version);
    return false;
}

static void forget(struct entry *entry)
{
    arena_free(entry->arena);
    free(entry->bytes);
    entry->arena = NULL;
    entry->bytes = NULL;
    entry->public.registry = NULL;
    entry->public.calendar = NULL;
}

/* The version that was asked for least lately makes room; never the newest, which is always current. */
static void make_room(struct registry_follower *follower)
{
    struct entry *least = NULL;
    if (follower->keeps_all || follower->decoded <= LIMIT_REGISTRY_DECODED)
        return;
    for (size_t i = 0; i + 1 < follower->count; i++) {
        struct entry *entry = follower->entries[i];
        if (entry->arena != NULL && (least == NULL || entry->asked < least->asked))
            least = entry;
    }
    if (least == NULL || !write_out(follower, least))
        return;
    forget(least);
    follower->decoded--;
}

/* NULL, said in the log: it lies in the file and cannot be read back. */
static const struct registry_version *ask(struct registry_follower *follower, struct entry *entry)
{
    entry->asked = ++follower->questions;
    if (entry->arena != NULL)
        return &entry->public;
    if (!read_back(follower, entry)) {
        forget(entry);
        return NULL;
    }
    follower->decoded++;
    make_room(follower);
    return &entry->public;
}

static struct entry *find(const struct registry_follower *follower, uint32_t version)
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
    return found ? follower->entries[low] : NULL;
}

/* --- the fold --------------------------------------------------------------------------------------------------------- */

static void append(struct registry_follower *follower, struct entry *entry)
{
    if (follower->count == follower->capacity) {
        follower->capacity = follower->capacity == 0 ? 16 : follower->capacity * 2;
        follower->entries = must_realloc(follower->entries, follower->capacity * sizeof(*follower->entries));
    }
    follower->entries[follower->count++] = entry;
    entry->asked = ++follower->questions;
    follower->decoded++;
    make_room(follower);
}

enum status registry_follower_take(struct registry_follower *follower, const struct log_record *record)
{
    uint32_t version = 0;
    if (!read_version(record, &version) || record->value == NULL) {
        log_error("record of the registry topic is no version offset=%lld", (long long)record->offset);
        return STATUS_FATAL;
    }
    struct digest digest = digest_of(record->value, record->value_bytes);
    const struct entry *known = find(follower, version);
    if (known != NULL && digest_equal(&known->public.digest, &digest))
        return STATUS_OK;
    const struct registry_version *newest = registry_follower_newest(follower);
    if (newest != NULL && version <= newest->version) {
        log_error("registry version contradicts what was published before version=%u newest=%u", version,
                  newest->version);
        return STATUS_FATAL;
    }
    struct entry *entry = entry_new(record, version, &digest);
    if (entry == NULL)
        return STATUS_FATAL;
    bool days = newest != NULL && registry_calendars_equal(newest->registry, &entry->registry);
    bool hours = days && registry_hours_equal(newest->registry, &entry->registry);
    entry->public.days_since = days ? newest->days_since : version;
    entry->public.calendar_since = hours ? newest->calendar_since : version;
    append(follower, entry);
    return STATUS_OK;
}

/* --- questions ---------------------------------------------------------------------------------------------------------- */

/* Which versions lie in memory is no part of what the follower says: a question may move one. */
const struct registry_version *registry_follower_version(const struct registry_follower *follower,
                                                         uint32_t version)
{
    struct entry *entry = find(follower, version);
    return entry == NULL ? NULL : ask((struct registry_follower *)(uintptr_t)follower, entry);
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
    ruleset->days_since = found == NULL ? 0 : found->days_since;
    ruleset->registry_at = registry_at;
    ruleset->context = follower;
    return true;
}
