/* random_body.h: what somebody might say at a moment, sensible more often than not. */
#ifndef DUBAN_TESTS_RANDOM_BODY_H
#define DUBAN_TESTS_RANDOM_BODY_H

#include "desk.h"
#include "dice.h"

struct body random_body(struct dice *dice, enum trigger trigger, struct instant now, struct desk *desk);

#endif
