/* instant.h: points in time and civil dates. Nothing here reads a clock but the two functions that say so; only
 * common/runtime calls them.
 *
 * Civil time is Asia/Shanghai: UTC+8 without daylight saving in every year that duban computes (2004 to 2100; the
 * last summer time was in 1991), so it is an addition, and TZ has no influence. */
#ifndef DUBAN_BASE_INSTANT_H
#define DUBAN_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

/* Wall time: UTC milliseconds since 1970. A struct, so that it cannot be mixed with monotonic time or a count. */
struct instant {
    int64_t ms;
};

/* For intervals only; never stored, never sent. */
struct monotonic {
    int64_t ns;
};

/* A civil day: days since 1970-01-01. Zero is "none": no deadline lies there. */
struct date {
    int32_t days;
};

struct civil {
    int year, month, day, hour, minute, second, millisecond;
};

#define INSTANT_NONE ((struct instant){0})
#define DATE_NONE ((struct date){0})

enum { MS_PER_SECOND = 1000, MS_PER_MINUTE = 60000, MS_PER_HOUR = 3600000, MS_PER_DAY = 86400000 };

struct instant instant_now(void);     /* reads the clock */
struct monotonic monotonic_now(void); /* reads the clock */

static inline bool instant_is_set(struct instant t)
{
    return t.ms != 0;
}

static inline bool date_is_set(struct date d)
{
    return d.days != 0;
}

static inline struct instant instant_add(struct instant t, int64_t ms)
{
    return (struct instant){t.ms + ms};
}

static inline struct instant instant_max(struct instant a, struct instant b)
{
    return a.ms > b.ms ? a : b;
}

static inline struct date date_add(struct date d, int days)
{
    return (struct date){d.days + days};
}

struct civil civil_of(struct instant t);
struct date date_of(struct instant t);            /* the civil day that t lies in */
struct instant day_start(struct date d);          /* 00:00 of d */
struct instant day_at(struct date d, int minute); /* minute of the day: 510 is 08:30 */
bool date_from_civil(int year, int month, int day, struct date *ret_date); /* false: no such day */
struct civil civil_of_date(struct date d);
int date_year(struct date d);
int date_weekday(struct date d); /* 1 Monday … 7 Sunday */

enum { DATE_TEXT = 11, INSTANT_TEXT = 30 };

/* "2023-03-31"; "2023-03-31T24:00" is written as the next day's 00:00. Milliseconds only when not zero. None is "".
 * An instant outside the years 1 to 9999 is taken for the nearest one inside. */
void date_to_text(struct date d, char ret_text[DATE_TEXT]);
void instant_to_text(struct instant t, char ret_text[INSTANT_TEXT]); /* "2023-03-31T09:00:00+08:00" */
bool date_from_text(const char *text, struct date *ret_date);        /* years 2000 to 2100 only */
/* RFC 3339 with 'T', an offset (or 'Z') and at most three digits of a second; the same years. */
bool instant_from_text(const char *text, struct instant *ret_instant);

#endif
