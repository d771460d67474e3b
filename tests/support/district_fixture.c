/* district_fixture.c: see district_fixture.h. Lists grow in the arena one row at a time, so that a row here reads
 * like a row of deploy/registry. */
#include "district_fixture.h"

#include <assert.h>

#include "base/text.h"
#include "calendar_fixture.h"

#define APPEND(arena, list, count, ...)                                                                      \
    ((list) = arena_grown((arena), (list), (count), sizeof(*(list))), (list)[(count)++] = (__VA_ARGS__))

#define COPY(arena, type, ...) arena_copy((arena), (type[]){__VA_ARGS__}, sizeof((type[]){__VA_ARGS__}))
#define COUNT(type, ...) ((uint32_t)(sizeof((type[]){__VA_ARGS__}) / sizeof(type)))
#define ROLES(arena, ...) COPY(arena, enum role, __VA_ARGS__), COUNT(enum role, __VA_ARGS__)

#define DAYS(n)                                                                                              \
    {                                                                                                        \
        UNIT_CALENDAR_DAY, (n)                                                                               \
    }
#define WORKING_DAYS(n)                                                                                      \
    {                                                                                                        \
        UNIT_WORKING_DAY, (n)                                                                                \
    }
#define MINUTES(n)                                                                                           \
    {                                                                                                        \
        UNIT_MINUTE, (n)                                                                                     \
    }
#define HOURS(n)                                                                                             \
    {                                                                                                        \
        UNIT_HOUR, (n)                                                                                       \
    }

/* --- units and persons --------------------------------------------------------------------------------------- */

static struct registry_unit *add_unit(struct registry *registry, struct arena *arena, const char *id,
                                      const char *name, const char *kind, const char *field)
{
    APPEND(arena, registry->units, registry->unit_count,
           (struct registry_unit){.id = id,
                                  .name = name,
                                  .kind = kind,
                                  .field = field,
                                  .active = true,
                                  .inbox = true,
                                  .authority = ""});
    return &registry->units[registry->unit_count - 1];
}

static void add_person(struct registry *registry, struct arena *arena, const char *id, const char *name,
                       const char *unit, enum role role)
{
    APPEND(arena, registry->persons, registry->person_count,
           (struct registry_person){.id = id,
                                    .name = name,
                                    .unit = unit,
                                    ROLES(arena, role),
                                    .deputy = "",
                                    .mail = arena_format(arena, "%s@district.example", id)});
}

static void add_leader(struct registry *registry, struct arena *arena, const char *id, const char *name,
                       const char *field, enum role second_role)
{
    add_person(registry, arena, id, name, "government", ROLE_LEADER);
    struct registry_person *leader = &registry->persons[registry->person_count - 1];
    if (second_role != ROLE_NONE)
        APPEND(arena, leader->roles, leader->role_count, second_role);
    APPEND(arena, leader->fields, leader->field_count, field);
}

static void add_staff(struct registry *registry, struct arena *arena, const char *unit, const char *name)
{
    static const struct {
        const char *id, *title;
        enum role role;
    } posts[] = {
        {"handler", "承办人甲",    ROLE_HANDLER     },
        {"section", "科室负责人", ROLE_SECTION_HEAD},
        {"deputy",  "分管负责人", ROLE_DEPUTY_HEAD },
        {"head",    "主要负责人", ROLE_UNIT_HEAD   },
    };
    for (size_t i = 0; i < sizeof(posts) / sizeof(posts[0]); i++)
        add_person(registry, arena, arena_format(arena, "%s-%s", unit, posts[i].id),
                   arena_format(arena, "%s%s", name, posts[i].title), unit, posts[i].role);
}

static void add_department(struct registry *registry, struct arena *arena, const char *id, const char *name,
                           const char *field)
{
    struct registry_unit *unit = add_unit(registry, arena, id, name, "部门", field);
    struct registry_system system = {.source = arena_format(arena, "urn:duban:%s:oa", id),
                                     .name = "办公系统"};
    system.triggers =
        COPY(arena, enum trigger, TRIGGER_DRAFT, TRIGGER_SIGN, TRIGGER_PROGRESS, TRIGGER_RECORD_FACT);
    system.trigger_count = 4;
    APPEND(arena, unit->systems, unit->system_count, system);
    add_staff(registry, arena, id, name);
}

