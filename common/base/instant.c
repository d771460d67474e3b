/* instant.c: the proleptic Gregorian calendar in whole numbers, with a fixed offset of eight hours. No libc calendar
 * function is used: they read TZ, and the answer to "which day was that" must not depend on a server's environment.
 *
 * Days are counted from 1 January of year 1, because the leap rule is regular from there. */
#include "base/instant.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

enum {
    FIRST_YEAR = 1,
    LAST_YEAR = 9999,
    FIRST_YEAR_READ = 2000, /* what people and systems may send us */
    LAST_YEAR_READ = 2100,
    DAYS_PER_400_YEARS = 146097,
    EPOCH_DAYS = 719162, /* from 0001-01-01 to 1970-01-01 */
    OFFSET_MS = 8 * MS_PER_HOUR,
    LONGER_THAN_ANY_MONTH = 32,
};

static const int days_before_month[2][13] = {
    {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365},
    {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366},
};

/* The first and last civil millisecond that have a date: what lies outside is taken for the nearest. */
static const int64_t first_civil_ms = -(int64_t)EPOCH_DAYS * MS_PER_DAY;
static const int64_t last_civil_ms = (int64_t)(3652059 - EPOCH_DAYS) * MS_PER_DAY - 1;

struct instant instant_now(void)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_REALTIME, &now);
    assert(failed == 0);
    return (struct instant){(int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000};
}

struct monotonic monotonic_now(void)
{
    struct timespec now;
    int failed = clock_gettime(CLOCK_MONOTONIC, &now);
    assert(failed == 0);
    return (struct monotonic){(int64_t)now.tv_sec * 1000000000 + now.tv_nsec};
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_before_year(int year)
{
    int past = year - 1;
    return 365 * past + past / 4 - past / 100 + past / 400;
}

static int64_t civil_ms_of(struct instant t)
{
    if (t.ms < first_civil_ms - OFFSET_MS)
        return first_civil_ms;
    if (t.ms > last_civil_ms - OFFSET_MS)
        return last_civil_ms;
    return t.ms + OFFSET_MS;
}

/* Division that rounds towards the past, so that the last millisecond of 1969 lies in 1969. */
static int64_t floor_divide(int64_t value, int64_t divisor)
{
    return value / divisor - (value % divisor < 0);
}

struct date date_of(struct instant t)
{
    return (struct date){(int32_t)floor_divide(civil_ms_of(t), MS_PER_DAY)};
}

struct civil civil_of(struct instant t)
{
    struct date date = date_of(t);
    struct civil civil = civil_of_date(date);
    int rest = (int)(civil_ms_of(t) - (int64_t)date.days * MS_PER_DAY);
    civil.hour = rest / MS_PER_HOUR;
    civil.minute = rest / MS_PER_MINUTE % 60;
    civil.second = rest / MS_PER_SECOND % 60;
    civil.millisecond = rest % MS_PER_SECOND;
    return civil;
}

struct instant day_start(struct date d)
{
    return (struct instant){(int64_t)d.days * MS_PER_DAY - OFFSET_MS};
}

struct instant day_at(struct date d, int minute)
{
    return instant_add(day_start(d), (int64_t)minute * MS_PER_MINUTE);
}

bool date_from_civil(int year, int month, int day, struct date *ret_date)
{
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1)
        return false;
    const int *before = days_before_month[is_leap(year)];
    if (day > before[month] - before[month - 1])
        return false;
    ret_date->days = days_before_year(year) + before[month - 1] + day - 1 - EPOCH_DAYS;
    return true;
}

static int year_of_day(int day)
{
    /* The mean year is right or one off at the turn of a year, never more. */
    int year = (int)((int64_t)day * 400 / DAYS_PER_400_YEARS) + 1;
    if (days_before_year(year) > day)
        return year - 1;
    return days_before_year(year + 1) <= day ? year + 1 : year;
}

/* From 1 January of year 1; a day outside the years that have dates is taken for the nearest. */
static int day_of_first_year(struct date d)
{
    int last = (int)(last_civil_ms / MS_PER_DAY);
    int day = d.days < -EPOCH_DAYS ? -EPOCH_DAYS : d.days > last ? last : d.days;
    return day + EPOCH_DAYS;
}

struct civil civil_of_date(struct date d)
{
    int day = day_of_first_year(d);
    int year = year_of_day(day);
    int day_of_year = day - days_before_year(year);
    const int *before = days_before_month[is_leap(year)];
    int month = day_of_year / LONGER_THAN_ANY_MONTH + 1; /* never past the month */
    while (before[month] <= day_of_year)
        month++;
    return (struct civil){.year = year, .month = month, .day = day_of_year - before[month - 1] + 1};
}

