/* The HTTP server's defence against many and slow clients. A connection that has not completed a request for
 * SILENCE_MS is shut: a client that sends a header line now and then would else live for ever, because evhttp's own
 * timeout starts anew with every byte. */
#include "runtime/http_connections_internal.h"

#include "base/arena.h"
#include "base/instant.h"
#include "base/limits.h"
#include "base/log.h"
#include <stdlib.h>
#include <sys/socket.h>

enum { SILENCE_MS = 75 * 1000, HARD_LIMIT = 4 * LIMIT_HTTP_CONNECTIONS };

struct connection {
    struct bufferevent *event;
    struct monotonic heard;
    bool refused;
};

struct http_connections {
    struct connection items[HARD_LIMIT];
    size_t count;
    bool said;
};

struct http_connections *http_connections_make(void)
{
    return must_alloc(sizeof(struct http_connections));
}

void http_connections_free(struct http_connections *connections)
{
    if (connections == NULL)
        return;
    for (size_t i = 0; i < connections->count; i++)
        bufferevent_decref(connections->items[i].event);
    free(connections);
}

static bool has_ended(const struct connection *connection)
{
    bufferevent_data_cb on_read = NULL, on_write = NULL;
    bufferevent_event_cb on_event = NULL;
    void *context = NULL;
    /* evhttp sets an event callback in every state of a connection and clears it only when it frees it. */
    bufferevent_getcb(connection->event, &on_read, &on_write, &on_event, &context);
    return on_event == NULL;
}

struct bufferevent *http_connections_new(struct http_connections *connections, struct event_base *base)
{
    http_connections_sweep(connections);
    /* Without this option evhttp closes the socket while our reference still keeps its events, and whoever opens a
     * descriptor next gets the number under which libevent believes to be listening already: it is never woken. */
    struct bufferevent *event = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
    if (event == NULL || connections->count == HARD_LIMIT)
        return event; /* untracked; the descriptor limit is near anyway */
    bufferevent_incref(event);
    bool refused = connections->count >= LIMIT_HTTP_CONNECTIONS;
    connections->items[connections->count++] =
        (struct connection){.event = event, .heard = monotonic_now(), .refused = refused};
    return event;
}

void http_connections_heard(struct http_connections *connections, const struct bufferevent *event)
{
    for (size_t i = 0; i < connections->count; i++)
        if (connections->items[i].event == event) {
            connections->items[i].heard = monotonic_now();
            return;
        }
}

void http_connections_sweep(struct http_connections *connections)
{
    struct monotonic now = monotonic_now();
    size_t kept = 0;
    for (size_t i = 0; i < connections->count; i++) {
        struct connection *connection = &connections->items[i];
        evutil_socket_t fd = bufferevent_getfd(connection->event);
        /* evhttp gives it socket and callbacks after it was made, in the same turn. */
        bool fresh = fd < 0 && now.ns - connection->heard.ns < (int64_t)MS_PER_SECOND * 1000 * 1000;
        if (!fresh && has_ended(connection)) {
            bufferevent_decref(connection->event);
            continue;
        }
        bool silent = now.ns - connection->heard.ns > (int64_t)SILENCE_MS * 1000 * 1000;
        if (fd >= 0 && (connection->refused || silent))
            shutdown(fd, SHUT_RDWR); /* evhttp sees the end and frees it */
        if (connection->refused && !connections->said)
            log_warn("too many HTTP connections, refusing more limit=%d", LIMIT_HTTP_CONNECTIONS);
        connections->said |= connection->refused;
        connections->items[kept++] = *connection;
    }
    connections->count = kept;
    if (kept < LIMIT_HTTP_CONNECTIONS / 2)
        connections->said = false;
}

size_t http_connections_count(const struct http_connections *connections)
{
    return connections->count;
}
