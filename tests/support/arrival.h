/* arrival.h: the same receipts in another order, with a watcher that is early, late or interrupted: what the tests of
 * promise 4 (timeliness depends only on when something was received) play, and the verdict that must stay the same. */
#ifndef DUBAN_TESTS_ARRIVAL_H
#define DUBAN_TESTS_ARRIVAL_H

#include "desk.h"

/* What somebody of the registry sends; a list of them ends with one without a time. */
struct arrival {
    const char *at; /* received */
    enum trigger trigger;
    const char *by;
};

/* How far the watcher may have come before the next step. */
enum arrival_watch { WATCH_NEVER, WATCH_BEFORE, WATCH_AHEAD, WATCH_COUNT };

/* housing's task of a template, assigned on Wednesday 2023-02-01 at 09:02: C-SIGN and C-OBJ end with Thursday the 2nd; T22
 * has five working days, to Wednesday the 8th; T12's C-DUE is the date `due`. */
const char *arrival_begin(struct desk *desk, const char *template_code, const char *due, bool is_signed);

unsigned arrival_count(const struct arrival *list, unsigned at_most);

/* WATCH_AHEAD: a door has kept silent for hours, and what is due was released without it. */
const struct turn *arrival_take(struct desk *desk, const char *key, const struct arrival *arrival,
                                enum arrival_watch watch);

/* "sign=met object=stopped due=missed late=housing dispute=open request=pending" */
const char *arrival_verdict(struct desk *desk, const char *key);

#endif
