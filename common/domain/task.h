/* task.h: one task, as its row in duban.tasks says after its last event. Only task_apply writes it.
 *
 * A struct task lives in the arena of one turn: decoded from the row, applied to, encoded again. Nothing points
 * into it afterwards. */
#ifndef DUBAN_DOMAIN_TASK_H
#define DUBAN_DOMAIN_TASK_H

#include "domain/command.h"
#include "domain/refusal.h"

/* A moment at which a clock makes something happen. Timers belong to their clock: setting a clock replaces them. */
struct timer {
    struct instant at;
    enum timer_kind kind;
    uint32_t rung;       /* TIMER_RUNG */
    uint32_t occurrence; /* rung 2 comes twice: 1, 2 */
    bool held;           /* reached, waiting for a decision; not woken for */
};

struct clock {
    enum clock_id id;
    /* C-ACK, C-ISSUE: the slot (answer_slot.h); C-DECIDE: the kind of request; statutory, C-CO, C-NODE: which of them;
     * else 0 */
    uint32_t key;
    enum clock_status status;
    enum party party;
    const char *unit;   /* whose lateness it would be */
    const char *person; /* C-ACK: the recipient */
    /* Statutory clocks: 受理, 告知 …; what waits on one of their rungs: the same; C-NODE: the node; else "". */
    const char *name;
    struct instant started_at;
    struct deadline_rule rule;
    struct duration *extensions; /* in the order granted */
    uint32_t extension_count;
    struct instant first_start;    /* C-DUE: of its first run, and */
    struct instant first_due;      /* … the end that one had: they stand whatever is decided later */
    struct deadline_pause *pauses; /* 中止: time that does not count; the last may be open */
    uint32_t pause_count;
    struct date last_day;
    struct instant due;
    struct instant
        told_due; /* a later end that other calendars took back: whoever relied on it may still ask; none: due */
    bool provisional;
    struct instant
        armed_at; /* when this version was armed: a legal cap's alarms begin no earlier (ladder.h) */
    uint32_t calendar_version; /* of the registry whose calendars the end was computed with */
    uint32_t allowed_days;     /* working days between start and end: which rungs of its profile there are */
    uint32_t version;          /* due_version: 1, 2, …; a changed due date re-arms the ladder */
    enum profile profile;
    struct instant paused_at;
    struct instant ended_at;
    struct timer *timers;
    uint32_t timer_count;
};

/* A recorded lateness. Kept for ever, unless disproved (domain.md §3.4). */
struct miss {
    enum clock_id clock;
    uint32_t key; /* of the clock */
    uint32_t version;
    const char *unit;
    struct instant due;
    struct instant recorded_at;
    bool revoked;
    const char *reason; /* why it was taken back, as in struct revoked_miss; "" while it stands */
};

struct objection {
    const char *unit;
    struct instant received_at;
};

struct dispute {
    bool open;
    const char *unit; /* who objects */
    const char *proposed_unit;
    uint32_t
        level; /* 0 the supervisor decides; 1 the arbiter, the supervisor still may; 2 the arbiter alone */
    enum task_state from; /* ASSIGNED or IN_PROGRESS */
    struct instant received_at;
};

struct pending_request {
    enum request_kind kind; /* REQUEST_NONE: nothing pending */
    struct duration amount;
    struct date until;
    const char *reason;
    const char *pause_reason; /* 中止: code of the template's list */
    const char *unit;
    uint32_t level; /* 0 the template's decider is asked; 1 was reminded; 2 one level up decides too */
    struct instant received_at;
};

struct fact {
    const char *kind;
    struct date occurred_on;
    int64_t amount_fen;
    struct evidence evidence;
    struct instant received_at;
    int64_t value; /* cumulative, in the measure of the template's schedule */
};

