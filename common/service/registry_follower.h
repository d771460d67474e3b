/* registry_follower.h: all versions of the registry, as duban.registry says. A fold: it is given the
 * records of that topic. A task may pin any version, so each can be asked for as long as the follower lives; but only
 * the LIMIT_REGISTRY_DECODED that were asked for last are kept in memory. The bytes of the others lie in a temporary
 * file and are decoded when somebody asks: memory does not grow with the number of versions.
 *
 * Belongs to one thread. What it hands out is read-only, so no caller copies it. It is valid until
 * LIMIT_REGISTRY_DECODED other versions have been asked for; the newest, until another takes its place and that has
 * happened. A turn asks for two: the version adopted, and the one pinned. */
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
    /* The oldest version since which working time has been as it is in this one: calendars and office hours … */
    uint32_t calendar_since;
    uint32_t days_since; /* … and the calendars alone */
};

struct registry_follower *registry_follower_new(void);
void registry_follower_free(struct registry_follower *follower); /* accepts NULL */

/* A program that answers one question and ends may hold any number of versions at once: none is given up. */
void registry_follower_keep_all(struct registry_follower *follower);

/* One record of duban.registry (key: the version as decimal text). The same record again changes nothing.
 * STATUS_FATAL, said in the log: it cannot be read, or contradicts what stands here: this program must not
 * go on. */
MUST_CHECK enum status registry_follower_take(struct registry_follower *follower,
                                              const struct log_record *record);

/* NULL: not here, or not yet; or its file cannot be read (said in the log). `newest` is NULL before the first version. */
const struct registry_version *registry_follower_version(const struct registry_follower *follower,
                                                         uint32_t version);
const struct registry_version *registry_follower_newest(const struct registry_follower *follower);

/* Versions that lie decoded in memory: at most LIMIT_REGISTRY_DECODED, unless the temporary file could not be written
 * (said in the log). */
size_t registry_follower_decoded(const struct registry_follower *follower);

/* Fills what a ruleset says about the registry (registry, calendar and its version, registry_at, context) and leaves
 * the rest alone: when the calendars were published only the ledger knows. Version 0: no registry. False: the version is not here, nothing is changed. */
MUST_CHECK bool registry_follower_rules(const struct registry_follower *follower, uint32_t version,
                                        struct ruleset *ruleset);

#endif
