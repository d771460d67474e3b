/* log_admin_internal.h: what log_admin.c and log_admin_offsets.c share. */
#ifndef DUBAN_RUNTIME_LOG_ADMIN_INTERNAL_H
#define DUBAN_RUNTIME_LOG_ADMIN_INTERNAL_H

#include "runtime/kafka_client.h"
#include "runtime/log_admin.h"

struct log_admin {
    rd_kafka_t *client;  /* for the admin API */
    rd_kafka_t *offsets; /* a read_uncommitted consumer that reads nothing */
    rd_kafka_queue_t *queue;
};

enum status admin_answer(enum status status, char *ret_text, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
enum status admin_error(rd_kafka_resp_err_t error, const char *what, char *ret_text);
rd_kafka_AdminOptions_t *admin_options(struct log_admin *admin, rd_kafka_admin_op_t operation,
                                       int64_t timeout_ms);

/* The answer to the request just made; NULL with a status other than STATUS_OK. */
rd_kafka_event_t *admin_wait(struct log_admin *admin, const char *what, char *ret_text,
                             enum status *ret_status);

#endif
