/* deadline_sample.c: amounts are such that a walker that goes by minutes comes to its end; all the rest is left to
 * chance: pauses before the start and after the end, blocks that touch each other or midnight, seasons over the turn of
 * the year and on 29 February. */
#include "deadline_sample.h"

#include "domain/vocabulary.h"

enum { DAY_MINUTES = 24 * 60, CLOSE = 17 * 60 + 30, LEAST_BLOCK = 60 };

static struct duration random_duration(struct dice *dice, bool of_time)
{
    struct duration duration = {of_time ? UNIT_MINUTE : UNIT_WORKING_DAY, (int32_t)dice_roll(dice, 1, 30)};
    if (of_time && dice_chance(dice, 50))
        duration = (struct duration){UNIT_WORKING_HOUR, (int32_t)dice_roll(dice, 1, 24)};
    else if (of_time && dice_chance(dice, 30))
        duration = (struct duration){UNIT_WORKING_MINUTE, (int32_t)dice_roll(dice, 1, 900)};
    else if (of_time && dice_chance(dice, 50))
        duration = (struct duration){UNIT_HOUR, (int32_t)dice_roll(dice, 1, 72)};
    else if (!of_time && dice_chance(dice, 40))
        duration = (struct duration){UNIT_CALENDAR_DAY, (int32_t)dice_roll(dice, 1, 70)};
    else if (!of_time && dice_chance(dice, 40))
        duration = (struct duration){UNIT_MONTH, (int32_t)dice_roll(dice, 1, 14)};
    return duration;
}

struct instant deadline_sample_minute(struct dice *dice, struct instant from, int64_t most_minutes)
{
    return instant_add(from, dice_roll(dice, 0, most_minutes) * MS_PER_MINUTE);
}

static void draw_pauses(struct dice *dice, bool of_time, struct deadline_sample *sample)
{
    struct deadline_terms *terms = &sample->terms;
    int64_t span = of_time ? DAY_MINUTES : 20 * DAY_MINUTES;
    struct instant at = instant_add(terms->start, -span / 2 * MS_PER_MINUTE);
    terms->pause_count = (uint32_t)dice_roll(dice, 0, SAMPLE_PAUSES);
    terms->pauses = sample->pauses;
    for (uint32_t i = 0; i < terms->pause_count; i++) {
        sample->pauses[i].from = deadline_sample_minute(dice, at, span);
        at = sample->pauses[i].until = deadline_sample_minute(dice, sample->pauses[i].from, span / 2);
    }
    terms->asked_at = deadline_sample_minute(dice, at, span);
    if (terms->pause_count > 0 && dice_chance(dice, 20))
        sample->pauses[terms->pause_count - 1].until = INSTANT_NONE;
}

static uint32_t draw_blocks(struct dice *dice, struct office_block blocks[SAMPLE_BLOCKS])
{
    uint32_t count = (uint32_t)dice_roll(dice, 1, SAMPLE_BLOCKS);
    int32_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        int32_t last = (int32_t)(i + 1) * DAY_MINUTES / (int32_t)count;
        blocks[i].from_minute = (int32_t)dice_roll(dice, at, last - LEAST_BLOCK);
        at = blocks[i].until_minute =
            dice_chance(dice, 20) ? last
                                  : (int32_t)dice_roll(dice, blocks[i].from_minute + LEAST_BLOCK, last);
    }
    return count;
}

static struct year_day random_day(struct dice *dice)
{
    static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t month = (int32_t)dice_roll(dice, 1, 12);
    if (dice_chance(dice, 5))
        return (struct year_day){2, 29};
    return (struct year_day){month, (int32_t)dice_roll(dice, 1, lengths[month - 1])};
}

/* Seasons that overlap are drawn again, sooner or later without any. */
static void draw_office_hours(struct dice *dice, struct deadline_sample *sample)
{
    struct office_hours *hours = &sample->office_hours;
    struct office_place place;
    sample->terms.office_hours = NULL;
    if (dice_chance(dice, 30))
        return;
    do {
        *hours = (struct office_hours){.blocks = sample->blocks[0], .seasons = sample->seasons};
        hours->block_count = draw_blocks(dice, sample->blocks[0]);
        hours->season_count = (uint32_t)dice_roll(dice, 0, SAMPLE_SEASONS);
        for (uint32_t i = 0; i < hours->season_count; i++)
            sample->seasons[i] =
                (struct office_season){random_day(dice), random_day(dice), sample->blocks[i + 1],
                                       draw_blocks(dice, sample->blocks[i + 1])};
    } while (office_hours_check(hours, &place) != OFFICE_FINE);
    sample->terms.office_hours = hours;
}

