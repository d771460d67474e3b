/* reactions_matters.c: what is not one date: 中止 and 暂缓 with their lawful reasons, the statutory steps of a petition, a
 * matter split among units, a debt paid by instalments, the weekly meeting and its minutes. */
#include "scene.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/plan.h"
#include "domain/statutory.h"
#include "wire/messages.h"

enum {
    MINUTES_AT = 16 * 60 + 20, /* a minute at which nobody else acts: minutes speak to other matters too */
    AFTERNOON = 15 * 60 + 40,
    FEN_LATE_DAYS = 4,
    RESOLUTION_DAYS = 30,
};

static bool acts(const struct scene *scene, enum temper temper)
{
    return scene->temper == temper;
}

static struct instant on(const struct scene *scene, struct date day, int minute)
{
    struct instant at = day_at(calendar_next_working_day(scene->cast->calendar, day), minute);
    struct instant earliest = scene_slots_later(scene, 1);
    return at.ms > earliest.ms ? at : earliest;
}

/* --- 中止, 暂缓 ----------------------------------------------------------------------------------------------------- */

/* Where the law knows a reason for standing still, by the first of the list; elsewhere until a promised day. */
void matter_ask_pause(const struct scene *scene)
{
    const struct clock *due = task_ladder_clock(scene->task);
    BLANK(struct body_request, body, TRIGGER_REQUEST);
    if (scene->template_->pause_count > 0) {
        const struct registry_pause *pause = &scene->template_->pauses[0];
        body.kind = REQUEST_SUSPENSION;
        body.pause_reason = pause->code;
        body.reason = arena_format(scene->arena, "依法需要%s，已书面告知申请人", pause->name);
    } else if (due != NULL) {
        body.kind = REQUEST_SHELVING;
        body.until = date_add(due->last_day, 90);
        body.reason = "安置房尚未交付，暂不具备清表条件";
        body.measures = "协调安置房交付，落实过渡安置";
        body.applicant_told = true;
    }
    if (body.kind != REQUEST_NONE)
        scene_plan_person(scene, scene_around_due(scene, -8, 10 * 60), TRIGGER_REQUEST,
                          scene->task->lead_unit, ROLE_SECTION_HEAD, &body);
}

/* Granted: what hindered has gone some days later, or three weeks before the promised day. */
void react_with_going_on(const struct scene *scene)
{
    BLANK(struct body_go_on, body, TRIGGER_RESUME);
    if (!acts(scene, TEMPER_PAUSES))
        return;
    if (scene->event->state == STATE_SUSPENDED) {
        body.note = "所需程序已经完成";
        scene_plan_person(scene, scene_slots_later(scene, 6 * SLOTS_A_DAY), TRIGGER_RESUME,
                          scene->task->lead_unit, ROLE_HANDLER, &body);
    } else if (scene->event->state == STATE_SHELVED) {
        const struct clock *due = task_ladder_clock(scene->task);
        body.note = "条件已经具备";
        if (due != NULL)
            scene_plan_person(scene, on(scene, date_add(due->last_day, -21), AFTERNOON), TRIGGER_UNSHELVE,
                              scene->task->lead_unit, ROLE_HANDLER, &body);
    }
}

void react_after_pause(const struct scene *scene)
{
    struct instant done = scene_around_due(scene, -1, 15 * 60);
    if (acts(scene, TEMPER_PAUSES))
        scene_report_done(scene, done, date_of(done));
}

/* --- 法定步骤 ------------------------------------------------------------------------------------------------------- */

static void take_step(const struct scene *scene, struct instant at, enum step_kind kind, const char *note)
{
    if (!statutory_knows(scene->template_, kind))
        return;
    BLANK(struct body_step, body, TRIGGER_STEP);
    body.kind = kind;
    body.taken_on = date_of(at);
    body.document_no =
        arena_format(scene->arena, "%s-%s", scene->task->reference, word_of(LIST_STEP, (int)kind)->zh);
    body.note = note;
    scene_plan_person(scene, at, TRIGGER_STEP, scene->task->lead_unit, ROLE_HANDLER, &body);
}

