/* http_connections_internal.h: how many connections the HTTP server has and how long each has been silent.
 *
 * evhttp 2.1 limits neither, and tells nobody when a connection ends. So a second reference is held on each
 * connection's bufferevent: when evhttp has let go of it, its callbacks are gone. */
#ifndef DUBAN_RUNTIME_HTTP_CONNECTIONS_INTERNAL_H
#define DUBAN_RUNTIME_HTTP_CONNECTIONS_INTERNAL_H

#include <event2/bufferevent.h>
#include <stddef.h>

struct http_connections;

struct http_connections *http_connections_make(void);
void http_connections_free(struct http_connections *connections); /* after evhttp */

/* For evhttp_set_bevcb. One above the limit is closed at the next sweep, before it is served for long. */
struct bufferevent *http_connections_new(struct http_connections *connections, struct event_base *base);

/* A complete request came, or its answer is still owed. */
void http_connections_heard(struct http_connections *connections, const struct bufferevent *connection);

/* Forgets those that ended, ends those that are silent or too many. */
void http_connections_sweep(struct http_connections *connections);

size_t http_connections_count(const struct http_connections *connections);

#endif
