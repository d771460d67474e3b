/* vocabulary.h: the words of the domain, once: code (topics, JSON, command line), Chinese and English name.
 * Code, screens and documents use these and no others. Zero is "none" everywhere; numbers are on the wire
 * (proto/duban/v1) and never change meaning. */
#ifndef DUBAN_DOMAIN_VOCABULARY_H
#define DUBAN_DOMAIN_VOCABULARY_H

#include <stdbool.h>
#include <stdint.h>

enum task_state {
    STATE_NONE = 0, /* no task yet */
    STATE_DRAFT,
    STATE_REGISTERED,
    STATE_ASSIGNED,
    STATE_DISPUTED,
    STATE_IN_PROGRESS,
    STATE_SUSPENDED,
    STATE_SHELVED,
    STATE_REPORTED,
    STATE_VERIFYING,
    STATE_REWORK,
    STATE_CLOSED,
    STATE_WRITTEN_OFF,
    STATE_MERGED,
    STATE_REJECTED,
    STATE_TERMINATED,
    STATE_ARCHIVED,
    STATE_COUNT,
};

/* Sets of states, for the rows of the life table. */
#define IN(state) (1u << (state))
#define STATES_OPEN (((1u << STATE_CLOSED) - 1u) & ~IN(STATE_NONE)) /* DRAFT … REWORK */
#define STATES_DONE (IN(STATE_CLOSED) | IN(STATE_WRITTEN_OFF))
#define STATES_ENDED (IN(STATE_MERGED) | IN(STATE_REJECTED) | IN(STATE_TERMINATED))
#define STATES_AFTER_ASSIGNMENT                                                                              \
    (STATES_OPEN & ~(IN(STATE_DRAFT) | IN(STATE_REGISTERED))) /* OPEN and once assigned */

enum trigger {
    TRIGGER_NONE = 0,
    /* from outside */
    TRIGGER_DRAFT = 1,
    TRIGGER_REGISTER,
    TRIGGER_REJECT,
    TRIGGER_ASSIGN,
    TRIGGER_SIGN,
    TRIGGER_OBJECT,
    TRIGGER_ADJUDICATE,
    TRIGGER_REASSIGN,
    TRIGGER_PROGRESS,
    TRIGGER_RECORD_FACT,
    TRIGGER_REQUEST,
    TRIGGER_DECIDE,
    TRIGGER_REPORT_DONE,
    TRIGGER_ANSWER_URGING,
    TRIGGER_START_VERIFY,
    TRIGGER_RECORD_VERIFICATION,
    TRIGGER_RETURN,
    TRIGGER_CLOSE,
    TRIGGER_WRITE_OFF,
    TRIGGER_REOPEN,
    TRIGGER_TERMINATE,
    TRIGGER_INSTRUCT,
    TRIGGER_ACKNOWLEDGE,
    TRIGGER_APPLY_REGISTRY,
    TRIGGER_WITHDRAW_REQUEST = 25,
    TRIGGER_RESUME,
    TRIGGER_UNSHELVE,
    TRIGGER_STEP = 28,
    TRIGGER_CONCLUDE,
    TRIGGER_APPEAL,
    TRIGGER_DECIDE_APPEAL,
    TRIGGER_ISSUE_FORM,
    TRIGGER_ARCHIVE,
    TRIGGER_PLAN = 34,
    TRIGGER_INVITE = 35,
    TRIGGER_ANSWER_INVITE,
    TRIGGER_CO_REPORT,
    TRIGGER_SPLIT = 38,
    TRIGGER_RESOLVE,
    /* from the watcher */
    TRIGGER_WAKE = 40,
    /* from the ledger, through duban.internal */
    TRIGGER_REQUEST_NUMBER = 50, /* to numbers/<kind>-<year> */
    TRIGGER_NUMBER_GRANTED,      /* back to the task */
    TRIGGER_FOLLOW,              /* to the predecessor */
    TRIGGER_PREDECESSOR_DONE,    /* back to the follower */
    TRIGGER_ADOPT_REGISTRY,      /* to partition/<p> */
    TRIGGER_REGISTRY_APPLIED,    /* back to registry */
    TRIGGER_OPEN_CHILD,          /* to the child, which has no row yet */
    TRIGGER_CHILD_OPENED,        /* back to the parent */
    TRIGGER_CHILD_REFUSED,       /* … */
    TRIGGER_CHILD_CLOSED,        /* … when the child has ended */
    /* from the notifier */
    TRIGGER_NOTICE_ACCEPTED = 60,
    TRIGGER_NOTICE_EXHAUSTED,
    /* from the ledger, to a task whose clocks the calendars of a new version may move */
    TRIGGER_RECOMPUTE_CALENDAR = 64,
    /* from the ledger, too */
    TRIGGER_PREDECESSOR_LATER = 65, /* to the follower: its predecessor ends after it */
    TRIGGER_DIRECT_BY_MEETING = 66, /* from the ledger, to a task that a meeting decided about */
    TRIGGER_COUNT,
};

