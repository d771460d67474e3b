/* The pages every program has: /healthz (the loop turns), /readyz (it can do its work), /metrics, and /settled, by which
 * the driver of a rehearsal knows that nothing is under way any more. */
#include "base/arena.h"
#include "base/buffer.h"
#include "base/log.h"
#include "base/text.h"
#include "service/service_internal.h"
#include "wire/messages.h"
#include "wire/records.h"
#include <stdio.h>
#include <string.h>

enum { PAGE_BYTES = 8 * 1024 * 1024 };

/* --- health, readiness ----------------------------------------------------------------------------------------- */

static const char *behind(struct service *service)
{
    for (size_t i = 0; i < service->reader_count; i++) {
        size_t count;
        const struct log_position *positions = log_reader_positions(service->readers[i], &count);
        for (size_t k = 0; k < count; k++)
            if (!positions[k].caught_up)
                return positions[k].topic;
    }
    return NULL;
}

void service_not_ready(struct service *service, char ret_reason[SERVICE_TEXT])
{
    const char *topic, *own;
    ret_reason[0] = '\0';
    switch ((enum service_phase)atomic_load(&service->phase)) {
    case PHASE_WAITING:
        snprintf(ret_reason, SERVICE_TEXT, "waiting for Kafka at %s", service->settings.brokers);
        return;
    case PHASE_PREPARING:
        snprintf(ret_reason, SERVICE_TEXT, "preparing");
        return;
    case PHASE_STOPPING:
        snprintf(ret_reason, SERVICE_TEXT, "stopping");
        return;
    case PHASE_RUNNING:
        break;
    }
    if (service->publisher == NULL)
        snprintf(ret_reason, SERVICE_TEXT, "starting");
    else if ((topic = behind(service)) != NULL)
        snprintf(ret_reason, SERVICE_TEXT, "reading %s", topic);
    else if (service->descriptor->not_ready != NULL &&
             (own = service->descriptor->not_ready(service)) != NULL)
        snprintf(ret_reason, SERVICE_TEXT, "%s", own);
    else if (service->descriptor->engine != NULL) {
        pthread_mutex_lock(&service->mutex);
        snprintf(ret_reason, SERVICE_TEXT, "%s", service->mailbox.not_ready);
        pthread_mutex_unlock(&service->mutex);
    }
}

static void on_healthz(void *context, const struct http_request *request)
{
    (void)context;
    http_reply_text(request->server, request->ticket, 200, "ok\n");
}

static void on_readyz(void *context, const struct http_request *request)
{
    char reason[SERVICE_TEXT], page[SERVICE_TEXT + 2];
    service_not_ready(context, reason);
    snprintf(page, sizeof page, "%s\n", text_empty(reason) ? "ready" : reason);
    http_reply_text(request->server, request->ticket, text_empty(reason) ? 200 : 503, page);
}

/* --- settled ----------------------------------------------------------------------------------------------------- */

size_t service_in_flight(struct service *service)
{
    size_t count = service->publisher != NULL ? log_publisher_in_flight(service->publisher) : 0;
    if (service->descriptor->in_flight != NULL)
        count += service->descriptor->in_flight(service);
    /* A timer that is due is work not done yet. */
    struct instant due = service_next_timer(service), now = service_now(service);
    count += instant_is_set(due) && instant_is_set(now) && due.ms <= now.ms;
    /* So is starting: a program that reads nothing yet must not look settled. */
    return count + !service_caught_up(service);
}

static void add_positions(struct settled *settled, const struct log_position *positions, size_t count,
                          struct arena *arena)
{
    for (size_t i = 0; i < count; i++) {
        settled->inputs = arena_grown(arena, settled->inputs, settled->input_count, sizeof *settled->inputs);
        settled->inputs[settled->input_count++] = (struct settled_input){
            arena_text(arena, positions[i].topic), positions[i].partition, positions[i].next};
        settled->errors += positions[i].failed;
    }
}

static struct instant sooner(struct instant a, struct instant b)
{
    if (!instant_is_set(a))
        return b;
    return instant_is_set(b) && b.ms < a.ms ? b : a;
}

static void describe(struct service *service, struct arena *arena, struct settled *ret_settled)
{
    *ret_settled = (struct settled){
        .incarnation = service->incarnation,
        .clock_seq = service_clock(service).seq,
        .in_flight = (int64_t)service_in_flight(service),
        .next_timer = service_next_timer(service),
    };
    for (size_t i = 0; i < service->reader_count; i++) {
        size_t count;
        const struct log_position *positions = log_reader_positions(service->readers[i], &count);
        add_positions(ret_settled, positions, count, arena);
        ret_settled->handled += log_reader_handled(service->readers[i]);
    }
    if (service->publisher != NULL) {
        ret_settled->published = log_publisher_published(service->publisher);
        ret_settled->delivered = log_publisher_delivered(service->publisher);
    }
    if (service->descriptor->engine != NULL) {
        pthread_mutex_lock(&service->mutex);
        const struct service_engine_state *state = &service->mailbox.state;
        add_positions(ret_settled, state->positions, state->position_count, arena);
        ret_settled->handled += state->handled;
        ret_settled->published += state->published;
        ret_settled->delivered += state->published;
        ret_settled->in_flight += (int64_t)state->in_flight + !text_empty(service->mailbox.not_ready);
        ret_settled->next_timer = sooner(ret_settled->next_timer, state->next_timer);
        ret_settled->clock_seq = state->clock_seq;
        pthread_mutex_unlock(&service->mutex);
    }
}

