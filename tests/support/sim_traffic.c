/* sim_traffic.c: what stands in duban.commands: the life of a few tasks, through HTTP and through inboxes, each command
 * perhaps more than once; Wakes that are due, repeated, or too early; new versions of the registry. */
#include "sim_internal.h"

#include "calendar_change.h"
#include "district_fixture.h"
#include "domain/task_wake.h"
#include "wire/messages.h"
#include "wire/topology.h"

#include <stdio.h>

enum { ACT_DRAFT, ACT_REGISTER, ACT_ASSIGN, ACT_SIGN, ACT_PROGRESS };

static const char *reference_of(int task)
{
    static const char *const references[SIM_TASKS] = {"S-1", "S-2", "S-3"};
    return references[task];
}

const char *sim_task_id(struct sim *sim, int task)
{
    return harness_task_of(&sim->harness, reference_of(task));
}

static struct command progress_of(struct sim *sim, const char *task, int act, const char *id)
{
    /* Every other one comes through an inbox. */
    struct command command =
        act % 2 == 0 ? harness_by_person(&sim->harness, "housing-handler", task, TRIGGER_PROGRESS, id)
                     : harness_by_system(&sim->harness, "urn:duban:housing:oa", task, TRIGGER_PROGRESS,
                                         sim->inbox_next++);
    command.body.progress.percent = (uint32_t)act;
    command.body.progress.note = "正在维修";
    return command;
}

static struct command command_of(struct sim *sim, int task, int act)
{
    struct ledger_harness *harness = &sim->harness;
    const char *key = sim_task_id(sim, task);
    char id[32];
    snprintf(id, sizeof(id), "act-%d-%d", act, task);
    struct command command;
    switch (act) {
    case ACT_DRAFT:
        return harness_draft(harness, reference_of(task), sim->inbox_next++);
    case ACT_REGISTER:
        command = harness_by_person(harness, "hotline-clerk", key, TRIGGER_REGISTER, id);
        command.body.registration.lead_unit = "housing";
        return command;
    case ACT_ASSIGN:
        return harness_by_person(harness, "hotline-clerk", key, TRIGGER_ASSIGN, id);
    case ACT_SIGN:
        return harness_by_person(harness, "housing-handler", key, TRIGGER_SIGN, id);
    default:
        return progress_of(sim, key, act, id);
    }
}

void sim_send(struct sim *sim, int task, int act)
{
    struct sim_sent *sent = &sim->sent[task][act];
    if (!sent->sent)
        sent->command = command_of(sim, task, act);
    sent->sent = true;
    harness_send(&sim->harness, &sent->command);
}

/* --- the watcher ---------------------------------------------------------------------------------------------------- */

static bool wake_at(struct sim *sim, int task, struct instant released_at, struct command *ret_command)
{
    struct row row = harness_row(&sim->harness, sim_task_id(sim, task));
    if (row.kind != ROW_TASK || !instant_is_set(row.task.next_wake))
        return false;
    *ret_command = task_wake_command(&row.task, &(struct timer){.at = row.task.next_wake},
                                     (struct text_list){0}, sim->harness.arena);
    ret_command->actor.door = DOOR_INSIDE;
    ret_command->body.wake.released_at = released_at;
    return true;
}

static bool send_wake(struct sim *sim, int task, enum sim_wake how)
{
    struct sim_timer *timer = &sim->timers[task];
    struct instant now = {sim->harness.clock_ms};
    struct command wake;
    if (!wake_at(sim, task, now, &wake))
        return false;
    const struct instant due = wake.body.wake.due;
    if (how == SIM_WAKE_JUMP && due.ms > now.ms)
        wake.body.wake.released_at.ms = sim->harness.clock_ms = due.ms;
    const bool early = due.ms > wake.body.wake.released_at.ms;
    if (early != (how == SIM_WAKE_EARLY))
        return false;
    if (!early && due.ms > timer->released.ms)
        timer->released = due;
    timer->last = wake;
    timer->sent = true;
    harness_send(&sim->harness, &wake);
    return true;
}

void sim_wake(struct sim *sim, int task, enum sim_wake how)
{
    if (how != SIM_WAKE_REPEAT)
        (void)send_wake(sim, task, how);
    else if (sim->timers[task].sent)
        harness_send(&sim->harness, &sim->timers[task].last);
}

bool sim_wake_all(struct sim *sim)
{
    bool any = false;
    for (int task = 0; task < SIM_TASKS; task++)
        any |= send_wake(sim, task, SIM_WAKE_DUE);
    return any;
}

/* --- the registry --------------------------------------------------------------------------------------------------- */

struct command sim_registry_command(struct sim *sim, int variant)
{
    static const char *const changes[][2] = {
        {"2023-02-06 off", NULL},
        {"2023-02-04 on",  NULL},
        {"2023-02-07 off", NULL}
    };
    struct ledger_harness *harness = &sim->harness;
    struct row head = harness_row(harness, KEY_REGISTRY);
    char id[32];
    snprintf(id, sizeof(id), "registry-%u", ++sim->registry_count);
    struct registry *next = calendar_change(harness->registry, 2023, changes[variant], harness->arena);
    next->version = 0;
    return harness_apply_registry(harness, head.registry.version, next, id);
}

void sim_registry(struct sim *sim, int variant)
{
    struct command command = sim_registry_command(sim, variant);
    harness_send(&sim->harness, &command);
}
