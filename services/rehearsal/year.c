/* year.c: the loop of a rehearsal: next instant, tick, settle, acts, settle, look what happened, plan. */
#include "year.h"

#include "agenda.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/log.h"
#include "cast.h"
#include "domain/catalogue.h"
#include "summary.h"
#include "tally.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 64 * 1024 * 1024, OPENING_MINUTE = 8 * 60 };

struct year {
    const struct year_options *options;
    struct stage_options stage_options;
    struct stage stage;
    struct arena *line_arena; /* of one line on the screen */
    struct cast cast;
    struct agenda *agenda;
    struct summary *summary;
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
           event_render(event, &year->stage.files.registry, LANGUAGE_ZH, year->line_arena));
}

static enum status open_year(struct year *year)
{
    const struct year_options *options = year->options;
    enum status status = stage_open(&year->stage, &year->stage_options);
    if (status != STATUS_OK)
        return status;
    const struct registry *registry = &year->stage.files.registry;
    struct instant from = day_at(options->from, OPENING_MINUTE);
    year->cast = (struct cast){
        .seed = options->seed,
        .registry = registry,
        .calendar = calendar_build(year->stage.arena, registry->calendars, registry->calendar_count, 1),
        .from = from,
        .until = instant_add(from, (int64_t)options->days * MS_PER_DAY),
    };
    year->agenda = agenda_new();
    year->summary = summary_new(registry);
    status = stage_begin(&year->stage, from);
    if (status == STATUS_OK)
        cast_open(&year->cast, year->agenda);
    return status;
}

/* The next moment at which anything can happen: an act, or what a program does by itself. */
static struct instant next_instant(const struct year *year)
{
    struct instant next = agenda_next(year->agenda);
    struct instant alarm = stage_next_alarm(&year->stage);
    if (instant_is_set(alarm) && (!instant_is_set(next) || alarm.ms < next.ms))
        next = alarm;
    struct instant earliest = instant_add(stepper_now(year->stage.stepper), 1);
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

/* A version of the registry comes alone: what was sent before is settled first. The players read the new notice. */
static enum status publish(struct year *year, const struct act *act)
{
    enum status status = doors_wait(year->stage.doors);
    if (status == STATUS_OK)
        status = stage_settle(&year->stage);
    if (status == STATUS_OK && !stage_send_calendar(&year->stage, act))
        status = STATUS_FATAL;
    const struct registry *registry = &year->stage.files.registry;
    year->cast.calendar =
        calendar_build(year->stage.arena, registry->calendars, registry->calendar_count, registry->version);
    if (status == STATUS_OK)
        status = doors_wait(year->stage.doors);
    return status == STATUS_OK ? stage_settle(&year->stage) : status;
}

static enum status play(struct year *year)
{
    for (;;) {
        struct instant now = next_instant(year);
        hold_back(year, now);
        enum status status = stage_step(&year->stage, now);
        summary_moment(year->summary);
        if (status != STATUS_OK || now.ms >= year->cast.until.ms)
            return status;
        bool acted = false;
        for (const struct act *act; (act = agenda_take(year->agenda, now)) != NULL; acted = true) {
            show_day(year, now);
            if (act->trigger == TRIGGER_APPLY_REGISTRY)
                status = publish(year, act);
            else
                doors_send(year->stage.doors, act);
            if (status != STATUS_OK)
                return status;
        }
        if (acted)
            status = doors_wait(year->stage.doors);
        if (acted && status == STATUS_OK)
            status = stage_settle(&year->stage);
        summary_moment(year->summary);
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
        .largest_lag = year->stage.largest_lag,
        .steps = year->stage.steps,
    };
    struct buffer text;
    bool written = true;
    observer_tasks(year->stage.observer, count_task, year);
    if (tally(&year->stage_options.client, year->stage_options.prefix, year->stage_options.partitions,
              year->summary) != STATUS_OK)
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
        .stage_options = options->stage,
        .line_arena = arena_new(LIMIT_ARENA_BYTES),
    };
    year.stage_options.on_event = on_event;
    year.stage_options.on_answer = NULL;
    year.stage_options.context = &year;
    enum status status = open_year(&year);
    if (status == STATUS_OK) {
        year.began = monotonic_now();
        status = play(&year);
    }
    if (status == STATUS_OK)
        status = report(&year);
    stage_close(&year.stage);
    summary_free(year.summary);
    agenda_free(year.agenda);
    arena_free(year.line_arena);
    return status;
}
