/* topic_check.c: describes the topics of the table and compares them row by row. */
#include "service/topic_check.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/log_admin.h"
#include "wire/topology.h"

enum { ASK_MS = 10 * 1000 };

struct check {
    struct service *service;
    enum topic topics[TOPIC_COUNT];
    const char *names[TOPIC_COUNT];
    size_t count;
    size_t next; /* states come in the order of the names */
    bool wrong;
};

static void compare_settings(struct check *check, enum topic topic, const struct log_topic_state *state)
{
    struct topic_setting settings[TOPIC_SETTINGS + 1];
    const bool lenient = service_is_stepped(check->service);
    topic_settings(topic, settings);
    for (size_t i = 0; settings[i].name != NULL; i++) {
        const char *found = log_topic_setting(state, settings[i].name);
        if (text_equal(found, settings[i].value))
            continue;
        log_write(lenient ? LOG_LEVEL_WARN : LOG_LEVEL_ERROR,
                  "topic differs from the table%s topic=%s setting=%s is=%s should_be=%s",
                  lenient ? ", ignoring it in a rehearsal" : "", state->name, settings[i].name, found,
                  settings[i].value);
        check->wrong = check->wrong || !lenient;
    }
}

static void compare(void *context, const struct log_topic_state *state)
{
    struct check *check = context;
    const enum topic topic = check->topics[check->next++];
    const uint32_t partitions = topic_partitions(topic, (uint32_t)service_partitions(check->service));
    if (!state->exists) {
        log_error("topic is missing, \"dubanctl topics create\" makes it topic=%s", state->name);
        check->wrong = true;
    } else if (state->partitions != (int32_t)partitions) {
        log_error("topic has a wrong number of partitions topic=%s is=%d should_be=%u", state->name,
                  state->partitions, partitions);
        check->wrong = true;
    } else {
        compare_settings(check, topic, state);
    }
}

static void list_topics(struct check *check, struct arena *arena)
{
    for (int i = 0; i < TOPIC_COUNT; i++) {
        const struct topic_row *row = topic_row((enum topic)i);
        if (row->per_unit || (row->rehearsal_only && !service_is_stepped(check->service)))
            continue;
        check->topics[check->count] = (enum topic)i;
        check->names[check->count++] = topic_name(service_prefix(check->service), (enum topic)i, "", arena);
    }
}

enum status topic_check(struct service *service)
{
    struct log_admin *admin = log_admin_new(service_client(service));
    if (admin == NULL)
        return STATUS_REJECT;
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct check check = {.service = service};
    char text[LOG_ADMIN_TEXT];
    list_topics(&check, arena);
    enum status status = log_admin_describe(admin, check.names, check.count, ASK_MS, compare, &check, text);
    if (status != STATUS_OK)
        log_warn("topics cannot be compared with the table, reason=\"%s\"", text);
    else if (check.wrong)
        status = STATUS_REJECT;
    arena_free(arena);
    log_admin_free(admin);
    return status;
}
