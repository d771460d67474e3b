/* The seal of the archive against whoever can write the log: each kind of tampering is a row. A forger here knows the
 * format, computes every hash anew where the row says so, and even writes duban.tasks to fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "calendar_fixture.h"
#include "desk.h"
#include "domain/notice.h"
#include "dubanctl/verify_log.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "wire/topology.h"

enum { PARTITIONS = 1, EVENTS_AT_MOST = 64 };

struct forgery {
    struct desk *desk;
    const char *task;
    struct event events[EVENTS_AT_MOST]; /* of that task */
    uint32_t count;
    uint32_t archived; /* index of EVENT_ARCHIVED */
};

/* --- what a forger does --------------------------------------------------------------------------------------------- */

static void leave_alone(struct forgery *forgery)
{
    (void)forgery;
}

static void change_an_event(struct forgery *forgery)
{
    for (uint32_t i = 0; i < forgery->archived; i++) {
        if (forgery->events[i].type == EVENT_PROGRESSED)
            forgery->events[i].body.progress.note = "已全部完成";
    }
}

static void take_out(struct forgery *forgery, uint32_t index)
{
    memmove(&forgery->events[index], &forgery->events[index + 1],
            (forgery->count - index - 1) * sizeof(forgery->events[0]));
    forgery->count--;
    forgery->archived -= index < forgery->archived;
}

static void number_anew(struct forgery *forgery)
{
    for (uint32_t i = 0; i < forgery->count; i++)
        forgery->events[i].seq = i + 1;
}

/* The refused objection: the fold does not miss it much. */
static uint32_t refusal_in(const struct forgery *forgery)
{
    uint32_t i = 0;
    while (i < forgery->archived && forgery->events[i].type != EVENT_REFUSED)
        i++;
    assert_true(i < forgery->archived);
    return i;
}

static void drop_an_event(struct forgery *forgery)
{
    take_out(forgery, refusal_in(forgery));
}

static void drop_an_event_and_number_anew(struct forgery *forgery)
{
    drop_an_event(forgery);
    number_anew(forgery);
}

static void exchange_two(struct forgery *forgery)
{
    const uint32_t i = refusal_in(forgery);
    const struct event event = forgery->events[i];
    forgery->events[i] = forgery->events[i + 1];
    forgery->events[i + 1] = event;
}

static void exchange_two_and_number_anew(struct forgery *forgery)
{
    exchange_two(forgery);
    number_anew(forgery);
}

static void put_one_in(struct forgery *forgery)
{
    const uint32_t i = refusal_in(forgery);
    memmove(&forgery->events[i + 1], &forgery->events[i], (forgery->count - i) * sizeof(forgery->events[0]));
    forgery->count++;
    forgery->archived++;
    number_anew(forgery);
}

static struct event *append(struct forgery *forgery, enum event_type type)
{
    struct event *event = &forgery->events[forgery->count];
    *event = forgery->events[forgery->archived];
    event->seq = forgery->count + 1;
    event->type = type;
    event->state_before = event->state = STATE_ARCHIVED;
    event->sealed = (struct seal){0};
    event->clock_count = 0;
    event->cause = "later";
    event->message = (struct message_id){"", "", ""};
    forgery->count++;
    return event;
}

static void append_a_report(struct forgery *forgery)
{
    append(forgery, EVENT_REPORTED_DONE);
}

static void append_a_revocation(struct forgery *forgery)
{
    append(forgery, EVENT_OVERDUE_REVOKED);
}

static void append_a_way_out(struct forgery *forgery)
{
    append(forgery, EVENT_REOPENED)->state = STATE_REWORK;
}

static void append_a_refusal(struct forgery *forgery)
{
    append(forgery, EVENT_REFUSED)->refusal.code = REFUSAL_WRONG_STATE;
}

static void append_a_note(struct forgery *forgery)
{
    append(forgery, EVENT_NOTICE_EXHAUSTED);
}

static void append_a_second_seal(struct forgery *forgery)
{
    change_an_event(forgery);
    struct event *second = append(forgery, EVENT_ARCHIVED);
    second->state_before = STATE_TERMINATED;
    second->sealed.events = second->seq - 1;
}

static void lose_the_hash(struct forgery *forgery)
{
    change_an_event(forgery);
    forgery->events[forgery->archived].sealed.chain = (struct digest){{0}};
}

static void lose_the_seal(struct forgery *forgery)
{
    change_an_event(forgery);
    forgery->events[forgery->archived].sealed = (struct seal){0};
}

static void cut_off_the_seal(struct forgery *forgery)
{
    forgery->count = forgery->archived;
}

