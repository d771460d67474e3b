/* simulated_reader.c: see simulated.h. A change of the group takes everything from everybody first (eager), and what is
 * committed under an old generation counts no more. */
#include "simulated.h"

#include "base/arena.h"
#include "base/text.h"
#include "log_memory.h"
#include "runtime/log_ends.h"

#include <assert.h>
#include <stdlib.h>

enum { MOST_HELD = 32 };

struct held {
    char *topic;
    int32_t partition;
    int64_t next, commit; /* commit: to be sent; -1: nothing */
    bool paused;
};

struct log_reader {
    struct service *service;
    struct log_reader_options options;
    char *group;
    struct held held[MOST_HELD];
    struct log_position positions[MOST_HELD];
    size_t count;
    bool holding;   /* it has been told what it holds */
    int generation; /* of that */
};

static struct reader_group *group_of(const struct log_reader *reader)
{
    return district_readers(reader->service->member->sim);
}

static struct reader_seat *seat_of(const struct log_reader *reader)
{
    return &group_of(reader)->seats[reader->service->member->place];
}

struct log_reader *log_reader_new(struct loop *loop, const struct log_reader_options *options)
{
    assert(options->mode == LOG_READER_GROUP);
    struct log_reader *reader = must_alloc(sizeof(*reader));
    reader->service = loop->service;
    reader->options = *options;
    reader->group = must_copy_text(options->group_id);
    loop->service->reader = reader;
    return reader;
}

static void let_go(struct log_reader *reader)
{
    for (size_t i = 0; i < reader->count; i++)
        free(reader->held[i].topic);
    reader->count = 0;
    reader->holding = false;
}

static bool is_fenced(const struct log_reader *reader)
{
    return !seat_of(reader)->in || reader->generation != group_of(reader)->generation;
}

void simulated_reader_commit(struct log_reader *reader)
{
    struct log_memory *memory = reader->service->member->sim->harness.memory;
    for (size_t i = 0; i < reader->count; i++) {
        struct held *held = &reader->held[i];
        if (held->commit < 0 || !simulated_lives(reader->service))
            continue;
        if (!is_fenced(reader))
            memory_set_offset(memory, reader->group,
                              &(struct log_offset){held->topic, held->partition, held->commit, ""});
        held->commit = -1;
    }
}

void log_reader_free(struct log_reader *reader)
{
    if (reader == NULL)
        return;
    simulated_reader_commit(reader);
    reader->service->reader = NULL;
    let_go(reader);
    free(reader->group);
    free(reader);
}

void simulated_seat_clear(struct reader_seat *seat)
{
    for (size_t i = 0; i < seat->count; i++)
        free(seat->topics[i]);
    free(seat->topics);
    free(seat->partitions);
    *seat = (struct reader_seat){0};
}

static void sit_down(struct log_reader *reader)
{
    seat_of(reader)->in = true;
    seat_of(reader)->ready = false;
    group_of(reader)->joining = true;
}

void log_reader_start(struct log_reader *reader, const struct log_topic *topics, size_t count)
{
    struct reader_seat *seat = seat_of(reader);
    if (!simulated_lives(reader->service))
        return;
    simulated_seat_clear(seat);
    seat->topics = must_alloc((count + 1) * sizeof(*seat->topics));
    seat->partitions = must_alloc((count + 1) * sizeof(*seat->partitions));
    for (size_t i = 0; i < count; i++) {
        seat->topics[i] = must_copy_text(topics[i].name);
        seat->partitions[i] = topics[i].partitions;
    }
    seat->count = count;
    sit_down(reader);
}

static struct held *find(struct log_reader *reader, const char *topic, int32_t partition)
{
    for (size_t i = 0; i < reader->count; i++)
        if (reader->held[i].partition == partition && text_equal(reader->held[i].topic, topic))
            return &reader->held[i];
    return NULL;
}

