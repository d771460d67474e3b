/* late_interest.c: see late_interest.h. The overdue amount changes only on a few days (behind a due day, on the day of a
 * payment); between them it is multiplied by the number of days. */
#include "domain/late_interest.h"

#include <assert.h>

#include "base/limits.h"

enum { DAYS_A_YEAR = 365, BASIS_POINTS = 10000, MILLION = 1000000 };

/* More days than any two dates of duban lie apart (2000 to 2100). */
enum { MOST_DAYS = 36890 };

static struct date earlier(struct date found, struct date day, struct date than)
{
    return day.days > than.days && day.days < found.days ? day : found;
}

/* The next day behind `day` on which the overdue amount may change, at most `end`. */
static struct date next_change(const struct repayment *repayment, struct date day, struct date end)
{
    for (uint32_t i = 0; i < repayment->instalment_count; i++)
        end = earlier(end, date_add(repayment->instalments[i].due, 1), day);
    for (uint32_t i = 0; i < repayment->payment_count; i++)
        end = earlier(end, repayment->payments[i].on, day);
    return end;
}

static struct date first_due(const struct repayment *repayment)
{
    struct date first = DATE_NONE;
    for (uint32_t i = 0; i < repayment->instalment_count; i++) {
        struct date due = repayment->instalments[i].due;
        if (!date_is_set(first) || due.days < first.days)
            first = due;
    }
    return first;
}

static int64_t fen_days(const struct repayment *repayment, struct date after, struct date until)
{
    struct date first = first_due(repayment);
    struct date day = date_add(after.days > first.days ? after : first, 1), end = date_add(until, 1);
    int64_t sum = 0;
    while (repayment->instalment_count > 0 && day.days < end.days) {
        struct date next = next_change(repayment, day, end);
        sum += repayment_overdue(repayment, day) * (next.days - day.days);
        day = next;
    }
    return sum;
}

/* sum × numerator / denominator, half up. With sum = q × denominator + r the product is q × numerator, below
 * 3.7 × 10¹⁷ because no rate exceeds one, plus r × numerator, below 3.65 × 10⁶ × 10⁶: nothing overflows. */
static int64_t scaled(int64_t sum, int64_t numerator, int64_t denominator)
{
    int64_t whole = sum / denominator, rest = sum % denominator;
    return whole * numerator + (2 * rest * numerator + denominator) / (2 * denominator);
}

int64_t late_interest_fen_between(const struct late_interest_terms *terms, struct date after,
                                  struct date until)
{
    assert(terms->agreed_rate_bp >= 0 && terms->agreed_rate_bp <= LIMIT_RATE_BP);
    assert(terms->daily_rate_ppm >= 0 && terms->daily_rate_ppm <= LIMIT_RATE_PPM);
    assert(repayment_planned(&terms->repayment) <= LIMIT_FEN && until.days - after.days <= MOST_DAYS);
    int64_t sum = fen_days(&terms->repayment, after, until);
    if (terms->agreed_rate_bp > 0)
        return scaled(sum, terms->agreed_rate_bp, (int64_t)BASIS_POINTS * DAYS_A_YEAR);
    return scaled(sum, terms->daily_rate_ppm, MILLION);
}

int64_t late_interest_fen(const struct late_interest_terms *terms, struct date as_of)
{
    struct date first = first_due(&terms->repayment);
    return date_is_set(first) ? late_interest_fen_between(terms, first, as_of) : 0;
}

struct date late_interest_since(const struct late_interest_terms *terms, struct date as_of)
{
    const struct repayment *repayment = &terms->repayment;
    struct date day = date_add(first_due(repayment), 1), end = date_add(as_of, 1);
    while (repayment->instalment_count > 0 && day.days < end.days) {
        if (repayment_overdue(repayment, day) > 0)
            return day;
        day = next_change(repayment, day, end);
    }
    return DATE_NONE;
}
