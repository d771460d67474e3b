/* The number book, the registry and the partition rows: the ledger's aggregates besides tasks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "calendar_fixture.h"
#include "desk_bench.h"
#include "district_fixture.h"
#include "domain/aggregates.h"

/* --- numbers ----------------------------------------------------------------------------------------------------- */

static void numbers_have_no_gap_and_no_duplicate_and_begin_anew_each_year(void **state)
{
    (void)state;
    static const struct {
        const char *at;
        int32_t year;
        uint32_t sequence;
    } cases[] = {
        {"2023-02-01T10:00", 2023, 1},
        {"2023-07-01T10:00", 2023, 2},
        {"2023-12-31T23:59", 2023, 3},
        {"2024-01-01T00:00", 2024, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *key = desk_drafted(desk, "T12", "housing");
        desk_act(desk, key, "arrears-clerk", cases[i].at, desk_registration("housing", "2024-12-31"));
        assert_int_equal(desk_task(desk, key)->number.year, cases[i].year);
        assert_int_equal(desk_task(desk, key)->number.sequence, cases[i].sequence);
    }
    const struct number_book *book = &desk_row(desk, "numbers/事项-2023")->row->numbers;
    assert_int_equal(book->last, 3);
    assert_int_equal(book->seq, 3);
    assert_string_equal(book->kind, "事项");
}

static void a_book_serves_only_its_own_kind_and_year(void **state)
{
    (void)state;
    struct actor ledger = {"", "", "duban", "", DOOR_INSIDE};
    struct body body = say(TRIGGER_REQUEST_NUMBER);
    body.request_number = (struct body_request_number){"事项", 2024, "aaaaaaaaaaaaaaaaaaaaaaaaaa"};
    struct command command = desk_command(desk, "numbers/事项-2023", ledger, "2023-02-01T10:00", body);
    command.origin = ORIGIN_LEDGER;
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_MALFORMED);
}

/* --- the registry -------------------------------------------------------------------------------------------------- */

static struct command publish(const char *person, uint32_t base, const char *secret)
{
    struct body body = say(TRIGGER_APPLY_REGISTRY);
    body.apply_registry.base_version = base;
    body.apply_registry.bootstrap_secret = secret;
    body.apply_registry.content = "content";
    body.apply_registry.content_bytes = 7;
    struct actor actor = {"office", person, "", "", DOOR_HTTP};
    return desk_command(desk, KEY_REGISTRY, actor, "2023-01-03T09:00", body);
}

static const struct registry_head *head(void)
{
    return &desk_row(desk, KEY_REGISTRY)->row->registry;
}

static void the_first_version_needs_the_bootstrap_secret(void **state)
{
    (void)state;
    const struct registry *registry = desk->ruleset.registry;
    desk->ruleset.registry = NULL;
    struct command command = publish("administrator", 0, "");
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code,
                     REFUSAL_WRONG_SECRET); /* "" never fits */
    desk->ruleset.bootstrap_secret = "open sesame";
    command = publish("administrator", 0, "sesame");
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_WRONG_SECRET);
    command = publish("", 0, "open sesame");
    desk->holds_internals = true;
    const struct turn *turn = desk_take(desk, &command);
    assert_int_equal(turn->event_count, 1);
    assert_int_equal(turn->publish_version, 1);
    assert_ptr_equal(turn->publish->content, command.body.apply_registry.content);
    assert_int_equal(turn->events[0].body.trigger, TRIGGER_ADOPT_REGISTRY); /* neither content nor secret */
    assert_int_equal(turn->internal_count, 4);
    desk->ruleset.registry = registry;
}

static void a_version_is_in_force_when_every_partition_has_it(void **state)
{
    (void)state;
    desk->ruleset.bootstrap_secret = "open sesame";
    desk->holds_internals = true;
    struct command command = publish("", 0, "open sesame");
    desk_take(desk, &command);
    assert_int_equal(head()->version, 1);
    assert_int_equal(head()->in_force, 0);
    desk_deliver(desk);
    assert_int_equal(head()->in_force, 1);
    assert_int_equal(head()->adopted_count, 4);
    assert_int_equal(desk_count(desk, KEY_REGISTRY, EVENT_REGISTRY_ADOPTED), 4);
    assert_int_equal(desk_count(desk, KEY_REGISTRY, EVENT_REGISTRY_IN_FORCE), 1);
    const struct partition_row *partition = &desk_row(desk, "partition/3")->row->partition;
    assert_int_equal(partition->registry_version, 1);
    assert_true(digest_equal(&partition->registry_digest, &head()->digest));
    assert_int_equal(desk_row(desk, "partition/3")->event_count, 0);
}

