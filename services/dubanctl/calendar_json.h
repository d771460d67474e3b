/* calendar_json.h: holiday-cn's form of a year: {"year", "papers": [URL …], "days": [{"name", "date", "isOffDay"} …]}.
 * Weekends that join a holiday may be missing there, and days may come in any order. */
#ifndef DUBAN_DUBANCTL_CALENDAR_JSON_H
#define DUBAN_DUBANCTL_CALENDAR_JSON_H

#include "calendar_files.h"

struct calendar_json_fault {
    const char *field; /* "days[3].date" */
    const char *rule;  /* a code or a range */
};

/* The paper is the first one's address unless `provenance` names it; the day it was published is taken from that
 * address (…/2022-12/08/…) unless given. The year is not checked by calendar_check yet. */
bool calendar_json_read(const char *text, size_t bytes, const struct calendar_provenance *provenance,
                        struct arena *arena, struct calendar_year *ret_year,
                        struct calendar_json_fault *ret_fault);

#endif
