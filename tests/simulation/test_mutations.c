/* The simulation finds what it is for: every deliberate bug of mutations.txt, compiled into a program of its own, breaks
 * a promise within a bounded number of schedules. One test per mutation, so that a survivor is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_MUTATIONS = 64, NAME_BYTES = 96, PATH_BYTES = 512 };

#define TABLE "tests/simulation/mutations.txt"
/* The slowest needs some hundred; the first that fails is enough. */
#define SCHEDULES "4000"

struct mutation {
    char name[NAME_BYTES];
};

static const char *directory(void)
{
    const char *out = getenv("OUT");
    return out == NULL ? "build/asan" : out;
}

/* Plays the mutant's schedules, silently; returns its exit code, or -1: it was killed by a signal. */
static int play(const struct mutation *mutation)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof(path), "%s/mutants/%s", directory(), mutation->name);
    assert_int_equal(access(path, X_OK), 0);
    (void)fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL)
            _exit(EXIT_SUCCESS);
        setenv("SEED", "1", 1);
        setenv("SCHEDULES", SCHEDULES, 1);
        setenv("SHORTEN", "no", 1);
        unsetenv("CMOCKA_MESSAGE_OUTPUT");
        execl(path, path, (char *)NULL);
        _exit(EXIT_SUCCESS); /* not caught */
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void it_breaks_a_promise(void **state)
{
    const struct mutation *mutation = *state;
    if (play(mutation) == EXIT_SUCCESS)
        fail_msg("nothing noticed that %s", mutation->name);
}

static size_t read_table(struct mutation mutations[MOST_MUTATIONS])
{
    char line[PATH_BYTES];
    size_t count = 0;
    FILE *file = fopen(TABLE, "r");
    if (file == NULL)
        return 0;
    while (count < MOST_MUTATIONS && fgets(line, sizeof(line), file) != NULL)
        count += sscanf(line, "mutation %95s", mutations[count].name) == 1;
    (void)fclose(file);
    return count;
}

int main(void)
{
    static struct mutation mutations[MOST_MUTATIONS];
    static struct CMUnitTest tests[MOST_MUTATIONS];
    const size_t count = read_table(mutations);
    if (count == 0) {
        fprintf(stderr, "no mutations in %s\n", TABLE);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){
            .name = mutations[i].name, .test_func = it_breaks_a_promise, .initial_state = &mutations[i]};
    return _cmocka_run_group_tests("mutations", tests, count, NULL, NULL);
}