static struct registry_unit *add_supervisor(struct registry *registry, struct arena *arena, const char *id,
                                            const char *name, const char *authority)
{
    struct registry_unit *unit = add_unit(registry, arena, id, name, "督办单位", "综合");
    unit->supervisor = true;
    unit->inbox = false;
    unit->authority = authority;
    add_person(registry, arena, arena_format(arena, "%s-clerk", id), arena_format(arena, "%s经办人甲", name),
               id, ROLE_CLERK);
    add_person(registry, arena, arena_format(arena, "%s-clerk-b", id),
               arena_format(arena, "%s经办人乙", name), id, ROLE_CLERK);
    add_person(registry, arena, arena_format(arena, "%s-head", id), arena_format(arena, "%s负责人", name), id,
               ROLE_SUPERVISOR_HEAD);
    return unit;
}

static void add_units(struct registry *registry, struct arena *arena)
{
    add_department(registry, arena, "finance", "区财政局", "财政");
    add_department(registry, arena, "natural-resources", "区自然资源局", "资源");
    add_department(registry, arena, "housing", "区住建局", "资源");
    add_unit(registry, arena, "water", "供水公司", "企业", "资源")->voluntary = true;
    add_staff(registry, arena, "water", "供水公司");

    add_supervisor(registry, arena, "supervision", "督查室", "区政府决定");
    add_supervisor(registry, arena, "projects", "项目办", "政府督查工作条例第七条指定");
    add_supervisor(registry, arena, "arrears", "清欠办", "政府督查工作条例第七条指定");
    struct registry_unit *hotline =
        add_supervisor(registry, arena, "hotline", "12345热线", "政府督查工作条例第七条指定");
    struct registry_system tickets = {.source = "urn:duban:hotline:tickets", .name = "工单系统"};
    tickets.triggers = COPY(arena, enum trigger, TRIGGER_DRAFT, TRIGGER_RECORD_FACT,
                            TRIGGER_RECORD_VERIFICATION, TRIGGER_REOPEN);
    tickets.trigger_count = 4;
    hotline->inbox = true;
    APPEND(arena, hotline->systems, hotline->system_count, tickets);

    add_unit(registry, arena, "government", "区政府", "政府", "综合")->inbox = false;
    add_unit(registry, arena, "office", "区政府办", "政府", "综合")->inbox = false;
    add_leader(registry, arena, "leader-finance", "分管副区长A", "财政", ROLE_NONE);
    add_leader(registry, arena, "leader-land", "分管副区长B", "资源", ROLE_NONE);
    add_leader(registry, arena, "executive", "常务副区长", "综合", ROLE_ARBITER);
    add_person(registry, arena, "district-head", "区长", "government", ROLE_DISTRICT_HEAD);
    add_person(registry, arena, "office-director", "区政府办主任", "office", ROLE_OFFICE_DIRECTOR);
    add_person(registry, arena, "auditor", "审计员", "office", ROLE_AUDITOR);
    add_person(registry, arena, "administrator", "管理员", "office", ROLE_ADMINISTRATOR);
}

/* --- clocks and templates ------------------------------------------------------------------------------------- */

