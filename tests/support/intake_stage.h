/* intake_stage.h: the door as a program on a real broker (BROKER, PREFIX, BIN, WORK), and a test that plays all the
 * others: departments, persons, and the ledger. Everything that intake writes is kept as it comes. */
#ifndef DUBAN_TESTS_INTAKE_STAGE_H
#define DUBAN_TESTS_INTAKE_STAGE_H

#include "domain/event.h"
#include "domain/registry.h"
#include "wire/records.h"
#include "wire/topology.h"

#include <sys/types.h>

enum { STAGE_PARTITIONS = 4 };

#define STAGE_SECRET "open sesame"
#define STAGE_TOKEN "t1.key" /* of finance-handler */
#define STAGE_REVOKED "t2.key"
#define STAGE_SOURCE "urn:duban:finance:oa"

struct stage;

/* A record that intake wrote; lives as long as the stage. */
struct kept {
    enum topic topic;
    const char *unit; /* of an outbox */
    int32_t partition;
    int64_t offset;
    struct instant timestamp;
    const char *key, *value;
    size_t value_bytes;
    const char *headers; /* "name=value\n" of each */
};

/* One request over HTTP. */
struct call {
    bool done;
    int status;
    const char *body;
    int64_t retry_after_s;
};

/* Topics of their own for each stage; housing's inbox stamps CreateTime. */
struct stage *stage_new(bool stepped);
void stage_free(struct stage *stage); /* ends what still runs */
struct arena *stage_arena(struct stage *stage);
struct registry *
stage_registry(struct stage *stage); /* the district with two tokens; encode with version 0 */

void stage_start_intake(struct stage *stage);
int stage_end_intake(struct stage *stage, int signal_number); /* status of waitpid */
int stage_wait_end(struct stage *stage);                      /* … of one that ends by itself */

/* Turns the loop until `holds`; fails the test when intake ends, or under one ceiling. */
void stage_wait(struct stage *stage, bool (*holds)(struct stage *stage, const void *wanted),
                const void *wanted, const char *what);

/* What has come so far, in the order it came. */
size_t stage_count(const struct stage *stage, enum topic topic);
const struct kept *stage_at(const struct stage *stage, enum topic topic, size_t index);

/* --- the others' parts ------------------------------------------------------------------------------------------- */

struct stage_letter {
    const char *unit, *id, *source, *type, *task, *content_type, *value;
    size_t bytes;
};
struct stage_letter stage_letter(const char *id, const char *type, const char *task,
                                 const char *json); /* finance's */
void stage_send(struct stage *stage, const struct stage_letter *letter);

struct call *stage_post(struct stage *stage, const char *token, const char *query, const char *body,
                        size_t bytes);
struct call *stage_get(struct stage *stage, const char *token, const char *path);
void stage_wait_call(struct stage *stage, struct call *call);

void stage_publish_registry(struct stage *stage); /* as version 1 */
void stage_publish_event(struct stage *stage, const struct event *event);
void stage_publish_newer_event(struct stage *stage, const struct event *event); /* newer_event.h */
void stage_publish_answer(struct stage *stage, const struct answer_record *answer);
void stage_publish_clock(struct stage *stage, uint64_t seq, struct instant now);

#endif
