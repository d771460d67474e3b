/* task_effects_answer.c: what a rung waits for, from the moment it is reached until it is answered: the signatures of
 * its recipients (C-ACK) and the one under a drafted form (C-ISSUE). Who must answer, and when all have: answer_slot.h. */
#include <stddef.h>

#include "base/text.h"
#include "domain/answer_slot.h"
#include "domain/ladder.h"
#include "domain/notice.h"
#include "domain/task_answers.h"
#include "domain/task_clocks.h"
#include "domain/task_effects.h"
#include "domain/task_event.h"

static const struct refusal fine;

enum { ACK_LATEST_MS = 2 * MS_PER_HOUR }; /* C-ACK starts at the latest two hours after the rung */

/* --- what waits -------------------------------------------------------------------------------------------------------- */

static uint32_t count_live(const struct situation *situation, const struct event *event)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < situation->task->clock_count; i++) {
        const struct clock *clock = &situation->task->clocks[i];
        bool live = answer_is_awaited_by(clock->id) &&
                    clock_is_live(clocks_see(situation, event, clock->id, clock->key));
        count += live ? 1 : 0;
    }
    for (uint32_t i = 0; i < event->clock_count; i++) {
        const struct clock *clock = &event->clocks[i];
        bool fresh = task_clock(situation->task, clock->id, clock->key) == NULL;
        count += fresh && answer_is_awaited_by(clock->id) && clock_is_live(clock) ? 1 : 0;
    }
    return count;
}

/* C-ACK or C-ISSUE for one slot of that ladder, from `start`. A row full of unanswered slots takes no further one: the
 * rung is told all the same, and comes in the ladder's own time. */
static struct refusal await(const struct situation *situation, struct event *event, enum clock_id id,
                            const struct answer_slot *slot, struct instant start)
{
    uint32_t key = answer_key(slot);
    struct duration amount =
        registry_clock_amount(situation->pinned, situation->template_, id, event_urgency(situation, event));
    if (amount.unit == UNIT_NONE)
        return fine;
    const struct clock *before = clocks_see(situation, event, id, key);
    if ((before == NULL || !clock_is_live(before)) && count_live(situation, event) >= LIMIT_AWAITED) {
        event_note(situation, event, "answer_not_awaited role=%s rung=%u",
                   word_of(LIST_ROLE, (int)slot->role)->code, slot->rung);
        return fine;
    }
    struct clock *clock = clocks_renew(situation, event, id, key, start);
    clock->name = answer_ladder(situation->task, key)->name;
    clock->rule.period = amount;
    return clocks_schedule(situation, event, clock, 0);
}

static bool is_draft(const struct situation *situation, const struct registry_rung *row)
{
    const struct registry_form *form = registry_form(situation->registry, row->form);
    return form != NULL && form->draft;
}

/* Whoever fills an earlier role as well gets one notice, under that one. */
static bool is_told_before(const struct situation *situation, const struct clock *ladder,
                           const struct registry_rung *row, uint32_t index)
{
    const struct task *told = ladder->id == CLOCK_CO
                                  ? notice_task_of_co_unit(situation->task, ladder->unit, situation->arena)
                                  : situation->task;
    const char *note;
    const struct registry_person *person =
        notice_addressee(row->to[index], told, situation->ruleset, &note, situation->arena);
    for (uint32_t i = 0; i < index && person != NULL; i++) {
        if (notice_addressee(row->to[i], told, situation->ruleset, &note, situation->arena) == person)
            return true;
    }
    return false;
}

struct refusal answers_await(const struct situation *situation, struct event *event,
                             const struct clock *ladder, uint32_t rung, uint32_t occurrence)
{
    const struct registry_rung *row =
        ladder_row(situation->pinned, ladder->profile, ladder->allowed_days, rung, occurrence);
    struct refusal refusal = fine;
    if (row == NULL || ladder->profile == PROFILE_SUPERVISOR)
        return fine;
    bool draft = is_draft(situation, row);
    for (uint32_t i = 0; i < row->to_count && i < LIMIT_RECIPIENTS && !REFUSED(refusal); i++) {
        struct answer_slot slot = {ladder->id, ladder->key, rung, occurrence, row->to[i]};
        if (is_told_before(situation, ladder, row, i))
            continue;
        /* A weekly list goes out days later: its recipient's time begins when it has arrived (await_acknowledgement). */
        if (row->acknowledge && !row->weekly)
            refusal =
                await(situation, event, CLOCK_ACK, &slot, instant_add(situation->fired->at, ACK_LATEST_MS));
        if (!REFUSED(refusal) && draft)
            refusal = await(situation, event, CLOCK_ISSUE, &slot, situation->fired->at);
    }
    return refusal;
}

/* --- it arrives -------------------------------------------------------------------------------------------------------- */

static struct answer_slot slot_of(const struct body_notice *notice)
{
    return (struct answer_slot){notice->clock, notice->clock_key, notice->rung, notice->occurrence,
                                notice->role};
}

