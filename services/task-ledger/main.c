/* task-ledger (台账): the single writer of duban. See engine.h.
 *
 * Two threads: the engine, whose commits block, and the loop of the skeleton (HTTP, signals, metrics). They
 * share what service.h says is safe from both. A third keeps snapshots of what other instances hold (standby.h). */
#include "base/instant.h"
#include "engine.h"
#include "ledger_metrics.h"
#include "service/service.h"
#include "service/topic_check.h"
#include "standby.h"

enum { WAIT_MS = 1000 };

static const char *deployment;
static const char *bootstrap_secret;
static int64_t batch_records, snapshot_seconds, standby_seconds;

static const struct setting settings[] = {
    {.key = "deployment",
     .type = SETTING_TEXT,
     .target = &deployment,
     .default_value = "duban",
     .help = "id of this deployment; partitions written by another one are refused"},
    {.key = "bootstrap-secret",
     .type = SETTING_TEXT,
     .target = &bootstrap_secret,
     .default_value = "",
     .secret = true,
     .help = "what the first version of the registry must bring along; empty: it cannot be applied"},
    {.key = "batch-records",
     .type = SETTING_INTEGER,
     .target = &batch_records,
     .default_value = "10000",
     .min = 1,
     .max = 20000,
     .help = "most records in one transaction"},
    {.key = "snapshot-seconds",
     .type = SETTING_INTEGER,
     .target = &snapshot_seconds,
     .default_value = "60",
     .min = 1,
     .max = 86400,
     .help =
         "how often the rows of a partition that has changed are saved below state-dir, for a quick restart"},
    {.key = "standby-seconds",
     .type = SETTING_INTEGER,
     .target = &standby_seconds,
     .default_value = "300",
     .min = 0,
     .max = 86400,
     .help =
         "how often the rows of partitions that other instances hold are saved below state-dir, for taking "
         "them over quickly; 0: never"},
    {.key = NULL                                                                },
};

static const struct service_engine_topic topics[] = {
    {.topic = "commands",    .partitions = SERVICE_ALL_PARTITIONS, .kind = ENGINE_SHARED},
    {.topic = "internal", .partitions = SERVICE_ALL_PARTITIONS, .kind = ENGINE_SHARED},
    {.topic = "registry",    .partitions = 1, .kind = ENGINE_FOLLOWED},
    {.topic = NULL},
};

static void show(struct service *service, struct log_port *port, const struct engine *engine,
                 int64_t clock_seq)
{
    struct service_engine_state state = {
        .clock_seq = clock_seq,
        .handled = engine_handled(engine),
        .published = engine_published(engine),
        .in_flight = engine_in_flight(engine),
        .next_timer = INSTANT_NONE,
        .not_ready = engine_not_ready(engine),
    };
    state.positions = log_port_positions(port, &state.position_count);
    service_engine_publish(service, &state);
}

static struct standby *stand_by(struct service *service)
{
    const struct standby_options options = {
        .client = service_client(service),
        .topic = service_topic(service, "tasks"),
        .deployment = deployment,
        .state_directory = service_state_directory(service),
        .partitions = service_partitions(service),
        .interval_ms = standby_seconds * MS_PER_SECOND,
        .metrics = service_metrics(service),
    };
    return standby_start(&options);
}

static enum status run(struct service *service, struct log_port *port)
{
    const struct engine_options options = {
        .port = port,
        .topics = {.commands = service_topic(service, "commands"),
                   .internal = service_topic(service, "internal"),
                   .events = service_topic(service, "events"),
                   .answers = service_topic(service, "answers"),
                   .tasks = service_topic(service, "tasks"),
                   .registry = service_topic(service, "registry"),
                   .dead_letters = service_topic(service, "dead-letters")},
        .partitions = service_partitions(service),
        .deployment = deployment,
        .bootstrap_secret = bootstrap_secret,
        .instance = service_instance(service),
        .batch_records = (uint32_t)batch_records,
        .state_directory = service_state_directory(service),
        .clock_is_real = !service_is_stepped(service),
        .snapshot_interval_ms = snapshot_seconds * MS_PER_SECOND,
        .metrics = service_metrics(service),
        .monotonic = monotonic_now,
    };
    struct engine *engine = engine_new(&options);
    struct standby *standby = stand_by(service);
    enum status status = STATUS_OK;
    int64_t shown = -1;
    while (status == STATUS_OK && !service_stopping(service)) {
        /* The ledger decides nothing by the clock; it only says up to which step it has done its work. A
         * new step is said before anything is waited for: its wake-up may have been used up by the turn
         * before. */
        const int64_t clock_seq = service_clock(service).seq;
        status = engine_turn(engine, clock_seq == shown ? WAIT_MS : 0);
        show(service, port, engine, clock_seq);
        shown = clock_seq;
        for (int32_t i = 0; i < options.partitions; i++)
            standby_note_held(standby, i, engine_holds(engine, i));
    }
    standby_stop(standby);
    engine_free(engine);
    return status;
}

int main(int argc, char **argv)
{
    static const struct service_descriptor descriptor = {
        .name = "task-ledger",
        .summary = "decides every command and writes tasks, events and answers in one transaction",
        .settings = settings,
        .metrics = ledger_metrics,
        .engine_topics = topics,
        .prepare = topic_check,
        .engine = run,
    };
    return service_main(&descriptor, argc, argv);
}
