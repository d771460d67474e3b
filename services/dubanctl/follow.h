/* follow.h: topics read on the loop until Ctrl-C or until the caller ends it: for `events tail` and `watch`. */
#ifndef DUBAN_DUBANCTL_FOLLOW_H
#define DUBAN_DUBANCTL_FOLLOW_H

#include "runtime/loop.h"
#include "tool.h"
#include "wire/topology.h"

struct follow;

struct follow_topic {
    enum topic topic;
    int64_t last; /* only so many offsets before the end of each partition; FOLLOW_ALL: from the beginning */
};

enum { FOLLOW_ALL = -1 };

struct follow_options {
    const struct follow_topic *topics;
    size_t count;
    void (*on_record)(void *context, enum topic topic, const struct log_record *record);
    /* Once, when everything that stood there at the start has been handed out. May be NULL. */
    void (*on_caught_up)(void *context);
    void *context;
};

/* NULL: said, and ret_code is why. */
struct follow *follow_new(const struct tool *tool, struct loop *loop, const struct follow_options *options,
                          int *ret_code);
void follow_free(struct follow *follow); /* accepts NULL */

/* Runs the loop until a signal, or loop_stop. TOOL_OK, or why it could not go on. */
int follow_run(struct follow *follow);

#endif