/* Accepted in the week, informed a few days later (a slow unit: when the fifteen days have passed), replied to in time. */
void react_with_step(const struct scene *scene)
{
    const bool begins = scene->event->type != EVENT_STEP_TAKEN;
    if (scene->template_ == NULL || scene->template_->statutory_count == 0 ||
        (scene->event->type == EVENT_ASSIGNED && !scene_goes_by_itself(scene)))
        return;
    if (begins) {
        take_step(scene, scene_slots_later(scene, SLOTS_A_DAY * 2), STEP_KIND_ACCEPT,
                  "符合受理条件，予以受理");
        return;
    }
    const unsigned days = scene->temper == TEMPER_SLOW ? 13 : 3;
    if (scene->event->body.step.kind == STEP_KIND_ACCEPT)
        take_step(scene, scene_slots_later(scene, SLOTS_A_DAY * days), STEP_KIND_INFORM,
                  "已书面告知受理情况");
    else if (scene->event->body.step.kind == STEP_KIND_INFORM)
        take_step(scene, scene_slots_later(scene, SLOTS_A_DAY * 12), STEP_KIND_REPLY, "书面答复意见已送达");
}

/* What the system of record says in the end, which closes a matter of the short procedure: that somebody was called back,
 * that the reply has arrived. Of a silent unit it says nothing. */
void react_with_outcome(const struct scene *scene)
{
    const struct registry_template *template_ = scene->template_;
    const bool replied =
        scene->event->type == EVENT_STEP_TAKEN && scene->event->body.step.kind == STEP_KIND_REPLY;
    if (!scene_goes_by_itself(scene) || template_ == NULL || template_->meeting ||
        !text_empty(template_->schedule.measure) || scene->task->state != STATE_IN_PROGRESS ||
        (template_->statutory_count > 0) != replied || scene->temper == TEMPER_SILENT)
        return;
    const bool slow = scene->temper == TEMPER_SLOW;
    struct instant at =
        replied ? scene_slots_later(scene, 1) : scene_around_due(scene, slow ? 2 : -1, 15 * 60);
    if (scene_is_by_the_minute(scene))
        at = instant_add(scene->event->now, (slow ? 50 : 15) * MS_PER_MINUTE);
    BLANK(struct body_record_fact, fact, TRIGGER_RECORD_FACT);
    fact.kind = template_->due_fact;
    fact.occurred_on = date_of(at);
    scene_plan(scene, at, TRIGGER_RECORD_FACT, scene->task->source_unit, "", scene->task->source_system,
               &fact);
}

/* --- 分解 ------------------------------------------------------------------------------------------------------------ */

static struct split_item part(const struct scene *scene, const char *title, const char *unit, int days,
                              bool mandatory)
{
    return (struct split_item){title, "FJ", unit, date_add(date_of(scene->event->now), days), mandatory};
}

void matter_split(const struct scene *scene)
{
    struct split_item items[] = {
        part(scene, "供水管线迁改", "water", 60, true),
        part(scene, "供电线路迁改", "power", 75, true),
        part(scene, "燃气管线迁改", "gas", 90, false),
    };
    BLANK(struct body_split, body, TRIGGER_SPLIT);
    body.items = items;
    body.item_count = sizeof items / sizeof items[0];
    body.reason = "分别由管线权属单位实施";
    scene_plan_person(scene, scene_slots_later(scene, 3), TRIGGER_SPLIT, scene->task->lead_unit, ROLE_HANDLER,
                      &body);
}

/* A part has ended: with the last of them the whole is reported. */
void react_with_whole(const struct scene *scene)
{
    const struct family *family = &scene->task->family;
    const bool at_work = scene->task->state == STATE_IN_PROGRESS || scene->task->state == STATE_REWORK;
    struct instant at = scene_slots_later(scene, 2);
    if (acts(scene, TEMPER_SPLITS) && at_work && family->done == family->opened)
        scene_report_done(scene, at, date_of(at));
}

/* --- 分期清偿 --------------------------------------------------------------------------------------------------------- */

