/* body.h: what each trigger says. Commands carry a body; the event that accepts a command carries the same body,
 * so a fact is written down exactly as it was asked for.
 *
 * Texts are never NULL. Lists are arrays in the arena of the turn. The limits and which fields are required stand
 * in the wire tables (common/wire/messages.c); what a field means stands here. */
#ifndef DUBAN_DOMAIN_BODY_H
#define DUBAN_DOMAIN_BODY_H

#include "base/digest.h"
#include "base/instant.h"
#include "domain/deadline.h"
#include "domain/refusal.h"
#include "domain/vocabulary.h"

/* Where a task comes from (domain.md §3.2). */
struct source {
    const char *kind; /* 讲话 | 批示 | 会议纪要 | 工单 | 信访 | 平台 | 上级交办 */
    const char *from; /* person or office */
    struct date date;
    const char *document_no; /* 文号 */
    const char *text;
    const char *digest; /* of the paper, hex */
};

/* 政府督查工作条例 §11: what entitles the supervisor to supervise. */
struct approval {
    const char *person; /* registry id of the approving leader */
    const char *kind;   /* 批示 | 纪要 | 授权 | 概括授权 */
    struct date date;
    const char *document_no;
};

/* The due date as the registrar gives it; empty takes the template's. */
struct due_request {
    struct date date;       /* a bare date */
    struct duration period; /* or a period from assignment */
    const char *wording;    /* how the paper says it ("3月底前"); 尽快 and the like are refused */
};

struct evidence {
    const char *class_code; /* what the template asks for */
    const char *reference;  /* document, voucher number or URL in the system of record */
    const char *digest;     /* hex, may be empty */
};

struct text_list {
    const char **items;
    uint32_t count;
};

struct body_draft {
    const char *reference; /* the department's own; with unit and ce_source it makes the task id */
    const char *template_code;
    const char *title;
    const char *description;
    struct source source;
    const char *lead_unit; /* proposed; the registrar decides */
    const char *applicant; /* masked by intake */
    const char *urgency;   /* code of LIST_URGENCY, "" = template's */
    int64_t amount_fen;
    int32_t agreed_rate_bp; /* of a debt: the annual rate of late interest that was agreed, in basis points */
    struct date debt_due_on; /* of a debt: the day by which the contract wanted it paid */
    struct due_request due;
    struct text_list follows; /* task ids of predecessors */
};

struct body_register {
    struct approval approval;
    const char *lead_unit;
    struct text_list co_units;
    const char *leader; /* 包保领导, registry id; "" = by field */
    const char *urgency;
    int32_t agreed_rate_bp; /* where the draft did not know: as there */
    struct date debt_due_on;
    struct due_request due;
    struct text_list follows;
    struct date
        earliest_start; /* set: the first minimum period begins then, not on the day of registration */
};

struct body_assign {
    struct date due_date; /* set: a new date */
    const char *requirement;
};

struct body_object {
    const char *reason;
    const char *basis;         /* the rule the unit relies on */
    const char *proposed_unit; /* who it says should lead */
};

struct body_adjudicate {
    const char *unit; /* who leads */
    const char *reason;
    struct date due_date; /* set: a later date */
};

struct body_reject {
    enum reject_reason reason_code;
    const char *reason;
};

struct body_reassign {
    const char *unit;
    enum reassign_reason reason_code;
    const char *reason;
    struct date due_date;
};

struct body_progress {
    uint32_t percent; /* 0 … 100 */
    const char *note;
    const char *next_step;
    enum hindrance blocker_code;
    const char *node;    /* of the plan, that is done */
    struct date done_on; /* of the node; none: the day it is told */
    struct evidence evidence;
};

struct body_record_fact {
    const char *kind; /* 到账, 支付, 批复, 验收, 公示, 回访 …: the template's list */
    struct date occurred_on;
    int64_t amount_fen;
    struct evidence evidence;
    const char *note;
    const char *node; /* of the plan, which this fact completes */
    int64_t value;    /* cumulative, in the measure of the template's schedule */
};

/* A milestone as the unit plans it. */
struct planned_node {
    const char *name;
    struct date date;
    const char *evidence_class; /* what will prove it; "" = the unit's word */
    int64_t value;  /* planned cumulative value by then, in the measure of the template's schedule */
    bool mandatory; /* no report of completion while it is open */
    int64_t
        amount_fen; /* of a debt: the instalment due by then; paid amounts settle it, nobody reports it done */
};

