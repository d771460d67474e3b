/* agenda.h: what the players of a rehearsal are going to do, in the order of virtual time. */
#ifndef DUBAN_REHEARSAL_AGENDA_H
#define DUBAN_REHEARSAL_AGENDA_H

#include "domain/body.h"

#include <stddef.h>

/* One act of one player, through one door. The agenda owns what it points to. */
struct act {
    struct instant at;
    const char *reference; /* the department's reference of the task; orders acts of one instant */
    const char *task_id;   /* "" for a draft */
    enum trigger trigger;
    const char *unit; /* of the player */
    const char
        *person; /* "" = the unit's source system, through its inbox; else HTTP with that person's token */
    const char *system; /* ce_source of the source system */
    const char *id;     /* ce_id: says which act it is, so that a repeat is recognised */
    const char *data;   /* the body as JSON */
};

struct agenda;

struct agenda *agenda_new(void);
void agenda_free(struct agenda *agenda); /* accepts NULL */

/* Copies the act. An id that was planned before is ignored: what a player does follows from an event, and an event
 * may be seen again. */
void agenda_plan(struct agenda *agenda, const struct act *act);

/* The next moment at which something is planned; INSTANT_NONE: nothing more. */
struct instant agenda_next(const struct agenda *agenda);

/* Takes one act that is due at `now`, NULL when none. Acts of one instant come ordered by reference; a second act of
 * the same task, and a second Register, move to a minute later, so that the order of arrival changes nothing.
 * Lives until agenda_free. */
const struct act *agenda_take(struct agenda *agenda, struct instant now);

size_t agenda_count(const struct agenda *agenda);

#endif
