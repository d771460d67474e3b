/* summary.c: counters by word lists, and the history of each task as sorted lines. */
#include "summary.h"

#include "milestones.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "service/json_writer.h"
#include "summary_moves.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HISTORY_BYTES = 256 * 1024 * 1024, RUNGS = 8 };

struct line {
    const char *task_id;
    const char *reference;
    struct instant now;
    const char *text;
};

struct summary {
    const struct registry *registry;
    struct arena *arena;
    struct summary_moves *moves;
    struct line *lines;
    size_t line_count, line_capacity;
    char last_cause[LIMIT_CODE + 1];
    int64_t tasks, accepted, alarms, revoked;
    int64_t by_state[STATE_COUNT], by_light[LIGHT_COUNT];
    int64_t in_state[STATE_COUNT], most_states_at_once; /* while it goes on */
    int64_t milestones[MILESTONES];
    int64_t by_event[EVENT_COUNT];
    int64_t refused[REFUSAL_COUNT];
    int64_t rungs[RUNGS], announcements, roles[ROLE_COUNT];
};

struct summary *summary_new(const struct registry *registry)
{
    struct summary *summary = must_alloc(sizeof *summary);
    summary->registry = registry;
    summary->arena = arena_new(HISTORY_BYTES);
    summary->moves = summary_moves_new();
    return summary;
}

void summary_free(struct summary *summary)
{
    if (summary == NULL)
        return;
    free(summary->lines);
    summary_moves_free(summary->moves);
    arena_free(summary->arena);
    free(summary);
}

/* What the rules decided, without what depends on the order within one moment. */
static const char *line_of(struct summary *summary, const struct event *event)
{
    char now[INSTANT_TEXT], received[INSTANT_TEXT];
    instant_to_text(event->now, now);
    instant_to_text(event->received_at, received);
    const char *clocks = "";
    for (uint32_t i = 0; i < event->clock_count; i++) {
        const struct clock *clock = &event->clocks[i];
        char due[INSTANT_TEXT];
        instant_to_text(clock->due, due);
        clocks = arena_format(summary->arena, "%s %s/%u=%s:%s:v%u:t%u", clocks,
                              word_of(LIST_CLOCK, (int)clock->id)->code, clock->key,
                              word_of(LIST_CLOCK_STATUS, (int)clock->status)->code, due, clock->version,
                              clock->timer_count);
    }
    return arena_format(summary->arena, "%s %s %s %s>%s by=%s%s%s rung=%u refused=%s misses=%u revoked=%u%s",
                        now, received, word_of(LIST_EVENT, (int)event->type)->code,
                        word_of(LIST_STATE, (int)event->state_before)->code,
                        word_of(LIST_STATE, (int)event->state)->code, event->actor.unit, event->actor.person,
                        event->actor.system, event->rung, refusal_code_text(event->refusal.code),
                        event->miss_count, event->revoked_count, clocks);
}

void summary_event(struct summary *summary, const struct event *event, const struct task *task)
{
    if (task == NULL)
        return;
    if (summary->line_count == summary->line_capacity) {
        summary->line_capacity = summary->line_capacity ? summary->line_capacity * 2 : 1024;
        summary->lines = must_realloc(summary->lines, summary->line_capacity * sizeof *summary->lines);
    }
    summary->lines[summary->line_count++] = (struct line){
        arena_text(summary->arena, task->id),
        arena_text(summary->arena, task->reference),
        event->now,
        line_of(summary, event),
    };
    summary_moves_add(summary->moves, event, task, summary->registry);
    for (size_t i = 0; i < MILESTONES; i++)
        summary->milestones[i] += milestone_reached(i, event, summary->registry);
    if (event->state_before != STATE_NONE)
        summary->in_state[event->state_before]--;
    summary->in_state[event->state]++;
    summary->by_event[event->type]++;
    summary->alarms += event->fired.kind != TIMER_NONE;
    summary->revoked += event->revoked_count;
    if (event->type == EVENT_REFUSED)
        summary->refused[event->refusal.code]++;
    else if (event->message.id[0] != '\0' && !text_equal(event->cause, summary->last_cause))
        summary->accepted++; /* one command may leave several events, one behind the other */
    snprintf(summary->last_cause, sizeof summary->last_cause, "%s", event->cause);
}

void summary_moment(struct summary *summary)
{
    int64_t states = 0;
    for (int state = STATE_DRAFT; state < STATE_COUNT; state++)
        states += summary->in_state[state] > 0;
    if (states > summary->most_states_at_once)
        summary->most_states_at_once = states;
}

void summary_task(struct summary *summary, const struct task *task, struct instant now)
{
    summary->tasks++;
    summary->by_state[task->state]++;
    enum light light = task_light(task, now);
    if (light != LIGHT_NONE) /* ended tasks have none */
        summary->by_light[light]++;
}

void summary_answer(struct summary *summary, enum refusal_code code)
{
    summary->refused[code]++;
}

void summary_notice(struct summary *summary, bool ladder, uint32_t rung, enum role role)
{
    if (!ladder)
        summary->announcements++;
    else if (rung < RUNGS)
        summary->rungs[rung]++;
    summary->roles[role]++;
}

static int order(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int by_reference = strcmp(x->reference, y->reference);
    if (by_reference != 0)
        return by_reference;
    int by_task = strcmp(x->task_id, y->task_id);
    if (by_task != 0)
        return by_task;
    if (x->now.ms != y->now.ms)
        return x->now.ms < y->now.ms ? -1 : 1;
    return strcmp(x->text, y->text);
}

