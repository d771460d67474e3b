/* notifier.c: reads what has come, restores the notices when their partition is given to us, and says what a turn is.
 *
 * No transaction is open while the port is polled, so no assignment can ever come into the middle of one. */
#include "notifier_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "channels.h"
#include "notifier_metrics.h"
#include "wire/messages.h"
#include "wire/records.h"

struct notifier *notifier_new(const struct notifier_options *options)
{
    struct notifier *notifier = must_alloc(sizeof(*notifier));
    notifier->options = *options;
    notifier->registry = registry_follower_new();
    notifier->watermarks = watermarks_new(options->stepped);
    notifier->rows = task_rows_new();
    notifier->notices = notice_table_new();
    notifier->arena = arena_new(LIMIT_ARENA_BYTES);
    notifier->events = must_alloc((size_t)options->partitions * sizeof(*notifier->events));
    notifier->offsets = must_alloc(((size_t)options->partitions + 1) * sizeof(*notifier->offsets));
    notifier->last = &notifier->first;
    return notifier;
}

void notifier_free(struct notifier *notifier)
{
    if (notifier == NULL)
        return;
    notifier_batch_forget(notifier);
    notifier->taken = NULL;
    for (struct job *job = notifier->results, *next; job != NULL; job = next) {
        next = job->next;
        job_free(job);
    }
    registry_follower_free(notifier->registry);
    watermarks_free(notifier->watermarks);
    task_rows_free(notifier->rows);
    notice_table_free(notifier->notices);
    arena_free(notifier->arena);
    free(notifier->events);
    free(notifier->offsets);
    free(notifier->positions);
    free(notifier);
}

bool notifier_ruleset(const struct notifier *notifier, struct ruleset *ret_ruleset)
{
    const struct registry_version *newest = registry_follower_newest(notifier->registry);
    *ret_ruleset = (struct ruleset){.deployment = "", .bootstrap_secret = ""};
    return newest != NULL && registry_follower_rules(notifier->registry, newest->version, ret_ruleset);
}

struct notice_rules notifier_rules(const struct registry *registry)
{
    return (struct notice_rules){registry->channels, registry->channel_count, registry->policy.resends};
}

/* --- records ------------------------------------------------------------------------------------------------------- */

static enum status take_watermark(struct notifier *notifier, const struct log_record *record)
{
    struct wire_fault fault;
    struct watermark mark;
    arena_reset(notifier->arena);
    if (record->value != NULL && wire_decode(&wire_watermark, record->value, record->value_bytes,
                                             LIMIT_COMMAND_BYTES, notifier->arena, &mark, &fault))
        watermarks_put(notifier->watermarks, mark.door, mark.instance,
                       watermark_bounded(mark.at, record, notifier->options.stepped));
    else
        log_warn("ignoring a watermark that does not decode offset=%lld", (long long)record->offset);
    return STATUS_OK;
}

static enum status take_registry(struct notifier *notifier, const struct log_record *record)
{
    enum status status = registry_follower_take(notifier->registry, record);
    const struct registry_version *newest = registry_follower_newest(notifier->registry);
    if (status != STATUS_OK || newest == NULL)
        return status;
    if (notifier->options.stepped && !newest->registry->rehearsal) {
        log_error("this registry is no rehearsal, stepped time is refused version=%u", newest->version);
        return STATUS_FATAL;
    }
    watermarks_set_doors(notifier->watermarks, newest->registry);
    return STATUS_OK;
}

static enum status queue_event(struct notifier *notifier, const struct log_record *record)
{
    if (record->value == NULL) {
        log_error("an event has no value, stopping partition=%d offset=%lld", record->partition,
                  (long long)record->offset);
        return STATUS_FATAL;
    }
    if (notifier->events[record->partition].blocked)
        return STATUS_OK; /* a straggler: it comes again */
    struct waiting_event *event = must_alloc(sizeof(*event) + record->value_bytes);
    event->partition = record->partition;
    event->offset = record->offset;
    event->bytes = record->value_bytes;
    memcpy(event->value, record->value, record->value_bytes);
    *notifier->last = event;
    notifier->last = &event->next;
    notifier->waiting++;
    return STATUS_OK;
}

static enum status take_record(struct notifier *notifier, const struct log_record *record)
{
    const char *topic = record->topic;
    if (text_equal(topic, notifier->options.topics.events))
        return queue_event(notifier, record);
    if (text_equal(topic, notifier->options.topics.tasks))
        return task_rows_take(notifier->rows, record);
    if (text_equal(topic, notifier->options.topics.watermarks))
        return take_watermark(notifier, record);
    if (text_equal(topic, notifier->options.topics.registry))
        return take_registry(notifier, record);
    return STATUS_OK;
}

/* --- the partition comes and goes -------------------------------------------------------------------------------------- */

