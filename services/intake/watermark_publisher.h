/* watermark_publisher.h: "everything received up to T stands in the log", per door (design §4).
 *
 * Real clock: every WATERMARK_PERIOD_MS the ends of our inboxes are asked for; once an inbox is handled and delivered up
 * to the end that was found, its watermark is the moment of asking less WATERMARK_SKEW_MS. `http` is now less the skew,
 * or just before the oldest request that is not delivered yet.
 * Stepped clock: once per step, T − 1 ms for every door, when its inbox is read to the end as found after the step.
 * While our clock is not the broker's (door_clock.h), `http` stands still.
 * They cannot pile up while the broker is away: `http` waits for its acknowledgement, an inbox for the next answer. */
#ifndef DUBAN_INTAKE_WATERMARK_PUBLISHER_H
#define DUBAN_INTAKE_WATERMARK_PUBLISHER_H

#include "intake.h"

struct feed;
struct watermark_publisher;

/* How far one door is with its watermark. */
struct door_mark {
    int64_t end;             /* of the inbox, as found */
    struct instant asked_at; /* when; none: nothing to wait for. Stepped: the clock's time of the step */
    struct instant sent;     /* last watermark published */
};

struct watermark_publisher *watermark_publisher_new(struct intake *intake);
void watermark_publisher_free(struct watermark_publisher *publisher); /* accepts NULL */

/* The stepped clock has moved, or there are new inboxes. */
void watermark_publisher_step(struct watermark_publisher *publisher);
/* Something was handled or delivered: publish what has become true. Cheap. */
void watermark_publisher_look(struct watermark_publisher *publisher);

/* When something that came over HTTP counts as received: as our clock says, but never before what we have promised to have
 * handed over, even if the clock was put back meanwhile. */
struct instant watermark_publisher_receipt(const struct watermark_publisher *publisher, struct instant at);

/* Is our own watermark younger than 15 s? Without that our commands may be overtaken by alarms. Always true of the
 * stepped clock. */
bool watermark_publisher_is_heard(const struct watermark_publisher *publisher);
/* Is `wall`, our clock's time now, more than CLOCK_SKEW_MS off the broker's? Then nobody can be told when he was heard,
 * and `http` stands still. Never of the stepped clock. */
bool watermark_publisher_clock_is_off(const struct watermark_publisher *publisher, struct instant wall);
size_t watermark_publisher_in_flight(
    const struct watermark_publisher *publisher);                        /* stepped: doors still to speak */
void watermark_publisher_measure(struct watermark_publisher *publisher); /* into the metrics */

#endif
