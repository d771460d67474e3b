/* The simulation of the whole district, hundred times as long. CASES=n schedules; SEED=n plays one. Ends with "N cases …". */
#include "base/log.h"
#include "dice.h"
#include "district.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum { CASES = 1000000, PART = 10000 };

/* Nobody pulls the plug here. */
int fsync(int file)
{
    (void)file;
    return 0;
}

int fdatasync(int file)
{
    return fsync(file);
}

int main(void)
{
    log_init("simulation", (enum log_level)(LOG_LEVEL_ERROR + 1));
    const char *wanted = getenv("CASES");
    const uint64_t first = dice_new("district simulation").state;
    const uint64_t count = getenv("SEED") != NULL ? 1 : wanted != NULL ? strtoull(wanted, NULL, 10) : CASES;
    struct sim_finding finding;
    for (uint64_t done = 0; done < count; done += PART) {
        const uint64_t left = count - done;
        if (!sim_search(&district_cast, first + done, left < PART ? left : PART, true, &finding)) {
            sim_finding_print(stdout, &district_cast, &finding);
            printf("%" PRIu64 " cases, then a promise was broken\n", done);
            return EXIT_FAILURE;
        }
    }
    printf("%" PRIu64 " cases\n", count);
    return EXIT_SUCCESS;
}