struct body_plan {
    struct planned_node *nodes; /* ascending */
    uint32_t node_count;
};

struct body_request {
    enum request_kind kind;
    struct duration amount; /* either this */
    struct date until;      /* or this */
    const char *reason;
    const char *measures;
    const char *pause_reason; /* 中止: a code of the template's list */
    bool applicant_told;      /* 暂缓: the applicant knows, and knows until when */
};

struct body_withdraw_request {
    enum request_kind kind;
    const char *reason;
};

/* Resume 恢复, Unshelve 转入办理. */
struct body_go_on {
    const char *note;
};

struct body_decide {
    enum request_kind kind;
    bool granted;
    const char *reason;
};

struct body_report_done {
    struct date completed_on; /* the day the thing was done, as the unit says */
    const char *summary;
    struct evidence *evidence;
    uint32_t evidence_count;
};

struct body_record_verification {
    enum verify_method method;
    bool passed;
    enum satisfaction satisfaction;
    struct date confirmed_on; /* the completion date that the evidence shows; none: as reported */
    const char *note;
};

struct body_return {
    const char *defects;
};

/* Until when: one of them, or neither where the template has an amount for C-CO. */
struct body_invite {
    const char *unit;
    const char *matter; /* what it is asked to do */
    struct date due_date;
    struct duration period; /* from its acceptance */
};

/* Of the actor's unit. */
struct body_answer_invite {
    bool accepts;
    const char *reason;
};

struct body_co_report {
    const char *summary;
    struct evidence *evidence;
    uint32_t evidence_count;
};

struct body_close {
    struct date completed_on; /* 核定完成日期; none: as verified or reported */
    const char *disposition;  /* required where satisfaction is missing or negative */
};

struct body_reopen {
    enum reopen_reason reason_code;
    const char *reason;
};

struct body_answer_urging {
    enum hindrance reason_code;
    const char *measure;
    struct date promised_on;
};

struct body_instruct {
    enum instruction_card card;
    struct date until;
    const char *text;
    const char *digest; /* of the paper, when a liaison records it */
};

struct body_acknowledge {
    const char *notice; /* notice id */
    uint32_t rung;
};

/* A part of the task, for one unit. */
struct split_item {
    const char *title;
    const char *template_code; /* "" = the parent's */
    const char *lead_unit;
    struct date due_date;
    bool mandatory; /* the parent cannot be reported done before it is closed */
};

struct body_split {
    struct split_item *items;
    uint32_t item_count;
    const char *reason;
};

/* One line of the minutes: a new task, or, where `task` is set, a decision about one that is there already. */
struct resolution {
    const char *title;
    const char *template_code;
    const char *lead_unit;
    struct date due_date;
    const char *task;
    enum instruction_card card; /* of an existing task: as in body_instruct, with until and text */
    struct date until;
    const char *text;
};

struct body_resolve {
    struct date held_on;
    const char *chair;       /* registry id of the leader who presided; "" = leader(task) */
    const char *document_no; /* of the minutes */
    struct resolution *resolutions;
    uint32_t resolution_count;
};

struct body_step {
    enum step_kind kind;
    struct date taken_on; /* the day of the paper: what a statutory clock is met by (domain.md §3.4) */
    const char *document_no;
    const char *note;
};

struct body_conclude {
    const char *text;
    const char *document_no;
};

struct body_appeal {
    const char *reason;
};

struct body_decide_appeal {
    bool upheld; /* the conclusion stands */
    const char *reason;
};

struct body_issue_form {
    const char *document_no; /* 文号 of the paper, where one was given */
    const char *note;
    const char *notice; /* id of the drafted one; may be left out while only one form waits */
};

struct body_apply_registry {
    uint32_t base_version;
    const char *bootstrap_secret; /* version 1 only; never copied into an event */
    const void *content;          /* an encoded Registry */
    size_t content_bytes;
};

struct body_wake {
    uint64_t wake_seq;
    struct instant due;
    struct instant released_at;     /* the watermark that released it; < due: changes nothing */
    struct text_list missing_doors; /* 数据可能不完整 */
};

struct number {
    const char *kind;
    int32_t year;
    uint32_t sequence; /* 1, 2, 3 …; 0 = none */
};

struct body_request_number {
    const char *kind; /* 事项 */
    int32_t year;
    const char *task;
};

struct body_number_granted {
    struct number number;
};

