/* watermark_publisher.c: see watermark_publisher.h. */
#include "watermark_publisher.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "door_clock.h"
#include "feeds.h"
#include "http_door.h"
#include "runtime/log_ends.h"
#include "service/watermarks.h"
#include "wire/messages.h"
#include "wire/records.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    ENDS_TIMEOUT_MS = 5000,
    SOON_MS = 20, /* a step, or a start, must not wait for the next half second */
    SILENT_AFTER_MS = 15 * MS_PER_SECOND,
};

struct watermark_publisher {
    struct intake *intake;
    struct loop_timer *tick;
    struct log_ends *ends;
    struct arena *arena;
    bool stepped;
    struct instant step;       /* stepped: the clock's time */
    struct instant asked_step; /* stepped: for which the question under way was asked */
    bool asking;
    struct door_mark http;
    bool http_on_way;
    struct monotonic http_sent_at, heard_at; /* of the last one sent, of the last one acknowledged */
    bool heard;
    struct door_clock clock;
    bool clock_off;           /* said in the log */
    struct instant http_open; /* the last mark of `http` from when our clock was right */
};

static struct loop *loop_of(const struct watermark_publisher *publisher)
{
    return service_loop(publisher->intake->service);
}

/* --- our clock ------------------------------------------------------------------------------------------------------- */

static int64_t off_ms(const struct watermark_publisher *publisher, struct instant wall)
{
    return publisher->stepped ? 0 : door_clock_off_ms(&publisher->clock, monotonic_now(), wall);
}

bool watermark_publisher_clock_is_off(const struct watermark_publisher *publisher, struct instant wall)
{
    return llabs(off_ms(publisher, wall)) > CLOCK_SKEW_MS;
}

/* Said once when it is noticed and once when it is over. */
static void look_at_clock(struct watermark_publisher *publisher)
{
    const struct instant wall = loop_now(loop_of(publisher));
    const bool off = watermark_publisher_clock_is_off(publisher, wall);
    if (off && !publisher->clock_off)
        log_error("our clock is not the broker's, nobody is heard over HTTP until one of them is set "
                  "ahead_ms=%" PRId64,
                  off_ms(publisher, wall));
    else if (!off && publisher->clock_off)
        log_info("our clock is the broker's again");
    publisher->clock_off = off;
}

/* --- publishing ----------------------------------------------------------------------------------------------------- */

/* The context is intake: while it stops, what is on its way arrives after this publisher has gone. */
static void on_http_delivered(void *context, int64_t offset, const char *reason)
{
    const struct intake *intake = context;
    struct watermark_publisher *publisher = intake->watermarks;
    (void)reason;
    if (publisher == NULL)
        return;
    publisher->http_on_way = false;
    if (offset < 0)
        return;
    publisher->heard = true;
    publisher->heard_at = monotonic_now();
    const struct instant stamp = log_publisher_stamp(service_publisher(intake->service));
    if (!instant_is_set(stamp) || publisher->stepped)
        return;
    door_clock_measure(&publisher->clock, publisher->http_sent_at, publisher->heard_at, stamp);
    /* The first mark went out by a clock of which nothing was known. */
    if (publisher->http_open.ms > stamp.ms - WATERMARK_SKEW_MS)
        publisher->http_open = instant_add(stamp, -WATERMARK_SKEW_MS);
    look_at_clock(publisher);
}

/* A watermark that is lost is followed by a later one; stepped, the step does not settle and says so. */
static bool publish(struct watermark_publisher *publisher, const char *door, struct instant at,
                    log_delivered on_delivered)
{
    struct service *service = publisher->intake->service;
    const struct watermark mark = {.door = door, .instance = service_instance(service), .at = at};
    arena_reset(publisher->arena);
    const char *key = arena_format(publisher->arena, "%s/%s", door, mark.instance);
    size_t bytes;
    const void *value = wire_encode(&wire_watermark, &mark, publisher->arena, &bytes);
    const struct log_message message = {
        .key = key, .key_bytes = strlen(key), .value = value, .value_bytes = bytes};
    return service_publish(service, topic_row(TOPIC_WATERMARKS)->suffix, &message, on_delivered,
                           publisher->intake) == STATUS_OK;
}

/* Up to where http has handed over everything: just before the oldest request that is not delivered. */
static struct instant http_moment(const struct watermark_publisher *publisher)
{
    struct instant oldest = delivery_window_oldest(http_door_window(publisher->intake->http));
    if (publisher->stepped)
        return instant_is_set(oldest) ? INSTANT_NONE : instant_add(publisher->step, -1);
    struct instant now = loop_now(loop_of(publisher));
    if (instant_is_set(oldest) && oldest.ms <= now.ms)
        now = instant_add(oldest, -1);
    return instant_add(now, -WATERMARK_SKEW_MS);
}

