/* held_outputs.h: what a batch will write, kept in memory until its transaction may begin: while the batch before is
 * being committed nothing of it may reach the log. Its room is used again by later batches. */
#ifndef DUBAN_TASK_LEDGER_HELD_OUTPUTS_H
#define DUBAN_TASK_LEDGER_HELD_OUTPUTS_H

#include "runtime/log_port.h"

struct held_outputs;

struct held_outputs *held_outputs_new(void);
void held_outputs_free(struct held_outputs *held); /* accepts NULL */

/* Copies key and value; the topic's name must outlive it. */
void held_outputs_add(struct held_outputs *held, const struct log_message *message);
size_t held_outputs_count(const struct held_outputs *held);
size_t held_outputs_bytes(const struct held_outputs *held); /* of keys and values */

/* All of them, in order, within the open transaction. They live until clear. */
void held_outputs_produce(const struct held_outputs *held, struct log_port *port);
void held_outputs_clear(struct held_outputs *held);

#endif
