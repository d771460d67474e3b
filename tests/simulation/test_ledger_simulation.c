/* The ledger under every fault there is, in schedules that follow from seeds. */
#include "base/log.h"
#include "dice.h"
#include "sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

enum { SCHEDULES = 5000 };

/* Nobody pulls the plug here, and a disk that is asked to be sure takes longer than all the rest. */
int fsync(int file)
{
    (void)file;
    return 0;
}

int fdatasync(int file)
{
    return fsync(file);
}

/* SEED=n plays that one, SEED=n SCHEDULES=m as many from there on. SHORTEN=no: a failing one as it is. */
static void no_schedule_breaks_a_promise(void **state)
{
    (void)state;
    const char *wanted = getenv("SCHEDULES");
    const uint64_t first = dice_new("ledger simulation").state;
    const uint64_t count = wanted != NULL           ? strtoull(wanted, NULL, 10)
                           : getenv("SEED") != NULL ? 1
                                                    : SCHEDULES;
    struct sim_finding finding;
    if (sim_search(&sim_ledger_cast, first, count, getenv("SHORTEN") == NULL, &finding))
        return;
    sim_finding_print(stdout, &sim_ledger_cast, &finding);
    fail_msg("a promise is broken: %s", finding.failure);
}

int main(void)
{
    log_init("simulation", LOG_LEVEL_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_schedule_breaks_a_promise),
    };
    return cmocka_run_group_tests_name("ledger_simulation", tests, NULL, NULL);
}
