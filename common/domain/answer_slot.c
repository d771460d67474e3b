/* answer_slot.c: the key of what a rung waits for, and which slots an answer speaks of. Asked by the effects and
 * requirements of Acknowledge, IssueForm and NoticeAccepted; the clocks themselves are started in task_effects_answer.c. */
#include "domain/answer_slot.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "domain/ladder.h"
#include "domain/notice.h"

enum { ROLE_UNIT = 1, OCCURRENCE_UNIT = 100, RUNG_UNIT = 1000, KEY_UNIT = 10000, LADDER_UNIT = 10000000 };

_Static_assert((int)ROLE_COUNT <= (int)OCCURRENCE_UNIT, "a role has two digits");
_Static_assert(LIMIT_OCCURRENCE < RUNG_UNIT / OCCURRENCE_UNIT, "an occurrence has one");
_Static_assert(LADDER_TOP < KEY_UNIT / RUNG_UNIT, "a rung has one");
_Static_assert(LIMIT_LADDER_KEY < LADDER_UNIT / KEY_UNIT, "the key of a ladder has three");
_Static_assert(CLOCK_ID_COUNT <= 100, "a ladder has two");

uint32_t answer_key(const struct answer_slot *slot)
{
    assert(slot->ladder_key <= LIMIT_LADDER_KEY && slot->rung <= LADDER_TOP);
    assert(slot->occurrence <= LIMIT_OCCURRENCE);
    return (uint32_t)slot->ladder * LADDER_UNIT + slot->ladder_key * KEY_UNIT + slot->rung * RUNG_UNIT +
           slot->occurrence * OCCURRENCE_UNIT + (uint32_t)slot->role * ROLE_UNIT;
}

struct answer_slot answer_slot_of(uint32_t key)
{
    return (struct answer_slot){
        .ladder = (enum clock_id)(key / LADDER_UNIT),
        .ladder_key = key % LADDER_UNIT / KEY_UNIT,
        .rung = key % KEY_UNIT / RUNG_UNIT,
        .occurrence = key % RUNG_UNIT / OCCURRENCE_UNIT,
        .role = (enum role)(key % OCCURRENCE_UNIT / ROLE_UNIT),
    };
}

bool answer_is_awaited_by(enum clock_id id)
{
    return id == CLOCK_ACK || id == CLOCK_ISSUE;
}

bool answer_is_of_units_ladder(uint32_t key)
{
    enum clock_id ladder = answer_slot_of(key).ladder;
    return ladder == CLOCK_DUE || ladder == CLOCK_REWORK;
}

const struct clock *answer_ladder(const struct task *task, uint32_t key)
{
    struct answer_slot slot = answer_slot_of(key);
    return task == NULL ? NULL : task_clock(task, slot.ladder, slot.ladder_key);
}

/* --- which slots an answer speaks of ------------------------------------------------------------------------------- */

static bool speaks_of(const struct reply *reply, const struct clock *slot)
{
    bool anybody = text_empty(reply->persons[0]) && text_empty(reply->persons[1]);
    bool recipient = anybody;
    for (size_t i = 0; i < 2; i++)
        recipient =
            recipient || (!text_empty(reply->persons[i]) && text_equal(reply->persons[i], slot->person));
    return slot->id == reply->id && slot->status != CLOCK_STOPPED && recipient &&
           (reply->rung == 0 || reply->rung == answer_slot_of(slot->key).rung);
}

static bool is_named(const struct task *task, const struct clock *clock, const char *notice,
                     struct arena *arena)
{
    const struct clock *ladder = answer_ladder(task, clock->key);
    if (ladder == NULL || text_empty(notice))
        return false;
    struct answer_slot slot = answer_slot_of(clock->key);
    const struct notice told = {
        .task_id = task->id,
        .clock = slot.ladder,
        .clock_key = slot.ladder_key,
        .due_version = ladder->version,
        .rung = slot.rung,
        .occurrence = slot.occurrence,
    };
    return text_equal(notice_id(&told, word_of(LIST_ROLE, (int)slot.role)->code, arena), notice);
}

uint32_t answer_meant(const struct task *task, const struct reply *reply, struct arena *arena,
                      const struct clock *ret_slots[LIMIT_AWAITED], bool *ret_named)
{
    uint32_t count = 0;
    *ret_named = false;
    for (uint32_t i = 0; i < task->clock_count && count < LIMIT_AWAITED; i++) {
        if (!speaks_of(reply, &task->clocks[i]))
            continue;
        ret_slots[count++] = &task->clocks[i];
        if (!is_named(task, &task->clocks[i], reply->notice, arena))
            continue;
        ret_slots[0] = &task->clocks[i];
        *ret_named = true;
        return 1;
    }
    return count;
}

/* --- room -------------------------------------------------------------------------------------------------------------- */

void answers_drop_ended(struct task *task)
{
    for (;;) {
        uint32_t count = 0, first = task->clock_count;
        for (uint32_t i = 0; i < task->clock_count; i++) {
            const struct clock *clock = &task->clocks[i];
            if (!answer_is_awaited_by(clock->id))
                continue;
            count++;
            bool ended = instant_is_set(clock->ended_at);
            if (ended && (first == task->clock_count || clock->ended_at.ms < task->clocks[first].ended_at.ms))
                first = i;
        }
        if (count <= LIMIT_AWAITED || first == task->clock_count)
            return;
        task->clock_count--;
        memmove(&task->clocks[first], &task->clocks[first + 1],
                (task->clock_count - first) * sizeof(*task->clocks));
    }
}