/* Who may send a trigger; the doors refuse every origin but outside, the ledger checks again. */
enum origin { ORIGIN_NONE = 0, ORIGIN_OUTSIDE, ORIGIN_WATCHER, ORIGIN_NOTIFIER, ORIGIN_LEDGER, ORIGIN_COUNT };

enum event_type {
    EVENT_NONE = 0,
    EVENT_DRAFTED = 1,
    EVENT_REGISTERED,
    EVENT_REJECTED,
    EVENT_ASSIGN_KEPT, /* an Assign that came before the number: kept in the row until the grant */
    EVENT_ASSIGNED,
    EVENT_SIGNED,
    EVENT_OBJECTED,
    EVENT_ADJUDICATED,
    EVENT_REASSIGNED,
    EVENT_PROGRESSED,
    EVENT_FACT_RECORDED,
    EVENT_REQUESTED,
    EVENT_DECIDED,
    EVENT_REPORTED_DONE,
    EVENT_URGING_ANSWERED,
    EVENT_VERIFICATION_STARTED,
    EVENT_VERIFICATION_RECORDED,
    EVENT_RETURNED,
    EVENT_CLOSED,
    EVENT_WRITTEN_OFF,
    EVENT_REOPENED,
    EVENT_TERMINATED,
    EVENT_INSTRUCTED,
    EVENT_ACKNOWLEDGED,
    EVENT_REQUEST_WITHDRAWN = 25,
    EVENT_RESUMED,
    EVENT_UNSHELVED,
    EVENT_STEP_TAKEN = 28,
    EVENT_CONCLUDED,
    EVENT_APPEALED,
    EVENT_APPEAL_DECIDED,
    EVENT_FORM_ISSUED,
    EVENT_ARCHIVED,
    EVENT_PLANNED = 34,
    EVENT_INVITED = 35,
    EVENT_INVITE_ANSWERED,
    EVENT_CO_REPORTED,
    EVENT_SPLIT = 38,
    EVENT_RESOLVED, /* 会议议定 */
    /* from a Wake */
    EVENT_DEEMED_SIGNED = 40,
    EVENT_OVERDUE,         /* C-DUE or C-REWORK of the unit passed: a miss is recorded */
    EVENT_CLOCK_EXPIRED,   /* any other clock passed */
    EVENT_RUNG_REACHED,    /* somebody is told */
    EVENT_RUNG_HELD,       /* reached, but held while a request is pending or the fact is there */
    EVENT_RULING_OVERDUE,  /* the arbiter becomes decider */
    EVENT_REQUEST_OVERDUE, /* the decider is reminded, then one level up */
    EVENT_CLOCK_FAULTED,   /* a wake that could not be applied: the clock is parked */
    EVENT_SHELF_EXPIRED,   /* 承诺时限 passed: back in progress, red, rung 4 */
    EVENT_SHELF_REVIEW_DUE,
    EVENT_DEEMED_STEP = 50, /* a statutory clock ended, the law takes the step for done */
    EVENT_NODE_MISSED = 51,
    EVENT_SCHEDULE_CHECKED = 52,
    EVENT_OCCURRENCE_DUE = 53,     /* a standing task opens its next occurrence */
    EVENT_CONFIRMATION_ASKED = 54, /* the debt is paid: the creditor is to confirm it */
    EVENT_DEEMED_CONFIRMED,        /* the creditor was silent: taken for confirmed */
    EVENT_OVERDUE_HELD, /* the due date passed, but the fact it asks for is recorded, dated in time */
    /* from other aggregates */
    EVENT_NUMBERED = 60,
    EVENT_FOLLOWED, /* recorded by the predecessor */
    EVENT_PREDECESSOR_DONE,
    EVENT_NOTICE_ACCEPTED,
    EVENT_NOTICE_EXHAUSTED,
    EVENT_OVERDUE_REVOKED, /* 撤销逾期认定: a miss is taken back */
    EVENT_REFUSED,         /* a business refusal of somebody entitled to act on the task */
    /* of tasks that open tasks */
    EVENT_OPENED_AS_CHILD = 67, /* the first event of a task that another one opened */
    EVENT_CHILD_OPENED,         /* recorded by the parent */
    EVENT_CHILD_REFUSED,
    EVENT_CHILD_CLOSED,
    /* from a new version of the calendars */
    EVENT_CALENDAR_APPLIED = 71,  /* ends that move, each with old, new and the paper */
    EVENT_PREDECESSOR_LATER = 72, /* what this task waits for is due after it */
    EVENT_DIRECTED_BY_MEETING = 73,
    /* of the number book, the registry and the partition rows */
    EVENT_NUMBER_ISSUED = 80,
    EVENT_REGISTRY_PUBLISHED,
    EVENT_REGISTRY_ADOPTED,
    EVENT_REGISTRY_IN_FORCE,
    EVENT_COUNT,
};

