/* log_scan.h: reads partitions once, from given offsets to their high watermark, read_committed. Blocks:
 * for restoring an engine's state and for tools, never on the loop. */
#ifndef DUBAN_RUNTIME_LOG_SCAN_H
#define DUBAN_RUNTIME_LOG_SCAN_H

#include "runtime/log_record.h"

struct log_scanner;

/* NULL: a setting is wrong (said in the log). */
struct log_scanner *log_scanner_new(const struct log_client *client);
void log_scanner_free(struct log_scanner *scanner); /* accepts NULL */

/* offsets[i].next: where to begin (an offset before the log's start begins there); set to where it ended:
 * the high watermark as of the beginning, or later. Records of one partition come in order, those of
 * several mixed. The callback's result other than STATUS_OK ends the scan and is returned. STATUS_RETRY:
 * nothing came for `quiet_ms` (broker away, a transaction left open); STATUS_FATAL: an offset beyond the
 * end, or an unknown partition. */
MUST_CHECK enum status log_scan(struct log_scanner *scanner, struct log_offset *offsets, size_t count,
                                int64_t quiet_ms,
                                enum status (*on_record)(void *context, const struct log_record *record),
                                void *context);

#endif
