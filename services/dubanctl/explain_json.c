/* explain_json.c: the explanation for programs: codes, dates and numbers, and beside each derivation its sentence. */
#include "base/text.h"
#include "domain/catalogue.h"
#include "explain_case.h"
#include "service/json_writer.h"

static const char *code(enum vocabulary_list list, int value)
{
    return word_of(list, value)->code;
}

static void put_reasons(struct json_writer *json, const struct explain_case *explained,
                        const struct explained_version *version)
{
    json_open_array(json, "why");
    for (const struct deadline_reason *reason = version->reasons; reason != NULL; reason = reason->next) {
        json_open_object(json, NULL);
        json_put_text(json, "code", reason->code);
        for (unsigned i = 0; i < reason->value_count; i++)
            json_put_given(json, reason->values[i].name, reason->values[i].value);
        json_put_text(json, "text",
                      deadline_reason_text(reason, explained->source->language, explained->arena));
        json_close_object(json);
    }
    json_close_array(json);
    json_open_array(json, "sums");
    for (uint32_t i = 0; i < version->sum_count; i++) {
        const struct explained_sum *sum = &version->sums[i];
        json_open_object(json, NULL);
        json_put_text(json, "unit", code(LIST_UNIT, (int)sum->unit));
        json_put_date(json, "after", sum->after);
        json_put_date(json, "until", sum->until);
        json_put_number(json, "days", sum->days);
        json_put_number(json, "counted", sum->counted);
        json_put_number(json, "rest", sum->rest);
        json_put_number(json, "paused", sum->paused);
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_versions(struct json_writer *json, const struct explain_case *explained,
                         const struct explained_clock *clock)
{
    json_open_array(json, "versions");
    for (uint32_t i = 0; i < clock->version_count; i++) {
        const struct explained_version *version = &clock->versions[i];
        json_open_object(json, NULL);
        json_put_number(json, "version", version->clock->version);
        json_put_instant(json, "since", version->event->now);
        json_put_text(json, "event", code(LIST_EVENT, (int)version->event->type));
        json_put_number(json, "seq", (int64_t)version->event->seq);
        json_put_text(
            json, "because",
            event_render(version->event, explained->registry, explained->source->language, explained->arena));
        json_put_date(json, "last_day", version->clock->last_day);
        json_put_instant(json, "due", version->clock->due);
        json_put_instant(json, "computed", version->computed);
        json_put_bool(json, "provisional", version->clock->provisional);
        json_put_given(json, "basis", version->basis);
        json_put_given(json, "laws", version->laws);
        json_put_given(json, "papers", version->papers);
        json_put_number(json, "calendar_version", version->clock->calendar_version);
        put_reasons(json, explained, version);
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_rungs(struct json_writer *json, const struct explained_clock *clock)
{
    json_open_array(json, "rungs");
    for (uint32_t i = 0; i < clock->rung_count; i++) {
        const struct explained_rung *rung = &clock->rungs[i];
        json_open_object(json, NULL);
        json_put_number(json, "rung", rung->rung);
        json_put_number(json, "occurrence", rung->occurrence);
        json_put_number(json, "version", rung->version);
        json_put_instant(json, "at", rung->at);
        json_put_text(json, "fate", rung_fate_word(rung->fate)->code);
        json_put_given(json, "why", rung->why);
        if (rung->row != NULL)
            json_put_given(json, "form", rung->row->form);
        json_open_array(json, "told");
        for (uint32_t k = 0; k < rung->told_count; k++) {
            const struct explained_told *told = &rung->told[k];
            json_open_object(json, NULL);
            json_put_text(json, "notice", told->notice->id);
            json_put_text(json, "role", code(LIST_ROLE, (int)told->notice->role));
            json_put_given(json, "person", told->notice->person);
            json_put_bool(json, "copied", told->notice->copied);
            json_put_text(json, "status", code(LIST_NOTICE, (int)told->status));
            json_put_instant(json, "since", told->since);
            json_close_object(json);
        }
        json_close_array(json);
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_clock(struct json_writer *json, const struct explain_case *explained,
                      const struct explained_clock *clock)
{
    const struct clock *now = clock->clock;
    json_open_object(json, NULL);
    json_put_text(json, "clock", code(LIST_CLOCK, (int)now->id));
    json_put_number(json, "key", now->key);
    json_put_given(json, "name", now->name);
    json_put_text(json, "status", code(LIST_CLOCK_STATUS, (int)now->status));
    json_put_given(json, "unit", now->unit);
    json_put_number(json, "version", now->version);
    json_put_instant(json, "started_at", now->started_at);
    json_put_instant(json, "due", now->due);
    json_put_date(json, "cap", clock->cap_day);
    json_put_instant(json, "paused_at", now->paused_at);
    json_put_instant(json, "ended_at", now->ended_at);
    put_versions(json, explained, clock);
    put_rungs(json, clock);
    json_close_object(json);
}

static void put_misses(struct json_writer *json, const struct task *task)
{
    json_open_array(json, "misses");
    for (uint32_t i = 0; i < task->miss_count; i++) {
        const struct miss *miss = &task->misses[i];
        json_open_object(json, NULL);
        json_put_text(json, "clock", code(LIST_CLOCK, (int)miss->clock));
        json_put_number(json, "version", miss->version);
        json_put_given(json, "unit", miss->unit);
        json_put_instant(json, "due", miss->due);
        json_put_instant(json, "recorded_at", miss->recorded_at);
        json_put_bool(json, "revoked", miss->revoked);
        json_put_given(json, "reason", miss->reason);
        json_close_object(json);
    }
    json_close_array(json);
}

void explain_json(const struct explain_case *explained, struct json_writer *json)
{
    const struct task *task = explained->task;
    json_put_text(json, "task", task->id);
    json_put_given(json, "number", number_render(&task->number, explained->registry, explained->arena));
    json_put_text(json, "title", task->title);
    json_put_text(json, "state", code(LIST_STATE, (int)task->state));
    json_put_text(json, "light", code(LIST_LIGHT, (int)task_light(task, explained->source->at)));
    json_put_number(json, "seq", (int64_t)task->seq);
    json_put_instant(json, "at", explained->source->at);
    json_put_instant(json, "as_of", explained->source->as_of);
    json_open_array(json, "clocks");
    for (uint32_t i = 0; i < explained->clock_count; i++)
        put_clock(json, explained, &explained->clocks[i]);
    json_close_array(json);
    put_misses(json, task);
    json_put_instant(json, "next_wake", task->next_wake);
}
