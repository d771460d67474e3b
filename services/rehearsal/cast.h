/* cast.h: the players of the year: departments that are prompt, slow, silent, disputing, asking in time or too late,
 * closing falsely; supervisors, leaders, an auditor. They see events and plan acts; nothing else.
 *
 * Every choice is drawn by H(seed, unit, reference, event number, question), so the order in which events are seen
 * changes nothing, and the same seed gives the same year. */
#ifndef DUBAN_REHEARSAL_CAST_H
#define DUBAN_REHEARSAL_CAST_H

#include "agenda.h"
#include "domain/event.h"
#include "domain/registry.h"

enum temper {
    TEMPER_DRAWN, /* by lot */
    TEMPER_PROMPT,
    TEMPER_SLOW,
    TEMPER_SILENT, /* does not sign, does not answer until the leader speaks */
    TEMPER_DISPUTES_RIGHTLY,
    TEMPER_DISPUTES_WRONGLY,
    TEMPER_ASKS_IN_TIME,
    TEMPER_ASKS_TOO_LATE,
    TEMPER_CLOSES_FALSELY,
    TEMPER_LATE_PAPERS, /* done in time, reported late: the miss is taken back where the date binds a fact */
    TEMPER_SLOPPY,      /* returned once */
    TEMPER_PAUSES,      /* stands still for a lawful reason, or until a promised day */
    TEMPER_SPLITS,      /* shares it out among other units */
    TEMPER_BY_INSTALMENTS,
    TEMPER_COUNT,
};

struct cast {
    const char *seed;
    const struct registry *registry;
    const struct calendar *calendar;
    struct instant from, until; /* of the rehearsal */
};

const char *temper_name(enum temper temper);
/* How the unit deals with this task. */
enum temper cast_temper(const struct cast *cast, const char *unit, const char *reference);

/* The drafts of the year: the dated tasks of the speech, debts, complaints, instructions. */
void cast_open(const struct cast *cast, struct agenda *agenda);

/* What the players do about an event; `task` is the row after it. */
void cast_react(const struct cast *cast, const struct event *event, const struct task *task,
                struct agenda *agenda);

/* A number in [0, below) that belongs to this question about this event. */
uint64_t cast_draw(const struct cast *cast, const char *unit, const char *reference, uint64_t seq,
                   const char *question, uint64_t below);

/* Four moments of a working day at which offices act: 09:30, 11:00, 15:00, 17:00. The `slots`-th after `t`. */
struct instant cast_office_slot(const struct cast *cast, struct instant t, unsigned slots);

#endif
