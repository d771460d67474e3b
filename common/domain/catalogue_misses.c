/* catalogue_misses.c: who is late by an event, whose lateness it takes back, and why. */
#include "base/text.h"
#include "domain/saying.h"
#include "domain/sentence.h"

/* clang-format off */
static const struct {
    const char *code;
    struct sentence why;
} revocations[] = {
    {"verified_date", {"核定的完成日期在时限之内", "the verified date is in time"}},
    {"extension_granted", {"延期已获批准", "the extension was granted"}},
    {"suspension_granted", {"中止已获批准", "the suspension was granted"}},
    {"shelving_granted", {"暂缓办理已获批准", "the shelving was granted"}},
    {"done_in_time", {"节点在计划日期之内已经完成", "the node was done by its date"}},
    {"received_in_time", {"到期前已经收到", "it was received in time"}},
    {"calendar_changed", {"放假安排调整后,时限尚未届满", "by the changed calendar the time is not over"}},
};
/* clang-format on */

void say_misses(struct saying *saying)
{
    const struct event *event = saying->event;
    const char *missed = "", *revoked = "", *why = "";
    for (uint32_t i = 0; i < event->miss_count; i++)
        missed = saying_unit(saying, event->misses[i].unit);
    for (uint32_t i = 0; i < event->revoked_count; i++) {
        revoked = saying_unit(saying, event->revoked[i].unit);
        why = event->revoked[i].reason;
    }
    for (size_t i = 0; i < sizeof(revocations) / sizeof(revocations[0]); i++) {
        if (why != NULL && text_equal(revocations[i].code, why))
            why = saying_choice(saying, &revocations[i].why);
    }
    saying_put(saying, "missed", missed);
    saying_put(saying, "revoked", revoked);
    saying_put(saying, "why", why);
}
