/* stage.c: see stage.h. Every step ends when the observer has seen what every program has done. */
#include "stage.h"

#include "base/limits.h"
#include "base/log.h"
#include "calendar_patch.h"
#include "wire/messages.h"
#include "wire/topology.h"

static enum status load_registry(struct stage *stage)
{
    struct wire_fault fault;
    const char *position = "";
    if (!registry_files_load(stage->options->registry_directory, stage->arena, &stage->files, &fault,
                             &position)) {
        struct refusal refusal = wire_fault_refusal(&fault, stage->arena);
        log_error("the registry cannot be read position=%s reason=%s", position,
                  refusal_render(&refusal, LANGUAGE_EN, stage->arena));
        return STATUS_FATAL;
    }
    if (!stage->files.registry.rehearsal) {
        log_error("the registry does not say rehearsal: true, so its time may not be stepped");
        return STATUS_FATAL;
    }
    stage->files.registry.version = 1;
    return STATUS_OK;
}

enum status stage_open(struct stage *stage, const struct stage_options *options)
{
    *stage = (struct stage){.options = options, .loop = loop_new()};
    stage->arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    loop_on_stop_signal(stage->loop, NULL, NULL);
    enum status status = load_registry(stage);
    if (status != STATUS_OK)
        return status;
    const struct stepper_options stepping = {
        .loop = stage->loop,
        .client = options->client,
        .clock_topic = topic_name(options->prefix, TOPIC_CLOCK, "", stage->arena),
        .programs = options->programs,
        .program_count = options->program_count,
        .patience_ms = options->patience_ms,
    };
    const struct doors_options doors = {
        .loop = stage->loop,
        .client = options->client,
        .prefix = options->prefix,
        .intake_url = options->intake_url,
        .on_answer = options->on_answer,
        .context = options->context,
    };
    stage->stepper = stepper_new(&stepping);
    stage->doors = doors_new(&doors);
    stage->observer = observer_new(stage->loop, &options->client, options->prefix, options->partitions,
                                   options->on_event, options->context);
    bool connected = stage->stepper != NULL && stage->doors != NULL && stage->observer != NULL;
    return connected ? STATUS_OK : STATUS_FATAL;
}

void stage_close(struct stage *stage)
{
    observer_free(stage->observer);
    doors_free(stage->doors);
    stepper_free(stage->stepper);
    arena_free(stage->arena);
    loop_free(stage->loop);
}

static enum status look(struct stage *stage, enum status status, const struct stepper_report *report)
{
    stage->next_timer = report->next_timer;
    if (report->largest_lag > stage->largest_lag)
        stage->largest_lag = report->largest_lag;
    return status == STATUS_OK ? observer_catch_up(stage->observer) : status;
}

enum status stage_step(struct stage *stage, struct instant now)
{
    struct stepper_report report;
    stage->steps++;
    enum status status = stepper_step(stage->stepper, now, &report);
    return look(stage, status, &report);
}

enum status stage_settle(struct stage *stage)
{
    struct stepper_report report;
    enum status status = stepper_settle(stage->stepper, &report);
    return look(stage, status, &report);
}

static enum status publish_registry(struct stage *stage)
{
    const struct stage_options *options = stage->options;
    doors_issue_tokens(stage->doors, &stage->files.registry, stage->arena);
    if (options->token_file[0] != '\0' && !doors_write_tokens(stage->doors, options->token_file)) {
        log_error("cannot write the tokens file=%s", options->token_file);
        return STATUS_FATAL;
    }
    const char *content = wire_to_json(&wire_registry, &stage->files.registry, stage->arena);
    const char *json = arena_format(stage->arena,
                                    "{\"specversion\":\"1.0\",\"id\":\"rehearsal-registry-1\",\"source\":"
                                    "\"urn:duban:bootstrap\",\"type\":\"duban.v1.apply_registry\",\"data\":{"
                                    "\"base_version\":0,\"bootstrap_secret\":\"%s\",\"content\":%s}}",
                                    options->bootstrap_secret, content);
    enum status status = doors_post(stage->doors, json);
    if (status == STATUS_REJECT)
        log_error("the door refused the first registry");
    return status == STATUS_OK ? stage_settle(stage) : status;
}

bool stage_send_calendar(struct stage *stage, const struct act *act)
{
    struct registry *registry = &stage->files.registry;
    struct registry next;
    const char *fault = "";
    if (!calendar_patch(registry, act->data, stage->arena, &next, &fault)) {
        log_error("not a changed notice act=%s reason=%s", act->id, fault);
        return false;
    }
    struct act apply = *act;
    apply.task_id = "";
    apply.data = calendar_patch_command(&next, registry->version, stage->arena);
    next.version = registry->version + 1;
    *registry = next;
    doors_send(stage->doors, &apply);
    return true;
}

enum status stage_begin(struct stage *stage, struct instant from)
{
    enum status status = stage_step(stage, from);
    return status == STATUS_OK ? publish_registry(stage) : status;
}

struct instant stage_next_alarm(const struct stage *stage)
{
    return instant_is_set(stage->next_timer) ? instant_add(stage->next_timer, 1) : INSTANT_NONE;
}