static void add_policy(struct registry_policy *policy, struct arena *arena)
{
    /* clang-format off */
    static const struct registry_clock clocks[] = {
        {CLOCK_REGISTER, WORKING_DAYS(1), HOURS(1), "ours", false},
        {CLOCK_ASSIGN, WORKING_DAYS(1), {UNIT_NONE, 0}, "ours", false},
        {CLOCK_SIGN, WORKING_DAYS(1), MINUTES(30), "ours", false},
        {CLOCK_OBJECT, WORKING_DAYS(1), {UNIT_NONE, 0}, "ours", false},
        {CLOCK_RULE, WORKING_DAYS(1), {UNIT_NONE, 0}, "ours", false},
        {CLOCK_DECIDE, WORKING_DAYS(1), {UNIT_NONE, 0}, "ours", false},
        {CLOCK_REVIEW, WORKING_DAYS(1), {UNIT_NONE, 0}, "ours", false},
        {CLOCK_VERIFY, WORKING_DAYS(3), {UNIT_NONE, 0}, "ours", false},
        {CLOCK_REWORK, WORKING_DAYS(5), {UNIT_NONE, 0}, "ours", false},
        {CLOCK_PLAN, WORKING_DAYS(5), {UNIT_NONE, 0}, "ours", false},
        {CLOCK_REPORT, {UNIT_MONTH, 1}, {UNIT_NONE, 0}, "ours", false},
        {CLOCK_ACK, WORKING_DAYS(1), MINUTES(30), "ours", false},
        {CLOCK_SHELF, DAYS(180), {UNIT_NONE, 0}, "ours", false},
        {CLOCK_APPEAL, DAYS(30), {UNIT_NONE, 0}, "政府督查工作条例 §17", false},
        {CLOCK_APPEAL_DECIDE, DAYS(30), {UNIT_NONE, 0}, "政府督查工作条例 §17", false},
        {CLOCK_ISSUE, WORKING_DAYS(1), {UNIT_NONE, 0}, "ours", false},
        {CLOCK_ARCHIVE, DAYS(90), {UNIT_NONE, 0}, "ours", false},
    };
    /* clang-format on */
    *policy = (struct registry_policy){
        .clocks = arena_copy(arena, clocks, sizeof(clocks)),
        .clock_count = sizeof(clocks) / sizeof(clocks[0]),
        .long_from = WORKING_DAYS(10),
        .opening_minute = 510,
        .nine_minute = 540,
        .office_hours = office_hours_sample,
        .resends = 1,
        .shelf_review = DAYS(30),
        .plan_from = WORKING_DAYS(60),
    };
}

/* What most templates share; the lists are filled by the caller. */
static struct registry_template template_of(const char *code, const char *name, const char *supervisor,
                                            enum lane lane)
{
    return (struct registry_template){
        .code = code,
        .name = name,
        .supervisor = supervisor,
        .lane = lane,
        .urgency = URGENCY_NORMAL,
        .lead_label = "牵头",
        .matter = "",
        .number_kind = "事项",
        .due_wording = "",
        .binds = BINDS_ACT,
        .due_fact = "",
        .verify = VERIFY_PAPER,
        .extension = {ROLE_CLERK,  2,         20, 0},
        .follows = "",
        .close_by = ROLE_CLERK,
        .schedule = {.measure = "",          .fact = ""                  },
        .debt = {.confirmation = "",.denial = ""},
    };
}

static void set_lists(struct registry_template *template_, struct arena *arena, const char *evidence,
                      const char *fact_kind)
{
    template_->evidence = COPY(arena, const char *, evidence);
    template_->evidence_count = 1;
    template_->fact_kinds = COPY(arena, const char *, fact_kind);
    template_->fact_kind_count = 1;
}

static void set_basis(struct registry_template *template_, struct arena *arena, const char *title,
                      struct date from, struct date until)
{
    APPEND(arena, template_->basis, template_->basis_count,
           (struct registry_legal_basis){title, from, until});
}

