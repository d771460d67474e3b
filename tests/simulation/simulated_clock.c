/* simulated_clock.c: monotonic time in the programs of a simulation (linked with --wrap=monotonic_now): that of the
 * district which plays, and zero where none does. */
#include "district.h"

struct monotonic __wrap_monotonic_now(void);

static const struct sim *playing;

void simulated_clock_of(const struct sim *sim)
{
    playing = sim;
}

struct monotonic __wrap_monotonic_now(void)
{
    return (struct monotonic){playing == NULL ? 0 : (district_monotonic_ms(playing) + 1) * 1000 * 1000};
}
