/* records.h: records that the programs exchange besides commands, events and rows. */
#ifndef DUBAN_WIRE_RECORDS_H
#define DUBAN_WIRE_RECORDS_H

#include "domain/command.h"
#include "domain/refusal.h"
#include "domain/row.h"

/* duban.answers: the fate of a command that left no event (struct answer of turn.h with its addressee). */
struct answer_record {
    const char *command_id;
    const char *task_id;
    enum trigger trigger;
    struct actor actor;
    struct message_id message;
    struct instant received_at;
    struct refusal refusal;          /* REFUSAL_DUPLICATE repeats the first answer: */
    uint64_t first_seq;              /* event that answered it first */
    enum refusal_code first_refusal; /* REFUSAL_NONE: it was accepted */
    enum task_state first_state;     /* after it */
};

/* duban.tasks: of a row when its task wants to be woken. A cut of struct row: a row of anything else has no kind here. */
struct row_wake {
    enum row_kind kind; /* ROW_TASK or ROW_NONE */
    struct task_wake {
        const char *id;
        uint64_t wake_seq;
        struct instant next_wake; /* INSTANT_NONE: it waits for nothing */
    } task;
};

/* duban.watermarks: everything that this door received up to `at` stands in duban.commands. */
struct watermark {
    const char *door;     /* unit of an inbox, or "http" */
    const char *instance; /* of intake */
    struct instant at;
};

/* duban.dead-letters: where the input stands, never what it says. */
struct dead_letter {
    const char *topic;
    int32_t partition;
    int64_t offset;
    struct instant received_at;
    struct refusal reason;
    uint64_t bytes;
    struct digest digest;
};

/* GET /settled: how far a program has come (design §4). Not a record of a topic; JSON only. */
struct settled_input {
    const char *topic;
    int32_t partition;
    int64_t next; /* max(last + 1, EOF offset); −1: not known yet */
};

struct settled {
    const char *incarnation; /* of the process */
    int64_t clock_seq;       /* of the last tick it works by */
    struct settled_input *inputs;
    uint32_t input_count;
    int64_t published, delivered, handled; /* records since it started */
    int64_t in_flight;                     /* work begun and not finished */
    struct instant next_timer;             /* when it wants to be woken; none: not at all */
    int64_t errors;                        /* partitions that cannot be read */
};

/* duban.clock: rehearsal only. */
struct clock_tick {
    uint64_t seq;
    struct instant now;
};

/* duban.events: see event_record.h, which makes and verifies it. */
struct event_record {
    uint32_t min_reader;
    const char *algorithm;
    const void *body; /* an encoded Event */
    size_t body_bytes;
    struct digest hash;
};

#endif
