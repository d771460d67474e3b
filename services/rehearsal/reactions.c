/* reactions.c: what the players do about what they see. One row per kind of event and player; each plans at most a
 * few acts, at moments of office time after the event.
 *
 * People sign with their own tokens over HTTP; where a unit's system may send a trigger, the draw decides which of
 * the two does it, so both doors see all of it. */
#include "scene.h"

#include "base/arena.h"
#include "base/text.h"
#include "domain/actor.h"
#include "wire/messages.h"

enum { REACTION_BYTES = 1 << 20 };

/* --- the supervising side -------------------------------------------------------------------------------------- */

static void register_or_reject(const struct scene *scene)
{
    if (scene_goes_by_itself(scene))
        return;
    /* One in twelve lies a day too long: the supervising side has its own ladder. */
    unsigned slots = scene_draw(scene, "late", 12) == 0 ? 6 : 1 + (unsigned)scene_draw(scene, "when", 2);
    if (scene->template_ != NULL && text_equal(scene->template_->code, "T22D") &&
        scene_draw(scene, "reject", 14) == 0) {
        struct body_reject reject = {REJECT_REASON_OUT_OF_REMIT, "不属于本区受理范围"};
        scene_plan_clerk(scene, scene_slots_later(scene, slots), TRIGGER_REJECT, &reject);
        return;
    }
    BLANK(struct body_register, body, TRIGGER_REGISTER);
    body.lead_unit = scene->event->body.draft.lead_unit;
    body.due = scene->event->body.draft.due;
    body.follows = scene->event->body.draft.follows;
    body.urgency = scene->event->body.draft.urgency;
    if (scene->task->lane == LANE_SUPERVISED) {
        body.approval = (struct approval){"district-head", "批示", date_of(scene->event->now),
                                          scene->task->source.document_no};
    }
    scene_plan_clerk(scene, scene_slots_later(scene, slots), TRIGGER_REGISTER, &body);
}

/* A part, and what a meeting resolved, is assigned by its parent's word. */
static void assign(const struct scene *scene)
{
    if (scene_goes_by_itself(scene) || scene->task->family.assigns_itself)
        return;
    BLANK(struct body_assign, body, TRIGGER_ASSIGN);
    body.requirement = "请按时办理并反馈";
    /* Sometimes sent before the number is there: the ledger keeps it. */
    scene_plan_clerk(scene, scene_slots_later(scene, scene_draw(scene, "late", 15) == 0 ? 7 : 1),
                     TRIGGER_ASSIGN, &body);
}

static void adjudicate(const struct scene *scene)
{
    BLANK(struct body_adjudicate, body, TRIGGER_ADJUDICATE);
    bool right = scene->temper == TEMPER_DISPUTES_RIGHTLY;
    body.unit = right && scene->task->dispute.proposed_unit[0] != '\0' ? scene->task->dispute.proposed_unit
                                                                       : scene->task->dispute.unit;
    body.reason = right ? "经核，职责属于所提单位" : "经核，职责清楚，仍由原单位主办";
    const struct clock *due = task_clock(scene->task, CLOCK_DUE, 0);
    if (right && due != NULL && due->rule.period.unit == UNIT_DATE)
        body.due_date = calendar_add_working_days(
            scene->cast->calendar,
            due->last_day.days > date_of(scene->event->now).days ? due->last_day : date_of(scene->event->now),
            10);
    if (scene->task->dispute.level == 0) {
        scene_plan_clerk(scene, scene_slots_later(scene, scene_draw(scene, "late", 4) == 0 ? 8 : 2),
                         TRIGGER_ADJUDICATE, &body);
        return;
    }
    const struct registry_person *arbiter = registry_role(scene->cast->registry, ROLE_ARBITER);
    if (arbiter != NULL)
        scene_plan(scene, scene_slots_later(scene, 2), TRIGGER_ADJUDICATE, arbiter->unit, arbiter->id, "",
                   &body);
}