int date_year(struct date d)
{
    return year_of_day(day_of_first_year(d));
}

int date_weekday(struct date d)
{
    /* 1970-01-01 was a Thursday. */
    int since_monday = (d.days % 7 + 7 + 3) % 7;
    return since_monday + 1;
}

/* Writes exactly `digits` digits and returns the place after them. */
static char *put_number(char *at, int value, int digits)
{
    for (int i = digits - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + digits;
}

static char *put_character(char *at, char character)
{
    *at = character;
    return at + 1;
}

static char *put_date(char *at, struct civil civil)
{
    at = put_number(at, civil.year, 4);
    at = put_number(put_character(at, '-'), civil.month, 2);
    return put_number(put_character(at, '-'), civil.day, 2);
}

void date_to_text(struct date d, char ret_text[DATE_TEXT])
{
    char *end = date_is_set(d) ? put_date(ret_text, civil_of_date(d)) : ret_text;
    *end = '\0';
}

void instant_to_text(struct instant t, char ret_text[INSTANT_TEXT])
{
    if (!instant_is_set(t)) {
        ret_text[0] = '\0';
        return;
    }
    struct civil civil = civil_of(t);
    char *at = put_date(ret_text, civil);
    at = put_number(put_character(at, 'T'), civil.hour, 2);
    at = put_number(put_character(at, ':'), civil.minute, 2);
    at = put_number(put_character(at, ':'), civil.second, 2);
    if (civil.millisecond != 0)
        at = put_number(put_character(at, '.'), civil.millisecond, 3);
    memcpy(at, "+08:00", sizeof("+08:00"));
}

/* The readers below move `*at` past what they took; a reader that refuses ends the whole text. */
static bool take_number(const char **at, int digits, int most, int *ret_value)
{
    int value = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (**at < '0' || **at > '9')
            return false;
        value = value * 10 + (**at - '0');
    }
    *ret_value = value;
    return value <= most;
}

static bool take_character(const char **at, char wanted)
{
    if (**at != wanted)
        return false;
    (*at)++;
    return true;
}

static bool take_date(const char **at, struct date *ret_date)
{
    int year, month, day;
    return take_number(at, 4, LAST_YEAR_READ, &year) && take_character(at, '-') &&
           take_number(at, 2, 12, &month) && take_character(at, '-') && take_number(at, 2, 31, &day) &&
           year >= FIRST_YEAR_READ && date_from_civil(year, month, day, ret_date);
}

/* One to three digits after the point; more would be lost silently. */
static bool take_fraction(const char **at, int *ret_ms)
{
    *ret_ms = 0;
    if (!take_character(at, '.'))
        return true;
    int weight = 100;
    for (int digit; weight > 0 && **at != '\0' && take_number(at, 1, 9, &digit); weight /= 10)
        *ret_ms += digit * weight;
    return weight < 100;
}

static bool take_offset(const char **at, int64_t *ret_ms)
{
    int hours, minutes;
    *ret_ms = 0;
    if (take_character(at, 'Z'))
        return true;
    int sign = **at == '-' ? -1 : 1;
    if (!take_character(at, sign < 0 ? '-' : '+') || !take_number(at, 2, 23, &hours) ||
        !take_character(at, ':') || !take_number(at, 2, 59, &minutes))
        return false;
    *ret_ms = (int64_t)sign * (hours * MS_PER_HOUR + minutes * MS_PER_MINUTE);
    return true;
}

bool date_from_text(const char *text, struct date *ret_date)
{
    struct date date;
    if (!take_date(&text, &date) || *text != '\0')
        return false;
    *ret_date = date;
    return true;
}

bool instant_from_text(const char *text, struct instant *ret_instant)
{
    struct date date;
    int hour, minute, second, fraction_ms;
    int64_t offset_ms;
    if (!take_date(&text, &date) || !take_character(&text, 'T') || !take_number(&text, 2, 23, &hour) ||
        !take_character(&text, ':') || !take_number(&text, 2, 59, &minute) || !take_character(&text, ':') ||
        !take_number(&text, 2, 59, &second) || !take_fraction(&text, &fraction_ms) ||
        !take_offset(&text, &offset_ms) || *text != '\0')
        return false;
    ret_instant->ms = (int64_t)date.days * MS_PER_DAY + (int64_t)hour * MS_PER_HOUR + minute * MS_PER_MINUTE +
                      second * MS_PER_SECOND + fraction_ms - offset_ms;
    return true;
}
