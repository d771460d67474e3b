/* notice.c: the life of a notice as a table of steps, its attempts, and the command that its end causes. Who is told
 * and in which words stands in notice_of_event.c and notice_words.c. */
#include "domain/notice.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "domain/ladder.h"
#include "domain/task_event.h"

/* An edge that is not here does not exist; an end has none. */
static const enum notice_status steps[NOTICE_STATUS_COUNT][STEP_COUNT] = {
    [NOTICE_HELD] = {[STEP_RELEASE] = NOTICE_PENDING,  [STEP_CANCEL] = NOTICE_CANCELLED},
    [NOTICE_PENDING] = {[STEP_BEGIN] = NOTICE_ATTEMPTING,
                     [STEP_CANCEL] = NOTICE_CANCELLED,
                     [STEP_GIVE_UP] = NOTICE_EXHAUSTED},
    [NOTICE_ATTEMPTING] = {[STEP_NEXT] = NOTICE_PENDING,
                     [STEP_ACCEPT] = NOTICE_ACCEPTED,
                     [STEP_RETRY] = NOTICE_PENDING,
                     [STEP_LOSE] = NOTICE_UNKNOWN,
                     [STEP_GIVE_UP] = NOTICE_EXHAUSTED},
    [NOTICE_UNKNOWN] = {[STEP_BEGIN] = NOTICE_ATTEMPTING,    [STEP_GIVE_UP] = NOTICE_EXHAUSTED                                      },
};

/* How long to wait after the n-th outcome that allows another attempt: about three hours in all. */
static const int64_t pauses_ms[] = {
    5 * MS_PER_SECOND,  30 * MS_PER_SECOND, 2 * MS_PER_MINUTE,
    10 * MS_PER_MINUTE, 30 * MS_PER_MINUTE, 2 * MS_PER_HOUR,
};

enum { PAUSES = sizeof(pauses_ms) / sizeof(pauses_ms[0]) };

enum notice_status notice_after(enum notice_status status, enum notice_step step)
{
    return steps[status][step];
}

bool notice_has_ended(const struct notice *notice)
{
    return notice->status == NOTICE_ACCEPTED || notice->status == NOTICE_EXHAUSTED ||
           notice->status == NOTICE_CANCELLED;
}

bool notice_may_have_reached(const struct notice *notice)
{
    for (uint32_t i = 0; i < notice->attempt_count; i++) {
        enum attempt_outcome outcome = notice->attempts[i].outcome;
        if (outcome == ATTEMPT_TAKEN || outcome == ATTEMPT_UNKNOWN || outcome == ATTEMPT_OPEN)
            return true;
    }
    return false;
}

static void take_step(struct notice *notice, enum notice_step step)
{
    notice->status = notice_after(notice->status, step);
    assert(notice->status != NOTICE_NONE);
}

static uint32_t outcomes(const struct notice *notice, enum attempt_outcome outcome)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < notice->attempt_count; i++)
        count += notice->attempts[i].outcome == outcome;
    return count;
}

static bool has_taken(const struct notice *notice, const char *channel)
{
    for (uint32_t i = 0; i < notice->attempt_count; i++) {
        if (notice->attempts[i].outcome == ATTEMPT_TAKEN && text_equal(notice->attempts[i].channel, channel))
            return true;
    }
    return false;
}

const char *notice_next_channel(const struct notice *notice, const struct notice_rules *rules)
{
    for (uint32_t i = 0; i < rules->channel_count; i++) {
        if (rules->channels[i].enabled && !has_taken(notice, rules->channels[i].code))
            return rules->channels[i].code;
    }
    return NULL;
}

static enum trigger command_due(const struct notice *notice)
{
    if (notice->status == NOTICE_ACCEPTED && notice->acknowledge && notice->rung >= LADDER_FIRST_ALARM)
        return TRIGGER_NOTICE_ACCEPTED;
    /* That a notice about an undelivered notice was not delivered either is an alarm for the operators, not for
     * whoever could not be reached. */
    if (notice->status == NOTICE_EXHAUSTED && notice->event_type != EVENT_NOTICE_EXHAUSTED)
        return TRIGGER_NOTICE_EXHAUSTED;
    return TRIGGER_NONE;
}

static void end(struct notice *notice, enum notice_step step, const char *ending, struct instant now)
{
    take_step(notice, step);
    notice->ending = ending;
    notice->ended_at = now;
    notice->retry_at = INSTANT_NONE;
    notice->told_ledger = command_due(notice) == TRIGGER_NONE;
}

void notice_release(struct notice *notice)
{
    take_step(notice, STEP_RELEASE);
}

void notice_cancel(struct notice *notice, const char *ending, struct instant now)
{
    end(notice, STEP_CANCEL, ending, now);
}

void notice_give_up(struct notice *notice, const char *ending, struct instant now)
{
    end(notice, STEP_GIVE_UP, ending, now);
}

void notice_begin_attempt(struct notice *notice, const char *channel, struct instant now, struct arena *arena)
{
    assert(notice->attempt_count < LIMIT_NOTICE_ATTEMPTS);
    take_step(notice, STEP_BEGIN);
    notice->retry_at = INSTANT_NONE;
    notice->attempts = arena_grown(arena, notice->attempts, notice->attempt_count, sizeof(*notice->attempts));
    notice->attempts[notice->attempt_count++] = (struct notice_attempt){
        .channel = channel, .person = notice->person, .started_at = now, .detail = ""};
}

