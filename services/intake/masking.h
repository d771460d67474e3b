/* masking.h: takes the people out of what is written, before anything leaves the door (design §11.7).
 *
 * Masked are: a declared person (Draft's applicant) and its literal occurrences in every text of the same body; names
 * behind a label (姓名:, 联系人:, 申请人: …); numbers of telephones, identity cards and bank cards, in half or full
 * width, with or without separators. References, document numbers and codes are never touched. What is doubtful is
 * masked: a lost word costs a question, a published name cannot be taken back. Pure. */
#ifndef DUBAN_INTAKE_MASKING_H
#define DUBAN_INTAKE_MASKING_H

#include "base/arena.h"
#include "domain/body.h"

#define MASK "***"

/* Replaces texts of the body by masked ones in the arena. */
void masking_apply(struct body *body, struct arena *arena);

/* One text, without a declared person. The same pointer when nothing was found. */
const char *masking_text(const char *text, struct arena *arena);

#endif
