/* notifier_harness.h: the notifier's engine on a log in memory. Tasks live on a desk (desk.h), whose events and rows are
 * copied into the log; the courier is the test itself. One thread; nothing waits. */
#ifndef DUBAN_TESTS_NOTIFIER_HARNESS_H
#define DUBAN_TESTS_NOTIFIER_HARNESS_H

#include "desk.h"
#include "escalation-notifier/notifier.h"
#include "log_port_memory.h"

enum { NOTIFIER_PARTITIONS = 4 };

struct notifier_harness {
    struct desk *desk;
    struct log_memory *memory;
    struct log_port *port; /* NULL: no notifier runs */
    struct notifier *notifier;
    struct mailbox jobs, results;
    struct metrics *metrics;
    struct instant now;
    bool stepped;              /* from the next start on */
    uint32_t shown[DESK_ROWS]; /* events of each desk row that stand in the log */
    struct digest chains[DESK_ROWS];
};

void notifier_harness_init(struct notifier_harness *harness);
void notifier_harness_release(struct notifier_harness *harness);

/* What the desk's registry says now, as its version in duban.registry. */
void notifier_harness_publish_registry(struct notifier_harness *harness);

void notifier_harness_start(struct notifier_harness *harness);
void notifier_harness_stop(struct notifier_harness *harness);
void notifier_harness_kill(
    struct notifier_harness *harness); /* as kill -9: what the courier had is gone too */

/* --- the log ---------------------------------------------------------------------------------------------------- */

/* Events of the task that are not there yet, and its row. */
void notifier_harness_show(struct notifier_harness *harness, const char *task);
void notifier_harness_show_events(struct notifier_harness *harness, const char *task);
void notifier_harness_show_row(struct notifier_harness *harness, const char *task);
void notifier_harness_append(struct notifier_harness *harness, const char *topic, int32_t partition,
                             const char *key, const void *value, size_t bytes);
void notifier_harness_watermark(struct notifier_harness *harness, const char *door, struct instant at);
/* Every door has come this far. */
void notifier_harness_release_until(struct notifier_harness *harness, struct instant at);

/* --- the engine --------------------------------------------------------------------------------------------------- */

/* Turns until nothing changes any more, at harness->now; jobs stay where they are. */
void notifier_harness_settle(struct notifier_harness *harness);
/* The next job for the courier; NULL: none. The caller reports it, or frees it (it is lost then). */
struct job *notifier_harness_job(struct notifier_harness *harness);
void notifier_harness_report(struct notifier_harness *harness, struct job *job, enum attempt_outcome outcome);
/* Settles, answers every job with `outcome` (commands are always written), and so on until there are none.
 * Returns how many letters and mails went out. */
size_t notifier_harness_answer_all(struct notifier_harness *harness, enum attempt_outcome outcome);

/* --- what stands in duban.notices ------------------------------------------------------------------------------------ */

/* The last record of every notice, in the order of their first. */
struct notice_list notifier_harness_notices(struct notifier_harness *harness);
/* The only notice that such a person got about such a rung; fails the test otherwise. */
struct notice notifier_harness_notice(struct notifier_harness *harness, const char *person, uint32_t rung);

#endif
