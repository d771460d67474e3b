/* The HTTP server and client against each other, on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/log.h"
#include "runtime/http_client.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct fixture {
    struct loop *loop;
    struct http_server *server;
    struct http_client *client;
    char url[128];

    /* what the handler saw */
    char method[16], path[256], rest[256], query[64], header[64], token[64];
    char body[64];
    size_t body_bytes;
    struct http_ticket kept; /* of a request that is answered later */

    /* what the client got */
    int done;
    struct http_result result;
    char text[4096];
};

static void on_echo(void *context, const struct http_request *request)
{
    struct fixture *f = context;
    snprintf(f->method, sizeof f->method, "%s", request->method);
    snprintf(f->path, sizeof f->path, "%s", request->path);
    snprintf(f->rest, sizeof f->rest, "%s", request->rest);
    snprintf(f->query, sizeof f->query, "%s", http_request_query(request, "q"));
    snprintf(f->header, sizeof f->header, "%s", http_request_header(request, "X-Test"));
    snprintf(f->token, sizeof f->token, "%s", request->token);
    f->body_bytes = request->body_bytes;
    memcpy(f->body, request->body,
           request->body_bytes < sizeof f->body ? request->body_bytes : sizeof f->body);
    http_reply_json(request->server, request->ticket, 200, "{}");
}

static void on_later(void *context, const struct http_request *request)
{
    struct fixture *f = context;
    f->kept = request->ticket;
}

static void on_injection(void *context, const struct http_request *request)
{
    (void)context;
    struct http_header headers[] = {
        {"X-Good", "1"             },
        {"X-Bad",  "a\r\nX-Evil: 1"}
    };
    struct http_response response = {.status = 200, .headers = headers, .header_count = 2};
    assert_true(http_reply(request->server, request->ticket, &response));
    assert_false(http_reply(request->server, request->ticket, &response));
}

static void on_stream(void *context, const struct http_request *request)
{
    (void)context;
    assert_true(http_stream_start(request->server, request->ticket, "text/event-stream"));
    assert_true(http_stream_send(request->server, request->ticket, "data: 1\n\n", 9));
    assert_true(http_stream_send(request->server, request->ticket, "data: 2\n\n", 9));
    http_stream_end(request->server, request->ticket);
}

static const struct http_route routes[] = {
    {"GET",  "/echo",      on_echo     },
    {"POST", "/echo",      on_echo     },
    {"GET",  "/tasks/",    on_echo     },
    {"GET",  "/later",     on_later    },
    {"GET",  "/injection", on_injection},
    {"GET",  "/stream",    on_stream   },
    {NULL,   NULL,         NULL        },
};