static void add_money_templates(struct registry *registry, struct arena *arena)
{
    struct registry_template funds = template_of("T1", "征地资金拨付到位", "projects", LANE_PROGRAMME);
    funds.due_date = date_at("2023-02-28");
    funds.due_wording = "2月底前";
    funds.binds = BINDS_FACT;
    funds.due_fact = "支付";
    set_lists(&funds, arena, "国库支付凭证", "支付");
    set_basis(&funds, arena, "土地管理法实施条例 §32", date_at("2021-09-01"), DATE_NONE);
    APPEND(arena, registry->templates, registry->template_count, funds);

    struct registry_template arrears = template_of("T12", "企业清欠", "arrears", LANE_PROGRAMME);
    arrears.date_required = true;
    arrears.binds = BINDS_FACT;
    arrears.due_fact = "到账";
    arrears.verify = VERIFY_CALL_BACK;
    arrears.extension = (struct registry_extension){ROLE_LEADER, 1, 10, 0};
    set_lists(&arrears, arena, "银行凭证", "到账");
    APPEND(arena, arrears.clocks, arrears.clock_count,
           (struct registry_clock){.clock = CLOCK_OBSERVE, .normal = DAYS(30), .basis = "ours"});
    set_basis(&arrears, arena, "保障中小企业款项支付条例(2020)", date_at("2020-09-01"),
              date_at("2025-05-31"));
    set_basis(&arrears, arena, "保障中小企业款项支付条例(2025)", date_at("2025-06-01"), DATE_NONE);
    APPEND(arena, registry->templates, registry->template_count, arrears);
}

struct registry_template *district_ask_creditor(struct registry *registry, struct arena *arena)
{
    struct registry_template *arrears = (struct registry_template *)registry_template(registry, "T12");
    arrears->fact_kinds = COPY(arena, const char *, "到账", "债权人确认", "债权人异议");
    arrears->fact_kind_count = 3;
    arrears->evidence = COPY(arena, const char *, "银行凭证", "债权人确认");
    arrears->evidence_count = 2;
    arrears->debt = (struct registry_debt){.late_interest_ppm = 500,
                                           .payment_kinds = COPY(arena, const char *, "到账"),
                                           .payment_kind_count = 1,
                                           .confirmation = "债权人确认",
                                           .denial = "债权人异议"};
    APPEND(arena, arrears->debt.basis, arrears->debt.basis_count,
           (struct registry_legal_basis){"保障中小企业款项支付条例(2020) §15", date_at("2020-09-01"),
                                         DATE_NONE});
    APPEND(arena, arrears->clocks, arrears->clock_count,
           (struct registry_clock){
               .clock = CLOCK_CONFIRM, .normal = WORKING_DAYS(5), .basis = "ours", .deemed = true});
    return arrears;
}

static void add_statutory(struct registry_template *template_, struct arena *arena,
                          struct registry_statutory row, enum step_kind stop)
{
    APPEND(arena, row.stop, row.stop_count, stop);
    APPEND(arena, template_->statutory, template_->statutory_count, row);
}

/* 信访: what 信访工作条例 asks for by a day; deciding about acceptance is deemed, so that this is tried too. */
static void add_petition_template(struct registry *registry, struct arena *arena)
{
    struct registry_template petition = template_of("T23", "信访事项", "supervision", LANE_PROGRAMME);
    petition.lead_label = "主办";
    petition.due = (struct duration)DAYS(60);
    petition.verify = VERIFY_CALL_BACK;
    petition.extension = (struct registry_extension){ROLE_UNIT_HEAD, 1, 30, 0};
    set_lists(&petition, arena, "答复意见书", "答复");
    struct registry_statutory inform = {
        .name = "告知", .start = "draft", .amount = DAYS(15), .basis = "信访工作条例 §23"};
    struct registry_statutory accept = {
        .name = "受理", .start = "assign", .amount = WORKING_DAYS(3), .deemed = true, .basis = "ours"};
    struct registry_statutory handle = {.name = "办理",
                                        .start = "step:accept",
                                        .amount = DAYS(60),
                                        .extension = DAYS(30),
                                        .cap = DAYS(90),
                                        .basis = "信访工作条例 §34"};
    APPEND(arena, accept.stop, accept.stop_count, STEP_KIND_ACCEPT);
    add_statutory(&petition, arena, inform, STEP_KIND_INFORM);
    add_statutory(&petition, arena, accept, STEP_KIND_REFUSE);
    add_statutory(&petition, arena, handle, STEP_KIND_REPLY);
    set_basis(&petition, arena, "信访工作条例", date_at("2022-05-01"), DATE_NONE);
    APPEND(arena, registry->templates, registry->template_count, petition);
}

