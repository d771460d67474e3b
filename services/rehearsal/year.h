/* year.h: plays a year of the district: the stepper moves the clock, the cast acts, the summary counts. */
#ifndef DUBAN_REHEARSAL_YEAR_H
#define DUBAN_REHEARSAL_YEAR_H

#include "stage.h"

struct year_options {
    struct stage_options stage; /* on_event, on_answer and context are the year's own */
    const char *seed;
    struct date from;
    int days;
    double days_per_second;   /* cap, for watching; 0: as fast as it goes */
    const char *summary_file; /* "" none */
    const char *history_file; /* "" none */
    bool quiet;               /* no line per event */
};

/* STATUS_OK: the year went by. */
MUST_CHECK enum status year_play(const struct year_options *options);

#endif
