/* inbox_door.h: a record of an inbox becomes a command, or a refusal in the unit's outbox and, where it could not be
 * decoded or authenticated, a dead letter without its content. */
#ifndef DUBAN_INTAKE_INBOX_DOOR_H
#define DUBAN_INTAKE_INBOX_DOOR_H

#include "feeds.h"

/* STATUS_RETRY: no room, or the stepped clock has not begun. */
MUST_CHECK enum status inbox_door_take(struct feed *feed, const struct log_record *record);

#endif
