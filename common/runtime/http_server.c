/* HTTP on the loop: evhttp does the protocol, this file adds what it lacks: routes, tickets (a reply in a later turn
 * without keeping a pointer that may be gone), a limit on connections and on how long one may take to say something. */
#include "runtime/http_server.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/http_connections_internal.h"
#include "runtime/loop_internal.h"
#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>
#include <sys/socket.h>

enum {
    READ_TIMEOUT_S = 60,
    SWEEP_MS = 500,
    ROUTE_TABLES = 8,
    SLOTS = LIMIT_HTTP_CONNECTIONS + 16,
};

enum slot_state { SLOT_FREE, SLOT_WAITING, SLOT_STREAMING };

struct slot {
    enum slot_state state;
    uint32_t generation;
    struct evhttp_request *request;
    struct monotonic since;
};

struct route_table {
    const struct http_route *routes;
    void *context;
};

struct http_server {
    struct loop *loop;
    struct evhttp *http;
    struct evhttp_bound_socket *bound;
    uint16_t port;
    struct loop_timer *sweep;
    struct http_connections *connections;
    struct route_table tables[ROUTE_TABLES];
    size_t table_count;
    struct slot slots[SLOTS];
};

/* What a request's accessors need; lives as long as the request. */
struct request_internal {
    struct evhttp_request *request;
    struct evkeyvalq query;
};

static const struct {
    enum evhttp_cmd_type type;
    const char *name;
} methods[] = {
    {EVHTTP_REQ_GET,    "GET"   },
    {EVHTTP_REQ_HEAD,   "GET"   }, /* a HEAD is a GET whose body evhttp leaves out */
    {EVHTTP_REQ_POST,   "POST"  },
    {EVHTTP_REQ_PUT,    "PUT"   },
    {EVHTTP_REQ_DELETE, "DELETE"},
};

static int64_t age_ms(struct monotonic since)
{
    return (monotonic_now().ns - since.ns) / (1000 * 1000);
}

/* --- tickets ---------------------------------------------------------------------------------------------------- */

static struct slot *find_slot(const struct http_server *server, struct http_ticket ticket)
{
    if (ticket.slot >= SLOTS)
        return NULL;
    const struct slot *slot = &server->slots[ticket.slot];
    return slot->state != SLOT_FREE && slot->generation == ticket.generation ? (struct slot *)(uintptr_t)slot
                                                                             : NULL;
}

static void free_slot(struct slot *slot)
{
    slot->state = SLOT_FREE;
    slot->request = NULL;
}

/* The client has left; evhttp frees the request after this. */
static void on_close(struct evhttp_connection *connection, void *context)
{
    (void)connection;
    free_slot(context);
}

static struct slot *take_slot(struct http_server *server, struct evhttp_request *request,
                              struct http_ticket *ret)
{
    for (uint32_t i = 0; i < SLOTS; i++) {
        struct slot *slot = &server->slots[i];
        if (slot->state != SLOT_FREE)
            continue;
        slot->state = SLOT_WAITING;
        if (++slot->generation == 0)
            slot->generation = 1;
        slot->request = request;
        slot->since = monotonic_now();
        evhttp_connection_set_closecb(evhttp_request_get_connection(request), on_close, slot);
        *ret = (struct http_ticket){i, slot->generation};
        return slot;
    }
    return NULL;
}

static struct evhttp_request *end_slot(struct slot *slot)
{
    struct evhttp_request *request = slot->request;
    evhttp_connection_set_closecb(evhttp_request_get_connection(request), NULL, NULL);
    free_slot(slot);
    return request;
}

/* --- replies ------------------------------------------------------------------------------------------------------ */

static bool header_is_safe(const char *value)
{
    return strpbrk(value, "\r\n") == NULL;
}

static void add_header(struct evhttp_request *request, const char *name, const char *value)
{
    if (header_is_safe(name) && header_is_safe(value))
        evhttp_add_header(evhttp_request_get_output_headers(request), name, value);
}

