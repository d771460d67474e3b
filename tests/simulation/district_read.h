/* district_read.h: reading the log of the district; shared by district_check.c and district_check_notices.c only. */
#ifndef DUBAN_TESTS_DISTRICT_READ_H
#define DUBAN_TESTS_DISTRICT_READ_H

#include "district.h"
#include "wire/messages.h"

#define EACH_RECORD(sim, topic, partition, record)                                                           \
    for (size_t index_ = 0;                                                                                  \
         ((record) = log_memory_at((sim)->harness.memory, (topic), (partition), index_)) != NULL; index_++)

/* Into the arena of the schedule; what cannot be read ends it. */
void district_decode(struct sim *sim, const struct wire_message *message, const struct log_record *record,
                     size_t limit, void *ret);
struct event district_event(struct sim *sim, const struct log_record *record);

/* The newest record of that notice, committed; NULL: there is none. */
const struct log_record *district_newest_notice(struct sim *sim, const char *id);
void district_check_notices(struct sim *sim);

#endif
