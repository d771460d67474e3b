/* fault_proxy.h: what the two files of the fault proxy share. */
#ifndef DUBAN_TESTS_CHAOS_FAULT_PROXY_H
#define DUBAN_TESTS_CHAOS_FAULT_PROXY_H

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

enum {
    LANES_MOST = 8,
    LINE_MOST = 200,
};

enum deed { CUT, REFUSED, DELAYED, STALLED, SWALLOWED, LOST, HELD, LATE, DEEDS };

struct frame {
    TAILQ_ENTRY(frame) entry;
    int64_t at_ms;
    struct evbuffer *bytes;
};
TAILQ_HEAD(frames, frame);

/* A request whose reply is still to come. */
struct pending {
    uint32_t correlation;
    int16_t api;
};

struct link;

struct flow {
    struct link *link;
    struct bufferevent *from, *to;
    struct frames queue; /* in the order of arrival */
    struct event *timer;
    int64_t last_ms; /* nothing overtakes what came before it */
};

struct link {
    LIST_ENTRY(link) entry;
    struct lane *lane;
    struct bufferevent *client,
        *server; /* client NULL: it has lost its connection, a late request is on its way */
    struct flow up, down;
    struct pending *pending;
    size_t pending_count;
    struct event *end; /* closes it when a late request has been delivered */
    bool doomed;       /* some of its bytes were swallowed */
};

struct lane {
    struct proxy *proxy;
    struct evconnlistener *listener;
    uint16_t target;
    LIST_HEAD(links, link) links;
    int64_t refuse_until, delay_until, stall_until, swallow_until, lose_until, hold_until;
    int64_t delay_ms, hold_ms, late_ms;
    int lose_api, lose_left, hold_api, late_api, late_left;
    struct event *swallow_end;
};

struct proxy {
    struct event_base *base;
    struct lane lanes[LANES_MOST];
    int lane_count;
    uint64_t done[DEEDS];
    char line[LINE_MOST];
    size_t line_bytes;
};

/* --- fault_link.c */
int64_t fault_now_ms(void); /* monotonic */
void fault_after(struct event *event, int64_t ms);
/* A client has come: what evconnlistener calls; the context is the lane. */
void fault_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int bytes,
                  void *context);
/* Resets the connections of the lane; those only whose bytes were swallowed, if so wished. */
void fault_cut(struct lane *lane, bool doomed_only);
void fault_close_all(struct lane *lane);

#endif
