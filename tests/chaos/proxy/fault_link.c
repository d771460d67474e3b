/* fault_link.c: the connections of a lane of the fault proxy, and what happens to the frames that go through them. */
#include <arpa/inet.h>
#include <event2/buffer.h>
#include <netinet/tcp.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/instant.h"
#include "fault_proxy.h"

enum {
    FRAME_MOST = 128 * 1024 * 1024,
    HEADER_BYTES = 12, /* of a request: size, API key, version, correlation id */
    LINGER_MS = 1000,  /* after a late request, so that the broker has read it before the connection ends */
};

int64_t fault_now_ms(void)
{
    return monotonic_now().ns / 1000000;
}

void fault_after(struct event *event, int64_t ms)
{
    struct timeval wait = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    event_add(event, &wait);
}

/* --- the life of a connection ------------------------------------------------------------------------------------ */

static void close_end(struct bufferevent *end, bool reset)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    if (end == NULL)
        return;
    if (reset)
        setsockopt(bufferevent_getfd(end), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    bufferevent_free(end);
}

static void release_flow(struct flow *flow)
{
    struct frame *frame;
    while ((frame = TAILQ_FIRST(&flow->queue)) != NULL) {
        TAILQ_REMOVE(&flow->queue, frame, entry);
        evbuffer_free(frame->bytes);
        free(frame);
    }
    event_free(flow->timer);
}

static void close_link(struct link *link, bool reset)
{
    LIST_REMOVE(link, entry);
    release_flow(&link->up);
    release_flow(&link->down);
    if (link->end != NULL)
        event_free(link->end);
    close_end(link->client, reset);
    close_end(link->server, reset);
    free(link->pending);
    free(link);
}

static void on_end(evutil_socket_t fd, short what, void *context)
{
    (void)fd, (void)what;
    close_link(context, true);
}

/* Whoever closed it, the other end learns it by a reset; a late request is still delivered. */
static void on_event(struct bufferevent *end, short what, void *context)
{
    struct link *link = context;
    (void)end;
    if ((what & (BEV_EVENT_EOF | BEV_EVENT_ERROR)) != 0)
        close_link(link, true);
}

/* --- what happens to a frame ------------------------------------------------------------------------------------- */

static void deliver(evutil_socket_t fd, short what, void *context)
{
    struct flow *flow = context;
    struct frame *frame;
    (void)fd, (void)what;
    while ((frame = TAILQ_FIRST(&flow->queue)) != NULL) {
        int64_t wait = frame->at_ms - fault_now_ms();
        if (wait > 0) {
            fault_after(flow->timer, wait);
            return;
        }
        TAILQ_REMOVE(&flow->queue, frame, entry);
        if (flow->to != NULL)
            evbuffer_add_buffer(bufferevent_get_output(flow->to), frame->bytes);
        evbuffer_free(frame->bytes);
        free(frame);
    }
}

static void pass(struct flow *flow, struct evbuffer *bytes, int64_t extra_ms)
{
    struct lane *lane = flow->link->lane;
    const int64_t now = fault_now_ms();
    int64_t at = now + extra_ms;
    if (now < lane->delay_until) {
        at += lane->delay_ms;
        lane->proxy->done[DELAYED]++;
    }
    if (at < lane->stall_until) {
        at = lane->stall_until;
        lane->proxy->done[STALLED]++;
    }
    if (at < flow->last_ms)
        at = flow->last_ms;
    flow->last_ms = at;
    if (at <= now && TAILQ_EMPTY(&flow->queue)) {
        evbuffer_add_buffer(bufferevent_get_output(flow->to), bytes);
        evbuffer_free(bytes);
        return;
    }
    struct frame *frame = must_alloc(sizeof *frame);
    *frame = (struct frame){.at_ms = at, .bytes = bytes};
    TAILQ_INSERT_TAIL(&flow->queue, frame, entry);
    if (TAILQ_FIRST(&flow->queue) == frame)
        fault_after(flow->timer, at - now);
}

static uint32_t number_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void expect_reply(struct link *link, uint32_t correlation, int16_t api)
{
    link->pending = must_realloc(link->pending, (link->pending_count + 1) * sizeof *link->pending);
    link->pending[link->pending_count++] = (struct pending){correlation, api};
}

/* -1: nobody asked. */
static int16_t reply_of(struct link *link, uint32_t correlation)
{
    for (size_t i = 0; i < link->pending_count; i++)
        if (link->pending[i].correlation == correlation) {
            int16_t api = link->pending[i].api;
            link->pending[i] = link->pending[--link->pending_count];
            return api;
        }
    return -1;
}

/* The client loses its connection now, the broker gets the request later and has nobody to answer. */
static void part(struct link *link, int64_t extra_ms)
{
    close_end(link->client, true);
    link->client = NULL;
    link->down.to = NULL;
    link->end = evtimer_new(link->lane->proxy->base, on_end, link);
    fault_after(link->end, extra_ms + LINGER_MS);
}

