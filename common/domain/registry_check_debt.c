/* registry_check_debt.c: what a kind of task that is a debt must say: what pays it, by which text it bears interest, and
 * whose word is asked for when it is paid. */
#include "base/limits.h"
#include "base/text.h"
#include "domain/registry_check.h"

/* A debt says what pays it, and by which text it bears interest. */
void check_debt(struct check *check, uint32_t index)
{
    const struct registry_template *template_ = &check->registry->templates[index];
    const struct registry_debt *debt = &template_->debt;
    struct place place = AT("templates", index, "debt");
    bool asks = !text_empty(debt->confirmation) || !text_empty(debt->denial);
    if (debt->late_interest_ppm == 0 && debt->payment_kind_count == 0 && debt->basis_count == 0 && !asks)
        return;
    if (debt->late_interest_ppm < 1 || debt->late_interest_ppm > LIMIT_RATE_PPM)
        check_fault(check, "out_of_range", "", AT("templates", index, "debt.late_interest_ppm"));
    if (debt->payment_kind_count == 0 || debt->basis_count == 0)
        check_fault(check, "missing", "", place);
    check_texts(check, debt->payment_kinds, debt->payment_kind_count, place);
    for (uint32_t i = 0; i < debt->payment_kind_count; i++) {
        if (!check_stands_in(debt->payment_kinds[i], template_->fact_kinds, template_->fact_kind_count))
            check_fault(check, "fact_not_listed", debt->payment_kinds[i], place);
    }
    for (uint32_t i = 0; i < debt->basis_count; i++) {
        if (text_empty(debt->basis[i].title) || !date_is_set(debt->basis[i].in_force_from))
            check_fault(check, "missing", debt->basis[i].title, place);
    }
    if (!text_empty(debt->confirmation) &&
        !check_stands_in(debt->confirmation, template_->evidence, template_->evidence_count))
        check_fault(check, "evidence_not_listed", debt->confirmation,
                    AT("templates", index, "debt.confirmation"));
    if (text_empty(debt->denial))
        return;
    if (text_empty(debt->confirmation))
        check_fault(check, "missing", "", AT("templates", index, "debt.confirmation"));
    if (!check_stands_in(debt->denial, template_->fact_kinds, template_->fact_kind_count))
        check_fault(check, "fact_not_listed", debt->denial, AT("templates", index, "debt.denial"));
}

/* Law and practice give a creditor days to answer, and his silence is what the clock is for. */
void check_confirm_clock(struct check *check, const struct registry_template *template_,
                         const struct registry_clock *clock, const char *path)
{
    const char *code = word_of(LIST_CLOCK, (int)clock->clock)->code;
    const struct duration *const amounts[] = {&clock->normal, &clock->urgent};
    if (clock->clock != CLOCK_CONFIRM)
        return;
    if (template_ == NULL || text_empty(template_->debt.confirmation))
        check_fault_at(check, "clock_not_settable", code, path);
    if (!clock->deemed)
        check_fault_at(check, "deemed_missing", code, path);
    for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
        enum deadline_unit unit = amounts[i]->unit;
        if (unit != UNIT_NONE && (unit == UNIT_DATE || deadline_unit_is_of_time(unit)))
            check_fault_at(check, "days_wanted", word_of(LIST_UNIT, (int)unit)->code, path);
    }
}