void log_reader_pause(struct log_reader *reader, const char *topic, int32_t partition)
{
    struct held *held = find(reader, topic, partition);
    if (held != NULL)
        held->paused = true;
}

void log_reader_resume(struct log_reader *reader, const char *topic, int32_t partition)
{
    struct held *held = find(reader, topic, partition);
    if (held != NULL)
        held->paused = false;
}

void log_reader_commit(struct log_reader *reader, const char *topic, int32_t partition, int64_t next)
{
    struct held *held = find(reader, topic, partition);
    if (held != NULL && next > held->commit)
        held->commit = next;
}

const struct log_position *log_reader_positions(struct log_reader *reader, size_t *ret_count)
{
    for (size_t i = 0; i < reader->count; i++)
        reader->positions[i] = (struct log_position){.topic = reader->held[i].topic,
                                                     .partition = reader->held[i].partition,
                                                     .next = reader->held[i].next};
    *ret_count = reader->count;
    return reader->positions;
}

/* --- what the group does ---------------------------------------------------------------------------------------------- */

static void give_up(struct log_reader *reader)
{
    simulated_reader_commit(reader);
    if (reader->options.on_revoked != NULL)
        reader->options.on_revoked(reader->options.context);
    simulated_reader_commit(reader);
    let_go(reader);
}

/* Partition after partition to one member after the other, among those who want it. */
static int owner_of(const struct reader_group *group, const char *topic, int turn)
{
    for (int i = 0; i < SIM_PAIR; i++) {
        const int place = (turn + group->pattern + i) % SIM_PAIR;
        const struct reader_seat *seat = &group->seats[place];
        for (size_t k = 0; seat->in && k < seat->count; k++)
            if (text_equal(seat->topics[k], topic))
                return place;
    }
    return -1;
}

static void take_up(struct log_reader *reader)
{
    const struct reader_group *group = group_of(reader);
    struct reader_seat *seat = seat_of(reader);
    struct log_memory *memory = reader->service->member->sim->harness.memory;
    struct log_offset offsets[MOST_HELD];
    int turn = 0;
    reader->count = 0;
    seat->ready = false;
    for (size_t k = 0; k < seat->count; k++)
        for (int32_t p = 0; p < seat->partitions[k]; p++) {
            if (owner_of(group, seat->topics[k], turn++) != reader->service->member->place)
                continue;
            assert(reader->count < MOST_HELD);
            const int64_t committed = log_memory_committed(memory, reader->group, seat->topics[k], p);
            struct held *held = &reader->held[reader->count];
            *held =
                (struct held){must_copy_text(seat->topics[k]), p, committed < 0 ? 0 : committed, -1, false};
            offsets[reader->count++] = (struct log_offset){held->topic, p, held->next, ""};
        }
    reader->holding = true;
    reader->generation = group->generation;
    if (reader->options.on_assigned != NULL)
        reader->options.on_assigned(reader->options.context, offsets, reader->count);
}

/* All who sit have given up what they held: the next generation begins. */
static void share_out(struct reader_group *group)
{
    for (int i = 0; i < SIM_PAIR; i++)
        if (group->seats[i].in && !group->seats[i].ready)
            return;
    group->joining = false;
    group->generation++;
}

static void follow_group(struct log_reader *reader)
{
    struct reader_group *group = group_of(reader);
    struct reader_seat *seat = seat_of(reader);
    if (seat->count == 0)
        return; /* has not asked for anything */
    if (!seat->in || (reader->holding && reader->generation != group->generation)) {
        if (reader->holding)
            give_up(reader);
        sit_down(reader);
    }
    if (group->joining) {
        if (reader->holding)
            give_up(reader);
        seat->ready = true;
        share_out(group);
    }
    if (!group->joining && !reader->holding && !reader->service->dead)
        take_up(reader);
}

/* --- records ------------------------------------------------------------------------------------------------------------ */