static void add_office_templates(struct registry *registry, struct arena *arena)
{
    struct registry_template ticket = template_of("T22", "12345热线工单", "hotline", LANE_PROGRAMME);
    ticket.lead_label = "主办";
    ticket.due = (struct duration)WORKING_DAYS(5);
    ticket.due_urgent = (struct duration)MINUTES(30);
    ticket.verify = VERIFY_CALL_BACK;
    ticket.extension = (struct registry_extension){ROLE_UNIT_HEAD, 3, 9, 3};
    set_lists(&ticket, arena, "办理答复", "回访");
    APPEND(arena, ticket.clocks, ticket.clock_count,
           (struct registry_clock){.clock = CLOCK_SIGN,
                                   .normal = WORKING_DAYS(1),
                                   .urgent = MINUTES(30),
                                   .basis = "ours",
                                   .deemed = true});
    APPEND(arena, registry->templates, registry->template_count, ticket);

    struct registry_template instruction = template_of("T31", "领导批示件", "supervision", LANE_SUPERVISED);
    instruction.lead_label = "主办";
    instruction.due = (struct duration)DAYS(15);
    instruction.due_urgent = (struct duration)DAYS(5);
    instruction.extension = (struct registry_extension){ROLE_LEADER, 1, 10, 0};
    set_lists(&instruction, arena, "办理情况报告", "办理");
    APPEND(arena, instruction.clocks, instruction.clock_count,
           (struct registry_clock){.clock = CLOCK_OBSERVE, .normal = WORKING_DAYS(5), .basis = "ours"});
    set_basis(&instruction, arena, "政府督查工作条例 §11", date_at("2021-02-01"), DATE_NONE);
    APPEND(arena, registry->templates, registry->template_count, instruction);
    add_petition_template(registry, arena);
}

/* A licence: 20 working days, 10 more at the most, and reasons for which the law stops the time. */
static void add_licence_template(struct registry *registry, struct arena *arena)
{
    struct registry_template licence = template_of("XK", "行政许可事项办理", "supervision", LANE_PROGRAMME);
    licence.lead_label = "主办";
    licence.due = (struct duration)WORKING_DAYS(20);
    licence.extension = (struct registry_extension){ROLE_UNIT_HEAD, 2, 40, 0};
    licence.shelving_decider = ROLE_CLERK;
    set_lists(&licence, arena, "许可决定书", "许可");
    set_basis(&licence, arena, "行政许可法 §42 §45", date_at("2004-07-01"), DATE_NONE);
    APPEND(arena, licence.pauses, licence.pause_count,
           (struct registry_pause){.code = "听证", .name = "听证", .basis = "行政许可法 §45"});
    APPEND(arena, licence.pauses, licence.pause_count,
           (struct registry_pause){.code = "鉴定", .name = "鉴定", .basis = "行政许可法 §45"});
    APPEND(arena, licence.caps, licence.cap_count,
           (struct registry_cap){.amount = WORKING_DAYS(30), .basis = "行政许可法 §42"});
    APPEND(arena, registry->templates, registry->template_count, licence);
}

/* --- ladder and forms ---------------------------------------------------------------------------------- */

struct step {
    enum profile profile;
    uint32_t rung, occurrence;
    enum offset_kind offset;
    int32_t amount;
    bool at_nine;
    enum role to, copy;
};

