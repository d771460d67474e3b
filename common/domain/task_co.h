/* task_co.h: units that cooperate (协办, domain.md §3.3 row 15): what their time is, and whose party an actor is. A
 * co-unit's time ends before the lead's, so that waiting for it alone never makes the lead late. */
#ifndef DUBAN_DOMAIN_TASK_CO_H
#define DUBAN_DOMAIN_TASK_CO_H

#include "domain/task_clocks.h"

/* A co-unit's ladder stays within its own unit. */
enum { CO_TOP_RUNG = 4 };

/* The party of the actor's own unit, or of whom it acts for (代); NULL when neither was invited. */
const struct co_party *co_party_of_actor(const struct situation *situation);

/* Until when the party is asked: its date or period, else the template's C-CO; unit NONE: neither. */
struct duration co_period(const struct situation *situation, struct date date, struct duration period);

/* Where the invitation's time ends, were it accepted now; refuses what does not end before the lead's time. */
/* A co-unit answers before the lead does. */
bool co_ends_before(const struct deadline *end, const struct clock *lead);

struct refusal co_end_of_invitation(const struct situation *situation, const struct body_invite *invite,
                                    struct deadline *ret_end);

/* The rule of C-CO on acceptance: as invited, but cut so that it ends before the lead's last day. Refuses where no
 * time is left. */
struct refusal co_rule_on_acceptance(const struct situation *situation, const struct co_party *party,
                                     struct deadline_rule *ret_rule);

/* Must the lead still wait for it? An accepted party until it has reported; an invitation that nobody answered
 * until its own end, which lies before the lead's. */
bool co_party_is_open(const struct co_party *party, struct instant received_at);

#endif
