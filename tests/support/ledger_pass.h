/* ledger_pass.h: the other side of the ledger's benchmark on a real broker: fills its topics, and does with librdkafka
 * alone what the ledger does with it: the same records in, as many bytes out in as many records, in transactions or
 * not. What the ledger loses against it is the ledger's own. */
#ifndef DUBAN_TESTS_LEDGER_PASS_H
#define DUBAN_TESTS_LEDGER_PASS_H

#include "ledger_feed.h"

struct pass_options {
    const char *brokers;
    const char *prefix; /* of the topics that are read */
    const char *to;     /* of the topics that the raw pass writes, but for internal ones */
    int32_t partitions;
    uint64_t first, count; /* draws */
    bool transactions;
    int64_t interval_ms; /* of the raw pass's commits; 0: a commit as soon as something is there */
    int rate;            /* commands a second */
};

/* All exit with 1, saying why on stderr, when librdkafka refuses. */

/* The registry, and rows of draws 0 … count-1. */
void pass_fill_rows(struct ledger_mix *mix, const struct pass_options *options);
/* Commands of the draws, as fast as it goes. */
void pass_fill_commands(struct ledger_mix *mix, const struct pass_options *options);

/* A version of the registry with other calendars, and the word to every partition to adopt it. */
void pass_change_calendar(struct ledger_mix *mix, const struct pass_options *options);

/* Passes `count` commands through and prints what it took as a line of JSON. `feed` has been run to its end: it tells
 * what the ledger writes. */
void pass_raw(const struct ledger_feed *feed, const struct pass_options *options);

/* Sends the draws' commands at the rate and waits for the first event of each in <to>events; prints the percentiles of
 * the time between as a line of JSON. */
void pass_pace(struct ledger_mix *mix, const struct pass_options *options);

/* Processor time of this process, in seconds. */
double pass_cpu(void);

#endif
