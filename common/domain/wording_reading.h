/* wording_reading.h: which day a paper means by "3月底前", "4月1日前" or "“十一”前" (domain.md §4). 民法典 §1259 says that
 * 以内 and 届满 include the day and that 超过 leaves it out; of 前 the law says nothing, so the reading is ours, and
 * whoever registers confirms it:
 *
 *   month_end       3月底前, 3月底                that month's last day
 *   quarter_end     二季度末, 季度末              the quarter's last day
 *   year_end        年底前, 全年                  31 December
 *   day_before      4月1日前, 4月1日以前          the day before
 *   that_day        3月31日, 3月31日以内, 届满    the day itself
 *   before_holiday  “十一”前, 春节前              the last working day before the holiday begins
 *
 * A wording that names no day, or two, is not read: that is no fault. Pure. */
#ifndef DUBAN_DOMAIN_WORDING_READING_H
#define DUBAN_DOMAIN_WORDING_READING_H

#include "domain/calendar.h"

struct wording_reading {
    const char *rule; /* a code of the table above */
    struct date date;
    bool provisional; /* counted back from a holiday of a year without a notice */
};

/* Without a year the next such day at or after `today` is meant. False: no day can be read; ret_reading is untouched. */
bool wording_read(const char *wording, const struct calendar *calendar, struct date today,
                  struct arena *arena, struct wording_reading *ret_reading);

#endif
