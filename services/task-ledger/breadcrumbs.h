/* breadcrumbs.h: which record was being decided when the program died, so that one record cannot keep a partition from
 * ever going on.
 *
 * A crumb per partition lies in a mapped file: the record under way, and how often the program died of it. Only a death
 * by SIGSEGV, SIGBUS, SIGFPE, SIGILL or SIGABRT in the thread that decides counts: a killed or stopped program accuses
 * nobody. After one death the partition's records go into transactions of their own up to the accused one; after three
 * (LIMIT_DEATHS) it is quarantined: a dead letter, an alarm, and the partition goes on. */
#ifndef DUBAN_TASK_LEDGER_BREADCRUMBS_H
#define DUBAN_TASK_LEDGER_BREADCRUMBS_H

#include <stdbool.h>
#include <stdint.h>

struct breadcrumbs;

/* Maps (and makes) the file and sets the signal handlers. A file that does not fit is begun anew. NULL: `directory` is "",
 * or, said in the log, it cannot be used; all functions below accept NULL and then say that nothing is accused. */
struct breadcrumbs *breadcrumbs_open(const char *directory, int32_t partitions);
void breadcrumbs_close(struct breadcrumbs *crumbs);

/* Around decoding and deciding one record. */
void breadcrumbs_enter(struct breadcrumbs *crumbs, int32_t partition, int stream, int64_t offset);
void breadcrumbs_leave(struct breadcrumbs *crumbs);

/* The program has died of this record as often as it may. */
bool breadcrumbs_condemn(const struct breadcrumbs *crumbs, int32_t partition, int stream, int64_t offset);
/* Some record is accused and has not been passed: go one by one. */
bool breadcrumbs_accuse(const struct breadcrumbs *crumbs);
/* Committed up to this offset: what was accused before it is acquitted. */
void breadcrumbs_pass(struct breadcrumbs *crumbs, int32_t partition, int stream, int64_t next);

#endif
