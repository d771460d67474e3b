/* Stories that broke a promise once: schedules that the simulation found, shortened, and kept. A line is printed by a
 * failing simulation as it stands here. */
#include "base/log.h"
#include "district.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

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

struct story {
    const char *name;
    const struct sim_cast *cast;
    struct sim_schedule schedule;
};

static const struct story stories[] = {
  /* Its clock was put back while a mark of its own was under way; what a person said then counted as received before
     * it, so that an alarm could have gone out first. */
    {"a_door_whose_clock_is_put_back_keeps_its_word",
     &district_cast,
     {.batch_records = 7,
      .alone = SIM_PAIR,
      .count = 6,
      .steps = {{SIM_TURN, 7, 6, 1},
                {SIM_TURN, 7, 5, 0},
                {SIM_TURN, 7, 5, 2},
                {SIM_SEND, 1, 2, 1},
                {SIM_SKEW, 7, 4, 0},
                {SIM_SEND, 5, 2, 4}}}},
 /* Its courier had gone when the publisher told of a command that was under way. */
    {"a_notifier_ends_while_a_command_of_its_own_is_under_way",
     &district_cast,
     {.batch_records = 10,
      .alone = 0,
      .count = 21,
      .steps = {{SIM_SEND, 4, 2, 0}, {SIM_TURN, 2, 1, 1},      {SIM_TURN, 7, 3, 2},  {SIM_TURN, 6, 5, 0},
                {SIM_TURN, 7, 5, 1}, {SIM_TURN, 7, 7, 1},      {SIM_CLOCK, 0, 4, 0}, {SIM_REBALANCE, 6, 3, 0},
                {SIM_TURN, 6, 7, 0}, {SIM_MAIL, 3, 1, 0},      {SIM_TURN, 7, 6, 0},  {SIM_TURN, 6, 7, 2},
                {SIM_TURN, 1, 2, 0}, {SIM_REBALANCE, 5, 3, 0}, {SIM_TURN, 5, 3, 1},  {SIM_TURN, 4, 0, 2},
                {SIM_TURN, 2, 3, 2}, {SIM_TURN, 5, 1, 1},      {SIM_TURN, 1, 2, 0},  {SIM_TURN, 5, 1, 0},
                {SIM_TURN, 5, 3, 0}}}},
};

static void no_promise_is_broken(void **state)
{
    const struct story *story = *state;
    static char failure[SIM_FAILURE_TEXT];
    struct sim *sim = sim_new(story->cast);
    if (!sim_play(sim, &story->schedule, failure))
        fail_msg("a promise is broken: %s", failure);
    sim_free(sim);
}

int main(void)
{
    enum { STORIES = sizeof(stories) / sizeof(stories[0]) };
    static struct CMUnitTest tests[STORIES];
    log_init("simulation", (enum log_level)(LOG_LEVEL_ERROR + 1));
    for (size_t i = 0; i < STORIES; i++)
        tests[i] = (struct CMUnitTest){.name = stories[i].name,
                                       .test_func = no_promise_is_broken,
                                       .initial_state = (void *)(uintptr_t)&stories[i]};
    return _cmocka_run_group_tests("stories", tests, STORIES, NULL, NULL);
}
