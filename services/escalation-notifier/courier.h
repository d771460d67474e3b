/* courier.h: the loop's side of the notifier: carries out what the engine asks for and reports what came of it. Letters
 * are written, mails sent and commands published here; nothing is decided here. */
#ifndef DUBAN_ESCALATION_NOTIFIER_COURIER_H
#define DUBAN_ESCALATION_NOTIFIER_COURIER_H

#include "job.h"
#include "service/service.h"

struct courier;

/* Texts must outlive the courier. */
struct courier_options {
    const char *letters_directory;
    const char *smtp_url; /* "": there is no relay, mails are refused */
    const char *smtp_from;
    const char *smtp_user, *smtp_password;
    bool smtp_starttls;
    int64_t smtp_timeout_ms;
    struct mailbox *jobs;
    struct mailbox *results;
};

/* From `start` to `stop` of the service. */
struct courier *courier_new(struct service *service, const struct courier_options *options);
void courier_free(struct courier *courier); /* accepts NULL; what is under way stays without outcome */

#endif