static void again(struct notice *notice, enum notice_step step, struct instant now)
{
    uint32_t failed = outcomes(notice, ATTEMPT_TEMPORARY) + outcomes(notice, ATTEMPT_UNKNOWN);
    if (notice->attempt_count == LIMIT_NOTICE_ATTEMPTS) {
        notice_give_up(notice, "attempts_used", now);
        return;
    }
    take_step(notice, step);
    notice->retry_at = instant_add(now, pauses_ms[failed <= PAUSES ? failed - 1 : PAUSES - 1]);
}

static void go_on(struct notice *notice, const struct notice_rules *rules, struct instant now)
{
    if (notice_next_channel(notice, rules) == NULL)
        end(notice, STEP_ACCEPT, "", now);
    else if (notice->attempt_count == LIMIT_NOTICE_ATTEMPTS)
        notice_give_up(notice, "attempts_used", now);
    else
        take_step(notice, STEP_NEXT);
}

void notice_end_attempt(struct notice *notice, enum attempt_outcome outcome, const char *detail,
                        const struct notice_rules *rules, struct instant now, struct arena *arena)
{
    assert(notice->attempt_count > 0);
    struct notice_attempt *attempt = &notice->attempts[notice->attempt_count - 1];
    assert(attempt->outcome == ATTEMPT_OPEN);
    attempt->outcome = outcome;
    attempt->ended_at = now;
    attempt->detail = notice_line(detail, LIMIT_LINE, arena);
    switch (outcome) {
    case ATTEMPT_TAKEN:
        go_on(notice, rules, now);
        return;
    case ATTEMPT_REFUSED:
        notice_give_up(notice, "refused", now);
        return;
    case ATTEMPT_TEMPORARY:
        again(notice, STEP_RETRY, now);
        return;
    case ATTEMPT_UNKNOWN:
        if (outcomes(notice, ATTEMPT_UNKNOWN) > rules->resends)
            notice_give_up(notice, "outcome_unknown", now);
        else
            again(notice, STEP_LOSE, now);
        return;
    case ATTEMPT_OPEN:
    case ATTEMPT_COUNT:
        break;
    }
    assert(!"an outcome");
}

bool notice_command(const struct notice *notice, struct arena *arena, struct command *ret_command)
{
    enum trigger trigger = command_due(notice);
    if (trigger == TRIGGER_NONE)
        return false;
    struct digest digest = digest_of_texts("notice", notice->id, word_of(LIST_TRIGGER, trigger)->code, NULL);
    char id[ID_TEXT];
    digest_to_id(&digest, id);
    *ret_command = (struct command){
        .command_id = arena_text(arena, id),
        .task_id = notice->task_id,
        .origin = ORIGIN_NOTIFIER,
        .actor = actor_system(),
        .received_at = notice->ended_at,
        .message = {"", "", ""},
        .cause = notice->id,
    };
    ret_command->inbox.inbox = "";
    struct body_notice body = {
        .notice = notice->id,
        .person = notice->person,
        .role = notice->role,
        .accepted_at = notice->ended_at,
    };
    if (notice->acknowledge) { /* nobody waits for a copy's */
        body.rung = notice->rung;
        body.clock = notice->clock;
        body.clock_key = notice->clock_key;
        body.due_version = notice->due_version;
        body.occurrence = notice->occurrence;
    }
    ret_command->body.trigger = trigger;
    if (trigger == TRIGGER_NOTICE_ACCEPTED)
        ret_command->body.notice_accepted = body;
    else
        ret_command->body.notice_exhausted = body;
    return true;
}

const char *notice_receipt(const struct notice *notice, struct arena *arena)
{
    return arena_format(arena, "%.6s", notice->id);
}

/* --- texts within their limits ----------------------------------------------------------------------------------- */

static size_t within(const char *text, size_t limit_bytes)
{
    size_t bytes = limit_bytes;
    while (bytes > 0 && ((unsigned char)text[bytes] & 0xC0) == 0x80)
        bytes--;
    return bytes;
}

const char *notice_cut(const char *text, size_t limit_bytes, const char *tail, struct arena *arena)
{
    if (strlen(text) <= limit_bytes)
        return text;
    return arena_format(arena, "%.*s%s", (int)within(text, limit_bytes - strlen(tail)), text, tail);
}

const char *notice_line(const char *text, size_t limit_bytes, struct arena *arena)
{
    if (text_check(text, strlen(text), limit_bytes, false) == TEXT_FINE)
        return text;
    bool readable = text_check(text, strlen(text), SIZE_MAX, true) != TEXT_NOT_UTF8;
    char *line = arena_text(arena, text);
    for (char *at = line; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte < 0x20 || byte == 0x7F)
            *at = ' ';
        else if (byte >= 0x80 && !readable)
            *at = '?';
    }
    line = arena_text(arena, notice_cut(line, limit_bytes, "…", arena));
    /* C1 controls and the like: rare enough to lose the whole line's niceties. */
    if (text_check(line, strlen(line), limit_bytes, false) != TEXT_FINE)
        for (char *at = line; *at != '\0'; at++)
            if ((unsigned char)*at >= 0x80)
                *at = '?';
    return line;
}