enum hashes {
    HASHES_LEFT, /* the bodies are changed, the hashes stand as they were */
    HASHES_NEW,  /* the chain is computed anew, and fits */
    SEAL_NEW,    /* and the seal with it */
};

#define SEEN(check) (1u << (check))

static const struct forging {
    const char *name;
    void (*forge)(struct forgery *forgery);
    enum hashes hashes;
    bool row_fits; /* duban.tasks is written to fit */
    bool has_copy; /* the office has kept a copy of the seal elsewhere */
    uint32_t seen_by;
} forgings[] = {
  /* clang-format off: one row a line */
    {"untouched",                          leave_alone,                   HASHES_NEW,  false, true,  0                                          },
    {"changed",                            change_an_event,               HASHES_LEFT, true,  false, SEEN(VERIFY_CHAIN)                         },
    {"changed_and_hashed_anew",            change_an_event,               HASHES_NEW,  true,  false, SEEN(VERIFY_SEAL)                          },
    {"changed_hashed_anew_row_left",       change_an_event,               HASHES_NEW,  false, false,
     SEEN(VERIFY_SEAL) | SEEN(VERIFY_FOLD)                                                                                                      },
    {"dropped",                            drop_an_event,                 HASHES_LEFT, true,  false, SEEN(VERIFY_NUMBERING) | SEEN(VERIFY_CHAIN)},
    {"dropped_numbered_and_hashed_anew",   drop_an_event_and_number_anew, HASHES_NEW,  true,  false,
     SEEN(VERIFY_SEAL)                                                                                                                          },
    {"exchanged",                          exchange_two,                  HASHES_LEFT, true,  false,
     SEEN(VERIFY_NUMBERING) | SEEN(VERIFY_CHAIN) | SEEN(VERIFY_TIME)                                                                            },
    {"exchanged_numbered_and_hashed_anew", exchange_two_and_number_anew,  HASHES_NEW,  true,  false,
     SEEN(VERIFY_SEAL) | SEEN(VERIFY_TIME)                                                                                                      },
    {"put_in_numbered_and_hashed_anew",    put_one_in,                    HASHES_NEW,  true,  false, SEEN(VERIFY_SEAL)                          },
    {"an_act_behind_the_seal",             append_a_report,               HASHES_NEW,  true,  true,
     SEEN(VERIFY_SEAL) | SEEN(VERIFY_LEGALITY)                                                                                                  },
    {"a_miss_taken_back_behind_the_seal",  append_a_revocation,           HASHES_NEW,  true,  false, SEEN(VERIFY_SEAL)                          },
    {"opened_again_behind_the_seal",       append_a_way_out,              HASHES_NEW,  true,  false,
     SEEN(VERIFY_SEAL) | SEEN(VERIFY_LEGALITY)                                                                                                  },
    {"a_second_seal",                      append_a_second_seal,          SEAL_NEW,    true,  false, SEEN(VERIFY_SEAL) | SEEN(VERIFY_LEGALITY)  },
    {"a_refusal_behind_the_seal",          append_a_refusal,              HASHES_NEW,  true,  true,  0                                          },
    {"a_note_behind_the_seal",             append_a_note,                 HASHES_NEW,  true,  true,  0                                          },
    {"the_hash_taken_out_of_the_seal",     lose_the_hash,                 HASHES_NEW,  true,  false, SEEN(VERIFY_SEAL)                          },
    {"no_seal_at_all",                     lose_the_seal,                 HASHES_NEW,  true,  false, SEEN(VERIFY_SEAL)                          },
    {"sealed_anew_row_left",               change_an_event,               SEAL_NEW,    false, false, SEEN(VERIFY_FOLD)                          },
    {"sealed_anew_with_the_row",           change_an_event,               SEAL_NEW,    true,  true,  SEEN(VERIFY_SEAL)                          },
    {"the_seal_cut_off",                   cut_off_the_seal,              HASHES_NEW,  true,  true,  SEEN(VERIFY_SEAL)                          },
 /* clang-format on */
};

/* --- the log ------------------------------------------------------------------------------------------------------- */