/* The ladder that the notice was of; NULL when nobody waits for an answer to it, or its end has changed since. */
static const struct clock *ladder_told_of(const struct situation *situation, const struct body_notice *notice)
{
    const struct clock *ladder = task_clock(situation->task, notice->clock, notice->clock_key);
    bool same = notice->rung >= LADDER_FIRST_ALARM && ladder != NULL && clock_is_live(ladder) &&
                ladder->version == notice->due_version;
    return same ? ladder : NULL;
}

static bool is_weekly(const struct situation *situation, const struct clock *ladder,
                      const struct body_notice *notice)
{
    const struct registry_rung *row = ladder_row(situation->pinned, ladder->profile, ladder->allowed_days,
                                                 notice->rung, notice->occurrence);
    return row != NULL && row->weekly && row->acknowledge;
}

static struct refusal await_from_arrival(const struct situation *situation, struct event *event,
                                         const struct body_notice *notice)
{
    struct answer_slot slot = slot_of(notice);
    struct refusal refusal = await(situation, event, CLOCK_ACK, &slot, notice->accepted_at);
    struct clock *clock = clocks_edit(situation, event, CLOCK_ACK, answer_key(&slot));
    if (!REFUSED(refusal) && clock != NULL)
        clock->person = notice->person;
    return refusal;
}

/* The recipient has it: its time counts from there, at the latest from two hours after the rung (answers_await). */
static struct refusal arrive(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct body_notice *notice = &situation->command->body.notice_accepted;
    event->person = notice->person;
    event->rung = notice->rung;
    const struct clock *ladder = ladder_told_of(situation, notice);
    if (ladder == NULL)
        return fine;
    struct answer_slot slot = slot_of(notice);
    const struct clock *waiting = task_clock(situation->task, clock, answer_key(&slot));
    if ((waiting == NULL || waiting->status == CLOCK_STOPPED) && is_weekly(situation, ladder, notice))
        return await_from_arrival(situation, event, notice);
    if (waiting == NULL || waiting->status != CLOCK_RUNNING || !text_empty(waiting->person))
        return fine;
    struct clock *edited = clocks_edit(situation, event, clock, waiting->key);
    edited->person = notice->person;
    if (notice->accepted_at.ms >= edited->started_at.ms)
        return fine;
    edited->started_at = notice->accepted_at;
    return clocks_schedule(situation, event, edited, 0);
}
const struct effect await_acknowledgement = {"C-ACK of that recipient counts from acceptance", arrive,
                                             CLOCK_ACK};

static struct refusal exhausted(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct body_notice *notice = &situation->command->body.notice_exhausted;
    event->person = notice->person;
    event->rung = notice->rung;
    event_note(situation, event, "notice_not_delivered person=%s rung=%u", notice->person, notice->rung);
    if (ladder_told_of(situation, notice) == NULL)
        return fine;
    struct answer_slot slot = slot_of(notice);
    const struct clock *waiting = task_clock(situation->task, clock, answer_key(&slot));
    if (waiting != NULL && waiting->status == CLOCK_RUNNING && text_empty(waiting->person))
        clocks_edit(situation, event, clock, waiting->key)->person = notice->person;
    return fine;
}
const struct effect mark_exhausted = {"note for the supervisor; C-ACK counts from rung + 2 h", exhausted,
                                      CLOCK_ACK};

/* --- it is answered ---------------------------------------------------------------------------------------------------- */

uint32_t answers_of_command(const struct situation *situation, const struct clock *ret_slots[LIMIT_AWAITED])
{
    const struct command *command = situation->command;
    const struct actor *actor = &command->actor;
    bool named;
    if (command->body.trigger == TRIGGER_ACKNOWLEDGE) {
        const struct body_acknowledge *body = &command->body.acknowledge;
        struct reply reply = {
            CLOCK_ACK, body->rung, {actor->person, actor->principal},
              body->notice
        };
        return answer_meant(situation->task, &reply, situation->arena, ret_slots, &named);
    }
    const char *notice = command->body.issue_form.notice;
    struct reply reply = {
        CLOCK_ISSUE, 0, {"", ""},
          notice
    };
    uint32_t count = answer_meant(situation->task, &reply, situation->arena, ret_slots, &named);
    if (!named && !text_empty(notice))
        return 0;
    uint32_t live = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (clock_is_live(ret_slots[i]))
            ret_slots[live++] = ret_slots[i];
    }
    return live;
}

/* What one person must sign for under one rung, or the one form. */
static struct refusal meet(const struct situation *situation, struct event *event, enum clock_id clock)
{
    const struct clock *slots[LIMIT_AWAITED];
    uint32_t count = answers_of_command(situation, slots);
    for (uint32_t i = 0; i < count; i++)
        clocks_meet(situation, event, clock, slots[i]->key);
    return fine;
}
const struct effect meet_acknowledgement = {"meet C-ACK of that recipient", meet, CLOCK_ACK};
const struct effect meet_issue = {"meet C-ISSUE of that form", meet, CLOCK_ISSUE};
