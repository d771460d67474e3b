/* output.h: how a command prints: aligned tables (libsmartcols), or with --json one JSON object per line.
 *
 * A table's columns are data; its rows serve both forms, so no command is written twice. Records that have a table
 * in wire/messages.h are printed by output_record, with the names of their fields. */
#ifndef DUBAN_DUBANCTL_OUTPUT_H
#define DUBAN_DUBANCTL_OUTPUT_H

#include "tool.h"
#include "wire/codec.h"

struct output_column {
    const char *name; /* in JSON; NULL ends the list */
    const char *zh, *en;
    bool number; /* right-aligned; a number in JSON */
};

struct output;

/* Makes Chinese as wide as it is: LC_CTYPE of this thread, nothing else. Before any output; release puts it back. */
void output_init(void);
void output_release(void);

struct output *output_new(const struct tool *tool, const struct output_column *columns);
/* One text per column; "" is an empty cell, and left out in JSON. */
void output_row(struct output *output, const char *const *cells);
/* A row that has a record: printed as the record with --json, as cells otherwise. */
void output_row_of(struct output *output, const struct wire_message *message, const void *record,
                   const char *const *cells);
/* Prints what was not printed yet and frees. */
void output_end(struct output *output);

/* One line of JSON; or, for people, nothing. */
void output_record(const struct tool *tool, const struct wire_message *message, const void *record);

#endif
