/* year.c: the loop of a rehearsal: next instant, tick, settle, acts, settle, look what happened, plan. */
#include "year.h"

#include "agenda.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/log.h"
#include "cast.h"
#include "domain/catalogue.h"
#include "doors.h"
#include "observer.h"
#include "summary.h"
#include "tally.h"
#include "wire/messages.h"
#include "wire/registry_files.h"
#include "wire/topology.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 64 * 1024 * 1024, OPENING_MINUTE = 8 * 60 };

struct year {
    const struct year_options *options;
    struct loop *loop;
    struct arena *arena;      /* of the whole year */
    struct arena *line_arena; /* of one line on the screen */
    struct registry_files files;
    struct cast cast;
    struct agenda *agenda;
    struct stepper *stepper;
    struct doors *doors;
    struct observer *observer;
    struct summary *summary;
    struct instant next_timer;
    int64_t largest_lag, steps;
    struct date shown;
    struct monotonic began;
};

static void show_day(struct year *year, struct instant now)
{
    struct date today = date_of(now);
    if (year->options->quiet || today.days == year->shown.days)
        return;
    year->shown = today;
    char text[DATE_TEXT];
    date_to_text(today, text);
    printf("── %s ──────────────────────────\n", text);
}

static bool worth_a_line(enum event_type type)
{
    return type != EVENT_PROGRESSED && type != EVENT_NOTICE_ACCEPTED && type != EVENT_NUMBERED &&
           type != EVENT_ACKNOWLEDGED;
}

static void on_event(void *context, const struct event *event, const struct task *task)
{
    struct year *year = context;
    summary_event(year->summary, event, task);
    if (task == NULL)
        return;
    cast_react(&year->cast, event, task, year->agenda);
    if (year->options->quiet || !worth_a_line(event->type))
        return;
    show_day(year, event->now);
    arena_reset(year->line_arena);
    struct civil civil = civil_of(event->now);
    printf("%02d:%02d  %-6s %s\n", civil.hour, civil.minute, task->reference,
           event_render(event, &year->files.registry, LANGUAGE_ZH, year->line_arena));
}

static enum status load_registry(struct year *year)
{
    struct wire_fault fault;
    const char *position = "";
    if (!registry_files_load(year->options->registry_directory, year->arena, &year->files, &fault,
                             &position)) {
        struct refusal refusal = wire_fault_refusal(&fault, year->arena);
        log_error("the registry cannot be read position=%s reason=%s", position,
                  refusal_render(&refusal, LANGUAGE_EN, year->arena));
        return STATUS_FATAL;
    }
    if (!year->files.registry.rehearsal) {
        log_error("the registry does not say rehearsal: true, so its time may not be stepped");
        return STATUS_FATAL;
    }
    return STATUS_OK;
}

static enum status settle(struct year *year)
{
    struct stepper_report report;
    enum status status = stepper_settle(year->stepper, &report);
    year->next_timer = report.next_timer;
    if (report.largest_lag > year->largest_lag)
        year->largest_lag = report.largest_lag;
    if (status == STATUS_OK)
        status = observer_catch_up(year->observer);
    summary_moment(year->summary);
    return status;
}

static enum status step(struct year *year, struct instant now)
{
    struct stepper_report report;
    year->steps++;
    enum status status = stepper_step(year->stepper, now, &report);
    year->next_timer = report.next_timer;
    if (report.largest_lag > year->largest_lag)
        year->largest_lag = report.largest_lag;
    if (status == STATUS_OK)
        status = observer_catch_up(year->observer);
    summary_moment(year->summary);
    return status;
}

/* Version 1, with a token for everybody, through the HTTP door like anybody's. */
static enum status publish_registry(struct year *year)
{
    doors_issue_tokens(year->doors, &year->files.registry, year->arena);
    if (year->options->token_file[0] != '\0' && !doors_write_tokens(year->doors, year->options->token_file)) {
        log_error("cannot write the tokens file=%s", year->options->token_file);
        return STATUS_FATAL;
    }
    const char *content = wire_to_json(&wire_registry, &year->files.registry, year->arena);
    const char *json = arena_format(year->arena,
                                    "{\"specversion\":\"1.0\",\"id\":\"rehearsal-registry-1\",\"source\":"
                                    "\"urn:duban:bootstrap\",\"type\":\"duban.v1.apply_registry\",\"data\":{"
                                    "\"base_version\":0,\"bootstrap_secret\":\"%s\",\"content\":%s}}",
                                    year->options->bootstrap_secret, content);
    enum status status = doors_post(year->doors, json);
    return status == STATUS_OK ? settle(year) : status;
}