void summary_write_history(struct summary *summary, struct buffer *out)
{
    if (summary->line_count > 1)
        qsort(summary->lines, summary->line_count, sizeof *summary->lines, order);
    for (size_t i = 0; i < summary->line_count; i++)
        buffer_format(out, "%s %s\n", summary->lines[i].reference, summary->lines[i].text);
}

struct digest summary_history(struct summary *summary)
{
    struct buffer text;
    buffer_init(&text, HISTORY_BYTES);
    summary_write_history(summary, &text);
    struct digest digest = digest_of(text.data != NULL ? text.data : "", text.length);
    buffer_release(&text);
    return digest;
}

static void write_words(struct json_writer *writer, const char *name, enum vocabulary_list list,
                        const int64_t *counts, int count)
{
    json_open_object(writer, name);
    for (int i = 0; i < count; i++) {
        if (counts[i] != 0)
            json_put_number(writer, word_of(list, i)->code, counts[i]);
    }
    json_close_object(writer);
}

void summary_write_json(struct summary *summary, const struct summary_frame *frame, struct buffer *out)
{
    struct digest history = summary_history(summary);
    char hex[DIGEST_HEX];
    digest_to_hex(&history, hex);
    struct json_writer writer = {.out = out};
    json_open_object(&writer, NULL);
    json_put_text(&writer, "seed", frame->seed);
    json_put_instant(&writer, "from", frame->from);
    json_put_instant(&writer, "to", frame->to);
    json_put_number(&writer, "tasks", summary->tasks);
    write_words(&writer, "by_state", LIST_STATE, summary->by_state, STATE_COUNT);
    json_put_number(&writer, "most_states_at_once", summary->most_states_at_once);
    json_open_object(&writer, "milestones");
    for (size_t i = 0; i < MILESTONES; i++)
        json_put_number(&writer, milestone_word(i)->code, summary->milestones[i]);
    json_close_object(&writer);
    write_words(&writer, "by_light", LIST_LIGHT, summary->by_light, LIGHT_COUNT);
    write_words(&writer, "events", LIST_EVENT, summary->by_event, EVENT_COUNT);
    json_put_number(&writer, "commands_accepted", summary->accepted);
    json_open_object(&writer, "commands_refused");
    for (int code = 0; code < REFUSAL_COUNT; code++) {
        if (summary->refused[code] != 0)
            json_put_number(&writer, refusal_code_text((enum refusal_code)code), summary->refused[code]);
    }
    json_close_object(&writer);
    json_open_object(&writer, "notices");
    json_open_object(&writer, "by_rung");
    for (int rung = 0; rung < RUNGS; rung++) {
        char name[12];
        snprintf(name, sizeof name, "%d", rung);
        if (summary->rungs[rung] != 0)
            json_put_number(&writer, name, summary->rungs[rung]);
    }
    json_close_object(&writer);
    json_put_number(&writer, "announcements", summary->announcements);
    write_words(&writer, "by_role", LIST_ROLE, summary->roles, ROLE_COUNT);
    json_close_object(&writer);
    json_put_number(&writer, "alarms_fired", summary->alarms);
    json_put_number(&writer, "revoked", summary->revoked);
    summary_moves_write_json(summary->moves, &writer);
    json_put_number(&writer, "largest_lag", frame->largest_lag);
    json_put_number(&writer, "steps", frame->steps);
    json_put_text(&writer, "history", hex);
    json_close_object(&writer);
    buffer_append_text(out, "\n");
}

static void list_words(struct buffer *out, const char *title, enum vocabulary_list list,
                       const int64_t *counts, int count)
{
    buffer_format(out, "  %s", title);
    for (int i = 0; i < count; i++) {
        if (counts[i] != 0)
            buffer_format(out, "  %s %" PRId64, word_of(list, i)->zh, counts[i]);
    }
    buffer_append_text(out, "\n");
}

void summary_write_text(struct summary *summary, const struct summary_frame *frame, struct buffer *out)
{
    char from[DATE_TEXT], to[DATE_TEXT], hex[DIGEST_HEX];
    date_to_text(date_of(frame->from), from);
    date_to_text(date_of(frame->to), to);
    struct digest history = summary_history(summary);
    digest_to_hex(&history, hex);
    buffer_format(out, "\n这一年 %s 至 %s（种子 %s）：%" PRId64 " 个事项\n", from, to, frame->seed,
                  summary->tasks);
    list_words(out, "年末状态", LIST_STATE, summary->by_state, STATE_COUNT);
    buffer_format(out, "  同时最多 %" PRId64 " 种状态；", summary->most_states_at_once);
    for (size_t i = 0; i < MILESTONES; i++)
        buffer_format(out, "%s%s %" PRId64, i == 0 ? "" : "，", milestone_word(i)->zh,
                      summary->milestones[i]);
    buffer_append_text(out, "\n");
    list_words(out, "亮灯    ", LIST_LIGHT, summary->by_light, LIGHT_COUNT);
    list_words(out, "事件    ", LIST_EVENT, summary->by_event, EVENT_COUNT);
    buffer_format(out, "  受理 %" PRId64 "，不予受理", summary->accepted);
    for (int code = 0; code < REFUSAL_COUNT; code++) {
        if (summary->refused[code] != 0)
            buffer_format(out, "  %s %" PRId64, refusal_code_text((enum refusal_code)code),
                          summary->refused[code]);
    }
    buffer_append_text(out, "\n");
    summary_moves_write_text(summary->moves, out);
    buffer_format(out,
                  "  时限到点 %" PRId64 " 次，撤销逾期认定 %" PRId64 " 次；最大积压 %" PRId64 " 条，%" PRId64
                  " 步\n  历史摘要 %s\n",
                  summary->alarms, summary->revoked, frame->largest_lag, frame->steps, hex);
}
