/* outcomes.c: waiters in one list, oldest first (there are few); remembered outcomes in a hash by command id and in a
 * list by age. */
#include "outcomes.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1
#define uthash_malloc(bytes) must_alloc(bytes)
#include <uthash.h>
#include <utlist.h>

struct waiter {
    char *command_id, *task_id;
    struct digest content; /* the same id with other content is another question */
    struct http_ticket ticket;
    struct instant since;
    bool at_once;
    bool written;  /* or lost: the publisher is done with it */
    bool answered; /* no longer in the list */
    bool settling; /* an event has answered it; another of the same command may follow */
    struct waiter *prev, *next;
};

struct remembered {
    char *command_id, *person, *json; /* json NULL: pending */
    int status;
    struct instant at;
    struct remembered *prev, *next;
    UT_hash_handle hh;
};

struct outcomes {
    outcome_reply reply;
    void *context;
    struct waiter *waiters;
    size_t waiting;
    struct remembered *by_id, *by_age;
};

struct outcomes *outcomes_new(outcome_reply reply, void *context)
{
    struct outcomes *outcomes = must_alloc(sizeof *outcomes);
    outcomes->reply = reply;
    outcomes->context = context;
    return outcomes;
}

/* --- remembering --------------------------------------------------------------------------------------------------- */

static struct remembered *find(const struct outcomes *outcomes, const char *command_id)
{
    struct remembered *entry = NULL;
    HASH_FIND_STR(outcomes->by_id, command_id, entry);
    return entry;
}

static void forget(struct outcomes *outcomes, struct remembered *entry)
{
    HASH_DEL(outcomes->by_id, entry);
    DL_DELETE(outcomes->by_age, entry);
    free(entry->command_id);
    free(entry->person);
    free(entry->json);
    free(entry);
}

static struct remembered *remember(struct outcomes *outcomes, const char *command_id, const char *person,
                                   struct instant now)
{
    struct remembered *entry = find(outcomes, command_id);
    if (entry != NULL) {
        DL_DELETE(outcomes->by_age, entry);
    } else {
        if (HASH_COUNT(outcomes->by_id) >= LIMIT_REMEMBERED_ANSWERS)
            forget(outcomes, outcomes->by_age);
        entry = must_alloc(sizeof *entry);
        entry->command_id = must_copy_text(command_id);
        entry->person = must_copy_text(person);
        HASH_ADD_KEYPTR(hh, outcomes->by_id, entry->command_id, strlen(entry->command_id), entry);
    }
    entry->at = now;
    DL_APPEND(outcomes->by_age, entry);
    return entry;
}

static void set_outcome(struct remembered *entry, const struct outcome *outcome)
{
    free(entry->json);
    entry->json = must_copy_text(outcome->json);
    entry->status = outcome->status;
}

/* --- waiting ------------------------------------------------------------------------------------------------------- */

static void release(struct waiter *waiter)
{
    free(waiter->command_id);
    free(waiter->task_id);
    free(waiter);
}

static void answer(struct outcomes *outcomes, struct waiter *waiter, const struct outcome *outcome)
{
    DL_DELETE(outcomes->waiters, waiter);
    outcomes->waiting--;
    waiter->answered = true;
    outcomes->reply(outcomes->context, waiter->ticket, waiter->command_id, waiter->task_id, outcome,
                    waiter->written);
    if (waiter->written)
        release(waiter);
}

struct waiter *outcomes_expect(struct outcomes *outcomes, const struct command *command,
                               struct http_ticket ticket, bool at_once, struct instant now)
{
    if (outcomes->waiting >= LIMIT_WAITING_ANSWERS)
        return NULL;
    struct waiter *waiter = must_alloc(sizeof *waiter);
    *waiter = (struct waiter){
        .command_id = must_copy_text(command->command_id),
        .task_id = must_copy_text(command->task_id),
        .content = command->content,
        .ticket = ticket,
        .since = now,
        .at_once = at_once,
    };
    DL_APPEND(outcomes->waiters, waiter);
    outcomes->waiting++;
    if (find(outcomes, command->command_id) == NULL)
        (void)remember(outcomes, command->command_id, command->actor.person, now);
    return waiter;
}

