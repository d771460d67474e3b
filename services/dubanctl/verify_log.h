/* verify_log.h: the promises of design §11, checked from outside: it is given the records of the topics as anybody
 * reads them, folds the events by itself, and says what does not fit. Pure: no Kafka in here. */
#ifndef DUBAN_DUBANCTL_VERIFY_LOG_H
#define DUBAN_DUBANCTL_VERIFY_LOG_H

#include "base/digest.h"
#include "base/instant.h"
#include "domain/event.h"
#include "runtime/log_record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum verify_check {
    VERIFY_READABLE,  /* every record decodes */
    VERIFY_PLACE,     /* every record lies in the partition of its key */
    VERIFY_NUMBERING, /* the events of an aggregate are 1, 2, 3 … */
    VERIFY_CHAIN,     /* each follows from the one before by its hash */
    VERIFY_SEAL, /* what is archived is what was sealed: number and hash; nothing behind it but notes and refusals */
    VERIFY_LEGALITY, /* each step is a row of the life table */
    VERIFY_TIME, /* `now` never goes back within an aggregate, and no event before its command was received */
    VERIFY_FOLD, /* the row in duban.tasks is the fold of the events */
    VERIFY_ONCE, /* no message of a sender changed a task twice */
    VERIFY_NUMBERS, /* number books have no gap, and each number reached one task */
    VERIFY_NOTICES, /* every notice has its event, every rung its notice */
    VERIFY_CALENDAR, /* where the cursor has come to its end, no open clock is left that the calendars would move */
    VERIFY_MISSES, /* every miss that a timely act or a verified date disproves is taken back */
    VERIFY_CHECKS,
};

const char *verify_check_code(enum verify_check check);
const char *verify_check_text(enum verify_check check, bool chinese);

struct verify_fault {
    enum verify_check check;
    const char *key;    /* aggregate or notice */
    uint64_t seq;       /* 0: not about one event */
    const char *detail; /* one line of key=value */
};

enum { VERIFY_FAULTS_KEPT = 1000 };

struct verify_result {
    uint64_t examined[VERIFY_CHECKS]; /* how many things each check has looked at */
    uint64_t faults[VERIFY_CHECKS];
    const struct verify_fault *list; /* the first VERIFY_FAULTS_KEPT */
    size_t list_count;
    uint64_t events, tasks, notices, notices_open;
    uint64_t sealed;           /* archived tasks … */
    uint64_t sealed_by_number; /* … of which so many by an older program, which wrote no hash */
    uint64_t
        reordered; /* events whose command was received before that of an earlier one: allowed, reported */
};

struct verify_log;

struct verify_log *verify_log_new(uint32_t partitions);
void verify_log_free(struct verify_log *log); /* accepts NULL */

/* The versions of the registry first. False: one cannot be read. */
bool verify_log_registry(struct verify_log *log, const struct log_record *record);
/* Records of one partition in order. */
void verify_log_event(struct verify_log *log, int32_t partition, const void *value, size_t bytes);
void verify_log_row(struct verify_log *log, int32_t partition, const char *key, const void *value,
                    size_t bytes);
void verify_log_notice(struct verify_log *log, const char *key, const void *value, size_t bytes);

/* A copy of an EVENT_ARCHIVED that was kept elsewhere (`events export --event=archived`): the log must say the same. After
 * the events. Only this finds a log whose seal was forged together with all the rest. */
void verify_log_seal_copy(struct verify_log *log, const struct event *archived);

/* After the last record, once. Lives as long as the log. */
const struct verify_result *verify_log_finish(struct verify_log *log);

#endif
