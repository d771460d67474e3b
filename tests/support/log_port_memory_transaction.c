/* log_port_memory_transaction.c: transactions of a port in memory, and what can go wrong with them. */
#include "log_port_memory_internal.h"

#include <assert.h>

static bool is_fenced(const struct memory_port *port)
{
    return port->producer >= 0 && port->memory->producers[port->producer].epoch != port->epoch;
}

/* Aborts what a predecessor left open and fences it; waits for the markers of what it had ended. */
void memory_ensure_producer(struct memory_port *port)
{
    if (port->producer >= 0)
        return;
    port->producer = memory_producer(port->memory, port->transactional_id);
    port->epoch = ++port->memory->producers[port->producer].epoch;
    memory_end_transaction(port->memory, port->producer, false);
    memory_finish_markers(port->memory, port->producer);
}

/* The outcome is not known: the producer is replaced, and what is held told anew. */
static enum log_outcome rebuilt(struct memory_port *port)
{
    port->open = false;
    port->producer = -1;
    port->reannounce = true;
    return LOG_REBUILT;
}

/* Somebody else has our transactional id, or the broker has given us up: the group is asked again, and takes our
 * partitions away. */
static enum log_outcome fenced(struct memory_port *port)
{
    port->open = false;
    port->producer = -1;
    port->share_count = 0;
    port->change_pending = port->change_is_loss = port->assign = true;
    port->left = true;
    return LOG_REBUILT;
}

enum log_outcome memory_begin(void *self)
{
    struct memory_port *port = self;
    assert(!port->open && !port->unassign && !port->reannounce);
    memory_moment(port, LOG_MEMORY_AT_BEGIN);
    if (is_fenced(port))
        return fenced(port);
    memory_ensure_producer(port);
    /* The broker refuses a second transaction before the first has its markers; the client waits. */
    memory_finish_markers(port->memory, port->producer);
    port->open = true;
    return LOG_COMMITTED;
}

void memory_produce(void *self, const struct log_message *message)
{
    struct memory_port *port = self;
    assert(port->open);
    memory_moment(port, LOG_MEMORY_AT_PRODUCE);
    if (!is_fenced(port))
        memory_write(port->memory, message, port->producer);
}

static enum log_outcome abort_now(struct memory_port *port)
{
    if (is_fenced(port))
        return fenced(port);
    port->open = false;
    memory_end_transaction(port->memory, port->producer, false);
    /* Reading the committed offsets waits until they are final. */
    memory_finish_markers(port->memory, port->producer);
    if (!port->unassign)
        memory_rewind(port);
    return LOG_ABORTED;
}

enum log_outcome memory_abort(void *self)
{
    struct memory_port *port = self;
    assert(port->open && port->committing == NULL);
    memory_moment(port, LOG_MEMORY_AT_END);
    return abort_now(port);
}

/* The end of a transaction was sent more than once: the second may come during the next one and end that, unless the
 * next one has another epoch. */
static void retire_producer(struct memory_port *port)
{
    port->producer = -1;
}

static enum log_outcome meet_fault(struct memory_port *port)
{
    port->fault_set = false;
    switch (port->fault) {
    case LOG_MEMORY_ABORT:
        return abort_now(port);
    case LOG_MEMORY_UNKNOWN_WRITTEN:
        memory_end_transaction(port->memory, port->producer, true);
        break;
    case LOG_MEMORY_UNKNOWN_LOST:
        break; /* it stays open until the next producer aborts it */
    case LOG_MEMORY_UNKNOWN_LATE:
        memory_send_late_end(port->memory, port->producer, port->epoch);
        break;
    case LOG_MEMORY_END_TWICE:
        memory_end_transaction(port->memory, port->producer, true);
        memory_send_late_end(port->memory, port->producer, port->epoch);
        port->open = false;
        retire_producer(port);
        memory_moment(port, LOG_MEMORY_AT_ENDED);
        return LOG_COMMITTED;
    }
    memory_moment(port, LOG_MEMORY_AT_ENDED);
    return rebuilt(port);
}

/* True: the outcome is known already. */
static bool send_offsets(struct memory_port *port, enum log_outcome *ret_outcome)
{
    memory_moment(port, LOG_MEMORY_AT_OFFSETS);
    /* The group knows us no more: the generation is not that of the group. */
    bool lost = port->change_is_loss && (port->change_pending || port->unassign);
    port->offsets_sent = true;
    if (is_fenced(port))
        *ret_outcome = fenced(port);
    else if (lost)
        *ret_outcome = abort_now(port);
    else
        memory_pend_offsets(port->memory, port->producer, port->group_id, port->committing,
                            port->committing_count);
    return !port->open;
}

static enum log_outcome send_end(struct memory_port *port)
{
    /* From here on nothing but the producer's epoch fences us: EndTxn names no generation. */
    memory_moment(port, LOG_MEMORY_AT_END);
    if (is_fenced(port))
        return fenced(port);
    if (port->fault_set && port->fault_after-- == 0)
        return meet_fault(port);
    memory_end_transaction(port->memory, port->producer, true);
    port->open = false;
    memory_moment(port, LOG_MEMORY_AT_ENDED);
    return LOG_COMMITTED;
}

void memory_commit_start(void *self, const struct log_offset *offsets, size_t count)
{
    struct memory_port *port = self;
    assert(port->open && count > 0 && port->committing == NULL);
    port->committing = offsets;
    port->committing_count = count;
    port->offsets_sent = false;
    port->asked = 0;
}

bool memory_commit_ended(void *self, bool wait, enum log_outcome *ret_outcome)
{
    struct memory_port *port = self;
    assert(port->committing != NULL);
    for (bool ended = false; !ended;) {
        if (!wait && port->asked++ < port->patience)
            return false;
        port->asked = 0;
        if (!port->offsets_sent) {
            ended = send_offsets(port, ret_outcome);
        } else {
            *ret_outcome = send_end(port);
            ended = true;
        }
    }
    port->committing = NULL;
    return true;
}
