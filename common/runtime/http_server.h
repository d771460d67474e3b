/* http_server.h: a small HTTP/1.1 server on the loop (evhttp inside), with all limits set: header and body
 * size, time per request, connections. Meant for loopback or behind a reverse proxy that speaks TLS.
 *
 * A handler gets a request that lives until it returns, and answers by the request's ticket, at once or in
 * a later turn. Answering a ticket whose client has left does nothing. A ticket that is never answered is
 * answered 504 after HTTP_REPLY_TIMEOUT_MS. */
#ifndef DUBAN_RUNTIME_HTTP_SERVER_H
#define DUBAN_RUNTIME_HTTP_SERVER_H

#include "base/instant.h"
#include "base/status.h"
#include "runtime/loop.h"
#include <stddef.h>
#include <stdint.h>

struct http_server;

struct http_ticket {
    uint32_t slot;
    uint32_t generation; /* never 0, so that a zeroed ticket is nobody's */
};

struct http_header {
    const char *name;
    const char *value; /* no CR, no LF: such a header is left out */
};

struct http_request {
    struct http_server *server;
    struct http_ticket ticket;
    const char *method; /* "GET" … */
    const char *path;   /* decoded, without the query: "/tasks/abc" */
    const char *rest;   /* what follows a prefix route's path: "abc"; "" otherwise */
    const char *body;   /* NUL-terminated; may hold zero bytes */
    size_t body_bytes;
    const char *token;          /* of "Authorization: Bearer …"; "" when absent or malformed */
    const char *peer;           /* address of the other side */
    struct instant received_at; /* when the request was complete */
    const void *internal;
};

struct http_route {
    const char *method;
    const char *path; /* one that ends with '/' (but "/" itself) is a prefix */
    void (*handle)(void *context, const struct http_request *request);
};

struct http_response {
    int status;
    const char *content_type; /* "" with an empty body */
    const void *body;
    size_t body_bytes;
    const struct http_header *headers;
    size_t header_count;
};

/* `port` 0 takes a free one. NULL: could not listen; the log says why ("port 8080 is in use"). */
struct http_server *http_server_new(struct loop *loop, const char *address, uint16_t port);
void http_server_free(struct http_server *server); /* accepts NULL; open requests are dropped */
uint16_t http_server_port(const struct http_server *server);

/* Tables end with a NULL method; the first fitting route of the first fitting table wins; longer paths come
 * first. Known path with another method: 405; unknown path: 404. The table must outlive the server. */
void http_server_add_routes(struct http_server *server, const struct http_route *routes, void *context);

/* "" when absent. Lives as long as the request. */
const char *http_request_header(const struct http_request *request, const char *name);
const char *http_request_query(const struct http_request *request, const char *name); /* decoded */

/* Takes copies. False: the client has left, or was answered before. */
bool http_reply(struct http_server *server, struct http_ticket ticket, const struct http_response *response);
bool http_reply_text(struct http_server *server, struct http_ticket ticket, int status, const char *text);
bool http_reply_json(struct http_server *server, struct http_ticket ticket, int status, const char *json);
bool http_ticket_open(const struct http_server *server, struct http_ticket ticket);
size_t http_server_open_requests(const struct http_server *server);

/* A stream (server-sent events): start, send any number of times, end. False: the client has left. A client
 * that does not read (more than LIMIT_HTTP_STREAM_BYTES waiting) is dropped. Send something every 15 s. */
bool http_stream_start(struct http_server *server, struct http_ticket ticket, const char *content_type);
bool http_stream_send(struct http_server *server, struct http_ticket ticket, const void *data, size_t bytes);
void http_stream_end(struct http_server *server, struct http_ticket ticket);

#endif
