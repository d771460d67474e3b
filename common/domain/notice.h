/* notice.h: one notice to one person (通知), from the event that causes it to its visible end, as it stands in
 * duban.notices. Pure: the notifier (services/escalation-notifier) decides only when and how it is delivered.
 *
 * One effect per key: the id of a rung's notice is H(task, clock, due_version, rung, occurrence, role slot), of an
 * announcement H(task, event number, role slot). Promise (design §11.5): recorded exactly once, attempted at least
 * once, always a visible end; at most `resends` repeats, all under the same id. */
#ifndef DUBAN_DOMAIN_NOTICE_H
#define DUBAN_DOMAIN_NOTICE_H

#include "domain/turn.h"

struct notice_attempt {
    const char *channel; /* code of a registry_channel: directory | smtp */
    const char *person;
    struct instant started_at; /* committed before anything is sent */
    struct instant ended_at;
    enum attempt_outcome outcome; /* ATTEMPT_OPEN: none yet */
    const char *detail;           /* the relay's answer, the file's name, or what went wrong; one line */
};

struct notice {
    const char *id;
    const char *task_id;
    const char *number; /* 督办〔2023〕17号 as of the event; "" before it is granted */
    uint64_t event_seq; /* the event that causes it */
    enum event_type event_type;
    enum clock_id clock; /* of a rung, or of the timer that fired; NONE otherwise */
    uint32_t clock_key;
    uint32_t due_version;
    struct instant due;  /* of that clock, as of the event */
    uint32_t rung;       /* of EVENT_RUNG_REACHED */
    uint32_t occurrence; /* 0: an announcement */

    enum role role;       /* the slot; the person may hold another role when it is vacant */
    bool copied;          /* 抄送 */
    const char *original; /* of a copy: the person to whom the original goes; its text speaks to that one */
    const char *unit;
    const char *person; /* fixed by the first attempt; "" when nobody resolves */
    const char *form;   /* code of a registry_form */
    bool acknowledge;   /* 签阅 is asked for */
    bool draft;         /* 稿 */
    bool rehearsal;     /* 演练 */
    bool incomplete;    /* 数据可能不完整 */
    const char *note;   /* why somebody else than the slot says; one line */

    /* What only the event knows; the rest of the text is filled in when it goes out. */
    const char *what;        /* the event in one line */
    const char *why;         /* rule and derivation */
    const char *reason;      /* as somebody gave it */
    const char *requirement; /* likewise */
    const char *list;        /* of a merged notice (notice_merged.h): a line for each task, ascending */
    uint32_t listed;         /* tasks in it, those that are only counted too; 0: it speaks of one task */

    const char *subject; /* "" until the first attempt */
    const char *text;

    enum notice_status status;
    const char *ending;              /* code: why EXHAUSTED or CANCELLED */
    struct instant created_at;       /* `now` of the event */
    struct instant release_due;      /* held until the doors release this moment; none: not held */
    struct instant not_before;       /* 周清单: not before this; none: at once */
    struct instant retry_at;         /* PENDING after an attempt: not before this */
    struct instant ended_at;         /* ACCEPTED: accepted_at of NoticeAccepted */
    struct notice_attempt *attempts; /* at most LIMIT_NOTICE_ATTEMPTS */
    uint32_t attempt_count;
    bool told_ledger; /* the command about its end stands in duban.commands (or none is due) */
};

struct notice_list {
    struct notice *items;
    uint32_t count;
};

/* --- from an event (notice_of_event.c) ------------------------------------------------------------------------ */

/* Somebody whom a notice about a miss has reached. */
struct notice_told {
    enum role role;
    const char *person;
};

/* May this event cause notices? Decides without the row, so that others need not wait for it. */
bool notices_wanted(const struct event *event, const struct registry *registry);

/* The notices an event causes: PENDING, HELD, or EXHAUSTED where nobody at all resolves. `task` is the row at the event
 * or later; `told` are those whom notices of the misses that the event takes back have reached (else empty). */
