/* calendar_moves.c: ends that other calendars move, in words: for the event's sentence, for the merged list of a
 * notice, for the operator's preview. */
#include "base/arena.h"
#include "base/text.h"
#include "domain/catalogue.h"
#include "domain/sentence.h"
#include "domain/task_recompute.h"

static const struct sentence moved = {
    "{clock}由 {before} 改为 {after}[({provisional})]",
    "{clock} moves from {before} to {after}[ ({provisional})]",
};
static const struct sentence made_firm = {
    "{clock} {after} 由暂定转为确定",
    "{clock}, {after}, is no longer provisional",
};
static const struct sentence made_provisional = {
    "{clock} {after} 转为暂定",
    "{clock}, {after}, is provisional now",
};

static const char *choose(const struct sentence *sentence, enum language language)
{
    return language == LANGUAGE_ZH ? sentence->zh : sentence->en;
}

static const char *remark(const struct calendar_move *move, enum language language)
{
    if (move->provisional)
        return language == LANGUAGE_ZH ? "暂定" : "provisional";
    if (move->was_provisional)
        return language == LANGUAGE_ZH ? "由暂定转为确定" : "no longer provisional";
    return "";
}

const char *calendar_move_render(const struct calendar_move *move, enum language language,
                                 struct arena *arena)
{
    const struct word *word = word_of(LIST_CLOCK, (int)move->clock);
    const char *name = text_empty(move->name) ? (language == LANGUAGE_ZH ? word->zh : word->en) : move->name;
    const struct parameter values[] = {
        {"clock",                  name     },
        { "before", due_render(move->before,    arena)},
        { "after",  due_render(move->after,    arena)},
        { "provisional",             remark(move, language)},
    };
    const struct sentence *sentence = move->before.ms != move->after.ms ? &moved
                                      : move->provisional               ? &made_provisional
                                                                        : &made_firm;
    return sentence_fill_list(choose(sentence, language), values, sizeof(values) / sizeof(values[0]), arena);
}

/* An end that had passed by the new calendar when that was published: task_recompute.h says why it counts from there. */
static const char *from_publication(const struct event *event, const struct calendar_move *move,
                                    enum language language)
{
    if (move->after.ms != event->received_at.ms || move->before.ms == move->after.ms)
        return "";
    return language == LANGUAGE_ZH ? "(推算的时限在公布前已过,自公布之时起算)"
                                   : " (computed to lie before the publication: it counts from there)";
}

static bool said_before(const struct event *event, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (text_equal(event->moves[i].paper, event->moves[index].paper))
            return true;
    }
    return false;
}

const char *calendar_moves_render(const struct event *event, enum language language, struct arena *arena)
{
    bool zh = language == LANGUAGE_ZH;
    const char *text = "", *papers = "", *comma = zh ? "、" : ", ";
    for (uint32_t i = 0; i < event->move_count; i++) {
        const struct calendar_move *move = &event->moves[i];
        const char *semicolon = zh ? ";" : "; ";
        text = arena_format(arena, "%s%s%s%s", text, i == 0 ? "" : semicolon,
                            calendar_move_render(move, language, arena),
                            from_publication(event, move, language));
        if (!text_empty(move->paper) && !said_before(event, i))
            papers = arena_format(arena, "%s%s%s", papers, text_empty(papers) ? "" : comma, move->paper);
    }
    if (text_empty(papers))
        return text;
    return arena_format(arena, zh ? "%s(依据 %s)" : "%s (%s)", text, papers);
}
