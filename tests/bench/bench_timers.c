/* The watcher's queue of wakes against the same with an eight-ary heap in place of the wheel: insert, move and fire, with
 * moments spread over thirty days. Both find their tasks by id, each in an index of its own. Times are of the processor. One line of JSON for each figure;
 * TIMERS=<n> in the environment takes another number than ten million. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "deadline-watcher/wake_queue.h"

enum { MOST = 10 * 1000 * 1000, ARITY = 8, SECONDS_A_MONTH = 30 * 86400 };
static const int64_t start_ms = INT64_C(1675213200000);

static uint64_t random_state;

/* splitmix64: enough for a benchmark, the same for both. */
static uint64_t draw(void)
{
    uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static int64_t drawn_moment(void)
{
    return start_ms + (int64_t)(draw() % SECONDS_A_MONTH) * 1000;
}

/* --- the peer: an eight-ary heap, and an index of its own over compact records ------------------------------------------- */

struct timer {
    uint8_t id[ID_BYTES];
    uint64_t wake_seq;
    int64_t due_ms;
};

struct item {
    int64_t at;
    uint32_t timer;
};

struct heap {
    struct timer *timers;
    uint32_t timer_count, timer_room, free; /* free: timer + 1, linked by wake_seq */
    uint32_t *index;                        /* open addressing, at most half full: timer + 1 */
    uint32_t mask;
    struct item *items;
    uint32_t *places;
    uint32_t count, room;
};

static uint32_t home_of(const struct heap *heap, const uint8_t id[ID_BYTES])
{
    uint32_t hash;
    memcpy(&hash, id, sizeof(hash));
    return hash & heap->mask;
}

static uint32_t index_of(const struct heap *heap, const uint8_t id[ID_BYTES])
{
    uint32_t at = home_of(heap, id);
    while (heap->index[at] != 0 && memcmp(heap->timers[heap->index[at] - 1].id, id, ID_BYTES) != 0)
        at = (at + 1) & heap->mask;
    return at;
}

static void grow_index(struct heap *heap)
{
    free(heap->index);
    heap->mask = heap->mask * 2 + 1;
    heap->index = must_alloc(((size_t)heap->mask + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < heap->timer_count; i++)
        heap->index[index_of(heap, heap->timers[i].id)] = i + 1;
}

static uint32_t take_timer(struct heap *heap)
{
    if (heap->free != 0) {
        uint32_t timer = heap->free - 1;
        heap->free = (uint32_t)heap->timers[timer].wake_seq;
        return timer;
    }
    if (heap->timer_count == heap->timer_room) {
        heap->timer_room = heap->timer_room == 0 ? 64 : heap->timer_room + heap->timer_room / 2;
        heap->timers = must_realloc(heap->timers, heap->timer_room * sizeof(*heap->timers));
        heap->items = must_realloc(heap->items, heap->timer_room * sizeof(*heap->items));
        heap->places = must_realloc(heap->places, heap->timer_room * sizeof(*heap->places));
    }
    return heap->timer_count++;
}

static void drop_timer(struct heap *heap, uint32_t timer)
{
    uint32_t hole = index_of(heap, heap->timers[timer].id);
    for (uint32_t next = (hole + 1) & heap->mask; heap->index[next] != 0; next = (next + 1) & heap->mask) {
        uint32_t home = home_of(heap, heap->timers[heap->index[next] - 1].id);
        if (((next - home) & heap->mask) >= ((next - hole) & heap->mask)) {
            heap->index[hole] = heap->index[next];
            hole = next;
        }
    }
    heap->index[hole] = 0;
    heap->timers[timer].wake_seq = heap->free;
    heap->free = timer + 1;
}

static void put(struct heap *heap, uint32_t index, struct item item)
{
    heap->items[index] = item;
    heap->places[item.timer] = index;
}

static void settle(struct heap *heap, uint32_t index, struct item item)
{
    for (uint32_t parent; index > 0 && item.at < heap->items[parent = (index - 1) / ARITY].at; index = parent)
        put(heap, index, heap->items[parent]);
    for (;;) {
        uint64_t child = (uint64_t)index * ARITY + 1, last = child + ARITY, least = child;
        if (child >= heap->count)
            break;
        if (last > heap->count)
            last = heap->count;
        while (++child < last)
            least = heap->items[child].at < heap->items[least].at ? child : least;
        if (heap->items[least].at >= item.at)
            break;
        put(heap, index, heap->items[least]);
        index = (uint32_t)least;
    }
    put(heap, index, item);
}

static uint32_t find(const struct heap *heap, const char *id)
{
    uint8_t bytes[ID_BYTES];
    if (!id_to_bytes(id, bytes) || heap->index[index_of(heap, bytes)] == 0)
        abort();
    return heap->index[index_of(heap, bytes)] - 1;
}

static void heap_insert(struct heap *heap, const char *id, int64_t at)
{
    uint8_t bytes[ID_BYTES];
    if (!id_to_bytes(id, bytes))
        abort();
    if (heap->count >= heap->mask / 2)
        grow_index(heap);
    uint32_t place = index_of(heap, bytes);
    if (heap->index[place] != 0)
        abort();
    uint32_t timer = take_timer(heap);
    heap->index[place] = timer + 1;
    heap->timers[timer] = (struct timer){.wake_seq = 1, .due_ms = at};
    memcpy(heap->timers[timer].id, bytes, ID_BYTES);
    settle(heap, heap->count++, (struct item){at, timer});
}

static void heap_move(struct heap *heap, const char *id, uint64_t wake_seq, int64_t at)
{
    uint32_t timer = find(heap, id);
    heap->timers[timer].wake_seq = wake_seq;
    heap->timers[timer].due_ms = at;
    settle(heap, heap->places[timer], (struct item){at, timer});
}

static void heap_fire(struct heap *heap)
{
    char id[ID_TEXT];
    id_from_bytes(heap->timers[heap->items[0].timer].id, id);
    uint32_t timer = find(heap, id), place = heap->places[timer];
    struct item last = heap->items[--heap->count];
    drop_timer(heap, timer);
    if (heap->count > place)
        settle(heap, place, last);
}

/* --- the rounds: both do the same, in turns, so that whatever else the machine does slows both ------------------------------- */

enum { TURNS = 50 };

struct times {
    double insert, move, fire;
};

/* Time that the processor spent on this process, in the kernel too, in ns. */
static double spent_ns(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        abort();
    return ((double)usage.ru_utime.tv_sec + (double)usage.ru_stime.tv_sec) * 1e9 +
           ((double)usage.ru_utime.tv_usec + (double)usage.ru_stime.tv_usec) * 1e3;
}

/* The id of the task with this number: made, not read from a table, as a record that has just come is in the cache. */
static const char *id_of(uint32_t number, char id[ID_TEXT])
{
    uint64_t kept = random_state, bytes[2];
    random_state = (uint64_t)number << 32;
    bytes[0] = draw();
    bytes[1] = draw();
    random_state = kept;
    id_from_bytes((const uint8_t *)bytes, id);
    return id;
}

static void set(struct wake_queue *queue, const char *id, uint64_t wake_seq, struct instant due)
{
    if (!wake_queue_set(queue, id, wake_seq, due))
        abort();
}

struct round {
    struct heap heap;
    struct wake_queue *queue;
    uint32_t count;
};

typedef void (*step)(struct round *round, uint32_t i);

static void insert_into_heap(struct round *round, uint32_t i)
{
    char id[ID_TEXT];
    heap_insert(&round->heap, id_of(i, id), drawn_moment());
}

static void insert_into_queue(struct round *round, uint32_t i)
{
    char id[ID_TEXT];
    set(round->queue, id_of(i, id), 1, (struct instant){drawn_moment()});
}

static void move_in_heap(struct round *round, uint32_t i)
{
    char id[ID_TEXT];
    heap_move(&round->heap, id_of((uint32_t)(draw() % round->count), id), 2 + i, drawn_moment());
}

static void move_in_queue(struct round *round, uint32_t i)
{
    char id[ID_TEXT];
    set(round->queue, id_of((uint32_t)(draw() % round->count), id), 2 + i, (struct instant){drawn_moment()});
}

static void fire_from_heap(struct round *round, uint32_t i)
{
    (void)i;
    heap_fire(&round->heap);
}

/* Sent, and the row that moved says: nothing to wait for. */
static void fire_from_queue(struct round *round, uint32_t i)
{
    (void)i;
    const struct wake *wake = wake_queue_least(round->queue);
    set(round->queue, wake->task_id, wake->wake_seq + 1, INSTANT_NONE);
}

/* Does a step so often with each; adds what one took to the heap's and the queue's time. */
static void take_turns(struct round *round, uint32_t count, step heap, step queue, double *heap_ns,
                       double *queue_ns)
{
    const step steps[] = {heap, queue};
    double *const times[] = {heap_ns, queue_ns};
    uint64_t states[] = {1, 1};
    for (uint32_t turn = 0; turn < TURNS; turn++) {
        uint32_t first = (uint32_t)((uint64_t)count * turn / TURNS),
                 end = (uint32_t)((uint64_t)count * (turn + 1) / TURNS);
        for (int who = 0; who < 2; who++) {
            random_state = states[who];
            double before = spent_ns();
            for (uint32_t i = first; i < end; i++)
                steps[who](round, i);
            *times[who] += (spent_ns() - before) / count;
            states[who] = random_state;
        }
    }
}

static void measure(uint32_t count, struct times *ret_heap, struct times *ret_queue)
{
    struct round round = {.heap = {.mask = 63}, .queue = wake_queue_new(), .count = count};
    grow_index(&round.heap);
    take_turns(&round, count, insert_into_heap, insert_into_queue, &ret_heap->insert, &ret_queue->insert);
    take_turns(&round, count, move_in_heap, move_in_queue, &ret_heap->move, &ret_queue->move);
    take_turns(&round, count / 2, fire_from_heap, fire_from_queue, &ret_heap->fire, &ret_queue->fire);
    if (wake_queue_count(round.queue) != count - count / 2 || round.heap.count != count - count / 2)
        abort();
    wake_queue_free(round.queue);
    free(round.heap.timers);
    free(round.heap.index);
    free(round.heap.items);
    free(round.heap.places);
}

static void tell(const char *what, uint32_t count, double queue_ns, double heap_ns, bool has_goal)
{
    printf("{\"name\":\"timers, %s, %u\",\"value\":%.1f,\"unit\":\"ns\",\"ratio_to\":\"eight-ary heap, %.1f "
           "ns\","
           "\"ratio\":%.2f",
           what, count, queue_ns, heap_ns, queue_ns / heap_ns);
    if (has_goal)
        printf(",\"goal\":\"ratio <= 0.5\",\"met\":%s", queue_ns / heap_ns <= 0.5 ? "true" : "false");
    printf("}\n");
}

int main(void)
{
    const char *given = getenv("TIMERS");
    uint32_t count = given != NULL ? (uint32_t)strtoul(given, NULL, 10) : MOST;
    if (count < 2)
        return 2;
    struct times heap = {0}, queue = {0};
    measure(count, &heap, &queue);
    tell("insert", count, queue.insert, heap.insert, false);
    tell("move", count, queue.move, heap.move, false);
    tell("fire", count, queue.fire, heap.fire, false);
    tell("insert and move and fire half", count, queue.insert + queue.move + queue.fire / 2,
         heap.insert + heap.move + heap.fire / 2, true);
    return 0;
}
