/* registry.h: the registry (登记册): everything about the district that is data. One version is one record of
 * duban.registry; deploy/registry/ holds the sample district as YAML with the same field names.
 *
 * The model is read-only after decoding; lookups return NULL when absent. */
#ifndef DUBAN_DOMAIN_REGISTRY_H
#define DUBAN_DOMAIN_REGISTRY_H

#include "domain/calendar.h"
#include "domain/deadline.h"
#include "domain/recurrence.h"
#include "domain/vocabulary.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct registry_index;

/* 文号 per kind: 督办〔2023〕17号 = prefix + 〔year〕 + number + 号. */
struct registry_number_kind {
    const char *kind;
    const char *prefix;
};

/* A source system of a unit: what it may send through its inbox, and under which ce_source. */
struct registry_system {
    const char *source; /* ce_source */
    const char *name;
    enum trigger *triggers; /* never more than the life table allows a system */
    uint32_t trigger_count;
};

struct registry_unit {
    const char *id;   /* [a-z0-9-], names the inbox and the outbox */
    const char *name; /* 区财政局 */
    const char *kind; /* 部门 | 街道 | 乡镇 | 园区 | 督办单位 | 专班 | 企业 | 政府 */
    bool active;
    bool inbox;            /* has duban.inbox.<id> and duban.outbox.<id> */
    const char *field;     /* 分管领域: leads to its leader */
    bool supervisor;       /* 督办单位 */
    const char *authority; /* of a supervisor: decision, designation or statute that lets it supervise */
    bool voluntary;        /* 自愿承担: never above rung 2 */
    struct registry_system *systems;
    uint32_t system_count;
};

struct registry_person {
    const char *id;
    const char *name; /* an invented office: 分管副区长A */
    const char *unit;
    enum role *roles;
    uint32_t role_count;
    const char **fields; /* of a leader: 分管领域 */
    uint32_t field_count;
    const char *deputy; /* 代 */
    const char *mail;   /* where notices go */
};

struct registry_token {
    const char *id;
    const char *person;
    const char *digest; /* SHA-256 of the secret, hex */
    bool revoked;
};

/* Amounts of one clock; in a template it replaces the policy's. */
struct registry_clock {
    enum clock_id clock;
    struct duration normal;
    struct duration urgent; /* for 特急; empty = normal */
    const char *basis;      /* law, provincial rule, or "ours" */
    bool deemed;            /* C-SIGN: its end signs by silence */
};

struct registry_extension {
    enum role decider; /* ROLE_CLERK (the supervisor), ROLE_LEADER, ROLE_UNIT_HEAD */
    uint32_t count;
    int32_t working_days_in_all;
    int32_t working_days_each; /* 0 = only the total counts */
};

/* A reason for which the law stops the time (中止); there is no other one. */
struct registry_pause {
    const char *code;
    const char *name;    /* 听证 */
    const char *basis;   /* 行政许可法 §45 */
    const char **covers; /* names of the statutory clocks that stand still too; C-DUE always does */
    uint32_t cover_count;
};

/* 法定最长期限 of C-DUE, from its first start, 中止 excluded: no extension, instruction, promise or ruling ends later. */
struct registry_cap {
    struct duration amount;
    const char *basis;
    struct date in_force_from; /* by the day C-DUE first started; none: always */
    struct date in_force_until;
};

/* One 法定时限 of a template. Rows of one name may follow each other in time (the rule of 2020, that of 2025). */
struct registry_statutory {
    const char *name;     /* 告知, 办理 …: names the clock */
    const char *start;    /* what starts it: draft, register, assign, or step:<code of LIST_STEP> */
    enum step_kind *stop; /* any of these steps meets it by its date */
    uint32_t stop_count;
    struct duration amount;     /* in days, working days or months */
    struct duration extension;  /* at most so much more, by decision; none: cannot be extended */
    struct duration cap;        /* in all, as the law says; none: no cap */
    bool deemed;                /* its end takes the first of `stop` for done */
    const char *basis;          /* law and article */
    struct date in_force_from;  /* of the rule, on the day it starts; none: always */
    struct date in_force_until; /* none: still */
};

struct registry_legal_basis {
    const char *title; /* 保障中小企业款项支付条例 §9 */
    struct date in_force_from;
    struct date in_force_until; /* none: still */
    bool sets_due; /* the period of `due`, or the day of `recurrence`, is its own and not the district's */
};

/* When the schedule line is looked at, always at the opening of business of a working day. */
enum check_kind {
    CHECK_NONE = 0,
    CHECK_WEEKLY,    /* on `weekday`, or the next working day */
    CHECK_MONTHLY,   /* on the last working day of the month */
    CHECK_QUARTERLY, /* on the last working day of the quarter */
    CHECK_COUNT,
};

struct registry_schedule_point {
    struct date date;
    int32_t permille; /* of the target, by the end of that day */
};

