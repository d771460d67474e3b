/* The frame of every program: from settings to the exit status. What comes in on the loop, what a second thread may ask,
 * and the order of starting and stopping are decided here and nowhere else. */
#include "service/service.h"

#include "base/arena.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/system_notify.h"
#include "service/service_internal.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REACH_MS = 1000,
    BEAT_MS = 500,
    FLUSH_MS = 10 * 1000, /* what is in flight when we are told to stop */
};

/* --- settings ------------------------------------------------------------------------------------------------ */

static enum settings_result load_settings(struct service *service, int argc, char **argv)
{
    struct service_settings *s = &service->settings;
    const struct setting rows[] = {
        {"brokers",                                     SETTING_TEXT, &s->brokers, "127.0.0.1:9092",
         .help = "Kafka: host:port, more after commas"},
        {"kafka-options",                                  SETTING_TEXT, &s->kafka_options, "", .secret = true,
         .help = "more settings of librdkafka (TLS, SASL): key=value;key=value"},
        {"prefix", SETTING_TEXT, &s->prefix, "duban.", .help = "of topics, groups, ids and state folders"},
        {"partitions",                               SETTING_INTEGER, &s->partitions, "16", .min = 1, .max = 1024,
         .help = "P, fixed when the topics were created"},
        {"instance",                            SETTING_TEXT, &s->instance, "1", .help = "one of a fixed set of names, one per process"},
        {"clock",                               SETTING_TEXT, &s->clock, "real", .help = "real | stepped (rehearsal)"},
        {"state-dir",                                             SETTING_TEXT, &s->state_directory, "", .help = "where local state is kept"},
        {"http-address",                                 SETTING_TEXT, &s->http_address, "127.0.0.1", .help = "address to listen on"},
        {"http-port",                                     SETTING_INTEGER, &s->http_port, "0", .min = 0, .max = 65535, .help = "0: no HTTP"},
        {"log-level",                                             SETTING_TEXT, &s->log_level, "info", .help = "debug | info | warn | error"},
        {NULL},
    };
    return settings_load(service->descriptor->name, service->descriptor->summary, rows,
                         service->descriptor->settings, argc, argv);
}

static bool choose(const char *key, const char *value, const char *const *names, int *ret_index)
{
    for (int i = 0; names[i] != NULL; i++)
        if (text_equal(value, names[i])) {
            *ret_index = i;
            return true;
        }
    fprintf(stderr, "%s: \"%s\" is not one of its values, see --help\n", key, value);
    return false;
}

static bool apply_settings(struct service *service)
{
    static const char *const levels[] = {[LOG_LEVEL_DEBUG] = "debug",
                                         [LOG_LEVEL_INFO] = "info",
                                         [LOG_LEVEL_WARN] = "warn",
                                         [LOG_LEVEL_ERROR] = "error",
                                         [LOG_LEVEL_ERROR + 1] = NULL};
    static const char *const clocks[] = {"real", "stepped", NULL};
    int level, clock;
    if (!choose("log-level", service->settings.log_level, levels, &level) ||
        !choose("clock", service->settings.clock, clocks, &clock))
        return false;
    log_init(service->descriptor->name, (enum log_level)level);
    service->stepped = clock == 1;
    service->client = (struct log_client){service->settings.brokers, service->descriptor->name,
                                          service->settings.kafka_options};
    uint8_t random[8];
    random_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(service->incarnation + 2 * i, 3, "%02x", random[i]);
    return true;
}

/* --- the broker is there ------------------------------------------------------------------------------------- */

static bool wait_for_broker(struct service *service)
{
    char text[LOG_ADMIN_TEXT];
    struct log_admin *admin = log_admin_new(&service->client);
    bool said = false, reached = false;
    if (admin == NULL) {
        service_fail(service, "the Kafka settings are wrong");
        return false;
    }
    while (!reached && !service_stopping(service)) {
        reached = log_admin_reach(admin, REACH_MS, text) == STATUS_OK;
        if (!reached && !said)
            log_info("waiting for Kafka at %s", service->settings.brokers);
        said |= !reached;
    }
    if (reached && said)
        log_info("Kafka is there, going on brokers=%s", service->settings.brokers);
    log_admin_free(admin);
    return reached;
}

