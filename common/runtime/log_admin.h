/* log_admin.h: topics, ends and groups. Every call blocks up to its timeout: for tools, for start-up, and
 * for log_ends (which calls it on a thread of its own); never on the loop.
 *
 * STATUS_RETRY: the broker did not answer in time. STATUS_REJECT: it refused. The text says what, "" after
 * STATUS_OK. */
#ifndef DUBAN_RUNTIME_LOG_ADMIN_H
#define DUBAN_RUNTIME_LOG_ADMIN_H

#include "runtime/log_record.h"

struct log_admin;
enum { LOG_ADMIN_TEXT = 512 };

struct log_setting {
    const char *name; /* "retention.ms" */
    const char *value;
};

/* A topic to create. */
struct log_topic_plan {
    const char *name;
    int32_t partitions;
    int replication;                    /* -1: the broker's default */
    const struct log_setting *settings; /* ends with a NULL name; NULL: none */
};

/* A topic as the broker has it. */
struct log_topic_state {
    const char *name;
    bool exists;
    int32_t partitions;
    int replication;
    const struct log_setting *settings; /* all of them, defaults included */
    size_t setting_count;
};

/* End of a partition as a read_uncommitted consumer sees it: the high watermark. */
struct log_end {
    const char *topic;
    int32_t partition;
    int64_t end; /* LOG_OFFSET_NONE when the broker refused this one (unknown partition, no leader) */
};

struct log_admin *
log_admin_new(const struct log_client *client); /* NULL: a setting is wrong (said in the log) */
void log_admin_free(struct log_admin *admin);   /* accepts NULL */

/* Is a broker there that answers? */
MUST_CHECK enum status log_admin_reach(struct log_admin *admin, int64_t timeout_ms,
                                       char ret_text[LOG_ADMIN_TEXT]);

/* Creates those that do not exist and waits until all are known with a leader. */
MUST_CHECK enum status log_admin_create(struct log_admin *admin, const struct log_topic_plan *plans,
                                        size_t count, int64_t timeout_ms, char ret_text[LOG_ADMIN_TEXT]);
MUST_CHECK enum status log_admin_delete(struct log_admin *admin, const char *const *names, size_t count,
                                        int64_t timeout_ms, char ret_text[LOG_ADMIN_TEXT]);

/* One callback per name, in order. The state lives until the callback returns. */
MUST_CHECK enum status
log_admin_describe(struct log_admin *admin, const char *const *names, size_t count, int64_t timeout_ms,
                   void (*on_topic)(void *context, const struct log_topic_state *state), void *context,
                   char ret_text[LOG_ADMIN_TEXT]);
const char *log_topic_setting(const struct log_topic_state *state, const char *name); /* "" when absent */

/* Every topic whose name starts with `prefix`, with its partition count; settings are not filled. */
MUST_CHECK enum status log_admin_list(struct log_admin *admin, const char *prefix, int64_t timeout_ms,
                                      void (*on_topic)(void *context, const struct log_topic_state *state),
                                      void *context, char ret_text[LOG_ADMIN_TEXT]);

/* Fills `end` of each, in one request per broker. */
MUST_CHECK enum status log_admin_ends(struct log_admin *admin, struct log_end *ends, size_t count,
                                      int64_t timeout_ms, char ret_text[LOG_ADMIN_TEXT]);
/* The same for the first offset there is. */
MUST_CHECK enum status log_admin_starts(struct log_admin *admin, struct log_end *starts, size_t count,
                                        int64_t timeout_ms, char ret_text[LOG_ADMIN_TEXT]);

/* One callback per partition the group has committed, or per given one when `wanted` is not NULL (next
 * LOG_OFFSET_NONE: nothing committed). */
MUST_CHECK enum status log_admin_committed(struct log_admin *admin, const char *group_id,
                                           const struct log_offset *wanted, size_t count, int64_t timeout_ms,
                                           void (*on_offset)(void *context, const struct log_offset *offset),
                                           void *context, char ret_text[LOG_ADMIN_TEXT]);

/* Sets a group's committed offsets; the group must have no active member. */
MUST_CHECK enum status log_admin_set_committed(struct log_admin *admin, const char *group_id,
                                               const struct log_offset *offsets, size_t count,
                                               int64_t timeout_ms, char ret_text[LOG_ADMIN_TEXT]);

#endif