/* 序时进度: the actual values against the planned ones. What is planned stands in the task's plan, else here. */
struct registry_schedule {
    const char *measure;   /* 亿元 | 个 …; "" = this kind of task has no schedule line */
    const char *fact;      /* the kind of fact that brings the actual, cumulative value */
    int64_t target;        /* the whole, for points given here; a plan's last value is its own */
    int32_t yellow_points; /* percentage points behind, from which the line is yellow */
    int32_t red_points;    /* … beyond which it is red */
    enum check_kind check;
    uint32_t weekday; /* 1 Monday … 7 */
    struct registry_schedule_point *points;
    uint32_t point_count;
};

/* A statutory period that must have run before the thing can be done (预公告 10 working days, 公告 30 days); one begins on
 * the day after the one before it has ended. */
struct registry_minimum {
    const char *name;
    struct duration amount;
    const char *basis;
};

/* Of a debt (企业清欠): what pays it, and its late interest where no rate was agreed. */
struct registry_debt {
    int32_t late_interest_ppm;  /* a day, in millionths: 500 is 0.05 % (万分之五); 0: no debt */
    const char **payment_kinds; /* kinds of facts that pay it */
    uint32_t payment_kind_count;
    struct registry_legal_basis *basis; /* of that rate */
    uint32_t basis_count;
    /* The class of evidence by which the creditor confirms, which his silence replaces (C-CONFIRM); "": none. */
    const char *confirmation;
    const char *denial; /* the kind of fact by which he denies that he was paid */
};

struct registry_template {
    const char *code; /* T1 … */
    const char *name;
    const char *supervisor; /* unit */
    enum lane lane;
    enum urgency urgency;
    const char *lead_label; /* 牵头 | 主办 */
    const char *matter;     /* field whose leader is concerned, "" = by lead unit */
    const char *number_kind;
    bool date_required;   /* a date must be given at registration */
    struct date due_date; /* the template's own date */
    struct duration due;  /* or period */
    struct duration due_urgent;
    const char *due_wording;
    struct recurrence recurrence; /* a standing task instead of one due date */
    bool meeting;                 /* its occurrences are meetings, which resolve (会议议定) */
    enum roll roll;
    int32_t cutoff_minute; /* 0 = 24:00 */
    enum binds binds;
    const char *due_fact; /* the kind of fact the due date asks for */
    enum verify_method verify;
    uint32_t sample_percent;
    const char **evidence; /* mandatory classes */
    uint32_t evidence_count;
    const char **fact_kinds;
    uint32_t fact_kind_count;
    struct registry_extension extension;
    enum role suspension_decider; /* NONE: as of extensions, else the supervisor */
    enum role shelving_decider;   /* … */
    bool extensions_only;         /* the law knows no 暂缓 here */
    struct registry_pause *pauses;
    uint32_t pause_count;
    struct registry_cap *caps; /* at most one in force on a day */
    uint32_t cap_count;
    struct registry_clock *clocks;
    uint32_t clock_count;
    const char *follows; /* template of the legal predecessor, "" none */
    struct registry_legal_basis *basis;
    uint32_t basis_count;
    enum role close_by;   /* ROLE_CLERK (default), ROLE_LEADER for 重点件 */
    enum profile profile; /* of its ladder; none: by the time allowed */
    struct registry_statutory *statutory;
    uint32_t statutory_count;
    struct office_hours office_hours; /* empty: the policy's */
    struct registry_schedule schedule;
    struct registry_minimum *minimums; /* in the order in which they run */
    uint32_t minimum_count;
    struct registry_debt debt;
    /* 自受理之日起: from this step's day C-DUE counts anew, once it is taken; NONE: from assignment only. */
    enum step_kind due_step;
};

/* Where a rung stands relative to its clock (domain.md §5). */
enum offset_kind {
    OFFSET_NONE = 0,
    OFFSET_START,               /* when the clock starts: rung 0 */
    OFFSET_BEFORE_WORKING_DAYS, /* −n wd */
    OFFSET_PERCENT_LEFT,
    OFFSET_DUE,                /* at expiry */
    OFFSET_AFTER_WORKING_DAYS, /* +n wd */
    OFFSET_PERCENT_OVER,
    OFFSET_COUNT,
};

/* One rung of one profile. */
struct registry_rung {
    enum profile profile;
    uint32_t rung;
    uint32_t occurrence; /* 1 unless the rung comes more than once */
    enum offset_kind offset;
    int32_t amount; /* of the offset: days, percent; ≥ 0 */
    bool at_nine;   /* at the first 09:00 of a working day at or after */
    enum role *to;
    uint32_t to_count;
    enum role *copy;
    uint32_t copy_count;
    const char *form; /* code of a form */
    bool acknowledge; /* 签阅 asked for */
    /* Only for clocks of at least, and of less than, so many working days; 0: no bound. */
    int32_t allowed_from;
    int32_t allowed_below;
    bool weekly; /* only in the weekly list */
};

/* Events that are told apart from the ladder (a ruling, a refusal to extend, 撤销逾期认定 …). */
struct registry_announcement {
    enum event_type event;
    enum role *to;
    uint32_t to_count;
    const char *form;
    enum clock_id clock; /* only where this clock caused it (clock_expired); none: any */
    enum light light; /* only where the schedule line turned to this colour (schedule_checked); none: any */
    bool merge;       /* one list for each person and version of the registry (notice_merged.h) */
};

