/* One list for many tasks: told once, in whatever order the events come and whatever dies meanwhile; held until
 * business opens after the publication. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "calendar_change.h"
#include "calendar_fixture.h"
#include "domain/notice_merged.h"
#include "domain/task_recompute.h"
#include "notifier_harness.h"

enum { TASKS = 5 };

static struct notifier_harness office;
static const char *tasks[TASKS];

static const char *const published = "2023-02-03T10:00"; /* a Friday */
static const char *const opening = "2023-02-06T08:30";

static void at(const char *now)
{
    office.now = instant_at(now);
    notifier_harness_release_until(&office, instant_add(office.now, -1));
}

/* Complaints of one unit, due on the 8th; nobody has been told anything yet. */
static int open_office(void **state)
{
    (void)state;
    notifier_harness_init(&office);
    notifier_harness_publish_registry(&office);
    for (int i = 0; i < TASKS; i++) {
        tasks[i] = desk_signed(office.desk, "T22", "housing", NULL);
        desk_watch(office.desk, tasks[i], instant_at(published));
        notifier_harness_show(&office, tasks[i]);
    }
    notifier_harness_start(&office);
    at(published);
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    return 0;
}

static int close_office(void **state)
{
    (void)state;
    notifier_harness_release(&office);
    return 0;
}

/* Version 2: Tuesday the 7th is a rest day, so every complaint is due on the 9th. */
static void publish_change(const char *change)
{
    const char *const changes[] = {change, NULL};
    struct desk *desk = office.desk;
    desk_adopt(desk, calendar_change(desk->registry, 2023, changes, desk->arena), instant_at(published));
    notifier_harness_publish_registry(&office);
}

static void publish(void)
{
    publish_change("2023-02-07 off");
}

static void recompute(int index)
{
    struct desk *desk = office.desk;
    struct command command =
        task_recompute_command(desk_task(desk, tasks[index]), &desk->ruleset, desk->arena);
    desk_take(desk, &command);
    notifier_harness_show(&office, tasks[index]);
}

/* The lists to that person, by id. */
static uint32_t lists_to(const char *person, struct notice *ret_last)
{
    struct notice_list all = notifier_harness_notices(&office);
    uint32_t count = 0;
    for (uint32_t i = 0; i < all.count; i++) {
        if (all.items[i].listed == 0 || !text_equal(all.items[i].person, person))
            continue;
        *ret_last = all.items[i];
        count++;
    }
    return count;
}

static uint32_t lines_of(const char *list)
{
    uint32_t lines = *list != '\0';
    for (; *list != '\0'; list++)
        lines += *list == '\n';
    return lines;
}

static void everybody_concerned_gets_one_list_when_business_opens(void **state)
{
    (void)state;
    struct notice list;
    publish();
    for (int i = 0; i < TASKS; i++)
        recompute(i);
    assert_int_equal(notifier_harness_answer_all(&office, ATTEMPT_TAKEN), 0);
    assert_int_equal(lists_to("housing-handler", &list), 1);
    assert_int_equal(list.status, NOTICE_HELD);
    assert_int_equal(list.not_before.ms, instant_at(opening).ms);
    assert_int_equal(notifier_in_flight(office.notifier), 0);
    at(opening);
    assert_int_equal(notifier_harness_answer_all(&office, ATTEMPT_TAKEN), 2); /* the handler, and the clerk */
    assert_int_equal(lists_to("hotline-clerk", &list), 1);
    assert_int_equal(lists_to("housing-handler", &list), 1);
    assert_int_equal(list.status, NOTICE_ACCEPTED);
    assert_int_equal(list.listed, TASKS);
    assert_int_equal(lines_of(list.list), TASKS);
    assert_non_null(strstr(list.list, "办理时限由 2023-02-08 24:00 改为 2023-02-09 24:00"));
    assert_non_null(strstr(list.text, list.list));
    assert_non_null(strstr(list.text, "登记册第2版"));
}