struct notice_list notices_of_event(const struct event *event, const struct task *task,
                                    const struct ruleset *ruleset, const struct notice_told *told,
                                    uint32_t told_count, struct arena *arena);

/* The id by those keys; `slot` is the code of the role, with the person's id where two of one role are told. */
const char *notice_id(const struct notice *notice, const char *slot, struct arena *arena);

/* Was it sent, or is it to be sent, because of this miss? */
bool notice_is_of_miss(const struct notice *notice, const struct revoked_miss *miss);
/* Has its cause gone (the clock was met, paused or replaced, the task ended)? Then it need not go out any more. */
bool notice_is_moot(const struct notice *notice, const struct task *task);

/* notice_addressee.c: who fills a role for this task, by the registry in force; where it is vacant the next in the order, with a note. NULL:
 * nobody. */
const struct registry_person *notice_addressee(enum role role, const struct task *task,
                                               const struct ruleset *ruleset, const char **ret_note,
                                               struct arena *arena);
/* The task as a co-unit is told of it: by its own people, and upwards by the leader of its field. */
const struct task *notice_task_of_co_unit(const struct task *task, const char *unit, struct arena *arena);

/* --- its text (notice_words.c) --------------------------------------------------------------------------------- */

struct notice_moment {
    struct instant now;
    struct instant as_of; /* 数据截至; none: not known */
};

/* Fills subject and text from its form and what is known now. A missing value shows as 〔未填〕. */
void notice_render(struct notice *notice, const struct task *task, const struct ruleset *ruleset,
                   const struct notice_moment *moment, struct arena *arena);

/* 回执码: short enough for a telephone. */
const char *notice_receipt(const struct notice *notice, struct arena *arena);

/* At most `limit_bytes`, cut between two characters and then ending in `tail`. */
const char *notice_cut(const char *text, size_t limit_bytes, const char *tail, struct arena *arena);
/* Whatever a relay or the system said, as a line that a record may hold. */
const char *notice_line(const char *text, size_t limit_bytes, struct arena *arena);

/* --- its life (notice.c) ----------------------------------------------------------------------------------------- */

enum notice_step {
    STEP_RELEASE, /* the doors have released it, its moment has come */
    STEP_CANCEL,
    STEP_BEGIN,  /* an attempt is written down */
    STEP_NEXT,   /* a channel has taken it, another one follows */
    STEP_ACCEPT, /* the last channel has taken it */
    STEP_RETRY,  /* nothing was sent, a later attempt may succeed */
    STEP_LOSE,   /* it may have arrived, it may be sent again */
    STEP_GIVE_UP,
    STEP_COUNT,
};

/* Where the step leads; NOTICE_NONE: that step is not possible there. */
enum notice_status notice_after(enum notice_status status, enum notice_step step);
bool notice_has_ended(const struct notice *notice);
/* Has it arrived, or may it have? Then it is too late to cancel it. */
bool notice_may_have_reached(const struct notice *notice);

/* What the district asks of deliveries. */
struct notice_rules {
    const struct registry_channel *channels; /* those that are enabled must all take it, in this order */
    uint32_t channel_count;
    uint32_t resends; /* R */
};

/* The channel that comes next; NULL when all have taken it. */
const char *notice_next_channel(const struct notice *notice, const struct notice_rules *rules);

void notice_release(struct notice *notice);
void notice_cancel(struct notice *notice, const char *ending, struct instant now);
void notice_give_up(struct notice *notice, const char *ending, struct instant now);
/* The attempts grow in the arena. */
void notice_begin_attempt(struct notice *notice, const char *channel, struct instant now,
                          struct arena *arena);
/* The outcome of the last attempt, and what follows from it. */
void notice_end_attempt(struct notice *notice, enum attempt_outcome outcome, const char *detail,
                        const struct notice_rules *rules, struct instant now, struct arena *arena);

/* The command that tells the ledger about the end: NoticeAccepted for whoever must acknowledge a rung ≥ 3,
 * NoticeExhausted for whoever was not reached. False: none is due. */
bool notice_command(const struct notice *notice, struct arena *arena, struct command *ret_command);

#endif
