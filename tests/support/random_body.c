/* random_body.c: see random_body.h. */
#include "random_body.h"

static const char *const units[] = {"finance", "housing", "natural-resources", "water", "nowhere"};
static const char *const fact_kinds[] = {"支付", "到账", "回访", "办理"};
static const char *const evidence[] = {"国库支付凭证", "银行凭证", "办理答复", "办理情况报告"};

#define PICK(list) ((list)[dice_roll(dice, 0, (int64_t)(sizeof(list) / sizeof((list)[0])) - 1)])

static struct date day_around(struct dice *dice, struct instant now, int before, int after)
{
    return date_add(date_of(now), (int)dice_roll(dice, -before, after));
}

static void fill_start(struct dice *dice, struct body *body, struct instant now)
{
    switch ((int)body->trigger) {
    case TRIGGER_REGISTER:
        body->registration.lead_unit = dice_chance(dice, 90) ? PICK(units) : "";
        if (dice_chance(dice, 80))
            body->registration.approval =
                (struct approval){"leader-land", "批示", date_of(now), "区政办〔2023〕3号"};
        if (dice_chance(dice, 60))
            body->registration.due.date = day_around(dice, now, 3, 60);
        if (dice_chance(dice, 20))
            body->registration.urgency = "critical";
        if (dice_chance(dice, 10))
            body->registration.earliest_start = day_around(dice, now, 20, 60);
        break;
    case TRIGGER_ASSIGN:
        if (dice_chance(dice, 20))
            body->assign.due_date = day_around(dice, now, 2, 40);
        break;
    case TRIGGER_OBJECT:
        body->object.proposed_unit = PICK(units);
        break;
    case TRIGGER_ADJUDICATE:
        body->adjudicate.unit = PICK(units);
        if (dice_chance(dice, 40))
            body->adjudicate.due_date = day_around(dice, now, 0, 60);
        break;
    case TRIGGER_REASSIGN:
        body->reassign.unit = PICK(units);
        if (dice_chance(dice, 60))
            body->reassign.due_date = day_around(dice, now, 0, 60);
        break;
    }
}

/* Names that repeat, dates around the allowed ones: plans that are good, bad, and replaced. */
static struct body_plan random_plan(struct dice *dice, struct instant now, struct desk *desk)
{
    static const char *const names[] = {"开工", "封顶", "验收", "移交"};
    struct body_plan plan = {.node_count = (uint32_t)dice_roll(dice, 0, 4)};
    struct date date = day_around(dice, now, 1, 3);
    plan.nodes = ARENA_ARRAY(desk->arena, struct planned_node, 4);
    for (uint32_t i = 0; i < 4; i++) {
        plan.nodes[i] = (struct planned_node){.name = dice_chance(dice, 90) ? names[i] : names[0],
                                              .date = date,
                                              .evidence_class = dice_chance(dice, 80) ? "" : PICK(evidence),
                                              .mandatory = dice_chance(dice, 10)};
        date = date_add(date, (int)dice_roll(dice, dice_chance(dice, 95) ? 0 : -5, 9));
    }
    return plan;
}

