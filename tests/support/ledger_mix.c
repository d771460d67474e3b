/* ledger_mix.c: records the stories, and deals out what was recorded. */
#include "ledger_mix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "calendar_change.h"
#include "calendar_fixture.h"
#include "rehearsal/core_world.h"
#include "rehearsal/story_runner.h"
#include "wire/registry_files.h"

enum { MIX_BYTES = 1024 * 1024 * 1024, ID_LETTERS = ID_TEXT - 1, RARE = 3 };

const char ledger_mix_deployment[] = "bench";

/* Of a thousand or so commands of a year: a task is drafted, registered, assigned, signed, reports progress some times,
 * reports, is verified and closed; each step tells somebody, whose device answers; clocks come due in between. What is
 * not named here is rare: appeals, disputes, suspensions, papers. */
static const uint32_t shares[TRIGGER_COUNT] = {
    [TRIGGER_NOTICE_ACCEPTED] = 300,
    [TRIGGER_WAKE] = 160,
    [TRIGGER_PROGRESS] = 120,
    [TRIGGER_DRAFT] = 45,
    [TRIGGER_REGISTER] = 45,
    [TRIGGER_ASSIGN] = 45,
    [TRIGGER_SIGN] = 45,
    [TRIGGER_REPORT_DONE] = 45,
    [TRIGGER_START_VERIFY] = 40,
    [TRIGGER_RECORD_VERIFICATION] = 40,
    [TRIGGER_CLOSE] = 40,
    [TRIGGER_ACKNOWLEDGE] = 20,
};

/* Where one of the recorded ids stands in the bytes. */
struct patch {
    uint32_t at, id;
};

struct patched {
    struct mix_bytes bytes;
    struct patch *patches;
    uint32_t patch_count;
};

struct moment {
    enum trigger trigger;
    uint32_t id; /* of the task */
    struct patched row, command;
};

struct known_id {
    UT_hash_handle hh;
    uint32_t index;
    char id[ID_TEXT];
};

struct ledger_mix {
    struct arena *arena; /* everything recorded */
    struct arena *scratch;
    struct core_world *world;
    struct moment *moments; /* those of one trigger beside each other */
    size_t count, capacity;
    uint32_t first[TRIGGER_COUNT], counts[TRIGGER_COUNT];
    uint32_t shares_total;
    struct known_id *ids;
    uint32_t id_count;
    struct world played;
    char key[ID_TEXT];
    char *row, *command; /* of the last draw */
};

static _Noreturn void give_up(const char *what, const char *why)
{
    fprintf(stderr, "ledger_mix: %s: %s\n", what, why);
    abort();
}

/* --- recording --------------------------------------------------------------------------------------------------------- */

static uint32_t know(struct ledger_mix *mix, const char *id)
{
    struct known_id *known = NULL;
    HASH_FIND(hh, mix->ids, id, ID_LETTERS, known);
    if (known == NULL) {
        known = ARENA_NEW(mix->arena, struct known_id);
        known->index = mix->id_count++;
        memcpy(known->id, id, ID_LETTERS);
        HASH_ADD(hh, mix->ids, id, ID_LETTERS, known);
    }
    return known->index;
}

/* Commands that come from outside, from the watcher and from the notifier; internal ones follow by themselves. */
static void take(void *context, const struct command *command, struct bytes row)
{
    struct ledger_mix *mix = context;
    if (row_kind_of_key(command->task_id) != ROW_TASK)
        return;
    uint32_t id = know(mix, command->task_id);
    if (command->origin == ORIGIN_LEDGER || command->body.trigger == TRIGGER_RECOMPUTE_CALENDAR)
        return;
    if (mix->count == mix->capacity) {
        mix->capacity = mix->capacity == 0 ? 1024 : mix->capacity * 2;
        mix->moments = must_realloc(mix->moments, mix->capacity * sizeof *mix->moments);
    }
    size_t bytes;
    arena_reset(mix->scratch);
    const void *data = wire_encode(&wire_command, command, mix->scratch, &bytes);
    struct moment *moment = &mix->moments[mix->count++];
    *moment = (struct moment){.trigger = command->body.trigger, .id = id};
    moment->command.bytes = (struct mix_bytes){arena_copy(mix->arena, data, bytes), bytes};
    if (row.data != NULL)
        moment->row.bytes = (struct mix_bytes){arena_copy(mix->arena, row.data, row.count), row.count};
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '2' && byte <= '7');
}