static void on_settled(void *context, const struct http_request *request)
{
    struct settled settled;
    struct arena *arena = arena_new(PAGE_BYTES);
    describe(context, arena, &settled);
    http_reply_json(request->server, request->ticket, 200, wire_to_json(&wire_settled, &settled, arena));
    arena_free(arena);
}

/* --- metrics ----------------------------------------------------------------------------------------------------- */

enum own_metric {
    OWN_READY,
    OWN_HANDLED,
    OWN_PUBLISHED,
    OWN_DELIVERED,
    OWN_IN_FLIGHT,
    OWN_POSITION,
    OWN_FAILED
};

static const struct metric own_table[] = {
    [OWN_READY] = {"duban_ready",                   METRIC_GAUGE,   "1 when /readyz says ready",          {NULL},                       {0}},
    [OWN_HANDLED] = {"duban_records_handled_total",   METRIC_COUNTER, "records read and handled",           {NULL},                       {0}},
    [OWN_PUBLISHED] =
        {"duban_records_published_total", METRIC_COUNTER, "records handed to Kafka",            {NULL},                       {0}},
    [OWN_DELIVERED] =
        {"duban_records_delivered_total", METRIC_COUNTER, "records that Kafka has",             {NULL},                       {0}},
    [OWN_IN_FLIGHT] =
        {"duban_work_in_flight",          METRIC_GAUGE,   "publishes and other work under way", {NULL},                       {0}},
    [OWN_POSITION] =
        {"duban_input_position",          METRIC_GAUGE,   "next offset to read",                {"topic", "partition", NULL}, {0}},
    [OWN_FAILED] = {"duban_input_failed",
                   METRIC_GAUGE,                                    "1 while a partition cannot be read",
                   {"topic", "partition", NULL},
                   {0}                                                                                                                     },
    {NULL,                            METRIC_COUNTER, NULL,                                 {NULL},                       {0}},
};

struct metrics *service_own_metrics(void)
{
    return metrics_new(own_table);
}

static void set_positions(struct metrics *metrics, const struct log_position *positions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char partition[16];
        snprintf(partition, sizeof partition, "%d", (int)positions[i].partition);
        const char *labels[] = {positions[i].topic, partition};
        metrics_set(metrics, OWN_POSITION, labels, (double)positions[i].next);
        metrics_set(metrics, OWN_FAILED, labels, positions[i].failed);
    }
}

static void refresh_own(struct service *service)
{
    struct metrics *metrics = service->own_metrics;
    char reason[SERVICE_TEXT];
    double handled = 0, published = 0, delivered = 0, in_flight = (double)service_in_flight(service);
    /* Partitions come and go. */
    metrics_clear(metrics, OWN_POSITION);
    metrics_clear(metrics, OWN_FAILED);
    for (size_t i = 0; i < service->reader_count; i++) {
        size_t count;
        const struct log_position *positions = log_reader_positions(service->readers[i], &count);
        set_positions(metrics, positions, count);
        handled += (double)log_reader_handled(service->readers[i]);
    }
    if (service->publisher != NULL) {
        published = (double)log_publisher_published(service->publisher);
        delivered = (double)log_publisher_delivered(service->publisher);
    }
    pthread_mutex_lock(&service->mutex);
    const struct service_engine_state *state = &service->mailbox.state;
    set_positions(metrics, state->positions, state->position_count);
    handled += (double)state->handled;
    published += (double)state->published;
    delivered += (double)state->published;
    in_flight += (double)state->in_flight;
    pthread_mutex_unlock(&service->mutex);

    service_not_ready(service, reason);
    metrics_set(metrics, OWN_READY, NULL, text_empty(reason));
    metrics_set(metrics, OWN_HANDLED, NULL, handled);
    metrics_set(metrics, OWN_PUBLISHED, NULL, published);
    metrics_set(metrics, OWN_DELIVERED, NULL, delivered);
    metrics_set(metrics, OWN_IN_FLIGHT, NULL, in_flight);
}

static void on_metrics(void *context, const struct http_request *request)
{
    struct service *service = context;
    struct buffer text;
    buffer_init(&text, PAGE_BYTES);
    refresh_own(service);
    metrics_write(service->own_metrics, &text);
    if (service->descriptor->on_metrics != NULL)
        service->descriptor->on_metrics(service);
    if (service->metrics != NULL)
        metrics_write(service->metrics, &text);
    http_reply(request->server, request->ticket,
               &(struct http_response){.status = 200,
                                       .content_type = "text/plain; version=0.0.4; charset=utf-8",
                                       .body = text.data,
                                       .body_bytes = text.length});
    buffer_release(&text);
}

const struct http_route service_routes[] = {
    {"GET", "/healthz", on_healthz},
    {"GET", "/readyz",  on_readyz },
    {"GET", "/metrics", on_metrics},
    {"GET", "/settled", on_settled},
    {NULL,  NULL,       NULL      },
};