enum clock_id {
    CLOCK_NONE = 0,
    CLOCK_REGISTER,       /* C-REG */
    CLOCK_ASSIGN,         /* C-ASSIGN */
    CLOCK_SIGN,           /* C-SIGN */
    CLOCK_OBJECT,         /* C-OBJ */
    CLOCK_RULE,           /* C-RULE */
    CLOCK_DUE,            /* C-DUE */
    CLOCK_DECIDE,         /* C-DECIDE: one per kind of request; `key` is the kind */
    CLOCK_REVIEW,         /* C-REVIEW */
    CLOCK_VERIFY,         /* C-VERIFY */
    CLOCK_REWORK,         /* C-REWORK */
    CLOCK_OBSERVE,        /* C-OBS */
    CLOCK_ACK,            /* C-ACK: one for each recipient of a rung (answer_slot.h) */
    CLOCK_SHELF,          /* C-SHELF */
    CLOCK_STATUTORY = 14, /* by name; `key` is its place in the template's list, from 1 */
    CLOCK_APPEAL,         /* C-APPEAL */
    CLOCK_APPEAL_DECIDE,  /* C-APPEAL-DECIDE */
    CLOCK_ISSUE,          /* C-ISSUE: one for each form, likewise */
    CLOCK_ARCHIVE,        /* C-ARCHIVE */
    CLOCK_PLAN = 19,      /* C-PLAN */
    CLOCK_REPORT,         /* C-REPORT */
    CLOCK_NODE,           /* of a plan; `key` is the node's number */
    CLOCK_SCHEDULE,       /* the next check of the schedule line */
    CLOCK_CO = 23, /* C-CO: one per co-unit; `key` is its place in the task's list of co-units, from 1 */
    CLOCK_OCCURRENCE = 24, /* of a standing task: ends when its next occurrence is opened */
    CLOCK_CONFIRM = 25,    /* of a debt that is paid: the creditor confirms it, denies it, or is silent */
    CLOCK_ID_COUNT,
};

enum clock_status {
    CLOCK_STATUS_NONE = 0,
    CLOCK_RUNNING,
    CLOCK_PAUSED,
    CLOCK_MET,
    CLOCK_MISSED,
    CLOCK_STOPPED,
    CLOCK_PARKED
};

