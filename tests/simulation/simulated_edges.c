/* simulated_edges.c: see simulated.h. */
#include "simulated.h"

#include "base/arena.h"
#include "base/text.h"
#include "runtime/mail.h"

#include <stdlib.h>

/* --- HTTP: the server is the service itself, a request's `internal` says whether it waits ------------------------------ */

struct http_server *service_http(const struct service *service)
{
    return (struct http_server *)(uintptr_t)service;
}

const char *http_request_header(const struct http_request *request, const char *name)
{
    (void)request;
    return text_equal(name, "Content-Type") ? "application/json" : "";
}

const char *http_request_query(const struct http_request *request, const char *name)
{
    return text_equal(name, "wait") && request->internal != NULL ? "0" : "";
}

bool http_reply(struct http_server *server, struct http_ticket ticket, const struct http_response *response)
{
    struct service *service = (struct service *)server;
    if (!simulated_lives(service))
        return false;
    district_replied(service, ticket, response->status);
    return true;
}

bool http_reply_json(struct http_server *server, struct http_ticket ticket, int status, const char *json)
{
    (void)json;
    return http_reply(server, ticket, &(struct http_response){.status = status});
}

/* --- mail --------------------------------------------------------------------------------------------------------------- */

struct letter {
    mail_done on_done;
    void *context;
    struct mail_result result;
    struct letter *next;
};

struct mailer {
    struct service *service;
    struct letter *first, **last;
};

struct mailer *mailer_new(struct loop *loop, const struct mail_relay *relay)
{
    (void)relay;
    struct mailer *mailer = must_alloc(sizeof(*mailer));
    mailer->service = loop->service;
    mailer->last = &mailer->first;
    loop->service->mailer = mailer;
    return mailer;
}

/* Nobody is told of a letter whose sender has died, but the letter's copy of the caller's context would be lost. */
void mailer_free(struct mailer *mailer)
{
    if (mailer == NULL)
        return;
    for (struct letter *letter = mailer->first, *next; letter != NULL; letter = next) {
        next = letter->next;
        letter->on_done(letter->context, &letter->result);
        free(letter);
    }
    mailer->service->mailer = NULL;
    free(mailer);
}

enum status mailer_send(struct mailer *mailer, const struct mail *mail, mail_done on_done, void *context)
{
    struct letter *letter = must_alloc(sizeof(*letter));
    *letter = (struct letter){.on_done = on_done, .context = context};
    if (simulated_lives(mailer->service))
        district_mailed(mailer->service, mail, &letter->result);
    *mailer->last = letter;
    mailer->last = &letter->next;
    return STATUS_OK;
}

void simulated_mailer_turn(struct mailer *mailer)
{
    struct letter *letter = mailer->first;
    if (letter == NULL || !simulated_lives(mailer->service))
        return;
    mailer->first = letter->next;
    if (mailer->first == NULL)
        mailer->last = &mailer->first;
    letter->on_done(letter->context, &letter->result);
    free(letter);
}

size_t simulated_mailer_count(const struct mailer *mailer)
{
    size_t count = 0;
    for (const struct letter *letter = mailer->first; letter != NULL; letter = letter->next)
        count++;
    return count;
}
