/* command.h: what somebody wants, as it stands in duban.commands and duban.internal. */
#ifndef DUBAN_DOMAIN_COMMAND_H
#define DUBAN_DOMAIN_COMMAND_H

#include "domain/body.h"

/* Who acts. Intake fills it from what it authenticated; the ledger judges by the registry what it may do. */
struct actor {
    const char *unit;
    const char *person;    /* registry id; "" for a source system or the system itself */
    const char *system;    /* source system of the unit: its ce_source; "" for a person */
    const char *principal; /* 代: the person acted for, "" when nobody */
    enum door door;
};

/* The sender's own identification; empty for machine commands. */
struct message_id {
    const char *unit;   /* authenticated */
    const char *source; /* ce_source */
    const char *id;     /* ce_id */
};

/* Where a record of an inbox stands, so that the ledger drops exactly what it has applied. */
struct inbox_position {
    const char *inbox; /* unit; "" = did not come through an inbox */
    int64_t offset;
};

struct command {
    const char *command_id; /* base32 of SHA-256(unit, ce_source, ce_id), or derived from the causing event */
    const char *task_id;    /* the key: a task id, numbers/<kind>-<year>, registry, partition/<p> */
    enum origin origin;
    struct actor actor;
    struct instant received_at; /* decides every question of timeliness; never altered */
    struct message_id message;
    struct inbox_position inbox;
    struct digest content; /* of the masked body: same id with other content is a conflict */
    const char *cause;     /* internal commands: "<aggregate>#<event seq>" */
    uint32_t hops;         /* internal commands: ≤ LIMIT_HOPS */
    struct body body;
};

#endif
