/* topic_check.h: does the broker have the topics as the table (topology.h) says? Every program asks at its
 * start: a wrong number of partitions moves every key, a wrong retention loses history, a wrong timestamp
 * type falsifies what was received when. Topics of units are not asked about: a wrong inbox shuts that door
 * only. */
#ifndef DUBAN_SERVICE_TOPIC_CHECK_H
#define DUBAN_SERVICE_TOPIC_CHECK_H

#include "service/service.h"

/* For service_descriptor.prepare; blocks. STATUS_REJECT: a topic is missing or differs, each difference
 * said in the log (with the stepped clock a differing setting is only a warning). STATUS_RETRY: the broker
 * does not answer. */
MUST_CHECK enum status topic_check(struct service *service);

#endif
