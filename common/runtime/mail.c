/* One mail, one recipient, one SMTP transaction, one outcome. What the relay said last decides: libcurl's own result
 * cannot tell a refusal from a connection that broke after the mail had been taken. */
#include "runtime/mail.h"

#include "base/arena.h"
#include "base/text.h"
#include "runtime/curl_loop_internal.h"
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_TIMEOUT_MS = 30 * 1000, MAIL_BYTES = 1024 * 1024, URL_BYTES = 512 };

struct sending {
    struct sending *next, **link;
    struct mailer *mailer;
    mail_done on_done;
    void *context;
    CURL *handle;
    struct curl_slist *recipients;
    struct buffer text;
    size_t sent; /* bytes of the text that libcurl has taken */
    struct mail_result result;
    char error[CURL_ERROR_SIZE];
};

struct mailer {
    struct mail_relay relay; /* texts are ours */
    struct curl_loop *curl;
    struct sending *sendings;
};

static size_t give_text(char *data, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
    size_t room = size * count, left = sending->text.length - sending->sent;
    size_t bytes = left < room ? left : room;
    memcpy(data, sending->text.data + sending->sent, bytes);
    sending->sent += bytes;
    return bytes;
}

enum { CLOSING = 221 }; /* the answer to QUIT: it says nothing about the mail (RFC 5321 §4.2.3) */

/* The three digits that begin an answer (RFC 5321 §4.2); 0: there are none. */
static int code_of(const char *line, size_t length)
{
    char digits[4] = "";
    int64_t code;
    memcpy(digits, line, length < 3 ? length : 3);
    return text_to_int64(digits, 100, 599, &code) ? (int)code : 0;
}

/* Lines of the relay: "250 2.0.0 queued as 4711". */
static size_t take_answer(char *data, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
    size_t bytes = size * count, length = bytes;
    while (length > 0 && isspace((unsigned char)data[length - 1]))
        length--;
    int code = code_of(data, length);
    if (code > 0 && code != CLOSING) {
        sending->result.code = code;
        if (length >= sizeof sending->result.reply)
            length = sizeof sending->result.reply - 1;
        for (size_t i = 0; i < length; i++)
            sending->result.reply[i] = iscntrl((unsigned char)data[i]) ? ' ' : data[i];
        sending->result.reply[length] = '\0';
    }
    return bytes;
}

static void judge(struct sending *sending, CURLcode code)
{
    struct mail_result *result = &sending->result;
    bool all_sent = sending->sent == sending->text.length;
    if (code == CURLE_OK)
        result->outcome = MAIL_ACCEPTED;
    else if (result->code >= 500 && result->code < 600)
        result->outcome = MAIL_REFUSED;
    else if (result->code >= 400 && result->code < 500)
        result->outcome = MAIL_TEMPORARY;
    else
        /* After the last byte of the text only silence leaves the outcome open. */
        result->outcome = all_sent ? MAIL_UNKNOWN : MAIL_TEMPORARY;
    if (code != CURLE_OK && result->code < 400)
        snprintf(result->reply, sizeof result->reply, "%s",
                 sending->error[0] != '\0' ? sending->error : curl_easy_strerror(code));
}

static void drop(struct sending *sending)
{
    *sending->link = sending->next;
    if (sending->next != NULL)
        sending->next->link = sending->link;
    curl_easy_cleanup(sending->handle);
    curl_slist_free_all(sending->recipients);
    buffer_release(&sending->text);
    free(sending);
}

static void on_sent(void *owner, CURL *handle, CURLcode code)
{
    struct sending *sending = owner;
    (void)handle;
    judge(sending, code);
    struct mail_result result = sending->result;
    mail_done on_done = sending->on_done;
    void *context = sending->context;
    drop(sending);
    on_done(context, &result);
}

static void set_up(struct sending *sending, const struct mail *mail)
{
    const struct mail_relay *relay = &sending->mailer->relay;
    CURL *handle = sending->handle = curl_easy_init();
    char url[URL_BYTES], to[300];
    assert(handle != NULL);
    /* The path is the name in EHLO. */
    snprintf(url, sizeof url, "%s/%s", relay->url, text_empty(relay->hello) ? "localhost" : relay->hello);
    snprintf(to, sizeof to, "<%s>", mail->to);
    sending->recipients = curl_slist_append(NULL, to);
    snprintf(to, sizeof to, "<%s>", mail->from);
    curl_easy_setopt(handle, CURLOPT_URL, url);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, sending->error);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                     (long)(relay->timeout_ms != 0 ? relay->timeout_ms : DEFAULT_TIMEOUT_MS));
    curl_easy_setopt(handle, CURLOPT_USE_SSL, relay->starttls ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_NONE);
    if (!text_empty(relay->user)) {
        curl_easy_setopt(handle, CURLOPT_USERNAME, relay->user);
        curl_easy_setopt(handle, CURLOPT_PASSWORD, relay->password);
    }
    curl_easy_setopt(handle, CURLOPT_MAIL_FROM, to);
    curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, sending->recipients);
    curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L); /* without it libcurl asks VRFY and sends nothing */
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, give_text);
    curl_easy_setopt(handle, CURLOPT_READDATA, sending);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_answer);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, sending);
    /* A connection kept for the next mail would hide when this one's breaks. */
    curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L);
}

enum status mailer_send(struct mailer *mailer, const struct mail *mail, mail_done on_done, void *context)
{
    struct sending *sending = must_alloc(sizeof *sending);
    buffer_init(&sending->text, MAIL_BYTES);
    if (mail_render(mail, &sending->text) != STATUS_OK) {
        buffer_release(&sending->text);
        free(sending);
        return STATUS_REJECT;
    }
    sending->mailer = mailer;
    sending->on_done = on_done;
    sending->context = context;
    sending->next = mailer->sendings;
    sending->link = &mailer->sendings;
    if (sending->next != NULL)
        sending->next->link = &sending->next;
    mailer->sendings = sending;
    set_up(sending, mail);
    curl_loop_add(mailer->curl, sending->handle, sending);
    return STATUS_OK;
}

struct mailer *mailer_new(struct loop *loop, const struct mail_relay *relay)
{
    struct mailer *mailer = must_alloc(sizeof *mailer);
    mailer->relay = *relay;
    mailer->relay.url = must_copy_text(relay->url);
    mailer->relay.user = must_copy_text(relay->user);
    mailer->relay.password = must_copy_text(relay->password);
    mailer->relay.hello = must_copy_text(relay->hello);
    mailer->curl = curl_loop_new(loop, on_sent);
    return mailer;
}

void mailer_free(struct mailer *mailer)
{
    if (mailer == NULL)
        return;
    while (mailer->sendings != NULL) {
        curl_loop_remove(mailer->curl, mailer->sendings->handle);
        drop(mailer->sendings);
    }
    curl_loop_free(mailer->curl);
    free((char *)(uintptr_t)mailer->relay.url);
    free((char *)(uintptr_t)mailer->relay.user);
    free((char *)(uintptr_t)mailer->relay.password);
    free((char *)(uintptr_t)mailer->relay.hello);
    free(mailer);
}

size_t mailer_in_flight(const struct mailer *mailer)
{
    size_t count = 0;
    for (const struct sending *sending = mailer->sendings; sending != NULL; sending = sending->next)
        count++;
    return count;
}