static void the_base_must_be_current_and_the_sender_an_administrator(void **state)
{
    (void)state;
    desk->ruleset.bootstrap_secret = "open sesame";
    struct command first = publish("", 0, "open sesame");
    desk_take(desk, &first);
    struct command command = publish("auditor", 1, "open sesame");
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_NOT_ENTITLED);
    command = publish("administrator", 0, "");
    const struct turn *turn = desk_take(desk, &command);
    assert_int_equal(desk_refusal(turn), REFUSAL_VERSION_CONFLICT);
    assert_string_equal(desk_parameter(turn, "current"), "1");
    assert_int_equal(turn->event_count, 1);
    command = publish("administrator", 1, "");
    assert_int_equal(desk_take(desk, &command)->publish_version, 2);
    assert_int_equal(head()->in_force, 2);
    assert_int_equal(desk_take(desk, &command)->answer.refusal.code, REFUSAL_DUPLICATE);
    assert_int_equal(head()->version, 2);
}

static void an_adoption_of_an_overtaken_version_counts_for_nothing(void **state)
{
    (void)state;
    desk->ruleset.bootstrap_secret = "open sesame";
    desk->holds_internals = true;
    struct command command = publish("", 0, "open sesame");
    desk_take(desk, &command);
    command = publish("administrator", 1, "");
    desk_take(desk, &command);
    desk_deliver(desk);
    assert_int_equal(desk_count(desk, KEY_REGISTRY, EVENT_REGISTRY_ADOPTED), 4);
    assert_int_equal(head()->in_force, 2);
}

static void the_row_of_each_aggregate_is_the_fold_of_its_events(void **state)
{
    (void)state;
    desk->ruleset.bootstrap_secret = "open sesame";
    struct command command = publish("", 0, "open sesame");
    desk_take(desk, &command);
    const struct desk_row *row = desk_row(desk, KEY_REGISTRY);
    struct row *folded = row_apply(NULL, &row->events[0], desk->arena);
    assert_int_equal(row->events[0].seq, 1);
    for (uint32_t i = 1; i < row->event_count; i++) {
        assert_int_equal(row->events[i].seq, i + 1);
        folded = row_apply(folded, &row->events[i], desk->arena);
    }
    assert_int_equal(folded->kind, ROW_REGISTRY);
    assert_int_equal(folded->registry.version, head()->version);
    assert_int_equal(folded->registry.in_force, head()->in_force);
    assert_int_equal(folded->registry.adopted_count, head()->adopted_count);
    assert_int_equal(folded->registry.message_count, head()->message_count);
    assert_true(digest_equal(&folded->registry.digest, &head()->digest));
}

/* --- internal commands --------------------------------------------------------------------------------------------- */

static void an_internal_command_has_the_id_that_its_cause_gives_it(void **state)
{
    (void)state;
    struct event cause = {.task_id = "aaaaaaaaaaaaaaaaaaaaaaaaaa", .seq = 3, .hops = 2};
    cause.now = instant_at("2023-02-01T10:00");
    struct command *commands = NULL;
    uint32_t count = 0;
    internal_add(&commands, &count, desk->arena, &cause, TRIGGER_FOLLOW, "bbbbbbbbbbbbbbbbbbbbbbbbbb");
    internal_add(&commands, &count, desk->arena, &cause, TRIGGER_FOLLOW, "bbbbbbbbbbbbbbbbbbbbbbbbbb");
    internal_add(&commands, &count, desk->arena, &cause, TRIGGER_FOLLOW, "cccccccccccccccccccccccccc");
    assert_int_equal(count, 3);
    assert_string_equal(commands[0].command_id, commands[1].command_id);
    assert_string_not_equal(commands[0].command_id, commands[2].command_id);
    assert_string_equal(commands[0].cause, "aaaaaaaaaaaaaaaaaaaaaaaaaa#3");
    assert_int_equal(commands[0].hops, 3);
    assert_int_equal(commands[0].received_at.ms, cause.now.ms);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(numbers_have_no_gap_and_no_duplicate_and_begin_anew_each_year),
        TEST(a_book_serves_only_its_own_kind_and_year),
        TEST(the_first_version_needs_the_bootstrap_secret),
        TEST(a_version_is_in_force_when_every_partition_has_it),
        TEST(the_base_must_be_current_and_the_sender_an_administrator),
        TEST(an_adoption_of_an_overtaken_version_counts_for_nothing),
        TEST(the_row_of_each_aggregate_is_the_fold_of_its_events),
        TEST(an_internal_command_has_the_id_that_its_cause_gives_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