static void decide(const struct scene *scene)
{
    BLANK(struct body_decide, body, TRIGGER_DECIDE);
    body.kind = scene->event->request.kind;
    body.granted = scene_draw(scene, "grant", 5) != 0 || scene->temper == TEMPER_ASKS_IN_TIME ||
                   scene->temper == TEMPER_PAUSES;
    body.reason = body.granted ? "情况属实，同意" : "理由不充分，按原时限办理";
    struct instant at = scene_slots_later(scene, scene_draw(scene, "late", 6) == 0 ? 7 : 2);
    enum role decider = scene->template_ != NULL ? actor_decider_of(scene->template_, body.kind) : ROLE_CLERK;
    if (decider == ROLE_UNIT_HEAD) {
        scene_plan_person(scene, at, TRIGGER_DECIDE, scene->task->lead_unit, ROLE_UNIT_HEAD, &body);
    } else if (decider == ROLE_LEADER) {
        const struct registry_unit *unit = registry_unit(scene->cast->registry, scene->task->lead_unit);
        const struct registry_person *leader =
            unit != NULL ? registry_leader_of_field(scene->cast->registry, unit->field) : NULL;
        if (leader != NULL)
            scene_plan(scene, at, TRIGGER_DECIDE, leader->unit, leader->id, "", &body);
    } else {
        scene_plan_clerk(scene, at, TRIGGER_DECIDE, &body);
    }
}

static void close_task(const struct scene *scene, struct instant at)
{
    BLANK(struct body_close, body, TRIGGER_CLOSE);
    body.disposition = "材料齐全，予以办结";
    scene_plan_person(scene, at, TRIGGER_CLOSE, scene->task->supervisor, ROLE_SUPERVISOR_HEAD, &body);
}

static void start_verification(const struct scene *scene)
{
    BLANK(struct body, nothing, TRIGGER_START_VERIFY);
    scene_plan_clerk(scene, scene_slots_later(scene, scene_draw(scene, "late", 10) == 0 ? 6 : 1),
                     TRIGGER_START_VERIFY, &nothing);
}

static void record_verification(const struct scene *scene)
{
    BLANK(struct body_record_verification, body, TRIGGER_RECORD_VERIFICATION);
    body.method = scene->template_ != NULL && scene->template_->verify != VERIFY_SAMPLE
                      ? scene->template_->verify
                      : VERIFY_ON_SITE;
    body.passed = scene->temper != TEMPER_SLOPPY || scene->task->returns > 0;
    body.satisfaction = !body.passed                             ? SATISFACTION_NO
                        : scene_draw(scene, "satisfied", 4) == 0 ? SATISFACTION_MOSTLY
                                                                 : SATISFACTION_YES;
    body.note = body.passed ? "核查属实" : "现场与材料不符";
    scene_plan(scene, scene_slots_later(scene, 2 + (unsigned)scene_draw(scene, "when", 4)),
               TRIGGER_RECORD_VERIFICATION, scene->task->supervisor, scene_clerk(scene, 1), "", &body);
}

static void close_or_return(const struct scene *scene)
{
    if (scene->event->body.record_verification.passed) {
        close_task(scene, scene_slots_later(scene, 1));
        return;
    }
    BLANK(struct body_return, body, TRIGGER_RETURN);
    body.defects = "佐证材料与现场情况不符，请补正";
    scene_plan_clerk(scene, scene_slots_later(scene, 1), TRIGGER_RETURN, &body);
}

static void find_false_closing(const struct scene *scene)
{
    if (scene->temper != TEMPER_CLOSES_FALSELY || scene->task->false_closings > 0)
        return;
    BLANK(struct body_reopen, body, TRIGGER_REOPEN);
    body.reason_code = REOPEN_FALSE_EVIDENCE;
    body.reason = "回访发现未实际办结";
    scene_plan_clerk(scene, scene_slots_later(scene, 12 + (unsigned)scene_draw(scene, "when", 16)),
                     TRIGGER_REOPEN, &body);
}