static void look_at_http(struct watermark_publisher *publisher)
{
    /* A shut door stands still. What it says goes out all the same: its stamp tells when our clock is right again. */
    const bool off = watermark_publisher_clock_is_off(publisher, loop_now(loop_of(publisher)));
    struct instant at = off ? publisher->http_open : http_moment(publisher);
    if (publisher->http_on_way || !instant_is_set(at))
        return;
    /* A clock that was ahead and has been put right must not keep the door silent for as long. */
    if (!off && at.ms <= publisher->http.sent.ms && at.ms >= publisher->http.sent.ms - CLOCK_SKEW_MS)
        return;
    const struct monotonic before = monotonic_now(); /* the broker cannot have stamped it earlier */
    if (publish(publisher, HTTP_DOOR_NAME, at, on_http_delivered)) {
        publisher->http.sent = publisher->http_open = at;
        publisher->http_sent_at = before;
        publisher->http_on_way = true;
    }
}

static void look_at_inbox(struct watermark_publisher *publisher, struct feed *feed)
{
    struct door_mark *mark = &feed->mark;
    if (!instant_is_set(mark->asked_at) || !feed_is_through(feed, mark->end))
        return;
    struct instant at = instant_add(mark->asked_at, publisher->stepped ? -1 : -WATERMARK_SKEW_MS);
    if (at.ms > mark->sent.ms && !publish(publisher, feed->unit, at, NULL))
        return;
    mark->sent = at;
    mark->asked_at = INSTANT_NONE;
    const struct registry *registry = intake_registry(publisher->intake);
    const struct registry_unit *unit = registry == NULL ? NULL : registry_unit(registry, feed->unit);
    feed->finished = unit == NULL || !unit->inbox;
}

static void look(struct watermark_publisher *publisher)
{
    struct feeds *feeds = publisher->intake->feeds;
    if (publisher->stepped && !instant_is_set(publisher->step))
        return;
    look_at_http(publisher);
    for (struct feed *feed = feeds == NULL ? NULL : feeds_first(feeds); feed != NULL; feed = feed->next) {
        if (feed->topic == TOPIC_INBOX)
            look_at_inbox(publisher, feed);
    }
}

void watermark_publisher_look(struct watermark_publisher *publisher)
{
    /* With the real clock the next tick is soon enough; a step is waited for. */
    if (publisher->stepped && watermark_publisher_in_flight(publisher) > 0)
        look(publisher);
}

/* --- asking ---------------------------------------------------------------------------------------------------------- */

static bool needs_end(const struct watermark_publisher *publisher, const struct feed *feed)
{
    if (feed->topic != TOPIC_INBOX || instant_is_set(feed->mark.asked_at))
        return false;
    return !publisher->stepped || feed->mark.sent.ms < publisher->step.ms - 1;
}

static void ask(struct watermark_publisher *publisher)
{
    struct feeds *feeds = publisher->intake->feeds;
    if (publisher->asking || feeds == NULL || (publisher->stepped && !instant_is_set(publisher->step)))
        return;
    size_t count = 0;
    arena_reset(publisher->arena);
    for (struct feed *feed = feeds_first(feeds); feed != NULL; feed = feed->next)
        count += needs_end(publisher, feed);
    struct log_topic *topics = ARENA_ARRAY(publisher->arena, struct log_topic, count + 1);
    size_t asked = 0;
    for (struct feed *feed = feeds_first(feeds); feed != NULL; feed = feed->next) {
        if (needs_end(publisher, feed))
            topics[asked++] = (struct log_topic){.name = feed->name, .partitions = 1};
    }
    if (asked > 0 && log_ends_ask(publisher->ends, topics, asked, ENDS_TIMEOUT_MS) == STATUS_OK) {
        publisher->asking = true;
        publisher->asked_step = publisher->step;
    }
}

static void on_ends(void *context, enum status status, struct instant asked_at, const struct log_end *ends,
                    size_t count)
{
    struct watermark_publisher *publisher = context;
    publisher->asking = false;
    if (publisher->intake->stopping || publisher->intake->feeds == NULL)
        return;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct feed *feed = feeds_find(publisher->intake->feeds, ends[i].topic, ends[i].partition);
        if (feed == NULL || ends[i].end < 0 || instant_is_set(feed->mark.asked_at))
            continue;
        feed->mark.end = ends[i].end;
        feed->mark.asked_at = publisher->stepped ? publisher->asked_step : asked_at;
    }
    look(publisher);
    /* An answer to a question of the step before says nothing of this one. */
    if (publisher->stepped && publisher->asked_step.ms != publisher->step.ms)
        ask(publisher);
}

