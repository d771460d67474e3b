/* HTTP calls by libcurl: one transfer's settings are made in one place, whether it then runs on the loop or blocks. */
#include "runtime/http_client.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "runtime/curl_loop_internal.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { DEFAULT_TIMEOUT_MS = 10 * 1000, CONNECT_TIMEOUT_MS = 5 * 1000 };

struct transfer {
    struct transfer *next, **link; /* in the client's list */
    struct http_client *client;
    uint64_t number;
    http_done on_done;
    void *context;

    CURL *handle;
    struct curl_slist *headers;
    struct buffer reply;
    char *body;
    char error[CURL_ERROR_SIZE];
    bool refused; /* the call itself is wrong: told in the next turn */
};

struct http_client {
    struct loop *loop;
    struct curl_loop *curl;
    struct transfer *transfers;
    struct loop_timer *refusals;
    uint64_t last_number;
};

static size_t on_reply(char *data, size_t size, size_t count, void *context)
{
    struct buffer *reply = context;
    buffer_append(reply, data, size * count);
    return reply->overflowed ? 0 : size * count; /* 0 ends the transfer */
}

static bool add_headers(struct transfer *transfer, const struct http_call *call)
{
    struct buffer line;
    bool fine = true;
    for (size_t i = 0; fine && i < call->header_count; i++) {
        fine = strpbrk(call->headers[i].name, "\r\n:") == NULL &&
               strpbrk(call->headers[i].value, "\r\n") == NULL;
        if (!fine)
            break;
        buffer_init(&line, LIMIT_HTTP_HEADER_BYTES);
        /* libcurl leaves a header without a value out, unless it ends with a semicolon. */
        if (text_empty(call->headers[i].value))
            buffer_format(&line, "%s;", call->headers[i].name);
        else
            buffer_format(&line, "%s: %s", call->headers[i].name, call->headers[i].value);
        fine = !line.overflowed;
        if (fine)
            transfer->headers = curl_slist_append(transfer->headers, line.data);
        buffer_release(&line);
    }
    /* Waiting for a 100 Continue would cost a second with servers that do not know it. */
    transfer->headers = curl_slist_append(transfer->headers, "Expect:");
    return fine;
}

static bool set_up(struct transfer *transfer, const struct http_call *call)
{
    CURL *handle = transfer->handle = curl_easy_init();
    assert(handle != NULL);
    buffer_init(&transfer->reply, call->max_reply_bytes != 0 ? call->max_reply_bytes : LIMIT_HTTP_BODY_BYTES);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, transfer->error);
    if (!add_headers(transfer, call)) {
        snprintf(transfer->error, sizeof transfer->error, "a header holds a line break or is too long");
        return false;
    }
    curl_easy_setopt(handle, CURLOPT_URL, call->url);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                     (long)(call->timeout_ms != 0 ? call->timeout_ms : DEFAULT_TIMEOUT_MS));
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_reply);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer->reply);
    if (call->unsafe_certificate) {
        curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (call->body != NULL) {
        transfer->body = must_alloc(call->body_bytes + 1);
        memcpy(transfer->body, call->body, call->body_bytes);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body_bytes);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, transfer->body);
    }
    if (text_equal(call->method, "HEAD"))
        curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    else if (call->body != NULL || !text_equal(call->method, "GET"))
        curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call->method);
    return true;
}

static void release(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->handle);
    curl_slist_free_all(transfer->headers);
    buffer_release(&transfer->reply);
    free(transfer->body);
}

/* The result takes the reply's bytes over. */
static void fill_result(struct transfer *transfer, CURLcode code, struct http_result *ret_result)
{
    struct http_result result = {0};
    long status = 0, request_bytes = 0;
    curl_off_t retry_after = 0;
    const char *type = NULL;
    curl_easy_getinfo(transfer->handle, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->handle, CURLINFO_REQUEST_SIZE, &request_bytes);
    curl_easy_getinfo(transfer->handle, CURLINFO_RETRY_AFTER, &retry_after);
    curl_easy_getinfo(transfer->handle, CURLINFO_CONTENT_TYPE, &type);
    result.sent = request_bytes > 0;
    if (code == CURLE_OK) {
        result.status = (int)status;
        result.retry_after_s = retry_after;
        snprintf(result.content_type, sizeof result.content_type, "%s", type != NULL ? type : "");
    } else {
        const char *reason = transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(code);
        if (transfer->reply.overflowed)
            reason = "the answer is too large";
        snprintf(result.error, sizeof result.error, "%s", reason);
    }
    if (transfer->reply.data == NULL)
        buffer_append(&transfer->reply, "", 0);
    result.body = transfer->reply.data != NULL ? transfer->reply.data : must_copy_text("");
    result.body_bytes = transfer->reply.length;
    transfer->reply = (struct buffer){0};
    *ret_result = result;
}