/* --- the lead unit --------------------------------------------------------------------------------------------- */

static void record_fact(const struct scene *scene, struct instant at, struct date occurred_on)
{
    if (scene->template_ == NULL || scene->template_->due_fact[0] == '\0')
        return;
    BLANK(struct body_record_fact, body, TRIGGER_RECORD_FACT);
    body.kind = scene->template_->due_fact;
    body.occurred_on = occurred_on;
    body.amount_fen = scene->task->amount_fen;
    scene_plan_lead(scene, at, TRIGGER_RECORD_FACT, &body);
}

static void ask_extension(const struct scene *scene, struct instant at)
{
    BLANK(struct body_request, body, TRIGGER_REQUEST);
    body.kind = REQUEST_EXTENSION;
    body.amount = (struct duration){UNIT_WORKING_DAY, 3};
    body.reason = "施工条件受限，需顺延";
    body.measures = "增派人手，倒排工期";
    scene_plan_person(scene, at, TRIGGER_REQUEST, scene->task->lead_unit, ROLE_SECTION_HEAD, &body);
}

static void work(const struct scene *scene)
{
    if (scene_is_by_the_minute(scene)) {
        struct instant at =
            instant_add(scene->event->now, (scene->temper == TEMPER_PROMPT ? 15 : 50) * MS_PER_MINUTE);
        scene_report_done(scene, at, date_of(at));
        return;
    }
    BLANK(struct body_progress, progress, TRIGGER_PROGRESS);
    progress.percent = 30 + (uint32_t)scene_draw(scene, "percent", 50);
    progress.note = "正在办理";
    struct instant done;
    switch (scene->temper) {
    case TEMPER_SLOW:
        scene_plan_lead(scene, scene_slots_later(scene, 6), TRIGGER_PROGRESS, &progress);
        done = scene_around_due(scene, 2 + (int)scene_draw(scene, "over", 9), 15 * 60);
        scene_report_done(scene, done, date_of(done));
        return;
    case TEMPER_SILENT: /* moves when the leader has spoken, see answer_instruction */
        return;
    case TEMPER_ASKS_IN_TIME:
        ask_extension(scene, scene_around_due(scene, -2, 10 * 60));
        return; /* goes on in after_decision */
    case TEMPER_ASKS_TOO_LATE:
        ask_extension(scene, scene_around_due(scene, 1, 10 * 60));
        done = scene_around_due(scene, 4, 15 * 60);
        scene_report_done(scene, done, date_of(done));
        return;
    case TEMPER_LATE_PAPERS:
        done = scene_around_due(scene, -1, 11 * 60);
        scene_report_done(scene, scene_around_due(scene, 4, 11 * 60), date_of(done));
        return;
    case TEMPER_PAUSES:
        matter_ask_pause(scene);
        return;
    case TEMPER_SPLITS:
        matter_split(scene);
        return;
    case TEMPER_BY_INSTALMENTS:
        matter_plan_instalments(scene);
        return;
    case TEMPER_DRAWN:
    case TEMPER_PROMPT:
    case TEMPER_DISPUTES_RIGHTLY:
    case TEMPER_DISPUTES_WRONGLY:
    case TEMPER_CLOSES_FALSELY:
    case TEMPER_SLOPPY:
    case TEMPER_COUNT:
        break;
    }
    scene_plan_lead(scene, scene_slots_later(scene, 5), TRIGGER_PROGRESS, &progress);
    done = scene_around_due(scene, -(1 + (int)scene_draw(scene, "early", 4)), 15 * 60);
    if (scene_draw(scene, "fact", 3) == 0)
        record_fact(scene, instant_add(done, -MS_PER_HOUR), date_of(done));
    scene_report_done(scene, done, date_of(done));
}

