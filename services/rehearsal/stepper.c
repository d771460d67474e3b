/* stepper.c: one tick, then questions until nothing moves. */
#include "stepper.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/http_client.h"
#include "runtime/log_admin.h"
#include "runtime/log_publisher.h"
#include "runtime/log_scan.h"
#include "wire/messages.h"
#include "wire/records.h"

#include <assert.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOK_TIMEOUT_MS = 5000,
    ENDS_TIMEOUT_MS = 10000,
    FIRST_PAUSE_MS = 1,    /* between two looks, doubled … */
    LONGEST_PAUSE_MS = 32, /* … up to this */
    COMPLAIN_AFTER_MS = 10000,
};

struct stepper {
    struct stepper_options options;
    struct log_publisher *publisher;
    struct log_admin *admin;
    struct arena *first, *second; /* of the two looks */
    uint64_t seq;
    struct instant now;
    bool failed;
};

/* One look at all programs; NULL `settled[i].incarnation` never happens: a program that does not answer ends it. */
struct look {
    struct settled *programs;
    bool complete;
    const char *missing; /* name of the first program that did not answer */
};

static void on_fatal(void *context, const char *reason)
{
    struct stepper *stepper = context;
    log_error("cannot publish the clock reason=%s", reason);
    stepper->failed = true;
}

static enum status read_last_tick(void *context, const struct log_record *record)
{
    struct stepper *stepper = context;
    struct clock_tick tick;
    struct wire_fault fault;
    arena_reset(stepper->first);
    if (record->value != NULL && wire_decode(&wire_clock_tick, record->value, record->value_bytes,
                                             LIMIT_COMMAND_BYTES, stepper->first, &tick, &fault)) {
        stepper->seq = tick.seq;
        stepper->now = tick.now;
    }
    return STATUS_OK;
}

/* A driver that is started again goes on where its predecessor stopped. */
static bool find_last_tick(struct stepper *stepper)
{
    struct log_scanner *scanner = log_scanner_new(&stepper->options.client);
    if (scanner == NULL)
        return false;
    struct log_offset offset = {.topic = stepper->options.clock_topic, .metadata = ""};
    enum status status = log_scan(scanner, &offset, 1, ENDS_TIMEOUT_MS, read_last_tick, stepper);
    log_scanner_free(scanner);
    return status == STATUS_OK;
}

struct stepper *stepper_new(const struct stepper_options *options)
{
    struct stepper *stepper = must_alloc(sizeof *stepper);
    stepper->options = *options;
    stepper->first = arena_new(LIMIT_ARENA_BYTES);
    stepper->second = arena_new(LIMIT_ARENA_BYTES);
    stepper->admin = log_admin_new(&options->client);
    stepper->publisher = log_publisher_new(options->loop, &options->client, on_fatal, stepper);
    if (stepper->admin == NULL || stepper->publisher == NULL || !find_last_tick(stepper)) {
        stepper_free(stepper);
        return NULL;
    }
    return stepper;
}

void stepper_free(struct stepper *stepper)
{
    if (stepper == NULL)
        return;
    log_publisher_free(stepper->publisher, LOOK_TIMEOUT_MS);
    log_admin_free(stepper->admin);
    arena_free(stepper->first);
    arena_free(stepper->second);
    free(stepper);
}

struct instant stepper_now(const struct stepper *stepper)
{
    return stepper->now;
}

static bool ask(const struct stepper_program *program, struct arena *arena, struct settled *ret_settled)
{
    struct http_result result;
    struct wire_fault fault;
    char url[LIMIT_LINE];
    snprintf(url, sizeof url, "%s/settled", program->url);
    struct http_call call = {.method = "GET", .url = url, .timeout_ms = LOOK_TIMEOUT_MS};
    bool answered = http_fetch(&call, &result) && result.status == 200;
    if (answered && !wire_from_json(&wire_settled, result.body, result.body_bytes, LIMIT_HTTP_BODY_BYTES,
                                    arena, ret_settled, &fault)) {
        log_warn("ignoring an answer that does not decode program=%s field=%s rule=%s", program->name,
                 fault.field, fault.rule);
        answered = false;
    }
    http_result_release(&result);
    return answered;
}