/* Waits between two tries without holding up a stop: asking the broker takes the time. */
static void *run_prepare(void *context)
{
    struct service *service = context;
    enum status status = STATUS_RETRY;
    while (status == STATUS_RETRY && wait_for_broker(service)) {
        atomic_store(&service->phase, PHASE_PREPARING);
        status = service->descriptor->prepare != NULL ? service->descriptor->prepare(service) : STATUS_OK;
    }
    if (status == STATUS_OK)
        atomic_store(&service->phase, PHASE_RUNNING);
    else if (!service_stopping(service))
        service_fail(service, "the preparation failed");
    loop_wakeup_send(service->wakeup);
    return NULL;
}

/* --- inputs ---------------------------------------------------------------------------------------------------- */

static void on_fatal(void *context, const char *reason)
{
    service_fail(context, reason);
}

static const struct service_input *find_input(struct service *service, const char *topic)
{
    const char *name = topic + strlen(service->settings.prefix);
    for (const struct service_input *input = service->descriptor->inputs;
         input != NULL && input->topic != NULL; input++)
        if (text_equal(input->topic, name))
            return input;
    return NULL;
}

static enum status on_record(void *context, const struct log_record *record)
{
    struct service *service = context;
    const struct service_input *input = find_input(service, record->topic);
    return input != NULL ? input->on_record(service, record) : service_take_clock(service, record);
}

static void on_caught_up(void *context, const char *topic, int32_t partition)
{
    struct service *service = context;
    const struct service_input *input = find_input(service, topic);
    if (input != NULL && input->on_caught_up != NULL)
        input->on_caught_up(service, partition);
}