static void find_patches(struct ledger_mix *mix, struct patched *patched)
{
    const char *data = patched->bytes.data;
    size_t run = 0;
    for (size_t i = 0; i < patched->bytes.bytes; i++) {
        run = is_letter(data[i]) ? run + 1 : 0;
        struct known_id *known = NULL;
        if (run >= ID_LETTERS)
            HASH_FIND(hh, mix->ids, data + i + 1 - ID_LETTERS, ID_LETTERS, known);
        if (known == NULL)
            continue;
        patched->patches =
            arena_grown(mix->arena, patched->patches, patched->patch_count, sizeof(struct patch));
        patched->patches[patched->patch_count++] =
            (struct patch){(uint32_t)(i + 1 - ID_LETTERS), known->index};
    }
}

static int by_trigger(const void *a, const void *b)
{
    const struct moment *left = a, *right = b;
    return left->trigger < right->trigger ? -1 : left->trigger > right->trigger;
}

static void sort_out(struct ledger_mix *mix)
{
    size_t row_bytes = 1, command_bytes = 1;
    qsort(mix->moments, mix->count, sizeof *mix->moments, by_trigger);
    for (size_t i = 0; i < mix->count; i++) {
        struct moment *moment = &mix->moments[i];
        if (mix->counts[moment->trigger]++ == 0) {
            mix->first[moment->trigger] = (uint32_t)i;
            mix->shares_total += shares[moment->trigger] > 0 ? shares[moment->trigger] : RARE;
        }
        find_patches(mix, &moment->row);
        find_patches(mix, &moment->command);
        row_bytes = moment->row.bytes.bytes > row_bytes ? moment->row.bytes.bytes : row_bytes;
        command_bytes =
            moment->command.bytes.bytes > command_bytes ? moment->command.bytes.bytes : command_bytes;
    }
    mix->row = must_alloc(row_bytes);
    mix->command = must_alloc(command_bytes);
}

static void play(struct ledger_mix *mix)
{
    struct registry_files *files = ARENA_NEW(mix->arena, struct registry_files);
    struct wire_fault fault;
    struct story *stories;
    size_t count;
    const char *position = "", *why = "";
    if (!registry_files_load("deploy/registry", mix->arena, files, &fault, &position))
        give_up("deploy/registry", position);
    files->registry.version = 1;
    if (!story_load_all("tests/scenarios", &files->registry, mix->arena, &stories, &count, &why))
        give_up("tests/scenarios", why);
    mix->played = core_world_new(&files->registry);
    mix->world = mix->played.self;
    mix->world->taken = take;
    mix->world->taken_context = mix;
    struct story_result *results = ARENA_ARRAY(mix->arena, struct story_result, count);
    if (story_play(&mix->played, stories, count, mix->arena, results) != STATUS_OK || mix->count == 0)
        give_up("tests/scenarios", "the stories cannot be played");
}

struct ledger_mix *ledger_mix_new(void)
{
    struct ledger_mix *mix = must_alloc(sizeof *mix);
    mix->arena = arena_new(MIX_BYTES);
    mix->scratch = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    play(mix);
    sort_out(mix);
    return mix;
}

void ledger_mix_free(struct ledger_mix *mix)
{
    if (mix == NULL)
        return;
    HASH_CLEAR(hh, mix->ids);
    world_free(&mix->played);
    free(mix->moments);
    free(mix->row);
    free(mix->command);
    arena_free(mix->scratch);
    arena_free(mix->arena);
    free(mix);
}

/* --- dealing out ----------------------------------------------------------------------------------------------------- */