/* False: the connection has gone. */
static bool take_request(struct link *link, struct evbuffer *bytes)
{
    struct lane *lane = link->lane;
    unsigned char head[HEADER_BYTES] = {0};
    evbuffer_copyout(bytes, head, sizeof head);
    const int16_t api = (int16_t)(number_at(head + 4) >> 16);
    expect_reply(link, number_at(head + 8), api);
    if (lane->late_left > 0 && api == lane->late_api) {
        lane->late_left--;
        lane->proxy->done[LATE]++;
        pass(&link->up, bytes, lane->late_ms);
        part(link, lane->late_ms);
        return false;
    }
    pass(&link->up, bytes, 0);
    return true;
}

/* False: the connection has gone. */
static bool take_reply(struct link *link, struct evbuffer *bytes)
{
    struct lane *lane = link->lane;
    unsigned char head[HEADER_BYTES] = {0};
    evbuffer_copyout(bytes, head, 8);
    const int16_t api = reply_of(link, number_at(head + 4));
    if (lane->lose_left > 0 && api == lane->lose_api && fault_now_ms() < lane->lose_until) {
        lane->lose_left--;
        lane->proxy->done[LOST]++;
        evbuffer_free(bytes);
        close_link(link, true);
        return false;
    }
    const bool held = api == lane->hold_api && fault_now_ms() < lane->hold_until;
    lane->proxy->done[HELD] += held;
    pass(&link->down, bytes, held ? lane->hold_ms : 0);
    return true;
}

static void on_read(struct bufferevent *from, void *context)
{
    struct link *link = context;
    struct evbuffer *in = bufferevent_get_input(from);
    const bool up = from == link->client;
    for (;;) {
        unsigned char head[4];
        if (evbuffer_copyout(in, head, sizeof head) < (ssize_t)sizeof head)
            return;
        const size_t bytes = sizeof head + number_at(head);
        if (bytes > FRAME_MOST) {
            close_link(link, true);
            return;
        }
        if (evbuffer_get_length(in) < bytes)
            return;
        struct evbuffer *frame = evbuffer_new();
        evbuffer_remove_buffer(in, frame, bytes);
        if (fault_now_ms() < link->lane->swallow_until || link->doomed || link->client == NULL) {
            link->lane->proxy->done[SWALLOWED]++;
            link->doomed = true;
            evbuffer_free(frame);
        } else if (!(up ? take_request(link, frame) : take_reply(link, frame))) {
            return;
        }
    }
}

static struct flow new_flow(struct link *link, struct bufferevent *from, struct bufferevent *to)
{
    return (struct flow){.link = link, .from = from, .to = to};
}

static void start_flow(struct flow *flow)
{
    TAILQ_INIT(&flow->queue);
    flow->timer = evtimer_new(flow->link->lane->proxy->base, deliver, flow);
    bufferevent_setcb(flow->from, on_read, NULL, on_event, flow->link);
    bufferevent_enable(flow->from, EV_READ | EV_WRITE);
}

void fault_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int bytes,
                  void *context)
{
    struct lane *lane = context;
    struct sockaddr_in target = {.sin_family = AF_INET, .sin_port = htons(lane->target)};
    int one = 1;
    (void)listener, (void)address, (void)bytes;
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct link *link = must_alloc(sizeof *link);
    *link = (struct link){.lane = lane};
    link->client = bufferevent_socket_new(lane->proxy->base, fd, BEV_OPT_CLOSE_ON_FREE);
    if (fault_now_ms() < lane->refuse_until) {
        close_end(link->client, true);
        free(link);
        lane->proxy->done[REFUSED]++;
        return;
    }
    link->server = bufferevent_socket_new(lane->proxy->base, -1, BEV_OPT_CLOSE_ON_FREE);
    link->up = new_flow(link, link->client, link->server);
    link->down = new_flow(link, link->server, link->client);
    start_flow(&link->up);
    start_flow(&link->down);
    LIST_INSERT_HEAD(&lane->links, link, entry);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bufferevent_socket_connect(link->server, (struct sockaddr *)&target, sizeof target) != 0) {
        close_link(link, true);
        return;
    }
    setsockopt(bufferevent_getfd(link->server), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

void fault_cut(struct lane *lane, bool doomed_only)
{
    struct link *next;
    for (struct link *link = LIST_FIRST(&lane->links); link != NULL; link = next) {
        next = LIST_NEXT(link, entry);
        if (link->client == NULL || (doomed_only && !link->doomed))
            continue;
        lane->proxy->done[CUT]++;
        close_link(link, true);
    }
}

void fault_close_all(struct lane *lane)
{
    while (!LIST_EMPTY(&lane->links))
        close_link(LIST_FIRST(&lane->links), false);
}
