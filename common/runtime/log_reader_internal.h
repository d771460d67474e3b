/* log_reader_internal.h: what log_reader.c and log_reader_group.c share. */
#ifndef DUBAN_RUNTIME_LOG_READER_INTERNAL_H
#define DUBAN_RUNTIME_LOG_READER_INTERNAL_H

#include "runtime/kafka_client.h"
#include "runtime/log_reader.h"

struct reader_partition {
    char *topic;
    int32_t number;
    int64_t start;  /* FOLLOW: an offset, or the library's names for beginning and end */
    int64_t next;   /* max(last record + 1, end-of-partition offset) */
    int64_t target; /* high watermark when we began */
    bool caught_up;
    bool failed;
    bool paused; /* by the owner */

    int64_t commit;    /* GROUP: as the owner said */
    int64_t committed; /* as the broker confirmed */
};

struct log_reader {
    struct log_reader_options options; /* texts in it are not used after log_reader_new */
    char *client_id, *group_id, *recovery;
    rd_kafka_t *consumer;
    rd_kafka_queue_t *queue;
    struct loop_wakeup *wakeup;
    struct loop_timer *tick, *retry, *tell;
    struct kafka_reach reach;
    struct kafka_headers headers;

    struct reader_partition *partitions;
    size_t count;
    struct log_position *positions; /* as last asked for */
    int64_t handled;

    rd_kafka_message_t *held; /* a record its handler could not take yet */
    struct monotonic held_since;
    bool parked; /* everything is paused because of it */

    bool started;
    bool dead;
    char fatal[KAFKA_ERROR_TEXT];

    /* GROUP */
    rd_kafka_topic_partition_list_t *subscription;
    bool has_assignment;             /* perhaps an empty one */
    bool rejoin;                     /* the last assignment could not be taken up: ask for it again */
    struct loop_timer *commit_timer; /* one commit for all that one turn has done with */
};

struct reader_partition *reader_find(struct log_reader *reader, const char *topic, int32_t number);
struct reader_partition *reader_add(struct log_reader *reader, const char *topic, int32_t number);
void reader_remove(struct log_reader *reader, size_t index);
void reader_fail(struct log_reader *reader, const char *reason);
void reader_start_position_lost(struct log_reader *reader, const char *topic, int32_t number);
void reader_release_held(struct log_reader *reader);

/* rd_kafka_conf_t of a GROUP; false: a setting is wrong. */
bool reader_group_conf(rd_kafka_conf_t *conf, const struct log_reader_options *options);
void reader_group_subscribe(struct log_reader *reader, const struct log_topic *topics, size_t count);
void reader_group_commit(struct log_reader *reader, bool wait);
void reader_group_tick(struct log_reader *reader);

#endif
