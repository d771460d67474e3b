/* cast.c: who the players are, how they draw lots, and when offices are open. What they do is in reactions.c. */
#include "cast.h"

#include "base/text.h"
#include "script.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const temper_names[TEMPER_COUNT] = {
    [TEMPER_DRAWN] = "drawn",
    [TEMPER_PROMPT] = "prompt",
    [TEMPER_SLOW] = "slow",
    [TEMPER_SILENT] = "silent",
    [TEMPER_DISPUTES_RIGHTLY] = "disputes_rightly",
    [TEMPER_DISPUTES_WRONGLY] = "disputes_wrongly",
    [TEMPER_ASKS_IN_TIME] = "asks_in_time",
    [TEMPER_ASKS_TOO_LATE] = "asks_too_late",
    [TEMPER_CLOSES_FALSELY] = "closes_falsely",
    [TEMPER_LATE_PAPERS] = "late_papers",
    [TEMPER_SLOPPY] = "sloppy",
    [TEMPER_PAUSES] = "pauses",
    [TEMPER_SPLITS] = "splits",
    [TEMPER_BY_INSTALMENTS] = "by_instalments",
};

/* Of a hundred tasks. */
static const struct {
    enum temper temper;
    unsigned share;
} lots[] = {
    {TEMPER_PROMPT,           46},
    {TEMPER_SLOW,             14},
    {TEMPER_SILENT,           6 },
    {TEMPER_DISPUTES_RIGHTLY, 5 },
    {TEMPER_DISPUTES_WRONGLY, 5 },
    {TEMPER_ASKS_IN_TIME,     7 },
    {TEMPER_ASKS_TOO_LATE,    5 },
    {TEMPER_CLOSES_FALSELY,   4 },
    {TEMPER_LATE_PAPERS,      4 },
    {TEMPER_SLOPPY,           4 },
};

const char *temper_name(enum temper temper)
{
    return temper_names[temper];
}

uint64_t cast_draw(const struct cast *cast, const char *unit, const char *reference, uint64_t seq,
                   const char *question, uint64_t below)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRIu64, seq);
    struct digest digest = digest_of_texts(cast->seed, unit, reference, number, question, NULL);
    return digest_to_number(&digest) % below;
}

enum temper cast_temper(const struct cast *cast, const char *unit, const char *reference)
{
    enum temper scripted = script_temper(reference);
    if (scripted != TEMPER_DRAWN)
        return scripted;
    uint64_t lot = cast_draw(cast, unit, reference, 0, "temper", 100);
    for (size_t i = 0; i < sizeof lots / sizeof lots[0]; i++) {
        if (lot < lots[i].share)
            return lots[i].temper;
        lot -= lots[i].share;
    }
    return TEMPER_PROMPT;
}

struct instant cast_office_slot(const struct cast *cast, struct instant t, unsigned slots)
{
    static const int minutes[] = {9 * 60 + 30, 11 * 60, 15 * 60, 17 * 60};
    enum { SLOTS = sizeof minutes / sizeof minutes[0] };
    struct date day = date_of(t);
    size_t next = 0;
    if (!calendar_is_working(cast->calendar, day))
        day = calendar_next_working_day(cast->calendar, day);
    else
        while (next < SLOTS && day_at(day, minutes[next]).ms <= t.ms)
            next++;
    for (unsigned left = slots == 0 ? 0 : slots - 1;;) {
        if (next == SLOTS) {
            day = calendar_next_working_day(cast->calendar, date_add(day, 1));
            next = 0;
        }
        if (left == 0)
            return day_at(day, minutes[next]);
        left--;
        next++;
    }
}
