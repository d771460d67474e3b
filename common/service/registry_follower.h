/* registry_follower.h: all versions of the registry, as duban.registry says. A fold: it is given the
 * records of that topic and keeps every version, decoded, with its calendar, until it is freed; a task may
 * pin any of them.
 *
 * Belongs to one thread. What it hands out is read-only and lives as long as the follower, so no caller
 * copies it. */
#ifndef DUBAN_SERVICE_REGISTRY_FOLLOWER_H
#define DUBAN_SERVICE_REGISTRY_FOLLOWER_H

#include "base/digest.h"
#include "domain/turn.h"
#include "runtime/log_record.h"

struct registry_follower;

struct registry_version {
    uint32_t version;
    struct digest digest; /* of the record's value, which is the content exactly as it was applied */
    const struct registry *registry;
    const struct calendar *calendar;
    uint32_t
        calendar_since; /* the oldest version since which the calendars have been as they are in this one */
};

struct registry_follower *registry_follower_new(void);
void registry_follower_free(struct registry_follower *follower); /* accepts NULL */

/* One record of duban.registry (key: the version as decimal text). The same record again changes nothing.
 * STATUS_FATAL, said in the log: it cannot be read, or contradicts what stands here: this program must not
 * go on. */
MUST_CHECK enum status registry_follower_take(struct registry_follower *follower,
                                              const struct log_record *record);

/* NULL: not here, or not yet. `newest` is NULL before the first version. */
const struct registry_version *registry_follower_version(const struct registry_follower *follower,
                                                         uint32_t version);
const struct registry_version *registry_follower_newest(const struct registry_follower *follower);

/* Fills what a ruleset says about the registry (registry, calendar and its version, registry_at, context) and leaves
 * the rest alone: when the calendars were published only the ledger knows. Version 0: no registry. False: the version is not here, nothing is changed. */
MUST_CHECK bool registry_follower_rules(const struct registry_follower *follower, uint32_t version,
                                        struct ruleset *ruleset);

#endif
