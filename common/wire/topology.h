/* topology.h: the one table of topics (design §2): names, partitions, retention, who writes and who reads. Admin
 * creates from it, every program compares the broker with it at start, the documentation prints it. */
#ifndef DUBAN_WIRE_TOPOLOGY_H
#define DUBAN_WIRE_TOPOLOGY_H

#include "base/arena.h"
#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

enum topic {
    TOPIC_INBOX,
    TOPIC_OUTBOX,
    TOPIC_COMMANDS,
    TOPIC_INTERNAL,
    TOPIC_EVENTS,
    TOPIC_ANSWERS,
    TOPIC_TASKS,
    TOPIC_NOTICES,
    TOPIC_REGISTRY,
    TOPIC_WATERMARKS,
    TOPIC_DEAD_LETTERS,
    TOPIC_CLOCK,
    TOPIC_COUNT,
};

enum topic_cleanup { CLEANUP_DELETE, CLEANUP_COMPACT, CLEANUP_COMPACT_DELETE };

struct topic_row {
    const char *suffix; /* "commands"; per unit: "inbox" */
    bool per_unit;      /* "inbox.<unit>" */
    bool partitioned;   /* P partitions; else one */
    enum topic_cleanup cleanup;
    int32_t retention_days; /* 0: unlimited */
    bool log_append_time;   /* message.timestamp.type; else CreateTime */
    bool rehearsal_only;
    const char *key; /* of its records, in words */
    const char *writers;
    const char *readers;
};

const struct topic_row *topic_row(enum topic topic);

/* "duban." + "inbox.czj"; `unit` "" where the topic is not per unit. */
char *topic_name(const char *prefix, enum topic topic, const char *unit, struct arena *arena);
/* Which topic a name is of; `ret_unit` points into `name` ("" where not per unit). */
bool topic_of_name(const char *prefix, const char *name, enum topic *ret_topic, const char **ret_unit);

uint32_t topic_partitions(enum topic topic, uint32_t partition_count);

/* The broker's settings of a topic: what to create it with and what to compare. */
enum { TOPIC_SETTINGS = 4, TOPIC_SETTING_TEXT = 24 };

struct topic_setting {
    const char *name; /* "retention.ms"; NULL ends the list */
    char value[TOPIC_SETTING_TEXT];
};

void topic_settings(enum topic topic, struct topic_setting ret_settings[TOPIC_SETTINGS + 1]);

/* The table as Markdown, for ARCHITECTURE.md. */
void topology_print(struct buffer *ret_markdown);

/* Java's murmur2 (the choice of Kafka's default partitioner), exactly. */
int32_t murmur2(const void *data, uint32_t bytes);
/* Where a key's records lie: toPositive(murmur2(key)) mod P; "partition/<p>" lies in p. */
uint32_t partition_of(const char *key, uint32_t partition_count);

#endif
