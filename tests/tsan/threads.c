/* The threads of <threads.h> by way of pthread, for the tsan variant alone, linked into each of its programs.
 *
 * Debian's librdkafka is built on C11 threads. The ThreadSanitizer of GCC 12 watches pthread only: a thread that glibc's
 * thrd_create starts is unknown to it (it crashes), and a lock taken by mtx_lock orders nothing in its eyes. These
 * definitions stand before glibc's, also for the library. glibc's own C11 objects are its pthread objects under another
 * name, of the same size and meaning, which is asserted below.
 *
 * The locks for readers and writers, which librdkafka takes from pthread itself, go the same way: of calls that come
 * straight from the library the sanitizer is told to take no notice (options.c). For that reason making and destroying
 * a lock is left alone: librdkafka counts with atomic operations who still holds what it destroys. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

static_assert(sizeof(thrd_t) == sizeof(pthread_t), "a thread of either kind is the same");
static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t), "a mutex fits into the place of the other");
static_assert(sizeof(cnd_t) >= sizeof(pthread_cond_t), "a condition fits into the place of the other");
static_assert(sizeof(once_flag) >= sizeof(pthread_once_t), "a flag fits into the place of the other");

static int outcome_of(int error)
{
    switch (error) {
    case 0:
        return thrd_success;
    case EBUSY:
        return thrd_busy;
    case ETIMEDOUT:
        return thrd_timedout;
    case ENOMEM:
        return thrd_nomem;
    default:
        return thrd_error;
    }
}

struct start {
    thrd_start_t function;
    void *argument;
};

static void *run(void *context)
{
    struct start start = *(struct start *)context;
    free(context);
    return (void *)(intptr_t)start.function(start.argument);
}

int thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
    struct start *start = malloc(sizeof *start);
    if (start == NULL)
        return thrd_nomem;
    *start = (struct start){function, argument};
    int error = pthread_create((pthread_t *)thread, NULL, run, start);
    if (error != 0)
        free(start);
    return outcome_of(error);
}

int thrd_join(thrd_t thread, int *ret_result)
{
    void *result;
    int error = pthread_join((pthread_t)thread, &result);
    if (error == 0 && ret_result != NULL)
        *ret_result = (int)(intptr_t)result;
    return outcome_of(error);
}

int thrd_detach(thrd_t thread)
{
    return outcome_of(pthread_detach((pthread_t)thread));
}

void thrd_exit(int result)
{
    pthread_exit((void *)(intptr_t)result);
}

int mtx_lock(mtx_t *mutex)
{
    return outcome_of(pthread_mutex_lock((pthread_mutex_t *)mutex));
}

int mtx_trylock(mtx_t *mutex)
{
    return outcome_of(pthread_mutex_trylock((pthread_mutex_t *)mutex));
}

int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until)
{
    return outcome_of(pthread_mutex_timedlock((pthread_mutex_t *)mutex, until));
}

int mtx_unlock(mtx_t *mutex)
{
    return outcome_of(pthread_mutex_unlock((pthread_mutex_t *)mutex));
}

int cnd_signal(cnd_t *condition)
{
    return outcome_of(pthread_cond_signal((pthread_cond_t *)condition));
}

int cnd_broadcast(cnd_t *condition)
{
    return outcome_of(pthread_cond_broadcast((pthread_cond_t *)condition));
}

int cnd_wait(cnd_t *condition, mtx_t *mutex)
{
    return outcome_of(pthread_cond_wait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex));
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until)
{
    return outcome_of(pthread_cond_timedwait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex, until));
}

void call_once(once_flag *flag, void (*function)(void))
{
    pthread_once((pthread_once_t *)flag, function);
}

/* What the sanitizer has in the place of pthread's. */
int __interceptor_pthread_rwlock_rdlock(pthread_rwlock_t *lock);
int __interceptor_pthread_rwlock_wrlock(pthread_rwlock_t *lock);
int __interceptor_pthread_rwlock_unlock(pthread_rwlock_t *lock);

int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
    return __interceptor_pthread_rwlock_rdlock(lock);
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
    return __interceptor_pthread_rwlock_wrlock(lock);
}

int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
    return __interceptor_pthread_rwlock_unlock(lock);
}
