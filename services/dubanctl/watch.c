/* watch.c: `dubanctl watch`: follows the topics and shows the live picture, as a screen or as lines. */
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "follow.h"
#include "lookup.h"
#include "watch_screen.h"
#include "wire/event_record.h"
#include "wire/messages.h"
#include "wire/records.h"
#include "words.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum {
    REFRESH_MS = 250,
    LINE_MS = 5000,
    LAG_MS = 3000,
    LAST_EVENTS = 60,
    LAST_NOTICES = 60,
    LAG_TIMEOUT_MS = 2000
};

struct watch {
    const struct tool *tool;
    struct tool quick; /* the tool with less patience, for what is measured in between */
    struct loop *loop;
    struct follow *follow;
    struct watch_model *model;
    struct registry_follower *registry;
    struct watermarks *watermarks;
    struct arena *arena;     /* of one record */
    struct arena *lag_arena; /* of the last measurement */
    struct lag_list lag;
    bool lag_known;
    struct instant stepped; /* none: the real clock */
    struct loop_timer *refresh, *measure;
    bool screen;
    bool lines; /* print what happens: the past was read */
};

/* --- what comes ------------------------------------------------------------------------------------------------------------ */

static void print_line(const struct watch *watch, const char *sign, const struct watch_line *line)
{
    if (!watch->lines || line == NULL)
        return;
    printf("%s %s %s  %s\n", words_moment(line->at, watch->arena), sign, watch_model_name(watch->model, line),
           line->text);
    fflush(stdout);
}

static void take_task(struct watch *watch, const struct log_record *record)
{
    struct row row;
    struct wire_fault fault;
    if (wire_decode(&wire_row, record->value, record->value_bytes, LIMIT_ROW_BYTES, watch->arena, &row,
                    &fault) &&
        row.kind == ROW_TASK)
        watch_model_row(watch->model, &row.task);
}

static void take_event(struct watch *watch, const struct log_record *record)
{
    struct event event;
    struct digest hash;
    struct wire_fault fault;
    if (event_record_decode(record->value, record->value_bytes, watch->arena, &event, &hash, &fault) ==
        EVENT_RECORD_FINE)
        print_line(watch, " ", watch_model_event(watch->model, &event));
}

static void take_notice(struct watch *watch, const struct log_record *record)
{
    struct notice notice;
    struct wire_fault fault;
    if (wire_decode(&wire_notice, record->value, record->value_bytes, LIMIT_NOTICE_BYTES, watch->arena,
                    &notice, &fault))
        print_line(watch, tool_text(watch->tool, "通知", "notice"),
                   watch_model_notice(watch->model, &notice));
}

static void take_watermark(struct watch *watch, const struct log_record *record)
{
    struct watermark mark;
    struct wire_fault fault;
    if (wire_decode(&wire_watermark, record->value, record->value_bytes, LIMIT_COMMAND_BYTES, watch->arena,
                    &mark, &fault))
        watermarks_put(watch->watermarks, mark.door, mark.instance, mark.at);
}

static void take_tick(struct watch *watch, const struct log_record *record)
{
    struct clock_tick tick;
    struct wire_fault fault;
    if (wire_decode(&wire_clock_tick, record->value, record->value_bytes, LIMIT_COMMAND_BYTES, watch->arena,
                    &tick, &fault))
        watch->stepped = tick.now;
}

static void take_registry(struct watch *watch, const struct log_record *record)
{
    if (registry_follower_take(watch->registry, record) != STATUS_OK)
        return; /* said in the log; the names stay as they were */
    watch_model_registry(watch->model, registry_newest(watch->registry));
    watermarks_set_doors(watch->watermarks, registry_newest(watch->registry));
}

/* A record that cannot be read is for `verify` to blame; the picture goes on without it. */
static void on_record(void *context, enum topic topic, const struct log_record *record)
{
    static void (*const takers[TOPIC_COUNT])(struct watch *, const struct log_record *) = {
        [TOPIC_TASKS] = take_task,           [TOPIC_EVENTS] = take_event, [TOPIC_NOTICES] = take_notice,
        [TOPIC_WATERMARKS] = take_watermark, [TOPIC_CLOCK] = take_tick,   [TOPIC_REGISTRY] = take_registry,
    };
    struct watch *watch = context;
    arena_reset(watch->arena);
    if (record->value != NULL)
        takers[topic](watch, record);
}

/* --- what is shown ----------------------------------------------------------------------------------------------------------- */

static struct instant now_of(const struct watch *watch)
{
    return instant_is_set(watch->stepped) ? watch->stepped : loop_now(watch->loop);
}

static void print_status(struct watch *watch)
{
    static const enum light lights[] = {LIGHT_GREEN, LIGHT_YELLOW, LIGHT_RED, LIGHT_GREY};
    const struct tool *tool = watch->tool;
    struct watch_counts counts = watch_model_counts(watch->model, now_of(watch));
    int64_t behind = 0;
    arena_reset(watch->arena);
    for (size_t i = 0; i < watch->lag.count; i++)
        behind += watch->lag.items[i].behind;
    printf("%s == %s %u", words_moment(now_of(watch), watch->arena), tool_text(tool, "事项", "tasks"),
           counts.tasks);
    for (size_t i = 0; i < sizeof(lights) / sizeof(lights[0]); i++)
        printf("  %s %u", words_of(tool, LIST_LIGHT, (int)lights[i]), counts.by_light[lights[i]]);
    for (int state = 1; state < STATE_COUNT; state++) {
        if (counts.by_state[state] > 0)
            printf("  %s %u", words_of(tool, LIST_STATE, state), counts.by_state[state]);
    }
    if (watch->lag_known)
        printf("  %s %" PRId64, tool_text(tool, "积压", "behind"), behind);
    printf("\n");
    fflush(stdout);
}

