/* messages.h: the tables of messages.c by name: which message of proto/duban/v1 is which struct.
 *
 * To add a message: write it in proto/duban/v1, and its table with the macros of table.h. A field that stands in
 * one and not in the other does not compile, or fails test_messages. */
#ifndef DUBAN_WIRE_MESSAGES_H
#define DUBAN_WIRE_MESSAGES_H

#include "domain/vocabulary.h"
#include "wire/codec.h"

/* What one trigger says: its record is the member of the union in struct body. NULL for an unknown trigger; a
 * trigger without fields has a table without fields. */
const struct wire_message *wire_body_of(enum trigger trigger);
/* Where that member lies in a struct body. */
void *wire_body_record(void *body, enum trigger trigger);

extern const struct wire_message wire_body;          /* struct body */
extern const struct wire_message wire_command;       /* struct command */
extern const struct wire_message wire_actor;         /* struct actor */
extern const struct wire_message wire_refusal;       /* struct refusal */
extern const struct wire_message wire_event;         /* struct event */
extern const struct wire_message wire_event_record;  /* struct event_record */
extern const struct wire_message wire_task;          /* struct task */
extern const struct wire_message wire_row;           /* struct row */
extern const struct wire_message wire_row_wake;      /* struct row_wake; reads what wire_row wrote */
extern const struct wire_message wire_registry;      /* struct registry */
extern const struct wire_message wire_calendar_year; /* struct calendar_year */
extern const struct wire_message wire_answer;        /* struct answer_record */
extern const struct wire_message wire_watermark;     /* struct watermark */
extern const struct wire_message wire_dead_letter;   /* struct dead_letter */
extern const struct wire_message wire_notice;        /* struct notice */
extern const struct wire_message wire_settled;       /* struct settled */
extern const struct wire_message wire_clock_tick;    /* struct clock_tick */

#endif
