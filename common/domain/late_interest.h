/* late_interest.h: late interest of a debt (逾期利息), to the fen, in exact integer arithmetic. It is shown as a reference
 * (测算参考) and decides nothing: the parties or a court fix what is owed.
 *
 * Rule (domain.md §2.1): 保障中小企业款项支付条例 (2020) §15, (2025) §17: the agreed rate, which is not below the one-year
 * LPR at signing; where none was agreed, 0.05 % (万分之五) a day.
 *
 *   days       calendar days after the due day, 29 February included; the day asked about counts too
 *   amount     what is overdue on each of these days; a payment counts from the day it happened: that day carries no
 *              interest for the paid part any more
 *   rate       a day: millionths of the amount (500 = 0.05 %); or an agreed annual rate in basis points, a 365th of it
 *              each day, in leap years too
 *   rounding   the sum of (amount × days) is exact; it is multiplied and divided once, and rounded once, half up
 *
 * Bounds: a debt of at most LIMIT_FEN (10¹³ fen, a hundred billion yuan) over the days of 2000 to 2100 is below
 * 3.7 × 10¹⁷ fen-days, so 64 bits hold it; late_interest.c shows that the product does not overflow either. */
#ifndef DUBAN_DOMAIN_LATE_INTEREST_H
#define DUBAN_DOMAIN_LATE_INTEREST_H

#include "domain/instalments.h"

struct late_interest_terms {
    struct repayment repayment; /* a debt that was due at once is one instalment */
    int32_t agreed_rate_bp;     /* annual, 1 … LIMIT_RATE_BP; 0: none was agreed */
    int32_t daily_rate_ppm;     /* the default, 1 … LIMIT_RATE_PPM */
};

/* Interest of all days up to and including `as_of`. Never falls as `as_of` grows. */
int64_t late_interest_fen(const struct late_interest_terms *terms, struct date as_of);
/* Interest of the days behind `after`, up to and including `until`. */
int64_t late_interest_fen_between(const struct late_interest_terms *terms, struct date after,
                                  struct date until);
/* The first day that carries interest, up to `as_of`; none: none does. */
struct date late_interest_since(const struct late_interest_terms *terms, struct date as_of);

#endif
