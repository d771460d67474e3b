/* The notifier behind a ledger that was brought up to date before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "calendar_fixture.h"
#include "capture.h"
#include "newer_event.h"
#include "notifier_harness.h"
#include "wire/topology.h"

enum { TURNS_AT_MOST = 1000 };

static struct notifier_harness office;

static int open_office(void **state)
{
    (void)state;
    notifier_harness_init(&office);
    notifier_harness_publish_registry(&office);
    notifier_harness_start(&office);
    return 0;
}

static int close_office(void **state)
{
    (void)state;
    notifier_harness_release(&office);
    return 0;
}

/* It may mean something else by the same words. Nothing behind it in its partition is taken before somebody has brought
 * this program up to date, and a restart changes nothing. */
static void an_event_of_a_newer_ledger_stops_the_notifier_and_it_says_so(void **state)
{
    (void)state;
    static struct capture said;
    const char *task = desk_assigned(office.desk, "T22", "housing", NULL);
    notifier_harness_show(&office, task);
    const int32_t partition = (int32_t)partition_of(task, NOTIFIER_PARTITIONS);
    const size_t last = log_memory_count(office.memory, "events", partition) - 1;
    const struct log_record *record = log_memory_at(office.memory, "events", partition, last);
    size_t bytes;
    const void *newer = newer_event(record->value, record->value_bytes, office.desk->arena, &bytes);
    notifier_harness_append(&office, "events", partition, task, newer, bytes);
    desk_watch(office.desk, task, instant_at("2023-02-03T12:00"));
    notifier_harness_show(&office, task);
    const int64_t newest = log_memory_end(office.memory, "events", partition);
    for (int start = 0; start < 2; start++) {
        enum status status = STATUS_OK;
        if (start > 0) {
            notifier_harness_kill(&office);
            notifier_harness_start(&office);
        }
        capture_begin(&said, STDERR_FILENO);
        for (int turn = 0; turn < TURNS_AT_MOST && status == STATUS_OK; turn++)
            status = notifier_turn(office.notifier, office.now, 0);
        const char *text = capture_end(&said);
        assert_int_equal(status, STATUS_FATAL);
        assert_non_null(strstr(text, "stopping"));
        assert_non_null(strstr(text, "too_new"));
        assert_int_equal(log_memory_end(office.memory, "events", partition), newest);
    }
    struct notice_list list = notifier_harness_notices(&office);
    for (uint32_t i = 0; i < list.count; i++)
        assert_in_range(list.items[i].event_seq, 1, last + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_event_of_a_newer_ledger_stops_the_notifier_and_it_says_so,
                                        open_office, close_office),
    };
    return cmocka_run_group_tests_name("notifier behind a newer ledger", tests, NULL, NULL);
}
