/* system_notify.h: tells systemd how we are (sd_notify); nothing happens when it did not start us. */
#ifndef DUBAN_RUNTIME_SYSTEM_NOTIFY_H
#define DUBAN_RUNTIME_SYSTEM_NOTIFY_H

#include <stdint.h>

void system_notify_ready(void);
void system_notify_stopping(void);
void system_notify_alive(void);
void system_notify_status(const char *text); /* one line, for `systemctl status` */
int64_t system_notify_period_ms(void);       /* how often system_notify_alive is expected; 0: not at all */

#endif