void matter_plan_instalments(const struct scene *scene)
{
    static const struct {
        const char *name;
        int percent;
    } parts[] = {
        {"首期", 40},
        {"二期", 30},
        {"尾款", 30}
    };
    enum { PARTS = sizeof parts / sizeof parts[0] };
    const struct clock *due = task_ladder_clock(scene->task);
    struct planned_node nodes[PARTS];
    struct instant at = scene_slots_later(scene, 3);
    if (due == NULL)
        return;
    const int days = due->last_day.days - date_of(at).days;
    for (int i = 0; i < PARTS; i++)
        nodes[i] = (struct planned_node){
            .name = parts[i].name,
            .date = date_add(date_of(at), days * (i + 1) / PARTS),
            .evidence_class = "",
            .amount_fen = scene->task->amount_fen / 100 * parts[i].percent,
        };
    BLANK(struct body_plan, body, TRIGGER_PLAN);
    body.nodes = nodes;
    body.node_count = PARTS;
    scene_plan_lead(scene, at, TRIGGER_PLAN, &body);
}

/* The next instalment, when the one before is paid: the second some days late. The last one has arrived, and is reported
 * with its papers. */
void react_with_instalment(const struct scene *scene)
{
    const struct node *next = NULL;
    uint32_t left = 0;
    for (uint32_t i = 0; i < scene->task->node_count; i++) {
        const struct node *node = &scene->task->nodes[i];
        if (!node_is_open(node) || node->amount_fen == 0)
            continue;
        next = next == NULL ? node : next;
        left++;
    }
    if (!acts(scene, TEMPER_BY_INSTALMENTS) || scene->task->state != STATE_IN_PROGRESS)
        return;
    if (next == NULL) {
        struct instant at = scene_slots_later(scene, 2);
        scene_report_done(scene, at, date_of(scene->event->now));
        return;
    }
    BLANK(struct body_record_fact, fact, TRIGGER_RECORD_FACT);
    struct instant at = on(scene, date_add(next->date, left == 2 ? FEN_LATE_DAYS : -1), AFTERNOON);
    fact.kind = left > 1 ? "支付" : "到账";
    fact.occurred_on = date_of(at);
    fact.amount_fen = next->amount_fen;
    fact.evidence = (struct evidence){
        "银行凭证", arena_format(scene->arena, "%s-PZ-%u", scene->task->reference, next->number), ""};
    scene_plan_lead(scene, at, TRIGGER_RECORD_FACT, &fact);
}

/* --- 周例会 ----------------------------------------------------------------------------------------------------------- */

/* The minutes of a meeting, on the working day after it; one in six a day late. Every third resolves something new. */
void react_with_minutes(const struct scene *scene)
{
    static const char *const matters[] = {"协调企业用工保障", "协调企业供电增容", "研究物流补贴兑现"};
    static const char *const units[] = {"human-resources", "power", "transport"};
    enum { MATTERS = sizeof matters / sizeof matters[0] };
    const struct calendar *calendar = scene->cast->calendar;
    const struct clock *due = task_ladder_clock(scene->task);
    const bool is_meeting = scene->template_ != NULL && scene->template_->meeting &&
                            !text_empty(scene->task->family.parent) &&
                            scene->task->state == STATE_IN_PROGRESS;
    if (!is_meeting || due == NULL)
        return;
    const bool late = scene_draw(scene, "late", 6) == 0;
    struct resolution resolutions[1];
    BLANK(struct body_resolve, body, TRIGGER_RESOLVE);
    struct date held = calendar_add_working_days(calendar, due->last_day, -1);
    body.held_on = held;
    body.document_no = arena_format(scene->arena, "万人助万企纪要〔2023〕%u号", scene->task->family.number);
    const uint64_t matter = scene_draw(scene, "matter", (uint64_t)MATTERS * 3);
    if (matter < MATTERS) {
        resolutions[0] = (struct resolution){
            .title = matters[matter],
            .template_code = "FJ",
            .lead_unit = units[matter],
            .due_date = date_add(held, RESOLUTION_DAYS),
            .task = "",
            .text = "",
        };
        body.resolutions = resolutions;
        body.resolution_count = 1;
    }
    struct date day = late ? calendar_add_working_days(calendar, due->last_day, 1) : due->last_day;
    scene_plan_clerk(scene, on(scene, day, MINUTES_AT), TRIGGER_RESOLVE, &body);
}