static void take_assigned(struct notifier *notifier, const struct log_offset *offsets, size_t count)
{
    notifier_batch_forget(notifier);
    notifier->assigned = false;
    for (size_t i = 0; i < count; i++) {
        int64_t next = offsets[i].next == LOG_OFFSET_NONE ? 0 : offsets[i].next;
        if (text_equal(offsets[i].topic, notifier->options.topics.events))
            notifier->events[offsets[i].partition] =
                (struct event_partition){.next = next, .committed = next};
        else if (text_equal(offsets[i].topic, notifier->options.topics.notices))
            notifier->assigned = true;
    }
    notifier->restoring = notifier->events_held = notifier->assigned;
    log_info("assigned active=%s", notifier->assigned ? "yes" : "no");
}

static void take_gone(struct notifier *notifier)
{
    notifier_batch_forget(notifier);
    notifier->assigned = false;
    notifier->restoring = false;
}

static enum status load_notice(void *context, const struct log_record *record)
{
    struct notice_table *table = context;
    if (record->value == NULL || notice_table_load(table, record->value, record->value_bytes))
        return STATUS_OK; /* a notice whose time of keeping is over has no value */
    log_error("notice cannot be read, stopping offset=%lld", (long long)record->offset);
    return STATUS_FATAL;
}

/* What our own courier still has in hand is not lost. */
static void carry_over(const struct notice_table *from, const struct notice_table *to)
{
    for (const struct notice_entry *entry = notice_table_live(from); entry != NULL; entry = entry->next) {
        struct notice_entry *same = notice_table_find(to, entry->notice.id);
        if (same == NULL)
            continue;
        same->under_way = entry->under_way;
        same->telling = entry->telling;
    }
}

static enum status restore(struct notifier *notifier)
{
    struct notice_table *table = notice_table_new();
    struct log_offset offset = {notifier->options.topics.notices, 0, 0, ""};
    enum status status = log_port_restore(notifier->options.port, &offset, 1, load_notice, table);
    if (status != STATUS_OK) {
        notice_table_free(table);
        return status;
    }
    carry_over(notifier->notices, table);
    notice_table_free(notifier->notices);
    notifier->notices = table;
    notifier->notices_end = offset.next;
    notifier->restoring = false;
    steps_find_lost(notifier);
    log_info("notices read from the log notices=%zu", notice_table_count(table));
    return STATUS_OK;
}

/* Rows, registry and watermarks as of the start are here. */
static bool followed_is_here(const struct notifier *notifier)
{
    size_t count, followed = 0;
    const struct log_position *positions = log_port_positions(notifier->options.port, &count);
    for (size_t i = 0; i < count; i++) {
        const char *topic = positions[i].topic;
        if (text_equal(topic, notifier->options.topics.notices) ||
            text_equal(topic, notifier->options.topics.events))
            continue;
        if (!positions[i].caught_up)
            return false;
        followed++;
    }
    return followed == (size_t)notifier->options.partitions + 2;
}

/* Not before everything they are judged by is here: a backlog of events would fill the room it waits in, and nothing
 * would be polled any more, not even what it waits for. */
static void let_events_in(struct notifier *notifier)
{
    for (int32_t i = 0; notifier->events_held && i < notifier->options.partitions; i++)
        log_port_resume(notifier->options.port, notifier->options.topics.events, i);
    notifier->events_held = false;
}

/* --- a turn --------------------------------------------------------------------------------------------------------------- */

static enum status take_event(struct notifier *notifier, const struct log_event *event)
{
    switch (event->kind) {
    case LOG_EVENT_IDLE:
    case LOG_EVENT_END:
        return STATUS_OK;
    case LOG_EVENT_RECORD:
        return take_record(notifier, event->record);
    case LOG_EVENT_ASSIGNED:
        take_assigned(notifier, event->offsets, event->offset_count);
        return STATUS_OK;
    case LOG_EVENT_REVOKED:
    case LOG_EVENT_LOST:
        take_gone(notifier);
        return STATUS_OK;
    case LOG_EVENT_FATAL:
        log_error("the log cannot be used any more reason=\"%s\"", event->reason);
        return STATUS_FATAL;
    }
    return STATUS_FATAL;
}

