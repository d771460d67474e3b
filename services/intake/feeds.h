/* feeds.h: the partitions that intake's group reads: one inbox per unit, events and answers for the outboxes. Each has
 * its window; its offset is committed below what has arrived, and it pauses while its window is full. */
#ifndef DUBAN_INTAKE_FEEDS_H
#define DUBAN_INTAKE_FEEDS_H

#include "intake.h"
#include "watermark_publisher.h"
#include "wire/topology.h"

struct feed {
    struct intake *intake;
    enum topic topic;
    char *name; /* of the topic, prefix included */
    char *unit; /* of an inbox; "" otherwise */
    int32_t partition;
    struct delivery_window *window;
    bool paused;
    bool finished;         /* an inbox that has left the registry and is read to its end */
    struct door_mark mark; /* of an inbox */
    struct feed *next;
};

struct feeds *feeds_new(struct intake *intake); /* NULL: a setting is wrong (said in the log) */
void feeds_free(struct feeds *feeds);           /* accepts NULL; commits what has arrived */

/* Reads events, answers, the inboxes of the registry in force, and those that have left until they are finished. The
 * same set again changes nothing. */
void feeds_set(struct feeds *feeds, const struct registry *registry);

struct feed *feeds_first(const struct feeds *feeds); /* what the group gave us; by `next` */
struct feed *feeds_find(const struct feeds *feeds, const char *name, int32_t partition);
struct feed *feeds_inbox(const struct feeds *feeds, const char *unit); /* NULL: not ours */

/* Has everything below `end` been handled and delivered? */
bool feed_is_through(const struct feed *feed, int64_t end);
size_t feeds_in_flight(const struct feeds *feeds);
/* Do we have every inbox that we asked for? False between a change of the registry and the group's answer. */
bool feeds_have_all(const struct feeds *feeds);

#endif