/* splitmix64 */
static uint64_t scatter(uint64_t number)
{
    uint64_t z = number * UINT64_C(0x9e3779b97f4a7c15) + UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void id_of(uint64_t number, uint32_t index, char ret_id[ID_TEXT])
{
    uint64_t words[2] = {scatter(number), scatter(scatter(number) ^ index)};
    uint8_t bytes[ID_BYTES];
    memcpy(bytes, words, sizeof bytes);
    id_from_bytes(bytes, ret_id);
}

static struct mix_bytes patch(const struct patched *patched, uint64_t number, char *room)
{
    if (patched->bytes.data == NULL)
        return (struct mix_bytes){0};
    memcpy(room, patched->bytes.data, patched->bytes.bytes);
    for (uint32_t i = 0; i < patched->patch_count; i++) {
        char id[ID_TEXT];
        id_of(number, patched->patches[i].id, id);
        memcpy(room + patched->patches[i].at, id, ID_LETTERS);
    }
    return (struct mix_bytes){room, patched->bytes.bytes};
}

static const struct moment *pick(const struct ledger_mix *mix, uint64_t number)
{
    uint64_t drawn = scatter(number ^ UINT64_C(0x5eed));
    uint64_t at = drawn % mix->shares_total;
    for (int trigger = 0; trigger < TRIGGER_COUNT; trigger++) {
        if (mix->counts[trigger] == 0)
            continue;
        uint32_t share = shares[trigger] > 0 ? shares[trigger] : RARE;
        if (at < share)
            return &mix->moments[mix->first[trigger] + (drawn >> 32) % mix->counts[trigger]];
        at -= share;
    }
    abort();
}

void ledger_mix_draw(struct ledger_mix *mix, uint64_t number, struct mix_draw *ret_draw)
{
    const struct moment *moment = pick(mix, number);
    id_of(number, moment->id, mix->key);
    ret_draw->key = mix->key;
    ret_draw->row = patch(&moment->row, number, mix->row);
    ret_draw->command = patch(&moment->command, number, mix->command);
}

uint32_t ledger_mix_versions(const struct ledger_mix *mix)
{
    return mix->world->version_count;
}

struct mix_bytes ledger_mix_version(const struct ledger_mix *mix, uint32_t version)
{
    struct mix_bytes bytes;
    bytes.data = wire_encode(&wire_registry, mix->world->versions[version - 1], mix->arena, &bytes.bytes);
    return bytes;
}

struct mix_bytes ledger_mix_partition_row(struct ledger_mix *mix, int32_t partition, char ret_key[24])
{
    const uint32_t newest = ledger_mix_versions(mix);
    struct mix_bytes content = ledger_mix_version(mix, newest), bytes;
    struct row row = {.kind = ROW_PARTITION};
    snprintf(ret_key, 24, KEY_PARTITION_PREFIX "%d", partition);
    row.partition = (struct partition_row){
        .id = ret_key,
        .deployment = ledger_mix_deployment,
        .registry_version = newest,
        .registry_digest = digest_of(content.data, content.bytes),
        .recomputed_key = "",
    };
    arena_reset(mix->scratch);
    bytes.data = wire_encode(&wire_row, &row, mix->scratch, &bytes.bytes);
    return bytes;
}

/* --- a changed calendar ----------------------------------------------------------------------------------------------- */

struct mix_bytes ledger_mix_next_version(struct ledger_mix *mix)
{
    static const char *const changes[] = {"2023-02-13 off", "2023-03-13 off", "2023-04-10 off",
                                          "2023-05-15 off", "2023-06-12 off", "2023-07-10 off",
                                          "2023-08-14 off", "2023-09-11 off", "2023-10-16 off",
                                          "2023-11-13 off", "2023-12-11 off", NULL};
    const struct registry *newest = mix->world->versions[ledger_mix_versions(mix) - 1];
    const struct registry *next = calendar_change(newest, 2023, changes, mix->arena);
    struct mix_bytes bytes;
    bytes.data = wire_encode(&wire_registry, next, mix->arena, &bytes.bytes);
    return bytes;
}

struct mix_bytes ledger_mix_adoption(struct ledger_mix *mix, int32_t partition, char ret_key[24])
{
    const struct mix_bytes content = ledger_mix_next_version(mix);
    snprintf(ret_key, 24, KEY_PARTITION_PREFIX "%d", partition);
    struct command command = {
        .task_id = ret_key,
        .origin = ORIGIN_LEDGER,
        .received_at = instant_at("2023-06-01T09:00"),
        .body = {.trigger = TRIGGER_ADOPT_REGISTRY,
                 .adopt_registry = {ledger_mix_versions(mix) + 1, digest_of(content.data, content.bytes)}},
    };
    struct mix_bytes bytes;
    arena_reset(mix->scratch);
    bytes.data = wire_encode(&wire_command, &command, mix->scratch, &bytes.bytes);
    return bytes;
}