struct registry_form {
    const char *code;  /* 交办单, 催办单, 督办通知单 … */
    const char *title; /* subject, with {placeholders} */
    const char *body;  /* text, with {placeholders}; an unknown one is refused by check */
    bool draft;        /* goes out marked 稿 */
};

struct registry_channel {
    const char *code; /* directory | smtp */
    bool enabled;
};

struct registry_policy {
    struct registry_clock *clocks; /* defaults of every clock, domain.md §3.5 */
    uint32_t clock_count;
    struct duration shelf_review;     /* how often the clerk looks at a shelved task; NONE: never */
    struct duration long_from;        /* allowed time from which the Long profile applies: 10 wd */
    int32_t opening_minute;           /* start of business: 08:30 = 510 */
    int32_t nine_minute;              /* when rungs ≥ 3 go out: 09:00 = 540 */
    uint32_t resends;                 /* R of design §11.5 */
    struct office_hours office_hours; /* for units of working hours; empty: no clock may use them */
    struct duration plan_from;        /* allowed time from which plans are asked for: 60 wd; none: never */
};

struct registry_matter_leader {
    const char *field;
    const char *person;
};

struct registry {
    uint32_t version;       /* 0 in files; set when published */
    bool rehearsal;         /* stepped time is allowed, every notice says so */
    const char *deployment; /* name of the district */
    struct registry_policy policy;
    struct registry_number_kind *number_kinds;
    uint32_t number_kind_count;
    struct registry_unit *units;
    uint32_t unit_count;
    struct registry_person *persons;
    uint32_t person_count;
    struct registry_token *tokens;
    uint32_t token_count;
    struct registry_template *templates;
    uint32_t template_count;
    struct registry_rung *ladder;
    uint32_t rung_count;
    struct registry_announcement *announcements;
    uint32_t announcement_count;
    struct registry_form *forms;
    uint32_t form_count;
    struct registry_channel *channels;
    uint32_t channel_count;
    struct calendar_year *calendars;
    uint32_t calendar_count;
    const char **excused_doors; /* `dubanctl door excuse`, on record */
    uint32_t excused_door_count;
    const struct registry_index
        *index; /* registry_index.h; NULL: none, lookups scan. No field of the record */
};

const struct registry_unit *registry_unit(const struct registry *registry, const char *id);
const struct registry_person *registry_person(const struct registry *registry, const char *id);
const struct registry_template *registry_template(const struct registry *registry, const char *code);
const struct registry_system *registry_system(const struct registry_unit *unit, const char *source);
const struct registry_token *registry_token(const struct registry *registry, const char *id);
/* NULL: the law does not stop the time for that. */
const struct registry_pause *registry_pause(const struct registry_template *template_, const char *code);
const struct registry_form *registry_form(const struct registry *registry, const char *code);
bool registry_person_has_role(const struct registry_person *person, enum role role);
/* The first person of the unit who holds the role; NULL when vacant. */
const struct registry_person *registry_role_in_unit(const struct registry *registry, const char *unit,
                                                    enum role role);
const struct registry_person *registry_role(const struct registry *registry, enum role role);
/* 分管领导 of a field; NULL when none. */
const struct registry_person *registry_leader_of_field(const struct registry *registry, const char *field);
/* Amount of a clock: the template's, else the policy's. Unit NONE: that clock is off. */
struct duration registry_clock_amount(const struct registry *registry,
                                      const struct registry_template *template_, enum clock_id clock,
                                      enum urgency urgency);
/* For units of working hours: the template's, else the policy's; NULL: the registry names none. */
const struct office_hours *registry_office_hours(const struct registry *registry,
                                                 const struct registry_template *template_);
/* Those of an open task. When offices are open is a fact, as the calendars are, and no rule: like them it is always that
 * of the registry in force, whatever version the task has pinned. `template_` is the pinned one, NULL without any; where
 * the registry in force has no such template, or names no hours, those of `pinned` stay. */
const struct office_hours *registry_office_hours_in_force(const struct registry *registry,
                                                          const struct registry *pinned,
                                                          const struct registry_template *template_);
/* Do both say of every day the same (worked, or not), and of every year (published, or not)? */
bool registry_calendars_equal(const struct registry *a, const struct registry *b);
/* Are the offices open at the same hours, in general and for every template, and does business open at the same time? */
bool registry_hours_equal(const struct registry *a, const struct registry *b);
bool registry_clock_deemed(const struct registry *registry, const struct registry_template *template_,
                           enum clock_id clock);

/* domain/registry_check.c: every rule that a registry must keep. */
struct registry_fault {
    const char *path; /* "templates[3].supervisor": resolved to file, line and column by the YAML reader */
    const char *rule; /* code: dangling_reference, duplicate_key, unknown_word … */
    const char *value;
};

struct arena;
/* Number of faults found (at most `limit` are returned). `previous` may be NULL. */
uint32_t registry_check(const struct registry *registry, const struct registry *previous, struct arena *arena,
                        struct registry_fault *ret_faults, uint32_t limit);

#endif