/* A milestone of the unit's plan. Whether it was missed stands in the misses, under C-NODE with its number. */
struct node {
    uint32_t number; /* key of its clock */
    const char *name;
    struct date date;
    const char *evidence_class;
    int64_t value;
    bool mandatory;
    struct date done_on; /* none: open */
    int64_t amount_fen;  /* of a debt: the instalment; 0: an ordinary node */
    bool superseded;     /* missed, then left out by a newer plan: on record only */
};

/* What the last check of the schedule line found, per mille of the target (T9, T21 …). */
struct pace {
    struct date as_of; /* the end of this day was looked at */
    int32_t planned;
    int32_t actual;
    int32_t behind; /* planned − actual; below zero: ahead */
    enum light light;
    enum light before; /* the light of the check before it */
};

/* The report under review. */
struct report {
    bool made;
    bool in_time;
    struct instant received_at;
    struct date completed_on;
    const char *handler;   /* person who reported */
    const char *principal; /* for whom (代), "" when for nobody */
    int64_t left_ms;       /* act rules: what was left of C-DUE, wall time */
    int32_t left_days;     /* counted days left of C-DUE, in its unit */
};

struct verification {
    bool recorded;
    enum verify_method method;
    bool passed;
    enum satisfaction satisfaction;
    struct date confirmed_on;
    const char *verifier;  /* person, or source system */
    const char *principal; /* 代 */
    uint32_t failed_calls; /* 未接通 in this round */
    uint32_t failed_days;  /* on that many days */
    struct date last_failed_on;
};

/* 督查结论 and its re-examination (政府督查工作条例 §17). */
struct conclusion {
    bool made;
    const char *text;
    const char *document_no;
    const char *author;         /* person */
    const char *principal;      /* 代 */
    struct instant received_at; /* of delivery: what the unit's thirty days count from */
    bool appealed;
    bool decided;
    bool upheld;
};

struct relation {
    const char *task;
    bool done;
    /* of a follower */
    struct date last_day; /* its own, as it was registered */
    struct date told_day; /* the later last day of this task that it was told of, */
    uint64_t told_seq;    /* by this event */
};

/* A unit that the lead asked to cooperate. Its clock is C-CO with its place in the list, from 1, as key. */
struct co_party {
    const char *unit;
    const char *matter;
    enum co_status status;
    struct date due_date;   /* as invited: this … */
    struct duration period; /* … or this, from its acceptance */
    struct instant due;     /* where that ends; from the invitation until it is accepted */
    struct instant invited_at;
    struct instant answered_at;
    struct instant reported_at;
};

/* What a task knows of one that it opened (or, as a meeting, decided about). */
struct child {
    const char *task;
    uint32_t number; /* 1, 2, 3 …; 0 for a direction */
    enum child_kind kind;
    enum child_status status;
    bool mandatory;
    const char *title;
    const char *template_code;
    const char *lead_unit;
    struct date due;        /* as asked for; none: the template's */
    const char *occurrence; /* "2023-02", "2023-03-31": which time of a recurring obligation */
};

/* Where a task stands among others. Ids of children follow from the parent's and their number (family.h), so there are
 * no cycles. */
struct family {
    const char *parent; /* "" none */
    uint32_t depth;     /* 0 without a parent */
    enum child_kind kind;
    uint32_t number;
    bool mandatory;
    const char *occurrence;
    bool assigns_itself;    /* it was opened registered: the parent's word is the assignment */
    struct child *children; /* those that have not ended, and the newest of the others */
    uint32_t child_count;
    uint32_t opened; /* number of the last one asked for */
    uint32_t done;   /* how many have ended */
};

/* A message of an outside sender that changed this task or was refused as business. */
struct remembered_message {
    const char *command_id;
    const char *unit;
    enum door door;
    struct instant received_at;
    struct digest content;
    uint64_t seq; /* of the event that answered it */
    enum refusal_code refusal;
    enum task_state state_after;
};

/* An Assign that came before the number; one slot. */
struct kept_assign {
    bool kept;
    struct actor actor;
    struct instant received_at;
    struct body_assign assign;
};

