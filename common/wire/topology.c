/* topology.c: the table of topics and the choice of partitions. */
#include "wire/topology.h"

#include "domain/row.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { SEGMENT_MS = 24 * 60 * 60 * 1000 };

static const struct topic_row rows[TOPIC_COUNT] = {
    [TOPIC_INBOX] = {.suffix = "inbox",
                     .per_unit = true,
                     .retention_days = 30,
                     .log_append_time = true,
                     .key = "any",
                     .writers = "the unit's systems",
                     .readers = "intake"},
    [TOPIC_OUTBOX] = {.suffix = "outbox",
                     .per_unit = true,
                     .retention_days = 30,
                     .key = "task id",
                     .writers = "intake",
                     .readers = "the unit's systems"             },
    [TOPIC_COMMANDS] = {.suffix = "commands",
                     .partitioned = true,
                     .retention_days = 30,
                     .log_append_time = true,
                     .key = "task id",
                     .writers = "intake, deadline-watcher, escalation-notifier",
                     .readers = "task-ledger"},
    [TOPIC_INTERNAL] = {.suffix = "internal",
                     .partitioned = true,
                     .retention_days = 180,
                     .key = "task id",
                     .writers = "task-ledger",
                     .readers = "task-ledger"                },
    [TOPIC_EVENTS] = {.suffix = "events",
                     .partitioned = true,
                     .key = "task id",
                     .writers = "task-ledger",
                     .readers = "escalation-notifier, intake, board"                                 },
    [TOPIC_ANSWERS] = {.suffix = "answers",
                     .partitioned = true,
                     .retention_days = 7,
                     .key = "task id",
                     .writers = "task-ledger",
                     .readers = "intake"        },
    [TOPIC_TASKS] = {.suffix = "tasks",
                     .partitioned = true,
                     .cleanup = CLEANUP_COMPACT,
                     .key = "task id, or partition/<p> in partition p",
                     .writers = "task-ledger",
                     .readers = "task-ledger, deadline-watcher, escalation-notifier, board"        },
    [TOPIC_NOTICES] = {.suffix = "notices",
                     .cleanup = CLEANUP_COMPACT_DELETE,
                     .retention_days = 1096,
                     .key = "notice id",
                     .writers = "escalation-notifier",
                     .readers = "escalation-notifier, board"        },
    [TOPIC_REGISTRY] = {.suffix = "registry",
                     .cleanup = CLEANUP_COMPACT,
                     .key = "version",
                     .writers = "task-ledger",
                     .readers = "all"                         },
    [TOPIC_WATERMARKS] = {.suffix = "watermarks",
                     .log_append_time = true,
                     .cleanup = CLEANUP_COMPACT,
                     .key = "door and instance",
                     .writers = "intake",
                     .readers = "deadline-watcher, escalation-notifier"},
    [TOPIC_DEAD_LETTERS] = {.suffix = "dead-letters",
                     .retention_days = 180,
                     .key = "none",
                     .writers = "intake",
                     .readers = "dubanctl"                            },
    [TOPIC_CLOCK] = {.suffix = "clock",
                     .cleanup = CLEANUP_COMPACT,
                     .rehearsal_only = true,
                     .key = "clock",
                     .writers = "rehearsal",
                     .readers = "all"                },
};

const struct topic_row *topic_row(enum topic topic)
{
    return &rows[topic];
}

char *topic_name(const char *prefix, enum topic topic, const char *unit, struct arena *arena)
{
    const struct topic_row *row = &rows[topic];
    return arena_format(arena, "%s%s%s%s", prefix, row->suffix, row->per_unit ? "." : "",
                        row->per_unit ? unit : "");
}

bool topic_of_name(const char *prefix, const char *name, enum topic *ret_topic, const char **ret_unit)
{
    if (!text_starts_with(name, prefix))
        return false;
    const char *suffix = name + strlen(prefix);
    for (int topic = 0; topic < TOPIC_COUNT; topic++) {
        if (!text_starts_with(suffix, rows[topic].suffix))
            continue;
        const char *rest = suffix + strlen(rows[topic].suffix);
        if (rows[topic].per_unit ? rest[0] != '.' || rest[1] == '\0' : rest[0] != '\0')
            continue;
        *ret_topic = (enum topic)topic;
        *ret_unit = rows[topic].per_unit ? rest + 1 : rest;
        return true;
    }
    return false;
}

