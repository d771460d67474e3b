/* intake.c: settings, metrics, inputs, and what ties the parts together. */
#include "intake.h"

#include "base/limits.h"
#include "base/log.h"
#include "feeds.h"
#include "http_door.h"

#include <stdlib.h>

/* Settings are written once, before the loop begins. */
static const char *bootstrap_secret;
static int64_t wait_ms;

const struct setting intake_settings[] = {
    {.key = "bootstrap-secret",
     .type = SETTING_TEXT,
     .target = &bootstrap_secret,
     .secret = true,
     .help = "what the first version of the registry must bring along; empty: it cannot be applied"},
    {.key = "answer-wait",
     .type = SETTING_MILLISECONDS,
     .target = &wait_ms,
     .default_value = "10s",
     .min = 100,
     .max = HTTP_REPLY_TIMEOUT_MS - MS_PER_SECOND,
     .help = "how long a request over HTTP waits for its outcome before it is told to come back"},
    {.key = NULL},
};

/* clang-format off */
const struct metric intake_metrics[] = {
    [INTAKE_RECEIVED] = {"duban_intake_received_total", METRIC_COUNTER, "Messages that came to a door", {"door"}, {0}},
    [INTAKE_ACCEPTED] = {"duban_intake_accepted_total", METRIC_COUNTER, "Messages that became commands", {"door"}, {0}},
    [INTAKE_REFUSED] = {"duban_intake_refused_total", METRIC_COUNTER, "Messages refused at a door",
                        {"door", "code"}, {0}},
    [INTAKE_DEAD_LETTERS] = {"duban_intake_dead_letters_total", METRIC_COUNTER,
                             "Messages that could not be decoded or authenticated", {"door"}, {0}},
    [INTAKE_OUTBOX] = {"duban_intake_outbox_total", METRIC_COUNTER, "Records for the outbox of a unit", {"unit"}, {0}},
    [INTAKE_OUTBOX_LOST] = {"duban_intake_outbox_lost_total", METRIC_COUNTER,
                            "Records that an outbox cannot take: its topic is missing or wrong", {NULL}, {0}},
    [INTAKE_WAITING] = {"duban_intake_waiting_answers", METRIC_GAUGE, "Requests that wait for their outcome",
                        {NULL}, {0}},
    [INTAKE_IN_FLIGHT] = {"duban_intake_records_in_flight", METRIC_GAUGE, "Records taken whose outputs are on their way",
                          {NULL}, {0}},
    [INTAKE_WATERMARK_AGE_SECONDS] = {"duban_intake_watermark_age_seconds", METRIC_GAUGE,
                                      "How old the last watermark of a door is", {"door"}, {0}},
    [INTAKE_CLOCK_OFF_SECONDS] = {"duban_intake_clock_off_seconds", METRIC_GAUGE,
                                  "How far our clock is ahead of the broker's, or behind (negative); HTTP is shut beyond 5",
                                  {NULL}, {0}},
    {NULL, METRIC_COUNTER, NULL, {NULL}, {0}},
};
/* clang-format on */

struct intake *intake_of(const struct service *service)
{
    return service_state(service);
}

const struct registry *intake_registry(const struct intake *intake)
{
    const struct registry_version *newest = registry_follower_newest(intake->registry);
    return newest == NULL ? NULL : newest->registry;
}

/* --- publishing ----------------------------------------------------------------------------------------------------- */

const char *intake_topic(const struct intake *intake, enum topic topic, const char *unit)
{
    return topic_name(service_prefix(intake->service), topic, unit, intake->arena);
}

bool intake_has_room(const struct intake *intake, size_t outputs)
{
    /* Half of the publisher, so that watermarks and answers always find a place. */
    return log_publisher_in_flight(service_publisher(intake->service)) + outputs < LIMIT_IN_FLIGHT / 2;
}

static void on_delivered(void *context, int64_t offset, const char *reason)
{
    struct delivery *delivery = context;
    struct intake *intake = delivery_owner(delivery);
    /* Not delivered is not settled: the record's offset stays uncommitted, and it is read again. While stopping the
     * windows are gone, and settling only frees. */
    if (offset < 0 && !intake->stopping)
        service_fail(intake->service, reason);
    else
        delivery_settle(delivery);
}

static void on_outbox_delivered(void *context, int64_t offset, const char *reason)
{
    struct delivery *delivery = context;
    struct intake *intake = delivery_owner(delivery);
    if (offset < 0 && !intake->stopping) {
        metrics_add(service_metrics(intake->service), INTAKE_OUTBOX_LOST, NULL, 1);
        log_error("an outbox did not take a record, going on without it reason=%s", reason);
    }
    delivery_settle(delivery);
}

static enum status publish(struct intake *intake, const struct log_message *message,
                           struct delivery *delivery, log_delivered on_done)
{
    delivery_add(delivery);
    enum status status =
        log_publisher_publish(service_publisher(intake->service), message, on_done, delivery);
    if (status != STATUS_OK)
        delivery_settle(delivery);
    return status;
}

