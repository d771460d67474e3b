/* A thread that asks the broker for the ends of partitions, one question at a time, and wakes the loop with the
 * answer. */
#include "runtime/log_ends.h"

#include "base/arena.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum question_state { QUESTION_NONE, QUESTION_ASKED, QUESTION_ANSWERED };

struct log_ends {
    struct loop *loop;
    struct loop_wakeup *wakeup;
    log_ends_answer on_answer;
    void *context;
    struct log_admin *admin;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;

    /* Under the mutex. While ASKED the question belongs to the thread, else to the loop. */
    enum question_state state;
    bool stopping;

    struct log_end *ends;
    size_t count;
    int64_t timeout_ms;
    enum status status;
    struct instant asked_at;
};

static void release_question(struct log_ends *ends)
{
    for (size_t i = 0; i < ends->count; i++)
        free((char *)(uintptr_t)ends->ends[i].topic);
    free(ends->ends);
    ends->ends = NULL;
    ends->count = 0;
}

static void *run(void *context)
{
    struct log_ends *ends = context;
    char text[LOG_ADMIN_TEXT];
    pthread_mutex_lock(&ends->mutex);
    while (!ends->stopping) {
        if (ends->state != QUESTION_ASKED) {
            pthread_cond_wait(&ends->changed, &ends->mutex);
            continue;
        }
        pthread_mutex_unlock(&ends->mutex);
        ends->asked_at = instant_now();
        ends->status = log_admin_ends(ends->admin, ends->ends, ends->count, ends->timeout_ms, text);
        pthread_mutex_lock(&ends->mutex);
        ends->state = QUESTION_ANSWERED;
        loop_wakeup_send(ends->wakeup);
    }
    pthread_mutex_unlock(&ends->mutex);
    return NULL;
}

static void on_wakeup(void *context)
{
    struct log_ends *ends = context;
    pthread_mutex_lock(&ends->mutex);
    bool answered = ends->state == QUESTION_ANSWERED;
    pthread_mutex_unlock(&ends->mutex);
    if (!answered)
        return;
    /* The answer is taken out first, so that the callback may ask again. */
    struct log_end *items = ends->ends;
    size_t count = ends->count;
    ends->ends = NULL;
    ends->count = 0;
    pthread_mutex_lock(&ends->mutex);
    ends->state = QUESTION_NONE;
    pthread_mutex_unlock(&ends->mutex);

    enum status status = ends->status;
    struct instant asked_at = ends->asked_at;
    ends->on_answer(ends->context, status, asked_at, items, count);
    for (size_t i = 0; i < count; i++)
        free((char *)(uintptr_t)items[i].topic);
    free(items);
}

struct log_ends *log_ends_new(struct loop *loop, const struct log_client *client, log_ends_answer on_answer,
                              void *context)
{
    struct log_ends *ends = must_alloc(sizeof *ends);
    ends->loop = loop;
    ends->on_answer = on_answer;
    ends->context = context;
    ends->admin = log_admin_new(client);
    if (ends->admin == NULL) {
        free(ends);
        return NULL;
    }
    pthread_mutex_init(&ends->mutex, NULL);
    pthread_cond_init(&ends->changed, NULL);
    ends->wakeup = loop_wakeup_new(loop, on_wakeup, ends);
    int error = pthread_create(&ends->thread, NULL, run, ends);
    assert(error == 0);
    return ends;
}

void log_ends_free(struct log_ends *ends)
{
    if (ends == NULL)
        return;
    pthread_mutex_lock(&ends->mutex);
    ends->stopping = true;
    pthread_cond_signal(&ends->changed);
    pthread_mutex_unlock(&ends->mutex);
    pthread_join(ends->thread, NULL);
    loop_wakeup_free(ends->wakeup);
    release_question(ends);
    log_admin_free(ends->admin);
    pthread_cond_destroy(&ends->changed);
    pthread_mutex_destroy(&ends->mutex);
    free(ends);
}

enum status log_ends_ask(struct log_ends *ends, const struct log_topic *topics, size_t count,
                         int64_t timeout_ms)
{
    pthread_mutex_lock(&ends->mutex);
    bool busy = ends->state != QUESTION_NONE;
    pthread_mutex_unlock(&ends->mutex);
    if (busy)
        return STATUS_RETRY;

    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += (size_t)topics[i].partitions;
    release_question(ends);
    ends->ends = must_alloc((total + 1) * sizeof *ends->ends);
    for (size_t i = 0; i < count; i++)
        for (int32_t p = 0; p < topics[i].partitions; p++)
            ends->ends[ends->count++] = (struct log_end){must_copy_text(topics[i].name), p, LOG_OFFSET_NONE};
    ends->timeout_ms = timeout_ms;

    pthread_mutex_lock(&ends->mutex);
    ends->state = QUESTION_ASKED;
    pthread_cond_signal(&ends->changed);
    pthread_mutex_unlock(&ends->mutex);
    return STATUS_OK;
}
