/* notice_table.h: all notices that duban.notices holds. A live one (not ended, or its end not yet told) is kept as the
 * record; of the others only what tells repeats and takes back alarms.
 *
 * Changes belong to a transaction: they are undone together or kept together. */
#ifndef DUBAN_ESCALATION_NOTIFIER_NOTICE_TABLE_H
#define DUBAN_ESCALATION_NOTIFIER_NOTICE_TABLE_H

#include "base/digest.h"
#include "domain/notice.h"

#include <uthash.h>

struct notice_table;

struct notice_entry {
    /* As the record, texts other than id, task_id and person left out, attempts too. */
    struct notice notice;
    bool reached;             /* it has arrived, or may have */
    const char *open_channel; /* ATTEMPTING: where the attempt is made; "" otherwise */

    /* Of this process only. */
    bool lost;                 /* attempted by somebody who is gone: nobody knows what came of it */
    bool under_way;            /* its delivery is in the hands of the courier */
    bool telling;              /* so is its command */
    struct instant tell_again; /* the command could not be written: not before this */

    /* Of the table. */
    void *value, *old_value;
    size_t value_bytes, old_value_bytes;
    bool changed, is_new;
    enum notice_status old_status; /* before the transaction under way */
    struct notice_entry *next_changed;
    struct notice_entry *next_of_task;
    struct notice_entry *previous, *next; /* live ones, oldest first */
    bool live;
    UT_hash_handle hh;
};

struct notice_table *notice_table_new(void);
void notice_table_free(struct notice_table *table); /* accepts NULL */

/* One record of duban.notices, outside any transaction. False: it cannot be read. */
bool notice_table_load(struct notice_table *table, const void *value, size_t bytes);

struct notice_entry *notice_table_find(const struct notice_table *table, const char *id);
struct notice_entry *notice_table_live(const struct notice_table *table); /* first; follow next */
struct notice_entry *notice_table_of_task(const struct notice_table *table,
                                          const char *task); /* next_of_task */
size_t notice_table_count(const struct notice_table *table);

/* The whole notice, decoded into the arena; live ones only. */
void notice_table_read(const struct notice_entry *entry, struct arena *arena, struct notice *ret_notice);

/* Within a transaction. */
void notice_table_write(struct notice_table *table, const struct notice *notice, struct arena *arena);
struct notice_entry *notice_table_changed(const struct notice_table *table); /* follow next_changed */
void notice_table_keep(struct notice_table *table);
void notice_table_undo(struct notice_table *table);

#endif
