/* year.h: plays a year of the district: the stepper moves the clock, the cast acts, the summary counts. */
#ifndef DUBAN_REHEARSAL_YEAR_H
#define DUBAN_REHEARSAL_YEAR_H

#include "runtime/log_record.h"
#include "stepper.h"

struct year_options {
    struct log_client client;
    const char *prefix;
    uint32_t partitions;
    const char *registry_directory;
    const char *bootstrap_secret;
    const char *intake_url;
    const struct stepper_program *programs;
    size_t program_count;
    const char *seed;
    struct date from;
    int days;
    double days_per_second; /* cap, for watching; 0: as fast as it goes */
    int64_t patience_ms;
    const char *summary_file; /* "" none */
    const char *history_file; /* "" none */
    const char *token_file;   /* "" none */
    bool quiet;               /* no line per day */
};

/* STATUS_OK: the year went by. */
MUST_CHECK enum status year_play(const struct year_options *options);

#endif
