/* tally.h: reads at the end of a rehearsal what only stands in two topics: notices, and commands without an event. */
#ifndef DUBAN_REHEARSAL_TALLY_H
#define DUBAN_REHEARSAL_TALLY_H

#include "runtime/log_record.h"
#include "summary.h"

/* STATUS_FATAL, said in the log: the topics cannot be read. */
MUST_CHECK enum status tally(const struct log_client *client, const char *prefix, uint32_t partitions,
                             struct summary *summary);

#endif
