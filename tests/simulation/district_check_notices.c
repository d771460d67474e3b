/* district_check_notices.c: see district.h: one notice per cause, step by step to an end, and no letter before its attempt. */
#include "district_read.h"

#include "base/limits.h"
#include "base/text.h"
#include "district_fixture.h"
#include "log_memory.h"

#include <string.h>

/* --- notices: one per cause, step by step to an end ---------------------------------------------------------------------- */

static bool is_of(const struct log_record *record, const char *id)
{
    const size_t bytes = strlen(id);
    return record->key_bytes == bytes && memcmp(record->key, id, bytes) == 0;
}

/* The newest record of that notice, committed; NULL: there is none. */
const struct log_record *district_newest_notice(struct sim *sim, const char *id)
{
    const struct memory_partition *partition = memory_partition(sim->harness.memory, "notices", 0);
    for (size_t i = partition->count; i-- > 0;)
        if (partition->entries[i]->state == ENTRY_COMMITTED && is_of(&partition->entries[i]->record, id))
            return &partition->entries[i]->record;
    return NULL;
}

static bool is_decided(const struct log_memory *memory, const struct memory_partition *partition,
                       const struct memory_entry *entry)
{
    for (size_t i = 0; i < memory->marker_count; i++)
        if (memory->markers[i].partition == partition && memory->markers[i].producer == entry->producer &&
            entry->state == ENTRY_OPEN)
            return memory->markers[i].commit;
    return entry->state == ENTRY_COMMITTED;
}

uint32_t district_attempts(struct sim *sim, const char *id)
{
    const struct memory_partition *partition = memory_partition(sim->harness.memory, "notices", 0);
    for (size_t i = partition->count; i-- > 0;) {
        const struct log_record *record = &partition->entries[i]->record;
        struct notice notice;
        if (partition->entries[i]->state == ENTRY_MARKER || !is_of(record, id) ||
            !is_decided(sim->harness.memory, partition, partition->entries[i]))
            continue;
        district_decode(sim, &wire_notice, record, LIMIT_NOTICE_BYTES, &notice);
        return notice.attempt_count;
    }
    return 0;
}

/* One step, or two where the first only sets it free. */
static bool leads_to(enum notice_status from, enum notice_status to)
{
    const enum notice_status freed = notice_after(from, STEP_RELEASE);
    for (int step = 0; step < STEP_COUNT; step++)
        if (notice_after(from, (enum notice_step)step) == to ||
            (freed != NOTICE_NONE && notice_after(freed, (enum notice_step)step) == to))
            return true;
    return false;
}

static bool follows(const struct notice *after, const struct notice *before)
{
    if (after->attempt_count < before->attempt_count || before->told_ledger)
        return false;
    if (after->status == before->status)
        return after->attempt_count > before->attempt_count || after->told_ledger ||
               after->listed > before->listed;
    return leads_to(before->status, after->status);
}

static void check_steps(struct sim *sim)
{
    struct arena *arena = sim->harness.arena;
    const struct log_record *record;
    struct notice *known = NULL;
    uint32_t count = 0;
    EACH_RECORD(sim, "notices", 0, record)
    {
        struct notice notice;
        uint32_t i = 0;
        district_decode(sim, &wire_notice, record, LIMIT_NOTICE_BYTES, &notice);
        while (i < count && !text_equal(known[i].id, notice.id))
            i++;
        if (i == count) {
            known = arena_grown(arena, known, count, sizeof(*known));
            count++;
        } else if (!follows(&notice, &known[i])) {
            sim_fail(sim, "notice %s was %s after %u attempts, and then %s after %u", notice.id,
                     word_of(LIST_NOTICE, (int)known[i].status)->code, known[i].attempt_count,
                     word_of(LIST_NOTICE, (int)notice.status)->code, notice.attempt_count);
        }
        known[i] = notice;
    }
    for (uint32_t i = 0; i < count; i++)
        if (known[i].status == NOTICE_ACCEPTED && known[i].attempt_count == 0)
            sim_fail(sim, "notice %s was accepted, and nobody has attempted it", known[i].id);
}

static void check_letters(struct sim *sim)
{
    const uint32_t most = 1 + sim->harness.registry->policy.resends;
    for (size_t i = 0; i < district_of(sim)->letter_count; i++) {
        const struct letters *letters = &district_of(sim)->letters[i];
        const struct log_record *newest = district_newest_notice(sim, letters->notice);
        struct notice notice = {.status = NOTICE_NONE};
        if (newest != NULL)
            district_decode(sim, &wire_notice, newest, LIMIT_NOTICE_BYTES, &notice);
        if (letters->arrived > most)
            sim_fail(sim, "notice %s has arrived %u times", letters->notice, letters->arrived);
        if (notice.status == NOTICE_ACCEPTED && letters->arrived == 0)
            sim_fail(sim, "notice %s counts as accepted and has never arrived", letters->notice);
    }
}

struct fold {
    const char *key;
    struct row *row;
};

/* Every event that asks for notices has them. Those who are told of a lateness taken back are those whom it had reached,
 * which only the notifier knows; a list takes several events. */
static void check_causes(struct sim *sim)
{
    struct arena *arena = sim->harness.arena;
    const struct ruleset ruleset = district_ruleset(sim->harness.registry, arena);
    struct fold folds[SIM_TASKS] = {
        {NULL, NULL}
    };
    for (int task = 0; task < SIM_TASKS; task++)
        folds[task].key = sim_task_id(sim, task);
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++) {
        const struct log_record *record;
        EACH_RECORD(sim, "events", p, record)
        {
            const struct event event = district_event(sim, record);
            struct fold *fold = NULL;
            for (int task = 0; task < SIM_TASKS; task++)
                if (text_equal(folds[task].key, event.task_id))
                    fold = &folds[task];
            if (fold == NULL)
                continue;
            fold->row = row_apply(fold->row, &event, arena);
            if (!notices_wanted(&event, ruleset.registry))
                continue;
            const struct notice_list list =
                notices_of_event(&event, &fold->row->task, &ruleset, NULL, 0, arena);
            for (uint32_t i = 0; i < list.count; i++)
                if (list.items[i].listed == 0 && district_newest_notice(sim, list.items[i].id) == NULL)
                    sim_fail(sim, "event %llu of %s asks for a notice to a %s, and there is none",
                             (unsigned long long)event.seq, event.task_id,
                             word_of(LIST_ROLE, (int)list.items[i].role)->code);
        }
    }
}

void district_check_notices(struct sim *sim)
{
    check_steps(sim);
    check_letters(sim);
    check_causes(sim);
}
