/* desk.h: the ledger without a log, for unit tests of the domain: rows by key, commands in order, internal commands
 * delivered at once, a watcher that wakes tasks. Every event is kept, so that a row can be compared with its fold. */
#ifndef DUBAN_TESTS_DESK_H
#define DUBAN_TESTS_DESK_H

#include "domain/turn.h"

enum { DESK_ROWS = 256 };

struct desk_row {
    const char *key;
    struct row *row; /* NULL: none yet */
    struct event *events;
    uint32_t event_count;
};

struct desk {
    struct arena *arena;
    struct registry *registry; /* of district_fixture.h; change it before the first command */
    struct ruleset ruleset;
    struct desk_row rows[DESK_ROWS];
    uint32_t row_count;
    struct turn turn;        /* of the last command from outside, or of the last wake */
    struct command *waiting; /* internal commands, while `holds_internals` */
    uint32_t waiting_count;
    bool holds_internals;
    uint32_t messages; /* numbers the ids */
};

struct desk *desk_new(void);
void desk_free(struct desk *desk);

/* The next version of the registry, published at `at`, with other calendars: every clock was computed with older ones. */
void desk_adopt(struct desk *desk, struct registry *next, struct instant at);

/* A body with every text "". */
struct body say(enum trigger trigger);

/* The command that `actor` sends about `key`; received at "2023-02-01T09:00". */
struct command desk_command(struct desk *desk, const char *key, struct actor actor, const char *at,
                            struct body body);
/* Takes it; what follows internally is delivered too. Returns the turn of the command itself. */
const struct turn *desk_take(struct desk *desk, const struct command *command);
void desk_deliver(struct desk *desk); /* the internal commands that were held */

/* The usual: a person of the registry acts. */
const struct turn *desk_act(struct desk *desk, const char *key, const char *person, const char *at,
                            struct body body);
/* Plays the watcher for one row: wakes everything due before `until`; returns how many wakes moved it. */
uint32_t desk_watch(struct desk *desk, const char *key, struct instant until);
const struct turn *desk_wake(struct desk *desk, const char *key, uint64_t wake_seq, struct instant due,
                             struct instant released_at);

struct desk_row *desk_row(struct desk *desk, const char *key);
const struct task *desk_task(struct desk *desk, const char *key); /* NULL: none */
/* The last event of that type in the row; NULL when there is none. */
const struct event *desk_last(struct desk *desk, const char *key, enum event_type type);
/* The C-ACK or C-ISSUE of a rung of that ladder, the first in the row; NULL when there is none. */
const struct clock *desk_awaited(struct desk *desk, const char *key, enum clock_id id, enum clock_id ladder,
                                 uint32_t rung);
uint32_t desk_count(struct desk *desk, const char *key, enum event_type type);

/* Why the last command was refused, as an answer or as an event; REFUSAL_NONE when it was not. */
enum refusal_code desk_refusal(const struct turn *turn);
const char *desk_parameter(const struct turn *turn, const char *name);

/* A task of a template in a state, by the shortest way; the acts lie on 2023-02-01 (Wednesday), 09:00 to 09:05. */
const char *desk_drafted(struct desk *desk, const char *template_code, const char *lead);
const char *desk_assigned(struct desk *desk, const char *template_code, const char *lead, const char *due);
const char *desk_signed(struct desk *desk, const char *template_code, const char *lead, const char *due);
struct body desk_registration(const char *lead, const char *due);
struct body desk_report(struct desk *desk, const char *evidence);

/* Every field as text, one a line. */
const char *task_text(const struct task *task, struct arena *arena);

#endif
