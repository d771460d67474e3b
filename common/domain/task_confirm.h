/* task_confirm.h: the creditor's word that a debt was paid (T12 企业清欠; domain.md §4: bank voucher and creditor
 * confirmation, five working days of silence close it, always sampled; §1.4: silence has effect).
 *
 * Once the recorded payments make up the debt, the creditor is asked (C-CONFIRM, an amount of the template's). He may
 * confirm: the class of evidence `debt.confirmation`, with a fact or with the report; or deny: the fact `debt.denial`; or
 * be silent. Silence stands for the confirmation: the matter is reported done by itself where nothing else is missing.
 * Whatever was not confirmed in so many words is verified before it is closed, however its kind is verified otherwise:
 * drawn without a lot. A return or a reopening ends what silence said; the next time the unit brings the word itself.
 *
 * How it stands is the state of the clock: MET confirmed, MISSED the creditor let it pass, STOPPED denied or void. */
#ifndef DUBAN_DOMAIN_TASK_CONFIRM_H
#define DUBAN_DOMAIN_TASK_CONFIRM_H

#include "domain/task_life.h"

/* Does silence stand for the creditor's word now? */
bool task_is_confirmed_by_silence(const struct task *task);
/* Was the creditor asked, and has not confirmed? */
bool task_lacks_confirmation(const struct task *task);

extern const struct guard if_fact_settles_debt;
extern const struct guard if_silence_confirms;
extern const struct guard if_silence_reports;

extern const struct effect ask_creditor;
extern const struct effect hear_creditor; /* of a fact */
extern const struct effect heed_creditor; /* of a report */
extern const struct effect confirm_by_silence;
extern const struct effect end_silence;

#endif