static void draw(struct watch *watch)
{
    const struct registry *registry = registry_newest(watch->registry);
    const struct watch_picture picture = {
        .tool = watch->tool,
        .model = watch->model,
        .district = registry == NULL ? "" : registry->deployment,
        .rehearsal = registry != NULL && registry->rehearsal,
        .registry_version = registry == NULL ? 0 : registry->version,
        .now = now_of(watch),
        .complete_until = watermarks_complete_until(watch->watermarks),
        .lag = watch->lag_known ? &watch->lag : NULL,
    };
    watch_screen_draw(&picture);
    if (watch_screen_wants_end())
        loop_stop(watch->loop);
}

static void on_refresh(void *context)
{
    struct watch *watch = context;
    if (watch->screen)
        draw(watch);
    else
        print_status(watch);
    loop_timer_start(watch->refresh, watch->screen ? REFRESH_MS : LINE_MS);
}

static void on_measure(void *context)
{
    struct watch *watch = context;
    arena_reset(watch->lag_arena);
    watch->lag_known = lag_measure(&watch->quick, registry_newest(watch->registry), false, watch->lag_arena,
                                   &watch->lag) == TOOL_OK;
    if (!watch->lag_known)
        watch->lag = (struct lag_list){0};
    loop_timer_start(watch->measure, LAG_MS);
}

static void on_caught_up(void *context)
{
    struct watch *watch = context;
    watch->lines = !watch->screen;
    on_measure(watch);
    on_refresh(watch);
}

/* --- the command ---------------------------------------------------------------------------------------------------------------- */

/* What is said on stderr would tear the screen. */
static int mute_stderr(void)
{
    int kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (kept >= 0 && nowhere >= 0)
        dup2(nowhere, STDERR_FILENO);
    if (nowhere >= 0)
        close(nowhere);
    return kept;
}

static void restore_stderr(int kept)
{
    if (kept < 0)
        return;
    dup2(kept, STDERR_FILENO);
    close(kept);
}

static int follow_all(struct watch *watch, bool stepped)
{
    const struct follow_topic topics[] = {
        {TOPIC_REGISTRY,   FOLLOW_ALL  },
        {TOPIC_TASKS,      FOLLOW_ALL  },
        {TOPIC_WATERMARKS, FOLLOW_ALL  },
        {TOPIC_EVENTS,     LAST_EVENTS },
        {TOPIC_NOTICES,    LAST_NOTICES},
        {TOPIC_CLOCK,      1           },
    };
    const struct follow_options options = {
        .topics = topics,
        .count = sizeof(topics) / sizeof(topics[0]) - (stepped ? 0 : 1),
        .on_record = on_record,
        .on_caught_up = on_caught_up,
        .context = watch,
    };
    int code;
    watch->follow = follow_new(watch->tool, watch->loop, &options, &code);
    if (watch->follow == NULL)
        return code;
    watch->screen = !tool_flag(watch->tool, "plain") && watch_screen_open();
    int kept = watch->screen ? mute_stderr() : -1;
    code = follow_run(watch->follow);
    if (watch->screen)
        watch_screen_close();
    restore_stderr(kept);
    return code;
}

static int watch_run(struct watch *watch)
{
    bool stepped = false;
    int code = lookup_clock_exists(watch->tool, &stepped);
    if (code != TOOL_OK)
        return code;
    watch->watermarks = watermarks_new(stepped);
    watch_model_registry(watch->model, registry_newest(watch->registry));
    watermarks_set_doors(watch->watermarks, registry_newest(watch->registry));
    return follow_all(watch, stepped);
}

int watch_command(const struct tool *tool, int count, char **arguments)
{
    (void)arguments;
    if (count != 0)
        return tool_wrong_count(tool, count);
    struct watch watch = {.tool = tool, .quick = *tool};
    int code = lookup_registry(tool, &watch.registry);
    if (code != TOOL_OK)
        return code;
    watch.quick.timeout_ms = LAG_TIMEOUT_MS;
    watch.loop = loop_new();
    watch.model = watch_model_new(tool);
    watch.arena = arena_new(LIMIT_ARENA_BYTES);
    watch.lag_arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    watch.refresh = loop_timer_new(watch.loop, on_refresh, &watch);
    watch.measure = loop_timer_new(watch.loop, on_measure, &watch);
    code = watch_run(&watch);
    follow_free(watch.follow);
    loop_timer_free(watch.refresh);
    loop_timer_free(watch.measure);
    loop_free(watch.loop);
    watch_model_free(watch.model);
    watermarks_free(watch.watermarks);
    registry_follower_free(watch.registry);
    arena_free(watch.arena);
    arena_free(watch.lag_arena);
    return code;
}