static struct look look_at_all(struct stepper *stepper, struct arena *arena)
{
    const struct stepper_options *options = &stepper->options;
    struct look look = {.complete = true, .missing = ""};
    arena_reset(arena);
    look.programs = ARENA_ARRAY(arena, struct settled, options->program_count);
    for (size_t i = 0; i < options->program_count && look.complete; i++) {
        if (!ask(&options->programs[i], arena, &look.programs[i]))
            look = (struct look){.missing = options->programs[i].name};
    }
    return look;
}

static bool same_answer(const struct settled *a, const struct settled *b)
{
    if (!text_equal(a->incarnation, b->incarnation) || a->handled != b->handled ||
        a->published != b->published || a->delivered != b->delivered || a->input_count != b->input_count)
        return false;
    for (uint32_t i = 0; i < a->input_count; i++) {
        if (a->inputs[i].next != b->inputs[i].next || !text_equal(a->inputs[i].topic, b->inputs[i].topic) ||
            a->inputs[i].partition != b->inputs[i].partition)
            return false;
    }
    return true;
}

/* Why this program is not settled by its own word; NULL: it is. */
static const char *restless(const struct stepper *stepper, const struct settled *program)
{
    if ((uint64_t)program->clock_seq != stepper->seq)
        return "has not seen the tick";
    if (program->in_flight != 0)
        return "has work in flight";
    if (program->errors != 0)
        return "cannot read a partition";
    return NULL;
}

static int order_of_ends(const void *a, const void *b)
{
    const struct log_end *x = a, *y = b;
    int order = strcmp(x->topic, y->topic);
    return order != 0 ? order : (x->partition > y->partition) - (x->partition < y->partition);
}

/* Every partition that anybody reads, once. */
static struct log_end *partitions_read(const struct stepper *stepper, const struct look *look,
                                       struct arena *arena, size_t *ret_count)
{
    size_t all = 0, count = 0;
    for (size_t i = 0; i < stepper->options.program_count; i++)
        all += look->programs[i].input_count;
    struct log_end *ends = ARENA_ARRAY(arena, struct log_end, all + 1);
    for (size_t i = 0, n = 0; i < stepper->options.program_count; i++) {
        for (uint32_t k = 0; k < look->programs[i].input_count; k++)
            ends[n++] = (struct log_end){look->programs[i].inputs[k].topic,
                                         look->programs[i].inputs[k].partition, -1};
    }
    qsort(ends, all, sizeof *ends, order_of_ends);
    for (size_t i = 0; i < all; i++) {
        if (i == 0 || order_of_ends(&ends[count - 1], &ends[i]) != 0)
            ends[count++] = ends[i];
    }
    *ret_count = count;
    return ends;
}

/* How many records the worst reader has before it; −1: a partition has no known end. */
static int64_t furthest_behind(const struct stepper *stepper, const struct look *look,
                               const struct log_end *ends, size_t count, const char **ret_program)
{
    int64_t worst = 0;
    for (size_t i = 0; i < stepper->options.program_count; i++) {
        for (uint32_t k = 0; k < look->programs[i].input_count; k++) {
            const struct settled_input *input = &look->programs[i].inputs[k];
            struct log_end key = {input->topic, input->partition, -1};
            const struct log_end *end = bsearch(&key, ends, count, sizeof *ends, order_of_ends);
            if (end == NULL || end->end < 0 || input->next < 0) {
                *ret_program = stepper->options.programs[i].name;
                return -1;
            }
            if (end->end - input->next > worst) {
                worst = end->end - input->next;
                *ret_program = stepper->options.programs[i].name;
            }
        }
    }
    return worst;
}