/* Whose time it is. */
enum party {
    PARTY_NONE = 0,
    PARTY_LEAD,
    PARTY_SUPERVISOR,
    PARTY_DECIDER,
    PARTY_RECIPIENT,
    PARTY_NOBODY,
    PARTY_CO_UNIT,
    PARTY_COUNT
};

enum lane { LANE_NONE = 0, LANE_SUPERVISED, LANE_PROGRAMME, LANE_MONITORED, LANE_COUNT };

enum urgency {
    URGENCY_NONE = 0,
    URGENCY_NORMAL /* 平 */,
    URGENCY_URGENT /* 急 */,
    URGENCY_CRITICAL /* 特急 */,
    URGENCY_COUNT
};

/* How far an invited unit is (协办). */
enum co_status {
    CO_NONE = 0,
    CO_INVITED,
    CO_ACCEPTED, /* its clock runs */
    CO_DECLINED,
    CO_REPORTED,
    CO_WITHDRAWN, /* it leads now */
    CO_STATUS_COUNT
};

enum light { LIGHT_NONE = 0, LIGHT_GREEN, LIGHT_YELLOW, LIGHT_RED, LIGHT_GREY, LIGHT_COUNT };

/* domain.md §5: which column of the ladder applies. */
enum profile {
    PROFILE_NONE = 0,
    PROFILE_LONG,
    PROFILE_SHORT,
    PROFILE_URGENT,
    PROFILE_SUPERVISOR,
    PROFILE_STRICT, /* only where a template names it */
    PROFILE_COUNT
};

/* Whether a due date binds an act (ReportDone received) or a fact (verified completion date), domain.md §3.4. */
enum binds { BINDS_NONE = 0, BINDS_ACT, BINDS_FACT, BINDS_COUNT };

enum verify_method {
    VERIFY_NONE = 0,
    VERIFY_PAPER /* 书面 */,
    VERIFY_CALL_BACK /* 回访 */,
    VERIFY_ON_SITE /* 现场 */,
    VERIFY_SAMPLE /* 抽查 */,
    VERIFY_COUNT
};

enum satisfaction {
    SATISFACTION_NONE = 0,
    SATISFACTION_YES,
    SATISFACTION_MOSTLY,
    SATISFACTION_NO,
    SATISFACTION_UNREACHED,
    SATISFACTION_COUNT
};

/* Roles that a person holds in the registry, and role slots that a notice addresses. */
enum role {
    ROLE_NONE = 0,
    ROLE_HANDLER,         /* 承办人 */
    ROLE_SECTION_HEAD,    /* 科室负责人 */
    ROLE_DEPUTY_HEAD,     /* 部门分管负责人 */
    ROLE_UNIT_HEAD,       /* 部门主要负责人 */
    ROLE_CLERK,           /* 督办单位经办人 */
    ROLE_SUPERVISOR_HEAD, /* 督办单位负责人 */
    ROLE_OFFICE_DIRECTOR, /* 区政府办主任 */
    ROLE_LEADER,          /* 包保/分管/联系领导: resolves to leader(task) */
    ROLE_ARBITER,         /* 常务副区长 */
    ROLE_DISTRICT_HEAD,   /* 区长 */
    ROLE_AUDITOR,         /* 审计 */
    ROLE_ADMINISTRATOR,   /* 管理员 */
    ROLE_SOURCE_UNIT,     /* the unit whose system drafted the task; a slot, not held by a person */
    ROLE_DECIDER,         /* whoever decides the pending request or dispute; a slot */
    ROLE_COUNT,
};

