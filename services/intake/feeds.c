/* feeds.c: one member of the group `<prefix>intake`. A feed exists while the group gives us its partition; taken away
 * and given back, it begins at the committed offset with an empty window, and repeats are recognised further on. */
#include "feeds.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "inbox_door.h"
#include "outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW_FULL = 500, WINDOW_LOW = 250 };

struct wanted {
    struct log_topic *topics;
    size_t count;
};

struct feeds {
    struct intake *intake;
    struct log_reader *reader;
    struct feed *first;
    struct wanted wanted; /* what the group was asked for */
    char *group, *member;
};

/* --- the feeds we have --------------------------------------------------------------------------------------------- */

struct feed *feeds_first(const struct feeds *feeds)
{
    return feeds->first;
}

struct feed *feeds_find(const struct feeds *feeds, const char *name, int32_t partition)
{
    for (struct feed *feed = feeds->first; feed != NULL; feed = feed->next) {
        if (feed->partition == partition && text_equal(feed->name, name))
            return feed;
    }
    return NULL;
}

struct feed *feeds_inbox(const struct feeds *feeds, const char *unit)
{
    for (struct feed *feed = feeds->first; feed != NULL; feed = feed->next) {
        if (feed->topic == TOPIC_INBOX && text_equal(feed->unit, unit))
            return feed;
    }
    return NULL;
}

static void on_advance(void *context)
{
    struct feed *feed = context;
    struct feeds *feeds = feed->intake->feeds;
    log_reader_commit(feeds->reader, feed->name, feed->partition, delivery_window_next(feed->window));
    if (feed->paused && delivery_window_count(feed->window) <= WINDOW_LOW) {
        feed->paused = false;
        log_reader_resume(feeds->reader, feed->name, feed->partition);
    }
    watermark_publisher_look(feed->intake->watermarks);
}

static void feed_free(struct feed *feed)
{
    delivery_window_free(feed->window);
    free(feed->name);
    free(feed->unit);
    free(feed);
}

static void drop_all(struct feeds *feeds)
{
    while (feeds->first != NULL) {
        struct feed *feed = feeds->first;
        feeds->first = feed->next;
        feed_free(feed);
    }
}

static void add(struct feeds *feeds, const char *name, int32_t partition)
{
    enum topic topic = TOPIC_COUNT;
    const char *unit = "";
    if (!topic_of_name(service_prefix(feeds->intake->service), name, &topic, &unit))
        return; /* not asked for: the subscription names every topic */
    struct feed *feed = must_alloc(sizeof *feed);
    *feed = (struct feed){
        .intake = feeds->intake,
        .topic = topic,
        .name = must_copy_text(name),
        .unit = must_copy_text(unit),
        .partition = partition,
        .next = feeds->first,
    };
    feed->window = delivery_window_new(feeds->intake, on_advance, feed);
    feeds->first = feed;
}

static void on_assigned(void *context, const struct log_offset *offsets, size_t count)
{
    struct feeds *feeds = context;
    drop_all(feeds);
    for (size_t i = 0; i < count; i++)
        add(feeds, offsets[i].topic, offsets[i].partition);
    watermark_publisher_step(feeds->intake->watermarks);
}

static void on_revoked(void *context)
{
    drop_all(context);
}

static void on_fatal(void *context, const char *reason)
{
    struct feeds *feeds = context;
    service_fail(feeds->intake->service, reason);
}

static enum status take(struct feed *feed, const struct log_record *record)
{
    if (feed->topic == TOPIC_INBOX)
        return inbox_door_take(feed, record);
    return feed->topic == TOPIC_EVENTS ? outbox_take_event(feed, record) : outbox_take_answer(feed, record);
}

static enum status on_record(void *context, const struct log_record *record)
{
    struct feeds *feeds = context;
    struct feed *feed = feeds_find(feeds, record->topic, record->partition);
    if (feed == NULL || delivery_window_count(feed->window) >= WINDOW_FULL)
        return STATUS_RETRY;
    arena_reset(feeds->intake->arena);
    enum status status = take(feed, record);
    if (status == STATUS_OK && !feed->paused && delivery_window_count(feed->window) >= WINDOW_FULL) {
        feed->paused = true;
        log_reader_pause(feeds->reader, feed->name, feed->partition);
    }
    return status;
}

/* --- life ------------------------------------------------------------------------------------------------------------ */