static bool start_inputs(struct service *service)
{
    struct log_topic topics[SERVICE_TOPICS];
    size_t count = 0;
    struct log_reader_options options = {.client = service->client,
                                         .mode = LOG_READER_FOLLOW,
                                         .recovery = "a restart",
                                         .on_record = on_record,
                                         .on_caught_up = on_caught_up,
                                         .on_fatal = on_fatal,
                                         .context = service};
    const struct service_input *inputs = service->descriptor->inputs;
    if ((inputs == NULL || inputs->topic == NULL) && !service->stepped)
        return true;
    service->inputs = log_reader_new(service->loop, &options);
    if (service->inputs == NULL)
        return false;
    for (; inputs != NULL && inputs->topic != NULL; inputs++) {
        assert(count < SERVICE_TOPICS - 1);
        topics[count] = (struct log_topic){
            service_topic(service, inputs->topic),
            inputs->partitions == SERVICE_ALL_PARTITIONS ? service_partitions(service) : inputs->partitions};
        if (inputs->from_end)
            log_reader_start_at_end(service->inputs, &topics[count]);
        for (int32_t p = 0; inputs->begin != NULL && p < topics[count].partitions; p++)
            log_reader_start_at(service->inputs, topics[count].name, p, inputs->begin(service, p));
        count++;
    }
    if (service->stepped)
        topics[count++] = (struct log_topic){service_topic(service, "clock"), CLOCK_TOPIC_PARTITIONS};
    service_add_reader(service, service->inputs);
    log_reader_start(service->inputs, topics, count);
    return true;
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static enum status call(enum status (*callback)(struct service *), struct service *service)
{
    return callback != NULL ? callback(service) : STATUS_OK;
}

/* From another thread: prepared, failed, or an engine that has something new. */
static void on_wakeup(void *context)
{
    struct service *service = context;
    if (service->publisher != NULL || atomic_load(&service->phase) != PHASE_RUNNING ||
        service_stopping(service))
        return;
    service->publisher = log_publisher_new(service->loop, &service->client, on_fatal, service);
    if (service->publisher == NULL || call(service->descriptor->start, service) != STATUS_OK ||
        !start_inputs(service)) {
        service_fail(service, "the start failed");
        return;
    }
    if (service->descriptor->engine != NULL)
        service_engine_start(service);
    log_info("running prefix=%s instance=%s clock=%s", service->settings.prefix, service->settings.instance,
             service->settings.clock);
}

static void on_beat(void *context)
{
    struct service *service = context;
    char reason[SERVICE_TEXT];
    loop_timer_start(service->beat, BEAT_MS);
    system_notify_alive();
    if (service->told_ready)
        return;
    service_not_ready(service, reason);
    if (!text_empty(reason)) {
        system_notify_status(reason);
        return;
    }
    service->told_ready = true;
    system_notify_ready();
    system_notify_status("ready");
    log_info("ready");
}

static void on_stop_signal(void *context)
{
    struct service *service = context;
    log_info("stopping");
    atomic_store(&service->stopping, true);
    loop_stop(service->loop);
}

static bool set_up(struct service *service)
{
    pthread_mutex_init(&service->mutex, NULL);
    service->loop = loop_new();
    loop_on_stop_signal(service->loop, on_stop_signal, service);
    loop_on_turn(service->loop, service_refresh_timer, service);
    service->wakeup = loop_wakeup_new(service->loop, on_wakeup, service);
    service->timer = loop_timer_new(service->loop, service_on_timer, service);
    service->beat = loop_timer_new(service->loop, on_beat, service);
    service->own_metrics = service_own_metrics();
    if (service->descriptor->metrics != NULL)
        service->metrics = metrics_new(service->descriptor->metrics);
    if (service->settings.http_port != 0) {
        service->http = http_server_new(service->loop, service->settings.http_address,
                                        (uint16_t)service->settings.http_port);
        if (service->http == NULL)
            return false;
        http_server_add_routes(service->http, service_routes, service);
        if (service->descriptor->routes != NULL)
            http_server_add_routes(service->http, service->descriptor->routes, service);
    }
    if (call(service->descriptor->configure, service) != STATUS_OK)
        return false;
    loop_timer_start(service->beat, 0);
    int error = pthread_create(&service->prepare_thread, NULL, run_prepare, service);
    assert(error == 0);
    service->prepare_started = true;
    return true;
}

static void tear_down(struct service *service)
{
    atomic_store(&service->stopping, true);
    system_notify_stopping();
    service_engine_stop(service);
    if (service->prepare_started)
        pthread_join(service->prepare_thread, NULL);
    if (service->publisher != NULL && service->descriptor->stop != NULL)
        service->descriptor->stop(service);
    log_reader_free(service->inputs);
    log_publisher_free(service->publisher, FLUSH_MS);
    service->publisher = NULL;
    http_server_free(service->http);
    if (service->descriptor->release != NULL)
        service->descriptor->release(service);
    loop_timer_free(service->timer);
    loop_timer_free(service->beat);
    loop_wakeup_free(service->wakeup);
    loop_free(service->loop);
    metrics_free(service->metrics);
    metrics_free(service->own_metrics);
    service_engine_release(service);
    for (size_t i = 0; i < service->topic_count; i++)
        free((char *)(uintptr_t)service->topics[i]);
    free(service->state_path);
    pthread_mutex_destroy(&service->mutex);
}

/* Last of all: everything else points into the settings' texts. */
static void free_service(struct service *service)
{
    const struct service_settings *s = &service->settings;
    const char *const texts[] = {s->brokers, s->kafka_options,   s->prefix,       s->instance,
                                 s->clock,   s->state_directory, s->http_address, s->log_level};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        free((char *)(uintptr_t)texts[i]);
    free(service);
}

int service_main(const struct service_descriptor *descriptor, int argc, char **argv)
{
    struct service *service = must_alloc(sizeof *service);
    service->descriptor = descriptor;
    enum settings_result result = load_settings(service, argc, argv);
    if (result != SETTINGS_OK || !apply_settings(service)) {
        free_service(service);
        return result == SETTINGS_EXIT_OK ? 0 : 2;
    }
    if (set_up(service))
        loop_run(service->loop);
    else
        service_fail(service, "the program could not be set up");
    atomic_store(&service->phase, PHASE_STOPPING);
    tear_down(service);
    int status = service->failed ? 1 : 0;
    log_info("stopped status=%d", status);
    free_service(service);
    return status;
}