static const struct step steps[] = {
    {PROFILE_LONG,       0, 1, OFFSET_START,               0,   false, ROLE_HANDLER,         ROLE_SECTION_HEAD   },
    {PROFILE_LONG,       1, 1, OFFSET_BEFORE_WORKING_DAYS, 5,   false, ROLE_HANDLER,         ROLE_NONE           },
    {PROFILE_LONG,       2, 1, OFFSET_BEFORE_WORKING_DAYS, 3,   false, ROLE_HANDLER,         ROLE_SECTION_HEAD   },
    {PROFILE_LONG,       2, 2, OFFSET_BEFORE_WORKING_DAYS, 1,   false, ROLE_HANDLER,         ROLE_SECTION_HEAD   },
    {PROFILE_LONG,       3, 1, OFFSET_DUE,                 0,   true,  ROLE_DEPUTY_HEAD,     ROLE_CLERK          },
    {PROFILE_LONG,       4, 1, OFFSET_AFTER_WORKING_DAYS,  3,   true,  ROLE_UNIT_HEAD,       ROLE_LEADER         },
    {PROFILE_LONG,       5, 1, OFFSET_AFTER_WORKING_DAYS,  5,   true,  ROLE_LEADER,          ROLE_OFFICE_DIRECTOR},
    {PROFILE_LONG,       6, 1, OFFSET_AFTER_WORKING_DAYS,  10,  true,  ROLE_DISTRICT_HEAD,   ROLE_NONE           },
    {PROFILE_SHORT,      0, 1, OFFSET_START,               0,   false, ROLE_HANDLER,         ROLE_SECTION_HEAD   },
    {PROFILE_SHORT,      1, 1, OFFSET_PERCENT_LEFT,        30,  false, ROLE_HANDLER,         ROLE_NONE           },
    {PROFILE_SHORT,      2, 1, OFFSET_PERCENT_LEFT,        15,  false, ROLE_HANDLER,         ROLE_SECTION_HEAD   },
    {PROFILE_SHORT,      3, 1, OFFSET_DUE,                 0,   true,  ROLE_DEPUTY_HEAD,     ROLE_CLERK          },
    {PROFILE_SHORT,      4, 1, OFFSET_PERCENT_OVER,        50,  true,  ROLE_UNIT_HEAD,       ROLE_LEADER         },
    {PROFILE_SHORT,      5, 1, OFFSET_PERCENT_OVER,        100, true,  ROLE_LEADER,          ROLE_OFFICE_DIRECTOR},
    {PROFILE_SHORT,      6, 1, OFFSET_PERCENT_OVER,        200, true,  ROLE_DISTRICT_HEAD,   ROLE_NONE           },
    {PROFILE_URGENT,     0, 1, OFFSET_START,               0,   false, ROLE_HANDLER,         ROLE_SECTION_HEAD   },
    {PROFILE_URGENT,     1, 1, OFFSET_PERCENT_LEFT,        50,  false, ROLE_HANDLER,         ROLE_NONE           },
    {PROFILE_URGENT,     2, 1, OFFSET_PERCENT_LEFT,        25,  false, ROLE_HANDLER,         ROLE_SECTION_HEAD   },
    {PROFILE_URGENT,     3, 1, OFFSET_DUE,                 0,   false, ROLE_DEPUTY_HEAD,     ROLE_CLERK          },
    {PROFILE_URGENT,     4, 1, OFFSET_PERCENT_OVER,        50,  false, ROLE_UNIT_HEAD,       ROLE_LEADER         },
    {PROFILE_URGENT,     5, 1, OFFSET_PERCENT_OVER,        100, false, ROLE_LEADER,          ROLE_OFFICE_DIRECTOR},
    {PROFILE_URGENT,     6, 1, OFFSET_PERCENT_OVER,        200, false, ROLE_DISTRICT_HEAD,   ROLE_NONE           },
    {PROFILE_SUPERVISOR, 1, 1, OFFSET_DUE,                 0,   false, ROLE_CLERK,           ROLE_NONE           },
    {PROFILE_SUPERVISOR, 2, 1, OFFSET_AFTER_WORKING_DAYS,  1,   false, ROLE_SUPERVISOR_HEAD, ROLE_NONE           },
    {PROFILE_SUPERVISOR, 3, 1, OFFSET_AFTER_WORKING_DAYS,  2,   false, ROLE_OFFICE_DIRECTOR, ROLE_NONE           },
};

