/* watch_screen.h: the live picture on a terminal (ncurses inside). */
#ifndef DUBAN_DUBANCTL_WATCH_SCREEN_H
#define DUBAN_DUBANCTL_WATCH_SCREEN_H

#include "lag.h"
#include "watch_model.h"

/* What stands around the model. */
struct watch_picture {
    const struct tool *tool;
    const struct watch_model *model;
    const char *district;
    bool rehearsal;
    uint32_t registry_version;
    struct instant now;
    struct instant complete_until; /* 数据截至; none: not known */
    const struct lag_list *lag;    /* NULL: not known */
};

bool watch_screen_open(void); /* false: no terminal that can do it */
void watch_screen_close(void);
void watch_screen_draw(const struct watch_picture *picture);
/* Was q pressed since the last question? */
bool watch_screen_wants_end(void);

#endif
