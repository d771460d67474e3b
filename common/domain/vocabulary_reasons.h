/* vocabulary_reasons.h: lists of vocabulary.c that stand in a file of their own. Internal to it: everybody else asks
 * word_of. */
#ifndef DUBAN_DOMAIN_VOCABULARY_REASONS_H
#define DUBAN_DOMAIN_VOCABULARY_REASONS_H

#include "domain/vocabulary.h"

extern const struct word reopen_reasons[REOPEN_COUNT];
extern const struct word reject_reasons[REJECT_REASON_COUNT];
extern const struct word reassign_reasons[REASSIGN_REASON_COUNT];
extern const struct word hindrances[HINDRANCE_COUNT];

#endif
