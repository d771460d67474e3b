/* refusal.h: why a command was refused: a stable code with parameters. Sentences stand in the catalogue only. */
#ifndef DUBAN_DOMAIN_REFUSAL_H
#define DUBAN_DOMAIN_REFUSAL_H

enum refusal_code {
    REFUSAL_NONE = 0,
    /* the message itself: found at the doors (table-driven) and again by the ledger */
    REFUSAL_MALFORMED = 1,    /* does not decode; rule says why */
    REFUSAL_FIELD_MISSING,    /* field */
    REFUSAL_FIELD_TOO_LONG,   /* field, limit */
    REFUSAL_FIELD_CHARACTERS, /* field: not UTF-8, control characters */
    REFUSAL_FIELD_RANGE,      /* field, rule */
    REFUSAL_FIELD_UNKNOWN,    /* field: no such field */
    REFUSAL_UNKNOWN_WORD,     /* field, value: not in the vocabulary or the registry */
    REFUSAL_NO_SUCH_DATE,     /* field, value */
    REFUSAL_DEADLINE_VAGUE,   /* field, value: 尽快 and the like; domain.md §1.6 */
    REFUSAL_DATE_PAST,        /* field, value */
    REFUSAL_TOO_OLD,
    REFUSAL_CLOCK_SKEW,
    REFUSAL_MESSAGE_TOO_LARGE,
    REFUSAL_CONTENT_TYPE,
    REFUSAL_TIMESTAMP_TYPE, /* CreateTime where LogAppendTime is due */
    /* who */
    REFUSAL_UNAUTHENTICATED = 30,
    REFUSAL_WRONG_ORIGIN, /* this trigger does not come from outside */
    REFUSAL_NOT_ENTITLED, /* trigger, who may */
    REFUSAL_WRONG_SOURCE, /* ce_source not registered to the unit */
    REFUSAL_UNKNOWN_TASK,
    REFUSAL_NO_REGISTRY,
    REFUSAL_ROOM_FULL,   /* too many remembered messages of this sender */
    REFUSAL_ID_CONFLICT, /* same id, other content */
    /* the state of the task */
    REFUSAL_WRONG_STATE = 50, /* trigger, state, allowed now */
    REFUSAL_EXISTS,           /* task: this reference is already a task */
    REFUSAL_TOO_LATE,         /* clock, due */
    REFUSAL_ALREADY,          /* what: it was done before (one pending request, one objection per unit …) */
    REFUSAL_NONE_PENDING,     /* what is not pending */
    REFUSAL_NO_DEADLINE,      /* field */
    REFUSAL_NO_APPROVAL,      /* the supervised lane needs an approval reference */
    REFUSAL_EXTENSION_LIMIT,  /* limit, used, asked */
    REFUSAL_EVIDENCE_MISSING, /* class */
    REFUSAL_PREDECESSOR_OPEN, /* task */
    REFUSAL_SAME_PERSON,      /* verifier, handler, closer must differ */
    REFUSAL_UNSATISFIED,      /* no satisfaction and no explained disposition */
    REFUSAL_NO_LEADER,        /* leader(task) does not resolve */
    REFUSAL_UNIT_INACTIVE,    /* unit */
    REFUSAL_SAME_UNIT,        /* a ruling or reassignment that changes nothing */
    REFUSAL_DUE_TOO_CLOSE,    /* a ruling must bring a later date */
    REFUSAL_DUE_NOT_LATER,    /* field, due: an extension or instruction must end later than the due date */
    REFUSAL_NOT_NEEDED,       /* an acknowledgement that nobody waits for */
    REFUSAL_VERIFICATION_OPEN, /* must be verified first */
    REFUSAL_ROW_FULL,          /* a limit of the row: field, limit */
    REFUSAL_RULE_UNMET,        /* deadline arithmetic refused: field, rule */
    REFUSAL_INSTALMENTS_SUM,   /* planned, debt: a plan that does not pay the debt, in yuan */
    /* registry */
    REFUSAL_VERSION_CONFLICT = 80, /* base, current */
    REFUSAL_REGISTRY_INVALID,      /* field, rule */
    REFUSAL_WRONG_SECRET,
    /* ours */
    REFUSAL_DUPLICATE = 90, /* not a refusal: same id and content as before; the first answer is repeated */
    REFUSAL_INTERNAL,
    REFUSAL_UNAVAILABLE,
    REFUSAL_COUNT,
};

enum { REFUSAL_PARAMETERS = 6 };

struct parameter {
    const char *name;  /* "field", "rule", "state", "due", … */
    const char *value; /* a code, a date, a number: never a sentence */
};

struct refusal {
    enum refusal_code code; /* REFUSAL_NONE: not refused */
    struct parameter *parameters;
    unsigned parameter_count;
};

struct arena;

#define REFUSED(refusal) ((refusal).code != REFUSAL_NONE)

/* Parameters are (name, value) pairs ended by NULL; texts are copied into the arena. */
struct refusal refusal_make(struct arena *arena, enum refusal_code code, ...) __attribute__((sentinel));
const char *refusal_parameter(const struct refusal *refusal, const char *name); /* "" when absent */

const char *refusal_code_text(enum refusal_code code); /* "too_late" */
enum refusal_code refusal_code_value(const char *text);

enum language { LANGUAGE_ZH, LANGUAGE_EN };

/* catalogue.c: the sentence for an official. Never fails: an unknown parameter shows as "?". */
const char *refusal_render(const struct refusal *refusal, enum language language, struct arena *arena);

#endif
