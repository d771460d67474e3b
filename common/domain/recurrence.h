/* recurrence.h: obligations that come again (domain.md §4: T14, T16, T17). Pure: from the rule, the calendar and the day
 * of the last one follows the next: its day, when it falls due, and when its task is opened.
 *
 *   week    the weekday; where that is a rest day, the next working day of the same week (Monday to Sunday); a week
 *           without one is left out
 *   month   the last working day, or a day of the month (of a shorter month its last); such a date does not roll
 *   year    the same within one month */
#ifndef DUBAN_DOMAIN_RECURRENCE_H
#define DUBAN_DOMAIN_RECURRENCE_H

#include "domain/calendar.h"
#include "domain/deadline.h"
#include "domain/vocabulary.h"

struct recurrence {
    enum recurrence_every every; /* NONE: it does not recur */
    int32_t weekday;             /* week: 1 Monday … 5 Friday */
    int32_t month;               /* year: 1 … 12 */
    int32_t month_day;           /* month, year: 1 … 31 */
    bool last_working_day;       /* month, year: instead of month_day */
    struct duration due_after;   /* working or calendar days after its day; none: due on the day itself */
    int32_t create_before;       /* working days before its day, at the opening of business */
    struct date until;           /* no occurrence after it; none: for ever */
};

struct occurrence {
    struct date day;         /* when it takes place */
    struct date planned;     /* … but for rest days */
    struct date due_day;     /* last day of its task */
    struct date period_last; /* the last day of its week, month or year: the next one lies behind it */
    struct date left_out;    /* the day planned for the first period before it that has none; none: no such */
    uint32_t left_out_count;
    struct instant opens_at; /* may lie before the day asked about */
    bool provisional;        /* depends on a year whose calendar is not published */
};

/* What is wrong with a rule; NULL: nothing. The code of a term of the catalogue. */
const char *recurrence_fault(const struct recurrence *recurrence, const char **ret_field);

/* The first one whose day lies after `after`. False: there is none, because of `until` or because it does not recur. */
bool recurrence_next(const struct recurrence *recurrence, const struct calendar *calendar, int opening_minute,
                     struct date after, struct occurrence *ret_occurrence);

/* "2023-03-31" of a week, "2023-03" of a month, "2023" of a year: which one it is. */
const char *recurrence_label(const struct recurrence *recurrence, const struct occurrence *occurrence,
                             struct arena *arena);

#endif
