/* lag.h: how far each reader of the topology is behind: by what it says itself (/settled), else by what its group has
 * committed. */
#ifndef DUBAN_DUBANCTL_LAG_H
#define DUBAN_DUBANCTL_LAG_H

#include "domain/registry.h"
#include "tool.h"
#include "wire/topology.h"

struct lag {
    const char *topic; /* with the prefix */
    const char *reader;
    bool known;     /* false: neither answers nor has committed */
    int64_t behind; /* offsets between its position and the end; markers of transactions count */
    int64_t age_ms; /* of the oldest record that it has not read; 0: none */
    int32_t worst;  /* partition that is furthest behind */
};

struct lag_list {
    struct lag *items;
    size_t count;
};

/* One per declared reader of each topic that the units of the registry (NULL: none) and the table need. Reading ages
 * takes one look at each partition that is behind. Returns enum tool_exit. */
int lag_measure(const struct tool *tool, const struct registry *registry, bool with_ages, struct arena *arena,
                struct lag_list *ret_list);

/* Does this reader stand in a row's list ("task-ledger", "escalation-notifier, intake", "all")? */
bool lag_reader_is_declared(const char *readers, const char *reader);

#endif
