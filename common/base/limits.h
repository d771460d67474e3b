/* limits.h: every length, count and rate of duban has its limit here, so that nothing grows without bound. */
#ifndef DUBAN_BASE_LIMITS_H
#define DUBAN_BASE_LIMITS_H

#include <stdint.h>

/* Money: up to a hundred billion yuan, in fen; a refund is negative. */
#define LIMIT_FEN INT64_C(10000000000000)

enum {
    /* texts, bytes without the terminator */
    LIMIT_CODE = 64,        /* codes, ids of units and persons, clock names */
    LIMIT_LINE = 512,       /* titles, references, document numbers, URLs */
    LIMIT_PROSE = 4096,     /* descriptions, reasons, measures */
    LIMIT_REFERENCE = 200,  /* a department's own reference */
    LIMIT_MESSAGE_ID = 200, /* ce_id */
    LIMIT_SOURCE = 200,     /* ce_source */

    /* records, bytes */
    LIMIT_COMMAND_BYTES = 64 * 1024,
    LIMIT_ROW_BYTES = 64 * 1024,
    LIMIT_ROW_RESERVE_BYTES = 8 * 1024, /* of it, for what machines write when a sender has filled the rest */
    LIMIT_EVENT_BYTES = 256 * 1024,
    LIMIT_REGISTRY_BYTES = 512 * 1024,
    LIMIT_HTTP_HEADER_BYTES = 16 * 1024,
    LIMIT_HTTP_BODY_BYTES = 768 * 1024, /* a registry with its envelope */
    LIMIT_JSON_DEPTH = 16,
    LIMIT_ARENA_BYTES = 8 * 1024 * 1024, /* all that one record may take while it is decided */
    LIMIT_REGISTRY_DECODED = 16,         /* versions of the registry in memory, see registry_follower.h */
    LIMIT_REGISTRY_ARENA_BYTES = 32 * 1024 * 1024,

    /* counts in one task */
    LIMIT_CLOCKS = 128,
    LIMIT_AWAITED = 32,     /* of these, signatures that rungs wait for (answer_slot.h) */
    LIMIT_RECIPIENTS = 8,   /* who must answer one rung */
    LIMIT_LADDER_KEY = 999, /* of a clock with rungs */
    LIMIT_OCCURRENCE = 9,   /* of one rung */
    LIMIT_TIMERS_PER_CLOCK = 32,
    LIMIT_EXTENSIONS = 32, /* of one clock */
    LIMIT_PAUSES_PER_CLOCK = 32,
    LIMIT_REQUESTS = 4,   /* pending, of different kinds */
    LIMIT_STATUTORY = 12, /* statutory clocks of one template */
    LIMIT_NOTES = 64,     /* warnings that one event carries */
    LIMIT_CO_UNITS = 16,
    LIMIT_FACTS = 64,
    LIMIT_EVIDENCE = 16,
    LIMIT_OBJECTIONS = 8,
    LIMIT_LATE_ACTS = 4, /* kept in a row, see late_acts.h */
    LIMIT_MISSES = 64,
    LIMIT_NODES = 16,      /* of one plan */
    LIMIT_NODES_KEPT = 32, /* with those done or missed before */
    LIMIT_RELATIONS = 16,
    LIMIT_CHILDREN = 32,      /* of one task that have not ended */
    LIMIT_CHILDREN_KEPT = 48, /* marks in a row */
    LIMIT_CHILD_DEPTH = 4,
    LIMIT_SPLIT = 16,                /* parts that one command asks for */
    LIMIT_RESOLUTIONS = 16,          /* of one meeting's minutes */
    LIMIT_MESSAGE_IDS = 256,         /* remembered per row */
    LIMIT_MESSAGE_IDS_PER_DOOR = 64, /* of these, per unit and door */
    LIMIT_HEARD = 16,                /* ids of the notifier's commands */
    LIMIT_WAKES_PER_COMMAND = 64,
    LIMIT_WAKES_IN_FLIGHT = 256, /* of one partition: sent, and no row has answered */
    LIMIT_WAKE_REPEATS = 3,      /* without an answer while other tasks answer; then it is not counted */
    LIMIT_HOPS = 8,
    LIMIT_DEATHS = 3, /* of the ledger by one record, before it goes on without it */
    LIMIT_EVENTS_PER_TURN = 80,
    LIMIT_RECOMPUTED_ROWS = 400, /* looked at in one transaction after the calendars have changed */