static void send_response(struct evhttp_request *request, const struct http_response *response)
{
    if (response->content_type != NULL && !text_empty(response->content_type))
        add_header(request, "Content-Type", response->content_type);
    for (size_t i = 0; i < response->header_count; i++)
        add_header(request, response->headers[i].name, response->headers[i].value);
    struct evbuffer *body = evbuffer_new();
    evbuffer_add(body, response->body, response->body_bytes);
    evhttp_send_reply(request, response->status, NULL, body);
    evbuffer_free(body);
}

bool http_reply(struct http_server *server, struct http_ticket ticket, const struct http_response *response)
{
    struct slot *slot = find_slot(server, ticket);
    if (slot == NULL || slot->state != SLOT_WAITING)
        return false;
    send_response(end_slot(slot), response);
    return true;
}

static bool reply_as(struct http_server *server, struct http_ticket ticket, int status, const char *type,
                     const char *text)
{
    struct http_response response = {
        .status = status, .content_type = type, .body = text, .body_bytes = strlen(text)};
    return http_reply(server, ticket, &response);
}

bool http_reply_text(struct http_server *server, struct http_ticket ticket, int status, const char *text)
{
    return reply_as(server, ticket, status, "text/plain; charset=utf-8", text);
}

bool http_reply_json(struct http_server *server, struct http_ticket ticket, int status, const char *json)
{
    return reply_as(server, ticket, status, "application/json", json);
}

bool http_ticket_open(const struct http_server *server, struct http_ticket ticket)
{
    return find_slot(server, ticket) != NULL;
}

size_t http_server_open_requests(const struct http_server *server)
{
    size_t count = 0;
    for (size_t i = 0; i < SLOTS; i++)
        count += server->slots[i].state != SLOT_FREE;
    return count;
}

/* --- streams ------------------------------------------------------------------------------------------------------ */

bool http_stream_start(struct http_server *server, struct http_ticket ticket, const char *content_type)
{
    struct slot *slot = find_slot(server, ticket);
    if (slot == NULL || slot->state != SLOT_WAITING)
        return false;
    slot->state = SLOT_STREAMING;
    add_header(slot->request, "Content-Type", content_type);
    add_header(slot->request, "Cache-Control", "no-store");
    add_header(slot->request, "X-Accel-Buffering", "no"); /* nginx would hold events back */
    evhttp_send_reply_start(slot->request, 200, NULL);
    return true;
}

bool http_stream_send(struct http_server *server, struct http_ticket ticket, const void *data, size_t bytes)
{
    struct slot *slot = find_slot(server, ticket);
    if (slot == NULL || slot->state != SLOT_STREAMING)
        return false;
    struct evhttp_connection *connection = evhttp_request_get_connection(slot->request);
    struct evbuffer *waiting = bufferevent_get_output(evhttp_connection_get_bufferevent(connection));
    if (evbuffer_get_length(waiting) + bytes > LIMIT_HTTP_STREAM_BYTES) {
        log_warn("a client does not read its stream, dropping it waiting_bytes=%zu",
                 evbuffer_get_length(waiting));
        evhttp_connection_free(connection); /* calls on_close */
        return false;
    }
    struct evbuffer *chunk = evbuffer_new();
    evbuffer_add(chunk, data, bytes);
    evhttp_send_reply_chunk(slot->request, chunk);
    evbuffer_free(chunk);
    return true;
}

void http_stream_end(struct http_server *server, struct http_ticket ticket)
{
    struct slot *slot = find_slot(server, ticket);
    if (slot != NULL && slot->state == SLOT_STREAMING)
        evhttp_send_reply_end(end_slot(slot));
}

/* --- requests ----------------------------------------------------------------------------------------------------- */

const char *http_request_header(const struct http_request *request, const char *name)
{
    const struct request_internal *internal = request->internal;
    const char *value = evhttp_find_header(evhttp_request_get_input_headers(internal->request), name);
    return value != NULL ? value : "";
}

