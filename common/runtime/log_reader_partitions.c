/* A reader's table of partitions: where each stands, what its owner may ask about it, and pausing. */
#include "base/arena.h"
#include "runtime/log_reader_internal.h"
#include <stdlib.h>
#include <string.h>

/* --- the table of partitions, sorted by topic and partition ---------------------------------------------- */

static int compare(const char *topic, int32_t number, const struct reader_partition *with)
{
    int order = strcmp(topic, with->topic);
    return order != 0 ? order : (number > with->number) - (number < with->number);
}

static size_t lower_bound(const struct log_reader *reader, const char *topic, int32_t number)
{
    size_t low = 0, high = reader->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare(topic, number, &reader->partitions[middle]) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct reader_partition *reader_find(struct log_reader *reader, const char *topic, int32_t number)
{
    size_t at = lower_bound(reader, topic, number);
    bool found = at < reader->count && compare(topic, number, &reader->partitions[at]) == 0;
    return found ? &reader->partitions[at] : NULL;
}

struct reader_partition *reader_add(struct log_reader *reader, const char *topic, int32_t number)
{
    struct reader_partition *found = reader_find(reader, topic, number);
    if (found != NULL)
        return found;
    size_t at = lower_bound(reader, topic, number);
    reader->partitions = must_realloc(reader->partitions, (reader->count + 1) * sizeof *reader->partitions);
    memmove(&reader->partitions[at + 1], &reader->partitions[at],
            (reader->count - at) * sizeof *reader->partitions);
    reader->count++;
    reader->partitions[at] = (struct reader_partition){
        .topic = must_copy_text(topic),
        .number = number,
        .start = RD_KAFKA_OFFSET_BEGINNING,
        .next = LOG_OFFSET_NONE,
        .target = LOG_OFFSET_NONE,
        .commit = LOG_OFFSET_NONE,
        .committed = LOG_OFFSET_NONE,
    };
    return &reader->partitions[at];
}

void reader_remove(struct log_reader *reader, size_t index)
{
    free(reader->partitions[index].topic);
    reader->count--;
    memmove(&reader->partitions[index], &reader->partitions[index + 1],
            (reader->count - index) * sizeof *reader->partitions);
}

/* --- what the owner asks ------------------------------------------------------------------------------------ */

static void pause_one(struct log_reader *reader, const char *topic, int32_t number, bool pause)
{
    struct reader_partition *partition = reader_find(reader, topic, number);
    /* Resuming what is not paused would make librdkafka 2.0.2 read old offsets again. */
    if (partition == NULL || partition->paused == pause)
        return;
    partition->paused = pause;
    if (reader->parked)
        return;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    kafka_list_add(list, topic, number, RD_KAFKA_OFFSET_INVALID);
    if (pause)
        rd_kafka_pause_partitions(reader->consumer, list);
    else
        rd_kafka_resume_partitions(reader->consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
}

void log_reader_pause(struct log_reader *reader, const char *topic, int32_t partition)
{
    pause_one(reader, topic, partition, true);
}

void log_reader_resume(struct log_reader *reader, const char *topic, int32_t partition)
{
    pause_one(reader, topic, partition, false);
}

const struct log_position *log_reader_positions(struct log_reader *reader, size_t *ret_count)
{
    reader->positions = must_realloc(reader->positions, (reader->count + 1) * sizeof *reader->positions);
    for (size_t i = 0; i < reader->count; i++) {
        const struct reader_partition *partition = &reader->partitions[i];
        reader->positions[i] = (struct log_position){
            .topic = partition->topic,
            .partition = partition->number,
            .next = partition->next,
            .caught_up = partition->caught_up,
            .failed = partition->failed,
        };
    }
    *ret_count = reader->count;
    return reader->positions;
}

bool log_reader_caught_up(const struct log_reader *reader)
{
    for (size_t i = 0; i < reader->count; i++)
        if (!reader->partitions[i].caught_up)
            return false;
    return reader->started && (reader->options.mode == LOG_READER_FOLLOW || reader->has_assignment);
}

int64_t log_reader_handled(const struct log_reader *reader)
{
    return reader->handled;
}
