/* instalments.h: a debt that is paid in parts (T12 企业清欠): which part a payment settles, and on which day. Pure and
 * allocation-free.
 *
 * Payments count from the day they happened, in the order of their days, and settle the instalments in the order of
 * their due days (of equal ones, in the order of the list): what is paid too much goes to the next instalment. A
 * refund is a negative payment and opens again what was settled last; the past before it stays as it was. */
#ifndef DUBAN_DOMAIN_INSTALMENTS_H
#define DUBAN_DOMAIN_INSTALMENTS_H

#include "base/instant.h"

struct instalment {
    struct date due;
    int64_t amount_fen; /* ≥ 0 */
};

struct payment {
    struct date on;
    int64_t amount_fen;
};

/* In any order. Sums stay within 64 bits: each amount is at most LIMIT_FEN, each list is limited (limits.h). */
struct repayment {
    const struct instalment *instalments;
    uint32_t instalment_count;
    const struct payment *payments;
    uint32_t payment_count;
};

int64_t repayment_planned(const struct repayment *repayment);
/* All payments up to that day, less the refunds; never below zero. */
int64_t repayment_paid(const struct repayment *repayment, struct date as_of);
/* Of the instalments whose due day lies before `day`: what had not been paid by then. A payment of that very day
 * counts already. */
int64_t repayment_overdue(const struct repayment *repayment, struct date day);

/* What is still owed of one instalment. */
int64_t instalment_outstanding(const struct repayment *repayment, uint32_t index, struct date as_of);
/* Fully paid on its due day, by payments that happened until then: it is met, whenever they were recorded. */
bool instalment_is_met(const struct repayment *repayment, uint32_t index);
/* When it was settled, up to `as_of`: where it is met, the first day on which it was fully paid; else the first such
 * day behind its due day. None: it is open. */
struct date instalment_paid_on(const struct repayment *repayment, uint32_t index, struct date as_of);

#endif
