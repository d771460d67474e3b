/* job.c: jobs and the mailboxes between the two threads of the notifier. */
#include "job.h"

#include "base/limits.h"

enum { JOB_BYTES = LIMIT_COMMAND_BYTES + 2 * LIMIT_NOTICE_BYTES };

struct job *job_new(enum job_kind kind, const char *notice)
{
    struct arena *arena = arena_new(JOB_BYTES);
    struct job *job = ARENA_NEW(arena, struct job);
    job->arena = arena;
    job->kind = kind;
    job->notice = arena_text(arena, notice);
    job->detail = "";
    return job;
}

void job_free(struct job *job)
{
    if (job != NULL)
        arena_free(job->arena);
}

void mailbox_init(struct mailbox *mailbox)
{
    *mailbox = (struct mailbox){.lock = PTHREAD_MUTEX_INITIALIZER};
    mailbox->last = &mailbox->first;
}

static void empty(struct mailbox *mailbox)
{
    for (struct job *job = mailbox->first, *next; job != NULL; job = next) {
        next = job->next;
        job_free(job);
    }
    mailbox->first = NULL;
    mailbox->last = &mailbox->first;
}

void mailbox_release(struct mailbox *mailbox)
{
    empty(mailbox);
    pthread_mutex_destroy(&mailbox->lock);
}

void mailbox_open(struct mailbox *mailbox, void (*notify)(void *context), void *context)
{
    pthread_mutex_lock(&mailbox->lock);
    mailbox->notify = notify;
    mailbox->context = context;
    if (mailbox->first != NULL)
        notify(context);
    pthread_mutex_unlock(&mailbox->lock);
}

void mailbox_close(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    mailbox->closed = true;
    empty(mailbox);
    pthread_mutex_unlock(&mailbox->lock);
}

void mailbox_put(struct mailbox *mailbox, struct job *job)
{
    pthread_mutex_lock(&mailbox->lock);
    if (!mailbox->closed) {
        job->next = NULL;
        *mailbox->last = job;
        mailbox->last = &job->next;
        if (mailbox->notify != NULL)
            mailbox->notify(mailbox->context);
        job = NULL;
    }
    pthread_mutex_unlock(&mailbox->lock);
    job_free(job);
}

struct job *mailbox_take(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    struct job *first = mailbox->first;
    mailbox->first = NULL;
    mailbox->last = &mailbox->first;
    pthread_mutex_unlock(&mailbox->lock);
    return first;
}
