/* tool.h: what every command of dubanctl is given: the settings, its options, and how to say what went wrong.
 *
 * A command is a row of the table in commands.c and a function with tool_handler's type; the words of the row, the
 * settings and the command's own options are taken away before it is called, so `arguments` holds what is left. It
 * prints its result on stdout (output.h) and returns what the shell sees. */
#ifndef DUBAN_DUBANCTL_TOOL_H
#define DUBAN_DUBANCTL_TOOL_H

#include "base/arena.h"
#include "base/settings.h"
#include "base/status.h"
#include "domain/refusal.h"
#include "runtime/log_record.h"

#include <stdbool.h>
#include <stdint.h>

/* What the shell sees; documented in docs/dubanctl.md. */
enum tool_exit {
    TOOL_OK = 0,
    TOOL_REFUSED = 1,     /* duban, the broker or a check said no */
    TOOL_USAGE = 2,       /* the command line is wrong */
    TOOL_UNREACHABLE = 3, /* no answer from intake or the broker in time */
    TOOL_UNVERIFIED = 4,  /* verify found a fault */
    TOOL_INTERNAL = 5,    /* our own mistake, or records that cannot be read */
};

/* An option of one command. */
struct tool_option {
    const char *name;     /* "unit": given as --unit=X or --unit X */
    const char *argument; /* "UNIT" in the help; NULL: a flag */
    const char *help;
};

enum { TOOL_OPTIONS = 12 };

/* All texts live as long as the tool. */
struct tool {
    const char *brokers, *broker_options;
    const char *prefix; /* "duban." */
    const char *intake; /* "http://127.0.0.1:8080" */
    const char *token, *token_file, *as;
    const char *bootstrap_secret;
    const char *programs; /* "name=url,name=url": whom `lag` and `watch` ask */
    int64_t partitions;   /* P */
    int64_t timeout_ms;   /* for one answer of the broker or of intake */
    enum language language;
    bool json;
    struct log_client client;
    const struct setting *settings; /* the table, for the help */
    struct arena *arena;            /* lives as long as the tool; large work takes arenas of its own */

    const char *command;                     /* "task list": names the command in what it says */
    const char *usage;                       /* its arguments, as in the help */
    const struct tool_option *options;       /* of the command; ends with a NULL name; may be NULL */
    const char *option_values[TOOL_OPTIONS]; /* NULL: not given */
};

typedef int (*tool_handler)(const struct tool *tool, int count, char **arguments); /* enum tool_exit */

int tool_main(int argc, char **argv);

/* The value of an option of the command ("" when absent); of a flag: was it given? */
const char *tool_option(const struct tool *tool, const char *name);
bool tool_flag(const struct tool *tool, const char *name);

/* On stderr, "dubanctl <command>: …". They return the exit code that belongs to them. */
int tool_usage(const struct tool *tool, const char *format, ...) __attribute__((format(printf, 2, 3)));
int tool_unreachable(const struct tool *tool, const char *whom, const char *reason);
int tool_refused(const struct tool *tool, const char *format, ...) __attribute__((format(printf, 2, 3)));
int tool_internal(const struct tool *tool, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A call of log_admin.h or log_scan.h that did not succeed; `reason` may be "". */
int tool_broker_failed(const struct tool *tool, enum status status, const char *reason);

/* The number of arguments is wrong: says which, by the usage of the command. */
int tool_wrong_count(const struct tool *tool, int count);

/* One of two texts, by the setting `language`. */
const char *tool_text(const struct tool *tool, const char *zh, const char *en)
    __attribute__((format_arg(2), format_arg(3)));

#endif
