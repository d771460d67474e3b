/* number_book.c: the aggregate numbers/<kind>-<year>. One book hands out 1, 2, 3 … in the order of the log: no gap,
 * no duplicate; a number once given is never used again (domain.md §3.6). */
#include <stddef.h>

#include "base/text.h"
#include "domain/aggregates.h"
#include "domain/task_event.h"

struct number_book number_book_apply(const struct number_book *before, const struct event *event)
{
    struct number_book book = before == NULL ? (struct number_book){.id = "", .kind = ""} : *before;
    book.id = event->task_id;
    book.seq = event->seq;
    book.now = event->now;
    if (event->type == EVENT_NUMBER_ISSUED) {
        book.kind = event->number.kind;
        book.year = event->number.year;
        book.last = event->number.sequence;
    }
    return book;
}

void number_book_take(const struct turn_input *input, struct turn *turn)
{
    const struct number_book *book = input->before == NULL ? NULL : &input->before->numbers;
    const struct command *command = input->command;
    const struct body_request_number *request = &command->body.request_number;
    if (!text_equal(command->task_id, number_book_key(request->kind, request->year, input->arena))) {
        turn_answer(turn, refusal_make(input->arena, REFUSAL_MALFORMED, "rule", "number_book", NULL));
        return;
    }
    struct instant now = book == NULL ? command->received_at : instant_max(command->received_at, book->now);
    struct event event = aggregate_event(input, book == NULL ? 1 : book->seq + 1, now, EVENT_NUMBER_ISSUED);
    event.number = (struct number){request->kind, request->year, book == NULL ? 1 : book->last + 1};
    turn_add_event(turn, &event, input->arena);
    struct command *granted = internal_add(&turn->internals, &turn->internal_count, input->arena, &event,
                                           TRIGGER_NUMBER_GRANTED, request->task);
    granted->body.number_granted.number = event.number;
}
