/* due_answer.c: the answer to a question that due_question.c has read, and how it and a fault are written. */
#include "due_question.h"
#include "service/json_writer.h"

enum { NOON = 12 * 60 };

/* The reader has judged all that stands in one field; these are between fields, or of the result. */
static struct due_fault fault_of(enum deadline_fault fault)
{
    static const struct due_fault faults[] = {
        [DEADLINE_FINE] = {"",             ""                     },
        [DEADLINE_PERIOD_UNIT] = {"rule.unit",    "period_unit"          },
        [DEADLINE_PERIOD_AMOUNT] = {"rule.amount",  "period_amount"        },
        [DEADLINE_DATE] = {"rule.date",    "date"                 },
        [DEADLINE_ROLL] = {"roll",         "not_for_units_of_time"},
        [DEADLINE_CUTOFF] = {"cutoff",       "not_for_units_of_time"},
        [DEADLINE_START] = {"start",        "2000..2100"           },
        [DEADLINE_EXTENSION_UNIT] = {"extensions",   "extension_unit"       },
        [DEADLINE_EXTENSION_AMOUNT] = {"extensions",   "extension_amount"     },
        [DEADLINE_PAUSES] = {"pauses",       "2000..2100"           },
        [DEADLINE_OFFICE_HOURS] = {"office_hours", "office_hours"         },
        [DEADLINE_TOO_FAR] = {"rule",         "ends_in=2000..2100"   },
    };
    return faults[fault];
}

static struct instant moment_at(const struct deadline_terms *terms, const struct calendar *calendar,
                                const struct deadline *deadline, const struct due_offset *offset, int opening)
{
    if (offset->percent)
        return offset->before ? deadline_percent_left(calendar, terms, deadline, offset->amount, opening)
                              : deadline_percent_over(calendar, terms, deadline, offset->amount, opening);
    return offset->before ? deadline_before_working_days(calendar, deadline, offset->amount, opening)
                          : deadline_after_working_days(calendar, terms, deadline, offset->amount, opening);
}

static struct instant offset_moment(const struct due_question *question, const struct calendar *calendar,
                                    const struct deadline *deadline, const struct due_offset *offset)
{
    const struct deadline_terms *terms = &question->terms;
    const struct office_hours *hours =
        terms->office_hours == NULL ? &office_hours_sample : terms->office_hours;
    uint32_t count;
    if (hours->season_count == 0)
        return moment_at(terms, calendar, deadline, offset, hours->blocks[0].from_minute);
    /* When offices open depends on the day, and the day on nothing but the offset. */
    struct instant noon = moment_at(terms, calendar, deadline, offset, NOON);
    return moment_at(terms, calendar, deadline, offset,
                     office_hours_on(hours, date_of(noon), &count)[0].from_minute);
}

bool due_question_answer(const struct due_question *question, const struct calendar *calendar,
                         struct arena *arena, struct due_answer *ret_answer, struct due_fault *ret_fault)
{
    struct due_answer answer = {0};
    enum deadline_fault fault = deadline_compute(calendar, &question->terms, &answer.deadline);
    if (fault != DEADLINE_FINE) {
        *ret_fault = fault_of(fault);
        return false;
    }
    answer.offsets = ARENA_ARRAY(arena, struct instant, question->offset_count);
    for (uint32_t i = 0; i < question->offset_count; i++)
        answer.offsets[i] = offset_moment(question, calendar, &answer.deadline, &question->offsets[i]);
    answer.why = deadline_reasons(calendar, &question->terms, &answer.deadline, arena);
    *ret_answer = answer;
    return true;
}

void due_answer_write(const struct due_question *question, const struct due_answer *answer,
                      struct reason_memo *memo, struct arena *arena, struct buffer *out)
{
    struct json_writer writer = {.out = out};
    json_open_object(&writer, NULL);
    json_put_text(&writer, "id", question->id);
    json_put_date(&writer, "last_day", answer->deadline.last_day);
    json_put_instant(&writer, "due", answer->deadline.due);
    json_put_bool(&writer, "provisional", answer->deadline.provisional);
    json_open_array(&writer, "offsets");
    for (uint32_t i = 0; i < question->offset_count; i++)
        json_put_instant(&writer, NULL, answer->offsets[i]);
    json_close_array(&writer);
    json_open_array(&writer, "why");
    for (const struct deadline_reason *reason = answer->why; reason != NULL; reason = reason->next) {
        if (reason != answer->why)
            buffer_append_text(out, ",");
        reason_memo_write(memo, reason, arena, out);
    }
    json_close_array(&writer);
    json_close_object(&writer);
}

void due_fault_write(const char *id, const struct due_fault *fault, struct buffer *out)
{
    struct json_writer writer = {.out = out};
    json_open_object(&writer, NULL);
    json_put_text(&writer, "id", id);
    json_open_object(&writer, "error");
    json_put_text(&writer, "field", fault->field);
    json_put_text(&writer, "rule", fault->rule);
    json_close_object(&writer);
    json_close_object(&writer);
}
