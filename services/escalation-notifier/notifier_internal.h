/* notifier_internal.h: what the files of the notifier share with each other and nobody else. */
#ifndef DUBAN_ESCALATION_NOTIFIER_NOTIFIER_INTERNAL_H
#define DUBAN_ESCALATION_NOTIFIER_NOTIFIER_INTERNAL_H

#include "base/limits.h"
#include "notice_table.h"
#include "notifier.h"
#include "service/registry_follower.h"
#include "service/watermarks.h"
#include "task_rows.h"

enum {
    NOTIFIER_POLL_RECORDS = 1000, /* taken from the log in one turn */
    NOTIFIER_BATCH_NOTICES = 500, /* written in one transaction, a few more where one event causes several */
    TELL_AGAIN_MS = 10 * MS_PER_SECOND,
};

/* A record of duban.events, copied, to be taken in the next batch. */
struct waiting_event {
    struct waiting_event *next;
    int32_t partition;
    int64_t offset;
    size_t bytes;
    unsigned char value[];
};

/* One partition of duban.events. */
struct event_partition {
    int64_t next;      /* offset of the next record to take */
    int64_t committed; /* what the group has committed */
    /* Its next event speaks of a row or a registry that is not here yet; paused until it is. */
    bool blocked;
    char blocked_task[LIMIT_CODE + 1];
    uint64_t blocked_seq;
    uint32_t blocked_registry;
};

struct notifier {
    struct notifier_options options;
    struct registry_follower *registry;
    struct watermarks *watermarks;
    struct task_rows *rows;
    struct notice_table *notices;
    struct arena *arena;            /* of one turn */
    struct event_partition *events; /* P of them */
    struct log_offset *offsets;     /* of a commit: room for P + 1 */
    struct waiting_event *first, **last;
    size_t waiting;
    struct job *results; /* taken from the mailbox, kept until what they say is committed */
    struct job *taken;   /* how far: the first that this batch has not seen */
    struct log_position *positions;
    size_t position_room;
    int64_t notices_end; /* where the restore ended; committed with every transaction, which fences it */
    struct instant now;  /* of this turn */

    bool assigned;    /* the group has given us the partition */
    bool restoring;   /* its notices are not read yet */
    bool caught_up;   /* the followed topics have been read up to where they ended when we began */
    bool events_held; /* the events are still paused, as they were assigned */
    size_t written;   /* notices in this batch */
    size_t taken_events;
    size_t attempting;         /* notices with an attempt under way */
    size_t due;                /* that could be done now and was left for the next turn */
    size_t under_way, telling; /* jobs in the hands of the courier */
    int64_t handled, published;
};

/* The rules in force; false: there is no registry yet. */
bool notifier_ruleset(const struct notifier *notifier, struct ruleset *ret_ruleset);
struct notice_rules notifier_rules(const struct registry *registry);

/* --- notifier_batch.c */
void notifier_batch_write(struct notifier *notifier,
                          const struct notice *notice); /* to be committed at its end */
MUST_CHECK enum status notifier_batch_run(struct notifier *notifier, bool idle);
void notifier_batch_forget(struct notifier *notifier); /* what was read and not taken: it comes again */

/* --- notifier_events.c: within a batch */
MUST_CHECK enum status events_take(struct notifier *notifier);
void events_unblock(struct notifier *notifier);

/* --- notifier_steps.c */
void steps_results(struct notifier *notifier);        /* within a batch */
void steps_due(struct notifier *notifier);            /* likewise */
void steps_forget_results(struct notifier *notifier); /* after it: what they said is committed */
void steps_dispatch(struct notifier *notifier);       /* then: the jobs that follow */
/* Attempts that nobody of this process makes were made by somebody who is gone. */
void steps_find_lost(struct notifier *notifier);

/* Could something be done for this notice at `now`? */
bool steps_is_due(const struct notifier *notifier, const struct notice_entry *entry);

#endif
