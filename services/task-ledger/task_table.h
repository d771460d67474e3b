/* task_table.h: the rows of one partition in memory: key → encoded row, exactly the bytes of duban.tasks.
 * The table is the fold of that topic: restoring is loading its records, and nothing here knows what a row
 * says.
 *
 * Changes belong to a transaction: put remembers what stood there before, until commit forgets it or undo
 * brings it back. While one transaction is being committed, the changes of the next may come already: seal
 * parts the two, commit ends the first, and undo takes back both, the newer one first.
 * Copies what it is given; what it hands out lives until the next change of that key. */
#ifndef DUBAN_TASK_LEDGER_TASK_TABLE_H
#define DUBAN_TASK_LEDGER_TASK_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

struct task_table;

struct row_bytes {
    const void *data; /* NULL: no such row */
    size_t bytes;
};

struct task_table *task_table_new(void);
void task_table_free(struct task_table *table); /* accepts NULL */

struct row_bytes task_table_get(const struct task_table *table, const char *key);

/* Brings nearer to the processor what task_table_get will look at, and does not wait for it. Each of the three steps needs
 * what the one before has brought: a row of many that was not touched lately is three waits for memory away. */
enum task_table_step { TASK_TABLE_INDEX, TASK_TABLE_PLACE, TASK_TABLE_ROW, TASK_TABLE_STEPS };
void task_table_fetch(const struct task_table *table, const char *key, enum task_table_step step);

/* What the topic says; there is no way back. Not while changes are open. */
void task_table_load(struct task_table *table, const char *key, const void *data, size_t bytes);
/* A change within the open transaction. */
void task_table_put(struct task_table *table, const char *key, const void *data, size_t bytes);
/* What has been put so far is one transaction, what comes is the next. Not while one is sealed. */
void task_table_seal(struct task_table *table);
void task_table_commit(struct task_table *table); /* the sealed one; none: nothing happens */
void task_table_undo(struct task_table *table);   /* all that has not been committed */

size_t task_table_count(const struct task_table *table);
size_t task_table_bytes(const struct task_table *table);      /* of keys and rows */
size_t task_table_undo_bytes(const struct task_table *table); /* of rows that undo would bring back */

/* Every row once, in the order in which the keys came; `visit` returns false to stop. The table must not change
 * meanwhile. */
void task_table_each(const struct task_table *table,
                     bool (*visit)(void *context, const char *key, struct row_bytes row), void *context);

/* The same in steps, between which rows may change, come, and be undone: a row that is there from the first step to the
 * last is handed out once, as it stands then. One walk at a time. False: the walk is over. */
void task_table_walk(struct task_table *table);
MUST_CHECK bool task_table_walk_next(struct task_table *table, const char **ret_key,
                                     struct row_bytes *ret_row);

#endif
