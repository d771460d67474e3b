/* instalments.c: everything follows from two sums: what was paid by a day, and what is planned up to an instalment. The
 * lists are short, so they are walked and never sorted. */
#include "domain/instalments.h"

static bool comes_up_to(const struct repayment *repayment, uint32_t index, uint32_t last)
{
    const struct instalment *one = &repayment->instalments[index], *end = &repayment->instalments[last];
    return one->due.days < end->due.days || (one->due.days == end->due.days && index <= last);
}

/* What must have been paid for this instalment and all before it. */
static int64_t planned_up_to(const struct repayment *repayment, uint32_t last)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < repayment->instalment_count; i++)
        sum += comes_up_to(repayment, i, last) ? repayment->instalments[i].amount_fen : 0;
    return sum;
}

int64_t repayment_planned(const struct repayment *repayment)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < repayment->instalment_count; i++)
        sum += repayment->instalments[i].amount_fen;
    return sum;
}

int64_t repayment_paid(const struct repayment *repayment, struct date as_of)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < repayment->payment_count; i++) {
        if (repayment->payments[i].on.days <= as_of.days)
            sum += repayment->payments[i].amount_fen;
    }
    return sum > 0 ? sum : 0;
}

int64_t repayment_overdue(const struct repayment *repayment, struct date day)
{
    int64_t due = 0;
    for (uint32_t i = 0; i < repayment->instalment_count; i++) {
        if (repayment->instalments[i].due.days < day.days)
            due += repayment->instalments[i].amount_fen;
    }
    int64_t paid = repayment_paid(repayment, day);
    return due > paid ? due - paid : 0;
}

int64_t instalment_outstanding(const struct repayment *repayment, uint32_t index, struct date as_of)
{
    int64_t amount = repayment->instalments[index].amount_fen;
    int64_t missing = planned_up_to(repayment, index) - repayment_paid(repayment, as_of);
    if (missing <= 0)
        return 0;
    return missing < amount ? missing : amount;
}

bool instalment_is_met(const struct repayment *repayment, uint32_t index)
{
    return instalment_outstanding(repayment, index, repayment->instalments[index].due) == 0;
}

struct date instalment_paid_on(const struct repayment *repayment, uint32_t index, struct date as_of)
{
    struct date first = DATE_NONE, due = repayment->instalments[index].due;
    bool met = instalment_is_met(repayment, index);
    for (uint32_t i = 0; i < repayment->payment_count; i++) {
        struct date day = repayment->payments[i].on;
        bool counts = day.days <= as_of.days && (day.days <= due.days) == met;
        bool earlier = !date_is_set(first) || day.days < first.days;
        if (counts && earlier && instalment_outstanding(repayment, index, day) == 0)
            first = day;
    }
    return first;
}