static void add_ladder(struct registry *registry, struct arena *arena)
{
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        const struct step *step = &steps[i];
        bool of_unit = step->profile != PROFILE_SUPERVISOR;
        struct registry_rung rung = {
            .profile = step->profile,
            .rung = step->rung,
            .occurrence = step->occurrence,
            .offset = step->offset,
            .amount = step->amount,
            .at_nine = step->at_nine,
            .form = of_unit && step->rung == 4 ? "督办通知单" : "提醒",
            .acknowledge = of_unit && step->rung >= 3,
            .weekly = of_unit && step->rung == 6,
        };
        APPEND(arena, rung.to, rung.to_count, step->to);
        if (step->copy != ROLE_NONE)
            APPEND(arena, rung.copy, rung.copy_count, step->copy);
        APPEND(arena, registry->ladder, registry->rung_count, rung);
    }
    APPEND(arena, registry->forms, registry->form_count,
           (struct registry_form){"提醒", "{rehearsal}{number} {title}",
                                  "{lead_unit} {due} {why} {stop} {proof} {as_of}", false});
    APPEND(arena, registry->forms, registry->form_count,
           (struct registry_form){"督办通知单", "{rehearsal}{number} {title}",
                                  "{lead_unit} {due} {why} {stop} {proof} {as_of}", true});
    APPEND(arena, registry->forms, registry->form_count,
           (struct registry_form){"清单", "{rehearsal}{listed}", "{list}\n{why} {proof} {as_of}", false});
    APPEND(arena, registry->announcements, registry->announcement_count,
           (struct registry_announcement){EVENT_CALENDAR_APPLIED, ROLES(arena, ROLE_HANDLER, ROLE_CLERK),
                                          "清单", .merge = true});
    APPEND(arena, registry->announcements, registry->announcement_count,
           (struct registry_announcement){EVENT_OVERDUE_REVOKED, ROLES(arena, ROLE_DEPUTY_HEAD, ROLE_CLERK),
                                          "提醒"});
    APPEND(arena, registry->channels, registry->channel_count, (struct registry_channel){"directory", true});
    APPEND(arena, registry->number_kinds, registry->number_kind_count,
           (struct registry_number_kind){"事项", "督办"});
}

/* --- the whole ------------------------------------------------------------------------------------------------ */

struct registry *district_fixture(struct arena *arena)
{
    struct registry *registry = ARENA_NEW(arena, struct registry);
    registry->version = 1;
    registry->rehearsal = true;
    registry->deployment = "示范区";
    add_policy(&registry->policy, arena);
    add_units(registry, arena);
    add_money_templates(registry, arena);
    add_office_templates(registry, arena);
    add_licence_template(registry, arena);
    add_ladder(registry, arena);
    registry->calendars =
        arena_copy(arena, calendar_fixture_years(arena), FIXTURE_YEARS * sizeof(struct calendar_year));
    registry->calendar_count = FIXTURE_YEARS;
    return registry;
}

static const struct registry *only_version(const void *context, uint32_t version)
{
    const struct registry *registry = context;
    return version >= 1 && version <= registry->version ? registry : NULL;
}

struct ruleset district_ruleset(const struct registry *registry, struct arena *arena)
{
    return (struct ruleset){
        .registry = registry,
        .calendar = calendar_build(arena, registry->calendars, registry->calendar_count, registry->version),
        .registry_at = only_version,
        .context = registry,
        .partition_count = 4,
        .deployment = registry->deployment,
        .bootstrap_secret = "",
    };
}

struct actor district_person(const struct registry *registry, const char *person)
{
    const struct registry_person *found = registry_person(registry, person);
    assert(found != NULL);
    return (struct actor){found->unit, found->id, "", "", DOOR_HTTP};
}

struct actor district_system(const struct registry *registry, const char *ce_source)
{
    for (uint32_t i = 0; i < registry->unit_count; i++) {
        const struct registry_system *system = registry_system(&registry->units[i], ce_source);
        if (system != NULL)
            return (struct actor){registry->units[i].id, "", system->source, "", DOOR_KAFKA};
    }
    assert(!"no such source system");
}
