/* verify_seal.c: the archive. EVENT_ARCHIVED names how many events it seals and the hash of the last of them. The chain
 * proves that the events fit each other; whoever changes one and computes all hashes anew has a chain that fits, but not
 * the one that was sealed. */
#include "verify_internal.h"

#include "base/text.h"
#include "domain/task_life.h"

#include <inttypes.h>
#include <stdio.h>

/* What may still be noted about a sealed task: a refusal, and what the table lets in without moving it. */
static bool may_follow(const struct event *event)
{
    if (event->type == EVENT_REFUSED)
        return true;
    for (uint32_t i = 0; i < task_life_count; i++) {
        if (task_life[i].event == event->type && (task_life[i].from & IN(STATE_ARCHIVED)) != 0)
            return true;
    }
    return false;
}

/* Before there was the hash, the number stood in a note. */
static bool notes_its_number(const struct verify_log *log, const struct event *event)
{
    const char *expected = arena_format(log->turn, "sealed events=%" PRIu64, event->seq - 1);
    for (uint32_t i = 0; i < event->notes.count; i++) {
        if (text_equal(event->notes.items[i], expected))
            return true;
    }
    return false;
}

/* A partition in which an archive has a hash had a writer that seals by hash: what comes behind it without one has lost
 * it. */
static void check_number_only(struct verify_log *log, int32_t partition, const struct event *event)
{
    const bool late =
        partition >= 0 && (uint32_t)partition < log->partitions && log->seals_by_hash[partition];
    if (event->sealed.events > 0 || late)
        verify_blame(log, VERIFY_SEAL, event->task_id, event->seq, "the seal has lost its hash");
    else if (!notes_its_number(log, event))
        verify_blame(log, VERIFY_SEAL, event->task_id, event->seq,
                     "sealed by number only, and not by %" PRIu64, event->seq - 1);
    else
        log->result.sealed_by_number++;
}

static void check_hash(struct verify_log *log, int32_t partition, const struct verify_aggregate *aggregate,
                       const struct event *event)
{
    char sealed[DIGEST_HEX], found[DIGEST_HEX];
    if (partition >= 0 && (uint32_t)partition < log->partitions)
        log->seals_by_hash[partition] = true;
    if (event->sealed.events != event->seq - 1) {
        verify_blame(log, VERIFY_SEAL, event->task_id, event->seq, "sealed=%" PRIu64 " events=%" PRIu64,
                     event->sealed.events, event->seq - 1);
    } else if (!digest_equal(&event->sealed.chain, &aggregate->chain)) {
        digest_to_hex(&event->sealed.chain, sealed);
        digest_to_hex(&aggregate->chain, found);
        verify_blame(log, VERIFY_SEAL, event->task_id, event->seq, "sealed=%s events=%s", sealed, found);
    }
}

void verify_seal(struct verify_log *log, int32_t partition, struct verify_aggregate *aggregate,
                 const struct event *event)
{
    if (aggregate->sealed) {
        log->result.examined[VERIFY_SEAL]++;
        if (!may_follow(event) || event->state != STATE_ARCHIVED)
            verify_blame(log, VERIFY_SEAL, event->task_id, event->seq, "event=%s state=%s after the seal",
                         word_of(LIST_EVENT, (int)event->type)->code,
                         word_of(LIST_STATE, (int)event->state)->code);
    } else if (event->state == STATE_ARCHIVED) {
        aggregate->sealed = true;
        aggregate->seal = (struct seal){event->seq - 1, event->sealed.chain};
        log->result.examined[VERIFY_SEAL]++;
        log->result.sealed++;
        if (digest_is_zero(&event->sealed.chain))
            check_number_only(log, partition, event);
        else
            check_hash(log, partition, aggregate, event);
    }
}

void verify_log_seal_copy(struct verify_log *log, const struct event *archived)
{
    char kept[DIGEST_HEX], found[DIGEST_HEX];
    struct verify_aggregate *aggregate = NULL;
    HASH_FIND_STR(log->aggregates, archived->task_id, aggregate);
    log->result.examined[VERIFY_SEAL]++;
    if (aggregate == NULL || !aggregate->sealed) {
        verify_blame(log, VERIFY_SEAL, archived->task_id, archived->seq, "the copy of a seal has no archive");
        return;
    }
    const struct seal *seal = &aggregate->seal;
    if (seal->events == archived->seq - 1 && digest_equal(&seal->chain, &archived->sealed.chain))
        return;
    digest_to_hex(&archived->sealed.chain, kept);
    digest_to_hex(&seal->chain, found);
    verify_blame(log, VERIFY_SEAL, archived->task_id, archived->seq,
                 "the copy says events=%" PRIu64 " chain=%s, the log says events=%" PRIu64 " chain=%s",
                 archived->seq - 1, kept, seal->events, found);
}
