/* http_client.h: HTTP calls (libcurl inside): on the loop, or blocking for tools. Only http and https, no
 * redirect is followed, no proxy of the environment is used, and the answer is limited in size. */
#ifndef DUBAN_RUNTIME_HTTP_CLIENT_H
#define DUBAN_RUNTIME_HTTP_CLIENT_H

#include "base/status.h"
#include "runtime/http_server.h"
#include "runtime/loop.h"

struct http_call {
    const char *method; /* "GET", "POST" … */
    const char *url;
    const struct http_header *headers; /* a CR or LF in one makes the call fail */
    size_t header_count;
    const void *body; /* NULL: none */
    size_t body_bytes;
    int64_t timeout_ms;      /* for the whole call; 0 means 10 s */
    size_t max_reply_bytes;  /* 0 means LIMIT_HTTP_BODY_BYTES */
    bool unsafe_certificate; /* tests only: do not verify the other side */
};

/* error "" means that an answer came, whatever its status. `sent`: the request may have had its effect. */
struct http_result {
    int status; /* 0: no answer */
    char error[256];
    bool sent;
    char content_type[128];
    char *body; /* NUL-terminated, never NULL */
    size_t body_bytes;
    int64_t retry_after_s; /* of the answer's Retry-After; 0: none */
};

/* Blocks. Release the result in either case. False: no answer. */
bool http_fetch(const struct http_call *call, struct http_result *ret_result);
void http_result_release(struct http_result *result);

struct http_client;
typedef void (*http_done)(void *context,
                          const struct http_result *result); /* result lives until it returns */

struct http_client *http_client_new(struct loop *loop);
void http_client_free(
    struct http_client *client); /* accepts NULL; open calls are dropped without a callback */

/* Copies the call. Returns a number that names it (never 0). `on_done` comes in a later turn, exactly once. */
uint64_t http_client_send(struct http_client *client, const struct http_call *call, http_done on_done,
                          void *context);
void http_client_cancel(struct http_client *client, uint64_t number); /* no callback any more */
size_t http_client_in_flight(const struct http_client *client);

#endif
