/* messages_notice.c: the table of duban.notices (proto/duban/v1/notice.proto). */
#include "wire/messages.h"
#include "wire/table.h"

#include "domain/notice.h"

#include <duban/v1/notice.pb-c.h>

TYPES(notice_attempt, NoticeAttempt, struct notice_attempt);
static const struct wire_field notice_attempt_fields[] = {
    CODE(notice_attempt, channel, REQUIRED),
    CODE(notice_attempt, person, OPTIONAL),
    INSTANT(notice_attempt, started_at, REQUIRED),
    INSTANT(notice_attempt, ended_at, OPTIONAL),
    WORD(notice_attempt, outcome, LIST_ATTEMPT, OPTIONAL),
    LINE(notice_attempt, detail, OPTIONAL),
};
static const struct wire_message wire_notice_attempt = MESSAGE(notice_attempt, "NoticeAttempt");

TYPES(notice, Notice, struct notice);
static const struct wire_field notice_fields[] = {
    CODE(notice, id, REQUIRED),
    CODE(notice, task_id, REQUIRED),
    LINE(notice, number, OPTIONAL),
    UINT64(notice, event_seq),
    WORD(notice, event_type, LIST_EVENT, REQUIRED),
    WORD(notice, clock, LIST_CLOCK, OPTIONAL),
    UINT32(notice, clock_key, 0, 0, OPTIONAL),
    UINT32(notice, due_version, 0, 0, OPTIONAL),
    INSTANT(notice, due, OPTIONAL),
    UINT32(notice, rung, 0, 0, OPTIONAL),
    UINT32(notice, occurrence, 0, 0, OPTIONAL),
    WORD(notice, role, LIST_ROLE, REQUIRED),
    BOOL(notice, copied, OPTIONAL),
    CODE(notice, unit, OPTIONAL),
    CODE(notice, person, OPTIONAL),
    CODE(notice, form, REQUIRED),
    BOOL(notice, acknowledge, OPTIONAL),
    BOOL(notice, draft, OPTIONAL),
    BOOL(notice, rehearsal, OPTIONAL),
    BOOL(notice, incomplete, OPTIONAL),
    LINE(notice, note, OPTIONAL),
    PROSE(notice, what, OPTIONAL),
    PROSE(notice, why, OPTIONAL),
    PROSE(notice, reason, OPTIONAL),
    PROSE(notice, requirement, OPTIONAL),
    TEXT(notice, subject, WIRE_LINE, LIMIT_NOTICE_SUBJECT, OPTIONAL),
    TEXT(notice, text, WIRE_PROSE, LIMIT_NOTICE_TEXT, OPTIONAL),
    WORD(notice, status, LIST_NOTICE, REQUIRED),
    CODE(notice, ending, OPTIONAL),
    INSTANT(notice, created_at, REQUIRED),
    INSTANT(notice, release_due, OPTIONAL),
    INSTANT(notice, not_before, OPTIONAL),
    INSTANT(notice, retry_at, OPTIONAL),
    INSTANT(notice, ended_at, OPTIONAL),
    LIST(notice, attempts, attempt_count, notice_attempt, LIMIT_NOTICE_ATTEMPTS, OPTIONAL),
    BOOL(notice, told_ledger, OPTIONAL),
    CODE(notice, original, OPTIONAL),
    TEXT(notice, list, WIRE_PROSE, LIMIT_NOTICE_TEXT, OPTIONAL),
    UINT32(notice, listed, 0, 0, OPTIONAL),
};
const struct wire_message wire_notice = MESSAGE(notice, "Notice");
