/* The seal of the archive against whoever can write the log: each kind of tampering is a row. A forger here knows the
 * format, computes every hash anew where the row says so, and even writes duban.tasks to fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "archived_log.h"

enum { PARTITIONS = 1 };

/* --- what a forger does --------------------------------------------------------------------------------------------- */

static void leave_alone(struct archived_log *log)
{
    (void)log;
}

static void change_an_event(struct archived_log *log)
{
    for (uint32_t i = 0; i < log->archived; i++) {
        if (log->events[i].type == EVENT_PROGRESSED)
            log->events[i].body.progress.note = "已全部完成";
    }
}

static void take_out(struct archived_log *log, uint32_t index)
{
    memmove(&log->events[index], &log->events[index + 1], (log->count - index - 1) * sizeof(log->events[0]));
    log->count--;
    log->archived -= index < log->archived;
}

static void number_anew(struct archived_log *log)
{
    for (uint32_t i = 0; i < log->count; i++)
        log->events[i].seq = i + 1;
}

/* The refused objection: the fold does not miss it much. */
static uint32_t refusal_in(const struct archived_log *log)
{
    uint32_t i = 0;
    while (i < log->archived && log->events[i].type != EVENT_REFUSED)
        i++;
    assert_true(i < log->archived);
    return i;
}

static void drop_an_event(struct archived_log *log)
{
    take_out(log, refusal_in(log));
}

static void drop_an_event_and_number_anew(struct archived_log *log)
{
    drop_an_event(log);
    number_anew(log);
}

static void exchange_two(struct archived_log *log)
{
    const uint32_t i = refusal_in(log);
    const struct event event = log->events[i];
    log->events[i] = log->events[i + 1];
    log->events[i + 1] = event;
}

static void exchange_two_and_number_anew(struct archived_log *log)
{
    exchange_two(log);
    number_anew(log);
}

static void put_one_in(struct archived_log *log)
{
    const uint32_t i = refusal_in(log);
    memmove(&log->events[i + 1], &log->events[i], (log->count - i) * sizeof(log->events[0]));
    log->count++;
    log->archived++;
    number_anew(log);
}

static struct event *append(struct archived_log *log, enum event_type type)
{
    struct event *event = &log->events[log->count];
    *event = log->events[log->archived];
    event->seq = log->count + 1;
    event->type = type;
    event->state_before = event->state = STATE_ARCHIVED;
    event->sealed = (struct seal){0};
    event->clock_count = 0;
    event->cause = "later";
    event->message = (struct message_id){"", "", ""};
    log->count++;
    return event;
}

static void append_a_report(struct archived_log *log)
{
    append(log, EVENT_REPORTED_DONE);
}

static void append_a_revocation(struct archived_log *log)
{
    append(log, EVENT_OVERDUE_REVOKED);
}

static void append_a_way_out(struct archived_log *log)
{
    append(log, EVENT_REOPENED)->state = STATE_REWORK;
}

static void append_a_refusal(struct archived_log *log)
{
    append(log, EVENT_REFUSED)->refusal.code = REFUSAL_WRONG_STATE;
}

static void append_a_note(struct archived_log *log)
{
    append(log, EVENT_NOTICE_EXHAUSTED);
}

static void append_a_second_seal(struct archived_log *log)
{
    change_an_event(log);
    struct event *second = append(log, EVENT_ARCHIVED);
    second->state_before = STATE_TERMINATED;
    second->sealed.events = second->seq - 1;
}

static void lose_the_hash(struct archived_log *log)
{
    change_an_event(log);
    log->events[log->archived].sealed.chain = (struct digest){{0}};
}

static void lose_the_seal(struct archived_log *log)
{
    change_an_event(log);
    log->events[log->archived].sealed = (struct seal){0};
}

static void cut_off_the_seal(struct archived_log *log)
{
    log->count = log->archived;
}

enum hashes {
    HASHES_LEFT, /* the bodies are changed, the hashes stand as they were */
    HASHES_NEW,  /* the chain is computed anew, and fits */
    SEAL_NEW,    /* and the seal with it */
};

#define SEEN(check) (1u << (check))