static int set_up(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    memset(f, 0, sizeof *f);
    f->loop = loop_new();
    f->server = http_server_new(f->loop, "127.0.0.1", 0);
    f->client = http_client_new(f->loop);
    if (f->server == NULL)
        return -1;
    http_server_add_routes(f->server, routes, f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    http_client_free(f->client);
    http_server_free(f->server);
    loop_free(f->loop);
    return 0;
}

static void on_done(void *context, const struct http_result *result)
{
    struct fixture *f = context;
    f->done++;
    f->result = *result;
    snprintf(f->text, sizeof f->text, "%s", result->body);
}

static const char *url(struct fixture *f, const char *path)
{
    snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u%s", (unsigned)http_server_port(f->server), path);
    return f->url;
}

static void run_until_done(struct fixture *f, int done)
{
    while (f->done < done)
        loop_turn(f->loop);
}

static void ask(struct fixture *f, struct http_call call)
{
    http_client_send(f->client, &call, on_done, f);
}

static void a_handler_sees_the_whole_request(void **state)
{
    struct fixture *f = *state;
    struct http_header headers[] = {
        {"X-Test",        "值"             },
        {"Authorization", "Bearer id.secret"}
    };
    ask(f, (struct http_call){.method = "POST",
                              .url = url(f, "/echo?q=%E5%8C%BA"),
                              .headers = headers,
                              .header_count = 2,
                              .body = "a\0b",
                              .body_bytes = 3});
    run_until_done(f, 1);
    assert_int_equal(f->result.status, 200);
    assert_string_equal(f->result.content_type, "application/json");
    assert_string_equal(f->text, "{}");
    assert_string_equal(f->method, "POST");
    assert_string_equal(f->query, "区");
    assert_string_equal(f->header, "值");
    assert_string_equal(f->token, "id.secret");
    assert_int_equal(f->body_bytes, 3);
    assert_memory_equal(f->body, "a\0b", 3);
}

static void a_prefix_route_hands_on_the_rest(void **state)
{
    struct fixture *f = *state;
    ask(f, (struct http_call){.method = "GET", .url = url(f, "/tasks/abc/events")});
    run_until_done(f, 1);
    assert_string_equal(f->rest, "abc/events");
}

static void unknown_paths_and_methods_are_told_apart(void **state)
{
    static const struct {
        const char *method, *path;
        int status;
    } cases[] = {
        {"GET",    "/nothing",  404},
        {"DELETE", "/echo",     405},
        {"GET",    "/echo",     200},
        {"GET",    "/echo%00x", 400},
        {"GET",    "/tasks",    404},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask(f, (struct http_call){.method = cases[i].method, .url = url(f, cases[i].path)});
        run_until_done(f, (int)i + 1);
        assert_int_equal(f->result.status, cases[i].status);
    }
}

static void a_reply_may_come_in_a_later_turn(void **state)
{
    struct fixture *f = *state;
    ask(f, (struct http_call){.method = "GET", .url = url(f, "/later")});
    while (f->kept.generation == 0)
        loop_turn(f->loop);
    assert_int_equal(http_server_open_requests(f->server), 1);
    assert_true(http_reply_text(f->server, f->kept, 202, "done"));
    assert_false(http_reply_text(f->server, f->kept, 202, "twice"));
    run_until_done(f, 1);
    assert_int_equal(f->result.status, 202);
    assert_string_equal(f->text, "done");
    assert_int_equal(http_server_open_requests(f->server), 0);
}

static void replying_to_a_client_that_left_does_nothing(void **state)
{
    struct fixture *f = *state;
    struct http_call call = {.method = "GET", .url = url(f, "/later")};
    uint64_t number = http_client_send(f->client, &call, on_done, f);
    while (f->kept.generation == 0)
        loop_turn(f->loop);
    http_client_cancel(f->client, number);
    assert_int_equal(http_client_in_flight(f->client), 0);
    while (http_ticket_open(f->server, f->kept))
        loop_turn(f->loop);
    assert_false(http_reply_text(f->server, f->kept, 200, "nobody"));

    /* The slot's next tenant is not reached by the old ticket. */
    struct http_ticket old = f->kept;
    f->kept = (struct http_ticket){0};
    ask(f, (struct http_call){.method = "GET", .url = url(f, "/later")});
    while (f->kept.generation == 0)
        loop_turn(f->loop);
    assert_int_equal(f->kept.slot, old.slot);
    assert_false(http_reply_text(f->server, old, 200, "nobody"));
    assert_true(http_reply_text(f->server, f->kept, 200, "me"));
    run_until_done(f, 1);
    assert_string_equal(f->text, "me");
}

static void a_header_with_a_line_break_is_left_out_or_refused(void **state)
{
    struct fixture *f = *state;
    ask(f, (struct http_call){.method = "GET", .url = url(f, "/injection")});
    run_until_done(f, 1);
    assert_int_equal(f->result.status, 200);

    struct http_header header = {"X", "a\r\nY: b"};
    ask(f,
        (struct http_call){.method = "GET", .url = url(f, "/echo"), .headers = &header, .header_count = 1});
    run_until_done(f, 2);
    assert_int_equal(f->result.status, 0);
    assert_false(f->result.sent);
    assert_string_not_equal(f->result.error, "");
}

static void a_stream_arrives_in_pieces(void **state)
{
    struct fixture *f = *state;
    ask(f, (struct http_call){.method = "GET", .url = url(f, "/stream")});
    run_until_done(f, 1);
    assert_string_equal(f->text, "data: 1\n\ndata: 2\n\n");
}

static void bodies_beyond_the_limit_are_refused(void **state)
{
    struct fixture *f = *state;
    size_t bytes = LIMIT_HTTP_BODY_BYTES + 1;
    char *body = malloc(bytes);
    memset(body, 'x', bytes);
    ask(f, (struct http_call){.method = "POST", .url = url(f, "/echo"), .body = body, .body_bytes = bytes});
    run_until_done(f, 1);
    assert_int_not_equal(f->result.status, 200);
    assert_int_equal(f->body_bytes, 0);
    free(body);
}

static void answers_beyond_the_limit_end_the_call(void **state)
{
    struct fixture *f = *state;
    ask(f, (struct http_call){.method = "GET", .url = url(f, "/stream"), .max_reply_bytes = 10});
    run_until_done(f, 1);
    assert_int_equal(f->result.status, 0);
    assert_string_equal(f->result.error, "the answer is too large");
    assert_true(f->result.sent);
}

static void nobody_listening_is_an_error_that_was_not_sent(void **state)
{
    struct fixture *f = *state;
    url(f, "/echo");
    http_server_free(f->server);
    f->server = NULL;
    ask(f, (struct http_call){.method = "GET", .url = f->url});
    run_until_done(f, 1);
    assert_int_equal(f->result.status, 0);
    assert_false(f->result.sent);
    assert_string_not_equal(f->result.error, "");
}

static void only_http_is_spoken_and_no_redirect_followed(void **state)
{
    struct fixture *f = *state;
    ask(f, (struct http_call){.method = "GET", .url = "file:///etc/hostname"});
    run_until_done(f, 1);
    assert_int_equal(f->result.status, 0);
    assert_string_equal(f->text, "");
}

static void a_port_in_use_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_null(http_server_new(f->loop, "127.0.0.1", http_server_port(f->server)));
}

