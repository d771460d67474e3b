/* notice_merged.h: one notice for many tasks (registry_announcement.merge): what one version of the registry does to a
 * hundred tasks is told to each person once, as a list (放假安排调整). The list is held until business opens after the
 * publication, so that every task can join it.
 *
 * What comes after it has gone (its partition was down, or far behind) begins another part, which says so. That is
 * right: what went cannot be called back, people count on hearing when business opens, and waiting for the slowest
 * partition would keep the whole list from everybody as long as one of them is down. Who is told what does not depend
 * on it, only on how many sheets. */
#ifndef DUBAN_DOMAIN_NOTICE_MERGED_H
#define DUBAN_DOMAIN_NOTICE_MERGED_H

#include "domain/notice.h"

/* The line of this task in the list of such a role; "" when the event concerns nobody of that role. */
const char *notice_list_line(enum role role, const struct event *event, const struct task *task,
                             const struct ruleset *ruleset, struct arena *arena);

/* Strictly after what caused it: the next opening of business. */
struct instant notice_list_goes_at(const struct event *event, const struct ruleset *ruleset);

/* The id of a list: H(event type, registry version, person, part). */
void notice_list_number(struct notice *notice, uint32_t part, struct arena *arena);

/* Joins the line of `one` to a list that is still held. The order of arrival changes nothing: lines are sorted, and of
 * more than LIMIT_NOTICE_LINES the last are only counted. */
void notice_list_join(struct notice *list, const struct notice *one, struct arena *arena);

/* As it is read: the lines, and how many are not shown. */
const char *notice_list_text(const struct notice *notice, struct arena *arena);

#endif
