/* outbox.h: what happened goes to the outboxes of the units that may see it, at least once. */
#ifndef DUBAN_INTAKE_OUTBOX_H
#define DUBAN_INTAKE_OUTBOX_H

#include "feeds.h"
#include "outbox_document.h"

/* A record of duban.events or duban.answers. STATUS_RETRY: no room, or its registry version is not here yet. */
MUST_CHECK enum status outbox_take_event(struct feed *feed, const struct log_record *record);
MUST_CHECK enum status outbox_take_answer(struct feed *feed, const struct log_record *record);

/* Does this unit have an outbox? */
bool outbox_exists(const struct registry *registry, const char *unit);
MUST_CHECK enum status outbox_publish(struct intake *intake, const char *unit,
                                      const struct cloud_event *event, struct delivery *delivery);

#endif