/* clang-format off */
static const struct forging {
    const char *name;
    void (*forge)(struct archived_log *log);
    enum hashes hashes;
    bool row_fits; /* duban.tasks is written to fit */
    bool has_copy; /* the office has kept a copy of the seal elsewhere */
    uint32_t seen_by;
} forgings[] = {
    {"untouched", leave_alone, HASHES_NEW, false, true, 0},
    {"changed", change_an_event, HASHES_LEFT, true, false, SEEN(VERIFY_CHAIN)},
    {"changed_and_hashed_anew", change_an_event, HASHES_NEW, true, false, SEEN(VERIFY_SEAL)},
    {"changed_hashed_anew_row_left", change_an_event, HASHES_NEW, false, false,
        SEEN(VERIFY_SEAL) | SEEN(VERIFY_FOLD)},
    {"dropped", drop_an_event, HASHES_LEFT, true, false, SEEN(VERIFY_NUMBERING) | SEEN(VERIFY_CHAIN)},
    {"dropped_numbered_and_hashed_anew", drop_an_event_and_number_anew, HASHES_NEW, true, false, SEEN(VERIFY_SEAL)},
    {"exchanged", exchange_two, HASHES_LEFT, true, false,
        SEEN(VERIFY_NUMBERING) | SEEN(VERIFY_CHAIN) | SEEN(VERIFY_TIME)},
    {"exchanged_numbered_and_hashed_anew", exchange_two_and_number_anew, HASHES_NEW, true, false,
        SEEN(VERIFY_SEAL) | SEEN(VERIFY_TIME)},
    {"put_in_numbered_and_hashed_anew", put_one_in, HASHES_NEW, true, false, SEEN(VERIFY_SEAL)},
    {"an_act_behind_the_seal", append_a_report, HASHES_NEW, true, true, SEEN(VERIFY_SEAL) | SEEN(VERIFY_LEGALITY)},
    {"a_miss_taken_back_behind_the_seal", append_a_revocation, HASHES_NEW, true, false, SEEN(VERIFY_SEAL)},
    {"opened_again_behind_the_seal", append_a_way_out, HASHES_NEW, true, false,
        SEEN(VERIFY_SEAL) | SEEN(VERIFY_LEGALITY)},
    {"a_second_seal", append_a_second_seal, SEAL_NEW, true, false, SEEN(VERIFY_SEAL) | SEEN(VERIFY_LEGALITY)},
    {"a_refusal_behind_the_seal", append_a_refusal, HASHES_NEW, true, true, 0},
    {"a_note_behind_the_seal", append_a_note, HASHES_NEW, true, true, 0},
    {"the_hash_taken_out_of_the_seal", lose_the_hash, HASHES_NEW, true, false, SEEN(VERIFY_SEAL)},
    {"no_seal_at_all", lose_the_seal, HASHES_NEW, true, false, SEEN(VERIFY_SEAL)},
    {"sealed_anew_row_left", change_an_event, SEAL_NEW, false, false, SEEN(VERIFY_FOLD)},
    {"sealed_anew_with_the_row", change_an_event, SEAL_NEW, true, true, SEEN(VERIFY_SEAL)},
    {"the_seal_cut_off", cut_off_the_seal, HASHES_NEW, true, true, SEEN(VERIFY_SEAL)},
};
/* clang-format on */

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
    struct digest written[ARCHIVED_EVENTS], hashes[ARCHIVED_EVENTS];
    static struct archived_log original, forgery;
    archived_log_lead(&original);
    archived_log_add_another(&original);
    archived_log_hash(&original, true, written);
    forgery = original;
    forging->forge(&forgery);
    archived_log_hash(&forgery, forging->hashes == SEAL_NEW, hashes);
    const bool left = forging->hashes == HASHES_LEFT;
    struct verify_log *verify = verify_log_new(PARTITIONS);
    archived_log_show_rest(&forgery, verify);
    for (uint32_t i = 0; i < forgery.count; i++)
        archived_log_show_event(&forgery, i, left ? &written[forgery.events[i].seq - 1] : &hashes[i], verify);
    const struct archived_log *in_row = forging->row_fits ? &forgery : &original;
    const struct digest *of_row = forging->row_fits && !left ? hashes : written;
    archived_log_show_row(in_row, &of_row[in_row->count - 1], verify);
    if (forging->has_copy)
        verify_log_seal_copy(verify, &original.events[original.archived]);
    const struct verify_result *result = verify_log_finish(verify);
    for (size_t i = 0; i < result->list_count && seen_by(result) != forging->seen_by; i++)
        print_message("%s %s#%u %s\n", verify_check_code(result->list[i].check), result->list[i].key,
                      (unsigned)result->list[i].seq, result->list[i].detail);
    assert_int_equal(seen_by(result), forging->seen_by);
    assert_int_equal(result->sealed_by_number, 0);
    verify_log_free(verify);
    desk_free(forgery.desk);
}

/* --- archives of older programs ------------------------------------------------------------------------------------- */

/* As EVENT_READER 1 wrote it: the number in a note, no seal. */
static void lead_as_of_old(struct archived_log *log, const char *note)
{
    archived_log_lead(log);
    struct event *archived = &log->events[log->archived];
    const char **notes = ARENA_ARRAY(log->desk->arena, const char *, 1);
    notes[0] = note;
    archived->sealed = (struct seal){0};
    archived->notes = (struct text_list){notes, 1};
    assert_int_equal(archived->seq, 12);
}

static const struct verify_result *verify_all(struct archived_log *log, struct verify_log *verify)
{
    struct digest hashes[ARCHIVED_EVENTS];
    archived_log_hash(log, false, hashes);
    archived_log_show_rest(log, verify);
    for (uint32_t i = 0; i < log->count; i++)
        archived_log_show_event(log, i, &hashes[i], verify);
    archived_log_show_row(log, &hashes[log->count - 1], verify);
    return verify_log_finish(verify);
}

static void an_archive_of_an_older_program_is_sealed_by_number_only(void **state)
{
    (void)state;
    static struct archived_log old;
    lead_as_of_old(&old, "sealed events=11");
    struct verify_log *verify = verify_log_new(PARTITIONS);
    const struct verify_result *result = verify_all(&old, verify);
    assert_int_equal(seen_by(result), 0);
    assert_int_equal(result->sealed, 1);
    assert_int_equal(result->sealed_by_number, 1);
    verify_log_free(verify);
    desk_free(old.desk);
}

static void the_number_of_an_older_seal_is_checked(void **state)
{
    (void)state;
    static struct archived_log old;
    lead_as_of_old(&old, "sealed events=10");
    struct verify_log *verify = verify_log_new(PARTITIONS);
    const struct verify_result *result = verify_all(&old, verify);
    assert_int_equal(seen_by(result), SEEN(VERIFY_SEAL));
    assert_int_equal(result->sealed_by_number, 0);
    verify_log_free(verify);
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
