/* ledger_feed.h: a log_port that costs next to nothing, for measuring the ledger by itself: the rows and commands of
 * ledger_mix come from memory, what the ledger writes is counted and dropped, but for internal commands, which come
 * back as on the real log. Every partition is ours from the first poll on; every commit succeeds. */
#ifndef DUBAN_TESTS_LEDGER_FEED_H
#define DUBAN_TESTS_LEDGER_FEED_H

#include <stdbool.h>

#include "base/digest.h"
#include "ledger_mix.h"
#include "runtime/log_port.h"

/* Short names of the topics, as in engine_options.topics and in this order. */
enum feed_topic {
    FEED_COMMANDS,
    FEED_INTERNAL,
    FEED_EVENTS,
    FEED_ANSWERS,
    FEED_TASKS,
    FEED_REGISTRY,
    FEED_DEAD,
    FEED_TOPICS
};
extern const char *const feed_topics[FEED_TOPICS];

/* What was written to one partition, in order; a partition's own row is left out. */
struct feed_output {
    enum feed_topic topic;
    uint32_t bytes;
};

struct feed_outputs {
    struct feed_output *items;
    size_t count, capacity;
};

enum { FEED_SAMPLE_BYTES = 8 * 1024 * 1024 };

struct ledger_feed {
    struct log_port port;
    struct ledger_mix *mix;
    int32_t partitions;
    uint64_t rows;                /* draws 0 … rows-1 stand in duban.tasks */
    uint64_t commands;            /* draws 0 … commands-1 come as commands */
    struct feed_outputs *outputs; /* of each partition */
    char *sample;                 /* the first bytes that were written, one value after the other */
    size_t sample_bytes;
    uint64_t taken; /* commands and internal commands handed out */
    size_t counts[FEED_TOPICS], bytes[FEED_TOPICS];
    struct digest_stream *digest; /* the caller's: takes in everything that is written; NULL: nothing does */
    /* the rest is the feed's own */
    struct feed_record *records;
    uint64_t next, given_versions;
    struct feed_record *internal, **internal_last;
    int64_t *offsets; /* of both streams of every partition */
    struct log_offset *assigned;
    struct log_record record;
    struct feed_record *current; /* internal, freed with the next poll */
    bool told;
};

/* Prepares all commands. */
struct ledger_feed *ledger_feed_new(struct ledger_mix *mix, int32_t partitions, uint64_t rows,
                                    uint64_t commands);
void ledger_feed_free(struct ledger_feed *feed); /* accepts NULL; after the engine */

#endif