/* A ticket with a bit of everything, terminated and put into the archive. */
static void lead_to_the_archive(struct forgery *forgery)
{
    struct desk *desk = forgery->desk = desk_new();
    forgery->task = desk_signed(desk, "T22", "housing", NULL);
    struct body progress = say(TRIGGER_PROGRESS);
    progress.progress.percent = 40;
    progress.progress.note = "正在办理";
    desk_act(desk, forgery->task, "housing-handler", "2023-02-02T10:00", progress);
    desk_act(desk, forgery->task, "housing-handler", "2023-02-02T11:00", say(TRIGGER_SIGN));
    desk_act(desk, forgery->task, "housing-handler", "2023-02-02T12:00", progress);
    desk_act(desk, forgery->task, "district-head", "2023-02-03T10:00", say(TRIGGER_TERMINATE));
    desk_act(desk, forgery->task, "auditor", "2023-02-03T11:00", say(TRIGGER_ARCHIVE));
    const struct desk_row *row = desk_row(desk, forgery->task);
    assert_in_range(row->event_count, 1, EVENTS_AT_MOST - 2);
    memcpy(forgery->events, row->events, row->event_count * sizeof(row->events[0]));
    forgery->count = row->event_count;
    forgery->archived = row->event_count - 1;
    assert_int_equal(forgery->events[forgery->archived].type, EVENT_ARCHIVED);
}

static struct digest hash_behind(const struct digest *previous, const void *body, size_t bytes)
{
    uint8_t joined[DIGEST_BYTES + LIMIT_EVENT_BYTES];
    memcpy(joined, previous->bytes, DIGEST_BYTES);
    memcpy(joined + DIGEST_BYTES, body, bytes);
    return digest_of(joined, DIGEST_BYTES + bytes);
}

/* The chain that these events have; the seals are filled in as the ledger does. */
static void chain_of(struct forgery *forgery, bool seals, struct digest *ret_hashes)
{
    struct digest previous = {{0}};
    for (uint32_t i = 0; i < forgery->count; i++) {
        struct event *event = &forgery->events[i];
        size_t bytes;
        if (seals && event->sealed.events > 0)
            event->sealed.chain = previous;
        const void *body = wire_encode(&wire_event, event, forgery->desk->arena, &bytes);
        previous = ret_hashes[i] = hash_behind(&previous, body, bytes);
    }
}

static void show_event(struct verify_log *log, const struct event *event, const struct digest *hash,
                       struct arena *arena)
{
    struct event_record record = {.min_reader = EVENT_READER, .algorithm = "sha256", .hash = *hash};
    record.body = wire_encode(&wire_event, event, arena, &record.body_bytes);
    size_t bytes;
    const void *data = wire_encode(&wire_event_record, &record, arena, &bytes);
    verify_log_event(log, 0, data, bytes);
}

static void show_row(struct verify_log *log, const char *key, const struct event *events, uint32_t count,
                     const struct digest *chain, struct arena *arena)
{
    struct row *row = NULL;
    size_t bytes;
    for (uint32_t i = 0; i < count; i++)
        row = row_apply(row, &events[i], arena);
    *(row->kind == ROW_TASK ? &row->task.chain : &row->numbers.chain) = *chain;
    const void *data = wire_encode(&wire_row, row, arena, &bytes);
    verify_log_row(log, 0, key, data, bytes);
}

/* Every rung has told somebody. */
static void show_notices(struct verify_log *log, const struct desk_row *row, struct arena *arena)
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
        verify_log_notice(log, notice.id, data, bytes);
    }
}

/* As the ledger wrote it: the number books, and another task that was archived before. */
static void show_the_rest(struct verify_log *log, struct forgery *forgery)
{
    struct desk *desk = forgery->desk;
    for (uint32_t i = 0; i < desk->row_count; i++) {
        const struct desk_row *row = &desk->rows[i];
        struct digest chain = {{0}};
        show_notices(log, row, desk->arena);
        if (row->row == NULL || strcmp(row->key, forgery->task) == 0)
            continue;
        for (uint32_t j = 0; j < row->event_count; j++) {
            struct digest previous = chain;
            size_t bytes;
            const void *data = event_record_encode(&row->events[j], &previous, desk->arena, &bytes, &chain);
            verify_log_event(log, 0, data, bytes);
        }
        show_row(log, row->key, row->events, row->event_count, &chain, desk->arena);
    }
}

static void archive_another(struct desk *desk)
{
    const char *other = desk_assigned(desk, "T22", "housing", NULL);
    desk_act(desk, other, "district-head", "2023-02-03T10:00", say(TRIGGER_TERMINATE));
    desk_act(desk, other, "auditor", "2023-02-03T11:00", say(TRIGGER_ARCHIVE));
    assert_int_equal(desk_task(desk, other)->state, STATE_ARCHIVED);
}

static uint32_t seen_by(const struct verify_result *result)
{
    uint32_t seen = 0;
    for (int check = 0; check < VERIFY_CHECKS; check++)
        seen |= result->faults[check] > 0 ? SEEN(check) : 0;
    return seen;
}