static void the_order_of_arrival_does_not_show(void **state)
{
    (void)state;
    struct notice forwards = {.list = ""}, backwards = {.list = ""};
    static const char *const lines[] = {"督办〔2023〕3号 丙", "督办〔2023〕1号 甲", "督办〔2023〕2号 乙"};
    for (int i = 0; i < 3; i++) {
        const struct notice one = {.list = lines[i], .listed = 1},
                            other = {.list = lines[2 - i], .listed = 1};
        notice_list_join(&forwards, &one, office.desk->arena);
        notice_list_join(&backwards, &other, office.desk->arena);
    }
    assert_string_equal(forwards.list, "督办〔2023〕1号 甲\n督办〔2023〕2号 乙\n督办〔2023〕3号 丙");
    assert_string_equal(forwards.list, backwards.list);
    assert_int_equal(backwards.listed, 3);
}

static void a_long_list_counts_what_it_does_not_name(void **state)
{
    (void)state;
    struct notice list = {.list = ""};
    for (int i = 0; i < LIMIT_NOTICE_LINES + 7; i++) {
        const struct notice one = {.list = arena_format(office.desk->arena, "督办〔2023〕%03d号",
                                                        (i * 31) % (LIMIT_NOTICE_LINES + 7)),
                                   .listed = 1};
        notice_list_join(&list, &one, office.desk->arena);
    }
    assert_int_equal(list.listed, LIMIT_NOTICE_LINES + 7);
    assert_int_equal(lines_of(list.list), LIMIT_NOTICE_LINES);
    assert_int_equal(strncmp(list.list, "督办〔2023〕000号\n", strlen("督办〔2023〕000号\n")), 0);
    assert_non_null(strstr(notice_list_text(&list, office.desk->arena), "另有7项。"));
}

/* Killed after each event, and once more while the letter is under way: it is still one letter to each. */
static void a_crash_between_two_tasks_tells_nobody_twice(void **state)
{
    (void)state;
    struct notice list;
    publish();
    for (int i = 0; i < TASKS; i++) {
        recompute(i);
        notifier_harness_settle(&office);
        notifier_harness_kill(&office);
        notifier_harness_start(&office);
        notifier_harness_settle(&office);
    }
    assert_int_equal(lists_to("housing-handler", &list), 1);
    assert_int_equal(list.listed, TASKS);
    at(opening);
    notifier_harness_settle(&office);
    notifier_harness_kill(&office);
    notifier_harness_start(&office);
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    assert_int_equal(lists_to("housing-handler", &list), 1);
    assert_int_equal(list.status, NOTICE_ACCEPTED);
    assert_int_equal(lines_of(list.list), TASKS);
}

/* A task that is recomputed after the list has gone (its partition was down) is told in a second one. */
static void what_comes_late_is_a_second_part(void **state)
{
    (void)state;
    struct notice list;
    publish();
    for (int i = 0; i < TASKS - 1; i++)
        recompute(i);
    at(opening);
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    recompute(TASKS - 1);
    notifier_harness_answer_all(&office, ATTEMPT_TAKEN);
    assert_int_equal(lists_to("housing-handler", &list), 2);
    assert_int_equal(list.status, NOTICE_ACCEPTED);
    assert_int_equal(list.listed, 1);
    assert_non_null(strstr(list.text, "此前一份已经发出，本件为第2份。"));
}

static void reminders_that_only_change_their_day_are_nobodys_news(void **state)
{
    (void)state;
    struct notice list;
    struct desk *desk = office.desk;
    const char *task = desk_signed(desk, "T12", "finance", "2023-05-31");
    desk_watch(desk, task, instant_at(published));
    notifier_harness_show(&office, task);
    publish_change("2023-05-30 off");
    struct command command = task_recompute_command(desk_task(desk, task), &desk->ruleset, desk->arena);
    desk_take(desk, &command);
    assert_non_null(desk_last(desk, task, EVENT_CALENDAR_APPLIED));
    notifier_harness_show(&office, task);
    notifier_harness_settle(&office);
    assert_int_equal(lists_to("finance-handler", &list), 0);
    assert_int_equal(lists_to("arrears-clerk", &list), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_office, close_office)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(everybody_concerned_gets_one_list_when_business_opens),
        TEST(the_order_of_arrival_does_not_show),
        TEST(a_long_list_counts_what_it_does_not_name),
        TEST(a_crash_between_two_tasks_tells_nobody_twice),
        TEST(what_comes_late_is_a_second_part),
        TEST(reminders_that_only_change_their_day_are_nobodys_news),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