/* In what capacity an actor stands to a task (domain.md §3.3); a trigger names the set that may send it. */
enum capacity {
    CAPACITY_SUPERVISOR = 1 << 0,       /* S: clerk or head of the task's supervisor */
    CAPACITY_SUPERVISOR_HEAD = 1 << 1,  /* head of the task's supervisor */
    CAPACITY_LEAD = 1 << 2,             /* L: person of the lead unit */
    CAPACITY_SIGNS_OFF = 1 << 3,        /* L who may sign off (section head, deputy head, head) */
    CAPACITY_SYSTEM_OF_LEAD = 1 << 4,   /* U: source system of the lead unit */
    CAPACITY_SYSTEM_OF_SOURCE = 1 << 5, /* U: source system of the unit that drafted it */
    CAPACITY_SYSTEM = 1 << 6,           /* U: any registered source system (for a new task) */
    CAPACITY_LEADER = 1 << 7,           /* H: leader(task) */
    CAPACITY_ARBITER = 1 << 8,
    CAPACITY_DISTRICT_HEAD = 1 << 9, /* G */
    CAPACITY_AUDITOR = 1 << 10,      /* A */
    CAPACITY_ADMINISTRATOR = 1 << 11,
    CAPACITY_RECIPIENT = 1 << 12,    /* R: whom a notice of this task reached */
    CAPACITY_CLERK = 1 << 13,        /* S of any supervisor (for a new task) */
    CAPACITY_CO = 1 << 14,           /* C: person of a unit that was invited to cooperate */
    CAPACITY_SYSTEM_OF_CO = 1 << 15, /* source system of such a unit */
};

enum door { DOOR_NONE = 0, DOOR_KAFKA, DOOR_HTTP, DOOR_FILE, DOOR_INSIDE, DOOR_COUNT };

enum request_kind {
    REQUEST_NONE = 0,
    REQUEST_EXTENSION,  /* 延期 */
    REQUEST_SUSPENSION, /* 中止 */
    REQUEST_SHELVING,   /* 暂缓 */
    REQUEST_COUNT
};

/* 法定步骤: what a statute asks for by a day. */
enum step_kind {
    STEP_KIND_NONE = 0,
    STEP_KIND_ACCEPT /* 受理 */,
    STEP_KIND_REFUSE /* 不予受理 */,
    STEP_KIND_INFORM /* 告知 */,
    STEP_KIND_FORWARD /* 转办 */,
    STEP_KIND_REPLY /* 答复送达 */,
    STEP_KIND_CONSULT /* 征求意见 */,
    STEP_KIND_OPINION /* 意见征求完毕 */,
    STEP_KIND_COUNT
};

enum reopen_reason {
    REOPEN_NONE = 0,
    REOPEN_NEW_FACTS,
    REOPEN_NEW_INSTRUCTION,
    REOPEN_FALSE_EVIDENCE,
    REOPEN_COUNT
};

/* Why something is not registered, why another unit gets it, what hinders the work: a code with a word, so that it can be
 * counted; the free text beside it says more. */
enum reject_reason {
    REJECT_REASON_NONE = 0,
    REJECT_REASON_OUT_OF_REMIT,
    REJECT_REASON_REPEATED,
    REJECT_REASON_OTHER_PROCEDURE, /* in court, under review, in arbitration */
    REJECT_REASON_NO_BASIS,
    REJECT_REASON_UNCLEAR,
    REJECT_REASON_OTHER,
    REJECT_REASON_COUNT
};

enum reassign_reason {
    REASSIGN_REASON_NONE = 0,
    REASSIGN_REASON_DUTIES_CHANGED,
    REASSIGN_REASON_UNIT_REORGANISED,
    REASSIGN_REASON_ASSIGNED_WRONGLY,
    REASSIGN_REASON_INSTRUCTED,
    REASSIGN_REASON_OTHER,
    REASSIGN_REASON_COUNT
};

enum hindrance {
    HINDRANCE_NONE = 0,
    HINDRANCE_FUNDS,
    HINDRANCE_APPROVAL,
    HINDRANCE_COORDINATION,
    HINDRANCE_LAND,
    HINDRANCE_RESIDENTS,
    HINDRANCE_CONTRACTOR,
    HINDRANCE_SITE,
    HINDRANCE_PAPERS,
    HINDRANCE_STAFF,
    HINDRANCE_OTHER,
    HINDRANCE_COUNT
};

