/* escalation-notifier: says it to whoever must hear it, exactly one notice per cause. See notifier.h.
 *
 * Two threads: the engine, whose commits block, and the loop of the skeleton with the courier. They share two mailboxes
 * and what service.h says is safe from both. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "courier.h"
#include "notifier.h"
#include "notifier_metrics.h"
#include "service/topic_check.h"

enum { WAIT_MS = 1000 };

static const char *letters_directory, *smtp_url, *smtp_from, *smtp_credentials;
static bool smtp_starttls;
static int64_t smtp_timeout_ms;

static const struct setting settings[] = {
    {.key = "letters-dir",
     .type = SETTING_TEXT,
     .target = &letters_directory,
     .default_value = "letters",
     .help = "where the channel `directory` writes one file per notice, by day"},
    {.key = "smtp-url",
     .type = SETTING_TEXT,
     .target = &smtp_url,
     .default_value = "",
     .help = "relay of the channel `smtp`: smtp://host:25 or smtps://host:465"},
    {.key = "smtp-from",
     .type = SETTING_TEXT,
     .target = &smtp_from,
     .default_value = "duban@localhost",
     .help = "sender of the mails; its domain also ends every Message-ID"},
    {.key = "smtp-credentials",
     .type = SETTING_TEXT,
     .target = &smtp_credentials,
     .default_value = "",
     .help = "file with two lines, user and password; empty: the relay asks for none"},
    {.key = "smtp-starttls",
     .type = SETTING_BOOL,
     .target = &smtp_starttls,
     .default_value = "false",
     .help = "refuse to send over smtp:// without TLS"},
    {.key = "smtp-timeout",
     .type = SETTING_MILLISECONDS,
     .target = &smtp_timeout_ms,
     .default_value = "30s",
     .min = 1000,
     .max = 600000,
     .help = "how long one mail may take"},
    {.key = NULL                                                        },
};

static const struct service_engine_topic topics[] = {
    {.topic = "notices",       .partitions = 1, .kind = ENGINE_SHARED},
    {.topic = "events",   .partitions = SERVICE_ALL_PARTITIONS, .kind = ENGINE_EXTRA},
    {.topic = "registry",        .partitions = 1, .kind = ENGINE_FOLLOWED},
    {.topic = "tasks",    .partitions = SERVICE_ALL_PARTITIONS, .kind = ENGINE_FOLLOWED},
    {.topic = "watermarks",      .partitions = 1, .kind = ENGINE_FOLLOWED},
    {.topic = NULL},
};

/* What the two threads share; made before both, released after both. */
struct office {
    struct mailbox jobs, results;
    struct courier *courier; /* the loop's */
    char user[LIMIT_LINE + 1], password[LIMIT_LINE + 1];
};

/* --- the loop's thread ------------------------------------------------------------------------------------------------ */

static bool read_line(FILE *file, char *line, size_t room)
{
    if (fgets(line, (int)room, file) == NULL)
        return false;
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

static bool read_credentials(struct office *office)
{
    if (text_empty(smtp_credentials))
        return true;
    FILE *file = fopen(smtp_credentials, "re");
    bool read = file != NULL && read_line(file, office->user, sizeof(office->user)) &&
                read_line(file, office->password, sizeof(office->password));
    if (!read)
        log_error("smtp-credentials must name a file with two lines path=%s", smtp_credentials);
    if (file != NULL)
        fclose(file);
    return read;
}

static enum status configure(struct service *service)
{
    if (mkdir(letters_directory, 0750) != 0 && errno != EEXIST) {
        log_error("letters-dir cannot be made path=%s reason=\"%s\"", letters_directory, strerror(errno));
        return STATUS_FATAL;
    }
    struct office *office = must_alloc(sizeof(*office));
    service_set_state(service, office);
    mailbox_init(&office->jobs);
    mailbox_init(&office->results);
    return read_credentials(office) ? STATUS_OK : STATUS_FATAL;
}

static enum status start(struct service *service)
{
    struct office *office = service_state(service);
    const struct courier_options options = {
        .letters_directory = letters_directory,
        .smtp_url = smtp_url,
        .smtp_from = smtp_from,
        .smtp_user = office->user,
        .smtp_password = office->password,
        .smtp_starttls = smtp_starttls,
        .smtp_timeout_ms = smtp_timeout_ms,
        .jobs = &office->jobs,
        .results = &office->results,
    };
    office->courier = courier_new(service, &options);
    return STATUS_OK;
}

/* Not before the publisher has gone: it tells the courier what became of each command. */
static void release(struct service *service)
{
    struct office *office = service_state(service);
    if (office == NULL)
        return;
    courier_free(office->courier);
    mailbox_release(&office->jobs);
    mailbox_release(&office->results);
    free(office);
}

/* --- the engine's thread ------------------------------------------------------------------------------------------------ */

static void wake_engine(void *context)
{
    log_port_wakeup(context);
}

static void show(struct service *service, struct notifier *notifier, int64_t clock_seq)
{
    struct service_engine_state state = {
        .clock_seq = clock_seq,
        .handled = notifier_handled(notifier),
        .published = notifier_published(notifier),
        .in_flight = notifier_in_flight(notifier),
        .next_timer = notifier_next_timer(notifier),
        .not_ready = notifier_not_ready(notifier),
    };
    state.positions = notifier_positions(notifier, &state.position_count);
    service_engine_publish(service, &state);
}

/* With the real clock a moment comes by itself; the stepped clock wakes the port. */
static int64_t wait_ms(const struct service *service, const struct notifier *notifier, struct instant now)
{
    struct instant next = notifier_next_timer(notifier);
    if (service_is_stepped(service) || !instant_is_set(next) || next.ms - now.ms > WAIT_MS)
        return WAIT_MS;
    return next.ms > now.ms ? next.ms - now.ms : 1;
}

static enum status run(struct service *service, struct log_port *port)
{
    struct office *office = service_state(service);
    const struct notifier_options options = {
        .port = port,
        .topics = {.notices = service_topic(service, "notices"),
                   .events = service_topic(service, "events"),
                   .registry = service_topic(service, "registry"),
                   .tasks = service_topic(service, "tasks"),
                   .watermarks = service_topic(service, "watermarks")},
        .stepped = service_is_stepped(service),
        .partitions = service_partitions(service),
        .jobs = &office->jobs,
        .results = &office->results,
        .metrics = service_metrics(service),
    };
    struct notifier *notifier = notifier_new(&options);
    mailbox_open(&office->results, wake_engine, port);
    enum status status = STATUS_OK;
    int64_t shown = -1;
    while (status == STATUS_OK && !service_stopping(service)) {
        /* A new step is said before anything is waited for: its wake-up may have been used up by the turn before. */
        const struct service_clock clock = service_clock(service);
        int64_t wait = clock.seq == shown ? wait_ms(service, notifier, clock.now) : 0;
        status = notifier_turn(notifier, clock.now, wait);
        show(service, notifier, clock.seq);
        shown = clock.seq;
    }
    mailbox_close(&office->results);
    notifier_free(notifier);
    return status;
}

int main(int argc, char **argv)
{
    static const struct service_descriptor descriptor = {
        .name = "escalation-notifier",
        .summary = "tells people what the ledger decided: one notice per cause, until its end is on record",
        .settings = settings,
        .metrics = notifier_metrics,
        .engine_topics = topics,
        .configure = configure,
        .prepare = topic_check,
        .start = start,
        .release = release,
        .engine_is_single = true,
        .engine = run,
    };
    return service_main(&descriptor, argc, argv);
}
