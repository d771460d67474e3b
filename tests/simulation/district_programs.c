/* district_programs.c: see district.h. */
#include "district.h"

#include "deadline-watcher/watcher.h"
#include "escalation-notifier/courier.h"
#include "escalation-notifier/notifier.h"
#include "intake/intake.h"

#include <stdlib.h>
#include <string.h>

enum { RECORDS_OF_A_TURN = 2, RECORDS_AT_ONCE = 200 };

static enum status service_turn(struct service *service, const struct sim_step *step)
{
    const unsigned work = step == NULL ? WORK_ALL : step->a;
    const enum status status =
        simulated_turn(service, work, step == NULL ? RECORDS_AT_ONCE : RECORDS_OF_A_TURN * (step->b + 1));
    if (status != STATUS_OK && !service->member->dying)
        sim_fail(service->member->sim, "%s gave up: %s", service->member->id, service->failed);
    return STATUS_OK;
}

/* --- the watcher -------------------------------------------------------------------------------------------------------- */

static enum status load_wakes(struct service *service)
{
    for (int32_t p = 0; p < HARNESS_PARTITIONS; p++)
        watcher_load(service, p, 0, log_memory_end(service->member->sim->harness.memory, "tasks", p));
    return STATUS_OK;
}

static const struct service_descriptor watcher = {
    .name = "watcher",
    .inputs = watcher_inputs,
    .configure = watcher_configure,
    .prepare = load_wakes,
    .start = watcher_start,
    .stop = watcher_stop,
    .release = watcher_release,
    .next_timer = watcher_next_timer,
    .on_timer = watcher_on_timer,
};

static void watcher_begin(struct sim_member *member)
{
    member->state = must_alloc(sizeof(struct service));
    simulated_start(member->state, member, &watcher, district_of(member->sim)->watcher);
}

static void service_end(struct sim_member *member)
{
    simulated_kill(member->state);
    free(member->state);
    member->state = NULL;
}

static enum status watcher_turn(struct sim_member *member, const struct sim_step *step)
{
    return service_turn(member->state, step);
}

static const char *watcher_unrest(const struct sim_member *member)
{
    return simulated_unrest(member->state);
}

const struct sim_program district_watcher = {"watcher",      0,    watcher_begin, service_end, watcher_turn,
                                             watcher_unrest, NULL, NULL};

/* --- the notifier: its engine, and its courier on the loop -------------------------------------------------------------- */

struct desk {
    struct service service; /* of the courier */
    struct mailbox jobs, results;
    struct notifier *notifier;
    struct courier *courier;
};

static enum status courier_begin(struct service *service)
{
    struct desk *desk = (struct desk *)service; /* its first member */
    const struct courier_options options = {
        .letters_directory = "",
        .smtp_url = "smtp://relay",
        .smtp_from = "duban@district.example",
        .jobs = &desk->jobs,
        .results = &desk->results,
    };
    desk->courier = courier_new(service, &options);
    return STATUS_OK;
}

static void courier_end(struct service *service)
{
    courier_free(((struct desk *)service)->courier);
}

static const struct service_descriptor courier = {
    .name = "notifier",
    .start = courier_begin,
    .release = courier_end,
};

static const struct log_topic notices[] = {
    {"notices", 1},
    {NULL,      0},
};
static const struct log_topic events[] = {
    {"events", HARNESS_PARTITIONS},
    {NULL,     0                 },
};
static const struct log_topic followed[] = {
    {"registry",   1                 },
    {"tasks",      HARNESS_PARTITIONS},
    {"watermarks", 1                 },
    {NULL,         0                 },
};

