/* door_clock.c: see door_clock.h. */
#include "door_clock.h"

enum { NS_PER_MS = 1000 * 1000 };

static int64_t ms_of(struct monotonic moment)
{
    return moment.ns / NS_PER_MS;
}

void door_clock_measure(struct door_clock *clock, struct monotonic sent, struct monotonic heard,
                        struct instant stamped)
{
    int64_t least = stamped.ms - ms_of(heard), most = stamped.ms - ms_of(sent);
    /* A slow answer tells little, and must not replace what is known. What contradicts it does: clocks drift, and the
     * broker's may have been set. */
    if (clock->measured && least <= clock->most_ms && most >= clock->least_ms) {
        least = least > clock->least_ms ? least : clock->least_ms;
        most = most < clock->most_ms ? most : clock->most_ms;
    }
    *clock = (struct door_clock){.least_ms = least, .most_ms = most, .measured = true};
}

int64_t door_clock_off_ms(const struct door_clock *clock, struct monotonic now, struct instant wall)
{
    const int64_t least = ms_of(now) + clock->least_ms, most = ms_of(now) + clock->most_ms;
    if (!clock->measured || (wall.ms >= least && wall.ms <= most))
        return 0;
    return wall.ms > most ? wall.ms - most : wall.ms - least;
}
