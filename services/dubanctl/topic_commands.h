/* topic_commands.h: the topics that a deployment needs, and whether the broker has them. */
#ifndef DUBAN_DUBANCTL_TOPIC_COMMANDS_H
#define DUBAN_DUBANCTL_TOPIC_COMMANDS_H

#include "domain/registry.h"
#include "tool.h"
#include "wire/topology.h"

struct topic_need {
    enum topic topic;
    const char *name; /* with the prefix */
};

struct topic_needs {
    struct topic_need *items;
    size_t count;
};

/* The rows of the topology; of the inboxes and outboxes one for each active unit of the registry (NULL: none). */
struct topic_needs topics_needed(const struct tool *tool, const struct registry *registry, bool rehearsal,
                                 struct arena *arena);

/* Creates what is missing and compares the rest with the table. Returns enum tool_exit, after saying what differs. */
int topics_ensure(const struct tool *tool, const struct topic_needs *needs, int replication);

#endif