static void sign_or_object(const struct scene *scene)
{
    if (scene_goes_by_itself(scene))
        return;
    BLANK(struct body, nothing, TRIGGER_SIGN);
    bool objects = scene->temper == TEMPER_DISPUTES_RIGHTLY || scene->temper == TEMPER_DISPUTES_WRONGLY;
    if (objects && scene->task->objection_count == 0 && !scene_is_by_the_minute(scene)) {
        BLANK(struct body_object, body, TRIGGER_OBJECT);
        body.reason = "不属于我单位职责";
        body.basis = "三定方案";
        body.proposed_unit =
            text_equal(scene->task->lead_unit, "urban-management") ? "market" : "urban-management";
        scene_plan_person(scene, scene_slots_later(scene, 2), TRIGGER_OBJECT, scene->task->lead_unit,
                          ROLE_SECTION_HEAD, &body);
        return;
    }
    if (scene_is_by_the_minute(scene)) {
        if (scene->temper != TEMPER_SILENT)
            scene_plan_lead(scene, instant_add(scene->event->now, 10 * MS_PER_MINUTE), TRIGGER_SIGN,
                            &nothing);
        return;
    }
    if (scene->temper == TEMPER_SILENT)
        return;
    scene_plan_lead(scene,
                    scene_slots_later(
                        scene, scene->temper == TEMPER_SLOW ? 7 : 1 + (unsigned)scene_draw(scene, "when", 2)),
                    TRIGGER_SIGN, &nothing);
}

static void after_ruling(const struct scene *scene)
{
    if (scene->event->state == STATE_IN_PROGRESS)
        work(scene);
    else
        sign_or_object(scene);
}

static void after_decision(const struct scene *scene)
{
    struct instant done = scene_around_due(scene, -1, 15 * 60);
    if (scene->task->state == STATE_IN_PROGRESS || scene->task->state == STATE_REWORK)
        scene_report_done(scene, done, date_of(done));
}

static void mend(const struct scene *scene)
{
    struct instant done =
        scene_slots_later(scene, SLOTS_A_DAY * (2 + (unsigned)scene_draw(scene, "days", 4)));
    scene_report_done(scene, done, date_of(done));
}

static void answer_rung(const struct scene *scene)
{
    if (scene->event->rung < 3 || scene->task->lead_unit[0] == '\0' || scene->temper == TEMPER_SILENT)
        return;
    BLANK(struct body_answer_urging, body, TRIGGER_ANSWER_URGING);
    body.reason_code = HINDRANCE_COORDINATION;
    body.measure = "已增派力量，抓紧办理";
    body.promised_on = calendar_add_working_days(scene->cast->calendar, date_of(scene->event->now), 3);
    scene_plan_person(scene, scene_slots_later(scene, 2), TRIGGER_ANSWER_URGING, scene->task->lead_unit,
                      ROLE_DEPUTY_HEAD, &body);
}

/* --- leaders ---------------------------------------------------------------------------------------------------- */

/* A notice of rung ≥ 3 has arrived: the recipient signs for it, and from rung 5 on the leader decides. */
static void acknowledge(const struct scene *scene)
{
    const struct body_notice *notice = &scene->event->body.notice_accepted;
    const struct registry_person *person = registry_person(scene->cast->registry, notice->person);
    if (person == NULL)
        return;
    if (scene_draw(scene, "acknowledge", 4) != 0) {
        BLANK(struct body_acknowledge, body, TRIGGER_ACKNOWLEDGE);
        body.notice = notice->notice;
        body.rung = notice->rung;
        scene_plan(scene, scene_slots_later(scene, 1 + (unsigned)scene_draw(scene, "when", 3)),
                   TRIGGER_ACKNOWLEDGE, person->unit, person->id, "", &body);
    }
    if (notice->rung != 5 || notice->role != ROLE_LEADER)
        return;
    BLANK(struct body_instruct, body, TRIGGER_INSTRUCT);
    body.card = CARD_EXTEND + (enum instruction_card)scene_draw(scene, "card", 3);
    body.text = "请主要负责人亲自过问，限期办结";
    if (body.card != CARD_MEETING)
        body.until = calendar_add_working_days(scene->cast->calendar, date_of(scene->event->now),
                                               5 + (int)scene_draw(scene, "days", 6));
    scene_plan(scene, scene_slots_later(scene, 4), TRIGGER_INSTRUCT, person->unit, person->id, "", &body);
}