static enum status open_stage(struct year *year)
{
    const struct year_options *options = year->options;
    enum status status = load_registry(year);
    if (status != STATUS_OK)
        return status;
    struct instant from = day_at(options->from, OPENING_MINUTE);
    year->cast = (struct cast){
        .seed = options->seed,
        .registry = &year->files.registry,
        .calendar = calendar_build(year->arena, year->files.registry.calendars,
                                   year->files.registry.calendar_count, 1),
        .from = from,
        .until = instant_add(from, (int64_t)options->days * MS_PER_DAY),
    };
    const struct stepper_options stepping = {
        .loop = year->loop,
        .client = options->client,
        .clock_topic = topic_name(options->prefix, TOPIC_CLOCK, "", year->arena),
        .programs = options->programs,
        .program_count = options->program_count,
        .patience_ms = options->patience_ms,
    };
    year->agenda = agenda_new();
    year->summary = summary_new(&year->files.registry);
    year->stepper = stepper_new(&stepping);
    year->doors =
        doors_new(&(struct doors_options){year->loop, options->client, options->prefix, options->intake_url});
    year->observer =
        observer_new(year->loop, &options->client, options->prefix, options->partitions, on_event, year);
    if (year->stepper == NULL || year->doors == NULL || year->observer == NULL)
        return STATUS_FATAL;
    status = step(year, from);
    if (status == STATUS_OK)
        status = publish_registry(year);
    if (status == STATUS_OK)
        cast_open(&year->cast, year->agenda);
    return status;
}

/* The next moment at which anything can happen: an act, or 1 ms after a timer (at clock T every watermark is
 * T − 1 ms, so an alarm due at D goes out at D + 1 ms, after every act received at D). */
static struct instant next_instant(const struct year *year)
{
    struct instant next = agenda_next(year->agenda);
    struct instant timer = year->next_timer;
    if (instant_is_set(timer) && (!instant_is_set(next) || timer.ms + 1 < next.ms))
        next = instant_add(timer, 1);
    struct instant earliest = instant_add(stepper_now(year->stepper), 1);
    if (!instant_is_set(next) || next.ms >= year->cast.until.ms)
        return year->cast.until;
    return next.ms < earliest.ms ? earliest : next;
}

/* For people who want to watch: no faster than so many days per second. */
static void hold_back(const struct year *year, struct instant now)
{
    if (year->options->days_per_second <= 0)
        return;
    double days = (double)(now.ms - year->cast.from.ms) / MS_PER_DAY;
    double due_ms = days / year->options->days_per_second * 1000;
    double passed_ms = (double)(monotonic_now().ns - year->began.ns) / 1e6;
    if (due_ms > passed_ms)
        poll(NULL, 0, (int)(due_ms - passed_ms));
}

static enum status play(struct year *year)
{
    for (;;) {
        struct instant now = next_instant(year);
        hold_back(year, now);
        enum status status = step(year, now);
        if (status != STATUS_OK || now.ms >= year->cast.until.ms)
            return status;
        bool acted = false;
        for (const struct act *act; (act = agenda_take(year->agenda, now)) != NULL; acted = true) {
            show_day(year, now);
            doors_send(year->doors, act);
        }
        if (acted)
            status = doors_wait(year->doors);
        if (acted && status == STATUS_OK)
            status = settle(year);
        if (status != STATUS_OK)
            return status;
    }
}

static void count_task(void *context, const struct task *task)
{
    struct year *year = context;
    summary_task(year->summary, task, year->cast.until);
}

static bool write_file(const char *path, const struct buffer *text)
{
    FILE *file = fopen(path, "w");
    bool written = file != NULL && fwrite(text->data, 1, text->length, file) == text->length;
    if (file == NULL || fclose(file) != 0 || !written) {
        log_error("cannot write file=%s", path);
        return false;
    }
    return true;
}

static enum status report(struct year *year)
{
    const struct summary_frame frame = {
        .seed = year->options->seed,
        .from = year->cast.from,
        .to = year->cast.until,
        .largest_lag = year->largest_lag,
        .steps = year->steps,
    };
    struct buffer text;
    bool written = true;
    observer_tasks(year->observer, count_task, year);
    if (tally(&year->options->client, year->options->prefix, year->options->partitions, year->summary) !=
        STATUS_OK)
        return STATUS_FATAL;
    buffer_init(&text, TEXT_BYTES);
    summary_write_text(year->summary, &frame, &text);
    fputs(text.data, stdout);
    fflush(stdout);
    buffer_clear(&text);
    summary_write_json(year->summary, &frame, &text);
    if (year->options->summary_file[0] != '\0')
        written &= write_file(year->options->summary_file, &text);
    buffer_clear(&text);
    summary_write_history(year->summary, &text);
    if (year->options->history_file[0] != '\0')
        written &= write_file(year->options->history_file, &text);
    buffer_release(&text);
    return written ? STATUS_OK : STATUS_FATAL;
}

enum status year_play(const struct year_options *options)
{
    struct year year = {
        .options = options,
        .loop = loop_new(),
        .arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES),
        .line_arena = arena_new(LIMIT_ARENA_BYTES),
        .began = monotonic_now(),
    };
    loop_on_stop_signal(year.loop, NULL, NULL);
    enum status status = open_stage(&year);
    if (status == STATUS_OK) {
        year.began = monotonic_now();
        status = play(&year);
    }
    if (status == STATUS_OK)
        status = report(&year);
    observer_free(year.observer);
    doors_free(year.doors);
    stepper_free(year.stepper);
    summary_free(year.summary);
    agenda_free(year.agenda);
    arena_free(year.line_arena);
    arena_free(year.arena);
    loop_free(year.loop);
    return status;
}