static void fill_work(struct dice *dice, struct body *body, struct instant now, struct desk *desk)
{
    static const struct duration amounts[] = {
        {UNIT_WORKING_DAY,  3 },
        {UNIT_CALENDAR_DAY, 10},
        {UNIT_HOUR,         4 }
    };
    switch ((int)body->trigger) {
    case TRIGGER_PLAN:
        body->plan = random_plan(dice, now, desk);
        break;
    case TRIGGER_PROGRESS:
        body->progress.node = dice_chance(dice, 50) ? "" : dice_chance(dice, 50) ? "开工" : "封顶";
        if (dice_chance(dice, 50))
            body->progress.done_on = day_around(dice, now, 10, 1);
        break;
    case TRIGGER_RECORD_FACT:
        body->record_fact.kind = PICK(fact_kinds);
        body->record_fact.occurred_on = day_around(dice, now, 10, 1);
        if (dice_chance(dice, 20))
            body->record_fact.value = dice_roll(dice, 1, 100);
        if (dice_chance(dice, 20))
            body->record_fact.node = "封顶";
        break;
    case TRIGGER_REQUEST:
        body->request.kind = (enum request_kind)dice_roll(dice, REQUEST_EXTENSION, REQUEST_SHELVING);
        body->request.pause_reason = dice_chance(dice, 90) ? "听证" : "等一等";
        body->request.measures = dice_chance(dice, 90) ? "落实资金" : "";
        body->request.applicant_told = dice_chance(dice, 90);
        if (body->request.kind == REQUEST_EXTENSION && dice_chance(dice, 50))
            body->request.amount = PICK(amounts);
        else
            body->request.until = day_around(dice, now, 0, body->request.kind == REQUEST_SHELVING ? 150 : 40);
        break;
    case TRIGGER_WITHDRAW_REQUEST:
        body->withdraw_request.kind = (enum request_kind)dice_roll(dice, REQUEST_EXTENSION, REQUEST_SHELVING);
        break;
    case TRIGGER_DECIDE:
        body->decide.kind = (enum request_kind)dice_roll(dice, REQUEST_EXTENSION, REQUEST_SHELVING);
        body->decide.granted = dice_chance(dice, 70);
        break;
    case TRIGGER_REPORT_DONE:
        *body = desk_report(desk, PICK(evidence));
        body->report_done.completed_on = day_around(dice, now, 5, 0);
        break;
    case TRIGGER_INVITE:
        body->invite.unit = PICK(units);
        body->invite.matter = "核对地块";
        if (dice_chance(dice, 50))
            body->invite.due_date = day_around(dice, now, 2, 20);
        else
            body->invite.period = PICK(amounts);
        break;
    case TRIGGER_ANSWER_INVITE:
        body->answer_invite.accepts = dice_chance(dice, 90);
        break;
    case TRIGGER_RECORD_VERIFICATION:
        body->record_verification.passed = dice_chance(dice, 80);
        body->record_verification.satisfaction =
            (enum satisfaction)dice_roll(dice, SATISFACTION_NONE, SATISFACTION_UNREACHED);
        break;
    case TRIGGER_CLOSE:
        body->close.disposition = dice_chance(dice, 50) ? "已说明" : "";
        break;
    case TRIGGER_REOPEN:
        body->reopen.reason_code =
            (enum reopen_reason)dice_roll(dice, REOPEN_NEW_FACTS, REOPEN_FALSE_EVIDENCE);
        break;
    case TRIGGER_INSTRUCT:
        body->instruct.card = (enum instruction_card)dice_roll(dice, CARD_NONE, CARD_MEETING);
        body->instruct.digest = "ab";
        body->instruct.until = day_around(dice, now, 2, 30);
        break;
    case TRIGGER_STEP:
        body->step.kind = (enum step_kind)dice_roll(dice, STEP_KIND_ACCEPT, STEP_KIND_REPLY);
        body->step.taken_on = day_around(dice, now, 5, 0);
        break;
    case TRIGGER_DECIDE_APPEAL:
        body->decide_appeal.upheld = dice_chance(dice, 50);
        break;
    case TRIGGER_ACKNOWLEDGE:
        body->acknowledge.rung = (uint32_t)dice_roll(dice, 2, 6);
        break;
    }
}

static void fill_family(struct dice *dice, struct body *body, struct instant now, struct desk *desk)
{
    if (body->trigger == TRIGGER_SPLIT) {
        body->split.item_count = (uint32_t)dice_roll(dice, 0, 3);
        body->split.items = ARENA_ARRAY(desk->arena, struct split_item, body->split.item_count + 1);
        for (uint32_t i = 0; i < body->split.item_count; i++)
            body->split.items[i] =
                (struct split_item){.title = "一部分",
                                    .template_code = dice_chance(dice, 70) ? "" : "T31",
                                    .lead_unit = dice_chance(dice, 90) ? "water" : "nowhere",
                                    .due_date = day_around(dice, now, 1, 20),
                                    .mandatory = dice_chance(dice, 50)};
    }
    if (body->trigger == TRIGGER_RESOLVE) {
        body->resolve.held_on = day_around(dice, now, 1, 1);
        body->resolve.document_no = "纪要1号";
    }
}

struct body random_body(struct dice *dice, enum trigger trigger, struct instant now, struct desk *desk)
{
    struct body body = say(trigger);
    fill_start(dice, &body, now);
    fill_work(dice, &body, now, desk);
    fill_family(dice, &body, now, desk);
    return body;
}
