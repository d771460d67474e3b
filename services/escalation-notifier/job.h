/* job.h: what the engine's thread asks of the loop's thread, and how it learns what came of it. A job goes out in one
 * mailbox and comes back in the other with its result; it owns its memory. */
#ifndef DUBAN_ESCALATION_NOTIFIER_JOB_H
#define DUBAN_ESCALATION_NOTIFIER_JOB_H

#include "base/arena.h"
#include "base/digest.h"
#include "domain/notice.h"

#include <pthread.h>

enum job_kind {
    JOB_DELIVER, /* a letter or a mail */
    JOB_TELL,    /* a command for the ledger */
};

struct job {
    struct job *next;
    struct arena *arena; /* holds the job itself and its texts */
    enum job_kind kind;
    const char *notice; /* id */

    /* JOB_DELIVER */
    uint32_t attempt; /* 1 for the first */
    const char *channel;
    struct instant started_at;
    const char *from_name, *to_name, *to_mail, *subject, *text;

    /* JOB_TELL */
    const char *task;
    const void *command; /* encoded */
    size_t command_bytes;

    /* its result; of JOB_TELL: TAKEN when it stands in duban.commands */
    enum attempt_outcome outcome;
    const char *detail;
};

struct job *job_new(enum job_kind kind, const char *notice);
void job_free(struct job *job); /* accepts NULL */

/* A queue between two threads. What comes before it is opened waits. `notify` is called with every job, under the lock,
 * so that closing the mailbox is the end of calls; what is put into a closed one is freed. */
struct mailbox {
    pthread_mutex_t lock;
    struct job *first, **last;
    bool closed;
    void (*notify)(void *context); /* NULL until it is opened */
    void *context;
};

void mailbox_init(struct mailbox *mailbox);
void mailbox_release(struct mailbox *mailbox);
void mailbox_open(struct mailbox *mailbox, void (*notify)(void *context), void *context);
void mailbox_close(struct mailbox *mailbox);

void mailbox_put(struct mailbox *mailbox, struct job *job); /* from any thread */
struct job *mailbox_take(struct mailbox *mailbox);          /* all of it, in order; NULL: empty */

#endif
