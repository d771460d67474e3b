/* What systemd wants to hear. Outside it, NOTIFY_SOCKET is not set and every call is nothing. */
#include "runtime/system_notify.h"

#include "base/instant.h"
#include <systemd/sd-daemon.h>

void system_notify_ready(void)
{
    sd_notify(0, "READY=1");
}

void system_notify_stopping(void)
{
    sd_notify(0, "STOPPING=1");
}

void system_notify_alive(void)
{
    sd_notify(0, "WATCHDOG=1");
}

void system_notify_status(const char *text)
{
    sd_notifyf(0, "STATUS=%s", text);
}

int64_t system_notify_period_ms(void)
{
    uint64_t watchdog_us = 0;
    /* Twice as often as the watchdog bites. */
    return sd_watchdog_enabled(0, &watchdog_us) > 0 ? (int64_t)(watchdog_us / 1000 / 2) : 0;
}