struct feeds *feeds_new(struct intake *intake)
{
    struct feeds *feeds = must_alloc(sizeof *feeds);
    struct service *service = intake->service;
    char text[LIMIT_LINE];
    feeds->intake = intake;
    snprintf(text, sizeof text, "%s%s", service_prefix(service), service_name(service));
    feeds->group = must_copy_text(text);
    snprintf(text, sizeof text, "%s%s-%s", service_prefix(service), service_name(service),
             service_instance(service));
    feeds->member = must_copy_text(text);
    const struct log_reader_options options = {
        .client = *service_client(service),
        .mode = LOG_READER_GROUP,
        .group_id = feeds->group,
        .instance_id = feeds->member,
        .recovery = "dubanctl offsets reset intake TOPIC --to=earliest",
        .on_record = on_record,
        .on_assigned = on_assigned,
        .on_revoked = on_revoked,
        .on_fatal = on_fatal,
        .context = feeds,
    };
    feeds->reader = log_reader_new(service_loop(service), &options);
    if (feeds->reader == NULL) {
        feeds_free(feeds);
        return NULL;
    }
    service_add_reader(service, feeds->reader);
    return feeds;
}

static void wanted_release(struct wanted *wanted)
{
    for (size_t i = 0; i < wanted->count; i++)
        free((char *)(uintptr_t)wanted->topics[i].name);
    free(wanted->topics);
    *wanted = (struct wanted){0};
}

void feeds_free(struct feeds *feeds)
{
    if (feeds == NULL)
        return;
    log_reader_free(feeds->reader);
    drop_all(feeds);
    wanted_release(&feeds->wanted);
    free(feeds->group);
    free(feeds->member);
    free(feeds);
}

/* --- what we ask for --------------------------------------------------------------------------------------------- */

static void want(struct wanted *wanted, const char *name, int32_t partitions)
{
    wanted->topics = must_realloc(wanted->topics, (wanted->count + 1) * sizeof *wanted->topics);
    wanted->topics[wanted->count++] =
        (struct log_topic){.name = must_copy_text(name), .partitions = partitions};
}

static bool same(const struct wanted *a, const struct wanted *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++)
        equal = text_equal(a->topics[i].name, b->topics[i].name);
    return equal;
}

static struct wanted wanted_by(const struct feeds *feeds, const struct registry *registry)
{
    struct service *service = feeds->intake->service;
    struct arena *arena = arena_new(LIMIT_ARENA_BYTES);
    struct wanted wanted = {0};
    want(&wanted, service_topic(service, topic_row(TOPIC_EVENTS)->suffix), service_partitions(service));
    want(&wanted, service_topic(service, topic_row(TOPIC_ANSWERS)->suffix), service_partitions(service));
    for (uint32_t i = 0; registry != NULL && i < registry->unit_count; i++) {
        if (registry->units[i].inbox)
            want(&wanted, topic_name(service_prefix(service), TOPIC_INBOX, registry->units[i].id, arena), 1);
    }
    for (const struct feed *feed = feeds->first; feed != NULL; feed = feed->next) {
        const struct registry_unit *unit = registry == NULL ? NULL : registry_unit(registry, feed->unit);
        if (feed->topic == TOPIC_INBOX && !feed->finished && (unit == NULL || !unit->inbox))
            want(&wanted, feed->name, 1);
    }
    arena_free(arena);
    return wanted;
}

void feeds_set(struct feeds *feeds, const struct registry *registry)
{
    struct wanted wanted = wanted_by(feeds, registry);
    if (same(&wanted, &feeds->wanted)) {
        wanted_release(&wanted);
        return;
    }
    wanted_release(&feeds->wanted);
    feeds->wanted = wanted;
    log_reader_start(feeds->reader, wanted.topics, wanted.count);
}

/* --- how far we are ------------------------------------------------------------------------------------------------ */

bool feed_is_through(const struct feed *feed, int64_t end)
{
    size_t count;
    const struct log_position *positions = log_reader_positions(feed->intake->feeds->reader, &count);
    for (size_t i = 0; i < count; i++) {
        if (positions[i].partition == feed->partition && text_equal(positions[i].topic, feed->name))
            return positions[i].next >= end &&
                   (delivery_window_count(feed->window) == 0 || delivery_window_next(feed->window) >= end);
    }
    return false;
}

size_t feeds_in_flight(const struct feeds *feeds)
{
    size_t count = 0;
    for (const struct feed *feed = feeds->first; feed != NULL; feed = feed->next)
        count += delivery_window_count(feed->window);
    return count;
}

bool feeds_have_all(const struct feeds *feeds)
{
    for (size_t i = 0; i < feeds->wanted.count; i++) {
        if (feeds_find(feeds, feeds->wanted.topics[i].name, 0) == NULL)
            return false;
    }
    return true;
}
