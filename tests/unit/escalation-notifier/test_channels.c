/* Letters as files, and the mailboxes between the two threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calendar_fixture.h"
#include "escalation-notifier/channels.h"
#include "escalation-notifier/job.h"
#include "scratch.h"

static char *directory;

static int make_directory(void **state)
{
    (void)state;
    directory = scratch_new();
    return 0;
}

static const char *inside(const char *name)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/2023-04-03%s%s", directory, name[0] == '\0' ? "" : "/", name);
    return path;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(inside("aaaaaaaaaaaaaaaaaaaaaaaaaa.txt"));
    bool left = rmdir(inside("")) != 0 || rmdir(directory) != 0; /* fails when anything else was left */
    free(directory);
    return left;
}

static struct job *letter(const char *text)
{
    struct job *job = job_new(JOB_DELIVER, "aaaaaaaaaaaaaaaaaaaaaaaaaa");
    job->started_at = instant_at("2023-04-03T09:00");
    job->subject = "【演练】催办单";
    job->text = text;
    return job;
}

static void read_letter(char *ret_text, size_t room)
{
    FILE *file = fopen(inside("aaaaaaaaaaaaaaaaaaaaaaaaaa.txt"), "r");
    assert_non_null(file);
    ret_text[fread(ret_text, 1, room - 1, file)] = '\0';
    fclose(file);
}

static void a_letter_stands_in_the_folder_of_its_day(void **state)
{
    (void)state;
    char text[256];
    struct job *job = letter("正文\n");
    letter_write(directory, job);
    assert_int_equal(job->outcome, ATTEMPT_TAKEN);
    assert_string_equal(job->detail, "2023-04-03/aaaaaaaaaaaaaaaaaaaaaaaaaa.txt");
    read_letter(text, sizeof(text));
    assert_string_equal(text, "【演练】催办单\n\n正文\n");
    job_free(job);
}

static void writing_it_again_is_the_same_letter_and_leaves_nothing_temporary(void **state)
{
    (void)state;
    char text[256];
    for (int i = 0; i < 3; i++) {
        struct job *job = letter("正文\n");
        letter_write(directory, job);
        job_free(job);
    }
    read_letter(text, sizeof(text));
    assert_string_equal(text, "【演练】催办单\n\n正文\n");
}

static void a_directory_that_is_not_there_is_a_temporary_failure_that_names_it(void **state)
{
    (void)state;
    struct job *job = letter("正文\n");
    letter_write("/nonexistent/letters", job);
    assert_int_equal(job->outcome, ATTEMPT_TEMPORARY);
    assert_non_null(strstr(job->detail, "/nonexistent/letters"));
    job_free(job);
}

static struct notice sample(void)
{
    static struct notice_attempt attempts[2] = {
        {.channel = "smtp", .outcome = ATTEMPT_UNKNOWN},
        {.channel = "smtp", .outcome = ATTEMPT_OPEN   }
    };
    return (struct notice){.id = "aaaaaaaaaaaaaaaaaaaaaaaaaa",
                           .form = "督办通知单",
                           .text = "正文\n",
                           .attempts = attempts,
                           .attempt_count = 2};
}

static void a_letter_names_number_addressee_form_draft_and_repeat(void **state)
{
    (void)state;
    struct arena *arena = arena_new(65536);
    struct notice notice = sample();
    notice.draft = true;
    const char *text = letter_text(&notice, "区财政局主要负责人", arena);
    assert_non_null(strstr(text, "aaaaaaaaaaaaaaaaaaaaaaaaaa"));
    assert_non_null(strstr(text, "主送：区财政局主要负责人"));
    assert_non_null(strstr(text, "督办通知单（稿）"));
    assert_non_null(strstr(text, "重发"));
    notice.attempt_count = 0;
    notice.copied = true;
    notice.draft = false;
    text = letter_text(&notice, "区财政局主要负责人", arena);
    assert_non_null(strstr(text, "抄送：区财政局主要负责人"));
    assert_null(strstr(text, "稿"));
    assert_null(strstr(text, "重发"));
    arena_free(arena);
}

/* --- mailboxes -------------------------------------------------------------------------------------------------------- */

enum { JOBS = 2000 };

static void count_call(void *context)
{
    ++*(int *)context;
}

static void *put_jobs(void *context)
{
    for (uint32_t i = 1; i <= JOBS; i++) {
        struct job *job = job_new(JOB_DELIVER, "x");
        job->attempt = i;
        mailbox_put(context, job);
    }
    return NULL;
}

static void jobs_come_out_once_and_in_order(void **state)
{
    (void)state;
    struct mailbox mailbox;
    pthread_t thread;
    int calls = 0;
    uint32_t last = 0;
    mailbox_init(&mailbox);
    assert_int_equal(pthread_create(&thread, NULL, put_jobs, &mailbox), 0);
    mailbox_open(&mailbox, count_call, &calls); /* what came before waits */
    while (last < JOBS) {
        for (struct job *job = mailbox_take(&mailbox), *next; job != NULL; job = next) {
            next = job->next;
            assert_int_equal(job->attempt, last + 1);
            last = job->attempt;
            job_free(job);
        }
    }
    pthread_join(thread, NULL);
    assert_true(calls > 0 && calls <= JOBS + 1);
    mailbox_release(&mailbox);
}

static void a_closed_mailbox_calls_nobody_and_keeps_nothing(void **state)
{
    (void)state;
    struct mailbox mailbox;
    int calls = 0;
    mailbox_init(&mailbox);
    mailbox_open(&mailbox, count_call, &calls);
    mailbox_put(&mailbox, job_new(JOB_TELL, "x"));
    assert_int_equal(calls, 1);
    mailbox_close(&mailbox);
    mailbox_put(&mailbox, job_new(JOB_TELL, "x"));
    assert_int_equal(calls, 1);
    assert_null(mailbox_take(&mailbox));
    mailbox_release(&mailbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_letter_stands_in_the_folder_of_its_day, make_directory,
                                        remove_directory),
        cmocka_unit_test_setup_teardown(writing_it_again_is_the_same_letter_and_leaves_nothing_temporary,
                                        make_directory, remove_directory),
        cmocka_unit_test(a_directory_that_is_not_there_is_a_temporary_failure_that_names_it),
        cmocka_unit_test(a_letter_names_number_addressee_form_draft_and_repeat),
        cmocka_unit_test(jobs_come_out_once_and_in_order),
        cmocka_unit_test(a_closed_mailbox_calls_nobody_and_keeps_nothing),
    };
    return cmocka_run_group_tests_name("channels", tests, NULL, NULL);
}