enum instruction_card {
    CARD_NONE = 0,
    CARD_EXTEND /* ① */,
    CARD_DONE_BY /* ② */,
    CARD_MEETING /* ③ */,
    CARD_COUNT
};

/* Why a task was opened by another one. */
enum child_kind {
    CHILD_NONE = 0,
    CHILD_SPLIT,      /* 分解: a part of the parent */
    CHILD_OCCURRENCE, /* one time of a recurring obligation */
    CHILD_MEETING,    /* a meeting resolved it */
    CHILD_DIRECTION,  /* no child: a task there already, about which the meeting decided */
    CHILD_KIND_COUNT
};

/* How the parent sees it. */
enum child_status {
    CHILD_STATUS_NONE = 0,
    CHILD_PENDING, /* asked for, not answered */
    CHILD_OPEN,
    CHILD_DONE, /* ended, in whatever way */
    CHILD_REFUSED,
    CHILD_STATUS_COUNT
};

enum recurrence_every { EVERY_NONE = 0, EVERY_WEEK, EVERY_MONTH, EVERY_YEAR, EVERY_COUNT };

enum timer_kind { TIMER_NONE = 0, TIMER_EXPIRY, TIMER_RUNG, TIMER_REVIEW, TIMER_KIND_COUNT };

/* How far the delivery of a notice is (notice.h has the table of its steps). */
enum notice_status {
    NOTICE_NONE = 0,
    NOTICE_HELD,       /* waits until the doors release the moment that caused it, or for the weekly list */
    NOTICE_PENDING,    /* to be attempted, at once or after a pause */
    NOTICE_ATTEMPTING, /* an attempt is on record and has no outcome yet */
    NOTICE_UNKNOWN,    /* the last attempt may have arrived; it is sent once more under the same number */
    NOTICE_ACCEPTED,   /* every channel has taken it */
    NOTICE_EXHAUSTED,  /* given up: somebody has to look */
    NOTICE_CANCELLED,  /* nothing was sent: what caused it no longer holds */
    NOTICE_STATUS_COUNT
};

enum attempt_outcome {
    ATTEMPT_OPEN = 0,
    ATTEMPT_TAKEN,     /* the channel has it */
    ATTEMPT_REFUSED,   /* it will be refused again */
    ATTEMPT_TEMPORARY, /* nothing was sent; a later attempt may succeed */
    ATTEMPT_UNKNOWN,   /* it may have arrived */
    ATTEMPT_COUNT
};

struct word {
    const char *code; /* [a-z_], on the wire and on the command line */
    const char *zh;
    const char *en;
};

/* Each list has one entry per enum value, NULL codes where a number is unused. */
enum vocabulary_list {
    LIST_STATE,
    LIST_TRIGGER,
    LIST_ORIGIN,
    LIST_EVENT,
    LIST_CLOCK,
    LIST_CLOCK_STATUS,
    LIST_PARTY,
    LIST_LANE,
    LIST_URGENCY,
    LIST_LIGHT,
    LIST_PROFILE,
    LIST_BINDS,
    LIST_VERIFY,
    LIST_SATISFACTION,
    LIST_ROLE,
    LIST_DOOR,
    LIST_REQUEST,
    LIST_STEP,
    LIST_REOPEN,
    LIST_REJECT,
    LIST_REASSIGN,
    LIST_HINDRANCE,
    LIST_CARD,
    LIST_TIMER,
    LIST_UNIT,
    LIST_ROLL,
    LIST_OFFSET,
    LIST_CHECK,
    LIST_CAPACITY, /* value: 1 + the number of the bit */
    LIST_NOTICE,
    LIST_ATTEMPT,
    LIST_CO_STATUS,
    LIST_CHILD,
    LIST_CHILD_STATUS,
    LIST_EVERY,
    LIST_COUNT,
};

/* Never NULL; an unknown value gives {"", "", ""}. */
const struct word *word_of(enum vocabulary_list list, int value);
/* The value whose code this is; 0 when none. */
int word_value(enum vocabulary_list list, const char *code);
int word_count(enum vocabulary_list list);

#endif
