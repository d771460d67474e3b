/* mail.h: sends one mail to one recipient over SMTP (libcurl inside), on the loop. One recipient per
 * transaction, so that each has an outcome of its own. UTF-8 text in base64 (RFC 2045), header texts in
 * encoded words (RFC 2047), a Message-ID from the caller, so that a repeat can be recognised. */
#ifndef DUBAN_RUNTIME_MAIL_H
#define DUBAN_RUNTIME_MAIL_H

#include "base/buffer.h"
#include "base/instant.h"
#include "base/status.h"
#include "runtime/loop.h"
#include <stdbool.h>

struct mail_relay {
    const char *url; /* "smtp://host:25", "smtps://host:465" */
    const char *user;
    const char *password;
    bool starttls;      /* refuse to send over smtp:// without it */
    const char *hello;  /* our name in EHLO; "" means localhost */
    int64_t timeout_ms; /* 0 means 30 s */
};

struct mail {
    const char *from_name;
    const char *from; /* addr-spec, ASCII */
    const char *to_name;
    const char *to;
    const char *subject;
    const char *message_id;  /* without the angle brackets */
    const char *reply_to_id; /* In-Reply-To of a follow-up; "" for none */
    struct instant date;
    const char *text;
};

enum mail_outcome {
    MAIL_ACCEPTED,  /* the relay took it: `reply` is its answer after DATA */
    MAIL_REFUSED,   /* 5xx: will be refused again */
    MAIL_TEMPORARY, /* 4xx, or it never got as far as the end of DATA: nothing was sent */
    MAIL_UNKNOWN,   /* the connection broke after everything had been sent: it may have arrived */
};

struct mail_result {
    enum mail_outcome outcome;
    int code;        /* last SMTP code; 0: none */
    char reply[256]; /* last line of the relay, or what went wrong */
};

struct mailer;
typedef void (*mail_done)(void *context, const struct mail_result *result);

struct mailer *mailer_new(struct loop *loop, const struct mail_relay *relay); /* copies the relay */
void mailer_free(struct mailer *mailer); /* accepts NULL; no callbacks any more */

/* STATUS_REJECT: a header value holds CR, LF or another control character, or an address is not one; no
 * callback. Else `on_done` comes once, in a later turn. */
MUST_CHECK enum status mailer_send(struct mailer *mailer, const struct mail *mail, mail_done on_done,
                                   void *context);
size_t mailer_in_flight(const struct mailer *mailer);

/* The mail as it goes over the wire (RFC 5322, CRLF). For tests and previews. */
MUST_CHECK enum status mail_render(const struct mail *mail, struct buffer *ret_text);

#endif
