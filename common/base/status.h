/* status.h: what the caller must do next; a message-driven program has no other choices. */
#ifndef DUBAN_BASE_STATUS_H
#define DUBAN_BASE_STATUS_H

enum status {
    STATUS_OK,     /* carry on */
    STATUS_RETRY,  /* nothing changed; the same call may succeed later */
    STATUS_REJECT, /* the input is wrong; it will be wrong again: refuse or dead-letter it */
    STATUS_FATAL,  /* this program cannot go on; stop and be restarted */
};

#define MUST_CHECK __attribute__((warn_unused_result))

#endif