void deadline_sample_draw(struct dice *dice, struct date first, struct date last,
                          struct deadline_sample *ret_sample)
{
    *ret_sample = (struct deadline_sample){0};
    struct deadline_terms *terms = &ret_sample->terms;
    bool of_time = dice_chance(dice, 15);
    terms->start =
        deadline_sample_minute(dice, day_start(first), (int64_t)(last.days - first.days) * DAY_MINUTES);
    terms->rule.period = random_duration(dice, of_time);
    if (!of_time && dice_chance(dice, 20)) {
        terms->rule.period = (struct duration){UNIT_DATE, 0};
        terms->rule.date = date_add(date_of(terms->start), (int)dice_roll(dice, 0, 200));
    }
    if (!of_time && dice_chance(dice, 40))
        terms->rule.roll = dice_chance(dice, 50) ? ROLL_ON : ROLL_OFF;
    if (!of_time && dice_chance(dice, 30))
        terms->rule.cutoff_minute = CLOSE;
    terms->extensions = ret_sample->extensions;
    terms->extension_count = dice_chance(dice, 50) ? 0 : (uint32_t)dice_roll(dice, 1, SAMPLE_EXTENSIONS);
    for (uint32_t i = 0; i < terms->extension_count; i++)
        ret_sample->extensions[i] = random_duration(dice, of_time);
    draw_pauses(dice, of_time, ret_sample);
    draw_office_hours(dice, ret_sample);
}

/* --- as text ------------------------------------------------------------------------------------------------- */

static const char *instant_word(struct instant at, struct arena *arena)
{
    char text[INSTANT_TEXT];
    instant_to_text(at, text);
    return instant_is_set(at) ? arena_format(arena, "\"%s\"", text) : "null";
}

static const char *rule_text(const struct deadline_rule *rule, struct arena *arena)
{
    char date[DATE_TEXT];
    date_to_text(rule->date, date);
    if (rule->period.unit == UNIT_DATE)
        return arena_format(arena, "{\"date\":\"%s\"}", date);
    return arena_format(arena, "{\"amount\":%d,\"unit\":\"%s\"}", rule->period.amount,
                        word_of(LIST_UNIT, (int)rule->period.unit)->code);
}

static const char *blocks_text(const struct office_block *blocks, uint32_t count, struct arena *arena)
{
    const char *text = "";
    for (uint32_t i = 0; i < count; i++)
        text = arena_format(arena, "%s%s[\"%02d:%02d\",\"%02d:%02d\"]", text, i == 0 ? "" : ",",
                            blocks[i].from_minute / 60, blocks[i].from_minute % 60,
                            blocks[i].until_minute / 60, blocks[i].until_minute % 60);
    return arena_format(arena, "[%s]", text);
}

static const char *hours_text(const struct office_hours *hours, struct arena *arena)
{
    const char *seasons = "";
    for (uint32_t i = 0; i < hours->season_count; i++) {
        const struct office_season *season = &hours->seasons[i];
        seasons =
            arena_format(arena, "%s%s{\"from\":\"%02d-%02d\",\"until\":\"%02d-%02d\",\"blocks\":%s}", seasons,
                         i == 0 ? "" : ",", season->from.month, season->from.day, season->until.month,
                         season->until.day, blocks_text(season->blocks, season->block_count, arena));
    }
    return arena_format(arena, ",\"office_hours\":{\"blocks\":%s,\"seasons\":[%s]}",
                        blocks_text(hours->blocks, hours->block_count, arena), seasons);
}

const char *deadline_sample_text(const struct deadline_sample *sample, struct arena *arena)
{
    const struct deadline_terms *terms = &sample->terms;
    const char *pauses = "", *extensions = "", *rest = "";
    for (uint32_t i = 0; i < terms->pause_count; i++)
        pauses = arena_format(arena, "%s%s[%s,%s]", pauses, i == 0 ? "" : ",",
                              instant_word(terms->pauses[i].from, arena),
                              instant_word(terms->pauses[i].until, arena));
    for (uint32_t i = 0; i < terms->extension_count; i++)
        extensions = arena_format(arena, "%s%s{\"amount\":%d,\"unit\":\"%s\"}", extensions, i == 0 ? "" : ",",
                                  terms->extensions[i].amount,
                                  word_of(LIST_UNIT, (int)terms->extensions[i].unit)->code);
    if (terms->rule.roll != ROLL_DEFAULT)
        rest = arena_format(arena, "%s,\"roll\":%s", rest, terms->rule.roll == ROLL_ON ? "true" : "false");
    if (terms->rule.cutoff_minute != 0)
        rest = arena_format(arena, "%s,\"cutoff\":\"%02d:%02d\"", rest, terms->rule.cutoff_minute / 60,
                            terms->rule.cutoff_minute % 60);
    if (terms->office_hours != NULL)
        rest = arena_format(arena, "%s%s", rest, hours_text(terms->office_hours, arena));
    return arena_format(
        arena,
        "{\"id\":\"-\",\"rule\":%s,\"start\":%s,\"asked_at\":%s,\"pauses\":[%s],\"extensions\":[%s]%s}",
        rule_text(&terms->rule, arena), instant_word(terms->start, arena),
        instant_word(terms->asked_at, arena), pauses, extensions, rest);
}