/* One full test. False: not settled; `ret_why` and `ret_who` say what was seen last. */
static bool settled_now(struct stepper *stepper, struct stepper_report *report, const char **ret_who,
                        const char **ret_why)
{
    char text[LOG_ADMIN_TEXT];
    report->looks++;
    struct look before = look_at_all(stepper, stepper->first);
    if (!before.complete) {
        *ret_who = before.missing;
        *ret_why = "does not answer";
        return false;
    }
    for (size_t i = 0; i < stepper->options.program_count; i++) {
        *ret_why = restless(stepper, &before.programs[i]);
        *ret_who = stepper->options.programs[i].name;
        if (*ret_why != NULL)
            return false;
    }
    size_t count;
    struct log_end *ends = partitions_read(stepper, &before, stepper->first, &count);
    if (log_admin_ends(stepper->admin, ends, count, ENDS_TIMEOUT_MS, text) != STATUS_OK) {
        *ret_who = "the broker";
        *ret_why = "did not tell the ends of its partitions";
        return false;
    }
    int64_t behind = furthest_behind(stepper, &before, ends, count, ret_who);
    report->largest_lag = behind > report->largest_lag ? behind : report->largest_lag;
    *ret_why = "has records to read";
    if (behind != 0)
        return false;
    struct look after = look_at_all(stepper, stepper->second);
    *ret_why = "moved between two looks";
    report->next_timer = INSTANT_NONE;
    for (size_t i = 0; i < stepper->options.program_count; i++) {
        *ret_who = stepper->options.programs[i].name;
        if (!after.complete || !same_answer(&before.programs[i], &after.programs[i]) ||
            restless(stepper, &after.programs[i]) != NULL)
            return false;
        struct instant timer = after.programs[i].next_timer;
        if (instant_is_set(timer) &&
            (!instant_is_set(report->next_timer) || timer.ms < report->next_timer.ms))
            report->next_timer = timer;
    }
    return true;
}

enum status stepper_settle(struct stepper *stepper, struct stepper_report *ret_report)
{
    const struct monotonic began = monotonic_now();
    int64_t pause_ms = FIRST_PAUSE_MS, complained_ms = COMPLAIN_AFTER_MS;
    const char *who = "", *why = "";
    *ret_report = (struct stepper_report){.next_timer = INSTANT_NONE};
    while (!settled_now(stepper, ret_report, &who, &why)) {
        int64_t waited_ms = (monotonic_now().ns - began.ns) / 1000000;
        if (stepper->failed || loop_stopping(stepper->options.loop))
            return STATUS_FATAL;
        if (waited_ms > stepper->options.patience_ms) {
            log_error("giving up waiting program=%s reason=\"%s\" waited_ms=%" PRId64, who, why, waited_ms);
            return STATUS_FATAL;
        }
        if (waited_ms > complained_ms) {
            log_warn("still waiting program=%s reason=\"%s\" waited_ms=%" PRId64, who, why, waited_ms);
            complained_ms *= 2;
        }
        poll(NULL, 0, (int)pause_ms); /* between two looks: what settles it happens in other processes */
        pause_ms = pause_ms * 2 < LONGEST_PAUSE_MS ? pause_ms * 2 : LONGEST_PAUSE_MS;
    }
    return STATUS_OK;
}

static void on_tick_delivered(void *context, int64_t offset, const char *reason)
{
    int *outcome = context;
    *outcome = offset >= 0 ? 1 : -1;
    if (offset < 0)
        log_error("the tick was not written reason=%s", reason);
}

static enum status publish_tick(struct stepper *stepper)
{
    const struct clock_tick tick = {.seq = stepper->seq, .now = stepper->now};
    size_t bytes;
    arena_reset(stepper->first);
    const void *value = wire_encode(&wire_clock_tick, &tick, stepper->first, &bytes);
    const struct log_message message = {.topic = stepper->options.clock_topic,
                                        .key = "clock",
                                        .key_bytes = 5,
                                        .value = value,
                                        .value_bytes = bytes};
    int outcome = 0;
    enum status status = log_publisher_publish(stepper->publisher, &message, on_tick_delivered, &outcome);
    while (status == STATUS_OK && outcome == 0 && !stepper->failed && !loop_stopping(stepper->options.loop))
        loop_turn(stepper->options.loop);
    return status == STATUS_OK && outcome > 0 ? STATUS_OK : STATUS_FATAL;
}

enum status stepper_step(struct stepper *stepper, struct instant now, struct stepper_report *ret_report)
{
    assert(now.ms >= stepper->now.ms);
    stepper->seq++;
    stepper->now = now;
    enum status status = publish_tick(stepper);
    return status == STATUS_OK ? stepper_settle(stepper, ret_report) : status;
}
