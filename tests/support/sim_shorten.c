/* sim_shorten.c: many schedules in processes of their own, because one that fails may crash; and a failing one without the
 * steps that it does not need (delta debugging: ever smaller pieces are left out as long as it goes on failing). */
#include "sim.h"

#include "base/arena.h"
#include "base/log.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEARCHERS = 2 };

/* What the process says about itself, even when it dies. */
struct report {
    uint64_t seed; /* being played */
    bool fine;
    char failure[SIM_FAILURE_TEXT];
};

static struct report *report_new(void)
{
    FILE *file = tmpfile(); /* has no name, and lives as long as it is mapped */
    assert(file != NULL && ftruncate(fileno(file), sizeof(struct report)) == 0);
    struct report *report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    assert(report != MAP_FAILED);
    (void)fclose(file);
    return report;
}

static void play_range(const struct sim_cast *cast, struct report *report, uint64_t first, uint64_t count)
{
    struct sim *sim = sim_new(cast);
    struct sim_schedule schedule;
    for (uint64_t i = 0; i < count; i++) {
        report->seed = first + i;
        sim_schedule_make(cast, first + i, &schedule);
        if (!sim_play(sim, &schedule, report->failure))
            _exit(EXIT_FAILURE);
    }
    sim_free(sim);
}

static void play_one(const struct sim_cast *cast, struct report *report, const struct sim_schedule *schedule)
{
    struct sim *sim = sim_new(cast);
    if (!sim_play(sim, schedule, report->failure))
        _exit(EXIT_FAILURE);
    sim_free(sim);
}

/* True: it ended as it should. */
static bool wait_for(pid_t child, struct report *report)
{
    int status = 0;
    const pid_t ended = waitpid(child, &status, 0);
    assert(ended == child);
    if (WIFSIGNALED(status))
        snprintf(report->failure, sizeof(report->failure), "the program died of signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0 && report->failure[0] == '\0')
        snprintf(report->failure, sizeof(report->failure), "the program ended with %d", WEXITSTATUS(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static pid_t part(void)
{
    (void)fflush(NULL);
    const pid_t child = fork();
    assert(child >= 0);
    return child;
}

static bool fails(const struct sim_cast *cast, const struct sim_schedule *schedule,
                  char failure[SIM_FAILURE_TEXT])
{
    struct report *report = report_new();
    const pid_t child = part();
    if (child == 0) {
        play_one(cast, report, schedule);
        exit(EXIT_SUCCESS);
    }
    const bool fine = wait_for(child, report);
    if (!fine)
        memcpy(failure, report->failure, SIM_FAILURE_TEXT);
    munmap(report, sizeof(*report));
    return !fine;
}

static struct sim_schedule without(const struct sim_schedule *schedule, size_t from, size_t count)
{
    struct sim_schedule shorter = *schedule;
    shorter.count -= count;
    memmove(&shorter.steps[from], &shorter.steps[from + count],
            (schedule->count - from - count) * sizeof(shorter.steps[0]));
    return shorter;
}

static void shorten(const struct sim_cast *cast, struct sim_finding *finding)
{
    for (size_t piece = finding->schedule.count / 2; piece > 0;) {
        bool any = false;
        for (size_t from = 0; from + piece <= finding->schedule.count;) {
            const struct sim_schedule shorter = without(&finding->schedule, from, piece);
            if (fails(cast, &shorter, finding->failure)) {
                finding->schedule = shorter;
                any = true;
            } else {
                from += piece;
            }
        }
        if (piece > 1 || !any)
            piece /= 2;
    }
}

/* The report of the one that failed, of several the lowest seed; NULL: none. */
static struct report *wait_for_all(const pid_t children[], struct report *const reports[])
{
    struct report *failed = NULL;
    for (int i = 0; i < SEARCHERS; i++)
        if (!wait_for(children[i], reports[i]) && failed == NULL)
            failed = reports[i];
    return failed;
}

bool sim_search(const struct sim_cast *cast, uint64_t first, uint64_t count, bool wants_short,
                struct sim_finding *ret_finding)
{
    struct report *reports[SEARCHERS];
    pid_t children[SEARCHERS];
    for (uint64_t i = 0; i < SEARCHERS; i++) {
        const uint64_t from = count * i / SEARCHERS, until = count * (i + 1) / SEARCHERS;
        reports[i] = report_new();
        children[i] = part();
        if (children[i] == 0) {
            play_range(cast, reports[i], first + from, until - from);
            exit(EXIT_SUCCESS);
        }
    }
    const struct report *failed = wait_for_all(children, reports);
    if (failed != NULL) {
        sim_schedule_make(cast, failed->seed, &ret_finding->schedule);
        memcpy(ret_finding->failure, failed->failure, SIM_FAILURE_TEXT);
        if (wants_short && fails(cast, &ret_finding->schedule, ret_finding->failure))
            shorten(cast, ret_finding);
    }
    for (int i = 0; i < SEARCHERS; i++)
        munmap(reports[i], sizeof(*reports[i]));
    return failed == NULL;
}

void sim_finding_print(FILE *file, const struct sim_cast *cast, const struct sim_finding *finding)
{
    fprintf(file, "# SEED=%llu: %s\n# records of a batch: %u, snapshots: %s, in the end: %s%s\n",
            (unsigned long long)finding->schedule.seed, finding->failure, finding->schedule.batch_records,
            finding->schedule.snapshots ? "yes" : "no",
            finding->schedule.alone < SIM_PAIR ? "one of each" : "all",
            finding->schedule.afresh ? ", and then anew" : "");
    for (size_t i = 0; i < finding->schedule.count; i++)
        sim_step_print(file, cast, &finding->schedule.steps[i]);
}
