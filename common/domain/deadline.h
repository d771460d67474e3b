/* deadline.h: when a period ends, and when its warnings are due. Pure arithmetic over a calendar; civil time is
 * Asia/Shanghai (instant.h).
 *
 * Sources: 民法典 §201 (the first day does not count; hours run from the given moment), §202 (corresponding day, or
 * the month's end), §203 (a last day on a holiday moves to the day after it; it ends at 24:00, or at the close of
 * business), §1259 (以内 and 届满 include the number). The unit comes from the rule, never from the number. */
#ifndef DUBAN_DOMAIN_DEADLINE_H
#define DUBAN_DOMAIN_DEADLINE_H

#include "base/arena.h"
#include "base/instant.h"
#include "domain/calendar.h"
#include "domain/office_hours.h"

#include <stdbool.h>
#include <stdint.h>

enum deadline_unit {
    UNIT_NONE,
    UNIT_MINUTE,
    UNIT_HOUR,
    UNIT_WORKING_DAY,
    UNIT_CALENDAR_DAY,
    UNIT_MONTH,
    UNIT_DATE,           /* "by 31 March": no amount, the rule's date */
    UNIT_WORKING_HOUR,   /* time in which offices are open */
    UNIT_WORKING_MINUTE, /* the same; what is left of working hours after a review */
    UNIT_COUNT,
};

struct duration {
    enum deadline_unit unit;
    int32_t amount; /* 1 … the unit's limit; 0 for UNIT_DATE */
};

enum roll {
    ROLL_DEFAULT, /* on as soon as the rule or an extension is in calendar days or months, else off */
    ROLL_ON,
    ROLL_OFF,
    ROLL_COUNT,
};

/* How a template or a law sets a deadline. Roll and cutoff are of days: refused for units of time. */
struct deadline_rule {
    struct duration period;
    struct date date; /* for UNIT_DATE only */
    enum roll roll;
    int32_t cutoff_minute; /* the last day ends at this minute of the day (1050 is 17:30); 0: at 24:00 */
};

/* Time that does not count: [from, until). A period in days loses the days after from's up to until's own, a period
 * in hours exactly the time between (of working hours: the office time in it); a bare date loses nothing, nor do its
 * extensions. */
struct deadline_pause {
    struct instant from;
    struct instant until; /* none: still open; only the last may be */
    const char *basis;    /* its name and the law that allows it, for the derivation; NULL: not said */
};

/* Everything a deadline follows from, besides the calendar. */
struct deadline_terms {
    struct deadline_rule rule;
    struct instant start;
    const struct duration *extensions; /* in the order granted */
    uint32_t extension_count;
    const struct deadline_pause *pauses; /* ascending, without overlap */
    uint32_t pause_count;
    struct instant asked_at;                 /* an open pause lasts up to here; needed only for one */
    const struct office_hours *office_hours; /* for working hours; NULL: those of the sample district */
};

struct deadline {
    struct date last_day; /* after rolling; of units of time: the day that due lies in */
    struct instant due;   /* an act at this instant is still in time */
    struct date unrolled; /* the last day before rolling; what a further extension counts on from */
    bool provisional;     /* depends on a year whose calendar is not published */
    uint32_t calendar_version;
};

/* Each code names the field at fault. */
enum deadline_fault {
    DEADLINE_FINE,
    DEADLINE_PERIOD_UNIT,
    DEADLINE_PERIOD_AMOUNT,
    DEADLINE_DATE,           /* missing for UNIT_DATE, or given for another unit */
    DEADLINE_ROLL,           /* given for a unit of time */
    DEADLINE_CUTOFF,         /* outside the day, or given for a unit of time */
    DEADLINE_START,          /* missing */
    DEADLINE_EXTENSION_UNIT, /* units of time extend only units of time; a date extends nothing */
    DEADLINE_EXTENSION_AMOUNT,
    DEADLINE_PAUSES,       /* not ascending, overlapping, ending before they begin, or open before the last */
    DEADLINE_OFFICE_HOURS, /* office_hours_check says what */
    DEADLINE_TOO_FAR,      /* ends outside the years 2000 … 2100 */
};

/* Minutes, hours, and both of working time: such a period ends at an instant, any other with a day. */
bool deadline_unit_is_of_time(enum deadline_unit unit);
bool deadline_unit_is_of_office_time(enum deadline_unit unit);
/* Of working days or working time: its end depends on which days are worked, whether it rolls or not. */
bool deadline_unit_asks_calendar(enum deadline_unit unit);
/* The largest amount of one period or extension; 0 for UNIT_DATE. */
int32_t deadline_unit_limit(enum deadline_unit unit);

/* In words. The codes and names of units and rolls are vocabulary.h's LIST_UNIT and LIST_ROLL. */
const char *deadline_fault_code(enum deadline_fault fault);                         /* "extension_unit" */
const char *duration_text_zh(const struct duration *duration, struct arena *arena); /* "5个工作日" */
const char *duration_text_en(const struct duration *duration, struct arena *arena); /* "5 working days" */

/* What can be said without a start: for `registry check`, and for a request to extend. */
enum deadline_fault deadline_check_rule(const struct deadline_rule *rule);
enum deadline_fault deadline_check_extension(const struct deadline_rule *rule,
                                             const struct duration *extension);

/* On a fault ret_deadline is untouched. A start after a rule's date is no fault: the deadline is then past. */
enum deadline_fault deadline_compute(const struct calendar *calendar, const struct deadline_terms *terms,
                                     struct deadline *ret_deadline) __attribute__((warn_unused_result));

/* An act at the due instant is in time; after it, it is late. */
static inline bool deadline_is_missed(const struct deadline *deadline, struct instant act)
{
    return act.ms > deadline->due.ms;
}

/* The ladder's moments. `terms` must be those that `deadline` was computed from.
 * −n working days: the latest working day with exactly n working days left, at the opening.
 * +n working days: the n-th working day after the last day, at the opening; a pause freezes the overrun.
 * Percents are of the counted time between start and due: exact for units of time; whole days, rounded towards
 * the due, at the opening, for days (a date counts working days). percent_left is 0 … 100, percent_over ≥ 0.
 * The day of a rule in calendar days may be a rest day: whoever needs an open office asks calendar_next_opening.
 * What lies beyond the due never comes before it: less than one whole day over is the due instant itself. */
struct instant deadline_before_working_days(const struct calendar *calendar, const struct deadline *deadline,
                                            int n, int opening_minute);
struct instant deadline_after_working_days(const struct calendar *calendar,
                                           const struct deadline_terms *terms,
                                           const struct deadline *deadline, int n, int opening_minute);
struct instant deadline_percent_left(const struct calendar *calendar, const struct deadline_terms *terms,
                                     const struct deadline *deadline, int percent, int opening_minute);
struct instant deadline_percent_over(const struct calendar *calendar, const struct deadline_terms *terms,
                                     const struct deadline *deadline, int percent, int opening_minute);

/* Working days that count between start and last day: the choice between the long ladder and the short one. */
int deadline_allowed_working_days(const struct calendar *calendar, const struct deadline_terms *terms,
                                  const struct deadline *deadline);

/* The derivation in Chinese, for those it binds: start day, unit, what did not count, last day, rolling, calendar. */
const char *deadline_explain(const struct calendar *calendar, const struct deadline_terms *terms,
                             const struct deadline *deadline, struct arena *arena);

#endif
