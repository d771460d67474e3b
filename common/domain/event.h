/* event.h: what happened, as it stands in duban.events. Events carry results (states, clocks with their timers,
 * misses), so that task_apply needs no registry, no calendar and no clock. */
#ifndef DUBAN_DOMAIN_EVENT_H
#define DUBAN_DOMAIN_EVENT_H

#include "domain/task.h"

/* The timer that fired, for events caused by a Wake. */
struct fired {
    enum clock_id clock;
    uint32_t key;
    const char *name; /* of a statutory clock */
    uint32_t version;
    enum timer_kind kind;
    uint32_t rung;
    uint32_t occurrence;
    struct instant at; /* its moment */
    bool incomplete;   /* released without all doors: 数据可能不完整 */
};

/* Why a miss was taken back: "verified_date", "extension_granted", "suspension_granted", "shelving_granted",
 * "received_in_time", "calendar_changed", "done_in_time". */
struct revoked_miss {
    enum clock_id clock;
    uint32_t version;
    const char *unit;
    const char *reason;
    uint32_t key;
};

/* A clock's end that other calendars move, or make firm. */
struct calendar_move {
    enum clock_id clock;
    uint32_t key;
    const char *name; /* of a statutory clock */
    struct instant before, after;
    bool was_provisional, provisional;
    const char *paper; /* the notice for the year of the new end; "" while there is none */
};

/* An instalment that payments have settled (T12). */
struct settled_node {
    uint32_t number; /* of the node */
    struct date done_on;
};

/* What is put into the archive: the events before this one, by their number and by the hash of the last of them, which
 * stands for all (wire/event_record.h). Who changes one of them and computes all hashes anew has another hash here. */
struct seal {
    uint64_t events;     /* 0: this event seals nothing */
    struct digest chain; /* filled in when the event is encoded: wire knows the bytes */
};

struct event {
    /* identity */
    const char *task_id; /* aggregate */
    uint64_t seq;
    enum event_type type;
    struct instant now; /* max(received_at, the row's last now) */
    struct instant received_at;
    const char *cause; /* command id; for a wake H(task, wake_seq, due) */
    uint32_t hops;
    struct actor actor;
    struct message_id message; /* the sender's own ids and reference, for the outbox */
    const char *reference;
    uint32_t registry_version;
    struct text_list audience; /* units that may see it */
    struct digest content;     /* of the command's masked body */

    /* what was said */
    struct body body;

    /* what follows from it */
    enum task_state state_before;
    enum task_state state; /* after */
    const char *lead_unit; /* "" = unchanged */
    const char *supervisor;
    enum lane lane;
    enum urgency urgency;
    enum binds binds;
    uint32_t template_version;
    struct date completed_on;
    struct date
        planned_day; /* EVENT_REGISTERED: the last day, were it assigned at once; EVENT_PREDECESSOR_LATER: the
                              * task's own last day */
    /* The task's, so that every letter can name it; EVENT_REGISTERED: kind and year asked for; NUMBERED,
     * NUMBER_ISSUED: as granted. */
    struct number number;
    struct report report;   /* `made` set: replaces the row's */
    struct dispute dispute; /* EVENT_OBJECTED, EVENT_RULING_OVERDUE, EVENT_ADJUDICATED: replaces the row's */
    struct pending_request request; /* EVENT_REQUESTED, _REQUEST_OVERDUE: replaces the row's of its kind */
    struct co_party co_party; /* EVENT_INVITED, _INVITE_ANSWERED, _CO_REPORTED: that unit's, as it is now */
    bool request_withdrawn;   /* every pending request ends without a decision */
    int32_t extension_working_days; /* granted by this event */
    struct instant rung6_held_until;
    struct clock *clocks; /* the new values of clocks that change, with their timers */
    uint32_t clock_count;
    struct child *children; /* new values of the marks that change */
    uint32_t child_count;
    struct miss *misses; /* new ones */
    uint32_t miss_count;
    struct revoked_miss *revoked;
    uint32_t revoked_count;
    struct calendar_move *moves; /* EVENT_CALENDAR_APPLIED */
    uint32_t move_count;
    struct fired fired;
    struct text_list
        notes; /* feasibility lint, warnings to the supervisor: codes with "name=value" parameters */
    struct refusal refusal; /* EVENT_REFUSED */
    uint32_t rung;          /* EVENT_RUNG_REACHED / HELD; EVENT_NODE_MISSED: 2 */
    struct settled_node *settled;
    uint32_t settled_count;
    struct pace pace;   /* as_of set: replaces the row's */
    const char *person; /* EVENT_NOTICE_*, EVENT_RUNG_REACHED for C-ACK follow-ups */
    struct seal sealed; /* EVENT_ARCHIVED */
};

#endif