enum status intake_publish(struct intake *intake, const struct log_message *message,
                           struct delivery *delivery)
{
    enum status status = publish(intake, message, delivery, on_delivered);
    return status == STATUS_REJECT ? STATUS_FATAL : status;
}

enum status intake_publish_to_outbox(struct intake *intake, const struct log_message *message,
                                     struct delivery *delivery)
{
    enum status status = publish(intake, message, delivery, on_outbox_delivered);
    if (status != STATUS_REJECT)
        return status;
    metrics_add(service_metrics(intake->service), INTAKE_OUTBOX_LOST, NULL, 1);
    return STATUS_OK; /* the publisher has said why */
}

/* --- the registry ------------------------------------------------------------------------------------------------------ */

static enum status on_registry(struct service *service, const struct log_record *record)
{
    struct intake *intake = intake_of(service);
    enum status status = registry_follower_take(intake->registry, record);
    const struct registry *registry = intake_registry(intake);
    if (status == STATUS_OK && service_is_stepped(service) && !registry->rehearsal) {
        log_error("stepped time is refused, this registry is no rehearsal version=%u", registry->version);
        return STATUS_FATAL;
    }
    if (status == STATUS_OK && intake->feeds != NULL)
        feeds_set(intake->feeds, registry);
    return status;
}

void intake_open(struct intake *intake)
{
    intake->feeds = feeds_new(intake);
    if (intake->feeds == NULL)
        service_fail(intake->service, "the reader of the inboxes cannot be made");
    else
        feeds_set(intake->feeds, intake_registry(intake));
}

const struct service_input intake_inputs[] = {
    {.topic = "registry",       .partitions = 1, .on_record = on_registry},
    {.topic = "events",
     .partitions = SERVICE_ALL_PARTITIONS,
     .from_end = true,
     .on_record = http_door_on_event},
    {.topic = "answers",
     .partitions = SERVICE_ALL_PARTITIONS,
     .from_end = true,
     .on_record = http_door_on_answer},
    {.topic = NULL         },
};

const struct http_route intake_routes[] = {
    {"POST", "/v1/commands",  http_door_post},
    {"GET",  "/v1/commands/", http_door_get },
    {NULL,   NULL,            NULL          },
};

/* --- life -------------------------------------------------------------------------------------------------------------- */

enum status intake_start(struct service *service)
{
    struct intake *intake = must_alloc(sizeof *intake);
    *intake = (struct intake){
        .service = service,
        .registry = registry_follower_new(),
        .arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES),
        .bootstrap_secret = bootstrap_secret,
        .wait_ms = wait_ms,
    };
    intake->http = http_door_new(intake);
    intake->watermarks = watermark_publisher_new(intake);
    service_set_state(service, intake);
    return STATUS_OK;
}

void intake_stop(struct service *service)
{
    struct intake *intake = intake_of(service);
    if (intake == NULL)
        return;
    intake->stopping = true;
    feeds_free(intake->feeds);
    intake->feeds = NULL;
    watermark_publisher_free(intake->watermarks);
    intake->watermarks = NULL;
}

void intake_release(struct service *service)
{
    struct intake *intake = intake_of(service);
    if (intake == NULL)
        return;
    http_door_free(intake->http);
    registry_follower_free(intake->registry);
    arena_free(intake->arena);
    free(intake);
}

void intake_on_clock(struct service *service, struct instant now)
{
    struct intake *intake = intake_of(service);
    (void)now;
    if (intake != NULL && intake->watermarks != NULL)
        watermark_publisher_step(intake->watermarks);
}

size_t intake_in_flight(struct service *service)
{
    const struct intake *intake = intake_of(service);
    if (intake == NULL || intake->stopping)
        return 1;
    size_t count = http_door_waiting(intake->http) + watermark_publisher_in_flight(intake->watermarks);
    count += delivery_window_count(http_door_window(intake->http));
    return count + (intake->feeds == NULL ? 1 : feeds_in_flight(intake->feeds));
}

const char *intake_not_ready(struct service *service)
{
    const struct intake *intake = intake_of(service);
    if (intake == NULL || intake->stopping)
        return "not running";
    if (intake->feeds == NULL || feeds_first(intake->feeds) == NULL)
        return "the group has not given us a partition yet";
    if (watermark_publisher_clock_is_off(intake->watermarks, service_now(service)))
        return "our clock is not the broker's";
    return watermark_publisher_is_heard(intake->watermarks) ? NULL : "no watermark was acknowledged for 15 s";
}

void intake_on_metrics(struct service *service)
{
    const struct intake *intake = intake_of(service);
    struct metrics *metrics = service_metrics(service);
    if (intake == NULL || intake->stopping)
        return;
    metrics_set(metrics, INTAKE_WAITING, NULL, (double)http_door_waiting(intake->http));
    metrics_set(metrics, INTAKE_IN_FLIGHT, NULL,
                intake->feeds == NULL ? 0 : (double)feeds_in_flight(intake->feeds));
    watermark_publisher_measure(intake->watermarks);
}