    LIMIT_SCHEDULE_POINTS = 64, /* of a schedule line given by a template */
    /* money: an agreed annual rate, and a daily one */
    LIMIT_RATE_BP = 10000,    /* basis points: 100 % a year */
    LIMIT_RATE_PPM = 1000000, /* millionths: all of it each day */

    /* one period or extension: ten years, in days or in months */
    LIMIT_PERIOD_DAYS = 3660,
    LIMIT_PERIOD_MONTHS = 120,
    LIMIT_OFFICE_BLOCKS = 8,       /* in which offices are open on one day */
    LIMIT_OFFICE_SEASONS = 4,      /* with hours of their own */
    LIMIT_PAUSES = 128,            /* of one deadline that is asked for */
    LIMIT_OFFSETS = 32,            /* moments around it, likewise */
    LIMIT_REASONS_KEPT = 8 * 1024, /* in words, for the lines of a batch to come */

    /* the registry */
    LIMIT_PARTITIONS = 1024, /* P */
    LIMIT_UNITS = 512,
    LIMIT_PERSONS = 2048,
    LIMIT_TEMPLATES = 256,
    LIMIT_CALENDAR_YEARS = 64,
    LIMIT_PAUSE_REASONS = 16, /* of one template */
    LIMIT_LIST = 512,         /* any other list in it */

    LIMIT_INPUT_PARTITIONS = 8192, /* of all topics that one program reads */

    /* the doors */
    LIMIT_WAITING_ANSWERS = 1024,
    LIMIT_REMEMBERED_ANSWERS = 20000,
    LIMIT_HTTP_CONNECTIONS = 256,
    LIMIT_HTTP_STREAM_BYTES = 1024 * 1024, /* waiting for a client that does not read */
    LIMIT_METRIC_SERIES = 4096,            /* per metric */
    LIMIT_OFFSET_METADATA = 3072,          /* the broker's own limit is 4096 */
    LIMIT_IN_FLIGHT = 20000,               /* records published and not yet delivered */
    LIMIT_NOTICE_ATTEMPTS = 8,
    LIMIT_NOTICE_SUBJECT = 1024,    /* bytes; longer ones are cut, and say where the rest is */
    LIMIT_NOTICE_TEXT = 16 * 1024,  /* … */
    LIMIT_NOTICE_BYTES = 64 * 1024, /* a record of duban.notices */
    LIMIT_NOTICES_OF_EVENT = 32,
    LIMIT_NOTICE_LINES = 40,      /* tasks named in one merged notice; the others are counted */
    LIMIT_NOTICES_UNDER_WAY = 64, /* attempts without an outcome */
};

enum {
    /* times, milliseconds */
    MESSAGE_ID_KEPT_DAYS =
        30, /* repeats by the sender are recognised that long; older commands are too_old */
    ANSWER_KEPT_MS = 15 * 60 * 1000,
    CLOCK_SKEW_MS = 5000,
    WATERMARK_SKEW_MS = 1000,
    WATERMARK_PERIOD_MS = 500,
    HTTP_REPLY_TIMEOUT_MS = 30 * 1000,  /* a request that nobody answers */
    DOOR_GRACE_MS = 2 * 60 * 60 * 1000, /* H of design: an alarm waits that long for a silent door */
};

/* A value of a schedule line, in its measure: its thousandths times a century of days still fit into 64 bits. */
#define LIMIT_MEASURE INT64_C(100000000000)

#endif
