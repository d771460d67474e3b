/* ledger_harness.h: the ledger's engine on a log in memory, with the small district of district_fixture.h:
 * for tests that send commands, let things go wrong, and look at what stands in the log afterwards. One
 * thread; nothing waits. */
#ifndef DUBAN_TESTS_LEDGER_HARNESS_H
#define DUBAN_TESTS_LEDGER_HARNESS_H

#include "domain/turn.h"
#include "log_port_memory.h"
#include "task-ledger/engine.h"

enum { HARNESS_PARTITIONS = 4 };

struct ledger_harness {
    struct log_memory *memory;
    struct log_port *port; /* NULL: no ledger runs */
    struct engine *engine;
    struct metrics *metrics;
    struct arena *arena; /* of the test: commands, registry, what is read back */
    struct registry *registry;
    const char *group;      /* "ledger"; another one has committed nothing */
    const char *deployment; /* "test" */
    int64_t clock_ms;       /* received_at of the next command; each is a second later */
    uint32_t batch_records;
    bool clock_is_real;
    const char *state_directory; /* of snapshots and breadcrumbs; "" none */
    /* What stands between the engine and the port, if anything. */
    struct log_port *(*between)(struct ledger_harness *harness, struct log_port *port);
};

extern const char *const harness_secret;

void harness_init(struct ledger_harness *harness);
void harness_release(struct ledger_harness *harness);

/* Starts a ledger with all partitions. */
void harness_start(struct ledger_harness *harness);
void harness_stop(struct ledger_harness *harness); /* in order */
void harness_kill(struct ledger_harness *harness); /* as kill -9 */

/* Turns until all that stands in the log has been applied. STATUS_FATAL: the engine gave up. */
enum status harness_settle(struct ledger_harness *harness);
/* Settles, or fails the test. */
void harness_must_settle(struct ledger_harness *harness);

/* --- commands: blank but for what the name says; the body is the caller's to fill --------------------- */

/* Through HTTP by a person of the district. Ids follow from `id`. */
struct command harness_by_person(struct ledger_harness *harness, const char *person, const char *task,
                                 enum trigger trigger, const char *id);
/* Through its inbox by a source system; `offset` is the place in the inbox. */
struct command harness_by_system(struct ledger_harness *harness, const char *ce_source, const char *task,
                                 enum trigger trigger, int64_t offset);
struct command harness_draft(struct ledger_harness *harness, const char *reference, int64_t offset);
struct command harness_apply_registry(struct ledger_harness *harness, uint32_t base,
                                      const struct registry *content, const char *id);
const char *harness_task_of(struct ledger_harness *harness,
                            const char *reference); /* drafted by harness_draft */

/* The record as intake writes it, with the digest of its content. */
const void *harness_encode(struct ledger_harness *harness, const struct command *command, size_t *ret_bytes);
/* Appends to duban.commands; returns the offset. */
int64_t harness_send(struct ledger_harness *harness, const struct command *command);
int64_t harness_send_bytes(struct ledger_harness *harness, const char *topic, int32_t partition,
                           const char *key, const void *value, size_t bytes);
/* Version 1 of the district is published and in force. */
void harness_bootstrap(struct ledger_harness *harness);

/* --- what stands in the log --------------------------------------------------------------------------- */

/* Decoded into the harness's arena; kind ROW_NONE: no such row. */
struct row harness_row(struct ledger_harness *harness, const char *key);
struct task harness_task(struct ledger_harness *harness,
                         const char *task); /* fails the test when there is none */
/* How often the fate of that command stands in duban.answers, with that code. */
size_t harness_answers(struct ledger_harness *harness, const char *command_id, enum refusal_code code);
/* Events of an aggregate that a command caused. */
size_t harness_events_of(struct ledger_harness *harness, const char *task, const char *cause);
size_t harness_count(const struct ledger_harness *harness,
                     const char *topic); /* committed records, all partitions */

/* Fails the test unless: events of every aggregate are numbered 1, 2, 3 … and chained; each row is the fold
 * of its events, byte by byte; the engine's memory is what duban.tasks says; number books handed out every
 * number once. */
void harness_check_history(struct ledger_harness *harness);

#endif