static void tampering_is_seen(void **state)
{
    const struct forging *forging = *state;
    struct digest written[EVENTS_AT_MOST], hashes[EVENTS_AT_MOST];
    static struct forgery original, forgery;
    lead_to_the_archive(&original);
    archive_another(original.desk);
    chain_of(&original, true, written);
    forgery = original;
    forging->forge(&forgery);
    chain_of(&forgery, forging->hashes == SEAL_NEW, hashes);
    struct verify_log *log = verify_log_new(PARTITIONS);
    show_the_rest(log, &forgery);
    for (uint32_t i = 0; i < forgery.count; i++) {
        const struct event *event = &forgery.events[i];
        show_event(log, event, forging->hashes == HASHES_LEFT ? &written[event->seq - 1] : &hashes[i],
                   forgery.desk->arena);
    }
    const struct forgery *in_row = forging->row_fits ? &forgery : &original;
    const struct digest *of_row = forging->row_fits && forging->hashes != HASHES_LEFT ? hashes : written;
    show_row(log, forgery.task, in_row->events, in_row->count, &of_row[in_row->count - 1],
             forgery.desk->arena);
    if (forging->has_copy)
        verify_log_seal_copy(log, &original.events[original.archived]);
    const struct verify_result *result = verify_log_finish(log);
    for (size_t i = 0; i < result->list_count && seen_by(result) != forging->seen_by; i++)
        print_message("%s %s#%u %s\n", verify_check_code(result->list[i].check), result->list[i].key,
                      (unsigned)result->list[i].seq, result->list[i].detail);
    assert_int_equal(seen_by(result), forging->seen_by);
    assert_int_equal(result->sealed_by_number, 0);
    verify_log_free(log);
    desk_free(forgery.desk);
}

/* --- archives of older programs ------------------------------------------------------------------------------------- */

/* As EVENT_READER 1 wrote it: the number in a note, no seal. */
static void archive_as_of_old(struct forgery *forgery, const char *note)
{
    lead_to_the_archive(forgery);
    struct event *archived = &forgery->events[forgery->archived];
    const char **notes = ARENA_ARRAY(forgery->desk->arena, const char *, 1);
    notes[0] = note;
    archived->sealed = (struct seal){0};
    archived->notes = (struct text_list){notes, 1};
}

static void show_all(struct verify_log *log, struct forgery *forgery)
{
    struct digest hashes[EVENTS_AT_MOST];
    chain_of(forgery, false, hashes);
    show_the_rest(log, forgery);
    for (uint32_t i = 0; i < forgery->count; i++)
        show_event(log, &forgery->events[i], &hashes[i], forgery->desk->arena);
    show_row(log, forgery->task, forgery->events, forgery->count, &hashes[forgery->count - 1],
             forgery->desk->arena);
}

static void an_archive_of_an_older_program_is_sealed_by_number_only(void **state)
{
    (void)state;
    static struct forgery old;
    archive_as_of_old(&old, "sealed events=11");
    assert_int_equal(old.events[old.archived].seq, 12);
    struct verify_log *log = verify_log_new(PARTITIONS);
    show_all(log, &old);
    const struct verify_result *result = verify_log_finish(log);
    assert_int_equal(seen_by(result), 0);
    assert_int_equal(result->sealed, 1);
    assert_int_equal(result->sealed_by_number, 1);
    verify_log_free(log);
    desk_free(old.desk);
}

static void the_number_of_an_older_seal_is_checked(void **state)
{
    (void)state;
    static struct forgery old;
    archive_as_of_old(&old, "sealed events=10");
    struct verify_log *log = verify_log_new(PARTITIONS);
    show_all(log, &old);
    const struct verify_result *result = verify_log_finish(log);
    assert_int_equal(seen_by(result), SEEN(VERIFY_SEAL));
    assert_int_equal(result->sealed_by_number, 0);
    verify_log_free(log);
    desk_free(old.desk);
}

enum { FORGINGS = sizeof(forgings) / sizeof(forgings[0]) };

int main(void)
{
    struct CMUnitTest tests[FORGINGS + 2] = {
        cmocka_unit_test(an_archive_of_an_older_program_is_sealed_by_number_only),
        cmocka_unit_test(the_number_of_an_older_seal_is_checked),
    };
    for (size_t i = 0; i < FORGINGS; i++)
        tests[i + 2] = (struct CMUnitTest){
            .name = forgings[i].name,
            .test_func = tampering_is_seen,
            .initial_state = (void *)(uintptr_t)&forgings[i],
        };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
