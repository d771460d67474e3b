/* summary_moves.c: see summary_moves.h. */
#include "summary_moves.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "domain/catalogue.h"
#include "domain/task_recompute.h"

#include <stdlib.h>
#include <string.h>

struct moved {
    const char *reference, *number, *title;
    const char *words; /* "办理时限由 … 改为 …" */
    const char *clock; /* code */
    struct instant published;
    struct instant before, after;
};

struct summary_moves {
    struct arena *arena;
    struct moved *items;
    uint32_t count;
};

struct summary_moves *summary_moves_new(void)
{
    struct summary_moves *moves = must_alloc(sizeof *moves);
    moves->arena = arena_new(LIMIT_REGISTRY_ARENA_BYTES);
    return moves;
}

void summary_moves_free(struct summary_moves *moves)
{
    if (moves == NULL)
        return;
    arena_free(moves->arena);
    free(moves);
}

void summary_moves_add(struct summary_moves *moves, const struct event *event, const struct task *task,
                       const struct registry *registry)
{
    for (uint32_t i = 0; i < event->move_count; i++) {
        const struct calendar_move *move = &event->moves[i];
        moves->items = arena_grown(moves->arena, moves->items, moves->count, sizeof *moves->items);
        moves->items[moves->count++] = (struct moved){
            .reference = arena_text(moves->arena, task->reference),
            .number = number_render(&task->number, registry, moves->arena),
            .title = arena_text(moves->arena, task->title),
            .words = calendar_move_render(move, LANGUAGE_ZH, moves->arena),
            .clock = word_of(LIST_CLOCK, (int)move->clock)->code,
            .published = event->received_at,
            .before = move->before,
            .after = move->after,
        };
    }
}

static int order(const void *a, const void *b)
{
    const struct moved *x = a, *y = b;
    int by_reference = strcmp(x->reference, y->reference);
    if (by_reference != 0)
        return by_reference;
    if (x->published.ms != y->published.ms)
        return x->published.ms < y->published.ms ? -1 : 1;
    return strcmp(x->words, y->words);
}

static void sort(struct summary_moves *moves)
{
    if (moves->count > 1)
        qsort(moves->items, moves->count, sizeof *moves->items, order);
}

void summary_moves_write_json(struct summary_moves *moves, struct json_writer *writer)
{
    sort(moves);
    json_open_array(writer, "calendar_moves");
    for (uint32_t i = 0; i < moves->count; i++) {
        const struct moved *moved = &moves->items[i];
        json_open_object(writer, NULL);
        json_put_text(writer, "reference", moved->reference);
        json_put_text(writer, "number", moved->number);
        json_put_text(writer, "title", moved->title);
        json_put_text(writer, "clock", moved->clock);
        json_put_instant(writer, "published", moved->published);
        json_put_instant(writer, "before", moved->before);
        json_put_instant(writer, "after", moved->after);
        json_close_object(writer);
    }
    json_close_array(writer);
}

void summary_moves_write_text(struct summary_moves *moves, struct buffer *out)
{
    sort(moves);
    if (moves->count > 0)
        buffer_format(out, "  放假安排调整（演练），时限变动 %u 项：\n", moves->count);
    for (uint32_t i = 0; i < moves->count; i++) {
        const struct moved *moved = &moves->items[i];
        buffer_format(out, "    %s %s《%s》 %s\n", moved->reference,
                      text_empty(moved->number) ? "未编号" : moved->number, moved->title, moved->words);
    }
}