/* ret_idle: nothing at all had come. */
static enum status collect(struct notifier *notifier, int64_t timeout_ms, bool *ret_idle)
{
    struct log_event event = {.kind = LOG_EVENT_IDLE};
    for (int polls = 0; polls < NOTIFIER_POLL_RECORDS && notifier->waiting < NOTIFIER_POLL_RECORDS; polls++) {
        log_port_poll(notifier->options.port, polls == 0 ? timeout_ms : 0, &event);
        if (event.kind == LOG_EVENT_IDLE) {
            *ret_idle = polls == 0;
            break;
        }
        enum status status = take_event(notifier, &event);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}

static void show_numbers(struct notifier *notifier)
{
    struct metrics *metrics = notifier->options.metrics;
    double live[NOTICE_STATUS_COUNT] = {0};
    int64_t oldest = notifier->now.ms;
    for (const struct notice_entry *entry = notice_table_live(notifier->notices); entry != NULL;
         entry = entry->next) {
        const struct notice *notice = &entry->notice;
        live[notice->status]++;
        if (!notice_has_ended(notice) && notice->status != NOTICE_HELD && notice->created_at.ms < oldest)
            oldest = notice->created_at.ms;
    }
    for (int status = NOTICE_HELD; status <= NOTICE_UNKNOWN; status++) {
        const char *word = word_of(LIST_NOTICE, status)->code;
        metrics_set(metrics, NOTIFIER_LIVE, &word, live[status]);
    }
    metrics_set(metrics, NOTIFIER_OLDEST_PENDING_SECONDS, NULL,
                (double)(notifier->now.ms - oldest) / MS_PER_SECOND);
}

enum status notifier_turn(struct notifier *notifier, struct instant now, int64_t timeout_ms)
{
    bool idle = false;
    notifier->now = now;
    enum status status = collect(notifier, notifier->waiting + notifier->due > 0 ? 0 : timeout_ms, &idle);
    if (status != STATUS_OK)
        return status;
    if (notifier->restoring)
        status = restore(notifier);
    if (status != STATUS_OK)
        return status == STATUS_RETRY ? STATUS_OK : status; /* the next turn tries again */
    notifier->caught_up = notifier->caught_up || followed_is_here(notifier);
    if (!notifier->assigned || !notifier->caught_up)
        return STATUS_OK;
    let_events_in(notifier);
    events_unblock(notifier);
    status = notifier_batch_run(notifier, idle);
    show_numbers(notifier);
    return status;
}

/* --- between two turns ---------------------------------------------------------------------------------------------------- */

static bool must_be_told_now(const struct notifier *notifier, const struct notice_entry *entry)
{
    return notice_has_ended(&entry->notice) && !entry->telling && entry->tell_again.ms <= notifier->now.ms;
}

size_t notifier_in_flight(const struct notifier *notifier)
{
    size_t count = notifier->waiting + notifier->under_way + notifier->telling;
    if (!notifier->assigned || notifier->restoring || !notifier->caught_up)
        return count + 1;
    for (int32_t i = 0; i < notifier->options.partitions; i++)
        count += notifier->events[i].blocked;
    if (!instant_is_set(notifier->now))
        return count;
    for (const struct notice_entry *entry = notice_table_live(notifier->notices); entry != NULL;
         entry = entry->next)
        count += steps_is_due(notifier, entry) || must_be_told_now(notifier, entry);
    return count;
}

static struct instant moment_of(const struct notifier *notifier, const struct notice_entry *entry)
{
    const struct notice *notice = &entry->notice;
    if (notice_has_ended(notice))
        return entry->telling ? INSTANT_NONE : entry->tell_again;
    if (notice->status != NOTICE_HELD)
        return notice->retry_at;
    if (notice->not_before.ms > notifier->now.ms)
        return notice->not_before;
    if (notice->release_due.ms >= notifier->now.ms)
        return notice->release_due;
    /* Real doors are only awaited for so long. */
    return notifier->options.stepped ? INSTANT_NONE : instant_add(notice->release_due, DOOR_GRACE_MS);
}

struct instant notifier_next_timer(const struct notifier *notifier)
{
    struct instant least = INSTANT_NONE;
    for (const struct notice_entry *entry = notice_table_live(notifier->notices); entry != NULL;
         entry = entry->next) {
        struct instant at = moment_of(notifier, entry);
        if (at.ms >= notifier->now.ms && instant_is_set(at) && (!instant_is_set(least) || at.ms < least.ms))
            least = at;
    }
    return least;
}

int64_t notifier_handled(const struct notifier *notifier)
{
    return notifier->handled;
}

int64_t notifier_published(const struct notifier *notifier)
{
    return notifier->published;
}

const char *notifier_not_ready(const struct notifier *notifier)
{
    if (!notifier->assigned)
        return "waiting for the partition of the notices (another instance may have it)";
    if (notifier->restoring)
        return "reading notices from the log";
    return notifier->caught_up ? "" : "reading rows, registry and watermarks";
}

const struct log_position *notifier_positions(struct notifier *notifier, size_t *ret_count)
{
    size_t count, kept = 0;
    const struct log_position *positions = log_port_positions(notifier->options.port, &count);
    if (count > notifier->position_room) {
        notifier->positions = must_realloc(notifier->positions, count * sizeof(*notifier->positions));
        notifier->position_room = count;
    }
    for (size_t i = 0; i < count; i++) {
        if (!text_equal(positions[i].topic, notifier->options.topics.notices))
            notifier->positions[kept++] = positions[i];
    }
    *ret_count = kept;
    return notifier->positions;
}