struct task {
    const char *id;
    uint64_t seq;              /* number of the last event: 1, 2, 3 … */
    struct digest chain;       /* hash of the last event record */
    struct instant now;        /* `now` of the last event */
    uint32_t registry_version; /* by which the last event was decided */

    enum task_state state;
    uint32_t round; /* 1; each Reopen adds one */
    enum lane lane;
    enum urgency urgency;
    const char *template_code;
    uint32_t template_version; /* registry version pinned at registration */
    const char *reference;
    const char *source_unit;   /* whose system or person drafted it */
    const char *source_system; /* ce_source */
    const char *title;
    const char *description;
    const char *applicant;
    struct source source;
    struct approval approval;
    int64_t amount_fen;
    int32_t agreed_rate_bp; /* late interest, annual; 0: none was agreed */
    struct date debt_due_on;
    const char *lead_unit;
    struct text_list co_units; /* named at registration: informed, without a clock */
    struct co_party *co_parties;
    uint32_t co_party_count;
    const char *supervisor;
    const char *leader;  /* named on the task, "" = by field */
    const char *handler; /* person of the lead unit who signed or reported last */

    struct number number;
    struct kept_assign kept_assign;
    struct due_request due_request; /* until assignment starts C-DUE */
    struct date planned_day;        /* the last day, had it been assigned when it was registered */
    enum binds binds;
    struct relation *predecessors;
    uint32_t predecessor_count;
    struct relation *followers;
    uint32_t follower_count;

    struct family family;

    struct clock *clocks; /* at most one per (id, key) */
    uint32_t clock_count;
    uint64_t wake_seq;        /* rises with every change of next_wake and every applied wake */
    struct instant next_wake; /* least timer that is not held; none: nothing to wait for */
    uint32_t rung;            /* highest reached in the present due version */

    struct objection *objections;
    uint32_t objection_count;
    struct dispute dispute;
    uint32_t disputes_ruled;
    struct pending_request *requests; /* at most one of each kind; the one asked or raised last stands last */
    uint32_t request_count;
    uint32_t extensions_granted;
    int32_t extension_working_days; /* granted in all */
    struct fact *facts;
    uint32_t fact_count;
    struct node *nodes; /* 推进计划 */
    uint32_t node_count;
    struct pace pace; /* as_of none: never checked */
    uint32_t percent;
    struct instant last_progress_at;
    struct report report;
    struct verification verification;
    struct conclusion conclusion;
    struct date completed_on;
    struct miss *misses;
    uint32_t miss_count;
    bool was_late;
    uint32_t returns;
    uint32_t false_closings;
    struct instant rung6_held_until; /* cards ② and ③ of an instruction */

    struct remembered_message *messages;
    uint32_t message_count;
    struct command
        *late_acts; /* refused as too late, until a changed calendar says otherwise (late_acts.h) */
    uint32_t late_act_count;
    /* Ids of the last commands of programs that nothing else in the row recognises: the notifier's, a meeting's
     * directions. A repeat changes nothing. */
    struct text_list heard;
};

/* Every text "", everything else zero: what the first event is applied to. */
struct task task_blank(void);
/* NULL when the task has no such clock. */
const struct clock *task_clock(const struct task *task, enum clock_id id, uint32_t key);
/* The pending request of that kind; NULL when there is none. */
const struct pending_request *task_request(const struct task *task, enum request_kind kind);
/* The clock that carries the unit's ladder now: C-REWORK when it runs, else C-DUE; NULL before assignment. */
const struct clock *task_ladder_clock(const struct task *task);
/* The statutory clock of that name; "" for the clock above. */
const struct clock *task_ladder_named(const struct task *task, const char *name);
/* The key of the unit's C-CO; 0 when it was never invited. */
uint32_t task_co_key(const struct task *task, const char *unit);
/* 灯: derived, never stored. */
enum light task_light(const struct task *task, struct instant now);
/* Has this clock's expiry been recorded and not revoked? */
bool task_has_miss(const struct task *task, enum clock_id clock, uint32_t version);

#endif
