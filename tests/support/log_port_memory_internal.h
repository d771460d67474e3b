/* log_port_memory_internal.h: what the two files of the port share. Internal to tests/support. */
#ifndef DUBAN_TESTS_LOG_PORT_MEMORY_INTERNAL_H
#define DUBAN_TESTS_LOG_PORT_MEMORY_INTERNAL_H

#include "log_memory.h"

struct held_partition {
    const char *topic; /* of the port's copies */
    int32_t number;
    int64_t next;
    int64_t end_said; /* END was told for this offset */
    bool paused, followed;
};

struct memory_port {
    struct log_port port;
    struct log_memory *memory;
    char *group_id, *transactional_id;
    struct log_topic *shared, *extra, *followed;

    struct held_partition *held;
    size_t count, turn;

    int producer, epoch; /* producer -1: not begun yet */
    bool open;

    const struct log_offset *committing; /* the offsets of the commit under way; NULL: none */
    size_t committing_count;
    bool offsets_sent;
    size_t patience, asked; /* so often it is asked for before it does a step */

    int32_t *share; /* what the test gives us next */
    size_t share_count;
    bool change_pending, change_is_loss;
    bool unassign;   /* the loss was told: drop what is held */
    bool assign;     /* then take the share up */
    bool reannounce; /* tell again what is held */
    bool left;       /* must join the group again */

    bool fault_set;
    enum log_memory_fault fault;
    size_t fault_after;

    void (*watcher)(void *context, enum log_memory_moment moment); /* NULL: nobody */
    void *watcher_context;

    struct log_offset *event_offsets; /* of the last event … */
    size_t event_offset_count;        /* … so many with metadata of their own */
    struct log_position *positions;
};

static inline void memory_moment(const struct memory_port *port, enum log_memory_moment moment)
{
    if (port->watcher != NULL)
        port->watcher(port->watcher_context, moment);
}

/* --- log_port_memory.c */
void memory_rewind(struct memory_port *port); /* all that is assigned, to the committed offsets */

/* --- log_port_memory_transaction.c */
/* A producer that nobody has fenced yet. */
void memory_ensure_producer(struct memory_port *port);
enum log_outcome memory_begin(void *self);
void memory_produce(void *self, const struct log_message *message);
void memory_commit_start(void *self, const struct log_offset *offsets, size_t count);
bool memory_commit_ended(void *self, bool wait, enum log_outcome *ret_outcome);
enum log_outcome memory_abort(void *self);

#endif
