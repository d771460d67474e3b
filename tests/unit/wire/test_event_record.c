/* The chain of events: what it proves, and the bytes it stands on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "wire_sample.h"

enum { ARENA_BYTES = 32 * 1024 * 1024, EVENTS = 6 };

struct link {
    const void *data;
    size_t bytes;
    struct digest hash;
};

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(ARENA_BYTES);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static struct event signed_event(void)
{
    struct event event;
    wire_blank(&wire_event, &event);
    event.task_id = "aaaabbbbccccddddeeeeffff22";
    event.seq = 6;
    event.type = EVENT_SIGNED;
    event.now = event.received_at = (struct instant){INT64_C(1677805200000)};
    event.cause = "c1";
    event.actor.unit = "czj";
    event.actor.person = "czj-1";
    event.actor.door = DOOR_HTTP;
    event.registry_version = 1;
    event.body.trigger = TRIGGER_SIGN;
    event.state_before = STATE_ASSIGNED;
    event.state = STATE_IN_PROGRESS;
    return event;
}

/* Years of logs must stay readable: these bytes may only change together with EVENT_READER. */
static void the_bytes_of_an_event_do_not_change(void **state)
{
    (void)state;
    static const char golden[] = "0a1a6161616162626262636363636464646465656565666666663232"
                                 "1006"
                                 "1806"
                                 "2080c5eea7ea30"
                                 "2880c5eea7ea30"
                                 "32026331"
                                 "420e0a03637a6a1205637a6a2d312802"
                                 "5801"
                                 "72022a00"
                                 "7803"
                                 "800105";
    struct event event = signed_event();
    size_t bytes;
    const uint8_t *data = wire_encode(&wire_event, &event, arena, &bytes);
    char *hex = arena_alloc(arena, bytes * 2 + 1);
    for (size_t i = 0; i < bytes; i++) {
        hex[i * 2] = "0123456789abcdef"[data[i] >> 4];
        hex[i * 2 + 1] = "0123456789abcdef"[data[i] & 15];
    }
    assert_string_equal(hex, golden);
}

/* SHA-256(32 zero bytes ‖ those bytes), computed with another program. */
static void the_hash_is_over_the_previous_one_and_the_body(void **state)
{
    (void)state;
    struct event event = signed_event();
    struct digest hash, previous = {{0}};
    size_t bytes;
    char hex[DIGEST_HEX];
    event_record_encode(&event, &previous, arena, &bytes, &hash);
    digest_to_hex(&hash, hex);
    assert_string_equal(hex, "f75f875243a7f426b4796a1ae683b094d1f45eda5d38e203068c6440dd828f07");
}

static void make_chain(struct dice *dice, struct link links[EVENTS])
{
    struct digest previous = {{0}};
    for (int i = 0; i < EVENTS; i++) {
        struct event *event = wire_sample(dice, &wire_event, SAMPLE_SOME, arena);
        event->seq = (uint64_t)i + 1;
        links[i].data = event_record_encode(event, &previous, arena, &links[i].bytes, &links[i].hash);
        previous = links[i].hash;
    }
}

static enum event_record_fault verified(const struct link *link, const struct digest *previous)
{
    struct event event;
    struct digest hash;
    struct wire_fault fault = {0};
    return event_record_verify(link->data, link->bytes, previous, arena, &event, &hash, &fault);
}

static void a_chain_is_proved_from_its_beginning(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    struct link links[EVENTS];
    make_chain(&dice, links);
    struct digest chain = {{0}};
    for (int i = 0; i < EVENTS; i++) {
        struct event event;
        struct wire_fault fault = {0};
        assert_int_equal(
            event_record_verify(links[i].data, links[i].bytes, &chain, arena, &event, &chain, &fault),
            EVENT_RECORD_FINE);
        assert_int_equal(event.seq, i + 1);
        assert_true(digest_equal(&chain, &links[i].hash));
    }
}

static void a_dropped_or_exchanged_event_breaks_the_chain(void **state)
{
    (void)state;
    struct dice dice = dice_new(__func__);
    struct link links[EVENTS];
    make_chain(&dice, links);
    assert_int_equal(verified(&links[2], &links[0].hash), EVENT_RECORD_BROKEN);
    assert_int_equal(verified(&links[1], &links[2].hash), EVENT_RECORD_BROKEN);
    assert_int_equal(verified(&links[0], &links[0].hash), EVENT_RECORD_BROKEN);
    assert_int_equal(verified(&links[3], &links[2].hash), EVENT_RECORD_FINE);
}

/* Whichever bit of the record is turned, nobody takes it for the event that was written. */
static void no_bit_can_be_turned_unseen(void **state)
{
    (void)state;
    struct event event = signed_event(), read;
    struct digest hash, read_hash, previous = {{7}};
    struct wire_fault fault = {0};
    size_t bytes;
    const void *data = event_record_encode(&event, &previous, arena, &bytes, &hash);
    for (size_t bit = 0; bit < bytes * 8; bit++) {
        uint8_t *turned = arena_copy(arena, data, bytes);
        turned[bit / 8] ^= (uint8_t)(1 << bit % 8);
        enum event_record_fault found =
            event_record_verify(turned, bytes, &previous, arena, &read, &read_hash, &fault);
        /* The one number outside the hash: a lesser min_reader asks for less, and changes nothing that is read. */
        if (found == EVENT_RECORD_FINE)
            assert_true(bit / 8 < 2 && digest_equal(&read_hash, &hash));
    }
}

static void a_newer_record_stops_an_older_program(void **state)
{
    (void)state;
    struct event event = signed_event();
    struct event_record record = {.min_reader = EVENT_READER + 1, .algorithm = "sha256"};
    record.body = wire_encode(&wire_event, &event, arena, &record.body_bytes);
    record.hash.bytes[0] = 1;
    struct link link;
    link.data = wire_encode(&wire_event_record, &record, arena, &link.bytes);
    struct digest previous = {{0}};
    assert_int_equal(verified(&link, &previous), EVENT_RECORD_TOO_NEW);
    record.min_reader = EVENT_READER;
    record.algorithm = "md5";
    link.data = wire_encode(&wire_event_record, &record, arena, &link.bytes);
    assert_int_equal(verified(&link, &previous), EVENT_RECORD_ALGORITHM);
}

static void a_reader_without_the_chain_still_reads(void **state)
{
    (void)state;
    struct event event = signed_event(), read;
    struct digest hash, read_hash, previous = {{9}};
    struct wire_fault fault = {0};
    size_t bytes;
    const void *data = event_record_encode(&event, &previous, arena, &bytes, &hash);
    assert_int_equal(event_record_decode(data, bytes, arena, &read, &read_hash, &fault), EVENT_RECORD_FINE);
    assert_string_equal(read.task_id, event.task_id);
    assert_int_equal(read.body.trigger, TRIGGER_SIGN);
    assert_true(digest_equal(&hash, &read_hash));
    assert_int_equal(event_record_decode("\xff", 1, arena, &read, &read_hash, &fault),
                     EVENT_RECORD_MALFORMED);
    assert_int_equal(fault.code, REFUSAL_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bytes_of_an_event_do_not_change),
        cmocka_unit_test(the_hash_is_over_the_previous_one_and_the_body),
        cmocka_unit_test(a_chain_is_proved_from_its_beginning),
        cmocka_unit_test(a_dropped_or_exchanged_event_breaks_the_chain),
        cmocka_unit_test(no_bit_can_be_turned_unseen),
        cmocka_unit_test(a_newer_record_stops_an_older_program),
        cmocka_unit_test(a_reader_without_the_chain_still_reads),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