/* --- blocking -------------------------------------------------------------------------------------------------- */

bool http_fetch(const struct http_call *call, struct http_result *ret_result)
{
    struct transfer transfer = {0};
    curl_loop_init();
    CURLcode code =
        set_up(&transfer, call) ? curl_easy_perform(transfer.handle) : CURLE_BAD_FUNCTION_ARGUMENT;
    fill_result(&transfer, code, ret_result);
    release(&transfer);
    return code == CURLE_OK;
}

void http_result_release(struct http_result *result)
{
    free(result->body);
    result->body = NULL;
}

/* --- on the loop ------------------------------------------------------------------------------------------------ */

static void drop(struct transfer *transfer)
{
    *transfer->link = transfer->next;
    if (transfer->next != NULL)
        transfer->next->link = transfer->link;
    release(transfer);
    free(transfer);
}

static void finish(struct transfer *transfer, CURLcode code)
{
    struct http_result result;
    http_done on_done = transfer->on_done;
    void *context = transfer->context;
    fill_result(transfer, code, &result);
    drop(transfer);
    on_done(context, &result);
    http_result_release(&result);
}

static void on_transfer_done(void *owner, CURL *handle, CURLcode code)
{
    (void)handle;
    finish(owner, code);
}

static void on_refusals(void *context)
{
    struct http_client *client = context;
    struct transfer *transfer = client->transfers;
    while (transfer != NULL && !transfer->refused)
        transfer = transfer->next;
    if (transfer == NULL)
        return;
    loop_timer_start(client->refusals, 0); /* perhaps there are more */
    finish(transfer, CURLE_BAD_FUNCTION_ARGUMENT);
}

struct http_client *http_client_new(struct loop *loop)
{
    struct http_client *client = must_alloc(sizeof *client);
    client->loop = loop;
    client->curl = curl_loop_new(loop, on_transfer_done);
    client->refusals = loop_timer_new(loop, on_refusals, client);
    return client;
}

static void remove_transfer(struct transfer *transfer)
{
    if (!transfer->refused)
        curl_loop_remove(transfer->client->curl, transfer->handle);
    drop(transfer);
}

void http_client_free(struct http_client *client)
{
    if (client == NULL)
        return;
    while (client->transfers != NULL)
        remove_transfer(client->transfers);
    curl_loop_free(client->curl);
    loop_timer_free(client->refusals);
    free(client);
}

uint64_t http_client_send(struct http_client *client, const struct http_call *call, http_done on_done,
                          void *context)
{
    struct transfer *transfer = must_alloc(sizeof *transfer);
    transfer->client = client;
    transfer->number = ++client->last_number;
    transfer->on_done = on_done;
    transfer->context = context;
    transfer->next = client->transfers;
    transfer->link = &client->transfers;
    if (transfer->next != NULL)
        transfer->next->link = &transfer->next;
    client->transfers = transfer;

    transfer->refused = !set_up(transfer, call);
    if (transfer->refused)
        loop_timer_start(client->refusals, 0);
    else
        curl_loop_add(client->curl, transfer->handle, transfer);
    return transfer->number;
}

void http_client_cancel(struct http_client *client, uint64_t number)
{
    for (struct transfer *transfer = client->transfers; transfer != NULL; transfer = transfer->next)
        if (transfer->number == number) {
            remove_transfer(transfer);
            return;
        }
}

size_t http_client_in_flight(const struct http_client *client)
{
    size_t count = 0;
    for (const struct transfer *transfer = client->transfers; transfer != NULL; transfer = transfer->next)
        count++;
    return count;
}
