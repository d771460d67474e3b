/* rehearsal: plays a year of the district (year.h), or a directory of stories (stories.h), on the stepped clock, through
 * the public doors. */
#include "base/limits.h"
#include "base/log.h"
#include "base/settings.h"
#include "stories.h"
#include "year.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROGRAMS_AT_MOST = 16 };

static const char *brokers, *prefix, *registry, *secret, *intake, *programs, *stories, *seed, *from, *speed,
    *summary, *history, *tokens;
static int64_t partitions, days, patience;
static bool quiet;

static const struct setting settings[] = {
    {"brokers",          SETTING_TEXT,         &brokers,    "127.0.0.1:9092",        0, 0,    false, "Kafka, host:port"                            },
    {"prefix",           SETTING_TEXT,         &prefix,     "duban.",                0, 0,    false, "of all topics"                               },
    {"partitions",       SETTING_INTEGER,      &partitions, "16",                    1, 1024, false, "P of the topology"                           },
    {"registry",         SETTING_TEXT,         &registry,   "deploy/registry",       0, 0,    false,
     "directory of the district's files"                                                                                                           },
    {"bootstrap-secret", SETTING_TEXT,         &secret,     "",                      0, 0,    true,  "publishes the first registry"                },
    {"intake",           SETTING_TEXT,         &intake,     "http://127.0.0.1:8080", 0, 0,    false, "HTTP door"                                   },
    {"programs",         SETTING_TEXT,         &programs,   "",                      0, 0,    false, "who must settle: name=url,name=url"          },
    {"stories",          SETTING_TEXT,         &stories,    "",                      0, 0,    false,
     "directory of stories to play instead of a year; the outcome is TAP"                                                                          },
    {"seed",             SETTING_TEXT,         &seed,       "2023",                  0, 0,    false, "of every draw"                               },
    {"from",             SETTING_TEXT,         &from,       "2023-02-01",            0, 0,    false, "first day"                                   },
    {"days",             SETTING_INTEGER,      &days,       "330",                   1, 1500, false, "how many days to play"                       },
    {"speed",            SETTING_TEXT,         &speed,      "0",                     0, 0,    false,
     "at most so many days per second; 0: as fast as it goes"                                                                                      },
    {"patience",         SETTING_MILLISECONDS, &patience,   "120s",                  0, 0,    false,
     "how long one step may take to settle"                                                                                                        },
    {"summary",          SETTING_TEXT,         &summary,    "",                      0, 0,    false, "file for the summary as JSON"                },
    {"history",          SETTING_TEXT,         &history,    "",                      0, 0,    false, "file for the normalised history"             },
    {"tokens",           SETTING_TEXT,         &tokens,     "",                      0, 0,    false, "file for the tokens of the district's people"},
    {"quiet",            SETTING_BOOL,         &quiet,      "false",                 0, 0,    false, "no line per event"                           },
    {NULL,               SETTING_TEXT,         NULL,        NULL,                    0, 0,    false, NULL                                          },
};

/* "intake=http://127.0.0.1:20010,…" cut in place. Returns how many; 0: malformed. */
static size_t parse_programs(char *text, struct stepper_program ret_programs[PROGRAMS_AT_MOST])
{
    size_t count = 0;
    char *rest = NULL;
    for (char *part = strtok_r(text, ",", &rest); part != NULL; part = strtok_r(NULL, ",", &rest)) {
        char *equals = strchr(part, '=');
        if (equals == NULL || count == PROGRAMS_AT_MOST)
            return 0;
        *equals = '\0';
        ret_programs[count++] = (struct stepper_program){part, equals + 1};
    }
    return count;
}

static struct stage_options stage_options(const struct stepper_program *list, size_t count)
{
    return (struct stage_options){
        .client = {brokers, "rehearsal", ""},
        .prefix = prefix,
        .partitions = (uint32_t)partitions,
        .registry_directory = registry,
        .bootstrap_secret = secret,
        .intake_url = intake,
        .programs = list,
        .program_count = count,
        .patience_ms = patience,
        .token_file = tokens,
    };
}

static int play_stories(const struct stepper_program *list, size_t count)
{
    const struct stage_options options = stage_options(list, count);
    return stories_play(&options, stories) == STATUS_OK ? 0 : 1;
}

static int play_year(const struct stepper_program *list, size_t count)
{
    struct year_options options = {
        .stage = stage_options(list, count),
        .seed = seed,
        .days = (int)days,
        .summary_file = summary,
        .history_file = history,
        .quiet = quiet,
    };
    char *end = NULL;
    options.days_per_second = strtod(speed, &end);
    if (!date_from_text(from, &options.from)) {
        fprintf(stderr, "rehearsal: --from is no date: %s\n", from);
        return 2;
    }
    if (*speed == '\0' || *end != '\0' || options.days_per_second < 0) {
        fprintf(stderr, "rehearsal: --speed is no number: %s\n", speed);
        return 2;
    }
    return year_play(&options) == STATUS_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    log_init("rehearsal", LOG_LEVEL_INFO);
    /* Whoever reads this through a pipe sees each line when it happens. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    enum settings_result loaded = settings_load(
        "rehearsal", "plays a year of the district on the stepped clock", settings, NULL, argc, argv);
    if (loaded != SETTINGS_OK)
        return loaded == SETTINGS_EXIT_OK ? 0 : 2;
    struct stepper_program list[PROGRAMS_AT_MOST];
    char *names = strdup(programs);
    size_t count = names == NULL ? 0 : parse_programs(names, list);
    int code = 2;
    if (count == 0)
        fprintf(stderr, "rehearsal: --programs wants name=url,name=url\n");
    else
        code = stories[0] != '\0' ? play_stories(list, count) : play_year(list, count);
    free(names);
    return code;
}