static void notifier_begin(struct sim_member *member)
{
    struct sim *sim = member->sim;
    struct desk *desk = must_alloc(sizeof(*desk));
    const struct log_port_memory_options port = {
        .group_id = "notifier",
        .transactional_id = "notifier",
        .topics = {.shared = notices, .extra = events, .followed = followed},
    };
    member->state = desk;
    member->transactional_id = "notifier"; /* the two have one, so that a new active fences the old one */
    mailbox_init(&desk->jobs);
    mailbox_init(&desk->results);
    member->port = log_port_memory_new(sim->harness.memory, &port);
    log_port_memory_watch(member->port, sim_at_moment, member);
    const struct notifier_options options = {
        .port = member->port,
        .topics = {"notices", "events", "registry", "tasks", "watermarks"},
        .partitions = HARNESS_PARTITIONS,
        .jobs = &desk->jobs,
        .results = &desk->results,
        .metrics = district_of(sim)->notifier,
    };
    desk->notifier = notifier_new(&options);
    simulated_start(&desk->service, member, &courier, district_of(sim)->notifier);
}

static void notifier_end(struct sim_member *member)
{
    struct desk *desk = member->state;
    notifier_free(desk->notifier);
    log_port_memory_kill(member->port);
    simulated_kill(&desk->service);
    mailbox_release(&desk->jobs);
    mailbox_release(&desk->results);
    free(desk);
    member->state = NULL;
    member->port = NULL;
}

static enum status notifier_work(struct sim_member *member, const struct sim_step *step)
{
    struct desk *desk = member->state;
    if (step == NULL || step->b > 0 || (step->a & WORK_READ) != 0) {
        const enum status status = notifier_turn(desk->notifier, simulated_now(&desk->service), 0);
        if (status != STATUS_OK)
            return status;
    }
    return service_turn(&desk->service, step);
}

static const char *notifier_unrest(const struct sim_member *member)
{
    struct desk *desk = member->state;
    size_t count;
    const struct log_position *positions = notifier_positions(desk->notifier, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(positions[i].topic, "watermarks") != 0 &&
            positions[i].next <
                log_memory_end(member->sim->harness.memory, positions[i].topic, positions[i].partition))
            return "a notifier has not read everything";
    if (member->share_count > 0 && notifier_in_flight(desk->notifier) > 0) {
        const char *not_ready = notifier_not_ready(desk->notifier);
        return *not_ready != '\0' ? not_ready : "a notifier has work in flight";
    }
    return simulated_unrest(&desk->service);
}

const struct sim_program district_notifier = {
    "notifier", 1, notifier_begin, notifier_end, notifier_work, notifier_unrest, NULL, NULL};

/* --- intake ------------------------------------------------------------------------------------------------------------- */

struct gate {
    struct service service;
    int birth;
};

static const struct service_descriptor intake = {
    .name = "intake",
    .inputs = intake_inputs,
    .start = intake_start,
    .stop = intake_stop,
    .release = intake_release,
};

struct service *district_intake_service(const struct sim_member *member)
{
    return member->state;
}

int district_birth(const struct sim_member *member)
{
    return ((const struct gate *)member->state)->birth;
}

static void intake_begin(struct sim_member *member)
{
    struct gate *gate = must_alloc(sizeof(*gate));
    gate->birth = ++district_of(member->sim)->births;
    district_of(member->sim)->clock_was_put[member->place] = member->skew_ms != 0;
    member->state = gate;
    simulated_start(&gate->service, member, &intake, district_of(member->sim)->intake);
}

static void intake_end(struct sim_member *member)
{
    simulated_kill(member->state);
    free(member->state);
    member->state = NULL;
}

static enum status intake_turn(struct sim_member *member, const struct sim_step *step)
{
    return service_turn(member->state, step);
}

static const char *intake_unrest(const struct sim_member *member)
{
    struct service *service = member->state;
    const char *why = intake_not_ready(service);
    if (why != NULL)
        return why;
    return intake_in_flight(service) > 0 ? "an intake has work in flight" : simulated_unrest(service);
}

static void intake_kick(struct sim_member *member)
{
    struct reader_group *readers = district_readers(member->sim);
    if (!readers->seats[member->place].in)
        return;
    readers->seats[member->place].in = false;
    readers->seats[member->place].ready = false;
    readers->joining = true;
}

static void intake_rebalance(struct sim_member *member, uint8_t pattern)
{
    district_readers(member->sim)->pattern = pattern;
    district_readers(member->sim)->joining = true;
}

const struct sim_program district_intake = {
    "intake", 0, intake_begin, intake_end, intake_turn, intake_unrest, intake_kick, intake_rebalance};
