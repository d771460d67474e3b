/* tally.c: one scan of duban.answers and duban.notices; of a notice its newest record counts. */
#include "tally.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "domain/notice.h"
#include "runtime/log_scan.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "wire/topology.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>

enum { SCAN_TIMEOUT_MS = 10000, NAMES_BYTES = 64 * 1024 };

struct seen {
    uint32_t rung;
    uint32_t occurrence;
    enum role role;
    UT_hash_handle hh;
    char id[];
};

struct scan {
    struct summary *summary;
    struct arena *arena; /* of one record */
    struct seen *notices;
};

static enum status on_answer(void *context, const struct log_record *record)
{
    struct scan *scan = context;
    struct answer_record answer;
    struct wire_fault fault;
    arena_reset(scan->arena);
    if (record->value != NULL && wire_decode(&wire_answer, record->value, record->value_bytes,
                                             LIMIT_COMMAND_BYTES, scan->arena, &answer, &fault))
        summary_answer(scan->summary, answer.refusal.code);
    return STATUS_OK;
}

static enum status on_notice(void *context, const struct log_record *record)
{
    struct scan *scan = context;
    struct notice notice;
    struct wire_fault fault;
    struct seen *seen = NULL;
    arena_reset(scan->arena);
    if (record->value == NULL || !wire_decode(&wire_notice, record->value, record->value_bytes,
                                              LIMIT_EVENT_BYTES, scan->arena, &notice, &fault))
        return STATUS_OK;
    HASH_FIND_STR(scan->notices, notice.id, seen);
    if (seen == NULL) {
        seen = must_alloc(sizeof *seen + strlen(notice.id) + 1);
        memcpy(seen->id, notice.id, strlen(notice.id) + 1);
        HASH_ADD_STR(scan->notices, id, seen);
    }
    seen->rung = notice.rung;
    seen->occurrence = notice.occurrence;
    seen->role = notice.role;
    return STATUS_OK;
}

static enum status read_topic(struct scan *scan, struct log_scanner *scanner, enum topic topic,
                              const char *prefix, uint32_t partitions, struct arena *names,
                              enum status (*on_record)(void *context, const struct log_record *record))
{
    uint32_t count = topic_partitions(topic, partitions);
    struct log_offset *offsets = ARENA_ARRAY(names, struct log_offset, count);
    for (uint32_t i = 0; i < count; i++)
        offsets[i] = (struct log_offset){topic_name(prefix, topic, "", names), (int32_t)i, 0, ""};
    return log_scan(scanner, offsets, count, SCAN_TIMEOUT_MS, on_record, scan);
}

enum status tally(const struct log_client *client, const char *prefix, uint32_t partitions,
                  struct summary *summary)
{
    struct scan scan = {.summary = summary, .arena = arena_new(LIMIT_ARENA_BYTES)};
    struct arena *names = arena_new(NAMES_BYTES);
    struct log_scanner *scanner = log_scanner_new(client);
    enum status status = scanner == NULL ? STATUS_FATAL : STATUS_OK;
    if (status == STATUS_OK)
        status = read_topic(&scan, scanner, TOPIC_ANSWERS, prefix, partitions, names, on_answer);
    if (status == STATUS_OK)
        status = read_topic(&scan, scanner, TOPIC_NOTICES, prefix, partitions, names, on_notice);
    if (status != STATUS_OK)
        log_error("cannot read answers and notices");
    struct seen *seen = NULL, *next = NULL;
    HASH_ITER(hh, scan.notices, seen, next)
    {
        summary_notice(summary, seen->occurrence != 0, seen->rung, seen->role);
        HASH_DEL(scan.notices, seen);
        free(seen);
    }
    log_scanner_free(scanner);
    arena_free(names);
    arena_free(scan.arena);
    return status == STATUS_OK ? STATUS_OK : STATUS_FATAL;
}