void simulated_reader_turn(struct log_reader *reader, int records)
{
    follow_group(reader);
    for (size_t i = 0; i < reader->count && records > 0; i++) {
        struct held *held = &reader->held[i];
        while (!held->paused && records-- > 0) {
            int64_t next = held->next;
            const struct log_record *record =
                simulated_read(reader->service->member->sim, held->topic, held->partition, &next);
            if (record == NULL || !simulated_lives(reader->service)) {
                held->next = record == NULL ? next : held->next;
                break;
            }
            /* A record counts as read when it has been taken. */
            held->next = record->offset;
            const enum status status = reader->options.on_record(reader->options.context, record);
            if (status == STATUS_RETRY)
                return;
            if (status == STATUS_FATAL)
                service_fail(reader->service, "a record could not be taken");
            held->next = next;
        }
    }
}

const char *simulated_reader_unrest(const struct log_reader *reader)
{
    if (group_of(reader)->joining || !reader->holding || is_fenced(reader))
        return "the readers' group is not settled";
    for (size_t i = 0; i < reader->count; i++) {
        if (reader->held[i].next < log_memory_end(reader->service->member->sim->harness.memory,
                                                  reader->held[i].topic, reader->held[i].partition))
            return "a reader has not read everything";
        if (reader->held[i].commit >= 0)
            return "a reader has not committed everything";
    }
    return NULL;
}

/* --- ends --------------------------------------------------------------------------------------------------------------- */

enum { MOST_ASKED = 16 };

struct log_ends {
    struct service *service;
    log_ends_answer on_answer;
    void *context;
    struct instant asked_at;
    char *topics[MOST_ASKED];
    struct log_end ends[MOST_ASKED];
    size_t count; /* 0: nothing is asked */
    bool found;   /* the broker has answered; it is on its way */
};

struct log_ends *log_ends_new(struct loop *loop, const struct log_client *client, log_ends_answer on_answer,
                              void *context)
{
    (void)client;
    struct log_ends *ends = must_alloc(sizeof(*ends));
    *ends = (struct log_ends){.service = loop->service, .on_answer = on_answer, .context = context};
    loop->service->ends = ends;
    return ends;
}

static void forget_question(struct log_ends *ends)
{
    for (size_t i = 0; i < ends->count; i++)
        free(ends->topics[i]);
    ends->count = 0;
}

void log_ends_free(struct log_ends *ends)
{
    if (ends == NULL)
        return;
    forget_question(ends);
    ends->service->ends = NULL;
    free(ends);
}

enum status log_ends_ask(struct log_ends *ends, const struct log_topic *topics, size_t count,
                         int64_t timeout_ms)
{
    (void)timeout_ms;
    if (ends->count > 0)
        return STATUS_RETRY;
    assert(count <= MOST_ASKED);
    for (size_t i = 0; i < count; i++) {
        assert(topics[i].partitions == 1);
        ends->topics[i] = must_copy_text(topics[i].name);
    }
    ends->count = count;
    ends->found = false;
    ends->asked_at = simulated_now(ends->service);
    return STATUS_OK;
}

/* Asked, answered by the broker, and told come in different turns. */
void simulated_ends_turn(struct log_ends *ends)
{
    struct log_memory *memory = ends->service->member->sim->harness.memory;
    if (ends->count == 0)
        return;
    if (!ends->found) {
        for (size_t i = 0; i < ends->count; i++)
            ends->ends[i] = (struct log_end){ends->topics[i], 0, log_memory_end(memory, ends->topics[i], 0)};
        ends->found = true;
        return;
    }
    if (!simulated_lives(ends->service))
        return;
    struct log_end answer[MOST_ASKED];
    char *topics[MOST_ASKED];
    const size_t count = ends->count;
    for (size_t i = 0; i < count; i++) {
        answer[i] = ends->ends[i];
        topics[i] = ends->topics[i];
    }
    ends->count = 0; /* the answer may ask again */
    ends->on_answer(ends->context, STATUS_OK, ends->asked_at, answer, count);
    for (size_t i = 0; i < count; i++)
        free(topics[i]);
}