const char *http_request_query(const struct http_request *request, const char *name)
{
    const struct request_internal *internal = request->internal;
    const char *value = evhttp_find_header(&internal->query, name);
    return value != NULL ? value : "";
}

static const char *bearer_token(struct evhttp_request *request)
{
    static const char scheme[] = "Bearer ";
    const char *value = evhttp_find_header(evhttp_request_get_input_headers(request), "Authorization");
    if (value == NULL || strncasecmp(value, scheme, sizeof scheme - 1) != 0)
        return "";
    return value + sizeof scheme - 1;
}

static bool route_fits(const struct http_route *route, const char *path)
{
    size_t length = strlen(route->path);
    bool prefix = length > 1 && route->path[length - 1] == '/';
    return prefix ? strncmp(path, route->path, length) == 0 : text_equal(path, route->path);
}

struct match {
    const struct http_route *route;
    void *context;
    bool path_known;
};

static struct match find_route(const struct http_server *server, const char *method, const char *path)
{
    struct match match = {0};
    for (size_t t = 0; t < server->table_count; t++) {
        const struct route_table *table = &server->tables[t];
        for (const struct http_route *route = table->routes; route->method != NULL; route++) {
            if (!route_fits(route, path))
                continue;
            match.path_known = true;
            if (match.route == NULL && text_equal(route->method, method)) {
                match.route = route;
                match.context = table->context;
            }
        }
    }
    return match;
}

static const char *method_name(enum evhttp_cmd_type type)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (methods[i].type == type)
            return methods[i].name;
    return "";
}

static void refuse(struct evhttp_request *request, int status, const char *json)
{
    send_response(request, &(struct http_response){.status = status,
                                                   .content_type = "application/json",
                                                   .body = json,
                                                   .body_bytes = strlen(json)});
}

static void dispatch(struct http_server *server, struct evhttp_request *request, const char *path,
                     struct request_internal *internal)
{
    const char *method = method_name(evhttp_request_get_command(request));
    struct match match = find_route(server, method, path);
    if (match.route == NULL) {
        refuse(request, match.path_known ? 405 : 404,
               match.path_known ? "{\"error\":\"method_not_allowed\"}\n" : "{\"error\":\"not_found\"}\n");
        return;
    }
    struct evbuffer *input = evhttp_request_get_input_buffer(request);
    size_t body_bytes = evbuffer_get_length(input);
    evbuffer_add(input, "", 1); /* the terminator */
    char *peer = NULL;
    ev_uint16_t peer_port;
    evhttp_connection_get_peer(evhttp_request_get_connection(request), &peer, &peer_port);

    size_t prefix = strlen(match.route->path);
    struct http_request view = {
        .server = server,
        .method = method,
        .path = path,
        .rest = strlen(path) > prefix ? path + prefix : "",
        .body = (const char *)evbuffer_pullup(input, -1),
        .body_bytes = body_bytes,
        .token = bearer_token(request),
        .peer = peer != NULL ? peer : "",
        .received_at = loop_now(server->loop),
        .internal = internal,
    };
    if (take_slot(server, request, &view.ticket) == NULL)
        refuse(request, 503, "{\"error\":\"too_many_requests\"}\n");
    else
        match.route->handle(match.context, &view);
}

static void on_request(struct evhttp_request *request, void *context)
{
    struct http_server *server = context;
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
    const char *raw_path = uri != NULL ? evhttp_uri_get_path(uri) : NULL;
    size_t bytes = 0;
    char *path = raw_path != NULL ? evhttp_uridecode(raw_path, 0, &bytes) : NULL;
    struct request_internal internal = {.request = request};
    const char *query = uri != NULL ? evhttp_uri_get_query(uri) : NULL;

    http_connections_heard(server->connections,
                           evhttp_connection_get_bufferevent(evhttp_request_get_connection(request)));
    TAILQ_INIT(&internal.query);
    /* A path with an encoded zero byte would be another one after it. */
    if (path == NULL || strlen(path) != bytes || path[0] != '/' ||
        evhttp_parse_query_str(query != NULL ? query : "", &internal.query) != 0)
        refuse(request, 400, "{\"error\":\"bad_request\"}\n");
    else
        dispatch(server, request, path, &internal);
    evhttp_clear_headers(&internal.query);
    free(path);
}

