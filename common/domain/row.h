/* row.h: what stands under one key of duban.tasks: a task, or one of the three other aggregates of the ledger. */
#ifndef DUBAN_DOMAIN_ROW_H
#define DUBAN_DOMAIN_ROW_H

#include "domain/event.h"

enum row_kind { ROW_NONE = 0, ROW_TASK, ROW_NUMBERS, ROW_REGISTRY, ROW_PARTITION, ROW_KIND_COUNT };

/* numbers/<kind>-<year>: hands out 1, 2, 3 … without gap. */
struct number_book {
    const char *id;
    uint64_t seq;
    struct digest chain;
    struct instant now;
    const char *kind;
    int32_t year;
    uint32_t last; /* the last number handed out */
};

/* registry: which version is current, and which partitions have adopted it. */
struct registry_head {
    const char *id;
    uint64_t seq;
    struct digest chain;
    struct instant now;
    uint32_t version;  /* current */
    uint32_t in_force; /* adopted by all partitions */
    struct digest digest;
    uint32_t *adopted; /* partitions that have the current version */
    uint32_t adopted_count;
    struct remembered_message *messages; /* as in tasks: a repeated ApplyRegistry gets its first answer */
    uint32_t message_count;
};

struct inbox_mark {
    const char *inbox;
    int64_t offset; /* highest applied */
};

/* partition/<p>: what the ledger has applied; written in every transaction that touches the partition. */
struct partition_row {
    const char *id;
    const char *deployment;
    int64_t next_command; /* next offset of duban.commands to apply */
    int64_t next_internal;
    struct inbox_mark *inboxes;
    uint32_t inbox_count;
    uint32_t registry_version;
    struct digest registry_digest;
    /* The cursor of RecomputeCalendar: tasks with a key behind recomputed_key wait for these calendars. */
    uint32_t calendar_version; /* of the registry that brought them; see ruleset.calendar_since */
    struct instant calendar_published_at;
    bool recomputing;
    const char *recomputed_key; /* "" none yet */
};

struct row {
    enum row_kind kind;
    union {
        struct task task;
        struct number_book numbers;
        struct registry_head registry;
        struct partition_row partition;
    };
};

#define KEY_REGISTRY "registry"
#define KEY_NUMBERS_PREFIX "numbers/"
#define KEY_PARTITION_PREFIX "partition/"

/* Which aggregate a key names. */
enum row_kind row_kind_of_key(const char *key);

#endif