static void count_up(void *context)
{
    ++*(int *)context;
}

/* The loop gives the number of a closed socket to the next who opens something, and must listen to it anew. */
static void whoever_inherits_a_descriptor_is_heard(void **state)
{
    enum { HEIRS = 4, TURNS = 20 };
    struct fixture *f = *state;
    static const char request[] = "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(http_server_port(f->server)),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(send(client, request, sizeof request - 1, 0), sizeof request - 1);
    char bytes[512];
    for (ssize_t got = -1; got != 0; got = recv(client, bytes, sizeof bytes, MSG_DONTWAIT))
        if (got < 0)
            loop_turn(f->loop); /* not one turn more, or the server has tidied up */

    struct loop_wakeup *heirs[HEIRS];
    int heard[HEIRS] = {0};
    for (int i = 0; i < HEIRS; i++) {
        heirs[i] = loop_wakeup_new(f->loop, count_up, &heard[i]);
        loop_wakeup_send(heirs[i]);
    }
    for (int i = 0; i < TURNS; i++)
        loop_turn(f->loop); /* the server's own timer ends a turn in which nothing else happens */
    for (int i = 0; i < HEIRS; i++) {
        assert_int_equal(heard[i], 1);
        loop_wakeup_free(heirs[i]);
    }
    close(client);
}

/* More clients than the limit that say nothing: the later ones are closed, and somebody who asks is still served. */
static void silent_connections_do_not_keep_others_out(void **state)
{
    enum { SILENT = LIMIT_HTTP_CONNECTIONS + 8 };
    struct fixture *f = *state;
    static int sockets[SILENT];
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(http_server_port(f->server)),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    for (int i = 0; i < SILENT; i++) {
        sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(connect(sockets[i], (struct sockaddr *)&address, sizeof address), 0);
        if (i % 32 == 31)
            loop_turn(f->loop); /* the backlog is finite */
    }
    char byte;
    while (recv(sockets[SILENT - 1], &byte, 1, MSG_DONTWAIT) != 0)
        loop_turn(f->loop);
    /* One leaves, one comes. */
    for (int i = 0; i < 16; i++)
        close(sockets[i]);
    for (int tries = 0; f->result.status != 200; tries++) {
        ask(f, (struct http_call){.method = "GET", .url = url(f, "/echo")});
        run_until_done(f, tries + 1);
        assert_true(tries < 100);
    }
    for (int i = 16; i < SILENT; i++)
        close(sockets[i]);
}

int main(void)
{
    log_init("test_http", LOG_LEVEL_ERROR);
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(a_handler_sees_the_whole_request),
        CASE(a_prefix_route_hands_on_the_rest),
        CASE(unknown_paths_and_methods_are_told_apart),
        CASE(a_reply_may_come_in_a_later_turn),
        CASE(replying_to_a_client_that_left_does_nothing),
        CASE(a_header_with_a_line_break_is_left_out_or_refused),
        CASE(a_stream_arrives_in_pieces),
        CASE(bodies_beyond_the_limit_are_refused),
        CASE(answers_beyond_the_limit_end_the_call),
        CASE(nobody_listening_is_an_error_that_was_not_sent),
        CASE(only_http_is_spoken_and_no_redirect_followed),
        CASE(a_port_in_use_is_refused),
        CASE(whoever_inherits_a_descriptor_is_heard),
        CASE(silent_connections_do_not_keep_others_out),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
