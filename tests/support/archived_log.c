/* archived_log.c: see archived_log.h. */
#include "archived_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/limits.h"
#include "domain/notice.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/records.h"

void archived_log_lead(struct archived_log *log)
{
    struct desk *desk = log->desk = desk_new();
    log->task = desk_signed(desk, "T22", "housing", NULL);
    struct body progress = say(TRIGGER_PROGRESS);
    progress.progress.percent = 40;
    progress.progress.note = "正在办理";
    desk_act(desk, log->task, "housing-handler", "2023-02-02T10:00", progress);
    desk_act(desk, log->task, "housing-handler", "2023-02-02T11:00", say(TRIGGER_SIGN)); /* refused */
    desk_act(desk, log->task, "housing-handler", "2023-02-02T12:00", progress);
    desk_act(desk, log->task, "district-head", "2023-02-03T10:00", say(TRIGGER_TERMINATE));
    desk_act(desk, log->task, "auditor", "2023-02-03T11:00", say(TRIGGER_ARCHIVE));
    const struct desk_row *row = desk_row(desk, log->task);
    assert_in_range(row->event_count, 1, ARCHIVED_EVENTS - 2);
    memcpy(log->events, row->events, row->event_count * sizeof(row->events[0]));
    log->count = row->event_count;
    log->archived = row->event_count - 1;
    assert_int_equal(log->events[log->archived].type, EVENT_ARCHIVED);
}

void archived_log_add_another(struct archived_log *log)
{
    const char *other = desk_assigned(log->desk, "T22", "housing", NULL);
    desk_act(log->desk, other, "district-head", "2023-02-03T10:00", say(TRIGGER_TERMINATE));
    desk_act(log->desk, other, "auditor", "2023-02-03T11:00", say(TRIGGER_ARCHIVE));
    assert_int_equal(desk_task(log->desk, other)->state, STATE_ARCHIVED);
}

/* Not event_record.c's: a forger brings his own. */
static struct digest hash_behind(const struct digest *previous, const void *body, size_t bytes,
                                 struct arena *arena)
{
    uint8_t *joined = arena_alloc(arena, DIGEST_BYTES + bytes);
    memcpy(joined, previous->bytes, DIGEST_BYTES);
    memcpy(joined + DIGEST_BYTES, body, bytes);
    return digest_of(joined, DIGEST_BYTES + bytes);
}

void archived_log_hash(struct archived_log *log, bool seals, struct digest ret_hashes[ARCHIVED_EVENTS])
{
    struct digest previous = {{0}};
    for (uint32_t i = 0; i < log->count; i++) {
        struct event *event = &log->events[i];
        size_t bytes;
        if (seals && event->sealed.events > 0)
            event->sealed.chain = previous;
        const void *body = wire_encode(&wire_event, event, log->desk->arena, &bytes);
        previous = ret_hashes[i] = hash_behind(&previous, body, bytes, log->desk->arena);
    }
}

void archived_log_show_event(const struct archived_log *log, uint32_t index, const struct digest *hash,
                             struct verify_log *verify)
{
    struct event_record record = {.min_reader = EVENT_READER, .algorithm = "sha256", .hash = *hash};
    size_t bytes;
    record.body = wire_encode(&wire_event, &log->events[index], log->desk->arena, &record.body_bytes);
    const void *data = wire_encode(&wire_event_record, &record, log->desk->arena, &bytes);
    verify_log_event(verify, 0, data, bytes);
}

static void show_row(const char *key, const struct event *events, uint32_t count, const struct digest *chain,
                     struct arena *arena, struct verify_log *verify)
{
    struct row *row = NULL;
    size_t bytes;
    for (uint32_t i = 0; i < count; i++)
        row = row_apply(row, &events[i], arena);
    assert_non_null(row);
    *(row->kind == ROW_TASK ? &row->task.chain : &row->numbers.chain) = *chain;
    const void *data = wire_encode(&wire_row, row, arena, &bytes);
    verify_log_row(verify, 0, key, data, bytes);
}

void archived_log_show_row(const struct archived_log *log, const struct digest *chain,
                           struct verify_log *verify)
{
    show_row(log->task, log->events, log->count, chain, log->desk->arena, verify);
}

static void show_notices(const struct desk_row *row, struct arena *arena, struct verify_log *verify)
{
    for (uint32_t i = 0; i < row->event_count; i++) {
        const struct event *event = &row->events[i];
        struct notice notice;
        size_t bytes;
        if (event->type != EVENT_RUNG_REACHED)
            continue;
        wire_blank(&wire_notice, &notice);
        notice.id = arena_format(arena, "%s-%u", row->key, (unsigned)event->seq);
        notice.task_id = row->key;
        notice.event_seq = event->seq;
        notice.event_type = event->type;
        notice.status = NOTICE_ACCEPTED;
        const void *data = wire_encode(&wire_notice, &notice, arena, &bytes);
        verify_log_notice(verify, notice.id, data, bytes);
    }
}

void archived_log_show_rest(const struct archived_log *log, struct verify_log *verify)
{
    struct desk *desk = log->desk;
    for (uint32_t i = 0; i < desk->row_count; i++) {
        const struct desk_row *row = &desk->rows[i];
        struct digest chain = {{0}};
        show_notices(row, desk->arena, verify);
        if (row->row == NULL || strcmp(row->key, log->task) == 0)
            continue;
        for (uint32_t j = 0; j < row->event_count; j++) {
            struct digest previous = chain;
            size_t bytes;
            const void *data = event_record_encode(&row->events[j], &previous, desk->arena, &bytes, &chain);
            verify_log_event(verify, 0, data, bytes);
        }
        show_row(row->key, row->events, row->event_count, &chain, desk->arena, verify);
    }
}