void outcomes_written(struct outcomes *outcomes, struct waiter *waiter)
{
    waiter->written = true;
    if (waiter->answered)
        release(waiter);
    else if (waiter->at_once)
        answer(outcomes, waiter, NULL);
}

void outcomes_lost(struct outcomes *outcomes, struct waiter *waiter)
{
    if (!waiter->answered)
        answer(outcomes, waiter, NULL);
    release(waiter);
}

/* The oldest that asked this; one that is settling already when `settling`. */
static struct waiter *waiter_of(const struct outcomes *outcomes, const char *command_id, const char *task_id,
                                const struct digest *content, bool settling)
{
    for (struct waiter *waiter = outcomes->waiters; waiter != NULL; waiter = waiter->next) {
        if (waiter->settling == settling && text_equal(waiter->command_id, command_id) &&
            text_equal(waiter->task_id, task_id) &&
            (content == NULL || digest_equal(&waiter->content, content)))
            return waiter;
    }
    return NULL;
}

void outcomes_event(struct outcomes *outcomes, const struct event *event, const struct outcome *outcome,
                    struct instant now)
{
    set_outcome(remember(outcomes, event->cause, event->actor.person, now), outcome);
    if (waiter_of(outcomes, event->cause, event->task_id, &event->content, true) != NULL)
        return;
    struct waiter *waiter = waiter_of(outcomes, event->cause, event->task_id, &event->content, false);
    if (waiter != NULL)
        waiter->settling = true;
}

void outcomes_answer(struct outcomes *outcomes, const struct answer_record *record,
                     const struct outcome *outcome, struct instant now)
{
    /* An answer comes instead of events: it never replaces what they said. */
    const struct remembered *known = find(outcomes, record->command_id);
    if (known == NULL || known->json == NULL)
        set_outcome(remember(outcomes, record->command_id, record->actor.person, now), outcome);
    struct waiter *waiter = waiter_of(outcomes, record->command_id, record->task_id, NULL, false);
    if (waiter != NULL)
        answer(outcomes, waiter, outcome);
}

bool outcomes_flush(struct outcomes *outcomes)
{
    bool any = false;
    for (struct waiter *waiter = outcomes->waiters, *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        const struct remembered *entry = waiter->settling ? find(outcomes, waiter->command_id) : NULL;
        if (entry == NULL || entry->json == NULL)
            continue;
        const struct outcome outcome = {entry->status, entry->json};
        answer(outcomes, waiter, &outcome);
        any = true;
    }
    return any;
}

void outcomes_tick(struct outcomes *outcomes, struct instant now, int64_t wait_ms)
{
    while (outcomes->waiters != NULL && outcomes->waiters->since.ms + wait_ms <= now.ms)
        answer(outcomes, outcomes->waiters, NULL);
    while (outcomes->by_age != NULL && outcomes->by_age->at.ms + ANSWER_KEPT_MS <= now.ms)
        forget(outcomes, outcomes->by_age);
}

enum outcome_known outcomes_find(const struct outcomes *outcomes, const char *command_id, const char *person,
                                 struct outcome *ret_outcome)
{
    const struct remembered *entry = find(outcomes, command_id);
    if (entry == NULL || !text_equal(entry->person, person))
        return OUTCOME_UNKNOWN;
    if (entry->json == NULL)
        return OUTCOME_PENDING;
    *ret_outcome = (struct outcome){entry->status, entry->json};
    return OUTCOME_KNOWN;
}

size_t outcomes_waiting(const struct outcomes *outcomes)
{
    return outcomes->waiting;
}

void outcomes_free(struct outcomes *outcomes)
{
    if (outcomes == NULL)
        return;
    for (struct waiter *waiter = outcomes->waiters, *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        release(waiter);
    }
    while (outcomes->by_age != NULL)
        forget(outcomes, outcomes->by_age);
    free(outcomes);
}