struct body_follow {
    const char *follower;
    const char *predecessor;
    bool unknown;         /* predecessor_done: there is no such task, nothing to wait for */
    struct date last_day; /* follow: the follower's */
};

struct body_predecessor_later {
    const char *follower;
    const char *predecessor;
    struct number number; /* the predecessor's */
    struct date last_day; /* the predecessor's */
};

/* What a parent asks for: everything that the new task begins with. */
struct body_open_child {
    const char *reference; /* the parent's, with "/<number>" */
    const char *parent;
    enum child_kind kind;
    uint32_t number; /* 1, 2, 3 … among the parent's children */
    uint32_t depth;  /* 1 below a task without a parent */
    bool mandatory;
    const char *title;
    const char *description;
    const char *template_code;
    const char *lead_unit;
    const char *supervisor; /* "" = the template's, likewise lane and urgency */
    enum lane lane;
    enum urgency urgency;
    const char *leader;
    const char *source_unit;
    const char *source_system;
    struct source source;
    struct approval approval;
    struct due_request due;
    struct date latest;     /* no day after it: the parent's last; none: any */
    const char *occurrence; /* "2023-02" */
};

/* What the child, or a task that a meeting decided about, answers. */
struct body_child {
    const char *parent;
    const char *child;
    enum child_kind kind;
    uint32_t number;
    bool mandatory;
    const char *title;
    enum task_state state; /* child_closed */
    struct date closed_on;
    struct refusal refusal; /* child_refused */
};

struct body_direct_by_meeting {
    const char *meeting; /* task id */
    const char *title;   /* of the meeting */
    const char *chair;
    const char *document_no;
    struct date held_on;
    enum instruction_card card;
    struct date until;
    const char *text;
};

struct body_adopt_registry {
    uint32_t version;
    struct digest digest;
};

struct body_registry_applied {
    uint32_t version;
    uint32_t partition;
};

/* The registry version since which the calendars are as they are, and when it was published. */
struct body_recompute_calendar {
    uint32_t version;
    struct instant published_at;
};

/* Written by the notifier about a notice of rung ≥ 3. */
struct body_notice {
    const char *notice;
    const char *person;
    enum role role;
    uint32_t rung; /* the rung whose acknowledgement waits for this person, with whose it is; 0: none does */
    struct instant accepted_at;
    enum clock_id clock;
    uint32_t clock_key;
    uint32_t due_version;
    uint32_t occurrence;
};

struct body {
    enum trigger trigger; /* selects the member; triggers without fields have none */
    union {
        struct body_draft draft;
        struct body_register registration;
        struct body_reject reject;
        struct body_assign assign;
        struct body_object object;
        struct body_adjudicate adjudicate;
        struct body_reassign reassign;
        struct body_progress progress;
        struct body_record_fact record_fact;
        struct body_request request;
        struct body_decide decide;
        struct body_withdraw_request withdraw_request;
        struct body_go_on resume;
        struct body_go_on unshelve;
        struct body_report_done report_done;
        struct body_answer_urging answer_urging;
        struct body_record_verification record_verification;
        struct body_return return_;
        struct body_close close;
        struct {
            const char *note;
        } write_off;
        struct body_reopen reopen;
        struct {
            const char *reason;
        } terminate;
        struct body_instruct instruct;
        struct body_acknowledge acknowledge;
        struct body_split split;
        struct body_resolve resolve;
        struct body_apply_registry apply_registry;
        struct body_step step;
        struct body_conclude conclude;
        struct body_appeal appeal;
        struct body_decide_appeal decide_appeal;
        struct body_issue_form issue_form;
        struct {
            const char *note;
        } archive;
        struct body_invite invite;
        struct body_answer_invite answer_invite;
        struct body_co_report co_report;
        struct body_plan plan;
        struct body_wake wake;
        struct body_request_number request_number;
        struct body_number_granted number_granted;
        struct body_follow follow;
        struct body_follow predecessor_done;
        struct body_predecessor_later predecessor_later;
        struct body_open_child open_child;
        struct body_child child_opened;
        struct body_child child_refused;
        struct body_child child_closed;
        struct body_direct_by_meeting direct_by_meeting;
        struct body_adopt_registry adopt_registry;
        struct body_registry_applied registry_applied;
        struct body_notice notice_accepted;
        struct body_notice notice_exhausted;
        struct body_recompute_calendar recompute_calendar;
    };
};

#endif