uint32_t topic_partitions(enum topic topic, uint32_t partition_count)
{
    return rows[topic].partitioned ? partition_count : 1;
}

/* --- settings ------------------------------------------------------------------------------------------------------ */

static const char *cleanup_text(enum topic_cleanup cleanup)
{
    static const char *const texts[] = {
        [CLEANUP_DELETE] = "delete",
        [CLEANUP_COMPACT] = "compact",
        [CLEANUP_COMPACT_DELETE] = "compact,delete",
    };
    return texts[cleanup];
}

void topic_settings(enum topic topic, struct topic_setting ret_settings[TOPIC_SETTINGS + 1])
{
    const struct topic_row *row = &rows[topic];
    struct topic_setting *at = ret_settings;
    memset(ret_settings, 0, sizeof ret_settings[0] * (TOPIC_SETTINGS + 1));
    at->name = "cleanup.policy";
    snprintf(at++->value, TOPIC_SETTING_TEXT, "%s", cleanup_text(row->cleanup));
    at->name = "message.timestamp.type";
    snprintf(at++->value, TOPIC_SETTING_TEXT, "%s", row->log_append_time ? "LogAppendTime" : "CreateTime");
    if (row->cleanup == CLEANUP_COMPACT)
        return;
    at->name = "retention.ms";
    int64_t retention_ms = row->retention_days == 0 ? -1 : (int64_t)row->retention_days * 24 * 60 * 60 * 1000;
    snprintf(at++->value, TOPIC_SETTING_TEXT, "%lld", (long long)retention_ms);
    if (row->retention_days == 0)
        return;
    at->name = "segment.ms"; /* a segment is deleted as a whole, so retention means what it says */
    snprintf(at->value, TOPIC_SETTING_TEXT, "%d", SEGMENT_MS);
}

void topology_print(struct buffer *ret_markdown)
{
    buffer_append_text(ret_markdown,
                       "| topic | key | partitions | cleanup | kept | timestamp | written by | read by |\n"
                       "|---|---|---|---|---|---|---|---|\n");
    for (int topic = 0; topic < TOPIC_COUNT; topic++) {
        const struct topic_row *row = &rows[topic];
        char kept[16] = "for ever";
        if (row->retention_days != 0)
            snprintf(kept, sizeof kept, "%d d", row->retention_days);
        buffer_format(ret_markdown, "| `duban.%s%s`%s | %s | %s | %s | %s | %s | %s | %s |\n", row->suffix,
                      row->per_unit ? ".<unit>" : "", row->rehearsal_only ? " (rehearsal)" : "", row->key,
                      row->partitioned ? "P" : "1", cleanup_text(row->cleanup),
                      row->cleanup == CLEANUP_COMPACT ? "last per key" : kept,
                      row->log_append_time ? "LogAppendTime" : "CreateTime", row->writers, row->readers);
    }
}

/* --- partitions ------------------------------------------------------------------------------------------------------
 * MurmurHash2 (Austin Appleby, public domain) with the seed of Kafka's Java client, over unsigned arithmetic. */

int32_t murmur2(const void *data, uint32_t bytes)
{
    const uint32_t multiplier = 0x5bd1e995, seed = 0x9747b28c;
    const uint8_t *at = data;
    uint32_t hash = seed ^ bytes;
    for (; bytes >= 4; at += 4, bytes -= 4) {
        uint32_t word = at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
        word *= multiplier;
        word ^= word >> 24;
        word *= multiplier;
        hash = hash * multiplier ^ word;
    }
    if (bytes == 3)
        hash ^= (uint32_t)at[2] << 16;
    if (bytes >= 2)
        hash ^= (uint32_t)at[1] << 8;
    if (bytes >= 1)
        hash = (hash ^ at[0]) * multiplier;
    hash ^= hash >> 13;
    hash *= multiplier;
    hash ^= hash >> 15;
    return (int32_t)hash;
}

uint32_t partition_of(const char *key, uint32_t partition_count)
{
    int64_t placed;
    if (text_starts_with(key, KEY_PARTITION_PREFIX) &&
        text_to_int64(key + strlen(KEY_PARTITION_PREFIX), 0, (int64_t)partition_count - 1, &placed))
        return (uint32_t)placed;
    return ((uint32_t)murmur2(key, (uint32_t)strlen(key)) & 0x7fffffff) % partition_count;
}