/* --- life --------------------------------------------------------------------------------------------------------- */

static void on_sweep(void *context)
{
    struct http_server *server = context;
    loop_timer_start(server->sweep, SWEEP_MS);
    for (size_t i = 0; i < SLOTS; i++) {
        struct slot *slot = &server->slots[i];
        if (slot->state == SLOT_FREE)
            continue;
        /* Whoever waits for an answer of ours is not silent himself. */
        http_connections_heard(server->connections, evhttp_connection_get_bufferevent(
                                                        evhttp_request_get_connection(slot->request)));
        if (slot->state == SLOT_WAITING && age_ms(slot->since) > HTTP_REPLY_TIMEOUT_MS)
            refuse(end_slot(slot), 504, "{\"error\":\"timeout\"}\n");
    }
    http_connections_sweep(server->connections);
}

static struct bufferevent *on_connection(struct event_base *base, void *context)
{
    struct http_server *server = context;
    return http_connections_new(server->connections, base);
}

static uint16_t bound_port(struct evhttp_bound_socket *bound)
{
    struct sockaddr_storage address = {0};
    socklen_t bytes = sizeof address;
    if (getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &bytes) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)&address)->sin6_port);
    return ntohs(((const struct sockaddr_in *)(const void *)&address)->sin_port);
}

struct http_server *http_server_new(struct loop *loop, const char *address, uint16_t port)
{
    struct http_server *server = must_alloc(sizeof *server);
    int yes = 1;
    server->loop = loop;
    server->connections = http_connections_make();
    server->http = evhttp_new(loop_base(loop));
    assert(server->http != NULL);
    /* All of these are unlimited by default. */
    evhttp_set_max_headers_size(server->http, LIMIT_HTTP_HEADER_BYTES);
    evhttp_set_max_body_size(server->http, LIMIT_HTTP_BODY_BYTES);
    evhttp_set_timeout(server->http, READ_TIMEOUT_S);
    evhttp_set_allowed_methods(server->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
                                                 EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE);
    evhttp_set_bevcb(server->http, on_connection, server);
    evhttp_set_gencb(server->http, on_request, server);
    server->bound = evhttp_bind_socket_with_handle(server->http, address, port);
    if (server->bound == NULL) {
        if (errno == EADDRINUSE)
            log_error("port %u is in use address=%s", (unsigned)port, address);
        else
            log_error("cannot listen address=%s port=%u reason=%s", address, (unsigned)port, strerror(errno));
        http_server_free(server);
        return NULL;
    }
    server->port = bound_port(server->bound);
    /* Accepted sockets inherit it; without it keep-alive stalls on small replies. */
    setsockopt(evhttp_bound_socket_get_fd(server->bound), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    server->sweep = loop_timer_new(loop, on_sweep, server);
    loop_timer_start(server->sweep, SWEEP_MS);
    return server;
}

void http_server_free(struct http_server *server)
{
    if (server == NULL)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        if (server->slots[i].state != SLOT_FREE)
            evhttp_connection_set_closecb(evhttp_request_get_connection(server->slots[i].request), NULL,
                                          NULL);
    evhttp_free(server->http); /* and its connections */
    http_connections_free(server->connections);
    loop_timer_free(server->sweep);
    free(server);
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

void http_server_add_routes(struct http_server *server, const struct http_route *routes, void *context)
{
    assert(server->table_count < ROUTE_TABLES);
    server->tables[server->table_count++] = (struct route_table){routes, context};
}
