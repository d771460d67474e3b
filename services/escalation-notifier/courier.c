/* courier.c: takes jobs from the engine's mailbox on the loop's thread. A command that the publisher has no room for
 * waits here; a mail's outcome comes in a later turn; everything else is done at once. */
#include "courier.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "channels.h"
#include "runtime/mail.h"
#include "wire/topology.h"

enum { PUBLISH_AGAIN_MS = 100 };

struct courier {
    struct service *service;
    struct courier_options options;
    struct loop_wakeup *wakeup;
    struct loop_timer *publish_again;
    struct mailer *mailer;               /* NULL: no relay */
    struct job *waiting, **last_waiting; /* commands that the publisher has no room for */
};

/* A job in the hands of the mailer or the publisher. */
struct errand {
    struct courier *courier;
    struct job *job;
};

static void report(struct courier *courier, struct job *job, enum attempt_outcome outcome, const char *detail)
{
    job->outcome = outcome;
    job->detail = arena_text(job->arena, detail);
    mailbox_put(courier->options.results, job);
}

static struct errand *errand_new(struct courier *courier, struct job *job)
{
    struct errand *errand = must_alloc(sizeof(*errand));
    *errand = (struct errand){courier, job};
    return errand;
}

/* --- mails ----------------------------------------------------------------------------------------------------------- */

static void mail_is_done(void *context, const struct mail_result *result)
{
    static const enum attempt_outcome outcomes[] = {
        [MAIL_ACCEPTED] = ATTEMPT_TAKEN,
        [MAIL_REFUSED] = ATTEMPT_REFUSED,
        [MAIL_TEMPORARY] = ATTEMPT_TEMPORARY,
        [MAIL_UNKNOWN] = ATTEMPT_UNKNOWN,
    };
    struct errand *errand = context;
    report(errand->courier, errand->job, outcomes[result->outcome], result->reply);
    free(errand);
}

/* The same for every attempt, so that a store which drops repeats can do so. */
static const char *message_id(const struct courier *courier, const struct job *job)
{
    const char *at = strchr(courier->options.smtp_from, '@');
    return arena_format(job->arena, "%s@%s", job->notice, at == NULL ? "duban.invalid" : at + 1);
}

static void send_mail(struct courier *courier, struct job *job)
{
    if (courier->mailer == NULL) {
        report(courier, job, ATTEMPT_REFUSED, "smtp-url is not set");
        return;
    }
    if (text_empty(job->to_mail)) {
        report(courier, job, ATTEMPT_REFUSED, "the registry has no mail address for this person");
        return;
    }
    const struct mail mail = {
        .from_name = job->from_name,
        .from = courier->options.smtp_from,
        .to_name = job->to_name,
        .to = job->to_mail,
        .subject = job->subject,
        .message_id = message_id(courier, job),
        .reply_to_id = "",
        .date = job->started_at,
        .text = job->text,
    };
    struct errand *errand = errand_new(courier, job);
    if (mailer_send(courier->mailer, &mail, mail_is_done, errand) == STATUS_OK)
        return;
    free(errand);
    report(courier, job, ATTEMPT_REFUSED, "an address or a header is not one that mail allows");
}

/* --- commands ---------------------------------------------------------------------------------------------------------- */

static void command_is_written(void *context, int64_t offset, const char *reason)
{
    struct errand *errand = context;
    if (offset < 0)
        log_warn("a command was not written, retrying notice=%s reason=\"%s\"", errand->job->notice, reason);
    report(errand->courier, errand->job, offset < 0 ? ATTEMPT_TEMPORARY : ATTEMPT_TAKEN, reason);
    free(errand);
}

/* False: there is no room now. */
static bool tell_ledger(struct courier *courier, struct job *job)
{
    uint32_t partitions = (uint32_t)service_partitions(courier->service);
    const struct log_message message = {
        .partition = (int32_t)partition_of(job->task, partitions),
        .key = job->task,
        .key_bytes = strlen(job->task),
        .value = job->command,
        .value_bytes = job->command_bytes,
    };
    struct errand *errand = errand_new(courier, job);
    enum status status = service_publish(courier->service, topic_row(TOPIC_COMMANDS)->suffix, &message,
                                         command_is_written, errand);
    if (status == STATUS_OK)
        return true;
    free(errand);
    if (status == STATUS_RETRY)
        return false;
    log_error("a command can never be written notice=%s", job->notice);
    report(courier, job, ATTEMPT_REFUSED, "too large");
    return true;
}

static void tell_those_waiting(void *context)
{
    struct courier *courier = context;
    while (courier->waiting != NULL) {
        struct job *job = courier->waiting;
        struct job *next = job->next;
        if (!tell_ledger(courier, job)) {
            loop_timer_start(courier->publish_again, PUBLISH_AGAIN_MS);
            return;
        }
        courier->waiting = next;
    }
    courier->last_waiting = &courier->waiting;
}

/* --- jobs ---------------------------------------------------------------------------------------------------------------- */

static void deliver(struct courier *courier, struct job *job)
{
    if (text_equal(job->channel, CHANNEL_SMTP)) {
        send_mail(courier, job);
    } else if (text_equal(job->channel, CHANNEL_DIRECTORY)) {
        letter_write(courier->options.letters_directory, job);
        report(courier, job, job->outcome, job->detail);
    } else {
        report(courier, job, ATTEMPT_REFUSED, "this program has no such channel");
    }
}

static void take_jobs(void *context)
{
    struct courier *courier = context;
    for (struct job *job = mailbox_take(courier->options.jobs), *next; job != NULL; job = next) {
        next = job->next;
        job->next = NULL;
        if (job->kind == JOB_DELIVER) {
            deliver(courier, job);
            continue;
        }
        *courier->last_waiting = job;
        courier->last_waiting = &job->next;
    }
    tell_those_waiting(courier);
}

static void wake(void *context)
{
    loop_wakeup_send(((struct courier *)context)->wakeup);
}

struct courier *courier_new(struct service *service, const struct courier_options *options)
{
    struct courier *courier = must_alloc(sizeof(*courier));
    courier->service = service;
    courier->options = *options;
    courier->last_waiting = &courier->waiting;
    struct loop *loop = service_loop(service);
    courier->wakeup = loop_wakeup_new(loop, take_jobs, courier);
    courier->publish_again = loop_timer_new(loop, tell_those_waiting, courier);
    if (!text_empty(options->smtp_url)) {
        const struct mail_relay relay = {
            .url = options->smtp_url,
            .user = options->smtp_user,
            .password = options->smtp_password,
            .starttls = options->smtp_starttls,
            .hello = "",
            .timeout_ms = options->smtp_timeout_ms,
        };
        courier->mailer = mailer_new(loop, &relay);
    }
    mailbox_open(options->jobs, wake, courier);
    return courier;
}

void courier_free(struct courier *courier)
{
    if (courier == NULL)
        return;
    mailbox_close(courier->options.jobs);
    mailer_free(courier->mailer);
    for (struct job *job = courier->waiting, *next; job != NULL; job = next) {
        next = job->next;
        job_free(job);
    }
    loop_timer_free(courier->publish_again);
    loop_wakeup_free(courier->wakeup);
    free(courier);
}