static void answer_instruction(const struct scene *scene)
{
    struct instant done =
        scene_slots_later(scene, SLOTS_A_DAY * (1 + (unsigned)scene_draw(scene, "days", 3)));
    if (scene->task->state == STATE_ASSIGNED || scene->task->state == STATE_IN_PROGRESS ||
        scene->task->state == STATE_REWORK)
        scene_report_done(scene, done, date_of(done));
}

/* --- the table --------------------------------------------------------------------------------------------------- */

static const struct {
    enum event_type event;
    void (*react)(const struct scene *scene);
} reactions[] = {
    {EVENT_DRAFTED,               register_or_reject   },
    {EVENT_NUMBERED,              assign               },
    {EVENT_ASSIGNED,              sign_or_object       },
    {EVENT_SIGNED,                work                 },
    {EVENT_DEEMED_SIGNED,         work                 },
    {EVENT_OBJECTED,              adjudicate           },
    {EVENT_RULING_OVERDUE,        adjudicate           },
    {EVENT_ADJUDICATED,           after_ruling         },
    {EVENT_REQUESTED,             decide               },
    {EVENT_DECIDED,               after_decision       },
    {EVENT_REPORTED_DONE,         start_verification   },
    {EVENT_VERIFICATION_STARTED,  record_verification  },
    {EVENT_VERIFICATION_RECORDED, close_or_return      },
    {EVENT_RETURNED,              mend                 },
    {EVENT_REOPENED,              mend                 },
    {EVENT_CLOSED,                find_false_closing   },
    {EVENT_RUNG_REACHED,          answer_rung          },
    {EVENT_NOTICE_ACCEPTED,       acknowledge          },
    {EVENT_INSTRUCTED,            answer_instruction   },
    {EVENT_SIGNED,                react_with_plan      },
    {EVENT_DEEMED_SIGNED,         react_with_plan      },
    {EVENT_CLOCK_EXPIRED,         react_with_plan      },
    {EVENT_PLANNED,               react_with_node      },
    {EVENT_PROGRESSED,            react_with_node      },
    {EVENT_FACT_RECORDED,         react_with_node      },
    {EVENT_CLOCK_EXPIRED,         react_with_word      },
    {EVENT_ASSIGNED,              react_with_value     },
    {EVENT_FACT_RECORDED,         react_with_value     },
    {EVENT_DECIDED,               react_with_going_on  },
    {EVENT_RESUMED,               react_after_pause    },
    {EVENT_UNSHELVED,             react_after_pause    },
    {EVENT_SIGNED,                react_with_step      },
    {EVENT_DEEMED_SIGNED,         react_with_step      },
    {EVENT_ASSIGNED,              react_with_step      },
    {EVENT_STEP_TAKEN,            react_with_step      },
    {EVENT_ASSIGNED,              react_with_outcome   },
    {EVENT_STEP_TAKEN,            react_with_outcome   },
    {EVENT_CHILD_CLOSED,          react_with_whole     },
    {EVENT_PLANNED,               react_with_instalment},
    {EVENT_FACT_RECORDED,         react_with_instalment},
    {EVENT_ASSIGNED,              react_with_minutes   },
};

void cast_react(const struct cast *cast, const struct event *event, const struct task *task,
                struct agenda *agenda)
{
    struct scene scene = {
        .cast = cast,
        .event = event,
        .task = task,
        .template_ = registry_template(cast->registry, task->template_code),
        .temper = cast_temper(cast, task->lead_unit, task->reference),
        .agenda = agenda,
        .arena = arena_new(REACTION_BYTES),
    };
    for (size_t i = 0; i < sizeof reactions / sizeof reactions[0]; i++) {
        if (reactions[i].event == event->type)
            reactions[i].react(&scene);
    }
    arena_free(scene.arena);
}
