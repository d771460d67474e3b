/* log_port_kafka.h: the real log behind log_port.h: librdkafka, eager `range` assignment, static
 * membership, transactions fenced by the group's generation and the producer's epoch.
 *
 * Beyond the library: partitions kept after an abort are rewound; a producer that sent more than one EndTxn
 * for one commit is replaced before the next transaction (a late duplicate could otherwise end that one:
 * KIP-890 part 2 is not in librdkafka); fatal producer errors are cured by a new producer in the same
 * process. */
#ifndef DUBAN_RUNTIME_LOG_PORT_KAFKA_H
#define DUBAN_RUNTIME_LOG_PORT_KAFKA_H

#include "runtime/log_port.h"

struct log_port_kafka_options {
    struct log_client client;
    const char *group_id;
    const char *instance_id; /* group.instance.id; one of a fixed set */
    const char *
        transactional_id; /* the same after every restart, so that an orphaned transaction is aborted at once */
    struct log_port_topics topics;
    const char *recovery; /* named when a start position is lost */
};

/* Does not wait for the broker: the first poll joins the group, and partitions are announced when the
 * producer is ready. NULL: a setting is wrong (said in the log). */
struct log_port *log_port_kafka_new(const struct log_port_kafka_options *options);

/* For metrics, from any thread: producers replaced, commits aborted. */
struct log_port_kafka_counts {
    int64_t rebuilt;
    int64_t aborted;
};
struct log_port_kafka_counts log_port_kafka_counts(const struct log_port *port);

#endif