/* An inbox that has left the registry and is read to its end leaves the group; outside of the list's walk. */
static void let_finished_go(struct watermark_publisher *publisher)
{
    struct feeds *feeds = publisher->intake->feeds;
    for (struct feed *feed = feeds == NULL ? NULL : feeds_first(feeds); feed != NULL; feed = feed->next) {
        if (feed->finished) {
            feeds_set(feeds, intake_registry(publisher->intake));
            return;
        }
    }
}

static void on_tick(void *context)
{
    struct watermark_publisher *publisher = context;
    if (publisher->intake->stopping)
        return;
    if (publisher->intake->feeds == NULL && service_caught_up(publisher->intake->service))
        intake_open(publisher->intake);
    let_finished_go(publisher);
    ask(publisher);
    look(publisher);
    bool waiting = publisher->intake->feeds == NULL ||
                   (publisher->stepped && watermark_publisher_in_flight(publisher) > 0);
    loop_timer_start(publisher->tick, waiting ? SOON_MS : WATERMARK_PERIOD_MS);
}

void watermark_publisher_step(struct watermark_publisher *publisher)
{
    if (!publisher->stepped)
        return;
    publisher->step = service_now(publisher->intake->service);
    /* What was found before the step does not cover it. */
    for (struct feed *feed = publisher->intake->feeds == NULL ? NULL : feeds_first(publisher->intake->feeds);
         feed != NULL; feed = feed->next) {
        if (feed->mark.asked_at.ms != publisher->step.ms)
            feed->mark.asked_at = INSTANT_NONE;
    }
    ask(publisher);
    look(publisher);
    loop_timer_start(publisher->tick, SOON_MS);
}

/* --- life -------------------------------------------------------------------------------------------------------------- */

struct watermark_publisher *watermark_publisher_new(struct intake *intake)
{
    struct watermark_publisher *publisher = must_alloc(sizeof *publisher);
    publisher->intake = intake;
    publisher->stepped = service_is_stepped(intake->service);
    publisher->arena = arena_new(LIMIT_ARENA_BYTES);
    publisher->ends =
        log_ends_new(service_loop(intake->service), service_client(intake->service), on_ends, publisher);
    publisher->tick = loop_timer_new(service_loop(intake->service), on_tick, publisher);
    loop_timer_start(publisher->tick, 0);
    return publisher;
}

void watermark_publisher_free(struct watermark_publisher *publisher)
{
    if (publisher == NULL)
        return;
    loop_timer_free(publisher->tick);
    log_ends_free(publisher->ends);
    arena_free(publisher->arena);
    free(publisher);
}

/* --- what others ask ----------------------------------------------------------------------------------------------------- */

struct instant watermark_publisher_receipt(const struct watermark_publisher *publisher, struct instant at)
{
    return instant_max(at, instant_add(publisher->http.sent, 1));
}

bool watermark_publisher_is_heard(const struct watermark_publisher *publisher)
{
    const int64_t silent_ns = monotonic_now().ns - publisher->heard_at.ns;
    return publisher->stepped || (publisher->heard && silent_ns < (int64_t)SILENT_AFTER_MS * 1000 * 1000);
}

size_t watermark_publisher_in_flight(const struct watermark_publisher *publisher)
{
    const struct feeds *feeds = publisher->intake->feeds;
    if (!publisher->stepped || !instant_is_set(publisher->step))
        return 0;
    struct instant wanted = instant_add(publisher->step, -1);
    size_t count = publisher->http.sent.ms < wanted.ms;
    count += feeds == NULL || !feeds_have_all(feeds);
    for (const struct feed *feed = feeds == NULL ? NULL : feeds_first(feeds); feed != NULL; feed = feed->next)
        count += feed->topic == TOPIC_INBOX && feed->mark.sent.ms < wanted.ms;
    return count;
}

static void measure(const struct watermark_publisher *publisher, const char *door, struct instant sent)
{
    struct service *service = publisher->intake->service;
    const char *const labels[] = {door};
    if (instant_is_set(sent))
        metrics_set(service_metrics(service), INTAKE_WATERMARK_AGE_SECONDS, labels,
                    (double)(service_now(service).ms - sent.ms) / MS_PER_SECOND);
}

void watermark_publisher_measure(struct watermark_publisher *publisher)
{
    const struct feeds *feeds = publisher->intake->feeds;
    metrics_clear(service_metrics(publisher->intake->service), INTAKE_WATERMARK_AGE_SECONDS);
    metrics_set(service_metrics(publisher->intake->service), INTAKE_CLOCK_OFF_SECONDS, NULL,
                (double)off_ms(publisher, loop_now(loop_of(publisher))) / MS_PER_SECOND);
    measure(publisher, HTTP_DOOR_NAME, publisher->http.sent);
    for (const struct feed *feed = feeds == NULL ? NULL : feeds_first(feeds); feed != NULL;
         feed = feed->next) {
        if (feed->topic == TOPIC_INBOX)
            measure(publisher, feed->unit, feed->mark.sent);
    }
}
